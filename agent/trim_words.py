"""In and out points of clips, as creators say them: lengths, so much longer, off one end."""

from __future__ import annotations

import re
from typing import Any

from agent.follow_ups import NAMED, NOT_CLIPS, WHOLE, Request, clips_of, last_span, match

_SPAN = "\x04"  # stands for a length that was said
_CLIP = re.compile(r"\b(?:clips?|shots?|ones?|takes?|scenes?|all|each|every)\b", re.IGNORECASE)
_WHAT = r"(?P<what>[^\x04]+?)"
_BIT, _LOT = r"a (?:tiny |little |wee )?(?:bit|little|touch|tad|moment)|slightly", r"a lot|much|way"
_MUCH = rf"(?:(?:for |by |about )*(?P<much>{_SPAN}|{_BIT}|{_LOT}|even) )?"
_WAY = r"(?P<way>longer|shorter)"
_LONGER, _SHORTER = r"(?:extend|lengthen|stretch|prolong)", r"(?:shorten|trim|cut|reduce|tighten)"
_TAKE = r"(?:cut|trim|take|remove|shave|lose|chop|drop|delete|knock)"
_EDGE = r"(?P<edge>start|beginning|front|head|end|back|tail)"
_STEP_S = 1.0  # what "longer" adds where nobody says how much
_SECOND = re.compile(r"\b(?P<edge>first|last) (?:second|sec)\b", re.IGNORECASE)

Found = tuple[Request, ...]


def trim(text: str) -> Found:
    """In and out points of named clips: by so much, at an end, to a length, by words or senses."""
    return _by(text) or _off(text) or _sooner(text) or _to_length(text) or _keep(text) or _at(text)


def _spanned(text: str) -> tuple[str, float | None]:
    """The text with its only length taken for a sign, and the length; as it is without one."""
    one = _SECOND.sub(r"\g<edge> 1 second", text)
    one = re.sub(
        r"\b(\w+) (?:more|extra|additional) (seconds?|secs?"
        r"|s)\b",
        r"\1 \2",
        one,
        flags=re.I,
    )
    one = re.sub(r"\b(?:another|one more) second\b", "1 second", one, flags=re.IGNORECASE)
    span = last_span(one)
    if span is None:
        return text, None
    return f"{one[: span.start]}{_SPAN}{one[span.end :]}", float(span.length_s)


def _is_clip(words: str, *, bare: bool = False) -> bool:
    """Whether words can mean a clip; `bare`: also without "shot" in them, as "the dog"."""
    if re.fullmatch(WHOLE, words, re.IGNORECASE) or NOT_CLIPS.search(words):
        return False
    named = bool(NAMED.match(words) or _CLIP.search(words))
    return named or (bare and bool(re.match(r"(?:the|my|our|that|this)\b", words, re.IGNORECASE)))


def _changed(text: str, what: str, by_s: float, edge: str = "") -> Found:
    arguments: dict[str, Any] = {"clips": clips_of(what), "mode": "length", "by_s": by_s}
    return (Request("trim", text, {**arguments, **({"words": "start"} if edge else {})}),)


def _amount(said: str | None, span_s: float | None) -> float:
    """How many seconds are meant by a length, "a bit", "much" or nothing."""
    if said == _SPAN:
        return span_s or _STEP_S
    if said and re.fullmatch(_BIT, said, re.IGNORECASE):
        return _STEP_S / 2
    return _STEP_S * 2 if said and re.fullmatch(_LOT, said, re.IGNORECASE) else _STEP_S


