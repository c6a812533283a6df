"""Every way to fill a place: back to the beginning, as a loop, drawn anew, through pictures."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from pydantic import ValidationError

from generator.values import (
    Estimate,
    Frames,
    Gate,
    OnProgress,
    Provenance,
    Shot,
    ShotRequest,
)
from project import history
from project.errors import BadArguments
from project.store import Project
from tests.tools.conftest import Do, Propose, never, nothing
from timeline.model import Clip, Gap, Timeline
from tools import fill as fill_room
from tools.filling import asking
from tools.filling.given import Area, mask_of
from tools.filling.place import place_of
from tools.registry import tools


class Pupil:
    """A backend that takes everything, paints bars that slide, and keeps what it was asked."""

    name = "pupil"

    def __init__(self) -> None:
        self.asked: list[ShotRequest] = []
        self.drawn: list[ShotRequest] = []

    def available(self) -> Gate:
        return Gate(True, "")

    def gate(self, request: ShotRequest) -> Gate:
        self.asked.append(request)
        return Gate(True, "takes everything")

    def estimate(self, request: ShotRequest) -> Estimate:
        return Estimate(1.0)

    def generate(self, request: ShotRequest, progress: OnProgress, cancel: object) -> Shot:
        self.drawn.append(request)
        given = [one.frames for one in request.conditions]
        if len(given) == 2:
            frames = faded(given[0], given[1], request.frame_count)
        else:
            frames = sliding(request.frame_count, request.width, request.height, step=2)
        return Shot(frames, request.rate, Provenance(self.name, "bars", request.prompt,
                    request.seed, ai=True))  # fmt: skip


def sliding(count: int, width: int, height: int, *, step: int) -> Frames:
    """Bars that slide, (count, height, width, 3)."""
    wide = np.repeat(np.random.default_rng(0).integers(0, 255, (1, 40, 3), np.uint8), 20, axis=1)
    wide = np.tile(wide, (height, 1, 1))
    return np.stack([wide[:, n * step % 400 : n * step % 400 + width] for n in range(count)])


def faded(head: Frames, tail: Frames, count: int) -> Frames:
    """From the last of `head` to the first of `tail`, both of them kept, (count, H, W, 3)."""
    shares = np.linspace(0, 1, count - len(head) - len(tail) + 2)[1:-1].reshape(-1, 1, 1, 1)
    between = np.asarray(head[-1] * (1 - shares) + tail[0] * shares, np.uint8)
    return np.concatenate([head, between, tail])


@pytest.fixture
def pupil(monkeypatch: pytest.MonkeyPatch) -> Pupil:
    backend = Pupil()
    monkeypatch.setattr(fill_room, "backends_from", lambda *_: (backend,))
    return backend


@pytest.fixture
def ending(dailies: Project, holed: Timeline) -> Timeline:
    """coffee, beach, a hole of a second that wants stars, at the film's end."""
    [(_, gap)] = holed.holes()
    clips = [clip for _, clip in holed.clips()]
    items = (*clips, replace(gap, duration=Fraction(1), wanted="stars"))
    track = replace(holed.track("V1"), items=items)
    cut = replace(holed, tracks=(track, *holed.tracks[1:]))
    with dailies.transaction():
        history.commit(dailies, cut, "the hole at the end", actor="hand")
    return cut


class TestBackToTheBeginning:
    def test_a_hole_at_the_end_leads_from_the_last_clip_to_the_first(
        self, propose: Propose, dailies: Project, ending: Timeline, pupil: Pupil
    ) -> None:
        proposal = propose("fill", mode="film_loop")
        assert "leading back to the film's beginning" in proposal.answer
        work = tools()["fill"].work(proposal, dailies, nothing, never)
        [request] = pupil.drawn
        head, tail = request.conditions
        assert (head.at_s, tail.at_s) == (0, Fraction(25 + 8, 25))
        assert request.frame_count == 25 + 16 and work["checked"]["frames"] == 25
        place = place_of(ending.track("V1").items[-1].id, ending)
        assert place.opening == ending.clips()[0][1]
        assert work["checked"]["seam_after"] is not None, "the seam to the first clip is looked at"

    def test_it_is_one_of_the_ways_there_and_nowhere_else(
        self, propose: Propose, holed: Timeline, pupil: Pupil
    ) -> None:
        modes = {way["mode"] for way in propose("fill").data["ways"]}
        assert modes == {"words", "connect", "extend_before", "extend_after", "still"}
        refused = propose("fill", mode="film_loop")
        assert refused.effect == "read"
        assert "only a hole at the film's end leads back to its beginning" in refused.answer

    def test_at_the_end_it_is_offered(
        self, propose: Propose, ending: Timeline, pupil: Pupil
    ) -> None:
        modes = {way["mode"] for way in propose("fill").data["ways"]}
        assert modes == {"words", "extend_before", "still", "film_loop"}


