"""What words say of the way a shot is made: from the clip before, as a loop, drawn anew."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tools.filling.joining import Mode

_CLIP = r"(?:clip|shot|scene|footage)"
_HOLE = r"(?: (?:it|the hole))?"
_BEFORE = rf"the (?:(?:previous|last|preceding) {_CLIP}|{_CLIP} before{_HOLE})"
_AFTER = rf"the (?:(?:next|following) {_CLIP}|{_CLIP} (?:after|behind){_HOLE})"
_BOTH = r"(?:them|its neighbours|both(?: sides| clips| shots)?|the two(?: clips| shots)?"
_BOTH += rf"|the (?:clips|shots)(?: (?:around|beside|next to){_HOLE})?)"
_FIRST = r"(?:the|its) (?:beginning|start|opening|first (?:clip|shot))"
_SAID: tuple[tuple[Mode, str], ...] = (
    ("extend_before", rf"(?:extend|continue|prolong|(?:go|carry) on (?:from|with)) {_BEFORE}"
                      rf"|let {_BEFORE} (?:go|run|carry) on"),
    ("extend_after", rf"(?:lead|ease) (?:in)?to {_AFTER}|(?:extend|continue) {_AFTER}"
                     rf"(?: backwards?)?|(?:start|begin) {_AFTER} earlier"),
    ("film_loop", rf"(?:make|let) (?:the film|it) loop|(?:lead|go|loop)(?: the film| it)? back to"
                  rf" {_FIRST}"),
    ("connect", rf"(?:connect|join|bridge|link) {_BOTH}|go from (?:the )?one(?: {_CLIP})? to the"
                " other"),
)  # fmt: skip
_WAYS = [(mode, re.compile(words, re.IGNORECASE)) for mode, words in _SAID]
_VERBS = frozenset((
    "extend", "continue", "prolong", "go", "carry", "let", "lead", "ease", "start", "begin", "make",
    "loop", "connect", "join", "bridge", "link",
))  # fmt: skip
_ANEW = re.compile(
    rf"re-?style(?: it| that| this| (?:the )?(?:made )?{_CLIP})?"
    r"(?: (?:as|to|into|in|with|like))?:? (?P<words>.+)",
    re.IGNORECASE,
)
_LOOP = re.compile(
    r"^(?:an? )?(?:(?:seamless|endless|perfect)(?:ly)? )?loop(?:ing|ed)?(?: of|:)?(?: |$)"
    r"|,? (?:as|in) an? (?:(?:seamless|endless|perfect) )?loop$"
    r"|,? (?:(?:seamless|endless|perfect)ly )?loop(?:ing|ed)$"
    r"|,? (?:that|which) loops(?: (?:seamless|endless|perfect)ly)?$",
    re.IGNORECASE,
)
_FILL_BY = re.compile(
    r"(?:fill (?:in |up )?(?:(?:the|this|that) )?(?:hole|gap)(?: at [\d:.]+)?,? by )?(.+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What the words say. words: what to show, without what says how it is made."""

    words: str
    mode: Mode | None = None
    loop: bool = False


def told(words: str) -> Told:
    """How a shot is to be made, where the words say it; all of them are what to show otherwise.

    "continue the clip before", "restyle it as a sunset", "a seamless loop of clouds"
    """
    plain = _asked(words.strip().strip(".!? "))
    for mode, way in _WAYS:
        if way.fullmatch(plain):
            return Told("", mode)
    anew = _ANEW.fullmatch(plain)
    if anew:
        return Told(anew["words"], "restyle")
    if _LOOP.search(plain):
        return Told(_LOOP.sub("", plain).strip(), loop=True)
    return Told(words.strip())


def way_in(sentence: str) -> str:
    """The words that say the way in "fill the hole by connecting the two clips"; "" for none."""
    found = _FILL_BY.fullmatch(sentence.strip().strip(".!? "))
    return found[1] if found and told(found[1]).mode else ""


def _asked(words: str) -> str:
    """The words with their first verb as one asks: "by extending it" is "extend it"."""
    lead = re.match(r"(?:by )?(\w+)ing\b", words, re.IGNORECASE)
    if lead is None:
        return words
    stem = lead[1].lower()
    known = [verb for verb in (stem, f"{stem}e", stem[:-1]) if verb in _VERBS]
    return f"{known[0]}{words[lead.end() :]}" if known else words
