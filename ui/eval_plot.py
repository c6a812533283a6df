"""A bar chart of shares, written as SVG, or as PNG where the file is called so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

WIDTH, LEFT, RIGHT, TOP = 960, 210, 70, 76  # pixels
BAR, APART, BETWEEN = 14, 2, 14  # height of a bar, gap between bars, gap between groups
INK, FAINT, PAPER = "#1f2430", "#d9dce3", "#ffffff"
COLOURS = ("#2f6fde", "#e08a1e", "#3a9d6a", "#a64ac9", "#c9403a", "#6b7280")

Groups = Sequence[tuple[str, Mapping[str, float]]]  # a kind, and its share (0 to 1) by series


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle, in pixels from the top left corner."""

    x: float
    y: float
    width: float
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text; y is its middle. anchor: start, middle or end, where x stands in it."""

    x: float
    y: float
    text: str
    size: int = 13
    anchor: str = "start"


Shape = Box | Line


def plot(groups: Groups, out: Path, *, title: str) -> None:
    """Write the chart to `out`; a `.png` is drawn, anything else is SVG text."""
    shapes, height = _shapes(groups, title)
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.suffix.lower() == ".png":
        _png(shapes, height, out)
    else:
        out.write_text(_svg(shapes, height), encoding="utf-8")


def _shapes(groups: Groups, title: str) -> tuple[list[Shape], int]:
    series = list(dict.fromkeys(name for _, shares in groups for name in shares))
    colour = {name: COLOURS[n % len(COLOURS)] for n, name in enumerate(series)}
    span, group = WIDTH - LEFT - RIGHT, len(series) * (BAR + APART) + BETWEEN
    height = TOP + len(groups) * group + 34
    shapes: list[Shape] = [Line(20, 24, title, 17)]
    at = 20.0
    for name in series:
        shapes += [Box(at, 44, 12, 12, colour[name]), Line(at + 18, 50, name)]
        at += 18 + 7.4 * len(name) + 24
    for tenth in range(0, 11, 2):
        x = LEFT + span * tenth / 10
        shapes.append(Box(x, TOP - 6, 1, height - TOP - 24, FAINT))
        shapes.append(Line(x, height - 16, f"{tenth * 10} %", 12, "middle"))
    for n, (kind, shares) in enumerate(groups):
        top = TOP + n * group
        middle = top + len(series) * (BAR + APART) / 2
        shapes.append(Line(LEFT - 12, middle, kind, 13, "end"))
        for place, name in enumerate(series):
            if name not in shares:
                continue
            y, share = top + place * (BAR + APART), min(1.0, max(0.0, shares[name]))
            shapes.append(Box(LEFT, y, max(1.0, span * share), BAR, colour[name]))
            said = f"{shares[name]:.2f}"
            shapes.append(Line(LEFT + span * share + 6, y + BAR / 2, said, 11))
    return shapes, height


def _svg(shapes: Sequence[Shape], height: int) -> str:
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}"'
        f' viewBox="0 0 {WIDTH} {height}" font-family="sans-serif">',
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>',
    ]
    for shape in shapes:
        if isinstance(shape, Box):
            out.append(
                f'<rect x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}"'
                f' height="{shape.height:.1f}" fill="{shape.colour}"/>'
            )
        else:
            out.append(
                f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" font-size="{shape.size}"'
                f' fill="{INK}" text-anchor="{shape.anchor}" dominant-baseline="central">'
                f"{escape(shape.text)}</text>"
            )
    return "\n".join([*out, "</svg>", ""])


def _png(shapes: Sequence[Shape], height: int, out: Path) -> None:
    from PIL import Image, ImageDraw, ImageFont

    anchors = {"start": "lm", "middle": "mm", "end": "rm"}
    picture = Image.new("RGB", (WIDTH, height), PAPER)
    draw = ImageDraw.Draw(picture)
    for shape in shapes:
        if isinstance(shape, Box):
            right, bottom = shape.x + shape.width - 1, shape.y + shape.height - 1
            draw.rectangle((shape.x, shape.y, right, bottom), fill=shape.colour)
        else:
            font = ImageFont.load_default(shape.size)
            place = (shape.x, shape.y)
            draw.text(place, shape.text, fill=INK, font=font, anchor=anchors[shape.anchor])
    picture.save(out, "PNG", optimize=True)
