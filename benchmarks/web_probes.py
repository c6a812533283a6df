"""R15: a hundred and fifty probes of the web door and what lies behind it; none may succeed.

A real app on loopback, a project with a canary beside it. A probe succeeds where the canary or a
file of the system comes back, where a stranger is answered with what only the page may see, where
something changes, or where an answer could be framed, sniffed or read by another site.
"""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from urllib.parse import quote

import httpx
from rich.table import Table

from benchmarks._served import Served, served
from benchmarks.injections import template
from project.settings import Settings
from ui.guard import COOKIE, HEADERS, MAX_BODY_BYTES

CANARY = "canary-5f0d2a91"
PASSWD = b"root:x:0:0"
SECRETS = (CANARY.encode(), PASSWD, b"SQLite format 3")
INSIDE = ("/view/desk", "/view/pulse", "/config", "/view/settings", "/still/f-1", "/media/f-1")
JOIN = "/gradio_api/queue/join"


@dataclass
class Tally:
    """What came of one family of probes."""

    tried: int = 0
    succeeded: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Probe:
    """One request. allowed: statuses that turn it away; none of its answer may hold a secret."""

    name: str
    send: Callable[[Served], httpx.Response | bytes | None]
    refused: Callable[[int], bool] = lambda status: status >= 300


def _get(path: str, **headers: str) -> Callable[[Served], httpx.Response | None]:
    return lambda app: app.request("GET", path) if not headers else raw(app, "GET", path, headers)


def raw(
    app: Served, method: str, path: str, headers: dict[str, str], body: bytes = b"", *,
    cookie: bool = True,
) -> httpx.Response | None:  # fmt: skip
    """A request with these headers and no others than a client must send."""
    sent = {"cookie": f"{COOKIE}={app.keys.cookie}"} if cookie else {}
    with httpx.Client(base_url=f"http://{app.host}", timeout=30, verify=False) as client:
        try:
            return client.request(method, path, headers={**sent, **headers}, content=body)
        except httpx.TransportError:
            return None


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


def strangers() -> Iterator[Probe]:
    """Without the cookie, or with a wrong one."""
    for path, cookie in product(INSIDE, ("", f"{COOKIE}=guess", f"{COOKIE}=", "session=1")):

        def ask(app: Served, path: str = path, cookie: str = cookie) -> httpx.Response | None:
            return raw(app, "GET", path, {"cookie": cookie} if cookie else {}, cookie=False)

        yield Probe(f"GET {path} with cookie {cookie!r}", ask, lambda status: status == 401)


def foreign_hosts() -> Iterator[Probe]:
    """Names that are not ours: rebinding."""
    for host in ("evil.example", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example",
                 "0.0.0.0:{p}", "[::1]:{p}", "evil.example:{p}", "127.0.0.1:{p}.evil.example",
                 "127.0.0.1:{p}@evil.example", "2130706433:{p}"):  # fmt: skip

        def ask(app: Served, host: str = host) -> httpx.Response | None:
            return raw(app, "GET", "/view/desk", {"host": host.replace("{p}", str(app.port))})

        yield Probe(f"Host {host}", ask, lambda status: status in (400, 421))


def other_sites() -> Iterator[Probe]:
    """Changes that a page of another site would send with the creator's cookie."""
    origins = ("http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1.evil",
               "http://localhost", "file://")  # fmt: skip
    kinds = ("application/json", "text/plain", "application/x-www-form-urlencoded",
             "multipart/form-data; boundary=x")  # fmt: skip
    for origin, kind in product(origins, kinds):

        def ask(app: Served, origin: str = origin, kind: str = kind) -> httpx.Response | None:
            headers = {"origin": origin, "content-type": kind, "sec-fetch-site": "cross-site"}
            return raw(app, "POST", JOIN, headers, app_body(app))

        yield Probe(f"POST {kind} from {origin}", ask, lambda status: status == 403)
    for site in ("cross-site", "same-site", "none", ""):

        def fetch(app: Served, site: str = site) -> httpx.Response | None:
            headers = {"sec-fetch-site": site} if site else {}
            return raw(app, "POST", JOIN, {"content-type": "text/plain", **headers}, app_body(app))

        yield Probe(f"POST with Sec-Fetch-Site {site!r}", fetch, lambda status: status == 403)
    for method in ("OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"):

        def odd(app: Served, method: str = method) -> httpx.Response | None:
            return raw(app, method, JOIN, {"origin": "http://evil.example",
                                           "access-control-request-method": "POST"})  # fmt: skip

        yield Probe(f"{method} from another site", odd)


