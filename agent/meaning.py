"""What kind of request a sentence is nearest to in meaning, when no rule reads it."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.embed import embedder
from project.settings import Settings

LEAST = 0.62  # cosine to the nearest example; below it nothing is meant
MARGIN = 0.06  # how far the best tool must be ahead of the next one

EXAMPLES: dict[str, tuple[str, ...]] = {
    "overview": (
        "what do I have?",
        "what footage is there",
        "what did I film on this trip",
        "give me an overview of my material",
        "how much footage is in this project",
        "describe my clips",
    ),
    "ideas": (
        "give me ideas for a video",
        "what film could I make from this",
        "I do not know what to make of this footage",
        "help me think of a story",
        "suggest something to edit",
    ),
    "arrange": (
        "make it shorter",
        "drop the second shot",
        "swap the first two clips",
        "put the last shot at the start",
        "the film is too long",
        "change the order of the shots",
    ),
    "trim": (
        "trim the first clip to 3 seconds",
        "keep only the brightest part",
        "cut the beginning of the shot",
        "shorten each clip",
    ),
    "sound": (
        "mute the second clip",
        "turn the volume down",
        "make the loudness right for YouTube",
        "let the sound of the next shot start early",
    ),
    "speed": ("play the clip in slow motion", "speed up the clip"),
    "tighten": ("cut out the pauses", "remove the filler words", "take out the ums and ahs"),
    "transcript": (
        "take out the part where he says hello",
        "keep only the sentence where she says that",
        "show what is said in the film",
    ),
    "title": ('add the title "Summer"', "put a title at the start", "show text over the video"),
    "music": ("with soft music", "add background music", "remove the music"),
    "fill": ("generate a starry sky for the ending", "fill the hole in the timeline"),
    "export": ("export for Resolve", "save the film as mp4", "render the video"),
    "undo": ("undo that", "take the last change back", "revert the edit"),
    "storyboard": (
        "make a 30 second film about the beach",
        "cut a video from my footage",
        "create a reel of the trip",
    ),
}
READS = frozenset(["overview", "ideas"])


@dataclass(frozen=True, slots=True)
class Near:
    """The tool a sentence is nearest to, and the example that says so best."""

    tool: str
    example: str
    likeness: float

    @property
    def reads(self) -> bool:
        """Whether the tool only answers, so that it may be tried."""
        return self.tool in READS


@functools.lru_cache(maxsize=4)
def _known(name: str, downloads: bool) -> tuple[list[tuple[str, str]], NDArray[np.float32]]:
    settings = Settings(embedder=name, allow_downloads=downloads)
    pairs = [(tool, example) for tool, examples in EXAMPLES.items() for example in examples]
    return pairs, embedder(settings).embed([example for _, example in pairs])


def closest(words: str, settings: Settings) -> Near | None:
    """The tool the words mean, or None where they mean none or two alike."""
    pairs, known = _known(settings.embedder, settings.allow_downloads)
    likeness = known @ embedder(settings).embed([words])[0]
    best = int(np.argmax(likeness))
    tool, example = pairs[best]
    others = [float(v) for (t, _), v in zip(pairs, likeness, strict=True) if t != tool]
    if likeness[best] < LEAST or likeness[best] - max(others) < MARGIN:
        return None
    return Near(tool, example, float(likeness[best]))
