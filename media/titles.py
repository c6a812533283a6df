"""Titles: words drawn by us, moved by MoviePy, kept as small see-through clips.

The words are pixels before any filter sees them, so nothing in them can be read as a command.
MoviePy only composes still pictures that we drew; it never opens a file.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
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
# letters in the shorter edge
SHARES = {"title": 0.1, "lower-third": 0.056, "subtitle": 0.046, "slug": 0.05}
PLATE = 0.5  # how dark the plate under subtitles is
UPRIGHT = 1.25  # how much larger letters that are read on a phone held upright are
# of the frame's height
MOST_HIGH = {"title": 0.8, "lower-third": 0.4, "subtitle": 0.3, "slug": 0.2}
BOTTOM = {"title": 0.94, "lower-third": 0.78, "subtitle": 0.94}  # where the last line stands
TOP = 0.1  # where a slug begins: above titles
COMMANDS = re.compile("\x1b\\[[0-9;]*[A-Za-z]")  # a terminal's colours
JOINERS = "\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"  # say how emoji look
MOST_LETTERS = 400
RGBA = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of words as it is drawn: letters of `font`, its box `wide` px wide, at `top`."""

    text: str
    font: Any
    wide: int
    top: int


def draw(title: RenderTitle, size: tuple[int, int]) -> tuple[RGBA, int, int]:
    """The words as (H, W, 4) uint8 with a soft shadow, and the place of the left upper corner."""
    from PIL import Image, ImageDraw, ImageFilter

    lines, high = _fitted(title, size)
    edge = max(2, min(size) // 90)
    margin = 3 * edge
    box = max(line.wide for line in lines) + 2 * margin, high + 2 * margin

    def drawn(strength: int, stroke: int) -> Any:
        image = Image.new("L", box, 0)
        pen = ImageDraw.Draw(image)
        for line in lines:
            left = 0 if title.style == "lower-third" else (box[0] - 2 * margin - line.wide) // 2
            at = (margin + left, margin + line.top)
            pen.text(at, line.text, strength, line.font, anchor="la", stroke_width=stroke)
        return image

    soft = drawn(200, edge // 2).filter(ImageFilter.GaussianBlur(edge))
    near = drawn(150, max(1, edge // 4)).filter(ImageFilter.GaussianBlur(max(0.6, edge * 0.15)))
    front, under, close = (np.asarray(i, np.float32) / 255 for i in (drawn(255, 0), soft, near))
    back = 1 - (1 - under) * (1 - close)
    if title.style == "subtitle":
        back = np.maximum(back, _plate(box, margin))
    alpha = front + back * (1 - front)
    light = front / np.maximum(alpha, 1e-6) * 255
    rgba = np.dstack([light, light, light, alpha * 255]).round().astype(np.uint8)
    return rgba, *_corner(title.style, box, margin, size)


def _plate(box: tuple[int, int], margin: int) -> NDArray[np.float32]:
    """(H, W) a see-through plate under the lines, so that they are read over anything."""
    from PIL import Image, ImageDraw

    image = Image.new("L", box, 0)
    wide, high = box
    inset = margin - max(4, margin * 2 // 3)
    ImageDraw.Draw(image).rounded_rectangle(
        (inset, inset, wide - 1 - inset, high - 1 - inset), radius=margin * 2 // 3,
        fill=round(255 * PLATE),
    )  # fmt: skip
    plate: NDArray[np.float32] = np.asarray(image, np.float32) / np.float32(255)
    return plate


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


def _fitted(title: RenderTitle, size: tuple[int, int]) -> tuple[list[Line], int]:
    """Lines that fit the frame, smaller letters until they do; and how high they are in all."""
    text = _clean(title.text)
    most = size[0] * (0.8 if title.style == "subtitle" else 0.86)
    pixels = min(size) * SHARES[title.style]
    if title.style == "subtitle" and size[1] > size[0]:
        pixels *= UPRIGHT
    for _ in range(8):
        lines, high = _laid(text, title.style, pixels, most)
        if max(line.wide for line in lines) <= most and high <= size[1] * MOST_HIGH[title.style]:
            break
        pixels *= 0.85
    return lines, high


def _laid(text: str, style: str, pixels: float, most: float) -> tuple[list[Line], int]:
    """The lines one below the other; what follows a lower third's first paragraph is smaller."""
    lines, top = [], 0
    if style == "lower-third" and "\n" not in text:
        text = text.replace(", ", "\n", 1)  # "Anna, baker": the name over what she is
    for place, paragraph in enumerate(text.splitlines()):
        share = 0.72 if place and style == "lower-third" else 1.0
        font = _font(text, max(8, round(pixels * share)))
        ascent, descent = font.getmetrics()
        for words in _even(paragraph, font, most):
            lines.append(Line(words, font, int(font.getlength(words)) + 1, top))
            top += round((ascent + descent) * 1.04)
    return lines, top


def _even(paragraph: str, font: Any, most: float) -> list[str]:
    """Lines of about one length, so that no word stands alone: as narrow as their number allows."""
    lines = _wrapped(paragraph, font, most)
    for share in (0.9, 0.8, 0.7, 0.6):
        narrower = _wrapped(paragraph, font, most * share)
        if len(lines) == 1 or len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _wrapped(paragraph: str, font: Any, most: float) -> list[str]:
    """Lines of whole words; words longer than a line, and scripts without spaces, break inside."""
    lines, line = [], ""
    for word in paragraph.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > most:
            lines.append(line)
            longer = word
        while font.getlength(longer) > most and len(longer) > 1:
            fits = next(
                (n for n in range(len(longer) - 1, 1, -1) if font.getlength(longer[:n]) <= most), 1
            )
            lines.append(longer[:fits])
            longer = longer[fits:]
        line = longer
    return [*lines, line]


def unwritable(text: str) -> str:
    """The letters of a title for which this system has no font; they are left out of it."""
    written, asked = set(_clean(text)), set(_visible(text))
    return "".join(sorted(c for c in asked - written if not c.isspace()))


def _clean(text: str) -> str:
    """The words without control, invisible and undrawable characters, not endless."""
    lines = [line.strip() for line in _visible(text).splitlines() if line.strip()]
    font = _font("".join(lines), 24)
    seen = ["".join(c for c in line if c.isspace() or _has(font, c)) for line in lines]
    return "\n".join(" ".join(line.split()) for line in seen if line.strip()) or " "


def _visible(text: str) -> str:
    """The words without control and invisible characters, not endless."""
    plain = COMMANDS.sub("", text.replace("\r\n", "\n"))
    kept = [
        c for c in plain if c == "\n" or (unicodedata.category(c)[0] != "C" and c not in JOINERS)
    ]
    whole = "".join(kept)
    if len(whole) > MOST_LETTERS:
        whole = f"{whole[: MOST_LETTERS - 1].rstrip()}\u2026"
    return whole


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


def _corner(
    style: str, box: tuple[int, int], margin: int, size: tuple[int, int]
) -> tuple[int, int]:
    """Where the box goes; words stay inside the safe margins, above a phone's own buttons."""
    width, height = size
    if style == "slug":
        return (width - box[0]) // 2, max(0, int(height * TOP) - margin)
    floor = BOTTOM[style] - (0.14 if height > width else 0.0)
    top = max(0, int(height * floor) - box[1] + margin)
    if style == "lower-third":
        return max(0, int(width * 0.07) - margin), top
    middle = (width - box[0]) // 2
    return middle, top if style == "subtitle" else (height - box[1]) // 2
