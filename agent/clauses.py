"""A goal sentence cut into clauses: title, music, opening, ending, exclusions, and the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "main", "title", "music", "opening", "ending", "exclude", "generate", "fill", "export"
]

_STARTS: tuple[tuple[Kind, str], ...] = (
    (
        "title",
        r"(?:(?:and |,)? ?(?:with|add|give it|put|use|under) )?(?:an? |the )?(?:opening |closing )?"
        r"title(?:d|s)?(?: card)?"
        r"(?: (?:it|that says|saying|which says|reading|of|is|called|named))?"
        r"(?=\s*[:\x01]|\s+\w)|(?<!so-)called|named|entitled|name it|call it",
    ),
    ("generate", r"(?<!without )(?<!no )(?<!not )(?:(?:with|and|add|use|using|include|have) )?"
                 r"(?:an? |the )?(?:ai[- ]|computer[- ])?generated|(?:ai[- ])?generat(?:e|ing)"
                 r"|synthesi[sz]e|make up|dream up"),
    ("fill", r"fill(?:ing)? (?:in )?(?:(?:the|any|every|all|each)(?: the)? )?(?:holes?|gaps?"
             r"|missing (?:shots?|parts?))"),
    ("opening", r"(?:start|open|begin|starts|opens|begins|starting|opening|beginning)"
                r"(?: it| the (?:film|video|reel))? (?:with|on|from|in|at)|opening(?: shot"
                r"| image)?:|first shot:"
                r"|the (?:first|opening) (?:shot|image|picture|clip) (?:should|must) be"),
    ("ending", r"(?:end|finish|close|conclude|ends|finishes|closes|ending|finishing|closing)"
               r"(?: it| up| the (?:film|video|reel))? (?:with|on|in|at)|(?:ending"
               r"|closing)(?: shot| image)?:|(?:last|final) shot:"
               r"|the (?:last|final|closing) (?:shot|image|picture|clip) (?:should|must) be"),
    ("exclude", r"without(?: any| showing)?|except(?: for)?|excluding|exclude|leav(?:e|ing) out"
                r"|skip(?:ping)?|avoid(?:ing)?|do(?:n't| not) (?:show|use|include|want)(?: any)?"
                r"|(?:that|which) do(?:es)?(?:n't| not) (?:show|include|contain|have)(?: any)?"
                r"|but not|not? (?!more\b|longer\b|less\b|too\b|very\b)(?=\w)|minus|no"),
    ("export", r"(?:and )?(?:then )?(?:export|render|save|deliver)(?: (?:it|this|that|everything"
               r"|the (?:film|video|timeline|cut|result)))?(?: out)?(?: as| to| for| in)?"),
    ("music", r"(?:and )?(?:with|add|adding|plus|put|lay|laying|play|have|set to|over|to|under|use"
              r"|some|and)"
              r"(?! (?:no|not)\b)(?= (?:an? |some |the )?(?:[\w-]+ ){0,4}?"
              r"(?:music(?! videos?)|soundtrack|score|music bed)\b)|music:"
              r"|(?:and )?(?:with|over|to|under|add|set to)(?= (?:some |an? )?(?:soft|gentle"
              r"|calm|quiet|sad"
              r"|happy|slow|upbeat|relax(?:ed|ing)|ambient|classical|acoustic|warm|light|dreamy"
              r"|epic"
              r"|melancholic|jazzy|funky|chill|solo|background) "
              r"(?:piano|guitar|strings|violin|cello|harp|flute|synths?|jazz|lo-?fi|beats?|techno"
              r"|house|hip[- ]hop|folk|tunes?|songs?|track|melody)\b)"),
)  # fmt: skip
_START = re.compile(
    r"(?<![\w'-])(?:" + "|".join(f"(?P<{kind}>{words})" for kind, words in _STARTS) + r")(?![\w-])",
    re.IGNORECASE,
)
_BARE_MUSIC = re.compile(  # ", upbeat music" at the end of a list
    r"([,;]\s*)(?=(?!(?:with|and|no|without|add|some|mute|remove) )(?:[\w-]+ ){1,2}"
    r"(?:music|soundtrack)\s*(?:$|[,.;!]))",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]+)[\"“”»]|(?<!\w)['‘]([^'’]+)['’](?!\w)")
_QUOTED_TITLE = re.compile(
    r"[\s:]*\x01\d+\x01(?:\s+(?:at|over|on) the (?:very )?(?:end|start|beginning))?", re.IGNORECASE
)
_NAMED_FIRST = re.compile(r"^\s*(\x01\d+\x01)\s*[-\u2013:,]\s+")  # "Sea Days" - a film of waves
_STOP = re.compile(
    r"[.;!?\n](?=\s|$)|,|\x02|\s+and\s+(?=(?:add|make|put|mute|export|give|set|turn|slow down"
    r"|speed up"
    r"|drop|remove|swap|cut|stabili[sz]e|match|render|save)\b)",
    re.IGNORECASE,
)
_TAIL = re.compile(r"(?:^|\s)(?:and|then|but|also|please|and then|,)+\s*$", re.IGNORECASE)


QUOTE = "\x03"  # stands around quoted words, which may hold any other mark


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: its kind and what it says, in the creator's spelling."""

    kind: Kind
    body: str


def clauses(text: str) -> list[Clause]:
    """The clauses of a goal in order; quoted words never start one."""
    quotes: list[str] = []

    def hide(found: re.Match[str]) -> str:
        quotes.append((found[1] or found[2]).strip())
        return f"\x01{len(quotes) - 1}\x01"

    hidden = _BARE_MUSIC.sub(r"\1with ", _QUOTED.sub(hide, text))
    hidden = _NAMED_FIRST.sub(r"titled \1, ", hidden)
    starts = list(_START.finditer(hidden))
    out = [("main", hidden[: starts[0].start()] if starts else hidden)]
    for place, found in enumerate(starts):
        end = starts[place + 1].start() if place + 1 < len(starts) else len(hidden)
        kind = found.lastgroup or "main"
        body, rest = _cut(hidden[found.end() : end], kind)
        out.append((kind, body))
        if rest.strip():
            out.append(("main", rest))
    shown = [(kind, _clean(_unhide(body, quotes))) for kind, body in out]
    return [Clause(kind, body) for kind, body in shown]  # type: ignore[arg-type]


def _cut(body: str, kind: str) -> tuple[str, str]:
    """The clause's own words, and what follows it in the sentence."""
    quoted = _QUOTED_TITLE.match(body) if kind == "title" else None
    if quoted:
        return quoted[0], body[quoted.end() :]
    for stop in _STOP.finditer(body):
        rest = body[stop.end() :]
        listed = kind == "exclude" and re.match(r"[^,.;]*?\b(?:or|nor)\b", rest)
        if stop[0] == "," and listed:
            continue
        if not body[: stop.start()].strip():
            continue
        return body[: stop.start()], rest
    return body, ""


def _unhide(body: str, quotes: list[str]) -> str:
    return re.sub(r"\x01(\d+)\x01", lambda m: f"{QUOTE}{quotes[int(m[1])]}{QUOTE}", body)


def _clean(body: str) -> str:
    body = body.strip(" \t\n,;:-.!?")
    while True:
        less = _TAIL.sub("", body).strip(" ,;:-")
        if less == body:
            return body
        body = less
