"""What ingest lets the embedded transcriber write down, once all else is searchable."""

from __future__ import annotations

from collections.abc import Callable, Collection

from index.listening.embedded import LANGUAGE
from index.listening.listen import ListenReport, listen
from index.listening.tongues import code
from index.listening.transcribers import transcriber
from media.values import Cancel
from project import understood
from project.errors import CreatorError
from project.store import Project

CHOICE = "embedded"


def listen_at_once(
    project: Project,
    footage_ids: Collection[str],
    *,
    progress: Callable[[float, str], None] | None = None,
    cancel: Cancel | None = None,
) -> str:
    """One sentence about the words written down in this footage; "" where there was nothing to do.

    Only where somebody speaks and no subtitles and no transcriber have told the words. Other
    transcribers are asked by `roughcut listen` alone: they may cost money. Raises Cancelled.
    """
    settings = project.settings
    new = [each for each in understood.unheard(project) if each in footage_ids]
    if settings.transcriber.strip() != CHOICE or not new:
        return ""
    if settings.language and code(settings.language) != LANGUAGE:
        return f"What is said was not written down: it is in {settings.language!r}, and {STRONGER}"
    try:
        chosen = transcriber(settings)
        assert chosen is not None  # it is named above
        report = listen(project, chosen, new, progress=progress, cancel=cancel)
    except CreatorError as error:
        return f"What is said was not written down: {error}"
    failed = next((file for file in report.files if file.status == "failed"), None)
    if failed is None:
        return _told(report)
    return f"{_told(report)} {failed.name} could not be listened to: {failed.reason}".strip()


def _told(report: ListenReport) -> str:
    heard = [file for file in report.files if file.status != "failed"]
    words = sum(file.words for file in heard)
    if not words:
        return f"Somebody speaks, but no words were understood: {STRONGER}." if heard else ""
    told = sum(1 for file in heard if file.words)
    files = "1 file" if told == 1 else f"{told} of {len(report.files)} files with speech"
    what = "1 English word" if words == 1 else f"{words} English words"
    return f"{what} in {files} {'was' if words == 1 else 'were'} written down by {report.model}."


STRONGER = (
    "the embedded transcriber knows clear English only; name a stronger one and run roughcut listen"
)
