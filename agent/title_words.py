"""Words over the picture as creators say them: subtitles on and off, lower thirds, titles.

A title of the film itself is read with the goal, not here.
"""

from __future__ import annotations

import re
from typing import Any

from agent.follow_ups import WHOLE, Request
from agent.sound_words import Found, full

_SUBTITLES = r"(?:the |all (?:the )?|those |these )?(?:closed )?(?:subtitles?|captions?|subs)"
_AWAY = r"(?:take|remove|drop|delete|hide|turn|switch|lose|get rid of|kill|strip)"
_OFF = r"(?: (?:off|away|out|down))?"
_FROM = rf"(?: (?:from|off|of|on|over|in) (?:{WHOLE}|(?P<clip>.+?)))?"
_QUOTE = r"[\"'\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb]"
_SAYING = r",?:?(?: (?:saying|that says|that reads|reading|with(?: the words)?))?:?"
_OVER = r"(?: (?:over|on|onto|in|at|for|under|to) (?P<clip>.+?))?"
_ENDS = re.compile(r"(?:the )?(?:very )?(?:end|ending|start|beginning|opening)", re.IGNORECASE)


def words_over(text: str) -> Found:
    """Subtitles, lower thirds and titles set over clips or taken away again."""
    return _gone(text) or _beside(text) or _subtitled(text) or _lower_third(text) or _titled(text)


def _gone(text: str) -> Found:
    what = (
        rf"(?P<subtitles>{_SUBTITLES})|(?P<lower>(?:the |all (?:the )?)?lower[- ]thirds?)"
        r"|(?P<title>(?:the |all (?:the )?)?(?:opening |end |closing )?titles?(?: cards?)?)"
        r"|(?P<all>(?:all )?(?:the )?(?:text|words|lettering|titles and subtitles))"
    )
    found = full(rf"{_AWAY}{_OFF} (?:{what}){_OFF}{_FROM}", text) or full(
        rf"(?:no|without) (?:(?P<subtitles>subtitles|captions)|(?P<title>titles?))(?: please)?"
        rf"|(?P<off>{_SUBTITLES}) off",
        text,
    )
    if not found:
        return ()
    said = found.groupdict()
    kind = (
        "subtitles" if said.get("subtitles") or said.get("off")
        else "lower-third" if said.get("lower")
        else "title" if said.get("title") else "all"
    )  # fmt: skip
    over = {"clip": said["clip"]} if said.get("clip") else {}
    return (Request("title", text, {"kind": kind, "remove": True, **over}),)


def _beside(text: str) -> Found:
    """Subtitles that are not drawn into the picture."""
    track = r"(?:(?:as|in|on) (?:an? )?(?:own |separate )?(?:track|file|stream)|not burned in)"
    found = full(rf"(?:add|put|make|have|keep|with)? ?{_SUBTITLES},? {track}", text) or full(
        rf"(?:do not|don't) burn {_SUBTITLES} in(?:to .+)?|soft subtitles", text
    )
    if not found:
        return ()
    return (Request("title", text, {"kind": "subtitles", "burned": False}),)


def _subtitled(text: str) -> Found:
    found = full(
        rf"(?:put|add|show|burn|set|lay|turn|switch)(?: on)? {_SUBTITLES}(?: in| on)?"
        rf"(?: (?:on|onto|over|into|to|in|for|under) {WHOLE})?|(?:subtitle|caption) {WHOLE}"
        r"|(?:with )?(?:subtitles|captions)",
        text,
    )
    return (Request("title", text, {"kind": "subtitles"}),) if found else ()


def _lower_third(text: str) -> Found:
    found = (
        full(
            rf"(?:(?:add|put|set|show|lay|with) )?(?:an? |the )?lower[- ]third{_SAYING}"
            rf" ?{_QUOTE}(?P<words>.+?){_QUOTE}{_OVER}",
            text,
        )
        or full(
            rf"(?:add|put|set|show) {_QUOTE}(?P<words>.+?){_QUOTE} as (?:an? )?lower[- ]third"
            rf"{_OVER}",
            text,
        )
        or full(
            r"(?:name|label|caption) (?P<clip>(?:the|my|clip|shot) .+?) (?:as )?"
            rf"{_QUOTE}(?P<words>.+?){_QUOTE}(?: (?:with|in|as) (?:an? )?lower[- ]third)?",
            text,
        )
    )
    if not found:
        return ()
    arguments: dict[str, Any] = {"kind": "lower-third", "text": found["words"].strip()}
    return (Request("title", text, {**arguments, **_placed(found["clip"])}),)


def _titled(text: str) -> Found:
    """A title that stands over one clip, or words put at an end; one of the film is the goal's."""
    bare = full(
        rf"(?:(?:put|write|add|show|set) )?(?:the words? )?{_QUOTE}(?P<words>.+?){_QUOTE}"
        r" (?:(?:at|over|on|onto) (?P<clip>.+)|on screen)",
        text,
    )
    if bare:
        arguments = {"text": bare["words"].strip(), **_placed(bare["clip"])}
        return (Request("title", text, arguments),)
    found = full(
        rf"(?:add|put|set|show|lay) (?:an? |the )?titles?(?: card)?{_SAYING}"
        rf" ?{_QUOTE}(?P<words>.+?){_QUOTE} (?:over|on|onto) (?P<clip>.+)",
        text,
    )
    if not found or _ENDS.fullmatch(found["clip"].strip()) or full(WHOLE, found["clip"]):
        return ()
    return (Request("title", text, {"text": found["words"].strip(), "clip": found["clip"]}),)


def _placed(clip: str | None) -> dict[str, Any]:
    """Where words stand: over a clip, at the end, or at the start where nothing is said."""
    if not clip or full(WHOLE, clip):
        return {}
    if _ENDS.fullmatch(clip):
        return {"at": "end"} if re.search(r"end", clip, re.IGNORECASE) else {}
    return {"clip": clip}
