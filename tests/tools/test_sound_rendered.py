"""What the tools for sound and speech propose, rendered and listened to."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from index.listening.spans import voiced
from media.render import render
from media.sound import samples
from project import footage as store
from project import history, understood
from project.conform import conform
from project.footage import Footage, Technical
from project.store import Project
from project.understood import Heard, Transcript
from tests.media.test_finishing import loudness
from tests.tools.conftest import never, nothing
from timeline.model import Clip, Timeline, Track
from timeline.time import TimeRange
from tools.registry import tools

HZ = 16_000
Samples = NDArray[np.float32]


def add(project: Project, path: Path, length: str, *, rate: str = "0") -> Clip:
    """A clip of the whole of a file, and its row in the project."""
    whole = TimeRange(Fraction(0), Fraction(length))
    technical = Technical(
        has_sound=True, has_picture=rate != "0", rate=rate,
        picture_end_s=length if rate != "0" else "0",
    )  # fmt: skip
    row = Footage(
        f"f-{path.stem}", path, path.name, "", path.name, 1, 1, "ok", duration_s=whole.duration,
        technical=technical,
    )  # fmt: skip
    store.save(project, row)
    return Clip(f"c-{path.stem}", row.id, path.name, whole, whole)


def cut(project: Project, *clips: Clip) -> Timeline:
    made = Timeline(width=64, height=36, tracks=(Track("V1", "video", clips),))
    with project.transaction():
        history.commit(project, made, "a cut", actor="hand")
    return made


def done(project: Project, name: str, **arguments: Any) -> Timeline:
    """The tool's proposal applied to the cut that stands."""
    tool = tools()[name]
    proposal = tool.propose(tool.arguments.model_validate(arguments), project)
    assert all(reason.verified for reason in proposal.reasons)
    with project.transaction():
        made = tool.apply(proposal, tool.work(proposal, project, nothing, never), project)
        assert made is not None
        history.commit(project, made, name, actor="agent")
    return made


def film(project: Project, folder: Path) -> Path:
    """The cut that stands, rendered."""
    out = folder / f"film-{project.revision}.mp4"
    render(conform(project, history.current(project)), out, cache=folder / "cache")
    return out


def heard(path: Path, start: float, end: float) -> Samples:
    return samples(path, Fraction(str(start)), Fraction(str(end)), rate_hz=HZ)


def loudest_hertz(sound: Samples) -> float:
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(power.argmax() * HZ / len(sound))


# --- with made clips


def test_half_speed_keeps_the_pitch_and_a_third_of_it_is_silent(
    project: Project, clips: Path, tmp_path: Path
) -> None:
    cut(project, add(project, clips / "bars.mp4", "3", rate="25"))  # a tone of 440 Hz
    done(project, "speed", clips=("1",), factor=0.5)
    slow = heard(film(project, tmp_path), 1, 5)
    assert abs(loudest_hertz(slow) - 440) < 3
    done(project, "speed", clips=("1",), factor=0.3)
    assert np.abs(heard(film(project, tmp_path), 1, 9)).max() < 1e-3


def test_with_a_j_cut_the_next_clip_is_heard_before_its_picture(
    project: Project, clips: Path, tmp_path: Path
) -> None:
    low, high = (
        add(project, clips / "bars.mp4", "3", rate="25"),
        add(project, clips / "portrait.mp4", "2", rate="25"),  # a tone of 880 Hz
    )
    late = replace(high, source=TimeRange(Fraction(1), Fraction(2)))
    cut(project, replace(low, source=TimeRange(Fraction(0), Fraction(2))), late)
    straight = film(project, tmp_path)
    done(project, "sound", action="j-cut", clips=("2",), by_s=0.8)
    early = film(project, tmp_path)
    assert abs(loudest_hertz(heard(straight, 1.4, 1.9)) - 440) < 5
    assert abs(loudest_hertz(heard(early, 1.4, 1.9)) - 880) < 5
    assert abs(loudest_hertz(heard(early, 0.5, 1.1)) - 440) < 5
    done(project, "sound", action="mute", clips=("2",))
    assert np.abs(heard(film(project, tmp_path), 2.1, 2.9)).max() < 1e-3


# --- with somebody who speaks


