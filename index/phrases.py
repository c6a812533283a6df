"""The words of editors: every phrase that asks something of the file or of the senses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Layer = Literal["technical", "senses"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked of the file or the senses; `amount` where a number was said."""

    name: str
    layer: Layer
    said: str  # the words of the question that mean it
    negated: bool = False
    amount: float = 0.0


_VIDEO = r"(?:video|clip|footage|shot|format|orientation|frame|recording|movie|take)s?"
_NO = r"(?:without|with no|no|has no|have no|lacks?|not? any|not)"

_NUMBERS = {
    "half a": 0.5, "half an": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "fifteen": 15,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
_NUMBER = rf"\d+(?:\.\d+)?|{'|'.join(_NUMBERS)}"
_UNIT = r"s|secs?|seconds?|m|mins?|minutes?|h|hours?"
_WAY = r"(?:(?:slow|slowly|fast|quick|quickly|gentle|camera) )*"  # of a camera's move

# name, layer, pattern; a longer pattern stands before a shorter one it contains
_PHRASES: tuple[tuple[str, Layer, str], ...] = (
    ("silent", "technical", rf"{_NO} (?:any |a )?(?:sound|audio|soundtrack)|soundless|muted?"),
    ("silent", "technical", rf"silent {_VIDEO}|audio is missing"),
    ("sound only", "technical", rf"(?:audio|sound)[- ]only|only (?:audio|sound)|{_NO} (?:any )?"
     r"(?:picture|image|video)s?|voice memos?"),
    ("with sound", "technical", r"(?:with|has|have) (?:any |some )?(?:sound|audio)"),
    ("portrait", "technical", rf"(?:vertical|portrait|upright)(?:[- ](?:format|mode|{_VIDEO}))?"
     rf"|9 ?[:x] ?16"
     rf"|(?:{_VIDEO} )?for (?:a |an |my |the )?(?:\w+ )?(?:story|stories|reels?|shorts|tiktok)"),
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
    ("longer than", "technical", rf"(?:longer|more) than (?P<n>{_NUMBER})[ -]?(?P<u>{_UNIT})"
     rf"|(?:at least|over) (?P<n2>{_NUMBER})[ -]?(?P<u2>{_UNIT})(?: long)?"
     rf"|(?P<n3>{_NUMBER})[ -]?(?P<u3>{_UNIT}) or (?:longer|more)"),
    ("shorter than", "technical", rf"(?:shorter|less) than (?P<n>{_NUMBER})[ -]?(?P<u>{_UNIT})"
     rf"|(?:at most|under|up to) (?P<n2>{_NUMBER})[ -]?(?P<u2>{_UNIT})(?: long)?"
     rf"|(?P<n3>{_NUMBER})[ -]?(?P<u3>{_UNIT}) or (?:shorter|less)"),
    ("long", "technical", rf"(?:very )?long(?:est)? {_VIDEO}"),
    ("short", "technical", rf"(?:very )?short(?:est)? {_VIDEO}"),
    ("fast cuts", "senses", r"(?:fast|quick|rapid)(?:ly)?[- ](?:cut\w*|edit\w*)|lots of cuts"
     r"|many cuts|montage"),
    ("one take", "senses", r"(?:one|single|unbroken|continuous) take|without (?:any )?cuts"),
    ("fade out", "senses", r"fad(?:es?|ing) (?:to black|out)"
     r"|(?:gets|getting|becomes|turns) darker"),
    ("fade in", "senses", r"fad(?:es?|ing) in|fades? (?:up )?from black"
     r"|(?:gets|getting|becomes|turns) (?:brighter|lighter)"),
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
    ("pan left", "senses", rf"{_WAY}(?:pans?|panning)(?: shots?)?(?: slowly| quickly)?"
     r" (?:to the |towards the )?left"),
    ("pan right", "senses", rf"{_WAY}(?:pans?|panning)(?: shots?)?(?: slowly| quickly)?"
     r" (?:to the |towards the )?right"),
    ("pan", "senses", rf"{_WAY}(?:pans?|panning)(?: shots?)?(?: slowly| quickly)?"),
    ("tilt up", "senses", rf"{_WAY}(?:tilts?|tilting)(?: shots?)? up(?:wards?)?"),
    ("tilt down", "senses", rf"{_WAY}(?:tilts?|tilting)(?: shots?)? down(?:wards?)?"),
    ("tilt", "senses", rf"{_WAY}(?:tilts?|tilting)(?: shots?)?"),
    ("zoom out", "senses", rf"{_WAY}(?:(?:zooms?|zooming|dolly|dollies) out|pull(?:s|ing)?"
     r"[- ](?:out|back))"),
    ("zoom in", "senses", rf"{_WAY}(?:(?:zooms?|zooming|dolly|dollies) in|push(?:es|ing)?[- ]in)"),
    ("zoom", "senses", rf"{_WAY}(?:zooms?|zooming|dolly)"),
    ("moving camera", "senses", r"(?:moving|travell?ing|tracking) (?:camera|shots?)"
     r"|camera mov\w+"),
    ("calm", "senses", r"(?:little|hardly any|barely any|no) (?:motion|movement)"),
    ("high contrast", "senses", r"(?:high|strong)[- ]contrast|contrasty"),
    ("low contrast", "senses", r"low[- ]contrast|flat picture"),
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
    ("music", "senses", r"(?:background )?music"),
    ("speech", "senses", r"(?:some(?:one|body)|people|person|who(?:ever)?) (?:is )?(?:speak\w*|talk"
     r"(?:s|ing))|speech|(?:with|spoken) (?:dialog(?:ue)?|words|voices?)|voice[- ]?over"),
    ("faces", "senses", r"(?:a |any |visible )?faces?(?: visible)?"),
)  # fmt: skip
PHRASES = tuple(
    (name, layer, re.compile(rf"\b(?:{pattern.replace('{_NO}', _NO)})\b", re.IGNORECASE))
    for name, layer, pattern in _PHRASES
)
NEGATION = re.compile(  # what stands before a phrase that is not wanted
    r"(?:\bwith )?(?:\b(?:without|no|not|never|non|lacks?)|n't)[ -](?:any |a |an |the |too |very "
    r"|so |much |be |visible )*$",
    re.IGNORECASE,
)
NOT_AFTER = re.compile(
    r"^ (?:is |are )?not(?: (?:visible|seen|shown|in (?:it|shot|frame)))?\b", re.I
)

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
        ("text", True, rf"(?:but |and )?(?:{_NO}|free of) (?:any |a )?(?:on[- ]?screen "
         rf"|burned[- ]in |visible )?{_TEXT}\b{_SEEN}|text[- ]free\b"),
        ("speech", True, rf"(?:but |and )?(?:no|without|with no)(?: any| a)? {_TALK}\b"
         r"|(?:nobody|no[ -]?one)(?: is)? (?:speaks|speaking|talks|talking"
         r"|says (?:anything|a word))\b"
         r"|without (?:anyone|anybody|people|someone) (?:talking|speaking)\b|wordless\b"),
        ("people", True, rf"(?:but |and |has |have )?{_NONE_OF} (?:people|persons?|humans?"
         rf"|human beings?|soul)\b{_HERE}"
         rf"|(?:with )?(?:nobody|no[ -]?one|without (?:anyone|anybody))\b{_HERE}"),
        ("text", False, rf"(?:with |has |have |some |any )?(?:on[- ]?screen {_TEXT}"
         rf"|{_TEXT} (?:on|over|across) (?:the )?(?:screen|picture|image|frame))\b"
         r"(?= ?[,.?!]?$| and | but | in | while )|with (?:text|titles|subtitles)$"),
    )
)  # fmt: skip


