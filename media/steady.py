"""A steadied copy of a span of footage, made with ffmpeg's vid.stab filters in two passes.

The first pass writes down how the picture moves from frame to frame, the second moves it back
along a smoothed path and enlarges it until no border shows. Both see the same exact frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from media import command, filters
from media.encode import AAC, TAGGED, h264, tags
from media.errors import MediaError
from media.finish import finished
from media.pieces import sound_chain
from media.plan import SOUND_HZ
from media.sandbox import Child, Limits
from media.sources import Source, source
from media.values import Cancel, Progress, VideoStream

LIMITS = Limits(quiet_s=300.0)
MOVES = "moves.trf"  # in the scratch folder of either pass
MOST_RATE = Fraction(120)
DETECT = "shakiness=8:accuracy=15:fileformat=ascii"
CRF = 16  # it is encoded once more in the film
FIRST_SHARE = 0.4  # of the work


@dataclass(frozen=True, slots=True)
class Steadied:
    """The copy: its first frame shows the span's first one, its sound starts there too."""

    path: Path
    frames: int
    rate: Fraction
    has_sound: bool

    @property
    def length_s(self) -> Fraction:
        return self.frames / self.rate


def steady(
    path: Path,
    start_s: Fraction,
    end_s: Fraction,
    out: Path,
    *,
    smooth_s: float = 0.7,
    metadata: Sequence[tuple[str, str]] = (),
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Steadied:
    """Write the span steadied to `out`, its camera path smoothed over `smooth_s` either way.

    Raises MediaError where there is no picture or frames are missing, Cancelled.
    """
    found = source(path, [start_s], cancel=cancel)
    video = found.probe.video
    if video is None:
        raise MediaError(f"{path.name!r} has no picture that could be steadied")
    rate = min(max(video.rate, Fraction(1)), MOST_RATE).limit_denominator(100_000)
    frames = -int(-(end_s - start_s) * rate // 1)
    if frames < 2:
        raise MediaError(f"{float(end_s - start_s):.2f} s of {path.name!r} are too short to steady")
    told = progress or _nobody
    job = _Job(path, found, video, start_s, frames, rate, cancel)
    moves = job.moves(lambda share: told(FIRST_SHARE * share))
    smoothing = max(1, round(smooth_s * float(rate)))
    with finished(out) as temporary:
        made = job.moved(
            moves, smoothing, temporary, metadata,
            lambda share: told(FIRST_SHARE + (1 - FIRST_SHARE) * share),
        )  # fmt: skip
        if not frames - 1 <= made <= frames:  # the last one may be only begun
            raise MediaError(
                f"{path.name!r} gave {made} frames of the {frames} to steady; it was not kept"
            )
    return Steadied(out, made, rate, found.probe.audio is not None)


@dataclass(frozen=True, slots=True)
class _Job:
    path: Path
    found: Source
    video: VideoStream
    start_s: Fraction
    frames: int
    rate: Fraction
    cancel: Cancel | None

    def moves(self, told: Progress) -> str:
        """How the picture moves, as vid.stab writes it down."""
        graph = f"{self._frames()},vidstabdetect=result={MOVES}:{DETECT}[v]"
        arguments = ["-map", "[v]", "-frames:v", str(self.frames), "-f", "null"]
        made = command.ffmpeg(
            [self._input()], None, graph=graph, arguments=arguments, progress=True
        )
        tables = filters.tables(self.video)
        with Child(made, limits=LIMITS, cancel=self.cancel, files=tables) as child:
            self._run(child, told)
            written = child.scratch / MOVES
            if not written.is_file():
                raise child.failure("did not say how the picture moves")
            return written.read_text()

    def moved(
        self,
        moves: str,
        smoothing: int,
        out: Path,
        metadata: Sequence[tuple[str, str]],
        told: Progress,
    ) -> int:
        """Write the copy; how many frames it has."""
        shift = f"vidstabtransform=input={MOVES}:smoothing={smoothing}:optzoom=1:interpol=bicubic"
        chains = [f"{self._frames()},{shift},format=yuv420p,setsar=1,{filters.BT709}[v]"]
        mapped = ["-map", "[v]"]
        audio = self.found.probe.audio
        if audio is not None:
            samples = round(self.frames * SOUND_HZ / self.rate)
            offset = self.start_s - self.found.entry(self.start_s)
            chains.append(f"[0:{audio.index}]{sound_chain(offset, Fraction(1), samples)}[a]")
            mapped += ["-map", "[a]", *AAC]
        arguments = [
            *mapped, *h264(self.rate, crf=CRF), "-frames:v", str(self.frames),
            *tags(metadata), *TAGGED, "-map_metadata", "-1", "-f", "mp4",
        ]  # fmt: skip
        made = command.ffmpeg(
            [self._input()], out, graph=";".join(chains), arguments=arguments, progress=True
        )
        files = {**filters.tables(self.video), MOVES: moves}
        with Child(made, limits=LIMITS, cancel=self.cancel, files=files) as child:
            return self._run(child, told)

    def _input(self) -> command.Input:
        entry = self.found.entry(self.start_s)
        return command.Input(self.path, ("-ss", f"{float(entry):.3f}") if entry else ())

    def _frames(self) -> str:
        """The span as exact frames in 8-bit BT.709, as large as they are."""
        entry = self.found.entry(self.start_s)
        size = filters.even(self.video.width), filters.even(self.video.height)
        timing = filters.timed(self.start_s - entry, Fraction(1), self.rate)
        shape = filters.scaled(self.video, size)
        return f"[0:{self.video.index}]{timing},trim=end_frame={self.frames},{shape}"

    def _run(self, child: Child, told: Progress) -> int:
        """The child to its end; the frames it wrote."""
        count = 0

        def line(text: str) -> None:
            nonlocal count
            if text.startswith("frame="):
                count = int(text[6:].strip() or 0)
                told(min(1.0, count / self.frames))

        child.run(line)
        return count


def _nobody(_share: float) -> None:
    """Nobody watches."""
