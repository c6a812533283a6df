"""What a model wrote of footage, kept by its content: it survives moves and a new ingest."""

from __future__ import annotations

import json
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


def keep(project: Project, model: str, words: Written, *, content: str, key: str) -> None:
    """`words` as what a model last wrote of a content, and as its answer to a question.

    content: the fingerprint, for the footage to have it; key: the question's, for it to cost
    nothing again.
    """
    text = json.dumps([words.title, words.summary])
    keep_answers(project, model, [(key, text), (_place(content), text)])


def read(text: str | None) -> Written | None:
    """A kept answer; None where there is none that can be read, so that it is asked again."""
    try:
        title, summary = json.loads(text or "")
        return Written(str(title), str(summary))
    except (ValueError, TypeError):
        return None


def _place(fingerprint: str) -> str:
    return f"written:{fingerprint}"
