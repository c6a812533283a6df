"""How well a run of moments meets what is asked of the senses, and its own words for that."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from index.asked import OF_SHOT, Asked
from index.predicates import named_so, sense, shown_by, told_so, whole
from index.runs import Run, Watched
from index.values import Kind, Why
from index.words import content_words
from project.footage import Moment

SHOWN = 0.3  # how well a wish has to be met to be told as a reason
MEANT = 0.5  # and for its words to count as found
UNSURE = 0.4  # a wish that something be absent, where nothing is known of it

Way = tuple[float, Kind, str]  # how well a wish is met, by what, and the words that say so


class Wishes:
    """What is asked of the senses of one piece of footage.

    How a shot is framed, held or filmed is judged of all of it: a camera that stands still for
    one second of a pan is no still camera.
    """

    def __init__(self, seen: Watched, asked: Sequence[Asked]) -> None:
        self._seen = seen
        self._wishes = [each for each in asked if each.layer == "senses"]
        self._named = {each: named_so(seen.footage, each) for each in self._wishes}
        self._of_shots: dict[tuple[Asked, int], tuple[float | None, float]] = {}
        if any(each.name in OF_SHOT for each in self._wishes):
            self._judge_shots()

    def met(self, run: Run) -> tuple[float | None, list[Why], frozenset[str]]:
        """How well a run meets all wishes, why, and the words of those it meets.

        Half of it is their mean, half the worst of them; None where there are none.
        """
        if not self._wishes:
            return None, [], frozenset()
        degrees: list[float] = []
        why: list[Why] = []
        meant: set[str] = set()
        for each in self._wishes:
            degree, cause = self._met(each, run)
            degrees.append(degree)
            if cause is not None and degree > SHOWN:
                why.append(cause)
            if degree >= MEANT:
                meant.update(content_words(each.said))
        return (sum(degrees) / len(degrees) + min(degrees)) / 2, why, frozenset(meant)

    def _met(self, asked: Asked, run: Run) -> tuple[float, Why | None]:
        over_all = whole(self._seen.moments, asked)
        if over_all is not None:
            degree, quote = over_all
            return (1 - degree, None) if asked.negated else (degree, Why("senses", quote, degree))
        measured, moment = self._measured(asked, (run,))
        told = told_so(run.caption, asked) if run.shown else 0.0
        line = run.caption if told else ""
        if asked.name in OF_SHOT:
            measured, told = self._of_shots[asked, run.shot]
        footage = self._seen.footage
        ways: list[Way] = [
            (self._named[asked], "name", footage.name),
            (told, "caption", line),
        ]
        if asked.name == "speech" and run.speech:
            ways.append((1.0, "speech", run.speech[0].text))
        if measured is not None:
            ways.append((measured, "screen text" if asked.name == "text" else "senses", ""))
        degree, kind, quote = max(ways, key=lambda way: way[0])
        if asked.negated:
            known = measured is not None or degree > 0 or bool(run.shown)
            return (1 - degree if known else UNSURE), None
        if degree <= SHOWN:
            return degree, None
        if moment is not None and kind in ("senses", "screen text"):
            quote = shown_by(moment, asked)
        return degree, Why(kind, quote, min(1.0, degree)) if quote else None

    def _measured(self, asked: Asked, runs: Sequence[Run]) -> tuple[float | None, Moment | None]:
        """What the senses say of a wish over these moments, and the one that meets it best.

        None where they say nothing.
        """
        judged = [
            (sense(moment, asked, seen=seen), moment)
            for run in runs
            for moment, seen in zip(run.moments, run.pictured, strict=True)
        ]
        known = [(degree, moment) for degree, moment in judged if degree is not None]
        if not known:
            return None, None
        degree = sum(d for d, _ in known) / len(judged)
        return degree, max(known, key=lambda pair: pair[0])[1]

    def _judge_shots(self) -> None:
        """Each wish of whole shots: what is measured over all of one, and what any caption says."""
        for shot, group in groupby(self._seen.runs, lambda run: run.shot):
            runs = tuple(group)
            for each in self._wishes:
                if each.name in OF_SHOT:
                    told = max(told_so(r.caption, each) if r.shown else 0.0 for r in runs)
                    self._of_shots[each, shot] = (self._measured(each, runs)[0], told)
