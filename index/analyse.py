"""One file watched in one decode pass: what every analyser saw, as plain values.

Runs in a worker process or in ours; nothing here touches the store. The decoder itself runs in
its own sandbox (`media.decode`), so a hostile file meets no code of this process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from index.hearing import Hearing
from index.moments import moment_ranges
from index.screen_text import ScreenText, texts
from index.senses import senses_of
from index.senses_faces import LONGEST_EDGE_PX, FaceSense
from index.senses_light import LightSense
from index.senses_motion import MotionSense
from index.shots import ShotFinder
from index.subtitles import Line, clean
from index.values import Analyser
from media.decode import decode
from media.errors import Cancelled, MediaError, Verdict
from media.probe import probe
from media.standing import Standing
from media.values import Cancel, Ending, Event, Picture, Probe, Sound, Still, Words
from project.footage import Senses, Status, Technical
from timeline.time import TimeRange, clock

VERSION = "7"  # of all analysers together; another one makes what the store holds stale
STILL_PX = 960
ZERO = Fraction(0)
Share = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that one pass over a file showed; one entry per moment in the tuples of moments."""

    status: Status
    reason: str = ""
    verdict: Verdict | None = None  # why it was rejected, as media says it
    duration_s: Fraction = ZERO
    technical: Technical = field(default_factory=Technical)
    shots: tuple[TimeRange, ...] = ()
    moments: tuple[TimeRange, ...] = ()
    senses: tuple[Senses, ...] = ()
    screen_text: tuple[str, ...] = ()
    subtitles: tuple[Line, ...] = ()  # from the tracks inside the file


def analyse(
    path: Path,
    *,
    read_text: bool = True,
    share: Share | None = None,
    cancel: Cancel | None = None,
    standing: Standing | None = None,
) -> Analysis:
    """What the file at `path` holds. A file that cannot be used comes back as *rejected*.

    A `standing` worker decodes it where there is one. Raises Cancelled only.
    """
    try:
        found = probe(path, standing=standing)
        size = still_px(read_text)
        events = decode(path, found, still_px=size, cancel=cancel, standing=standing)
        return watch(events, found, Crew(read_text=read_text), share)
    except Cancelled:
        raise
    except MediaError as error:
        return Analysis("rejected", str(error), error.verdict)


def still_px(read_text: bool) -> int:
    """The longest edge of the stills that are looked at: only text needs more than faces do."""
    return STILL_PX if read_text else LONGEST_EDGE_PX


