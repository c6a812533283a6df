"""R15: probes of the web door and of what lies behind it; none may succeed.

A real app on loopback, a project with a canary beside it. A probe succeeds where the canary or a
file of the system comes back, where a stranger is answered with what only the page may see, where
something changes, or where an answer could be framed, sniffed or read by another site. A probe
that gets no answer at all is told too: a server that is gone has turned nobody away, and each
family ends with a request of the app's own that must still work.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from urllib.parse import quote

from rich.table import Table

from benchmarks._served import EDIT, Served, served
from benchmarks._web_door import CANARY, Answer, Probe, ask, speak, tried, turned_away
from benchmarks._web_families import (
    EXPORT,
    beats,
    enters,
    gradios_files,
    plays,
    prepared,
    ranges,
    tokens,
)
from benchmarks._web_names import exports, names
from benchmarks.injections import template
from project import footage
from project.settings import Settings
from ui.guard import COOKIE, MAX_BODY_BYTES

INSIDE = ("/view/desk", "/view/pulse", "/config", "/view/settings", "/still/f-1", "/media/f-1")
JOIN = "/gradio_api/queue/join"
JSON = {"content-type": "application/json"}


@dataclass
class Tally:
    """What came of one family of probes."""

    tried: int = 0
    succeeded: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Family:
    """Probes of one kind. control: why the app's own request of that kind fails, "" if not."""

    probes: Callable[[], Iterator[Probe]]
    control: Callable[[Served], str]

    @property
    def name(self) -> str:
        return getattr(self.probes, "__name__", "").replace("_", " ")


# --- the families


def traversal() -> Iterator[Probe]:
    """Paths that lead out of where a route looks, in every spelling."""
    climbs = ("../{f}", "..%2f{f}", "%2e%2e/{f}", "%252e%252e%252f{f}", "..\\{f}", "....//{f}",
              "/{f}", "%00{f}", "..;/{f}")  # fmt: skip
    routes = ("/export/", "/ui/", "/draft/", "/making/", "/still/", "/media/", "/strip/", "/peaks/")
    for route, climb in product(routes, climbs):
        path = route + climb.format(f="canary.txt")
        yield Probe(f"GET {path}", _get(path))
    for target in ("/etc/passwd", "etc/passwd", "roughcut.db", "../roughcut.db", "link.mp4"):
        for route in ("/export/", "/gradio_api/file=", "/static/", "/assets/", "/theme.css/../"):
            path = route + quote(target, safe="/")
            yield Probe(f"GET {path}", _get(path))
    for path in ("/export/../../canary.txt", "/ui/../../pyproject.toml",
                 "/ui/../../../../../../etc/passwd", "/ui/%2e%2e/pyproject.toml"):  # fmt: skip
        yield Probe(f"GET {path}", _get(path))


def _get(path: str) -> Callable[[Served], Answer | None]:
    return lambda app: ask(app, "GET", path)


def reads(app: Served) -> str:
    """Why what may be read is not, "" where it is."""
    export, page = ask(app, "GET", "/export/film.edl"), ask(app, "GET", "/ui/app.css")
    good = export is not None and export.body == EXPORT
    good &= page is not None and page.status == 200
    return "" if good else f"an export is not given any more: {export}"


def strangers() -> Iterator[Probe]:
    """Without the cookie, or with a wrong one."""
    for path, cookie in product(INSIDE, ("", f"{COOKIE}=guess", f"{COOKIE}=", "session=1")):
        headers = {"cookie": cookie} if cookie else {}
        yield Probe(
            f"GET {path} with cookie {cookie!r}",
            lambda app, p=path, h=headers: ask(app, "GET", p, h, cookie=False),
            turned_away(401),
        )


def views(app: Served) -> str:
    """Why the page's own view does not come, "" where it does."""
    answer = ask(app, "GET", "/view/desk")
    good = answer is not None and app.site.studio.desk.id.encode() in answer.body
    return "" if good else f"the page's own view does not come any more: {answer}"


def foreign_hosts() -> Iterator[Probe]:
    """Names that are not ours: rebinding."""
    for host in ("evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example",
                 "0.0.0.0:{p}", "[::1]:{p}", "evil.example:{p}", "127.0.0.1:{p}.evil.example",
                 "127.0.0.1:{p}@evil.example", "2130706433:{p}"):  # fmt: skip
        yield Probe(
            f"Host {host}",
            lambda app, h=host: ask(
                app, "GET", "/view/desk", {"host": h.replace("{p}", str(app.port))}
            ),
            turned_away(400, 421),
        )


