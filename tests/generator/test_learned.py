"""The learned generator, tiny: it learns, resumes, keeps what is given, and repeats itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from generator import flow
from generator.autoencoder import VideoAutoencoder, pca_floor, psnr
from generator.builtin import BuiltinBackend
from generator.checkpoint import load_weights, save_weights
from generator.conditioning import draw_known
from generator.dit import DiT, positions, rotary, turn
from generator.pipeline import ShotPipeline
from generator.sampler import sample_euler, sample_heun
from generator.sizes import MODELS, ModelConfig
from generator.text import word_rows
from generator.training.autoencoder import PCA_BATCHES, reconstruction_loss, train_autoencoder
from generator.training.dit import held_out_loss, latents_of, train_dit
from generator.training.run import Limits, Run
from generator.values import Condition, GenerationCancelled, Refused, ShotRequest

TINY = MODELS["tiny"]
SHORT = ShotRequest(
    "golden sunset", duration_s=Fraction(16, 25), width=48, height=32, rate=Fraction(25, 2),
    steps=3, seed=5,
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Sums in one order, so that losses can be compared exactly."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def run(folder: Path) -> Run:
    return Run("tiny", folder, say=lambda line: None)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of tiny weights."""
    folder = tmp_path_factory.mktemp("weights")
    autoencoder, _ = train_autoencoder(run(folder), Limits(steps=20))
    train_dit(run(folder), autoencoder, Limits(steps=140))
    return folder


@torch.no_grad()
def test_both_networks_learn_in_some_seconds(trained: Path) -> None:
    learned = ShotPipeline.load(trained)
    torch.manual_seed(1)
    fresh = VideoAutoencoder(TINY), DiT(TINY)
    frames = [run(trained).pool.batch(step) for step in range(6)]
    latents = latents_of(run(trained), run(trained).plan.stages[1], learned.autoencoder)

    def picture_loss(model: VideoAutoencoder) -> float:
        pairs = ((model.decode_batch(model.encode(one)), one) for one in frames)
        return sum(float(reconstruction_loss(*pair)) for pair in pairs)

    assert picture_loss(learned.autoencoder) < 0.85 * picture_loss(fresh[0])
    before = held_out_loss(run(trained), fresh[1], latents)
    assert held_out_loss(run(trained), learned.dit, latents) < 0.9 * before


def test_stopped_training_goes_on_along_the_same_curve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    four = Limits(steps=4)
    _, whole = train_autoencoder(run(tmp_path / "whole"), four)
    monkeypatch.setattr("generator.training.run.SAVE_EVERY_S", 0.0)
    stopped = run(tmp_path / "cut")
    batch, seen = stopped.pool.batch, list[int]()

    def stop_at_two(step: int) -> torch.Tensor:
        if len(seen) == 2 + PCA_BATCHES:
            raise KeyboardInterrupt
        seen.append(step)
        return batch(step)

    monkeypatch.setattr(stopped.pool, "batch", stop_at_two)
    with pytest.raises(KeyboardInterrupt):
        train_autoencoder(stopped, four)
    _, rest = train_autoencoder(run(tmp_path / "cut"), four)
    assert rest == pytest.approx(whole[2:], rel=1e-4)


def test_decoding_in_parts_gives_the_same_bits_as_whole() -> None:
    torch.manual_seed(0)
    model = VideoAutoencoder(TINY).eval()
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.05)
    latents = torch.randn(1, 32, 5, 2, 3)
    with torch.no_grad():
        whole = model.decode(latents)
        memory: dict[int, torch.Tensor] = {}
        parts = [*model.stream(latents[:, :, :2], memory), *model.stream(latents[:, :, 2:], memory)]
        batch = model.decode_batch(latents)
    assert whole.shape == (1, 3, 20, 32, 48)
    assert torch.equal(torch.cat(parts, 2), whole)
    assert torch.allclose(batch, whole, atol=1e-4)


