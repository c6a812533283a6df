"""Inside a worker: open a file by its content, choose its streams, know its zero."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.stream import Disposition

from media.command import FORMATS, MAX_PIXELS, MAX_STREAMS, file_url
from media.errors import MediaError

THREADS = 2
HEAD_BYTES = 4096
ISO_BOXES = (b"ftyp", b"mdat", b"wide", b"free", b"skip", b"moov", b"pnot", b"styp")
MICROSECOND = Fraction(1, 1_000_000)
ROUND_PIXELS = Fraction(1, 100)  # pixels this near to square are square; encoders round


@dataclass(frozen=True, slots=True)
class Opened:
    """An open container with the streams Roughcut uses. `zero_s` is presentation time zero."""

    container: Any
    video: Any | None
    audio: Any | None
    zero_s: Fraction
    notes: tuple[str, ...]

    def seconds(self, stamp: int, time_base: Fraction) -> Fraction:
        """A time stamp of a stream as presentation time."""
        return stamp * time_base - self.zero_s


def open_media(path: Path, *, threads: int = THREADS) -> Opened:
    """`path` opened with every limit set and `threads` to decode pictures.

    Raises MediaError with the verdict in plain words.
    """
    name = path.name
    head = _head(path)
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": FORMATS,
        "max_pixels": str(MAX_PIXELS),
        "max_streams": str(MAX_STREAMS),
    }
    try:
        container = av.open(
            file_url(path), "r", options=options, container_options=options,
            metadata_errors="replace",
        )  # fmt: skip
    except (av.FFmpegError, ValueError, UnicodeError) as error:
        raise _why_not(path, head, error) from error
    streams = [s for s in container.streams if s.type in ("video", "audio")]
    if not any(s.type == "subtitle" for s in container.streams) and not streams:
        raise MediaError(
            f"{name!r} opened but holds no picture and no sound; it was left out",
            verdict="damaged",
        )
    video, audio, notes = _choose(container)
    for stream in (video, audio):
        if stream is not None:
            prepare(stream, threads=threads)
    return Opened(container, video, audio, _zero(container), notes)


def prepare(stream: Any, *, threads: int = THREADS) -> None:
    """Set decoding limits and threads; works until the stream's first packet."""
    stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
    if stream.type == "video":
        stream.thread_type = "AUTO"
        stream.codec_context.thread_count = threads


def clockwise(frame: Any) -> int:
    """Degrees clockwise that bring a decoded frame upright: 0, 90, 180 or 270."""
    return int(round(-frame.rotation / 90) * 90 % 360)


def shown_size(frame: Any, stream: Any) -> tuple[int, int]:
    """Width and height as a player shows the frame: square pixels, upright."""
    width, height = frame.width, frame.height
    shape = stream.sample_aspect_ratio
    if shape and Fraction(1, 8) < shape < 8 and abs(shape - 1) > ROUND_PIXELS:
        width = max(1, round(width * shape))
    return (height, width) if clockwise(frame) in (90, 270) else (width, height)


def is_hdr(frame: Any) -> bool:
    """Whether the frame is graded for HDR: PQ or HLG."""
    return int(frame.color_trc or 0) in (16, 18)


def claimed_end(opened: Opened) -> Fraction | None:
    """Where the file says it ends: by its streams, by its header only where those say nothing."""
    ends = [end for s in (opened.video, opened.audio) if (end := stream_end(opened, s))]
    if ends:
        return max(ends)
    duration = opened.container.duration
    return Fraction(duration) * MICROSECOND if duration and duration > 0 else None


def stream_end(opened: Opened, stream: Any | None) -> Fraction | None:
    """Where one stream says it ends on the presentation timeline, or None."""
    if stream is None or not stream.duration or stream.duration <= 0 or not stream.time_base:
        return None
    return opened.seconds((stream.start_time or 0) + stream.duration, stream.time_base)


def header_claim(opened: Opened) -> Fraction | None:
    """What the movie header alone claims."""
    duration = opened.container.duration
    return Fraction(duration) * MICROSECOND if duration and duration > 0 else None


