"""Projects of any size for the app to open: many pieces of footage over a few small painted files.

The rows are those of `_many`, in the real tables, with titles, words and vectors; the files under
them are links to one painted clip for each length, so that pictures and sound are real and cheap.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from benchmarks._many import made
from index import library
from media.encode import write_clip
from project import footage as store
from project import history
from project.footage import Footage, Moment, Shot, Speech
from project.settings import Settings
from project.store import Project
from timeline.model import Clip, Timeline, Track
from timeline.time import TimeRange

Row = tuple[Footage, list[Moment], list[Speech]]
RATE = Fraction(25)
SIZE = (160, 90)
HZ = 8_000
BEATS = ("waves at the shore", "bread in the bakery", "a train in the tunnel", "the crowd waits")


def build(folder: Path, footage: int, clips: int) -> None:
    """A project in `folder` with so many pieces of footage and an edit of so many clips."""
    files = folder.with_name(f"{folder.name}-files")
    files.mkdir()
    with Project.create(folder, Settings()) as project:
        with project.transaction():
            kept = [_keep(project, files, number, row) for number, row in enumerate(made(footage))]
        library.refresh(project)
        history.commit(project, cut(kept, clips), "cut", actor="hand")


def cut(footage: Sequence[Footage], clips: int) -> Timeline:
    """An edit of one-second clips with handles; every other one stands for a beat."""
    dice = random.Random(2)
    items = []
    for number in range(clips):
        source = footage[number % len(footage)]
        start = Fraction(dice.randrange(int(source.duration_s - 1) * 25 + 1), 25)
        items.append(
            Clip(
                f"c-{number}", source.id, source.name, TimeRange(start, start + 1),
                TimeRange(Fraction(0), source.duration_s),
                beat=BEATS[number % len(BEATS)] if number % 2 else "",
            )
        )  # fmt: skip
    return Timeline(tracks=(Track("V1", "video", tuple(items)),))


def _keep(project: Project, files: Path, number: int, row: Row) -> Footage:
    footage, moments, speech = row
    seconds = int(footage.duration_s)
    painted = files / f"painted-{seconds}.mp4"
    if not painted.exists():
        _paint(painted, seconds)
    path = files / f"{number:05}-{footage.name}"
    os.link(painted, path)
    technical = replace(footage.technical, width=SIZE[0], height=SIZE[1])
    footage = replace(
        footage, path=path, folder=str(files), fingerprint=f"painted-{seconds}", technical=technical
    )
    store.save(project, footage)
    lasts = {moment.shot_ordinal: moment for moment in moments}
    firsts = {moment.shot_ordinal: moment for moment in reversed(moments)}
    shots = [
        Shot(footage.id, n, TimeRange(firsts[n].range.start, last.range.end))
        for n, last in lasts.items()
    ]
    store.replace_knowledge(
        project, footage.id, shots=shots, moments=moments, speech=speech, captions=[]
    )
    return footage


def _paint(out: Path, seconds: int) -> None:
    """Colours of its own, with a bar that wanders and a tone that swells."""
    count, (width, height) = int(seconds * RATE), SIZE
    frames = np.empty((count, height, width, 3), np.uint8)
    frames[:] = (40 + seconds * 29 % 180, 40 + seconds * 67 % 180, 40 + seconds * 113 % 180)
    for place, frame in enumerate(frames):
        frame[:, place % width, :] = 220
    at = np.arange(seconds * HZ, dtype=np.float32) / HZ
    tone = (0.4 * np.sin(at) * np.sin(2 * np.pi * 220 * at)).astype(np.float32)
    write_clip(frames, RATE, out, samples=tone, sample_rate_hz=HZ)
