"""A project with the hand-written library, and a session that says yes to what it proposes."""

from __future__ import annotations

from pathlib import Path

from agent.session import Session
from agent.values import DecisionWord, PlanView
from project.settings import Settings
from project.store import Project
from tests.tools import library


def filmed(folder: Path) -> Project:
    """A new project with all of the library in it, open for writing."""
    project = Project.create(folder / "film", Settings())
    library.build(project, folder)
    return project


def decide(session: Session, view: PlanView, word: DecisionWord, note: str = "") -> PlanView:
    """The word said about what is shown."""
    assert view.shown is not None, view
    return session.decide(
        word,
        nonce=view.shown.nonce,
        action_hash=view.shown.action_hash,
        revision=view.shown.revision,
        note=note,
    )


def made(session: Session, words: str) -> PlanView:
    """A plan for words with its edits approved; what takes work, and what failed, is skipped."""
    view = session.ask(words)
    assert not view.question, view.question
    while not view.finished:
        view = session.advance()
        if view.shown is not None:
            quick = view.shown.proposal.effect == "edit"
            view = decide(session, view, "approve" if quick else "skip")
    return view
