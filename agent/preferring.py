"""The tools for preferences: one lists them, one changes them once it is approved."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar, Literal

from pydantic import Field

from agent.preference_words import parse
from project.errors import BadArguments
from project.store import Project
from timeline.model import Timeline
from tools.preferences import (
    Preference,
    because,
    check,
    forget,
    keep,
    lessons,
    listing,
    numbered,
    preferences,
    sentence,
)
from tools.proposal import Effect, Proposal
from tools.shape import Arguments, Reads, Tool


class NoArguments(Arguments):
    """Nothing to say: all of them are listed."""


class Preferences(Reads):
    """Lists what is preferred in this project; changes nothing."""

    name: ClassVar[str] = "preferences"
    summary: ClassVar[str] = "List what this creator prefers, said or learned, as sentences"
    effect: ClassVar[Effect] = "read"
    arguments: ClassVar[type[Arguments]] = NoArguments

    def propose(self, arguments: NoArguments, project: Project) -> Proposal:
        """The preferences as numbered sentences."""
        every = preferences(project)
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="read",
            answer=listing(every),
            data={"preferences": [plain(one, project) for one in every]},
        )


def plain(one: Preference, project: Project) -> dict[str, Any]:
    """A preference as plain values, with what it was learned from."""
    return {
        "sentence": sentence(one),
        "because": because(one),
        "kind": one.kind,
        "value": one.value,
        "said": one.said,
        "times": one.times,
        "learned_from": [asdict(lesson) for lesson in lessons(one, project)],
    }


class PreferArguments(Arguments):
    """What is to be kept or forgotten."""

    action: Literal["keep", "forget"]
    words: str = Field("", description="the preference in a sentence, such as 'Leave out dogs'")
    number: int | None = Field(
        None, ge=1, description="the listed preference to forget, or to put the words in place of"
    )


class Prefer(Reads):
    """Keeps or forgets a preference; films that stand are not changed."""

    name: ClassVar[str] = "prefer"
    summary: ClassVar[str] = "Keep, change or forget a preference for the films to come"
    effect: ClassVar[Effect] = "edit"
    arguments: ClassVar[type[Arguments]] = PreferArguments

    def propose(self, arguments: PreferArguments, project: Project) -> Proposal:
        """What would be kept or forgotten. Raises BadArguments where it is not understood."""
        new, old = meant(arguments, project)
        said = [f"I would forget: {sentence(one)}." for one in old]
        said += [f"I would keep for every film to come: {sentence(new)}."] if new else []
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="edit",
            answer=" ".join(said),
            data={
                "keep": [new.kind, new.value] if new else [],
                "forget": [[one.kind, one.value] for one in old],
            },
        )

    def apply(self, proposal: Proposal, work: dict[str, Any], project: Project) -> Timeline | None:  # noqa: ARG002
        """The preference kept or forgotten; the timeline stays."""
        for kind, value in proposal.data["forget"]:
            forget(project, Preference(kind, value))
        if proposal.data["keep"]:
            keep(project, Preference(*proposal.data["keep"]))
        return None


def meant(
    arguments: PreferArguments, project: Project
) -> tuple[Preference | None, list[Preference]]:
    """The preference that is to be kept, and those to be forgotten. Raises BadArguments."""
    old = [numbered(project, arguments.number)] if arguments.number is not None else []
    if arguments.action == "forget":
        return None, old or _named(arguments.words, project)
    new = parse(arguments.words)
    if new is None:
        raise BadArguments(
            f"I cannot read a preference in {arguments.words!r}; say it like 'shots of about 2 s',"
            " 'never use dogs', 'open on the sea', 'films of 30 s', 'in portrait' or 'mute the"
            " clips'"
        )
    check(new)
    return new, [one for one in old if one.key != new.key]


def _named(words: str, project: Project) -> list[Preference]:
    """The preferences that words mean: all without words."""
    every = preferences(project)
    if not words.strip():
        return every
    wanted = parse(words)
    named = [one for one in every if wanted is not None and one.key == wanted.key]
    told = words.casefold().strip(" .!")
    named = named or [p for p in every if told in f"{p.kind} {sentence(p)}".casefold()]
    if not named:
        raise BadArguments(f"no preference is about {words!r}. {listing(every)}")
    return named


def tools() -> dict[str, Tool]:
    """Both tools, by name."""
    return {Preferences.name: Preferences(), Prefer.name: Prefer()}
