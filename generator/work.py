"""How a request is worked at: size, rate and latents the model was trained for, and the windows.

Everything that differs from what was asked is said in `notes`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from generator.autoencoder import SPACE, TIME
from generator.conditioning import Canvas
from generator.dataset import RATES
from generator.sizes import TRAINING, ModelConfig
from generator.values import ShotRequest


@dataclass(frozen=True, slots=True)
class Trained:
    """What a model size was trained on. edges: shortest and longest long edge, in pixels."""

    edges: tuple[int, int]
    latents: int  # of its longest clips
    least: int = 1  # of its shortest: a still or a blink is cut out of as many

    @property
    def overlap(self) -> int:
        """Latents that a window of a long shot takes over from the one before."""
        return max(1, self.latents // 4)

    @property
    def most(self) -> int:
        """Latents made in one go: a little more than in training still works."""
        return self.latents + self.latents // 4


def trained_for(config: ModelConfig) -> Trained:
    """The range of the training plan of a model, as far as these weights went through it."""
    plan = TRAINING.get(config.size, TRAINING["S"])
    edges = [max(stage.width, stage.height) for stage in plan.stages]
    clips = [stage.frames // TIME for stage in plan.stages if stage.frames > 1]
    edge, clip = config.longest_edge or max(edges), config.longest_clip or max(clips)
    return Trained((min(*edges, edge), edge), clip, min(*clips, clip))


@dataclass(frozen=True, slots=True)
class Window:
    """Latents made in one go: [start, stop), the first `overlap` of them are there already."""

    start: int
    stop: int
    overlap: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """The plan for one request. size: (width, height); rate: worked frames per second."""

    size: tuple[int, int]
    rate: Fraction
    frames: int  # worked frames that the shot shows
    latents: int
    windows: tuple[Window, ...]
    step: Fraction  # request frames per worked frame
    loop: bool = False
    wrapped: int = 0  # latents past the end of a loop, the same as its first
    notes: tuple[str, ...] = ()

    @property
    def canvas(self) -> Canvas:
        return Canvas(self.latents, self.frames, self.size, self.step)

    @property
    def seconds_per_latent(self) -> float:
        return float(TIME / self.rate)

    @property
    def tokens(self) -> int:
        """Of the largest window."""
        longest = max(window.stop - window.start for window in self.windows)
        return longest * (self.size[0] // SPACE) * (self.size[1] // SPACE)

    def shape(self, channels: int) -> tuple[int, int, int, int, int]:
        """Of the latents, (1, C, F, h, w)."""
        return 1, channels, self.latents, self.size[1] // SPACE, self.size[0] // SPACE


def plan(request: ShotRequest, trained: Trained, *, edge: int = 0) -> Work:
    """How `request` is worked at. edge: the longest edge to work at instead of a trained one."""
    size = worked_size((request.width, request.height), edge, trained.edges)
    notes = [] if edge else _size_notes(request, size)
    if request.loop and request.frame_count > TIME:
        work = _loop(request, trained, size)
    else:
        work = _open(request, trained, size)
    if work.step != 1 or (work.loop and work.rate != request.rate):
        notes.append(
            f"worked at {float(work.rate):.4g} frames per second, the frames between are moved "
            "along the flow"
        )
    if len(work.windows) > 1:
        notes.append(
            f"longer than the model's clips: made in {len(work.windows)} windows that overlap by "
            f"{trained.overlap * TIME / float(work.rate):.2f} s"
        )
    return Work(
        size, work.rate, work.frames, work.latents, work.windows, work.step, work.loop,
        work.wrapped, tuple(notes),
    )  # fmt: skip


def worked_size(asked: tuple[int, int], edge: int, edges: tuple[int, int]) -> tuple[int, int]:
    """(width, height) in multiples of 16 with the asked shape and a long edge worked at."""
    longest = edge or min(max(max(asked), edges[0]), edges[1])
    share = longest / max(asked)
    if edge:
        share = min(1.0, share)
    width, height = (max(SPACE, round(n * share / SPACE) * SPACE) for n in asked)
    return width, height


def _size_notes(request: ShotRequest, size: tuple[int, int]) -> list[str]:
    notes = []
    if size != (request.width, request.height):
        way = "enlarged" if size[0] < request.width else "reduced"
        notes.append(f"worked at {size[0]}x{size[1]} and {way} to {request.width}x{request.height}")
    off = (size[0] * request.height) / (size[1] * request.width)
    if abs(off - 1) > 0.04:
        notes.append(f"edges are multiples of {SPACE}: the picture is stretched by {off:.2f}")
    if request.height > request.width or request.width > 2.2 * request.height:
        notes.append("the model was trained on wide pictures; other shapes are less sure")
    return notes


def _open(request: ShotRequest, trained: Trained, size: tuple[int, int]) -> Work:
    count = request.frame_count
    for long in (False, True):
        rate, step = _worked_rate(request.rate, long=long)
        frames = int(-(-(count - 1) // step)) + 1
        if frames <= trained.most * TIME:
            break
    latents = max(trained.least, -(-frames // TIME))
    return Work(size, rate, frames, latents, windows(latents, trained), step)


def _loop(request: ShotRequest, trained: Trained, size: tuple[int, int]) -> Work:
    """A loop is a whole number of latents long: its rate is whatever makes it so."""
    count = request.frame_count
    duration = count / request.rate
    for long in (False, True):
        wanted, _ = _worked_rate(request.rate, long=long)
        latents = max(2, round(duration * wanted / TIME))
        if latents <= trained.most:
            break
    rate = latents * TIME / duration
    step = Fraction(count, latents * TIME)
    wrapped = 0
    if latents > trained.most:
        wrapped = trained.overlap
    made = windows(latents + wrapped, trained)
    return Work(size, rate, latents * TIME, latents, made, step, True, wrapped)


def _worked_rate(rate: Fraction, *, long: bool) -> tuple[Fraction, Fraction]:
    """A rate within training that divides or multiplies `rate`, and request frames per frame.

    long: the lowest one, so that a long shot is fewer windows.
    """
    low, high = min(RATES), max(RATES)  # of training clips
    if rate < low:
        times = -(-low // rate)
        return rate * times, Fraction(1, int(times))
    parts = max(1, int(rate // low)) if long else max(1, int(-(-rate // high)))
    while rate / parts < low and parts > 1:
        parts -= 1
    return rate / parts, Fraction(parts)


def windows(latents: int, trained: Trained) -> tuple[Window, ...]:
    """Windows of about equal length over `latents`, each taking over the end of the last."""
    if latents <= trained.most:
        return (Window(0, latents),)
    overlap = trained.overlap
    new = max(1, trained.latents - overlap)
    count = 1 + -(-(latents - trained.latents) // new)
    found = [Window(0, trained.latents)]
    while found[-1].stop < latents:
        left = latents - found[-1].stop
        own = -(-left // (count - len(found)))
        start = found[-1].stop - overlap
        found.append(Window(start, found[-1].stop + own, overlap))
    return tuple(found)
