"""What creators ask beside a whole film: questions, and edits to the cut that stands.

Each request names a tool and carries the arguments that the sentence gives; words for clips
("the second shot", "the one with the dog") stay words: the tools know what they point at.
"""

from __future__ import annotations

import re
from typing import Any

from agent.follow_ups import (
    Request,
    add,
    drop,
    length,
    match,
    move,
    replace,
    swap,
    trim,
    undo,
)
from agent.phrases import MUTE
from agent.picture_words import frame, look, rhythm, steady
from agent.sound_words import level, loudness, mute, sound_cut
from agent.speech_words import QUOTED, tighten, transcript
from agent.speed_words import speed
from agent.title_words import words_over
from agent.why_words import asked as asked_why

_POLITE = re.compile(
    r"^(?:(?:please|now|ok(?:ay)?|and|then|also|well|hey|so|can you|could you|would you|will you"
    r"|i(?:'d| would) like (?:you )?to|i want (?:you )?to|let(?:'s| us)|just)[\s,]+)+",
    re.IGNORECASE,
)
_THANKS = re.compile(r"[\s,]+(?:please|thanks|thank you)$", re.IGNORECASE)
_VERBS = (
    r"(?:drop|remove|delete|clear|lose|swap|switch|move|put|place|trim|shorten|lengthen|extend"
    r"|keep only|add|insert|include|replace|reverse|undo|make it|cut|fill|generate|export|render"
    r"|find|show|search|title|call it|use only|take out|mute|unmute|normali[sz]e|slow down|speed up"
    r"|turn (?:up|down)|tighten|strike|match|stabili[sz]e|steady|reframe|crop|brighten|darken"
    r"|take the)"
)
_NO_VERB = (
    r"(?:the|an?|my|our|this|that|these|those|all|both|every|each|some|any|of|with|without|in|on|at"
    r"|from|to|for|by|before|after|where|when|until|about|over|under|near|not|no|more|only|also"
    r"|like|as|than|then|and|or|one|two|three|is|are|has|have|shows?|follow(?:ing)?|track(?:ing)?)"
)
_DOES = (  # a verb that is not known, and what it is done to
    rf"(?!{_NO_VERB}\b)[a-z]+(?: [a-z]+)? (?:the|an?|my|our|it|this|that|these|those"
    r"|them|all|every)\b"
)
_PARTS = re.compile(rf"\s*(?:[,;.]|\band\b|\bthen\b)+\s+(?={_VERBS}\b|{_DOES})", re.IGNORECASE)

_ON_CUT = re.compile(  # what an edit is done to, and nobody speaks of
    r"\b(?:clips?|shots?|music|sound|film|video|titles?|pauses|ums|seconds)\b", re.IGNORECASE
)


def requests(words: str) -> tuple[Request, ...] | None:
    """The actions a sentence asks for, in order; None when any part of it is not understood."""
    why = asked_why(words)
    if why is not None:  # a question names what was done, and is no order to do it again
        return (why,)
    found: list[Request] = []
    for text in _parts(words):
        read = _one(text)
        if not read:
            return None
        found += read
    return tuple(found) or None


def _parts(words: str) -> list[str]:
    """The actions of a sentence apart, without what is polite only.

    Words in quotes are not looked into, and what somebody says goes to the end of the sentence,
    unless a mark and an action stand behind it.
    """
    quotes: list[str] = []

    def hide(found: re.Match[str]) -> str:
        quotes.append(found[0])
        return f"\x01{len(quotes) - 1}\x01"

    def shown(text: str) -> str:
        text = re.sub(r"\x01(\d+)\x01", lambda m: quotes[int(m[1])], text)
        return _THANKS.sub("", _POLITE.sub("", text.strip()).strip(" ,;.!"))

    hidden = QUOTED.sub(hide, words.strip())
    seams = list(_PARTS.finditer(hidden))
    starts = [0, *(seam.end() for seam in seams)]
    ends = [*(seam.start() for seam in seams), len(hidden)]
    texts = [shown(hidden[a:b]) for a, b in zip(starts, ends, strict=True)]
    for first, text in enumerate(texts):
        if "\x01" in hidden[starts[first] : ends[first]] or not transcript(text):
            continue
        last = len(texts)
        for place in range(first + 1, len(texts)):
            marked = re.search(r"[,;.]|then", seams[place - 1][0]) or _ON_CUT.search(texts[place])
            if marked and all(map(_one, texts[place:])):
                last = place
                break
        whole = shown(hidden[starts[first] : ends[last - 1]])
        texts = [*texts[:first], whole, *texts[last:]]
        break
    return [text for text in texts if text]


def half_read(words: str) -> str | None:
    """What to say where only a part of several actions is understood; None in other cases."""
    parts = _parts(words)
    known = [part for part in parts if any(r.tool in EDITS for r in _one(part))]
    known = [part for part in known if not MUTE.fullmatch(part)]  # said of a film that is asked for
    unknown = [part for part in parts if not _one(part)]
    if not known or not unknown:
        return None
    return (
        f"I understood {' and '.join(map(repr, known))}, but not"
        f" {' and '.join(map(repr, unknown))}, so I planned nothing. Say that part another way,"
        " or ask for the rest alone."
    )


