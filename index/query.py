"""A search question understood: what is asked of the file, the senses, speech, text, the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from index.words import content_words

Layer = Literal["technical", "senses"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked of the file or the senses; `amount` where a number was said."""

    name: str
    layer: Layer
    said: str  # the words of the question that mean it
    negated: bool = False
    amount: float = 0.0


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


_VIDEO = r"(?:video|clip|footage|shot|format|orientation|frame|recording|movie|take)s?"
_NO = r"(?:without|with no|no|has no|have no|lacks?|not? any|not)"

# name, layer, pattern; a longer pattern stands before a shorter one it contains
_PHRASES: tuple[tuple[str, Layer, str], ...] = (
    ("silent", "technical", rf"{_NO} (?:any |a )?(?:sound|audio|soundtrack)|soundless|muted?"),
    ("silent", "technical", rf"silent {_VIDEO}|audio is missing"),
    ("sound only", "technical", rf"(?:audio|sound)[- ]only|only (?:audio|sound)|{_NO} (?:any )?"
     r"(?:picture|image|video)s?|voice memos?"),
    ("with sound", "technical", r"(?:with|has|have) (?:any |some )?(?:sound|audio)"),
    ("portrait", "technical", rf"(?:vertical|portrait|upright)(?:[- ](?:format|mode|{_VIDEO}))?"
     rf"|9 ?[:x] ?16"
     rf"|(?:{_VIDEO} )?for (?:a |an |my |the )?(?:\w+ )?(?:story|stories|reels|tiktok)"),
    ("square", "technical", rf"square {_VIDEO}|1 ?: ?1|in square"),
    ("landscape", "technical", rf"(?:landscape|horizontal)[- ](?:format|mode|orientation|video"
     rf"|clip)s?|16 ?[:x] ?9|horizontal {_VIDEO}|widescreen"),
    ("4k", "technical", r"4k|uhd|ultra[- ]hd|2160p"),
    ("hd", "technical", r"full[- ]hd|1080p|high[- ]res(?:olution)?|hd"),
    ("low resolution", "technical", r"low[- ](?:res(?:olution)?|quality|definition)|480p|360p"
     r"|240p|standard definition|tiny resolution"),
    ("high frame rate", "technical", r"high[- ]frame[- ]?rate|(?:50|60|100|120|240) ?fps"
     r"|slow[- ]?mo(?:tion)?"),
    ("hdr", "technical", r"hdr|high dynamic range"),
    ("longer than", "technical", r"(?:longer|more) than (?P<n>\d+(?:\.\d+)?) ?(?P<u>s\w*|m\w*)"
     r"|(?:at least|over) (?P<n2>\d+(?:\.\d+)?) ?(?P<u2>s\w*|m\w*)"),
    ("shorter than", "technical", r"(?:shorter|less) than (?P<n>\d+(?:\.\d+)?) ?(?P<u>s\w*|m\w*)"
     r"|(?:at most|under) (?P<n2>\d+(?:\.\d+)?) ?(?P<u2>s\w*|m\w*)"),
    ("long", "technical", rf"(?:very )?long(?:est)? {_VIDEO}"),
    ("short", "technical", rf"(?:very )?short(?:est)? {_VIDEO}"),
    ("fast cuts", "senses", r"(?:fast|quick|rapid)(?:ly)?[- ](?:cut\w*|edit\w*)|lots of cuts"
     r"|many cuts|montage"),
    ("one take", "senses", r"(?:one|single|unbroken|continuous) take|without (?:any )?cuts"),
    ("fade out", "senses", r"fad(?:es?|ing) (?:to black|out)"),
    ("fade in", "senses", r"fad(?:es?|ing) in|fades? (?:up )?from black"),
    ("black", "senses", r"(?:black|blank|empty) (?:screen|frame|picture)s?|all black"),
    ("black and white", "senses", r"black[- ](?:and|&)[- ]white|b ?& ?w|monochrome|gr[ea]yscale"
     r"|{_NO} colou?r"),
    ("colourful", "senses", r"colou?rful|vivid(?: colou?rs)?|saturated"),
    ("dark", "senses", r"(?:very |quite |too )?dark(?:ness|est|er)?|dim(?:ly lit)?|low[- ]light"
     r"|underexposed|low[- ]key"),
    ("bright", "senses", r"(?:very |quite |too )?bright(?:ness|est|er|ly lit)?|overexposed"
     r"|high[- ]key|well[- ]lit"),
    ("static", "senses", r"(?:static|fixed|locked[- ](?:off|down)|stationary|still) (?:camera"
     r"|shot)s?"
     r"|on a tripod|tripod(?: shots?)?|camera (?:does not|doesn't|not) mov\w+|camera (?:is )?still"
     r"|{_NO} camera mov\w+|motionless|nothing moves"),
    ("shaky", "senses", r"shak(?:y|es|ing)(?: (?:camera|footage))?|hand[- ]?held|wobbly|jerky"),
    ("pan left", "senses", r"pans? (?:to the )?left|panning (?:to the )?left"),
    ("pan right", "senses", r"pans? (?:to the )?right|panning (?:to the )?right"),
    ("pan", "senses", r"(?:(?:slow|fast|camera) )?(?:pans?|panning)(?: shots?)?"),
    ("tilt", "senses", r"(?:camera )?(?:tilts?|tilting)(?: (?:up|down))?(?: shots?)?"),
    ("zoom", "senses", r"(?:camera )?(?:zooms?|zooming|push(?:es)? in|dolly)(?: (?:in|out))?"),
    ("moving camera", "senses", r"(?:moving|travell?ing|tracking) (?:camera|shots?)"
     r"|camera mov\w+"),
    ("movement", "senses", r"(?:fast|lots of|much|quick) (?:motion|movement|action)"
     r"|fast[- ]moving"),
    ("close-up", "senses", r"(?:extreme )?close[- ]?ups?|tight shots?"),
    ("wide", "senses", r"(?:extreme )?wide[- ](?:shot|angle|view)s?|establishing shots?"
     r"|long shots?"),
    ("blurry", "senses", r"blurr(?:y|ed)|out of focus|soft focus|unsharp"),
    ("sharp", "senses", r"(?:tack )?sharp|in focus|crisp"),
    ("warm", "senses", r"warm (?:light|colou?rs?|tones?)|golden hour"),
    ("cold", "senses", r"(?:cold|cool) (?:light|colou?rs?|tones?)"),
    ("loud", "senses", r"loud(?:est)?|noisy"),
    ("quiet", "senses", r"quiet(?:est)?|silence|silent moments?"),
    ("music", "senses", rf"(?:{_NO} )?(?:background )?music"),
    ("speech", "senses", r"(?:some(?:one|body)|people|person|who(?:ever)?) (?:is )?(?:speak\w*|talk"
     r"(?:s|ing))|speech|(?:with|spoken) (?:dialog(?:ue)?|words|voices?)|voice[- ]?over"),
    ("faces", "senses", rf"(?:{_NO} )?(?:a |any |visible )?faces?(?: visible)?"),
)  # fmt: skip
_COMPILED = tuple(
    (name, layer, re.compile(rf"\b(?:{pattern.replace('{_NO}', _NO)})\b", re.IGNORECASE))
    for name, layer, pattern in _PHRASES
)
_ALSO_CONTENT = frozenset(
    {
        "black and white",
        "dark",
        "bright",
        "close-up",
        "music",
        "faces",
        "warm",
        "cold",
        "wide",
        "fade out",
        "fade in",
        "black",
        "sharp",
        "blurry",
        "zoom",
        "tilt",
        "pan",
        "loud",
        "quiet",
    }
)  # fmt: skip  - senses whose words captions use as well
_NEGATED = re.compile(rf"^{_NO} |^(?:a |any )?faces? (?:is |are )?not|not visible", re.IGNORECASE)

