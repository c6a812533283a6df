"""Finding shots on a made truth: hard cuts, dissolves and fades between parts of real clips.

A reel joins parts of different clips of ../shared/footage, drawn by seed, with exactly 60 hard
cuts, 20 dissolves of 0.4 to 1.2 s and 8 fades through black, and is encoded like footage. A clip
in which two neighbouring pictures differ as across a cut is left out whole, by a plain difference
of pictures that no way measured here uses: edited film hides dissolves of its own. Found is a cut
within two pictures, a dissolve or a fade where a shot begins inside it; one of anything.
PySceneDetect is measured beside ours where it is installed. ROUGHCUT_BENCH_SEEDS: how many reels.
"""

from __future__ import annotations

import importlib.util
import os
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.table import Table

from benchmarks.ingest import SHARED, VIDEO, cpu_s
from index.shots import BLOCK, MARGIN, ShotFinder, cuts_in
from index.shots_cheap import marks, small_picture
from index.shots_network import chances
from index.watching import one_thread
from media.command import Input, ffmpeg
from media.decode import decode
from media.probe import probe
from media.values import Picture
from timeline.time import TimeRange

WIDTH, HEIGHT, RATE = 320, 180, 25
LONGEST_S = 15  # taken of a clip
CUTS, DISSOLVES, FADES = 60, 20, 8
TOLERANCE = 2  # pictures
JUMP, RATIO = 22.0, 5.0  # mean difference, of 255, and over its neighbours', from which it is a cut
FIRST_SEED, SEEDS = 100, 3
Frames = NDArray[np.uint8]  # (F, HEIGHT * 3 / 2, WIDTH), yuv420p as ffmpeg lays it out


@dataclass(frozen=True, slots=True)
class Join:
    """A place where one part gives way to the next. [start, end) are pictures of the reel."""

    kind: str
    start: int
    end: int

    def holds(self, picture: int) -> bool:
        """Whether a shot that begins at `picture` is this one."""
        spare = TOLERANCE if self.kind == "cut" else 0
        return self.start - spare <= picture <= self.end + spare


@dataclass(slots=True)
class Score:
    """What one way found over all reels."""

    found: dict[str, int] = field(default_factory=lambda: dict.fromkeys(JOINS, 0))
    false: int = 0
    cpu_s: float = 0.0

    def add(self, starts: Sequence[int], truth: Sequence[Join]) -> None:
        """Count the shots that begin at pictures `starts`."""
        left = sorted(starts)
        for join in truth:
            hit = next((start for start in left if join.holds(start)), None)
            if hit is not None:
                self.found[join.kind] += 1
                left.remove(hit)
        self.false += len(left)

    def figures(self, reels: int, *kinds: str) -> tuple[float, float, float]:
        """Precision, recall and F1 for some kinds of joins; what is false counts in full."""
        found, there = sum(self.found[k] for k in kinds), reels * sum(JOINS[k] for k in kinds)
        precision = found / max(1, found + self.false)
        recall = found / there
        return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)


JOINS = {"cut": CUTS, "dissolve": DISSOLVES, "fade": FADES}
Way = Callable[[list[Picture], Path], list[int]]


def benchmark(folder: Path = SHARED) -> Table:
    """What each way finds and costs over the same reels."""
    seeds = range(FIRST_SEED, FIRST_SEED + int(os.environ.get("ROUGHCUT_BENCH_SEEDS", SEEDS)))
    one_thread()  # as in the workers that watch
    ways = ways_of_finding()
    scores = {name: Score() for name in ways}
    decode_s = 0.0
    with tempfile.TemporaryDirectory() as scratch:
        clips = whole_clips(folder, Path(scratch))
        chances(np.zeros((2, 27, 48, 3), np.uint8))  # nobody pays for loading the network
        for seed in seeds:
            path = Path(scratch) / f"{seed}.mp4"
            truth = make_reel(clips, seed, path)
            before = cpu_s()
            pictures = [e for e in decode(path, probe(path), still_px=0) if isinstance(e, Picture)]
            decode_s += cpu_s() - before
            for name, way in ways.items():
                before = cpu_s()
                starts = way(pictures, path)
                scores[name].cpu_s += cpu_s() - before
                scores[name].add(starts, truth)
    return as_table(scores, len(seeds), decode_s)


