"""Inside a worker: what a file says it holds, checked by decoding its first picture."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av

from media.errors import MediaError
from media.opening import (
    Opened,
    claimed_end,
    clockwise,
    header_claim,
    is_hdr,
    shown_size,
    stream_end,
)
from media.walking import Tally, matrix_of, packets

FIRST_PACKETS = 600  # how far to look for a first picture that decodes
MISSING_S = Fraction(1, 2)  # shorter than promised by less than this is no news


def examine(opened: Opened) -> dict[str, Any]:
    """The probe as plain data. Raises MediaError when nothing in the file decodes."""
    notes = list(opened.notes)
    header, claim = header_claim(opened), claimed_end(opened)
    if header and claim and header > claim * 2 + 60:
        notes.append(
            f"the header claims {float(header):.0f} s, the streams {float(claim):.1f} s; "
            "the header is not believed"
        )
    video = _picture(opened, notes)
    if video is None and opened.audio is None:
        raise MediaError("no picture of this file decodes, and it has no sound", verdict="damaged")
    container = opened.container
    return {
        "container": container.format.name,
        "claimed": str(claim) if claim is not None else None,
        "video": video,
        "audio": _sound(opened, opened.audio),
        "audio_streams": [_sound(opened, s) for s in container.streams.audio if s.codec_context],
        "subtitles": [_subtitle(s) for s in container.streams.subtitles],
        "created": str(container.metadata.get("creation_time", ""))[:40],
        "notes": notes,
    }


def _picture(opened: Opened, notes: list[str]) -> dict[str, Any] | None:
    stream = opened.video
    if stream is None:
        return None
    frame = _first_frame(opened)
    if frame is None:
        notes.append("there is a picture stream, but no picture of it decodes")
        return None
    claimed = stream.codec_context
    width, height = shown_size(frame, stream)
    if is_hdr(frame):
        notes.append("HDR picture; shown and rendered as SDR")
    elif _bits(frame) > 8:
        notes.append(f"{_bits(frame)}-bit picture; shown and rendered in 8 bits")
    if max(width, height) <= 16384 and claimed.width > 4 * frame.width:
        notes.append("the header claims a larger picture than the one that decodes")
    start = stream.start_time * stream.time_base if stream.start_time is not None else None
    rate = stream.average_rate or stream.guessed_rate or Fraction(25)
    return {
        "index": stream.index,
        "codec": claimed.name,
        "width": width,
        "height": height,
        "rotation": clockwise(frame),
        "rate": str(rate if 0 < rate <= 1000 else Fraction(25)),
        "start": str(max(Fraction(0), start - opened.zero_s) if start is not None else 0),
        "pixel_format": frame.format.name,
        "bits": _bits(frame),
        "hdr": is_hdr(frame),
        "transfer": int(frame.color_trc or 0),
        "matrix": {1: "bt709", 9: "bt2020"}.get(matrix_of(frame) or 0, "auto"),
    }


def _first_frame(opened: Opened) -> Any | None:
    for count, packet in enumerate(packets(opened, [opened.video], Tally())):
        if count > FIRST_PACKETS:
            return None
        try:
            for frame in packet.decode():
                return frame
        except (av.FFmpegError, ValueError):
            continue
    return None


def _bits(frame: Any) -> int:
    return max((c.bits for c in frame.format.components), default=8)


def _sound(opened: Opened, stream: Any | None) -> dict[str, Any] | None:
    if stream is None:
        return None
    start = stream.start_time * stream.time_base if stream.start_time is not None else None
    return {
        "index": stream.index,
        "codec": stream.codec_context.name,
        "sample_rate_hz": stream.codec_context.sample_rate or 0,
        "channels": stream.codec_context.channels or 0,
        "start": str(max(Fraction(0), start - opened.zero_s) if start is not None else 0),
        "language": stream.language or "",
    }


def _subtitle(stream: Any) -> dict[str, Any]:
    codec = stream.codec_context.name if stream.codec_context is not None else "unknown"
    title = str(stream.metadata.get("title", ""))[:200]
    return {
        "index": stream.index, "codec": codec, "language": stream.language or "", "title": title
    }  # fmt: skip


def ending(opened: Opened, tally: Tally) -> dict[str, Any]:
    """How the decode ended, compared with what the header promised."""
    end = max(tally.picture_end_s, tally.sound_end_s)
    reasons = _reasons(opened, tally)
    if not end:
        verdict = "rejected"
        reasons = ["nothing in it decodes"]
    else:
        verdict = "partial" if reasons else "ok"
    return {
        "duration": str(end),
        "picture_end": str(tally.picture_end_s),
        "sound_end": str(tally.sound_end_s),
        "frames": tally.frames,
        "errors": tally.errors + tally.sound_errors,
        "verdict": verdict,
        "reason": "; ".join(reasons),
    }


def _reasons(opened: Opened, tally: Tally) -> list[str]:
    reasons = []
    promised = stream_end(opened, opened.video)
    if opened.video is not None and promised and promised - tally.picture_end_s > MISSING_S:
        missing = float(promised - tally.picture_end_s)
        reasons.append(
            f"the end is missing: the header promises {float(promised):.1f} s of picture, "
            f"{float(tally.picture_end_s):.1f} s decode ({missing:.1f} s are lost)"
        )
    told = stream_end(opened, opened.audio)
    if not reasons and opened.audio is not None and told and told - tally.sound_end_s > MISSING_S:
        reasons.append(
            f"the end of the sound is missing: {float(told):.1f} s promised, "
            f"{float(tally.sound_end_s):.1f} s decode"
        )
    damaged = tally.errors + (tally.sound_errors if tally.sound_errors > 2 else 0)
    if damaged:
        what = "frame" if damaged == 1 else "frames"
        reasons.append(f"damaged: {damaged} {what} did not decode cleanly; the good parts are used")
    return reasons
