"""What creators ask beside a whole film: questions, and edits to the cut that stands.

Each request names a tool and carries the arguments that the sentence gives; words for clips
("the second shot", "the one with the dog") stay words: the tools know what they point at.
"""

from __future__ import annotations

import re
from typing import Any

from agent.cut_words import contents, export
from agent.follow_ups import Request, length, match, undo
from agent.grammar import read
from agent.order_words import add, drop, move, replace, swap
from agent.phrases import MUTE, NO_MUSIC, SUBTITLES
from agent.picture_words import frame, look, rhythm, steady
from agent.preference_words import asked as asked_preference
from agent.sound_words import level, loudness, mute, sound_cut
from agent.speech_words import QUOTED, tighten, transcript
from agent.speed_words import speed
from agent.title_words import words_over
from agent.trim_words import trim
from agent.why_words import asked as asked_why
from agent.wording import plain

_LEAD = re.compile(
    r"^(?:(?:now|and|then|also|but|finally|after that|actually|first(?:ly)?(?: of all)?(?=,"
    r"| (?:drop"
    r"|remove|delete|swap|move|put|make|mute|add|trim|cut|slow|speed|replace|take)\b))[\s,]+)+",
    re.IGNORECASE,
)
_VERBS = (
    r"(?:drop|remove|delete|clear|lose|swap|switch|move|put|place|trim|shorten|lengthen|extend"
    r"|keep (?:only|just)|add|insert|include|replace|reverse|undo|make|cut|fill|generate|export"
    r"|render|save|give"
    r"|find|show|search|title|call it|use|take|mute|unmute|normali[sz]e|slow|speed|turn|tighten"
    r"|strike|match|stabili[sz]e|steady|reframe|crop|brighten|darken|subtitle|caption|sync|play|lay"
    r"|hold|let|set|start|open|end|finish|begin|get rid of|exchange|raise|lower|boost|with|no"
    r"|black and white|half speed|lower third)"
)
_NO_VERB = (
    r"(?:the|an?|my|our|this|that|these|those|all|both|every|each|some|any|of|with|without|in|on|at"
    r"|from|to|for|by|before|after|where|when|until|about|over|under|near|not|no|more|only|also"
    r"|like|as|than|then|and|or|one|two|three|is|are|has|have|keep|shows?|follow(?:ing)?"
    r"|track(?:ing)?)"
)
_DOES = (  # a verb that is not known, and what it is done to
    rf"(?!{_NO_VERB}\b)[a-z]+(?: [a-z]+)? (?:the|an?|my|our|it|this|that|these|those"
    r"|them|all|every)\b"
)
_PARTS = re.compile(rf"\s*(?:[,;.]|\band\b|\bthen\b)+\s+(?={_VERBS}\b|{_DOES})", re.IGNORECASE)

_SEAMS = re.compile(  # between a film and what is done to it
    rf"\s*[,;](?!\d)\s*(?:(?:and|then|but|also)\s+)*|[.!](?:\s+|$)(?:then\s+)?"
    rf"|\s+(?:and\s+)?then\s+|\s+(?:and|but)\s+(?={_VERBS}\b)|\s+(?=with (?:an? )?lower)"
    rf"|\s+and\s+(?=\x01)",
    re.IGNORECASE,
)
_ON_CUT = re.compile(  # what an edit is done to, and nobody speaks of
    r"\b(?:clips?|shots?|music|sound|film|video|titles?|pauses|ums|seconds)\b", re.IGNORECASE
)


def requests(words: str) -> tuple[Request, ...] | None:
    """The actions a sentence asks for, in order; None when any part of it is not understood."""
    whole = asked_why(words) or asked_preference(words)
    if whole is not None:  # it names what was done, or is to be done, and is no order to do it
        return (whole,)
    found: list[Request] = []
    parts = _parts(words)
    for text in parts:
        read_so = _one(text) or (_goals(text) if len(parts) > 1 else ())
        if not read_so:
            return None
        found += read_so
    return tuple(found) or None


