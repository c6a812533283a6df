"""Shaky clips become steadier copies of themselves: measured, in sync, and only where they are."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError

from index.ingest import ingest_file
from media.encode import write_clip
from media.errors import Cancelled
from media.probe import probe
from media.steady import steady
from project import footage as store
from project import history
from project.errors import BadArguments, CreatorError
from project.settings import Settings
from project.store import Project
from timeline.model import Aim, Clip, Origin, Reframe, Timeline, Title, Track
from timeline.time import TimeRange
from tools.dailies import Dailies
from tools.proposal import Proposal
from tools.registry import tools
from tools.stabilise import StabiliseArguments, steadied
from tools.steadying import shake_of

RATE, WIDE, HIGH = 25, 320, 180


def filmed(out: Path, shake_px: float, seconds: float = 4) -> None:
    """A textured wall filmed by a hand that shakes, with a tone that grows louder at second 2."""
    dice = np.random.default_rng(1)
    wall = cv2.resize(
        dice.integers(40, 220, (60, 100, 3), dtype=np.uint8), (800, 480),
        interpolation=cv2.INTER_CUBIC,
    )  # fmt: skip
    count = round(seconds * RATE)
    hand = cv2.GaussianBlur(dice.normal(0, 1, (count, 2)), (1, 3), 0) * shake_px
    frames = []
    for number in range(count):
        x, y = 240 + hand[number, 0], 150 + hand[number, 1]
        frames.append(
            cv2.getRectSubPix(wall, (WIDE, HIGH), (float(x) + WIDE / 2 - 80, float(y) + HIGH / 2))
        )
    time_s = np.arange(int(seconds * 48_000)) / 48_000
    tone = np.sin(2 * np.pi * 440 * time_s) * np.where(time_s < 2, 0.05, 0.5)
    write_clip(np.array(frames), Fraction(RATE), out, samples=tone.astype(np.float32))


@pytest.fixture(scope="module")
def shaky(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hand") / "hand.mp4"
    filmed(path, 7)
    return path


@pytest.fixture
def shot(project: Project, shaky: Path, tmp_path: Path) -> Project:
    """The shaky clip and a still one on the timeline, two seconds of each from second 1."""
    filmed(tmp_path / "still.mp4", 0)
    clips = []
    for path in (shaky, tmp_path / "still.mp4"):
        footage = ingest_file(project, path, title=f"a wall, {path.stem}")
        clips.append(
            Clip(
                f"c-{path.stem}", footage.id, path.name, TimeRange(Fraction(1), Fraction(3)),
                footage.picture_range,
            )
        )  # fmt: skip
    words = Title("t-1", "a wall", TimeRange(Fraction(0), Fraction(1)), "lower-third")
    made = Timeline(
        width=WIDE, height=HIGH, tracks=(Track("V1", "video", tuple(clips)),), titles=(words,)
    )
    with project.transaction():
        history.commit(project, made, "a cut", actor="hand")
    return project


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Without reading words on screen: there are none."""
    with Project.create(tmp_path / "project", Settings(read_text=False)) as fresh:
        yield fresh


def propose(project: Project, *clips: str) -> Proposal:
    return tools()["stabilise"].propose(StabiliseArguments(clips=clips), project)


def test_a_shaken_clip_is_replaced_by_a_steadier_copy_of_itself(shot: Project) -> None:
    revision = shot.revision
    proposal = propose(shot)
    assert shot.revision == revision, "propose wrote to the project"
    assert proposal.effect == "slow" and proposal.cost.seconds > 3
    assert [c.item_id for c in proposal.changes] == ["c-hand"], "the still one stays"
    assert proposal.reasons and all(r.verified for r in proposal.reasons)
    told: list[float] = []
    tool = tools()["stabilise"]
    work = tool.work(proposal, shot, lambda share, _: told.append(share), lambda: False)
    assert told == sorted(told) and told[-1] == 1
    before = history.current(shot)
    made = tool.apply(proposal, work, shot)
    assert made is not None and made.duration == before.duration
    assert made.titles == before.titles, "words over it stay"
    clip = made.item("c-hand")
    assert isinstance(clip, Clip)
    copy = store.find(shot, clip.footage_id)
    assert copy.origin is not None and (copy.origin.backend, copy.origin.ai) == (
        "stabiliser",
        False,
    )
    assert "hand.mp4 0:00.0-0:04.0" in copy.origin.conditions
    assert clip.source == TimeRange(Fraction(1), Fraction(3)) and clip.origin is None
    source = store.by_path(shot, next(f.path for f in store.all_footage(shot) if "hand" in f.name))
    assert source is not None
    assert shake_of(copy.path, clip.source) < 0.5 * shake_of(source.path, clip.source)
    assert "steadied: shake" in work["answer"]
    again = tool.work(proposal, shot, lambda *_: None, lambda: False)
    assert again["clips"] == work["clips"], "the same action makes nothing twice"