COLOURS = {
    "red": "red", "crimson": "red", "scarlet": "red", "orange": "orange", "amber": "orange",
    "yellow": "yellow", "golden": "yellow", "gold": "yellow", "green": "green", "lime": "green",
    "teal": "green or blue", "turquoise": "green or blue", "cyan": "blue", "aqua": "blue",
    "blue": "blue",
    "navy": "blue", "purple": "purple", "violet": "purple", "magenta": "pink", "pink": "pink",
    "brown": "brown", "white": "white", "grey": "grey", "gray": "grey",
    "black": "black", "silver": "grey",
}  # fmt: skip

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
    r"(?:any |a |an |the )?(?P<words>\w+(?: \w+)?)",
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
    plain = _FRAMING.sub(" ", _ASKING.sub("", text)).strip(" ?.!,") or text
    plain = " ".join(plain.split())
    spoken, written, rest = _told(text, plain)
    asked, used = _asked(rest)
    left = _blank(rest, used)
    excluded: tuple[str, ...] = ()
    for match in _WITHOUT.finditer(left):
        excluded += content_words(match["words"])[:2]
        left = left.replace(match[0], " ")
    content = tuple(w for w in content_words(left) if w not in _FILLER)
    meant = {word for each in asked for word in content_words(each.said)}
    return Question(
        text,
        plain,
        content,
        tuple(asked),
        open=tuple(w for w in content if w not in meant),
        spoken=spoken,
        written=written,
        excluded=excluded,
    )


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
    for name, layer, pattern in _COMPILED:
        for match in pattern.finditer(text):
            if any(match.start() < b and a < match.end() for a, b in spans):
                continue
            if any(a.name == name for a in found):
                used.append(match.span())
                continue
            negated = name in ("music", "faces") and bool(_NEGATED.search(match[0]))
            found.append(Asked(name, layer, match[0], negated, _amount(match)))
            spans.append(match.span())
            if name not in _ALSO_CONTENT or negated:
                used.append(match.span())
    for match in re.finditer(r"\w+", text):
        colour = COLOURS.get(match[0].lower())
        if colour and not any(match.start() < b and a < match.end() for a, b in spans):
            found.append(Asked(colour, "senses", match[0]))
    return found, used


def _amount(match: re.Match[str]) -> float:
    groups = match.groupdict()
    number = groups.get("n") or groups.get("n2")
    unit = (groups.get("u") or groups.get("u2") or "s").lower()
    return float(number) * (60 if unit.startswith("m") else 1) if number else 0.0


def _blank(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text
