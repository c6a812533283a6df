"""Preferences as creators say them: told, changed, forgotten, asked for."""

from __future__ import annotations

import re
from typing import Any

from agent.follow_ups import Request
from agent.grammar import read
from agent.spans import every_span
from tools.preferences import Preference

_POLITE = r"^(?:(?:please|ok(?:ay)?|and|but|also|hey|can you|could you)[\s,]+)*"
_LASTING = re.compile(
    rf"{_POLITE}(?:(?:please )?(?:remember|note|keep in mind|learn)(?: that| this)?[\s,:]+"
    r"|from now on[\s,:]+|in (?:the )?future[\s,:]+|as a rule[\s,:]+|by default[\s,:]+"
    r"|(?=(?:i |we )?(?:always|never|usually|generally)\b)"
    r"|(?=(?:do not|don't) ever\b)|my preference is[\s,:]+(?:for |that )?"
    r"|(?:add|set)(?: a| the| my)? preference[\s,:]+)",
    re.IGNORECASE,
)
_LIST = re.compile(
    rf"{_POLITE}(?:(?:show|list|tell|give)(?: me)? (?:all )?(?:my|the|your) preferences"
    r"|what (?:are|were) my preferences|which preferences (?:do i have|are there)"
    r"|what (?:do|have) you (?:know|learn(?:ed|t)?)(?: so far)? (?:about|of|from) (?:me|what i like"
    r"|my (?:taste|style)|how i (?:like|cut|work).*)|what have you (?:learned|learnt)(?: so far)?"
    r"|my preferences|preferences)[\s?.!]*$",
    re.IGNORECASE,
)
_FORGET = re.compile(
    rf"{_POLITE}(?:forget|drop|delete|remove|unlearn|clear)(?: about)?"
    r" (?:(?P<all>(?:all |everything about )(?:of )?(?:my|the)? ?(?:preferences?|me|habits))"
    r"|(?:my |the |that )?preference(?: number| no\.?| #)? ?#?(?P<number>\d+)"
    r"|(?:my |the |that )?preference(?: (?:for|about|of|that|to))?[\s:]+(?P<words>.+)"
    r"|that (?:i|films?|shots?|the clips) (?P<told>.+))[.! ]*$",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    rf"{_POLITE}(?:change|edit|make|set) (?:my |the )?preference(?: number| no\.?| #)?"
    r" ?#?(?P<number>\d+) (?:to|into|as)[\s:]+(?P<words>.+)$",
    re.IGNORECASE,
)
_LEAVE = re.compile(
    r"^(?:(?:i|we|you|should|must|films?|shots?|to)\s+)*"
    r"(?:(?:never|do not ever|don't ever|do not|don't|no longer)"
    r"\s+(?:want(?: to see)?|use|show|take|pick|choose|include|like|see|put in|have)"
    r"|leave out|avoid|skip|exclude|ban|no|without|hide)\s+(?P<what>.+)$",
    re.IGNORECASE,
)
_EDGE = re.compile(
    r"^.*?\b(?P<verb>open|start|begin|end|finish|close)(?:s|ing)?\b(?: (?:it|them|films?|the film"
    r"|every film|my films|each film))?(?: up)? (?:on|with|in|at)\s+(?P<what>.+)$",
    re.IGNORECASE,
)
_OFTEN = re.compile(
    r"^(?:always|usually|generally|i (?:always|usually)? ?(?:like|prefer|want)(?: to)?)\s+",
    re.IGNORECASE,
)
_SHOTS = re.compile(r"\b(?:shots?|clips?|takes?|cuts?)\b", re.IGNORECASE)
_HOLES = re.compile(
    r"\bholes?\b.*\b(?:left?|stay|stand|as (?:they|it)|unfilled|empty|alone)\b"
    r"|\b(?:leave|keep)\b.*\bholes?\b|\b(?:never|don't|do not|no)\b.*\b(?:fill|generat)\w*\b",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s*,?\s*(?:again|any ?more|ever(?: again)?|in (?:my|the|any|all) (?:films?|videos?|cuts?)"
    r"|please|ever)$",
    re.IGNORECASE,
)
_EDGE_WORD = re.compile(
    r"^(?:(?:the|a|an|any|some|all|my)\s+)*(?:(?:shots?|clips?|footage|moments?)"
    r"\s+(?:of|with|from|in)\s+)?(?:(?:the|a|an|any|some)\s+)?",
    re.IGNORECASE,
)


def asked(text: str) -> Request | None:
    """The request a sentence about preferences makes, or None where it makes none."""
    plain = " ".join(text.replace("’", "'").split()).strip()
    if _LIST.match(plain):
        return Request("preferences", text)
    found = _FORGET.match(plain)
    if found:
        arguments: dict[str, Any] = {"action": "forget"}
        if found["number"]:
            arguments["number"] = int(found["number"])
        elif not found["all"]:
            arguments["words"] = (found["words"] or found["told"] or "").strip(" .!")
        return Request("prefer", text, arguments)
    found = _CHANGE.match(plain)
    if found:
        number, words = int(found["number"]), found["words"].strip()
        return Request("prefer", text, {"action": "keep", "number": number, "words": words})
    lasting = _LASTING.match(plain)
    if lasting and parse(plain[lasting.end() :]) is not None:
        return Request("prefer", text, {"action": "keep", "words": plain[lasting.end() :]})
    return None


def parse(words: str) -> Preference | None:
    """The preference a sentence says, as the listed sentences and as creators say them.

    >>> parse("Shots last about 2.5 s")
    Preference(kind='shot length', value='2.5', said=True, taught=(), how='')
    """
    plain = " ".join(words.replace("’", "'").split()).strip(" .!,;:")
    plain = _OFTEN.sub("", plain)
    while _TAIL.search(plain):
        plain = _TAIL.sub("", plain)
    if not plain:
        return None
    if _HOLES.search(plain):
        return Preference("holes", "leave")
    edge = _EDGE.match(plain)
    if edge and not re.match(r"(?:i|we)? ?(?:never|don't|do not)\b", plain, re.IGNORECASE):
        verb = edge["verb"].lower()
        what = _bare(edge["what"])
        ends = verb in ("end", "finish", "close")
        return Preference("ending" if ends else "opening", what) if what else None
    goal = read(plain).goal
    if goal.speech is not None or re.search(r"\bsound\b.*\b(?:muted|off|kept|on)\b", plain, re.I):
        mute = goal.speech == "mute" or bool(re.search(r"\b(?:muted?|off)\b", plain, re.I))
        return Preference("sound", "mute" if mute else "keep")
    spans = every_span(plain)
    if spans and _SHOTS.search(plain):
        return Preference("shot length", f"{float(spans[0].length_s):g}")
    if spans or goal.length_s is not None:
        seconds = goal.length_s if goal.length_s is not None else float(spans[0].length_s)
        return Preference("length", f"{seconds:g}")
    leave = _LEAVE.match(plain)
    if leave:
        what = _bare(leave["what"])
        return Preference("leave out", what) if what else None
    if goal.aspect is not None:
        return Preference("aspect", goal.aspect)
    return None


def _bare(words: str) -> str:
    return _EDGE_WORD.sub("", words.strip(" .!,;:\"'“”")).strip(" \"'“”")
