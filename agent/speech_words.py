"""What is said in the cut, as creators ask for it: shown, struck, kept, tightened."""

from __future__ import annotations

import re
from typing import Any

from agent.sound_words import Found, asked, clips_in, full
from agent.spans import every_span

# --- pauses and filler words

_OUT = (
    r"(?:remove|delete|drop|cut(?: out)?|take out|get rid of|strip(?: out)?|lose|trim(?: out)?"
    r"|edit out|kill|clean (?:up|out)|shorten|tighten(?: up)?|close(?: up)?|ditch)"
)
_LONG = r"(?:long |awkward |dead |empty |unnecessary |silent )*"
_PAUSES = (
    rf"(?:{_LONG}(?:pauses?|silences?|dead air|dead time|dead space|breaths?)"
    r"|silent (?:parts?|bits?|spots?|moments?|stretches)"
    r"|gaps? (?:between|in) (?:the |his |her |their |my )?(?:words?|sentences?|speech|talking"
    r"|what .+ says?))(?: (?:between|in) (?:the |his |her |their |my )?"
    r"(?:words?|sentences?|speech|talking|dialogue))?"
)
_UM = r"(?:u+h*m+s?|u+h+s?|er+m?s?|h+m+s?|ums?|ahs?)"
_FILLERS = (
    rf"(?:filler ?(?:words?|sounds?)?|fillers|[\"'“‘]?{_UM}[\"'”’]?(?:(?:,| and|,? or|/| &)"
    rf" ?(?:the |all |my )*[\"'“‘]?(?:{_UM}|likes|you[ -]knows?)[\"'”’]?)*|verbal tics|stutters?)"
)
_THEM = r"(?:all |any |every |of |the |his |her |their |my |those |these )*"
_SPEECH = r"(?:speech|dialogue|talking|interviews?|what (?:is|was) said|what (?:he|she|they) says?)"


def tighten(text: str) -> Found:
    """Pauses and filler words taken out of what is said."""
    spans = every_span(text)
    arguments: dict[str, Any] = {}
    bare = re.sub(r"^(take|cut|get|edit|leave) (.+) out$", r"\1 out \2", text, flags=re.IGNORECASE)
    text = bare
    if spans:
        over = re.search(
            r"\s*,?\s*(?:that (?:are|last) |which (?:are|last) )?(?:longer|more|over|above|of)"
            r"(?: than)?\s*(?:about |around )?$",
            text[: spans[-1].start],
            re.IGNORECASE,
        )
        if not over:
            return ()
        rest = re.sub(r"^\s*(?:or (?:more|longer)|long)", "", text[spans[-1].end :])
        bare = f"{text[: over.start()]} {rest.strip()}".strip()
        arguments["shortest_s"] = float(spans[-1].length_s)
    where = r"(?: (?:from|in|of|out of) (?P<where>.+))?"
    found = full(
        rf"{_OUT} {_THEM}(?:(?P<pauses>{_PAUSES})|(?P<fillers>{_FILLERS}))"
        rf"(?: (?:and|&|or|as well as|plus) {_THEM}(?:(?P<pauses2>{_PAUSES})"
        rf"|(?P<fillers2>{_FILLERS}))(?: too| as well)?)?{where}",
        bare,
    )
    if not found:
        speech = full(rf"tighten(?: up)? (?:the |his |her |their )?{_SPEECH}{where}", bare)
        if not speech:
            return ()
        found = speech
    parts = found.groupdict()
    fillers = bool(parts.get("fillers") or parts.get("fillers2"))
    pauses = bool(parts.get("pauses") or parts.get("pauses2"))
    where_words = re.sub(rf"^(?:the )?{_SPEECH}$", "all", parts["where"] or "all", flags=re.I)
    clips = clips_in(where_words)
    if not clips:
        return ()
    if clips != ("all",):
        arguments["clips"] = clips
    if fillers:
        arguments |= {"fillers": True, "silences": pauses}
    return asked("tighten", text, arguments)


# --- the words themselves

_WHO = (
    r"(?:he|she|they|i|we|you|someone|somebody|anybody|the (?:\w+ )?(?:man|woman|guy|girl|boy"
    r"|host|speaker|narrator|teacher|interviewer|interviewee|voice|lady|kid|child|person"
    r"|presenter)|(?!it\b)\w+)"
)
_SAYS = rf"(?:{_WHO} (?:says?|said|is saying|was saying|goes))"
_WHERE = r"(?:where|when|in which|that|at which)"
_PART = (
    r"(?:the |that |this |every |all |each |any )*(?:parts?|bits?|places?|moments?|sections?"
    r"|sentences?|lines?|passages?|spots?|words?|phrases?|thing|piece)"
)
_STRIKE = (
    r"(?:take out|take away|remove|delete|cut(?: out)?|strike(?: out)?|drop|lose|get rid of"
    r"|edit out|leave out)"
)
_KEEP = r"(?:keep only|only keep|keep just|just keep|use only|only use|keep nothing but)"
QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]+)[\"“”»]|(?<!\w)['‘]((?:[^'’]|['’](?=\w))+)['’](?!\w)")
_IN_CLIP = re.compile(
    r",?\s+(?:from|in|of|out of) (?P<clip>(?:the )?(?:(?:first|second|third|fourth|fifth|sixth|last"
    r"|\d+(?:st|nd|rd|th)) (?:clip|shot|one)|(?:clip|shot) (?:#?\d+|\w+)))$",
    re.IGNORECASE,
)


