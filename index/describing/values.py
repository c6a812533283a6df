"""What a run of a writer tells: how far it is, and how it came out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["described", "already", "skipped", "failed", "left"]


@dataclass(frozen=True, slots=True)
class DescribeProgress:
    """Told after each answer of the writer."""

    name: str
    share: float  # of the whole run, 0 to 1
    requests: int
    usd: float


OnDescribe = Callable[[DescribeProgress], None]


@dataclass(frozen=True, slots=True)
class FileWords:
    """How one piece of footage came out.

    described: written now; already: this writer had written it from the same material; skipped:
    there is nothing to write, or the creator wrote all; failed: see `reason`; left: not begun, or
    not answered, when the run stopped. left_out: what of the footage the writer was not told.
    """

    footage_id: str
    name: str
    outcome: Outcome
    reason: str = ""
    title: str = ""
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class TopicsNamed:
    """How the topic tree came out. The counts are of topics, and of numbers in answers."""

    named: int = 0
    by_rule: int = 0  # topics that kept the label made by rule
    moved: int = 0  # pieces of footage the model put into another topic
    forgotten: int = 0  # shown to it and not named by it; they stay where they were
    invented: int = 0  # numbers of footage or topics that it was not shown; they are dropped
    reason: str = ""  # why some kept the label made by rule, "" where none did


@dataclass(frozen=True, slots=True)
class DescribeReport:
    """How a whole run came out. `stopped` says in words why it ended early, "" where not.

    largest: tokens of the longest request, estimated from above; invented: numbers of footage in
    the answers that it was not asked about. topics: None where they were not named.
    """

    model: str
    files: tuple[FileWords, ...]
    topics: TopicsNamed | None
    usd: float
    tokens: int
    requests: int
    largest: int
    invented: int
    seconds: float
    stopped: str = ""

    def count(self, outcome: Outcome) -> int:
        """How many pieces of footage came out so."""
        return sum(file.outcome == outcome for file in self.files)

    @property
    def left(self) -> tuple[str, ...]:
        """Ids of the footage that a next run has to go on with."""
        return tuple(f.footage_id for f in self.files if f.outcome == "left")
