"""How fast clips play, as creators say it. The pace of a whole film is the goal's."""

from __future__ import annotations

import re
from typing import Any

from agent.follow_ups import NAMED
from agent.sound_words import Found, asked, clips_in, full
from agent.spans import every_span

_NUMBER = r"(?:\d+(?:[.,]\d+)?|[.,]\d+)"
_TIMES = {
    "half": 0.5, "half the": 0.5, "double": 2.0, "double the": 2.0, "twice": 2.0, "twice the": 2.0,
    "triple": 3.0, "three times": 3.0, "quarter": 0.25, "a quarter": 0.25, "a third": 1 / 3,
    "normal": 1.0, "original": 1.0, "real": 1.0, "regular": 1.0, "full": 1.0,
}  # fmt: skip
_NAMED = rf"(?:{'|'.join(sorted(_TIMES, key=len, reverse=True))})"
_SLOW_MOTION = r"(?:(?:super|extreme) )?slow[- ]?mo(?:tion)?"
_SPEED = (  # as it stands behind "at" or "in"
    rf"(?:{_SLOW_MOTION}|{_NAMED}[- ]speed|{_NUMBER} ?(?:x|times)(?: (?:the )?speed)?|x ?{_NUMBER}"
    rf"|{_NUMBER} ?(?:%|percent)(?: (?:of (?:the |its )?)?speed)?)"
)
_BIT = r"(?P<bit>a (?:little )?(?:bit|little|touch|tad)|slightly|somewhat)"
_LOT = r"(?P<lot>a lot|way|much|extremely|super)"
_SLOWER, _FASTER = (0.5, 0.75, 0.25), (2.0, 1.25, 4.0)  # said alone, a bit, a lot


def speed(text: str) -> Found:
    """Clips in slow motion, faster, at a factor or to a length."""
    for rule in (_to_length, _turned, _played, _compared, _alone):
        found = rule(text)
        if found:
            return found
    return ()


def _to_length(text: str) -> Found:
    """The length that clips have afterwards: "slow clip 2 down to 6 seconds"."""
    spans = every_span(text)
    if len(spans) != 1 or text[spans[0].end :].strip(" .!?"):
        return ()
    found = full(
        r"(?:slow|speed) (?:(?:down|up) (?P<what>.+?)|(?P<that>.+?) (?:down|up)) (?:to(?: last)?|so"
        r" (?:that )?it lasts)(?: about| around)?",
        text[: spans[0].start].strip(),
    )
    if not found:
        return ()
    clips = clips_in(found["what"] or found["that"])
    return _made(text, clips, "length_s", float(spans[0].length_s))


def _turned(text: str) -> Found:
    """A clip slowed down or sped up: "slow down the jump", "speed clip 2 up by 2x"."""
    found = full(
        r"(?:slow (?:down (?P<a>.+?)|(?P<b>.+?)(?: down|(?= to \d)))|speed (?:up (?P<c>.+?)"
        r"|(?P<d>.+?) up))"
        rf"(?: {_BIT}| {_LOT})?(?: (?P<how>to|at|by) (?:about |around |the )?"
        rf"(?P<speed>{_SPEED}|half|double|twice|quarter))?",
        text,
    )
    if not found:
        return ()
    slower = bool(found["a"] or found["b"])
    clips = clips_in(next(v for v in (found[k] for k in "abcd") if v))
    if found["speed"]:
        factor = _factor(found["speed"], by=found["how"].lower() == "by", slower=slower)
        return _made(text, clips, "factor", factor)
    if clips == ("all",):
        return ()  # "slow it down" is the pace of the film
    return _made(text, clips, "factor", _usual(found, _SLOWER if slower else _FASTER))


