"""The frame an edit is made in: size and rate from the footage, and how sources fill it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from project.footage import Footage
from timeline.model import Reframe

Aspect = Literal["16:9", "9:16", "1:1", "4:5"]

RATES: tuple[Fraction, ...] = (
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(50),
    Fraction(60000, 1001),
    Fraction(60),
)
_SIZES: dict[Aspect, tuple[tuple[int, int], tuple[int, int]]] = {
    "16:9": ((1280, 720), (1920, 1080)),
    "9:16": ((720, 1280), (1080, 1920)),
    "1:1": ((720, 720), (1080, 1080)),
    "4:5": ((720, 900), (1080, 1350)),
}
WHOLE = Fraction(99, 100)  # share of a picture from which all of it is seen
CROPPED_UNASKED = Fraction(3, 4)  # share of the picture that must stay to crop unasked


def standard_rate(rate: Fraction) -> Fraction:
    """The standard rate nearest to a measured one, by proportion."""
    if rate <= 0:
        return Fraction(25)
    return min(RATES, key=lambda r: max(r / rate, rate / r))


def rate_for(used: Sequence[Footage]) -> Fraction:
    """The rate most of the footage has, each snapped to a standard one; 25 where none says.

    Rates that no camera makes (10, 12.5) say little, so they count a tenth.
    """
    votes: Counter[Fraction] = Counter()
    for footage in used:
        rate = Fraction(footage.technical.rate)
        if rate > 0:
            near = standard_rate(rate)
            votes[near] += 10 if abs(near / rate - 1) < Fraction(1, 50) else 1
    return max(votes, key=lambda r: (votes[r], -r)) if votes else Fraction(25)


def aspect_for(used: Sequence[Footage]) -> Aspect:
    """The aspect most of the footage has: upright where more than half is portrait."""
    upright = sum(f.technical.orientation == "portrait" for f in used)
    return "9:16" if upright * 2 > len(used) else "16:9"


def size_for(aspect: Aspect, used: Sequence[Footage]) -> tuple[int, int]:
    """Width and height: the larger standard size where at least half the footage fills it."""
    small, large = _SIZES[aspect]
    sharp = sum(min(f.technical.width, f.technical.height) >= 1080 for f in used)
    return large if used and sharp * 2 >= len(used) else small


def kept_share(footage: Footage, width: int, height: int) -> Fraction:
    """The share of the source picture left when it is cropped to fill width x height."""
    technical = footage.technical
    if technical.width <= 0 or technical.height <= 0:
        return Fraction(1)
    ratio = Fraction(technical.width, technical.height) / Fraction(width, height)
    return min(ratio, 1 / ratio)


def reframe_for(
    footage: Footage, width: int, height: int, *, asked: bool, has_text: bool = False
) -> Reframe | None:
    """How footage fills the frame; None where it fits as it is.

    An asked aspect is filled. Unasked, a picture is cropped only where most of it stays;
    otherwise it is shown whole between bars. Words on screen are never cropped unasked.
    """
    share = kept_share(footage, width, height)
    if share > WHOLE:
        return None
    fill = asked or (share >= CROPPED_UNASKED and not has_text)
    return Reframe(fit="fill" if fill else "fit")
