"""A sheet of every scene with its caption: `python -m generator.scenes [scenes.jpg]`."""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from generator.grammar import expand, read_prompt
from generator.scenes.registry import SCENES, Scene
from generator.values import GeneratorError

if TYPE_CHECKING:
    from PIL import Image

FRAME_PX = (208, 117)
FRAMES, EVERY_S = 4, Fraction(2)
COLUMNS, CAPTION_PX = 2, 20
PAPER = (18, 18, 18)


def strip(scene: Scene, seed: int) -> tuple[Image.Image, str]:
    """Four frames of one clip side by side, two seconds apart, and its caption."""
    import numpy as np
    from PIL import Image

    caption = expand(scene.noun, seed=seed)
    params = read_prompt(caption).params
    if params is None or params.scene != scene.name:
        raise GeneratorError(f"{caption!r} does not read back as {scene.name}; mend its words")
    # painted at twice the size, so that grain and edges shrink as in a real still
    size = (2 * FRAME_PX[0], 2 * FRAME_PX[1])
    frames = scene.render(params, size, 1 / EVERY_S, FRAMES, seed)
    frames[:, :, -4:] = PAPER[0]  # a gap between one frame and the next
    picture = Image.fromarray(np.concatenate(list(frames), 1))
    return picture.resize((FRAMES * FRAME_PX[0], FRAME_PX[1]), Image.Resampling.LANCZOS), caption


def sheet(first_seed: int) -> Image.Image:
    """All scenes in two columns."""
    from PIL import Image, ImageDraw, ImageFont

    wide, tall = FRAMES * FRAME_PX[0] + 8, FRAME_PX[1] + CAPTION_PX
    rows = -(-len(SCENES) // COLUMNS)
    page = Image.new("RGB", (COLUMNS * wide - 8, rows * tall), PAPER)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(12)
    for number, scene in enumerate(SCENES.values()):
        picture, caption = strip(scene, first_seed + number)
        left, top = number % COLUMNS * wide, number // COLUMNS * tall
        page.paste(picture, (left, top))
        pen.text((left + 4, top + FRAME_PX[1] + 2), caption, font=font, fill=(214, 214, 210))
    return page


def main() -> None:
    """Write the sheet where the command line says."""
    parser = argparse.ArgumentParser(description="every scene with its caption, on one sheet")
    parser.add_argument("out", type=Path, nargs="?", default=Path("docs/pictures/scenes.jpg"))
    parser.add_argument("--seed", type=int, default=31)
    given = parser.parse_args()
    given.out.parent.mkdir(parents=True, exist_ok=True)
    sheet(given.seed).save(given.out, quality=72, optimize=True)
    print(f"{len(SCENES)} scenes in {given.out}, {given.out.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
