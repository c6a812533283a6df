"""Frames and samples of our own written as ordinary files: H.264 and AAC in MP4, or WAV."""

from __future__ import annotations

import os
import struct
import tempfile
import wave
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media import command
from media.errors import MediaError
from media.filters import BT709 as BT709_FILTER
from media.finish import finished
from media.sandbox import Child, Limits
from media.values import Cancel

LIMITS = Limits(quiet_s=300.0)
BT709 = (
    "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709",
    "-color_range", "tv",
)  # fmt: skip
TAGGED = ("-movflags", "+faststart+use_metadata_tags")
AAC = ("-c:a", "aac", "-ar", "48000", "-ac", "2", "-b:a", "192k")


def h264(rate: Fraction, *, crf: int = 18, preset: str = "veryfast", threads: int = 0) -> list[str]:
    """The one way Roughcut writes H.264: a key frame at least every two seconds, BT.709."""
    return [
        "-c:v", "libx264", "-preset", preset, "-crf", str(crf), "-pix_fmt", "yuv420p",
        "-profile:v", "high", "-g", str(max(1, round(2 * rate))), "-threads", str(threads),
        *BT709,
    ]  # fmt: skip


def tags(metadata: Iterable[tuple[str, str]]) -> list[str]:
    """Container tags as arguments. A tag is a name of letters and a line of text."""
    out = []
    for name, text in metadata:
        if not name.replace("_", "").replace(".", "").isalnum():
            raise MediaError(f"a metadata tag cannot be called {name!r}")
        out += ["-metadata", f"{name}={text.replace(chr(0), '')}"]
    return out


def write_clip(
    frames: NDArray[np.uint8],
    rate: Fraction,
    out: Path,
    *,
    metadata: Sequence[tuple[str, str]] = (),
    samples: NDArray[np.float32] | None = None,
    sample_rate_hz: int = 48_000,
    cancel: Cancel | None = None,
) -> None:
    """Write an H.264 MP4. frames: (F, H, W, 3) uint8 RGB; samples: (N,) or (N, 2) float32.

    Odd sizes lose their last column or row. Raises MediaError, Cancelled.
    """
    count, height, width, _ = _shape(frames)
    size = f"{width}x{height}"
    picture = command.Input(
        None, ("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", str(Fraction(rate)))
    )
    graph = (
        f"[0:v]crop={width // 2 * 2}:{height // 2 * 2}:0:0,"
        f"scale=in_range=pc:out_color_matrix=bt709:out_range=tv,format=yuv420p,{BT709_FILTER}[v]"
    )
    with tempfile.TemporaryDirectory(prefix="roughcut-") as folder, finished(out) as temporary:
        inputs, mapped = [picture], ["-map", "[v]"]
        if samples is not None and len(samples):
            inputs.append(raw_samples(samples, sample_rate_hz, Path(folder) / "sound.raw"))
            mapped += ["-map", "1:a", *AAC]
        arguments = [
            *mapped, *h264(Fraction(rate)), "-frames:v", str(count), *tags(metadata), *TAGGED,
            "-f", "mp4",
        ]  # fmt: skip
        made = command.ffmpeg(inputs, temporary, graph=graph, arguments=arguments)
        with Child(made, limits=LIMITS, cancel=cancel, feed=True) as child:
            for frame in frames:
                child.write(np.ascontiguousarray(frame).data)
            child.close_input()
            child.finish()


def raw_samples(samples: NDArray[np.float32], rate_hz: int, out: Path) -> command.Input:
    """`samples` written to `out` as raw floats, as an input of a command."""
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    np.ascontiguousarray(samples, dtype="<f4").tofile(out)
    return raw_input(out, rate_hz, channels)


def raw_input(path: Path, rate_hz: int, channels: int) -> command.Input:
    """A file of raw little-endian floats of our own as an input of a command."""
    layout = "mono" if channels == 1 else "stereo"
    options = ("-f", "f32le", "-ar", str(rate_hz), "-ch_layout", layout)
    return command.Input(path, options, ours="f32le")


def write_sound(
    samples: NDArray[np.float32], rate_hz: int, out: Path, *, comment: str = ""
) -> None:
    """Write (N,) or (N, 2) float32 samples, -1 to 1, as 16-bit WAV. Raises MediaError."""
    if samples.ndim not in (1, 2) or (samples.ndim == 2 and samples.shape[1] > 2):
        raise MediaError(f"sound has one or two channels, not the shape {samples.shape}")
    whole = np.clip(np.nan_to_num(samples), -1, 1)
    with finished(out) as temporary:
        with temporary.open("wb") as file, wave.open(file, "wb") as sound:
            sound.setnchannels(1 if whole.ndim == 1 else whole.shape[1])
            sound.setsampwidth(2)
            sound.setframerate(rate_hz)
            sound.writeframes((whole * 32767).astype("<i2").tobytes())
        if comment:
            _remark(temporary, comment)


def _remark(path: Path, comment: str) -> None:
    """Put an INFO list with a comment behind the sound of a WAV file."""
    text = comment.replace("\0", "").encode() + b"\0"
    text += b"\0" * (len(text) % 2)
    body = b"INFOICMT" + struct.pack("<I", len(text)) + text
    with path.open("r+b") as file:
        file.seek(0, os.SEEK_END)
        file.write(b"LIST" + struct.pack("<I", len(body)) + body)
        whole = file.tell()
        file.seek(4)
        file.write(struct.pack("<I", whole - 8))


def _shape(frames: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    if frames.ndim != 4 or frames.shape[3] != 3 or frames.dtype != np.uint8:
        raise MediaError(
            f"a clip is made of (F, H, W, 3) uint8 frames, not {frames.dtype} {frames.shape}"
        )
    if not frames.shape[0] or min(frames.shape[1:3]) < 2:
        raise MediaError(f"a clip needs a frame of at least 2x2 pixels, not {frames.shape}")
    return frames.shape[0], frames.shape[1], frames.shape[2], frames.shape[3]
