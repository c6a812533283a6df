"""Undo and redo as actions a plan may use: proposed, shown and approved like any edit."""

# ruff: noqa: ARG002 - the arguments are those of tools.shape.Tool

from __future__ import annotations

from typing import Any, ClassVar

from project import history
from project.errors import BadArguments
from project.store import Project
from timeline import document
from timeline.model import Timeline
from tools.proposal import Change, Effect, Proposal
from tools.shape import Arguments, Cancel, Progress


class UndoArguments(Arguments):
    """Nothing to say: it is always the last edit."""


class _Walk:
    """A walk along the history: what undo and redo have in common."""

    effect: ClassVar[Effect] = "edit"
    arguments: ClassVar[type[Arguments]] = UndoArguments

    def work(
        self, proposal: Proposal, project: Project, progress: Progress, cancel: Cancel
    ) -> dict[str, Any]:
        """No slow part."""
        return {}


class Undo(_Walk):
    """The last edit taken back."""

    name: ClassVar[str] = "undo"
    summary: ClassVar[str] = "Takes the last edit of the timeline back."

    def propose(self, arguments: Any, project: Project) -> Proposal:
        """The timeline as it was before the last edit. Raises BadArguments at the first state."""
        here = history.head(project)
        if here is None or here.parent_id is None:
            raise BadArguments("there is nothing to undo: the timeline is at its first state")
        before = history.at(project, here.parent_id)
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect=self.effect,
            answer=f"I would take back: {here.label}.",
            changes=_differences(history.current(project), before),
            timeline=document.to_document(before),
            data={"edit_id": here.id},
        )

    def apply(self, proposal: Proposal, work: dict[str, Any], project: Project) -> Timeline | None:
        """The history's head one edit back; no new edit is made."""
        history.undo(project)
        return None


class Redo(_Walk):
    """What was taken back, done again."""

    name: ClassVar[str] = "redo"
    summary: ClassVar[str] = "Does again the edit that was taken back last."

    def propose(self, arguments: Any, project: Project) -> Proposal:
        """The timeline as it was before undo. Raises BadArguments where nothing was undone."""
        there = history.newer(project)
        if there is None:
            raise BadArguments("there is nothing to redo: the timeline is at its newest state")
        after = history.at(project, there.id)
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect=self.effect,
            answer=f"I would do again: {there.label}.",
            changes=_differences(history.current(project), after),
            timeline=document.to_document(after),
            data={"edit_id": there.id},
        )

    def apply(self, proposal: Proposal, work: dict[str, Any], project: Project) -> Timeline | None:
        """The history's head one edit on; no new edit is made."""
        history.redo(project)
        return None


def _differences(now: Timeline, before: Timeline) -> tuple[Change, ...]:
    """What another state would add and remove, clip by clip."""
    have = {clip.id: clip for _, clip in now.clips()}
    had = {clip.id: clip for _, clip in before.clips()}
    gone = [
        Change(verb="remove", item_id=i, what=f"{c.name} {c.source}", footage_id=c.footage_id)
        for i, c in have.items()
        if i not in had
    ]
    back = [
        Change(verb="add", item_id=i, what=f"{c.name} {c.source}", footage_id=c.footage_id)
        for i, c in had.items()
        if i not in have
    ]
    trimmed = [
        Change(verb="trim", item_id=i, what=f"{c.name} back to {c.source}", footage_id=c.footage_id)
        for i, c in had.items()
        if i in have and have[i].source != c.source
    ]
    return (*gone, *back, *trimmed)