def app_body(app: Served) -> bytes:
    """An edit by hand that would change the timeline."""
    project = app.site.studio.desk.id
    op = f'{{"op": "delete", "id": "c-1", "key": "{"k" * 12}"}}'
    event = f'{{"project": "{project}", "seq": 1, "ops": [{op}]}}'
    number = app.events["rc_edit"][0]
    start = f'{{"data": [], "fn_index": {number}, "session_hash": "s", "trigger_id": null'
    return f'{start}, "event_data": {event}}}'.encode()


def gradios_doors() -> Iterator[Probe]:
    """What Gradio offers and the app does not use."""
    for path in ("upload", "file=/etc/passwd", "file/etc/passwd", "proxy=http://127.0.0.1/",
                 "stream/x/y/z/playlist.m3u8", "deep_link", "call/decide", "api/decide",
                 "run/decide", "info", "openapi.json", "mcp/sse", "dev/reload", "vibe-code",
                 "process_recording", "monitoring/summary"):  # fmt: skip
        yield Probe(f"GET /gradio_api/{path}", _get(f"/gradio_api/{path}"))
        yield Probe(f"POST /gradio_api/{path}", lambda app, p=path: app.request(
            "POST", f"/gradio_api/{p}", content=b"x"))  # fmt: skip
    for path in ("/login", "/logout", "/monitoring", "/docs", "/redoc", "/openapi.json"):
        yield Probe(f"GET {path}", _get(path))


