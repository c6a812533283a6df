"""The family of R15 about names: of what is dropped, of what is exported, of projects."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from urllib.parse import quote

from benchmarks._served import Served
from benchmarks._web_door import EVIL, REFLECTED, Answer, Probe, ask, turned_away
from benchmarks.injections import template
from project.settings import Settings

EVIL_NAMES = (
    f"a\r\n{EVIL}: 1.mp4", f"a\n{EVIL}: 1\n.mp4", f"a\r{EVIL}: 1.mp4",
    "a\r\nset-cookie: evil=1.mp4",
    f"a\u010d\u010a{EVIL}: 1.mp4", f"a\u2028{EVIL}: 1.mp4", f"a\x85{EVIL}: 1.mp4", 'a".mp4',
    'a"; filename="evil.html".mp4', "a'.mp4", "a;b.mp4", "a%0d%0ax-evil: 1.mp4", "a\\b.mp4",
    "a\u202e4pm.mp4", "a\u200b.mp4", "a\ufeff.mp4", "ünï.mp4", "映画.mp4", "🎬.mp4", "a\0b.mp4",
    "a\x1b[2J.mp4", "<script>evil()</script>.mp4", REFLECTED + ".mp4", ".hidden.mp4", "-rf.mp4",
    "a.mp4.html", "a.mp4\u3000", "x" * 300 + ".mp4", "film.edl\r\n.mp4",
)  # fmt: skip
_SAFE = re.compile(r'[^\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200b-\u200f\u202a-\u202e\u2028\u2029\ufeff]+')


def names() -> Iterator[Probe]:
    """Line ends, quotes and odd letters in names: of what is dropped, exported, and opened."""
    for number, name in enumerate(EVIL_NAMES):
        path = quote(name, safe="")
        yield Probe(
            f"PUT {name!r}",
            lambda app, p=path, n=number: _dropped(app, p, f"bytes of {n}".encode()),
            _kept_safely,
            brings=True,
        )
        yield Probe(
            f"GET the export {name!r}",
            lambda app, n=name, p=path: _planted(app, n, f"/export/{p}"),
            turned_away(404),
        )
    for raw in ("%ff%fe.mp4", "%c0%ae%c0%ae.mp4", "a%u000a.mp4", "%E2%80%AE.mp4"):
        yield Probe(
            f"PUT {raw}", lambda app, p=raw: _dropped(app, p, b"x"), _kept_safely, brings=True
        )
        yield Probe(f"GET /export/{raw}", lambda app, p=raw: ask(app, "GET", f"/export/{p}"))
    for name in (
        "film\r\nset-cookie: evil=1",
        'fi"lm; filename="evil',
        "fïlm",
        "..",
        " . ",
        "映画",
    ):
        yield Probe(
            f"an export of the project {name!r}",
            lambda app, n=name: _exported_from(app, n),
            _attached,
        )


def _dropped(app: Served, path: str, body: bytes) -> Answer | None:
    headers = {"x-project": app.site.studio.desk.id}
    return ask(app, "PUT", f"/bring/{path}", headers, body, own=True)


def _kept_safely(answer: Answer) -> str:
    if answer.status in (400, 404):
        return ""
    if answer.status != 200:
        return f"answered {answer.status}"
    name = json.loads(answer.body)["name"]
    if not _SAFE.fullmatch(name) or name.startswith(".") or len(name) > 140:
        return f"kept as {name!r}"
    return ""


def _planted(app: Served, name: str, path: str) -> Answer | None:
    """An export under such a name asked for, as one would lie there that others wrote."""
    file = app.site.studio.desk.project.folder / "exports" / name.replace("/", "_")
    try:
        file.write_bytes(b"evil")
    except (OSError, ValueError):
        return ask(app, "GET", path)  # no file can be called that
    answer = ask(app, "GET", path)
    file.unlink()
    return answer


def _exported_from(app: Served, name: str) -> Answer | None:
    """The download of an export of a project in a folder of this name."""
    first = app.site.studio.desk.project.folder
    folder = first.parent / "state" / uuid.uuid4().hex / f"x{name}"
    template(folder, Settings())
    try:
        app.event("rc_open", {"folder": str(folder)})
        given = {"project": app.site.studio.desk.id}
        told = app.event("rc_export", {**given, "kind": "edl", "key": "k" * 12})
        path = quote(str(told.get("exported", "none")), safe="")
        return ask(app, "GET", f"/export/{path}")
    finally:
        app.event("rc_open", {"folder": str(first)})


def _attached(answer: Answer) -> str:
    said = answer.header("content-disposition")
    good = re.fullmatch(r'attachment; filename="[A-Za-z0-9._-]+"', said) and answer.status == 200
    return "" if good else f"{answer.status} {said!r}"


def exports(app: Served) -> str:
    """Why a dropped file is not taken or an export not given, "" where both are."""
    dropped = _dropped(app, "a%20shot%2001.mp4", b"a shot")
    kept = app.site.studio.desk.project.folder / "footage" / "a shot 01.mp4"
    if dropped is None or dropped.status != 200 or kept.read_bytes() != b"a shot":
        return f"a dropped file is not taken any more: {dropped}"
    project = app.site.studio.desk.id
    told = app.event("rc_export", {"project": project, "kind": "otio", "key": "o" * 12})
    answer = ask(app, "GET", f"/export/{told.get('exported')}")
    good = answer is not None and answer.status == 200 and answer.header("content-disposition")
    return "" if good else f"an export is not given any more: {told} {answer}"