def _by(text: str) -> Found:
    """A clip so much longer or shorter: "make the last shot 1 second longer"."""
    bare, span_s = _spanned(text)
    full = re.compile(
        rf"(?:(?P<verb>make|let|have|keep|hold|leave|get|run|show) )?{_WHAT}"
        rf"(?: (?:be|run|last|play|stay|hold|go|on|for))*(?: (?:on )?) ?{_MUCH}{_WAY}"
        rf"|(?:(?P<more>{_LONGER})|(?P<less>{_SHORTER})) (?P<that>[^\x04]+?)"
        rf" (?:by )?(?P<by>{_SPAN}|{_BIT}|{_LOT})"
        rf"|(?P<bad>[^\x04]+?) (?:is|are|'s|runs?|lasts?|goes(?: on)?|stays"
        rf"|feels)(?: for)? (?:(?P<far>{_BIT}|{_LOT}) )?"
        r"too (?P<too>long|short)(?: (?:now|for me))?"
        rf"|(?:(?P<plus>{_LONGER})|(?P<minus>shorten)) (?P<alone>[^\x04]+)",
        re.IGNORECASE,
    )
    found = full.fullmatch(bare)
    if not found or (span_s is not None and _SPAN not in (found["much"], found["by"])):
        return ()
    what = next(v for v in (found[k] for k in ("what", "that", "bad", "alone")) if v)
    if not _is_clip(what, bare=bool(found["verb"] or found["that"] or found["alone"])):
        return ()
    if found["by"] == _SPAN and not re.search(rf"\bby {_SPAN}", bare):
        return ()  # "trim the first clip 3 seconds" is neither to nor by
    longer = found["more"] or found["plus"] or (found["way"] or "").lower() == "longer"
    longer = longer or (found["too"] or "").lower() == "short"
    by_s = _amount(found["much"] or found["by"] or found["far"], span_s)
    return _changed(text, what, by_s if longer else -by_s)


def _off(text: str) -> Found:
    """Seconds cut off one end of a clip, or added: "cut 2 seconds off the start of clip 3"."""
    bare, span_s = _spanned(text)
    if span_s is None:
        bare, span_s = re.sub(rf"\b(?:{_BIT})\b", _SPAN, bare, flags=re.IGNORECASE), _STEP_S / 2
    found = re.fullmatch(
        rf"(?P<take>{_TAKE})(?: off)? {_SPAN} (?:off|from|of|out of) (?:(?:the )?{_EDGE} of )?"
        r"(?P<what>.+)"
        rf"|{_TAKE}(?: off| out)? the (?P<side>first|last|final|opening) {_SPAN}"
        r"(?: (?:of|from|off|in) (?P<that>.+))?"
        rf"|add {_SPAN} (?:to|at) (?:(?:the )?(?P<at>start|beginning|front|end) of )?(?P<to>.+)",
        bare,
        re.IGNORECASE,
    )
    if not found:
        return ()
    what = found["what"] or found["that"] or found["to"] or "the film"
    side = (found["edge"] or found["side"] or found["at"] or "end").lower()
    start = side in ("start", "beginning", "front", "head", "first", "opening")
    if re.fullmatch(WHOLE, what, re.IGNORECASE):
        what = "first clip" if start else "last clip"
    elif not _is_clip(what, bare=not found["to"]):
        return ()
    return _changed(text, what, span_s if found["to"] else -span_s, "start" if start else "")


def _sooner(text: str) -> Found:
    """A clip that starts or ends sooner or later: "start clip 2 one second later"."""
    bare, span_s = _spanned(text)
    found = re.fullmatch(
        rf"(?:(?P<verb>start|begin|end|stop|finish) (?P<what>.+?)|(?:let|have|make) (?P<that>.+?)"
        rf" (?P<does>start|begin|end|stop|finish)) {_MUCH}(?P<way>earlier|sooner|later)",
        bare,
        re.IGNORECASE,
    )
    if not found:
        return _given(text, bare, span_s)
    what, verb = found["what"] or found["that"], (found["verb"] or found["does"]).lower()
    if not _is_clip(what) or (span_s is not None and found["much"] != _SPAN):
        return ()
    start, later = verb in ("start", "begin"), found["way"].lower() == "later"
    by_s = _amount(found["much"], span_s)
    return _changed(text, what, by_s if later != start else -by_s, "start" if start else "")


def _given(text: str, bare: str, span_s: float | None) -> Found:
    """Seconds that a clip is given: "give the last shot 2 more seconds"."""
    found = re.fullmatch(
        rf"give (?P<what>.+?) {_SPAN}(?: more| extra"
        rf"| longer)?",
        bare,
        re.IGNORECASE,
    )
    if not found or span_s is None or not _is_clip(found["what"], bare=True):
        return ()
    return _changed(text, found["what"], span_s)


