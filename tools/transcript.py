"""The tool that cuts by what is said: shown as text, and words struck from it or kept.

A quote need not have the marks and capitals right. Cuts fall between words, to their own times;
where only the times of lines are known, whole lines go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any, ClassVar, Literal

from pydantic import Field

from project import history
from project.errors import BadArguments
from project.store import Project
from timeline import document, edits
from timeline.edits.riding import ridden
from timeline.model import Clip, Item, Timeline, Track, Transition
from timeline.time import TimeRange, clock
from tools.changes import changes
from tools.cutting import PADDING_S, around_words, on_film, openings
from tools.dailies import Dailies, listed, made_id
from tools.passages import LISTEN, Heard, Passage, heard_in, passages_of, short, whole_sentences
from tools.proposal import Effect, Proposal, Reason
from tools.reasons import check_all
from tools.shape import Arguments, Edits
from tools.spoken import cited, sentences, span_of, text_of


class TranscriptArguments(Arguments):
    """What to do with what is said."""

    action: Literal["show", "strike", "keep"] = Field(
        description="show: all that is said in the cut; strike: these words leave the cut; keep:"
        " only these stay, in this order"
    )
    words: tuple[str, ...] = Field(
        (),
        description="quotes of what is said, each in one clip; 'first words ... last words' for"
        " all from the first to the last",
    )
    clips: tuple[str, ...] = Field(
        ("all",), description="only in these: clip ids, numbers from 1, or words for the clips"
    )
    sentences: bool = Field(False, description="with the whole sentences that the words stand in")
    every: bool = Field(False, description="strike: wherever it is said, not only once")


class Transcript(Edits):
    """Shows what is said, takes words out, or keeps only some."""

    name: ClassVar[str] = "transcript"
    summary: ClassVar[str] = "Show what is said in the cut; strike words from it or keep only some"
    effect: ClassVar[Effect] = "edit"
    arguments: ClassVar[type[Arguments]] = TranscriptArguments

    def propose(self, arguments: TranscriptArguments, project: Project) -> Proposal:
        """The text of the cut, or the cut by its text. Raises BadArguments, EditError."""
        before, dailies = history.current(project), Dailies(project)
        heard = heard_in(arguments.clips, before, dailies)
        if arguments.action == "show":
            return _shown(arguments, heard)
        if not any(quote.strip() for quote in arguments.words):
            raise BadArguments(f"say in words what to {arguments.action}; quote what is said")
        every = arguments.every and arguments.action == "strike"
        passages = [
            passage
            for quote in arguments.words
            for passage in passages_of(quote, heard, project.settings, every=every)
        ]
        notes = _notes(passages)
        if arguments.sentences:
            passages = list(dict.fromkeys(whole_sentences(passage) for passage in passages))
        if arguments.action == "strike":
            after = _struck(before, passages)
            answer = f"{_list(passages)} leaves the cut"
        else:
            after = _kept(before, passages, arguments)
            answer = f"Only {_list(passages)} stays"
        by = clock(abs(before.duration - after.duration))
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="edit",
            answer=f"{answer}: the cut is {clock(after.duration)}, {by} shorter.{notes}",
            changes=changes(before, after),
            timeline=document.to_document(after),
            reasons=check_all([_reason(p) for p in passages], project),
        )


def _shown(arguments: TranscriptArguments, heard: Sequence[Heard]) -> Proposal:
    rows: list[dict[str, Any]] = []
    lines = []
    for each in heard:
        for said in sentences(each.said):
            source = span_of(said)
            film = each.on_film(source)
            text = text_of(said)
            who = f"{said[0].speaker}: " if said[0].speaker else ""
            lines.append(f"{film}  clip {each.number} ({each.clip.id})  {who}{text}")
            rows.append(
                {
                    "clip": each.clip.id,
                    "name": each.clip.name,
                    "start_s": str(film.start),
                    "end_s": str(film.end),
                    "in_s": str(source.start),
                    "out_s": str(source.end),
                    "text": text,
                    "words": not said[0].line,
                }
            )
    note = _line_note([each.clip for each in heard if each.said[0].line])
    return Proposal(
        tool="transcript",
        arguments=arguments.model_dump(mode="json"),
        effect="read",
        answer="\n".join(["What is said in the cut:", *lines, *([note.strip()] if note else [])]),
        data={"lines": rows},
    )


# --- the cut by its text


def _struck(before: Timeline, passages: Sequence[Passage]) -> Timeline:
    """The timeline without the passages. Raises BadArguments where others speak at once."""
    spans: list[TimeRange] = []
    for heard, places in _by_clip(passages):
        cut = _cuts(heard, places, before.rate)
        if not cut:
            said = text_of([heard.said[n] for n in sorted(places)])
            raise BadArguments(
                f"{short(said)!r} is said while something else is; it cannot be cut out of"
                f" clip {heard.number} alone"
            )
        spans += cut
    return edits.extract(before, spans)


def _by_clip(passages: Sequence[Passage]) -> list[tuple[Heard, set[int]]]:
    """For each clip the places of what is said in the passages."""
    found: dict[str, tuple[Heard, set[int]]] = {}
    for passage in passages:
        _, places = found.setdefault(passage.heard.clip.id, (passage.heard, set()))
        places |= set(range(passage.found.first, passage.found.end))
    return list(found.values())


def _cuts(heard: Heard, places: set[int], rate: Fraction) -> list[TimeRange]:
    """The film seconds to take out so that these places of what is said are gone."""
    clip = heard.clip
    spans = []
    for opening in openings([s.range for s in heard.said], places, clip):
        if opening.gone is not None:
            film = on_film(around_words(opening), opening, clip, heard.at, rate)
            spans += [film] if film else []
    return spans


def _kept(
    before: Timeline, passages: Sequence[Passage], arguments: TranscriptArguments
) -> Timeline:
    """The timeline of the passages in their order; with clips named, the others stay around."""
    pieces = _pieces(passages, before.rate)
    meant = {each.heard.clip.id for each in passages}
    named = arguments.clips != ("all",)
    items: list[Item] = []
    loose = False  # a fade here would stand beside a clip that is gone
    for item in before.track("V1").items:
        if isinstance(item, Transition):
            if not loose:
                items.append(item)
        elif named and item.id not in meant:
            items.append(item)
            loose = False
        else:
            if items and isinstance(items[-1], Transition):
                items.pop()
            items += pieces
            pieces, loose = [], True
    after = edits.set_track(before, Track("V1", "video", tuple(items)))
    return ridden(before, after)


def _pieces(passages: Sequence[Passage], rate: Fraction) -> list[Item]:
    """A clip for each passage; what is said in one breath stays one clip."""
    runs: list[tuple[Heard, int, int]] = []
    for passage in passages:
        heard, first, end = passage.heard, passage.found.first, passage.found.end
        if any(h is heard and first < e and end > f for h, f, e in runs):
            raise BadArguments(f"{passage} is asked for twice; name each sentence once")
        if runs and runs[-1][0] is heard and runs[-1][2] == first:
            runs[-1] = (heard, runs[-1][1], end)
        else:
            runs.append((heard, first, end))
    used: set[str] = set()
    items: list[Item] = []
    for heard, first, end in runs:
        clip, source = heard.clip, _source(heard, first, end, rate)
        new = made_id("c", clip.id, source) if clip.id in used else clip.id
        used.add(clip.id)
        items.append(replace(clip, id=new, source=source, sound_cut_s=Fraction(0)))
    return items


def _source(heard: Heard, first: int, end: int, rate: Fraction) -> TimeRange:
    """What plays so that these places are heard, with as much of the pause around as is usual."""
    clip, span = heard.clip, span_of(heard.said[first:end])
    before = max((s.range.end for s in heard.said[:first]), default=clip.source.start)
    after = min((s.range.start for s in heard.said[end:]), default=clip.source.end)
    low = min(max(before, span.start - PADDING_S), span.start)
    high = max(min(after, span.end + PADDING_S), span.end)
    frame = clip.speed / rate
    start = -((clip.source.start - low) // frame)  # frames into the clip, rounded up
    if clip.source.start + start * frame > span.start:
        start -= 1
    stop = (high - clip.source.start) // frame
    if clip.source.start + stop * frame < span.end:
        stop += 1
    return TimeRange(clip.source.start + start * frame, clip.source.start + stop * frame).clamp(
        clip.source
    )


# --- words for people


def _list(passages: Sequence[Passage]) -> str:
    return listed([str(passage) for passage in passages])


def _notes(passages: Sequence[Passage]) -> str:
    near = [p for p in passages if p.found.likeness < 1]
    told = [f" {p.quote!r} was taken for {short(text_of(p.said))!r}." for p in near]
    return "".join(told) + _line_note([p.heard.clip for p in passages if p.said[0].line])


def _line_note(clips: Sequence[Clip]) -> str:
    """What is to be said where only the times of lines are known."""
    if not clips:
        return ""
    names = listed(list(dict.fromkeys(clip.name for clip in clips)))
    return f" Only the times of whole lines are known in {names}, so lines are cut whole; {LISTEN}."


def _reason(passage: Passage) -> Reason:
    clip, said = passage.heard.clip, passage.said
    text = f"{clip.name} {span_of(said)}: {short(text_of(said))!r} is said there"
    return Reason(text=text, evidence=cited(said, clip.footage_id))
