"""A timeline conformed to its files: the `Film` that media renders, on whole frames."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from media.values import Film, Fit, PartSource, RenderPart, RenderSound, RenderTitle
from project import footage
from project.errors import CreatorError
from project.store import Project
from timeline.model import Clip, Gap, Timeline, Track, Transition

ZERO = Fraction(0)
AI_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def conform(project: Project, timeline: Timeline) -> Film:
    """The film a timeline describes. Cuts land on frames without drift: each is rounded alone.

    Raises CreatorError where a file is gone or the timeline is empty.
    """
    if timeline.duration <= 0:
        raise CreatorError("the timeline is empty; there is nothing to render yet")
    return Film(
        width=timeline.width,
        height=timeline.height,
        rate=timeline.rate,
        parts=_parts(project, timeline),
        titles=tuple(
            RenderTitle(t.text, t.span.start, t.span.end, t.style) for t in timeline.titles
        ),
        sounds=tuple(
            sound
            for track in timeline.tracks
            if track.kind == "audio"
            for sound in _sounds(project, track, timeline.duration)
        ),
        metadata=_marks(timeline),
    )


def _parts(project: Project, timeline: Timeline) -> tuple[RenderPart, ...]:
    rate, parts, items = timeline.rate, [], timeline.track("V1").items
    at = ZERO
    for place, item in enumerate(items):
        if isinstance(item, Transition):
            continue
        before = items[place - 1] if place else None
        after = items[place + 1] if place + 1 < len(items) else None
        lead = before.in_offset if isinstance(before, Transition) else ZERO
        tail = after.out_offset if isinstance(after, Transition) else ZERO
        overlap = after.fade if isinstance(after, Transition) else ZERO
        first, last = _round((at - lead) * rate), _round((at + item.duration + tail) * rate)
        fade = _round((at + item.duration + tail) * rate) - _round(
            (at + item.duration + tail - overlap) * rate
        )
        at += item.duration
        if last > first:
            parts.append(_part(project, item, last - first, lead=lead, tail=tail, fade=fade))
    return tuple(parts)


def _part(
    project: Project, item: Clip | Gap, frames: int, *, lead: Fraction, tail: Fraction, fade: int
) -> RenderPart:
    if isinstance(item, Gap):
        return RenderPart(PartSource(None), frames, fade_out_frames=fade)
    view = item.reframe
    return RenderPart(
        source=PartSource(
            _path(project, item),
            item.source.start - lead * item.speed,
            item.source.end + tail * item.speed,
        ),
        frames=frames,
        speed=item.speed,
        fit=Fit(view.fit, view.centre_x, view.centre_y, view.zoom) if view else Fit(),
        gain_db=item.gain_db,
        muted=item.muted,
        fade_out_frames=fade,
    )


def _sounds(project: Project, track: Track, film_end: Fraction) -> list[RenderSound]:
    out = []
    for at, item in track.placed():
        if not isinstance(item, Clip) or item.muted or at >= film_end:
            continue
        length = min(item.duration, film_end - at)
        out.append(
            RenderSound(
                PartSource(
                    _path(project, item),
                    item.source.start,
                    item.source.start + length * item.speed,
                ),
                at_s=at,
                speed=item.speed,
                gain_db=item.gain_db,
                fade_in_s=min(Fraction(1, 2), length / 4),
                fade_out_s=min(Fraction(2), length / 3),
                duck=True,
            )
        )
    return out


def _path(project: Project, clip: Clip) -> Path:
    source = footage.find(project, clip.footage_id)
    if not source.path.is_file():
        raise CreatorError(
            f"{source.name} is not at {source.path} any more;"
            " ingest the folder it moved to and it is found again by its content"
        )
    return source.path


def _marks(timeline: Timeline) -> tuple[tuple[str, str], ...]:
    origins = [
        clip.origin
        for track in timeline.tracks
        for _, clip in timeline.clips(track.name)
        if clip.origin
    ]
    if not origins:
        return ()
    made = "; ".join(f"{o.backend} {o.model} seed {o.seed}: {o.prompt}" for o in origins)
    return (
        ("comment", f"Contains AI-generated clips. {made}"),
        ("description", f"Contains AI-generated clips ({AI_SOURCE})"),
        ("digital_source_type", AI_SOURCE),
    )


def _round(frames: Fraction) -> int:
    return int((frames + Fraction(1, 2)) // 1)
