"""The project as the page sees it: pydantic values that become JSON. Nothing is decided here.

Times are float seconds for drawing; what the page sends back is text, and Python snaps it to
whole frames. No file path ever leaves: footage is named by its id.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from project import footage, history
from project.errors import CreatorError
from project.store import Project
from timeline.model import Clip, Gap, Item, Origin, Timeline, Transition
from ui.marks import MarkerView, marker_view
from ui.view import View as View

Mark = Literal["", "Made", "AI"]  # camera footage; made by program; made by a learned model


class TilesView(View):
    """How the film strip of a piece of footage is laid out: one tile every `step_s` seconds."""

    count: int
    columns: int
    step_s: float
    width_px: int
    height_px: int


class FootageView(View):
    """One piece of footage in the gallery."""

    id: str
    name: str
    title: str
    summary: str
    folder: str
    status: str
    reason: str
    duration_s: float
    width: int
    height: int
    has_picture: bool
    has_sound: bool
    generated: Mark
    in_use: bool
    topics: list[str]
    tiles: TilesView | None
    stamp: str  # changes with the content, so that pictures are asked for again


class ItemView(View):
    """A clip, gap or transition of a track, with its place in timeline seconds."""

    kind: str
    id: str
    start_s: float
    duration_s: float
    footage_id: str = ""
    name: str = ""
    in_s: float = 0.0
    out_s: float = 0.0
    available_in_s: float = 0.0
    available_out_s: float = 0.0
    speed: float = 1.0
    gain_db: float = 0.0
    muted: bool = False
    generated: Mark = ""
    made_by: str = ""
    wanted: str = ""
    beat: str = ""
    reasons: tuple[str, ...] = ()
    in_offset_s: float = 0.0
    out_offset_s: float = 0.0


class TrackView(View):
    """A track with its items in order."""

    name: str
    kind: str
    items: list[ItemView]


class TitleView(View):
    """Words over the picture."""

    id: str
    text: str
    start_s: float
    end_s: float
    style: str


class TimelineView(View):
    """The whole edit as it stands."""

    name: str
    rate: float
    width: int
    height: int
    duration_s: float
    tracks: list[TrackView]
    titles: list[TitleView]
    markers: list[MarkerView]


class DeskView(View):
    """The edit with where it stands in its history."""

    revision: int
    edit_id: int
    label: str
    can_undo: bool
    can_redo: bool
    redo_label: str
    timeline: TimelineView
    versions: list[dict[str, Any]]


TILE_HEIGHT_PX = 90
TILE_COLUMNS = 20
MAX_TILES = 600


def _mark(origin: Origin | None) -> Mark:
    return "" if origin is None else "AI" if origin.ai else "Made"


def project_id(project: Project) -> str:
    """A short name of the project's folder, so that a page never edits another project."""
    return folder_id(project.folder)


def folder_id(folder: Path) -> str:
    """The same of a folder."""
    return hashlib.sha256(str(folder).encode()).hexdigest()[:12]


def tiles(item: footage.Footage) -> TilesView | None:
    """The film strip's layout: one tile per second, fewer where footage is very long."""
    technical = item.technical
    if not technical.has_picture or not technical.width or item.duration_s <= 0:
        return None
    return _layout(technical.picture_end_s, technical.width, technical.height)


