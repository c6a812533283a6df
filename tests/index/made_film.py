"""A made-up long film: subjects one after the other, with words, captions and vectors of their own.

No model is asked: the vectors of one subject lie near each other, those of two do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from index.outputs.known import Known
from project import footage as store
from project.footage import Footage, Moment, Senses, Shot, Speech, Technical
from project.store import Project
from timeline.time import TimeRange

PLAIN = Senses()


@dataclass(frozen=True)
class Subject:
    seconds: int
    caption: str = ""
    sentences: tuple[str, ...] = ()
    senses: Senses = PLAIN
    speaker: str = ""
    screen_text: str = ""


BREAD = Subject(
    40,
    "baker kneads dough on a floured table",
    (
        "First we weigh the flour and warm the water.",
        "The sourdough starter needs a whole night.",
        "Then the dough is folded and the sourdough rests.",
        "Salt comes last because salt slows the yeast.",
    ),
    Senses(light=0.7, contrast=0.2, sharpness=0.6, warmth=0.5, loudness_db=-20, speech=0.9),
    "Ann",
)
STORM = Subject(
    50,
    "waves crash against a lighthouse",
    (
        "The lighthouse keeper wrote a diary every evening.",
        "In the great storm the lantern went out twice.",
        "Waves came over the gallery of the lighthouse.",
        "A ship was saved because the keeper rang the bell.",
    ),
    Senses(light=0.2, contrast=0.3, sharpness=0.4, warmth=-0.5, loudness_db=-8, speech=0.9),
    "Ben",
)
BEES = Subject(
    60,
    "beekeeper lifts a honeycomb frame",
    (
        "A queen bee lays two thousand eggs on a summer day.",
        "The honeycomb is wax that young bees sweat.",
        "Every bee colony votes before it moves.",
        "We harvest the honey only after the lime trees flower.",
    ),
    Senses(light=0.5, contrast=0.15, sharpness=0.8, saturation=0.5, loudness_db=-30, speech=0.9),
    "Ann",
)
SUBJECTS = (BREAD, STORM, BEES)


def known(
    subjects: Sequence[Subject] = SUBJECTS,
    *,
    meaning: bool = True,
    picture: bool = True,
    path: Path = Path("/made/film.mp4"),
    footage_id: str = "film",
) -> Known:
    """The film as the index knows it. A line every few seconds, with half a second between."""
    moments: list[Moment] = []
    shots: list[Shot] = []
    speech: list[Speech] = []
    rows = []
    generator = np.random.default_rng(5)
    at = 0
    for number, subject in enumerate(subjects):
        centre = generator.normal(size=48)
        end = at + subject.seconds
        shots.append(Shot(footage_id, number, TimeRange(Fraction(at), Fraction(end))))
        for second in range(at, end):
            moments.append(
                Moment(
                    footage_id, second, TimeRange(Fraction(second), Fraction(second + 1)), number,
                    subject.caption, "sidecar" if subject.caption else "embedded",
                    subject.screen_text, subject.senses,
                )
            )  # fmt: skip
            row = centre + 0.5 * generator.normal(size=48)
            rows.append(row / np.linalg.norm(row))
        step = Fraction(subject.seconds, max(1, len(subject.sentences)))
        for n, sentence in enumerate(subject.sentences):
            span = TimeRange(at + n * step, at + (n + 1) * step - Fraction(1, 2))
            speech.append(Speech(footage_id, span, sentence, subject.speaker, "subtitle file"))
        at = end
    technical = Technical(
        width=320 if picture else 0, height=180 if picture else 0, rate="25" if picture else "0",
        has_picture=picture, has_sound=True, picture_end_s=str(at if picture else 0),
    )  # fmt: skip
    footage = Footage(
        footage_id, path, path.name, "made", f"print-{footage_id}", 1, 0, "ok",
        duration_s=Fraction(at), technical=technical, title="A made film",
    )  # fmt: skip
    return Known(
        footage,
        tuple(moments),
        tuple(shots) if picture else (),
        tuple(speech),
        np.array(rows) if meaning else None,
    )


def keep(project: Project, film: Known) -> None:
    """The film written into `project`, without vectors."""
    store.save(project, film.footage)
    store.replace_knowledge(
        project,
        film.footage.id,
        shots=film.shots,
        moments=film.moments,
        speech=film.speech,
        captions=(),
    )