class TestAsALoop:
    @pytest.mark.parametrize(
        "arguments", [{"loop": True, "words": "stars"}, {"words": "a seamless loop of stars"}]
    )
    def test_a_shot_from_words_may_end_where_it_begins(
        self, propose: Propose, holed: Timeline, pupil: Pupil, arguments: dict[str, object]
    ) -> None:
        proposal = propose("fill", **arguments)
        assert [(one.prompt, one.loop) for one in pupil.asked] == [("stars", True)]
        assert "ending where it begins" in proposal.answer

    def test_a_shot_that_joins_its_neighbours_is_no_loop(
        self, propose: Propose, holed: Timeline, pupil: Pupil
    ) -> None:
        refused = propose("fill", loop=True, mode="connect")
        assert refused.effect == "read" and not pupil.asked
        assert "does not end where it begins" in refused.answer


class TestDrawnAnew:
    @pytest.fixture
    def filled(self, do: Do, holed: Timeline, pupil: Pupil) -> Timeline:
        made = do("fill", mode="words", words="bars")
        pupil.asked.clear()
        pupil.drawn.clear()
        return made

    def test_a_made_shot_is_departed_from_and_becomes_another_take(
        self, do: Do, propose: Propose, filled: Timeline, pupil: Pupil
    ) -> None:
        proposal = propose("fill", mode="restyle", words="a sunset", strength=0.4)
        assert "drawn from the shot that stands there, towards 'a sunset'" in proposal.answer
        again = do("fill", mode="restyle", words="a sunset", strength=0.4)
        [request] = pupil.drawn
        [given] = request.conditions
        clip = filled.track("V1").items[1]
        assert (given.strength, given.at_s, given.mask) == (0.4, 0, None)
        assert len(given.frames) == request.frame_count == round(clip.duration * filled.rate)
        want = sliding(len(given.frames), 160, 90, step=2)
        assert np.abs(given.frames.astype(int) - want).mean() < 6, "the frames of the take"
        made = again.track("V1").items[1]
        assert isinstance(made, Clip) and made.origin is not None and made.origin.seed == 1
        assert "Earlier takes stay" in propose("fill", another=True).answer

    def test_words_ask_for_it_and_it_is_one_of_the_ways(
        self, propose: Propose, filled: Timeline, pupil: Pupil
    ) -> None:
        said = propose("fill", words="restyle it as a sunset")
        assert (said.data["mode"], said.data["prompt"]) == ("restyle", "a sunset")
        ways = propose("fill", another=True).data["ways"]
        assert {"words", "restyle"} <= {way["mode"] for way in ways}

    def test_a_region_stays_as_it_is(self, do: Do, filled: Timeline, pupil: Pupil) -> None:
        keep = {"left": 0, "top": 0, "right": 0.5, "bottom": 1}
        do("fill", mode="restyle", words="a sunset", keep=keep)
        [given] = pupil.drawn[-1].conditions
        assert given.strength == 1 and given.frames.shape[1:3] == (90, 160)
        assert given.mask is not None
        assert given.mask[:, :80].all() and not given.mask[:, 80:].any()

    def test_a_hole_has_nothing_to_draw_anew(
        self, propose: Propose, holed: Timeline, pupil: Pupil
    ) -> None:
        refused = propose("fill", mode="restyle", words="a sunset")
        assert refused.effect == "read"
        assert "no made shot stands there to be drawn anew" in refused.answer


