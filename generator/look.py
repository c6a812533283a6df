"""Learn a look: the built-in transformer fine-tuned on chosen footage, kept as a small file.

LoRA (Hu et al. 2021) on the attention and the feed-forward of every block: two thin matrices
beside each large one, which are all that is trained. `apply` adds them into the weights when
these are loaded, so a look costs nothing while generating, and is gone with its file.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from generator.grammar import describe, read_prompt
from generator.values import Cancel, Frames, GenerationCancelled, GeneratorError

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from generator.dataset import Latents
    from generator.dit import DiT
    from generator.training.run import Run

LOOK_WORDS = "in my look"  # end every caption in training, and every prompt that uses the look
RANK = 8
RATE = 2e-3
BATCH = 4
WINDOW = 20  # frames of one training clip
FEWEST_STEPS = 8
_PLACES = ("attention.qkv", "attention.out", "feed.0", "feed.2")


@dataclass(frozen=True, slots=True)
class LookClip:
    """Footage to learn from. frames: (F, H, W, 3) uint8; words: what the index says of it."""

    frames: Frames
    rate: Fraction
    words: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """A learned look. base: which weights it belongs to; loss: before and after training."""

    name: str
    file: Path
    base: str
    clips: int
    steps: int
    loss: tuple[float, float]
    captions: tuple[str, ...]


def caption_of(words: str) -> str:
    """The grammar's caption where it can read one out of `words`, and always the look's name."""
    params = read_prompt(words).params
    return f"{describe(params)}, {LOOK_WORDS}" if params else LOOK_WORDS


def prompt_in_look(prompt: str) -> str:
    """`prompt` asking for the look; a look that is applied is not seen without."""
    return f"{prompt}, {LOOK_WORDS}" if prompt else LOOK_WORDS


def learn(
    weights: Path, clips: Sequence[LookClip], out: Path, *, minutes: float = 20.0,
    steps: int = 1_000_000, seed: int = 0, device: str = "cpu",
    progress: Callable[[float], None] = lambda _: None, cancel: Cancel = lambda: False,
) -> Look:  # fmt: skip
    """Fine-tune the built-in generator on `clips` for some minutes and write the look to `out`.

    Raises GeneratorError where no weights are trained or no clip is long enough, and
    GenerationCancelled; then nothing is written.
    """
    import torch

    from generator.checkpoint import load_weights
    from generator.dit import DiT
    from generator.training.run import Run, compiled

    run = Run(_size(weights), out.parent, seed, device, init=weights)
    latents = _latents(run, clips)
    torch.manual_seed(seed)
    model = DiT(run.model)
    model.load_state_dict(load_weights(weights, "dit"))
    model.requires_grad_(False).to(device)
    thin = _add(model)
    compiled([model.text, *model.blocks], len(model.blocks))
    before = _loss(run, model, latents)
    made = _train(run, model, thin, latents, _Budget(minutes, steps, progress, cancel))
    captions = tuple(dict.fromkeys(latents[0].captions))
    look = Look(
        out.stem, out, _base(weights), len(clips), made, (before, _loss(run, model, latents)),
        captions,
    )  # fmt: skip
    _save(look, thin)
    progress(1.0)
    return look


def apply(dit: DiT, file: Path, weights: Path | None = None) -> None:
    """Add the look in `file` into the transformer's weights.

    weights: the folder these came from, to be sure that the look was learned on them.
    Raises GeneratorError where it was not, or does not fit.
    """
    import torch
    from safetensors.torch import load_file

    look = read(file)
    if weights and look.base != _base(weights):
        raise GeneratorError(f"look {look.name!r} was learned on other weights; learn it again")
    tensors = load_file(file)
    own = dict(dit.named_parameters())
    with torch.no_grad():
        for name in sorted({key.rsplit(".", 1)[0] for key in tensors}):
            weight = own.get(f"{name}.weight")
            down, up = tensors[f"{name}.down"], tensors[f"{name}.up"]
            if weight is None or weight.shape != (len(up), down.shape[1]):
                raise GeneratorError(f"look {look.name!r} does not fit these weights")
            weight.add_((up @ down).to(weight.device, weight.dtype))


def read(file: Path) -> Look:
    """What is known of the look in `file`. Raises GeneratorError where it is none."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, "pt") as held:
            said = json.loads(held.metadata()["look"])
        return Look(
            file.stem, file, said["base"], said["clips"], said["steps"], tuple(said["loss"]),
            tuple(said["captions"]),
        )  # fmt: skip
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise GeneratorError(f"{file.name} is no look: {error}") from error


def looks(folder: Path) -> tuple[Look, ...]:
    """The looks kept in `folder`, by name."""
    return tuple(read(file) for file in sorted(folder.glob("*.safetensors")))


def remove(folder: Path, name: str) -> None:
    """Forget a look. Raises GeneratorError where there is none of that name."""
    known = {file.stem: file for file in folder.glob("*.safetensors")}
    if name not in known:
        raise GeneratorError(f"there is no look {name!r}; there are: {', '.join(known) or 'none'}")
    known[name].unlink()


@dataclass(frozen=True, slots=True)
class _Budget:
    minutes: float
    steps: int
    progress: Callable[[float], None]
    cancel: Cancel


def _size(weights: Path) -> str:
    from generator.checkpoint import load_config

    return load_config(weights).size


