"""Families of R15 about what is read: ranges, the start-up token, Gradio's own files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote

from benchmarks._served import Served
from benchmarks._web_door import (
    REFLECTED,
    Answer,
    Probe,
    Wrong,
    anything,
    ask,
    turned_away,
)
from ui.guard import COOKIE

MEDIA = bytes(range(256)) * 800  # what /media/f-1 plays in this trial
EXPORT = b"TITLE: a film\n" * 40  # what /export/film.edl holds
PART_BYTES = 300  # around a part of an answer of many

# --- ranges


def ranges() -> Iterator[Probe]:
    """Ranges that are none, too many, too large, or that want more than there is."""
    size = len(MEDIA)
    asked = (
        "bytes=0-0,0-0,0-0,0-0", "bytes=" + "0-," * 90 + "0-", "bytes=" + "0-," * 4000 + "0-",
        "bytes=" + ",".join(f"0-{n}" for n in range(1, 95)),
        "bytes=" + ",".join(f"{n}-{n + 1}" for n in range(0, 2000, 2)),
        "bytes=" + ",".join(f"{n}-" for n in range(99)), "bytes=-" + "9" * 400,
        "bytes=0-" + "9" * 400, f"bytes={size}-", f"bytes={size}-{size + 10}",
        f"bytes=0-{size + 10}", f"bytes=-{size + 10}",
        "bytes=-0", "bytes=--1", "bytes=-1-1", "bytes=5-2", "bytes=5-2,0-1", "bytes=a-b", "bytes=",
        "bytes=0-1;5-6", "bytes=0x0-0x9", "bytes= 0 - 9 ", "bytes=+0-+9", "bytes=١-٩", "bytes",
        "items=0-9", "bits=0-9,bytes=0-9", "BYTES=0-9", "bytes=0-9\tx", "bytes=1e3-", "bytes=0-9,",
        "=0-9", "bytes=../canary.txt", "bytes=0_0-9_9",
    )  # fmt: skip
    for path, whole in (("/media/f-1", MEDIA), ("/export/film.edl", EXPORT)):
        for said in asked:
            spelled = said.encode().decode("latin-1")
            yield Probe(
                f"{path} {said[:40]}",
                lambda app, p=path, s=spelled: ask(app, "GET", p, {"range": s}),
                _within(whole),
            )
    for given in ("*", '"x"', "W/x", "Thu, 01 Jan 1970 00:00:00 GMT", "\xff"):
        headers = {"range": "bytes=0-9", "if-range": given}
        yield Probe(
            f"If-Range {given}",
            lambda app, h=headers: ask(app, "GET", "/media/f-1", h),
            _within(MEDIA),
        )
    for path in ("/media/f-9", "/media/..%2ff-1", "/view/desk", "/still/f-9", "/media/f-1"):
        headers = {"range": "bytes=0-"}
        yield Probe(
            f"{path} by no cookie",
            lambda app, p=path, h=headers: ask(app, "GET", p, h, cookie=False),
            turned_away(401),
        )


def _within(whole: bytes) -> Wrong:
    """What is wrong with an answer of parts of `whole`: it must say which, and be no larger."""

    def wrong(answer: Answer) -> str:
        body, kind = answer.body, answer.header("content-type")
        if answer.status in (400, 416):
            return "" if len(body) < PART_BYTES else f"{len(body)} bytes with a refusal"
        if answer.status == 200:
            return "" if body == whole else "something else than the file"
        if answer.status != 206:
            return f"answered {answer.status}"
        if kind.startswith("multipart/byteranges"):
            found = re.findall(rb"content-range: bytes (\d+)-(\d+)/\d+\r\n\r\n", body, re.I)
            much = sum(int(last) + 1 - int(first) for first, last in found)
            enough = much <= len(whole) and len(body) <= much + PART_BYTES * (len(found) + 1)
            return "" if enough else f"{len(body)} bytes of a file of {len(whole)}"
        said = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", answer.header("content-range"))
        if said is None or int(said[3]) != len(whole):
            return f"a part of {answer.header('content-range')!r}"
        return "" if body == whole[int(said[1]) : int(said[2]) + 1] else "another part than it says"

    return wrong


def plays(app: Served) -> str:
    """Why media are not played from their middle, "" where they are."""
    answer = ask(app, "GET", "/media/f-1", {"range": "bytes=300-309"})
    good = answer is not None and answer.status == 206 and answer.body == MEDIA[300:310]
    return "" if good else f"media are not played any more: {answer}"


# --- the start-up token


def tokens() -> Iterator[Probe]:
    """The token of the start-up address: where it leaks to, and what is taken for it."""
    for path in ("/", "/view/desk", "/config", "/ui/app.js", "//", "/enter"):
        yield Probe(
            f"{path} with the token leads to an address without it",
            lambda app, p=path: _without_cookie(app, f"{p}?token={app.keys.token}"),
            _welcomed,
        )
    pages = ("/", "/config", "/view/desk", "/view/settings", "/view/recent", "/theme.css",
             "/manifest.json", "/gradio_api/startup-events", "/ui/app.js", "/nothing")  # fmt: skip
    for path in pages:
        yield Probe(
            f"{path} from the start-up address, as Referer",
            lambda app, p=path: ask(
                app, "GET", p, {"referer": f"http://{app.host}/?token={app.keys.token}"}
            ),
            _keeps_to_itself,
        )
        yield Probe(
            f"{path} with the token once more",
            lambda app, p=path: ask(app, "GET", f"{p}?token={app.keys.token}"),
            _keeps_to_itself,
        )
    places: dict[str, Callable[[str, str], dict[str, str]]] = {
        "Referer": lambda token, host: {"referer": f"http://{host}/?token={token}"},
        "a cookie": lambda token, _: {"cookie": f"{COOKIE}={token}"},
        "a cookie called token": lambda token, _: {"cookie": f"token={token}"},
        "Authorization": lambda token, _: {"authorization": f"Bearer {token}"},
        "Basic": lambda token, _: {"authorization": f"Basic {token}"},
        "X-Token": lambda token, _: {"x-token": token},
        "X-Original-URL": lambda token, _: {"x-original-url": f"/?token={token}"},
    }
    for (what, place), path in product(places.items(), ("/", "/view/desk")):
        yield Probe(
            f"{path} with the token in {what}",
            lambda app, p=path, h=place: ask(
                app, "GET", p, h(app.keys.token, app.host), cookie=False
            ),
            turned_away(401),
        )
    spelled = ("/?TOKEN={t}", "/?token[]={t}", "/?token=x&token={t}", "/?token={t}x",
               "/?token=%00{t}", "/token={t}", "/;token={t}", "/?a=token={t}", "/?token=",
               "/?token")  # fmt: skip
    for path in spelled:
        yield Probe(
            path,
            lambda app, p=path: ask(app, "GET", p.format(t=app.keys.token), cookie=False),
            turned_away(401),
        )
    for method in ("POST", "PUT", "DELETE"):
        yield Probe(
            f"{method} with the token",
            lambda app, m=method: ask(app, m, f"/?token={app.keys.token}", cookie=False, own=True),
            turned_away(401),
        )


def _without_cookie(app: Served, path: str) -> Answer | None:
    """The answer to a browser that comes for the first time, the true cookie taken out of it."""
    answer = ask(app, "GET", path, cookie=False)
    if answer is None:
        return None
    given = f"{COOKIE}={app.keys.cookie}; "
    left = tuple(
        (name, value.removeprefix(given) if name == "set-cookie" else value)
        for name, value in answer.headers
    )
    return Answer(answer.status, left, answer.body)


def _welcomed(answer: Answer) -> str:
    if answer.status != 303 or answer.header("location") != "/" or answer.body:
        return f"answered {answer.status} to {answer.header('location')!r}"
    rules = answer.header("set-cookie")
    good = rules == "Path=/; HttpOnly; SameSite=Strict"
    good &= answer.header("cache-control") == "no-store"
    return "" if good else f"a cookie of {rules!r}"


def _keeps_to_itself(answer: Answer) -> str:
    """Whether a page lets the browser tell other sites where it was: it loads nothing of theirs."""
    page = answer.body.decode("utf-8", "replace")
    if "html" not in answer.header("content-type"):
        return ""
    if re.search(r"referrerpolicy=|name=[\"']?referrer", page, re.I):
        return "the page has a referrer policy of its own"
    return ""


def enters(app: Served) -> str:
    """Why the start-up address does not let in, "" where it does."""
    answer = ask(app, "GET", f"/?token={app.keys.token}", cookie=False)
    good = answer is not None and f"{COOKIE}={app.keys.cookie}" in answer.header("set-cookie")
    return "" if good else f"the start-up address lets nobody in any more: {answer}"


# --- Gradio's files


def gradios_files() -> Iterator[Probe]:
    """Gradio's files, themes and heartbeats: shut to strangers, and no way out for others."""
    used = ("/", "/config", "/config/", "/theme.css", "/gradio_api/theme.css", "/robots.txt",
            "/manifest.json", "/favicon.ico", "/pwa_icon", "/pwa_icon/64", "/static/img/logo.svg",
            "/assets/index.js", "/svelte/x.js", "/gradio_api/heartbeat/x", "/gradio_api/app_id",
            "/gradio_api/startup-events", "/gradio_api/queue/status", "/gradio_api/user",
            "/gradio_api/queue/data?session_hash=x", "/gradio_api/token", "/gradio_api/runs",
            "/gradio_api/upload_progress?upload_id=x", "/gradio_api/login_check")  # fmt: skip
    for path in used:
        yield Probe(
            f"{path} by a stranger",
            lambda app, p=path: ask(app, "GET", p, cookie=False),
            turned_away(401),
        )
    climbs = ("../{f}", "..%2f{f}", "%2e%2e/{f}", "..%5c{f}", "/{f}", "%2f{f}", "....//{f}",
              "..%252f{f}", "%00{f}")  # fmt: skip
    roots = ("/static/", "/assets/", "/svelte/", "/pwa_icon/", "/gradio_api/heartbeat/",
             "/gradio_api/custom_component/x/client/component/", "/gradio_api/file=")  # fmt: skip
    up = "../" * 12 + "etc/passwd"
    for root, climb in product(roots, climbs):
        path = root + climb.format(f=up if ".." in climb else "etc/passwd")
        yield Probe(f"GET {path[:60]}", lambda app, p=path: ask(app, "GET", p), anything)
    for path in ("/?__theme={e}", "/?view={e}", "/config?session_hash={e}", "/{e}", "/ui/{e}",
                 "/theme.css?v={e}", "/gradio_api/heartbeat/{e}", "/gradio_api/startup-events?{e}",
                 "/view/moments/{e}", "/view/search?q={e}", "/export/{e}",
                 "/still/{e}"):  # fmt: skip
        said = path.format(e=quote(REFLECTED))
        yield Probe(f"GET {path}", lambda app, p=said: ask(app, "GET", p), anything)
    for path in ("/gradio_api/reset", "/gradio_api/cancel", "/gradio_api/component_server",
                 "/gradio_api/vibe-edit", "/gradio_api/undo-vibe-edit", "/gradio_api/vibe-code",
                 "/gradio_api/vibe-starter-queries", "/gradio_api/stream/x"):  # fmt: skip
        yield Probe(
            f"POST {path} from another site",
            lambda app, p=path: ask(
                app,
                "POST",
                p,
                {"origin": "http://evil.example", "content-type": "text/plain"},
                b"{}",
            ),
            turned_away(403),
        )
        body = json.dumps({"hash": "../../canary", "event_id": "x", "session_hash": "x", "data": [],
                           "fn_index": 0, "component_id": 1, "fn_name": "x", "code": "x",
                           "prompt": "x"}).encode()  # fmt: skip
        yield Probe(
            f"POST {path}",
            lambda app, p=path, b=body: ask(
                app, "POST", p, {"content-type": "application/json"}, b, own=True
            ),
            _nothing_done,
        )


def _nothing_done(answer: Answer) -> str:
    """Gradio says `success` of leaving what is not there; nothing else may be a success."""
    said = answer.body.strip()
    fine = answer.status >= 300 or said in (b'{"success":true}', b'{"success":false}')
    return "" if fine else f"answered {answer.status} {said[:60]!r}"


def beats(app: Served) -> str:
    """Why Gradio's own page does not come or its heart does not beat, "" where they do."""
    page, heart = ask(app, "GET", "/"), ask(app, "GET", "/gradio_api/heartbeat/x")
    good = page is not None and page.status == 200 and b"gradio" in page.body.lower()
    good &= heart is not None and heart.status == 200
    return "" if good else f"the page does not come any more: {page and page.status}"


def prepared(project: Path, fingerprint: str) -> None:
    """What these families read: an export, and the proxy of the first piece of footage."""
    (project / "exports").mkdir(exist_ok=True)
    (project / "exports" / "film.edl").write_bytes(EXPORT)
    proxies = project / "cache" / "proxies"
    proxies.mkdir(parents=True, exist_ok=True)
    (proxies / f"{fingerprint}-540.mp4").write_bytes(MEDIA)