def other_sites() -> Iterator[Probe]:
    """Changes that a page of another site would send with the creator's cookie."""
    origins = ("http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1.evil",
               "http://localhost", "file://")  # fmt: skip
    kinds = ("application/json", "text/plain", "application/x-www-form-urlencoded",
             "multipart/form-data; boundary=x")  # fmt: skip
    for origin, kind in product(origins, kinds):
        headers = {"origin": origin, "content-type": kind, "sec-fetch-site": "cross-site"}
        yield Probe(f"POST {kind} from {origin}", _deletes(headers), turned_away(403))
    for site in ("cross-site", "same-site", "none", ""):
        headers = {"content-type": "text/plain"} | ({"sec-fetch-site": site} if site else {})
        yield Probe(f"POST with Sec-Fetch-Site {site!r}", _deletes(headers), turned_away(403))
    asks = {"origin": "http://evil.example", "access-control-request-method": "POST"}
    for method in ("OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"):
        yield Probe(f"{method} from another site", lambda app, m=method: ask(app, m, JOIN, asks))


def _deletes(headers: dict[str, str]) -> Callable[[Served], Answer | None]:
    op = {"op": "delete", "id": "c-1", "key": "k" * 12}
    return lambda app: ask(app, "POST", EDIT, headers, _edit(app, op))


def _edit(app: Served, op: dict[str, str]) -> bytes:
    """An edit by hand as the page sends it."""
    return json.dumps({"project": app.site.studio.desk.id, "seq": 1, "ops": [op]}).encode()


def edits(app: Served) -> str:
    """Why an edit from the app's own page is not done, "" where it is."""
    project = app.site.studio.desk.project
    before = project.revision
    op = {"op": "note", "text": "a note", "at_s": "1", "key": f"note-{before:08}"}
    answer = app.edit({"project": app.site.studio.desk.id, "seq": 1, "ops": [op]})
    return "" if project.revision == before + 1 else f"no edit is done any more: {answer}"


def gradios_doors() -> Iterator[Probe]:
    """What Gradio offers and the app does not use."""
    for path in ("upload", "file=/etc/passwd", "file/etc/passwd", "proxy=http://127.0.0.1/",
                 "stream/x/y/z/playlist.m3u8", "deep_link", "call/decide", "api/decide",
                 "run/decide", "info", "openapi.json", "mcp/sse", "dev/reload", "vibe-code",
                 "vibe-edit", "undo-vibe-edit", "vibe-starter-queries", "process_recording",
                 "monitoring/summary", "upload_progress?upload_id=x", "runs", "token",
                 "user"):  # fmt: skip
        yield Probe(f"GET /gradio_api/{path}", _get(f"/gradio_api/{path}"), turned_away(404))
        yield Probe(
            f"POST /gradio_api/{path}",
            lambda app, p=path: ask(app, "POST", f"/gradio_api/{p}", body=b"x", own=True),
            turned_away(404),
        )
    for path in ("/login", "/logout", "/monitoring", "/docs", "/redoc", "/openapi.json"):
        yield Probe(f"GET {path}", _get(path), turned_away(404))


def uploads() -> Iterator[Probe]:
    """Dropped files with names that lead elsewhere or sizes that lie, and bodies too large."""
    for name in ("..%2f..%2fcanary.txt", "%2e%2e%2froughcut.db", "..", ".", "roughcut.db/x",
                 "%00", "a%2fb.mp4", "x/../../canary.txt", "a.", ".mp4", "a.%2f",
                 "a.mp4%2f..%2fb"):  # fmt: skip
        yield Probe(f"PUT /bring/{name}", _puts(name, {}), turned_away(400, 404, 405))
    for project in ("another", "", "0" * 12, "../project"):
        yield Probe(
            f"PUT for the project {project!r}", _puts("a.mp4", {"x-project": project}),
            turned_away(400),
        )  # fmt: skip
    for length in ("4000000000000000", "-1", "+3", "3, 3", "0x3", "three", "٣"):
        spelled = length.encode().decode("latin-1")
        yield Probe(
            f"PUT that says it has {length} bytes", _puts("a.mp4", {"content-length": spelled}),
            turned_away(400, 413),
        )  # fmt: skip
    yield Probe("PUT of no length", _puts("a.mp4", {}, [b"xxx"]), turned_away(400))
    # Told by its length, and not sent: what is answered cannot be lost with the connection.
    for size in (MAX_BODY_BYTES + 1, 10**12):
        for method, path in (("POST", JOIN), ("POST", "/bring/a.mp4"), ("PUT", "/view/desk"),
                             ("POST", "/enter"), ("DELETE", "/bring/a.mp4")):  # fmt: skip
            headers = {"content-length": str(size), **JSON}
            yield Probe(
                f"{method} {path} of {size} bytes",
                lambda app, m=method, p=path, h=headers: ask(app, m, p, h, own=True),
                turned_away(413),
            )
    whole, rest = divmod(MAX_BODY_BYTES + 1, 65536)
    blocks = [*[b"x" * 65536] * whole, b"x" * rest]
    for method, path in (("POST", JOIN), ("POST", "/view/desk"), ("PATCH", "/bring/a.mp4")):
        yield Probe(
            f"{method} {path} in blocks, one byte too many",
            lambda app, m=method, p=path: ask(app, m, p, body=blocks, own=True),
            turned_away(413),
        )


def _puts(
    name: str, headers: dict[str, str], body: bytes | list[bytes] = b"xxx"
) -> Callable[[Served], Answer | None]:
    """A file put into the project that is open, unless the headers say another."""
    return lambda app: ask(
        app, "PUT", f"/bring/{name}", {"x-project": app.site.studio.desk.id, **headers}, body,
        own=True,
    )  # fmt: skip