def _base(weights: Path) -> str:
    """A fingerprint of the weights in a folder."""
    import hashlib

    digest = hashlib.sha256()
    for file in sorted(weights.glob("dit*.safetensors")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _latents(run: Run, clips: Sequence[LookClip]) -> list[Latents]:
    """The clips' windows as latents, those of one shape and rate together, most first."""
    import torch

    from generator.autoencoder import TIME, VideoAutoencoder
    from generator.checkpoint import load_weights
    from generator.conditioning import to_unit
    from generator.dataset import Latents

    encoder = VideoAutoencoder(run.model)
    encoder.load_state_dict(load_weights(run.init or run.out, "autoencoder"))
    encoder.to(run.device).eval()
    groups: dict[tuple[tuple[int, ...], float], list[tuple[Tensor, str]]] = {}
    for clip in clips:
        for frames in _windows(clip.frames):
            with torch.no_grad():
                unit = to_unit(frames, _working_size(run, clip.frames)).to(run.device)
                data = encoder.encode(unit)[0].cpu()
            key = tuple(data.shape), float(TIME / clip.rate)
            groups.setdefault(key, []).append((data, caption_of(clip.words)))
    if not groups:
        raise GeneratorError("nothing to learn from: no footage has a picture that lasts a moment")
    made = []
    for (shape, seconds), rows in sorted(groups.items(), key=lambda item: -len(item[1])):
        boxes = torch.zeros(len(rows), 1, *shape[1:], dtype=torch.uint8)
        data = torch.stack([row for row, _ in rows])
        made.append(Latents(data, [text for _, text in rows], [seconds] * len(rows), boxes))
    return made


def _windows(frames: Frames) -> Iterator[Frames]:
    """Stretches of WINDOW frames; of a shorter clip all whole latents."""
    from generator.autoencoder import TIME

    length = min(WINDOW, len(frames) // TIME * TIME)
    if length:
        for first in range(0, len(frames) - length + 1, length):
            yield frames[first : first + length]


def _working_size(run: Run, frames: Frames) -> tuple[int, int]:
    """(width, height) the size was trained for, in the footage's shape."""
    from generator.autoencoder import SPACE

    height, width = frames.shape[1:3]
    share = run.plan.stages[1].width / max(width, height)
    wide, high = (max(SPACE, round(edge * share / SPACE) * SPACE) for edge in (width, height))
    return wide, high


def _add(model: DiT) -> dict[str, nn.Module]:
    """A thin pair beside every large map of the blocks; returns the pairs by place."""
    thin: dict[str, nn.Module] = {}
    for number, block in enumerate(model.blocks):
        for place in _PLACES:
            linear = block.get_submodule(place)
            thin[f"blocks.{number}.{place}"] = _beside(linear)
    return thin


def _beside(linear: nn.Module) -> nn.Module:
    """Make `linear` the sum of itself and a pair of thin maps, which starts as nothing."""
    import torch
    from torch import nn
    from torch.nn.utils import parametrize

    class Pair(nn.Module):
        def __init__(self, weight: Tensor) -> None:
            super().__init__()
            after, before = weight.shape
            self.down = nn.Parameter(torch.randn(RANK, before) / math.sqrt(before))
            self.up = nn.Parameter(torch.zeros(after, RANK))

        def forward(self, weight: Tensor) -> Tensor:
            return weight + self.up @ self.down

    weight = linear.weight
    assert isinstance(weight, torch.Tensor)
    pair = Pair(weight).to(weight.device)
    parametrize.register_parametrization(linear, "weight", pair)
    return pair


def _train(
    run: Run, model: DiT, thin: dict[str, nn.Module], latents: list[Latents], budget: _Budget
) -> int:
    """How many steps were made."""
    import torch

    from generator.training.dit import dit_loss

    parameters = [p for pair in thin.values() for p in pair.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=RATE, betas=(0.9, 0.99), weight_decay=0.0)
    weights = torch.tensor([float(len(group.captions)) for group in latents])
    began, step = time.monotonic(), 0
    while True:
        passed = (time.monotonic() - began) / max(1e-9, budget.minutes * 60)
        done = max(step / budget.steps, passed)
        if done >= 1 and step >= min(FEWEST_STEPS, budget.steps):
            return step
        if budget.cancel():
            raise GenerationCancelled(f"stopped at {min(1.0, done):.0%}; no look was kept")
        budget.progress(min(0.99, done))
        random = run.random(step, 90)
        group = latents[int(torch.multinomial(weights, 1, generator=random))]
        optimiser.param_groups[0]["lr"] = RATE * min(1.0, (step + 1) / 10, 0.05 + 2 * (1 - done))
        data, what = _drawn(group, random)
        with run.autocast():
            loss = dit_loss(model, data, what, random)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        step += 1


def _drawn(group: Latents, random: torch.Generator) -> tuple[Tensor, tuple[list[str], float]]:
    import torch

    chosen = torch.randint(len(group.captions), (BATCH,), generator=random).tolist()
    return group.data[chosen], ([group.captions[n] for n in chosen], group.seconds[0])


def _loss(run: Run, model: DiT, latents: list[Latents]) -> float:
    """The mean flow loss over the footage, always at the same times."""
    import torch

    from generator.training.dit import dit_loss

    total = 0.0
    with torch.no_grad(), run.autocast():
        for number in range(6):
            random = torch.Generator().manual_seed(number)
            data, what = _drawn(latents[number % len(latents)], random)
            total += float(dit_loss(model, data, what, random))
    return total / 6


def _save(look: Look, thin: dict[str, nn.Module]) -> None:
    from safetensors.torch import save_file

    tensors = {
        f"{place}.{name}": value.detach().cpu().contiguous()
        for place, pair in thin.items()
        for name, value in pair.named_parameters()
    }
    said = {
        "base": look.base, "clips": look.clips, "steps": look.steps, "loss": look.loss,
        "captions": look.captions,
    }  # fmt: skip
    look.file.parent.mkdir(parents=True, exist_ok=True)
    partial = look.file.with_suffix(".part")
    save_file(tensors, partial, metadata={"look": json.dumps(said)})
    partial.replace(look.file)
