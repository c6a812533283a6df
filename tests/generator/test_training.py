"""Training: it resumes at every stage, is shared by processes, starts from weights, keeps bf16."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
import torch

from generator.autoencoder import VideoAutoencoder
from generator.checkpoint import load_weights, save_weights
from generator.dataset import Latents, in_order, occupied
from generator.dit import DiT
from generator.scenes.params import SceneParams
from generator.sizes import MODELS, ModelConfig
from generator.text import TextEncoder, word_rows
from generator.training.autoencoder import train_autoencoder
from generator.training.dit import dit_loss, drawn_from, train_dit
from generator.training.muon import Muon, orthogonal
from generator.training.run import Limits, Run

TINY = MODELS["tiny"]
ROOT = Path(__file__).parents[2]
STEPS = {"stills": 1.0, "clips": 1.0, "few": 1.0}


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Sums in one order, so that losses can be compared."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def run(folder: Path, **more: object) -> Run:
    return Run("tiny", folder, say=lambda line: None, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny autoencoder and all latents made."""
    folder = tmp_path_factory.mktemp("begun")
    encoder, _ = train_autoencoder(run(folder), Limits(steps=2))
    train_dit(run(folder), encoder, Limits(steps=1), {"stills": 0.5, "clips": 0.5, "few": 0.0})
    for state in folder.glob("train-dit*"):
        state.unlink()
    return folder


def copied(folder: Path, to: Path) -> Path:
    to.mkdir()
    for file in folder.iterdir():
        (to / file.name).write_bytes(file.read_bytes())
    return to


