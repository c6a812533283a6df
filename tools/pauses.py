"""When somebody speaks in a clip, and which of the pauses between are silences.

By the times of the words where they are known; else the sound is listened to again, in frames
of 32 ms. A pause in which something else is as loud as the speech (laughter, music, a door) is
no silence and stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from index.hearing import RATE_HZ, SILENCE_DB, decibels
from index.listening.spans import voiced
from media.sound import samples as sound_of
from timeline.model import Clip
from timeline.time import TimeRange
from tools.dailies import Dailies
from tools.spoken import Said, every_word_known, said_in, spoken_over

SPOKEN = 0.3  # share of a second with speech, from which somebody speaks in it
BELOW_DB = 6.0  # how much quieter than the speech a silence is
NEAR_S = Fraction(20)  # decoding this much more is as fast as opening the file again


@dataclass(frozen=True, slots=True)
class Talk:
    """When somebody speaks in a clip, in source seconds, in order.

    words: what is said at these times, where the words are known one by one; loudness_db: of the
    speech, where it was measured.
    """

    spans: tuple[TimeRange, ...]
    loudness_db: float | None
    words: tuple[Said, ...] = ()
    sound: NDArray[np.float32] | None = None  # of the clip, where it was listened to


class Ears:
    """Listens to clips; what lies near each other in one file is decoded once."""

    def __init__(self, clips: Sequence[Clip], dailies: Dailies) -> None:
        self.dailies = dailies
        self._stretches: dict[str, list[TimeRange]] = {}
        for clip in sorted(clips, key=lambda clip: clip.source):
            known = self._stretches.setdefault(clip.footage_id, [])
            if known and clip.source.start - known[-1].end < NEAR_S:
                known[-1] = TimeRange(known[-1].start, max(known[-1].end, clip.source.end))
            else:
                known.append(clip.source)

    def talk(self, clip: Clip) -> Talk | None:
        """When somebody speaks in the clip; None where nobody does. Raises MediaError."""
        said = said_in(clip, self.dailies)
        if said and not said[0].line:
            return Talk(tuple(word.range for word in said), _measured(clip, self.dailies), said)
        if not said and not _speaks(clip, self.dailies):
            return None
        footage = self.dailies.footage(clip.footage_id)
        near = next(s for s in self._stretches[footage.id] if s.contains(clip.source))
        heard, voices = _listened(footage.path, footage.fingerprint, near)
        spans = [voice.clamp(clip.source) for voice in voices if voice.overlap(clip.source) > 0]
        if not spans:
            return None
        first, last = (
            int((s - near.start) * RATE_HZ) for s in (clip.source.start, clip.source.end)
        )
        own = heard[first:last]
        return Talk(tuple(spans), median(_level(own, span, clip) for span in spans), sound=own)


@lru_cache(maxsize=2)
def _listened(
    path: Path,
    fingerprint: str,  # noqa: ARG001 - other content is another key
    span: TimeRange,
) -> tuple[NDArray[np.float32], list[TimeRange]]:
    """The sound of a span of a file, 16 kHz mono, and when somebody speaks in it.

    A proposal that is made again does not listen again.
    """
    heard = np.nan_to_num(sound_of(path, span.start, span.end, rate_hz=RATE_HZ))
    voices = [
        TimeRange(span.start + _milliseconds(a), span.start + _milliseconds(b))
        for a, b in voiced(heard)
    ]
    return heard, voices


def silent(pause: TimeRange, room: TimeRange, talk: Talk, clip: Clip, dailies: Dailies) -> bool:
    """Whether nothing is heard in a pause that is nearly as loud as the speech around it.

    room: from word to word; pause: what of it would go.
    """
    unsure = talk.words and not every_word_known(clip.footage_id, dailies)
    if unsure and spoken_over(clip.footage_id, pause, dailies) is not None:
        return False  # words that were not understood
    if talk.loudness_db is None:
        return True  # nothing was measured: the words are all there is to go by
    most = talk.loudness_db - BELOW_DB
    if talk.sound is not None:
        return _level(talk.sound, pause, clip) <= most
    inside = [m for m in dailies.within(clip.footage_id, room) if room.contains(m.range)]
    return all(moment.senses.loudness_db <= most for moment in inside)


def _measured(clip: Clip, dailies: Dailies) -> float | None:
    """How loud the seconds of the clip are in which somebody speaks; None where nobody measured."""
    inside = dailies.within(clip.footage_id, clip.source)
    spoken = [m.senses.loudness_db for m in inside if m.senses.speech >= SPOKEN]
    loud = median(spoken) if spoken else SILENCE_DB
    return loud if loud > SILENCE_DB else None


def _speaks(clip: Clip, dailies: Dailies) -> bool:
    inside = dailies.within(clip.footage_id, clip.source)
    return any(moment.senses.speech >= SPOKEN for moment in inside)


def _level(sound: NDArray[np.float32], span: TimeRange, clip: Clip) -> float:
    """The mean loudness of a span of the clip in dBFS."""
    first, last = (int((s - clip.source.start) * RATE_HZ) for s in (span.start, span.end))
    part = sound[max(0, first) : last].astype(np.float64)
    return decibels(float((part**2).mean())) if len(part) else -100.0


def _milliseconds(seconds: float) -> Fraction:
    return Fraction(round(seconds * 1000), 1000)
