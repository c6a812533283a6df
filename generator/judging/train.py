"""Train the judge on painted clips: `python -m generator.judging.train --out FOLDER`.

Every clip is learned from as it is painted, worn as clips are by an autoencoder and compression,
and filmed anew by other cameras. With --weights it also learns from clips that went through the
autoencoder there. Where a camera cannot be told by what is seen is measured on clips held out and
kept beside the weights; the figures printed are of other clips still. A few minutes on one core.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from generator.dataset import scene_of
from generator.judge import MOTIONS, Judge, Looks, motion_of
from generator.judging.examples import (
    CHECK_WITH,
    LEARN_FROM,
    Examples,
    Rebuild,
    clips,
    examples,
    flipped,
)
from generator.scenes.params import LEVELS, SceneParams
from generator.scenes.registry import SCENES
from generator.training.run import fast_bf16

CLIPS, CHECKED, BATCH, RATE = 3000, 640, 96, 3e-3
KIND_STEPS, MOTION_STEPS = 700, 4000
TOLD = 0.85  # share of clips read right from which a camera counts as legible in a scene


def fit(
    scenes: Sequence[str], seen: Examples, *, kind_steps: int = KIND_STEPS,
    motion_steps: int = MOTION_STEPS, batch: int = BATCH, seed: int = 0,
) -> Judge:  # fmt: skip
    """A judge trained on `seen` and its mirror images; the same for the same seed.

    First the scenery, then the motion, whose small part wants many more steps.
    """
    torch.manual_seed(seed)
    judge = Judge(scenes)
    both = (seen, flipped(seen))
    random = torch.Generator().manual_seed(seed)

    def kind_loss() -> Tensor:
        rows = torch.randint(len(seen.kind), (batch,), generator=random)
        some = both[int(torch.randint(2, (1,), generator=random))][rows]
        with quick():
            _, kind = judge.places(_relit(some.looks, random))
        return F.cross_entropy(kind.float(), some.kind, label_smoothing=0.02)

    _descend(judge, kind_loss, kind_steps)
    with torch.no_grad():
        judge.eval()
        moves = torch.cat([judge.movements(side.looks) for side in both])
        judge.usual.copy_(torch.stack((moves.mean(0), moves.std(0) + 1e-3)))
        given = (moves - judge.usual[0]) / judge.usual[1]
        where = torch.cat([_chances(judge, side) for side in both])
        judge.train()
    motion = torch.cat([side.motion for side in both])

    def motion_loss() -> Tensor:
        rows = torch.randint(len(given), (2 * batch,), generator=random)
        shaken = given[rows] + 0.2 * torch.randn(len(rows), given.shape[1], generator=random)
        said = judge.motion(judge.moved(shaken, where[rows]))
        return F.cross_entropy(said, motion[rows], label_smoothing=0.05)

    _descend(judge, motion_loss, motion_steps)
    return judge.eval()


def _descend(judge: Judge, loss: Callable[[], Tensor], steps: int) -> None:
    optimiser = torch.optim.AdamW(judge.parameters(), lr=RATE, weight_decay=0.1)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for _ in range(steps):
        optimiser.zero_grad(set_to_none=True)
        loss().backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        pace.step()


def _chances(judge: Judge, seen: Examples) -> Tensor:
    """The chance of each scene as the judge reads it, for every row."""
    rows = torch.split(torch.arange(len(seen.kind)), 256)
    return torch.cat([judge.chances(judge.places(seen.looks[n])[1].float()) for n in rows])


def _relit(seen: Looks, random: torch.Generator) -> Looks:
    """Looks in slightly other light."""
    light = 1 + 0.05 * torch.randn(len(seen.cells), 1, 1, 1, generator=random)
    lift = 0.02 * torch.randn(len(seen.cells), 1, 1, 1, generator=random)
    return Looks(seen.stills.float() * light + lift, seen.cells)


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
    motion = motions_right(judge, seen)
    return sum(scene) / len(true), sum(both) / max(1, sum(scene)), sum(motion) / len(true)


def motions_right(judge: Judge, seen: Examples) -> list[bool]:
    """For each row whether its motion is read right."""
    verdicts, _ = judge.verdicts(seen.looks)
    return [one.motion == MOTIONS[n] for one, n in zip(verdicts, seen.motion.tolist(), strict=True)]


def find_legible(
    judge: Judge, seen: Examples, asked: Sequence[SceneParams]
) -> frozenset[tuple[str, str]]:
    """The (scene, camera speed) where a camera of that speed is told from all others and from a
    still one in most rows and their mirror images. asked: of each row."""
    right: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for side in (seen, flipped(seen)):
        for ok, params in zip(motions_right(judge, side), asked, strict=True):
            still = motion_of(params.camera) == "still"
            for speed in LEVELS if still else (params.camera_speed,):
                right[params.scene, speed].append(ok)
    return frozenset(key for key, found in right.items() if sum(found) >= TOLD * len(found))


def train_judge(
    scenes: Sequence[str], *, count: int = CLIPS, checked: int = CHECKED,
    rebuild: Rebuild | None = None, say: Callable[[str], None] = print,
) -> Judge:  # fmt: skip
    """A judge for `scenes`; its figures on clips it never saw are said and kept in its notes."""
    began = time.process_time()
    numbers = range(LEARN_FROM, LEARN_FROM + count)
    seen = examples(clips(numbers, scenes, rebuild=rebuild), scenes)
    say(f"{len(seen.kind)} looks of {count} clips after {time.process_time() - began:.0f} CPU s")
    judge = fit(scenes, seen)
    size = sum(p.numel() for p in judge.parameters())
    say(f"{size / 1e6:.2f} M parameters, trained after {time.process_time() - began:.0f} CPU s")
    numbers = range(CHECK_WITH, CHECK_WITH + checked)
    held = examples(clips(numbers, scenes), scenes, anew=0)
    judge.legible = find_legible(
        judge, held, [scene_of(n, scenes) for n in numbers for _ in range(2)]
    )
    say(f"cameras that cannot be told: {illegible(judge)}")
    figures = tested(judge, range(CHECK_WITH + checked, CHECK_WITH + checked + checked // 2))
    for name, figure in figures.items():
        say(f"{name}: {figure}")
    judge.notes = {
        "trained on": f"{count} painted clips as they are, worn, and filmed anew by other cameras",
        "autoencoder": "some through it" if rebuild else "none",
        "camera cannot be told": illegible(judge), **figures,
    }  # fmt: skip
    return judge


def tested(judge: Judge, numbers: range) -> dict[str, str]:
    """The judge's figures on painted clips, as they are and worn."""
    asked = [scene_of(n, judge.scenes) for n in numbers]
    held = examples(clips(numbers, judge.scenes), judge.scenes, anew=0)
    found = {}
    for name, first in (("painted", 0), ("worn", 1)):
        some = held[torch.arange(first, 2 * len(asked), 2)]
        scene, palette, motion = accuracy(judge, some)
        told = torch.tensor([n for n, params in enumerate(asked) if judge.tells(params)])
        least = accuracy(judge, some[told])[2] if len(told) else 0.0
        found[f"{len(asked)} {name} clips"] = (
            f"scene {scene:.1%}, palette {palette:.1%}, motion {motion:.1%} of all, "
            f"{least:.1%} of the {len(told)} whose camera can be told"
        )
    return found


def illegible(judge: Judge) -> str:
    """In words, where a camera cannot be read."""
    words = []
    for scene in judge.scenes:
        missing = [speed for speed in LEVELS if (scene, speed) not in judge.legible]
        if len(missing) == len(LEVELS):
            words.append(scene)
        elif missing:
            slow = {"low": "slow", "medium": "medium", "high": "fast"}
            words.append(f"{scene} ({', '.join(slow[speed] for speed in missing)})")
    return ", ".join(words) or "none"


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
    judge = train_judge(tuple(asked.scenes), count=asked.clips, rebuild=rebuild)
    file = judge.save(asked.out)
    print(f"{file}, {file.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
