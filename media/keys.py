"""Inside a worker: what a decoder may begin with, and what it may do without.

Does a packet that says "key frame" really let a decoder start there? The container's word is not
enough. By the standards H.264 starts at an IDR picture or at a recovery point that is right at once
(ITU-T H.264, 7.4.1.2.4 and D.2.8), HEVC at an IRAP picture (H.265, 7.4.2.2); VP8, VP9 and AV1 key
frames reset everything. For 4:4:4 H.264 and every other codec the answer is "try it": decoders
there lean on what stood earlier in the stream.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

INTRA_ONLY = frozenset(
    (
        "mjpeg", "prores", "dnxhd", "rawvideo", "ffv1", "png", "qtrle", "huffyuv", "ffvhuff",
        "cfhd", "utvideo", "v210", "dvvideo",
    )
)  # fmt: skip
RESETTING = frozenset(("vp8", "vp9", "av1", "libdav1d"))
IDR, SEI, RECOVERY_POINT = 5, 6, 6
IRAP = range(16, 22)
LOOKED_NALS = 32


def starts_here(packet: Any, stream: Any) -> bool | None:
    """True or False where the standard tells, None where only trying does."""
    name = stream.codec_context.name
    if name in INTRA_ONLY or name in RESETTING:
        return True
    if name == "h264":
        if "444" in (stream.codec_context.pix_fmt or ""):
            return None
        return any(_h264_start(nal) for nal in nals(bytes(packet), stream))
    if name == "hevc":
        return any((nal[0] >> 1) & 63 in IRAP for nal in nals(bytes(packet), stream))
    return None


def tells_needless(stream: Any) -> bool:
    """Whether a picture that calls itself no reference is one: nothing else changes without it.

    So it is in H.264 (7.4.1, nal_ref_idc), and in HEVC (7.4.2.2) where there is one temporal layer.
    """
    name, extra = stream.codec_context.name, stream.codec_context.extradata or b""
    if name == "hevc":
        return len(extra) > 21 and extra[0] == 1 and (extra[21] >> 3) & 7 == 1
    return bool(name == "h264")


def _h264_start(nal: bytes) -> bool:
    kind = nal[0] & 31
    if kind == SEI and len(nal) > 3 and nal[1] == RECOVERY_POINT:
        return bool(nal[3] & 0x80)  # no frames until it is right; more with gradual refresh
    return kind == IDR


def nals(data: bytes, stream: Any) -> Iterator[bytes]:
    """The first bytes of the NAL units of a packet, length-prefixed or with start codes."""
    extra = stream.codec_context.extradata or b""
    if extra[:1] == b"\x01":
        place = 4 if stream.codec_context.name == "h264" else 21
        width = (extra[place] & 3) + 1 if len(extra) > place else 4
        at = 0
        for _ in range(LOOKED_NALS):
            length = int.from_bytes(data[at : at + width], "big")
            at += width
            if length == 0 or at >= len(data):
                return
            yield data[at : at + 8]
            at += length
        return
    at = -1
    for _ in range(LOOKED_NALS):
        at = data.find(b"\x00\x00\x01", at + 1)
        if at < 0 or at + 3 >= len(data):
            return
        yield data[at + 3 : at + 11]
