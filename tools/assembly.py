"""From cast spans to clips on V1: their order, in and out points, reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from index.values import Hit
from project.store import Project
from timeline.model import Clip, Gap, Item, Marker, Timeline
from timeline.time import TimeRange
from tools.canvas import aspect_for, rate_for, reframe_for, size_for
from tools.casting import Cast, Entry, Look, Order
from tools.coverage import Covered
from tools.dailies import Dailies, listed, made_id
from tools.proposal import Evidence, Hole, Reason
from tools.ranges import on_frames
from tools.reasons import MEASURED, check
from tools.search import because, evidence_of, measured
from tools.shown import looks_there
from tools.timing import cut_from, frames_for, roomy

SAME_LIGHT = 0.08  # luma; nobody sees which of two such shots is the darker one
# shot sizes as the senses call them, the widest first
_WIDTHS = (
    "extreme wide", "long", "wide", "full", "medium wide", "medium", "medium close-up", "close-up",
    "extreme close-up",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Assembly:
    """The edit a storyboard makes, and what there is to say about it."""

    timeline: Timeline
    reasons: tuple[Reason, ...]
    holes: tuple[Hole, ...]
    missing_s: Fraction  # how much shorter than asked


def assemble(
    covered: Sequence[Covered], chosen: Sequence[Sequence[Cast]], look: Look, project: Project
) -> Assembly:
    """The timeline whose V1 is the storyboard; other tracks are the caller's to keep."""
    dailies = Dailies(project)
    entries = ordered(covered, chosen, look.order)
    used = [e.cast.candidate.footage for e in entries if e.cast]
    width, height = size_for(look.aspect or aspect_for(used), used)
    frame = Timeline(rate=rate_for(used), width=width, height=height)
    total = int(look.length_s * frame.rate + Fraction(1, 2))
    lengths = frames_for(entries, total, frame.rate, look, dailies)
    items: list[Item] = []
    reasons: list[Reason] = []
    holes: list[Hole] = []
    at = Fraction(0)
    for entry, frames in zip(entries, lengths, strict=True):
        length = frames / frame.rate
        if not frames:
            continue
        if entry.cast is None:
            gap = Gap(made_id("g", at, entry.covered.beat.words), length, entry.covered.beat.words)
            items.append(gap)
            holes.append(_hole(gap, at, entry.covered))
        else:
            clip, reason = _clip(roomy(entry, entries), length, look, frame, dailies)
            items.append(clip)
            reasons.append(reason)
        at += length
    video = replace(frame.track("V1"), items=tuple(items))
    made = replace(frame, tracks=(video,), markers=_markers(items))
    return Assembly(made, tuple(reasons), tuple(holes), (total - sum(lengths)) / frame.rate)


def _hole(gap: Gap, at: Fraction, covered: Covered) -> Hole:
    return Hole(
        gap_id=gap.id,
        wanted=gap.wanted,
        start_s=str(at),
        duration_s=str(gap.duration),
        near_misses=covered.near_misses,
    )


# --- order


def ordered(
    covered: Sequence[Covered], chosen: Sequence[Sequence[Cast]], order: Order
) -> list[Entry]:
    """All places of the film in order; an asked opening and ending stay at the ends."""
    every: list[Entry] = []
    for number, beat in enumerate(covered):
        casts = chosen[number]
        run = continuous(list(casts)) if order == "story" else list(casts)
        places = [Entry(beat, number, c) for c in run]
        if not places and not beat.candidates and beat.beat.words:
            places = [Entry(beat, number, None)]
        every += places
    if order == "story":
        return every
    first = [e for e in every if e.covered.beat.role == "opening"]
    last = [e for e in every if e.covered.beat.role == "ending"]
    body = [e for e in every if e.covered.beat.role == "body"]
    shown = [e for e in body if e.cast]
    shown = sorted(shown, key=_when) if order == "chronological" else _darkening(shown)
    for place, entry in enumerate(body):
        if entry.cast is None:  # a hole keeps its place in the telling
            shown.insert(min(place, len(shown)), entry)
    return [*first, *shown, *last]


def _when(entry: Entry) -> tuple[str, str, str, Fraction]:
    assert entry.cast is not None  # holes are not sorted by time
    footage = entry.cast.candidate.footage
    when = footage.technical.created or "9999"  # files that do not say come last, by name
    return when, footage.folder, footage.name, entry.cast.window.start


def _darkening(entries: list[Entry]) -> list[Entry]:
    """From light to dark; of what is about as light, not the same footage twice in a row."""
    left = sorted(entries, key=_darkness)
    run: list[Entry] = []
    while left:
        last = run[-1].cast.candidate.footage.fingerprint if run and run[-1].cast else ""
        alike = [e for e in left if _darkness(e) - _darkness(left[0]) <= SAME_LIGHT]
        other = [e for e in alike if e.cast and e.cast.candidate.footage.fingerprint != last]
        run.append((other or alike)[0])
        left.remove(run[-1])
    return run


def _darkness(entry: Entry) -> float:
    assert entry.cast is not None
    return -entry.cast.candidate.light


