"""Pictures and clips named on the command line as what a generated shot must show."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from ui.console import Door

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from generator.values import Box, Condition, Frames, ShotRequest

GIVEN_S = Fraction(16, 25)  # of a clip that a shot goes on from, or leads into


@dataclass(frozen=True, slots=True)
class Given:
    """Files and places as typed.

    image, last_image: pictures at the start and the end; start, end: clips that the shot goes on
    from and leads into; keys: SECONDS=PICTURE; mask: white where the start is kept; boxes:
    WORDS:LEFT,TOP,RIGHT,BOTTOM[@SECONDS].
    """

    image: Path | None = None
    last_image: Path | None = None
    start: Path | None = None
    end: Path | None = None
    keys: tuple[str, ...] = ()
    mask: Path | None = None
    strength: float = 1.0
    boxes: tuple[str, ...] = ()

    @property
    def frames(self) -> bool:
        """Whether any frames are given at all."""
        return bool(self.image or self.last_image or self.start or self.end or self.keys)

    @property
    def whole(self) -> bool:
        """Whether the picture or clip lasts through the shot: kept in part, or restyled."""
        return self.mask is not None or self.strength < 1


def check(way: Door, given: Given, *, loop: bool) -> None:
    """Leaves with code 2 where options contradict each other or a file is missing."""
    if given.image and given.start:
        way.fail("--image and --from both say how the shot starts; take one of them", code=2)
    if given.last_image and given.end:
        way.fail("--last-image and --to both say how the shot ends; take one of them", code=2)
    if loop and (given.last_image or given.end):
        way.fail("a loop ends where it starts: leave --last-image and --to out", code=2)
    if given.whole and not (given.image or given.start):
        what = "--mask" if given.mask else "--strength"
        way.fail(f"{what} needs a picture (--image) or a clip (--from) to work on", code=2)
    for path in (given.image, given.last_image, given.start, given.end, given.mask):
        if path is not None and not path.is_file():
            way.fail(f"there is no picture or clip {path}", code=2)


def clip_length(way: Door, path: Path) -> Fraction:
    """Seconds of a clip. Leaves with code 2 where it holds no moving picture."""
    from media.pictures import is_picture
    from media.probe import probe

    if is_picture(path):
        way.fail(f"{path} is a picture, and a clip is needed; give it with --image", code=2)
    found = probe(path)
    if found.video is None or not found.claimed_duration_s:
        way.fail(f"{path} is no clip whose length is known; give a video file", code=2)
    return found.claimed_duration_s


def conditions(way: Door, given: Given, request: ShotRequest) -> tuple[Condition, ...]:
    """What the shot must show, in the shot's size and rate."""
    from generator.values import Condition

    made: list[Condition] = []
    few = min(max(1, round(GIVEN_S * request.rate)), max(1, request.frame_count // 3))
    if given.whole:
        made.append(_whole(way, given, request))
    elif given.image:
        made.append(Condition(_picture(given.image, request)[None], Fraction(0)))
    elif given.start:
        length = clip_length(way, given.start)
        first = max(Fraction(0), length - few / request.rate)
        made.append(Condition(_frames(given.start, first, few, request), Fraction(0)))
    made += [_key(way, text, request) for text in given.keys]
    if given.last_image:
        made.append(_at_end(_picture(given.last_image, request)[None], request))
    elif given.end:
        made.append(_at_end(_frames(given.end, Fraction(0), few, request), request))
    return tuple(made)


def boxes(way: Door, given: Given) -> tuple[Box, ...]:
    """The boxes as typed. Leaves with code 2 where one cannot be read."""
    return tuple(_box(way, text) for text in given.boxes)


def _whole(way: Door, given: Given, request: ShotRequest) -> Condition:
    import numpy as np

    from generator.values import Condition

    mask = _mask(given.mask, request) if given.mask else None
    if given.start is None:
        picture = _picture(given.image or Path(), request)
        frames = np.broadcast_to(picture, (request.frame_count, *picture.shape))
    else:
        length = clip_length(way, given.start)
        count = min(request.frame_count, int(length * request.rate))
        frames = _frames(given.start, Fraction(0), max(1, count), request)
    return Condition(frames, Fraction(0), given.strength, mask)


def _at_end(frames: Frames, request: ShotRequest) -> Condition:
    from generator.values import Condition

    return Condition(frames, (request.frame_count - len(frames)) / request.rate)


def _key(way: Door, text: str, request: ShotRequest) -> Condition:
    from generator.values import Condition

    when, equals, name = text.partition("=")
    try:
        at_s = Fraction(when.strip())
    except (ValueError, ZeroDivisionError):
        at_s = Fraction(-1)
    if not equals or not 0 <= at_s <= request.duration_s:
        way.fail(
            f"--key takes SECONDS=PICTURE with seconds from 0 to {float(request.duration_s):g},"
            f" such as 1.5=sky.jpg; not {text!r}", code=2,
        )  # fmt: skip
    if not Path(name).is_file():
        way.fail(f"there is no picture {name} for --key {when}", code=2)
    return Condition(_picture(Path(name), request)[None], at_s)


def _box(way: Door, text: str) -> Box:
    from generator.values import Box

    place, _, when = text.partition("@")
    words, colon, edges = place.rpartition(":")
    try:
        left, top, right, bottom = (float(edge) for edge in edges.split(","))
        at_s = Fraction(when.strip() or 0)
        good = 0 <= left < right <= 1 and 0 <= top < bottom <= 1 and at_s >= 0
    except (ValueError, ZeroDivisionError):
        good = False
    if not colon or not words.strip() or not good:
        way.fail(
            "--boxes takes WORDS:LEFT,TOP,RIGHT,BOTTOM[@SECONDS] with edges from 0 to 1, such as"
            f" sun:0.4,0.2,0.6,0.5@1; not {text!r}", code=2,
        )  # fmt: skip
    return Box(words.strip(), at_s, left, top, right, bottom)


def _picture(path: Path, request: ShotRequest) -> NDArray[np.uint8]:
    """The first frame of a picture or video file, at the shot's size."""
    from generator.fills import fit
    from media.stills import still

    return fit(still(path, Fraction(0)), (request.width, request.height))


def _frames(path: Path, first_s: Fraction, count: int, request: ShotRequest) -> Frames:
    """`count` frames of a clip from `first_s` at the shot's rate and size."""
    import numpy as np

    from generator.fills import fit
    from media.stills import strip

    # the middle of each frame's time, so that rounding cannot take its neighbour
    times = [first_s + (n + Fraction(1, 2)) / request.rate for n in range(count)]
    found = strip(path, times, height_px=0)
    return np.stack([fit(one, (request.width, request.height)) for one in found])


def _mask(path: Path, request: ShotRequest) -> NDArray[np.float32]:
    import numpy as np

    light = _picture(path, request).astype(np.float32).mean(2) / 255
    return np.asarray(light, np.float32)
