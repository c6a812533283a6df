"""What a model wrote of footage, kept by its content: it survives moves and a new ingest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from project.store import Project
from project.understood import answer, keep_answers


@dataclass(frozen=True, slots=True)
class Written:
    """A title and a summary as a model wrote them."""

    title: str
    summary: str


def written(project: Project, fingerprint: str) -> Written | None:
    """What a model last wrote of this content; None where none did."""
    return read(answer(project, _place(fingerprint)))


def keep(project: Project, model: str, rows: Sequence[tuple[str, str, Written]]) -> None:
    """(fingerprint, key of the question, what was written) of each, in one transaction.

    The key is for the question to cost nothing again, the fingerprint for the footage to have it.
    """
    texts = [(print_, key, json.dumps([w.title, w.summary])) for print_, key, w in rows]
    keep_answers(
        project,
        model,
        [row for print_, key, text in texts for row in ((key, text), (_place(print_), text))],
    )


def read(text: str | None) -> Written | None:
    """A kept answer; None where there is none that can be read, so that it is asked again."""
    try:
        title, summary = json.loads(text or "")
        return Written(str(title), str(summary))
    except (ValueError, TypeError):
        return None


def _place(fingerprint: str) -> str:
    return f"written:{fingerprint}"
