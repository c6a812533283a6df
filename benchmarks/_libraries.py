"""The made libraries of `libraries.toml`, and two large ones put together from parts.

They are for setting and checking what search claims: none has anything to do with real footage
that search is measured on.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from index.evaluate import NOTHING
from index.library import refresh
from project import footage as store
from project.footage import Caption, Footage, Moment, Senses, Shot, Technical
from project.store import Project
from timeline.time import TimeRange

A_CAPTION_S = 3  # seconds
FILE = Path(__file__).with_name("libraries.toml")
PLAIN: dict[str, Any] = {
    "light": 0.45, "contrast": 0.2, "saturation": 0.15, "sharpness": 0.6, "motion": 0.04,
    "shake": 0.1, "loudness_db": -26.0,
}  # fmt: skip
# what a hint behind "~" stands for in the senses, and the words they say for it
HINTS: dict[str, tuple[dict[str, Any], str]] = {
    "dark": ({"light": 0.12}, "dark"), "bright": ({"light": 0.75}, "bright"),
    "close-up": ({"shot_size": "close-up"}, "close-up"),
    "extreme close-up": ({"shot_size": "extreme close-up"}, "extreme close-up"),
    "face in close-up": ({"faces": 1, "face_size": 0.4, "shot_size": "close-up"},
                         "a face in close-up"),
    "wide shot": ({"shot_size": "wide"}, "wide"),
    "pan right": ({"pan": 0.2, "motion": 0.2}, "pan right"),
    "pan left": ({"pan": -0.2, "motion": 0.2}, "pan left"),
    "slow pan right": ({"pan": 0.08, "motion": 0.08}, "slow pan right"),
    "tilt up": ({"tilt": 0.15, "motion": 0.15}, "tilt up"),
    "handheld": ({"shake": 1.3}, "handheld shaky camera"),
    "shaky": ({"shake": 2.2}, "handheld shaky camera"),
    "static": ({"shake": 0.0, "motion": 0.002}, "still camera"),
    "calm": ({"motion": 0.003}, "nothing moves"), "loud": ({"loudness_db": -11.0}, "loud"),
    "silent": ({"loudness_db": -100.0, "silence": 1.0}, "silent"),
    "music": ({"music": 0.9}, "music"), "speech": ({"speech": 0.9}, "person speaking"),
    "fast movement": ({"motion": 0.4}, "fast movement"),
    "blurry": ({"sharpness": 0.08}, "blurred"), "warm colours": ({"warmth": 0.5}, "warm colours"),
    "getting brighter": ({"light": 0.3, "light_change": 0.25}, "getting brighter"),
    "blue": ({"colours": ("blue",), "saturation": 0.35}, "blue"),
    "green": ({"colours": ("green",), "saturation": 0.35}, "green"),
    "purple": ({"colours": ("purple",), "saturation": 0.35}, "purple"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One library: clips as lists of captions, and questions. Answers are (clip, caption)."""

    name: str
    half: str
    clips: tuple[tuple[str, ...], ...]
    there: tuple[tuple[str, tuple[tuple[int, int], ...]], ...]
    absent: tuple[str, ...]

    @property
    def moments(self) -> int:
        return A_CAPTION_S * sum(map(len, self.clips))


def libraries() -> list[Told]:
    """All of them, the small ones of the file first."""
    body = tomllib.loads(FILE.read_text(encoding="utf-8"))
    small = [_told(each) for each in body["library"]]
    return [*small, *(_large(each) for each in body["large"])]


def _told(given: dict[str, Any]) -> Told:
    there = [
        (text, tuple((int(c), int(n)) for c, n in (each.split(".") for each in spots.split())))
        for text, spots in given["there"]
    ]
    return Told(
        given["name"], given["half"], tuple(tuple(clip) for clip in given["clips"]),
        tuple(there), tuple(given["absent"]),
    )  # fmt: skip


def _large(given: dict[str, Any]) -> Told:
    """Captions of who does what where; a question is answered by those with one of its parts."""
    dice = random.Random(given["name"])
    parts = [
        (who, what, where)
        for who in given["who"]
        for what in given["what"]
        for where in given["where"]
    ]
    captions = [" ".join(part) for part in dice.sample(parts, given["captions"])]
    clips = tuple(tuple(captions[at : at + 3]) for at in range(0, len(captions), 3))
    there = []
    for text, wanted in given["there"]:
        spots = tuple(
            (c, n)
            for c, clip in enumerate(clips)
            for n, caption in enumerate(clip)
            if any(all(part in caption for part in way.split(" + ")) for way in wanted)
        )
        if spots:
            there.append((text, spots))
    return Told(given["name"], given["half"], clips, tuple(there), tuple(given["absent"]))


def build(project: Project, told: Told, *, captioned: bool = True) -> None:
    """Write the library into `project`; without captions, as footage that was only watched."""
    for number, captions in enumerate(told.clips):
        _add(project, number, captions, captioned=captioned)
    refresh(project)


def _add(project: Project, number: int, captions: tuple[str, ...], *, captioned: bool) -> None:
    footage_id, end = f"{number:05}", Fraction(A_CAPTION_S * len(captions))
    technical = Technical(
        width=1920, height=1080, rate="25", has_picture=True, has_sound=True,
        picture_end_s=str(end),
    )  # fmt: skip
    name = f"A{number:04}.mp4"
    store.save(
        project,
        Footage(footage_id, Path("/made") / name, name, "made", f"p{number}", 1, 0, "ok",
                duration_s=end, technical=technical),
    )  # fmt: skip
    spans = [
        TimeRange(Fraction(A_CAPTION_S * n), Fraction(A_CAPTION_S * (n + 1)))
        for n in range(len(captions))
    ]
    split = [caption.partition(" ~ ") for caption in captions]
    moments = []
    for second in range(int(end)):
        text, _, hints = split[second // A_CAPTION_S]
        senses = _senses(hints)
        source = "sidecar" if captioned else "embedded"
        here = TimeRange(Fraction(second), Fraction(second + 1))
        said = text if captioned else ", ".join(senses.words)
        moments.append(Moment(footage_id, second, here, 0, said, source, "", senses))
    told = zip(spans, split, strict=True) if captioned else ()
    store.replace_knowledge(
        project, footage_id, shots=[Shot(footage_id, 0, TimeRange(Fraction(0), end))],
        moments=moments, speech=[],
        captions=[Caption(footage_id, span, text, "sidecar") for span, (text, _, _) in told],
    )  # fmt: skip


def _senses(hints: str) -> Senses:
    facts, words = dict(PLAIN), []
    for hint in filter(None, (each.strip() for each in hints.split(","))):
        if hint in HINTS:
            numbers, word = HINTS[hint]
            facts |= numbers
            words.append(word)
    return Senses(**facts, words=tuple(words or ["grey"]))


def questions(told: Told) -> list[dict[str, Any]]:
    """What is asked of a library, in the form `index.evaluate` asks it."""
    there = [
        {"query": text, "kind": "there", "answers": list(spans(spots))}
        for text, spots in told.there
    ]
    absent = [{"query": text, "kind": NOTHING, "answers": []} for text in told.absent]
    return [
        {"id": f"{told.name} {n}", "acceptable": [], **each}
        for n, each in enumerate([*there, *absent], start=1)
    ]


def spans(spots: tuple[tuple[int, int], ...]) -> Iterator[tuple[str, TimeRange]]:
    """Where the answers lie: the file's name and the span of each."""
    for clip, caption in spots:
        start = Fraction(A_CAPTION_S * caption)
        yield f"A{clip:04}.mp4", TimeRange(start, start + A_CAPTION_S)
