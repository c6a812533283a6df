"""What the media room gives and takes: probes, decoded pieces, and what to render.

Times are exact seconds on the file's presentation timeline: 0 is the earliest start of any
stream, which is also where ffmpeg's `-ss 0` lands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Progress = Callable[[float], None]  # told the share done, 0 to 1
Cancel = Callable[[], bool]  # asked often; True stops the work within 2 s


@dataclass(frozen=True, slots=True)
class VideoStream:
    """One picture stream as it is shown: `width` and `height` are after rotation."""

    index: int
    codec: str
    width: int
    height: int
    rotation: int  # degrees clockwise to apply for display: 0, 90, 180, 270
    rate: Fraction  # average frames per second; frame times come from time stamps
    start_s: Fraction
    pixel_format: str
    bits: int
    hdr: bool
    transfer: int = 0  # H.273 transfer code; 16 is PQ, 18 is HLG
    matrix: str = "auto"  # colour matrix to read it with; "auto": what the frames say


@dataclass(frozen=True, slots=True)
class AudioStream:
    """One sound stream."""

    index: int
    codec: str
    sample_rate_hz: int
    channels: int
    start_s: Fraction
    language: str = ""


@dataclass(frozen=True, slots=True)
class SubtitleStream:
    """One subtitle stream inside the file."""

    index: int
    codec: str
    language: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """What a file says it holds, checked against what opens. Never trusted for allocation."""

    path: Path
    container: str
    bytes: int
    claimed_duration_s: Fraction | None
    video: VideoStream | None  # the one Roughcut uses: default flag first, then largest
    audio: AudioStream | None
    audio_streams: tuple[AudioStream, ...] = ()
    subtitles: tuple[SubtitleStream, ...] = ()
    created: str = ""  # ISO 8601 as the camera wrote it, "" where it did not
    notes: tuple[str, ...] = ()  # plain words: "two audio streams; the first is used"


@dataclass(frozen=True, slots=True)
class Picture:
    """Every decoded frame at analysis size. rgb: (H, W, 3) uint8, display orientation."""

    time_s: Fraction
    number: int
    rgb: NDArray[np.uint8]
    key: bool = False


@dataclass(frozen=True, slots=True)
class Still:
    """One larger frame for each second. rgb: (H, W, 3) uint8, longest edge at most 960 px."""

    time_s: Fraction
    second: int
    rgb: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Sound:
    """A run of samples. samples: (N,) float32 mono at 16 kHz, -1 to 1; start_s of the first."""

    start_s: Fraction
    samples: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Words:
    """One subtitle line found inside the file."""

    start_s: Fraction
    end_s: Fraction
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a decode ended: what really decoded, and what was wrong on the way."""

    duration_s: Fraction  # end of the last picture or sound that decoded
    picture_end_s: Fraction  # 0 where no picture decoded
    sound_end_s: Fraction
    frames: int
    errors: int  # packets or frames that did not decode
    verdict: Literal["ok", "partial", "rejected"]
    reason: str = ""  # plain words for partial and rejected, "" for ok


Event = Picture | Still | Sound | Words | Ending


@dataclass(frozen=True, slots=True)
class Fit:
    """How a source picture fills the frame. Centre and zoom as in the timeline's Reframe."""

    mode: Literal["fit", "fill"] = "fit"
    centre_x: float = 0.5
    centre_y: float = 0.5
    zoom: float = 1.0
    path: tuple[tuple[Fraction, float, float], ...] = ()  # (source second, centre x, centre y)


@dataclass(frozen=True, slots=True)
class Grade:
    """A light correction, in shares of full scale; meanings as in the timeline's Grade."""

    light: float = 0.0
    contrast: float = 1.0
    saturation: float = 1.0
    blue: float = 0.0
    red: float = 0.0


@dataclass(frozen=True, slots=True)
class PartSource:
    """The span of a file that plays. Black where `path` is None."""

    path: Path | None
    start_s: Fraction = Fraction(0)
    end_s: Fraction = Fraction(0)


@dataclass(frozen=True, slots=True)
class RenderPart:
    """One clip or gap of the main track: `frames` pictures at the film's rate, and its sound.

    A crossfade to the next part is `fade_out_frames` long and overlaps both parts: the part's
    frames include the whole overlap on either side.
    """

    source: PartSource
    frames: int
    speed: Fraction = Fraction(1)
    fit: Fit = Fit()
    gain_db: float = 0.0
    muted: bool = False
    fade_out_frames: int = 0  # overlap with the next part
    grade: Grade | None = None
    sound_in_frames: int = 0  # how much later than its first picture its sound starts; or earlier
    sound_out_frames: int = 0  # how much longer than its last picture its sound lasts; or less


@dataclass(frozen=True, slots=True)
class RenderTitle:
    """Words burned into the picture for a span of the film. slug: what is missing there."""

    text: str
    start_s: Fraction
    end_s: Fraction
    style: Literal["title", "lower-third", "subtitle", "slug"] = "title"


@dataclass(frozen=True, slots=True)
class RenderSound:
    """Sound laid under the film at `at_s`: a music bed or a sound clip."""

    source: PartSource
    at_s: Fraction
    speed: Fraction = Fraction(1)
    gain_db: float = 0.0
    fade_in_s: Fraction = Fraction(0)
    fade_out_s: Fraction = Fraction(0)
    duck: bool = False  # lowered while the film's own sound speaks


@dataclass(frozen=True, slots=True)
class Film:
    """A whole film to render, without any project around it."""

    width: int
    height: int
    rate: Fraction
    parts: tuple[RenderPart, ...]
    titles: tuple[RenderTitle, ...] = ()
    sounds: tuple[RenderSound, ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()  # container tags, AI marks among them
    loudness_lufs: float | None = None  # brought to it as a whole (EBU R 128); None leaves it
    subtitles: tuple[RenderTitle, ...] = ()  # a track of their own, not drawn into the picture


@dataclass(frozen=True, slots=True)
class Rendered:
    """A finished file that was opened and checked."""

    path: Path
    duration_s: Fraction
    frames: int
    width: int
    height: int
    warnings: tuple[str, ...] = ()
    parts_rendered: int = 0
    parts_reused: int = 0
