"""Picture files (PNG, JPEG, WebP, BMP, TIFF) as pixels. They are known by content, not by name.

The files are as hostile as any footage, so only the sandboxed worker opens them.
"""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from media.command import MAX_PIXELS
from media.errors import MediaError

if TYPE_CHECKING:
    from PIL.Image import Image as Opened

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF")
STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
RGB = NDArray[np.uint8]


def is_picture(path: Path) -> bool:
    """Whether `path` starts like a picture file. Raises MediaError where it cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError as error:
        raise MediaError(f"{path.name!r} cannot be read: {error.strerror}") from error
    webp = head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    bitmap = head[:2] == b"BM" and head[6:10] == bytes(4)
    return webp or bitmap or head.startswith(STARTS)


def read_picture(path: Path, *, height_px: int = 0) -> RGB:
    """Inside a worker: (H, W, 3) uint8 sRGB, upright, over black; 0 keeps its own height.

    Raises MediaError with the verdict.
    """
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # the limit below is the same, and says what to do
    try:
        with Image.open(path, formats=FORMATS) as opened:
            width, height = opened.size
            if width * height > MAX_PIXELS:
                raise MediaError(
                    f"{path.name!r} is {width}x{height} pixels large, more than Roughcut takes"
                    f" ({MAX_PIXELS / 1e6:.0f} million); scale it down first",
                    verdict="too-large",
                )
            opened.load()
            upright = _upright(opened)
    except (OSError, SyntaxError, ValueError, EOFError, struct.error) as error:
        raise MediaError(
            f"{path.name!r} is damaged: it starts like a picture but cannot be read"
            f" ({str(error)[:120]})",
            verdict="damaged",
        ) from error
    if height_px and height_px != upright.height:
        width_px = max(1, round(upright.width * height_px / upright.height))
        upright = upright.resize((width_px, height_px), Image.Resampling.LANCZOS)
    return np.asarray(upright, np.uint8)


def _upright(opened: Opened) -> Opened:
    """8-bit RGB in sRGB, turned as its EXIF orientation says."""
    from PIL import Image, ImageOps

    turned = ImageOps.exif_transpose(opened)
    if turned.mode.startswith("I"):  # 16 bits of grey, which `convert` would clip to white
        grey = np.asarray(turned).astype(np.int64) >> 8
        return Image.fromarray(grey.clip(0, 255).astype(np.uint8)).convert("RGB")
    if turned.has_transparency_data:
        clear = turned.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", clear.size, (0, 0, 0, 255)), clear).convert(
            "RGB"
        )
    return _srgb(turned, opened.info.get("icc_profile"))


def _srgb(picture: Opened, profile: Any) -> Opened:
    """`picture` in sRGB by its colour profile; a profile that cannot be read is left aside."""
    from PIL import ImageCms

    if isinstance(profile, bytes) and picture.mode in ("RGB", "CMYK", "L"):
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            srgb = ImageCms.createProfile("sRGB")
            shown = ImageCms.profileToProfile(picture, own, srgb, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            return picture.convert("RGB")
        if shown is not None:
            return shown
    return picture.convert("RGB")
