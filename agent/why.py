"""The tool that says why: of a clip from what was kept about it, of what is missing by looking.

Nothing is thought up here: reasons are the stored ones, checked again against the index, what
came near is what was weighed when the cut was made, and edits are those of the history.
"""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from agent import missing, record, state
from project import history
from project.store import Project
from timeline import document
from timeline.model import Clip, Timeline
from timeline.time import clock
from tools.dailies import listed
from tools.pointing import inventory, point_all
from tools.proposal import Effect, Proposal, Reason
from tools.shape import Arguments, Reads

SINCE = 6  # edits of a clip that are told, newest first


class WhyArguments(Arguments):
    """What is asked about. All empty: every clip in short."""

    clips: tuple[str, ...] = Field(
        (), description="clip ids, numbers from 1, 'last', or words for the clips that are there"
    )
    absent: str = Field("", description="words for what is not in the cut: why is it not")
    holes: bool = Field(False, description="true: why there are holes")
    length: bool = Field(False, description="true: why the cut is as long as it is")


class Why(Reads):
    """Tells why a clip is in the cut or something is not; changes nothing."""

    name: ClassVar[str] = "why"
    summary: ClassVar[str] = (
        "Say why clips are in the cut, or why something is not, from stored and checked reasons"
    )
    effect: ClassVar[Effect] = "read"
    arguments: ClassVar[type[Arguments]] = WhyArguments

    def propose(self, arguments: WhyArguments, project: Project) -> Proposal:
        """The answer in words and as data. Raises BadArguments where a number names no clip."""
        shown = state.shown_edit(project)
        timeline = history.current(project)
        if shown is not None and shown.timeline is not None:
            timeline = document.from_document(shown.timeline)
        told: list[str] = []
        data: dict[str, Any] = {"proposed": shown is not None}
        reasons: list[Reason] = []
        if arguments.holes:
            said, data["holes"] = missing.holes(timeline, project, shown)
            told.append(said)
        if arguments.length:
            told.append(missing.length(timeline, project, shown))
        absent, clips = arguments.absent.strip(), arguments.clips
        if not absent and len(clips) == 1 and not missing.is_there(clips[0], timeline, project):
            absent, clips = clips[0], ()
        if absent:
            found = missing.missing(absent, timeline, project, shown)
            told.append(found.told)
            reasons += found.reasons
            data["absent"] = found.data
        if clips or not told:
            said, more, data["clips"] = _present(clips, timeline, project, shown)
            told.append(said)
            reasons += more
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="read",
            answer="\n".join(told),
            reasons=tuple(reasons),
            data=data,
        )


Told = tuple[str, list[Reason], list[dict[str, Any]]]


def _present(
    named: tuple[str, ...], timeline: Timeline, project: Project, shown: Proposal | None
) -> Told:
    """The clips that are named, each at length; all of them in a line each where none is."""
    clips = [clip for _, clip in timeline.clips()]
    if not clips:
        return "There is no clip to ask about yet; make a cut first.", [], []
    ids = point_all(named, timeline, project) if named else _touched(timeline, shown)
    whole = len(ids) <= 3
    lines, reasons, told = [], list[Reason](), []
    for item_id in ids:
        clip = timeline.item(item_id)
        assert isinstance(clip, Clip)  # only clips are pointed at
        kept = record.kept(clip, project, shown)
        place = 1 + next(n for n, c in enumerate(clips) if c.id == clip.id)
        lines += (
            _at_length(place, clip, timeline, kept) if whole else [_in_short(place, kept, clip)]
        )
        reasons += [reason for reason in kept.reasons if reason.evidence]
        told.append(_data(place, clip, kept))
    if not named and not whole:
        lines.append(f"Ask about one of them to hear more: {inventory(timeline)}.")
    return "\n".join(lines), reasons, told


def _touched(timeline: Timeline, shown: Proposal | None) -> tuple[str, ...]:
    """Which clips "this one" means: those that a shown proposal touches, else all."""
    every = [clip.id for _, clip in timeline.clips()]
    if shown is not None:
        touched = [c.item_id for c in shown.changes if c.item_id in every]
        if touched:
            return tuple(dict.fromkeys(touched))
    return tuple(every)


def _in_short(place: int, kept: record.Kept, clip: Clip) -> str:
    told = "; ".join(_checked(reason) for reason in kept.reasons[:1]) or _by_whom(kept)
    return f"{place}. {told if kept.reasons else f'{_called(clip)}: {told}'}"


def _called(clip: Clip) -> str:
    return f"{clip.name} {clip.source}"


