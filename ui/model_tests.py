"""*Test this model*: one real call to each model that is set, answered in words."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from project.errors import CreatorError
from project.settings import Settings
from ui.studio import KNOWN

SAID = 300  # characters of an answer that are shown
SOUND_HZ = 16_000


def tested(part: str, settings: Settings) -> dict[str, Any]:
    """Whether a part answers, what it said, and how long that took."""
    begun = time.monotonic()
    try:
        words, ok = _TESTS[part](settings)[:SAID], True
    except KNOWN as error:
        words, ok = str(error), False
    return {"part": part, "ok": ok, "words": words, "seconds": round(time.monotonic() - begun, 2)}


def _brain(settings: Settings) -> str:
    from agent.brain import make_brain

    brain = make_brain(settings)
    if settings.brain == "embedded":
        return f"the embedded brain is ready; it needs no model ({_vectors(settings)})"
    return f"{brain.name} said: {brain.write('Answer with one word: ready', {})}"


def _captioner(settings: Settings) -> str:
    from index.captioning.choose import captioner

    chosen = captioner(settings)
    if chosen is None:
        return "no captioner is set; captions are words from what is measured"
    [words] = chosen.caption([_stripes()])
    return f"{chosen.name} saw in a picture of stripes: {words}"


def _transcriber(settings: Settings) -> str:
    from index.listening.transcribers import transcriber

    chosen = transcriber(settings)
    if chosen is None:
        return "no transcriber is set; speech is taken from subtitles"
    tone = np.sin(np.arange(SOUND_HZ * 2) * 2 * np.pi * 440 / SOUND_HZ).astype(np.float32) * 0.1
    words, language = chosen.transcribe(tone, language=settings.language)
    heard = " ".join(word.text for word in words) or "no words"
    return f"{chosen.name} heard in a tone: {heard} ({language or 'no language'})"


def _vectors(settings: Settings) -> str:
    from index.embed import embedder
    from index.pictures import picture_embedder
    from index.rerank import rereader

    model = embedder(settings)
    near = model.embed(["a dog runs", "a running dog", "tax law"])
    said = [f"{model.name}: {near.shape[1]} numbers a text"]
    if not near[0] @ near[1] > near[0] @ near[2]:
        raise CreatorError(f"{model.name} finds a running dog nearer to tax law; take another")
    pictures, reader = picture_embedder(settings), rereader(settings)
    said += [f"pictures by {settings.image_embedder}"] if pictures is not None else []
    said += [f"read again by {settings.cross_encoder}"] if reader is not None else []
    return ", ".join(said)


def _video(settings: Settings) -> str:
    from tools.fill import backends_from

    found = [(one.name, one.available()) for one in backends_from(settings)]
    wanted = [pair for pair in found if settings.generator in ("auto", pair[0])]
    if not any(gate.open for _, gate in wanted):
        raise CreatorError("; ".join(f"{name}: {gate.reason}" for name, gate in wanted))
    return "; ".join(
        f"{name}: {gate.reason or 'ready'}" if gate.open else f"{name} not here: {gate.reason}"
        for name, gate in wanted
    )


def _stripes() -> np.ndarray[Any, np.dtype[np.uint8]]:
    """(180, 320, 3) uint8 RGB: red and white."""
    frame = np.full((180, 320, 3), 255, np.uint8)
    frame[:, (np.arange(320) // 40) % 2 == 0] = (200, 30, 30)
    return frame


_TESTS: dict[str, Callable[[Settings], str]] = {
    "brain": _brain,
    "captioner": _captioner,
    "transcriber": _transcriber,
    "vectors": _vectors,
    "video": _video,
}
