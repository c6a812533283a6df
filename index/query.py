"""A search question understood: what is asked of the file, the senses, speech, text, the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.phrases import ALSO_CONTENT, NEGATION, NOT_AFTER, PHRASES, STANDING, amount
from index.phrases import COLOURS as COLOURS
from index.phrases import Asked as Asked
from index.words import content_words


@dataclass(frozen=True, slots=True)
class Question:
    """A question in layers. `text` is as it was typed, `plain` without the asking itself."""

    text: str
    plain: str
    content: tuple[str, ...]  # words that only captions, speech, text or names can answer
    asked: tuple[Asked, ...] = ()
    open: tuple[str, ...] = ()  # content that nothing asked of file or senses stands for
    spoken: str = ""
    written: str = ""
    excluded: tuple[str, ...] = ()

    @property
    def only_asked(self) -> bool:
        """Whether file facts and senses answer all of it."""
        return bool(self.asked) and not self.open and not self.spoken and not self.written


_TELLING_VERB = re.compile(
    r"\b(?:says?|said|saying|tells?|mentions?|mentioning|explains?|reads?|reading)\b", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"“«]([^\"”»]{2,})[\"”»]")
_SAYS = re.compile(
    r"\b(?:(?:where|when|in which|part where|moment) )?(?:the |a |some)?"
    r"(?:they|he|she|it|one|someone|somebody|man|woman|guy|girl|boy|person|people|narrator|speaker"
    r"|voice|who|i|we)? ?(?:is |are |was )?"
    r"(?:says?|said|saying|tells?|mentions?|mentioning|speaks? (?:of|about)|talks? about"
    r"|talking about|speaking (?:of|about)|explains?|explaining|discuss(?:es|ing)?|announces?)"
    r"(?: that)? (?P<words>.+)$",
    re.IGNORECASE,
)
_READS = re.compile(
    r"\b(?:(?:a |the |with )?(?:sign|text|words?|caption|title|subtitle|label|poster|banner|screen"
    r"|message|slide|logo)s? (?:that |which )?(?:says?|saying|reads?|reading|with|showing|shows?)"
    r"|(?:with )?(?:the )?(?:text|words?|caption|lettering)|on[- ]screen text|written|reads?|"
    r"reading the words?) (?P<words>.+)$",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    r"\b(?:without|with no|but no|but not|except(?: for)?|excluding|no) "
    r"(?:any |a |an |the )?(?P<words>\w+(?: n?or (?:any |a |an )?\w+)+|\w+(?: \w+)?)",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"^(?:please |can you |could you |i (?:need|want|am looking for|would like) |give me |show me "
    r"|find(?: me)? |search(?: for)? |look(?:ing)? for "
    r"|where (?:is|are|do we see) |any |some |all )+",
    re.IGNORECASE,
)
_FRAMING = re.compile(
    r"^(?:(?:a |the |any |some |all |every )?(?:shots?|clips?|videos?|footage|scenes?|parts?"
    r"|moments?|takes?|pictures?|images?) (?:of|with|where|when|about|that shows?|showing|in which"
    r"|from)\b)",
    re.IGNORECASE,
)
_FILLER_WORDS = (
    "shot shots clip clips video videos footage scene scenes part parts moment moments take takes"
    " picture image images camera visible seen nothing line"
)
_FILLER = frozenset(_FILLER_WORDS.split())


def understand(text: str) -> Question:
    """`text` taken apart into layers; what is not understood stays content."""
    text = " ".join(text.split())
    standing, kept = _standing(text)
    plain = _FRAMING.sub(" ", _ASKING.sub("", kept)).strip(" ?.!,") or kept
    plain = " ".join(plain.split())
    spoken, written, rest = _told(kept, plain)
    asked, used = _asked(rest)
    left = _blank(rest, used)
    excluded: tuple[str, ...] = ("people",) if any(a.name == "people" for a in standing) else ()
    for match in _WITHOUT.finditer(left):
        excluded += content_words(match["words"])[:3]
        left, plain = left.replace(match[0], " "), plain.replace(match[0], " ")
    content = tuple(w for w in content_words(left) if w not in _FILLER)
    meant = {word for each in asked for word in content_words(each.said)}
    return Question(
        text,
        " ".join(plain.split()) or text,
        content,
        (*asked, *standing),
        open=tuple(w for w in content if w not in meant),
        spoken=spoken,
        written=written,
        excluded=excluded,
    )


def unread(text: str) -> Question:
    """`text` as nothing but words, not taken apart; what search is measured against."""
    text = " ".join(text.split())
    words = content_words(text)
    return Question(text, text, words, open=words)


def _standing(text: str) -> tuple[list[Asked], str]:
    """Wishes that must not be taken for what is said or written, and the rest of `text`."""
    found: list[Asked] = []
    quotes = [match.span() for match in _QUOTED.finditer(text)]
    for name, negated, pattern in STANDING:
        for match in list(pattern.finditer(text)):
            inside = any(a <= match.start() < b for a, b in quotes)
            if inside or _TELLING_VERB.search(text[: match.start()]):
                continue
            found.append(Asked(name, "senses", match[0], negated))
            text = _blank(text, [match.span()])
    return found, " ".join(text.split())


def _told(text: str, plain: str) -> tuple[str, str, str]:
    """What is to be heard, what is to be read, and the rest of the question."""
    quoted = _QUOTED.search(text)
    reads, says = _READS.search(text), _SAYS.search(text)
    if reads and not (says and says.start() < reads.start()):
        words = quoted[1] if quoted else reads["words"]
        return "", words.strip(" \"'?.!"), text[: reads.start()]
    if says:
        words = quoted[1] if quoted else says["words"]
        return words.strip(" \"'?.!"), "", text[: says.start()]
    if quoted:
        return quoted[1], quoted[1], _QUOTED.sub(" ", text)
    return "", "", plain


def _asked(text: str) -> tuple[list[Asked], list[tuple[int, int]]]:
    found: list[Asked] = []
    spans: list[tuple[int, int]] = []  # taken by one phrase; no second may claim them
    used: list[tuple[int, int]] = []  # and meant by it alone
    for name, layer, pattern in PHRASES:
        for match in pattern.finditer(text):
            if any(match.start() < b and a < match.end() for a, b in spans):
                continue
            negated, whole = _negated(text, match.span())
            if any(a.name == name for a in found):
                used.append(whole)
                continue
            found.append(Asked(name, layer, match[0], negated, amount(match)))
            spans.append(whole)
            if name not in ALSO_CONTENT or negated:
                used.append(whole)
    for match in re.finditer(r"\w+", text):
        colour = COLOURS.get(match[0].lower())
        if colour and not any(match.start() < b and a < match.end() for a, b in spans):
            negated, whole = _negated(text, match.span())
            found.append(Asked(colour, "senses", match[0], negated))
            if negated:
                used.append(whole)
    return found, used


def _negated(text: str, span: tuple[int, int]) -> tuple[bool, tuple[int, int]]:
    """Whether what stands at `span` is not wanted, and the span with the word that says so."""
    start, end = span
    before, after = NEGATION.search(text[:start]), NOT_AFTER.search(text[end:])
    if before:
        return True, (before.start(), end)
    return (True, (start, end + after.end())) if after else (False, span)


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
