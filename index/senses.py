"""The senses of each moment put together from what the single analysers saw and heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from index.captions import caption_words
from index.hearing import Heard
from index.senses_light import Look
from index.senses_motion import Movement
from project.footage import Senses


def senses_of(
    looks: Sequence[Look | None],
    movements: Sequence[Movement | None],
    heard: Sequence[Heard | None],
) -> tuple[Senses, ...]:
    """One `Senses` per moment, its words included. None stands for: nothing to see, to hear."""
    return tuple(
        _together(look, movement, sound)
        for look, movement, sound in zip(looks, movements, heard, strict=True)
    )


def _together(look: Look | None, movement: Movement | None, heard: Heard | None) -> Senses:
    facts: dict[str, object] = {}
    for part in (look, movement, heard):
        if part is not None:
            facts |= asdict(part)
    senses = Senses(**facts)  # type: ignore[arg-type]
    words = caption_words(senses, has_picture=look is not None, has_sound=heard is not None)
    return replace(senses, words=words)
