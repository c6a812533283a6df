"""The senses of each moment put together from what the single analysers saw and heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from index.captions import caption_words
from index.hearing import Heard
from index.senses_faces import People
from index.senses_light import Look
from index.senses_motion import Movement
from project.footage import Senses


def senses_of(
    looks: Sequence[Look | None],
    movements: Sequence[Movement | None],
    heard: Sequence[Heard | None],
    people: Sequence[People | None],
) -> tuple[Senses, ...]:
    """One `Senses` per moment, its words included. None stands for: nothing to see, to hear."""
    return tuple(
        _together(look, movement, sound, faces)
        for look, movement, sound, faces in zip(looks, movements, heard, people, strict=True)
    )


def _together(
    look: Look | None, movement: Movement | None, heard: Heard | None, people: People | None
) -> Senses:
    facts: dict[str, object] = {}
    for part in (look, movement, heard, people):
        if part is not None:
            facts |= asdict(part)
    senses = Senses(**facts)  # type: ignore[arg-type]
    words = caption_words(senses, has_picture=look is not None, has_sound=heard is not None)
    return replace(senses, words=words)
