"""Lengths are moved to ones that are allowed, and their sum stays to the frame."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tools.lengths import fit


def test_what_is_allowed_already_stays() -> None:
    assert fit([50, 25], [range(40, 60), [25, 30]]) == [50, 25]


def test_one_gives_what_another_must_take() -> None:
    assert fit([50, 25, 25], [range(40, 60), [25], [31]]) == [44, 25, 31]


def test_without_a_sum_there_is_no_answer() -> None:
    assert fit([10, 10], [[9], [9, 12]]) is None
    assert fit([10, 10], [[20], []]) is None
    assert fit([], []) == []


@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.lists(st.integers(1, 40), min_size=1, max_size=8)),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_an_answer_is_made_of_allowed_numbers_and_missing_only_where_none_exists(
    places: list[tuple[int, list[int]]],
) -> None:
    wanted, allowed = [w for w, _ in places], [a for _, a in places]
    sums = {0}
    for numbers in allowed:
        sums = {s + n for s in sums for n in numbers}
    found = fit(wanted, allowed)
    assert (found is not None) == (sum(wanted) in sums)
    if found is not None:
        assert sum(found) == sum(wanted)
        assert all(n in numbers for n, numbers in zip(found, allowed, strict=True))
