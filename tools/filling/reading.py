"""What a fill's arguments mean: which place, which words, which seed, and the ways open to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from pydantic import Field

from generator.values import Generator, ShotRequest
from project import history
from project.errors import BadArguments
from project.footage import Footage
from project.store import Project
from timeline.model import Clip, Origin, Timeline
from timeline.time import clock
from tools.filling import asking, looks, takes
from tools.filling.given import (
    Area,
    Departure,
    KeyPicture,
    PlacedThing,
    boxes,
    key_frames,
)
from tools.filling.joining import Mode, Sides
from tools.filling.place import Place, pointed
from tools.filling.ways import Survey, else_done, modes_for, survey
from tools.shape import Arguments


class FillArguments(Arguments):
    """Which hole, and how to fill it."""

    gap: str = Field(
        "",
        description="gap id, hole number from 1, or its words; empty: the first. With another or"
        " alternate also a made shot's clip id, number or words; empty: the one made last",
    )
    words: str = Field("", max_length=500, description="what to show; empty: what the hole wants")
    negative: str = Field("", max_length=300, description="what not to show")
    mode: Mode | Literal["auto"] = Field(
        "auto",
        description="words: from words alone; extend_before: the clip before the hole goes on;"
        " extend_after: it leads into the clip after; connect: from the one to the other;"
        " film_loop: from the clip before a hole at the end back to the film's beginning;"
        " still: the last frame before it set in motion, or moved over; restyle: a made shot"
        " drawn anew from itself;"
        " auto: words, else what the frames allow",
    )
    loop: bool = Field(False, description="the shot ends where it begins; from words only")
    backend: str = Field("auto", description="auto, or a backend's name")
    look: str = Field(
        "", max_length=80,
        description="name of a look learned in this project, drawn in by the built-in model;"
        " 'mine' for the only one, 'none' for none; empty: that of the take that stands, if any",
    )  # fmt: skip
    seed: int = Field(0, ge=0, le=2**31 - 1)
    steps: int = Field(16, ge=1, le=100, description="of drawing; 4 is quick, 24 is thorough")
    strength: float = Field(
        0.5, gt=0, lt=1, description="restyle: how much of the shot that stands is kept"
    )
    keep: Area | None = Field(
        None, description="restyle: the region that stays as it is; the rest is drawn anew"
    )
    pictures: tuple[KeyPicture, ...] = Field(
        (), max_length=12, description="pictures of the footage to show at moments of the shot"
    )
    things: tuple[PlacedThing, ...] = Field(
        (), max_length=40, description="where things are to be, as boxes"
    )
    another: bool = Field(False, description="make another take of a filled hole, with a new seed")
    alternate: int = Field(
        0, ge=-1, le=999,
        description="put an earlier take back: its number from 1, or -1 for the one before",
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """What the arguments mean against the timeline as it is."""

    arguments: FillArguments
    wish: takes.Wish
    told: asking.Told
    place: Place
    key: str
    made: list[Footage]
    seed: int
    timeline: Timeline
    look: str = ""
    look_file: Path | None = None

    @property
    def fresh_seed(self) -> bool:
        """Whether the seed was taken here, to be none that a take was made with."""
        return self.wish.another or (self.place.filled and not self.wish.number)

    @property
    def mode(self) -> Mode | Literal["auto"]:
        """The mode asked for, by name or in words."""
        asked = self.arguments.mode
        return (self.told.mode or asked) if asked == "auto" else asked

    @property
    def standing(self) -> Origin | None:
        """Where the take that stands came from."""
        return self.place.item.origin if isinstance(self.place.item, Clip) else None


def read_arguments(arguments: FillArguments, project: Project) -> Reading:
    """The place, the takes it has, the seed and the look. Raises BadArguments without one."""
    timeline = history.current(project)
    wish = takes.wish(arguments.words, another=arguments.another, number=arguments.alternate)
    where, told = arguments.gap or wish.of, asking.told(wish.words)
    anew = "restyle" in (arguments.mode, told.mode)
    place = pointed(where, timeline, project, made=wish.about_takes or anew)
    key = takes.place_key(place, project)
    made = takes.takes(key, project)
    read = Reading(arguments, wish, told, place, key, made, arguments.seed, timeline)
    if read.fresh_seed:
        read = replace(read, seed=takes.next_seed(arguments.seed, made))
    asked = arguments.look or _look_before(read, project)
    if not asked or wish.number or asked == looks.NONE:
        return read
    if arguments.backend not in ("auto", looks.DRAWS):
        raise BadArguments(
            f"only the {looks.DRAWS} backend draws in a look; leave backend"
            f" {arguments.backend!r} out, or the look {asked!r}"
        )
    name, file = looks.named(asked, project)
    return replace(read, look=name, look_file=file)


def _look_before(read: Reading, project: Project) -> str:
    """The look of the take that stands: another one is drawn in it, where nothing else is said."""
    origin, arguments = read.standing, read.arguments
    if origin is None or arguments.backend != "auto" or read.mode not in ("auto", "words"):
        return ""
    look = looks.look_of(origin)
    return look if look in looks.known(project) else ""


def backend_of(read: Reading, project: Project) -> tuple[str, str]:
    """The backend to ask, or "auto", and who named it, in words."""
    if read.look:
        return looks.DRAWS, f"{looks.DRAWS} is the one that draws in a learned look"
    asked = read.arguments.backend
    if asked != "auto":
        return asked, f"{asked} was asked for by name"
    usual = project.settings.generator
    return usual, "" if usual == "auto" else f"{usual} is named in the settings (generator)"


def _base(read: Reading, project: Project) -> ShotRequest:
    """The shot as long as the place, in the timeline's own frames and size."""
    asked = read.told.words or _prompt_before(read) or read.place.wanted
    arguments = read.arguments
    base = ShotRequest(
        prompt=asked.strip(),
        negative_prompt=arguments.negative,
        duration_s=read.place.length_s,
        width=read.timeline.width,
        height=read.timeline.height,
        rate=read.timeline.rate,
        seed=read.seed,
        steps=arguments.steps,
        boxes=boxes(arguments.things),
        loop=arguments.loop or read.told.loop,
    )
    return replace(base, conditions=key_frames(arguments.pictures, base, project))