def edits_in(words: str) -> tuple[str, tuple[Request, ...]]:
    """A film that is asked for and what is to be done to it, apart: "..., slow down the surfer".

    The words of the film, without what is done to the finished cut, and that, in order.
    """
    quotes, hidden = _hidden(words)
    film, done = list[str](), list[Request]()
    for place, part in enumerate(_SEAMS.split(hidden)):
        text = _shown(part, quotes)
        asked = _one(text) if place and not MUTE.fullmatch(text) else ()
        if asked and all(_on_film(request) for request in asked):
            done += asked
        elif text:
            film.append(re.sub(r"\x01(\d+)\x01", lambda m: quotes[int(m[1])], part))
    return ", ".join(film), tuple(done)


def _on_film(request: Request) -> bool:
    """Whether a request says what is done to the clips of a film that is only now asked for."""
    if request.tool == "sound":
        return request.arguments.get("action") != "mute" or "clips" in request.arguments
    if request.tool == "title":
        placed = {"clip", "at"} & set(request.arguments)
        return request.arguments.get("kind") == "lower-third" or bool(placed)
    return request.tool in ON_FILM


def _goals(text: str) -> tuple[Request, ...]:
    """A title or music as the goal grammar reads them, where that is all that is said."""
    reading = read(text)
    if reading.film or reading.export or reading.generate or reading.fill_holes:
        return ()
    goal = reading.goal
    if reading.said == {"title"}:
        arguments: dict[str, Any] = {"text": goal.title}
        if re.search(r"\b(?:at|over|on) the (?:very )?(?:end|ending|last)\b", text, re.IGNORECASE):
            arguments["at"] = "end"
        return (Request("title", text, arguments),)
    if reading.said == {"music"}:
        return (Request("music", text, {"mood": goal.music} if goal.music else {}),)
    if reading.no_music and not reading.said:
        return (Request("music", "remove the music", {"remove": True}),)
    return ()


def _hidden(words: str) -> tuple[list[str], str]:
    """The quotes of a sentence, and it with signs in their places."""
    quotes: list[str] = []

    def hide(found: re.Match[str]) -> str:
        quotes.append(found[0])
        return f"\x01{len(quotes) - 1}\x01"

    return quotes, QUOTED.sub(hide, words.strip())


def _shown(text: str, quotes: list[str]) -> str:
    text = re.sub(r"\x01(\d+)\x01", lambda m: quotes[int(m[1])], text)
    return plain(_LEAD.sub("", text.strip(" ,;.!"))).strip(" ,;.!")


def _parts(words: str) -> list[str]:
    """The actions of a sentence apart, without what is polite only.

    Words in quotes are not looked into, and what somebody says goes to the end of the sentence,
    unless a mark and an action stand behind it.
    """
    quotes, hidden = _hidden(words)
    seams = list(_PARTS.finditer(hidden))
    starts = [0, *(seam.end() for seam in seams)]
    ends = [*(seam.start() for seam in seams), len(hidden)]
    texts = [_shown(hidden[a:b], quotes) for a, b in zip(starts, ends, strict=True)]
    for first, text in enumerate(texts):
        if "\x01" in hidden[starts[first] : ends[first]] or not transcript(text):
            continue
        last = len(texts)
        for place in range(first + 1, len(texts)):
            marked = re.search(r"[,;.]|then", seams[place - 1][0]) or _ON_CUT.search(texts[place])
            if marked and all(map(_one, texts[place:])):
                last = place
                break
        whole = _shown(hidden[starts[first] : ends[last - 1]], quotes)
        texts = [*texts[:first], whole, *texts[last:]]
        break
    return [text for text in texts if text]


def half_read(words: str, *, files: bool = False) -> str | None:
    """What to say where only a part of several actions is understood; None in other cases.

    files: whether a file that is asked for counts as one of them.
    """
    parts = _parts(words)
    counted = EDITS | {"export"} if files else EDITS
    known = [part for part in parts if any(r.tool in counted for r in _one(part))]
    ways = (MUTE, NO_MUSIC, SUBTITLES)  # said of a film that is asked for
    of_film = [part for part in known if any(way.fullmatch(part) for way in ways)]
    known = [part for part in known if part not in of_film]
    unknown = [part for part in parts if not _one(part) and not _goals(part)]
    if not known or not unknown:
        return None
    return (
        f"I understood {' and '.join(map(repr, known))}, but not"
        f" {' and '.join(map(repr, unknown))}, so I planned nothing. Say that part another way,"
        " or ask for the rest alone."
    )


