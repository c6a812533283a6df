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
    if before.loudness_lufs != after.loudness_lufs:
        found.append(_loudness(before, after))
    found += [_gone(*old[key]) for key in old if key not in new]
    moved, parts = _moved(before, after), _parts(old, new)
    known = {part.id for more in parts.values() for part in more}
    for key, (at, item, track) in new.items():
        if key in known:
            continue
        if key not in old:
            found.append(_come(at, item, track))
        elif key in parts:
            found.append(_divided(old[key][1], (item, *parts[key]), at))
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


def _parts(old: Placed, new: Placed) -> dict[str, list[Clip]]:
    """The new clips that are parts of one that was cut up, by the id that its first part keeps."""
    found: dict[str, list[Clip]] = {}
    cut = [
        (was, now)
        for key, (_, now, _) in new.items()
        if key in old
        and isinstance(was := old[key][1], Clip)
        and isinstance(now, Clip)
        and was.source != now.source
    ]
    for key, (_, item, _) in new.items():
        if key in old or not isinstance(item, Clip):
            continue
        for was, now in cut:
            same = (was.footage_id, was.speed) == (item.footage_id, item.speed)
            if same and was.source.contains(item.source) and not now.source.overlap(item.source):
                found.setdefault(was.id, []).append(item)
                break
    return found


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


def _divided(old: Item, parts: Sequence[Item], at: Fraction) -> Change:
    assert isinstance(old, Clip)  # _parts knows clips only
    left = sum((part.duration for part in parts), Fraction(0))
    what = f"{old.name} {old.source} becomes {len(parts)} parts ({_longer(old.duration, left)})"
    return _fill("split", parts[0], at, what)


def _altered(old: Item, new: Item, at: Fraction) -> Change:
    if isinstance(old, Clip) and isinstance(new, Clip) and old.footage_id == new.footage_id:
        return _set_anew(old, new, at)
    if isinstance(old, Gap) and isinstance(new, Gap) and old.duration != new.duration:
        return _fill("trim", new, at, f"{describe(old)} becomes {clock(new.duration)} long")
    return _fill("replace", new, at, f"{describe(new)} takes the place of {describe(old)}")


def _set_anew(old: Clip, new: Clip, at: Fraction) -> Change:
    """One clip with other in and out points, speed, sound or look."""
    heard, rest = _sound(old, new), [*_sound(old, new), *_look(old, new)]
    if old.speed != new.speed:
        how = f"{new.name} {new.source} plays at {_times(new)}, was {_times(old)}"
        told = [f"{how} ({_longer(old.duration, new.duration)})", *rest]
        return _fill("speed", new, at, ", ".join(told))
    if old.source != new.source:
        how = f"{new.name} {old.source} becomes {new.source}"
        told = [f"{how} ({_longer(old.duration, new.duration)})", *rest]
        return _fill("trim", new, at, ", ".join(told))
    verb = "sound" if heard and heard == rest else "replace"
    if old.grade != new.grade and not heard:
        verb = "grade"
    return _fill(verb, new, at, f"{describe(new)}: {', '.join(rest) or 'its notes'}")


def _longer(old: Fraction, new: Fraction) -> str:
    by = new - old
    if not by:
        return "same length"
    told = clock(abs(by)) if abs(by) >= Fraction(1, 10) else f"{float(abs(by)):.2f} s"
    return f"{told} {'longer' if by > 0 else 'shorter'}"


def _times(clip: Clip) -> str:
    return f"{float(clip.speed):.4g}x"


def _sound(old: Clip, new: Clip) -> list[str]:
    said = []
    if old.muted != new.muted:
        said.append("muted" if new.muted else "heard again")
    if old.gain_db != new.gain_db:
        said.append(f"its sound at {new.gain_db:+g} dB, was {old.gain_db:+g} dB")
    if old.sound_cut_s != new.sound_cut_s:
        said.append(_sound_cut(new.sound_cut_s))
    return said


def _sound_cut(cut_s: Fraction) -> str:
    if not cut_s:
        return "its sound is cut with the picture"
    by = f"{float(abs(cut_s)):.2f} s"
    if cut_s > 0:
        return f"its sound goes on for {by} over the next clip"
    return f"the sound of the next clip starts {by} before its picture"


def _look(old: Clip, new: Clip) -> list[str]:
    said = ["reframed"] if old.reframe != new.reframe else []
    if old.grade != new.grade:
        said.append("with other light and colour" if new.grade else "in its own light and colour")
    return said


def _loudness(before: Timeline, after: Timeline) -> Change:
    now, was = after.loudness_lufs, before.loudness_lufs
    how = f"brought to {now:g} LUFS" if now is not None else "left as it is"
    wont = f"{was:g} LUFS" if was is not None else "left as it is"
    return Change(verb="sound", item_id="", what=f"the loudness of the film is {how} (was {wont})")


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
