"""Sound, speech and speed of the cut that stands, as creators say them.

Whatever is said of a whole film ("a slow film", "no speech") is the goal's: here something is
done to clips, to their sound, or to what is said in them.
"""

from __future__ import annotations

import re
from typing import Any

from agent.follow_ups import BUT, WHOLE, Request
from agent.spans import NUMBERS, ORDINALS, every_span

_A_BIT = r"a (?:bit|little|touch|tad|notch)|slightly|somewhat|a little bit"
_A_LOT = r"a lot|much|way|far|a good deal|considerably|significantly"
_SOUND = r"(?:sound|audio|volume|level|levels|loudness|gain)"
_ITS_SOUND = r"(?:(?:original |camera |own )?(?:sound|audio|speech|voices?|talking|dialogue)|noise)"
_MUSIC = re.compile(
    r"(?:the |that |my |our )?(?:background )?(?:music|soundtrack|song|score|music bed)", re.I
)
_ALL = re.compile(
    rf"{WHOLE}|all|them(?: all)?|all (?:of )?(?:the |my |them)?(?: ?(?:clips|shots))?"
    r"|(?:every|each)(?: single)? (?:clip|shot)|the clips|the shots",
    re.IGNORECASE,
)
_NOTHING_SEEN = re.compile(  # what can be louder, slower or cut, and is no clip
    r"\b(?:pace|tempo|rhythm|cutting|editing|cuts|music|soundtrack|song|titles?|captions?"
    r"|subtitles?"
    r"|text|transitions?|fades?|process|export|render(?:ing)?|things|stuff|computer|mood|light"
    r"|lights|colou?rs?|brightness|contrast|saturation|exposure|warmth|heat|footage|files?|library"
    r"|project|holes?|gaps?)\b|^(?:an?|some|any|no|more|another)\b",
    re.IGNORECASE,
)
_COUNT = rf"(?:\d{{1,3}}|{'|'.join(NUMBERS)})"
_ROW = re.compile(
    rf"(?:the )?(?:clips|shots) ({_COUNT}) ?(?:to|through|-|–|until) ?({_COUNT})"
    rf"|(?:the )?first ({_COUNT}) (?:clips|shots|ones)",
    re.IGNORECASE,
)
Found = tuple[Request, ...]


def full(pattern: str, text: str) -> re.Match[str] | None:
    """The pattern as all of a text, in any case, marks at its ends left out."""
    return re.fullmatch(pattern, text.strip(" .!?"), re.IGNORECASE)


def clips_in(words: str) -> tuple[str, ...]:
    """Words for clips, apart, as the tools take them; () where they can be none."""
    words = words.strip()
    if _ALL.fullmatch(words):
        return ("all",)
    if re.match(rf"(?:the )?{BUT}", words, re.IGNORECASE):
        return (words,)
    if not words or _NOTHING_SEEN.search(words) or re.match(r"(?:it|this|that) ", words, re.I):
        return ()
    row = _ROW.fullmatch(words)
    if row:
        first, last = (_number(row[1]), _number(row[2])) if row[1] else (1, _number(row[3]))
        return tuple(map(str, range(first, last + 1))) if 0 < first <= last else ()
    words = re.sub(r"^(?:the )?(?:clips|shots) (?=\d)", "", words, flags=re.IGNORECASE)
    parts = [p.strip() for p in re.split(r"\s*(?:,|\band\b|&)\s*", words) if p.strip()]
    clean = [re.sub(r"^(?:the|number|no\.?)\s+", "", p, flags=re.IGNORECASE) for p in parts]
    return tuple(c for c in clean if c)


def _number(word: str) -> int:
    return NUMBERS[word.lower()] if word.lower() in NUMBERS else int(word)


def _meant(words: str) -> dict[str, Any] | None:
    """Whose sound: of the music, of all clips, or of clips that are named; None for neither."""
    words = re.sub(rf"^(?:the |its |their )?{_ITS_SOUND}(?: (?:of|in|on|from|for) |$)", "",
                   words.strip(), flags=re.IGNORECASE)  # fmt: skip
    words = re.sub(rf"^(?:the )?{_SOUND}(?: (?:of|in|on|for) |$)", "", words, flags=re.IGNORECASE)
    words = re.sub(rf"'s {_SOUND}$", "", words, flags=re.IGNORECASE)
    if _MUSIC.fullmatch(words):
        return {"of": "music"}
    if not words or _ALL.fullmatch(words):
        return {}
    clips = clips_in(words)
    return {"clips": clips} if clips else None


