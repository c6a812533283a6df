"""OpenTimelineIO out and in: everything a timeline holds, and what others may read of it.

Exact values travel in `metadata["roughcut"]` beside the numbers other programs read. On the way
back an exact value is used where it still agrees with those numbers; where another program
moved or trimmed something, its numbers count. Urls are read as text and never opened.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as oti
from opentimelineio.opentime import RationalTime
from opentimelineio.opentime import TimeRange as OtioRange

from timeline import document
from timeline.exchange import (
    MediaRef,
    file_url,
    media_of,
    plain_line,
    write_text,
)
from timeline.marks import origin_words, origins, source_type
from timeline.model import Clip, Gap, Item, Marker, Timeline, Title, Track, Transition
from timeline.otio_import import OURS, read, sources

__all__ = ["read", "sources", "write"]


def write(tl: Timeline, out: Path, *, media: Mapping[str, MediaRef]) -> Path:
    """`out` as an .otio file of the whole timeline. Raises ExchangeError."""
    timeline = oti.schema.Timeline(name=plain_line(tl.name))
    timeline.global_start_time = RationalTime(0, float(tl.rate))
    timeline.metadata[OURS] = _head(tl)
    for track in tl.tracks:
        timeline.tracks.append(_track(track, tl.rate, media))
    for marker in tl.markers:
        timeline.tracks.markers.append(_marker(marker, tl.rate))
    return write_text(out, oti.core.serialize_json_to_string(timeline, {}, 2))


def _head(tl: Timeline) -> dict[str, Any]:
    head: dict[str, Any] = {
        "version": 1,
        "name": tl.name,
        "rate": str(tl.rate),
        "width": tl.width,
        "height": tl.height,
        "titles": [document.part_document(title) for title in tl.titles],
        "marker_order": [marker.id for marker in tl.markers],
    }
    made = origins(tl)
    if made:
        head["contains_generated"] = True
        head["contains_ai_generated"] = any(origin.ai for origin in made)
        head["digital_source_type"] = source_type(made)
        head["generated_marks"] = [origin_words(origin) for origin in made]
    return head


def _track(track: Track, rate: Fraction, media: Mapping[str, MediaRef]) -> oti.schema.Track:
    kinds = oti.schema.TrackKind
    out = oti.schema.Track(
        name=track.name, kind=kinds.Video if track.kind == "video" else kinds.Audio
    )
    out.metadata[OURS] = {"name": track.name}
    for item in track.items:
        if isinstance(item, Clip):
            out.append(_clip(item, rate, media_of(media, item)))
        elif isinstance(item, Gap):
            out.append(_gap(item, rate))
        else:
            out.append(_transition(item, rate))
    return out


def _clip(clip: Clip, rate: Fraction, ref: MediaRef) -> oti.schema.Clip:
    start = clip.source.start + ref.timecode_s
    reference = oti.schema.ExternalReference(
        target_url=file_url(ref.path),
        available_range=_range(
            clip.available.start + ref.timecode_s, clip.available.duration, rate
        ),
    )
    reference.name = plain_line(ref.name)
    out = oti.schema.Clip(
        name=plain_line(clip.name),
        media_reference=reference,
        source_range=_range(start, clip.duration, rate),
    )
    out.metadata[OURS] = _ours(clip)
    out.metadata[OURS]["timecode_s"] = str(ref.timecode_s)
    if clip.speed != 1:
        out.effects.append(oti.schema.LinearTimeWarp(name="Speed", time_scalar=float(clip.speed)))
    for reason in clip.reasons:
        mark = oti.schema.Marker(
            name=plain_line(reason), marked_range=_range(start, clip.duration, rate)
        )
        mark.metadata[OURS] = {"for": "reason"}
        out.markers.append(mark)
    if clip.origin:
        flags = {"generated": True, "ai_generated": clip.origin.ai}
        reference.metadata[OURS] = {
            **flags,
            "digital_source_type": source_type([clip.origin]),
            "words": origin_words(clip.origin),
        }
        for name, flag in flags.items():
            out.metadata[OURS][name] = flag
    return out


def _gap(gap: Gap, rate: Fraction) -> oti.schema.Gap:
    span = _range(Fraction(0), gap.duration, rate)
    out = oti.schema.Gap(name=plain_line(gap.wanted), source_range=span)
    out.metadata[OURS] = _ours(gap)
    if gap.wanted:
        mark = oti.schema.Marker(name=plain_line(f"wanted: {gap.wanted}"), marked_range=span)
        mark.metadata[OURS] = {"for": "wanted"}
        out.markers.append(mark)
    return out


def _transition(fade: Transition, rate: Fraction) -> oti.schema.Transition:
    out = oti.schema.Transition(
        name=fade.kind,
        transition_type=oti.schema.TransitionTypes.SMPTE_Dissolve,
        in_offset=_time(fade.in_offset, rate),
        out_offset=_time(fade.out_offset, rate),
    )
    out.metadata[OURS] = _ours(fade)
    return out


def _marker(marker: Marker, rate: Fraction) -> oti.schema.Marker:
    out = oti.schema.Marker(
        name=plain_line(marker.text),
        marked_range=_range(marker.span.start, marker.span.duration, rate),
    )
    out.metadata[OURS] = _ours(marker)
    return out


def _ours(part: Item | Marker | Title) -> dict[str, Any]:
    body = document.part_document(part)
    if body.get("origin"):
        body["origin"]["seed"] = str(body["origin"]["seed"])  # OTIO's whole numbers end at 2**63
    return body


def _time(seconds: Fraction, rate: Fraction) -> RationalTime:
    return RationalTime(float(seconds * rate), float(rate))


def _range(start: Fraction, duration: Fraction, rate: Fraction) -> OtioRange:
    return OtioRange(_time(start, rate), _time(duration, rate))
