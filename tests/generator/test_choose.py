"""The choice of backend: named or strongest, always with reasons, never exchanged in silence."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from generator.builtin import BuiltinBackend
from generator.choose import ORDER, backends, choose
from generator.values import Condition, Refused, ShotRequest

FRAME = np.zeros((1, 90, 160, 3), np.uint8)


def test_words_that_are_a_scene_go_to_scenes_and_say_who_was_passed_over(
    tmp_path: Path,
) -> None:
    without_weights = (BuiltinBackend(tmp_path), *(b for b in backends() if b.name != "builtin"))
    choice = choose(ShotRequest("golden sunset"), backends=without_weights)
    assert choice.generator.name == "scenes"
    passed = dict(choice.passed_over)
    assert "no trained weights" in passed["builtin"]
    assert "diffusers_model" in passed["diffusers"]
    assert "passed over" in choice.reason


def test_given_frames_go_to_motion() -> None:
    request = ShotRequest("", conditions=(Condition(FRAME, Fraction(0)),))
    assert choose(request).generator.name == "motion"


def test_what_nobody_can_do_is_refused_with_every_reason() -> None:
    with pytest.raises(Refused) as refused:
        choose(ShotRequest("a dog in a kitchen"))
    for name in ORDER:
        assert f"{name}:" in str(refused.value)


def test_named_backend_is_refused_and_not_exchanged() -> None:
    with pytest.raises(Refused, match="api was asked for, but: no video endpoint"):
        choose(ShotRequest("golden sunset"), backend="api")


def test_unknown_backend_names_those_there_are() -> None:
    with pytest.raises(Refused, match="scenes, motion"):
        choose(ShotRequest("golden sunset"), backend="magic")


def test_paid_endpoint_comes_last() -> None:
    every = backends(video_api_url="http://127.0.0.1:9/v1", video_api_key="k")
    assert [one.name for one in every] == list(ORDER)
    assert choose(ShotRequest("golden sunset"), backends=every).generator.name == "scenes"
    assert choose(ShotRequest("a dog in a kitchen"), backends=every).generator.name == "api"
