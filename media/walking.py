"""Inside a worker: one pass over a file, every frame at analysis size, sound, subtitles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.video.reformatter import Interpolation, VideoReformatter
from numpy.typing import NDArray

from media import colour
from media.opening import Opened, claimed_end, clockwise, is_hdr, shown_size

Send = Callable[[str, dict[str, Any], NDArray[Any] | None], None]
RATE_HZ = 16_000
BLOCK = RATE_HZ  # samples sent at a time
GAP_S = Fraction(1, 20)  # a jump in the sound's clock above this is a gap, not jitter
DEMUX_TRIES = 20
HALF = Fraction(1, 2)


class Scaler:
    """Frames to upright RGB at a longest edge or a height, never enlarged; 0 means as it is."""

    def __init__(self, longest_px: int = 0, *, height_px: int = 0) -> None:
        self.longest_px, self.height_px = longest_px, height_px
        self._reformatter, self._colours = VideoReformatter(), VideoReformatter()
        self._known: tuple[tuple[int, int, int], tuple[int, int]] | None = None

    def size(self, frame: Any, stream: Any) -> tuple[int, int]:
        """Width and height to scale the stored frame to, before it is turned upright."""
        shape = frame.width, frame.height, clockwise(frame)
        if self._known is None or self._known[0] != shape:
            self._known = shape, self._size(frame, stream)
        return self._known[1]

    def _size(self, frame: Any, stream: Any) -> tuple[int, int]:
        width, height = shown_size(frame, stream)
        share = min(1.0, self.longest_px / max(width, height)) if self.longest_px else 1.0
        share = min(share, self.height_px / height) if self.height_px else share
        if clockwise(frame) in (90, 270):
            width, height = height, width
        return max(1, round(width * share)), max(1, round(height * share))

    def rgb(self, frame: Any, stream: Any) -> NDArray[np.uint8]:
        """(H, W, 3) uint8, upright, square pixels, SDR."""
        width, height = self.size(frame, stream)
        hdr, turns = is_hdr(frame), clockwise(frame) // 90
        matrix = matrix_of(frame)
        if _is_yuv(frame) and not hdr and width < frame.width:
            # scaled as it is and only then made RGB: half the work of doing both at once
            frame = self._reformatter.reformat(
                frame, width, height, "yuv420p", interpolation=Interpolation.AREA, threads=1
            )
            small = self._colours.reformat(
                frame, width, height, "rgb24", src_colorspace=matrix,
                src_color_range=frame.color_range or None, threads=1,
            )  # fmt: skip
        else:
            small = self._reformatter.reformat(
                frame, width, height, "rgb48le" if hdr else "rgb24",
                src_colorspace=matrix, interpolation=Interpolation.AREA, threads=1,
            )  # fmt: skip
        raw: Any = small.to_ndarray()
        pixels: NDArray[np.uint8] = colour.to_sdr(raw, int(frame.color_trc)) if hdr else raw
        return np.rot90(pixels, -turns) if turns else pixels


def _is_yuv(frame: Any) -> bool:
    return str(frame.format.name).startswith("yuv") and "a" not in frame.format.name


def matrix_of(frame: Any) -> int | None:
    """The matrix to read the frame with: what it says, else by its size as players do."""
    told = int(frame.colorspace or 0)
    if told not in (0, 2):  # 0 is RGB, 2 unspecified
        return 9 if told in (9, 10) else None
    return 1 if frame.height >= 720 else None


@dataclass(slots=True)
class Tally:
    """What has decoded so far."""

    frames: int = 0
    errors: int = 0
    sound_errors: int = 0
    picture_end_s: Fraction = Fraction(0)
    sound_end_s: Fraction = Fraction(0)
    packets: dict[int, int] = field(default_factory=dict)


def _picture_stream(opened: Opened) -> Any:
    return opened.video


class Pictures:
    """The frames of the picture stream: analysis pictures and one still for each second.

    seconds: those whose stills are wanted; all where that is None.
    """

    def __init__(
        self,
        opened: Opened,
        send: Send,
        tally: Tally,
        sizes: tuple[int, int],
        *,
        seconds: frozenset[int] | None = None,
    ) -> None:
        self.opened, self.send, self.tally, self.seconds = opened, send, tally, seconds
        self.small = Scaler(sizes[0]) if sizes[0] else None
        self.large = Scaler(sizes[1]) if sizes[1] else None
        self.last_s: Fraction | None = None
        self.last_frame: Any = None
        self.still_second = -1
        self._known: tuple[int, Fraction] | None = None  # the last frame's ticks and length
        self.stream = stream = _picture_stream(opened)
        rate = Fraction(stream.average_rate or stream.guessed_rate or 25)
        self.step_s = 1 / rate if rate > 0 else Fraction(1, 25)
        claim = claimed_end(opened)
        bytes_s = Fraction(opened.container.size, 100)
        self.latest_s = (claim * 2 if claim else bytes_s) + 60

    def frame(self, frame: Any) -> None:
        time_s = self._time(frame)
        if time_s is None:
            return
        if time_s > self.latest_s or frame.is_corrupt:
            self.tally.errors += 1
            if time_s > self.latest_s:
                return
        self._stills(frame, time_s)
        if self.small is not None:
            note = {"t": str(time_s), "n": self.tally.frames, "key": bool(frame.key_frame)}
            self.send("picture", note, self.small.rgb(frame, self.stream))
        self.tally.frames += 1
        self.last_s, self.last_frame = time_s, frame
        length = self._length(frame)
        self.tally.picture_end_s = max(self.tally.picture_end_s, time_s + length)

    def finish(self) -> None:
        """The still of the last second, if its middle never came."""
        if self.last_frame is not None and self.last_s is not None:
            self._fill(int(self.tally.picture_end_s - Fraction(1, 1000)))

    def _time(self, frame: Any) -> Fraction | None:
        """The frame's time; None for one that repeats or runs back."""
        stamp = frame.pts if frame.pts is not None else frame.dts
        base = frame.time_base or self.stream.time_base
        if stamp is None or not base:
            return Fraction(0) if self.last_s is None else self.last_s + self.step_s
        time_s = self.opened.seconds(stamp, base)
        if self.last_s is not None and time_s <= self.last_s:
            return self.last_s + self.step_s if frame.pts is None else None
        return time_s

    def _length(self, frame: Any) -> Fraction:
        """How long the frame stands: what it says where that is believable, else one step."""
        ticks = frame.duration or 0
        if self._known is None or self._known[0] != ticks:
            base = frame.time_base or self.stream.time_base
            told = Fraction(ticks * base if base else 0)
            believed = 0 < told <= max(Fraction(2), self.step_s)
            self._known = ticks, told if believed else self.step_s
        return self._known[1]

    def _stills(self, frame: Any, time_s: Fraction) -> None:
        if self.large is None:
            return
        second = max(0, int(time_s))
        if self.last_frame is not None and second - 1 > self.still_second:
            self._fill(second - 1)
        if second > self.still_second and time_s - second >= HALF:
            self._still(frame, time_s, second)

    def _fill(self, through: int) -> None:
        """Stills up to and with second `through` from the frame that stands there."""
        first = max(self.still_second + 1, int(self.last_s or 0) if self.still_second < 0 else 0)
        for second in range(first, through + 1):
            self._still(self.last_frame, self.last_s or Fraction(0), second)

    def _still(self, frame: Any, time_s: Fraction, second: int) -> None:
        self.still_second = second
        if self.large is not None and (self.seconds is None or second in self.seconds):
            note = {"t": str(time_s), "second": second}
            self.send("still", note, self.large.rgb(frame, self.stream))


