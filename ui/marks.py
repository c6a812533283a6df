"""Markers as the page sees them: reasons, beats, a creator's notes, what is to be filmed."""

from __future__ import annotations

from timeline.model import Marker
from ui.view import View

RESHOOT = "Reshoot: "


class MarkerView(View):
    """A marker on the ruler."""

    id: str
    kind: str  # reason, beat, note, reshoot
    text: str
    start_s: float
    end_s: float


def reshoot_text(wanted: str) -> str:
    """The words of the note that puts a hole on the reshoot list."""
    return f"{RESHOOT}{wanted}"


def marker_view(marker: Marker) -> MarkerView:
    """A marker with its place in seconds."""
    reshoot = marker.kind == "note" and marker.text.startswith(RESHOOT)
    return MarkerView(
        id=marker.id,
        kind="reshoot" if reshoot else marker.kind,
        text=marker.text,
        start_s=float(marker.span.start),
        end_s=float(marker.span.end),
    )
