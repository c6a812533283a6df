"""What a sentence says without its padding: politeness, short forms and slips of the finger."""

from __future__ import annotations

import functools
import importlib.util
import re
from pathlib import Path

from agent.spans import NUMBERS
from index.embed import MINILM_PACKAGE

_SHORT = {
    "pls": "please", "plz": "please", "plss": "please", "gimme": "give me", "lemme": "let me",
    "wanna": "want to", "gonna": "going to", "vid": "video", "vids": "videos", "insta": "instagram",
    "yt": "youtube", "sth": "something", "b/w": "black and white",
    "bnw": "black and white", "b&w": "black and white", "w/o": "without", "w/": "with",
    "slowmo": "slow motion", "slomo": "slow motion", "thx": "thanks", "dont": "don't",
    "u": "you", "cuz": "because", "programme": "film",
}  # fmt: skip
_TOKEN = re.compile(r"(?<![\w'’-])(?:b/w|b&w|w/o|w/|[A-Za-z]+)(?![\w'’-])", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“”„«][^\"“”„«»]+[\"“”»]|(?<!\w)['‘][^'’]+['’](?!\w)")
_KEY_WORDS = """
    second seconds minute minutes film films video videos movie reel montage trailer teaser clip
    clips shot shots title titles subtitles captions music soundtrack vertical horizontal square
    portrait landscape shorter longer shorten lengthen extend faster slower brighter darker warmer
    cooler louder quieter calmer first last third fourth fifth sixth seventh eighth remove delete
    replace switch insert include without before after export render resolve premiere mute unmute
    volume stabilise stabilize reframe normalise normalize tighten pauses silence speech transcript
    chapter beginning ending start middle everything another instead black white contrast colours
    colors colour color speed motion energetic chronological footage timeline
    storyboard generate bright happy peaceful please make drop swap trim move
    brighten darken lighten desaturate saturate steady crop duck louder softer
"""
_LONG = 6  # letters of a number word that no other word is a slip away from
_KEYS = frozenset(_KEY_WORDS.split()) | {word for word in NUMBERS if len(word) >= _LONG}
_OPENERS = (
    r"(?:(?:please|hey|hi|hello|yo|ok(?:ay)?|well|so|hm+|um+|uh+|sorry|yes|yeah|maybe|perhaps|just"
    r"|quickly|roughcut)|(?:great|nice|cool|perfect|thanks|thank you|good|yep|sure|right|alright"
    r"|all right|lovely|love it|for now|listen|awesome|amazing|good job|well done|nice one)"
    r"(?=\s*[,!.]))"
)
_ASKS = (
    r"(?:(?:can|could|would|will) (?:you|we)(?! mind)(?: (?:please|maybe|perhaps|possibly|just"
    r"|kindly|also"
    r"|try to|go ahead and|help me(?: to)?|quickly))*"
    r"|(?:can|could|may) i (?:please )?(?:get|have)|i(?:'d| would) (?:like|love"
    r"|prefer)(?: (?:it if you could|(?:for )?(?:you|us) to|to))"
    r"|i (?:want|need)(?: (?:you|us))? to|i(?:'m| am) going to need you to"
    r"|i think (?:you|we|i) should|(?:maybe |perhaps )?(?:you|we) (?:should|could|can|might)"
    r"|let(?:'s| us)|try to|go ahead and|feel free to|is it possible to|it would be (?:nice|great"
    r"|good|cool) (?:if you could|to)|do me a favou?r and|i was wondering if you could"
    r"|help me(?: to)?)"
)
_PADDED = re.compile(rf"^(?:{_OPENERS}[\s,!.]+)*(?P<asks>{_ASKS}[\s,]+)?", re.IGNORECASE)
_AFTER = re.compile(
    r"(?:[\s,]+(?:please|thanks|thank you|thank you very much|cheers|ok(?:ay)?|if you can"
    r"|if possible|if that works|for me|would you|can you|could you|will you|real quick))+"
    r"[\s.!?]*$",
    re.IGNORECASE,
)
_MIND = re.compile(
    r"^(?:would|do) you mind (?P<verb>[a-z]+)ing\b|^how about (?P<about>[a-z]+)ing\b", re.IGNORECASE
)
_DOUBLED = {"cutt": "cut", "trimm": "trim", "dropp": "drop", "swapp": "swap", "putt": "put",
            "mak": "make", "mov": "move", "remov": "remove", "replac": "replace", "delet": "delete",
            "mut": "mute", "us": "use", "reduc": "reduce", "los": "lose", "reframing": "reframe",
            "reversing": "reverse", "revers": "reverse", "reframe": "reframe",
            "stabilis": "stabilise", "stabiliz": "stabilize"}  # fmt: skip


def plain(words: str) -> str:
    """The sentence without what is polite only, in whole words, spelled as the grammar spells.

    What stands in quotes is left as it is, and so is "now", "and", "also": they say that
    something is meant of the film that stands.
    """
    text = _mended(" ".join(words.split()))
    found = _PADDED.match(text)
    padded = found.end() if found else 0
    rest = text[padded:]
    if not re.search(r"\w", rest):
        return text
    asked = bool(found and found["asks"])
    mind = _MIND.match(rest)
    if mind:
        stem = (mind["verb"] or mind["about"]).lower()
        rest = f"{_DOUBLED.get(stem, stem)}{rest[mind.end() :]}"
        asked = True
    shorter = _AFTER.sub("", rest)
    rest = shorter if re.search(r"\w", shorter) else rest
    return rest.rstrip(" ?") if asked else rest


