"""A small synthesiser for music beds: chords, a bass and a pluck by mood, tempo and seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tools.moods import BRIGHT, CALM, COLD, DARK, LIVELY, MOODS, WARM, Mood

RATE_HZ = 48_000
PEAK = 0.5  # -6 dBFS

Sound = NDArray[np.float32]

_MAJOR, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)


@dataclass(frozen=True, slots=True)
class Score:
    """How a bed sounds. `chords` are scale degrees from 0; root is a MIDI note."""

    scale: tuple[int, ...]
    root: int
    tempo_bpm: int
    chords: tuple[tuple[int, ...], ...]  # progressions to choose from
    pluck: float  # 0 to 1
    pulse: float  # 0 to 1
    soft: float  # 0 bright to 1 dull

    @property
    def words(self) -> str:
        """The bed in words."""
        key = "major" if self.scale is _MAJOR else "minor"
        return f"{key} chords at {self.tempo_bpm} beats per minute"


_SCORES: tuple[tuple[Mood, Score], ...] = (
    (CALM, Score(_MAJOR, 48, 66, ((0, 4, 5, 3), (0, 2, 3, 4)), 0.25, 0.0, 0.8)),
    (LIVELY, Score(_MAJOR, 50, 118, ((0, 4, 5, 3), (5, 3, 0, 4)), 0.8, 0.8, 0.2)),
    (BRIGHT, Score(_MAJOR, 53, 100, ((0, 3, 4, 3), (0, 5, 3, 4)), 0.7, 0.4, 0.3)),
    (DARK, Score(_MINOR, 45, 72, ((0, 5, 3, 4), (0, 3, 5, 0)), 0.15, 0.2, 0.9)),
    (WARM, Score(_MAJOR, 48, 84, ((0, 5, 3, 4), (3, 4, 2, 5)), 0.45, 0.2, 0.6)),
    (COLD, Score(_MINOR, 50, 76, ((0, 2, 5, 4), (0, 6, 5, 4)), 0.35, 0.1, 0.5)),
)
_PLAIN = _SCORES[4][1]


def score_for(moods: tuple[str, ...], tempo_bpm: int | None = None) -> Score:
    """The score of the first mood that is known, at the asked tempo."""
    mood = next((MOODS[m] for m in moods if m in MOODS), None)
    found = next((score for known, score in _SCORES if known is mood), _PLAIN)
    if tempo_bpm is None:
        return found
    return replace(found, tempo_bpm=tempo_bpm)


def synthesise(score: Score, length_s: Fraction, seed: int) -> Sound:
    """(N, 2) float32 stereo at 48 kHz, -1 to 1, of exactly `length_s`. Same input, same samples."""
    dice = np.random.default_rng(seed)
    count = int(length_s * RATE_HZ)
    beat = 60.0 / score.tempo_bpm
    bar = int(4 * beat * RATE_HZ)
    score = replace(score, root=score.root + int(dice.integers(-3, 4)))
    progression = score.chords[int(dice.integers(len(score.chords)))]
    out = np.zeros((count + 2 * bar, 2), dtype=np.float32)
    for number, start in enumerate(range(0, count, bar)):
        degree = progression[number % len(progression)]
        _pad(out, start, bar, score, degree)
        _bass(out, start, bar, score, degree)
        if number or score.pluck > 0.5:
            _plucks(out, start, bar, score, degree, dice)
    return _finished(out[:count])


def _hertz(score: Score, degree: int, octave: int = 0) -> float:
    turns, step = divmod(degree, len(score.scale))
    note = score.root + score.scale[step] + 12 * (turns + octave)
    return float(440.0 * 2 ** ((note - 69) / 12))


def _tone(hertz: float, samples: int, soft: float, *, detune: float = 0.0) -> Sound:
    """A few harmonics, duller as `soft` rises. (samples,) float32."""
    time = np.arange(samples, dtype=np.float64) / RATE_HZ
    tone = np.zeros(samples, dtype=np.float64)
    for harmonic in range(1, 7):
        frequency = hertz * harmonic * (1 + detune)
        if frequency < 8000:
            tone += np.sin(2 * np.pi * frequency * time) * harmonic ** (-1.2 - 2 * soft)
    return tone.astype(np.float32)


def _swell(samples: int, rise: float, fall: float) -> Sound:
    """An envelope that rises and falls over shares of its length."""
    up, down = max(1, int(samples * rise)), max(1, int(samples * fall))
    envelope = np.ones(samples, dtype=np.float32)
    envelope[:up] = np.sin(np.linspace(0, np.pi / 2, up)) ** 2
    envelope[-down:] *= np.cos(np.linspace(0, np.pi / 2, down)) ** 2
    return envelope


def _mix(out: Sound, start: int, tone: Sound, pan: float) -> None:
    """Adds a mono tone at a sample, panned from 0 (left) to 1 (right), at equal power."""
    room = out[start : start + len(tone)]
    tone = tone[: len(room)]
    room[:, 0] += tone * np.float32(np.cos(pan * np.pi / 2))
    room[:, 1] += tone * np.float32(np.sin(pan * np.pi / 2))


def _pad(out: Sound, start: int, bar: int, score: Score, degree: int) -> None:
    """A chord that swells into the next bar."""
    samples = int(bar * 1.3)
    envelope = _swell(samples, 0.25, 0.35) * np.float32(0.14)
    for place, step in enumerate((0, 2, 4, 6 if score.soft > 0.5 else 7)):
        hertz = _hertz(score, degree + step, 1)
        for side, detune in ((0.25, -0.0012), (0.75, 0.0012)):
            tone = _tone(hertz, samples, score.soft, detune=detune)
            _mix(out, start, tone * envelope, side + 0.1 * (place % 2) - 0.05)


def _bass(out: Sound, start: int, bar: int, score: Score, degree: int) -> None:
    """A long root, or one on each beat where the score has a pulse."""
    beats = 4 if score.pulse > 0.5 else 2 if score.pulse > 0.15 else 1
    samples = bar // beats
    for beat in range(beats):
        tone = _tone(_hertz(score, degree, -1), samples, 0.9)
        fade = _swell(samples, 0.02, 0.6) * np.float32(0.3)
        _mix(out, start + beat * samples, tone * fade, 0.5)


def _plucks(
    out: Sound, start: int, bar: int, score: Score, degree: int, dice: np.random.Generator
) -> None:
    """Chord notes on eighths, each with the score's chance, that ring out."""
    step, ring = bar // 8, int(RATE_HZ * 1.2)
    decay = np.exp(-np.arange(ring, dtype=np.float32) / np.float32(RATE_HZ * 0.28))
    for eighth in range(8):
        if dice.random() >= score.pluck * (1.0 if eighth % 2 == 0 else 0.6):
            continue
        note = degree + int(dice.choice((0, 2, 4, 7)))
        tone = _tone(_hertz(score, note, 2), ring, score.soft * 0.7)
        _mix(out, start + eighth * step, tone * decay * np.float32(0.16), float(dice.random()))


def _finished(sound: Sound) -> Sound:
    """At the peak, faded over 20 ms at both ends so that no click is left."""
    if not len(sound):
        return sound
    top = float(np.abs(sound).max())
    sound = sound * np.float32(PEAK / top) if top > 0 else sound
    edge = min(RATE_HZ // 50, len(sound) // 2)
    if edge:
        ramp = np.linspace(0, 1, edge, dtype=np.float32)[:, None]
        sound[:edge] *= ramp
        sound[-edge:] *= ramp[::-1]
    return sound
