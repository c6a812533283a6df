"""A script read into beats: scene headings, lists, times and voice-over, each line as written."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

WORDS_PER_S = Fraction(5, 2)  # as a narrator reads
SHORTEST_S = Fraction(2)  # of a beat whose length nobody gives
MOST = 200  # beats

_CLOCK = r"(?:\d{1,2}:)?\d{1,2}:\d{2}(?:\.\d+)?"
_DASH = r"\s*(?:-|–|—|to|until)\s*"
_SECS = r"\d+(?:\.\d+)?"
_TIME = (
    rf"(?:(?P<start>{_CLOCK}){_DASH}(?P<end>{_CLOCK})"
    rf"|(?P<from>{_SECS})\s*s?{_DASH}(?P<to>{_SECS})\s*(?:s|secs?|seconds)\b"
    rf"|(?P<at>{_CLOCK})|(?P<long>{_SECS})\s*(?:s|secs?|seconds)\b)"
)
_FIRST = re.compile(rf"^[\[(]?{_TIME}[\])]?\s*[:|,.–—-]?\s*", re.IGNORECASE)
_LAST = (
    re.compile(rf"\s*[\[(]{_TIME}[\])]\s*[.:]?$", re.IGNORECASE),
    re.compile(rf"\s+[|–—-]\s*{_TIME}$", re.IGNORECASE),
)
_MARK = re.compile(
    r"^(?:\(?\d{1,3}[.)]\s+|[-*•·‣]\s+|\[[ xX]?\]\s*"
    r"|(?:shot|scene|beat|clip|frame|panel)\s*#?\d+\s*[:.)–—-]*\s+)",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^(?:\d+[A-Z]?\.?\s+)?(?:INT\.?\s*/\s*EXT|EXT\.?\s*/\s*INT|I\s*/\s*E|INT|EXT)\b[.:]?\s*(?P<place>.+)$"
)
_TRANSITION = re.compile(
    r"^(?:(?:smash |match |jump |hard )?cut(?:s)? (?:to|back)|fade (?:in|out|to|up)|dissolve to"
    r"|wipe to|the end|end(?: of (?:film|script|video))?|intercut|back to)\b[^.]{0,30}[:.]?$",
    re.IGNORECASE,
)
_SOUND = re.compile(
    r"^(?:music|sfx|sound(?: effects?)?|fx|song|audio|score)\b\s*(?:\(.*\))?\s*[:–—-]", re.I
)
_TITLE = re.compile(r"^title\s*:\s*(?P<text>.+)$", re.IGNORECASE)
_OVER = re.compile(
    r"^(?:super(?:imposed?)?|text|caption|lower third|on[- ]screen(?: text)?|graphic|card|logo)"
    r"\s*:",
    re.IGNORECASE,
)
_VOICE = re.compile(
    r"^(?:[A-Z][\w .'-]{0,30}?\s*)?\(?(?:V\.?\s?O\.?|voice[- ]?over|off[- ]screen|O\.S\.)\)?"
    r"\s*(?:\([^)]*\))?\s*[:–—-]\s*(?P<text>.+)$"
    r"|^(?:narrator|narration|voice|speaker|host|presenter)\s*(?:\([^)]*\))?"
    r"\s*[:–—-]\s*(?P<told>.+)$",
    re.IGNORECASE,
)
_CUE = re.compile(
    r"^(?:[A-Z][A-Z .'-]{1,30}(?:\s*\((?:V\.?O\.?|O\.?S\.?|CONT'D|OFF)[^)]*\))?"
    r"|(?:VOICE[- ]?OVER|NARRATOR|V\.?O\.?))\s*:?$"
)
_QUOTED = re.compile(r"^[\"“”„«](?P<text>.+?)[\"“”»]\.?$")
_ASIDE = re.compile(r"^\([^)]*\)$")
_CAMERA = re.compile(
    r"^(?:(?:(?:extreme |very )?(?:wide|close|medium|long|full|aerial|drone|establishing"
    r"|tracking|static|insert|pov|overhead|macro|slow motion)(?:[- ]?up)?(?: shot| view| angle)?s?"
    r"|ECU|CU|MCU|WS|MS|LS|POV|shot|visual|video|picture|b-?roll|angle|pan|tilt|zoom)"
    r"(?:\s+(?:on|of|over|across|to|in on)\b|\s*[:–—-])\s*"
    r"|we (?:see|open on|start on|end on|cut to|move to)\s+)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“])")


Times = tuple[Fraction | None, Fraction | None]  # a length, a start


@dataclass(frozen=True, slots=True)
class ScriptBeat:
    """One thing to show. `given_s` is the length the script gives it; `said` how much is spoken."""

    words: str
    line: int
    given_s: Fraction | None = None
    said: str = ""
    voice: bool = False  # nothing but what is spoken says what to show

    @property
    def length_s(self) -> Fraction:
        """The length given, else that of reading it, and never less than the eye needs."""
        if self.given_s is not None:
            return self.given_s
        spoken = self.said or self.words
        return max(SHORTEST_S, Fraction(len(spoken.split())) / WORDS_PER_S)


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that makes no beat, and why."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Script:
    """What a script wants, in order."""

    beats: tuple[ScriptBeat, ...] = ()
    unread: tuple[Unread, ...] = ()
    title: str = ""

    @property
    def length_s(self) -> Fraction:
        return sum((beat.length_s for beat in self.beats), Fraction(0))


def parse(text: str) -> Script:
    """The beats of a script, top to bottom, and the lines that could not be read as any."""
    reader = _Reader()
    for number, raw in enumerate(text.splitlines(), start=1):
        reader.line(number, " ".join(raw.replace("\t", " ").split()))
    return reader.done()


def is_script(text: str) -> bool:
    """Whether a text of several lines is a script, not a wish that was typed over lines."""
    lines = [" ".join(raw.split()) for raw in text.strip().splitlines() if raw.strip()]
    if len(lines) < 2:
        return False
    signs = (_HEADING, _VOICE, _TITLE)
    if any(sign.match(line) for line in lines for sign in signs) or any(map(_speaks, lines)):
        return True
    marked = sum(bool(_MARK.match(line)) for line in lines)
    timed = sum(bool(re.match(rf"[\[(]?{_CLOCK}", _MARK.sub("", line))) for line in lines)
    quoted = sum(bool(_QUOTED.match(line)) for line in lines)
    if marked >= 2 or timed or quoted >= 2:
        return True
    told = [line for line in lines if re.search(r"[.!?]$", line) and len(line.split()) >= 3]
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return len(paragraphs) >= 3 or (len(lines) >= 3 and len(told) >= len(lines) - 1)


def _speaks(line: str) -> bool:
    """Whether a line is a name in capitals above what is spoken over the picture."""
    return bool(_CUE.match(line)) and bool(re.search(r"\bV\.?\s?O\b|VOICE|NARRATOR", line))


class _Reader:
    """Goes through a script line by line and remembers where it is."""

    def __init__(self) -> None:
        self.beats: list[ScriptBeat] = []
        self.unread: list[Unread] = []
        self.title = ""
        self.heading: tuple[int, str] | None = None  # one that nothing was shown under yet
        self.cue = False  # a name in capitals stood above: what follows is spoken
        self.open: int | None = None  # the beat that this paragraph speaks over, or goes on with
        self.last = ""  # the line above, in this paragraph
        self.waiting: Times = (None, None)  # what a line of its own gives what stands under it
        self.starts: dict[int, Fraction] = {}  # beat -> when the script says that it starts

    def line(self, number: int, text: str) -> None:
        """One line; an empty one ends a paragraph."""
        if not text:
            self.cue, self.open, self.last = False, None, ""
            return
        heading = _HEADING.match(text)
        if heading:
            self._close_heading()
            self.heading = number, _place(heading["place"])
            self.cue, self.open, self.last = False, None, ""
            return
        why = _no_beat(text)
        if why:
            self.unread.append(Unread(number, text, why))
            return
        titled = _TITLE.match(text)
        if titled and not self.title:
            self.title = _unquoted(titled["text"])
            return
        self._shown_or_said(number, text)

    def _shown_or_said(self, number: int, text: str) -> None:
        marked = _MARK.sub("", text, count=1)
        body, given, start, problem = _timed(marked)
        if problem:
            self.unread.append(Unread(number, text, problem))
        timed = given is not None or start is not None
        if not body and timed:  # a time alone stands above what is shown then
            self.last, self.open = "", None
            self.waiting = given, start
            return
        if not re.search(r"[^\W\d_]", body):
            if not problem:
                self.unread.append(Unread(number, text, "there are no words in it"))
            return
        voice = _VOICE.match(body)
        quoted = _QUOTED.match(body)
        if voice or quoted or self.cue:
            told = (voice["text"] or voice["told"]) if voice else body
            self._said(number, _unquoted(told), given, start)
        elif not timed and _CUE.match(body) and body == marked:
            self.cue = True
        else:
            new = body != text or not self._goes_on(body)
            self._shown(number, body, (given, start), new=new)

    def _goes_on(self, body: str) -> bool:
        """Whether a line is the rest of a sentence that the line above began."""
        above = self.last
        return bool(above) and above[-1] not in '.!?:;"”' and body[:1].islower()

    def _shown(self, number: int, body: str, times: Times, *, new: bool) -> None:
        if not new and self.open is not None:
            beat = self.beats[self.open]
            self.beats[self.open] = replace(beat, words=f"{beat.words} {_visible(body)}")
            self.last = body
            return
        self.last = body
        given, start = _either(times, self.waiting)
        parts = [body] if given is not None or start is not None else _SENTENCE.split(body)
        for part in parts:
            words = _visible(part)
            if re.search(r"[^\W\d_]", words):
                self._add(ScriptBeat(words, number, given), start)
        self.heading = None

    def _said(self, number: int, told: str, given: Fraction | None, start: Fraction | None) -> None:
        """What is spoken goes over what its paragraph shows; alone it says what to show."""
        self.last = ""
        if self.open is not None and given is None and start is None:
            beat = self.beats[self.open]
            self.beats[self.open] = replace(beat, said=f"{beat.said} {told}".strip())
            if beat.voice:
                self.beats[self.open] = replace(self.beats[self.open], words=f"{beat.words} {told}")
            return
        if self.heading is not None:  # spoken over the place that the heading names
            line, place = self.heading
            self.heading = None
            self._add(ScriptBeat(place, line, given, said=told), start)
            return
        given, start = _either((given, start), self.waiting)
        self._add(ScriptBeat(told.strip(" ."), number, given, said=told, voice=True), start)

    def _add(self, beat: ScriptBeat, start: Fraction | None) -> None:
        self.waiting = None, None
        if len(self.beats) >= MOST:
            self.unread.append(Unread(beat.line, beat.words, f"a film has {MOST} beats at most"))
            return
        if start is not None:
            self.starts[len(self.beats)] = start
        self.beats.append(beat)
        self.open = len(self.beats) - 1

    def _close_heading(self) -> None:
        """A heading that nothing stands under is shown itself: its place."""
        if self.heading is not None:
            line, place = self.heading
            self._add(ScriptBeat(place, line), None)
            self.heading = None

    def done(self) -> Script:
        """The script, with lengths from starts where only those are given."""
        self._close_heading()
        order = sorted(self.starts)
        for one, other in pairwise(order):
            span = self.starts[other] - self.starts[one]
            between = range(one, other)
            if span > 0 and self.beats[one].given_s is None:
                for place in between:
                    share = span / len(between)
                    self.beats[place] = replace(self.beats[place], given_s=share)
            elif span <= 0:
                line = self.beats[other].line
                why = "its time lies before that of the line above; the length of its words counts"
                self.unread.append(Unread(line, self.beats[other].words, why))
        unread = sorted(self.unread, key=lambda one: one.line)
        return Script(tuple(self.beats), tuple(unread), self.title)


def _no_beat(text: str) -> str:
    """Why a line makes no beat whatever it says; "" where it may."""
    if _TRANSITION.match(text):
        return "it is a transition: cuts are straight unless you ask for fades"
    if _SOUND.match(text):
        return "it is about music or sound: ask for that by itself"
    if _OVER.match(text):
        return "it is words over the picture: ask for a title or a lower third by itself"
    if _ASIDE.match(text) and not _FIRST.match(text):
        return "it is an aside, and nothing to show"
    return ""


def _either(times: Times, other: Times) -> Times:
    return times if times != (None, None) else other


def _timed(text: str) -> tuple[str, Fraction | None, Fraction | None, str]:
    """A line without its time; the length and the start that it gives; what is wrong with them."""
    found = _FIRST.match(text)
    rest = text[found.end() :] if found else ""
    if not found:
        found = next((f for pattern in _LAST if (f := pattern.search(text))), None)
        rest = text[: found.start()] if found else text
    if not found:
        return text, None, None, ""
    parts = found.groupdict()
    start, end = parts.get("start") or parts.get("from"), parts.get("end") or parts.get("to")
    if start and end:
        first, last = _seconds(start), _seconds(end)
        if last <= first:
            return rest, None, None, f"its time ends at {end}, before it starts at {start}"
        return rest, last - first, None, ""
    if parts.get("at"):
        return rest, None, _seconds(str(parts["at"])), ""
    length = Fraction(str(parts["long"]))
    return (rest, length, None, "") if length > 0 else (rest, None, None, "it lasts no time")


def _seconds(text: str) -> Fraction:
    """Seconds of "1:02:03.5", "0:05" or "5".

    >>> _seconds("1:05")
    Fraction(65, 1)
    """
    total = Fraction(0)
    for part in text.split(":"):
        total = total * 60 + Fraction(part)
    return total


def _place(text: str) -> str:
    """What a scene heading shows: "KITCHEN – MORNING" is "kitchen morning"."""
    parts = [p.strip(" .") for p in re.split(r"\s+[-–—]+\s+|\s*,\s*", text) if p.strip(" .")]
    kept = [p for p in parts if not re.fullmatch(r"(?:CONTINUOUS|LATER|SAME(?: TIME)?)", p, re.I)]
    words = " ".join(kept or parts)
    return words.lower() if words.isupper() else words


def _visible(text: str) -> str:
    """What a line shows, without how the camera sees it."""
    last = None
    while last != text:
        last, text = text, _CAMERA.sub("", text).strip()
    return _unquoted(text).strip(" .;:,–—-")


def _unquoted(text: str) -> str:
    return text.strip().strip('"“”„«»').strip()
