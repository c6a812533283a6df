"""Why something is not in the cut: it is, was excluded, cut away, never asked for, or not found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from agent import record, state
from agent.follow_ups import NAMED as PLACE
from index.search import search
from index.values import Filters, Hit
from project.errors import BadArguments
from project.store import Project
from timeline import document
from timeline.model import Clip, Timeline
from timeline.time import TimeRange, clock
from tools.coverage import borne_out, near_miss, says
from tools.dailies import Dailies, listed
from tools.kinds import of_kind
from tools.pointing import point
from tools.preferences import Preference, because, preferences, sentence
from tools.proposal import Proposal, Reason
from tools.reasons import check
from tools.search import hit_data, reason_of

TOLD = 3  # moments that are named
LOOKED_AT = 40  # hits


@dataclass(frozen=True, slots=True)
class Missing:
    """The answer for something that is missed; `why` is one of a closed set of words."""

    told: str
    why: str  # "there" | "excluded" | "removed" | "not taken" | "not asked" | "not found"
    reasons: tuple[Reason, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)


def missing(words: str, timeline: Timeline, project: Project, shown: Proposal | None) -> Missing:
    """Why what `words` mean is not in the cut; says so where it is."""
    there = _there(words, timeline, project)
    if there:
        return _answer(words, "there", f"It is there: {listed(there)}.")
    hits, reason, near = _found(words, project)
    goal = state.last_goal(project)
    excluded = [word for word in (goal.exclude if goal else ()) if _kept_out(word, words)]
    if goal is not None and excluded:
        seen = f" It is in the footage: {_where(hits)}." if hits else ""
        return _answer(
            words,
            "excluded",
            f"Your goal leaves it out: {goal.text!r} says without {listed(excluded)}.{seen}",
            hits,
        )
    usual = next((p for p in preferences(project) if _leaves_out(p, words, hits)), None)
    if usual is not None:
        told = f"Your preference leaves it out: {sentence(usual)!r}, {because(usual)}."
        return _answer(words, "excluded", f"{told} It is in the footage: {_where(hits)}.", hits)
    hole = next(
        (at for at, gap in timeline.holes() if gap.wanted and _same(gap.wanted, words)), None
    )
    stands = f" A hole stands for it at {clock(hole)}." if hole is not None else ""
    if not hits:
        why = f" ({reason})" if reason else ""
        nearest = f" The nearest are {listed(near)}." if near else ""
        told = f"Nothing like {words!r} is in the footage{why}.{nearest}{stands}"
        return _answer(words, "not found", told)
    dailies = Dailies(project)
    reasons = tuple(check(reason_of(hit, dailies), project) for hit in hits[:TOLD])
    why, lines = _because(hits, timeline, project, shown)
    head = f"It is in the footage, and not in the cut: {_where(hits)}.{stands}"
    return _answer(words, why, "\n".join([head, *(f"- {line}" for line in lines)]), hits, reasons)


def _leaves_out(one: Preference, words: str, hits: Sequence[Hit]) -> bool:
    """Whether a preference keeps out what words mean, or all the files that show it."""
    if one.kind != "leave out" or not hits:
        return False
    names = {hit.name.casefold() for hit in hits}
    return _kept_out(one.value, words) or names == {one.value.casefold()}


def _kept_out(word: str, words: str) -> bool:
    """Whether who leaves out `word` leaves out what `words` mean: with animals, a dog."""
    return _same(word, words) or of_kind(word, words)


def _answer(
    words: str, why: str, told: str, hits: Sequence[Hit] = (), reasons: tuple[Reason, ...] = ()
) -> Missing:
    data = {"words": words, "why": why, "found": [hit_data(hit) for hit in hits[:TOLD]]}
    return Missing(told, why, reasons, data)


def is_there(words: str, timeline: Timeline, project: Project) -> bool:
    """Whether words mean a clip of the cut; a number that there is not is not taken for a thing."""
    return (
        not timeline.clips() or bool(_there(words, timeline, project)) or bool(PLACE.match(words))
    )


def _there(words: str, timeline: Timeline, project: Project) -> list[str]:
    """The clips that show it, in words; those that stand for a beat of that name count."""
    try:
        ids = point(words, timeline, project)
    except BadArguments:
        return []
    clips = [clip for _, clip in timeline.clips()]
    return [
        f"clip {n}, {clip.name} {clip.source}" for n, clip in enumerate(clips, 1) if clip.id in ids
    ]


def _same(one: str, other: str) -> bool:
    """Whether either of two texts speaks of the other, whatever their number and articles."""
    return says(one, other) or says(other, one)


def _found(words: str, project: Project) -> tuple[list[Hit], str, list[str]]:
    """What shows it, held to what a cut is held to; else what search said, and what came near."""
    filters, dailies = Filters(has_picture=True), Dailies(project)
    found = search(project, words, filters=filters, limit=LOOKED_AT)
    hits = [hit for hit, _ in borne_out(words, found, filters, dailies)]
    return hits, found.reason, [near_miss(hit) for hit in found.hits[:TOLD]]


def _where(hits: Sequence[Hit]) -> str:
    return listed([f"{hit.name} {hit.range}" for hit in hits[:TOLD]], limit=TOLD)


def span_of(one: dict[str, Any]) -> str:
    """A kept span as people read it: "GOPR0107.MP4 0:01.0-0:04.0"."""
    return f"{one['name']} {TimeRange(Fraction(one['start_s']), Fraction(one['end_s']))}"


def _because(
    hits: Sequence[Hit], timeline: Timeline, project: Project, shown: Proposal | None
) -> tuple[str, list[str]]:
    """What happened to the moments that show it: cut away, weighed and left, or never asked for."""
    edits = record.line(project)
    gone = _removed(hits, edits) if shown is None else None
    if gone is not None:
        name, label, who = gone
        return "removed", [f"{name} was in it until {label!r}, {who}."]
    weighed = _weighed(edits, project, shown)
    lines = [
        f"{span_of(near)} came near for {beat['beat'] or 'the cut'!r}: {near['why_not']}."
        for beat in weighed
        for near in beat["near"]
        if any(near["footage_id"] == hit.footage_id for hit in hits)
    ]
    if lines:
        return "not taken", lines[:TOLD]
    beats = list(dict.fromkeys(c.beat for _, c in timeline.clips() if c.beat))
    beats += [gap.wanted for _, gap in timeline.holes() if gap.wanted]
    asked = (
        f"it was asked for {listed([repr(b) for b in beats])}" if beats else "nobody asked for it"
    )
    return "not asked", [f"No part of the cut is about it: {asked}. Say to add it, and it is."]


def _weighed(
    edits: Sequence[Any], project: Project, shown: Proposal | None
) -> list[dict[str, Any]]:
    """What the cut that stands, or is shown, weighed and did not take."""
    proposals = [shown] if shown is not None and "passed" in shown.data else []
    behind = (asked.proposal for asked in record.behind(edits, project))
    found = next((p for p in (*proposals, *behind) if "passed" in p.data), None)
    return found.data["passed"] if found is not None else []


def _removed(hits: Sequence[Hit], edits: Sequence[Any]) -> tuple[str, str, str] | None:
    """The clip that showed it last, and the edit that took it away: name, label, by whom."""
    for place, edit in enumerate(edits[1:], start=1):
        if not any(hit.footage_id in edit["document"] for hit in hits):
            continue
        before = document.loads(edit["document"])
        clip = next((c for _, c in before.clips() if any(_shows(c, hit) for hit in hits)), None)
        if clip is not None:
            after = edits[place - 1]
            by = "by hand" if after["actor"] == "hand" else "a step you approved"
            return f"{clip.name} {clip.source}", after["label"], by
    return None


def _shows(clip: Clip, hit: Hit) -> bool:
    return clip.footage_id == hit.footage_id and clip.source.overlap(hit.range) > 0


def holes(
    timeline: Timeline, project: Project, shown: Proposal | None
) -> tuple[str, list[dict[str, Any]]]:
    """Why holes stand in the cut: what each wants and what came nearest."""
    placed = [(at, gap) for at, gap in timeline.holes()]
    if not placed:
        return "There is no hole in the cut.", []
    proposals = [shown] if shown is not None else []
    proposals += [asked.proposal for asked in record.behind(record.line(project), project)]
    kept = {hole.gap_id: hole for p in reversed(proposals) for hole in p.holes}
    lines, data = [], []
    for at, gap in placed:
        near = kept[gap.id].near_misses if gap.id in kept else ()
        wanted = f"for {gap.wanted!r}: no footage is known to show it" if gap.wanted else (
            "that an edit left; nothing is wanted there"
        )  # fmt: skip
        nearest = f"; the nearest were {listed(list(near), limit=3)}" if near else ""
        lines.append(f"The hole at {clock(at)} ({clock(gap.duration)}) stands {wanted}{nearest}.")
        data.append({"id": gap.id, "start_s": str(at), "wanted": gap.wanted, "near": list(near)})
    return "\n".join(lines), data


def length(timeline: Timeline, project: Project, shown: Proposal | None) -> str:
    """Why the cut is as long as it is: what was asked for, and the edits that changed it since."""
    now = f"It is {clock(timeline.duration)}."
    reason = _length_reason(shown) if shown is not None else None
    if reason is not None:
        return f"{now} {reason.text}."
    edits = record.line(project)
    since: list[str] = []
    for place, edit in enumerate(edits):
        asked = next(record.behind([edit], project), None)
        reason = _length_reason(asked.proposal) if asked is not None else None
        if asked is not None and reason is not None:
            short = Fraction(str(asked.proposal.data.get("missing_s", 0)))
            told = f" {clock(short)} of footage was missing." if short > 0 else ""
            told += f" Since then it was changed by {listed(since)}." if since else ""
            return f"{now} {reason.text}.{told}"
        before = document.loads(edits[place + 1]["document"]) if place + 1 < len(edits) else None
        if before is not None and before.duration != document.loads(edit["document"]).duration:
            by = {"hand": "by hand", "import": "an import"}.get(edit["actor"], "approved")
            since.append(f"{edit['label']!r} ({by})")
    return f"{now} Nobody asked for a length that I know of."


def _length_reason(proposal: Proposal) -> Reason | None:
    """What a proposal says of its length; it was checked against its own cut."""
    spoken = (r for r in proposal.reasons if any(e.kind == "length" for e in r.evidence))
    return next(spoken, None)