def transcript(text: str) -> Found:
    """What is said shown, words struck from the cut, or only some kept."""
    return _shown(text) or _by_words(text)


def _shown(text: str) -> Found:
    cut = r"(?:the |my |this )?(?:cut|film|video|edit|timeline|reel|movie|it)"
    found = full(
        r"(?:(?:show|give|read|print|list)(?: me| us)? )?(?:the |a )?(?:whole |full )?transcript"
        r"(?: of (?P<of>.+))?|what(?:'s| is| was| are| do| does| did)(?: being| all)?"
        r" (?:they |he |she |people |we )?"
        rf"(?:said|say|saying)(?: (?:in|on) (?:{cut}|(?P<in>.+)))"
        r"|(?:show|read|list)(?: me| us)? (?:what is|what's|what gets|all that is) said"
        rf"(?: in (?:{cut}|(?P<there>.+)))?",
        text,
    )
    if not found:
        return ()
    words = next((v for v in found.groupdict().values() if v), "")
    if not words or full(cut, words):
        return asked("transcript", text, {"action": "show"})
    if not re.search(r"\b(?:clip|shot)\b", words, re.IGNORECASE):
        return ()
    clips = clips_in(words)
    return asked("transcript", text, {"action": "show", "clips": clips}) if clips else ()


def _by_words(text: str) -> Found:
    """Strike or keep, by words in quotes or by what somebody says."""
    for action, verb in (("strike", _STRIKE), ("keep", _KEEP)):
        found = re.match(rf"(?:{verb})(?!\w)\s*", text, re.IGNORECASE)
        if found:
            return _quoted(action, text, text[found.end() :]) or _said(
                action, text, text[found.end() :]
            )
    return ()


def _quoted(action: str, text: str, rest: str) -> Found:
    """Words in quotes, and nothing beside them but what they are."""
    quotes = [(m[1] or m[2]).strip(" ,") for m in QUOTED.finditer(rest)]
    if not quotes or any(re.search(r"\.\w{2,4}$", quote) for quote in quotes):
        return ()  # a quoted file name is no speech
    around = QUOTED.sub(" \x01 ", rest).strip(" .!,")
    around, clips = _clip_of(around)
    lead = (
        rf"(?:{_PART}(?: (?:{_WHERE}|of|with))?|{_WHERE}|(?:every|each|all) (?:time|the times)?"
        r"|every(?: single)?|each|all(?: the)?|the words?|the)"
    )
    shape = re.fullmatch(
        rf"(?P<lead>(?:{lead}\s+)*)(?:{_SAYS}\s*,?:?\s+)?\x01(?:\s*(?:,|and|,\s*and"
        rf"|then)\s*(?:(?:{lead}"
        rf"\s+)*(?:{_SAYS}\s+)?)\x01)*(?:\s+(?:everywhere|is said|every time|completely))?",
        around,
        re.IGNORECASE,
    )
    bare = not shape or not (shape["lead"] or any(" " in quote for quote in quotes))
    if not shape or (bare and re.match(r"drop|lose|delete|remove", text, re.IGNORECASE)):
        return ()  # 'remove "beach"' names a clip or a title
    arguments: dict[str, Any] = {"action": action, "words": tuple(quotes), **clips}
    if re.search(
        r"\b(?:parts?|bits?|sentences?|lines?|passages?|sections?)\b", shape["lead"], re.I
    ):
        arguments["sentences"] = True
    every = re.search(r"\b(?:every|each|all)\b|everywhere|every time", around, re.IGNORECASE)
    if action == "strike" and every:
        arguments["every"] = True
    return asked("transcript", text, arguments)


def _said(action: str, text: str, rest: str) -> Found:
    """What somebody says, to the end of the sentence."""
    found = re.match(
        rf"(?P<lead>(?:{_PART} )?{_WHERE}|{_PART}|what|every ?time) {_SAYS}:?,?\s+"
        r"(?:that\s+)?(?P<words>\S.*)$",
        rest,
        re.IGNORECASE,
    )
    if not found:
        return ()
    words, clips = _clip_of(found["words"].strip(" .!?,;:"))
    if not re.search(r"\w", words) or re.match(r"(?:about|to|into)\b", words, re.IGNORECASE):
        return ()
    arguments = {"action": action, "words": (words,), "sentences": True, **clips}
    if action == "strike" and re.match(r"every|all|each", found["lead"], re.IGNORECASE):
        arguments["every"] = True
    return asked("transcript", text, arguments)


def _clip_of(words: str) -> tuple[str, dict[str, Any]]:
    """Words without the clip they are said in, and that clip."""
    found = _IN_CLIP.search(words)
    if not found:
        return words, {}
    clips = clips_in(found["clip"])
    return words[: found.start()], {"clips": clips} if clips else {}
