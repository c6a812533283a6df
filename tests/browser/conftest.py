"""A real server in its own process and the system's Chromium, watched for leaks and errors."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from typing import Any

import pytest

from tests.browser.serving import Server, forked, loaded

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def forks() -> ForkServerContext:
    """Where servers are forked from: what all of them import is loaded once."""
    return loaded()


@pytest.fixture
def start(forks: ForkServerContext) -> Iterator[Callable[..., Server]]:
    """Starts servers, each on a free port or the one named; stops those that run at the end."""
    with ExitStack() as running:

        def starting(project: str, port: int = 0) -> Server:
            server = forked(forks, project, port)
            running.callback(server.stop)
            return server

        yield starting


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The system's Chromium; skipped where there is none, unless one is required.

    While it is open asyncio cannot run in this thread, so it is closed behind each file.
    """
    if not CHROMIUM:
        if os.environ.get("ROUGHCUT_REQUIRE_BROWSER"):
            pytest.fail("ROUGHCUT_REQUIRE_BROWSER is set and there is no Chromium here")
        pytest.skip("there is no Chromium here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Watched:
    """A page, and what it did that it must not do."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    alone: bool = False  # its server was taken away on purpose: the browser says so each time

    def watch(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", self._error)
        self.page.on("request", self._request)

    def _error(self, error: Any) -> None:
        if not (self.alone and "Failed to fetch" in str(error)):
            self.complaints.append(f"error: {error}")

    def _console(self, message: Any) -> None:
        # Gradio itself says this of its open stream when a page is left
        left = re.search("AbortError: (signal is|BodyStreamBuffer was) aborted", message.text)
        # the browser itself says this of a preview that is still being made
        waits = "status of 503" in message.text and "/media/" in message.location["url"]
        unanswered = self.alone and re.search("Failed to (load resource|fetch)", message.text)
        if message.type == "error" and not (left or waits or unanswered):
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            self.complaints.append(f"left loopback: {request.url}")


@pytest.fixture
def watched(chromium: Any) -> Iterator[Watched]:
    """A page with nothing kept from an earlier one."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(60_000)
    watching = Watched(context.new_page())
    watching.watch()
    yield watching
    context.close()
