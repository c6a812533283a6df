"""What a run of a captioner tells: how far it is, and how it came out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Outcome = Literal["captioned", "already", "part", "skipped", "failed", "left"]


@dataclass(frozen=True, slots=True)
class CaptionProgress:
    """Told after each call of the model and at each file's end."""

    name: str
    done_files: int
    all_files: int
    share: float  # of the whole run, 0 to 1
    sent: int
    usd: float


OnCaption = Callable[[CaptionProgress], None]


@dataclass(frozen=True, slots=True)
class FileCaptions:
    """How one piece of footage came out.

    captioned: all that could be said is said; already: this model had said it before; part: it
    stopped in the middle; skipped: there is nothing to look at; failed: see `reason`; left: not
    begun when the run stopped.
    """

    footage_id: str
    name: str
    outcome: Outcome
    reason: str = ""
    frames: int = 0  # moments with a picture that nobody had told of
    sent: int = 0  # of them, frames the model was asked about now
    saved: int = 0  # that look like the one before
    known: int = 0  # answered before: the same frame, model and prompt
    refused: int = 0  # asked, and the answer was no caption
    told: int = 0  # moments not looked at: somebody had captioned them


@dataclass(frozen=True, slots=True)
class CaptionReport:
    """How a whole run came out. `stopped` says in words why it ended early, "" where not."""

    model: str
    files: tuple[FileCaptions, ...]
    usd: float
    tokens: int
    requests: int  # calls of the model; of a server, all that were sent to it
    seconds: float
    stopped: str = ""

    def total(self, name: Literal["frames", "sent", "saved", "known", "refused", "told"]) -> int:
        """The sum of one count over all files."""
        return sum(getattr(file, name) for file in self.files)

    @property
    def saved_share(self) -> float:
        """Share of the frames that needed no model because nothing had changed."""
        return self.total("saved") / max(1, self.total("frames"))

    @property
    def left(self) -> tuple[str, ...]:
        """Ids of the footage that a next run has to go on with."""
        return tuple(f.footage_id for f in self.files if f.outcome in ("part", "left"))
