"""What a writer is told fits its budget whatever the footage says, and what is left out is said."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.corrections import Correction
from index.describing.answers import bins_in, label_of, summary_of, title_of, written_in
from index.describing.asking import Asker, prompt
from index.describing.budget import LEAST, cut, request_tokens, tokens
from index.describing.material import material
from project.errors import CreatorError
from project.footage import Footage, Moment, Senses, Speech, Technical
from tests.index.writing import LogWriter
from timeline.time import TimeRange

HOUR = 3_600
FILM = Footage(
    "f", Path("/x/IMG_0001.MP4"), "IMG_0001.MP4", "/x/day one", "p", 1, 0, "ok",
    duration_s=Fraction(HOUR),
    technical=Technical(width=1920, height=1080, has_picture=True, has_sound=True),
)  # fmt: skip


def moment(second: int, caption: str, source: str = "sidecar", text: str = "") -> Moment:
    span = TimeRange(Fraction(second), Fraction(second + 1))
    return Moment("f", second, span, 0, caption, source, text, Senses(words=("bright", "pan left")))


def line(start: int, end: int, text: str) -> Speech:
    return Speech("f", TimeRange(Fraction(start), Fraction(end)), text, "Ana", "srt")


def starts(lines: tuple[str, ...], kind: str) -> list[int]:
    """The second at which each line of a kind starts."""
    sources = [json.loads(each)["source"] for each in lines]
    found = [re.match(rf"{kind} (?:(\d+):)?(\d+):(\d+)\.", source) for source in sources]
    return [int(m[1] or 0) * 3600 + int(m[2]) * 60 + int(m[3]) for m in found if m]


def test_short_footage_is_told_whole_in_order_of_time() -> None:
    seen = [
        moment(n, "a tram" if n < 2 else "a bus", text="EXIT" if n == 2 else "") for n in range(4)
    ]
    told = material(replace(FILM, duration_s=Fraction(4)), seen, [line(1, 3, "mind the gap")], (),
                    allowed=900)  # fmt: skip
    sources = [json.loads(each)["source"] for each in told.lines]
    assert sources == [
        "file", "caption 0:00.0-0:02.0", "speech 0:01.0-0:03.0, Ana", "caption 0:02.0-0:04.0",
        "text in the picture 0:02.0-0:03.0",
    ]  # fmt: skip
    assert told.left_out == "" and not told.empty


def test_an_hour_is_thinned_out_evenly_and_says_by_how_much() -> None:
    seen = [moment(n, f"street corner number {n}") for n in range(HOUR)]
    said = [line(n, n + 4, f"this is sentence {n}") for n in range(1_800, HOUR, 4)]
    told = material(FILM, seen, said, (), allowed=1_000)
    assert told.tokens <= 1_000
    shown, heard = starts(told.lines, "caption"), starts(told.lines, "speech")
    assert len(shown) >= 8
    gaps = [b - a for a, b in pairwise([0, *shown, HOUR])]
    assert max(gaps) <= 2 * HOUR / len(shown)  # from its start to its end
    assert min(heard) < 2_000 and max(heard) > 3_400
    assert told.left_out == (
        f"left out, evenly over its length: {HOUR - len(shown)} of {HOUR} captions,"
        f" {len(said) - len(heard)} of {len(said)} spoken lines"
    )


def test_senses_stand_in_where_nobody_told_what_is_shown() -> None:
    told = material(FILM, [moment(0, "bright, pan left", "embedded")], [], (), allowed=900)
    assert [json.loads(each)["text"] for each in told.lines[1:]] == ["bright, pan left"]
    assert not told.empty
    blank = replace(moment(0, "", "embedded"), senses=Senses())
    assert material(FILM, [blank], [], (), allowed=900).empty


def test_people_and_places_the_creator_named_are_told_and_change_the_question() -> None:
    kept = [
        Correction("people", "Mia", TimeRange(Fraction(0), Fraction(9))),
        Correction("people", "Tom", TimeRange(Fraction(3), Fraction(9))),
        Correction("caption", "Mia waves", TimeRange(Fraction(0), Fraction(1))),
    ]
    plain = material(FILM, [moment(0, "a girl")], [], (), allowed=900)
    told = material(FILM, [moment(0, "a girl")], [], kept, allowed=900)
    assert '"the creator, people", "text": "Mia, Tom"' in "\n".join(told.lines)
    assert "Mia waves" in told.lines[-1] and "a girl" not in "\n".join(told.lines)
    assert plain.digest != told.digest


WILD = st.text(max_size=600) | st.sampled_from(["<" * 500, '"\\' * 300, "汉" * 400, "🎬" * 300, ""])


@settings(max_examples=60, deadline=None)
@given(
    captions=st.lists(WILD, min_size=1, max_size=25),
    speech=st.lists(WILD, max_size=10),
    name=WILD,
    budget=st.integers(LEAST, 6_000),
)
def test_no_request_is_longer_than_its_budget(
    captions: list[str], speech: list[str], name: str, budget: int
) -> None:
    asker = Asker(LogWriter(), budget=budget, cap_usd=1.0, cancel=None)
    system = prompt("footage")
    footage = replace(FILM, name=name or "x", folder=name, duration_s=Fraction(len(captions)))
    seen = [moment(n, text, text=text[::-1]) for n, text in enumerate(captions)]
    kept = [
        Correction(field, text[:2_000], footage.range)  # type: ignore[arg-type]
        for field, text in zip(("title", "summary", "people", "place"), captions, strict=False)
    ]
    said = [line(n, n + 1, text) for n, text in enumerate(speech)]
    told = material(footage, seen, said, kept, allowed=asker.room(system) // 2)
    assert told.tokens <= asker.room(system)
    asker.ask(system, ["footage 1", *told.lines], lambda _: name + "no", written=100)
    turns = asker.writer.asked  # type: ignore[attr-defined]
    assert len(turns) == 3 and max(map(request_tokens, turns)) <= budget
    assert asker.meter.largest == max(map(request_tokens, turns))
    whole = len(starts(told.lines, "caption"))
    left = re.search(r"(\d+) of (\d+) captions", told.left_out)
    assert left is None or int(left[1]) + whole == int(left[2])


def test_a_budget_without_room_is_refused_with_what_to_allow() -> None:
    with pytest.raises(CreatorError, match=f"allow {LEAST} or more"):
        Asker(LogWriter(), budget=500, cap_usd=1.0, cancel=None)


@settings(deadline=None)
@given(st.text(max_size=300), st.integers(2, 60))
def test_a_cut_text_is_never_longer_than_it_may_be(text: str, longest: int) -> None:
    short = cut(text, longest)
    assert tokens(short) <= longest and (short == text or short.endswith("…"))


# --- answers


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Harbour at dusk.", "Harbour at dusk"),
        ("  ## **Harbour** at\n dusk ", "Harbour at dusk"),
        ("<i>Harbour</i> [at](http://a.example) dusk", "Harbour at dusk"),
        ("harbour \u202e\x00at\u200bdusk", "Harbour at dusk"),
        ("I'm sorry, I can't help with that", ""),
        (["Harbour"], ""), (None, ""), ("", ""), ("n/a", ""), ("!!", ""),
    ],
)  # fmt: skip
def test_a_title_is_taken_as_plain_words(text: object, title: str) -> None:
    assert title_of(text) == title


@settings(deadline=None)
@given(st.text(max_size=3_000) | st.none() | st.integers())
def test_whatever_is_answered_becomes_short_visible_text(text: object) -> None:
    for made, longest in ((title_of(text), 64), (label_of(text), 40), (summary_of(text), 400)):
        assert len(made) <= longest and "\n" not in made
        assert made.isprintable() and "<" not in made and ">" not in made


@settings(deadline=None)
@given(st.text(max_size=400) | st.recursive(
    st.none() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["footage", "topics", "number", "topic", "title", "summary", "label"]),
        inner, max_size=4,
    ),
    max_leaves=20,
).map(json.dumps))  # fmt: skip
def test_any_answer_can_be_read_and_names_only_what_was_asked(answer: str) -> None:
    found, invented = written_in(answer, {1, 2, 3})
    assert set(found) <= {1, 2, 3} and invented >= 0
    numbers = [each.topic for each in bins_in(answer)]
    assert len(numbers) == len(set(numbers))


def test_entries_without_numbers_are_taken_in_order_only_where_none_is_missing() -> None:
    two = [{"title": f"T{n}", "summary": f"Summary {n}"} for n in range(2)]
    found, _ = written_in(json.dumps(two), {1, 2})
    assert {n: w.title for n, w in found.items()} == {1: "T0", 2: "T1"}
    assert written_in(json.dumps(two), {1, 2, 3})[0] == {}
    worded = json.dumps({"footage": [{"number": "footage 2", **two[0]}]})
    assert list(written_in(f"<think>1</think>```json\n{worded}\n```", {1, 2})[0]) == [2]
