"""Titles: words drawn by us, moved by MoviePy, kept as small see-through clips.

The words are pixels before any filter sees them, so nothing in them can be read as a command.
MoviePy only composes still pictures that we drew; it never opens a file.
"""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from media import command
from media.finish import finished
from media.sandbox import Child, Limits
from media.values import Cancel, RenderTitle

MOVE_S = 0.4
FONTS = (
    "Inter-SemiBold.ttf", "DejaVuSans-Bold.ttf", "NotoSans-Bold.ttf", "LiberationSans-Bold.ttf",
    "Arial Bold.ttf", "arialbd.ttf", "NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc",
    "DroidSansFallbackFull.ttf", "wqy-microhei.ttc", "PingFang.ttc", "msyh.ttc",
    "FreeSansBold.ttf",
)  # fmt: skip
SHARES = {"title": 0.085, "lower-third": 0.05, "subtitle": 0.045}  # letter height in the frame
MOST_LETTERS = 400
RGBA = NDArray[np.uint8]


def draw(title: RenderTitle, size: tuple[int, int]) -> tuple[RGBA, int, int]:
    """The words as (H, W, 4) uint8 with a soft shadow, and the place of the left upper corner."""
    from PIL import Image, ImageDraw, ImageFilter

    font, lines = _fitted(title, size)
    text, edge = "\n".join(lines), max(2, size[1] // 90)
    place = ImageDraw.Draw(Image.new("L", (8, 8)))
    align = "left" if title.style == "lower-third" else "center"
    left, top, right, bottom = place.multiline_textbbox((0, 0), text, font, align=align)
    box = int(right - left) + 4 * edge, int(bottom - top) + 4 * edge
    at = (2 * edge - left, 2 * edge - top)
    shadow = Image.new("L", box, 0)
    ImageDraw.Draw(shadow).multiline_text(at, text, 190, font, align=align, stroke_width=edge // 2)
    shadow = shadow.filter(ImageFilter.GaussianBlur(edge * 0.8))
    words = Image.new("L", box, 0)
    ImageDraw.Draw(words).multiline_text(at, text, 255, font, align=align)
    front, back = (np.asarray(i, np.float32) / 255 for i in (words, shadow))
    alpha = front + back * (1 - front)
    light = front / np.maximum(alpha, 1e-6) * 255
    rgba = np.dstack([light, light, light, alpha * 255]).round().astype(np.uint8)
    return rgba, *_corner(title.style, box, size)


def make_layer(
    title: RenderTitle,
    frames: int,
    out: Path,
    *,
    size: tuple[int, int],
    rate: Fraction,
    cancel: Cancel | None = None,
) -> tuple[int, int]:
    """Write the title's layer, `frames` long; returns its left upper corner in the film."""
    rgba, left, top = draw(title, size)
    rise = max(2, size[1] // 60) if title.style != "subtitle" else 0
    high, wide = rgba.shape[0] + rise, rgba.shape[1]
    picture = command.Input(
        None,
        ("-f", "rawvideo", "-pix_fmt", "rgba", "-s", f"{wide}x{high}", "-r", str(rate)),
    )
    arguments = ["-c:v", "qtrle", "-video_track_timescale", str(rate.numerator), "-f", "mov"]
    with finished(out) as temporary:
        made = command.ffmpeg([picture], temporary, arguments=arguments)
        with Child(made, limits=Limits(), cancel=cancel, feed=True) as child:
            for frame in _moving(rgba, frames, rate, rise):
                child.write(frame.data)
            child.close_input()
            child.finish()
    return left, top


def corner(title: RenderTitle, size: tuple[int, int]) -> tuple[int, int]:
    """The left upper corner of a layer that was made before."""
    return draw(title, size)[1:]


def _moving(rgba: RGBA, frames: int, rate: Fraction, rise: int) -> Any:
    """(H, W, 4) frames: the words fade and slide in, stand, fade out."""
    from moviepy import CompositeVideoClip, ImageClip, vfx

    length = float(Fraction(frames) / rate)
    move = min(MOVE_S, length / 3)

    def place(t: float) -> tuple[int, int]:
        left = max(0.0, 1 - t / move) if move else 0.0
        return 0, round(rise * left**2)

    words = ImageClip(rgba, duration=length).with_position(place)
    words = words.with_effects([vfx.CrossFadeIn(move), vfx.CrossFadeOut(move)])
    box = (rgba.shape[1], rgba.shape[0] + rise)
    layer = CompositeVideoClip([words], size=box, bg_color=None).with_duration(length)
    try:
        for number in range(frames):
            at = (number + 0.5) / float(rate)
            alpha = np.clip(np.asarray(layer.mask.get_frame(at), np.float32), 0, 1)
            colour = np.asarray(layer.get_frame(at), np.float32)
            straight = np.clip(colour / np.maximum(alpha, 1 / 255)[..., None], 0, 255)
            yield np.dstack([straight, alpha * 255]).round().astype(np.uint8)
    finally:
        layer.close()


def _fitted(title: RenderTitle, size: tuple[int, int]) -> tuple[Any, list[str]]:
    """A font and lines that fit the frame; smaller letters until they do."""
    from PIL import Image, ImageDraw

    place = ImageDraw.Draw(Image.new("L", (8, 8)))
    text = _clean(title.text)
    share = SHARES[title.style]
    for _ in range(8):
        font = _font(text, max(8, int(size[1] * share)))
        most = size[0] * 0.86
        lines = _wrapped(text, font, most, place)
        box = place.multiline_textbbox((0, 0), "\n".join(lines), font)
        if box[2] - box[0] <= most and box[3] - box[1] <= size[1] * 0.8:
            break
        share *= 0.8
    return font, lines


def _wrapped(text: str, font: Any, most: float, place: Any) -> list[str]:
    lines = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and place.textlength(longer, font) > most:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def _clean(text: str) -> str:
    """The words without control and invisible characters, not endless."""
    kept = [c for c in text if c == "\n" or unicodedata.category(c)[0] != "C"]
    return "".join(kept)[:MOST_LETTERS].strip() or " "


def _font(text: str, pixels: int) -> Any:
    """The first font of the system that has all the letters; else the one Pillow brings."""
    from PIL import ImageFont

    letters = [c for c in set(text) if not c.isspace()][:80]
    usable = []
    for name in FONTS:
        try:
            font = ImageFont.truetype(name, pixels)
        except OSError:
            continue
        if all(_has(font, letter) for letter in letters):
            return font
        usable.append(font)
    return usable[0] if usable else ImageFont.load_default(pixels)


def _has(font: Any, letter: str) -> bool:
    missing = bytes(font.getmask("\uffff"))
    return bytes(font.getmask(letter)) != missing or not missing


def _corner(style: str, box: tuple[int, int], size: tuple[int, int]) -> tuple[int, int]:
    width, height = size
    middle = (width - box[0]) // 2
    if style == "lower-third":
        return int(width * 0.06), max(0, int(height * 0.86) - box[1])
    if style == "subtitle":
        return middle, max(0, int(height * 0.94) - box[1])
    return middle, (height - box[1]) // 2
