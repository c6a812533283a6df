"""A hole is filled honestly or stays a hole; what is made is checked, marked and kept."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from generator.motion import MotionBackend
from generator.values import (
    Estimate,
    Frames,
    Gate,
    GeneratorError,
    OnProgress,
    Provenance,
    Shot,
    ShotRequest,
)
from media.errors import Cancelled
from media.probe import probe
from project import footage as store
from project import history
from project.errors import BadArguments, CreatorError
from project.store import Project
from tests.tools.conftest import Do, Propose, never, nothing
from timeline import edits
from timeline.model import Clip, Gap, Reframe, Timeline
from tools import fill as fill_room
from tools.filling import checks, takes, watching
from tools.filling.checks import Asked, look, still_s
from tools.filling.framing import framed
from tools.registry import tools

RATE = Fraction(25)


class Painter:
    """A backend that paints a moving gradient, or moves on what it is given; counts its work."""

    name = "painter"

    look = ""  # a learned look's name, as the builtin backend tells it

    def __init__(self, *, value: int = 120, moving: bool = True, unknown: str = "unicorn") -> None:
        self.value, self.moving, self.unknown, self.asked = value, moving, unknown, 0
        self.good_seeds: tuple[int, ...] | None = None
        self.seeds: list[int] = []

    def available(self) -> Gate:
        return Gate(True, "paints anywhere")

    def gate(self, request: ShotRequest) -> Gate:
        if self.unknown in request.prompt and not request.conditions:
            return Gate(False, f"it cannot paint a {self.unknown}", (self.unknown,))
        return Gate(True, "plain colours")

    def estimate(self, request: ShotRequest) -> Estimate:
        return Estimate(seconds=2.0)

    def generate(self, request: ShotRequest, progress: OnProgress, cancel: object) -> Shot:
        self.asked += 1
        self.seeds.append(request.seed)
        if cancel():  # type: ignore[operator]
            raise Cancelled("stopped")
        good = self.good_seeds is None or request.seed in self.good_seeds
        frames = self._frames(request, moving=self.moving and good)
        progress(1.0, frames[:1])
        told = {"look": self.look} if self.look else {}
        made = Provenance(
            self.name, "gradient", request.prompt, request.seed, ai=True, settings=told
        )
        return Shot(frames, request.rate, made)

    def _frames(self, request: ShotRequest, *, moving: bool) -> Frames:
        count = request.frame_count
        if request.conditions:
            head, tail = request.conditions[0].frames, request.conditions[-1].frames
            made = count - len(head) - len(tail)
            share = np.linspace(0, 1, made + 2)[1:-1].reshape(-1, 1, 1, 1)
            between = np.asarray(head[-1] * (1 - share) + tail[0] * share, np.uint8)
            return np.concatenate([head, between, tail])
        frames = np.full((count, request.height, request.width, 3), self.value)
        if moving:
            for number, frame in enumerate(frames):
                frame[:, : request.width * number // count] //= 2
        return frames.astype(np.uint8)


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch) -> Painter:
    backend = Painter()
    monkeypatch.setattr(fill_room, "backends_from", lambda *_: (backend,))
    return backend


def made_clip(timeline: Timeline) -> Clip:
    clip = timeline.track("V1").items[1]
    assert isinstance(clip, Clip)
    return clip


class TestFilling:
    def test_a_hole_is_filled_exactly_and_carries_where_it_came_from(
        self, do: Do, dailies: Project, holed: Timeline, painter: Painter
    ) -> None:
        [(at, gap)] = holed.holes()
        filled = do("fill", seed=7)
        assert filled.holes() == ()
        assert filled.duration == holed.duration
        clip = made_clip(filled)
        assert (clip.duration, filled.start_of(clip.id)) == (gap.duration, at)
        assert clip.origin is not None
        assert (clip.origin.backend, clip.origin.seed) == ("painter", 7)
        assert any("50 frames of 160x90" in reason for reason in clip.reasons)
        made = store.find(dailies, clip.footage_id)
        assert made.origin == clip.origin
        assert made.path.parent == dailies.generated
        assert probe(made.path).video is not None

    def test_killed_after_the_work_it_is_not_drawn_again(
        self, propose: Propose, dailies: Project, holed: Timeline, painter: Painter
    ) -> None:
        proposal, tool = propose("fill"), tools()["fill"]
        first = tool.work(proposal, dailies, nothing, never)
        assert first["checked"]["frames"] == 50 and not first["checked"]["problems"]
        again = tool.work(proposal, dailies, nothing, never)
        assert (first["footage_id"], painter.asked) == (again["footage_id"], 1)
        assert len(dailies.rows("SELECT id FROM footage WHERE origin IS NOT NULL")) == 1

    def test_what_cannot_be_drawn_from_words_is_joined_from_its_neighbours(
        self, propose: Propose, holed: Timeline, painter: Painter
    ) -> None:
        proposal = propose("fill", words="a unicorn")
        assert proposal.data["mode"] == "connect"
        assert "cannot paint a unicorn" in proposal.answer
        assert {w["mode"] for w in proposal.data["ways"]} >= {"connect", "extend_before"}
        assert "Other ways: extend before by painter (about 2 s)" in proposal.answer
        refused = propose("fill", words="a unicorn", mode="words")
        assert refused.effect == "read" and not refused.changes
        assert "unicorn" in refused.answer

    def test_a_shot_that_goes_on_from_a_clip_does_not_show_its_last_frames_again(
        self, propose: Propose, dailies: Project, holed: Timeline, painter: Painter
    ) -> None:
        given: list[ShotRequest] = []
        draws = painter._frames

        def noting(request: ShotRequest, *, moving: bool) -> Frames:
            given.append(request)
            return draws(request, moving=moving)

        painter._frames = noting  # type: ignore[method-assign]
        proposal = propose("fill", mode="connect")
        work = tools()["fill"].work(proposal, dailies, nothing, never)
        [request] = given
        head, tail = request.conditions
        assert head.frames.shape == tail.frames.shape == (8, 90, 160, 3)
        assert (head.at_s, tail.at_s) == (0, Fraction(50 + 8) / RATE)
        assert request.frame_count == 50 + 16
        assert work["checked"]["frames"] == 50
        assert work["checked"]["seam_before"] is not None

    @pytest.mark.parametrize("backend", [Painter(value=0), Painter(moving=False)])
    def test_a_black_or_frozen_shot_is_thrown_away(
        self, propose: Propose, dailies: Project, holed: Timeline, backend: Painter,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(fill_room, "backends_from", lambda *_: (backend,))
        proposal = propose("fill")
        with pytest.raises(CreatorError, match=r"black|move") as failed:
            tools()["fill"].work(proposal, dailies, nothing, never)
        assert "What else can be done" in str(failed.value)
        assert backend.asked == 2, "one more seed is tried"
        assert list(dailies.generated.iterdir()) == []

    def test_a_bad_shot_is_made_once_more_with_another_seed_and_it_says_so(
        self, propose: Propose, dailies: Project, holed: Timeline, painter: Painter
    ) -> None:
        painter.good_seeds = (1,)
        work = tools()["fill"].work(propose("fill"), dailies, nothing, never)
        assert painter.seeds == [0, 1]
        assert "The first try failed" in work["answer"] and "does not move" in work["answer"]
        kept = store.find(dailies, work["footage_id"]).origin
        assert kept is not None and kept.seed == 1

    def test_what_costs_money_is_not_tried_again_by_itself(
        self, propose: Propose, dailies: Project, holed: Timeline, painter: Painter,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(painter, "estimate", lambda request: Estimate(2.0, money_usd=0.4))
        painter.moving = False
        proposal = propose("fill")
        assert proposal.effect == "paid" and "0.40 USD" in proposal.answer
        with pytest.raises(CreatorError, match="does not move"):
            tools()["fill"].work(proposal, dailies, nothing, never)
        assert painter.asked == 1

    def test_cancelled_it_leaves_nothing(
        self, propose: Propose, dailies: Project, holed: Timeline, painter: Painter
    ) -> None:
        proposal = propose("fill")
        with pytest.raises(Cancelled):
            tools()["fill"].work(proposal, dailies, nothing, lambda: True)
        assert list(dailies.generated.iterdir()) == []

    def test_a_hole_that_is_gone_is_not_filled(
        self, propose: Propose, do: Do, dailies: Project, holed: Timeline, painter: Painter
    ) -> None:
        proposal, tool = propose("fill"), tools()["fill"]
        work = tool.work(proposal, dailies, nothing, never)
        do("storyboard", length_s=3, beats=({"words": "coffee"},))
        with pytest.raises(CreatorError, match="not on the timeline"):
            tool.apply(proposal, work, dailies)

    def test_a_hole_longer_than_the_limit_is_refused(
        self, propose: Propose, dailies: Project, painter: Painter
    ) -> None:
        long = Timeline(width=160, height=90)
        track = replace(long.track("V1"), items=(Gap("g-1", Fraction(90), "a river"),))
        with dailies.transaction():
            history.commit(dailies, replace(long, tracks=(track,)), "x", actor="hand")
        with pytest.raises(BadArguments, match="60 s"):
            propose("fill")


class TestHonesty:
    def test_filmed_life_is_not_continued_as_a_picture_that_stands(
        self, propose: Propose, dailies: Project, holed: Timeline, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(fill_room, "backends_from", lambda *_: (MotionBackend(),))
        refused = propose("fill")
        told = refused.answer
        assert refused.effect == "read" and not refused.changes, "the hole stays"
        assert "no honest way was found to fill 'a rocket launch in space' for 2.0 s" in told
        assert "for 1 s at most" in told, "a dissolve or a standing picture for so long"
        assert "trim coffee.mp4 before it longer" in told
        assert "film 'a rocket launch in space'" in told

    def test_a_standing_picture_that_is_asked_for_is_told_as_one(
        self, propose: Propose, do: Do, dailies: Project, holed: Timeline,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(fill_room, "backends_from", lambda *_: (MotionBackend(),))
        proposal = propose("fill", mode="still")
        assert "It shows one picture that stands" in proposal.answer
        assert "It will not show 'a rocket launch in space'" in proposal.answer
        assert "A small draft passed the checks: 50 frames" in proposal.answer
        assert (dailies.cache / proposal.data["preview"]).is_file()
        clip = made_clip(do("fill", mode="still"))
        told = store.find(dailies, clip.footage_id).title
        told += " ".join(m.caption for m in store.moments(dailies, clip.footage_id))
        assert "rocket" not in told.casefold()
        assert clip.origin is not None and not clip.origin.ai


class TestTakes:
    def test_another_bridge_would_be_the_same_so_it_is_not_made(
        self, do: Do, propose: Propose, dailies: Project, holed: Timeline,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(fill_room, "backends_from", lambda *_: (MotionBackend(),))
        [(_, gap)] = holed.holes()
        short = replace(gap, duration=Fraction(1, 2))
        with dailies.transaction():
            history.commit(dailies, edits.replace(holed, gap.id, short), "shorter", actor="hand")
        first = made_clip(do("fill", mode="connect", words="dissolve"))
        assert first.origin is not None and first.origin.model == "dissolve"
        same = propose("fill", another=True, mode="connect", words="dissolve")
        assert same.effect == "read"
        assert "a dissolve comes out the same with any seed" in same.answer
        assert propose("fill", another=True).data["mode"] != "connect"

    def test_another_one_has_a_new_seed_and_the_earlier_ones_can_be_chosen_again(
        self, do: Do, propose: Propose, dailies: Project, holed: Timeline, painter: Painter
    ) -> None:
        first = made_clip(do("fill"))
        second = made_clip(do("fill", words="another one"))
        assert (first.origin.seed, second.origin.seed) == (0, 1)  # type: ignore[union-attr]
        assert second.origin is not None and second.origin.prompt == first.origin.prompt  # type: ignore[union-attr]
        assert second.duration == first.duration
        proposal = propose("fill", another=True)
        assert "Earlier takes stay and can be chosen again: take 1 (painter, seed 0)" in (
            proposal.answer
        )
        back = propose("fill", alternate=1)
        assert back.effect == "edit" and "Take 1 of 2" in back.answer
        again = made_clip(do("fill", words="the first take again"))
        assert again.footage_id == first.footage_id
        assert again.origin == first.origin
        assert made_clip(do("fill", words="take 2")).footage_id == second.footage_id
        assert made_clip(do("fill", words="the previous one")).footage_id == first.footage_id
        assert store.find(dailies, second.footage_id).path.is_file()
        assert painter.asked == 2
        with pytest.raises(BadArguments, match="has 2 takes"):
            propose("fill", alternate=5)
        with pytest.raises(BadArguments, match="stands there now"):
            propose("fill", alternate=1)

    def test_a_take_that_was_never_made_is_refused(
        self, propose: Propose, holed: Timeline, painter: Painter
    ) -> None:
        with pytest.raises(BadArguments, match="fill it first"):
            propose("fill", alternate=1)


@pytest.mark.parametrize(
    ("said", "another", "number"),
    [
        ("another one", True, 0), ("Another take.", True, 0), ("try again", True, 0),
        ("a different one", True, 0), ("regenerate", True, 0), ("take 3", False, 3),
        ("use the second one", False, 2), ("version #4", False, 4), ("the one before", False, -1),
        ("go back to the previous take", False, -1), ("another sunset", False, 0),
        ("the first light of day", False, 0), ("take off of a plane", False, 0),
        ("try again with another seed", True, 0), ("one more take please", True, 0),
        ("make another take", True, 0), ("take two", False, 2), ("keep the old one", False, -1),
        ("I liked the first one better", False, 1), ("the original", False, 0),
        ("keep the original", False, 1), ("the other one was better", False, -1),
        ("an old town", False, 0), ("first", False, 0), ("another version of it", True, 0),
    ],
)  # fmt: skip
def test_words_for_takes_are_told_from_words_for_pictures(
    said: str, another: bool, number: int
) -> None:
    wish = takes.wish(said)
    assert (wish.another, wish.number) == (another, number)
    assert bool(wish.words) == (not another and not number)


def test_a_wish_may_say_which_made_shot_it_means() -> None:
    assert takes.wish("another take of the sunset").of == "sunset"
    assert takes.wish("another take of the shot").of == ""
    assert takes.wish("another shot of the beach").words == "another shot of the beach"
    assert takes.wish("take 2").plain and not takes.wish("another one").plain


class TestLooks:
    @pytest.fixture
    def dressed(self, dailies: Project, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """Two learned looks, and a built-in backend that says which of them it was given."""
        folder = dailies.folder / "looks"
        folder.mkdir()
        given: list[str] = []

        def backends(_: object, look: Path | None = None) -> tuple[Painter, ...]:
            painter, other = Painter(), Painter()
            painter.name = "builtin"
            painter.look = look.stem if look else ""
            given.append(painter.look)
            return painter, other

        for name in ("beach", "city"):
            (folder / f"{name}.safetensors").write_bytes(b"thin")
        monkeypatch.setattr(fill_room, "backends_from", backends)
        return given

    def test_a_fill_is_drawn_in_a_look_and_its_origin_names_it(
        self, do: Do, propose: Propose, holed: Timeline, dressed: list[str]
    ) -> None:
        proposal = propose("fill", look="beach")
        assert "in the look 'beach'" in proposal.answer and "painter" not in proposal.answer
        clip = made_clip(do("fill", look="beach"))
        assert clip.origin is not None and clip.origin.model == "gradient, look beach"
        assert set(dressed) == {"beach"}

    def test_another_take_keeps_the_look_unless_another_or_none_is_asked(
        self, do: Do, propose: Propose, holed: Timeline, dressed: list[str]
    ) -> None:
        do("fill", look="beach")
        assert propose("fill", words="another one").data["look"] == "beach"
        assert propose("fill", another=True, look="city").data["look"] == "city"
        assert propose("fill", another=True, look="none").data["look"] == ""
        assert "in the look 'beach'" in propose("fill", another=True).answer

    def test_an_unknown_look_is_refused_with_those_there_are(
        self, propose: Propose, dailies: Project, holed: Timeline, dressed: list[str]
    ) -> None:
        with pytest.raises(BadArguments, match="no look 'forest'; there are: beach and city"):
            propose("fill", look="forest")
        with pytest.raises(BadArguments, match="there are: beach and city"):
            propose("fill", look="mine")
        (dailies.folder / "looks" / "city.safetensors").unlink()
        assert propose("fill", look="mine").data["look"] == "beach", "the only one there is"
        (dailies.folder / "looks" / "beach.safetensors").unlink()
        with pytest.raises(BadArguments, match="roughcut look learn"):
            propose("fill", look="mine")

    def test_no_other_backend_draws_in_a_look(
        self, propose: Propose, holed: Timeline, dressed: list[str]
    ) -> None:
        with pytest.raises(BadArguments, match="only the builtin backend draws in a look"):
            propose("fill", look="beach", backend="painter")

    def test_what_cannot_be_drawn_in_the_look_is_said_and_the_hole_stays(
        self, propose: Propose, holed: Timeline, dressed: list[str]
    ) -> None:
        refused = propose("fill", look="beach", mode="words", words="a unicorn")
        assert refused.effect == "read" and not refused.changes
        assert "'beach'" in refused.answer and "cannot paint a unicorn" in refused.answer


class TestWatching:
    def test_a_picture_of_the_shot_lies_in_the_cache_while_it_is_made_and_goes_with_it(
        self, propose: Propose, dailies: Project, holed: Timeline, painter: Painter
    ) -> None:
        proposal, seen = propose("fill"), []
        picture = watching.picture(dailies, proposal.action_hash())

        def progress(share: float, what: str) -> None:
            seen.append((what, picture.is_file()))

        tools()["fill"].work(proposal, dailies, progress, never)
        assert ("writing and checking it", True) in seen
        assert not picture.exists()

    def test_stopped_while_it_is_written_nothing_is_left_and_nothing_is_tried_again(
        self, propose: Propose, dailies: Project, holed: Timeline, painter: Painter
    ) -> None:
        proposal, told = propose("fill"), []

        def progress(share: float, what: str) -> None:
            told.append(what)

        with pytest.raises(Cancelled):
            tools()["fill"].work(
                proposal, dailies, progress, lambda: "writing and checking it" in told
            )
        assert painter.asked == 1 and list(dailies.generated.iterdir()) == []


def test_a_way_whose_draft_failed_is_not_offered_as_another_way(
    propose: Propose, holed: Timeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    still, moves = Painter(moving=False), Painter()
    still.name, moves.name = "scenes", "builtin"
    monkeypatch.setattr(fill_room, "backends_from", lambda *_: (still, moves))
    proposal = propose("fill", mode="words")
    assert "Drafts that did not pass" in proposal.answer
    assert {way["backend"] for way in proposal.data["ways"]} == {"builtin"}


def test_a_backend_that_breaks_while_it_is_asked_is_passed_over_with_its_reason(
    propose: Propose, holed: Timeline, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_: ShotRequest) -> Gate:
        raise GeneratorError("its weights are torn")

    torn = Painter()
    torn.name = "builtin"
    monkeypatch.setattr(torn, "gate", breaks)
    monkeypatch.setattr(fill_room, "backends_from", lambda *_: (torn, painter))
    proposal = propose("fill")
    assert proposal.data["backend"] == "painter" and "its weights are torn" in proposal.answer


def moving(count: int, *, step: int = 2) -> Frames:
    """A textured picture that slides by `step` px a frame, (count, 90, 160, 3)."""
    texture = np.random.default_rng(0).integers(0, 255, (9, 100, 3), np.uint8)
    wide = np.repeat(np.repeat(texture, 10, axis=0), 10, axis=1)
    return np.stack([wide[:, n * step : n * step + 160] for n in range(count)])


class TestChecks:
    def asked(self, count: int, **more: object) -> Asked:
        return Asked(count, RATE, (160, 90), **more)  # type: ignore[arg-type]

    def test_footage_that_goes_on_passes_and_its_seam_is_one_step(self) -> None:
        run = moving(70)
        made = look(list(run[9:59]), self.asked(50, before=run[:9], after=run[59:68]), (160, 90))
        assert made.ok, made.problems
        assert made.seam_before == pytest.approx(1, abs=0.2)
        assert made.seam_after == pytest.approx(1, abs=0.2)
        assert "50 frames of 160x90, seam in 1.0" in made.words

    def test_a_jump_at_a_seam_is_found_on_its_side(self) -> None:
        run = moving(90, step=1)
        made = look(list(run[9:59]), self.asked(50, before=run[:9], after=run[80:89]), (160, 90))
        assert made.seam_before is not None and made.seam_before < 1.5
        assert any("out of it" in problem for problem in made.problems)

    def test_frames_that_were_shown_before_are_a_jump(self) -> None:
        run = moving(70)
        made = look(list(run[1:51]), self.asked(50, before=run[:9]), (160, 90))
        assert any("into it" in problem for problem in made.problems)

    def test_length_and_size_are_held_to_the_frame(self) -> None:
        made = look(list(moving(49)), self.asked(50), (320, 180))
        assert made.problems == (
            "it has 49 frames instead of 50", "it is 320x180 instead of 160x90",
        )  # fmt: skip

    def test_a_long_stop_within_a_shot_is_found_and_grain_does_not_hide_it(self) -> None:
        run, random = moving(25), np.random.default_rng(1)
        grain = random.normal(0, 1.2, (70, 90, 160, 1))
        stop = np.clip(run[-1] + grain, 0, 255).astype(np.uint8)
        made = look([*run, *stop], self.asked(95), (160, 90))
        assert made.still_s == pytest.approx(2.8, abs=0.2)
        assert "does not move for 2.8 s" in made.problems[0]

    def test_a_short_freeze_that_was_asked_for_may_stand(self) -> None:
        stop = list(np.repeat(moving(1), 40, axis=0))
        assert not look(stop, self.asked(40), (160, 90)).ok
        assert look(stop, self.asked(40, may_stand=True), (160, 90)).ok

    def test_black_and_flicker_are_named(self) -> None:
        dark = np.zeros((30, 90, 160, 3), np.uint8)
        assert "it is black" in look(list(dark), self.asked(30), (160, 90)).problems
        run = moving(30).astype(int)
        run[::2] += 30
        shot = list(np.clip(run, 0, 255).astype(np.uint8))
        assert any("flickers" in p for p in look(shot, self.asked(30), (160, 90)).problems)

    def test_no_picture_is_a_problem_not_an_error(self) -> None:
        assert look([], self.asked(5), (0, 0)).problems == ("it has no picture",)

    def test_a_starry_sky_is_not_called_frozen(self) -> None:
        from generator.scenes import SCENES

        sky = SCENES["stars"].render(None, (256, 144), RATE, 60, 3)
        assert still_s(checks.small(list(sky)), RATE) == 0


def test_a_neighbour_is_taken_as_its_reframe_shows_it() -> None:
    picture = np.zeros((90, 160, 3), np.uint8)
    picture[:, 80:] = 200
    right = framed(picture, Reframe(centre_x=0.75, zoom=2, fit="fill"), (160, 90))
    assert (right == 200).all()
    upright = framed(picture, Reframe(fit="fit"), (90, 160))
    assert not upright[:50].any() and upright[80, 80].all(), "bars, as it plays"


def test_an_error_of_the_backend_is_told_with_what_else_can_be_done(
    propose: Propose, dailies: Project, holed: Timeline, painter: Painter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def fails(*_: object) -> Shot:
        raise GeneratorError("out of paint")

    monkeypatch.setattr(painter, "generate", fails)
    with pytest.raises(CreatorError, match=r"out of paint.*What else can be done"):
        tools()["fill"].work(propose("fill"), dailies, nothing, never)


def test_every_backend_is_known_without_loading_one(dailies: Project) -> None:
    names = {backend.name for backend in fill_room.backends_from(dailies.settings)}
    assert {"scenes", "motion", "api"} <= names
