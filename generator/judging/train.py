"""Train the judge on painted clips: `python -m generator.judging.train --out FOLDER`.

With --weights it also learns from clips that went through the autoencoder there, whose softness
all generated clips share. Held-out figures are printed; a few minutes on one core.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.judge import MOTIONS, Judge, Looks
from generator.judging.examples import (
    CHECK_WITH,
    LEARN_FROM,
    SHAPES,
    Examples,
    Rebuild,
    examples,
    flipped,
)
from generator.scenes.registry import SCENES
from generator.training.run import fast_bf16

CLIPS, CHECKED, EPOCHS, BATCH, RATE = 1500, 200, 24, 128, 3e-3
MOTION_STEPS = 1500


def fit(
    scenes: Sequence[str], seen: Examples, *, epochs: int = EPOCHS, batch: int = BATCH,
    seed: int = 0,
) -> Judge:  # fmt: skip
    """A judge trained on `seen` and its mirror images; the same for the same seed.

    First the scenery, then the motion, whose small part wants many more steps.
    """
    torch.manual_seed(seed)
    judge = Judge(scenes)
    both = (seen, flipped(seen))
    steps = epochs * max(1, len(seen.kind) // batch)
    random = torch.Generator().manual_seed(seed)

    def kind_loss() -> Tensor:
        rows = torch.randint(len(seen.kind), (batch,), generator=random)
        some = both[int(torch.randint(2, (1,), generator=random))][rows]
        with quick():
            _, kind = judge.places(_shaken(some.looks, random))
        return F.cross_entropy(kind.float(), some.kind, label_smoothing=0.02)

    _descend(judge, kind_loss, steps)
    given = torch.cat([_movements(judge.eval(), side) for side in both])
    motion = torch.cat([side.motion for side in both])
    judge.train()

    def motion_loss() -> Tensor:
        rows = torch.randint(len(given), (batch,), generator=random)
        shaken = given[rows] + 0.02 * torch.randn(batch, given.shape[1], generator=random)
        said = judge.motion(judge.moved(shaken))
        return F.cross_entropy(said, motion[rows], label_smoothing=0.05)

    _descend(judge, motion_loss, max(4 * steps, MOTION_STEPS))
    return judge.eval()


def _descend(judge: Judge, loss: Callable[[], Tensor], steps: int) -> None:
    optimiser = torch.optim.AdamW(judge.parameters(), lr=RATE, weight_decay=0.05)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for _ in range(steps):
        optimiser.zero_grad(set_to_none=True)
        loss().backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        pace.step()


@torch.no_grad()
def _movements(judge: Judge, seen: Examples) -> Tensor:
    """What the judge reads motion from, for every row."""
    rows = torch.split(torch.arange(len(seen.kind)), 256)
    return torch.cat([judge.movements(seen.looks[n], judge.places(seen.looks[n])[1]) for n in rows])


def _shaken(seen: Looks, random: torch.Generator) -> Looks:
    """Looks in slightly other light, with their movement a little off."""
    light = 1 + 0.05 * torch.randn(len(seen.fit), 1, 1, 1, generator=random)
    lift = 0.02 * torch.randn(len(seen.fit), 1, 1, 1, generator=random)
    off = 0.03 * torch.randn(seen.field.shape, generator=random)
    return Looks(seen.stills * light + lift, seen.field + off, seen.fit)


def quick() -> torch.autocast:
    """bf16 where the processor multiplies it fast."""
    return torch.autocast("cpu", torch.bfloat16, enabled=fast_bf16("cpu"))


def accuracy(judge: Judge, seen: Examples) -> tuple[float, float, float]:
    """Shares of clips whose scene, palette and motion are read right.

    The palette counts among the clips whose scene was read right.
    """
    verdicts, _ = judge.verdicts(seen.looks)
    true = [judge.kinds[n] for n in seen.kind.tolist()]
    scene = [one.scene == kind[0] for one, kind in zip(verdicts, true, strict=True)]
    both = [(one.scene, one.palette) == kind for one, kind in zip(verdicts, true, strict=True)]
    moves = [MOTIONS[n] for n in seen.motion.tolist()]
    motion = [one.motion == move for one, move in zip(verdicts, moves, strict=True)]
    return sum(scene) / len(true), sum(both) / max(1, sum(scene)), sum(motion) / len(true)


def rebuild_with(folder: Path) -> Rebuild:
    """Clips through the autoencoder in `folder`, with a little noise on their latents."""
    from generator.autoencoder import VideoAutoencoder
    from generator.checkpoint import load_config, load_weights

    network = VideoAutoencoder(load_config(folder))
    network.load_state_dict(load_weights(folder, "autoencoder"))
    network.eval().requires_grad_(False)
    random = torch.Generator().manual_seed(0)

    def rebuild(clip: Tensor) -> Tensor:
        with quick():
            latents = network.encode(clip)
            level = 0.25 * float(torch.rand(1, generator=random))
            noise = torch.randn(latents.shape, generator=random)
            back = network.decode_batch(latents + level * noise)
        return back[:, :, : clip.shape[2]].float()

    return rebuild


def train_judge(
    scenes: Sequence[str], *, clips: int = CLIPS, checked: int = CHECKED,
    rebuild: Rebuild | None = None, say: Callable[[str], None] = print,
) -> Judge:  # fmt: skip
    """A judge for `scenes`; its figures on clips it never saw are said."""
    began = time.monotonic()
    seen = examples(range(LEARN_FROM, LEARN_FROM + clips), scenes, rebuild=rebuild)
    say(f"{len(seen.kind)} looks of {clips} clips in {time.monotonic() - began:.0f} s")
    judge = fit(scenes, seen)
    size = sum(p.numel() for p in judge.parameters())
    say(f"{size / 1e6:.2f} M parameters, trained after {time.monotonic() - began:.0f} s")
    for shape in SHAPES:
        numbers = range(CHECK_WITH, CHECK_WITH + checked)
        held = examples(numbers, scenes, wear=False, shape=shape)
        scene, palette, motion = accuracy(judge, held)
        say(
            f"{checked} held-out painted clips of {shape[1]} frames at {float(shape[0]):g}/s: "
            f"scene {scene:.1%}, palette {palette:.1%}, motion {motion:.1%}"
        )
    return judge


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m generator.judging.train", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "weights")
    parser.add_argument("--weights", type=Path, help="a folder with a trained autoencoder")
    parser.add_argument("--scenes", nargs="+", choices=sorted(SCENES), default=tuple(SCENES))
    parser.add_argument("--clips", type=int, default=CLIPS)
    asked = parser.parse_args()
    rebuild = rebuild_with(asked.weights) if asked.weights else None
    judge = train_judge(tuple(asked.scenes), clips=asked.clips, rebuild=rebuild)
    file = judge.save(asked.out)
    print(f"{file}, {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
