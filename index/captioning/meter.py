"""What a run of a captioner has used, and the money it may not pass."""

from __future__ import annotations

from dataclasses import dataclass

from project.errors import CapReached


@dataclass(slots=True)
class Meter:
    """Counts requests, tokens and US dollars; asked before each request. cap_usd: None is none."""

    cap_usd: float | None = None
    usd: float = 0.0
    frames: int = 0  # that were paid for
    tokens: int = 0
    requests: int = 0

    def before(self, usd: float, frames: int) -> None:
        """One request more, for so many frames. Raises CapReached where it would pass the cap.

        It is taken to cost `usd`, or what frames have cost so far where that is more.
        """
        usd = max(usd, self.usd / self.frames * frames if self.frames else 0.0)
        if usd > 0 and self.cap_usd is not None and self.usd + usd > self.cap_usd + 1e-9:
            raise CapReached(
                f"{self.usd:.4f} US dollars are spent, the next request would cost about"
                f" {usd:.4f}, and the limit is {self.cap_usd:g}; raise it to go on from here"
            )
        self.requests += 1

    def add(self, usd: float, frames: int, tokens: int = 0) -> None:
        """What a request cost, once that is known."""
        self.frames += frames
        self.usd += max(0.0, usd)
        self.tokens += max(0, tokens)
