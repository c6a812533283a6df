"""Footage of made voices in a project, as an ingest would leave it, without watching it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from project import footage as store
from project.footage import Footage, Moment, Senses, Technical
from project.store import Project
from tests.index.made_voice import scene, write_wav
from timeline.time import TimeRange

Spoken = tuple[float, float, float]  # start_s, end_s, pitch in Hz


def add_sound(project: Project, path: Path, length_s: float, *spoken: Spoken) -> str:
    """A WAV with these voices at `path`, and its row; returns its id."""
    write_wav(scene(length_s, *spoken), path)
    return add_row(project, path, length_s, *spoken)


def add_row(project: Project, path: Path, length_s: float, *spoken: Spoken) -> str:
    """The row of the file at `path`, in whose seconds with voices speech was heard."""
    content = path.read_bytes() if path.is_file() else path.name.encode()
    row = Footage(
        f"f-{path.stem}", path, path.name, path.parent.name, f"print-{hash(content):x}",
        len(content), 0, "ok", duration_s=Fraction(str(length_s)),
        technical=Technical(container="wav", codec="pcm_s16le", has_sound=True), title=path.stem,
    )  # fmt: skip
    store.save(project, row)
    moments = []
    for second in range(int(length_s)):
        here = any(a < second + 1 and b > second for a, b, _ in spoken)
        span = TimeRange(Fraction(second), Fraction(second + 1))
        senses = Senses(speech=1.0 if here else 0.0, loudness_db=-20.0)
        moments.append(Moment(row.id, second, span, 0, "", "embedded", "", senses))
    store.replace_knowledge(
        project, row.id, shots=[], moments=moments, speech=[], captions=[]
    )  # fmt: skip
    return row.id
