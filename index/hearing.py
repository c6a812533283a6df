"""What is heard: loudness, speech activity, and whether tones are held as in music.

Speech is Silero VAD's (its ONNX file is read from the package, the package is not imported:
that would load torch). Music is a plain spectral rule, see `tonal_rows`: tones that are held, that
change in the course of some seconds (a machine hums on one), and that go on for more than a second
(a drawn-out vowel does not). Drums alone are not heard as music; their pulse is, see `index.beats`.
Noise is what is left.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.beats import BeatSense, Pulse
from index.moments import rows_within
from media.values import Picture, Sound, Still
from timeline.time import TimeRange

RATE_HZ = 16000
VAD_FRAME = 512  # samples, 32 ms
VAD_CONTEXT = 64
VAD_BLOCK = 256  # frames in one run of the network, 8.2 s
VAD_SHA256 = "9ccdacc4719d8aa7e45a77536bfabec45a03ba1f2fad5e241ab4060b24238a85"
SPEECH_FROM = 0.5
SPEECH_KEEPS = 0.35
SILENCE_DB = -100.0
SILENT_FRAME = 10 ** (-60 / 10)  # mean square: -60 dBFS, below a quiet room near a microphone
FFT = 1024
HOP = 512
LOWEST_TONE_HZ, HIGHEST_TONE_HZ = 90, 4000
HUMS_SHARE = 0.6  # of the frames heard together, up to 8 s: a tone that stays is a hum
HELD_FRAMES = 8  # 0.26 s: longer than a spoken vowel keeps its pitch within one bin
Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Heard:
    """What one moment sounds like; the fields are those of `project.footage.Senses`."""

    loudness_db: float
    speech: float
    music: float
    silence: float
    tempo_bpm: float = 0.0
    beats: tuple[float, ...] = ()


class Hearing:
    """Listens in blocks of 8 s, so an hour of sound costs no more memory than a minute."""

    name = "hearing"
    version = 1

    def __init__(self, *, speech: bool = True) -> None:
        self._speech = Voice() if speech else None
        self._rest = np.zeros(0, np.float32)
        self._at = 0.0  # time of the first sample in _rest
        self._times: list[float] = []
        self._rows: list[list[float]] = []  # per 32 ms frame: power, speech, held, strength
        self._beats = BeatSense()
        self.heard_any = False

    def picture(self, picture: Picture) -> None:
        """Nothing: pictures make no sound."""

    def still(self, still: Still) -> None:
        """Nothing."""

    def sound(self, sound: Sound) -> None:
        if not len(self._rest):
            self._at = float(sound.start_s)
        expected = self._at + len(self._rest) / RATE_HZ
        if abs(float(sound.start_s) - expected) > 0.05:  # a hole in the sound: begin afresh
            self._listen(self._rest)
            self._rest, self._at = np.zeros(0, np.float32), float(sound.start_s)
        self._rest = np.concatenate([self._rest, sound.samples])
        block = VAD_FRAME * VAD_BLOCK
        while len(self._rest) >= block:
            self._listen(self._rest[:block])
            self._rest, self._at = self._rest[block:], self._at + block / RATE_HZ

    def finish(self, duration_s: Fraction) -> list[Heard | None]:  # noqa: ARG002
        """What is left over is heard; `moments` may be asked after it."""
        self._listen(self._rest)
        self._rest = np.zeros(0, np.float32)
        return []

    def moments(self, ranges: Sequence[TimeRange]) -> list[Heard | None]:
        """One per range; None where there is no sound at all in it."""
        if not self._rows:
            return [None] * len(ranges)
        found = [_heard(rows) for rows in rows_within(self._times, self._rows, ranges)]
        return _beating(_lasting(found), ranges, self._beats.pulses())

    def _listen(self, samples: Samples) -> None:
        if not len(samples):
            return
        count = -(-len(samples) // VAD_FRAME)
        whole = np.zeros((count, VAD_FRAME), np.float32)
        whole.reshape(-1)[: len(samples)] = np.nan_to_num(samples)
        filled = np.full(count, float(VAD_FRAME))
        filled[-1] = len(samples) - (count - 1) * VAD_FRAME
        power = (whole.astype(np.float64) ** 2).sum(axis=1) / filled
        if power.any():
            self.heard_any = True
            speech = self._speech.hear(whole) if self._speech else np.zeros(count)
            held, strength = tonal_rows(whole.reshape(-1))
            self._beats.listen(whole.reshape(-1)[: len(samples)], self._at)
        else:
            speech = held = strength = np.zeros(count)
        self._times += [self._at + k * VAD_FRAME / RATE_HZ for k in range(count)]
        self._rows += np.column_stack([power, speech, held, strength]).tolist()


def _heard(rows: NDArray[np.float64]) -> Heard | None:
    if not len(rows):
        return None
    loudness = decibels(float(rows[:, 1].mean()))
    speech = float(spoken(rows[:, 2]).mean())
    energy = float(rows[:, 4].sum())
    held = float(rows[:, 3].sum()) / energy if energy > 0 else 0.0
    music = float(np.clip((held - 0.25) / 0.4, 0, 1)) if loudness > -60 else 0.0
    silence = float((rows[:, 1] < SILENT_FRAME).mean())
    return Heard(round(loudness, 2), round(speech, 3), round(music, 3), round(silence, 3))


def _lasting(found: Sequence[Heard | None]) -> list[Heard | None]:
    """Music is what a second shares with one beside it; a lone second of it is a mistake."""
    music = [0.0, *(heard.music if heard else 0.0 for heard in found), 0.0]
    return [
        replace(heard, music=min(music[k + 1], max(music[k], music[k + 2]))) if heard else None
        for k, heard in enumerate(found)
    ]


def _beating(
    found: Sequence[Heard | None], ranges: Sequence[TimeRange], pulses: Sequence[Pulse]
) -> list[Heard | None]:
    """The moments with the beats in them, and the tempo from the first beat to the last."""
    out = list(found)
    for pulse in pulses:
        times = np.array(pulse.beats_s)
        edges = np.searchsorted(times, [*(float(r.start) for r in ranges), np.inf])
        for place, heard in enumerate(found):
            inside = pulse.beats_s[edges[place] : edges[place + 1]]
            if heard and edges[place + 1] > 0 and edges[place] < len(times):
                was = out[place] or heard
                out[place] = replace(was, tempo_bpm=pulse.tempo_bpm, beats=(*was.beats, *inside))
    return out


def decibels(power: float) -> float:
    """Mean square of samples in -1 to 1 as dBFS; a full-scale sine is -3.01, nothing is -100."""
    return max(SILENCE_DB, 10 * float(np.log10(power))) if power > 0 else SILENCE_DB


def spoken(chances: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which 32 ms frames are speech: starts at 0.5, goes on while above 0.35."""
    said, on = np.zeros(len(chances), bool), False
    for place, chance in enumerate(chances):
        on = chance >= (SPEECH_KEEPS if on else SPEECH_FROM)
        said[place] = on
    return said


