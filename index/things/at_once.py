"""What ingest lets the embedded network look for, once all else is searchable.

A file's things are kept, and findable, when all of it was looked over: stopped or killed, the next
ingest goes on with the files that are left.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from fractions import Fraction
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from index import library
from index.contents import contents
from index.knowledge import rewrite
from index.things.names import held
from index.things.network import NAME, ready
from index.things.seeing import LONGEST_EDGE_PX, likely
from media.decode import BROKE_OFF
from media.errors import Cancelled, DiskFull, MediaError, WorkerFailed
from media.standing import Standing, kept_ready
from media.stills import ALL_OVER, stills
from media.values import Cancel, Still
from project import footage as store
from project import understood
from project.errors import CreatorError
from project.footage import Footage, Moment
from project.store import Project
from project.understood import Sighting
from timeline.time import TimeRange

EVERY = 2  # seconds of a shot to one still that is looked at
SUREST = 0.9999  # a network never is as sure as a creator
Progress = Callable[[float, str], None]  # share of all footage 0 to 1, the file that is looked at


def look_at_once(
    project: Project,
    footage_ids: Collection[str],
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> str:
    """One sentence about the things named in this footage; "" where there was nothing to do.

    Each content is looked over once. Raises Cancelled.
    """
    new = set(understood.unlooked(project, NAME)) & set(footage_ids)
    if not project.settings.things or not new:
        return ""
    try:
        ready()
    except CreatorError as error:
        return f"No things were looked for: {error}"
    groups = [g for g in contents(project, sorted(new)) if g]
    with kept_ready(ALL_OVER) as standing:
        return _Looking(project, progress, cancel, standing).over(groups)


class _Looking:
    """One run over the contents that were not looked over yet."""

    def __init__(
        self,
        project: Project,
        progress: Progress | None,
        cancel: Cancel | None,
        standing: Standing | None,
    ) -> None:
        self._project, self._progress, self._cancel = project, progress, cancel
        self._standing = standing

    def over(self, groups: Sequence[list[Footage]]) -> str:
        """Look at all of them, and say what came of it."""
        whole, gone = sum(g[0].duration_s for g in groups) or Fraction(1), Fraction(0)
        shown, failed = 0, ""
        try:
            for group in groups:
                if self._progress is not None:
                    self._progress(float(gone / whole), group[0].name)
                try:
                    shown += self._file(group[0])
                except (Cancelled, DiskFull):
                    raise
                except (MediaError, OSError) as error:
                    failed = failed or f" {group[0].name} could not be looked at: {error}"
                gone += group[0].duration_s
        finally:
            library.settle(self._project)
        files = "1 file" if len(groups) == 1 else f"{len(groups)} files"
        return f"{f'Things were named in {shown} of {files}.' if shown else ''}{failed}".strip()

    def _file(self, footage: Footage) -> bool:
        """Whether anything was named in one content; it and its copies are findable by that."""
        moments = store.moments(self._project, footage.id)
        seen = sightings(moments, self._stills(footage, moments))
        alike = [each.id for each in store.by_fingerprint(self._project, footage.fingerprint)]
        with self._project.transaction():  # a file that counts as looked over can be found
            understood.look_over(self._project, footage.fingerprint, NAME, seen)
            for each in alike:
                rewrite(self._project, each)
            library.refresh(self._project, alike, gather=False)  # topics are not made of things
        return bool(seen)

    def _stills(self, footage: Footage, moments: Sequence[Moment]) -> Iterator[Still]:
        """The stills that are looked at.

        Footage that ended its worker when it was watched does so again: what decodes is all there
        ever is. Where other footage does, something went wrong that may not the next time.
        """
        seconds = [int(span.start) for span, _ in _spans(moments)]
        try:
            yield from stills(
                footage.path, seconds, longest_px=LONGEST_EDGE_PX,
                cancel=self._cancel, standing=self._standing,
            )  # fmt: skip
        except WorkerFailed:
            if not footage.reason.startswith(BROKE_OFF):
                raise


def sightings(moments: Sequence[Moment], stills: Iterator[Still]) -> list[Sighting]:
    """What is seen in these stills: those of every second second of each shot are looked at.

    What it shows holds until the next one of that shot.
    """
    spans = {span.start: (span, shot) for span, shot in _spans(moments)}
    looked: list[tuple[TimeRange, int, NDArray[np.float32]]] = []
    for still in stills:
        if Fraction(still.second) in spans:
            looked.append((*spans[Fraction(still.second)], likely(still.rgb)))
    found: list[Sighting] = []
    for _, group in groupby(looked, key=lambda each: each[1]):
        shot = list(group)
        told = held([chances for _, _, chances in shot])
        for (span, _, _), pairs in zip(shot, told, strict=True):
            found += [Sighting(span, word, min(SUREST, round(chance, 4))) for word, chance in pairs]
    return found


def _spans(moments: Sequence[Moment]) -> Iterator[tuple[TimeRange, int]]:
    """The seconds of each shot in spans that one still stands for, and the number of the shot."""
    for shot, group in groupby(moments, key=lambda moment: moment.shot_ordinal):
        seconds = list(group)
        for at in range(0, len(seconds), EVERY):
            last = seconds[min(at + EVERY, len(seconds)) - 1]
            yield TimeRange(seconds[at].range.start, last.range.end), shot
