"""The transcriber a creator chose, by name."""

from __future__ import annotations

from index.values import Transcriber
from project.errors import CreatorError
from project.settings import Settings

WAYS = "embedded, whisper:NAME (or whisper:FOLDER), or openai:MODEL"


def transcriber(settings: Settings) -> Transcriber | None:
    """The transcriber that `settings.transcriber` names; None where only subtitles are read.

    Raises CreatorError saying what to do where the name, the package or the key is amiss.
    """
    chosen = settings.transcriber.strip()
    if not chosen:
        return None
    if chosen == "embedded":
        from index.listening.embedded import Embedded

        return Embedded(threads=settings.workers)
    way, _, model = chosen.partition(":")
    if way == "whisper" and model:
        from index.listening.whisper import Whisper

        return Whisper(model, allow_downloads=settings.allow_downloads, threads=settings.workers)
    if way == "openai" and model:
        from index.listening.server import SpeechServer

        return SpeechServer(
            model,
            url=settings.transcriber_url,
            key=settings.transcriber_key,
            timeout_s=max(120.0, settings.model_timeout_s),
            usd_per_minute=settings.transcriber_usd_per_minute,
        )
    raise CreatorError(f"transcriber = {chosen!r} is not understood; it takes {WAYS}")