def tonal_rows(samples: Samples) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each 32 ms: energy in tones held for 0.26 s or more, and all energy, 90-4000 Hz.

    A tone is a bin of the spectrum (15.6 Hz wide) that stands at least four times above the
    mean of the bins within 125 Hz. Both are (len(samples) // 512,) float64.
    """
    count = len(samples) // HOP
    padded = np.concatenate([samples, np.zeros(FFT, np.float32)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP][:count]
    power = np.abs(np.fft.rfft(frames * np.hanning(FFT).astype(np.float32), axis=1)) ** 2
    low, high = LOWEST_TONE_HZ * FFT // RATE_HZ, HIGHEST_TONE_HZ * FFT // RATE_HZ
    width = 17
    sums = np.cumsum(np.pad(power, ((0, 0), (width // 2 + 1, width // 2)), mode="edge"), axis=1)
    around = (sums[:, width:] - sums[:, :-width]) / width
    peak = (power > 4 * around)[:, low:high]
    # a bin or its neighbour goes on peaking: pitch may waver by one bin
    wide = peak.copy()
    wide[:, 1:] |= peak[:, :-1]
    wide[:, :-1] |= peak[:, 1:]
    hums = wide.mean(axis=0) > HUMS_SHARE
    held = peak & _long_runs(wide, HELD_FRAMES) & ~hums
    around_held = held.copy()
    around_held[:, 1:] |= held[:, :-1]
    around_held[:, :-1] |= held[:, 1:]
    band = power[:, low:high]
    return (band * around_held).sum(axis=1), band.sum(axis=1)


def _long_runs(flags: NDArray[np.bool_], length: int) -> NDArray[np.bool_]:
    """True where a column stays True for at least `length` rows around the row."""
    if len(flags) < length:
        return np.zeros_like(flags)
    sums = np.cumsum(np.pad(flags.astype(np.int32), ((1, 0), (0, 0))), axis=0)
    full = (sums[length:] - sums[:-length]) == length
    out = np.zeros_like(flags)
    for shift in range(length):
        out[shift : shift + len(full)] |= full
    return out


class Voice:
    """Silero VAD over frames of 512 samples; its state goes on from call to call."""

    def __init__(self) -> None:
        self._network = voice_network()
        self._hidden = np.zeros((1, 1, 128), np.float32)
        self._cell = np.zeros((1, 1, 128), np.float32)
        self._context = np.zeros((1, VAD_CONTEXT), np.float32)

    def hear(self, frames: Samples) -> NDArray[np.float64]:
        """The chance of speech in each frame; frames: (n, 512) float32 at 16 kHz."""
        contexts = np.concatenate([self._context, frames[:-1, -VAD_CONTEXT:]])
        self._context = frames[-1:, -VAD_CONTEXT:].copy()
        chances, self._hidden, self._cell = self._network.run(
            ["speech_probs", "hn", "cn"],
            {"input": np.concatenate([contexts, frames], axis=1),
             "h": self._hidden, "c": self._cell},
        )  # fmt: skip
        return np.asarray(chances, np.float64).reshape(-1)


@lru_cache(maxsize=1)
def voice_network() -> Any:
    """The speech network from the installed package, its bytes checked. Raises OSError."""
    import onnxruntime

    spec = importlib.util.find_spec("silero_vad")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package silero-vad is not installed; run make setup")
    data = (Path(spec.origin).parent / "data" / "silero_vad_16k_sequence.onnx").read_bytes()
    if hashlib.sha256(data).hexdigest() != VAD_SHA256:
        raise OSError("the speech network of silero-vad is not the one Roughcut knows")
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