def _head(path: Path) -> bytes:
    name = path.name
    if not path.exists():
        raise MediaError(f"{name!r} is not there any more", verdict="unreadable")
    if not path.is_file():
        raise MediaError(f"{name!r} is not an ordinary file; it was left out", verdict="unreadable")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise MediaError(
            f"{name!r} cannot be read ({os.strerror(error.errno or 0)}); check its permissions",
            verdict="unreadable",
        ) from error
    if not head:
        raise MediaError(f"{name!r} is empty (0 bytes); it was left out", verdict="empty")
    return head


def _why_not(path: Path, head: bytes, error: Exception) -> MediaError:
    name = path.name
    if _is_text(head):
        what = "a playlist" if _is_playlist(head) else "text"
        return MediaError(
            f"{name!r} is not a video: it holds {what}, and nothing it names was opened",
            verdict="not-media",
        )
    if head[4:8] in ISO_BOXES and not _has_index(path):
        return MediaError(
            f"{name!r} is incomplete: its index is missing, so the copy or the recording broke "
            "off; copy it again, or repair it with the camera's own tool",
            verdict="incomplete",
        )
    if head[4:8] in ISO_BOXES or head[:4] in (b"\x1aE\xdf\xa3", b"RIFF", b"OggS", b"FLV\x01"):
        return MediaError(
            f"{name!r} is damaged: it starts like a video but cannot be opened ({_plain(error)})",
            verdict="damaged",
        )
    return MediaError(
        f"{name!r} is not a video or sound file that Roughcut reads ({_plain(error)})",
        verdict="not-media",
    )


def _plain(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error).splitlines()[0][:120]


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # a letter may be cut at the end of what was read
            return False
        text = head[: error.start].decode("utf-8")
    return not any(ord(c) < 32 and c not in "\t\r\n\f\x1b" for c in text)


def _is_playlist(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    starts = (b"ffconcat", b"#extm3u", b"[playlist]", b"<?xml", b"<mpd", b"<smil", b"file ")
    return start.startswith(starts)


def _has_index(path: Path) -> bool:
    """Whether a moov box stands among the outer boxes of an ISO file."""
    size = path.stat().st_size
    at = 0
    with path.open("rb") as file:
        for _ in range(10_000):
            file.seek(at)
            header = file.read(16)
            if len(header) < 8:
                return False
            if header[4:8] == b"moov":
                return True
            length = int.from_bytes(header[:4], "big")
            if length == 1 and len(header) == 16:
                length = int.from_bytes(header[8:16], "big")
            if length < 8 or at + length > size:
                return False
            at += length
    return False


def _choose(container: Any) -> tuple[Any | None, Any | None, tuple[str, ...]]:
    notes = []
    pictures = [s for s in container.streams.video if not s.disposition & Disposition.attached_pic]
    covers = len(container.streams.video) - len(pictures)
    usable = [s for s in pictures if s.codec_context is not None]
    video = max(usable, key=_rank, default=None)
    sounds = [s for s in container.streams.audio if s.codec_context is not None]
    flagged = [s for s in sounds if s.disposition & Disposition.default]
    audio = next(iter(flagged or sounds), None)
    if len(pictures) > 1 and video is not None:
        notes.append(f"{len(pictures)} picture streams; stream {video.index} is used")
    if len(sounds) > 1 and audio is not None:
        notes.append(f"{len(sounds)} audio streams; stream {audio.index} is used")
    if covers:
        notes.append("an attached cover picture was ignored")
    if len(pictures) > len(usable):
        notes.append("a picture stream in a format that cannot be decoded was ignored")
    if video is None and audio is not None:
        notes.append("no picture, sound only")
    return video, audio, tuple(notes)


def _rank(stream: Any) -> tuple[bool, int, int]:
    size = stream.codec_context.width * stream.codec_context.height
    return bool(stream.disposition & Disposition.default), size, -stream.index


def _zero(container: Any) -> Fraction:
    """The earliest start of any stream, where `-ss 0` of ffmpeg lands; exact where it can be."""
    if container.start_time is None:
        return Fraction(0)
    told = Fraction(container.start_time) * MICROSECOND
    starts = [
        s.start_time * s.time_base
        for s in container.streams
        if s.start_time is not None and s.time_base
    ]
    near = [start for start in starts if abs(start - told) <= MICROSECOND]
    zero = near[0] if near else told
    return zero if math.isfinite(zero) else Fraction(0)
