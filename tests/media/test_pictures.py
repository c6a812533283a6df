"""Picture files as stills: known by content, upright, 8-bit, bounded, refused in words."""

from __future__ import annotations

import struct
import zlib
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from media.errors import MediaError
from media.stills import still

RED, BLUE = (220, 30, 40), (20, 40, 210)


def halves() -> Image.Image:
    """64x32: the left half red, the right half blue."""
    rgb = np.empty((32, 64, 3), np.uint8)
    rgb[:, :32], rgb[:, 32:] = RED, BLUE
    return Image.fromarray(rgb)


def near(pixel: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() < 12)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"])
def test_a_picture_of_any_common_kind_is_a_still_under_any_name(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a picture: 'x'.dat"
    halves().save(path, kind)
    rgb = still(path, Fraction(0))
    assert rgb.shape == (32, 64, 3) and rgb.dtype == np.uint8
    assert near(rgb[16, 8], RED) and near(rgb[16, 56], BLUE)
    assert still(path, Fraction(7), height_px=16).shape == (16, 32, 3)


def test_a_turned_photograph_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise for display
    halves().save(tmp_path / "turned.jpg", exif=exif)
    rgb = still(tmp_path / "turned.jpg", Fraction(0), height_px=32)
    assert rgb.shape == (32, 16, 3)
    assert near(rgb[4, 8], RED) and near(rgb[28, 8], BLUE)


def test_sixteen_bits_palettes_and_transparency_become_eight_bits_over_black(
    tmp_path: Path,
) -> None:
    grey = np.full((8, 8), 0x80FF, np.uint16)
    Image.fromarray(grey).save(tmp_path / "deep.png")
    assert (still(tmp_path / "deep.png", Fraction(0)) == 0x80).all()
    clear = halves().convert("RGBA")
    clear.putalpha(0)
    clear.save(tmp_path / "clear.png")
    assert not still(tmp_path / "clear.png", Fraction(0)).any()
    halves().quantize(4).save(tmp_path / "few.png")
    assert near(still(tmp_path / "few.png", Fraction(0))[16, 8], RED)
    halves().convert("CMYK").save(tmp_path / "print.jpg")
    assert still(tmp_path / "print.jpg", Fraction(0)).shape == (32, 64, 3)


def test_colours_are_brought_to_srgb_by_the_profile_inside(tmp_path: Path) -> None:
    from PIL import ImageCms

    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    halves().save(tmp_path / "own.png", icc_profile=lab)
    assert near(still(tmp_path / "own.png", Fraction(0))[16, 8], RED)
    halves().save(tmp_path / "odd.png", icc_profile=b"this is no profile" * 9)
    assert near(still(tmp_path / "odd.png", Fraction(0))[16, 8], RED)


def _claims(width: int, height: int) -> bytes:
    """A PNG that says it is this large."""

    def part(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = part(b"IDAT", zlib.compress(bytes(100)))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + pixels + part(b"IEND", b"")


def test_a_picture_that_claims_too_many_pixels_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(_claims(60_000, 60_000))
    with pytest.raises(MediaError, match="60000x60000") as caught:
        still(path, Fraction(0))
    assert caught.value.verdict == "too-large"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "BMP"])
def test_a_broken_picture_is_called_damaged(tmp_path: Path, kind: str) -> None:
    whole = tmp_path / "whole"
    halves().resize((400, 300)).save(whole, kind)
    path = tmp_path / "half"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(MediaError, match="damaged") as caught:
        still(path, Fraction(0))
    assert caught.value.verdict == "damaged"


def test_what_is_no_picture_is_still_told_for_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "note.png"
    path.write_text("I am a letter")
    with pytest.raises(MediaError, match="text"):
        still(path, Fraction(0))
