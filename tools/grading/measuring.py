"""How a clip looks in figures: measured on a few of its stills, with or without a grade."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media.pictures import is_picture
from media.standing import Standing
from media.stills import still, strip
from media.values import Cancel
from project.files import whole_file
from project.footage import Footage
from project.store import Project
from timeline.model import Clip, Grade

VERSION = 1  # of what is written down
SHARES = (Fraction(1, 6), Fraction(1, 2), Fraction(5, 6))  # of the clip, where stills are taken
HEIGHT_PX = 90
MIDDLE = (126 - 16) / 219  # the luma that contrast turns about
NEUTRAL = 0.06  # chroma below which a place may be grey; its cast is then the light's
SHADE, GLARE = 0.12, 0.92  # luma outside of which chroma says little
ENOUGH = 0.04  # of the picture must be nearly grey to tell the cast
BAR = 0.02  # luma of a row or column that is a black bar
GREY = 0.012  # mean chroma of a picture without colour
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """The look of a clip: light and contrast of luma, 0 to 1; chroma in shares of full scale.

    blue, red: the cast of what is nearly grey (Cb and Cr); None where too little is.
    """

    light: float
    contrast: float
    colour: float  # mean chroma
    blue: float | None
    red: float | None

    @property
    def grey(self) -> bool:
        """Whether it is black and white."""
        return self.colour < GREY


def pixels_of(
    clip: Clip,
    footage: Footage,
    *,
    standing: Standing | None = None,
    cancel: Cancel | None = None,
) -> Floats:
    """(n, 3) luma, Cb and Cr of a clip's stills, bars left out. Raises MediaError."""
    span = clip.source
    if is_picture(footage.path):
        shown = [still(footage.path, span.start, height_px=HEIGHT_PX, cancel=cancel)]
    else:
        times = [span.start + span.duration * share for share in SHARES]
        shown = strip(footage.path, times, height_px=HEIGHT_PX, cancel=cancel, standing=standing)
    return np.concatenate([_inner(ycc(rgb)).reshape(-1, 3) for rgb in shown])


def ycc(rgb: NDArray[np.uint8]) -> Floats:
    """(h, w, 3) luma 0 to 1, Cb and Cr -0.5 to 0.5, by BT.709."""
    part = rgb.astype(np.float64) / 255
    luma = part @ np.array([0.2126, 0.7152, 0.0722])
    return np.stack([luma, (part[..., 2] - luma) / 1.8556, (part[..., 0] - luma) / 1.5748], axis=-1)


def _inner(picture: Floats) -> Floats:
    """A picture without its black rows and columns at the edges; all of it where all is black."""
    lit = picture[..., 0] > BAR
    rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
    if not len(rows):
        return picture
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def measured(pixels: Floats) -> Measured:
    """The look of pixels (n, 3)."""
    luma, chroma = pixels[:, 0], np.hypot(pixels[:, 1], pixels[:, 2])
    near = (chroma < NEUTRAL) & (luma > SHADE) & (luma < GLARE)
    cast = near.mean() >= ENOUGH
    return Measured(
        light=float(luma.mean()),
        contrast=float(luma.std()),
        colour=float(chroma.mean()),
        blue=float(np.median(pixels[near, 1])) if cast else None,
        red=float(np.median(pixels[near, 2])) if cast else None,
    )


def predicted(own: Measured, grade: Grade | None) -> Measured:
    """The look under a grade, as far as nothing is clipped."""
    if grade is None:
        return own
    return Measured(
        light=min(1.0, max(0.0, (own.light - MIDDLE) * grade.contrast + MIDDLE + grade.light)),
        contrast=own.contrast * grade.contrast,
        colour=own.colour * grade.saturation,
        blue=None if own.blue is None else own.blue * grade.saturation + grade.blue,
        red=None if own.red is None else own.red * grade.saturation + grade.red,
    )


def kept(project: Project, clip: Clip, footage: Footage) -> Measured | None:
    """What was measured of this span of this content before; None where nothing was."""
    try:
        return Measured(**json.loads(_file(project, clip, footage).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def measure(
    project: Project,
    clip: Clip,
    footage: Footage,
    *,
    standing: Standing | None = None,
    cancel: Cancel | None = None,
) -> Measured:
    """The look of a clip without its grade, kept for the next time. Raises MediaError."""
    known = kept(project, clip, footage)
    if known is not None:
        return known
    found = measured(pixels_of(clip, footage, standing=standing, cancel=cancel))
    with whole_file(_file(project, clip, footage)) as temporary:
        temporary.write_text(json.dumps(asdict(found)))
    return found


def _file(project: Project, clip: Clip, footage: Footage) -> Path:
    text = f"measure {VERSION} {footage.fingerprint} {clip.source.start} {clip.source.end}"
    name = hashlib.sha256(text.encode()).hexdigest()[:24]
    return project.cache / "looks" / f"{name}.json"
