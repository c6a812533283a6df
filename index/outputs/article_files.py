"""An article in a folder of its own: one page and its pictures, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, get_args

from index.outputs.article import article
from index.outputs.article_html import html
from index.outputs.article_markdown import markdown
from index.outputs.known import know
from index.outputs.links import Frame, relative_url
from index.outputs.places import PICTURES, folder_place, whole_folder, write_text
from media import stills
from media.errors import Cancelled, MediaError
from media.values import Cancel
from project.errors import CreatorError
from project.footage import Footage
from project.store import Project

Format = Literal["html", "md"]
FORMATS: tuple[Format, ...] = get_args(Format)
HEIGHT_PX, TALL_PX = 720, 960
AT_ONCE = 12  # frames held in memory

OnShare = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Written:
    """An article that was written. notes: pictures that could not be taken, in words."""

    page: Path
    sections: int
    pictures: int
    notes: tuple[str, ...] = ()


def write_article(
    project: Project,
    footage: Footage,
    out: Path,
    *,
    kind: Format = "html",
    force: bool = False,
    progress: OnShare | None = None,
    cancel: Cancel | None = None,
) -> Written:
    """The article of `footage` in the folder `out`, which is new or, by `force`, made anew.

    Links to the film are relative: folder and film move together. Raises CreatorError,
    Cancelled.
    """
    out = folder_place(project, out, force=force)
    if not footage.path.is_file():
        raise CreatorError(
            f"{footage.name} is not at {footage.path} any more; put it back, or ingest the folder"
            " it is in now, then write the article again"
        )
    plan = article(know(project, footage))
    times = [part.figure.time_s for part in plan.parts if part.figure]
    with whole_folder(out) as folder:
        frames, notes = _frames(footage, times, folder, progress, cancel)
        media = relative_url(footage.path, out)
        page = html if kind == "html" else markdown
        write_text(folder / f"article.{kind}", page(plan, frames, media))
    return Written(out / f"article.{kind}", len(plan.parts), len(frames), tuple(notes))


def _frames(
    footage: Footage,
    times: Sequence[Fraction],
    folder: Path,
    progress: OnShare | None,
    cancel: Cancel | None,
) -> tuple[dict[Fraction, Frame], list[str]]:
    """The pictures at `times` written into `folder`; what cannot be decoded is named."""
    frames: dict[Fraction, Frame] = {}
    notes: list[str] = []
    if times:
        (folder / PICTURES).mkdir()
    tall = footage.technical.orientation == "portrait"
    height = min(footage.technical.height, TALL_PX if tall else HEIGHT_PX)
    for at in range(0, len(times), AT_ONCE):
        some = times[at : at + AT_ONCE]
        for number, (time, rgb) in enumerate(_taken(footage, some, height, cancel), start=at + 1):
            if isinstance(rgb, MediaError):
                notes.append(f"no picture at {float(time):.1f} s: {rgb}")
                continue
            name = f"{number:02}.jpg"
            stills.save_jpeg(rgb, folder / PICTURES / name)
            frames[time] = Frame(f"{PICTURES}/{name}", rgb.shape[1], rgb.shape[0])
        if progress is not None:
            progress(min(1.0, (at + AT_ONCE) / len(times)))
    return frames, notes


def _taken(
    footage: Footage, times: Sequence[Fraction], height: int, cancel: Cancel | None
) -> list[tuple[Fraction, stills.RGB | MediaError]]:
    """The frames at `times`, all in one go; one by one where one of them fails."""
    try:
        found = stills.strip(footage.path, times, height_px=height, cancel=cancel)
        return list(zip(times, found, strict=True))
    except Cancelled:
        raise
    except MediaError:
        return [(time, _one(footage, time, height, cancel)) for time in times]


def _one(
    footage: Footage, time: Fraction, height: int, cancel: Cancel | None
) -> stills.RGB | MediaError:
    try:
        return stills.still(footage.path, time, height_px=height, cancel=cancel)
    except Cancelled:
        raise
    except MediaError as error:
        return error
