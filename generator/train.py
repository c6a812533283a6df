"""Train the autoencoder, then the transformer: `python -m generator.train --size S --minutes 120`.

Every batch is a pure function of seed and step, so a stopped run goes on along the same curve.
Figures are printed as Markdown table rows, ready for docs/lab-log.md (--log appends them).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from generator.autoencoder import VideoAutoencoder
from generator.checkpoint import load_weights
from generator.scenes.registry import SCENES
from generator.sizes import MODELS
from generator.training.autoencoder import measure_autoencoder, train_autoencoder
from generator.training.dit import latents_of, train_dit
from generator.training.run import Limits, Run

STAGES = ("autoencoder", "latents", "dit")


def train(run: Run, minutes: float, stages: tuple[str, ...] = STAGES) -> None:
    """The stages within `minutes` (latents come on top), resuming what `run.out` holds."""
    run.say("| stage | step | minutes | loss |\n|---|---|---|---|")
    share = run.plan.ae_share
    if "autoencoder" in stages:
        encoder, _ = train_autoencoder(run, Limits(minutes * share))
        measure_autoencoder(run, encoder)
    if "latents" in stages or "dit" in stages:
        encoder = VideoAutoencoder(run.model)
        encoder.load_state_dict(load_weights(run.out, "autoencoder"))
        encoder.to(run.device).eval().requires_grad_(False)
    if "latents" in stages:
        for stage in run.plan.stages:
            latents_of(run, stage, encoder)
    if "dit" in stages:
        train_dit(run, encoder, Limits(minutes * (1 - share)))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m generator.train", description=__doc__)
    parser.add_argument("--size", choices=sorted(MODELS), default="S")
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "weights")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--scenes", nargs="+", choices=sorted(SCENES), default=tuple(SCENES))
    parser.add_argument("--stage", choices=STAGES, action="append", help="only this one")
    parser.add_argument("--log", type=Path, help="a Markdown file to append the figures to")
    asked = parser.parse_args()

    def say(line: str) -> None:
        print(line, flush=True)
        if asked.log:
            with asked.log.open("a") as log:
                log.write(line + "\n")

    run = Run(asked.size, asked.out, asked.seed, asked.device, tuple(asked.scenes), say)
    train(run, asked.minutes, tuple(asked.stage or STAGES))


if __name__ == "__main__":
    main()