def as_table(scores: dict[str, Score], reels: int, decode_s: float) -> Table:
    """The scores side by side."""
    table = Table(
        title=f"Shots: {reels} reels of {CUTS} cuts, {DISSOLVES} dissolves, {FADES} fades",
        caption=f"without decoding at analysis size, {decode_s:.1f} CPU s; the peer decodes itself",
    )
    for heading in ("way", *(f"{kind}s" for kind in JOINS), "false", "cuts P R F1",
                    "dissolves P R F1", "all P R F1", "CPU s"):  # fmt: skip
        table.add_column(heading, justify="left" if heading == "way" else "right")
    for name, score in scores.items():
        found = (f"{score.found[kind]}/{reels * count}" for kind, count in JOINS.items())
        kinds = ("cut",), ("dissolve",), tuple(JOINS)
        figures = (" ".join(f"{n:.3f}" for n in score.figures(reels, *some)) for some in kinds)
        table.add_row(name, *found, str(score.false), *figures, f"{score.cpu_s:.1f}")
    return table


def ways_of_finding() -> dict[str, Way]:
    """The ways that are compared, by name."""
    ways: dict[str, Way] = {
        "as ingest does": lambda pictures, _: begins(pictures, ShotFinder()),
        "cheap pass alone": lambda pictures, _: begins(pictures, ShotFinder(judge=None)),
        "network everywhere": lambda pictures, _: everywhere(pictures),
    }
    if importlib.util.find_spec("scenedetect") is not None:
        for name in ("AdaptiveDetector", "ContentDetector"):
            ways[f"PySceneDetect {name}"] = partial(peer, detector=name)
    return ways


def begins(pictures: list[Picture], finder: ShotFinder) -> list[int]:
    """The pictures with which shots after the first begin, as ingest finds them."""
    for picture in pictures:
        finder.picture(picture)
    return starts_of(finder.finish(pictures[-1].time_s + Fraction(1, RATE)))


def starts_of(shots: Sequence[TimeRange]) -> list[int]:
    """The first pictures of shots, without that of the reel."""
    return [round(shot.start * RATE) for shot in shots[1:]]


def everywhere(pictures: list[Picture]) -> list[int]:
    """The network asked about every picture, and no cut believed but its own."""
    small = np.stack([small_picture(picture.rgb) for picture in pictures])
    seen, all_of_them = marks(small), np.ones(len(small), bool)
    return [cut for cut in cuts_in(small, replace(seen, cut=~all_of_them, doubtful=all_of_them),
                                   in_blocks) if cut]  # fmt: skip


