"""Light and colour: steps, and a match that brings clips nearer without changing what they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydantic import ValidationError

from media.encode import write_clip
from media.errors import Cancelled
from media.stills import still
from project import footage as store
from project import history
from project.conform import conform
from project.errors import BadArguments
from project.footage import Moment, Senses, Shot, Technical
from project.store import Project
from tests.tools.conftest import Do, Propose, never, nothing
from timeline import document
from timeline.model import Clip, Grade, Timeline, Track
from timeline.time import TimeRange
from tools import grade
from tools.grading.matching import MOST_CAST, MOST_CONTRAST, MOST_LIGHT, towards
from tools.grading.measuring import Measured, measured, predicted, ycc
from tools.grading.steps import composed, stepped
from tools.registry import tools

SECOND = TimeRange(Fraction(0), Fraction(1))


def scene(
    light: float, *, tint: tuple[float, float, float] = (1, 1, 1), grey: bool = False
) -> NDArray[np.uint8]:
    """(25, 90, 160, 3) of soft patches about `light`, some of them coloured."""
    dice = np.random.default_rng(3)
    patches = dice.normal(light, 0.13, (9, 16, 1)) + dice.normal(0, 0.05, (9, 16, 3)) * (not grey)
    picture = np.clip(np.kron(patches, np.ones((10, 10, 1))) * np.array(tint), 0, 1)
    return np.tile((picture * 255).astype(np.uint8), (25, 1, 1, 1))


Filmed = Callable[..., Timeline]


@pytest.fixture
def filmed(dailies: Project, tmp_path: Path) -> Filmed:
    """A cut of made scenes, a second of each; footage "a", "b", ... in that order."""

    def build(*scenes: NDArray[np.uint8]) -> Timeline:
        clips = []
        for name, frames in zip("abcdef", scenes, strict=False):
            path = tmp_path / f"{name}.mp4"
            write_clip(frames, Fraction(25), path)
            look = measured(ycc(frames[0]).reshape(-1, 3))
            facts = Technical(width=160, height=90, rate="25", has_picture=True, picture_end_s="1")
            row = store.Footage(
                id=f"f-{name}", path=path, name=path.name, folder="", fingerprint=name, bytes=1,
                mtime_ns=1, status="ok", duration_s=Fraction(1), technical=facts,
            )  # fmt: skip
            store.save(dailies, row)
            senses = Senses(light=look.light, contrast=look.contrast, saturation=4 * look.colour)
            moment = Moment(row.id, 0, SECOND, 0, "a scene", "given", "", senses)
            store.replace_knowledge(
                dailies, row.id, shots=[Shot(row.id, 0, SECOND)], moments=[moment],
                speech=[], captions=[],
            )  # fmt: skip
            clips.append(Clip(f"c-{name}", row.id, row.name, SECOND, SECOND))
        made = Timeline(width=160, height=90, tracks=(Track("V1", "video", tuple(clips)),))
        with dailies.transaction():
            history.commit(dailies, made, "a cut", actor="hand")
        return made

    return build


def grades(timeline: Timeline) -> dict[str, Grade | None]:
    return {clip.id: clip.grade for _, clip in timeline.clips()}


class TestMatch:
    def test_two_exposures_come_nearer_and_the_render_shows_it(
        self, filmed: Filmed, do: Do, propose: Propose, dailies: Project, tmp_path: Path
    ) -> None:
        filmed(scene(0.42), scene(0.58))
        proposal = propose("look", action="match")
        assert proposal.effect == "edit" and "2 clips of 2" in proposal.answer
        assert all(reason.verified for reason in proposal.reasons), proposal.reasons
        assert "light 0.4" in proposal.reasons[0].text
        made = do("look", action="match")
        from media.render import render

        render(conform(dailies, made), tmp_path / "out.mp4", cache=tmp_path / "cache")
        one, two = (
            float(ycc(still(tmp_path / "out.mp4", Fraction(at))).mean(axis=(0, 1))[0])
            for at in ("0.5", "1.5")
        )
        assert 0 < two - one < 0.08, (one, two)
        assert 0.42 < one < two < 0.58

    def test_night_beside_day_stays_night(self, filmed: Filmed, propose: Propose) -> None:
        filmed(scene(0.1), scene(0.6))
        proposal = propose("look", action="match")
        assert "stays so" in proposal.answer and "match already" in proposal.answer
        assert not proposal.changes

    def test_black_and_white_is_never_given_colour(self, filmed: Filmed, do: Do) -> None:
        filmed(scene(0.45, grey=True), scene(0.55, tint=(1.15, 1, 0.8)))
        made = grades(do("look", action="match"))
        grey = made["c-a"]
        assert grey is not None and grey.light > 0
        assert (grey.saturation, grey.blue, grey.red) == (1.0, 0.0, 0.0)
        coloured = made["c-b"]
        assert coloured is not None and (coloured.saturation, coloured.blue) == (1.0, 0.0)

    def test_a_cast_goes_part_of_the_way_to_the_neighbours(self, filmed: Filmed, do: Do) -> None:
        filmed(scene(0.5), scene(0.5, tint=(1.06, 1, 0.94)), scene(0.5))
        warm = grades(do("look", action="match"))["c-b"]
        assert warm is not None and warm.red < 0 < warm.blue

    def test_clips_go_most_of_the_way_to_one_that_is_named_and_it_stays(
        self, filmed: Filmed, do: Do
    ) -> None:
        filmed(scene(0.45), scene(0.5), scene(0.55))
        made = grades(do("look", action="match", like="2"))
        first, last = made["c-a"], made["c-c"]
        assert made["c-b"] is None
        assert first is not None and first.light == pytest.approx(0.04, abs=0.01)
        assert last is not None and last.light == pytest.approx(-0.04, abs=0.01)

    def test_only_the_named_clip_changes(self, filmed: Filmed, do: Do) -> None:
        filmed(scene(0.42), scene(0.55), scene(0.42))
        made = grades(do("look", action="match", clips=("2",)))
        assert made["c-a"] is None and made["c-c"] is None and made["c-b"] is not None

    def test_many_clips_are_measured_as_slow_work_that_leaves_the_same_edit(
        self, filmed: Filmed, propose: Propose, dailies: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        filmed(scene(0.42), scene(0.58))
        monkeypatch.setattr(grade, "QUICK_S", 0.0)
        proposal = propose("look", action="match")
        assert proposal.effect == "slow" and proposal.cost.seconds > 0
        with pytest.raises(Cancelled):
            tools()["look"].work(proposal, dailies, nothing, lambda: True)
        work = tools()["look"].work(proposal, dailies, nothing, never)
        made = tools()["look"].apply(proposal, work, dailies)
        again = propose("look", action="match")
        assert made is not None and again.timeline is not None
        assert grades(made) == grades(document.from_document(again.timeline))

    def test_one_clip_has_nothing_to_match(self, filmed: Filmed, propose: Propose) -> None:
        filmed(scene(0.5))
        with pytest.raises(BadArguments, match="neighbours"):
            propose("look", action="match")


class TestSteps:
    def test_brighter_says_light_before_and_after_and_adds_up(
        self, filmed: Filmed, propose: Propose, do: Do
    ) -> None:
        filmed(scene(0.4), scene(0.5))
        proposal = propose("look", action="brighter", clips=("1",))
        assert "from light 0.41 to 0.46" in proposal.answer
        assert [c.verb for c in proposal.changes] == ["grade"]
        assert all(reason.verified for reason in proposal.reasons), proposal.reasons
        once = grades(do("look", action="brighter", clips=("1",)))
        twice = grades(do("look", action="brighter", clips=("1",), amount="little"))
        assert once["c-a"] == Grade(light=0.05) and twice["c-a"] == Grade(light=0.075)
        assert twice["c-b"] is None

    def test_there_and_back_is_as_it_was_filmed(self, filmed: Filmed, do: Do) -> None:
        filmed(scene(0.4))
        for there, back in (("brighter", "darker"), ("warmer", "cooler")):
            do("look", action=there)
            assert grades(do("look", action=back))["c-a"] is None

    def test_black_and_white_and_reset(self, filmed: Filmed, do: Do) -> None:
        filmed(scene(0.4), scene(0.5))
        grey = grades(do("look", action="black and white"))
        assert {g.saturation for g in grey.values() if g} == {0.0} and None not in grey.values()
        assert set(grades(do("look", action="reset")).values()) == {None}

    def test_what_is_black_and_white_is_not_tinted(self, filmed: Filmed, propose: Propose) -> None:
        filmed(scene(0.4, grey=True))
        with pytest.raises(BadArguments, match="black and white"):
            propose("look", action="warmer")

    def test_bad_arguments_are_said(self, filmed: Filmed, propose: Propose) -> None:
        filmed(scene(0.4))
        with pytest.raises(BadArguments, match="nothing is changed"):
            propose("look", action="reset")
        with pytest.raises(ValidationError):
            propose("look", action="prettier")
        with pytest.raises(BadArguments, match="no clip"):
            propose("look", action="brighter", clips=("7",))


def test_without_a_film_it_says_so(propose: Propose) -> None:
    with pytest.raises(BadArguments, match="no film"):
        propose("look", action="brighter")


def test_steps_end_at_a_limit() -> None:
    now: Grade | None = None
    for _ in range(40):
        now = stepped(now, "brighter", "much")
    assert now == Grade(light=0.25)
    assert stepped(Grade(saturation=0.0), "more colour") == Grade(saturation=0.0)


def test_a_match_never_goes_beyond_its_limits() -> None:
    dice = np.random.default_rng(0)
    for _ in range(300):
        own, other = (
            Measured(*dice.uniform(0.2, 0.5, 3), *dice.uniform(-0.1, 0.1, 2)) for _ in range(2)
        )
        found = towards(own, [other], part=1.0).grade
        assert abs(found.light) <= MOST_LIGHT
        assert 1 / MOST_CONTRAST - 0.001 <= found.contrast <= MOST_CONTRAST
        assert max(abs(found.blue), abs(found.red)) <= MOST_CAST
        after = predicted(own, replace(found, contrast=1.0))
        assert abs(after.light - other.light) <= abs(own.light - other.light) + 1e-3


def test_two_grades_in_one_do_what_they_do_one_after_the_other() -> None:
    own = Measured(0.4, 0.15, 0.08, 0.01, -0.02)
    first, then = Grade(0.05, 1.1, 0.9, 0.01, -0.01), Grade(-0.02, 0.9, 1.2, 0.0, 0.02)
    one = predicted(predicted(own, first), then)
    both = predicted(own, composed(first, then))
    for name in ("light", "contrast", "colour", "blue", "red"):
        assert getattr(one, name) == pytest.approx(getattr(both, name), abs=1e-3)
