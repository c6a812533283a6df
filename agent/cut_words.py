"""Questions about the cut that stands, and the files it is written to, as creators say them."""

from __future__ import annotations

import re
from typing import Any

from agent.follow_ups import NAMED, WHOLE, Request, clips_of
from agent.phrases import EXPORTS, NO_FORMAT

Found = tuple[Request, ...]
_CUT = (
    r"(?:(?:the|my|our|this) (?:whole |current |rough )?(?:cut|film|video|edit|timeline|reel|movie"
    r"|montage|sequence|project|thing)|it|this|that)"
)
_ONE = r"(?:(?:the )?(?:[a-z]+|\d+(?:st|nd|rd|th)) (?:clip|shot|one|scene)|(?:clip|shot) #?\d+)"
_NOW = r"(?: (?:now|right now|so far|at the moment|currently|in total|overall|altogether))*"


def contents(text: str) -> Found:
    """How long the cut is, what is in it, or what one clip of it shows."""
    asked = text.strip(" ?.!")
    brief = re.fullmatch(
        rf"(?:and )?(?:how long (?:is|does|will|would) {_CUT}(?: (?:run|last|take|be))?"
        rf"|how long (?:are we|is it)|what(?:'s| is) the (?:total )?(?:length|duration"
        rf"|running time|run ?time)(?: of {_CUT})?|how many (?:clips|shots|cuts|scenes|seconds)"
        rf" (?:are|is|do|does|has|have) (?:there |{_CUT} |i |we )*(?:in {_CUT}|have|use"
        rf"|got)?|how many (?:clips|shots|cuts)){_NOW}",
        asked,
        re.IGNORECASE,
    )
    if brief:
        return _told(text, brief=True)
    whole = re.fullmatch(
        rf"(?:what(?:'s| is)(?: there)? (?:in|on) (?:the|my|our|this) (?:whole |current |rough )?"
        r"(?:cut|edit|timeline|reel|montage|sequence|film|video|movie)"
        rf"|(?:which|what) (?:clips|shots|scenes) (?:are|do i have|have i|did you put|are there) "
        rf"(?:used )?(?:in|on) {_CUT}|(?:which|what) (?:clips|shots) (?:does|did) {_CUT} (?:use"
        rf"|have"
        r"|contain)|(?:show|tell|list|give|read|describe|walk)(?: me)?(?: through)?"
        r" (?:the |my |this |all (?:the )?)?(?:(?:clips|shots) (?:in|of|on) )?(?:the |my |this )?"
        r"(?:current )?(?:timeline|cut|edit|shot list|sequence)"
        rf"|what(?:'s| is) in it|what (?:does|do) {_CUT} (?:look like|contain|have|show)"
        rf"|what have (?:we|you"
        rf"|i) got so far"
        rf"|what (?:did|have) you (?:cut|make|made|edited)){_NOW}",
        asked,
        re.IGNORECASE,
    )
    if whole:
        return _told(text)
    one = re.fullmatch(
        rf"(?:what(?:'s| is)(?: in| on)? |show me |which (?:clip|footage|file) is |how long is"
        rf" |what does )(?P<clip>{_ONE})(?: (?:show|of|about|from|contain))?",
        asked,
        re.IGNORECASE,
    )
    most = re.fullmatch(
        r"(?:which|what) (?:clip|shot) is (?:the )?(?P<clip>longest|shortest|first|last)(?: one)?",
        asked,
        re.IGNORECASE,
    )
    if most:
        return _told(text, clips=(most["clip"].lower(),))
    if one and NAMED.match(one["clip"]):
        return _told(text, clips=clips_of(one["clip"]))
    return ()


def _told(text: str, **arguments: Any) -> Found:
    return (Request("contents", text, arguments),)


# --- files

_FORMATS = (
    r"(?:edl|cmx ?3600|fcp ?xml|xml|otio|opentimelineio|mp4|srt|vtt|web ?vtt|(?:final cut(?: pro)?"
    r"|premiere(?: pro)?|davinci(?: resolve)?|resolve|avid|kdenlive|fcpx?)(?: (?:xml|project"
    r"|timeline|file"
    r"|edl|export))?|subtitles? file)"
)
_EXPORTED = (
    rf"(?: (?:{WHOLE}|the (?:result|final (?:film|cut|video)|project|finished (?:film|video))"
    r"|(?:the |its )?(?:subtitles|captions)|(?:as )?(?:an? |the )?" + _FORMATS + r"))?"
)


def export(text: str) -> Found:
    """The film or its timeline written out: "export it for Resolve", "give me an EDL"."""
    found = re.fullmatch(
        rf"(?:export|render|save|deliver|output|bounce|write)(?: out)?{_EXPORTED}(?: out)?"
        rf"(?: (?:as|to|for|in|into|out as)(?: an?| the| my)? (?P<how>.+))?"
        rf"|(?:an? |the )?{_FORMATS}(?: (?:file|export|version))?"
        rf"|(?:(?:give|get|make|send|hand|do|write|create|export)(?: me| us)?|i (?:need|want)"
        rf"|i(?:'d| would) like)(?: an?| the)? {_FORMATS}(?: (?:file|export|version|of .+"
        rf"|for .+))?",
        text.strip(" .!?"),
        re.IGNORECASE,
    )
    several = _several(text)
    if several:
        return several
    if not found or NO_FORMAT.search(text):
        return ()
    if found["how"] and not _known(found["how"]):
        return ()
    return (Request("export", text, {"kind": _kind(text)}),)


def _several(text: str) -> Found:
    """Files of more than one kind: "export an edl and an mp4"."""
    named = re.fullmatch(
        rf"(?:export|render|save|make|give me|write|i (?:need|want))(?: (?:{WHOLE}))?(?: (?:as"
        rf"|to|for))?"
        rf"(?P<files>(?: ?(?:,|and|,? as well as|plus)? ?(?:an? "
        rf"|the )?{_FORMATS}){{2,5}})(?: too)?",
        text.strip(" .!?"),
        re.IGNORECASE,
    )
    if not named:
        return ()
    parts = [
        p
        for p in re.split(
            r"\s*(?:,|\band\b|\bas well as\b"
            r"|\bplus\b)\s*",
            named["files"],
        )
        if p
    ]
    kinds = dict.fromkeys(_kind(f"export {part}") for part in parts)
    return tuple(Request("export", f"export as {kind}", {"kind": kind}) for kind in kinds)


def _known(how: str) -> bool:
    """Whether a place or a format is one a file can be written for."""
    places = (
        r"(?:youtube|vimeo|instagram|tik ?tok|facebook|twitter|the web|web|sharing|social media"
        r"|file|disk|video|film|movie|full hd|hd|upload(?:ing)?|review|mum|the client|client)"
    )
    return bool(re.search(rf"\b(?:{_FORMATS}|{places})\b", how, re.IGNORECASE)) or any(
        p.search(how) for p, kind in EXPORTS if kind != "mp4"
    )


def _kind(text: str) -> str:
    bare = re.sub(r"^\w+(?: out)?\s*", "", text)
    return next((kind for pattern, kind in EXPORTS if pattern.search(bare)), "mp4")
