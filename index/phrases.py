"""The words of editors: every phrase that asks something of the file or of the senses."""

from __future__ import annotations

import functools
import re

from index.asked import NO, SHOT, Phrase
from index.phrases_camera import FRAMING, MOVES
from index.phrases_file import FILE
from index.phrases_heard import HEARD, PEOPLE, SEEN
from index.phrases_look import COLOURS, LOOK, SURFACES

# a longer phrase stands before a shorter one that it contains
PHRASES: tuple[Phrase, ...] = (*FILE, *MOVES, *FRAMING, *LOOK, *SEEN, *HEARD)
# of these the senses can only guess: what captions say of them counts as much
GUESSED = frozenset(
    (
        "aerial", "top-down", "point of view", "low angle", "high angle", "over the shoulder",
        "shallow focus", "focus pull", "macro", "dutch angle", "silhouette",
        "screen recording", "webcam", "time-lapse", "night", "many people", "to camera", "whisper",
        "shout", *PEOPLE.values(),
    )
)  # fmt: skip

_UNWANTED = (
    r"without|no|not|never|non|lacks?|avoid|skip|exclude|excluding|except(?: for)?|anything but"
    r"|other than|rather than|instead of|minus|free of|(?:don't|do not) want|neither"
)
NEGATION = re.compile(  # what stands before a phrase that is not wanted
    rf"(?:\bwith )?(?:\b(?:{_UNWANTED})|n't)[ -](?:any |a |an |the |too |very |so |much |be "
    r"|visible |really |quite )*$",
    re.IGNORECASE,
)
NOT_AFTER = re.compile(
    r"^ (?:is |are )?not(?: (?:visible|seen|shown|in (?:it|shot|frame)))?\b(?! (?:too|very|so)\b)",
    re.IGNORECASE,
)
ALSO_NOT = re.compile(r"^[, ]*\b(?:or|nor)\b (?:any |a |an )?$", re.IGNORECASE)

_SEEN = r"(?: (?:on|in|over|across) (?:the |any )?(?:screen|picture|image|frame|shot|video|it))?"
_TEXT = r"(?:text|writing|lettering|titles?|captions?|subtitles?|words)"
_TALK = (
    r"(?:speech|talking|speaking|dialog(?:ue)?s?|voices?|voice[- ]?over|narration|narrator"
    r"|spoken words)"
)
_HERE = (
    r"(?: (?:in (?:it|sight|view|(?:the )?(?:frame|shot|picture))|around|visible|there))?"
    r"(?! n?or )"
)
_NONE_OF = r"(?:no|without|with no|without any|not a|not any|not a single|not one)"
# name, whether it is to be absent, pattern; taken out before what is said or written is read
STANDING = tuple(
    (name, negated, re.compile(rf"\b(?:{pattern})", re.IGNORECASE))
    for name, negated, pattern in (
        ("text", True, rf"(?:but |and )?(?:{NO}|free of) (?:any |a )?(?:on[- ]?screen "
         rf"|burned[- ]in |visible )?{_TEXT}\b(?! (?:messages?|books?)){_SEEN}|text[- ]free\b"),
        ("speech", True, rf"(?:but |and )?(?:no|without|with no)(?: any| a)? {_TALK}\b"
         r"|(?:nobody|no[ -]?one)(?: is)? (?:speaks|speaking|talks|talking"
         r"|says (?:anything|a word))\b"
         r"|without (?:anyone|anybody|people|someone) (?:talking|speaking)\b|wordless\b"),
        ("people", True, rf"(?:but |and |has |have )?{_NONE_OF} (?:people|persons?|humans?"
         rf"|human beings?|soul)\b{_HERE}"
         rf"|(?:with )?(?:nobody|no[ -]?one|without (?:anyone|anybody))\b{_HERE}"),
        ("text", False, rf"(?:with |has |have |some |any )?(?:on[- ]?screen {_TEXT}"
         rf"|{_TEXT} (?:on|over|across) (?:the )?(?:screen|picture|image|frame))\b"
         r"(?= ?[,.?!]?$| and | but | in | while )|with (?:text|titles|subtitles|captions)$"),
    )
)  # fmt: skip

_SURFACE = re.compile(
    rf"(?:-colou?red)?(?: and \w+)? (?:(?:\w+ )?{SURFACES}|{SHOT})(?!\w| doors?| frames?)",
    re.IGNORECASE,
)
_COLOUR_BEFORE = re.compile(
    r"(?:^|[,;:(]|\b(?:and|or|but|not|no|without|very|mostly|all|mainly|something|anything|lots of"
    r"|much|of|in|is|are|bright|dark|deep|light|pale|strong|predominantly|dominated by|full of"
    rf"|with|the colou?r|{SURFACES}))\s*$",  # "underwater blue"
    re.IGNORECASE,
)
_COLOUR_AFTER = re.compile(
    r"\s*(?:$|[,;.:!?)]|(?:but|with|without|everywhere|all over|dominates?|in|on|by)\b)",
    re.IGNORECASE,
)
_AND_COLOUR = re.compile(rf"^(?:,? (?:and |or )?(?:{'|'.join(COLOURS)})\b)+", re.IGNORECASE)


def spoken_of(text: str) -> list[tuple[Phrase, re.Match[str]]]:
    """Every phrase of `text` where it can mean what it says; no two of them overlap."""
    found: list[tuple[Phrase, re.Match[str]]] = []
    for phrase in PHRASES:
        for match in phrase.pattern.finditer(text):
            a, b = match.span()
            if any(a < m.end() and m.start() < b for _, m in found):
                continue
            if phrase.stands(text, (a, b)) or _of_a_shot(phrase, text, (a, b)):
                found.append((phrase, match))
    return sorted(found, key=lambda pair: pair[1].start())


def _of_a_shot(phrase: Phrase, text: str, span: tuple[int, int]) -> bool:
    """Whether an adjective belongs to a picture that is called by its framing: "dark close-up"."""
    start, end = span
    if phrase.place != "alone" or text[end : end + 1] != " ":
        return False
    framed = any(one.place == "anywhere" and one.pattern.match(text, end + 1) for one in FRAMING)
    return framed and phrase.stands(text[:end], (start, end))


def colours_of(text: str) -> list[tuple[str, re.Match[str]]]:
    """The colours that `text` asks of a whole picture, and not of a thing in it."""
    found: list[tuple[str, re.Match[str]]] = []
    for match in re.finditer(r"[a-z]+", text, re.IGNORECASE):
        colour = COLOURS.get(match[0].lower())
        if colour is None:
            continue
        before, after = text[: match.start()], text[match.end() :]
        after = _AND_COLOUR.sub("", after)  # "teal and orange"
        alone = _COLOUR_BEFORE.search(before) and _COLOUR_AFTER.match(after)
        if alone or _SURFACE.match(after):
            found.append((colour, match))
    return found


@functools.lru_cache(maxsize=20_000)
def told_by(caption: str) -> frozenset[str]:
    """The names of what a caption says of camera, light and sound, as a question would ask it."""
    return frozenset(
        phrase.name
        for phrase, match in spoken_of(caption)
        if phrase.layer == "senses" and not NEGATION.search(caption[: match.start()])
    )
