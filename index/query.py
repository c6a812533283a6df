"""A search question understood: what is asked of the file, the senses, speech, text, the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from index.asked import OF_SHOT, Reach
from index.asked import Asked as Asked
from index.phrases import ALSO_NOT, GUESSED, NEGATION, NOT_AFTER, STANDING, colours_of, spoken_of
from index.phrases_file import amount
from index.phrases_look import COLOURS as COLOURS
from index.words import content_words


@dataclass(frozen=True, slots=True)
class Question:
    """A question in layers. `text` is as it was typed, `plain` without the asking itself."""

    text: str
    plain: str
    content: tuple[str, ...]  # words that only captions, speech, text or names can answer
    asked: tuple[Asked, ...] = ()
    open: tuple[str, ...] = ()  # content that no fact and nothing measured stands for
    spoken: str = ""
    written: str = ""
    excluded: tuple[str, ...] = ()  # things not to be seen, such as "people" or "red cars"

    @property
    def only_asked(self) -> bool:
        """Whether file facts and what senses measure answer all of it."""
        return bool(self.asked) and not self.open and not self.spoken and not self.written

    @property
    def reach(self) -> Reach:
        """What an answer spans: what is asked of a file, or of a shot, holds for all of it."""
        if not self.all_asked:
            return "alike"
        senses = {each.name for each in self.asked if each.layer == "senses"}
        if senses <= {"fast cuts", "one take"}:
            return "file"
        return "shot" if senses <= OF_SHOT else "met"

    @property
    def all_asked(self) -> bool:
        """Whether wishes stand for all of it, those too of which senses can only guess."""
        meant = {word for each in self.asked for word in content_words(each.said)}
        told = bool(self.spoken or self.written)
        return bool(self.asked) and not told and meant.issuperset(self.open)


_TELLING_VERB = re.compile(
    r"\b(?:says?|said|saying|tells?|mentions?|mentioning|explains?|reads?|reading|whispers?"
    r"|shouts?|yells?)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“«]([^\"”»]{2,})[\"”»]|(?<!\w)'([^']{2,})'(?!\w)")
_WHO = (
    r"(?:they|he|she|it|one|someone|somebody|man|woman|guy|girl|boy|child|kid|person|people"
    r"|narrator|speaker|voice|host|presenter|reporter|teacher|who|i|we)"
)
_OPENED = r"(?= (?:that|how|why|what|if|about|the|a|an|his|her|their|our|my)\b| ?[\"“'])"
_SAYS = re.compile(
    r"\b(?:(?:where|when|in which|part where|moment) )?(?:the |a |some)?"
    rf"(?:{_WHO} )?(?:is |are |was )?"
    r"(?:says?|said|saying|mentions?|mentioning|mentioned|announces?|announcing"
    r"|tells?(?: (?:him|her|them|us|me|you|everyone|people|the \w+))?(?= (?:about|that|how|why)\b)"
    r"|(?:speaks?|speaking|talks?|talking|chats?|chatting) (?:of|about)"
    r"|(?:line|part|bit|quote|passage|words) (?:is )?about"
    rf"|(?:explains?|explaining|discuss(?:es|ing)?|claims?|promises|asks|asking|replies){_OPENED}"
    r"|(?:whispers?|whispering|shouts?|shouting|yells?|yelling|screams?)"
    r"(?! (?:at|to|in|on|from|into|with|across|over|for|near|behind|loudly|quietly|softly|and"
    r"|while|of|out)\b))"
    r"(?: that| about)?[:,]? (?P<words>.+)$",
    re.IGNORECASE,
)
_BOARD = (
    r"(?:signs?|text|words?|captions?|titles?|subtitles?|labels?|posters?|banners?|screens?"
    r"|messages?|slides?|logos?|boards?|billboards?|headlines?|shirts?|placards?|notes?|letters?"
    r"|page|cover|plate|sticker|card|whiteboard|blackboard|it)"
)
_READS = re.compile(
    rf"\b(?:(?:a |the |with |an |where )*{_BOARD} (?:that |which )?(?:says?|saying|reads?|reading"
    r"|spells?|spelling)|(?:with|showing|shows|has) the (?:words?|text|letters|title|caption"
    r"|lettering)|reading the words?|reads?(?= ?[\"“'])"
    r"|(?:the )?(?:words?|text|title|caption|headline|lettering)(?= [\"“'])"
    r"|(?:text|title|headline|caption)(?=:)"
    r"|(?:on[- ]screen )?text(?! (?:messages?|messaging|editors?|books?|box(?:es)?|fields?|chats?"
    r"|on|in|over|across|appears?|fades?|scrolls?|scrolling|and|or|is|of|at|to|with|that|only)\b)"
    r"|(?-i:[Tt]itle|[Ss]ign|[Cc]aption|[Hh]eadline)(?= (?-i:[A-Z0-9]))"
    r"|titled|captioned|labell?ed|headed)"
    r"[:,]? (?P<words>.+)$",
    re.IGNORECASE,
)
_SEEN_READING = re.compile(  # somebody reads, but what is not told
    r"^(?:(?:a|an|the|his|her|their|from|to|aloud)\b.*\b)?(?:books?|newspapers?|paper|letter|story"
    r"|map|menu|magazine|aloud|to (?:a|the|his|her))\b",
    re.IGNORECASE,
)
_WITHOUT = re.compile(
    r"\b(?:without|with no|but no|but not|except(?: for)?|excluding|no) "
    r"(?:any |a |an |the )?(?P<words>\w+(?: n?or (?:any |a |an )?\w+)+|\w+(?: \w+)?)",
    re.IGNORECASE,
)
_NAMED_NO = re.compile(  # "no" inside the name of a thing
    r"\bno[- ](?:smoking|parking|entry|exit|trespassing|vacanc\w+|swimming|fishing|diving|dogs?"
    r" allowed|photography|man's land|through road|u-turn)\b",
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
    " picture image images camera visible seen nothing line mostly mainly dominated please"
)
_FILLER = frozenset(_FILLER_WORDS.split())


def understand(text: str) -> Question:
    """`text` taken apart into layers; what is not understood stays content."""
    text = " ".join(text.split())
    standing, kept = _standing(text)
    kept = _ASKING.sub("", kept).strip(" ?.!,") or kept
    plain = " ".join(_FRAMING.sub(" ", kept).split()).strip(" ?.!,") or kept
    spoken, written, rest = _told(kept)
    asked, used, judged = _asked(rest)
    left = _blank(rest, used)
    excluded: tuple[str, ...] = ("people",) if any(a.name == "people" for a in standing) else ()
    for match in _WITHOUT.finditer(_NAMED_NO.sub(lambda m: "_" * len(m[0]), left)):
        excluded += _things(match["words"])
        left, plain = left.replace(match[0], " "), plain.replace(match[0], " ")
    content = tuple(w for w in content_words(left) if w not in _FILLER)
    if not content and not asked:
        plain = spoken or written or plain
    elif not spoken and not written:
        plain = _rest(_WITHOUT.sub(" ", _blank(rest, [*used, *judged]))) or plain
    sure = (each for each in asked if each.negated or each.name not in GUESSED)
    meant = {word for each in sure for word in content_words(each.said)}
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


_JOINT = r"(?:of|with|in|on|at|over|to|and|but|or|while|that|which|is|are|being)"
_JOINTS = re.compile(rf"^(?:\W*\b{_JOINT}\b)+\W*|(?:[\W]*\b{_JOINT}\b)+\W*$|^\W+", re.IGNORECASE)


def _rest(text: str) -> str:
    """What is left of a question beside what senses and facts judge; "" without a word to seek."""
    text = _FRAMING.sub("", _JOINTS.sub("", re.sub(r"\s+(?=[,.;])", "", " ".join(text.split()))))
    text = text.strip(" ,.;")
    return text if any(w not in _FILLER for w in content_words(text)) else ""


def _things(words: str) -> tuple[str, ...]:
    """The things of "people or red cars", each with the words that go with it."""
    parts = re.split(r"\bn?or\b", words, flags=re.IGNORECASE)
    return tuple(" ".join(content_words(part)) for part in parts if content_words(part))[:3]


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


def _told(text: str) -> tuple[str, str, str]:
    """What is to be heard, what is to be read, and the rest of the question."""
    quoted = _QUOTED.search(text)
    quote = (quoted[1] or quoted[2]) if quoted else ""
    reads, says = _READS.search(text), _SAYS.search(text)
    if reads and _SEEN_READING.match(reads["words"]):
        reads = None
    if reads and not (says and says.start() < reads.start()):
        words = quote or reads["words"].strip(" \"'“”?.!")
        both = words if re.match(r"(?:where )?it\b", reads[0], re.IGNORECASE) else ""
        return both, words, text[: reads.start()]
    if says:
        how = re.search(r"whisper|shout|yell|scream", says[0][: says.start("words") - says.start()])
        rest = text[: says.start("words") if how else says.start()]
        return quote or says["words"].strip(" \"'“”?.!"), "", rest
    if quoted:
        return quote, quote, _QUOTED.sub(" ", text)
    return "", "", text


Span = tuple[int, int]


def _asked(text: str) -> tuple[list[Asked], list[Span], list[Span]]:
    """What `text` asks of file and senses; the spans that mean nothing else; all that is judged.

    What senses can only guess, and colours, are for captions to answer as well.
    """
    found: list[Asked] = []
    used: list[Span] = []
    judged: list[Span] = []
    unwanted: list[int] = []  # where a phrase that is not wanted ends
    phrases = spoken_of(text)
    for phrase, match in phrases:
        negated, whole = _negated(text, match.span(), unwanted)
        if negated:
            unwanted.append(match.end())
        if not phrase.kept or negated:
            used.append(whole)
        if phrase.name not in GUESSED and (not phrase.kept or negated):
            judged.append(whole)
        new = Asked(phrase.name, phrase.layer, match[0], negated, amount(match))
        same = next((n for n, each in enumerate(found) if each.name == new.name), None)
        if same is None:
            found.append(new)
        else:
            found[same] = replace(found[same], said=f"{found[same].said} {new.said}")
    taken = [match.span() for _, match in phrases]
    for colour, match in colours_of(text):
        if any(match.start() < b and a < match.end() for a, b in taken):
            continue
        negated, whole = _negated(text, match.span(), unwanted)
        found.append(Asked(colour, "senses", match[0], negated))
        if negated:
            used.append(whole)
    return found, used, judged


def _negated(text: str, span: Span, unwanted: list[int]) -> tuple[bool, Span]:
    """Whether what stands at `span` is not wanted, and the span with the word that says so."""
    start, end = span
    before, after = NEGATION.search(text[:start]), NOT_AFTER.search(text[end:])
    if before and not text[: before.start()].rstrip().endswith("nothing"):
        return True, (before.start(), end)
    for last in unwanted:  # "no pan or tilt"
        if last <= start and ALSO_NOT.match(text[last:start]):
            return True, (last, end)
    return (True, (start, end + after.end())) if after else (False, span)


def _blank(text: str, spans: list[Span]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