@pytest.fixture
def memo(project: Project, real_footage: Path) -> Clip:
    """The first 26 s of a lecture, its words laid over the speech that is heard in each line."""
    known = json.loads((real_footage / "manifest.json").read_text(encoding="utf-8"))
    about = next(c for c in known["clips"] if c["name"] == "audio_memo_03.webm")
    path = real_footage / about["name"]
    speech = voiced(samples(path, Fraction(0), Fraction(60), rate_hz=HZ))
    words = [word for line in about["transcript"] for word in _words(line, speech)]
    one = add(project, path, "59.9")
    with project.transaction():
        understood.transcribe(project, path.name, Transcript("test", "en", tuple(words)))
    return replace(one, source=TimeRange(Fraction(0), Fraction(26)))


def _words(line: dict[str, Any], speech: list[tuple[float, float]]) -> list[Heard]:
    """The words of a line over what is heard of it, their lengths by their letters."""
    start, end = float(line["start_s"]), float(line["end_s"])
    inside = [(max(start, a), min(end, b)) for a, b in speech if b > start and a < end]
    length, texts = sum(b - a for a, b in inside), line["text"].split()
    weights = np.cumsum([0.0, *(len(t) + 1.0 for t in texts)])
    found = []
    for text, low, high in zip(texts, weights[:-1], weights[1:], strict=True):
        first, last = (length * share / weights[-1] for share in (low, high))
        at, parts = 0.0, list[tuple[float, float]]()
        for a, b in inside:  # a word over a pause is where most of it is
            parts.append((a + max(0.0, first - at), a + min(b - a, last - at)))
            at += b - a
        best = max(parts, key=lambda part: part[1] - part[0])
        found.append(Heard(TimeRange(*(Fraction(round(s * 1000), 1000) for s in best)), text))
    return found


def spoken_s(path: Path, end: Fraction) -> float:
    return sum(b - a for a, b in voiced(heard(path, 0, float(end))))


@pytest.mark.slow
def test_tightened_speech_is_denser_and_nothing_of_it_is_lost(
    project: Project, memo: Clip, tmp_path: Path
) -> None:
    before = cut(project, memo)
    loose = spoken_s(film(project, tmp_path), before.duration)
    after = done(project, "tighten", shortest_s=0.5)
    dense = spoken_s(film(project, tmp_path), after.duration)
    assert before.duration - after.duration > 2
    assert abs(dense - loose) < 0.05 * loose
    silence = [1 - loose / float(before.duration), 1 - dense / float(after.duration)]
    assert silence[1] < 0.75 * silence[0], silence


@pytest.mark.slow
def test_struck_words_are_not_heard_and_all_around_them_is(
    project: Project, memo: Clip, tmp_path: Path
) -> None:
    cut(project, memo)
    after = done(
        project, "transcript", action="strike", words=("I have here a pendulum",), sentences=True
    )
    (_, first), (_, second) = after.clips()
    assert first.source.end < Fraction("6.8") and second.source.start > Fraction("8.9")
    out = film(project, tmp_path)
    for at, each in after.clips():
        end = float(at + each.duration)
        played = heard(out, float(at) + 0.1, end - 0.1)
        source = heard(
            store.find(project, each.footage_id).path,
            float(each.source.start) + 0.1, float(each.source.end) - 0.1,
        )  # fmt: skip
        assert np.corrcoef(_envelope(played), _envelope(source))[0, 1] > 0.98
    assert out.stat().st_size > 0


def _envelope(sound: Samples) -> NDArray[np.float64]:
    """Loudness of each 20 ms."""
    rows = sound[: len(sound) // 320 * 320].reshape(-1, 320).astype(np.float64)
    envelope: NDArray[np.float64] = np.sqrt((rows**2).mean(axis=1))
    return envelope


@pytest.mark.slow
def test_a_film_as_loud_as_asked(project: Project, memo: Clip, tmp_path: Path) -> None:
    cut(project, replace(memo, source=TimeRange(Fraction(0), Fraction(12))))
    quiet = loudness(film(project, tmp_path))
    done(project, "sound", action="loudness", loudness_lufs=-20)
    level = loudness(film(project, tmp_path))
    assert abs(level + 20) < 0.7
    assert abs(quiet + 20) > 1, "it was not so loud before"
