"""Talk for tests: words with their times laid on footage of the library, and cuts of it."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from project import footage as store
from project import history, understood
from project.store import Project
from project.understood import Heard, Transcript
from timeline import document
from timeline.edits import check
from timeline.model import Clip, Timeline, Track
from timeline.time import TimeRange
from tools.proposal import Proposal

Word = tuple[float, float, str]


def seconds(value: float | str | Fraction) -> Fraction:
    return Fraction(str(value))


def words_of(line: str, start: float, *, each: float = 0.3, apart: float = 0.1) -> list[Word]:
    """The words of a line from `start` on, `each` seconds long with a short seam between."""
    return [
        (round(start + n * (each + apart), 3), round(start + n * (each + apart) + each, 3), text)
        for n, text in enumerate(line.split())
    ]


def hear(
    project: Project, key: str, words: Iterable[Word], *, language: str = "en", speaker: str = "",
    model: str = "test",
) -> None:  # fmt: skip
    """These words as what was heard in footage `key` of the library."""
    heard = tuple(Heard(TimeRange(seconds(a), seconds(b)), t, speaker) for a, b, t in words)
    known = store.find(project, f"f-{key}")
    understood.transcribe(project, known.fingerprint, Transcript(model, language, heard))


def clip(key: str, start: float, end: float, length: float = 10, *, name: str = "") -> Clip:
    """A clip c-KEY of the library's footage f-KEY."""
    return Clip(
        f"c-{name or key}", f"f-{key}", f"{key}.mp4",
        TimeRange(seconds(start), seconds(end)), TimeRange(Fraction(0), seconds(length)),
    )  # fmt: skip


def cut(project: Project, *clips: Clip, rate: Fraction = Fraction(25)) -> Timeline:
    """These clips as the cut that stands."""
    made = Timeline(rate=rate, width=160, height=90, tracks=(Track("V1", "video", clips),))
    with project.transaction():
        history.commit(project, made, "a cut", actor="hand")
    return made


def after(proposal: Proposal) -> Timeline:
    """The proposed timeline: it keeps the rules, lies on whole frames, its reasons hold."""
    assert proposal.timeline is not None, proposal.answer
    made = document.from_document(proposal.timeline)
    check(made)
    assert all((i.duration * made.rate).denominator == 1 for i in made.track("V1").items)
    assert all(r.verified for r in proposal.reasons), [r.problem for r in proposal.reasons]
    return made


def spans(timeline: Timeline) -> list[tuple[float, float]]:
    """What plays, in source seconds."""
    return [(float(c.source.start), float(c.source.end)) for _, c in timeline.clips()]


def heard_in(timeline: Timeline, words: Iterable[Word], footage_id: str) -> list[str]:
    """The words of which more than a frame plays, in the order of the film."""
    frame, said = 1 / timeline.rate, []
    for _, each in timeline.clips():
        if each.footage_id != footage_id:
            continue
        for a, b, text in words:
            shared = TimeRange(seconds(a), seconds(b)).overlap(each.source)
            if shared > frame * each.speed:
                said.append(text)
    return said