class Samples:
    """The frames of a sound stream as blocks of float samples at one rate."""

    def __init__(self, opened: Opened, send: Send, tally: Tally, *, rate_hz: int = RATE_HZ) -> None:
        self.opened, self.send, self.tally, self.rate_hz = opened, send, tally, rate_hz
        self._resampler = self._fresh()
        self._blocks: list[NDArray[np.float32]] = []
        self._held = 0
        self._start_s: Fraction | None = None

    def _fresh(self) -> Any:
        return av.AudioResampler(format="flt", layout="mono", rate=self.rate_hz)

    def frame(self, frame: Any) -> None:
        if frame.pts is not None and frame.time_base:
            self._place(self.opened.seconds(frame.pts, frame.time_base))
        elif self._start_s is None:
            self._start_s = Fraction(0)
        try:
            out = self._resampler.resample(frame)
        except (ValueError, av.FFmpegError):  # the stream changed its shape on the way
            self._resampler = self._fresh()
            out = self._resampler.resample(frame)
        self._take(out)

    def finish(self) -> None:
        """What the resampler still holds, and the last block."""
        if self._start_s is not None:
            self._take(self._resampler.resample(None))
            self.flush()

    def flush(self) -> None:
        if not self._held or self._start_s is None:
            return
        samples = np.concatenate(self._blocks)
        np.clip(np.nan_to_num(samples, copy=False), -1, 1, out=samples)
        self.send("sound", {"t": str(self._start_s)}, samples)
        self._start_s += Fraction(len(samples), self.rate_hz)
        self.tally.sound_end_s = max(self.tally.sound_end_s, self._start_s)
        self._blocks, self._held = [], 0

    def _place(self, time_s: Fraction) -> None:
        if self._start_s is None:
            self._start_s = time_s
            return
        here = self._start_s + Fraction(self._held, self.rate_hz)
        if abs(time_s - here) > GAP_S:
            self.flush()
            self._resampler = self._fresh()
            self._start_s = time_s

    def _take(self, frames: list[Any]) -> None:
        for frame in frames:
            block = frame.to_ndarray().reshape(-1).astype(np.float32, copy=False)
            self._blocks.append(block)
            self._held += len(block)
        if self._held >= self.rate_hz:
            self.flush()


