"""J- and L-cuts: where the sound between two clips is cut before or after their pictures.

A J-cut lets the next clip be heard before it is seen, an L-cut the clip before be heard on over
the next picture. Both play from the handles of the footage. The cut is moved a little where it
would fall into a word whose times are known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from index.listening.cuts import within_said
from project.errors import BadArguments
from timeline import edits
from timeline.edits.fitting import head_handle, sound_room, tail_handle
from timeline.model import ZERO, Clip, Item, Timeline, Transition
from timeline.time import TimeRange, clock
from tools.dailies import Dailies
from tools.pauses import SPOKEN
from tools.proposal import Reason
from tools.spoken import cite, cited, said_in, text_of

USUAL_S = Fraction(1, 2)
LEAST_S = Fraction(1, 5)  # less is not heard as a split
REACH_S = Fraction(2, 5)  # how far a sound cut is moved to stay out of words
ENDS_WITHIN_S = Fraction(4)  # the words that a cut interrupts are followed this far


@dataclass(frozen=True, slots=True)
class Join:
    """A picture cut between two clips, `number` and the next one counted from 1."""

    left: Clip
    right: Clip
    number: int
    least: Fraction  # the earliest sound cut, in film seconds from the picture's
    most: Fraction
    problem: str = ""  # why its sound cannot be split at all


def joins(timeline: Timeline) -> tuple[Join, ...]:
    """Every place where a clip of V1 follows another, a crossfade between them or not."""
    items = timeline.track("V1").items
    clips = [clip.id for _, clip in timeline.clips()]
    found = []
    for place, left in enumerate(items):
        if not isinstance(left, Clip):
            continue
        before = items[place - 1] if place else None
        rest = items[place + 1 : place + 3]
        faded = bool(rest) and isinstance(rest[0], Transition)
        right = rest[-1] if faded else rest[0] if rest else None
        if isinstance(right, Clip):
            found.append(_join(before, left, right, clips.index(left.id) + 1, faded))
    return tuple(found)


def _join(before: Item | None, left: Clip, right: Clip, number: int, faded: bool) -> Join:
    taken = before.sound_cut_s if isinstance(before, Clip) else ZERO
    least, most = sound_room(left, right, max(ZERO, taken))
    problem = "a crossfade stands there, and its sound fades with it" if faded else ""
    return Join(left, right, number, least, most, problem)


def worth(join: Join, action: str, dailies: Dailies) -> bool:
    """Whether a join is meant where no clip is named: from one footage to another, not inside one.

    For an L-cut somebody speaks there.
    """
    if action == "straight cut":
        return bool(join.left.sound_cut_s)
    if join.left.footage_id == join.right.footage_id:
        return False
    if action != "l-cut" or _words_end(join, dailies):
        return True
    last = TimeRange(max(ZERO, join.left.source.end - 1), join.left.source.end)
    heard = dailies.within(join.left.footage_id, last)
    return not join.left.muted and any(m.senses.speech >= SPOKEN for m in heard)


def early(join: Join, by_s: Fraction | None, rate: Fraction, dailies: Dailies) -> Fraction:
    """The sound cut of a J-cut, below 0. Raises BadArguments where there is no room for it."""
    name = f"{join.right.name} (clip {join.number + 1})"
    _able(join, join.right, name, dailies)
    wanted, most = by_s or min(USUAL_S, -join.least), -join.least
    if wanted > most or (by_s is None and most < LEAST_S):
        head = head_handle(join.right)
        why = (
            f"its footage has {clock(head)} before its in point"
            if head <= most
            else f"the clip before it is only {clock(join.left.duration)} long"
        )
        raise BadArguments(
            f"the sound of {name} can start at most {float(most):.2f} s before its picture: {why}"
        )
    return _clear(join, -wanted, rate, dailies)


def late(join: Join, by_s: Fraction | None, rate: Fraction, dailies: Dailies) -> Fraction:
    """The sound cut of an L-cut, above 0. Raises BadArguments where there is no room for it."""
    name = f"{join.left.name} (clip {join.number})"
    _able(join, join.left, name, dailies)
    wanted = by_s or min(join.most, _words_end(join, dailies) or USUAL_S)
    if wanted > join.most or (by_s is None and join.most < LEAST_S):
        tail = tail_handle(join.left)
        why = (
            f"its footage has {clock(tail)} after its out point"
            if tail <= join.most
            else f"the clip after it is only {clock(join.right.duration)} long"
        )
        raise BadArguments(
            f"the sound of {name} can go on for at most {float(join.most):.2f} s after its"
            f" picture: {why}"
        )
    return _clear(join, wanted, rate, dailies)


def _able(join: Join, heard: Clip, name: str, dailies: Dailies) -> None:
    if join.problem:
        raise BadArguments(f"the sound of {name} cannot be split off: {join.problem}")
    if not dailies.footage(heard.footage_id).technical.has_sound:
        raise BadArguments(f"{name} has no sound")
    if heard.muted:
        raise BadArguments(f"{name} is muted; unmute it first")


def _clear(join: Join, wanted: Fraction, rate: Fraction, dailies: Dailies) -> Fraction:
    """The whole frame nearest to `wanted` that falls into no word of either clip, if one is near.

    It stays on the side of the picture cut that was asked for.
    """
    step, reach = 1 / rate, int(REACH_S * rate)
    first = round(wanted * rate)
    sign = 1 if wanted > 0 else -1
    tried = sorted(range(first - reach, first + reach + 1), key=lambda n: (abs(n - first), n))
    inside = [n * step for n in tried if join.least <= n * step <= join.most and n * sign > 0]
    sides = [
        (clip, edge, _words(clip, dailies))
        for clip, edge in ((join.left, join.left.source.end), (join.right, join.right.source.start))
    ]
    for cut in inside:
        if not any(within_said(said, edge + cut * c.speed) for c, edge, said in sides):
            return cut
    return int(wanted * rate) * step


def _words(clip: Clip, dailies: Dailies) -> tuple[TimeRange, ...]:
    """When each word of the clip's footage is said; nothing where the sound is off or unknown."""
    heard = dailies.heard(clip.footage_id)
    return () if clip.muted or heard is None else dailies.said(clip.footage_id)


