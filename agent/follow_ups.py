"""Edits of the cut that stands, as creators say them: lengths, trims, order, drops, additions."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from agent.phrases import phrase
from agent.spans import NUMBERS, ORDINALS, Span, every_span

WHOLE = (
    r"(?:it|this|that|everything|(?:the|its) (?:total )?(?:length|duration)"
    r"|the (?:whole )?(?:film|video|cut|reel|edit|movie|montage|trailer"
    r"|timeline|thing|whole)(?: thing)?)"
)
NOT_CLIPS = phrase(
    r"music|soundtrack|songs?|titles?|captions?|subtitles?|sound|audio|speech|text|files?|footage"
    r"|project|folders?|library|transitions?|fades?|noise|hum|colou?rs?|everything"
    r"|all (?:the |of the )?clips|film|video|cut|reel|movie|timeline|lower[- ]thirds?"
    r"|pauses|silences?|u+ms?"
)
MOST_UNDONE = 20  # edits taken back by one sentence
BUT = (  # "all shots but", "everything except": what follows stays
    r"(?:all|everything|everyone|everybody|every|each)(?: (?:of |the |other )*(?:clips?|shots?"
    r"|ones?|scenes?|thing"
    r"|else))*,? (?:but(?! (?:keep|leave|not|do|make|let)\b)|except(?:ing)?(?: for)?|apart from"
    r"|aside from|besides|other than"
    r"|save(?: for)?) "
)
NAMED = re.compile(  # a clip by its place
    r"^(?:the |clips? |shots? |number |no\.? |#)*(?:(?:"
    + "|".join([*ORDINALS, "last", "final", "opening", "closing", "longest", "shortest"])
    + r"|\d+(?:st|nd|rd|th)?|"
    + "|".join(NUMBERS)
    + r")\b|(?:clip|shot) )",
    re.IGNORECASE,
)


_ALL_BUT = re.compile(rf"(?:the )?{BUT}.+", re.IGNORECASE)


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


def clips_of(text: str) -> tuple[str, ...]:
    """Words for clips, apart: "clips 2 and 3" is two, "the dog and the cat" as well.

    "everything but the dog and the cat" stays whole: the tools know who that is.
    """
    text = text.strip()
    if _ALL_BUT.fullmatch(text):
        return (text,)
    text = re.sub(r"^(?:the )?(?:clips|shots) (?=\d+(?:\s*(?:,|and\b|&)|$))", "", text, flags=re.I)
    parts = [p.strip() for p in re.split(r"\s*(?:,|\band\b|&)\s*", text) if p.strip()]
    return tuple(re.sub(r"^(?:the|number|no\.?)\s+", "", p, flags=re.IGNORECASE) for p in parts)


def undo(text: str) -> tuple[Request, ...]:
    """The last edit taken back, or the last few; or what was taken back done again."""
    found = re.fullmatch(
        r"(?:undo|revert|take back)(?: (?:that|it|this|the last(?: (?:edit|step|change|one))?"
        r"|my last \w+|last \w+|the \w+))?(?: again)?|take (?:that|it|this) back|go back(?: one)?"
        r"(?: step)?|i (?:don't|do not) like (?:that|it)(?:,? (?:undo|take it back).*)?",
        text,
        re.IGNORECASE,
    )
    if found:
        return (Request("undo", text),)
    several = re.fullmatch(
        r"(?:undo|revert|take back|go back) (?:the |my )?(?:last )?(?P<many>\w+)"
        r" (?:edits|steps|changes|things)",
        text,
        re.IGNORECASE,
    )
    if several:
        said = several["many"].lower()
        many = NUMBERS.get(said, int(said) if said.isdigit() else 0)
        return (Request("undo", "undo the last change"),) * many if 0 < many <= MOST_UNDONE else ()
    again = re.fullmatch(
        r"redo(?: (?:that|it|the last (?:edit|step"
        r"|change)))?",
        text,
        re.IGNORECASE,
    )
    return (Request("redo", text),) if again else ()


def last_span(text: str) -> Span | None:
    """The last length of time in a text."""
    spans = every_span(text)
    return spans[-1] if spans else None


_VERB = r"(?:make|get|bring|cut|trim|shorten|lengthen|extend|reduce|stretch|fit|tighten|keep|turn)"


def length(text: str) -> tuple[Request, ...]:
    """The whole cut made shorter, longer, or a length."""
    span = last_span(text)
    return _by_feel(text) if span is None else _by_seconds(text, span)


def _by_seconds(text: str, span: Span) -> tuple[Request, ...]:
    """To a length, or longer or shorter by one."""
    bare = re.fullmatch(r"(?:(?:about|around|some) )?", text[: span.start], re.IGNORECASE)
    rest = text[span.end :].strip(" .!")
    said = re.fullmatch(r"(longer|shorter)(?: in total| overall)?", rest, re.IGNORECASE)
    if bare and said:
        sign = 1 if said[1].lower() == "longer" else -1
        return (_relative(text, plus_s=sign * float(span.length_s)),)
    taken = re.fullmatch(
        r"(?:(?P<more>add|put on|lengthen|extend|stretch)|cut|lose|drop|trim|shave|take|knock"
        r"|remove|reduce|shorten)(?: off| out| away)?(?: (?:about|another))?",
        text[: span.start].strip(),
        re.IGNORECASE,
    )
    of_it = rf"(?:off|from|to|of|out of)? ?(?:{WHOLE})?(?: off| more)?"
    if taken and re.fullmatch(of_it, rest, re.IGNORECASE):
        return (_relative(text, plus_s=(1 if taken["more"] else -1) * float(span.length_s)),)
    whole = rf"(?:{_VERB} {WHOLE}|{_VERB}|{WHOLE} (?:should|must|has to|needs to) (?:be|last))"
    lead = text[: span.start].strip()
    if re.fullmatch(
        rf"{whole}(?: (?:down|up|out|only|just|exactly|about|around|to|into|in|at|last|be|run"
        r"|shorter|longer|under|a|of))*",
        lead,
        re.IGNORECASE,
    ) and not re.search(r"\b(?:by)$", lead):
        if re.fullmatch(r"(?:long|in total|total|overall|instead|please)?", rest, re.I):
            return (_whole_length(text, float(span.length_s)),)
        if re.fullmatch(r"(?:longer|shorter)", rest, re.IGNORECASE):
            sign = 1 if rest.lower() == "longer" else -1
            return (_relative(text, plus_s=sign * float(span.length_s)),)
    by = re.fullmatch(rf"({_VERB})(?: {WHOLE})?(?: (?:shorter|longer))? by", lead, re.I)
    if by:
        longer = re.search(r"length|extend|stretch|longer", lead, re.IGNORECASE)
        return (_relative(text, plus_s=(1 if longer else -1) * float(span.length_s)),)
    return ()


def _by_feel(text: str) -> tuple[Request, ...]:
    """Half, twice, a bit, much."""
    times = re.fullmatch(
        rf"(?:(?:{_VERB}|halve|double) ?)?(?:{WHOLE}|its)?(?:'s length| length)? ?(?:to )?(?:be )?"
        r"(?P<half>(?:only )?half as long|(?:to )?half (?:the|its|of its) length|in half|by half)?"
        r"(?P<twice>twice as long|(?:to )?double (?:the|its) length)?",
        text,
        re.IGNORECASE,
    )
    if times and (times["half"] or re.match(r"halve", text, re.IGNORECASE)):
        return (_relative(text, factor=0.5),)
    if times and (times["twice"] or re.match(r"double", text, re.IGNORECASE)):
        return (_relative(text, factor=2.0),)
    found = re.fullmatch(
        rf"(?:{_VERB} {WHOLE} (?:be )?|(?:{WHOLE} )?(?:could|should"
        rf"|can) be )?(?:a (?:little )?(?:bit|little|touch|tad)|slightly|much|way"
        rf"|far|even)? ?(shorter|longer|tighter)|(?:shorten|tighten|lengthen"
        rf"|extend) {WHOLE}(?: up)?"
        rf"(?: a (?:little )?(?:bit|little|touch|tad)| slightly)?|{WHOLE}(?:'s| is| feels| runs)"
        r" (?:still )?(?:a (?:little )?(?:bit|little|touch|tad) |much |way |far )?too (?:long"
        r"|short)"
        r"(?: (?:now|for me))?",
        text,
        re.IGNORECASE,
    )
    if not found:
        return ()
    longer = re.search(r"longer|lengthen|extend|too short", text, re.IGNORECASE)
    much = re.search(r"\b(?:much|way|far)\b", text, re.IGNORECASE)
    little = re.search(r"\b(?:bit|little|slightly|touch|tad)\b", text, re.IGNORECASE)
    step = 2.0 if much else 1.15 if little else 4 / 3
    return (_relative(text, factor=step if longer else 1 / step),)


def _whole_length(text: str, length_s: float) -> Request:
    return Request("arrange", text, {"action": "length", "length_s": length_s})


def _relative(text: str, *, factor: float = 1.0, plus_s: float = 0.0) -> Request:
    return Request("arrange", text, {"action": "length"}, factor, plus_s)
