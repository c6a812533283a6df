"""A timeline conformed to its files: the `Film` that media renders, on whole frames.

Higher video tracks cover what is below them, picture only: the sound below plays on under it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from media.values import Film, Fit, Grade, PartSource, RenderPart, RenderSound, RenderTitle
from project import footage
from project.errors import CreatorError
from project.store import Project
from timeline import edits
from timeline.marks import film_tags
from timeline.model import Clip, Gap, Item, Reframe, Timeline, Track, Transition
from timeline.time import TimeRange

ZERO = Fraction(0)
FADE_IN_S, FADE_OUT_S = Fraction(1, 2), Fraction(2)  # of a sound track's open ends
EDGE_S = Fraction(1, 100)  # where two sounds meet: too short to hear, long enough not to click


def conform(project: Project, timeline: Timeline) -> Film:
    """The film a timeline describes, its cuts where `edits.snapped` puts them.

    A hole shows the words for what is missing. Raises CreatorError where a file is gone or the
    timeline is empty.
    """
    tl = edits.snapped(timeline)
    if tl.duration <= 0:
        raise CreatorError("the timeline is empty; there is nothing to render yet")
    main, under = _flattened(project, tl)
    return Film(
        width=tl.width,
        height=tl.height,
        rate=tl.rate,
        parts=_parts(project, main),
        titles=(*_slugs(main), *_titles(tl, burned=True)),
        sounds=(
            *under,
            *(
                sound
                for track in tl.tracks
                if track.kind == "audio"
                for sound in _sounds(project, track, tl.duration)
            ),
        ),
        metadata=film_tags(tl),
        loudness_lufs=tl.loudness_lufs,
        subtitles=tuple(_titles(tl, burned=False)),
    )


def _titles(tl: Timeline, *, burned: bool) -> Iterator[RenderTitle]:
    for title in tl.titles:
        if title.burned == burned and title.span.start < tl.duration:
            end = min(title.span.end, tl.duration)
            yield RenderTitle(title.text, title.span.start, end, title.style)


def _slugs(main: Timeline) -> Iterator[RenderTitle]:
    """What is missing, written where it is missing: nobody is to wonder at a black picture."""
    for at, gap in main.holes():
        if gap.wanted:
            yield RenderTitle(f"Missing: {gap.wanted}", at, at + gap.duration, "slug")


def _flattened(project: Project, tl: Timeline) -> tuple[Timeline, list[RenderSound]]:
    """One video track that shows what all of them show, and the sound that was covered."""
    flat = dataclasses.replace(tl, tracks=(tl.track("V1"),), titles=(), markers=())
    under: list[RenderSound] = []
    for track in tl.tracks:
        if track.kind != "video" or track.name == "V1":
            continue
        for at, clip in tl.clips(track.name):
            under += _covered(project, flat, TimeRange(at, at + clip.duration))
            flat = edits.overwrite(flat, clip, at)
        for place, item in enumerate(track.items):
            if isinstance(item, Transition):
                flat = _with_fade(flat, track.items[place - 1].id, item)
    return flat, under


def _with_fade(flat: Timeline, left_id: str, fade: Transition) -> Timeline:
    """`flat` with a higher track's crossfade behind the clip it stood behind there."""
    track, place = flat.find(left_id)
    items = (*track.items[: place + 1], fade, *track.items[place + 1 :])
    return dataclasses.replace(flat, tracks=(Track(track.name, track.kind, items),))


def _covered(project: Project, flat: Timeline, span: TimeRange) -> list[RenderSound]:
    """The sound of what plays in `span` now, to go on under a picture that will cover it."""
    sounds = []
    for at, clip in flat.clips():
        shared = TimeRange(at, at + clip.duration).clamp(span)
        if clip.muted or not shared.duration or not _has_sound(project, clip):
            continue
        first = clip.source.start + (shared.start - at) * clip.speed
        sounds.append(
            RenderSound(
                PartSource(_path(project, clip), first, first + shared.duration * clip.speed),
                at_s=shared.start,
                speed=clip.speed,
                gain_db=clip.gain_db,
            )
        )
    return sounds


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
            part = _part(project, item, last - first, lead=lead, tail=tail, fade=fade)
            heard_before = before.sound_cut_s if isinstance(before, Clip) else ZERO
            heard_after = item.sound_cut_s if isinstance(item, Clip) else ZERO
            parts.append(
                dataclasses.replace(
                    part,
                    sound_in_frames=_round(heard_before * rate),
                    sound_out_frames=_round(heard_after * rate),
                )
            )
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
        fit=_fit(view) if view else Fit(),
        grade=Grade(*dataclasses.astuple(item.grade)) if item.grade else None,
        gain_db=item.gain_db,
        muted=item.muted,
        fade_out_frames=fade,
    )


def _fit(view: Reframe) -> Fit:
    path = tuple((aim.at_s, aim.x, aim.y) for aim in view.path)
    return Fit(view.fit, view.centre_x, view.centre_y, view.zoom, path)


def _sounds(project: Project, track: Track, film_end: Fraction) -> list[RenderSound]:
    """The clips of a sound track up to the film's end, with fades at open ends and crossfades."""
    out = []
    for place, (at, item) in enumerate(track.placed()):
        if not isinstance(item, Clip) or item.muted:
            continue
        before = track.items[place - 1] if place else None
        after = track.items[place + 1] if place + 1 < len(track.items) else None
        lead = before.in_offset if isinstance(before, Transition) else ZERO
        tail = after.out_offset if isinstance(after, Transition) else ZERO
        start, end = at - lead, min(at + item.duration + tail, film_end)
        if start >= end:
            continue
        first = item.source.start - lead * item.speed
        out.append(
            RenderSound(
                PartSource(_path(project, item), first, first + (end - start) * item.speed),
                at_s=start,
                speed=item.speed,
                gain_db=item.gain_db,
                fade_in_s=_fade(before, FADE_IN_S, (end - start) / 4),
                fade_out_s=_fade(None if end == film_end else after, FADE_OUT_S, (end - start) / 3),
                duck=True,
            )
        )
    return out


def _fade(neighbour: Item | None, usual: Fraction, most: Fraction) -> Fraction:
    """A crossfade's length beside one, a soft edge beside silence, none where sound goes on."""
    if isinstance(neighbour, Transition):
        return neighbour.fade
    return EDGE_S if isinstance(neighbour, Clip) else min(usual, most)


def _has_sound(project: Project, clip: Clip) -> bool:
    return footage.find(project, clip.footage_id).technical.has_sound


def _path(project: Project, clip: Clip) -> Path:
    source = footage.find(project, clip.footage_id)
    if not source.path.is_file():
        raise CreatorError(
            f"{source.name} is not at {source.path} any more;"
            " ingest the folder it moved to and it is found again by its content"
        )
    return source.path


def _round(frames: Fraction) -> int:
    return int((frames + Fraction(1, 2)) // 1)
