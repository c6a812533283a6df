"""Filter texts made of numbers: colour to 8-bit BT.709, size, place, exact frames."""

from __future__ import annotations

from fractions import Fraction

from media import colour
from media.values import Fit, VideoStream

BT709 = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
HDR_TABLE = "hdr.cube"
Size = tuple[int, int]


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


def placed(stream: VideoStream, fit: Fit, frame: Size) -> str:
    """The picture in a frame of even `frame` size: whole with bars, or filling it cropped."""
    width, height = frame
    share_w, share_h = _shown(stream, fit, frame)
    crop = ""
    if share_w < 0.9999 or share_h < 0.9999:
        left = min(max(fit.centre_x - share_w / 2, 0.0), 1 - share_w)
        top = min(max(fit.centre_y - share_h / 2, 0.0), 1 - share_h)
        crop = f"crop=iw*{share_w:.6f}:ih*{share_h:.6f}:iw*{left:.6f}:ih*{top:.6f}:exact=1,"
    if fit.mode == "fill":
        return crop + scaled(stream, frame)
    wide, high = stream.width * share_w, stream.height * share_h
    share = min(width / wide, height / high)
    inner = min(width, even(wide * share)), min(height, even(high * share))
    left_px, top_px = (width - inner[0]) // 4 * 2, (height - inner[1]) // 4 * 2
    pad = f",pad={width}:{height}:{left_px}:{top_px}:black" if inner != frame else ""
    return crop + scaled(stream, inner) + pad


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
