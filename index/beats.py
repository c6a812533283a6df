"""The steady pulse of music: how fast it goes and where its beats fall, as far as there is one.

Onset strength is how much louder eight bands of the sound grew within 8 ms (after Dixon 2006).
In windows of ten seconds its autocorrelation says the tempo; the phase at that tempo is its Fourier
coefficient, and the windows' cosines added up peak at the beats (Grosche & Müller 2011). A pulse
counts only where it comes back after one, two, three and four beats and goes on at one tempo for
seconds: syllables and footsteps do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16000
HOP, FRAME = 128, 256  # samples: a value each 8 ms
SPAN = FRAME + 2 * HOP  # three frames in one value, or a mains buzz would beat against the hop
STRIKES = 7 / 8  # of the span: where in it a stroke is when it is first heard
PER_S = RATE_HZ / HOP
EDGES_HZ = (0, 125, 250, 500, 1000, 2000, 3000, 4500, 8000)
FLOOR_DB = -75.0  # a band below it is silent; what rises below it is not heard
WINDOW_S = 10.0
SHORTEST_S = 4.0  # of sound, below which no pulse can be told
SLOWEST_BPM, FASTEST_BPM = 50.0, 200.0
USUAL_BPM, OCTAVES = 115.0, 1.0  # where people tap, and how far from it (Moelants 2002)
TWICE = 0.85  # a pulse that comes back as surely after half the time is twice as fast
CLEAR, STAYS_CLEAR = 0.24, 0.18  # mean autocorrelation at one to four beats: begins, goes on
SAME_TEMPO = 0.04
ECHOES = 4
NEAR_S = 0.05  # an onset this near to a beat is its own
FAINTEST_DB = 0.05  # rms rise of the level: less is no onset
SLOW_SHARE = 0.15
SOFT = np.hanning(11)[1:-1]
STRUCK = 1.0  # standard deviations above the mean: an onset
Values = NDArray[np.float64]
Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pulse:
    """A stretch of sound with one steady pulse. beats_s: seconds on the footage's timeline."""

    beats_s: tuple[float, ...]
    tempo_bpm: float


@dataclass(frozen=True, slots=True)
class Window:
    """Ten seconds from value `at` on: beats per minute, and how clear they are, 0 to 1."""

    at: int
    tempo: float
    clear: float


