"""The command that corrects what is known of footage."""

from __future__ import annotations

import math
from pathlib import Path

from ui.console import Door, open_project


def run_correct(
    way: Door,
    called: str,
    field: str,
    value: str,
    folder: Path | None,
    *,
    start_s: float | None,
    end_s: float | None,
) -> None:
    """Keep a correction about a span of one piece of footage, or about all of it."""
    from index.corrections import FIELDS, correct
    from index.outputs.known import find_footage
    from timeline.time import TimeRange, exact

    if field not in FIELDS:
        way.fail(f"{field!r} cannot be corrected; one of {', '.join(FIELDS)} can", code=2)
    if (start_s is None) != (end_s is None):
        way.fail("a span needs both --from and --to, in seconds", code=2)
    if any(t is not None and not math.isfinite(t) for t in (start_s, end_s)):
        way.fail("--from and --to are numbers of seconds", code=2)
    span = None
    if start_s is not None and end_s is not None:
        if not 0 <= start_s < end_s:
            way.fail(f"--from {start_s:g} has to lie before --to {end_s:g}", code=2)
        span = TimeRange(exact(start_s), exact(end_s))
    with open_project(way, folder) as project:
        footage = find_footage(project, called)
        correct(project, footage.id, field, value, span=span)
    where = f" from {start_s:g} to {end_s:g} s" if span else ""
    told = f"The {field} of {footage.name}{where} is now:"
    if field == "thing":
        told = f"{footage.name}{where} shows"
    way.say(f"✓ {told} {value}", "green")
    about = span or footage.range
    way.answer(
        {
            "footage_id": footage.id,
            "field": field,
            "value": value,
            "start_s": about.start,
            "end_s": about.end,
        }
    )
