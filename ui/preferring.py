"""What a creator prefers, as sentences that the page can change: the agent's own tool does it."""

from __future__ import annotations

from agent.preferring import Prefer, PreferArguments, plain
from project.store import Project
from tools.preferences import preferences
from ui.view import View


class PreferenceView(View):
    """One preference in a sentence. because: what was said or which decisions taught it."""

    sentence: str
    because: str
    said: bool


def preference_views(project: Project) -> list[PreferenceView]:
    """All of them, in the order in which they are numbered from 1."""
    return [
        PreferenceView(sentence=found["sentence"], because=found["because"], said=found["said"])
        for found in map(plain, preferences(project))
    ]


def prefer(project: Project, change: PreferArguments) -> None:
    """The change made at once. Raises BadArguments where the words are not understood."""
    proposal = Prefer().propose(change, project)
    with project.transaction():
        Prefer().apply(proposal, {}, project)