def asked(tool: str, text: str, arguments: dict[str, Any]) -> Found:
    """One request."""
    return (Request(tool, text, arguments),)


# --- on and off

_SOMETHING = (  # "the dog", "clip 2", "it": what stands in the cut, not "swans on a lake"
    r"(?:(?:the|this|that|these|those|all|every|each|both|my|our|clips?|shots?|number|#|\d"
    rf"|{'|'.join(ORDINALS)}|last|music)\b.*|it|every(?:thing|one|body)(?: .+)?|them|sound|audio)"
)


def mute(text: str) -> Found:
    """The sound of clips or of the music switched off, or on again."""
    off = full(rf"mute(?: (?P<what>{_SOMETHING}))?|silence (?P<it>{_SOMETHING})", text) or full(
        rf"(?:turn|switch|shut) off (?P<what>(?:the |its )?(?:{_ITS_SOUND}|.*\b{_SOUND})(?: .+)?)"
        rf"|(?:turn|switch|shut) (?P<that>(?:the |its )?{_ITS_SOUND}(?: (?:of|in|on|from) .+)?) off"
        rf"|(?:remove|delete|drop|kill|lose|cut|strip|take (?:out|away)) (?P<gone>(?:the |its )?"
        r"(?:original |camera |own )?(?:sound|audio)(?: (?:of|in|on|from) .+)?)"
        r"|take (?:the )?(?:sound|audio) (?:off|out of|from) (?P<off>.+)",
        text,
    )
    on = full(rf"un-?mute(?: (?P<what>{_SOMETHING}))?", text) or full(
        rf"(?:turn|switch) (?:back )?on (?P<what>(?:the |its )?{_ITS_SOUND}(?: .+)?)"
        rf"|(?:turn|switch) (?P<that>(?:the |its )?{_ITS_SOUND}(?: (?:of|in|on|from) .+)?)"
        r" (?:back )?on(?: again)?"
        rf"|bring back (?P<gone>(?:the |its )?{_ITS_SOUND}(?: (?:of|in|on|from) .+)?)",
        text,
    )
    found = off or on
    if not found:
        return ()
    what = next((v for v in found.groupdict().values() if v), "")
    meant = _meant(re.sub(r" (?:again|please|completely|entirely)$", "", what, flags=re.I))
    if meant is None:
        return ()
    return asked("sound", text, {"action": "mute" if off else "unmute", **meant})


# --- louder and softer

_UP = r"(?:up|louder)"
_DOWN = r"(?:down|quieter|softer|lower|less loud)"
_BY = r"(?: by)? (?P<db>\d+(?:[.,]\d+)?) ?(?:db|decibels?)"
_HOW = rf"(?: (?P<bit>{_A_BIT})| (?P<lot>{_A_LOT})|{_BY})?"


def level(text: str) -> Found:
    """Clips or the music made louder or softer."""
    exact = full(
        r"(?:set|put|bring|turn|lower|raise) (?P<what>.+?) (?:down |up )?(?:to|at) (?P<to>[-−–]?"
        r" ?\d+(?:[.,]\d+)?) ?(?:db|decibels?)",
        text,
    )
    if exact:
        meant = _meant(exact["what"])
        arguments = {"action": "gain", **(meant or {}), "gain_db": _decibels(exact["to"])}
        return () if meant is None else asked("sound", text, arguments)
    for sign, word in ((1, _UP), (-1, _DOWN)):
        found = _louder(text, word) or _verb_of_level(text, sign) or _too(text, sign)
        if not found:
            continue
        meant = _meant(found["what"] or "")
        if meant is None:
            return ()
        parts = found.groupdict()
        said = parts.get("db") or parts.get("db1")
        by = _decibels(said) if said else 6.0
        by = 3.0 if parts.get("bit") else 10.0 if parts.get("lot") else by
        return asked("sound", text, {"action": "gain", **meant, "by_db": sign * by})
    return ()