def _played(text: str) -> Found:
    """A clip played at a speed: "play the jump in slow motion", "clip 2 at 0.4x"."""
    found = full(
        rf"(?:(?:play|put|set|run|have|make|turn|(?P<show>show)) )?(?P<what>.+?) (?:be |go )?"
        rf"(?:in|at|to|into) (?P<speed>{_SPEED})",
        text,
    ) or full(
        rf"(?P<show>(?!))?make (?P<what>(?:the|clip"
        rf"|shot) .+?) (?P<speed>{_SLOW_MOTION})",
        text,
    )
    if not found:
        return ()
    named = NAMED.match(found["what"])
    if not named and (found["show"] or found.start("what") == 0):
        return ()  # "show me the sea in slow motion" looks for it
    return _made(text, clips_in(found["what"]), "factor", _factor(found["speed"]))


def _compared(text: str) -> Found:
    """A clip made slower or faster than it is: "make clip 2 twice as fast"."""
    found = full(
        rf"make (?P<what>.+?) (?:go |play |run )?(?:(?P<times>{_NUMBER} ?(?:x|times)|{_NAMED}) as"
        rf" (?P<as>fast|slow)|(?:{_BIT} |{_LOT} )?(?P<than>faster|slower))",
        text,
    )
    if not found:
        return ()
    clips = clips_in(found["what"])
    if found["than"]:
        if clips == ("all",):
            return ()  # "make it slower" is the pace of the film
        slower = found["than"].lower() == "slower"
        return _made(text, clips, "factor", _usual(found, _SLOWER if slower else _FASTER))
    times = _factor(f"{found['times']} speed")
    slow = found["as"].lower() == "slow" and times > 1
    return _made(text, clips, "factor", 1 / times if slow else times)


def _alone(text: str) -> Found:
    """A speed with the clips behind it, or none: "half speed", "slow motion on the jump"."""
    found = full(rf"(?:at )?(?P<speed>{_NAMED}[- ]speed)", text)
    if found:
        return _made(text, ("all",), "factor", _factor(found["speed"]))
    found = full(rf"(?P<speed>{_SPEED}) (?:for|on|over) (?P<what>.+)", text)
    if found:
        return _made(text, clips_in(found["what"]), "factor", _factor(found["speed"]))
    found = full(
        r"(?P<times>double|halve|triple|quarter) the speed (?:of|for|on) (?P<what>.+)", text
    )
    if found:
        times = {"double": 2.0, "halve": 0.5, "triple": 3.0, "quarter": 0.25}
        return _made(text, clips_in(found["what"]), "factor", times[found["times"].lower()])
    found = full(
        r"slow[- ]?mo (?P<slow>(?:the|clips?|shots?) .+)|fast[- ]forward (?:through )?(?P<fast>.+)",
        text,
    )
    if not found:
        return ()
    return _made(
        text, clips_in(found["slow"] or found["fast"]), "factor", 0.5 if found["slow"] else 4.0
    )


def _factor(said: str, *, by: bool = False, slower: bool = False) -> float:
    """The speed that words say. "slow down by 2x" is half of it, "speed up by 50%" is 1.5."""
    said = said.lower()
    if re.fullmatch(_SLOW_MOTION, said):
        return 0.25 if re.match(r"super|extreme", said) else 0.5
    found = re.search(_NUMBER, said)
    if not found:
        named = re.sub(r"[- ]speed$", "", said)
        times = _TIMES[named]
        return 1 / times if slower and times > 1 else times
    number = float(found[0].replace(",", "."))
    if re.search(r"%|percent", said):
        share = number / 100
        return (1 - share if slower else 1 + share) if by else share
    return 1 / number if slower and number > 1 else number


def _usual(found: re.Match[str], usual: tuple[float, float, float]) -> float:
    return usual[1] if found["bit"] else usual[2] if found["lot"] else usual[0]


def _made(text: str, clips: tuple[str, ...], name: str, value: float) -> Found:
    if not clips or value <= 0:
        return ()
    arguments: dict[str, Any] = {"clips": clips, name: round(value, 4)}
    return asked("speed", text, arguments)
