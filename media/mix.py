"""The film's sound: parts joined to the sample, crossfaded, music under it, limited once."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media import command
from media.encode import AAC, raw_input
from media.errors import Cancelled
from media.pieces import sound_chain
from media.plan import SOUND_HZ, Plan, sample_at
from media.sandbox import Child, Limits
from media.sources import Source
from media.values import Cancel, Film, RenderPart, RenderSound

DECLICK = SOUND_HZ * 3 // 1000  # a hard cut ramps this long, too short to hear as a fade
LIMIT = "alimiter=limit=0.89:level=disabled:latency=1"  # -1 dBFS
SILENCE_LUFS = -70.0
MOST_GAIN_DB = 24.0
DUCK = "sidechaincompress=threshold=0.03:ratio=6:attack=40:release=500"


def join(
    film: Film,
    plan: Plan,
    parts: Sequence[Path | None],
    out: Path,
    *,
    cancel: Cancel | None = None,
) -> float:
    """Write the parts' sound as one run of raw stereo floats; returns the loudest sample.

    Raises Cancelled.
    """
    total, loudest = sample_at(plan.frames, plan.rate), 0.0
    film_sound = np.memmap(out, dtype="<f4", mode="w+", shape=(total, 2))
    for place, (part, path) in enumerate(zip(film.parts, parts, strict=True)):
        if cancel is not None and cancel():
            raise Cancelled("the render was stopped; nothing was left behind")
        if path is None or not path.stat().st_size:
            continue
        start, end = (sample_at(frame, plan.rate) for frame in _heard(plan, place, part))
        samples = np.fromfile(path, dtype="<f4").reshape(-1, 2)[: end - start]
        samples = samples * _envelope(film, plan, place, len(samples))[:, None]
        mixed = film_sound[start : start + len(samples)]
        mixed += samples
        loudest = max(loudest, float(np.abs(mixed).max(initial=0.0)))
    film_sound.flush()
    return loudest


def _heard(plan: Plan, place: int, part: RenderPart) -> tuple[int, int]:
    """The film frames between which the part's sound plays."""
    first = plan.starts[place]
    return first + part.sound_in_frames, first + part.frames + part.sound_out_frames


def _envelope(film: Film, plan: Plan, place: int, length: int) -> NDArray[np.float32]:
    """Gain over a part's samples: its level, equal-power crossfades, no clicks at hard cuts."""
    part = film.parts[place]
    before = film.parts[place - 1] if place else None
    after = film.parts[place + 1] if place + 1 < len(film.parts) else None
    gain = np.full(length, 10 ** (part.gain_db / 20), np.float32)
    start, end = _heard(plan, place, part)
    lead = before.fade_out_frames if before else 0
    rising = sample_at(start + lead, plan.rate) - sample_at(start, plan.rate)
    falling = sample_at(end, plan.rate) - sample_at(end - part.fade_out_frames, plan.rate)
    if not rising and not (before and _continues(before, part, plan.rate)):
        rising = DECLICK
    if not falling and not (after and _continues(part, after, plan.rate)):
        falling = DECLICK
    rising, falling = min(rising, length), min(falling, length)
    ramp = np.sin(np.linspace(0, np.pi / 2, rising, endpoint=False, dtype=np.float32))
    gain[:rising] *= ramp
    if falling:
        down = np.cos(np.linspace(0, np.pi / 2, falling, endpoint=False, dtype=np.float32))
        gain[length - falling :] *= down
    return gain


def _continues(left: RenderPart, right: RenderPart, rate: Fraction) -> bool:
    """Whether the right part plays on where the left one stops: a cut nobody should hear."""
    heard = left.frames + left.sound_out_frames
    stops = left.source.start_s + heard * left.speed / rate
    starts = right.source.start_s + right.sound_in_frames * right.speed / rate
    same = left.source.path == right.source.path and left.speed == right.speed
    level = left.gain_db == right.gain_db and left.muted == right.muted
    return same and level and abs(stops - starts) < 2 / rate