class Crew:
    """The analysers of one pass, and what only the pass as a whole knows."""

    def __init__(self, *, read_text: bool) -> None:
        self.light, self.motion, self.shots = LightSense(), MotionSense(), ShotFinder()
        self.hearing, self.faces = Hearing(), FaceSense()
        self.text = ScreenText() if read_text else None
        self.words: list[Words] = []
        self.gaps: Counter[int] = Counter()  # milliseconds between pictures
        self.first_s: Fraction | None = None
        self.last_s = ZERO
        watchers: list[Analyser] = [self.light, self.motion, self.shots, self.hearing, self.faces]
        self.watchers = [*watchers, self.text] if self.text else watchers

    def picture(self, picture: Picture) -> None:
        if self.first_s is None:
            self.first_s = picture.time_s
        else:
            self.gaps[round((picture.time_s - self.last_s) * 1000)] += 1
        self.last_s = picture.time_s
        for watcher in self.watchers:
            watcher.picture(picture)

    def still(self, still: Still) -> None:
        for watcher in self.watchers:
            watcher.still(still)

    def sound(self, sound: Sound) -> None:
        for watcher in self.watchers:
            watcher.sound(sound)

    @property
    def variable_rate(self) -> bool:
        """Whether more than one gap in twenty differs by a quarter from the usual one."""
        count = self.gaps.total()
        if count < 8:
            return False
        usual = max(1, sorted(self.gaps.elements())[count // 2])
        odd = sum(n for gap, n in self.gaps.items() if abs(gap - usual) * 4 > usual and gap > 1)
        return odd * 20 > count


def watch(
    events: Iterable[Event], found: Probe, crew: Crew, share: Share | None = None
) -> Analysis:
    """What a crew makes of the events of one pass."""
    ending: Ending | None = None
    told = ZERO
    claimed = found.claimed_duration_s or ZERO
    for event in events:
        match event:
            case Picture():
                crew.picture(event)
                at = event.time_s
            case Sound():
                crew.sound(event)
                at = event.start_s
            case Still():
                crew.still(event)
                continue
            case Words():
                crew.words.append(event)
                continue
            case Ending():
                ending = event
                continue
        if share and claimed > 0 and at >= told:
            told = at + Fraction(1, 2)
            share(min(0.99, float(at / claimed)))
    if ending is None:
        return Analysis("rejected", f"{found.path.name} gave no picture and no sound", "damaged")
    return _result(found, crew, ending)


def _result(found: Probe, crew: Crew, ending: Ending) -> Analysis:
    if ending.verdict == "rejected" or ending.duration_s <= 0:
        reason = ending.reason or "nothing in it decodes"
        return Analysis("rejected", reason, "damaged")
    duration = ending.duration_s
    crew.hearing.finish(duration)
    ranges = moment_ranges(duration)
    has_picture = crew.first_s is not None
    picture = TimeRange(crew.first_s or ZERO, max(ending.picture_end_s, crew.first_s or ZERO))
    technical = _technical(found, crew, picture if has_picture else None)
    notes = (*technical.notes, *_odd_times(found, technical, duration))
    senses = senses_of(
        crew.light.looks(ranges),
        crew.motion.movements(ranges),
        crew.hearing.moments(ranges),
        crew.faces.people(ranges),
    )
    shots = crew.shots.finish(picture.end) if has_picture else ()
    return Analysis(
        status="ok" if ending.verdict == "ok" else "partial",
        reason=ending.reason,
        duration_s=duration,
        technical=replace(technical, notes=notes),
        shots=shots or (TimeRange(ZERO, duration),),
        moments=ranges,
        senses=senses,
        screen_text=tuple(_texts(crew, ranges, duration)),
        subtitles=_lines(crew.words, duration),
    )


def _odd_times(found: Probe, facts: Technical, duration: Fraction) -> list[str]:
    """What is odd about a file's times, and which time Roughcut goes by."""
    said, odd = Fraction(1, 2), []
    start, end = Fraction(facts.picture_start_s), Fraction(facts.picture_end_s)
    if facts.has_picture and start > said:
        odd.append(f"the picture starts at {clock(start)}, after the sound")
    if facts.has_picture and duration - end > said:
        odd.append(
            f"the picture ends at {clock(end)}; it goes by its sound, {clock(duration)} long"
        )
    claimed = found.claimed_duration_s or ZERO
    if claimed > 2 * duration + 1:
        odd.append(
            f"the header claims {clock(claimed)}; it goes by what decodes, {clock(duration)}"
        )
    if facts.variable_rate:
        odd.append("variable frame rate; it goes by time stamps")
    return odd


def _texts(crew: Crew, ranges: tuple[TimeRange, ...], duration_s: Fraction) -> list[str]:
    if crew.text is None:
        return [""] * len(ranges)
    return texts(crew.text.finish(duration_s), ranges)


def _technical(found: Probe, crew: Crew, picture: TimeRange | None) -> Technical:
    video, audio = found.video, found.audio
    facts = Technical(
        container=found.container,
        codec=video.codec if video else audio.codec if audio else "",
        has_picture=picture is not None,
        has_sound=crew.hearing.heard_any,
        created=found.created,
        notes=found.notes,
    )
    if video is None or picture is None:
        return facts
    return replace(
        facts,
        width=video.width,
        height=video.height,
        rotation=video.rotation,
        rate=str(video.rate),
        bits=video.bits,
        hdr=video.hdr,
        variable_rate=crew.variable_rate,
        picture_start_s=str(picture.start),
        picture_end_s=str(picture.end),
    )


def _lines(words: list[Words], duration_s: Fraction) -> tuple[Line, ...]:
    """The subtitle lines of one language: English where there is, else the first that came."""
    languages = list(dict.fromkeys(w.language for w in words))
    ours = next((lang for lang in languages if lang.lower()[:2] == "en"), *languages[:1] or [""])
    lines: dict[tuple[Fraction, str], Line] = {}
    for word in words:
        text, end = clean(word.text), min(word.end_s, duration_s)
        if word.language == ours and text and word.start_s < end:
            lines[word.start_s, text] = Line(TimeRange(max(ZERO, word.start_s), end), text)
    return tuple(sorted(lines.values(), key=lambda line: line.range))