def _decibels(said: str) -> float:
    """A number of decibels as people type it, with any dash for a minus."""
    return float(re.sub("[−–]", "-", said).replace(" ", "").replace(",", "."))


def _louder(text: str, word: str) -> re.Match[str] | None:
    turn = word.replace("|louder", "") if "up" in word else r"(?:down)"
    bit, lot = rf"(?P<bit>{_A_BIT})", rf"(?P<lot>{_A_LOT})"
    first = r"(?:(?P<db1>\d+(?:[.,]\d+)?) ?(?:db|decibels?) )?"
    return (
        full(rf"(?:turn|bring) (?P<what>.+?) {turn}{_HOW}", text)
        or full(rf"turn {turn} (?P<what>.+?){_HOW}", text)
        or full(
            rf"(?:make|get|have|set) (?P<what>.+?) (?:{bit} |{lot} )?{first}(?:be )?"
            rf"(?!up\b|down\b){word}(?:{_BY})?",
            text,
        )
    )


def _verb_of_level(text: str, sign: int) -> re.Match[str] | None:
    verb = r"(?:raise|boost|increase)" if sign > 0 else r"(?:lower|reduce|decrease|duck)"
    return full(
        rf"{verb} (?P<what>(?:the )?(?:{_SOUND}(?: (?:of|in|on|for) .+?)?|(?:background )?"
        rf"(?:music|soundtrack|song|score)(?:'s)?(?: {_SOUND})?|.+?'s {_SOUND})){_HOW}",
        text,
    )


def _too(text: str, sign: int) -> re.Match[str] | None:
    """ "the music is too loud" is a wish for less of it."""
    word = r"(?:quiet|soft|low)" if sign > 0 else r"(?:loud)"
    bit, lot = rf"(?P<bit>{_A_BIT})", rf"(?P<lot>{_A_LOT})"
    sounding = rf"(?:the (?:background )?(?:music|soundtrack|song)|the {_SOUND}(?: of .+)?|{{}})"
    named = r"(?:(?:the|my|our|clip|shot) .+?)"
    return full(
        rf"(?P<what>{sounding.format(named)}) (?:is|are|'s|sounds?) (?:still )?(?:{bit} "
        rf"|{lot} )?too {word}",
        text,
    )


# --- the whole film's loudness

_PLACES = (
    (r"youtube|you tube|spotify|tidal|amazon|instagram|tik ?tok|facebook|social media|the web"
     r"|streaming|online|vimeo|the internet", -14.0),
    (r"(?:an? |the )?podcasts?|apple(?: music| podcasts?)?", -16.0),
    (r"tv|television|broadcast(?:ing)?|the tv|ebu(?: r ?128)?|r ?128", -23.0),
    (r"atsc|american (?:tv|television)|us (?:tv|television|broadcast)", -24.0),
    (r"netflix", -27.0),
)  # fmt: skip
_NORMAL = r"(?:normali[sz]e|equali[sz]e)"


def loudness(text: str) -> Found:
    """The finished film brought to a loudness, or left as it is."""
    off = full(
        rf"(?:do not|don't|dont|never|stop) {_NORMAL}(?: (?:it|the .+))?|(?:turn off|remove|without"
        r"|no) (?:the )?(?:loudness )?normali[sz](?:ation|ing)|leave (?:the )?(?:loudness|volume)"
        r"(?: (?:of .+|as it is|alone))?",
        text,
    )
    if off:
        return asked("sound", text, {"action": "loudness off"})
    place = "|".join(words for words, _ in _PLACES)
    lufs, to = (
        rf"(?:to|at) (?P<{name}>[-−–] ?\d+(?:[.,]\d+)?) ?(?:lufs|lkfs)" for name in ("lufs", "to")
    )
    whole = (
        rf"(?:{WHOLE}|(?:the |its |my |all (?:the )?)?(?:{_SOUND}|sound levels)(?: of {WHOLE})?)"
    )
    found = full(
        rf"{_NORMAL}(?: {whole})?(?: {lufs}| for (?P<for>{place}))?"
        rf"|(?:bring|set|get|make|master|mix) {whole}(?: loudness)? {to}"
        rf"|(?:make|get|bring) {whole}(?: up| down)? (?:to )?(?:as loud as|loud enough for|the"
        rf" (?:right |correct )?loudness (?:for|of)|right for) (?P<as>{place})"
        r"(?: (?:wants?|likes?|needs?|requires?|expects?|asks for|is))?(?: it)?(?: to be)?"
        rf"|(?:match|meet|hit) (?P<match>{place})(?:'s)? loudness(?: .+)?"
        r"|(?:fix|set|normali[sz]e) the loudness",
        text,
    )
    if not found:
        return ()
    parts = found.groupdict()
    arguments: dict[str, Any] = {"action": "loudness"}
    if level_said := parts["lufs"] or parts["to"]:
        arguments["loudness_lufs"] = _decibels(level_said)
    named = parts["for"] or parts["as"] or parts["match"]
    if named:
        arguments["loudness_lufs"] = next(
            value for words, value in _PLACES if re.fullmatch(words, named, re.IGNORECASE)
        )
    return asked("sound", text, arguments)


