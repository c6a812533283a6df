"""The browser app served: our FastAPI app with Gradio mounted in it, behind the guard."""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import webbrowser
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI

from project.errors import CreatorError
from ui.guard import App, Guard, Keys
from ui.mcp_door import Door
from ui.studio import Studio

LOOPBACK = ("127.0.0.1", "localhost", "::1")
EVERYWHERE = ("0.0.0.0", "::", "")
OFF = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_SHARE": "False",
    "GRADIO_MCP_SERVER": "False",
    "GRADIO_RUN_HISTORY": "False",
    "GRADIO_SSR_MODE": "False",
    "HF_HUB_OFFLINE": os.environ.get("HF_HUB_OFFLINE", "1"),
}
MAX_WAITING = 64  # events in Gradio's queue


def serve(
    project_dir: Path | None,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = True,
    password: str | None = None,
    mcp: bool = False,
) -> None:
    """Serve the browser app until interrupted. `port` 0 takes a free one.

    With `mcp` other programs on this machine reach the open project too. Raises CreatorError
    for a bind beyond this machine without a password, a port in use, or a project that cannot
    be opened.
    """
    if host not in LOOPBACK and not password:
        raise CreatorError(
            f"{host} can be reached from other machines; set a password, or use 127.0.0.1"
        )
    if mcp and host not in LOOPBACK:
        raise CreatorError(f"MCP is for programs on this machine; it is not offered at {host}")
    with _bound(host, port) as listening:
        keys = Keys(password=password)
        real_port = listening.getsockname()[1]
        name = "127.0.0.1" if host in EVERYWHERE else host
        address = f"http://{f'[{name}]' if ':' in name else name}:{real_port}/"
        hosts = _hosts(host, real_port)
        site = make_site(project_dir, keys, hosts, any_address=host in EVERYWHERE, mcp=mcp)
        entry = address if password else f"{address}?token={keys.token}"
        print(f"Roughcut is at {entry}", file=sys.stderr, flush=True)
        if site.mcp_token:
            told = f"MCP is at {address}mcp with the header Authorization: Bearer {site.mcp_token}"
            print(told, file=sys.stderr, flush=True)
        if open_browser:
            webbrowser.open(entry)
        try:
            with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again at the end
                _run(site.app, listening)
        finally:
            site.studio.close()


@dataclass(frozen=True, slots=True)
class Site:
    """The guarded app, and the studio behind it to be closed with it."""

    app: App
    studio: Studio
    mcp_token: str = ""


def make_site(
    project_dir: Path | None,
    keys: Keys,
    hosts: frozenset[str],
    *,
    any_address: bool = False,
    mcp: bool = False,
) -> Site:
    """The whole app around a studio, ready for any ASGI server."""
    os.environ.update(OFF)  # read by Gradio as it is imported
    import gradio as gr

    from ui.app import build_blocks, head
    from ui.handlers import Handlers
    from ui.routes import add_routes
    from ui.theme import theme

    studio = Studio(project_dir)
    handlers = Handlers(studio)
    door = Door(studio) if mcp else None
    app = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, lifespan=door.lifespan() if door else None
    )
    add_routes(app, handlers)
    blocks = build_blocks(handlers)
    blocks.queue(max_size=MAX_WAITING, default_concurrency_limit=8)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        app_kwargs={"openapi_url": None, "docs_url": None, "redoc_url": None},
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        pwa=False,
        show_error=False,
        max_file_size=1,
        theme=theme(),
        head=head(),
    )
    guard = Guard(app, keys, hosts, any_address=any_address)
    return Site(door.before(guard, hosts), studio, door.token) if door else Site(guard, studio)


def _hosts(host: str, port: int) -> frozenset[str]:
    names = {host, *LOOPBACK} if host in LOOPBACK else {host, socket.gethostname(), *LOOPBACK}
    spelled = {f"[{name}]" if ":" in name else name for name in names if name}
    return frozenset({f"{name}:{port}" for name in spelled} | (spelled if port == 80 else set()))


@contextlib.contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
            listening.listen(128)  # a browser that comes early waits instead of failing
        except OSError as error:
            raise CreatorError(
                f"port {port} on {host} cannot be used ({error.strerror}); choose another port"
            ) from error
        yield listening


def _run(app: App, listening: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        ws="none",
    )
    uvicorn.Server(config).run(sockets=[listening])
