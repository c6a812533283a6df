"""What editors ask of a file: sound or none, shape, size, rate and length; see `index.asked`."""

from __future__ import annotations

import re

from index.asked import NO, Phrase, Place

_VIDEO = (
    r"(?:videos?|clips?|footage|formats?|orientation|frames?|recordings?|movies?|takes?|aspect"
    r"|crops?|films?|shots?)"
)
_CLIP = r"(?:videos?|clips?|footage|recordings?|takes?|files?)"

NUMBERS = {
    "half a": 0.5, "half an": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4,
    "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "fifteen": 15,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90,
}  # fmt: skip
_NUMBER = rf"\d+(?:\.\d+)?|{'|'.join(NUMBERS)}"
_UNIT = r"s|secs?|seconds?|m|mins?|minutes?|h|hours?"
_SPELLED = r"s|secs?|seconds?|mins?|minutes?|hours?"  # "over 100 m" is a race


def _asks(name: str, source: str, *, place: Place = "anywhere", kept: bool = False) -> Phrase:
    return Phrase(name, source, "technical", kept, place)


FILE = (
    _asks("silent", rf"{NO} (?:any |a )?(?:sound|audio|sound ?track)(?! (?:effects?|stage|check))"
          r"|soundless|audio is missing"
          r"|(?:silent|muted?) (?:videos?|clips?|footage|recordings?|takes?|audio|sound|shots?)"),
    _asks("silent", r"silent|muted?", place="bare"),
    _asks("sound only", rf"(?:audio|sound)[- ]only|only (?:audio|sound)(?! effects?)|{NO} (?:any )?"
          r"(?:picture|image|video)s?(?: at all)?(?=$|[,;.])|voice memos?|audio (?:files?|memos?)"),
    _asks("with sound", r"(?:with|has|have|having) (?:any |some )?(?:sound|audio)"
          r"(?! (?:effects?|system|check))"),
    _asks("portrait", rf"(?:vertical|portrait|upright)(?:ly)?[- ](?:{_VIDEO}|mode)"
          rf"|vertically (?:shot|filmed|framed)|9 ?[:x] ?16|(?:shot|filmed) (?:vertically|upright)"
          rf"|(?:{_CLIP} )?for (?:a |an |my |the )?(?:\w+ )?(?:story|stories|reels?|shorts"
          r"|tiktok)"),
    _asks("portrait", r"portrait", place="bare"),
    _asks("portrait", r"vertical|upright", place="alone"),
    _asks("square", rf"square[- ]{_VIDEO}|1 ?: ?1|in square(?= format|$)"),
    _asks("square", r"square(?= (?:or|and) (?:vertical|portrait|upright|landscape|horizontal)\b)"
          r"|(?<=vertical or )square|(?<=portrait or )square|(?<=landscape or )square"),
    _asks("square", r"square", place="bare"),
    _asks("landscape", r"(?:landscape|horizontal)[- ](?:format|mode|orientation|video|clip"
          r"|aspect)s?"
          rf"|16 ?[:x] ?9|horizontal {_VIDEO}|wide-?screen|horizontally (?:shot|filmed|framed)"),
    _asks("landscape", r"horizontal", place="bare"),
    _asks("4k", r"4k|uhd|ultra[- ]hd|2160p"),
    _asks("8k", r"8k|4320p"),
    _asks("hd", r"full[- ]hd|1080p|high[- ]res(?:olution)?|hd"),
    _asks("lines", r"(?P<n>240|360|480|576|720|1440)[pi]"),
    _asks("low resolution", r"low[- ](?:res(?:olution)?|quality|definition)|standard definition"
          r"|tiny resolution|sd (?:video|clip|footage)s?"),
    _asks("frame rate", r"(?P<n>\d+(?:\.\d+)?) ?(?:fps|frames (?:per|a) second|hz)"),
    _asks("high frame rate", r"high[- ]frame[- ]?rate|high[- ]fps|over[- ]?cranked"),
    _asks("high frame rate", r"(?:super )?slow[- ]?mo(?:tion)?|slo-?mo|slowed down", kept=True),
    _asks("hdr", r"hdr|high dynamic range|dolby vision|hlg"),
    _asks("10 bit", r"(?:10|ten)[- ]?bits?"),
    _asks("variable frame rate", r"variable frame[- ]?rates?|vfr"),
    _asks("kind of file", r"(?:mp4|mov|mkv|webm|avi|mxf|mts|m4v|wav|mp3)(?: (?:files?|clips?"
          r"|videos?|footage))?"),
    _asks("longer than", rf"(?:longer|more) than (?P<n>{_NUMBER})[ -]?(?P<u>{_UNIT})"
          rf"|(?:at least|over|above) (?P<n2>{_NUMBER})[ -]?(?P<u2>{_SPELLED})(?: long)?"
          rf"|(?P<n3>{_NUMBER})[ -]?(?P<u3>{_UNIT}) or (?:longer|more)"),
    _asks("shorter than", rf"(?:shorter|less) than (?P<n>{_NUMBER})[ -]?(?P<u>{_UNIT})"
          rf"|(?:at most|under|up to|below) (?P<n2>{_NUMBER})[ -]?(?P<u2>{_SPELLED})(?: long)?"
          rf"|(?P<n3>{_NUMBER})[ -]?(?P<u3>{_UNIT}) or (?:shorter|less)"),
    _asks("about", rf"(?:about|around|roughly|approximately) (?P<n>{_NUMBER})[ -]?(?P<u>{_SPELLED})"
          rf"(?: long)?|(?P<n2>\d+(?:\.\d+)?)[ -]?(?P<u2>{_SPELLED})(?: long|[- ]{_CLIP})"),
    _asks("long", rf"(?:very )?long(?:est|er)? {_CLIP}(?<!takes)(?<!take)"),
    _asks("short", rf"(?:very )?short(?:est|er)? {_CLIP}"),
)  # fmt: skip


def amount(match: re.Match[str]) -> float:
    """The number that a phrase says, lengths in seconds; 0 where it says none."""
    groups = match.groupdict()
    number = next((groups[name] for name in ("n", "n2", "n3") if groups.get(name)), "")
    unit = next((groups[name] for name in ("u", "u2", "u3") if groups.get(name)), "s")
    if not number:
        return 0.0
    value = NUMBERS.get(number.lower()) or float(number)
    return float(value) * {"m": 60, "h": 3600}.get(unit[0].lower(), 1)