# --- the sound before or after its picture

_HEARD = r"(?:sound|audio|speech|voice|talking|dialogue|words)"


def sound_cut(text: str) -> Found:
    """J- and L-cuts, and the way back."""
    if full(
        r"(?:remove|undo|take out|drop|no(?: more)?) (?:all )?(?:the |my )?[jl]-? ?cuts?"
        rf"|(?:cut|put|keep) the {_HEARD} with (?:the|its) pictures?(?: again)?",
        text,
    ):
        return asked("sound", text, {"action": "straight cut"})
    spans = every_span(text)
    length = {"by_s": float(spans[-1].length_s)} if spans else {}
    if spans:
        text_, span = text, spans[-1]
        before = re.sub(r"\s*(?:for|by|about|around)?\s*$", "", text_[: span.start], flags=re.I)
        bare = f"{before} {text_[span.end :].strip()}".strip()
    else:
        bare = text
    found = full(
        rf"(?:let|have|make|start|begin) (?:us hear )?the {_HEARD}(?: (?:of|in|from) (?P<of>.+?))?"
        r"(?: (?:start|begin|come in|play|be heard|lead in))?(?: ?(?:early|earlier|sooner)"
        r"| (?:before|ahead of) (?:the|its) picture)"
        r"|(?:let us |let me |i want to |we should )?hear (?P<hear>.+?) before (?:we|i|you) see"
        r" (?:it|them|him|her)"
        r"|(?:(?:add|make|use|put|do) )?(?:an? )?j-? ?cuts?"
        r"(?: (?:(?:at|to|into|on|before|for|in) (?P<at>.+)|everywhere"
        r"|(?P<named>(?:the |clip ).+)))?",
        bare,
    )
    if found:
        return _split("j-cut", text, found, length)
    following = r"(?:the )?(?:next|following) (?:shot|clip|picture|scene|one)"
    found = full(
        rf"(?:let|have|make|keep|extend|carry|run|hold) the {_HEARD}"
        r"(?: (?:of|in|from) (?P<of>.+?))?"
        r"(?: (?:run|carry|go|continue|play|bleed|spill|last|hang|linger))?(?: ?on| running"
        rf"| going| playing)? ?(?:over|into|under|across|through) {following}"
        r"|(?:(?:add|make|use|put|do) )?(?:an? )?l-? ?cuts?"
        r"(?: (?:(?:at|to|from|on|after|for|in) (?P<at>.+)|everywhere"
        r"|(?P<named>(?:the |clip ).+)))?",
        bare,
    )
    return _split("l-cut", text, found, length) if found else ()


def _split(action: str, text: str, found: re.Match[str], length: dict[str, Any]) -> Found:
    words = next((v for v in found.groupdict().values() if v), "")
    words = re.sub(r"^(?:the )?(?:cuts?|ends?|starts?|beginnings?) (?:of|to|before|after) ", "",
                   words, flags=re.IGNORECASE)  # fmt: skip
    if not words or _ALL.fullmatch(words) or re.fullmatch(r"(?:every|each|all) .*cuts?", words):
        return asked("sound", text, {"action": action, **length})
    clips = clips_in(words)
    return asked("sound", text, {"action": action, "clips": clips, **length}) if clips else ()
