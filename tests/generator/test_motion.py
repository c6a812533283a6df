"""Classical fills keep what was given and move between."""

from fractions import Fraction

import numpy as np
import pytest

from generator.motion import MotionBackend, method
from generator.scenes import SCENES, SceneParams
from generator.values import Condition, Frames, GenerationCancelled, Refused, ShotRequest

SIZE = {"width": 192, "height": 112}
SECOND = {"duration_s": Fraction(1), "rate": Fraction(24)}


def quiet(*_: object) -> None:
    return None


def no() -> bool:
    return False


def level_db(a: Frames, b: Frames) -> float:
    error = float(((a.astype(float) - b) ** 2).mean())
    return 99.0 if error == 0 else 10 * np.log10(255**2 / error)


@pytest.fixture(scope="module")
def pan() -> Frames:
    """A moving picture of 24 frames with much detail."""
    params = SceneParams("hills", camera="pan right", camera_speed="high")
    return SCENES["hills"].render(params, (192, 112), Fraction(24), 24, 3)


def request(*conditions: Condition, prompt: str = "") -> ShotRequest:
    return ShotRequest(prompt, conditions=conditions, **SIZE, **SECOND)  # type: ignore[arg-type]


def test_bridge_keeps_both_sides_and_beats_a_dissolve_in_the_middle(pan: Frames) -> None:
    sides = Condition(pan[:2], Fraction(0)), Condition(pan[-2:], Fraction(22, 24))
    shot = MotionBackend().generate(request(*sides), quiet, no)
    assert shot.frames.shape == pan.shape and shot.provenance.model == "bridge"
    assert level_db(shot.frames[0], pan[0]) >= 30 and level_db(shot.frames[-1], pan[-1]) >= 30
    faded = MotionBackend().generate(request(*sides, prompt="dissolve"), quiet, no)
    assert level_db(shot.frames[12], pan[12]) > level_db(faded.frames[12], pan[12])


def test_sides_that_do_not_match_are_dissolved_and_it_says_so(pan: Frames) -> None:
    other = SCENES["neon"].render(None, (192, 112), Fraction(24), 1, 3)
    shot = MotionBackend().generate(
        request(Condition(pan[:1], Fraction(0)), Condition(other, Fraction(23, 24))), quiet, no
    )
    assert any("dissolved" in note for note in shot.notes)
    assert level_db(shot.frames[-1], other[0]) >= 30


def test_ken_burns_starts_on_the_picture_and_moves(pan: Frames) -> None:
    shot = MotionBackend().generate(request(Condition(pan[:1], Fraction(0))), quiet, no)
    assert shot.provenance.model == "ken burns"
    assert level_db(shot.frames[0], pan[0]) >= 30
    assert np.abs(shot.frames[0].astype(int) - shot.frames[-1]).mean() > 1


def test_picture_given_for_the_end_is_the_last_frame(pan: Frames) -> None:
    shot = MotionBackend().generate(request(Condition(pan[:1], Fraction(23, 24))), quiet, no)
    assert level_db(shot.frames[-1], pan[0]) >= 30


def test_freeze_holds_the_last_frame_with_grain_that_lives(pan: Frames) -> None:
    asked = request(Condition(pan[:4], Fraction(0)), prompt="freeze")
    shot = MotionBackend().generate(asked, quiet, no)
    assert (shot.frames[:4] == pan[:4]).all()
    assert level_db(shot.frames[-1], pan[3]) >= 30
    assert (shot.frames[-1] != shot.frames[-2]).any()
    assert (shot.frames == MotionBackend().generate(asked, quiet, no).frames).all()


def test_motion_refuses_a_shot_from_words_alone() -> None:
    with pytest.raises(Refused, match="none were given"):
        MotionBackend().generate(ShotRequest("sunset"), quiet, no)


def test_motion_refuses_frames_in_the_middle(pan: Frames) -> None:
    gate = MotionBackend().gate(request(Condition(pan[:1], Fraction(1, 2))))
    assert not gate.open and "0.50 s" in gate.reason


def test_motion_fits_a_picture_of_another_shape(pan: Frames) -> None:
    wide = np.ascontiguousarray(pan[:1, :40])
    assert method(request(Condition(wide, Fraction(0)))) == "ken burns"
    shot = MotionBackend().generate(request(Condition(wide, Fraction(0))), quiet, no)
    assert shot.frames.shape[1:] == (112, 192, 3)


def test_motion_stops_when_told(pan: Frames) -> None:
    with pytest.raises(GenerationCancelled):
        MotionBackend().generate(request(Condition(pan[:1], Fraction(0))), quiet, lambda: True)


