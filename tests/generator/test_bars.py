"""Bars beside given frames are no part of the picture: it is made without them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from generator.bars import without_bars
from generator.values import Box, Condition, ShotRequest

BARRED = np.full((2, 90, 160, 3), 120, np.uint8)
BARRED[:, :, :20] = BARRED[:, :, 130:] = 3  # as coded black is
ASKED = ShotRequest(
    "fog", width=160, height=90, conditions=(Condition(BARRED, Fraction(0)),),
    boxes=(Box("sun", Fraction(0), 0.0, 0.0, 0.5, 1.0),),
)  # fmt: skip


def test_the_picture_alone_is_asked_for_and_the_bars_are_put_back() -> None:
    inner, bars = without_bars(ASKED)
    assert (inner.width, inner.height) == (110, 90)
    assert inner.conditions[0].frames.shape == (2, 90, 110, 3)
    assert inner.conditions[0].frames.min() == 120
    whole = bars.around(np.full((5, 90, 110, 3), 9, np.uint8))
    assert whole.shape == (5, 90, 160, 3)
    assert (whole[:, :, 20:130] == 9).all() and not whole[:, :, :20].any()


def test_a_box_is_moved_with_the_picture() -> None:
    [box] = without_bars(ASKED)[0].boxes
    assert (box.left, box.top, box.bottom) == (0, 0, 1)
    assert box.right == pytest.approx((80 - 20) / 110)


def test_what_has_no_bars_or_is_departed_from_stays_as_it_is() -> None:
    plain = replace(ASKED, conditions=(Condition(BARRED[:, :, 20:130], Fraction(0)),), width=110)
    assert without_bars(plain)[0] is plain
    soft = replace(ASKED, conditions=(Condition(BARRED, Fraction(0), strength=0.5),))
    assert without_bars(soft)[0] is soft
    words = replace(ASKED, conditions=())
    assert without_bars(words)[0] is words


def test_only_bars_that_every_given_frame_has_count() -> None:
    whole = Condition(np.full_like(BARRED, 60), Fraction(1))
    both = replace(ASKED, conditions=(*ASKED.conditions, whole))
    assert without_bars(both)[0] is both