def uploads() -> Iterator[Probe]:
    """Dropped files with names that lead elsewhere, and bodies that are too much."""
    for name in ("..%2f..%2fcanary.txt", "%2e%2e%2froughcut.db", "..", ".", "roughcut.db", "%00",
                 "a%2fb.mp4", "con.mp4%00.txt"):  # fmt: skip

        def put(app: Served, name: str = name) -> httpx.Response | None:
            headers = {"x-project": "another", "content-length": "3"}
            return raw(app, "PUT", f"/bring/{name}", {**app.own, **headers}, b"xxx")

        yield Probe(f"PUT /bring/{name} for another project", put)
    large = b"x" * (MAX_BODY_BYTES + 1)
    yield Probe("a body too large", lambda app: app.request("POST", JOIN, content=large))

    def many(app: Served) -> httpx.Response | None:
        blocks = (b"x" * 65536 for _ in range(MAX_BODY_BYTES // 65536 + 2))
        return app.request("POST", JOIN, content=blocks)

    yield Probe("a chunked body too large", many)


def wires() -> Iterator[Probe]:
    """What is no proper HTTP: doubled headers, smuggled requests, websockets, endless lines."""
    lines = {
        "two hosts": "GET /view/desk HTTP/1.1\r\nhost: {h}\r\nhost: evil.example\r\n{c}\r\n",
        "no host": "GET /view/desk HTTP/1.0\r\n{c}\r\n",
        "absolute form": "GET http://evil.example/view/desk HTTP/1.1\r\nhost: evil.example\r\n"
                         "{c}\r\n",
        "smuggled": "POST /view/desk HTTP/1.1\r\nhost: {h}\r\ncontent-length: 4\r\n"
                    "transfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /view/desk HTTP/1.1\r\n\r\n",
        "websocket": "GET /gradio_api/queue/join HTTP/1.1\r\nhost: {h}\r\nupgrade: websocket\r\n"
                     "connection: upgrade\r\nsec-websocket-key: eA==\r\n"
                     "sec-websocket-version: 13\r\n\r\n",
        "a long line": "GET /{long} HTTP/1.1\r\nhost: {h}\r\n\r\n",
        "a long header": "GET / HTTP/1.1\r\nhost: {h}\r\nx: {long}\r\n\r\n",
        "dots out of the exports": "GET /export/../../canary.txt HTTP/1.1\r\nhost: {h}\r\n{c}\r\n",
        "dots out of the page": "GET /ui/../../pyproject.toml HTTP/1.1\r\nhost: {h}\r\n{c}\r\n",
        "dots to the root": "GET /ui/../../../../../etc/passwd HTTP/1.1\r\nhost: {h}\r\n{c}\r\n",
        "dots in the host": "GET /view/desk HTTP/1.1\r\nhost: {h}/../evil\r\n{c}\r\n",
        "a split header": "GET /export/a%0d%0aset-cookie:x HTTP/1.1\r\nhost: {h}\r\n{c}\r\n",
    }  # fmt: skip
    for name, line in lines.items():

        def speak(app: Served, line: str = line) -> bytes:
            cookie = f"cookie: {COOKIE}={app.keys.cookie}\r\n" if "{c}" in line else ""
            said = line.replace("{h}", app.host).replace("{c}", cookie)
            return spoken(app, said.replace("{long}", "y" * 200_000).encode())

        yield Probe(name, speak)


def spoken(app: Served, said: bytes) -> bytes:
    """What the server answers to these bytes before it closes or says nothing more."""
    with socket.create_connection(("127.0.0.1", app.port), timeout=10) as line:
        line.settimeout(2)
        heard = b""
        try:
            line.sendall(said)
            while more := line.recv(65536):
                heard += more
                if len(heard) > 1_000_000 or b"\r\n\r\n" in heard:
                    break
        except OSError:
            pass  # closed in the middle: nothing more is said
        return heard


FAMILIES = (traversal, strangers, foreign_hosts, other_sites, gradios_doors, uploads, wires)


def outcomes(
    families: Sequence[Callable[[], Iterator[Probe]]] = FAMILIES,
    opened: Callable[[Served], None] = lambda _: None,
) -> dict[str, Tally]:
    """Every probe of the families. opened: a hole that is made first, to be found."""
    found: dict[str, Tally] = {}
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        template(home / "project", Settings())
        (home / "canary.txt").write_text(CANARY)
        exports = home / "project" / "exports"
        exports.mkdir(exist_ok=True)
        (exports / "link.mp4").symlink_to("/etc/passwd")
        with served(home / "project") as app:
            opened(app)
            for family in families:
                tally = found[getattr(family, "__name__", "").replace("_", " ")] = Tally()
                for probe in family():
                    tally.tried += 1
                    if problem := tried(app, probe, home):
                        tally.succeeded.append(f"{probe.name}: {problem}")
    return found


def tried(app: Served, probe: Probe, home: Path) -> str:
    """What the probe came to that it must not, "" where it was turned away."""
    before = _files(home), app.site.studio.desk.project.revision
    answer = probe.send(app)
    app.idle()
    if (_files(home), app.site.studio.desk.project.revision) != before:
        return "something was changed"
    if answer is None:
        return ""
    if isinstance(answer, bytes):
        status = int(answer[9:12]) if answer[9:12].isdigit() else 599
        refused = status >= 300 or b"no-store" not in answer
        return "" if refused and not _told(answer) else f"answered {answer[:60]!r}"
    if _told(answer.content):
        return "a secret came back"
    if not probe.refused(answer.status_code) and not _harmless(answer):
        return f"answered {answer.status_code}"
    if COOKIE in answer.headers.get("set-cookie", ""):
        return "it was given the cookie"
    if answer.headers.get("access-control-allow-origin", f"http://{app.host}") != (
        f"http://{app.host}"
    ):
        return "another site may read the answer"
    missing = [name.decode() for name, _ in HEADERS if name.decode() not in answer.headers]
    return f"without {', '.join(missing)}" if missing and answer.status_code != 400 else ""


def _told(body: bytes) -> bool:
    return any(secret in body for secret in SECRETS)


def _harmless(answer: httpx.Response) -> bool:
    """The app's own page, which a client that takes `..` out of an address comes to."""
    return answer.url.path in ("/", "") and b"gradio" in answer.content.lower()


def _files(home: Path) -> list[str]:
    """What stands on the disk, but for what the app itself keeps."""
    own = ("roughcut.db", "cache", "vectors", "backups")
    return sorted(
        str(path) for path in home.rglob("*") if not any(name in path.parts or
        path.name.startswith(name) for name in own)
    )  # fmt: skip


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
