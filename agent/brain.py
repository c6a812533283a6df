"""The brain a project's settings ask for, and the tools it may use."""

from __future__ import annotations

from collections.abc import Mapping

from agent import preferring
from agent.undo import Redo, Undo
from agent.values import Brain
from agent.why import Why
from project.settings import Settings
from tools.shape import Tool


def all_tools() -> dict[str, Tool]:
    """The closed set of actions a plan may use, by name."""
    from tools import registry

    own: dict[str, Tool] = {
        Undo.name: Undo(),
        Redo.name: Redo(),
        Why.name: Why(),
        **preferring.tools(),
    }
    return {**registry.tools(), **own}


def make_brain(settings: Settings, tools: Mapping[str, Tool] | None = None) -> Brain:
    """The embedded brain, or a LangChain chat model named as "openai:MODEL".

    Raises CreatorError where the name is not one Roughcut knows.
    """
    if settings.brain == "embedded":
        from agent.embedded import EmbeddedBrain

        return EmbeddedBrain(settings)
    from agent.llm import LLMBrain

    return LLMBrain(settings, tools if tools is not None else all_tools())
