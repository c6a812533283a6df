"""Sound that a speech network takes for a voice: pulses through the resonances of a throat."""

from __future__ import annotations

import wave
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (570, 840, 2410), (300, 870, 2240))
Sound = NDArray[np.float32]


@lru_cache(maxsize=32)
def voice(seconds: float, pitch: float = 120.0, seed: int = 0) -> Sound:
    """Vowels one after the other at about `pitch` Hz, without a pause longer than 0.04 s."""
    random, count = np.random.default_rng(seed), int(seconds * RATE)
    t = np.arange(count) / RATE
    tune = pitch * (1 + 0.08 * np.sin(2 * np.pi * 2.1 * t) + 0.04 * np.sin(2 * np.pi * 0.7 * t))
    pulses = np.diff(np.floor(np.cumsum(tune) / RATE), prepend=0.0)
    pulses += 0.02 * random.standard_normal(count)
    out, at = np.zeros(count), 0
    while at < count:
        length = int(RATE * random.uniform(0.1, 0.2))
        vowel = pulses[at : at + length]
        for hertz, width in zip(VOWELS[random.integers(len(VOWELS))], (80, 100, 140), strict=True):
            vowel = _resonance(vowel, hertz, width)
        out[at : at + length] = vowel * np.hanning(len(vowel) + 2)[1:-1] ** 0.5
        at += length + int(RATE * random.uniform(0, 0.04))
    return (0.3 * out / np.abs(out).max()).astype(np.float32)


def _resonance(signal: NDArray[np.float64], hertz: float, width: float) -> NDArray[np.float64]:
    radius = np.exp(-np.pi * width / RATE)
    a, b = 2 * radius * np.cos(2 * np.pi * hertz / RATE), -radius * radius
    out, last, before = np.zeros(len(signal)), 0.0, 0.0
    for place, value in enumerate(signal):
        out[place] = value * (1 - radius) + a * last + b * before
        before, last = last, out[place]
    return out


def scene(length_s: float, *spoken: tuple[float, float, float]) -> Sound:
    """Faint noise with voices in it; spoken: (start_s, end_s, pitch in Hz)."""
    random = np.random.default_rng(7)
    out = (1e-4 * random.standard_normal(int(length_s * RATE))).astype(np.float32)
    for start, end, pitch in spoken:
        said = voice(end - start, pitch)
        out[int(start * RATE) : int(start * RATE) + len(said)] += said
    return out


def write_wav(sound: Sound, path: Path) -> Path:
    """`sound` as a 16-bit WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path