@functools.lru_cache(maxsize=8192)
def _layout(picture_end_s: str, width_px: int, height_px: int) -> TilesView:
    end = max(Fraction(picture_end_s), Fraction(1, 10))
    step = max(Fraction(1), Fraction(int(end) + 1, MAX_TILES))
    count = max(1, -(-end // step))
    width = max(2, round(TILE_HEIGHT_PX * width_px / height_px))
    return TilesView(
        count=int(count),
        columns=min(TILE_COLUMNS, int(count)),
        step_s=float(step),
        width_px=min(width, 320),
        height_px=TILE_HEIGHT_PX,
    )


def footage_views(project: Project) -> list[FootageView]:
    """All footage, usable first."""
    used = used_footage(history.current(project))
    topics = _topics(project)
    views = [_footage_view(item, used, topics) for item in footage.all_footage(project)]
    return sorted(views, key=lambda view: view.status == "rejected")


def used_footage(timeline: Timeline) -> frozenset[str]:
    """The ids of footage that stands on any track."""
    return frozenset(
        clip.footage_id for track in timeline.tracks for _, clip in timeline.clips(track.name)
    )


def _topics(project: Project) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in project.rows("SELECT label, footage_ids FROM topic ORDER BY parent_id, id"):
        for footage_id in json.loads(row["footage_ids"]):
            labels = found.setdefault(footage_id, [])
            if row["label"] not in labels:
                labels.append(row["label"])
    return found


def _footage_view(
    item: footage.Footage, used: frozenset[str], topics: dict[str, list[str]]
) -> FootageView:
    technical = item.technical
    return FootageView(
        id=item.id,
        name=item.name,
        title=item.title or item.name,
        summary=item.summary,
        folder=item.folder.rsplit("/", 1)[-1],
        status=item.status,
        reason=item.reason,
        duration_s=float(item.duration_s),
        width=technical.width,
        height=technical.height,
        has_picture=technical.has_picture,
        has_sound=technical.has_sound,
        generated=_mark(item.origin),
        in_use=item.id in used,
        topics=topics.get(item.id, [])[:4],
        tiles=tiles(item),
        stamp=item.fingerprint[:10],
    )


def version_view(project: Project, edit_id: int) -> dict[str, Any]:
    """The edit `edit_id` as the page draws one. Raises CreatorError where there is none."""
    return timeline_view(history.at(project, edit_id)).model_dump()


def timeline_view(timeline: Timeline) -> TimelineView:
    """The edit with every item's place worked out."""
    return TimelineView(
        name=timeline.name,
        rate=float(timeline.rate),
        width=timeline.width,
        height=timeline.height,
        duration_s=float(timeline.duration),
        tracks=[
            TrackView(
                name=track.name,
                kind=track.kind,
                items=[_item_view(start, item) for start, item in track.placed()],
            )
            for track in timeline.tracks
        ],
        titles=[
            TitleView(
                id=title.id,
                text=title.text,
                start_s=float(title.span.start),
                end_s=float(title.span.end),
                style=title.style,
            )
            for title in timeline.titles
        ],
        markers=[marker_view(marker) for marker in timeline.markers],
    )


def _item_view(start: Fraction, item: Item) -> ItemView:
    place = {"id": item.id, "start_s": float(start), "duration_s": float(item.duration)}
    if isinstance(item, Gap):
        return ItemView(kind="gap", wanted=item.wanted, **place)
    if isinstance(item, Transition):
        return ItemView(
            kind="transition",
            in_offset_s=float(item.in_offset),
            out_offset_s=float(item.out_offset),
            **place,
        )
    return _clip_view(item, place)


def _clip_view(clip: Clip, place: dict[str, Any]) -> ItemView:
    return ItemView(
        kind="clip",
        footage_id=clip.footage_id,
        name=clip.name,
        in_s=float(clip.source.start),
        out_s=float(clip.source.end),
        available_in_s=float(clip.available.start),
        available_out_s=float(clip.available.end),
        speed=float(clip.speed),
        gain_db=clip.gain_db,
        muted=clip.muted,
        generated=_mark(clip.origin),
        made_by=f"{clip.origin.backend}: {clip.origin.prompt}" if clip.origin else "",
        beat=clip.beat,
        reasons=clip.reasons,
        **place,
    )


def desk_view(project: Project) -> DeskView:
    """The edit, its revision, and what undo and redo would do."""
    head = history.head(project)
    child = head and project.row(
        "SELECT label FROM edit WHERE parent_id = ? ORDER BY id DESC LIMIT 1", head.id
    )
    return DeskView(
        revision=project.revision,
        edit_id=head.id if head else 0,
        label=head.label if head else "",
        can_undo=bool(head and head.parent_id is not None),
        can_redo=child is not None,
        redo_label=child["label"] if child else "",
        timeline=timeline_view(history.current(project)),
        versions=[
            {"name": name, "edit_id": edit.id} for name, edit in history.versions(project).items()
        ],
    )


def moment_views(project: Project, footage_id: str) -> list[dict[str, Any]]:
    """What is known second by second: captions, words on screen, said, things."""
    said = footage.speech(project, footage_id)
    return [
        {
            "start_s": float(moment.range.start),
            "end_s": float(moment.range.end),
            "caption": moment.caption,
            "screen_text": moment.screen_text,
            "things": [{"word": t.word, "told": t.told} for t in moment.things],
            "speech": " ".join(s.text for s in said if s.range.overlap(moment.range) > 0),
        }
        for moment in footage.moments(project, footage_id)
    ]


def names(project: Project, footage_ids: Iterable[str]) -> dict[str, str]:
    """Footage ids to the names people read; ids that are gone stay out."""
    found: dict[str, str] = {}
    for footage_id in set(footage_ids):
        try:
            item = footage.find(project, footage_id)
        except CreatorError:
            continue
        found[footage_id] = item.title or item.name
    return found
