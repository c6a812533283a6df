"""The tool that sets words over the picture: a title, a lower third, subtitles from speech."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from project import history
from project.errors import BadArguments
from project.store import Project
from timeline import document, edits
from timeline.model import Clip, Timeline, Title
from timeline.time import TimeRange, clock, exact, snap
from tools.changes import changes
from tools.dailies import Dailies, count, listed, made_id
from tools.pointing import point
from tools.proposal import Effect, Evidence, Proposal, Reason
from tools.reasons import check_all
from tools.shape import Arguments, Edits

TITLE_S, LOWER_THIRD_S = Fraction(3), Fraction(4)
LINE, SQUARE_LINE, UPRIGHT_LINE = 80, 60, 46  # characters of a subtitle: two lines of the frame
Kind = Literal["title", "lower-third", "subtitles", "all"]


class TitleArguments(Arguments):
    """Which words, where and how long."""

    kind: Kind = Field("title", description="all: with remove only, whatever stands over the film")
    text: str = Field("", max_length=300, description="the words; subtitles take them from speech")
    at: Literal["start", "end"] = Field("start", description="of the film, or of `clip`")
    clip: str = Field("", description="over which clip: id, number or words; empty: the film")
    start_s: float | None = Field(None, ge=0, description="timeline second; wins over at and clip")
    length_s: float | None = Field(None, gt=0, le=600)
    replace: bool = Field(False, description="take away the titles of this kind that stand now")
    remove: bool = Field(
        False, description="take words away instead: all of this kind, or those over `clip`"
    )
    burned: bool = Field(
        True,
        description="false: subtitles are not drawn into the picture, but go with the film as a"
        " track and as srt or vtt files",
    )


class SetTitle(Edits):
    """Sets words over the picture."""

    name: ClassVar[str] = "title"
    summary: ClassVar[str] = "Set a title, a lower third, or subtitles from what is said"
    effect: ClassVar[Effect] = "edit"
    arguments: ClassVar[type[Arguments]] = TitleArguments

    def propose(self, arguments: TitleArguments, project: Project) -> Proposal:
        """The timeline with its titles. Raises BadArguments, EditError."""
        before = history.current(project)
        if before.duration <= 0:
            raise BadArguments("there is no film to set words over yet; make a storyboard first")
        if arguments.remove:
            return self._removed(arguments, before, project)
        if arguments.kind == "all":
            raise BadArguments("'all' goes with remove only; set a title, lower-third or subtitles")
        style = "subtitle" if arguments.kind == "subtitles" else arguments.kind
        after = before
        if arguments.replace or style == "subtitle":
            after = replace(after, titles=tuple(t for t in after.titles if t.style != style))
        reasons: list[Reason] = []
        if style == "subtitle":
            after, reasons = subtitled(after, project, burned=arguments.burned)
            answer = f"{count(len(reasons), 'line')} of speech as subtitles."
            if not arguments.burned:
                answer += " They are not drawn into the picture: the mp4 has them as a track that"
                answer += " players switch on and off, and export writes them as srt or vtt."
        else:
            title = _title(arguments, after, project)
            there = any(known.id == title.id for known in after.titles)
            after = after if there else edits.add_title(after, title)
            answer = f"{title.text!r} stands at {title.span}{' already' if there else ''}."
        edits.check(after)
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="edit",
            answer=answer,
            changes=changes(before, after),
            timeline=document.to_document(after),
            reasons=check_all(reasons, project),
        )

    def _removed(self, arguments: TitleArguments, before: Timeline, project: Project) -> Proposal:
        """The timeline without the words that are meant. Raises BadArguments where none stand."""
        gone = _meant(arguments, before, project)
        if not gone:
            have = listed([f"{t.style} {t.text!r}" for t in before.titles], limit=3)
            over = " over that clip" if arguments.clip else ""
            raise BadArguments(
                f"there is no {_CALLED[arguments.kind]}{over} to take away;"
                f" over the film {'stand ' + have if have else 'no words stand'}"
            )
        after = before
        for title in gone:
            after = edits.remove_title(after, title.id)
        told = listed([repr(title.text) for title in gone], limit=3)
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="edit",
            answer=f"{told} {'goes' if len(gone) == 1 else 'go'}.",
            changes=changes(before, after),
            timeline=document.to_document(after),
        )


_CALLED: dict[Kind, str] = {
    "title": "title", "lower-third": "lower third", "subtitles": "subtitle", "all": "title",
}  # fmt: skip


def _meant(arguments: TitleArguments, timeline: Timeline, project: Project) -> list[Title]:
    """The words to take away: those of the kind, with the text and over the clip if named."""
    style = "subtitle" if arguments.kind == "subtitles" else arguments.kind
    found = [t for t in timeline.titles if style in ("all", t.style)]
    if arguments.text.strip():
        wanted = arguments.text.strip().casefold()
        found = [t for t in found if t.text.casefold() == wanted]
    if arguments.clip:
        spans = [
            TimeRange(timeline.start_of(i), timeline.start_of(i) + timeline.item(i).duration)
            for i in point(arguments.clip, timeline, project)
        ]
        found = [t for t in found if any(t.span.overlap(span) > 0 for span in spans)]
    return found


def _title(arguments: TitleArguments, timeline: Timeline, project: Project) -> Title:
    text = arguments.text.strip()
    if not text:
        raise BadArguments(f"a {arguments.kind} needs its text")
    length = TITLE_S if arguments.kind == "title" else LOWER_THIRD_S
    length = exact(arguments.length_s) if arguments.length_s else length
    whole = TimeRange(Fraction(0), timeline.duration)
    if arguments.clip:
        (first, *_) = point(arguments.clip, timeline, project)
        at = timeline.start_of(first)
        whole = TimeRange(at, at + timeline.item(first).duration)
    start = whole.start if arguments.at == "start" else max(whole.start, whole.end - length)
    if arguments.start_s is not None:
        start = exact(arguments.start_s)
        whole = TimeRange(Fraction(0), timeline.duration)
    if start >= whole.end:
        raise BadArguments(f"{clock(start)} is after the end of the film at {clock(whole.end)}")
    end = min(start + length, whole.end)
    span = TimeRange(snap(start, timeline.rate), snap(end, timeline.rate))
    style: Literal["title", "lower-third"] = "title" if arguments.kind == "title" else "lower-third"
    return Title(made_id("t", text, span, style), text, span, style)


def subtitled(
    timeline: Timeline, project: Project, *, burned: bool = True
) -> tuple[Timeline, list[Reason]]:
    """Subtitles for all that is said in clips that are heard. Raises BadArguments without any."""
    dailies, titles, reasons = Dailies(project), [], list[Reason]()
    last = Fraction(0)
    for at, clip in timeline.clips():
        if clip.muted:
            continue
        for line in dailies.speech(clip.footage_id):
            shared = line.range.clamp(clip.source)
            if shared.duration < min(line.range.duration, Fraction(1, 2)) or not line.text.strip():
                continue
            for text, part in _lines(line.text, shared, _longest(timeline)):
                span = _on_timeline(part, clip, at, timeline.rate, last)
                if span.duration > 0:
                    key = made_id("t", text, span, "subtitle")
                    titles.append(Title(key, text, span, "subtitle", burned))
                    last = span.end
            reasons.append(_heard(clip, line.text, shared))
    if not titles:
        raise BadArguments(
            "no words are known for what is said in this cut; subtitles need footage with a"
            " subtitle track, an .srt or .vtt beside it, or a transcriber"
        )
    return replace(timeline, titles=(*timeline.titles, *titles)), reasons


def _heard(clip: Clip, text: str, span: TimeRange) -> Reason:
    cited = Evidence(
        kind="speech",
        footage_id=clip.footage_id,
        start_s=str(span.start),
        end_s=str(span.end),
        quote=text,
    )
    return Reason(text=f"{clip.name} {span}: {text!r} is said", evidence=(cited,))


def _on_timeline(
    part: TimeRange, clip: Clip, at: Fraction, rate: Fraction, after: Fraction
) -> TimeRange:
    """A span of the clip's source as whole frames of the timeline, not before `after`."""
    start = snap(at + (part.start - clip.source.start) / clip.speed, rate)
    end = snap(at + (part.end - clip.source.start) / clip.speed, rate)
    start = max(start, after)
    return TimeRange(start, max(start, min(end, at + clip.duration)))


def _longest(timeline: Timeline) -> int:
    """The most characters of one subtitle: narrower frames have shorter lines."""
    if timeline.height > timeline.width:
        return UPRIGHT_LINE
    return SQUARE_LINE if timeline.width < timeline.height * Fraction(5, 4) else LINE


def _lines(text: str, span: TimeRange, longest: int) -> list[tuple[str, TimeRange]]:
    """Long speech as several subtitles, the time shared out by letters."""
    rows: list[str] = []
    for word in " ".join(text.split()).split(" "):
        if rows and len(rows[-1]) + 1 + len(word) <= longest:
            rows[-1] += f" {word}"
        else:
            rows.append(word)
    whole = sum(len(row) for row in rows)
    out, at = [], span.start
    for row in rows:
        end = at + span.duration * len(row) / whole
        out.append((row, TimeRange(at, end)))
        at = end
    return out
