"""The beats that a film is cut to: of the music under it, or of a tempo that is given."""

from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from project.errors import BadArguments
from timeline.model import Clip, Timeline
from timeline.time import TimeRange, exact
from tools.dailies import Dailies, listed
from tools.music import TRACK
from tools.proposal import Evidence
from tools.spoken import cite

_TEMPO = re.compile(r"\bat (\d+) beats per minute\b")
SYNTHESISER = "synthesiser"


@dataclass(frozen=True, slots=True)
class Pulse:
    """Beats in timeline seconds, in order, where they come from, and evidence of it."""

    beats_s: tuple[Fraction, ...]
    words: str  # "the music (bed.wav)", "a tempo of 120"
    cited: tuple[Evidence, ...] = ()

    @property
    def bpm(self) -> float:
        """Beats a minute, by the usual distance between two."""
        gaps = [float(b - a) for a, b in pairwise(self.beats_s)]
        return 60 / statistics.median(gaps) if gaps else 0.0

    def every(self, many: int, phase: int) -> tuple[Fraction, ...]:
        """Each `many`th beat, from the one in place `phase`."""
        return self.beats_s[phase::many]


def given(bpm: float, length_s: Fraction) -> Pulse:
    """Beats of a tempo from the film's start to its end."""
    step = 60 / exact(bpm)
    count = int(length_s / step) + 2
    return Pulse(tuple(n * step for n in range(count)), f"a tempo of {bpm:g} beats a minute")


def of_music(timeline: Timeline, dailies: Dailies) -> Pulse:
    """The beats of the music under the film. Raises BadArguments where none are known."""
    beds = timeline.clips(TRACK) if any(t.name == TRACK for t in timeline.tracks) else ()
    if not beds:
        raise BadArguments(
            "there is no music under the film whose beat could be cut to; lay some with the music"
            " tool, or give a tempo in beats per minute (bpm)"
        )
    beats: list[Fraction] = []
    cited: list[Evidence] = []
    for at, bed in beds:
        found = _beats(bed, dailies)
        beats += [at + (beat - bed.source.start) / bed.speed for beat in found]
        if found:
            cited.append(_heard(bed, dailies))
    if len(beats) < 2:
        names = listed(list(dict.fromkeys(repr(bed.name) for _, bed in beds)))
        raise BadArguments(
            f"no steady beat is heard in the music under the film ({names}); give a tempo in"
            " beats per minute (bpm), or lay livelier music"
        )
    return Pulse(tuple(sorted(beats)), f"the music ({beds[0][1].name})", tuple(cited[:1]))


def _beats(bed: Clip, dailies: Dailies) -> list[Fraction]:
    """The beats of the part that plays, in source seconds.

    A bed that was made here has them by its own score; in other music they were listened for.
    """
    footage = dailies.footage(bed.footage_id)
    told = _TEMPO.search(footage.origin.prompt) if footage.origin else None
    if footage.origin and footage.origin.backend == SYNTHESISER and told:
        step = Fraction(60, int(told[1]))
        first = -int(-bed.source.start // step)
        count = int((bed.source.end - bed.source.start) / step) + 1
        every = [(first + n) * step for n in range(count)]
    else:
        moments = dailies.within(bed.footage_id, bed.source)
        every = [exact(beat) for moment in moments for beat in moment.senses.beats]
    return [beat for beat in every if bed.source.start <= beat < bed.source.end]


def _heard(bed: Clip, dailies: Dailies) -> Evidence:
    """What the index says of the music's beat; its name where it says nothing."""
    span = TimeRange(bed.source.start, bed.source.end)
    words = [w for m in dailies.within(bed.footage_id, span) for w in m.senses.words]
    steady = [w for w in words if "beat" in w]
    if steady:
        return cite("senses", bed.footage_id, span, steady[0])
    return cite("name", bed.footage_id, span, dailies.footage(bed.footage_id).name)


def near(beats: Sequence[Fraction], at_s: Fraction, within_s: Fraction) -> list[Fraction]:
    """The beats at most `within_s` away."""
    return [beat for beat in beats if abs(beat - at_s) <= within_s]
