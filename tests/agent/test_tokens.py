"""Tokens: counted by a model's own tokenizer, else estimated from above; prompts within budget."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from agent import context, tokens
from agent.context import Part, fitted
from agent.tokens import at_most
from index.quote import quoted
from project import history
from project.errors import CreatorError
from project.settings import Settings
from project.store import Project
from timeline.model import Clip, Timeline, Track
from timeline.time import TimeRange

# (text, tokens of o200k_base, tokens of cl100k_base), counted once with OpenAI's vocabularies
COUNTED = (
    ("The quick brown fox jumps over the lazy dog.", 10, 10),
    ('{"source": "footage f00012-6b51d431df5d C0012.mp4 0:03.0-0:07.2", "text": "a gull"}', 43, 44),
    ("Die Donaudampfschifffahrtsgesellschaft fährt über den großen Fluß.", 17, 22),
    ("Съешь же ещё этих мягких французских булок, да выпей чаю.", 19, 36),
    ("我们在海边看日落，孩子们在沙滩上玩耍。", 19, 25),
    ("बच्चे सूर्यास्त के समय समुद्र तट पर खेल रहे हैं", 15, 47),
    ("6b51d431df5d7f141cbececcf79edf3dd861c3b4069f0b11661a3eefacbba918", 38, 39),
    ("👩‍👩‍👧‍👦🏖️🌅🔥🚀🇩🇪", 23, 37),
)


@pytest.mark.parametrize(("text", "o200k", "cl100k"), COUNTED)
def test_the_estimate_is_never_below_what_openais_vocabularies_take(
    text: str, o200k: int, cl100k: int
) -> None:
    assert at_most(text) >= max(o200k, cl100k)


def test_the_estimate_is_not_far_above_for_what_prompts_are_made_of() -> None:
    for text, o200k, _ in COUNTED[:3]:
        assert at_most(text) <= 1.7 * o200k


def test_a_tokenizer_at_hand_is_asked(tmp_path: Path) -> None:
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    made = Tokenizer(WordLevel({"[UNK]": 0, "the": 1, "sea": 2}, unk_token="[UNK]"))
    made.pre_tokenizer = Whitespace()
    made.save(str(tmp_path / "tokenizer.json"))
    for named in (tmp_path, tmp_path / "tokenizer.json"):
        count = tokens.counter(Settings(tokenizer=str(named)))
        assert count("the sea the unknown") == 4
    assert tokens.counter(Settings()) is at_most
    with pytest.raises(CreatorError, match="tokenizer"):
        tokens.counter(Settings(tokenizer=str(tmp_path / "none.json")))


def test_parts_stay_within_the_budget_and_say_what_is_missing() -> None:
    many = [quoted("clip", f"number {n}") for n in range(500)]
    parts = (Part("timeline", many, 0.5, ends=True), Part("topics", many, 0.5))
    for budget in (200, 1_000, 3_000):
        block = fitted(parts, budget=budget)
        assert at_most(block) <= budget
        assert "more lines of the timeline left out" in block and "of the topics" in block
    assert "number 0" in block and "number 499" in block  # a film's beginning and its end


def test_what_one_part_does_not_need_goes_to_the_others() -> None:
    many = [quoted("topic", f"number {n}") for n in range(60)]
    alone = fitted((Part("timeline", [], 0.5), Part("topics", many, 0.5)), budget=2_000)
    assert alone.count('"topic"') == 60


def test_a_long_film_leaves_room_for_what_was_said(project: Project) -> None:
    whole = TimeRange(Fraction(0), Fraction(9_000))
    clips = tuple(
        Clip(f"c-{n}", "f1", f"C{n:04}.MP4", TimeRange(Fraction(n), Fraction(n + 1)), whole)
        for n in range(600)
    )
    history.commit(project, Timeline(tracks=(Track("V1", "video", clips),)), "x", actor="hand")
    said = [quoted("the creator said", "keep the last one")]
    block = context.project_data(project, (), said, budget=2_000)
    assert at_most(block) <= 2_000
    assert "keep the last one" in block and "C0599.MP4" in block and "C0000.MP4" in block
