"""Edits beside the picture: titles, markers, and whole tracks such as a music bed."""

from __future__ import annotations

import dataclasses

from timeline.edits.fitting import fitted
from timeline.edits.invariants import check
from timeline.edits.tracks import all_ids
from timeline.errors import EditError, NoSuchItem
from timeline.model import Marker, Timeline, Title, Track


def add_title(tl: Timeline, title: Title) -> Timeline:
    """The timeline with `title`; titles are kept in time order.

    | A      | B |  ->  | A      | B |
                          "words"

    Raises EditError.
    """
    if title.span.start < 0 or title.span.duration <= 0:
        raise EditError(
            f"title {title.text!r} was to show from {title.span.start} s to {title.span.end} s;"
            " it must start at 0 s or later and last longer than 0 s"
        )
    if not title.text.strip():
        raise EditError(f"title {title.id!r} has no words; give it some")
    _require_free(tl, title.id)
    titles = sorted((*tl.titles, title), key=lambda t: t.span.start)
    return dataclasses.replace(tl, titles=tuple(titles))


def remove_title(tl: Timeline, title_id: str) -> Timeline:
    """The timeline without a title. Raises NoSuchItem.

    | A      | B |  ->  | A      | B |
      "words"
    """
    rest = tuple(t for t in tl.titles if t.id != title_id)
    if len(rest) == len(tl.titles):
        have = ", ".join(repr(t.id) for t in tl.titles) or "none"
        raise NoSuchItem(f"there is no title {title_id!r}; the timeline has {have}")
    return dataclasses.replace(tl, titles=rest)


def add_marker(tl: Timeline, marker: Marker) -> Timeline:
    """The timeline with `marker`; markers are kept in time order. Raises EditError.

    | A      | B |  ->  | A   v  | B |
    """
    if marker.span.start < 0:
        raise EditError(
            f"marker {marker.text!r} was to stand at {marker.span.start} s; a timeline starts at"
            " 0 s"
        )
    _require_free(tl, marker.id)
    markers = sorted((*tl.markers, marker), key=lambda m: m.span.start)
    return dataclasses.replace(tl, markers=tuple(markers))


def remove_marker(tl: Timeline, marker_id: str) -> Timeline:
    """The timeline without a marker. Raises NoSuchItem.

    | A   v  | B |  ->  | A      | B |
    """
    rest = tuple(m for m in tl.markers if m.id != marker_id)
    if len(rest) == len(tl.markers):
        raise NoSuchItem(f"there is no marker {marker_id!r} on the timeline")
    return dataclasses.replace(tl, markers=rest)


def set_track(tl: Timeline, track: Track) -> Timeline:
    """`track` in the place of the one with its name, or behind the others.

    V1 | A | B |  ->  V1 | A | B |
                      A1 | music |

    Its crossfades are fitted; titles and markers stay. Raises EditError when the result breaks
    a rule of `check`.
    """
    fresh = Track(track.name, track.kind, fitted(track.items, tl.rate))
    known = any(t.name == track.name for t in tl.tracks)
    tracks = tuple(fresh if t.name == track.name else t for t in tl.tracks)
    after = dataclasses.replace(tl, tracks=tracks if known else (*tracks, fresh))
    check(after)
    return after


def _require_free(tl: Timeline, new_id: str) -> None:
    if new_id in all_ids(tl):
        raise EditError(f"{new_id!r} is already on the timeline; use an id of its own")