def finish(
    film: Film,
    plan: Plan,
    joined: Path,
    out: Path,
    *,
    sources: dict[Path, Source],
    cancel: Cancel | None,
) -> tuple[str, ...]:
    """Mix music under the film's sound, limit it, write AAC in an MP4; warnings in words."""
    total = sample_at(plan.frames, plan.rate)
    inputs, chains, warnings = [raw_input(joined, SOUND_HZ, 2)], [], []
    ducked: list[str] = []
    plain: list[str] = []
    for sound in film.sounds:
        path = sound.source.path
        if path is None or sample_at_s(sound.at_s) >= total or _length(sound) <= 0:
            continue
        if (audio := sources[path].probe.audio) is None:
            warnings.append(f"{path.name!r} holds no sound; it was left out of the mix")
            continue
        entry = sources[path].entry(sound.source.start_s)
        seek = ("-ss", f"{float(entry):.3f}") if entry else ()
        label = f"m{len(inputs)}"
        chains.append(f"[{len(inputs)}:{audio.index}]{_bed(sound, entry, total)}[{label}]")
        inputs.append(command.Input(path, seek))
        (ducked if sound.duck else plain).append(f"[{label}]")
    balance = _balance(ducked, plain)
    gain = 0.0
    if film.loudness_lufs is not None:
        loud = _loudness(inputs, [*chains, *balance], cancel)
        gain, said = _gain(film.loudness_lufs, loud)
        warnings += said
    level = f"volume={gain:.2f}dB," if gain else ""
    end = f"[mix]{level}{LIMIT},apad=whole_len={total},atrim=end_sample={total}[out]"
    arguments = ["-map", "[out]", *AAC, "-f", "mp4"]
    graph = ";".join([*chains, *balance, end])
    made = command.ffmpeg(inputs, out, graph=graph, arguments=arguments, progress=True)
    with Child(made, limits=Limits(quiet_s=120.0), cancel=cancel) as child:
        child.run()
    return tuple(warnings)


def _loudness(
    inputs: Sequence[command.Input], chains: Sequence[str], cancel: Cancel | None
) -> float:
    """Integrated loudness of the mix in LUFS (EBU R 128); -70 and less is silence."""
    graph = ";".join([*chains, "[mix]ebur128=framelog=quiet[loud]"])
    arguments = ["-map", "[loud]", "-f", "null"]
    made = command.ffmpeg(inputs, None, graph=graph, arguments=arguments)
    made[made.index("-loglevel") + 1] = "info"  # the summary is told at this level
    with Child(made, limits=Limits(quiet_s=600.0), cancel=cancel) as child:
        child.run()
        told = [line.split() for line in child.lines() if line.strip().startswith("I:")]
    return float(told[-1][1]) if told else SILENCE_LUFS


def _gain(wanted: float, loud: float) -> tuple[float, list[str]]:
    """Decibels that bring a mix of `loud` LUFS to `wanted`, and what must be said of it."""
    if loud <= SILENCE_LUFS:
        return 0.0, ["the film is silent, so its loudness was left as it is"]
    gain = wanted - loud
    if gain > MOST_GAIN_DB:
        return MOST_GAIN_DB, [
            f"the film's sound is very quiet ({loud:.1f} LUFS); it was raised by"
            f" {MOST_GAIN_DB:g} dB, not to the {wanted:g} LUFS asked for, or noise would be heard"
        ]
    return gain, []


def sample_at_s(seconds: Fraction) -> int:
    """The sample nearest to a time of the film."""
    return int(seconds * SOUND_HZ + Fraction(1, 2))


def _length(sound: RenderSound) -> int:
    return sample_at_s((sound.source.end_s - sound.source.start_s) / sound.speed)


def _bed(sound: RenderSound, entry: Fraction, total: int) -> str:
    """One sound at its place: cut, faded, levelled, waiting until its time."""
    at = sample_at_s(sound.at_s)
    length = min(_length(sound), total - at)
    steps = [sound_chain(sound.source.start_s - entry, sound.speed, length)]
    rise, fall = (min(length, sample_at_s(s)) for s in (sound.fade_in_s, sound.fade_out_s))
    if rise:
        steps.append(f"afade=t=in:ss=0:ns={rise}")
    if fall:
        steps.append(f"afade=t=out:ss={length - fall}:ns={fall}")
    if sound.gain_db:
        steps.append(f"volume={sound.gain_db:.3f}dB")
    if at:
        steps.append(f"adelay={at}S:all=1")
    return ",".join([*steps, f"apad=whole_len={total}"])


def _balance(ducked: list[str], plain: list[str]) -> list[str]:
    """The filters from the film's sound and the beds to one mix."""
    if not ducked and not plain:
        return ["[0:a]anull[mix]"]
    chains, film = [], "[0:a]"
    if ducked:
        chains.append("[0:a]asplit[film][key]")
        film = "[film]"
        bed = ducked[0]
        if len(ducked) > 1:
            chains.append(f"{''.join(ducked)}amix=inputs={len(ducked)}:normalize=0[beds]")
            bed = "[beds]"
        chains.append(f"{bed}[key]{DUCK}[ducked]")
        plain = [*plain, "[ducked]"]
    mixed = f"{film}{''.join(plain)}amix=inputs={len(plain) + 1}:normalize=0:duration=longest"
    return [*chains, f"{mixed}[mix]"]
