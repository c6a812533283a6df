"""What a shot for a place joins on to: frames of its neighbours, or the shot that stands there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

import numpy as np

from generator.values import Condition, Frames, ShotRequest
from media.stills import strip
from project import footage as store
from project.errors import BadArguments, CreatorError
from project.store import Project
from timeline.model import Clip, Reframe
from tools.filling.checks import Asked
from tools.filling.framing import framed
from tools.filling.given import Departure
from tools.filling.place import Place

Mode = Literal["words", "extend_before", "extend_after", "connect", "film_loop", "still", "restyle"]
LEADS_IN: tuple[Mode, ...] = ("extend_before", "connect", "film_loop", "still")
LEADS_OUT: tuple[Mode, ...] = ("extend_after", "connect", "film_loop")
BETWEEN = frozenset(LEADS_IN) & frozenset(LEADS_OUT)
MAY_LOOP: tuple[Mode, ...] = ("words", "restyle")

SEEN = 9  # frames read of each neighbour: as many as the video models that take runs want
RESTYLED_PX = 512  # height at which a shot is read that is only departed from
MOST_BYTES = 2_000_000_000  # of frames that are kept in part


@dataclass(frozen=True, slots=True)
class Join:
    """A request with frames of the neighbours in it.

    The shot begins with `head` frames and ends with `tail` frames that the neighbours play
    already: they lead the drawing, and are cut away from it.

        | before  [head]|      hole      |[tail]  after |
                 [head|  what is drawn   |tail]
    """

    mode: Mode
    request: ShotRequest
    head: int = 0
    tail: int = 0
    before: Frames | None = None  # the frames the shot is held against, (f, H, W, 3)
    after: Frames | None = None

    @property
    def frames(self) -> int:
        """Frames of the place itself."""
        return self.request.frame_count - self.head - self.tail

    def asked(self, *, may_stand: bool = False) -> Asked:
        """What the finished shot is held to."""
        size = (self.request.width, self.request.height)
        rate = self.request.rate
        return Asked(self.frames, rate, size, self.before, self.after, may_stand)


class Sides:
    """The frames around a place, or in it, read once, as they are shown.

    departure: how a shot that stands there is drawn anew.
    """

    def __init__(
        self, place: Place, base: ShotRequest, project: Project, departure: Departure
    ) -> None:
        self.place, self.base, self.project = place, base, project
        self.departure = departure
        self._read: dict[str, Frames] = {}

    def before(self) -> Frames:
        """(f, H, W, 3), the last one stands right before the place. Raises BadArguments."""
        clip = self.place.before
        if clip is None:
            raise BadArguments("no clip stands right before the hole to go on from")
        step = clip.speed / self.base.rate
        return self._once("before", clip, [clip.source.end - n * step for n in range(SEEN, 0, -1)])

    def after(self) -> Frames:
        """(f, H, W, 3), the first one stands right after the place. Raises BadArguments."""
        clip = self.place.after
        if clip is None:
            raise BadArguments("no clip stands right after the hole to lead into")
        return self._beginning("after", clip)

    def opening(self) -> Frames:
        """The same of the film's first clip, which follows its end where a film loops."""
        clip = self.place.opening
        if clip is None:
            raise BadArguments("only a hole at the film's end leads back to its beginning")
        return self._beginning("opening", clip)

    def standing(self) -> Condition:
        """The shot that stands in the place, to depart from. Raises BadArguments without one."""
        clip = self.place.item
        if not isinstance(clip, Clip):
            raise BadArguments("no made shot stands there to be drawn anew")
        base, whole = self.base, self.departure.keep is not None
        pixels = base.width * base.height
        if whole and 3 * pixels * base.frame_count > MOST_BYTES:
            raise BadArguments(
                f"{base.frame_count} frames of {base.width}x{base.height} are too many to keep a"
                " region of; make the shot shorter"
            )
        step = clip.speed / base.rate
        times = [clip.source.start + n * step for n in range(base.frame_count)]
        share = 1.0 if whole else min(1.0, RESTYLED_PX / min(base.width, base.height))
        size = round(base.width * share), round(base.height * share)
        return self.departure.condition(self._once("standing", clip, times, size))

    def _beginning(self, side: str, clip: Clip) -> Frames:
        step = clip.speed / self.base.rate
        return self._once(side, clip, [clip.source.start + n * step for n in range(SEEN)])

    def _once(
        self, side: str, clip: Clip, times: list[Fraction], size: tuple[int, int] | None = None
    ) -> Frames:
        if side not in self._read:
            shown = size or (self.base.width, self.base.height)
            self._read[side] = _frames(clip, times, shown, self.project)
        return self._read[side]


def joined(mode: Mode, sides: Sides, many: int) -> Join:
    """The shot with at most `many` frames of each neighbour that `mode` joins on to.

    Raises BadArguments without the neighbour for it.
    """
    base = sides.base
    if base.loop and mode not in MAY_LOOP:
        raise BadArguments("a shot that joins its neighbours does not end where it begins")
    if mode == "words":
        return Join(mode, base)
    if mode == "restyle":
        return Join(mode, replace(base, conditions=(sides.standing(), *base.conditions)))
    before = sides.before() if mode in LEADS_IN else None
    after = None
    if mode in LEADS_OUT:
        after = sides.opening() if mode == "film_loop" else sides.after()
    head = 0 if before is None else min(many, len(before))
    tail = 0 if after is None else min(many, len(after))
    return Join(mode, _around(base, before, after, (head, tail)), head, tail, before, after)


def _around(
    base: ShotRequest, before: Frames | None, after: Frames | None, given: tuple[int, int]
) -> ShotRequest:
    """`base` between the last frames of `before` and the first of `after`, so many of each."""
    head, tail = given
    count, later = base.frame_count + head + tail, head / base.rate
    conditions = [replace(one, at_s=one.at_s + later) for one in base.conditions]
    if before is not None:
        conditions.insert(0, Condition(before[-head:], Fraction(0)))
    if after is not None:
        conditions.append(Condition(after[:tail], (count - tail) / base.rate))
    boxes = tuple(replace(one, at_s=one.at_s + later) for one in base.boxes)
    return replace(
        base, duration_s=count / base.rate, conditions=tuple(conditions), boxes=boxes
    )  # fmt: skip


def _frames(
    clip: Clip, times: list[Fraction], size: tuple[int, int], project: Project
) -> Frames:  # fmt: skip
    """Frames of a clip's source at `times`, inside what it plays, at `size` (width, height)."""
    footage = store.find(project, clip.footage_id)
    if not footage.path.is_file():
        raise CreatorError(f"{footage.name} is not at {footage.path} any more")
    shown = [min(max(t, clip.source.start), clip.source.end) for t in times]
    tall = 0 if len(shown) <= SEEN else size[1]
    pictures = strip(footage.path, shown, height_px=tall)
    return np.stack([framed(p, clip.reframe or Reframe(), size) for p in pictures])
