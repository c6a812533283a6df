"""What the index takes and gives: filters, hits with the evidence of why, ingest reports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from media.values import Cancel, Picture, Sound, Still
from timeline.time import TimeRange

Kind = Literal[
    "caption", "speech", "screen text", "looks like", "senses", "technical", "title", "name",
    "meaning",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Why:
    """One thing that made a hit match. `quote` stands word for word in the index."""

    kind: Kind
    quote: str
    strength: float = 0.0  # 0 to 1


@dataclass(frozen=True, slots=True)
class Hit:
    """A span of footage that answers a question."""

    footage_id: str
    name: str
    range: TimeRange
    score: float  # 0 to 1, comparable between questions
    why: tuple[Why, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must be. None means no matter."""

    orientation: Literal["portrait", "landscape", "square"] | None = None
    min_length_s: Fraction | None = None
    max_length_s: Fraction | None = None
    light: Literal["dark", "bright"] | None = None
    motion: Literal["still", "moving"] | None = None
    has_sound: bool | None = None
    has_speech: bool | None = None
    has_faces: bool | None = None
    has_picture: bool | None = None
    used: bool | None = None  # on the timeline now
    footage_ids: tuple[str, ...] | None = None
    not_footage_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search. Not confident means: nothing like that in this footage."""

    query: str
    confident: bool
    hits: tuple[Hit, ...]
    reason: str = ""  # why not confident, or what was understood, in words


@dataclass(frozen=True, slots=True)
class FileReport:
    """How one file came out of ingest."""

    id: str
    name: str
    status: Literal["ok", "partial", "rejected"]
    reason: str
    duration_s: Fraction
    shots: int
    moments: int
    reused: bool = False  # nothing had to be watched again
    notes: tuple[str, ...] = ()  # what was odd about it, or beside it, in plain words


@dataclass(frozen=True, slots=True)
class IngestReport:
    """How a whole ingest came out."""

    footage: tuple[FileReport, ...]
    seconds: float  # wall time
    media_seconds: Fraction  # of footage that decoded
    missing: tuple[str, ...] = ()  # names in the project whose files are not where they were
    listening: str = ""  # one sentence about words written down; "" where nothing was to do
    looking: str = ""  # one sentence about things named in the picture; the same


@dataclass(frozen=True, slots=True)
class IngestProgress:
    """Told often while ingest runs: which file, how far, how it ended."""

    name: str
    share: float  # of this file, 0 to 1
    done_files: int
    all_files: int
    status: str = ""  # "", then ok | partial | rejected
    reason: str = ""
    listening: bool = False  # all files are done; what is said in this one is written down
    looking: bool = False  # all files are done; things are looked for in this one


OnProgress = Callable[[IngestProgress], None]


class Analyser(Protocol):
    """Watches one file in one decode pass. Fed in time order, then asked once."""

    name: str
    version: int

    def picture(self, picture: Picture) -> None: ...
    def still(self, still: Still) -> None: ...
    def sound(self, sound: Sound) -> None: ...
    def finish(self, duration_s: Fraction) -> object: ...


class TextEmbedder(Protocol):
    """Texts to unit vectors."""

    name: str
    width: int

    def embed(self, texts: list[str]) -> NDArray[np.float32]:
        """(len(texts), width) float32, each row of length 1."""
        ...


class Captioner(Protocol):
    """Says what frames show; a stronger one than the embedded words.

    name: the model and where it runs, as the store keeps it; prompt: what it is asked;
    at_once: how many frames a call takes; usd: what a frame costs, 0 for nothing.
    """

    name: str
    prompt: str
    at_once: int
    usd: float

    def caption(self, frames: Sequence[NDArray[np.uint8]]) -> list[str]:
        """One text for each frame (H, W, 3) RGB. Raises CreatorError saying what to do."""
        ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """One word as a transcriber gives it; seconds from the first sample it was given."""

    start_s: float
    end_s: float
    text: str
    speaker: str = ""
    chance: float = 1.0


class Transcriber(Protocol):
    """Words said in sound. name: the model and where it runs; usd: what a minute costs."""

    name: str
    usd: float

    def transcribe(
        self, samples: NDArray[np.float32], *, language: str = ""
    ) -> tuple[list[Spoken], str]:
        """The words of 16 kHz mono samples (N,), and the language they are in.

        Raises CreatorError saying what to do.
        """
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """What a writer answered, and what that took: tokens read and written, and their price.

    declined: why it would not answer, "" where it did.
    """

    text: str
    tokens: int = 0
    usd: float = 0.0
    declined: str = ""


class Writer(Protocol):
    """Writes words when asked: titles, summaries, names of topics.

    name: the model and where it runs, as the store keeps it.
    """

    name: str

    def price(self, read: int, written: int) -> float:
        """US dollars for so many tokens, 0 for nothing."""
        ...

    def write(self, turns: Sequence[tuple[str, str]], *, cancel: Cancel | None = None) -> Said:
        """The answer to (role, text) turns; a role is system, human or ai.

        Raises CreatorError saying what to do, BrainError where this answer cannot be read,
        Cancelled where `cancel` says so between two tries.
        """
        ...