def in_blocks(small: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The network's chances block by block, each with real pictures around it."""
    found = []
    for at in range(0, len(small), BLOCK):
        low, high = max(0, at - MARGIN), min(len(small), at + BLOCK + MARGIN)
        found.append(chances(small[low:high])[at - low :][:BLOCK])
    return np.concatenate(found)


def peer(_: list[Picture], path: Path, *, detector: str) -> list[int]:
    """PySceneDetect with one of its detectors as it comes; it reads the file itself."""
    import scenedetect

    scenes = scenedetect.detect(str(path), getattr(scenedetect, detector)())
    return [scene[0].frame_num for scene in scenes[1:]]


def whole_clips(folder: Path, room: Path) -> list[Frames]:
    """The clips that hold one camera run each, as far as a difference of pictures tells."""
    if not folder.is_dir():
        raise SystemExit(f"{folder} is not there; this benchmark joins parts of real clips")
    clips = []
    for path in sorted(p for p in folder.iterdir() if p.suffix.lower() in VIDEO):
        frames = conformed(path, room / f"{path.name}.yuv")
        if len(frames) >= 2 * RATE and not edited(frames):
            clips.append(frames)
    return clips


def conformed(path: Path, raw: Path) -> Frames:
    """The first seconds of a clip, filling the reel's frame, mapped from the file `raw`."""
    size = f"{WIDTH}:{HEIGHT}"
    scale = f"scale={size}:force_original_aspect_ratio=increase:flags=area,crop={size}"
    arguments = ["-map", "0:v:0?", "-t", str(LONGEST_S), "-vf", f"fps={RATE},{scale},setsar=1",
                 "-pix_fmt", "yuv420p", "-f", "rawvideo"]  # fmt: skip
    done = subprocess.run(
        ffmpeg([Input(path)], raw, arguments=arguments), capture_output=True, check=False
    )
    if done.returncode or not raw.stat().st_size:
        return np.zeros((0, HEIGHT * 3 // 2, WIDTH), np.uint8)
    return np.memmap(raw, np.uint8, "r").reshape(-1, HEIGHT * 3 // 2, WIDTH)


def edited(frames: Frames) -> bool:
    """Whether two neighbouring pictures differ as across a cut, strictly read."""
    small = frames[:, :HEIGHT:5, ::5].astype(np.int16)
    jump = np.zeros(len(small), np.float64)
    jump[1:] = np.abs(np.diff(small, axis=0)).mean(axis=(1, 2))
    padded = np.pad(jump, 12, mode="reflect")
    usual = np.median(np.lib.stride_tricks.sliding_window_view(padded, 25), axis=1)
    return bool(((jump > JUMP) & (jump > RATIO * (usual + 0.5))).any())


def make_reel(clips: Sequence[Frames], seed: int, path: Path) -> list[Join]:
    """A reel of parts of `clips` at `path`, and what is true of it."""
    chance = random.Random(seed)
    kinds = [kind for kind, count in JOINS.items() for _ in range(count)]
    chance.shuffle(kinds)
    arguments = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-threads", "1"]
    raw = Input(None, ("-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{WIDTH}x{HEIGHT}",
                       "-r", str(RATE)))  # fmt: skip
    encoder = subprocess.Popen(ffmpeg([raw], path, arguments=arguments), stdin=subprocess.PIPE)
    truth: list[Join] = []
    assert encoder.stdin is not None  # asked for above
    with encoder.stdin as pipe:
        for frames, join in reel(clips, kinds, chance):
            pipe.write(np.ascontiguousarray(frames).data)
            if join is not None:
                truth.append(join)
    if encoder.wait():
        raise SystemExit(f"ffmpeg could not write {path.name}")
    return truth


def reel(
    clips: Sequence[Frames], kinds: Sequence[str], chance: random.Random
) -> Iterator[tuple[Frames, Join | None]]:
    """The pictures of a reel in order, those of a part and those of a join, with what it is."""
    at, before, fading = 0, -1, False
    held = np.zeros((0, HEIGHT * 3 // 2, WIDTH), np.uint8)
    for kind in [*kinds, ""]:
        length = 0 if kind in ("cut", "") else chance.randint(10, 30)  # 0.4 to 1.2 s
        body = chance.randint(RATE, 3 * RATE)
        need = len(held) + body + length
        place = chance.choice([
            n for n, clip in enumerate(clips) if n != before and len(clip) >= need
        ])  # fmt: skip
        first = chance.randint(0, len(clips[place]) - need)
        part, before = clips[place][first : first + need], place
        if len(held):
            yield mixed(held, part[: len(held)], fade=fading), joined(fading, at, len(held))
            at += len(held)
        yield part[len(held) : len(held) + body], None
        at += body
        if kind == "cut":
            yield part[:0], Join("cut", at, at)
        held, fading = part[len(part) - length :], kind == "fade"


def joined(fade: bool, at: int, length: int) -> Join:
    """The join that `mixed` makes."""
    return Join("fade" if fade else "dissolve", at, at + length)


def mixed(old: Frames, new: Frames, *, fade: bool) -> Frames:
    """One part giving way to the next, straight or by way of black."""
    share = (np.arange(1, len(old) + 1) / (len(old) + 1))[:, None, None]
    if not fade:
        return np.rint(old * (1 - share) + new * share).astype(np.uint8)
    black = np.full(old.shape[1:], 128.0)
    black[:HEIGHT] = 16
    away, back = np.clip(1 - 2 * share, 0, 1), np.clip(2 * share - 1, 0, 1)
    return np.rint(black + away * (old - black) + back * (new - black)).astype(np.uint8)