def _at_length(place: int, clip: Clip, timeline: Timeline, kept: record.Kept) -> list[str]:
    at = clock(timeline.start_of(clip.id))
    lines = [f"Clip {place}, {_called(clip)}, at {at}:"]
    if clip.origin is not None:
        lines.append(_made(clip, kept))
    asked = kept.asked
    beat = f" for {clip.beat!r}" if clip.beat else ""
    if asked is not None and asked.approval:
        lines.append(
            f"- It came{beat} with {asked.intent!r}, a step of {asked.goal!r}; {asked.approval}."
        )
    elif asked is not None:
        lines.append(f"- It is proposed{beat} and waits for you to decide.")
    elif kept.touches and kept.touches[-1].came:
        lines.append(f"- {_by_whom(kept)}")
    lines += [f"- {_checked(reason)}" for reason in kept.reasons]
    outside = [r for r in kept.reasons if r.evidence and not _inside(r, clip)]
    if outside:
        lines.append(
            "- What it cites lies outside what the clip plays now: it was trimmed or slipped since."
        )
    if not kept.reasons:
        lines.append("- No reason is kept for it, and I make none up.")
    lines += _near(clip, kept)
    since = [t for t in kept.touches if not t.came][:SINCE]
    lines += [f"- Since then: {t.what or t.label} ({_who(t.actor)}, {t.label!r})." for t in since]
    return lines


def _inside(reason: Reason, clip: Clip) -> bool:
    return any(record.plays(evidence, clip) for evidence in reason.evidence)


def _checked(reason: Reason) -> str:
    if reason.verified:
        return f"{reason.text} (checked: it stands in the index)"
    if reason.evidence:
        return f"{reason.text} (unverified: {reason.problem})"
    return reason.text


def _who(actor: str) -> str:
    return {"hand": "by hand", "import": "with an import"}.get(actor, "by an approved step")


def _by_whom(kept: record.Kept) -> str:
    came = next((t for t in reversed(kept.touches) if t.came), None)
    if came is None:
        return "it came with an edit further back than I look."
    return {
        "hand": f"You put it there by hand ({came.label}).",
        "import": f"It came with an import ({came.label}).",
    }.get(came.actor, f"It came with the edit {came.label!r}.")


def _made(clip: Clip, kept: record.Kept) -> str:
    """Where a generated clip comes from, as its origin has it, and which hole it was made for."""
    origin = clip.origin
    assert origin is not None  # asked for generated clips only
    how = "generated by a learned model" if origin.ai else "drawn or moved by rule"
    given = f", given {origin.conditions}" if origin.conditions else ""
    hole = f" It fills the hole for {clip.beat!r}." if clip.beat else ""
    asked = f"{origin.prompt!r}" if origin.prompt else "what stands beside it"
    near = kept.asked.proposal.data.get("near_misses") if kept.asked else None
    nearest = f" The nearest footage was {listed([str(n) for n in near])}." if near else ""
    return (
        f"- It was not filmed: {how}, backend {origin.backend} ({origin.model}), from {asked},"
        f" seed {origin.seed}{given}.{hole}{nearest}"
    )


def _passed(clip: Clip, kept: record.Kept) -> list[dict[str, Any]]:
    """What came near for the clip's beat, as it was weighed then."""
    if kept.asked is None:
        return []
    weighed = kept.asked.proposal.data.get("passed", [])
    return next((one["near"] for one in weighed if one["beat"] == clip.beat), [])


def _near(clip: Clip, kept: record.Kept) -> list[str]:
    near = _passed(clip, kept)
    if kept.asked is None or "passed" not in kept.asked.proposal.data:
        return []
    if not near:
        return ["- Nothing else in the footage came near for that."]
    return [f"- Near, not taken: {missing.span_of(one)}: {one['why_not']}." for one in near]


def _data(place: int, clip: Clip, kept: record.Kept) -> dict[str, Any]:
    asked = kept.asked
    return {
        "place": place,
        "clip_id": clip.id,
        "footage_id": clip.footage_id,
        "name": clip.name,
        "start_s": str(clip.source.start),
        "end_s": str(clip.source.end),
        "beat": clip.beat,
        "goal": asked.goal if asked else "",
        "step": asked.intent if asked else "",
        "approval": asked.approval if asked else "",
        "generated": None
        if clip.origin is None
        else {
            "backend": clip.origin.backend,
            "model": clip.origin.model,
            "prompt": clip.origin.prompt,
            "seed": clip.origin.seed,
        },
        "reasons": [
            {
                "text": r.text,
                "verified": r.verified,
                "problem": r.problem,
                "evidence": [e.model_dump(mode="json") for e in r.evidence],
                "plays": _inside(r, clip),
            }
            for r in kept.reasons
        ],
        "near": _passed(clip, kept),
        "edits": [{"what": t.what or t.label, "by": t.actor, "came": t.came} for t in kept.touches],
    }