_TAGS = re.compile(r"\{[^}]*\}|<[^>\n]{1,60}>")


def subtitle_text(ass: str) -> str:
    """A subtitle line without its markup."""
    text = _TAGS.sub("", ass).replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def send_words(opened: Opened, packet: Any, send: Send) -> None:
    """The lines of one subtitle packet, for text subtitles."""
    if packet.pts is None or not packet.size:
        return
    start = opened.seconds(packet.pts, packet.time_base)
    length = (packet.duration or 0) * packet.time_base
    for line in packet.decode():
        raw = getattr(line, "dialogue", None)
        if raw and (text := subtitle_text(raw.decode("utf-8", "replace"))):
            end = start + (length if length > 0 else 2)
            language = packet.stream.language or ""
            note = {"t": str(start), "end": str(end), "text": text, "language": language}
            send("words", note, None)


def packets(opened: Opened, streams: list[Any], tally: Tally) -> Iterator[Any]:
    """Packets of `streams`; damage between packets is counted and stepped over."""
    for _ in range(DEMUX_TRIES):
        try:
            yield from opened.container.demux(streams)
        except av.FFmpegError:
            tally.errors += 1
            continue
        return


def walk(opened: Opened, send: Send, *, width_px: int, still_px: int) -> Tally:
    """Decode the whole file once and send what it holds."""
    tally = Tally()
    video, audio = opened.video, opened.audio
    subtitles = [s for s in opened.container.streams.subtitles if s.codec_context is not None]
    pictures = Pictures(opened, send, tally, (width_px, still_px)) if video else None
    samples = Samples(opened, send, tally) if audio else None
    streams = [s for s in (video, audio, *subtitles) if s is not None]
    for packet in packets(opened, streams, tally):
        kind = packet.stream.type
        try:
            if kind == "subtitle":
                send_words(opened, packet, send)
            elif kind == "video" and pictures is not None:
                for frame in packet.decode():
                    pictures.frame(frame)
            elif samples is not None:
                for frame in packet.decode():
                    samples.frame(frame)
        except (av.FFmpegError, ValueError, OverflowError):
            _count(tally, kind)
    if pictures is not None:
        pictures.finish()
    if samples is not None:
        samples.finish()
    return tally


def _count(tally: Tally, kind: str) -> None:
    if kind == "video":
        tally.errors += 1
    elif kind == "audio":
        tally.sound_errors += 1
