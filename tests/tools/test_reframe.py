"""The film in another shape: proposed without writing, looked at once, applied as one edit."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from pydantic import ValidationError

from media.errors import Cancelled
from project import history
from project.errors import BadArguments
from project.store import Project
from tests.tools.conftest import Do, Propose, never, nothing
from timeline import document
from timeline.model import Clip, Reframe, Timeline, Track
from timeline.time import TimeRange
from tools import reframe
from tools.registry import tools

pytestmark = pytest.mark.usefixtures("library_files")


@pytest.fixture
def cut(dailies: Project) -> Timeline:
    """coffee, pan and phone (which is upright), a second of each."""
    clips = tuple(
        Clip(
            f"c-{name}", f"f-{name}", f"{name}.mp4",
            TimeRange(Fraction(1), Fraction(2)), TimeRange(Fraction(0), Fraction(6)),
        )
        for name in ("coffee", "pan", "phone")
    )  # fmt: skip
    made = Timeline(width=320, height=180, tracks=(Track("V1", "video", clips),))
    with dailies.transaction():
        history.commit(dailies, made, "a cut", actor="hand")
    return made


def frames(timeline: Timeline) -> dict[str, Reframe | None]:
    return {clip.id: clip.reframe for _, clip in timeline.clips()}


@pytest.mark.usefixtures("cut")
class TestReframe:
    def test_a_film_becomes_upright_and_every_clip_fills_it(self, do: Do) -> None:
        made = do("reframe", aspect="9:16")
        assert (made.width, made.height) == (720, 1280)
        found = frames(made)
        assert found["c-phone"] is None, "it fits as it is"
        for key in ("c-coffee", "c-pan"):
            frame = found[key]
            assert frame is not None and frame.fit == "fill"

    def test_long_looks_are_slow_work_with_an_estimate_that_leaves_the_same_edit(
        self, propose: Propose, dailies: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reframe, "QUICK_S", 0.0)
        proposal = propose("reframe", aspect="9:16")
        assert proposal.effect == "slow" and proposal.timeline is None
        assert proposal.cost.seconds > 1 and "2 clips framed by what is seen" in proposal.answer
        told: list[float] = []
        tool = tools()["reframe"]
        work = tool.work(proposal, dailies, lambda share, _: told.append(share), never)
        assert told == sorted(told) and told[-1] == 1.0
        made = tool.apply(proposal, work, dailies)
        assert made is not None and (made.width, made.height) == (720, 1280)
        again = propose("reframe", aspect="9:16")  # looked at by now, so nothing is slow any more
        assert again.effect == "edit" and again.timeline is not None
        assert frames(document.from_document(again.timeline)) == frames(made)
        assert again.reasons and all(reason.verified for reason in again.reasons)

    def test_a_stopped_look_changes_nothing(
        self, propose: Propose, dailies: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reframe, "QUICK_S", 0.0)
        proposal = propose("reframe", aspect="1:1")
        with pytest.raises(Cancelled):
            tools()["reframe"].work(proposal, dailies, nothing, lambda: True)

    def test_the_whole_picture_between_bars(self, do: Do) -> None:
        found = frames(do("reframe", aspect="1:1", fit=True))
        assert all(frame == Reframe(fit="fit") for frame in found.values())

    def test_a_frame_held_by_hand_moves_only_the_clip_that_is_named(
        self, propose: Propose, do: Do, cut: Timeline
    ) -> None:
        made = do("reframe", clips=("2",), centre_x=0.2)
        assert frames(made)["c-pan"] == Reframe(0.2, 0.5, 1.0, "fill")
        assert frames(made)["c-coffee"] == frames(cut)["c-coffee"]
        assert (made.width, made.height) == (cut.width, cut.height)

    def test_the_middle_needs_no_look(
        self, propose: Propose, dailies: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reframe, "QUICK_S", 0.0)
        proposal = propose("reframe", aspect="4:5", follow="centre")
        assert proposal.effect == "edit" and "3 clips keep their middle" in proposal.answer
        assert not (dailies.cache / "looks").exists()

    def test_what_is_followed_in_words_is_said_to_be_unknown(self, propose: Propose) -> None:
        proposal = propose("reframe", aspect="9:16", subject="the trees")
        assert "What 'the trees' looks like is not known here" in proposal.answer

    def test_the_other_way_round_comes_back(self, do: Do, cut: Timeline) -> None:
        do("reframe", aspect="9:16")
        back = do("reframe", aspect="16:9", follow="centre")
        assert frames(back)["c-coffee"] is None
        assert frames(back)["c-phone"] is not None

    def test_bad_arguments_are_said(self, propose: Propose) -> None:
        with pytest.raises(BadArguments, match="no clip"):
            propose("reframe", aspect="9:16", clips=("9",))
        with pytest.raises(ValidationError):
            propose("reframe", aspect="2:1")
        with pytest.raises(ValidationError):
            propose("reframe", centre_x=1.5)


def test_without_a_film_it_says_what_to_do(propose: Propose) -> None:
    with pytest.raises(BadArguments, match="storyboard"):
        propose("reframe", aspect="9:16")


def test_a_clip_over_the_main_track_is_framed_as_well(
    do: Do, dailies: Project, cut: Timeline
) -> None:
    over = Clip(
        "c-over", "f-beach", "beach.mp4", TimeRange(Fraction(0), Fraction(1)),
        TimeRange(Fraction(0), Fraction(12)),
    )  # fmt: skip
    both = replace(cut, tracks=(*cut.tracks, Track("V2", "video", (over,))))
    with dailies.transaction():
        history.commit(dailies, both, "b-roll", actor="hand")
    made = do("reframe", aspect="9:16", follow="centre")
    item = made.item("c-over")
    assert isinstance(item, Clip) and item.reframe is not None and item.reframe.fit == "fill"
