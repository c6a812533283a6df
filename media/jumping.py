"""Inside a worker: frames at given times, jumping only in files where jumping is sound.

Some streams say "key frame" where a decoder that did not see what came before gives rubbish
without an error. So the key packets are looked at (`keys`), and where the codec's standard gives
no answer the file is tried: its first later key frames are decoded twice, on the way from the
start and after a jump. Where the two differ, or in doubt, every frame of that file is decoded
from the start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from media.errors import MediaError
from media.keys import starts_here
from media.opening import Opened, open_media
from media.walking import Scaler, Send, Tally, packets

TRIED_KEYS = 2
TRIED_FRAMES = 900  # how far to walk for them; key frames farther apart are not jumped to
DIFFERENT = 4.0  # mean grey levels; the same frame decoded twice differs by 0
NEAR_S = Fraction(2)  # going on beats jumping for a target this near


def frames(opened: Opened) -> Iterator[tuple[Fraction, Any]]:
    """Decoded pictures with their times, from where the container stands."""
    stream: Any = opened.video
    for packet in packets(opened, [stream], Tally()):
        try:
            for frame in packet.decode():
                stamp = frame.pts if frame.pts is not None else frame.dts
                if stamp is not None:
                    yield opened.seconds(stamp, frame.time_base or stream.time_base), frame
        except (av.FFmpegError, ValueError):
            continue


def jump(opened: Opened, time_s: Fraction) -> None:
    """Stand at the key frame at or before `time_s`."""
    stream: Any = opened.video
    stamp = int((time_s + opened.zero_s) / stream.time_base)
    opened.container.seek(stamp, backward=True, stream=stream)


def jumps_are_sound(path: Path, at: Sequence[Fraction] = ()) -> bool:
    """Whether a frame found by a jump is the frame found on the way from the start.

    The landings of jumps to `at` are looked at besides the file's first later key packets.
    """
    opened = open_media(path)
    if opened.video is None:
        return False
    answers = [*_first_keys(opened), *(_landing(opened, time_s) for time_s in at)]
    if not answers or False in answers:
        return False
    return True if None not in answers else _tried(path)


def _first_keys(opened: Opened) -> list[bool | None]:
    """What the standard says of the first key packets after the very first."""
    stream: Any = opened.video
    answers: list[bool | None] = []
    for count, packet in enumerate(packets(opened, [stream], Tally())):
        if packet.is_keyframe and packet.size and count:
            answers.append(starts_here(packet, stream))
        if len(answers) == TRIED_KEYS or count > TRIED_FRAMES:
            break
    return answers


def _landing(opened: Opened, time_s: Fraction) -> bool | None:
    stream: Any = opened.video
    try:
        jump(opened, time_s)
    except av.FFmpegError:
        return False
    for packet in packets(opened, [stream], Tally()):
        return starts_here(packet, stream) if packet.size and packet.is_keyframe else False
    return False


def _tried(path: Path) -> bool:
    opened = open_media(path)
    scaler, seen = Scaler(96), []
    for count, (time_s, frame) in enumerate(frames(opened)):
        if frame.key_frame and count:
            seen.append((time_s, scaler.rgb(frame, opened.video).astype(np.int16)))
        if len(seen) == TRIED_KEYS or count > TRIED_FRAMES:
            break
    return bool(seen) and all(_same(path, time_s, pixels) for time_s, pixels in seen)


def _same(path: Path, time_s: Fraction, pixels: NDArray[np.int16]) -> bool:
    opened = open_media(path)
    scaler = Scaler(96)
    try:
        jump(opened, time_s)
    except av.FFmpegError:
        return False
    for found_s, frame in frames(opened):
        if found_s < time_s:
            continue
        again = scaler.rgb(frame, opened.video).astype(np.int16)
        same_shape = found_s == time_s and again.shape == pixels.shape
        return same_shape and float(np.abs(again - pixels).mean()) < DIFFERENT
    return False


def send_frames(
    path: Path, times: list[Fraction], send: Send, *, height_px: int, sound: bool
) -> None:
    """Send the frame that stands at each of `times`, as "frame" messages numbered by place."""
    opened = open_media(path)
    if opened.video is None:
        raise MediaError(f"{path.name!r} has no picture to take a still from")
    order = sorted(range(len(times)), key=lambda place: times[place])
    scaler = Scaler(height_px=height_px)
    walk = _Walk(opened, sound)
    for place in order:
        found = walk.at(times[place])
        if found is None:
            raise MediaError(f"no picture of {path.name!r} decodes", verdict="damaged")
        note = {"place": place, "t": str(found[0])}
        send("frame", note, scaler.rgb(found[1], opened.video))


class _Walk:
    """A position in a file that only goes forward, and jumps where that is sound."""

    def __init__(self, opened: Opened, sound: bool) -> None:
        self.opened, self.sound = opened, sound
        self._ahead = frames(opened)
        self._here: tuple[Fraction, Any] | None = None
        self._next: tuple[Fraction, Any] | None = next(self._ahead, None)

    def at(self, time_s: Fraction) -> tuple[Fraction, Any] | None:
        """The last frame at or before `time_s`; the first frame before the picture starts."""
        reached = self._next[0] if self._next else Fraction(0)
        if self.sound and self._next is not None and time_s - reached > NEAR_S:
            self._jump(time_s)
        while self._next is not None and self._next[0] <= time_s:
            self._here, self._next = self._next, next(self._ahead, None)
        return self._here or self._next

    def _jump(self, time_s: Fraction) -> None:
        try:
            jump(self.opened, time_s)
        except av.FFmpegError:
            return
        ahead = frames(self.opened)
        first = next(ahead, None)
        if first is None or first[0] > time_s or first[1].is_corrupt:
            self._restart()
            return
        self._ahead, self._next, self._here = ahead, first, None

    def _restart(self) -> None:
        """Back to the start of the file, and never jump again."""
        self.sound = False
        jump(self.opened, Fraction(0))
        self._ahead = frames(self.opened)
        self._here, self._next = None, next(self._ahead, None)