def continuous(casts: list[Cast]) -> list[Cast]:
    """Casts in an order without the same framing or footage twice in a row, widest first."""
    left = sorted(casts, key=_width)
    run: list[Cast] = []
    while left:
        last = run[-1] if run else None
        best = min(range(len(left)), key=lambda i: (_likeness(last, left[i]), i))
        run.append(left.pop(best))
    return run


def _width(item: Cast) -> int:
    framing = item.candidate.framing
    return next((n for n, word in enumerate(_WIDTHS) if framing == word), _WIDTHS.index("medium"))


def _likeness(one: Cast | None, other: Cast) -> float:
    """How much two casts would look like a jump cut, 0 to 3."""
    if one is None:
        return 0.0
    same = 2.0 * (one.candidate.footage.fingerprint == other.candidate.footage.fingerprint)
    framing = one.candidate.framing == other.candidate.framing != ""
    return same + 0.6 * framing + 0.4 * (abs(one.candidate.light - other.candidate.light) < 0.05)


# --- clips


def _clip(
    entry: Entry, length: Fraction, look: Look, frame: Timeline, dailies: Dailies
) -> tuple[Clip, Reason]:
    assert entry.cast is not None
    candidate, window = entry.cast.candidate, entry.cast.window
    footage = candidate.footage
    span = cut_from(entry, length, () if look.muted else dailies.said(footage.id))
    span = on_frames(span, window, Fraction(footage.technical.rate))
    inside = dailies.within(footage.id, span)
    reason = check(why_this(entry, span, dailies), dailies.project)
    clip = Clip(
        id=made_id("c", footage.id, span.start, span.end),
        footage_id=footage.id,
        name=footage.name,
        source=span,
        available=footage.picture_range,
        muted=look.muted,
        origin=footage.origin,
        reframe=reframe_for(
            footage,
            frame.width,
            frame.height,
            asked=look.aspect is not None,
            has_text=any(m.screen_text for m in inside),
        ),
        reasons=(reason.text,),
        beat=entry.covered.beat.words,
    )
    return clip, reason


def why_this(entry: Entry, span: TimeRange, dailies: Dailies) -> Reason:
    """Why a span was chosen, citing only what holds inside the span itself."""
    assert entry.cast is not None
    candidate, beat = entry.cast.candidate, entry.covered.beat
    name = candidate.footage.name
    hit = Hit(candidate.footage.id, name, span, candidate.score, candidate.why)
    causes, cited = [], []
    for why in sorted((looks_there(w, hit, dailies) for w in hit.why), key=lambda w: -w.strength):
        sensed = measured(why, hit, dailies)
        evidence = evidence_of(why, hit, measured=sensed)
        told = because(why, measured=sensed) in causes
        if not told and check(Reason(text="", evidence=(evidence,)), dailies.project).verified:
            causes.append(because(why, measured=sensed))
            cited.append(evidence)
        if len(cited) == 2:
            break
    shown = described(candidate.footage.id, span, dailies)
    if not cited and shown is not None:
        cited = [shown]
        causes = [f"{'it is' if shown.kind == 'senses' else 'it shows'} {shown.quote!r}"]
    wanted = f" for {beat.words!r}" if beat.words and not beat.by_senses else ""
    if beat.near:
        wanted = f" as b-roll, for want of more that shows {listed(list(map(repr, beat.near)))}"
    origin = candidate.footage.origin
    made = f" (generated for {origin.prompt!r}, not filmed)" if origin else ""
    return Reason(text=f"{name} {span}{made}{wanted}: {', '.join(causes)}", evidence=tuple(cited))


def described(footage_id: str, span: TimeRange, dailies: Dailies) -> Evidence | None:
    """What the index says of a span: a caption somebody gave, else senses, else its name."""
    footage = dailies.footage(footage_id)
    moments = dailies.within(footage_id, span)
    moments.sort(key=lambda m: -m.range.overlap(span))
    told: list[tuple[str, str]] = [
        ("caption", m.caption) for m in moments if m.caption and m.caption_source != MEASURED
    ]
    told += [("senses", ", ".join(m.senses.words)) for m in moments if m.senses.words]
    told += [("senses", m.caption) for m in moments if m.caption]
    told += [("title", footage.title), ("name", footage.name)]
    kind, quote = next((k, q) for k, q in told if q)
    return Evidence.model_validate(
        {
            "kind": kind,
            "footage_id": footage_id,
            "start_s": str(span.start),
            "end_s": str(span.end),
            "quote": quote,
        }
    )


def _markers(items: Sequence[Item]) -> tuple[Marker, ...]:
    """One marker a beat, over the clips or the hole that stand for it."""
    spans: list[tuple[str, TimeRange]] = []
    at = Fraction(0)
    for item in items:
        words = item.beat if isinstance(item, Clip) else getattr(item, "wanted", "")
        span = TimeRange(at, at + item.duration)
        if spans and spans[-1][0] == words:
            spans[-1] = (words, TimeRange(spans[-1][1].start, span.end))
        elif words:
            spans.append((words, span))
        at += item.duration
    return tuple(
        Marker(made_id("m", words, span.start), span, words, "beat") for words, span in spans
    )