COLOURS = {
    "red": "red", "crimson": "red", "scarlet": "red", "orange": "orange", "amber": "orange",
    "yellow": "yellow", "golden": "yellow", "gold": "yellow", "green": "green", "lime": "green",
    "teal": "green or blue", "turquoise": "green or blue", "cyan": "blue", "aqua": "blue",
    "blue": "blue",
    "navy": "blue", "purple": "purple", "violet": "purple", "magenta": "pink", "pink": "pink",
    "brown": "brown", "white": "white", "grey": "grey", "gray": "grey",
    "black": "black", "silver": "grey",
}  # fmt: skip
ALSO_CONTENT = frozenset(
    (
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
        "zoom in",
        "zoom out",
        "tilt",
        "tilt up",
        "tilt down",
        "pan",
        "loud",
        "quiet",
        "calm",
    )
)  # fmt: skip  - senses whose words captions use as well


def amount(match: re.Match[str]) -> float:
    """The seconds that a phrase about length says; 0 where it says none."""
    groups = match.groupdict()
    number = next((groups[name] for name in ("n", "n2", "n3") if groups.get(name)), "")
    unit = next((groups[name] for name in ("u", "u2", "u3") if groups.get(name)), "s")
    if not number:
        return 0.0
    value = _NUMBERS.get(number.lower()) or float(number)
    return float(value) * {"m": 60, "h": 3600}.get(unit[0].lower(), 1)
