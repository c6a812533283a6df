"""When somebody speaks in a clip, and which of the pauses between are silences.

By the times of the words where they are known; else the sound is listened to again, in frames
of 32 ms. A pause in which something else is as loud as the speech (laughter, music, a door) is
no silence and stays.
"""

from __future__ import annotations

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
from tools.spoken import Said, said_in

SPOKEN = 0.3  # share of a second with speech, from which somebody speaks in it
BELOW_DB = 6.0  # how much quieter than the speech a silence is


@dataclass(frozen=True, slots=True)
class Talk:
    """When somebody speaks in a clip, in source seconds, in order.

    words: what is said at these times, where the words are known one by one.
    """

    spans: tuple[TimeRange, ...]
    words: tuple[Said, ...] = ()
    sound: NDArray[np.float32] | None = None  # of the clip, where it was listened to


def talk_in(clip: Clip, dailies: Dailies) -> Talk | None:
    """When somebody speaks in the clip; None where nobody does. Raises MediaError."""
    said = said_in(clip, dailies)
    if said and not said[0].line:
        return Talk(tuple(word.range for word in said), said)
    if not said and not _speaks(clip, dailies):
        return None
    footage = dailies.footage(clip.footage_id)
    heard = _sound(footage.path, footage.fingerprint, clip.source.start, clip.source.end)
    spans = tuple(
        TimeRange(clip.source.start + _milliseconds(a), clip.source.start + _milliseconds(b))
        for a, b in voiced(heard)
    )
    return Talk(tuple(s.clamp(clip.source) for s in spans), (), heard)


def silent(pause: TimeRange, room: TimeRange, talk: Talk, clip: Clip, dailies: Dailies) -> bool:
    """Whether nothing is heard in a pause that is nearly as loud as the speech around it.

    room: from word to word; pause: what of it would go.
    """
    if talk.sound is not None:
        inside = _level(talk.sound, pause, clip)
        spoken = [_level(talk.sound, span, clip) for span in talk.spans]
        return inside <= median(spoken) - BELOW_DB
    moments = dailies.within(clip.footage_id, clip.source)
    spoken_db = [m.senses.loudness_db for m in moments if m.senses.speech >= SPOKEN]
    if not spoken_db or median(spoken_db) <= SILENCE_DB:
        return True  # nothing was measured: the words are all there is to go by
    loud = median(spoken_db) - BELOW_DB
    return all(m.senses.loudness_db <= loud for m in moments if room.contains(m.range))


def _speaks(clip: Clip, dailies: Dailies) -> bool:
    inside = dailies.within(clip.footage_id, clip.source)
    return any(moment.senses.speech >= SPOKEN for moment in inside)


@lru_cache(maxsize=4)
def _sound(path: Path, fingerprint: str, start_s: Fraction, end_s: Fraction) -> NDArray[np.float32]:  # noqa: ARG001 - other content is another key
    """(N,) float32, 16 kHz mono; a proposal that is made again does not listen again."""
    return np.nan_to_num(sound_of(path, start_s, end_s, rate_hz=RATE_HZ))


def _level(sound: NDArray[np.float32], span: TimeRange, clip: Clip) -> float:
    """The mean loudness of a span of the clip in dBFS."""
    first, last = (int((s - clip.source.start) * RATE_HZ) for s in (span.start, span.end))
    part = sound[max(0, first) : last].astype(np.float64)
    return decibels(float((part**2).mean())) if len(part) else -100.0


def _milliseconds(seconds: float) -> Fraction:
    return Fraction(round(seconds * 1000), 1000)
