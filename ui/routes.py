"""Our own routes beside Gradio's: static files, reads as JSON, pictures, media, exports, edits.

All but two are GET and change nothing in the project; footage is named by id, exports by name.
One takes edits by hand, one a file that was dropped on the page.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from fastapi import Body, FastAPI, Header, HTTPException, Query, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from index.search import search
from index.values import Filters, Found
from project import footage
from project.errors import CreatorError
from ui import (
    alternatives_view,
    bringing,
    coverage_view,
    exports,
    fill_view,
    making_view,
    preferring,
    recent,
    returned,
    settings_view,
    views,
)
from ui.ahead import Ahead
from ui.assets import STATIC
from ui.handlers import Handlers
from ui.studio import KNOWN

FRESH = {"Cache-Control": "no-store"}
KEPT = {"Cache-Control": "private, max-age=31536000, immutable"}
ASK_AGAIN_S = 1


def add_routes(app: FastAPI, handlers: Handlers) -> None:
    """Everything the page reads, put on `app` in front of Gradio."""
    app.mount("/ui", StaticFiles(directory=STATIC), name="ui")
    app.add_middleware(Ahead)
    _add_reads(app, handlers)
    _add_pictures(app, handlers)
    _add_files(app, handlers)
    _add_edits(app, handlers)
    _add_bringing(app, handlers)


def _answer(work: Callable[[], Any]) -> Response:
    """What `work` finds as JSON; a known problem as 404 in words."""
    try:
        return JSONResponse(work(), headers=FRESH)
    except KNOWN as error:
        return JSONResponse({"problem": str(error)}, status_code=404, headers=FRESH)


def _add_reads(app: FastAPI, handlers: Handlers) -> None:
    @app.get("/view/desk")
    def desk() -> Response:
        return _answer(handlers.desk)

    @app.get("/view/pulse")
    def pulse() -> Response:
        return _answer(handlers.pulse)

    @app.get("/view/recent")
    def recents() -> Response:
        return _answer(lambda: [one.model_dump() for one in recent.recent()])

    @app.get("/view/footage")
    def all_footage() -> Response:
        return _answer(
            lambda: [v.model_dump() for v in views.footage_views(handlers.studio.desk.project)]
        )

    @app.get("/view/moments/{footage_id}")
    def moments(footage_id: str) -> Response:
        return _answer(lambda: views.moment_views(handlers.studio.desk.project, footage_id))

    @app.get("/view/takes/{item_id}")
    def takes(item_id: str) -> Response:
        return _answer(
            lambda: [
                take.model_dump()
                for take in fill_view.takes_of(handlers.studio.desk.project, item_id)
            ]
        )

    @app.get("/view/search")
    def find(
        q: Annotated[str, Query(min_length=1, max_length=400)],
        limit: Annotated[int, Query(ge=1, le=60)] = 24,
        seconds: Annotated[float, Query(ge=0, le=3600)] = 0.0,
        used: bool | None = None,
    ) -> Response:
        needed = Fraction(repr(seconds)) if seconds else None
        filters = Filters(min_length_s=needed, has_picture=True if needed else None, used=used)
        return _answer(lambda: _search(handlers, q, limit, filters))

    @app.get("/view/part/{footage_id}")
    def part(footage_id: str, q: Annotated[str, Query(min_length=1, max_length=400)]) -> Response:
        """The part of one piece of footage that words name, for the trim window."""
        return _answer(lambda: _part(handlers, footage_id, q))

    @app.get("/view/coverage")
    def cover() -> Response:
        return _answer(lambda: coverage_view.coverage(handlers.studio.desk.project).model_dump())

    @app.get("/view/settings")
    def settings() -> Response:
        return _answer(
            lambda: settings_view.settings_view(handlers.studio.desk.project).model_dump()
        )

    @app.get("/view/preferences")
    def preferred() -> Response:
        return _answer(
            lambda: [
                one.model_dump()
                for one in preferring.preference_views(handlers.studio.desk.project)
            ]
        )

    @app.get("/view/version/{edit_id}")
    def version(edit_id: int) -> Response:
        """The edit as it was then, to be looked at beside the one that stands."""
        return _answer(lambda: views.version_view(handlers.studio.desk.project, edit_id))

    @app.get("/view/alternatives")
    def alternatives() -> Response:
        """The versions of a film that the assistant compared last."""
        return _answer(
            lambda: alternatives_view.alternatives(handlers.studio.desk.project).model_dump()
        )

    @app.get("/view/overlooked")
    def overlooked() -> Response:
        return _answer(lambda: coverage_view.overlooked(handlers.studio.desk.project))

    @app.get("/view/ways/{item_id}")
    def ways(item_id: str, q: Annotated[str, Query(max_length=500)] = "") -> Response:
        """How a hole could be made, by what and for how much; nothing is made or proposed."""
        return _answer(lambda: making_view.ways_of(handlers.studio.desk.project, item_id, q))


def _search(handlers: Handlers, q: str, limit: int, filters: Filters) -> dict[str, Any]:
    project = handlers.studio.desk.project
    found: Found = search(project, q, filters=filters, limit=limit)
    returned.note(project, (hit.footage_id for hit in found.hits))
    return {
        "query": found.query,
        "confident": found.confident,
        "reason": found.reason,
        "hits": [
            {
                "footage_id": hit.footage_id,
                "name": hit.name,
                "title": hit.title or hit.name,
                "in_s": float(hit.range.start),
                "out_s": float(hit.range.end),
                "score": hit.score,
                "why": [{"kind": why.kind, "quote": why.quote} for why in hit.why],
            }
            for hit in found.hits
        ],
    }


def _part(handlers: Handlers, footage_id: str, q: str) -> dict[str, Any]:
    """Raises CreatorError where nothing in it comes near the words."""
    project = handlers.studio.desk.project
    item = footage.find(project, footage_id)
    found = search(project, q, filters=Filters(footage_ids=(item.id,)), limit=1)
    if not found.hits:
        raise CreatorError(f"nothing in {item.name} comes near “{q}”")
    hit = found.hits[0]
    return {
        "in_s": float(hit.range.start),
        "out_s": float(hit.range.end),
        "sure": found.confident,
        "why": [f"{why.kind}: {why.quote}" for why in hit.why],
    }


def _add_pictures(app: FastAPI, handlers: Handlers) -> None:
    @app.get("/still/{footage_id}")
    def still(
        footage_id: str,
        t: Annotated[int, Query(ge=0, le=360_000_000)] = 0,
        h: Annotated[int, Query(ge=1, le=2160)] = 180,
    ) -> Response:
        return _file(
            lambda: handlers.studio.desk.pictures.still(footage_id, t, h), "image/jpeg", KEPT
        )

    @app.get("/strip/{footage_id}")
    def strip(footage_id: str, prefer: Annotated[str, Header()] = "") -> Response:
        """The film strip, made now where it has to be; 202 in place of that if so preferred."""

        def made() -> Path:
            pictures = handlers.studio.desk.pictures
            if prefer == "respond-async" and not pictures.has_strip(footage_id):
                raise HTTPException(202, "the film strip is not made yet", FRESH)
            return pictures.strip(footage_id)

        return _file(made, "image/jpeg", KEPT)

    @app.get("/draft/{name}")
    def draft(name: str) -> Response:
        return _jpeg(lambda: fill_view.draft(handlers.studio.desk.project, name), KEPT)

    @app.get("/making/{name}")
    def making(name: str) -> Response:
        """The shot that is being made, as it is now."""
        return _jpeg(lambda: fill_view.under_way(handlers.studio.desk.project, name), FRESH)

    @app.get("/peaks/{footage_id}")
    def peaks(footage_id: str) -> Response:
        try:
            found = json.loads(handlers.studio.desk.pictures.peaks(footage_id).read_text())
        except KNOWN as error:
            raise HTTPException(404, str(error)) from error
        return JSONResponse(found, headers=KEPT)


def _jpeg(read: Callable[[], bytes], headers: dict[str, str]) -> Response:
    """A small picture, read whole: it may be replaced while it is sent."""
    try:
        return Response(read(), media_type="image/jpeg", headers=headers)
    except KNOWN as error:
        raise HTTPException(404, str(error)) from error


def _add_files(app: FastAPI, handlers: Handlers) -> None:
    @app.get("/media/{footage_id}")
    def media(footage_id: str) -> Response:
        """The proxy of a piece of footage, with range requests.

        503 while it is being made: nobody waits on a thread, the page asks again.
        """

        def playable() -> Path:
            made = handlers.studio.desk.proxies.now(footage_id)
            if made is None:
                wait = {"Retry-After": str(ASK_AGAIN_S), **FRESH}
                raise HTTPException(503, "the preview is still being made; ask again", wait)
            return made

        return _file(playable, "video/mp4", {"Cache-Control": "private, no-cache"})

    @app.get("/export/{name}")
    def export(name: str) -> Response:
        try:
            path = exports.found(handlers.studio.desk.project, name)
        except CreatorError as error:
            raise HTTPException(404, str(error)) from error
        return FileResponse(
            path, media_type=exports.KINDS[path.suffix[1:]], filename=path.name, headers=FRESH
        )


def _add_edits(app: FastAPI, handlers: Handlers) -> None:
    @app.post("/edit")
    def edit(payload: Annotated[dict[str, Any], Body()]) -> Response:
        """A batch of edits by hand, and the edit as it then stands."""
        return Response(handlers.edit(payload), media_type="application/json", headers=FRESH)


def _add_bringing(app: FastAPI, handlers: Handlers) -> None:
    @app.put("/bring/{name}")
    async def bring(name: str, request: Request) -> Response:
        """A file that was dropped, copied into the project; `rc_brought` has it watched."""
        said = request.headers.get("content-length", "")
        try:
            if not said.isdigit():
                raise CreatorError("the page did not say how large the file is")
            project = handlers.studio.require(request.headers.get("x-project", "")).project
            kept = await bringing.bring(project, name, int(said), request.stream())
        except KNOWN as error:
            return JSONResponse({"problem": str(error)}, status_code=400, headers=FRESH)
        return JSONResponse({"name": kept.name}, headers=FRESH)


def _file(make: Callable[[], Path], kind: str, headers: dict[str, str]) -> Response:
    try:
        path = make()
    except KNOWN as error:
        raise HTTPException(404, str(error)) from error
    return FileResponse(path, media_type=kind, headers=headers)
