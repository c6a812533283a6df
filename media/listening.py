"""Inside a worker: the samples of a span, the peaks of a whole sound stream."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from media.errors import MediaError
from media.opening import Opened, open_media
from media.walking import RATE_HZ, Samples, Send, Tally, packets

LEAD_S = Fraction(1, 2)  # decoders need a moment to settle after a jump


def send_samples(
    path: Path, send: Send, *, start_s: Fraction, end_s: Fraction, rate_hz: int
) -> None:
    """Send the "sound" blocks that overlap the span."""
    opened = open_media(path)
    if opened.audio is None:
        raise MediaError(f"{path.name!r} has no sound")
    begin = start_s - LEAD_S
    if begin > 1:
        stamp = int((begin + opened.zero_s) / opened.audio.time_base)
        try:
            opened.container.seek(stamp, backward=True, stream=opened.audio)
        except av.FFmpegError:
            opened = open_media(path)
    _hear(opened, send, rate_hz=rate_hz, begin_s=begin, end_s=end_s)


def send_peaks(path: Path, send: Send, *, per_second: int) -> None:
    """Send one "peaks" message for the whole file."""
    opened = open_media(path)
    step = max(1, RATE_HZ // per_second)
    found: dict[int, NDArray[np.float32]] = {}

    def take(_kind: str, note: dict[str, Any], block: NDArray[Any] | None) -> None:
        if block is not None:
            at = max(0, round(Fraction(note["t"]) * RATE_HZ))
            lead, first = at % step, at // step
            padded = np.zeros(-(-(lead + len(block)) // step) * step, np.float32)
            padded[lead : lead + len(block)] = np.abs(block)
            found[first] = padded.reshape(-1, step).max(axis=1)

    if opened.audio is not None:
        _hear(opened, take, rate_hz=RATE_HZ, begin_s=Fraction(-1), end_s=None)
    length = max((first + len(part) for first, part in found.items()), default=0)
    out = np.zeros(length, np.float32)
    for first, part in found.items():
        span = out[first : first + len(part)]
        np.maximum(span, part, out=span)
    send("peaks", {}, out)


def _hear(
    opened: Opened, send: Send, *, rate_hz: int, begin_s: Fraction, end_s: Fraction | None
) -> None:
    tally = Tally()
    taken = Samples(opened, send, tally, rate_hz=rate_hz)
    for packet in packets(opened, [opened.audio], tally):
        try:
            for frame in packet.decode():
                if frame.pts is not None and frame.time_base:
                    time_s = opened.seconds(frame.pts, frame.time_base)
                    if end_s is not None and time_s >= end_s:
                        taken.finish()
                        return
                    if time_s + 1 < begin_s:
                        continue
                taken.frame(frame)
        except (av.FFmpegError, ValueError):
            continue
    taken.finish()
