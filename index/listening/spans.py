"""Where speech is heard in a file, cut into pieces a transcriber can take; the rest is left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.hearing import RATE_HZ, VAD_BLOCK, VAD_FRAME, Voice, spoken
from media.sound import samples as sound_of
from media.values import Cancel
from project.footage import Moment
from timeline.time import TimeRange

PAD = RATE_HZ // 5  # 0.2 s around speech: its first and last consonants are quiet
JOIN = RATE_HZ // 2  # a shorter silence belongs to the speech around it
SHORTEST = RATE_HZ // 10  # less speech than this is a click
LONGEST = 30 * RATE_HZ  # what Whisper and its kin take at once
EVENLY = 15 * RATE_HZ  # speech that is too long is cut between here and the longest
APART = 5 * RATE_HZ  # parts farther from each other are not asked about together
BLOCK = 300 * RATE_HZ  # sound held at once, 19 MB
BESIDE_S = Fraction(1)  # around a second in which speech was heard
SEEK_S = Fraction(20)  # decoding this much on is as fast as opening the file again
QUIET_FRAMES = 5  # 0.16 s: how long the quietest place is

Samples = NDArray[np.float32]
Part = tuple[int, int]  # samples, half-open, counted from the start of what was given


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Speech for one question: parts of a file without what lies between them.

    parts: in order of time, each padded by 0.2 s; samples: (N,) float32, 16 kHz mono.
    """

    parts: tuple[TimeRange, ...]
    samples: Samples

    @property
    def duration(self) -> Fraction:
        return Fraction(len(self.samples), RATE_HZ)

    def in_file(self, start_s: float, end_s: float) -> TimeRange:
        """A span of the piece as a span of the file, to the millisecond.

        Over the seam of two parts it is cut to the one it has more of.
        """
        best, most, at = self.parts[0], -1.0, 0.0
        offset = Fraction(0)
        for part in self.parts:
            length = float(part.duration)
            shared = min(end_s, at + length) - max(start_s, at)
            if shared > most:
                best, most, offset = part, shared, part.start - Fraction(at)
            at += length
        start, end = (_milliseconds(Fraction(t) + offset) for t in (start_s, end_s))
        return TimeRange(start, max(start, end)).clamp(best)


def stretches(moments: Sequence[Moment], whole: TimeRange) -> list[TimeRange]:
    """The spans of a file worth listening to: near seconds in which speech was heard.

    All of it where nothing was measured. Near spans are one, so that a file is seldom opened.
    """
    if not moments:
        return [whole] if whole.duration > 0 else []
    found: list[TimeRange] = []
    for moment in moments:
        if moment.senses.speech <= 0:
            continue
        near = TimeRange(max(whole.start, moment.range.start - BESIDE_S),
                         max(whole.start, moment.range.end + BESIDE_S)).clamp(whole)  # fmt: skip
        if found and near.start - found[-1].end < SEEK_S:
            found[-1] = TimeRange(found[-1].start, max(found[-1].end, near.end))
        else:
            found.append(near)
    return found


def pieces(
    path: Path, where: Iterable[TimeRange], *, cancel: Cancel | None = None
) -> Iterator[Piece]:
    """The speech in these spans of the file at `path`, in order; at most 30 s in each piece.

    Raises MediaError where the sound does not decode, Cancelled.
    """
    for stretch in where:
        at, end = int(stretch.start * RATE_HZ), int(stretch.end * RATE_HZ)
        while at < end:
            until = min(at + BLOCK, end)
            span = Fraction(at, RATE_HZ), Fraction(until, RATE_HZ)
            heard = np.nan_to_num(sound_of(path, *span, rate_hz=RATE_HZ, cancel=cancel))
            found = parts(heard)
            following = until if until == end else until - JOIN
            if until < end and found and found[-1][1] > len(heard) - JOIN:
                following = at + found.pop()[0]  # it goes on behind the block: heard again whole
            yield from _packed(heard, found, at)
            at = following


def parts(heard: Samples) -> list[Part]:
    """Where speech is in (N,) 16 kHz mono: padded, joined over short silences, at most 30 s each.

    A longer one is cut at its quietest place between 15 and 30 s.
    """
    power, flags = _frames(heard)
    joined: list[Part] = []
    for start, end in _runs(flags):
        if joined and start - joined[-1][1] < JOIN:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    found: list[Part] = []
    for start, end in joined:
        if flags[start // VAD_FRAME : end // VAD_FRAME].sum() * VAD_FRAME >= SHORTEST:
            padded = max(0, start - PAD), min(len(heard), end + PAD)
            found += _divided(padded, power)
    return found


def voiced(heard: Samples) -> list[tuple[float, float]]:
    """The seconds of (N,) 16 kHz mono in which somebody speaks; all of it if nobody is heard."""
    runs = _runs(_frames(heard)[1])
    whole = len(heard) / RATE_HZ
    return [(a / RATE_HZ, min(whole, b / RATE_HZ)) for a, b in runs] or [(0.0, whole)]


def _frames(heard: Samples) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Power of each 32 ms, and whether it is speech."""
    count = -(-len(heard) // VAD_FRAME)
    frames = np.zeros((count, VAD_FRAME), np.float32)
    frames.reshape(-1)[: len(heard)] = heard
    power = (frames.astype(np.float64) ** 2).mean(axis=1)
    if not power.any():
        return power, np.zeros(count, bool)
    voice = Voice()  # its state begins anew with each stretch of sound
    chances = [voice.hear(frames[k : k + VAD_BLOCK]) for k in range(0, count, VAD_BLOCK)]
    return power, spoken(np.concatenate(chances))


def _runs(flags: NDArray[np.bool_]) -> list[Part]:
    """(start, end) in samples of each run of True frames."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a) * VAD_FRAME, int(b) * VAD_FRAME) for a, b in edges.reshape(-1, 2)]


def _divided(part: Part, power: NDArray[np.float64]) -> Iterator[Part]:
    """`part` in parts of at most 30 s, each cut at its quietest place."""
    start, end = part
    around = np.convolve(power, np.ones(QUIET_FRAMES), mode="same")
    while end - start > LONGEST:
        low = (start + EVENLY) // VAD_FRAME
        high = min(start + LONGEST, end - RATE_HZ) // VAD_FRAME
        window = around[low:high]
        # the last of equally quiet places, so that pieces are few
        cut = low + len(window) - 1 - int(np.argmin(window[::-1]))
        middle = cut * VAD_FRAME + VAD_FRAME // 2
        yield start, middle
        start = middle
    yield start, end


def _packed(heard: Samples, found: list[Part], offset: int) -> Iterator[Piece]:
    """Parts near each other in one piece while they fit: fewer questions, more context."""
    group: list[Part] = []
    for part in found:
        length = sum(b - a for a, b in group) + part[1] - part[0]
        if group and (length > LONGEST or part[0] - group[-1][1] > APART):
            yield _piece(heard, group, offset)
            group = []
        group.append(part)
    if group:
        yield _piece(heard, group, offset)


def _piece(heard: Samples, group: list[Part], offset: int) -> Piece:
    whole = [group[0]]
    for (_, before), (start, end) in pairwise(group):  # a place cut inside speech is no seam
        whole = [*whole[:-1], (whole[-1][0], end)] if start == before else [*whole, (start, end)]
    ranges = tuple(
        TimeRange(Fraction(offset + a, RATE_HZ), Fraction(offset + b, RATE_HZ)) for a, b in whole
    )
    return Piece(ranges, np.concatenate([heard[a:b] for a, b in whole]))


def _milliseconds(seconds: Fraction) -> Fraction:
    return Fraction(round(seconds * 1000), 1000)
