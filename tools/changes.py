"""What an edit changes, as a list people read: the delta between two timelines."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction

from timeline.model import Clip, Gap, Item, Timeline, Title, Transition
from timeline.time import TimeRange, clock
from tools.proposal import Change

Placed = dict[str, tuple[Fraction, Item, str]]  # id -> start, item, track name


def changes(before: Timeline, after: Timeline) -> tuple[Change, ...]:
    """Every difference from one timeline to the other, in timeline order, removals first."""
    old, new = _placed(before), _placed(after)
    found: list[Change] = []
    if (before.width, before.height, before.rate) != (after.width, after.height, after.rate):
        found.append(_resized(before, after))
    found += [_gone(*old[key]) for key in old if key not in new]
    moved = _moved(before, after)
    for key, (at, item, track) in new.items():
        if key not in old:
            found.append(_come(at, item, track))
        elif old[key][1] != item:
            found.append(_altered(old[key][1], item, at))
        elif key in moved:
            found.append(_fill("move", item, at, f"{describe(item)} moves to {clock(at)}"))
    return (*found, *_titles(before, after))


def describe(item: Item) -> str:
    """An item as people read it: "C0002.MP4 0:01.6-0:04.6"."""
    if isinstance(item, Clip):
        speed = f" at {float(item.speed):g}x" if item.speed != 1 else ""
        return f"{item.name} {item.source}{speed}"
    if isinstance(item, Gap):
        wanted = f" for {item.wanted!r}" if item.wanted else ""
        return f"a gap of {clock(item.duration)}{wanted}"
    return f"a crossfade of {clock(item.fade)}"


def _placed(timeline: Timeline) -> Placed:
    return {
        item.id: (at, item, track.name) for track in timeline.tracks for at, item in track.placed()
    }


def _moved(before: Timeline, after: Timeline) -> set[str]:
    """Ids that changed their order among the items both timelines hold: the fewest possible."""
    ids = {i.id for t in before.tracks for i in t.items}
    old = {i.id: n for n, i in enumerate(i for t in before.tracks for i in t.items)}
    kept = [i.id for t in after.tracks for i in t.items if i.id in ids]
    stay = _longest_rising([old[key] for key in kept])
    return {key for place, key in enumerate(kept) if place not in stay}


def _longest_rising(values: Sequence[int]) -> set[int]:
    """The places of a longest increasing subsequence (patience sorting)."""
    tails: list[int] = []
    tops: list[int] = []
    back: list[int] = []
    for place, value in enumerate(values):
        at = bisect_left(tails, value)
        back.append(tops[at - 1] if at else -1)
        tails[at : at + 1] = [value]
        tops[at : at + 1] = [place]
    stay, place = set(), tops[-1] if tops else -1
    while place >= 0:
        stay.add(place)
        place = back[place]
    return stay


def _fill(verb: str, item: Item, at: Fraction, what: str) -> Change:
    clip = item if isinstance(item, Clip) else None
    return Change.model_validate(
        {
            "verb": verb,
            "item_id": item.id,
            "what": what,
            "footage_id": clip.footage_id if clip else "",
            "in_s": str(clip.source.start) if clip else None,
            "out_s": str(clip.source.end) if clip else None,
            "start_s": str(at),
        }
    )


def _come(at: Fraction, item: Item, track: str) -> Change:
    if track.startswith("A"):
        return _fill("music", item, at, f"{describe(item)} under the film from {clock(at)}")
    if isinstance(item, Transition):
        return _fill("transition", item, at, f"{describe(item)} at {clock(at)}")
    return _fill("add", item, at, f"{describe(item)} at {clock(at)}")


def _gone(at: Fraction, item: Item, track: str) -> Change:
    under = " from under the film" if track.startswith("A") else ""
    return _fill("remove", item, at, f"{describe(item)}{under}, which stood at {clock(at)}")


def _altered(old: Item, new: Item, at: Fraction) -> Change:
    if isinstance(old, Clip) and isinstance(new, Clip) and old.footage_id == new.footage_id:
        if old.source != new.source:
            what = f"{new.name} {old.source} becomes {new.source} ({_longer(old, new)})"
            return _fill("trim", new, at, what)
        return _fill("replace", new, at, f"{describe(new)} is set anew: {_settings(old, new)}")
    if isinstance(old, Gap) and isinstance(new, Gap) and old.duration != new.duration:
        return _fill("trim", new, at, f"{describe(old)} becomes {clock(new.duration)} long")
    return _fill("replace", new, at, f"{describe(new)} takes the place of {describe(old)}")


def _longer(old: Clip, new: Clip) -> str:
    by = new.duration - old.duration
    if not by:
        return "same length"
    return f"{clock(abs(by))} {'longer' if by > 0 else 'shorter'}"


def _settings(old: Clip, new: Clip) -> str:
    said = []
    if old.speed != new.speed:
        said.append(f"speed {float(new.speed):g}x")
    if old.gain_db != new.gain_db:
        said.append(f"gain {new.gain_db:+g} dB")
    if old.muted != new.muted:
        said.append("muted" if new.muted else "with its sound")
    if old.reframe != new.reframe:
        said.append("reframed")
    return ", ".join(said) or "its notes"


def _resized(before: Timeline, after: Timeline) -> Change:
    return Change(
        verb="resize",
        item_id="",
        what=f"the frame becomes {after.width}x{after.height} at {rate_text(after.rate)}"
        f" (it was {before.width}x{before.height} at {rate_text(before.rate)})",
    )


def rate_text(rate: Fraction) -> str:
    """A rate as people read it: "29.97 fps"."""
    return f"{float(rate):.5g} fps"


def _titles(before: Timeline, after: Timeline) -> list[Change]:
    old, new = {t.id: t for t in before.titles}, {t.id: t for t in after.titles}
    found = [_title("remove", t, "goes") for key, t in old.items() if key not in new]
    found += [
        _title("title", t, "is set" if key not in old else "becomes this")
        for key, t in new.items()
        if old.get(key) != t
    ]
    return found


def _title(verb: str, title: Title, how: str) -> Change:
    span: TimeRange = title.span
    return Change.model_validate(
        {
            "verb": verb,
            "item_id": title.id,
            "what": f"{title.style} {title.text!r} at {span} {how}",
            "start_s": str(span.start),
            "in_s": str(span.start),
            "out_s": str(span.end),
        }
    )
