"""Contact sheets of the generator's benchmark: what it made, what it was to be like."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks._clips import Bench, Read
from generator.grammar import describe
from generator.values import Frames

if TYPE_CHECKING:
    from PIL import Image

FRAMES, CAPTION_PX, COLUMNS, LARGEST_ROWS = 4, 30, 2, 24
PAPER, INK = (18, 18, 18), (214, 214, 210)


def sheet(rows: list[tuple[Frames, str]]) -> Image.Image:
    """Clips as four frames each over their captions, in two columns."""
    from PIL import Image, ImageDraw, ImageFont

    height, width = rows[0][0].shape[1:3]
    wide, tall = FRAMES * (width + 4) + 8, height + CAPTION_PX + 4
    page = Image.new("RGB", (COLUMNS * wide, -(-len(rows) // COLUMNS) * tall), PAPER)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(11)
    for number, (clip, caption) in enumerate(rows):
        left, top = number % COLUMNS * wide, number // COLUMNS * tall
        for at, frame in enumerate(np.linspace(0, len(clip) - 1, FRAMES).round().astype(int)):
            page.paste(Image.fromarray(clip[frame]), (left + at * (width + 4), top))
        pen.text((left + 2, top + height + 1), caption, font=font, fill=INK)
    return page


def write(bench: Bench, folder: Path) -> list[Path]:
    """The sheets of this run in `folder`: generated, in few steps, painted, rebuilt."""
    folder.mkdir(parents=True, exist_ok=True)
    o = bench.options
    sources = {
        f"made-in-{o.steps}": bench.made, f"made-in-{o.few_steps}": bench.made_in_few,
        "painted": bench.real, "rebuilt": bench.rebuilt,
    }  # fmt: skip
    files = []
    for name, read in sources.items():
        file = folder / f"{name}.jpg"
        sheet(_captioned(bench, read)).save(file, quality=82)
        files.append(file)
    return files


def _captioned(bench: Bench, read: Read) -> list[tuple[Frames, str]]:
    """A few clips of every scene with their prompt and what the judge read."""
    by_scene = sorted(range(len(bench.asked)), key=lambda n: bench.asked[n].scene)
    every = max(1, -(-len(by_scene) // LARGEST_ROWS))
    rows = []
    for n in by_scene[::every]:
        seen = read.seen[n]
        words = f"{describe(bench.asked[n])}\nread as {seen.scene}, {seen.palette}, {seen.motion}"
        rows.append((read.clips[n], words))
    return rows
