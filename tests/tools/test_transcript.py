"""The cut by its text: shown, struck and kept, exact to the words' times."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from project import history
from project.errors import BadArguments
from project.store import Project
from tests.timeline.cuts import examples
from tests.tools.conftest import Do, Propose
from tests.tools.talk import after, clip, cut, hear, heard_in, seconds, spans, words_of
from timeline import edits
from timeline.errors import EditError
from timeline.model import Clip, Timeline, Title
from timeline.time import TimeRange
from tools.quoting import find, tokens

BREAD = [
    *words_of("We started this bakery.", 1.0),
    *words_of("And every morning, the bread comes first.", 3.0),
    *words_of("You know, I've loved it.", 6.5),
]


@pytest.fixture
def bakery(dailies: Project) -> Timeline:
    """coffee, talk with its words, and the beach."""
    hear(dailies, "talk", BREAD)
    return cut(dailies, clip("coffee", 1, 3, 8), clip("talk", 0.6, 9.4), clip("beach", 1, 3, 12))


def said(timeline: Timeline) -> str:
    return " ".join(heard_in(timeline, BREAD, "f-talk"))


@pytest.mark.usefixtures("bakery")
class TestShow:
    def test_what_is_said_is_told_in_order_with_clip_and_times(self, propose: Propose) -> None:
        proposal = propose("transcript", action="show")
        assert proposal.effect == "read" and proposal.timeline is None
        assert proposal.answer.splitlines() == [
            "What is said in the cut:",
            "0:02.4-0:03.9  clip 2 (c-talk)  We started this bakery.",
            "0:04.4-0:07.1  clip 2 (c-talk)  And every morning, the bread comes first.",
            "0:07.9-0:09.8  clip 2 (c-talk)  You know, I've loved it.",
        ]
        first = proposal.data["lines"][0]
        assert (first["in_s"], first["out_s"], first["words"]) == ("1", "5/2", True)

    def test_where_nothing_is_said_that_is_told(self, propose: Propose) -> None:
        with pytest.raises(BadArguments, match=r"no words are known .* `roughcut listen`"):
            propose("transcript", action="show", clips=("1",))


@pytest.mark.usefixtures("bakery")
class TestStrike:
    def test_the_words_go_and_all_others_stay(self, propose: Propose) -> None:
        proposal = propose("transcript", action="strike", words=("every MORNING — the bread",))
        made = after(proposal)
        assert said(made) == "We started this bakery. And comes first. You know, I've loved it."
        assert spans(made)[1:3] == [(0.6, 3.4), (4.92, 9.4)]
        assert (
            "'every morning, the bread' at 0:04.8-0:06.3 in clip 2 leaves the cut"
            in proposal.answer
        )
        [reason] = proposal.reasons
        assert reason.evidence[0].quote == "every morning, the bread"

    def test_a_sentence_goes_with_the_pause_it_leaves(self, propose: Propose) -> None:
        made = after(
            propose("transcript", action="strike", words=("every morning",), sentences=True)
        )
        assert said(made) == "We started this bakery. You know, I've loved it."
        first, second = spans(made)[1:3]
        assert 2.5 <= first[1] <= 2.72 and 6.28 <= second[0] <= 6.5

    def test_nearly_the_words_are_taken_for_them_and_the_answer_says_so(
        self, propose: Propose
    ) -> None:
        proposal = propose(
            "transcript", action="strike", words=("and every mornin the bred comes",)
        )
        assert said(after(proposal)).startswith("We started this bakery. first.")
        assert "was taken for 'And every morning, the bread comes'" in proposal.answer

    def test_from_the_first_words_to_the_last(self, propose: Propose) -> None:
        made = after(propose("transcript", action="strike", words=("this bakery ... the bread",)))
        assert said(made) == "We started comes first. You know, I've loved it."

    def test_several_quotes_at_once(self, propose: Propose) -> None:
        made = after(propose("transcript", action="strike", words=("You know,", "we started this")))
        assert said(made) == "bakery. And every morning, the bread comes first. I've loved it."

    def test_what_is_not_said_names_the_nearest_things_that_are(self, propose: Propose) -> None:
        with pytest.raises(BadArguments, match=r"the nearest is 'And every morning, the bread"):
            propose("transcript", action="strike", words=("bread has priority each day",))

    def test_one_wrong_word_is_no_other_word(self, propose: Propose) -> None:
        with pytest.raises(BadArguments, match="nothing said in the cut is 'baker'"):
            propose("transcript", action="strike", words=("baker",))

    def test_all_that_is_said_may_go_and_a_long_picture_before_it_stays(
        self, dailies: Project, propose: Propose
    ) -> None:
        cut(dailies, clip("talk", 0, 2.6), clip("beach", 1, 3, 12))
        made = after(propose("transcript", action="strike", words=("we started this bakery",)))
        assert spans(made) == [(0.0, 0.8), (1.0, 3.0)]

    def test_subtitles_over_the_cut_keep_what_is_left_of_them(
        self, dailies: Project, propose: Propose
    ) -> None:
        titled = edits.add_title(
            history.current(dailies),
            Title("t-1", "And every ...", TimeRange(seconds("4.4"), seconds("7.1")), "subtitle"),
        )
        with dailies.transaction():
            history.commit(dailies, titled, "subtitles", actor="hand")
        made = after(propose("transcript", action="strike", words=("every morning",)))
        [title] = made.titles
        gone = titled.duration - made.duration
        assert title.span == TimeRange(seconds("4.4"), seconds("7.1") - gone)

    def test_the_only_thing_in_the_film_cannot_be_struck(
        self, dailies: Project, propose: Propose
    ) -> None:
        cut(dailies, clip("talk", 0.8, 2.64))
        with pytest.raises(EditError, match="nothing of V1 would be left"):
            propose("transcript", action="strike", words=("we started this bakery",))


def test_what_is_said_twice_asks_which_unless_every_one_is_meant(
    dailies: Project, propose: Propose
) -> None:
    twice = [*words_of("well the sea", 1.0), *words_of("well the wind", 4.0)]
    hear(dailies, "talk", twice)
    cut(dailies, clip("talk", 0.6, 6.6), clip("talk", 0.6, 3, name="more"))
    with pytest.raises(BadArguments, match=r"'well the' is said 3 times: .*'well the' at 0:00\.4"):
        propose("transcript", action="strike", words=("well the",))
    made = after(propose("transcript", action="strike", words=("well the",), every=True))
    assert heard_in(made, twice, "f-talk") == ["sea", "wind", "sea"]
    one = after(propose("transcript", action="strike", words=("well",), clips=("2",)))
    assert heard_in(one, twice, "f-talk") == [
        "well",
        "the",
        "sea",
        "well",
        "the",
        "wind",
        "the",
        "sea",
    ]


def test_where_only_lines_are_known_whole_lines_go_and_that_is_said(
    dailies: Project, propose: Propose
) -> None:
    cut(dailies, clip("talk", 0, 9))  # lines at 1.0-3.6 s and 4.2-7.0 s
    proposal = propose("transcript", action="strike", words=("every morning",))
    made = after(proposal)
    assert spans(made) == [(0.0, 3.8), (7.2, 9.0)]
    assert "Only the times of whole lines are known in talk.mp4, so lines are cut whole" in (
        proposal.answer
    )
    shown = propose("transcript", action="show")
    assert [line["words"] for line in shown.data["lines"]] == [False, False]


def test_what_is_said_while_something_else_is_cannot_be_cut_out(
    dailies: Project, propose: Propose
) -> None:
    hear(dailies, "talk", [(1.0, 4.0, "Aaaah"), (2.0, 3.0, "no"), (4.2, 4.6, "then")])
    cut(dailies, clip("talk", 0.6, 6.6))
    with pytest.raises(BadArguments, match="'no' is said while something else is"):
        propose("transcript", action="strike", words=("no",))


@pytest.mark.usefixtures("bakery")
class TestKeep:
    def test_only_these_stay_in_this_order(self, propose: Propose) -> None:
        proposal = propose("transcript", action="keep", words=("I've loved it", "we started this"))
        made = after(proposal)
        assert said(made) == "I've loved it. We started this"
        assert made.clips()[0][1].id == "c-talk"
        assert {c.footage_id for _, c in made.clips()} == {"f-talk"}
        assert len({c.id for _, c in made.clips()}) == 2
        assert len(proposal.reasons) == 2

    def test_what_is_said_in_one_breath_stays_one_clip(self, propose: Propose) -> None:
        made = after(
            propose("transcript", action="keep", words=("every morning", "the bread comes first"))
        )
        assert len(made.clips()) == 1 and said(made) == "every morning, the bread comes first."

    def test_with_clips_named_the_others_stay_around(self, propose: Propose) -> None:
        made = after(
            propose(
                "transcript", action="keep", words=("loved it",), clips=("talk",), sentences=True
            )
        )
        assert [c.name for _, c in made.clips()] == ["coffee.mp4", "talk.mp4", "beach.mp4"]
        assert said(made) == "You know, I've loved it."

    def test_the_same_words_twice_are_refused(self, propose: Propose) -> None:
        with pytest.raises(BadArguments, match="is asked for twice"):
            propose("transcript", action="keep", words=("every morning", "morning, the bread"))


def test_no_words_to_find_are_refused(bakery: Timeline, propose: Propose) -> None:
    with pytest.raises(BadArguments, match="quote what is said"):
        propose("transcript", action="strike")


def test_undo_brings_the_words_back(bakery: Timeline, dailies: Project, do: Do) -> None:
    assert said(do("transcript", action="strike", words=("every morning",))) != said(bakery)
    history.undo(dailies)
    assert history.current(dailies) == bakery


def test_quotes_are_found_whatever_their_marks_and_script() -> None:
    line = ["Well,", "I’ve", "COME", "— twice!", "你好世界"]
    assert [(f.first, f.end) for f in find("i've come", line)] == [(1, 3)]
    assert [(f.first, f.end) for f in find("世界", line)] == [(4, 5)]
    assert find("...", line) == [] and find("well i went away twice today", line) == []
    assert tokens("Don’t stop, NOW") == ["dont", "stop", "now"]


WORDS = ("sea", "wind", "the", "boat", "salt", "and")
talks = st.lists(
    st.tuples(st.integers(0, 900), st.integers(60, 600), st.sampled_from(WORDS)),
    min_size=3, max_size=10,
)  # fmt: skip


@examples(30)
@given(talks, st.integers(0, 9), st.integers(1, 4), st.sampled_from(["strike", "keep"]))
def test_exactly_the_quoted_words_go_or_stay(
    dailies: Project,
    propose: Propose,
    drawn: list[tuple[int, int, str]],
    first: int,
    many: int,
    action: str,
) -> None:
    at, said = 300, []
    for n, (gap, length, text) in enumerate(drawn):
        said.append(((at + gap) / 1000, (at + gap + length) / 1000, f"{text}{n}"))
        at += gap + length
    said = [word for word in said if word[1] < 9.6]
    first = first % len(said)
    quoted = said[first : first + many]
    hear(dailies, "talk", said)
    cut(dailies, clip("talk", 0, 10), clip("coffee", 1, 3, 8))
    made = after(propose("transcript", action=action, words=(" ".join(t for _, _, t in quoted),)))
    frame = 1 / made.rate
    for word in said:
        span = TimeRange(seconds(word[0]), seconds(word[1]))
        plays = sum((span.overlap(c.source) for c in _of_talk(made)), Fraction(0))
        if (word in quoted) == (action == "keep"):
            assert plays == span.duration, "a word that stays is whole"
        else:
            assert plays < 2 * frame, "of a word that goes less than a frame is left at a seam"


def _of_talk(timeline: Timeline) -> list[Clip]:
    return [c for _, c in timeline.clips() if c.footage_id == "f-talk"]
