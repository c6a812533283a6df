"""Filter texts made of numbers: colour to 8-bit BT.709, size, place, exact frames."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from media import colour
from media.values import Fit, Grade, VideoStream

BT709 = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
HDR_TABLE = "hdr.cube"
Size = tuple[int, int]
Aim = tuple[Fraction, float, float]  # a second, and the centre of what is shown then


def tables(*streams: VideoStream | None) -> dict[str, str]:
    """The scratch files that the filters of these streams read."""
    return {
        table_of(stream): colour.cube(stream.transfer)
        for stream in streams
        if stream is not None and stream.hdr
    }


def table_of(stream: VideoStream) -> str:
    """The name of the scratch file that holds the stream's HDR table."""
    return f"{stream.transfer}-{HDR_TABLE}"


def even(value: Fraction | float | int) -> int:
    """The nearest even number of pixels, at least 2; 4:2:0 pictures need it."""
    return max(2, round(value / 2) * 2)


def scaled(stream: VideoStream, size: Size) -> str:
    """Upright picture scaled to `size`, square pixels, 8-bit BT.709 4:2:0.

    ffmpeg turns the picture by its display matrix before the first filter, so nothing here does.
    """
    width, height = size
    bt709 = "out_color_matrix=bt709:out_range=tv"
    if stream.hdr:
        return (
            f"scale={width}:{height}:flags=bicubic:in_color_matrix=bt2020,format=gbrp16le,"
            f"lut3d=file={table_of(stream)}:interp=tetrahedral,"
            f"scale={bt709},format=yuv420p,setsar=1,{BT709}"
        )
    matrix = f"in_color_matrix={stream.matrix}:" if stream.matrix != "auto" else ""
    return f"scale={width}:{height}:flags=bicubic:{matrix}{bt709},format=yuv420p,setsar=1,{BT709}"


def placed(stream: VideoStream, fit: Fit, frame: Size, *, aims: Sequence[Aim] = ()) -> str:
    """The picture in a frame of even `frame` size: whole with bars, or filling it cropped.

    aims: (second of what comes in, centre x, centre y) in order; the crop glides through them.
    """
    width, height = frame
    share_w, share_h = _shown(stream, fit, frame)
    crop = ""
    if share_w < 0.9999 or share_h < 0.9999:
        path = aims or ((Fraction(0), fit.centre_x, fit.centre_y),)
        left = _edge([(at, x) for at, x, _ in path], share_w)
        top = _edge([(at, y) for at, _, y in path], share_h)
        crop = f"crop=iw*{share_w:.6f}:ih*{share_h:.6f}:'iw*({left})':'ih*({top})':exact=1,"
    if fit.mode == "fill":
        return crop + scaled(stream, frame)
    wide, high = stream.width * share_w, stream.height * share_h
    share = min(width / wide, height / high)
    inner = min(width, even(wide * share)), min(height, even(high * share))
    left_px, top_px = (width - inner[0]) // 4 * 2, (height - inner[1]) // 4 * 2
    pad = f",pad={width}:{height}:{left_px}:{top_px}:black" if inner != frame else ""
    return crop + scaled(stream, inner) + pad


def _edge(centres: Sequence[tuple[Fraction, float]], share: float) -> str:
    """Where a crop of `share` begins that looks at `centres` and stays inside the picture."""
    return f"clip({_glide(centres)}-{share / 2:.6f},0,{1 - share:.6f})"


def _glide(values: Sequence[tuple[Fraction, float]]) -> str:
    """A value over the seconds `t` as an expression: straight between the given ones, held beyond.

    A sum of ramps, because nested conditions overflow ffmpeg's parser.
    """
    text = f"{values[0][1]:.6f}"
    for (at, value), (then, other) in pairwise(values):
        if then > at and abs(other - value) > 1e-6:
            text += f"{other - value:+.6f}*clip((t-{float(at):.4f})/{float(then - at):.4f},0,1)"
    return text


def graded(grade: Grade) -> str:
    """A light correction of 8-bit BT.709 pictures in their limited range."""
    luma = f"(val-126)*{grade.contrast:.4f}+{126 + grade.light * 219:.3f}"
    blue, red = (
        f"(val-128)*{grade.saturation:.4f}+{128 + shift * 224:.3f}"
        for shift in (grade.blue, grade.red)
    )
    return f"lutyuv=y='clip({luma},16,235)':u='clip({blue},16,240)':v='clip({red},16,240)'"


def _shown(stream: VideoStream, fit: Fit, frame: Size) -> tuple[float, float]:
    """The shares of the source's width and height that are seen."""
    zoom = max(1.0, fit.zoom)
    if fit.mode == "fit":
        return 1 / zoom, 1 / zoom
    source, wanted = stream.width / stream.height, frame[0] / frame[1]
    wide = min(1.0, wanted / source) / zoom
    high = min(1.0, source / wanted) / zoom
    return wide, high


def timed(offset_s: Fraction, speed: Fraction, rate: Fraction) -> str:
    """Frames by their time stamps: `offset_s` becomes 0, faster by `speed`, at `rate`.

    The first output frame shows what stands at the offset, also where the next frame comes late.
    """
    step = offset_s / 1
    shift = f"PTS-({step.numerator}/{step.denominator})/TB"
    if speed != 1:
        shift = f"({shift})*{speed.denominator}/{speed.numerator}"
    return f"setpts={shift},fps={rate.numerator}/{rate.denominator}:start_time=0:round=near"


def tempo(speed: Fraction) -> str:
    """Sound faster by `speed` at the same pitch; `atempo` does 0.5 to 2 well, so it is chained."""
    steps, left = [], float(speed)
    while left > 2.0:
        steps.append("atempo=2")
        left /= 2
    while left < 0.5:
        steps.append("atempo=0.5")
        left *= 2
    if abs(left - 1) > 1e-6:
        steps.append(f"atempo={left:.6f}")
    return ",".join(steps)
