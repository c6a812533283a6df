"""The shape every tool has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict

from project.store import Project
from timeline import document
from timeline.model import Timeline
from tools.proposal import Effect, Proposal

Progress = Callable[[float, str], None]  # share done 0 to 1, what is being done
Cancel = Callable[[], bool]


class Arguments(BaseModel):
    """Typed arguments: closed, ids instead of paths. Field descriptions are what a model reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Tool(Protocol):
    """One action. `propose` reads only; `apply` runs inside the caller's transaction.

    A tool with slow work also has `work`, run after approval and outside any transaction; what
    it returns is kept with the proposal (plain JSON), so a killed process does not do it twice.
    """

    name: ClassVar[str]
    summary: ClassVar[str]  # one line, for people and models
    effect: ClassVar[Effect]
    arguments: ClassVar[type[Arguments]]

    def propose(self, arguments: Any, project: Project) -> Proposal:
        """What would change and why. Raises BadArguments, EditError; writes nothing."""
        ...

    def work(
        self, proposal: Proposal, project: Project, progress: Progress, cancel: Cancel
    ) -> dict[str, Any]:
        """The slow part, made before `apply`. Tools without one return {}."""
        ...

    def apply(self, proposal: Proposal, work: dict[str, Any], project: Project) -> Timeline | None:
        """The timeline to commit as one undo step, or None for none; may write other rows."""
        ...


class Reads:
    """The way of a tool that only tells: nothing slow, nothing to apply."""

    def work(
        self,
        proposal: Proposal,  # noqa: ARG002 - the signatures are the protocol's
        project: Project,  # noqa: ARG002
        progress: Progress,  # noqa: ARG002
        cancel: Cancel,  # noqa: ARG002
    ) -> dict[str, Any]:
        """Nothing to make."""
        return {}

    def apply(
        self,
        proposal: Proposal,
        work: dict[str, Any],  # noqa: ARG002
        project: Project,  # noqa: ARG002
    ) -> Timeline | None:
        """The proposed timeline if there is one; a read tool proposes none."""
        return document.from_document(proposal.timeline) if proposal.timeline else None


class Edits(Reads):
    """The way of a tool whose whole effect is the timeline it proposed."""
