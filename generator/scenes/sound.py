"""Ambience for scenes, synthesised: waves, wind, rain, city hum, fire, crickets, water, room tone.

Mono float32 from -1 to 1. Noise is shaped in one pass over its spectrum; loudness moves slowly.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from generator.scenes.registry import SCENES
from generator.values import GeneratorError

Samples = NDArray[np.float32]
Numbers = NDArray[np.float64]


def ambience(scene: str, seconds: float, seed: int, *, rate_hz: int = 48000) -> Samples:
    """The sound of `scene`, or of a kind of sound, as (N,) float32; quiet for silent scenes.

    Raises GeneratorError for a name that is neither.
    """
    kind = SCENES[scene].sound if scene in SCENES else scene
    if kind and kind not in _MAKERS:
        raise GeneratorError(
            f"ambience {scene!r} was asked for; there is {', '.join((*SCENES, *_MAKERS))}"
        )
    count = max(1, round(seconds * rate_hz))
    random = np.random.default_rng(seed)
    made = _MAKERS[kind or "room"](count, rate_hz, random)
    peak = float(np.abs(made).max()) or 1.0
    level = _LEVELS.get(kind or "room", 0.25)
    return np.asarray(_ends(made / peak * level, rate_hz), np.float32)


def shaped(count: int, rate_hz: int, random: np.random.Generator, curve: Numbers) -> Numbers:
    """Noise with gains over frequency. curve: rows of (hertz, decibels), straight lines between."""
    frequency = np.fft.rfftfreq(count, 1 / rate_hz)
    decibels = np.interp(np.log(frequency + 1), np.log(curve[:, 0] + 1), curve[:, 1])
    spectrum = np.fft.rfft(random.standard_normal(count)) * 10 ** (decibels / 20)
    noise = np.fft.irfft(spectrum, count)
    deviation: Numbers = noise / (noise.std() + 1e-12)
    return deviation


def swell(count: int, rate_hz: int, random: np.random.Generator, hertz: float) -> Numbers:
    """A slow wandering level, mean 0 and deviation about 1, moving at about `hertz`."""
    steps = max(4, int(count / rate_hz * hertz * 2) + 4)
    points = random.standard_normal(steps)
    place = np.linspace(0, steps - 3.001, count)
    whole = place.astype(int)
    share = (1 - np.cos((place - whole) * np.pi)) / 2
    out: Numbers = points[whole] * (1 - share) + points[whole + 1] * share
    return out


def _curve(*points: tuple[float, float]) -> Numbers:
    return np.array(points, np.float64)


def _waves(count: int, rate_hz: int, random: np.random.Generator) -> Numbers:
    time = np.arange(count) / rate_hz
    low = shaped(count, rate_hz, random, _curve((30, -30), (90, 0), (500, -6), (4000, -34)))
    hiss = shaped(count, rate_hz, random, _curve((300, -40), (1500, -6), (5000, 0), (15000, -18)))
    period = 6.5 + random.uniform(-0.8, 0.8)
    phase = time / period + random.uniform() + 0.05 * swell(count, rate_hz, random, 0.2)
    turn = phase - np.floor(phase)
    surge = np.where(turn < 0.35, (turn / 0.35) ** 2, np.exp(-(turn - 0.35) * 4.5))
    wash = np.where(turn < 0.35, (turn / 0.35) ** 4, np.exp(-(turn - 0.35) * 3.0))
    out: Numbers = low * (0.25 + 0.75 * surge) + 0.55 * hiss * (0.08 + wash)
    return out


def _wind(count: int, rate_hz: int, random: np.random.Generator) -> Numbers:
    body = shaped(count, rate_hz, random, _curve((20, -12), (120, 0), (600, -10), (3000, -40)))
    whistle = shaped(count, rate_hz, random, _curve((300, -50), (620, 0), (760, 0), (1500, -50)))
    gust = np.exp(0.55 * swell(count, rate_hz, random, 0.22))
    out: Numbers = body * gust + 0.16 * whistle * gust**2
    return out


def _rain(count: int, rate_hz: int, random: np.random.Generator) -> Numbers:
    wash = shaped(count, rate_hz, random, _curve((100, -30), (900, -8), (4000, 0), (14000, -8)))
    drops = _clicks(count, rate_hz, random, 70.0, (900, 4200), 0.006)
    return wash * (1 + 0.12 * swell(count, rate_hz, random, 0.4)) + 2.2 * drops


def _city(count: int, rate_hz: int, random: np.random.Generator) -> Numbers:
    hum = shaped(count, rate_hz, random, _curve((25, -10), (70, 0), (250, -12), (2500, -42)))
    tyres = shaped(count, rate_hz, random, _curve((200, -30), (700, 0), (1400, -6), (6000, -40)))
    passing = np.clip(swell(count, rate_hz, random, 0.15), 0, None) ** 2
    return hum * (1 + 0.15 * swell(count, rate_hz, random, 0.2)) + 0.35 * tyres * passing


def _fire(count: int, rate_hz: int, random: np.random.Generator) -> Numbers:
    roar = shaped(count, rate_hz, random, _curve((25, -8), (90, 0), (400, -14), (3000, -44)))
    breath = np.exp(0.3 * swell(count, rate_hz, random, 1.2))
    small = _clicks(count, rate_hz, random, 22.0, (1500, 7000), 0.003)
    large = _clicks(count, rate_hz, random, 1.6, (500, 2200), 0.012)
    return roar * breath + 3.0 * small + 7.0 * large


def _night(count: int, rate_hz: int, random: np.random.Generator) -> Numbers:
    time = np.arange(count) / rate_hz
    out = 0.5 * shaped(count, rate_hz, random, _curve((60, -10), (200, 0), (1500, -30)))
    for _ in range(4):
        pitch, beat = random.uniform(3900, 5200), random.uniform(2.1, 3.0)
        chirp = (time * beat + random.uniform()) % 1.0
        pulses = (chirp < 0.34) * np.sin(np.pi * np.clip(chirp / 0.34, 0, 1) * 3) ** 2
        out = out + random.uniform(0.5, 1.5) * pulses * np.sin(2 * np.pi * pitch * time)
    return out


def _underwater(count: int, rate_hz: int, random: np.random.Generator) -> Numbers:
    low = shaped(count, rate_hz, random, _curve((20, -6), (70, 0), (320, -18), (1200, -50)))
    bubbles = _clicks(count, rate_hz, random, 3.0, (350, 900), 0.03)
    return low * np.exp(0.3 * swell(count, rate_hz, random, 0.3)) + 2.5 * bubbles


def _hum(count: int, rate_hz: int, random: np.random.Generator) -> Numbers:
    time = np.arange(count) / rate_hz
    out = 0.3 * shaped(count, rate_hz, random, _curve((40, -10), (110, 0), (600, -30)))
    for number, pitch in enumerate((55.0, 110.2, 164.6, 220.5)):
        level = 1 + 0.4 * swell(count, rate_hz, random, 0.3)
        out = out + level * np.sin(2 * np.pi * pitch * time + number) / (1 + number)
    return out


def _room(count: int, rate_hz: int, random: np.random.Generator) -> Numbers:
    return shaped(count, rate_hz, random, _curve((30, -6), (100, 0), (500, -14), (6000, -34)))


def _projector(count: int, rate_hz: int, random: np.random.Generator) -> Numbers:
    motor = shaped(count, rate_hz, random, _curve((40, -14), (140, 0), (900, -10), (6000, -34)))
    blade = shaped(count, rate_hz, random, _curve((400, -30), (1800, 0), (4500, -4), (12000, -24)))
    turn = np.arange(count) / rate_hz * 18.0 % 1.0  # the claw pulls once for each picture
    out: Numbers = 0.5 * motor + blade * (
        np.exp(-turn * 14) + 0.4 * np.exp(-np.abs(turn - 0.5) * 22)
    )
    return out


def _whoosh(count: int, rate_hz: int, random: np.random.Generator) -> Numbers:
    air = shaped(count, rate_hz, random, _curve((80, -20), (500, 0), (2500, -8), (12000, -36)))
    turn = np.arange(count) / rate_hz / 1.8 + random.uniform()
    out: Numbers = air * (0.08 + np.sin(np.pi * turn) ** 6)
    return out


def _clicks(
    count: int, rate_hz: int, random: np.random.Generator, per_second: float,
    pitch: tuple[float, float], seconds: float,
) -> Numbers:  # fmt: skip
    """Short ringing ticks at random times, about `per_second`, each with its own pitch."""
    out = np.zeros(count)
    length = max(8, int(seconds * 6 * rate_hz))
    time = np.arange(length) / rate_hz
    for at in random.integers(0, count, max(1, int(count / rate_hz * per_second))):
        tone = random.uniform(*pitch)
        tick = random.exponential() * np.exp(-time / seconds) * np.sin(2 * np.pi * tone * time)
        end = min(count, at + length)
        out[at:end] += tick[: end - at]
    return out


def _ends(samples: Numbers, rate_hz: int) -> Numbers:
    """A few milliseconds of fade at either end, against clicks."""
    fade = min(len(samples) // 2, rate_hz // 100)
    if fade:
        up = np.linspace(0, 1, fade)
        samples[:fade] *= up
        samples[-fade:] *= up[::-1]
    return samples


_MAKERS: dict[str, Callable[[int, int, np.random.Generator], Numbers]] = {
    "waves": _waves, "wind": _wind, "rain": _rain, "city": _city, "fire": _fire,
    "night": _night, "underwater": _underwater, "hum": _hum, "room": _room,
    "projector": _projector, "whoosh": _whoosh,
}  # fmt: skip
_LEVELS = {
    "waves": 0.45, "wind": 0.35, "rain": 0.4, "city": 0.3, "fire": 0.45, "room": 0.02,
    "projector": 0.2, "whoosh": 0.3,
}  # fmt: skip
