"""Which clips stand in the cut and in which order: swapped, moved, dropped, replaced, added."""

from __future__ import annotations

import re
from typing import Any

from agent.follow_ups import BUT, NAMED, NOT_CLIPS, WHOLE, Request, clips_of, last_span, match
from agent.phrases import MOODS
from agent.spans import ORDINALS

Found = tuple[Request, ...]
_CLIP = re.compile(r"\b(?:clips?|shots?|ones?|takes?|scenes?)\b", re.IGNORECASE)
_OTHER = re.compile(  # no words for what should stand there instead
    r"(?:something|anything|sth) (?:else|different|other|better|new)|some other (?:clip|shot|one)"
    r"|another(?: (?:one|clip|shot|scene|moment))?|(?:a |the )?(?:different|better|new|other)"
    r" (?:one|clip|shot|scene|moment)|an alternative",
    re.IGNORECASE,
)
_SAME = re.compile(  # another take of what a clip shows
    r"(?:another|a different|some other|a better) (?:take|angle|version|shot|clip|view|moment)"
    r"(?: of (?:it|(?P<of>.+)))?",
    re.IGNORECASE,
)


def _asked(text: str, action: str, **arguments: Any) -> Found:
    return (Request("arrange", text, {"action": action, **arguments}),)


def _can_be_clip(words: str) -> bool:
    return not NOT_CLIPS.search(words) and not re.fullmatch(WHOLE, words.strip(), re.IGNORECASE)


def _is_named(words: str) -> bool:
    """Whether words name a clip by its place, or as a clip."""
    return bool(NAMED.match(words) or _CLIP.search(words)) and _can_be_clip(words)


# --- order


def swap(text: str) -> Found:
    """Two clips that change places, or the whole order reversed."""
    found = match(r"swap(?! out)|switch|exchange", text)
    if found and not re.search(r"\bfor\b", text, re.IGNORECASE):
        rest = re.sub(r"\s+(?:around|over|places?|positions?)$", "", text[found.end() :].strip())
        clips = clips_of(re.sub(r"\bwith\b", "and", rest, flags=re.IGNORECASE))
        both = re.fullmatch(r"(?:the )?(?:first|last|opening|final) (?:two|2)(?: \w+)?", rest, re.I)
        if (len(clips) == 2 or both) and all(map(_can_be_clip, clips)):
            return _asked(text, "swap", clips=clips)
    if re.fullmatch(rf"(?:reverse|flip) (?:the order(?: of .+)?|{WHOLE})|play {WHOLE} backwards?"
                    r"|reverse", text, re.I):  # fmt: skip
        return _asked(text, "reverse")
    return ()


_PLACE = re.compile(
    r"\s+(?:to|at|as|in|into)\s+(?:the\s+)?(?:very\s+)?(?P<place>start|beginning|front|top|end|back"
    r"|first|last|(?:position|place|number|slot|spot)\s+#?\d+|\w+ (?:position|place|spot|slot)"
    r"|(?:first|last|opening|closing|final) (?:clip|shot|one))"
    r"(?:\s+of .+)?$|\s+(?P<alone>first|second|third|fourth|fifth|last)$",
    re.IGNORECASE,
)
_BESIDE = re.compile(
    r"\s+(?:right |directly |just |straight )?(?P<side>between|before|in front of|ahead of|after"
    r"|behind"
    r"|next to|following) (?P<of>(?:the|my|our|clips?|shots?|number|#?\d).*)$",
    re.IGNORECASE,
)
_MOVE = r"move|put|place|bring|set|shift|show|play|use|have"


def _position(place: str) -> int | None:
    """A place from 1 as people say it; None is the end."""
    place = place.lower()
    if re.match(r"start|beginning|front|top|first|opening", place):
        return 1
    number = re.search(r"\d+", place)
    return int(number[0]) if number else ORDINALS.get(place.split()[0])


def _at(place: str) -> dict[str, Any]:
    position = _position(place)
    return {} if position is None else {"position": position}


def _beside(found: re.Match[str]) -> dict[str, Any]:
    first = found["side"].lower() in ("before", "in front of", "ahead of")
    return {"before" if first else "after": clips_of(found["of"])[0]}  # between two: after one


