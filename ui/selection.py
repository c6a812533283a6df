""" "This clip" in what a creator writes: the clip that is selected on the timeline, by its place.

The assistant knows shots by their number; so that is what it is asked about, and what the
conversation shows.
"""

from __future__ import annotations

import re

from project.errors import CreatorError
from timeline.model import Clip, Gap, Timeline
from timeline.time import clock

_ONE = r"(?:one|clip|shot|take|scene|part|bit|hole|gap)"
_FILM = r"(?:film|cut|video|edit|reel|movie|timeline|project|version|way|time|year|morning|evening)"
POINTED = re.compile(
    rf"\b(?:the (?:selected|marked|chosen) {_ONE}|(?:this|that) {_ONE}|this(?! {_FILM}\b)(?=\W*$| "
    r"(?:is|was|here|a|one|two|three|by|for|to|with|and|from|into|before|after|out|off|up|down"
    r"|\d|longer|shorter|brighter|darker|louder|quieter|faster|slower|later|earlier)\b))",
    re.IGNORECASE,
)


def pointed(words: str, timeline: Timeline, item_id: str) -> str:
    """`words` with "this clip" and the like as the place of the selected item.

    Raises CreatorError where they point and what was selected is not in the film any more.
    """
    if not item_id or not POINTED.search(words):
        return words
    called = _called(timeline, item_id)
    if not called:
        raise CreatorError(
            "what was selected is not in the film any more; select a clip, then say it again"
        )
    return POINTED.sub(called, words)


def _called(timeline: Timeline, item_id: str) -> str:
    number = 0
    for start, item in timeline.track("V1").placed():
        number += isinstance(item, Clip)
        if item.id == item_id and isinstance(item, Clip):
            return f"the {_ordinal(number)} shot"
        if item.id == item_id and isinstance(item, Gap):
            return f"the hole at {clock(start)}"
    return ""


def _ordinal(number: int) -> str:
    ends = {1: "st", 2: "nd", 3: "rd"}
    end = "th" if number % 100 in (11, 12, 13) else ends.get(number % 10, "th")
    return f"{number}{end}"
