"""The shots of the footage as a table: CSV for spreadsheets, read back as a shot log.

Beside footage the file is a shot log (`index.sidecars`): rows whose `text` is empty are passed
over there. `text` holds only what somebody, or a captioner, told; what was measured stands in
the columns of its own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction

from index.outputs.known import Known
from index.outputs.looks import looks
from index.titles import shot_caption, told
from project.footage import Moment, Thing
from timeline.exchange import plain_line
from timeline.marks import origin_words
from timeline.time import TimeRange, timecode

FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Row:
    """One shot. Its fields are the columns; `_in` and `_out` stand under "in" and "out"."""

    name: str
    shot: int
    _in: str  # timecode at the footage's own rate, out point exclusive
    _out: str
    duration: str
    start_s: Fraction
    end_s: Fraction
    duration_s: Fraction
    shot_size: str
    camera: str
    light: str
    colours: str
    sound: str
    text: str  # the caption
    screen_text: str
    looks_like: str  # what the embedded network named, surest first
    speech: str
    footage_id: str
    origin: str  # how generated footage was made, "" for what a camera took

    def cells(self) -> dict[str, str | int | Fraction]:
        """The row by column, in order."""
        return {f.name.lstrip("_"): getattr(self, f.name) for f in fields(self)}


COLUMNS: tuple[str, ...] = tuple(f.name.lstrip("_") for f in fields(Row))


def rows(known: Known) -> list[Row]:
    """One row a shot; footage without shots, such as sound, is one row from end to end."""
    whole = [known.footage.range] if known.footage.duration_s > 0 else []
    spans = [shot.range for shot in known.shots] or whole
    return [_row(known, number, span) for number, span in enumerate(spans, start=1)]


def _row(known: Known, number: int, span: TimeRange) -> Row:
    inside = _inside(known.moments, span)
    rate = Fraction(known.footage.technical.rate)
    seen = looks(inside)
    lines = [s for s in known.speech if s.range.overlap(span) > 0]
    return Row(
        name=known.footage.name,
        shot=number,
        _in=_timecode(span.start, rate),
        _out=_timecode(span.end, rate),
        duration=_timecode(span.duration, rate),
        start_s=span.start,
        end_s=span.end,
        duration_s=span.duration,
        shot_size=seen.shot_size,
        camera=seen.camera,
        light=seen.light,
        colours=seen.colours,
        sound=seen.sound,
        text=shot_caption(inside) if told(inside) else "",
        screen_text=" / ".join(dict.fromkeys(m.screen_text for m in inside if m.screen_text)),
        looks_like=", ".join(thing.told for thing in _things(inside)),
        speech=" ".join(f"{s.speaker}: {s.text}" if s.speaker else s.text for s in lines),
        footage_id=known.footage.id,
        origin=origin_words(known.footage.origin) if known.footage.origin else "",
    )


def _things(moments: Sequence[Moment]) -> list[Thing]:
    """What the moments look like, each thing once and as sure as it is at best."""
    every = sorted((t for m in moments for t in m.things), key=lambda t: t.chance)
    best = {thing.word: thing for thing in every}
    return sorted(best.values(), key=lambda t: -t.chance)


def _inside(moments: Sequence[Moment], span: TimeRange) -> list[Moment]:
    """The moments that lie in a shot by half or more; for a short one that with most of it."""
    half = [m for m in moments if span.overlap(m.range) * 2 >= m.range.duration]
    if half or not moments:
        return half
    best = max(moments, key=lambda m: span.overlap(m.range))
    return [best] if span.overlap(best.range) > 0 else []


def _timecode(seconds: Fraction, rate: Fraction) -> str:
    """HH:MM:SS:FF at the footage's rate, or HH:MM:SS.mmm where there are no frames."""
    if rate >= 1:
        return timecode(seconds, rate)
    whole, rest = divmod(int(seconds * 1000 + Fraction(1, 2)), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{rest:03}"


def as_csv(table: Iterable[Row]) -> str:
    """The table as CSV with a byte order mark, so that spreadsheets read it as UTF-8.

    No cell can be taken for a formula; every cell is on one line.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in row.cells().values()] for row in table)
    return "\ufeff" + out.getvalue()


def _cell(value: str | int | Fraction) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Fraction):
        return f"{float(value):.3f}"
    text = plain_line(value)
    return f"'{text}" if text.startswith(FORMULA) else text
