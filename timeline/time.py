"""Exact time: seconds as `Fraction`, half-open ranges, frame numbers at the edges only."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

Seconds = Fraction


def exact(value: Fraction | int | float | str) -> Fraction:
    """`value` in seconds as a Fraction; floats are read as the decimal they print as.

    >>> exact(0.1) == Fraction(1, 10)
    True
    """
    if isinstance(value, float):
        return Fraction(repr(value))
    return Fraction(value)


def snap(seconds: Fraction, rate: Fraction) -> Fraction:
    """`seconds` moved to the nearest frame boundary at `rate` (halves go up)."""
    return Fraction((seconds * rate + Fraction(1, 2)) // 1) / rate


def timecode(seconds: Fraction, rate: Fraction) -> str:
    """`seconds` as non-drop HH:MM:SS:FF, counting round(rate) frames to the second."""
    base = int(rate + Fraction(1, 2))
    frames = int(seconds * rate + Fraction(1, 2))
    total, frame = divmod(frames, base)
    return f"{total // 3600:02}:{total // 60 % 60:02}:{total % 60:02}:{frame:02}"


def clock(seconds: Fraction | float) -> str:
    """`seconds` for people: M:SS.d, or H:MM:SS.d from one hour on."""
    tenths = int(Fraction(seconds) * 10 + Fraction(1, 2))
    whole, tenth = divmod(tenths, 10)
    hours, rest = divmod(whole, 3600)
    text = f"{rest // 60}:{rest % 60:02}.{tenth}"
    return f"{hours}:{rest // 60:02}:{rest % 60:02}.{tenth}" if hours else text


@dataclass(frozen=True, slots=True, order=True)
class TimeRange:
    """A half-open span [start, end) in exact seconds."""

    start: Fraction
    end: Fraction

    def __post_init__(self) -> None:
        if not isinstance(self.start, Fraction) or not isinstance(self.end, Fraction):
            object.__setattr__(self, "start", exact(self.start))
            object.__setattr__(self, "end", exact(self.end))
        if self.end < self.start:
            raise ValueError(f"a range cannot end ({self.end} s) before it starts ({self.start} s)")

    @property
    def duration(self) -> Fraction:
        return self.end - self.start

    def contains(self, other: TimeRange) -> bool:
        """Whether `other` lies wholly inside this range."""
        return self.start <= other.start and other.end <= self.end

    def overlap(self, other: TimeRange) -> Fraction:
        """How many seconds the two ranges share; 0 where they only touch."""
        return max(Fraction(0), min(self.end, other.end) - max(self.start, other.start))

    def clamp(self, other: TimeRange) -> TimeRange:
        """The part of this range inside `other`; empty at the nearer edge if there is none."""
        start = min(max(self.start, other.start), other.end)
        return TimeRange(start, max(start, min(self.end, other.end)))

    def shift(self, by: Fraction) -> TimeRange:
        return TimeRange(self.start + by, self.end + by)

    def __str__(self) -> str:
        return f"{clock(self.start)}-{clock(self.end)}"