@pytest.mark.parametrize("count", [11, 12])
def test_a_looping_move_over_a_picture_comes_back_to_it(pan: Frames, count: int) -> None:
    start = Condition(pan[:1], Fraction(0))
    asked = ShotRequest("", duration_s=Fraction(count, 25), width=pan.shape[2],
                          height=pan.shape[1], conditions=(start,), loop=True)  # fmt: skip
    frames = MotionBackend().generate(asked, lambda *_: None, lambda: False).frames.astype(int)
    assert len(frames) == count
    steps = np.abs(np.diff(frames, axis=0)).mean((1, 2, 3))
    assert np.abs(frames[0] - frames[-1]).mean() <= 1.5 * np.median(steps)
    assert np.abs(frames[0] - frames[count // 2]).mean() > 2 * np.median(steps)


def test_what_motion_cannot_loop_it_refuses(pan: Frames) -> None:
    both = (Condition(pan[:4], Fraction(0)), Condition(pan[-4:], Fraction(16, 25)))
    asked = ShotRequest("", duration_s=Fraction(20, 25), conditions=both, loop=True)
    gate = MotionBackend().gate(asked)
    assert not gate.open and "loop" in gate.reason


@pytest.mark.parametrize(
    ("words", "given", "longest_s"), [("freeze", 4, 2.0), ("", 1, 6.0), ("hold", 1, 2.0)]
)
def test_what_stands_still_is_refused_past_the_length_at_which_it_passes(
    pan: Frames, words: str, given: int, longest_s: float
) -> None:
    for over, is_open in ((0, True), (1, False)):
        asked = ShotRequest(
            words, duration_s=Fraction(longest_s) + Fraction(given + over, 25), width=192,
            height=112, conditions=(Condition(pan[:given], Fraction(0)),),
        )  # fmt: skip
        gate = MotionBackend().gate(asked)
        assert gate.open is is_open, gate.reason
    assert f"for {longest_s:g} s at most" in gate.reason and "shorter" in gate.reason


def test_a_bridge_is_longer_between_like_frames_than_a_dissolve_between_unlike_ones(
    pan: Frames,
) -> None:
    other = SCENES["neon"].render(None, (192, 112), Fraction(24), 1, 3)
    for tail, is_open in ((pan[-1:], True), (other, False)):
        ends = Condition(pan[:1], Fraction(0)), Condition(tail, Fraction(29, 24))
        asked = ShotRequest("", duration_s=Fraction(30, 24), rate=Fraction(24), width=192,
                            height=112, conditions=ends)  # fmt: skip
        assert MotionBackend().gate(asked).open is is_open


def test_a_bridge_goes_at_one_speed_from_side_to_side(pan: Frames) -> None:
    sides = Condition(pan[:2], Fraction(0)), Condition(pan[-2:], Fraction(22, 24))
    frames = MotionBackend().generate(request(*sides), quiet, no).frames.astype(int)
    steps = np.abs(np.diff(frames[2:-1], axis=0)).mean((1, 2, 3))
    assert np.abs(frames[2] - frames[1]).mean() < 1.5 * np.median(steps)
    assert steps.min() > 0.3 * np.median(steps), "it halts on the way"


def test_a_move_over_a_still_is_as_fast_at_any_rate(pan: Frames) -> None:
    ends = []
    for rate in (Fraction(12), Fraction(48)):
        asked = ShotRequest("", duration_s=Fraction(1), rate=rate, width=192, height=112,
                            conditions=(Condition(pan[:1], Fraction(0)),))  # fmt: skip
        ends.append(MotionBackend().generate(asked, quiet, no).frames[-1].astype(int))
    assert np.abs(ends[0] - pan[0]).mean() > 4 * np.abs(ends[0] - ends[1]).mean()


def test_bars_beside_a_picture_stay_bars_while_it_moves(pan: Frames) -> None:
    upright = np.zeros_like(pan)
    upright[:, :, 60:130] = pan[:, :, 60:130]
    sides = Condition(upright[:1], Fraction(0)), Condition(upright[-1:], Fraction(23, 24))
    still = (Condition(upright[:1], Fraction(0)),)
    for conditions in (sides, still):
        frames = MotionBackend().generate(request(*conditions), quiet, no).frames
        assert not frames[:, :, :60].any() and not frames[:, :, 130:].any()
        assert frames[12][:, 60].any() and frames[12][:, 129].any()
        assert (frames[12] != frames[0]).any()


def test_what_a_hole_wants_is_not_taken_for_a_freeze(pan: Frames) -> None:
    start = Condition(pan[:1], Fraction(0))
    assert method(request(start, prompt="two people hold hands in a household")) == "ken burns"
    assert method(request(start, prompt="hold the last frame")) == "freeze"
