"""The library that goals are tried on: the sample's takes and some made ones, all truth known.

The rows are written by hand and nothing is watched: what a clip shows is exactly what its take
says. The files are small colour bars, so that a fill has frames to go on from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from generator.grammar import describe
from index import library
from media.encode import write_clip
from project import footage as store
from project import understood
from project.footage import Footage, Moment, Senses, Shot, Speech, Technical
from project.store import Project
from timeline.time import TimeRange
from ui.sample import TAKES, params

PAUSE_S = Fraction(7, 10)  # between two sentences
WORD_S = Fraction(3, 10)
GAP_S = Fraction(1, 20)  # between two words


@dataclass(frozen=True, slots=True)
class Made:
    """One clip: what it shows (its tag), in words second by second, how it looks and is said."""

    tag: str
    name: str
    caption: str
    seconds: int
    light: float
    created: str
    size: tuple[int, int] = (1280, 720)
    rate: Fraction = Fraction(25)
    motion: float = 0.06
    words: tuple[str, ...] = ()  # of the senses
    said: Sequence[str] = ()  # sentences, one after the other
    faces: int = 0


_LIGHT = {
    "clouds": 0.7, "waves": 0.55, "caustics": 0.5, "hills": 0.5, "sunset": 0.4, "bokeh": 0.15,
    "rain": 0.2, "neon": 0.2, "fire": 0.3, "stars": 0.08, "snow": 0.35,
}  # fmt: skip
_BAKER = (
    "we started this bakery in nineteen ninety",
    "um every morning the bread comes first",
    "my daughter will take over next year",
)
_CAPTAIN = (
    "the sea is never the same twice",
    "uh you know we lost two boats that winter",
    "and still i would not live anywhere else",
)
MADE: tuple[Made, ...] = (
    Made("dog", "IMG_0301.MP4", "a brown dog runs along the beach and plays with a stick", 9, 0.6,
         "2026-06-20T10:40:00Z", motion=0.25, words=("handheld",)),
    Made("dog", "IMG_0302.MP4", "a brown dog sleeps on a blanket", 6, 0.45,
         "2026-06-21T09:05:00Z", motion=0.01, words=("still camera",)),
    Made("surfer", "GOPR0310.MP4", "a surfer rides a wave", 8, 0.6, "2026-06-20T16:20:00Z",
         motion=0.35, words=("handheld", "fast motion"), rate=Fraction(60)),
    Made("market", "IMG_0303.MP4", "people buy fruit at a busy street market", 10, 0.5,
         "2026-06-21T11:15:00Z", motion=0.2),
    Made("train", "IMG_0304.MP4", "a red train crosses a bridge", 7, 0.5,
         "2026-06-21T12:30:00Z", motion=0.15, words=("pan right",)),
    Made("children", "IMG_0305.MP4", "two children jump on a trampoline", 8, 0.65,
         "2026-06-21T14:10:00Z", motion=0.4),
    Made("coffee", "IMG_0306.MP4", "hands pour coffee into a white cup", 6, 0.4,
         "2026-06-20T08:10:00Z", motion=0.05, words=("close-up",)),
    Made("cyclist", "VID_0307.MP4", "a cyclist rides down a mountain road", 8, 0.6,
         "2026-06-21T15:30:00Z", size=(720, 1280), motion=0.3),
    Made("baker", "INT_0401.MP4", "an old baker talks to the camera in his bakery", 13, 0.45,
         "2026-06-21T08:00:00Z", said=_BAKER, faces=1, motion=0.02,
         words=("one face", "person speaking", "medium close-up")),
    Made("captain", "INT_0402.MP4", "a boat captain talks to the camera on a pier", 13, 0.6,
         "2026-06-20T18:00:00Z", said=_CAPTAIN, faces=1, motion=0.03,
         words=("one face", "person speaking", "medium close-up")),
)  # fmt: skip


def everything() -> tuple[Made, ...]:
    """All clips of the library: the sample's takes, then the made ones."""
    sample = tuple(
        Made(
            take.scene, take.name, describe(params(take)), take.seconds, _LIGHT[take.scene],
            take.created, rate=take.rate,
            words=() if take.look[1] in ("still", "drift") else (take.look[1],),
        )
        for take in TAKES
    )  # fmt: skip
    return (*sample, *MADE)


def tags() -> dict[str, str]:
    """What each footage id of the library shows."""
    return {_id(made): made.tag for made in everything()}


def _id(made: Made) -> str:
    return f"f-{made.name.split('.')[0].lower().replace('_', '')}"


def build(project: Project, folder: Path) -> None:
    """The library in an empty project, ready for search; its files in `folder`."""
    folder.mkdir()
    with project.transaction():
        for number, made in enumerate(everything()):
            _write(project, made, folder)
            _bars(made, folder / made.name, number)
    library.refresh(project)


def _bars(made: Made, out: Path, number: int) -> None:
    """A small clip of one colour with a bar that wanders, as long as the row says."""
    width, height = (160, 90) if made.size[0] > made.size[1] else (90, 160)
    frames = np.empty((int(made.seconds * made.rate), height, width, 3), np.uint8)
    frames[:] = (40 + number * 29 % 180, 40 + number * 67 % 180, 40 + number * 113 % 180)
    for place, frame in enumerate(frames):
        frame[:, place % width, :] = 220
    write_clip(frames, made.rate, out)


def _write(project: Project, made: Made, folder: Path) -> None:
    key, length = _id(made), Fraction(made.seconds)
    sentences = _sentences(made.said)
    technical = Technical(
        container="mp4", codec="h264", width=made.size[0], height=made.size[1],
        rate=str(made.rate), has_picture=True, has_sound=True, picture_end_s=str(length),
        created=made.created,
    )  # fmt: skip
    store.save(
        project,
        Footage(
            id=key, path=folder / made.name, name=made.name, folder="library",
            fingerprint=key, bytes=1, mtime_ns=1, status="ok", duration_s=length,
            technical=technical,
        ),
    )  # fmt: skip
    senses = Senses(
        motion=made.motion, light=made.light, contrast=0.2, sharpness=0.6, faces=made.faces,
        face_size=0.4 if made.faces else 0.0, loudness_db=-28.0, words=made.words,
        speech=0.9 if made.said else 0.0,
    )  # fmt: skip
    moments = [
        Moment(key, n, TimeRange(Fraction(n), Fraction(n + 1)), 0, made.caption, "sidecar", "",
               senses)
        for n in range(made.seconds)
    ]  # fmt: skip
    store.replace_knowledge(
        project, key, shots=[Shot(key, 0, TimeRange(Fraction(0), length))], moments=moments,
        speech=[
            Speech(key, TimeRange(words[0].range.start, words[-1].range.end), text, "", "srt")
            for text, words in sentences
        ],
        captions=[],
    )  # fmt: skip
    if sentences:
        words = tuple(word for _, each in sentences for word in each)
        understood.transcribe(project, key, understood.Transcript("by hand", "en", words))


def _sentences(said: Sequence[str]) -> list[tuple[str, tuple[understood.Heard, ...]]]:
    out, at = [], Fraction(1)
    for sentence in said:
        words = []
        for word in sentence.split():
            words.append(understood.Heard(TimeRange(at, at + WORD_S), word))
            at += WORD_S + GAP_S
        out.append((sentence, tuple(words)))
        at += PAUSE_S
    return out