def test_encoder_is_causal_and_takes_any_length() -> None:
    torch.manual_seed(0)
    model = VideoAutoencoder(TINY).eval()
    frames = torch.rand(1, 3, 9, 30, 50) * 2 - 1
    with torch.no_grad():
        z = model.encode(frames)
        changed = frames.clone()
        changed[:, :, 8:] = 0
        z_changed = model.encode(changed)
    assert z.shape == (1, 32, 3, 2, 4)
    assert torch.allclose(z[:, :, :2], z_changed[:, :, :2], atol=1e-6)
    assert not torch.allclose(z[:, :, 2], z_changed[:, :, 2])


def test_pca_floor_gives_back_what_few_numbers_can_hold() -> None:
    torch.manual_seed(0)
    flat = torch.rand(6, 3, 1, 1, 1).expand(6, 3, 4, 32, 32).contiguous()
    assert pca_floor(flat[:4], flat[4:], 8) > 40
    noise = torch.rand(6, 3, 4, 32, 32) * 2 - 1
    assert pca_floor(noise[:4], noise[4:], 8) < 12


def test_time_runs_from_noise_to_data_and_shift_keeps_its_ends() -> None:
    noise, data = torch.zeros(1, 1, 2, 1, 1), torch.ones(1, 1, 2, 1, 1)
    assert flow.between(noise, data, torch.tensor([[0.0, 1.0]])).flatten().tolist() == [0, 1]
    times = flow.schedule(4, flow.shift_of(4 * TINY.shift_base_tokens, TINY.shift_base_tokens))
    assert times[0] == 0 and times[-1] == 1
    assert (times.diff() > 0).all() and times[2] < 0.5  # more steps near noise
    assert flow.shift_of(1, TINY.shift_base_tokens) == 1


def test_samplers_reach_the_data_along_a_known_flow() -> None:
    noise, data = torch.randn(1, 2, 2, 3, 3), torch.randn(1, 2, 2, 3, 3)
    times = flow.schedule(5, 1.5)
    for sample in (sample_euler, sample_heun):
        got = sample(lambda x, t: flow.velocity(noise, data), noise, times)
        assert torch.allclose(got, data, atol=1e-5)


def test_fresh_transformer_says_zero_and_has_the_asked_shape() -> None:
    model = DiT(TINY)
    x, mask = torch.randn(2, 32, 2, 3, 4), torch.zeros(2, 1, 2, 3, 4)
    rows = word_rows(["a sunset", ""], TINY.text_words, TINY.text_length)
    said = model(x, torch.rand(2, 2), rows, mask, seconds_per_latent=0.16)
    assert said.shape == x.shape and (said == 0).all()
    assert (rows[1] == 0).all() and (rows[0, 2:] == 0).all()


def test_rotary_attention_depends_on_distance_only() -> None:
    q, k = torch.randn(1, 1, 1, 24), torch.randn(1, 1, 1, 24)

    def score(a: float, b: float) -> float:
        places = torch.tensor([[a, 0.0, 0.0], [b, 0.0, 0.0]])
        cos, sin = rotary(places, 24)
        return float((turn(q, cos[:1], sin[:1]) * turn(k, cos[1:], sin[1:])).sum())

    assert score(1, 3) == pytest.approx(score(4, 6), abs=1e-4)
    assert score(1, 3) != pytest.approx(score(1, 9), abs=1e-3)
    # twice the rate, same seconds: the tokens stand at the same places
    assert torch.equal(positions(4, 1, 1, 0.32)[1], positions(4, 1, 1, 0.16)[2])


def test_known_latents_leave_something_to_make() -> None:
    mask = draw_known((200, 32, 4, 2, 3), torch.Generator().manual_seed(0))
    given = mask.mean((1, 2, 3, 4))
    assert (given < 1).all()
    assert 0.25 < float((given == 0).float().mean()) < 0.5  # words alone


def test_weights_over_fifteen_megabytes_are_kept_in_shards(tmp_path: Path) -> None:
    weights = {f"w{n}": torch.full((1_000_000,), float(n)) for n in range(9)}
    save_weights(tmp_path, "dit", weights)
    files = sorted(tmp_path.glob("dit-*.safetensors"))
    assert len(files) == 3 and all(file.stat().st_size <= 15_100_000 for file in files)
    back = load_weights(tmp_path, "dit")
    assert all(torch.equal(back[name], weights[name]) for name in weights)


