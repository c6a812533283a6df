"""Inside a worker: pieces and sound joined into one MP4 without encoding again, then checked."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from media.errors import MediaError

OPTIONS = {"movflags": "+faststart+use_metadata_tags"}
LOOKED_FRAMES = 40
BLACK = 20  # luma of 8-bit video-range black is 16


@dataclass(frozen=True, slots=True)
class Assembly:
    """What is joined: the pieces with their frames, the film's sound, tags."""

    pieces: list[tuple[Path, int]]
    sound: Path
    rate: Fraction
    tags: list[tuple[str, str]]


def assemble(job: Assembly, out: Path) -> dict[str, Any]:
    """Write `out` and say what it holds when opened again. Raises MediaError."""
    _join(job, out)
    return _check(out)


def _join(job: Assembly, out: Path) -> None:
    delay = max(_delay(path, frames, job.rate) for path, frames in job.pieces)
    with (
        av.open(f"file:{job.sound}") as sound,
        av.open(f"file:{job.pieces[0][0]}") as first,
        av.open(f"file:{out}", "w", format="mp4", options=OPTIONS) as film,
    ):
        film.metadata.update(dict(job.tags))
        picture = film.add_stream_from_template(first.streams.video[0])
        picture.time_base = 1 / job.rate
        voice = film.add_stream_from_template(sound.streams.audio[0])
        seen = _pictures(job, delay, first.streams.video[0].codec_context.extradata)
        heard = (p for p in sound.demux(sound.streams.audio[0]) if p.dts is not None)
        both = heapq.merge(((p, picture) for p in seen), ((p, voice) for p in heard), key=_at)
        for packet, stream in both:
            packet.stream = stream
            film.mux(packet)


def _at(pair: tuple[Any, Any]) -> Fraction:
    return Fraction(pair[0].dts * pair[0].time_base)


def _pictures(job: Assembly, delay: int, extra: bytes | None) -> Iterator[Any]:
    """Every picture packet on whole frames of the film, in decoding order."""
    decoded = shown = 0
    for path, frames in job.pieces:
        with av.open(f"file:{path}") as piece:
            stream = piece.streams.video[0]
            if stream.codec_context.extradata != extra:
                raise MediaError("pieces of the film were encoded differently; clear the cache")
            for packet in piece.demux(stream):
                if packet.pts is None or not packet.size:
                    continue
                number = _number(packet, stream, job.rate)
                packet.time_base = 1 / job.rate
                packet.pts, packet.dts, packet.duration = shown + number, decoded - delay, 1
                decoded += 1
                yield packet
        shown += frames
        if decoded != shown:
            raise MediaError(
                f"a piece of the film holds {decoded - shown:+d} frames; clear the cache"
            )


def _number(packet: Any, stream: Any, rate: Fraction) -> int:
    shown_s: Fraction = (packet.pts - (stream.start_time or 0)) * stream.time_base
    return round(shown_s * rate)


def _delay(path: Path, frames: int, rate: Fraction) -> int:
    """How many frames decoding runs ahead of showing in this piece."""
    with av.open(f"file:{path}") as piece:
        stream = piece.streams.video[0]
        numbers = [_number(p, stream, rate) for p in piece.demux(stream) if p.pts is not None]
    if sorted(numbers) != list(range(frames)):
        raise MediaError(f"a piece of the film holds {len(numbers)} of {frames} frames")
    return max(place - number for place, number in enumerate(numbers))


def _check(out: Path) -> dict[str, Any]:
    """What the finished file really holds: frames, size, light, sound."""
    with av.open(f"file:{out}") as film:
        picture, voice = film.streams.video[0], film.streams.audio[0]
        picture.codec_context.skip_frame = "NONKEY"
        every = max(1, picture.frames // (50 * LOOKED_FRAMES))
        count = keys = samples = 0
        brightest, loudest, size = 0.0, 0.0, (0, 0)
        for packet in film.demux(picture, voice):
            if packet.stream is picture:
                count += 1 if packet.size else 0
                keys += int(packet.is_keyframe)
                if packet.is_keyframe and keys % every == 0:
                    for frame in packet.decode():
                        size = frame.width, frame.height
                        plane = frame.to_ndarray(format="gray")
                        brightest = max(brightest, float(np.percentile(plane, 99)))
                continue
            for heard in packet.decode():
                samples += heard.samples
                loudest = max(loudest, float(np.abs(heard.to_ndarray()).max(initial=0)))
        for frame in picture.codec_context.decode(None):
            size = frame.width, frame.height
            plane = frame.to_ndarray(format="gray")
            brightest = max(brightest, float(np.percentile(plane, 99)))
        length = Fraction(film.duration or 0, 1_000_000)
    return {
        "frames": count, "width": size[0], "height": size[1], "duration": str(length),
        "samples": samples, "black": brightest <= BLACK, "loudest": loudest,
    }  # fmt: skip
