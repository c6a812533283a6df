"""Questions for reasons, as creators put them: why this shot, why not that one, why a hole."""

from __future__ import annotations

import re

from agent.follow_ups import Request
from agent.spans import ORDINALS

_ASKS = re.compile(
    r"^(?:(?:please|and|but|so|ok(?:ay)?|hm+|hey|well|now|also|tell me|explain(?: to me)?|say"
    r"|can you (?:tell me|explain|say)|could you (?:tell me|explain|say)|i wonder)[\s,]+)*"
    r"(?:why|how come|for what reason|what(?:'s| is| was) the reason (?:for|that|why|you)"
    r"|what made (?=you)|on what (?:grounds|basis)"
    r"|how (?=did you (?:choose|pick|select|decide)))\b[\s,:]*",
    re.IGNORECASE,
)
_EXPLAIN = re.compile(
    r"^(?:please )?(?:(?:explain|justify)(?! (?:how|what|when))"
    r"|(?:(?:what(?:'s| is| are| was| were)|give(?: me)?) )?(?:the |your )?reasons?"
    r" (?:for|behind|of)"
    r"|where (?:do|does|did|is|are|was)(?= .+ (?:come|came|taken|from)\b)|who made"
    r"|(?:is|was|were|are)(?= .+ (?:generated|made by (?:you|ai)|ai|filmed|real)[ ?.!]*$)) ",
    re.IGNORECASE,
)
_PROPOSES = re.compile(  # "why not make it shorter?" asks for it
    r"^(?:not|don't (?:we|you)|do(?:es)?n't it)\s+(?:make|cut|create|build|add|try|do|start|end"
    r"|open|trim|drop|remove|replace|move|swap|have)\b",
    re.IGNORECASE,
)
_IT = (
    r"(?:it|there|here|the (?:film|cut|video|reel|edit|movie|timeline|montage|trailer)|this|that"
    r"|my (?:film|cut|video))"
)
_IN_IT = re.compile(rf"\s+(?:in|on|part of|inside|into|at|from|of) {_IT}$|\s+there$", re.I)
_NOT = re.compile(
    r"^(?:(?:is|are|was|were|do|does|did|have|has|could|would|can|will)(?:n't| not)\b"
    r"|(?:is|are|was|were) there (?:no|not any|nothing (?:of|with))\b|(?:are there|is there)n't\b"
    r"|no\b|not\b|nothing (?:of|with)\b"
    r"|there (?:is|are|was|were) (?:no|not any|nothing (?:of|with))\b"
    r"|(?:(?:do|does|did|have|has) )?(?:i|we|you|it|they) (?:do |did |have )?(?:not|never)\b"
    r"|(?:did|have|do|would) you (?:leave out|skip|skipped|left out|omit|omitted|exclude|drop"
    r"|ignore|cut out|left|throw out|miss)\b)\s*",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"^(?:(?:i|we|you|it|they|any|there|a|an|some|me)\s+)*(?:(?:use|used|take|taken|took|pick|picked|show|shown|see|seen|have"
    r"|choose|chosen|chose|include|included|put|cut to|add|select|selected|go with|get|find|keep"
    r"|kept|of|with|any)\b\s*)*",
    re.IGNORECASE,
)
_LATE_NOT = re.compile(
    r"^(?:is|are|was|were|did|does|do|has|have)\s+(?P<what>.+?)\s+(?:not|never|n't|missing|gone|absent"
    r"|(?:(?:get|got|been) )?(?:left out|excluded|cut(?: out| away)?|dropped|skipped|omitted"
    r"|removed|thrown out|taken out))\b",
    re.IGNORECASE,
)
_YOU = re.compile(
    r"^(?:(?:did|do|does|have|are|were|would|has) )?(?:you|it|we|the (?:film|cut|video|reel)|i)\s+"
    r"(?:\w+ly )?(?P<verb>pick(?:ed|ing)?|choos\w+|chose|took|tak\w+|us(?:e|ed|ing)|put(?:ting)?"
    r"|cut to|show\w*|select\w*|includ\w+|add\w*|go(?:ing)? with|went with|want\w*|suggest\w*"
    r"|propos\w+|need\w*|keep|kept|like|start\w*|open\w*|begin\w*|end\w*|finish\w*|clos\w+|have|has)\b\s*(?:with|on|for|in)?\s*",
    re.IGNORECASE,
)
_BE = re.compile(r"^(?:is|are|was|were|does|do|has|have|did|comes?)\s+", re.IGNORECASE)
_AFTER = re.compile(
    r"\s+(?:in (?:it|there)|there|here|at all|first|last|at the (?:start|end|beginning)|chosen"
    r"|picked|used|shown|taken|selected|in|so (?:long|short|early|late)|so much"
    r"|for (?:this|that|it)|(?:come |came |taken )?from|generated|made by (?:you|ai)|ai|filmed|real"
    r"|so (?:loud|dark|bright|quiet|fast|slow|often)|once|twice|three times"
    r"|as (?:the )?(?:opening|ending|first(?: one| shot)?|last(?: one| shot)?))$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"^(?:(?:the|a|an|any|some|my|our|that|those|more|of)\s+)*"
    r"(?:(?:shots?|clips?|footage|moments?|pictures?|part|ones?|bit)\s+(?:of|with|where|showing)\s+)?"
    r"(?:(?:the|a|an|any|some|my|our)\s+)?",
    re.IGNORECASE,
)
_ORDINAL = "|".join([*ORDINALS, "last", "final", "opening", "closing"])
_NAMED = re.compile(
    rf"^(?:the )?(?P<clip>(?:clip|shot|number|#)\s*#?\d+|(?:{_ORDINAL}|\d+(?:st|nd|rd|th))"
    r" (?:clip|shot|one|moment))\b",
    re.IGNORECASE,
)
_MANY = re.compile(  # how often something is shown; what is asked about is the thing
    r"^(?:(?:so|too|that|only|just|all|the) )*(?:many|much|few|one|two|three|several|\d+)"
    r" (?:(?:shots?|clips?|moments?) )?(?:of )?(?=\w)",
    re.IGNORECASE,
)
_LENGTH = re.compile(
    r"^(?:(?:is|was|does|did|has) )?(?:it|this|that|the (?:film|cut|video|reel|edit|movie"
    r"|whole thing)) (?:(?:be|last|take|run|come out|turn out|get)s? )?"
    r"(?:(?:so|too|only|just|not|exactly|that) )*(?:\d+(?:[.:]\d+)? ?"
    r"(?:s|secs?|seconds?|m|mins?|minutes?)?(?: long)?|long|short|longer|shorter)$"
    r"|^this length$|^(?:so|only|just|too) (?:long|short|\d+ ?(?:s|secs?|seconds))$",
    re.IGNORECASE,
)
_HOLES = re.compile(r"\b(?:holes?|gaps?|nothing at|black (?:part|bit))\b", re.IGNORECASE)
_THIS = re.compile(
    r"^(?:(?:is |are |did you \w+ |just )*(?:this|that|these|those|it|them|all of (?:it|them|these)"
    r"|everything|all|so|though|then|exactly"
    r"|(?:the|your) (?:cut|film|clips|shots|order|choices?|picks?|reasons?))"
    r"(?: (?:ones?|clips?|shots?|choice|order|moments?))?)?$",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"\s*,?\s*(?:\b(?:instead of|rather than|and not|but not|over)|, not)\s+(?P<other>.+)$", re.I
)