EDITS = frozenset(
    ["arrange", "trim", "undo", "music", "sound", "speed", "tighten", "transcript", "reframe",
     "look", "stabilise", "rhythm", "title"]
)  # fmt: skip


def _one(text: str) -> tuple[Request, ...]:
    for rule in (
        _music_away,
        transcript, tighten, speed, sound_cut, loudness, level, mute,
        rhythm, steady, look, frame, words_over,
        undo, _ideas, _overview, length, trim, swap, move, replace, drop, add, _search,
    ):  # fmt: skip
        found = rule(text)
        if found:
            return found
    return ()


# --- questions


def _overview(text: str) -> tuple[Request, ...]:
    found = match(
        r"what (?:all )?(?:do|have|did|does) (?:i|we|this|my \w+) (?:have|got|shoot|shot"
        r"|film(?:ed)?"
        r"|record(?:ed)?|contain)(?: here| got| there| so far)?\??$"
        r"|what(?:'s| is| is there)? (?:in|on) (?:my|the|this|these|our|here)\b.*"
        r"|what(?: kind of| sort of)? (?:footage|material|clips|shots) (?:do|have|is|are)\b.*"
        r"|what (?:can|do) you (?:see|know)\b.*"
        r"|(?:give me |show me |i want )?(?:an? |the )?(?:overview|summary|inventory)\b.*"
        r"|(?:show|list|describe|summari[sz]e|tell me about) (?:me )?(?:all |everything|what i have"
        r"|(?:all )?(?:my|the|our|this) (?:footage|material|clips|files|library|shots))\b.*",
        text.rstrip("?"),
    )
    if not found:
        return ()
    topic = re.search(r"\b(?:about|on|of) (?:the |my )?([\w\s]+)$", text.rstrip("?! ."), re.I)
    words = topic[1].strip() if topic else ""
    if re.fullmatch(r"(?:\w+ )?(?:footage|material|clips|files|library|shots|here|folder|it|this)",
                    words, re.I):  # fmt: skip
        words = ""
    return (Request("overview", text, {"topic": words} if words else {}),)


def _music_away(text: str) -> tuple[Request, ...]:
    away = r"remove|drop|delete|lose|take out|take away|get rid of|cut|turn off|kill"
    found = re.fullmatch(
        rf"(?:{away}) (?:the )?(?:background )?(?:music|soundtrack|score|song)", text, re.IGNORECASE
    )
    return (Request("music", text, {"remove": True}),) if found else ()


def _ideas(text: str) -> tuple[Request, ...]:
    asks = re.search(
        r"\b(?:ideas?|inspir\w+|brainstorm\w*|suggest(?:ions?)?|pitch(?:es)?)\b"
        r"|\bwhat (?:(?:kind|sort) of \w+ )?(?:could|can|should|might) (?:i|we) (?:make|do|create"
        r"|cut|tell|edit)\b",
        text,
        re.IGNORECASE,
    )
    if not asks:
        return ()
    about = re.search(r"\b(?:for|about|with|around|on) (.+)$", text[asks.start() :], re.IGNORECASE)
    told = about[1].strip(" ?.!") if about else ""
    if re.fullmatch(r"(?:this|it|these|that|(?:my|the|this|all this) \w+)", told, re.IGNORECASE):
        told = ""
    return (Request("ideas", text, {"guidance": told} if told else {}),)


def _search(text: str) -> tuple[Request, ...]:
    found = match(
        r"(?:show me|find(?: me)?|search(?: for)?|look(?:ing)? for|locate|where(?:'s| is| are| do"
        r"| does| did| can i (?:see|find))|do (?:i|we) have|have (?:i|we) got|is there|are there"
        r"|which (?:shots?|clips?|footage|files?|takes?|videos?)|any|who|when (?:do|does|did|is)"
        r"|what (?:do|does|did) (?:he|she|they|it|\w+) say about)",
        text,
    )
    if not found:
        return ()
    rest = text[found.end() :].strip(" ?.!")
    used = re.search(
        r"\b(?:that (?:i|we) have(?:n't| not) used|not (?:yet )?used|unused)\b.*$", rest
    )
    if used:
        rest = rest[: used.start()].strip()
    lead = (
        r"(?:(?:all|any|some|the|a|an|my|every|me|good|best|other|more)\s+)*"
        r"(?:(?:shots?|clips?|footage|moments?|scenes?|parts?|takes?|videos?|pictures?|images?)\s+)"
        r"(?:(?:of|with|where|that|which|in which|showing|containing|has|have|is|are|show|shows"
        r"|featuring)\s+)+"
    )
    query = re.sub(rf"^{lead}", "", rest, flags=re.IGNORECASE)
    query = re.sub(
        r"^(?:(?:any|some|the|a|an|all|my|show|shows|have|has)\s+)+", "", query, flags=re.I
    )
    if not query.strip():
        return ()
    arguments: dict[str, Any] = {"query": query.strip()}
    if used:
        arguments["used"] = False
    return (Request("search", text, arguments),)