@pytest.mark.parametrize("stop", [1, 4, 7])
def test_transformer_training_stopped_in_any_stage_goes_on_along_the_same_curve(
    begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    encoder, _ = train_autoencoder(run(begun), Limits(steps=2))
    nine = Limits(steps=9)
    _, whole = train_dit(run(copied(begun, tmp_path / "whole")), encoder, nine, STEPS)
    monkeypatch.setattr("generator.training.run.SAVE_EVERY_S", 0.0)
    real, made = Latents.batch, list[int]()

    def stopping(self: Latents, size: int, random: torch.Generator, **more: bool) -> object:
        if not more and len(made) == stop:
            raise KeyboardInterrupt
        made.extend([] if more else [size])
        return real(self, size, random, **more)

    folder = copied(begun, tmp_path / "cut")
    with monkeypatch.context() as patch:
        patch.setattr(Latents, "batch", stopping)
        with pytest.raises(KeyboardInterrupt):
            train_dit(run(folder), encoder, nine, STEPS)
    _, rest = train_dit(run(folder), encoder, nine, STEPS)
    assert len(whole) == 9 and len(rest) == 9 - stop
    assert rest == pytest.approx(whole[stop:], rel=1e-4)


CHILD = """
import sys, torch
from pathlib import Path
from generator.training.autoencoder import train_autoencoder
from generator.training.crew import join, leave
from generator.training.dit import train_dit
from generator.training.run import Limits, Run
torch.set_num_threads(1)
crew, device = join("cpu")
run = Run("tiny", Path(sys.argv[1]), 0, device, say=lambda line: None, crew=crew)
encoder, a = train_autoencoder(run, Limits(steps=3))
_, b = train_dit(run, encoder, Limits(steps=6), {"stills": 1.0, "clips": 1.0, "few": 1.0})
if crew.rank == 0:
    print("losses", *a, *b)
leave()
"""


def losses_of(folder: Path, count: int, *launcher: str) -> list[float]:
    """The losses that `count` processes say."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    env = os.environ | {
        "WORLD_SIZE": str(count), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port,
        "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    procs = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, folder],
            env=env | {"RANK": str(rank), "LOCAL_RANK": str(rank)},
            stdout=subprocess.PIPE,
            text=True,
        )
        for rank in range(count)
    ]
    said = [proc.communicate(timeout=300)[0] for proc in procs]
    assert all(proc.returncode == 0 for proc in procs), said
    line = next(line for line in said[0].splitlines() if line.startswith("losses"))
    return [float(word) for word in line.split()[1:]]


def test_two_processes_with_half_the_batch_each_walk_the_curve_of_one(tmp_path: Path) -> None:
    alone = losses_of(tmp_path / "one", 1)
    both = losses_of(tmp_path / "two", 2)
    assert len(alone) == 9
    assert both == pytest.approx(alone, rel=2e-3)


def test_training_starts_from_given_weights_and_holds_their_latents(
    begun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, frames = VideoAutoencoder(TINY), run(tmp_path).pool.batch(3)
    before.load_state_dict(load_weights(begun, "autoencoder"))

    def way(weight: float) -> float:
        monkeypatch.setattr("generator.training.autoencoder.HELD", weight)
        to = run(tmp_path / f"{weight}", init=begun)
        after, losses = train_autoencoder(to, Limits(steps=12))
        assert len(losses) == 12 and torch.equal(after.std, before.std)
        with torch.no_grad():
            return float((after.encode(frames) - before.encode(frames)).square().mean().sqrt())

    assert 0 < way(100.0) < 0.5 * way(0.0)


def test_bf16_weights_take_half_the_bytes_and_load_as_fp32(tmp_path: Path) -> None:
    torch.manual_seed(0)
    weights = {"matrix": torch.randn(300, 400), "vector": torch.randn(7), "number": torch.tensor(3)}
    save_weights(tmp_path, "dit", weights, torch.bfloat16)
    assert (tmp_path / "dit.safetensors").stat().st_size < 300 * 400 * 2 + 2000
    back = load_weights(tmp_path, "dit")
    assert back["matrix"].dtype == torch.float32 and back["number"].dtype == torch.int64
    assert torch.equal(back["vector"], weights["vector"])
    assert torch.allclose(back["matrix"], weights["matrix"], rtol=2**-8)


def test_muon_steps_are_nearly_orthogonal_and_go_downhill() -> None:
    torch.manual_seed(0)
    for shape in ((3, 40, 20), (3, 20, 40)):
        values = torch.linalg.svdvals(orthogonal(torch.randn(shape).bfloat16()).float())
        assert values.min() > 0.3 and values.max() < 1.8
    goal = torch.randn(20, 40)
    at = torch.nn.Parameter(torch.zeros(20, 40))
    optimiser = Muon([at], 0.05, weight_decay=0.0)
    for _ in range(60):
        optimiser.zero_grad()
        (at - goal).square().mean().backward()
        optimiser.step()
    assert float((at.detach() - goal).square().mean()) < 0.3 * float(goal.square().mean())


def test_boxes_of_moving_things_are_kept_per_latent_frame() -> None:
    params = SceneParams("shapes", density="low")
    found = occupied(params, 3, (96, 64), (Fraction(25), 8))
    assert found.shape == (1, 2, 4, 6) and 0 < found.float().mean() < 1
    nothing = occupied(SceneParams("clouds"), 3, (96, 64), (Fraction(25), 8))
    assert not nothing.any()


def test_boxes_reach_the_transformer_in_training() -> None:
    torch.manual_seed(0)
    model = DiT(TINY)
    torch.nn.init.normal_(model.out.weight)
    data, boxes = torch.randn(4, 32, 2, 2, 3), torch.ones(4, 1, 2, 2, 3)
    random = torch.Generator().manual_seed(0)
    dit_loss(model, data, (["a"] * 4, 0.16), random, boxes=boxes).backward()
    assert model.boxes.weight.grad is not None and model.boxes.weight.grad.abs().sum() > 0


def test_older_weights_without_step_sizes_still_load_and_say_the_same() -> None:
    torch.manual_seed(0)
    model, again = DiT(TINY), DiT(TINY)
    torch.nn.init.normal_(model.out.weight)
    old = {k: v for k, v in model.state_dict().items() if not k.startswith("stride")}
    again.load_state_dict(old)
    x, mask, t = torch.randn(1, 32, 1, 2, 2), torch.zeros(1, 1, 1, 2, 2), torch.rand(1, 1)
    rows = word_rows(["a sunset"], TINY.text_words, TINY.text_length)
    plain = model(x, t, rows, mask, seconds_per_latent=0.16)
    step = torch.tensor([0.25])
    assert torch.equal(again(x, t, rows, mask, seconds_per_latent=0.16, step=step), plain)
    assert not again.few
    older = TINY.to_json().replace(',\n  "bend": "relu2"', "")
    assert ModelConfig.from_json(older).bend == "gelu"


def test_text_encoder_does_what_torchs_own_layers_do() -> None:
    torch.manual_seed(0)
    text = TextEncoder(TINY).eval()
    rows = word_rows(["a calm sea", ""], TINY.text_words, TINY.text_length)
    with torch.no_grad():
        theirs = text.out(text.layers(text.table(rows) + text.place))
        assert torch.allclose(text(rows), theirs, atol=1e-5)


def test_clips_painted_by_other_processes_come_in_order() -> None:
    assert list(in_order(abs, range(-6, 0), 2)) == [6, 5, 4, 3, 2, 1]


def test_a_late_stage_goes_over_what_came_before_it() -> None:
    def pool(frames: int, batch: int) -> tuple[Latents, int]:
        data = torch.zeros(32, 4, frames, 1, 1)
        boxes = torch.zeros(32, 1, frames, 1, 1, dtype=torch.uint8)
        return Latents(data, ["a sunset"] * 32, [0.16] * 32, boxes), batch

    pools = [pool(1, 4), pool(5, 3), pool(8, 2)]
    random = torch.Generator().manual_seed(0)
    drawn = [tuple(drawn_from(pools, random).data.shape[::2][:2]) for _ in range(400)]
    share = {shape: drawn.count(shape) / 400 for shape in set(drawn)}
    assert set(share) == {(4, 1), (3, 5), (2, 8)}
    assert 0.6 < share[2, 8] < 0.8
    alone = drawn_from(pools[:1], random)
    assert alone.data.shape == (4, 4, 1, 1, 1)