EDITS = frozenset(
    ["arrange", "trim", "undo", "music", "sound", "speed", "tighten", "transcript", "reframe",
     "look", "stabilise", "rhythm", "title", "redo"]
)  # fmt: skip
ON_FILM = frozenset(  # what can be said of a film behind the sentence that asks for it
    ["trim", "speed", "tighten", "transcript", "reframe", "look", "stabilise", "rhythm"]
)


def _one(text: str) -> tuple[Request, ...]:
    for rule in (
        _music_away, export, contents,
        transcript, tighten, speed, sound_cut, loudness, level, mute,
        rhythm, steady, look, frame, words_over,
        undo, _ideas, _overview, length, trim, replace, swap, move, drop, add, _search,
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
        r"|(?:show|list|describe|summari[sz]e|tell me about) (?:me )?(?:all (?:of |my |the |our "
        r"|this |i |we )+\w*|all$|everything|what i have"
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
    music = r"(?:the |that |this )?(?:background )?(?:music|soundtrack|score|song)"
    found = re.fullmatch(
        rf"(?:{away}) {music}|(?:take|turn|switch) {music} (?:away|out|off)|(?:no|without)"
        r" (?:more )?(?:background )?music(?: (?:please|at all))?",
        text,
        re.IGNORECASE,
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


def _bare(words: str) -> str:
    return re.sub(r"^(?:the|his|her|their|a|an|my) ", "", words, flags=re.IGNORECASE)


def _search(text: str) -> tuple[Request, ...]:
    found = match(
        r"(?:show me|find(?: me)?|search(?: for)?|look(?:ing)? for|locate|where(?:'s| is| are| do"
        r"| does| did| can i (?:see|find))|do (?:i|we) have|did (?:i|we) (?:film|shoot|record"
        r"|get)|have (?:i|we) got|is there|are there"
        r"|which (?:shots?|clips?|footage|files?|takes?|videos?)|any|anything (?:with|of)|who"
        r"|when (?:do|does|did|is)"
        r"|what (?:do|does|did|is|are|was|has|have) (?:the |my |our |an? )?(?:\w+ ){1,3}?"
        r"(?:say|says|said|saying|tell|tells|told|talk|talks|talking)(?: (?:us|me))? about)",
        text,
    )
    if not found:
        return ()
    rest = text[found.end() :].strip(" ?.!")
    who = re.search(r"(?:the|my|our) (\w+) (?:say|tell|talk|said|told)\w*", found[0], re.IGNORECASE)
    if who:
        rest = f"{who[1]} {_bare(rest)}"
    used = re.search(
        r"\b(?:that (?:i|we) have(?:n't| not) (?:yet )?used|have(?:n't)? (?:i"
        r"|we) (?:not )?(?:yet )?used"
        r"|(?:are|is) (?:still |not )*(?:yet )?(?:unused|used|in (?:it|the \w+))|not (?:yet )?used"
        r"|unused|(?:did|have) (?:i|we|you) not (?:yet )?use)\b.*$",
        rest,
        re.IGNORECASE,
    )
    if used:
        rest = rest[: used.start()].strip() or "footage"
    lead = (
        r"(?:(?:all|any|some|the|a|an|my|every|me|good|best|other|more)\s+)*"
        r"(?:(?:shots?|clips?|footage|moments?|scenes?|parts?|takes?|videos?|pictures?|images?)\s+)"
        r"(?:(?:of|with|where|that|which|in which|showing|containing|has|have|is|are|show|shows"
        r"|featuring)\s+)+"
    )
    query = re.sub(rf"^{lead}", "", rest, flags=re.IGNORECASE)
    query = re.sub(r"^(?:we|you|i) (?:can )?see (?:the )?|^(?:he|she|they|someone|somebody"
        r"|people) (?:mentions?|say|says|talks? about)"
                   r" (?:that )?", "", query, flags=re.IGNORECASE)  # fmt: skip
    query = re.sub(
        r"^(?:(?:any|some|the|a|an|all|my|show|shows|have|has)\s+)+", "", query, flags=re.I
    )
    if not query.strip():
        return ()
    arguments: dict[str, Any] = {"query": query.strip()}
    if used:
        arguments["used"] = False
    return (Request("search", text, arguments),)
