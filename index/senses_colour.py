"""The colours a person would name in a picture, and its warmth and saturation.

A pixel gets one of the eleven basic colour terms (Berlin & Kay 1969) from its CIE L*a*b* hue,
chroma and lightness. The borders follow where English speakers draw them: brown is dark orange,
pink is light red or purple, and what has little chroma is black, grey or white. Between blue and
purple the hue is Oklab's (Ottosson 2020): in CIELAB a pure blue lies among the pale purples.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

TERMS = (
    "black", "white", "grey", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown",
)  # fmt: skip
NEUTRAL = TERMS[:3]
UNNAMED = len(TERMS)
VIOLET = UNNAMED + 1  # blue, and to some eyes purple
BITS = 6  # of a channel, for which colours are told apart
COLOURED_SHARE = 0.10  # a colour is named from this share of the picture on
NEUTRAL_SHARE = 0.40
ACCENT_SHARE = 0.03  # a lamp or a flower has its colour in a much smaller share
MOST_NAMED = 3
_HUES = (  # (from degrees of CIELAB hue, term for light, term for dark), dark: L* below 55
    (0.0, "pink", "red"),
    (18.0, "red", "red"),
    (47.0, "orange", "brown"),
    (78.0, "yellow", "brown"),
    (98.0, "yellow", "green"),
    (111.0, "green", "green"),
    (196.0, "blue", "blue"),
    (311.0, "purple", "purple"),
    (330.0, "pink", "purple"),
)
_PURPLE_FROM = 285.0  # degrees of Oklab hue, between Munsell's 7.5PB and 10PB
_VIOLET_FROM = 272.0  # some call it purple from here, past the bluest blue of a screen at 264
_TO_CONES = np.array([  # from linear red, green and blue
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
])  # fmt: skip
_TO_AB = np.array([  # from the cube roots of the three cones
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
])  # fmt: skip
_FROM = np.array([h[0] for h in _HUES])
_LIGHT = np.array([TERMS.index(h[1]) for h in _HUES])
_DARK = np.array([TERMS.index(h[2]) for h in _HUES])


def term_shares(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The share of the picture in each of TERMS, and of blue that some call purple.

    (12,) float64; the first 11 sum to at most 1. rgb: (H, W, 3) uint8; a small picture (64 px
    wide) is enough.
    """
    step = (rgb >> np.uint8(8 - BITS)).astype(np.int32)
    code = (step[..., 0] << 2 * BITS) + (step[..., 1] << BITS) + step[..., 2]
    counts = np.bincount(_terms()[code].reshape(-1), minlength=VIOLET + 1)
    shares = counts[[*range(len(TERMS)), VIOLET]] / max(1, code.size)
    shares[TERMS.index("blue")] += shares[-1]
    return np.asarray(shares)


@lru_cache(maxsize=1)
def _terms() -> NDArray[np.uint8]:
    """The term of every colour, `BITS` of each channel: looked up, not reckoned pixel by pixel.

    VIOLET is told apart from blue here.
    """
    level = (np.arange(1 << BITS, dtype=np.float32) + 0.5) / (1 << BITS)
    red, green, blue = np.meshgrid(level, level, level, indexing="ij")
    every = np.stack([red, green, blue], axis=-1).astype(np.float32).reshape(1, -1, 3)
    terms = terms_of(every)
    violet = (terms == TERMS.index("blue")) & (oklab_hue(every[0]) >= _VIOLET_FROM)
    return np.where(violet, VIOLET, terms).astype(np.uint8)


def terms_of(rgb: NDArray[np.float32]) -> NDArray[np.intp]:
    """The place in TERMS of each pixel, row by row; UNNAMED for none. rgb: (H, W, 3), 0 to 1."""
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB).reshape(-1, 3)
    light, a, b = lab[:, 0], lab[:, 1], lab[:, 2]
    chroma = np.hypot(a, b)
    hue = np.degrees(np.arctan2(b, a)) % 360
    place = np.searchsorted(_FROM, hue, side="right") - 1
    # yellow turns olive and orange turns brown as they darken; blue and red keep their name
    term = np.where(light < 55, _DARK[place], _LIGHT[place])
    blue, purple = TERMS.index("blue"), TERMS.index("purple")
    violet = np.where(oklab_hue(rgb.reshape(-1, 3)) < _PURPLE_FROM, blue, purple)
    term = np.where((term == blue) | (term == purple), violet, term)
    # a strong dark orange-red is red, not brown; a light unsaturated red is pink
    term = np.where((term == TERMS.index("red")) & (light > 68), TERMS.index("pink"), term)
    # skin, sand and beige have no basic term: they count for nothing
    pale = (light > 58) & (chroma < 32) & (hue > 30) & (hue < 105)
    term = np.where(pale, UNNAMED, term)
    # near black and near white a small chroma is not seen as a colour
    seen = np.where(light < 20, 22.0, np.where(light > 88, 16.0, 13.0))
    neutral = np.where(light < 24, 0, np.where(light > 82, 1, 2))
    return np.where(chroma < seen, neutral, term).astype(np.intp)


def oklab_hue(rgb: NDArray[np.float32]) -> NDArray[np.float64]:
    """Degrees of hue in Oklab, 0 to 360, of sRGB colours (N, 3), 0 to 1."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    a, b = (np.cbrt(linear @ _TO_CONES.T) @ _TO_AB.T).T
    return np.asarray(np.degrees(np.arctan2(b, a)) % 360)


def named_colours(shares: NDArray[np.float64]) -> tuple[str, ...]:
    """The colour terms worth saying, most frequent first, at most three. shares: of TERMS."""
    order = sorted(range(len(TERMS)), key=lambda k: -shares[k])
    floor = {k: NEUTRAL_SHARE if TERMS[k] in NEUTRAL else COLOURED_SHARE for k in order}
    return tuple(TERMS[k] for k in order if shares[k] >= floor[k])[:MOST_NAMED]


def accents(shares: NDArray[np.float64]) -> tuple[str, ...]:
    """The colours that are not named of the whole picture: those of small things, such as lamps.

    Of a blue that some call purple that is purple, however much there is of it. Most
    frequent first. shares: (12,), as `term_shares` gives them.
    """
    named, small = named_colours(shares), dict(zip(TERMS, shares, strict=False))
    small["purple"] += shares[len(TERMS)]
    order = sorted(small, key=lambda term: -small[term])
    return tuple(
        term for term in order
        if small[term] >= ACCENT_SHARE and term not in (*NEUTRAL, *named)
    )  # fmt: skip


def saturation(rgb: NDArray[np.uint8]) -> float:
    """Mean colourfulness, 0 to 1: the distance of the largest from the smallest channel."""
    red, green, blue = cv2.split(rgb)
    spread = cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))
    return cv2.mean(spread)[0] / 255


def warmth(rgb: NDArray[np.uint8]) -> float:
    """-1 cold to 1 warm: red against blue over the whole picture; white light is 0."""
    red, _, blue, _ = cv2.mean(rgb)
    return float(np.clip(2 * (red - blue) / (red + blue + 16), -1, 1))
