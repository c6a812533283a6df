"""Where words are cut out: on whole frames, between the words that stay, never inside one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from timeline.model import Clip
from timeline.time import TimeRange
from tools.ranges import SHORTEST_S

PADDING_S = Fraction(1, 5)  # of a pause that stays beside a word


@dataclass(frozen=True, slots=True)
class Opening:
    """A stretch of a clip between two words that stay. Times are source seconds.

    room: from the end of one to the start of the next, or the clip's edge; gone: when what has
    to go is said in it, if anything is; places: where that stands among what is said.
    """

    room: TimeRange
    gone: TimeRange | None
    places: range
    first: bool  # nothing that stays is said before it in the clip
    last: bool


def openings(said: Sequence[TimeRange], gone: Collection[int], clip: Clip) -> list[Opening]:
    """The stretches between the words that stay, in order; `gone`: the places of those that go.

    said: when something is said in the clip, in order of their starts. Where two words are said
    at once there is no stretch between them.
    """
    kept = [n for n in range(len(said)) if n not in gone]
    found: list[Opening] = []
    heard = clip.source.start  # until here something that stays is being said
    for before, after in zip([-1, *kept], [*kept, len(said)], strict=True):
        until = said[after].start if after < len(said) else clip.source.end
        between = said[before + 1 : after]
        must = (
            TimeRange(between[0].start, max(span.end for span in between)).clamp(clip.source)
            if between
            else None
        )
        if until > heard:
            room = TimeRange(heard, until)
            found.append(
                Opening(room, must, range(before + 1, after), before < 0, after == len(said))
            )
        if after < len(said):
            heard = max(heard, said[after].end)
    return found


def taken(opening: Opening, padding_s: Fraction = PADDING_S) -> TimeRange:
    """What of an opening is taken out: all but the padding beside the words that stay.

    What has to go goes wholly, however near the words beside it are.
    """
    room, gone = opening.room, opening.gone
    start = room.start + (0 if opening.first else padding_s)
    end = room.end - (0 if opening.last else padding_s)
    if gone is not None:
        start = min(max(start, room.start), max(gone.start, room.start))
        end = max(min(end, room.end), min(gone.end, room.end))
    return TimeRange(start, max(start, end))


def around_words(opening: Opening, padding_s: Fraction = PADDING_S) -> TimeRange:
    """What is taken out with words that go: them, and the pause beside them but for the padding.

    At a clip's edge what is seen before the first word, or after the last, stays if it is long
    enough for a shot.
    """
    span, gone = taken(opening, padding_s), opening.gone
    if gone is None:
        return span
    start, end = span.start, span.end
    if opening.first and gone.start - padding_s - start >= SHORTEST_S:
        start = gone.start - padding_s
    if opening.last and end - gone.end - padding_s >= SHORTEST_S:
        end = gone.end + padding_s
    return TimeRange(start, end)


def on_film(
    span: TimeRange, opening: Opening, clip: Clip, at: Fraction, rate: Fraction
) -> TimeRange | None:
    """`span` of a clip that starts at `at`, on whole frames of the film; None for no frame.

    Words that go are cut off with the frame they begin or end in, unless one that stays is in
    it too; pauses are rounded so that the padding stays.
    """

    def film(second: Fraction) -> Fraction:
        return (at + (second - clip.source.start) / clip.speed) * rate

    start, end = film(span.start), film(span.end)
    first, last = -(-start // 1), end // 1
    if opening.gone is not None:
        first = start // 1 if start // 1 >= film(opening.room.start) else first
        last = -(-end // 1) if -(-end // 1) <= film(opening.room.end) else last
    if last <= first:
        return None
    return TimeRange(Fraction(first) / rate, Fraction(last) / rate)
