"""The model card beside the weights: `python -m generator.card WEIGHTS --log LOG --figures JSON`.

Everything in it is read: the config, the sizes of the files, the stages from the run's log, the
figures from a JSON file (a mapping of names to values, or of headings to such mappings).
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generator.autoencoder import TIME
from generator.checkpoint import load_config, load_weights
from generator.judge import Judge
from generator.scenes.registry import SCENES
from generator.sizes import TRAINING, ModelConfig
from generator.values import GeneratorError

LIMITS = (
    "It makes skies, water, fire, smoke, lights, textures and abstract grounds: what its scenes "
    "show. It cannot draw people, faces, animals, objects, text or real places.",
    "It continues its own kind of pictures; arbitrary camera footage it cannot continue, and the "
    "gate refuses given frames that its autoencoder does not hold.",
    "It knows the words of the caption grammar; others are reported and not guessed.",
    "Pictures are soft: fine grain and crisp particles are drawn over the result, not learned.",
)
_ROW = re.compile(r"^\|\s*([\w-]+)\s*\|\s*(\d+)\s*\|\s*([\d.]+)\s*\|\s*([\d.]+)\s*\|$")
_FIGURE = re.compile(r"^(autoencoder: .* dB.*|[\w-]+: held-out flow loss .*)$")


@dataclass(frozen=True, slots=True)
class Stretch:
    """What the log says of one stage of training, at its last line."""

    name: str
    steps: int
    minutes: float
    loss: float


def read_log(text: str) -> tuple[tuple[Stretch, ...], tuple[str, ...]]:
    """The stages in order, each as it ended, and the lines with figures."""
    found: dict[str, Stretch] = {}
    said: list[str] = []
    for line in text.splitlines():
        row = _ROW.match(line.strip())
        if row:
            name, steps, minutes, loss = row.groups()
            found[name] = Stretch(name, int(steps), float(minutes), float(loss))
        elif _FIGURE.match(line.strip()):
            said.append(line.strip())
    return tuple(found.values()), tuple(said)


def write_card(
    weights: Path, *, log: str = "", figures: Mapping[str, Any] | None = None, machine: str = "",
    scenes: tuple[str, ...] = tuple(SCENES),
) -> Path:  # fmt: skip
    """Write weights/README.md. figures: {name: value} or {heading: {name: value}}."""
    config = load_config(weights)
    stages, said = read_log(log)
    parts = [
        f"# Roughcut's built-in generator, size {config.size}",
        _networks(weights, config),
        _data(scenes),
        _training(config, stages, machine),
        "## Figures\n\n" + (_figures(figures or {}, said) or "None were measured yet."),
        *_judge(weights),
        "## Limits\n\n" + "\n".join(f"- {line}" for line in LIMITS),
        "## Licence\n\nApache-2.0, weights and code. The pictures it was trained on are its own "
        "renderers' (the folder scenes/), so nobody else's work is in it.",
    ]
    card = weights / "README.md"
    card.write_text("\n\n".join(parts) + "\n")
    return card


def _networks(weights: Path, config: ModelConfig) -> str:
    lines = ["| network | parameters | files | on disk |", "|---|---|---|---|"]
    for name in ("autoencoder", "dit"):
        count = sum(value.numel() for value in load_weights(weights, name).values())
        files = sorted(weights.glob(f"{name}*.safetensors"))
        size = sum(file.stat().st_size for file in files) / 1e6
        lines.append(f"| {name} | {count / 1e6:.1f} M | {len(files)} | {size:.1f} MB |")
    return (
        f"A video autoencoder (4x16x16 pixels to {config.channels} numbers) and a diffusion "
        f"transformer over its latents (width {config.width}, depth {config.depth}), trained from "
        "nothing with flow matching.\n\n" + "\n".join(lines)
    )


def _data(scenes: tuple[str, ...]) -> str:
    nouns = ", ".join(SCENES[name].noun for name in scenes)
    return (
        f"## Data\n\nNo footage from outside. {len(scenes)} procedural scenes, painted at random "
        f"palettes, camera moves, speeds and densities, with captions from one grammar: {nouns}. "
        "The autoencoder also saw moving dead leaves (overlapping textured shapes of all sizes). "
        "An eighth of the clips was held out for the figures."
    )


def _training(config: ModelConfig, stages: tuple[Stretch, ...], machine: str) -> str:
    plan = TRAINING.get(config.size)
    lines = ["## Training", f"`python -m generator.train --size {config.size}`"]
    if machine:
        lines.append(f"On {machine}.")
    if plan:
        shapes = "; ".join(
            f"{s.name}: {s.width}x{s.height}, {s.frames} frames, {s.clips} clips, batch {s.batch}"
            for s in plan.stages
        )
        lines.append(f"Shapes: {shapes}.")
    if config.longest_edge and config.longest_clip:
        lines.append(
            f"These weights ended at {config.longest_edge} pixels and "
            f"{TIME * config.longest_clip} frames; larger shots are enlarged, longer ones slide."
        )
    if stages:
        rows = [f"| {s.name} | {s.steps} | {s.minutes:.1f} | {s.loss:.4f} |" for s in stages]
        lines.append(
            "\n".join(["| stage | steps | minutes | last loss |", "|---|---|---|---|", *rows])
        )
    return "\n\n".join(lines)


def _judge(weights: Path) -> list[str]:
    """What read scene, palette and motion from the clips, and how well it reads painted ones."""
    try:
        notes = Judge.load(weights).notes
    except GeneratorError:
        return []
    return [
        "## The judge\n\nA small network, trained on the scenes, reads scene, palette and motion "
        "from clips. Motion counts only where a camera can be told in a scene.\n\n" + _table(notes)
    ]


def _figures(figures: Mapping[str, Any], said: tuple[str, ...]) -> str:
    groups = {name: value for name, value in figures.items() if isinstance(value, Mapping)}
    plain = {name: value for name, value in figures.items() if name not in groups}
    tables = [_table(plain)] if plain else []
    tables += [f"### {name}\n\n{_table(group)}" for name, group in groups.items()]
    if said:
        tables.append("From the run's log:\n\n" + "\n".join(f"- {line}" for line in said))
    return "\n\n".join(tables)


def _table(figures: Mapping[str, Any]) -> str:
    def shown(value: Any) -> str:
        return f"{value:.4g}" if isinstance(value, float) else str(value)

    rows = [f"| {name} | {shown(value)} |" for name, value in figures.items()]
    return "\n".join(["| figure | value |", "|---|---|", *rows])


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m generator.card", description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--log", type=Path, nargs="+", default=[], help="logs of the run")
    parser.add_argument("--figures", type=Path, help="a JSON file")
    parser.add_argument("--machine", default="", help="what it was trained on, in words")
    parser.add_argument("--scenes", nargs="+", choices=sorted(SCENES), default=tuple(SCENES))
    asked = parser.parse_args()
    log = "\n".join(file.read_text() for file in asked.log)
    figures = json.loads(asked.figures.read_text()) if asked.figures else {}
    print(write_card(
        asked.weights, log=log, figures=figures, machine=asked.machine, scenes=tuple(asked.scenes)
    ))  # fmt: skip


if __name__ == "__main__":
    main()
