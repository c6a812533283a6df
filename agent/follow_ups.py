"""Edits of the cut that stands, as creators say them: lengths, trims, order, drops, additions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from agent.phrases import phrase
from agent.spans import NUMBERS, ORDINALS, Span, every_span

WHOLE = (
    r"(?:it|this|that|everything|the (?:whole )?(?:film|video|cut|reel|edit|movie|montage|trailer"
    r"|timeline|thing|whole)(?: thing)?)"
)
_NOT_CLIPS = phrase(
    r"music|soundtrack|songs?|titles?|captions?|subtitles?|sound|audio|speech|text|files?|footage"
    r"|project|folders?|library|transitions?|fades?|everything|all (?:the |of the )?clips"
)
NAMED = re.compile(
    r"^(?:the |clips? |shots? |number |no\.? |#)*(?:(?:"
    + "|".join([*ORDINALS, "last", "final", "opening", "closing", "longest", "shortest"])
    + r"|\d+(?:st|nd|rd|th)?|"
    + "|".join(NUMBERS)
    + r")\b|(?:clip|shot) )",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Request:
    """One action a sentence asks for. `change` says the length as a share of what it is."""

    tool: str
    intent: str
    arguments: dict[str, Any] = field(default_factory=dict)
    factor: float = 1.0  # for a relative length: what the whole is multiplied by
    plus_s: float = 0.0  # and what is added to it, in seconds


def match(pattern: str, text: str) -> re.Match[str] | None:
    """The pattern at the start of a text, on whole words, in any case."""
    return re.match(rf"(?:{pattern})(?!\w)", text, re.IGNORECASE)


def undo(text: str) -> tuple[Request, ...]:
    """The last edit taken back."""
    found = re.fullmatch(
        r"(?:undo|revert|take back)(?: (?:that|it|this|the last(?: (?:edit|step|change|one))?"
        r"|my last \w+|last \w+|the \w+))?|take (?:that|it) back|go back(?: one)?(?: step)?"
        r"|i (?:don't|do not) like (?:that|it)(?:,? (?:undo|take it back).*)?",
        text,
        re.IGNORECASE,
    )
    return (Request("undo", text),) if found else ()


def _span(text: str) -> Span | None:
    spans = every_span(text)
    return spans[-1] if spans else None


def length(text: str) -> tuple[Request, ...]:
    """The whole cut made shorter, longer, or a length."""
    verb = (
        r"(?:make|get|bring|cut|trim|shorten|lengthen|extend|reduce|stretch|fit|tighten|keep|turn)"
    )
    span = _span(text)
    if span is not None:
        whole = rf"(?:{verb} {WHOLE}|{verb}|{WHOLE} (?:should|must|has to|needs to) (?:be|last))"
        lead = text[: span.start].strip()
        if re.fullmatch(
            rf"{whole}(?: (?:down|up|out|only|just|exactly|about|around|to|into|in|at|last|be|run"
            r"|shorter|longer|under|a|of))*",
            lead,
            re.IGNORECASE,
        ) and not re.search(r"\b(?:by)$", lead):
            after = text[span.end :].strip(" .!")
            if re.fullmatch(r"(?:long|in total|total|overall|instead|please)?", after, re.I):
                return (_whole_length(text, float(span.length_s)),)
            if re.fullmatch(r"(?:longer|shorter)", after, re.IGNORECASE):
                sign = 1 if after.lower() == "longer" else -1
                return (_relative(text, plus_s=sign * float(span.length_s)),)
        by = re.fullmatch(rf"({verb})(?: {WHOLE})?(?: (?:shorter|longer))? by", lead, re.I)
        if by:
            longer = re.search(r"length|extend|stretch|longer", lead, re.IGNORECASE)
            return (_relative(text, plus_s=(1 if longer else -1) * float(span.length_s)),)
        return ()
    if re.search(r"\bhalf as long\b|\bhalf the length\b|\bin half\b", text, re.I):
        return (_relative(text, factor=0.5),)
    if re.search(r"\btwice as long\b|\bdouble (?:the|its) length\b", text, re.I):
        return (_relative(text, factor=2.0),)
    found = re.fullmatch(
        rf"(?:{verb} {WHOLE} )?(?:a (?:bit|little)|slightly|much|way|far|even)? ?(shorter|longer"
        rf"|tighter)|(?:shorten|tighten|lengthen|extend) {WHOLE}"
        rf"(?: a (?:bit|little)| slightly)?|(?:it|this|that|the \w+)(?:'s| is)"
        r" (?:a bit |much |way )?too (?:long|short)",
        text,
        re.IGNORECASE,
    )
    if not found:
        return ()
    longer = re.search(r"longer|lengthen|extend|too short", text, re.IGNORECASE)
    much = re.search(r"\b(?:much|way|far)\b", text, re.IGNORECASE)
    little = re.search(r"\b(?:bit|little|slightly)\b", text, re.IGNORECASE)
    step = 2.0 if much else 1.15 if little else 4 / 3
    return (_relative(text, factor=step if longer else 1 / step),)


def _whole_length(text: str, length_s: float) -> Request:
    return Request("arrange", text, {"action": "length", "length_s": length_s})


def _relative(text: str, *, factor: float = 1.0, plus_s: float = 0.0) -> Request:
    return Request("arrange", text, {"action": "length"}, factor, plus_s)


def _clips(text: str) -> tuple[str, ...]:
    """Words for clips, apart: "clips 2 and 3" is two, "the dog and the cat" as well."""
    text = re.sub(r"^(?:the )?(?:clips|shots) (?=\d)", "", text.strip(), flags=re.IGNORECASE)
    parts = [p.strip() for p in re.split(r"\s*(?:,|\band\b|&)\s*", text) if p.strip()]
    return tuple(re.sub(r"^(?:the|number|no\.?)\s+", "", p, flags=re.IGNORECASE) for p in parts)


def trim(text: str) -> tuple[Request, ...]:
    """In and out points of named clips, by length, words or senses."""
    span = _span(text)
    lead = match(r"trim|shorten|cut|lengthen|extend|reduce|make|keep|set", text)
    if lead and span is not None and re.match(r"^\s*(?:long|each)?\s*$", text[span.end :]):
        target = re.sub(r"\s*(?:down |up )?(?:to|only|for|last|be)?(?: the)?\s*$", "",
                        text[lead.end() : span.start], flags=re.I).strip()  # fmt: skip
        edge = re.fullmatch(r"(?:only )?(?:the )?(first|last|middle)(?: of)?", target, re.I)
        if edge:
            arguments = {"clips": ("all",), "mode": "length", "words": edge[1].lower()}
            return (Request("trim", text, {**arguments, "length_s": float(span.length_s)}),)
        if target and (NAMED.match(target) or re.search(r"\b(?:clips?|shots?|all|each)\b", target)):
            clips = _clips(target)
            return (
                Request(
                    "trim",
                    text,
                    {"clips": clips, "mode": "length", "length_s": float(span.length_s)},
                ),
            )
        return ()
    keep = match(r"(?:keep|use|show) only|only keep|only use", text)
    if keep:
        rest = text[keep.end() :].strip()
        words, _, target = rest.partition(" of ")
        named = bool(target) and (
            NAMED.match(target) or re.search(r"\b(?:clip|shot|each|all)\b", target, re.I)
        )
        told = words if named else rest
        return (
            Request("trim", text, {"clips": _clips(target) if named else ("all",), "words": told}),
        )
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
    arguments = {"clips": _clips(at["clips"]), "words": words}
    verb = at["verb"].lower()
    if verb in ("end", "stop", "start", "begin"):
        told = re.sub(r"^(?:before|until|till|when|after|once|from|at|where)\s+", "", words)
        if not re.match(r"before|after|until", words):
            arguments["words"] = told
        arguments["mode"] = "until" if verb in ("end", "stop") else "from"
    return (Request("trim", text, arguments),)


def swap(text: str) -> tuple[Request, ...]:
    """Two clips that change places, or the whole order reversed."""
    found = match(r"swap|switch|exchange", text)
    if found:
        clips = _clips(re.sub(r"\bwith\b", "and", text[found.end() :].strip(), flags=re.IGNORECASE))
        clips = tuple(re.sub(r"\s*around$", "", c) for c in clips)
        if len(clips) == 2:
            return (Request("arrange", text, {"action": "swap", "clips": clips}),)
    if re.fullmatch(rf"(?:reverse|flip) (?:the order(?: of .+)?|{WHOLE})|play {WHOLE} backwards?"
                    r"|reverse", text, re.I):  # fmt: skip
        return (Request("arrange", text, {"action": "reverse"}),)
    return ()


_PLACE = re.compile(
    r"\s+(?:to|at|as|in|into)\s+(?:the\s+)?(?:very\s+)?(?P<place>start|beginning|front|top|end|back"
    r"|first|last|(?:position|place|number|slot)\s+#?\d+|\w+ (?:position|place))"
    r"(?:\s+of .+)?$|\s+(?P<alone>first|last)$",
    re.IGNORECASE,
)


def _position(place: str) -> int | None:
    """A place from 1 as people say it; None is the end."""
    place = place.lower()
    if place in ("start", "beginning", "front", "top", "first"):
        return 1
    number = re.search(r"\d+", place)
    if number:
        return int(number[0])
    return ORDINALS.get(place.split()[0])


def move(text: str) -> tuple[Request, ...]:
    """Clips put at another place."""
    found = match(r"move|put|place|bring", text)
    if not found:
        return ()
    at = _PLACE.search(text)
    if not at:
        return ()
    clips = _clips(text[found.end() : at.start()])
    if not clips or _NOT_CLIPS.search(" ".join(clips)):
        return ()
    position = _position(at["place"] or at["alone"])
    arguments: dict[str, Any] = {"action": "move", "clips": clips}
    if position is not None:
        arguments["position"] = position
    return (Request("arrange", text, arguments),)


def drop(text: str) -> tuple[Request, ...]:
    """Clips taken out, or all of them."""
    if re.fullmatch(
        r"(?:drop|remove|delete|clear|wipe|empty|take out|throw out|get rid of) (?:out )?"
        r"(?:all|all of (?:the|my|it)|every(?:thing)?|all (?:of )?(?:the|my|these)? ?(?:clips"
        r"|shots)|(?:the )?(?:whole )?(?:timeline|cut|edit))(?: (?:clips?|shots?))?"
        r"(?: (?:from|on|in|off|of) (?:the|my) (?:timeline|cut|film|edit|video))?",
        text,
        re.IGNORECASE,
    ):
        return (Request("arrange", text, {"action": "drop", "clips": ("all",)}),)
    found = match(
        r"drop|remove|delete|lose|take out|get rid of|ditch|kick out|throw out|cut(?: out)?"
        r"|leave out|without",
        text,
    )
    if not found:
        return ()
    clips = _clips(re.sub(r"\s+(?:from|out of) (?:it|the \w+)$", "", text[found.end() :].strip()))
    if not clips or _NOT_CLIPS.search(" ".join(clips)) or _span(text):
        return ()
    lead = r"^(?:(?:clips?|shots?|ones?|part) (?:with|of|where|that shows?)) (?:the |a |an )?"
    clips = tuple(re.sub(lead, "", c, flags=re.IGNORECASE) for c in clips)
    if found[0].lower() == "cut" and not NAMED.match(clips[0]):
        return ()
    return (Request("arrange", text, {"action": "drop", "clips": clips}),)


def replace(text: str) -> tuple[Request, ...]:
    """A clip dropped and another moment put in its place."""
    found = re.match(r"(?:replace|exchange|swap out) (.+?) (?:with|by|for) (.+)$", text, re.I)
    if not found or not NAMED.match(found[1]):
        return ()
    clips = _clips(found[1])
    number = _number(clips[0])
    query = _query(found[2])
    if number is None or not query:
        return ()
    add: dict[str, Any] = {"action": "add", "query": query, "position": number}
    return (
        Request("arrange", f"drop the shot {number}", {"action": "drop", "clips": clips[:1]}),
        Request("arrange", f"add {query} at position {number}", add),
    )


def _number(words: str) -> int | None:
    number = re.search(r"\d+", words)
    if number:
        return int(number[0])
    return next((ORDINALS[w] for w in words.lower().split() if w in ORDINALS), None)


def _query(text: str) -> str:
    """What a shot is to show, without "a shot of"."""
    text = re.sub(
        r"^(?:(?:an?|the|some|another|one|two|three|more|extra|few|of)\s+)*"
        r"(?:(?:shots?|clips?|moments?|footage|views?|scenes?|b-roll)\s+(?:of|with|showing|where)\s+)?"
        r"(?:(?:the|an?|some)\s+)?",
        "",
        text.strip(),
        flags=re.IGNORECASE,
    )
    return text.strip(" .!?")


def add(text: str) -> tuple[Request, ...]:
    """One more moment, found by words."""
    found = match(
        r"(?:add|insert|include|throw in|put in|show|use|i want|give me)(?= .*\bmore\b)|add|insert"
        r"|include|throw in|put in|more(?: of)?|some more",
        text,
    )
    if not found or re.search(r"\b(?:titles?|music|soundtrack|song|sound|text|captions?|fades?"
                              r"|transitions?|effects?|filter)\b", text, re.I):  # fmt: skip
        return ()
    rest = text[found.end() :]
    arguments: dict[str, Any] = {"action": "add"}
    at = _PLACE.search(rest)
    if at:
        rest, place = rest[: at.start()], _position(at["place"] or at["alone"])
        if place is not None:
            arguments["position"] = place
    span = _span(rest)
    if span is not None:
        arguments["length_s"] = float(span.length_s)
        rest = f"{rest[: span.start].rstrip()} {rest[span.end :]}"
        rest = re.sub(r"\bfor\s*$", "", rest.strip())
    query = _query(re.sub(r"^\s*(?:me\s+)?(?:some |a bit |a little )?(?:more )?(?:of )?", "", rest))
    if not query:
        return ()
    return (Request("arrange", text, {**arguments, "query": query}),)