def _prompt_before(read: Reading) -> str:
    """The words of the take that stands: another one shows the same thing."""
    made = read.standing
    return made.prompt if made is not None and made.backend != "motion" else ""


def surveyed(
    read: Reading, project: Project, every: tuple[Generator, ...], *,
    only: tuple[Mode, str] | None = None,
) -> Survey:  # fmt: skip
    """Every way of filling the place that the arguments leave open.

    only: look at no more than this mode by this backend.
    """
    base, arguments = _base(read, project), read.arguments
    modes, backend = modes_for(read.mode, base, read.place), backend_of(read, project)[0]
    if only is not None:
        modes, backend = (only[0],), only[1]
    sides = Sides(read.place, base, project, Departure(arguments.strength, arguments.keep))
    found = survey(modes, sides, every=every, backend=backend, named=read.mode != "auto")
    if read.fresh_seed:
        _without_same(found, read)
    return found


def _without_same(found: Survey, read: Reading) -> None:
    """Take out what would only make a take again that is there: a flow bridge knows no chance."""
    made = {(f.origin.backend, f.origin.model) for f in read.made if f.origin is not None}
    for way in [one for one in found.ways if one.mode != "still"]:
        if way.generator.name == "motion" and made & {("motion", way.made_as)}:
            found.ways.remove(way)
            found.refuse(way.mode, "motion", f"a {way.made_as} comes out the same with any seed")


def nothing_honest(read: Reading, found: Survey, every: tuple[Generator, ...]) -> str:
    """Why no way is good enough, and what else can be done."""
    place = read.place
    what = repr(place.wanted) if place.wanted else f"the hole at {clock(place.at_s)}"
    told = found.told().rstrip(".")
    why = " ".join(filter(None, (f"{told}." if told else "", found.absent())))
    if read.look:
        return (
            f"{what} cannot be drawn in the look {read.look!r}: {why} Leave the look out to fill"
            " it in another way."
        )
    return (
        f"no honest way was found to fill {what} for {float(place.length_s):.1f} s."
        f" {else_done(place, every)} Why not: {why}"
    )
