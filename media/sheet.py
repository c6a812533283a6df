"""A contact sheet: one picture of a whole film, timecodes on the tiles."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

from media.decode import decode
from media.errors import MediaError
from media.finish import finished
from media.probe import probe
from media.stills import RGB, strip
from media.values import Ending, Picture

EDGE = 4
MOST_TILES = 240


def contact_sheet(
    path: Path,
    out: Path,
    *,
    columns: int = 6,
    every_s: Fraction | None = None,
    width_px: int = 1600,
) -> Path:
    """Write a JPEG or PNG (by the ending of `out`) of stills `every_s` apart and say where.

    Without `every_s` about four rows are shown. Raises MediaError when there is no picture.
    """
    from PIL import Image

    first, last = _picture_span(path)
    columns = max(1, columns)
    step = every_s if every_s else max((last - first) / (4 * columns), Fraction(1, 100))
    count = min(MOST_TILES, max(1, math.ceil((last - first) / step)))
    times = [first + step * n + min(step, last - first) / 2 for n in range(count)]
    times = [min(t, last) for t in times]
    wide = max(16, (width_px - EDGE * (columns + 1)) // columns)
    tiles = strip(path, times, height_px=0 if count == 1 else 360)
    high = max(1, round(wide * tiles[0].shape[0] / tiles[0].shape[1]))
    rows = math.ceil(count / columns)
    size = (width_px, rows * (high + EDGE) + EDGE)
    sheet = Image.new("RGB", size, (18, 18, 20))
    for place, (time_s, rgb) in enumerate(zip(times, tiles, strict=True)):
        row, column = divmod(place, columns)
        at = EDGE + column * (wide + EDGE), EDGE + row * (high + EDGE)
        sheet.paste(_tile(rgb, (wide, high), _clock(time_s)), at)
    with finished(out) as temporary:
        kind = "PNG" if out.suffix.lower() == ".png" else "JPEG"
        sheet.save(temporary, kind, quality=88)
    return out


def _picture_span(path: Path) -> tuple[Fraction, Fraction]:
    """Where the pictures start and end; watched to the end where the header does not say."""
    found = probe(path)
    if found.video is None:
        raise MediaError(f"{path.name!r} has no picture to make a contact sheet of")
    start = found.video.start_s
    if found.claimed_duration_s and found.claimed_duration_s > start:
        return start, found.claimed_duration_s
    end = start
    for event in decode(path, found, width_px=32, still_px=0):
        if isinstance(event, Picture):
            end = event.time_s
        elif isinstance(event, Ending):
            end = event.picture_end_s or end
    return start, end


def _clock(time_s: Fraction) -> str:
    """M:SS.d for people."""
    tenths = int(time_s * 10 + Fraction(1, 2))
    return f"{tenths // 600}:{tenths // 10 % 60:02}.{tenths % 10}"


def _tile(rgb: RGB, size: tuple[int, int], words: str) -> Any:
    """One still at tile size with its time in the lower left corner."""
    from PIL import Image, ImageDraw, ImageFont

    tile = Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS)
    drawing = ImageDraw.Draw(tile)
    font = ImageFont.load_default(max(10, size[1] // 11))
    _, top, right, bottom = drawing.textbbox((6, 0), words, font)
    base = size[1] - int(bottom - top) - 10
    drawing.rectangle((2, base - 3, right + 5, size[1] - 3), fill=(0, 0, 0))
    drawing.text((6, base - top), words, (255, 255, 255), font)
    return tile
