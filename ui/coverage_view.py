"""The coverage map: each beat of the cut with what stands for it, and what else could.

Beats are those of the clips and holes that stand. What could show them is asked of the same
`tools.coverage` that the storyboard asks, with the same exclusions, so that the map and the cut
agree. Also what was overlooked: footage nobody used, what came near, what no search brought.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from agent import state
from index.topics import Topic, topics
from project import footage, history
from project.store import Project
from timeline import document
from timeline.model import Clip, Gap, Timeline
from timeline.time import TimeRange
from tools.beats import Beat
from tools.coverage import Brief, Candidate, Covered, cover
from tools.moods import CLIP_S, found_in
from tools.outline import StoryboardArguments
from tools.proposal import Proposal
from tools.ranges import placed
from ui import returned
from ui.marks import reshoot_text
from ui.view import View

BEST = 6  # moments told of for each beat
WHY = 2  # quotes for each


class PickView(View):
    """A clip that stands for a beat."""

    id: str
    footage_id: str
    name: str
    start_s: float
    in_s: float
    out_s: float
    generated: bool
    why: list[str]


class HoleView(View):
    """A hole that stands for a beat."""

    id: str
    start_s: float
    duration_s: float
    listed: bool  # on the reshoot list


class MomentView(View):
    """A moment that could show a beat, cut to the length of what stands there."""

    footage_id: str
    name: str
    in_s: float
    out_s: float
    worth: float
    in_use: bool
    why: list[str]


class BeatView(View):
    """One column of the map. asked: in words, by the creator; else it is one of the topics."""

    words: str
    asked: bool
    picks: list[PickView]
    holes: list[HoleView]
    moments: list[MomentView]
    could_show: int
    near: list[str]
    reason: str


class CoverageView(View):
    """The map of the cut that stands; `proposed` where it is one that waits for approval."""

    beats: list[BeatView]
    proposed: bool
    rest: list[PickView]  # clips that stand for no beat


def coverage(project: Project) -> CoverageView:
    """The map of the cut as it stands; of the proposed one where nothing stands yet."""
    timeline, proposed = history.current(project), False
    if not timeline.track("V1").items:
        shown = state.shown_edit(project)
        if shown is not None and shown.timeline is not None:
            timeline, proposed = document.from_document(shown.timeline), True
    wanted = _beats(timeline)
    story, tree = _story(project), {topic.label: topic for topic in topics(project)}
    asked = _asked(story)
    beats = [_beat(words, words in asked, tree) for words in wanted]
    covered = cover(beats, _brief(story), project)
    returned.note(project, (c.footage.id for one in covered for c in one.candidates))
    used = _used(timeline)
    return CoverageView(
        beats=[_column(one, timeline, used, words in asked or words not in tree)
               for words, one in zip(wanted, covered, strict=True)],
        proposed=proposed,
        rest=[_pick(at, clip) for at, clip in timeline.clips() if not clip.beat] if wanted else [],
    )  # fmt: skip


def _beats(timeline: Timeline) -> list[str]:
    """The words of the beats, in the order in which they come."""
    found = [
        item.beat if isinstance(item, Clip) else item.wanted
        for item in timeline.track("V1").items
        if isinstance(item, Clip | Gap)
    ]
    return list(dict.fromkeys(words for words in found if words))


def _story(project: Project) -> Proposal | None:
    """The newest first cut that was applied, or is shown."""
    row = project.row(
        "SELECT proposal.id FROM proposal JOIN step ON step.id = proposal.step_id"
        " WHERE step.tool = 'storyboard' AND proposal.status IN ('applied', 'shown')"
        " ORDER BY proposal.id DESC LIMIT 1"
    )
    return state.proposal_at(project, row["id"]).proposal if row else None


def _asked(story: Proposal | None) -> frozenset[str]:
    """The beats that were asked for in words, not found in the footage."""
    if story is None:
        return frozenset()
    return frozenset(p["beat"] for p in story.data.get("passed", ()) if p["asked"])


def _brief(story: Proposal | None) -> Brief:
    if story is None:
        return Brief()
    said = StoryboardArguments.model_validate(story.arguments)
    return Brief(said.footage_ids, said.exclude, found_in(said.goal, said.mood))


def _beat(words: str, asked: bool, tree: dict[str, Topic]) -> Beat:
    """A beat as the storyboard had it: one that is a topic is looked for in its footage."""
    topic = None if asked else tree.get(words)
    if topic is not None:
        ids = tuple(topic.footage_ids)
        return Beat(words, Fraction(0), asked=False, footage_ids=ids, by_senses=True)
    return Beat(words, Fraction(0), asked=asked)


def _used(timeline: Timeline) -> dict[str, list[TimeRange]]:
    used: dict[str, list[TimeRange]] = {}
    for _, clip in timeline.clips():
        used.setdefault(clip.footage_id, []).append(clip.source)
    return used


def _column(
    one: Covered,
    timeline: Timeline,
    used: dict[str, list[TimeRange]],
    asked: bool,
) -> BeatView:
    words = one.beat.words
    picks = [(at, clip) for at, clip in timeline.clips() if clip.beat == words]
    holes = [(at, gap) for at, gap in timeline.holes() if gap.wanted == words]
    lengths = [*(clip.duration for _, clip in picks), *(gap.duration for _, gap in holes)]
    length = lengths[0] if lengths else CLIP_S["medium"]
    marked = {m.text for m in timeline.markers}
    return BeatView(
        words=words,
        asked=asked,
        picks=[_pick(at, clip) for at, clip in picks],
        holes=[
            HoleView(
                id=gap.id,
                start_s=float(at),
                duration_s=float(gap.duration),
                listed=reshoot_text(gap.wanted) in marked,
            )
            for at, gap in holes
        ],
        moments=list(_moments(one.candidates, length, used)),
        could_show=len({c.footage.id for c in one.candidates}),
        near=list(one.near_misses),
        reason=one.reason,
    )


def _pick(at: Fraction, clip: Clip) -> PickView:
    return PickView(
        id=clip.id,
        footage_id=clip.footage_id,
        name=clip.name,
        start_s=float(at),
        in_s=float(clip.source.start),
        out_s=float(clip.source.end),
        generated=clip.origin is not None,
        why=list(clip.reasons[:WHY]),
    )


def _moments(
    candidates: Sequence[Candidate], length: Fraction, used: dict[str, list[TimeRange]]
) -> Iterable[MomentView]:
    """The best that are not in the cut with the same seconds, no two from one room."""
    told: set[tuple[str, TimeRange]] = set()
    for one in candidates:
        window = placed(one.core, length, one.room, worded=bool(one.why))
        mine = used.get(one.footage.id, [])
        if (one.footage.id, one.room) in told or any(r.overlap(window) > 0 for r in mine):
            continue
        told.add((one.footage.id, one.room))
        yield MomentView(
            footage_id=one.footage.id,
            name=one.footage.title or one.footage.name,
            in_s=float(window.start),
            out_s=float(window.end),
            worth=round(one.score, 2),
            in_use=bool(mine),
            why=[f"{why.kind}: {why.quote}" for why in one.why[:WHY]] or _looks(one),
        )
        if len(told) == BEST:
            return


def _looks(one: Candidate) -> list[str]:
    return [", ".join(filter(None, (one.framing, f"quality {one.quality:.0%}")))]


# --- what was overlooked


def overlooked(project: Project) -> dict[str, Any]:
    """Footage that nobody used, what came near, and what no search has brought yet."""
    timeline = history.current(project)
    used, story = set(_used(timeline)), _story(project)
    usable = [f for f in footage.all_footage(project, usable=True) if f.technical.has_picture]
    seen = returned.seen(project) | _found_by_agent(project)
    unused = [f.id for f in usable if f.id not in used]
    near = [
        {"beat": one["beat"], **{k: miss[k] for k in ("footage_id", "why_not")},
         "in_s": float(Fraction(miss["start_s"])), "out_s": float(Fraction(miss["end_s"]))}
        for one in (story.data.get("passed", ()) if story else ())
        for miss in one["near"]
    ]  # fmt: skip
    return {
        "unused": unused,
        "near": near,
        "never": [i for i in unused if i not in seen],
        "all": len(usable),
    }


def _found_by_agent(project: Project) -> set[str]:
    """What the assistant's own searches and cuts looked at."""
    rows = project.rows(
        "SELECT proposal.document FROM proposal JOIN step ON step.id = proposal.step_id"
        " WHERE step.tool IN ('search', 'storyboard')"
    )
    found: set[str] = set()
    for row in rows:
        data = json.loads(row["document"]).get("data", {})
        found |= {hit["footage_id"] for hit in data.get("hits", ())}
        found |= {near["footage_id"] for one in data.get("passed", ()) for near in one["near"]}
    return found