class TestThroughPictures:
    def test_pictures_stand_at_their_moments_also_behind_a_neighbour(
        self, propose: Propose, dailies: Project, holed: Timeline, pupil: Pupil
    ) -> None:
        first = holed.clips()[0][1].footage_id
        shown = ({"footage": first, "at_s": 0.4, "picture_s": 0.5},)
        told = propose("fill", mode="words", pictures=shown, steps=4).answer
        assert "through 1 picture of the footage" in told
        [request] = pupil.asked
        [key] = request.conditions
        assert (key.at_s, key.frames.shape, request.steps) == (Fraction(2, 5), (1, 90, 160, 3), 4)
        pupil.asked.clear()
        propose("fill", mode="extend_before", pictures=shown)
        head, later = pupil.asked[0].conditions
        assert (head.at_s, later.at_s) == (0, Fraction(8, 25) + Fraction(2, 5))

    def test_a_picture_that_is_not_there_or_too_late_is_refused(
        self, propose: Propose, holed: Timeline, pupil: Pupil
    ) -> None:
        with pytest.raises(BadArguments, match="no footage with a picture is called 'moon'"):
            propose("fill", pictures=({"footage": "moon", "at_s": 0},))
        known = holed.clips()[0][1].footage_id
        with pytest.raises(BadArguments, match="for second 9 of a shot"):
            propose("fill", pictures=({"footage": known, "at_s": 9},))

    def test_things_are_placed_also_behind_a_neighbour(
        self, propose: Propose, holed: Timeline, pupil: Pupil
    ) -> None:
        sun = {"words": "sun", "left": 0.1, "top": 0.2, "right": 0.3, "bottom": 0.4, "at_s": 0.5}
        propose("fill", mode="extend_before", things=(sun,))
        [box] = pupil.asked[0].boxes
        assert (box.words, box.left, box.at_s) == ("sun", 0.1, Fraction(8, 25) + Fraction(1, 2))


def test_an_area_has_a_size_and_masks_what_it_says() -> None:
    with pytest.raises(ValidationError, match="left must be less than right"):
        Area(left=0.5, top=0, right=0.5, bottom=1)
    mask = mask_of(Area(left=0.25, top=0.5, right=0.75, bottom=1), (10, 20))
    assert mask[5:, 5:15].all() and mask.sum() == 50


@pytest.mark.parametrize(
    ("words", "mode", "rest"),
    [
        ("continue the clip before", "extend_before", ""),
        ("by extending the previous shot", "extend_before", ""),
        ("let the shot before the hole go on", "extend_before", ""),
        ("lead into the next clip", "extend_after", ""),
        ("starting the clip after it earlier", "extend_after", ""),
        ("Connect the two shots.", "connect", ""),
        ("bridging the clips around the hole", "connect", ""),
        ("make the film loop", "film_loop", ""),
        ("lead back to the beginning", "film_loop", ""),
        ("restyle it as a night sky", "restyle", "a night sky"),
        ("restyle the shot: golden", "restyle", "golden"),
        ("a clip before dawn", None, "a clip before dawn"),
        ("connect four, the game", None, "connect four, the game"),
        ("continue", None, "continue"),
        ("the beginning of spring", None, "the beginning of spring"),
    ],
)
def test_words_for_a_way_are_told_from_words_for_pictures(
    words: str, mode: str | None, rest: str
) -> None:
    told = asking.told(words)
    assert (told.mode, told.words, told.loop) == (mode, rest, False)


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        ("a seamless loop of clouds", "clouds"), ("looping water", "water"),
        ("clouds, looped", "clouds"), ("fog as a loop", "fog"), ("loop", ""),
        ("ink that loops seamlessly", "ink"),
    ],
)  # fmt: skip
def test_words_for_a_loop_are_not_what_is_shown(words: str, rest: str) -> None:
    assert asking.told(words) == asking.Told(rest, loop=True)


def test_a_loop_that_is_a_thing_stays_what_is_shown() -> None:
    assert asking.told("a roller coaster loop").words == "a roller coaster loop"


def test_only_a_place_at_the_end_of_a_film_knows_its_opening(holed: Timeline) -> None:
    [(_, gap)] = holed.holes()
    assert place_of(gap.id, holed).opening is None
    alone = replace(holed, tracks=(replace(holed.track("V1"), items=(Gap("g", Fraction(1)),)),))
    assert place_of("g", alone).opening is None
