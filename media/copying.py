"""Inside a worker: the pictures of a film taken over as they are, where nothing about them changes.

Whole groups of pictures only: each span starts at an IDR picture and ends before the next one or
with its file, so that no picture leans on one that is left out. Everything is decoded once on the
way; what is damaged, turned, of another colour space or off the frame grid is not copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from media.jumping import jump
from media.keys import IDR, nals
from media.opening import Opened, clockwise, open_media, shown_size
from media.walking import Tally, packets

BT709, FULL_RANGE = 1, 2  # H.273 codes
PARAMETERS = (7, 8)  # NAL units that would change how what follows is read
MOST_BYTES = 256_000_000  # of a span; a longer one would fill the worker's memory
OFF_GRID = Fraction(1, 100)  # of a frame; time stamps are rounded


@dataclass(frozen=True, slots=True)
class Span:
    """`frames` pictures of a file from `start_s` on."""

    path: Path
    start_s: Fraction
    frames: int


class _Changes(Exception):
    """These pictures cannot be taken over as they are."""


def copy(spans: Sequence[Span], out: Path, *, size: tuple[int, int], rate: Fraction) -> bool:
    """Write the pictures of `spans` to `out` without encoding; False where that cannot be."""
    sources = [open_media(span.path) for span in spans]
    try:
        extra = {_parameters(opened) for opened in sources}
        if len(extra) != 1:
            return False
        for opened, span in zip(sources, spans, strict=True):
            if not _landed(opened, span):
                return False
        groups = [
            _whole(opened, span, size, rate) for opened, span in zip(sources, spans, strict=True)
        ]
        _write(groups, sources[0].video, out, rate)
    except (_Changes, av.FFmpegError):
        return False
    finally:
        for opened in sources:
            opened.container.close()
    return True


def _parameters(opened: Opened) -> bytes:
    stream = opened.video
    if stream is None or stream.codec_context.name != "h264":
        raise _Changes
    extra = bytes(stream.codec_context.extradata or b"")
    if extra[:1] != b"\x01":
        raise _Changes
    return extra


def _landed(opened: Opened, span: Span) -> bool:
    """Whether a key frame stands right at the in point; the container is left before it."""
    jump(opened, span.start_s)
    first = next((p for p in packets(opened, [opened.video], Tally()) if p.size), None)
    if first is None or first.pts is None:
        return False
    found = opened.seconds(first.pts, first.time_base)
    jump(opened, span.start_s)
    return bool(abs(found - span.start_s) <= first.time_base / 2)


def _whole(
    opened: Opened, span: Span, size: tuple[int, int], rate: Fraction
) -> list[tuple[Any, int]]:
    """The packets of a span in decoding order, each with the number of its picture."""
    found = list(_until_next(opened, span, rate))
    if sorted(number for _, number in found) != list(range(span.frames)):
        raise _Changes
    decoder, decoded = opened.video.codec_context, 0  # type: ignore[union-attr]
    for packet in (*(packet for packet, _ in found), None):
        decoded += sum(1 for frame in decoder.decode(packet) if _same(frame, opened, size))
    if decoded != span.frames:
        raise _Changes
    return found


def _until_next(opened: Opened, span: Span, rate: Fraction) -> Iterator[tuple[Any, int]]:
    """Packets from an IDR picture to before the one at the out point, or to the file's end."""
    much = 0
    for packet in packets(opened, [opened.video], Tally()):
        if not packet.size:
            continue
        number, kinds = _number(opened, packet, span, rate), _kinds(packet, opened)
        if number >= span.frames and IDR in kinds:
            return
        much += packet.size
        if number >= span.frames or (not number and IDR not in kinds) or much > MOST_BYTES:
            raise _Changes
        if not kinds.isdisjoint(PARAMETERS):
            raise _Changes
        yield packet, number


def _number(opened: Opened, packet: Any, span: Span, rate: Fraction) -> int:
    if packet.pts is None or packet.is_corrupt:
        raise _Changes
    exact = (opened.seconds(packet.pts, packet.time_base) - span.start_s) * rate
    if abs(exact - round(exact)) > max(OFF_GRID, packet.time_base * rate):
        raise _Changes
    return round(exact)


def _kinds(packet: Any, opened: Opened) -> frozenset[int]:
    return frozenset(nal[0] & 31 for nal in nals(bytes(packet), opened.video))


def _same(frame: Any, opened: Opened, size: tuple[int, int]) -> bool:
    """True for a picture just as the film shows it; raises where it is any different."""
    plain = (
        (frame.width, frame.height) == size == shown_size(frame, opened.video)
        and frame.format.name == "yuv420p"
        and int(frame.colorspace) == BT709
        and int(frame.color_range) != FULL_RANGE
        and not (frame.is_corrupt or frame.interlaced_frame or clockwise(frame))
    )
    if not plain:
        raise _Changes
    return True


def _write(groups: list[list[tuple[Any, int]]], template: Any, out: Path, rate: Fraction) -> None:
    ahead = max(place - number for group in groups for place, (_, number) in enumerate(group))
    with av.open(f"file:{out}", "w", format="mp4") as film:
        stream = film.add_stream_from_template(template)
        stream.time_base = 1 / rate
        for packet in _shown(groups, ahead, rate):
            packet.stream = stream
            film.mux(packet)


def _shown(groups: list[list[tuple[Any, int]]], ahead: int, rate: Fraction) -> Iterator[Any]:
    """The packets of all groups on the frames of the film, in decoding order."""
    before = 0
    for group in groups:
        for place, (packet, number) in enumerate(group):
            packet.time_base = 1 / rate
            packet.pts, packet.dts, packet.duration = before + number, before + place - ahead, 1
            yield packet
        before += len(group)
