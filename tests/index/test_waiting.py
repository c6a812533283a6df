"""A question waited for until it is answered or stopped."""

from __future__ import annotations

import threading

import pytest

from index.waiting import until
from media.errors import Cancelled


def test_an_answer_and_a_failure_come_back_as_they_are() -> None:
    def fails() -> None:
        raise OSError("gone")

    assert until(lambda: 7, lambda: False, "stopped") == 7
    with pytest.raises(OSError, match="gone"):
        until(fails, lambda: False, "stopped")


def test_a_stop_is_told_in_the_words_of_the_work_whoever_saw_it_first() -> None:
    def saw_it_itself() -> None:
        raise Cancelled("stopped inside")

    with pytest.raises(Cancelled, match="what was done is kept"):
        until(saw_it_itself, lambda: True, "what was done is kept")


def test_a_stop_leaves_a_question_that_is_never_answered() -> None:
    never = threading.Event()
    with pytest.raises(Cancelled, match="stopped"):
        until(never.wait, lambda: True, "stopped")
    never.set()