class BeatSense:
    """Takes samples in order; keeps 125 numbers for each second of sound."""

    def __init__(self) -> None:
        self._runs: list[tuple[float, list[Values]]] = []  # time of the first sample, strengths
        self._end_s = -1.0
        self._rest = np.zeros(0, np.float32)
        self._bands: NDArray[np.float32] | None = None

    def listen(self, samples: Samples, start_s: float) -> None:
        """Takes (N,) float32 at 16 kHz that begin `start_s` seconds into the footage."""
        if not self._runs or abs(start_s - self._end_s) > 0.05:
            self._runs.append((start_s, []))
            self._rest, self._bands = np.zeros(0, np.float32), None
        self._end_s = start_s + len(samples) / RATE_HZ
        heard = np.concatenate([self._rest, samples])
        count = max(0, (len(heard) - SPAN) // HOP + 1)
        self._rest = heard[count * HOP :]
        if not count:
            return
        bands = band_levels(heard[: (count - 1) * HOP + SPAN])
        before = bands[:1] if self._bands is None else self._bands
        self._bands = bands[-1:]
        rise = np.maximum(np.diff(bands, axis=0, prepend=before), 0).mean(axis=1)
        self._runs[-1][1].append(rise.astype(np.float64))

    def pulses(self) -> tuple[Pulse, ...]:
        """Every stretch with a steady pulse, in order."""
        found: list[Pulse] = []
        for start_s, strengths in self._runs:
            if strengths:
                found += pulses_in(np.concatenate(strengths), start_s)
        return tuple(found)


def band_levels(samples: Samples) -> NDArray[np.float32]:
    """Level of each band in each span, in dB above the floor: (spans, 8) float32, 0 or more."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP]
    spectrum = np.fft.rfft(frames * _window(), axis=1)
    power = spectrum.real**2 + spectrum.imag**2
    edges = [round(hz * FRAME / RATE_HZ) for hz in EDGES_HZ[:-1]]
    sums = np.add.reduceat(power, edges, axis=1) * (2.0 / FRAME**2)
    mixed = 0.25 * sums[:-2] + 0.5 * sums[1:-1] + 0.25 * sums[2:]
    above = mixed * np.float32(10 ** (-FLOOR_DB / 10))
    return np.asarray(10 * np.log10(np.maximum(above, 1)), np.float32)


@lru_cache(maxsize=1)
def _window() -> NDArray[np.float32]:
    return np.hanning(FRAME).astype(np.float32)


def pulses_in(strength: Values, start_s: float) -> list[Pulse]:
    """The pulses in one unbroken run of onset strengths, 125 a second from `start_s` on."""
    if len(strength) < SHORTEST_S * PER_S:
        return []
    onsets = evened(strength)
    length = min(len(onsets), round(WINDOW_S * PER_S))
    starts = sorted({*range(0, len(onsets) - length, round(PER_S)), len(onsets) - length})
    windows = [Window(at, *tempo_of(onsets[at : at + length])) for at in starts]
    runs = (_pulse(onsets, run, length, start_s) for run in _steady(windows))
    return _apart([pulse for pulse in runs if pulse])


def _apart(pulses: Sequence[Pulse]) -> list[Pulse]:
    """Pulses whose windows overlapped, each up to the middle between them."""
    out: list[Pulse] = []
    for pulse in pulses:
        if out and out[-1].beats_s[-1] >= pulse.beats_s[0]:
            middle = (out[-1].beats_s[-1] + pulse.beats_s[0]) / 2
            before = tuple(t for t in out[-1].beats_s if t < middle)
            pulse = replace(pulse, beats_s=tuple(t for t in pulse.beats_s if t >= middle))
            out[-1] = replace(out[-1], beats_s=before)
        out.append(pulse)
    return [pulse for pulse in out if len(pulse.beats_s) >= 2 * ECHOES]


def evened(strength: Values) -> Values:
    """Onset strength less its mean within half a second, over its spread within four seconds."""
    usual = _smoothed(strength, round(PER_S / 2))
    above = np.maximum(strength - usual, 0)
    spread = np.sqrt(_smoothed(above**2, round(4 * PER_S)))
    # a buzz pulses too, but so fast that next to nothing is left of it after 40 ms of smoothing
    slow = np.maximum(np.convolve(strength, SOFT / SOFT.sum(), mode="same") - usual, 0)
    left = np.sqrt(_smoothed(slow**2, round(4 * PER_S)))
    heard = left > np.maximum(FAINTEST_DB, SLOW_SHARE * spread)
    return np.where(heard, above, 0) / np.maximum(spread, max(0.2 * float(spread.max()), 1e-9))


def _smoothed(values: Values, width: int) -> Values:
    """Mean over `width` values around each, fewer at the ends."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    places = np.arange(len(values))
    low = np.maximum(places - width // 2, 0)
    high = np.minimum(places + width // 2 + 1, len(values))
    return np.asarray((sums[high] - sums[low]) / (high - low))


def tempo_of(onsets: Values) -> tuple[float, float]:
    """Beats per minute of one window and how clear they are, 0 to 1."""
    soft = np.convolve(onsets, np.hanning(7)[1:-1], mode="same")
    soft = soft - soft.mean()
    size = 1 << (2 * len(soft) - 1).bit_length()
    power = np.abs(np.fft.rfft(soft, size)) ** 2
    echo = np.fft.irfft(power, size)[: len(soft)]
    if echo[0] <= 0:
        return 0.0, 0.0
    echo = echo / echo[0] * len(soft) / np.maximum(len(soft) - np.arange(len(soft)), 1)
    bpm = np.exp(np.arange(np.log(SLOWEST_BPM), np.log(FASTEST_BPM), 0.004))
    clear = _clarity(echo, bpm)
    liked = np.exp(-0.5 * (np.log2(bpm / USUAL_BPM) / OCTAVES) ** 2)
    best = int(np.argmax(clear * liked))
    tempo = float(bpm[best])
    if 2 * tempo <= FASTEST_BPM:
        twice = np.array([2 * tempo])
        if _clarity(echo, twice)[0] >= TWICE * clear[best]:
            tempo = 2 * tempo
    return tempo, float(_clarity(echo, np.array([tempo]))[0])


def _clarity(echo: Values, bpm: Values) -> Values:
    """Mean of the autocorrelation at one, two, three and four beats of each tempo."""
    lags = np.outer(60 * PER_S / bpm, np.arange(1, ECHOES + 1))
    usable = lags < 0.8 * len(echo)
    low = np.minimum(lags.astype(int), len(echo) - 2)
    part = np.clip(lags - low, 0, 1)
    values = echo[low] * (1 - part) + echo[low + 1] * part
    return np.asarray((values * usable).sum(axis=1) / np.maximum(usable.sum(axis=1), 1))


def _steady(windows: Sequence[Window]) -> list[list[Window]]:
    """Neighbouring windows with a clear pulse at one tempo; its octave is the clearest one."""
    runs: list[list[Window]] = []
    joined = False
    for window in windows:
        if window.clear < (STAYS_CLEAR if joined else CLEAR):
            joined = False
            continue
        if joined and abs(_folded(window.tempo, runs[-1][-1].tempo) - 1) <= SAME_TEMPO:
            runs[-1].append(window)
        else:
            runs.append([window])
        joined = True
    return [_one_octave(run) for run in runs]


def _folded(tempo: float, other: float) -> float:
    """The ratio of two tempos, halved or doubled until nearest to 1."""
    ratio = tempo / other
    return float(ratio * 2.0 ** -np.round(np.log2(ratio)))


def _one_octave(run: Sequence[Window]) -> list[Window]:
    """The run at the tempo most of it has, where some windows were heard at half or twice it."""
    usual = max(run, key=lambda w: sum(o.clear for o in run if abs(o.tempo / w.tempo - 1) < 0.2))
    return [replace(w, tempo=usual.tempo * _folded(w.tempo, usual.tempo)) for w in run]


def _pulse(onsets: Values, run: Sequence[Window], length: int, start_s: float) -> Pulse | None:
    """The beats of neighbouring windows: where their cosines, added up, peak."""
    first, last = run[0].at, run[-1].at + length
    curve, weight = np.zeros(last - first), np.zeros(last - first)
    taper = np.hanning(length + 2)[1:-1]
    places = np.arange(length)
    for window in run:
        tempo, phase = _refined(onsets[window.at : window.at + length], window.tempo)
        span = slice(window.at - first, window.at - first + length)
        curve[span] += taper * np.cos(2 * np.pi * tempo / 60 / PER_S * places - phase)
        weight[span] += taper
    curve /= weight
    padded = np.concatenate([[-2.0], curve, [-2.0]])
    peaks = np.flatnonzero((curve >= padded[:-2]) & (curve > padded[2:]) & (curve > 0.3)) + first
    frames = _struck(onsets, peaks)
    if len(frames) < 2 * ECHOES:
        return None
    times = start_s + (np.array(frames) * HOP + STRIKES * SPAN) / RATE_HZ
    return Pulse(tuple(round(float(t), 3) for t in times), round(_rate(times), 1))


def _rate(times: Values) -> float:
    """Beats per minute of the straight line through the beats, left out ones counted."""
    gap = float(np.median(np.diff(times)))
    counts = np.cumsum(np.concatenate([[0.0], np.round(np.diff(times) / gap)]))
    return 60 / float(np.polyfit(counts, times, 1)[0])


def _refined(onsets: Values, tempo: float) -> tuple[float, float]:
    """The tempo near `tempo` at which the onsets agree most, and their phase, radians."""
    near = tempo * np.linspace(0.97, 1.03, 25)
    places = np.arange(len(onsets))
    waves = np.exp(-2j * np.pi * np.outer(near / 60 / PER_S, places))
    turned = waves @ (onsets * np.hanning(len(onsets) + 2)[1:-1])
    best = int(np.argmax(np.abs(turned)))
    return float(near[best]), -float(np.angle(turned[best]))


def _struck(onsets: Values, frames: NDArray[np.intp]) -> list[int]:
    """Beats moved onto the onset beside them; none before the first or after the last struck."""
    near = round(NEAR_S * PER_S)
    level = float(onsets.mean() + STRUCK * onsets.std())
    moved, struck = [], []
    for frame in frames:
        low = max(0, int(frame) - near)
        best = low + int(np.argmax(onsets[low : int(frame) + near + 1]))
        hit = bool(onsets[best] >= level)
        moved.append(best if hit else int(frame))
        struck.append(hit)
    steady = [n for n in range(len(moved)) if sum(struck[max(0, n - 2) : n + 3]) >= 3]
    kept = moved[steady[0] : steady[-1] + 1] if steady else []
    return [a for a, b in pairwise([*kept, 1 << 60]) if b > a]