def move(text: str) -> Found:
    """Clips put at another place, or beside another clip."""
    found = match(_MOVE, text)
    beside, at = _BESIDE.search(text), _PLACE.search(text)
    loose = found and found[0].lower() in ("show", "play", "use", "have")
    if found and beside and not (loose and not _is_named(text[found.end() : beside.start()])):
        return _moved(text, text[found.end() : beside.start()], _beside(beside))
    if found and at and not loose:
        return _moved(text, text[found.end() : at.start()], _at(at["place"] or at["alone"]))
    made = re.fullmatch(
        r"(?:make|have|let) (?P<what>.+?) (?:be |come |go )?(?:as )?(?:the )?(?P<place>(?:very )?"
        r"(?:first|last|opening|closing|final)(?: (?:clip|shot|one|scene))?)"
        r"|(?P<that>.+?) (?:should|must|has to|needs to|goes|comes)(?: (?:be|go|come|stand))?"
        r" (?:(?:the |at the |to the )?(?P<to>first|last|start|beginning|front|end)"
        r"(?: (?:clip|shot|one))?|(?P<side>before|after|behind) (?P<of>(?:the|clip|shot) .+))",
        text,
        re.IGNORECASE,
    )
    if not made:
        return ()
    if made["of"]:
        return _moved(text, made["that"], _beside(made))
    what, place = made["what"] or made["that"], made["place"] or made["to"]
    named = _is_named(what) or re.match(r"(?:the|my|our) ", what, re.IGNORECASE)
    place = re.sub(r"^very ", "", place, flags=re.IGNORECASE)
    return _moved(text, what, _at(place)) if named else ()


def _moved(text: str, what: str, where: dict[str, Any]) -> Found:
    clips = clips_of(what)
    put_in = re.fullmatch(r"\s*(?P<query>.+) in", what, re.IGNORECASE)
    if put_in:
        return _asked(text, "add", query=_query(put_in["query"]), **where)
    new = re.match(r"\s*(?:an?|some|another|what|which)\b", what, re.IGNORECASE)  # none stands yet
    if not clips or new or not all(map(_can_be_clip, clips)) or re.search(r"[\"“”\x01]", what):
        return ()
    return _asked(text, "move", clips=clips, **where)


# --- out


def drop(text: str) -> Found:
    """Clips taken out, or all of them."""
    if re.fullmatch(
        r"(?:drop|remove|delete|clear|wipe|empty|take out|throw out|get rid of) (?:out )?"
        r"(?:all|all of (?:the|my|it)|every(?:thing)?|all (?:of )?(?:the|my|these)? ?(?:clips"
        r"|shots)|(?:the )?(?:whole )?(?:timeline|cut|edit))(?: (?:clips?|shots?))?"
        r"(?: (?:from|on|in|off|of) (?:the|my) (?:timeline|cut|film|edit|video))?",
        text,
        re.IGNORECASE,
    ):
        return _asked(text, "drop", clips=("all",))
    out = re.fullmatch(
        r"(?:take|get|cut|leave|throw|kick|edit|keep) (?P<a>(?:the|my|our|clip|shot) .+?) out"
        r"(?: of (?:it|there|here|the \w+))?|i (?:don't|do not) want (?:to see )?(?P<b>the .+?)"
        r"(?: in (?:it|there|here|the \w+)| any ?more| at all)*|cut (?P<c>the (?!first|last|opening"
        r"|final|beginning|end|start|film|video|middle)[a-z]+(?: [a-z]+)?)",
        text,
        re.IGNORECASE,
    )
    if out:
        what = next(words for words in out.groups() if words)
        inside = re.search(
            r"\b(?:parts?|bits?|in|to|into|at|from|by|on|up|down"
            r"|where)\b",
            what,
            re.I,
        )
        if not NOT_CLIPS.search(what) and not inside:
            return _asked(text, "drop", clips=clips_of(what))
    found = match(
        r"drop|remove|delete|lose|take out|get rid of|ditch|kick out|throw out|cut(?: out)?"
        r"|leave out|without|scrap|chuck out|kill",
        text,
    )
    if not found:
        return ()
    rest = re.sub(r"\s+(?:from|out of) (?:it|the (?:cut|film|video|edit|timeline|reel))$", "",
                  text[found.end() :].strip(), flags=re.IGNORECASE)  # fmt: skip
    if re.match(BUT, rest, re.IGNORECASE):
        return _asked(text, "drop", clips=clips_of(rest))
    clips = clips_of(rest)
    if not clips or NOT_CLIPS.search(" ".join(clips)) or last_span(text):
        return ()
    if re.match(r"(?:the |that |every |all )*(?:parts?|bits?|moments?|sections?|pieces?|half|first"
                r" second|last second|places?)\b", rest, re.IGNORECASE):  # fmt: skip
        return ()  # a part of a clip is not the clip
    lead = r"^(?:(?:clips?|shots?|ones?|scenes?) (?:with|of|where|that shows?)) (?:the |a |an )?"
    clips = tuple(re.sub(lead, "", c, flags=re.IGNORECASE) for c in clips)
    loose = found[0].lower() in ("cut", "kill")
    if loose and (not NAMED.match(clips[0]) or re.search(r" (?:in|to|into|at|from)\b", rest)):
        return ()  # "cut it at the jump", "cut clip 2 in half"
    return _asked(text, "drop", clips=clips)


# --- something else in its place