def test_config_of_another_version_is_refused() -> None:
    assert ModelConfig.from_json(TINY.to_json()) == TINY
    with pytest.raises(ValueError, match="of this version"):
        ModelConfig.from_json('{"size": "tiny", "ae_widths": [1, 2, 3, 4], "wings": 2}')


def test_same_seed_gives_the_same_bytes(trained: Path) -> None:
    backend = BuiltinBackend(trained)
    first = backend.generate(SHORT, lambda *_: None, lambda: False)
    again = BuiltinBackend(trained).generate(SHORT, lambda *_: None, lambda: False)
    other = backend.generate(replace(SHORT, seed=6), lambda *_: None, lambda: False)
    assert first.frames.shape == (8, 32, 48, 3)
    assert (first.frames == again.frames).all() and (first.frames != other.frames).any()
    assert first.provenance.ai and first.provenance.model == "tiny"


def test_given_frames_are_kept(trained: Path) -> None:
    pipeline = ShotPipeline.load(trained)
    given = np.full((4, 32, 48, 3), 90, np.uint8)
    request = replace(SHORT, conditions=(Condition(given, Fraction(0)),))
    frames = pipeline(request, prompt="sunset", edge=48)
    assert (frames[:4] == given).all()
    assert (frames[4:] != 90).any()


def test_strength_under_one_starts_from_the_frames(
    trained: Path,
) -> None:
    pipeline = ShotPipeline.load(trained)
    given = np.full((8, 32, 48, 3), 90, np.uint8)
    near, far = (
        pipeline(
            replace(SHORT, conditions=(Condition(given, Fraction(0), strength=strength),)),
            prompt="sunset", edge=48,
        )
        for strength in (0.95, 0.1)
    )  # fmt: skip
    with torch.no_grad():
        x = torch.full((1, 3, 8, 32, 48), 90 / 127.5 - 1)
        back = pipeline.autoencoder.decode(pipeline.autoencoder.encode(x))
    goal = ((back[0] + 1) * 127.5).permute(1, 2, 3, 0).numpy()
    assert np.abs(near - goal).mean() < np.abs(far - goal).mean()


def test_gate_refuses_frames_the_autoencoder_cannot_hold_with_the_figure(
    trained: Path,
) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (4, 32, 48, 3), dtype=np.uint8)
    request = replace(SHORT, conditions=(Condition(noise, Fraction(0)),))
    gate = BuiltinBackend(trained).gate(request)
    assert not gate.open and "dB" in gate.reason and "motion" in gate.reason


def test_generation_stops_when_told(trained: Path) -> None:
    with pytest.raises(GenerationCancelled):
        BuiltinBackend(trained).generate(SHORT, lambda *_: None, lambda: True)


def test_without_weights_it_says_how_to_train_them(tmp_path: Path) -> None:
    backend = BuiltinBackend(tmp_path)
    assert "python -m generator.train" in backend.available().reason
    with pytest.raises(Refused, match="no trained weights"):
        backend.generate(SHORT, lambda *_: None, lambda: False)


def test_diffusers_users_can_save_and_load_the_weights(trained: Path, tmp_path: Path) -> None:
    from generator.diffusers_wrap import RoughcutPipeline

    pipe = RoughcutPipeline.from_folder(trained)
    pipe.save_pretrained(tmp_path / "saved")
    again = RoughcutPipeline.from_saved(tmp_path / "saved")
    frames = [
        one("a sunset", width=48, height=32, num_frames=4, num_inference_steps=2).frames
        for one in (pipe, again)
    ]
    assert frames[0].shape == (4, 32, 48, 3) and (frames[0] == frames[1]).all()


def test_psnr_is_infinite_for_the_same_picture() -> None:
    assert psnr(torch.zeros(2), torch.zeros(2)) == float("inf")
    assert psnr(torch.zeros(2), torch.ones(2)) == pytest.approx(6.02, abs=0.01)
