"""Train the autoencoder, then the transformer: `python -m generator.train --size S --minutes 120`.

Every batch is a pure function of seed and step, so a stopped run goes on along the same curve.
`accelerate launch -m generator.train ...` shares each batch among several processes.
Figures are printed as Markdown table rows, ready for docs/lab-log.md (--log appends them).
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import torch

from generator.autoencoder import VideoAutoencoder
from generator.checkpoint import load_weights, save_weights
from generator.scenes.registry import SCENES
from generator.sizes import MODELS, TRAINING
from generator.training.autoencoder import measure_autoencoder, train_autoencoder
from generator.training.crew import join, leave
from generator.training.dit import latents_of, train_dit
from generator.training.run import Limits, Run

STAGES = ("autoencoder", "latents", "dit")


def train(
    run: Run, minutes: float, stages: tuple[str, ...] = STAGES,
    shares: Mapping[str, float] | None = None,
) -> None:  # fmt: skip
    """The stages within `minutes` (latents come on top), resuming what `run.out` holds.

    shares: what each stretch (autoencoder, the plan's stages, few) gets; the plan's where None.
    """
    run.say("| stage | step | minutes | loss |\n|---|---|---|---|")
    shares = shares or run.plan.shares()
    own = shares["autoencoder"] / sum(shares.values())
    if "autoencoder" in stages:
        encoder, _ = train_autoencoder(run, Limits(minutes * own))
        if run.crew.rank == 0:
            measure_autoencoder(run, encoder)
        run.crew.wait()
    if "latents" in stages or "dit" in stages:
        encoder = _encoder(run)
    if "latents" in stages:
        for stage in run.plan.stages:
            latents_of(run, stage, encoder)
    if "dit" in stages:
        train_dit(run, encoder, Limits(minutes * (1 - own)), shares)


def _encoder(run: Run) -> VideoAutoencoder:
    """The trained autoencoder; the one to start from where none was trained in this run."""
    encoder = VideoAutoencoder(run.model)
    if run.init and not any(run.out.glob("autoencoder*.safetensors")):
        run.begin(encoder, "autoencoder")
        run.crew.wait()
        if run.crew.rank == 0:
            save_weights(run.out, "autoencoder", encoder.state_dict(), torch.bfloat16)
        run.crew.wait()
    encoder.load_state_dict(load_weights(run.out, "autoencoder"))
    return encoder.to(run.device).eval().requires_grad_(False)


def main() -> None:
    """The command."""
    asked = _arguments().parse_args()
    crew, device = join(asked.device)
    workers = asked.workers
    if workers is None:
        workers = max(0, (os.cpu_count() or 1) - 1) if device.startswith("cuda") else 0
    if device.startswith("cuda"):
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
    say = _teller(asked.log) if crew.rank == 0 else _silent
    run = Run(
        asked.size, asked.out, asked.seed, device, tuple(asked.scenes), say, crew, workers,
        asked.init,
    )  # fmt: skip
    shares = TRAINING[asked.size].shares() | dict(asked.share or ())
    train(run, asked.minutes, tuple(asked.stage or STAGES), shares)
    leave()


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m generator.train", description=__doc__)
    parser.add_argument("--size", choices=sorted(MODELS), default="S")
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "weights")
    parser.add_argument("--init", type=Path, help="a folder of weights to start from")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--scenes", nargs="+", choices=sorted(SCENES), default=tuple(SCENES))
    parser.add_argument("--stage", choices=STAGES, action="append", help="only this one")
    parser.add_argument(
        "--share", type=_share, nargs="+", metavar="NAME=SHARE",
        help="of the minutes, for autoencoder, stills, clips, finish or few (0 leaves one out)",
    )  # fmt: skip
    parser.add_argument("--workers", type=int, help="processes that paint; all cores on a GPU")
    parser.add_argument("--log", type=Path, help="a Markdown file to append the figures to")
    return parser


def _share(text: str) -> tuple[str, float]:
    name, _, share = text.partition("=")
    return name, float(share)


def _teller(log: Path | None) -> Callable[[str], None]:
    def say(line: str) -> None:
        print(line, flush=True)
        if log:
            with log.open("a") as file:
                file.write(line + "\n")

    return say


def _silent(_: str) -> None:
    """What other processes than the first say."""


if __name__ == "__main__":
    main()
