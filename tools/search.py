"""The tool that looks for footage: what answers, where, and why; or "nothing like that"."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any, ClassVar, Literal

from pydantic import Field

from index.search import search
from index.values import Filters, Found, Hit, Why
from project.errors import BadArguments
from project.store import Project
from timeline.time import exact
from tools.dailies import Dailies, count
from tools.proposal import Effect, Evidence, Proposal, Reason
from tools.reasons import MEASURED, check_all
from tools.shape import Arguments, Reads
from tools.shown import denied

QUOTABLE = {
    "caption", "speech", "screen text", "looks like", "senses", "technical", "title", "name",
}  # fmt: skip


class SearchArguments(Arguments):
    """What to look for."""

    query: str = Field(description="what to look for, in words")
    limit: int = Field(10, ge=1, le=50, description="how many answers at most")
    orientation: Literal["portrait", "landscape", "square"] | None = None
    light: Literal["dark", "bright"] | None = None
    motion: Literal["still", "moving"] | None = None
    has_sound: bool | None = None
    has_speech: bool | None = None
    has_faces: bool | None = None
    has_picture: bool | None = None
    used: bool | None = Field(None, description="only what is (not) on the timeline now")
    min_length_s: float | None = Field(None, ge=0)
    max_length_s: float | None = Field(None, ge=0)
    footage_ids: tuple[str, ...] | None = Field(None, description="look only in these")

    def filters(self) -> Filters:
        """The filters of the index that these arguments ask for."""
        names = ("orientation", "light", "motion", "has_sound", "has_speech", "has_faces")
        return Filters(
            **{name: getattr(self, name) for name in (*names, "has_picture", "used")},
            min_length_s=_seconds(self.min_length_s),
            max_length_s=_seconds(self.max_length_s),
            footage_ids=self.footage_ids,
        )


def _seconds(value: float | None) -> Fraction | None:
    return None if value is None else exact(value)


class Search(Reads):
    """Looks for moments; changes nothing."""

    name: ClassVar[str] = "search"
    summary: ClassVar[str] = "Find moments in the footage by what is seen, said, written or sensed"
    effect: ClassVar[Effect] = "read"
    arguments: ClassVar[type[Arguments]] = SearchArguments

    def propose(self, arguments: SearchArguments, project: Project) -> Proposal:
        """The hits in words and as data. Raises BadArguments for an empty question."""
        if not arguments.query.strip():
            raise BadArguments("search was asked for nothing; say in words what to look for")
        found = search(project, arguments.query, filters=arguments.filters(), limit=arguments.limit)
        dailies = Dailies(project)
        kept = tuple(hit for hit in found.hits if not denied(found.query, hit, dailies))
        sure = found.confident and (bool(kept) or not found.hits)
        found = replace(found, hits=kept if sure else found.hits, confident=sure)
        reasons = [reason_of(hit, dailies) for hit in found.hits] if found.confident else []
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="read",
            answer=answer(found, dailies),
            reasons=check_all(reasons, project),
            data={
                "query": found.query,
                "confident": found.confident,
                "reason": found.reason,
                "hits": [hit_data(hit) for hit in found.hits],
            },
        )


def answer(found: Found, dailies: Dailies) -> str:
    """The answer to a search in words, one line a hit."""
    if not found.confident:
        near = "; ".join(short(hit) for hit in found.hits[:3])
        nearest = f" The nearest are {near}." if near else ""
        why = f" ({found.reason})" if found.reason else ""
        return f"Nothing like {found.query!r} is in this footage{why}.{nearest}"
    lines = [f"{count(len(found.hits), 'moment')} for {found.query!r}:"]
    lines += [f"{n}. {reason_of(hit, dailies).text}" for n, hit in enumerate(found.hits, start=1)]
    return "\n".join(lines)


def short(hit: Hit) -> str:
    """A hit as people name it: its footage and range."""
    return f"{hit.name} {hit.range}"


def measured(why: Why, hit: Hit, dailies: Dailies) -> bool:
    """Whether a quote is a caption that was put together from senses, speech and names."""
    if why.kind not in ("caption", "meaning"):
        return False
    inside = dailies.within(hit.footage_id, hit.range)
    sources = {m.caption_source for m in inside if why.quote in m.caption}
    return sources == {MEASURED}


def because(why: Why, *, measured: bool = False) -> str:
    """One cause of a match in words: "'coffee' in its caption"."""
    if measured:
        return f"{why.quote!r} in what it looks and sounds like"
    if why.kind == "meaning":
        return f"close in meaning to {why.quote!r}"
    if why.kind == "senses":
        return f"sensed: {why.quote}"
    if why.kind == "looks like":
        return f"looks like: {why.quote}"
    if why.kind == "speech":
        return f"{why.quote!r} is said"
    if why.kind == "screen text":
        return f"{why.quote!r} stands on screen"
    return f"{why.quote!r} in its {why.kind if why.kind != 'technical' else 'technical data'}"


def evidence_of(why: Why, hit: Hit, *, measured: bool = False) -> Evidence:
    """The evidence for one cause of a match; meaning is backed by the caption it quotes."""
    kind = "senses" if measured else why.kind if why.kind in QUOTABLE else "caption"
    return Evidence.model_validate(
        {
            "kind": kind,
            "footage_id": hit.footage_id,
            "start_s": str(hit.range.start),
            "end_s": str(hit.range.end),
            "quote": why.quote,
        }
    )


def _strongest(hit: Hit, dailies: Dailies) -> list[tuple[Why, bool]]:
    """The three strongest causes of a hit, and whether each quotes what was only measured."""
    strong = sorted(hit.why, key=lambda w: -w.strength)[:3]
    return [(why, measured(why, hit, dailies)) for why in strong]


def causes(hit: Hit, dailies: Dailies) -> list[str]:
    """Why a hit answers, in words, the strongest cause first."""
    return [because(why, measured=made) for why, made in _strongest(hit, dailies)]


def reason_of(hit: Hit, dailies: Dailies) -> Reason:
    """Why a hit answers, with what can be looked up."""
    because_of = ", ".join(causes(hit, dailies))
    title = f" ({hit.title})" if hit.title and hit.title != hit.name else ""
    return Reason(
        text=f"{short(hit)}{title}" + (f" - {because_of}" if because_of else ""),
        evidence=tuple(
            evidence_of(why, hit, measured=made) for why, made in _strongest(hit, dailies)
        ),
    )


def hit_data(hit: Hit) -> dict[str, Any]:
    """A hit as plain values."""
    return {
        "footage_id": hit.footage_id,
        "name": hit.name,
        "title": hit.title,
        "start_s": str(hit.range.start),
        "end_s": str(hit.range.end),
        "score": round(hit.score, 4),
        "why": [{"kind": w.kind, "quote": w.quote} for w in hit.why],
    }