def test_the_sound_of_the_copy_is_in_sync_and_its_length_is_kept(
    shaky: Path, tmp_path: Path
) -> None:
    made = steady(shaky, Fraction(1), Fraction(3), tmp_path / "out.mp4")
    assert (made.frames, made.has_sound) == (50, True)
    found = probe(tmp_path / "out.mp4")
    assert found.video is not None and (found.video.width, found.video.height) == (WIDE, HIGH)
    from media.listening import send_samples

    heard: list[NDArray[np.float32]] = []
    send_samples(
        tmp_path / "out.mp4", lambda _k, _n, a: heard.append(np.asarray(a, np.float32)),
        start_s=Fraction(0), end_s=Fraction(2), rate_hz=8000,
    )  # fmt: skip
    loud = np.abs(np.concatenate([h.ravel() for h in heard if h.ndim]))
    steps = loud[: len(loud) // 80 * 80].reshape(-1, 80).max(axis=1)
    louder = np.flatnonzero(steps > 0.25)[0] / 100
    assert louder == pytest.approx(1.0, abs=0.04), "second 2 of the source is second 1 of the copy"


def test_what_is_not_steadier_is_not_used(shot: Project) -> None:
    proposal = propose(shot, "2")
    with pytest.raises(CreatorError, match="did not become steadier"):
        tools()["stabilise"].work(proposal, shot, lambda *_: None, lambda: False)
    assert not list(shot.generated.glob("*.mp4"))
    assert len(store.all_footage(shot)) == 2


def test_a_stopped_copy_leaves_nothing(shot: Project) -> None:
    proposal = propose(shot)
    with pytest.raises(Cancelled):
        tools()["stabilise"].work(proposal, shot, lambda *_: None, lambda: True)
    assert not list(shot.generated.iterdir())


def test_where_nothing_shakes_that_is_said_with_the_figure(shot: Project) -> None:
    still = history.current(shot)
    only = Track("V1", "video", still.track("V1").items[1:])
    with shot.transaction():
        history.commit(shot, Timeline(width=WIDE, height=HIGH, tracks=(only,)), "c", actor="hand")
    with pytest.raises(BadArguments, match=r"no clip of the cut is shaky.*still\.mp4"):
        propose(shot)


def test_bad_arguments_are_said(shot: Project) -> None:
    with pytest.raises(BadArguments, match="no clip"):
        propose(shot, "9")
    with pytest.raises(ValidationError):
        StabiliseArguments(strength="very")  # type: ignore[arg-type]


def test_without_a_film_it_says_so(project: Project) -> None:
    with pytest.raises(BadArguments, match="no film"):
        propose(project)


def test_a_frame_that_moves_and_the_mark_of_a_made_clip_go_with_the_copy(shot: Project) -> None:
    dailies = Dailies(shot)
    copy = dailies.footage(history.current(shot).clips()[1][1].footage_id)
    mark = Origin("diffusers", "m", "waves", 1)
    whole = TimeRange(Fraction(0), Fraction(60))
    clip = Clip(
        "c-1", "f-x", "x.mp4", TimeRange(Fraction(21), Fraction(23)), whole, origin=mark,
        reframe=Reframe(path=(Aim(Fraction(21), 0.2, 0.5), Aim(Fraction(22), 0.4, 0.5))),
    )  # fmt: skip
    made = steadied(
        Timeline(tracks=(Track("V1", "video", (clip,)),)), "c-1", copy, Fraction(20)
    ).item("c-1")
    assert isinstance(made, Clip) and made.origin == mark and made.reframe is not None
    assert made.source == TimeRange(Fraction(1), Fraction(3))
    assert [aim.at_s for aim in made.reframe.path] == [1, 2]
