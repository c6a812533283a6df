"""The sample library: two memory cards of clips, painted by the scene renderers."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.scenes.params import SceneParams

SIZE = (1280, 720)
SOUND_HZ = 48000
ASK_EVERY_S = 0.25  # whether painting should stop
VERSION = "1"  # raise it when the takes change, so that old clips are painted again


@dataclass(frozen=True, slots=True)
class Take:
    """One clip as the camera saved it. `look` is palette, camera move and density."""

    card: str
    name: str
    scene: str
    look: tuple[str, str, str]
    seconds: int
    rate: Fraction
    created: str


_DAY, _NIGHT = "A001_coast", "B002_town"
_R25, _R30 = Fraction(25), Fraction(30000, 1001)


def _take(card: str, number: int, scene: str, look: str, seconds: int) -> Take:
    day = card == _DAY
    palette, camera, density = (part.strip() for part in look.split(","))
    return Take(
        card=card,
        name=f"C{number:04}.MP4" if day else f"DSC_{number:04}.MOV",
        scene=scene,
        look=(palette, camera, density),
        seconds=seconds,
        rate=_R25 if day else _R30,
        created=f"2026-06-{20 if day else 21}T{10 + number % 10 + (0 if day else 3):02}:12:00Z",
    )


TAKES: tuple[Take, ...] = (
    _take(_DAY, 1, "clouds", "blue, drift, medium", 8),
    _take(_DAY, 2, "waves", "blue, pan right, medium", 9),
    _take(_DAY, 3, "waves", "grey, still, high", 7),
    _take(_DAY, 4, "caustics", "turquoise, drift, medium", 7),
    _take(_DAY, 5, "hills", "golden, pan left, medium", 8),
    _take(_DAY, 6, "hills", "grey, zoom in, high", 6),
    _take(_DAY, 7, "sunset", "golden, zoom in, medium", 10),
    _take(_DAY, 8, "clouds", "pink, pan left, low", 7),
    _take(_NIGHT, 101, "bokeh", "amber, pan right, medium", 8),
    _take(_NIGHT, 102, "rain", "amber, still, medium", 9),
    _take(_NIGHT, 103, "neon", "violet, zoom in, medium", 6),
    _take(_NIGHT, 104, "fire", "orange, still, high", 8),
    _take(_NIGHT, 105, "bokeh", "cool, drift, high", 7),
    _take(_NIGHT, 106, "stars", "blue, tilt up, high", 9),
    _take(_NIGHT, 107, "snow", "blue, still, medium", 7),
)


def params(take: Take) -> SceneParams:
    """The scene a take shows."""
    from generator.scenes.params import SceneParams

    palette, camera, density = take.look
    return SceneParams(take.scene, palette=palette, camera=camera, density=density)  # type: ignore[arg-type]


def _paint(take: Take, folder: Path, seed: int) -> str:
    """One clip painted, with its sound."""
    import torch

    from generator.scenes.registry import SCENES
    from generator.scenes.sound import ambience
    from media.encode import write_clip

    torch.set_num_threads(1)
    out = folder / take.card / take.name
    count = int(take.seconds * take.rate)
    frames = SCENES[take.scene].render(params(take), SIZE, take.rate, count, seed)
    sound = ambience(take.scene, float(count / take.rate), seed, rate_hz=SOUND_HZ)
    write_clip(
        frames,
        take.rate,
        out,
        metadata=(("creation_time", take.created), ("comment", f"sample {VERSION}")),
        samples=sound,
        sample_rate_hz=SOUND_HZ,
    )
    return take.name


def shoot(
    folder: Path,
    *,
    workers: int,
    told: Callable[[int, int, str], None],
    cancel: Callable[[], bool] = lambda: False,
) -> int:
    """Every take that is not there yet, and a shot log per card. Returns how many were painted.

    told: called with (done, all, name) as each clip is finished. Raises Cancelled; the clips
    that are finished stay.
    """
    import multiprocessing

    from media.errors import Cancelled

    stamp = folder / f".sample-{VERSION}"
    if not stamp.exists():
        for take in TAKES:
            (folder / take.card / take.name).unlink(missing_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        stamp.touch()
    missing = [
        (take, folder, seed)
        for seed, take in enumerate(TAKES)
        if not (folder / take.card / take.name).is_file()
    ]
    with multiprocessing.get_context("spawn").Pool(workers) as pool:  # its end ends its workers
        painted = pool.imap_unordered(_painted, missing)
        for done in range(1, len(missing) + 1):
            while True:
                if cancel():
                    raise Cancelled("painting the sample clips was stopped")
                try:
                    name = painted.next(ASK_EVERY_S)
                    break
                except multiprocessing.TimeoutError:
                    continue
            told(done, len(missing), name)
    write_logs(folder)
    return len(missing)


def _painted(given: tuple[Take, Path, int]) -> str:
    return _paint(*given)


def write_logs(folder: Path) -> None:
    """`shotlist.csv` on each card, as somebody on the set would have kept it."""
    from generator.grammar import describe

    for card in {take.card for take in TAKES}:
        with (folder / card / "shotlist.csv").open("w", newline="", encoding="utf-8") as out:
            log = csv.writer(out)
            log.writerow(("name", "start_s", "end_s", "text"))
            for take in TAKES:
                if take.card == card:
                    log.writerow((take.name, 0, take.seconds, describe(params(take))))