def replace(text: str) -> Found:
    """Another moment in the place of a clip: one that words find, or something else."""
    clip = r"(?P<clip>.+?)"
    forms = (
        r"(?:use|try|take|show|find|give me) (?P<new>(?:another|a different|some other|a better)"
        r" (?:take|angle|version) of (?P<clip>.+))",
        rf"(?:replace|substitute|swap(?: out)?|switch(?: out)?|exchange|change) {clip}"
        r" (?:with|by|for|against|to|into) (?P<new>.+)",
        rf"(?:use|show|put in|put|take|have|give me|try|find me|find) (?P<new>.+?)"
        rf" (?:instead of|in place of|rather than|in the place of) {clip}",
        rf"instead of {clip},? (?:i want|use|show|put in|put|take|have|give me|try) (?P<new>.+)",
        rf"(?:find|find me|try|give me|use|show me|show|i want|i need|get me)"
        rf" (?P<new>{_OTHER.pattern}) for {clip}",
        rf"(?:replace|swap out|change|exchange) {clip}",
    )
    edge = re.fullmatch(
        r"(?:i want |give me |use |try |find |show )*(?:another|a (?:different|better|new)"
        r"|some other)"
        r" (?P<edge>opening|ending|first|last)(?: (?:shot|clip|image|one))?",
        text,
        re.IGNORECASE,
    )
    if edge:
        first = edge["edge"].lower() in ("opening", "first")
        return _asked(text, "replace", clips=("first" if first else "last",))
    for form in forms:
        found = re.fullmatch(form, text, re.IGNORECASE)
        if found:
            return _replaced(text, found)
    return ()


def _replaced(text: str, found: re.Match[str]) -> Found:
    old, new = found["clip"], found.groupdict().get("new") or "something else"
    verb = text.split()[0].lower()
    out = verb in ("swap", "switch") and not re.match(r"\w+ out\b", text, re.IGNORECASE)
    crossing = out and re.search(r"\b(?:with|by)\b", text, re.IGNORECASE)
    if not _can_be_clip(old) or len(clips_of(old)) != 1 or NOT_CLIPS.search(new):
        return ()
    same = _SAME.fullmatch(new)
    if same and (same["of"] or re.search(r"take|angle|version|view", new, re.IGNORECASE)):
        query = _query(same["of"] or ("" if NAMED.match(old) else old))
        return _asked(text, "replace", clips=clips_of(old), query=query) if query else ()
    if _OTHER.fullmatch(new):
        return _asked(text, "replace", clips=clips_of(old))
    if crossing or (verb == "change" and not _is_named(old)) or NAMED.match(new):
        return ()  # two clips of the cut change places
    query = _query(new)
    return _asked(text, "replace", clips=clips_of(old), query=query) if query else ()


# --- more


def _query(text: str) -> str:
    """What a shot is to show, without "a shot of"."""
    text = re.sub(
        r"^(?:(?:an?|the|some|another|one|two|three|more|extra|few|of|good|nice)\s+)*"
        r"(?:(?:shots?|clips?|moments?|footage|views?|scenes?|b-roll)\s+(?:of|with|showing"
        r"|where)\s+)?"
        r"(?:(?:the|an?|some|my|our)\s+)?",
        "",
        text.strip(),
        flags=re.IGNORECASE,
    )
    return text.strip(" .!?")


_NOT_SHOWN = re.compile(
    r"\b(?:titles?|music|soundtrack|song|sound|text|captions?|subtitles?|fades?|transitions?"
    r"|effects?|filters?|looks?|style|vibe|feel|grain|contrast|colou?r|saturation|energy|punch|pace"
    r"|speed|drama|tension|beats?|cuts?|dissolves?|crossfades?|lower[- ]thirds?|voice-?overs?"
    r"|seconds?|minutes?|it|that|this|them|something|anything|stuff|things?)\b",
    re.IGNORECASE,
)


def add(text: str) -> Found:
    """One more moment, found by words."""
    found = match(
        r"(?:add|insert|include|throw in|put in|show|use|i want|give me)(?= .*\bmore\b)|add|insert"
        r"|include|throw in|put in|put(?= (?:an?|another|some) )|more(?: of)?|some more"
        r"|another(?= (?:shot|clip|moment) of)",
        text,
    )
    if not found:
        return ()
    rest = text[found.end() :]
    arguments: dict[str, Any] = {"action": "add"}
    at, beside = _PLACE.search(rest), _BESIDE.search(rest)
    if beside:
        rest, arguments = rest[: beside.start()], {**arguments, **_beside(beside)}
    elif at:
        rest, arguments = rest[: at.start()], {**arguments, **_at(at["place"] or at["alone"])}
    span = last_span(rest)
    if span is not None:
        arguments["length_s"] = float(span.length_s)
        rest = f"{rest[: span.start].rstrip()} {rest[span.end :]}"
        rest = re.sub(r"\bfor\s*$", "", rest.strip())
    query = _query(re.sub(r"^\s*(?:me\s+)?(?:some |a bit |a little )?(?:more )?(?:of )?", "", rest))
    felt = all(word.lower() in MOODS for word in query.split())
    if not query or felt or _NOT_SHOWN.search(query) or re.search(r"[\"“”\x01]", query):
        return ()
    return (Request("arrange", text, {**arguments, "query": query}),)