def _words_end(join: Join, dailies: Dailies) -> Fraction | None:
    """How long after the picture cut what is being said ends, in film seconds; None for silence."""
    left = join.left
    end = left.source.end
    for line in dailies.speech(left.footage_id):
        if line.range.start < end < line.range.end <= end + ENDS_WITHIN_S * left.speed:
            return (line.range.end - end) / left.speed
    return None


def split(timeline: Timeline, join: Join, cut: Fraction) -> Timeline:
    """The timeline with the sound of a join cut there."""
    return edits.split_sound(timeline, join.left.id, join.right.id, cut)


def reason(join: Join, cut: Fraction, dailies: Dailies) -> Reason:
    """What is heard over the other picture, with evidence; that there is sound, if nothing said."""
    clip = join.right if cut < 0 else join.left
    first = clip.source.start if cut < 0 else clip.source.end
    span = TimeRange(*sorted((first, first + cut * clip.speed))).clamp(clip.available)
    how = "before it is seen" if cut < 0 else "after its picture"
    text = f"{clip.name} is heard {float(abs(cut)):.2f} s {how}"
    said = said_in(replace(clip, source=span), dailies)
    if said:
        told = f"{text}{', out of' if said[0].line else ':'} {text_of(said)!r}"
        return Reason(text=told, evidence=cited(said, clip.footage_id))
    inside = dailies.within(clip.footage_id, span)
    if not _words(clip, dailies) and any("person speaking" in m.senses.words for m in inside):
        speaks = cite("senses", clip.footage_id, span, "person speaking")
        return Reason(text=f"{text}, speaking", evidence=(speaks,))
    return Reason(text=text, evidence=(cite("technical", clip.footage_id, span, "sound"),))