def _to_length(text: str) -> Found:
    """Clips of a length: "trim the first clip to 3 seconds", "every shot should be 2 seconds"."""
    span = last_span(text)
    if span is None:
        return ()
    should = re.fullmatch(
        r"(?:i want )?(?P<what>.+?) (?:should|must|has to|have to|needs? to|may|can) (?:only )?"
        r"(?:be|last|run|take|stand) (?:only |for |about |around )*",
        text[: span.start],
        re.IGNORECASE,
    )
    if should and _is_clip(should["what"]) and re.fullmatch(r" ?(?:long|each)?", text[span.end :]):
        return _length(text, clips_of(should["what"]), float(span.length_s))
    lead = match(r"trim|shorten|cut|lengthen|extend|reduce|make|keep|set|let|have", text)
    if not lead or not re.match(r"^\s*(?:long|each)?\s*$", text[span.end :]):
        return ()
    target = re.sub(r"\s*(?:down |up )?(?:to|only|for|last|be)?(?: the)?\s*$", "",
                    text[lead.end() : span.start], flags=re.I).strip()  # fmt: skip
    edge = re.fullmatch(r"(?:only )?(?:the )?(first|last|middle)(?: of)?", target, re.IGNORECASE)
    if edge:
        arguments = {"clips": ("all",), "mode": "length", "words": edge[1].lower()}
        return (Request("trim", text, {**arguments, "length_s": float(span.length_s)}),)
    if target and (NAMED.match(target) or _CLIP.search(target)) and not NOT_CLIPS.search(target):
        return _length(text, clips_of(target), float(span.length_s))
    return ()


def _length(text: str, clips: tuple[str, ...], length_s: float) -> Found:
    arguments: dict[str, Any] = {"clips": clips, "mode": "length", "length_s": length_s}
    return (Request("trim", text, arguments),)


_PART = re.compile(  # what is kept is inside a clip
    r"\b(?:parts?|bits?|moments?|sections?|half|pieces?|seconds?|middle|where|when|what|while"
    r"|until|till|before|after|\w+est|best|start|beginning|end|sentences?|words?|takes?|music"
    r"|sound|speech|titles?)\b",
    re.IGNORECASE,
)


def _keep(text: str) -> Found:
    """A part of clips kept, or only some clips: "keep only the brightest part", "only the dog"."""
    keep = match(r"(?:keep|use|show|leave) (?:only|just)|(?:only|just) (?:keep|use|leave)", text)
    if not keep:
        return ()
    rest = text[keep.end() :].strip()
    words, _, target = rest.partition(" of ")
    named = bool(target) and (
        NAMED.match(target) or re.search(r"\b(?:clip|shot|each|all)\b", target, re.IGNORECASE)
    )
    if _PART.search(rest) or named or last_span(rest):
        told = words if named else rest
        clips = clips_of(target) if named else ("all",)
        return (Request("trim", text, {"clips": clips, "words": told}),)
    shown = re.sub(r"^(?:the )?(?:clips?|shots?|ones?|scenes?) (?:with|of|where|that shows?) ", "",
                   rest, flags=re.IGNORECASE)  # fmt: skip
    if not shown or NOT_CLIPS.search(shown):
        return ()
    dropped = {"action": "drop", "clips": (f"everything but {shown}",)}
    return (Request("arrange", text, dropped),)


def _at(text: str) -> Found:
    """A clip cut where something is seen or said: "start clip 2 when the dog jumps"."""
    at = re.match(
        r"(?P<verb>trim|cut|end|stop|start|begin) (?P<clips>(?:the )?[\w\s#]*?(?:clips?|shots?|one"
        r"|first|last|second|third)(?: #?\d+)?) (?P<words>(?:off )?(?:before|until|till|when|after"
        r"|once|from|at|to|where)\b.+)$",
        text,
        re.IGNORECASE,
    )
    if not at:
        return ()
    words = re.sub(r"^(?:off|to)\s+", "", at["words"], flags=re.IGNORECASE)
    arguments = {"clips": clips_of(at["clips"]), "words": words}
    verb = at["verb"].lower()
    if verb in ("end", "stop", "start", "begin"):
        told = re.sub(r"^(?:before|until|till|when|after|once|from|at|where)\s+", "", words)
        if not re.match(r"before|after|until", words):
            arguments["words"] = told
        arguments["mode"] = "until" if verb in ("end", "stop") else "from"
    return (Request("trim", text, arguments),)