def brings(app: Served) -> str:
    """Why a file is not taken, or a body as large as may be is not heard, "" where they are."""
    answer = _puts("control.mp4", {}, b"control")(app)
    kept = app.site.studio.desk.project.folder / "footage" / "control.mp4"
    if answer is None or answer.status != 200 or kept.read_bytes() != b"control":
        return f"a dropped file is not taken any more: {answer}"
    large = ask(app, "POST", JOIN, JSON, b" " * MAX_BODY_BYTES, own=True)
    good = large is not None and large.status != 413
    return "" if good else f"a body of {MAX_BODY_BYTES} bytes is not heard: {large}"


def wires() -> Iterator[Probe]:
    """What is no proper HTTP: doubled headers, smuggled requests, websockets, endless lines."""
    lines = {
        "two hosts": "GET /view/desk HTTP/1.1\r\nhost: {h}\r\nhost: evil.example\r\n{c}\r\n",
        "no host": "GET /view/desk HTTP/1.0\r\n{c}\r\n",
        "absolute form": "GET http://evil.example/view/desk HTTP/1.1\r\nhost: evil.example\r\n"
                         "{c}\r\n",
        "smuggled": "POST /view/desk HTTP/1.1\r\nhost: {h}\r\ncontent-length: 4\r\n"
                    "transfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /view/desk HTTP/1.1\r\n\r\n",
        "two lengths": "POST /view/desk HTTP/1.1\r\nhost: {h}\r\ncontent-length: 4\r\n"
                       "content-length: 5\r\n\r\nxxxxx",
        "websocket": "GET /gradio_api/queue/join HTTP/1.1\r\nhost: {h}\r\nupgrade: websocket\r\n"
                     "connection: upgrade\r\nsec-websocket-key: eA==\r\n"
                     "sec-websocket-version: 13\r\n\r\n",
        "a long line": "GET /{long} HTTP/1.1\r\nhost: {h}\r\n\r\n",
        "a long header": "GET / HTTP/1.1\r\nhost: {h}\r\nx: {long}\r\n\r\n",
        "dots in the host": "GET /view/desk HTTP/1.1\r\nhost: {h}/../evil\r\n{c}\r\n",
        "a split header": "GET /export/a%0d%0ax-evil:x HTTP/1.1\r\nhost: {h}\r\n{c}\r\n",
        "a folded header": "GET /view/desk HTTP/1.1\r\nhost: evil.example\r\n {h}\r\n{c}\r\n",
        "a bare line end": "GET /view/desk HTTP/1.1\nhost: evil.example\n{c}\n",
        "another protocol": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    }  # fmt: skip
    for name, line in lines.items():

        def said(app: Served, line: str = line) -> Answer | None:
            cookie = f"cookie: {COOKIE}={app.keys.cookie}\r\n" if "{c}" in line else ""
            given = line.replace("{h}", app.host).replace("{c}", cookie)
            return speak(app, [given.replace("{long}", "y" * 200_000).encode("latin-1")])

        yield Probe(name, said)


FAMILIES = (
    Family(traversal, reads), Family(strangers, views), Family(foreign_hosts, views),
    Family(other_sites, edits), Family(gradios_doors, edits), Family(uploads, brings),
    Family(wires, views), Family(ranges, plays), Family(tokens, enters), Family(names, exports),
    Family(gradios_files, beats),
)  # fmt: skip


def outcomes(
    families: Sequence[Family] = FAMILIES,
    opened: Callable[[Served], None] = lambda _: None,
    *,
    first: bool = False,
) -> dict[str, Tally]:
    """Every probe of the families. opened: a hole that is made before, to be found.

    first: a family ends with the first probe that succeeds, as it should where a hole was made.
    """
    found: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        template(home / "project", Settings())
        (home / "canary.txt").write_text(CANARY)
        with served(home / "project") as app:
            project = app.site.studio.desk.project
            prepared(project.folder, footage.find(project, "f-1").fingerprint)
            (project.folder / "exports" / "link.mp4").symlink_to("/etc/passwd")
            opened(app)
            for family in families:
                tally = found[family.name] = Tally()
                for probe in family.probes():
                    tally.tried += 1
                    if problem := tried(app, probe, home):
                        tally.succeeded.append(f"{probe.name}: {problem}")
                        if first:
                            break
                else:
                    if dead := family.control(app):
                        tally.succeeded.append(dead)
    return found


def benchmark() -> Table:
    """Probes by family."""
    table = Table(title="R15: probes of the web door")
    for heading in ("family", "probes", "succeeded"):
        table.add_column(heading)
    tallies = outcomes()
    for name, tally in tallies.items():
        table.add_row(name, str(tally.tried), "; ".join(tally.succeeded) or "0")
    bad = sum(len(tally.succeeded) for tally in tallies.values())
    table.add_row("all", str(sum(tally.tried for tally in tallies.values())), str(bad))
    return table