def _mended(text: str) -> str:
    """The text with short forms written out and slips in key words put right."""
    out, at = [], 0
    for quote in _QUOTED.finditer(text):
        out += [_TOKEN.sub(_word, text[at : quote.start()]), quote[0]]
        at = quote.end()
    return "".join([*out, _TOKEN.sub(_word, text[at:])])


def _word(found: re.Match[str]) -> str:
    word = found[0]
    short = _SHORT.get(word.lower())
    if short is not None:
        return short
    in_sentence = bool(found.string[: found.start()].strip(" ,;.!?\"'"))
    if len(word) < 4 or (in_sentence and word[0].isupper()):
        return word  # a name is no slip
    return _meant(word.lower()) or word


@functools.lru_cache(maxsize=2048)
def _meant(word: str) -> str:
    """The one key word that is a single slip away from what is no word; "" for any other word."""
    if word in _KEYS or not english() or word in english():
        return ""
    stem = re.sub(r"(?:s|es|d|ed|ing|er|ers|r|ly)$", "", word)
    if {stem, f"{stem}e", f"{word}s"} & _KEYS:
        return ""  # "subtitle", "exporting"
    near = [key for key in _KEYS if _one_slip(word, key)]
    if len(near) > 1:  # "secnds" is nearer to a word as long as it, or with its own ending
        near = [key for key in near if key[-1] == word[-1]]
    return near[0] if len(near) == 1 else ""


def _one_slip(word: str, key: str) -> bool:
    """Whether one letter was left out, added, changed or two neighbours swapped; the first stays.

    Short key words are too near to others.
    """
    if len(key) < 4 or abs(len(word) - len(key)) > 1 or word[0] != key[0]:
        return False
    start = 0
    while start < min(len(word), len(key)) and word[start] == key[start]:
        start += 1
    left, right = word[start:], key[start:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:] and len(left) > 1
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]


@functools.lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """The words that the text embedder knows whole; empty where its files are not installed."""
    spec = importlib.util.find_spec(MINILM_PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    files = [file for place in places for file in Path(place).rglob("vocab.txt")]
    if not files:
        return frozenset()
    return frozenset(files[0].read_text(encoding="utf-8").split())


def known(text: str) -> bool:
    """Whether most words of a text are words at all; none where no list of words is there."""
    words = [word.lower() for word in re.findall(r"[A-Za-z]{2,}", text)]
    return sum(word in english() for word in words) * 2 > len(words)


# --- what is no order

_QUESTION = re.compile(
    r"(?:how|why|when|who|whose|whom|what|which|where)\b(?!ever)|(?:is|are|was|were|does|did|should"
    r"|shall|must|may|might|has|isn't|aren't|wasn't|doesn't|didn't|shouldn't|am) \w+"
    r"|(?:do|have|can|could|would|will) (?:i|we|you|they|he|she|it|the|my|our|these|those|this|that"
    r"|any|there)\b|what if\b|any (?:idea|clue)",
    re.IGNORECASE,
)
_GOOD = (
    r"(?:nice|great|good|cool|lovely|awesome|amazing|beautiful|perfect|excellent|brilliant"
    r"|fantastic"
    r"|wonderful|gorgeous|sweet|sick|neat|wow|super|well done|good job|nice one|thanks|thank you"
    r"|cheers|not bad|bad|terrible|awful|boring|ugly|meh)"
)
_REMARK = re.compile(
    rf"(?:(?:that(?:'s| is| was| looks)|it(?:'s| is| looks)|this (?:is|looks)|looks|so|very|really"
    rf"|pretty|what an?|a) )*{_GOOD}(?:[,!. ]+(?:{_GOOD}|work|job|film|video|cut|edit|one|stuff|day"
    r"|movie|reel|so far|now|to me|and|very much|a lot|everyone|you))*[.! ]*"
    r"|i (?:really |do |quite |just |also )*(?:like|love|hate|enjoy|adore|prefer|filmed|shot"
    r"|recorded"
    r"|saw|was|were|am|had|have|think|thought|feel|felt|know|wonder|remember|forgot|didn't"
    r"|don't(?! want (?:to see )?(?:the|any)\b)|do"
    r" not|did not|can't|cannot|spent|went|took)\b.*"
    r"|(?:i'm|i've|we've|we're|we (?:filmed|shot|recorded|went|were|had|have)|my \w+ (?:is|was|were"
    r"|are|said|says|likes|loves|ran|has)) .*"
    r"|(?:no|yes|ok(?:ay)?|sure|nope|nah|never ?mind|forget it|whatever|hm+|lol|haha+|bye)[.! ]*",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"(?:please |but |and )*(?:do not|don't|never|stop|no need to|without)"
    r" (?:you )?(?:ever )?(?:drop|remove|delete|cut(?:ting)?|trim|shorten|lengthen|swap|move|change"
    r"|touch|mute|replace|add|make|export|render|undo|alter|edit|crop|reframe|slow|speed|do|worry"
    r"|forget|go|stop)\b",
    re.IGNORECASE,
)


def is_question(text: str) -> bool:
    """Whether a plain sentence asks something, so that nothing may be changed by it."""
    return bool(_QUESTION.match(text))


def is_remark(text: str) -> bool:
    """Whether a plain sentence only tells something, or forbids what nobody was to do."""
    return bool(_REMARK.fullmatch(text.strip()) or _NEVER.match(text))
