"""The values of an edit: timeline, tracks, clips, gaps, transitions, titles, markers.

All are frozen. Items lie on a track one behind the other; a transition stands between two
clips and takes no time of its own: it eats `in_offset` seconds before the cut and
`out_offset` seconds after it, played from the handles of the clips (OpenTimelineIO's
meaning). Ids are stable through edits, so a person, a page and a tool name the same clip.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from timeline.errors import NoSuchItem
from timeline.time import TimeRange

ZERO = Fraction(0)


def new_id(prefix: str) -> str:
    """A fresh id such as "c-3f9a1c20"; `prefix` says the kind (c clip, g gap, t title ...)."""
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a generated clip came from; it travels with the clip into every export."""

    backend: str
    model: str
    prompt: str
    seed: int
    conditions: str = ""  # in words: "last 8 frames of C0002.MP4"
    ai: bool = True  # made by a learned model; False for painted, moved and synthesised ones


@dataclass(frozen=True, slots=True)
class Aim:
    """Where a moving frame looks at one source second; x and y are shares of the source."""

    at_s: Fraction
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Reframe:
    """Which part of the picture fills the frame. Centre and size are shares of the source."""

    centre_x: float = 0.5
    centre_y: float = 0.5
    zoom: float = 1.0  # 1 = the largest part of the source with the timeline's aspect
    fit: Literal["fit", "fill"] = "fit"  # fit: whole picture, bars; fill: no bars, cropped
    path: tuple[Aim, ...] = ()  # in order of time: the centre glides through them, if any


@dataclass(frozen=True, slots=True)
class Grade:
    """A light correction of colour, in shares of full scale; the default changes nothing.

    Luma is spread by `contrast` around its middle and lifted by `light`; chroma is spread by
    `saturation` and moved by `blue` and `red` (Cb and Cr).
    """

    light: float = 0.0
    contrast: float = 1.0
    saturation: float = 1.0
    blue: float = 0.0
    red: float = 0.0


@dataclass(frozen=True, slots=True)
class Clip:
    """One use of a piece of footage on a track.

    `source` is what plays, from in point to out point; `available` is all there is.
    What lies between the two are the clip's handles.
    """

    id: str
    footage_id: str
    name: str
    source: TimeRange
    available: TimeRange
    speed: Fraction = Fraction(1)
    gain_db: float = 0.0
    muted: bool = False
    reframe: Reframe | None = None
    origin: Origin | None = None
    reasons: tuple[str, ...] = ()
    beat: str = ""  # what the storyboard wanted here
    grade: Grade | None = None
    sound_cut_s: Fraction = ZERO  # how long after its picture's cut to the next clip its sound
    # is cut: above 0 an L-cut, below 0 a J-cut (the next clip is heard before it is seen)

    @property
    def duration(self) -> Fraction:
        """Seconds on the track: source seconds over speed."""
        return self.source.duration / self.speed


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing plays. A gap with `wanted` is a hole: the words say what is missing."""

    id: str
    duration: Fraction
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Transition:
    """A crossfade over the cut between the two items it stands between."""

    id: str
    in_offset: Fraction
    out_offset: Fraction
    kind: str = "crossfade"

    @property
    def duration(self) -> Fraction:
        """Seconds on the track: none, see the module's text. The fade lasts `fade`."""
        return ZERO

    @property
    def fade(self) -> Fraction:
        return self.in_offset + self.out_offset


Item = Clip | Gap | Transition


@dataclass(frozen=True, slots=True)
class Title:
    """Words over the picture for a span of timeline time."""

    id: str
    text: str
    span: TimeRange
    style: Literal["title", "lower-third", "subtitle"] = "title"
    burned: bool = True  # drawn into the picture; else a subtitle track beside it


@dataclass(frozen=True, slots=True)
class Marker:
    """A note at a place on the timeline: a reason, a beat, a creator's remark."""

    id: str
    span: TimeRange
    text: str
    kind: Literal["reason", "beat", "note"] = "note"


@dataclass(frozen=True, slots=True)
class Track:
    """Items in order. V tracks play picture and its own sound, A tracks sound only."""

    name: str  # "V1", "V2", "A1", "A2" ...
    kind: Literal["video", "audio"]
    items: tuple[Item, ...] = ()

    @property
    def duration(self) -> Fraction:
        return sum((item.duration for item in self.items), ZERO)

    def placed(self) -> tuple[tuple[Fraction, Item], ...]:
        """Each item with its start in timeline seconds; a transition starts at its cut."""
        at, out = ZERO, []
        for item in self.items:
            out.append((at, item))
            at += item.duration
        return tuple(out)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A whole edit. `V1` is the main picture track and always there."""

    name: str = "Rough cut"
    rate: Fraction = Fraction(25)
    width: int = 1280
    height: int = 720
    tracks: tuple[Track, ...] = field(default_factory=lambda: (Track("V1", "video"),))
    titles: tuple[Title, ...] = ()
    markers: tuple[Marker, ...] = ()
    loudness_lufs: float | None = None  # what the finished film is brought to; None leaves it

    @property
    def duration(self) -> Fraction:
        """The length of the longest video track in seconds; music does not lengthen a film."""
        return max((t.duration for t in self.tracks if t.kind == "video"), default=ZERO)

    def track(self, name: str) -> Track:
        """The track called `name`. Raises NoSuchItem."""
        for track in self.tracks:
            if track.name == name:
                return track
        have = ", ".join(t.name for t in self.tracks)
        raise NoSuchItem(f"there is no track {name!r}; the timeline has {have}")

    def clips(self, track: str = "V1") -> tuple[tuple[Fraction, Clip], ...]:
        """The clips of a track with their starts in timeline seconds."""
        return tuple((at, i) for at, i in self.track(track).placed() if isinstance(i, Clip))

    def holes(self, track: str = "V1") -> tuple[tuple[Fraction, Gap], ...]:
        """The gaps of a track with their starts in timeline seconds."""
        return tuple((at, i) for at, i in self.track(track).placed() if isinstance(i, Gap))

    def find(self, item_id: str) -> tuple[Track, int]:
        """The track and place of the item called `item_id`. Raises NoSuchItem."""
        for track in self.tracks:
            for place, item in enumerate(track.items):
                if item.id == item_id:
                    return track, place
        raise NoSuchItem(f"there is no clip or gap {item_id!r} on the timeline")

    def item(self, item_id: str) -> Item:
        """The item called `item_id`. Raises NoSuchItem."""
        track, place = self.find(item_id)
        return track.items[place]

    def start_of(self, item_id: str) -> Fraction:
        """Where the item called `item_id` starts, in timeline seconds. Raises NoSuchItem."""
        track, place = self.find(item_id)
        return track.placed()[place][0]
