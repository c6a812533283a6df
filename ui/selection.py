""" "This clip" in what a creator writes: the clip that is selected on the timeline, by its place.

The assistant knows shots by their number; so that is what it is asked about, and what the
conversation shows. "It" is that clip too, where nothing else was spoken of just before.
"""

from __future__ import annotations

import re

from agent import state
from project import history
from project.errors import CreatorError
from project.store import Project
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
_MORE = (  # "a bit longer" and the like, behind which no film is named
    r"(?:(?:an?|one|two|three|four|five|half|quarter|bit|little|touch|tad|lot|much|way|far|even"
    r"|slightly|another|about|of|s|sec|seconds?|frames?|\d+(?:\.\d+)?)\s+)*"
    r"(?:\d+(?:\.\d+)?s\s+)?(?:shorter|longer|tighter|brighter|lighter|darker|warmer|cooler|colder"
    r"|louder|quieter|softer|faster|slower|quicker|(?:twice|half) as \w+|black and white)"
    r"(?=\W*$|\s*[,.;!?]|\s+(?:and|then|but|by|please|too|now|again|than)\b)"
)
_WHOLE = (  # "to a minute", "to 30 seconds": so long is a film
    r"\s+to\s+(?:about\s+|around\s+|under\s+)?(?:\d{2,}|\d+:\d\d|ten|fifteen|twenty|thirty|forty"
    r"|fifty|sixty|ninety|(?:an?|half an?|\w+)[\s-]+(?:and a half )?min)"
)
IT = re.compile(  # as what is done to a clip; "make it vertical" and "cut it to the beat" are films
    rf"\b(?P<verb>make)\s+it(?=\s+{_MORE})"
    r"|\b(?P<do>shorten|lengthen|extend|trim|brighten|lighten|darken|mute|unmute|stabili[sz]e|steady"
    r"|slow(?: down)?|speed(?: up)?|delete|remove|drop|lose|swap|replace|exchange|move|fill)\s+it\b"
    rf"(?!{_WHOLE})"
    r"|\b(?P<away>take|cut|leave)\s+it(?=\s+out\b)|\b(?P<turn>turn)\s+it(?=\s+(?:up|down)\b)"
    r"|\b(?P<put>put)\s+it(?=\s+(?:first|last|before|after|behind|in front|at|between)\b)"
    r"|\b(?P<why>why (?:is|was))\s+it(?=\s+(?:here|there|in)\b)",
    re.IGNORECASE,
)
_BEGIN = re.compile(
    r"\s*(?:(?:please|now|ok(?:ay)?|and|then|so|can you|could you|would you|just)[\s,]+)*",
    re.IGNORECASE,
)


def meant(words: str, project: Project, item_id: str, since: str) -> str:
    """`words` as the assistant is asked them while an item is selected.

    since: when this sitting began, as the store writes times; what was said before is not just
    before. Raises CreatorError as `pointed` does.
    """
    timeline = history.current(project)
    called = _called(timeline, item_id) if item_id else ""
    alone = bool(called) and not _spoken_of_else(project, called, since)
    return pointed(words, timeline, item_id, it=alone)


def pointed(words: str, timeline: Timeline, item_id: str, *, it: bool = False) -> str:
    """`words` with "this clip" and the like as the place of the selected item.

    it: "it" at their beginning is that item as well; behind "this clip" it always is. Raises
    CreatorError where they point and what was selected is not in the film any more.
    """
    if not item_id:
        return words
    first = POINTED.search(words)
    at = first.start() if first else _first_it(words) if it else None
    if at is None:
        return words
    called = _called(timeline, item_id)
    if not called:
        raise CreatorError(
            "what was selected is not in the film any more; select a clip, then say it again"
        )
    rest = IT.sub(lambda found: f"{found[found.lastgroup or 0]} {called}", words[at:])
    return words[:at] + POINTED.sub(called, rest)


def _first_it(words: str) -> int | None:
    """Where words begin to say "it" of a clip; None where they speak of something else first."""
    begun = _BEGIN.match(words)
    at = begun.end() if begun else 0
    return at if IT.match(words, at) else None


def _spoken_of_else(project: Project, called: str, since: str) -> bool:
    """Whether "it" has another meaning: a plan that is open, or what was said just before.

    What was said of this very item, before an edit by hand or in an earlier sitting is none.
    """
    plan_id = state.newest_plan(project)
    if plan_id is not None and not state.view(project, plan_id).finished:
        return True
    said = project.row("SELECT text, created_at FROM message ORDER BY id DESC LIMIT 1")
    asked = project.row("SELECT text FROM message WHERE role = 'creator' ORDER BY id DESC LIMIT 1")
    if said is None or asked is None or said["created_at"] < since or called in asked["text"]:
        return False
    head = history.head(project)
    by_hand = head is not None and head.actor == "hand" and head.created_at > said["created_at"]
    return not by_hand


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
