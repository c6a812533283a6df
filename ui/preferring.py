"""What a creator prefers, as sentences that the page can change: the agent's own tool does it."""

from __future__ import annotations

from agent.preferring import Prefer, PreferArguments, plain
from project.store import Project
from tools.preferences import preferences
from ui.view import View


class PreferenceView(View):
    """One preference in a sentence. because: that it was said, or what was decided how often.

    learned_from: the decisions that taught it, newest first: film, step, at (ISO 8601).
    """

    sentence: str
    because: str
    said: bool
    learned_from: list[dict[str, str]]


def preference_views(project: Project) -> list[PreferenceView]:
    """All of them, in the order in which they are numbered from 1."""
    return [
        PreferenceView(**{name: found[name] for name in PreferenceView.model_fields})
        for found in (plain(one, project) for one in preferences(project))
    ]


def prefer(project: Project, change: PreferArguments) -> None:
    """The change made at once. Raises BadArguments where the words are not understood."""
    proposal = Prefer().propose(change, project)
    with project.transaction():
        Prefer().apply(proposal, {}, project)
