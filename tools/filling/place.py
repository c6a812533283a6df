"""The place to fill: a hole of the cut, or a shot that was made for one, and what is around it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from media.pictures import is_picture
from project import footage as store
from project.errors import BadArguments
from project.footage import Footage
from project.store import Project
from timeline import edits
from timeline.model import Clip, Gap, Item, Reframe, Timeline, Transition
from timeline.time import TimeRange, clock
from tools.coverage import says
from tools.dailies import made_id
from tools.pointing import hole

HANDLE_S = Fraction(1, 5)  # less unused footage than this is not worth offering


@dataclass(frozen=True, slots=True)
class Place:
    """Where a shot goes. `item` is the gap, or the made clip that would give way.

    opening: the film's first clip, which a shot at its end can lead back to; else None.
    """

    item: Gap | Clip
    at_s: Fraction
    before: Clip | None
    after: Clip | None
    opening: Clip | None = None

    @property
    def length_s(self) -> Fraction:
        return self.item.duration

    @property
    def wanted(self) -> str:
        """The words of its beat; "" where nobody said what is missing."""
        return self.item.wanted if isinstance(self.item, Gap) else self.item.beat

    @property
    def filled(self) -> bool:
        return isinstance(self.item, Clip)


def place_of(item_id: str, timeline: Timeline) -> Place:
    """The place of a gap or a clip on the timeline. Raises NoSuchItem, BadArguments."""
    track, number = timeline.find(item_id)
    item = track.items[number]
    if isinstance(item, Transition):
        raise BadArguments(f"{item_id!r} is a transition; name a hole or a made shot")
    before, after = track.items[:number][::-1], track.items[number + 1 :]
    opening = None if after else _clip_at(track.items[:number])
    return Place(item, timeline.start_of(item_id), _clip_at(before), _clip_at(after), opening)


def _clip_at(items: tuple[Item, ...]) -> Clip | None:
    """The nearest item that takes time, where it is a clip."""
    nearest = next((one for one in items if not isinstance(one, Transition)), None)
    return nearest if isinstance(nearest, Clip) else None


def pointed(words: str, timeline: Timeline, project: Project, *, made: bool) -> Place:
    """The place that `words` mean; with `made` a shot that was made comes before a hole.

    Raises BadArguments where there is none.
    """
    shots = made_shots(timeline)
    by_id = [clip for _, clip in shots if clip.id == words.strip()]
    if by_id:
        return place_of(by_id[0].id, timeline)
    holes = [gap.id for _, gap in timeline.holes()]
    if made and shots and words.strip() not in holes:
        return place_of(_meant(words, shots, project).id, timeline)
    return place_of(hole(words, timeline).id, timeline)


def made_shots(timeline: Timeline) -> list[tuple[Fraction, Clip]]:
    """The clips of the picture track that were made here, with their starts."""
    return [(at, clip) for at, clip in timeline.clips() if clip.origin is not None]


def _meant(words: str, shots: list[tuple[Fraction, Clip]], project: Project) -> Clip:
    """The made shot whose number or words are said; without words the one made last."""
    told = words.strip()
    if not told:
        order = {row["id"]: n for n, row in enumerate(
            project.rows("SELECT id FROM footage ORDER BY created_at, rowid")
        )}  # fmt: skip
        return max((clip for _, clip in shots), key=lambda c: order.get(c.footage_id, -1))
    if told.isdigit() and 1 <= int(told) <= len(shots):
        return shots[int(told) - 1][1]
    for _, clip in shots:
        if any(says(word, f"{clip.name} {clip.beat}") for word in told.split() if len(word) > 2):
            return clip
    have = ", ".join(f"{n}. {c.name} at {clock(at)}" for n, (at, c) in enumerate(shots, 1))
    raise BadArguments(f"no made shot is {words!r}; there are {have}")


def put(place: Place, footage: Footage, timeline: Timeline, *, why: str = "") -> Timeline:
    """The timeline with a made shot in the place, from its first frame, as long as the place.

    | A |  hole  | B |  ->  | A | footage | B |
    """
    item, origin = place.item, footage.origin
    same = (footage.technical.width, footage.technical.height) == (timeline.width, timeline.height)
    shown = "" if origin is None or origin.backend == "motion" else footage.title
    by = origin.backend if origin else "hand"
    clip = Clip(
        id=made_id("c", item.id, footage.id),
        footage_id=footage.id,
        name=footage.title or footage.name,
        source=TimeRange(Fraction(0), place.length_s),
        available=TimeRange(Fraction(0), max(footage.picture_range.end, place.length_s)),
        reframe=None if same else Reframe(fit="fill"),
        origin=origin,
        reasons=tuple(filter(None, (f"Made by {by}: {shown or 'a join of its neighbours'}", why))),
        beat=place.wanted or shown,
    )
    if isinstance(item, Gap):
        return edits.replace_gap(timeline, item.id, clip)
    return edits.replace(timeline, item.id, clip)


def is_photo(clip: Clip | None, project: Project) -> bool:
    """Whether a clip shows a picture file, over which a move is no pretence."""
    return clip is not None and is_picture(store.find(project, clip.footage_id).path)


def handles(place: Place) -> list[str]:
    """What the clips beside the place have not shown yet, in words."""
    said = []
    for clip, where in ((place.before, "before"), (place.after, "after")):
        if clip is None:
            continue
        end, start = clip.available.end - clip.source.end, clip.source.start - clip.available.start
        left = (end if where == "before" else start) / clip.speed
        if left >= HANDLE_S:
            edge = "longer" if where == "before" else "to start earlier"
            said.append(f"trim {clip.name} {where} it {edge}: it has {clock(left)} more")
    return said
