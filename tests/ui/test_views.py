"""What the page is told about footage and clips."""

from __future__ import annotations

from timeline.model import Origin
from ui.views import _mark


def test_what_a_program_made_is_not_called_ai() -> None:
    painted = Origin("scenes", "aurora", "aurora", 1, ai=False)
    learned = Origin("diffusers", "wan", "aurora", 1)
    assert [_mark(origin) for origin in (None, painted, learned)] == ["", "Made", "AI"]
