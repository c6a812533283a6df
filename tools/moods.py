"""Moods and paces in terms of the senses: what calm, bright or fast footage measures like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from project.footage import Moment, Senses

Pace = Literal["slow", "medium", "fast"]
Pull = tuple[str, float]  # a sense, and how much more (or less) of it the mood wants

CLIP_S: dict[Pace, Fraction] = {
    "slow": Fraction(5),
    "medium": Fraction(3),
    "fast": Fraction(3, 2),
}
FLOOR_S: dict[Pace, Fraction] = {  # no clip is shorter, as far as the footage allows
    "slow": Fraction(5, 2),
    "medium": Fraction(6, 5),
    "fast": Fraction(2, 5),
}


@dataclass(frozen=True, slots=True)
class Mood:
    """What a mood pulls towards, and the pace it suggests where none was asked."""

    pulls: tuple[Pull, ...]
    pace: Pace | None = None


CALM = Mood((("motion", -1.0), ("shake", -1.0), ("loudness_db", -0.5)), "slow")
LIVELY = Mood((("motion", 1.0), ("saturation", 0.4)), "fast")
BRIGHT = Mood((("light", 1.0), ("saturation", 0.7)))
DARK = Mood((("light", -1.0), ("saturation", -0.2)))
WARM = Mood((("warmth", 1.0), ("light", 0.2)))
COLD = Mood((("warmth", -1.0),))

MOODS: dict[str, Mood] = {
    **dict.fromkeys(("calm", "quiet", "peaceful", "gentle", "relaxed", "relaxing"), CALM),
    **dict.fromkeys(("serene", "dreamy", "meditative", "slow", "soft", "tender"), CALM),
    **dict.fromkeys(("energetic", "lively", "dynamic", "exciting", "action", "fast"), LIVELY),
    **dict.fromkeys(("upbeat", "punchy", "wild", "epic", "intense", "playful", "fun"), LIVELY),
    **dict.fromkeys(("happy", "bright", "sunny", "cheerful", "joyful", "colourful"), BRIGHT),
    **dict.fromkeys(("colorful", "vivid", "fresh", "summery"), BRIGHT),
    **dict.fromkeys(("dark", "moody", "gloomy", "mysterious", "night", "noir", "sad"), DARK),
    **dict.fromkeys(("melancholic", "sombre", "somber", "eerie", "tense"), DARK),
    **dict.fromkeys(("warm", "golden", "cosy", "cozy", "nostalgic", "romantic"), WARM),
    **dict.fromkeys(("cold", "cool", "icy", "wintry", "clinical"), COLD),
}


def found_in(words: str, said: Iterable[str] = ()) -> tuple[str, ...]:
    """The moods that a sentence or a list of words names, in their order."""
    tokens = [t.strip(".,;:!?\"'()").casefold() for w in (words, *said) for t in w.split()]
    return tuple(dict.fromkeys(t for t in tokens if t in MOODS))


def pace_of(moods: Iterable[str]) -> Pace | None:
    """The pace the first mood with one suggests."""
    return next((p for m in moods if m in MOODS and (p := MOODS[m].pace)), None)


def suits(moments: list[Moment], moods: Iterable[str]) -> float:
    """How well moments suit moods, -1 to 1; 0 where no mood was named or nothing is known."""
    pulls = [pull for mood in moods if mood in MOODS for pull in MOODS[mood].pulls]
    if not pulls or not moments:
        return 0.0
    weight = sum(abs(by) for _, by in pulls)
    scores = [sum(by * level(m.senses, sense) for sense, by in pulls) / weight for m in moments]
    return sum(scores) / len(scores)


def level(senses: Senses, sense: str) -> float:
    """A sense on a common scale, -1 (none of it) to 1 (very much of it)."""
    if sense == "motion":
        return min(1.0, senses.motion / 0.15) * 2 - 1
    if sense == "shake":
        return min(1.0, senses.shake) * 2 - 1
    if sense == "warmth":
        return senses.warmth
    if sense == "loudness_db":
        return max(-1.0, min(1.0, (senses.loudness_db + 35) / 25))
    return float(getattr(senses, sense)) * 2 - 1