def asked(text: str) -> Request | None:
    """What a question for a reason is about, or None where it is no such question."""
    plain = " ".join(text.replace("’", "'").split())
    found = _ASKS.match(plain) or _EXPLAIN.match(plain)
    if not found:
        return None
    rest = plain[found.end() :].strip(" ?!.,;")
    if _PROPOSES.match(rest):
        return None
    if _HOLES.search(rest):
        return Request("why", text, {"holes": True})
    if _LENGTH.match(rest):
        return Request("why", text, {"length": True})
    absent = _absent(rest)
    if absent:
        return Request("why", text, {"absent": absent})
    other = _INSTEAD.search(rest)
    arguments: dict[str, object] = {}
    if other:
        rest, arguments["absent"] = rest[: other.start()], _bare(other["other"])
    clip = _clip(rest)
    if clip:
        arguments["clips"] = (clip,)
    return Request("why", text, arguments)


def _absent(rest: str) -> str:
    """What is missed, "" where the question is about something that is there."""
    found = _NOT.match(rest)
    if found:
        return _bare(_VERB.sub("", rest[found.end() :]))
    late = _LATE_NOT.match(rest)
    if late and not re.match(r"(?:you|it|i|we)$", late["what"], re.I):
        return _bare(late["what"])
    return ""


def _bare(words: str) -> str:
    words = words.strip(" ?!.,;\"'“”‘’")
    last = None
    while last != words:
        last, words = words, _AFTER.sub("", _IN_IT.sub("", words)).strip()
    return _ARTICLE.sub("", words).strip(" \"'“”‘’") or words


def _clip(rest: str) -> str:
    """The words for the clip that is asked about, "" for "this one" and for all."""
    if _THIS.match(rest):
        return ""
    found = _YOU.match(rest)
    if found:
        verb, rest = found["verb"].lower(), rest[found.end() :]
        if re.match(r"start|open|begin", verb):
            return "first"
        if re.match(r"end|finish|clos", verb):
            return "last"
    else:
        rest = _BE.sub("", rest)
    named = _NAMED.match(rest)
    if named:
        return named["clip"]
    last = None
    while last != rest:
        last, rest = rest, _MANY.sub("", _AFTER.sub("", _IN_IT.sub("", rest))).strip(" ,")
    if _THIS.match(rest):
        return ""
    rest = re.sub(r"^(?:there|is|are)\s+", "", rest, flags=re.IGNORECASE)
    return re.sub(r"^(?:the|a|an|that|this)\s+", "", rest, flags=re.IGNORECASE).strip(" \"'“”‘’")
