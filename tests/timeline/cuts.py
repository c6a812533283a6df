"""Timelines for tests: clips with handles, and hypothesis strategies for edit sequences."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from timeline import edits
from timeline.errors import EditError
from timeline.model import Clip, Gap, Marker, Timeline, Title, Track
from timeline.time import TimeRange


def span(start: object, end: object) -> TimeRange:
    return TimeRange(Fraction(str(start)), Fraction(str(end)))


def clip(
    name: str, source: TimeRange, available: TimeRange | None = None, speed: object = 1
) -> Clip:
    """A clip c-NAME of footage f-NAME with 10 s of footage unless said otherwise."""
    return Clip(
        f"c-{name}",
        f"f-{name}",
        f"{name}.mp4",
        source,
        available or span(0, 10),
        speed=Fraction(str(speed)),
    )


def abc() -> Timeline:
    """Three clips on V1, 2 s each, playing 4 to 6 s of 10 s: A, B, C."""
    items = tuple(clip(name, span(4, 6)) for name in "ABC")
    return Timeline(tracks=(Track("V1", "video", items),))


def shape(tl: Timeline, track: str = "V1") -> str:
    """A track in one line: names with source spans, gaps and fades with lengths."""
    words = []
    for item in tl.track(track).items:
        if isinstance(item, Clip):
            words.append(f"{item.footage_id[2:]}{item.source.start}-{item.source.end}")
        elif isinstance(item, Gap):
            words.append(f"gap{item.duration}")
        else:
            words.append(f"x{item.in_offset}+{item.out_offset}")
    return " ".join(words)


rates = st.sampled_from(
    [Fraction(25), Fraction(24000, 1001), Fraction(30000, 1001), Fraction(30), Fraction(60)]
)
seconds = st.fractions(min_value=0, max_value=12, max_denominator=240)
lengths = st.fractions(min_value=Fraction(1, 60), max_value=4, max_denominator=120)
speeds = st.sampled_from([Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3, 4)])
Edit = Callable[[Timeline], Timeline]


ticks = st.integers(1, 720)  # sixtieths of a second


@st.composite
def new_clips(draw: st.DrawFn) -> Clip:
    start, length, rest = (draw(ticks) for _ in range(3))
    number = draw(st.integers(0, 10**9))
    return Clip(
        f"c-{number}",
        f"f-{draw(st.integers(0, 3))}",
        f"{number}.mp4",
        TimeRange(Fraction(start, 60), Fraction(start + length, 60)),
        TimeRange(Fraction(0), Fraction(start + length + rest, 60)),
        speed=draw(speeds),
    )


KINDS = (
    *("append", "append", "insert", "overwrite", "trim", "split", "move", "delete", "lift"),
    *("crossfade", "crossfade", "title", "marker", "replace", "gap", "speed", "slip", "roll"),
    *("slide", "snap", "sound", "sound", "move alone", "trim alone"),
)


@st.composite
def edit(draw: st.DrawFn) -> Edit:
    """One edit with drawn arguments; it names items by place, modulo what is there."""
    kind = draw(st.sampled_from(KINDS))
    new, at, other = draw(new_clips()), draw(seconds), draw(seconds)
    place, to, length = draw(st.integers(0, 9)), draw(st.integers(0, 9)), draw(lengths)
    number = new.id[2:]

    def apply(tl: Timeline) -> Timeline:
        real = [i for i in tl.track("V1").items if isinstance(i, Clip | Gap)]
        if kind == "append":
            return edits.append(tl, new)
        if kind == "insert":
            return edits.insert(tl, new, at)
        if kind == "overwrite":
            return edits.overwrite(tl, new, at)
        if kind == "snap":
            return edits.snapped(tl)
        if kind == "title":
            style = ("title", "lower-third", "subtitle")[place % 3]
            span_ = TimeRange(at, at + length)
            return edits.add_title(tl, Title(f"t-{number}", "words", span_, style))
        if kind == "marker":
            return edits.add_marker(tl, Marker(f"m-{number}", TimeRange(at, at), "why", "reason"))
        if not real:
            raise EditError("nothing to edit yet")
        place_ = place % max(1, len(real) - 1)
        item, follower = real[place_], real[min(place_ + 1, len(real) - 1)]
        by = (at - other) / 12
        if kind == "trim":
            room = item.available.duration if isinstance(item, Clip) else item.duration
            first, last = sorted((at / 12 * room, other / 12 * room))
            return edits.trim(tl, item.id, TimeRange(first, last))
        if kind == "split":
            return edits.split(tl, item.id, tl.start_of(item.id) + item.duration * at / 13)
        if kind == "move":
            return edits.move(tl, item.id, to % len(real))
        if kind == "move alone":
            return edits.move_alone(tl, item.id, at)
        if kind == "trim alone" and isinstance(item, Clip):
            first, last = sorted((at / 12, other / 12))
            room = item.available
            return edits.trim_alone(
                tl,
                item.id,
                TimeRange(room.start + first * room.duration, room.start + last * room.duration),
            )
        if kind == "delete":
            return edits.delete(tl, item.id)
        if kind == "lift":
            return edits.lift(tl, item.id, wanted="sea")
        if kind == "crossfade":
            return edits.crossfade(tl, item.id, follower.id, length / 2)
        if kind == "sound":
            return edits.split_sound(tl, item.id, follower.id, by)
        if kind == "replace":
            return edits.replace(tl, item.id, new)
        if kind == "gap":
            return edits.replace_gap(tl, item.id, new)
        if kind == "speed":
            return edits.set_clip(tl, item.id, speed=new.speed)
        if kind == "slip":
            return edits.slip(tl, item.id, by)
        if kind == "roll":
            return edits.roll(tl, item.id, follower.id, by)
        return edits.slide(tl, follower.id, by)

    apply.__name__ = kind
    return apply


def worked(tl: Timeline, apply: Edit) -> Timeline:
    """The edit's result, or `tl` where it was refused."""
    try:
        return apply(tl)
    except EditError:
        return tl


sequences = st.lists(edit(), min_size=3, max_size=20)


def examples(count: int) -> settings:
    """`count` drawn examples, without chance; a test's fixtures serve all of them."""
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )


def busy(rate: Fraction = Fraction(25)) -> Timeline:
    """Six clips with handles, fades on most cuts, a J-cut, a subtitle, a marker to bite on."""
    items = tuple(clip(name, span(4, 6)) for name in "ABCDEF")
    tl = Timeline(rate=rate, tracks=(Track("V1", "video", items),))
    for left, right, fade in (("A", "B", 1), ("B", "C", "0.5"), ("D", "E", 2), ("E", "F", "0.3")):
        tl = edits.crossfade(tl, f"c-{left}", f"c-{right}", Fraction(str(fade)))
    tl = edits.split_sound(tl, "c-C", "c-D", Fraction(-1, 3))
    tl = edits.add_title(tl, Title("t-busy", "words", span(3, 5), "subtitle"))
    return edits.add_marker(tl, Marker("m-busy", span(8, 9), "why", "reason"))


def _worked_through(rate: Fraction, sequence: list[Edit]) -> Timeline:
    return reduce(worked, sequence, busy(rate))


timelines = st.builds(_worked_through, rates, sequences)
snapped_timelines = timelines.map(edits.snapped).filter(lambda tl: tl.duration > 0)
