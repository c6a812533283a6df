from __future__ import annotations

import math

import pytest

from index.listening.answers import Spans, spread, words_of
from index.values import Spoken


def never() -> Spans:
    raise AssertionError("the answer has times of its own")


def plain(words: list[Spoken]) -> list[tuple[str, float, float, str]]:
    return [(w.text, round(w.start_s, 3), round(w.end_s, 3), w.speaker) for w in words]


def test_bare_words_get_the_punctuation_of_the_text() -> None:
    rows = [("hello", 0.1, 0.4), ("dr", 0.5, 0.7), ("who", 0.7, 0.9), ("uh", 1, 1.1), ("bye", 2, 3)]
    body = {
        "language": "english",
        "text": "Hello, Dr. Who! Bye.",
        "words": [{"word": w, "start": a, "end": b} for w, a, b in rows],
    }
    words, language = words_of(body, never)
    assert language == "en"
    assert [w.text for w in words] == ["Hello,", "Dr.", "Who!", "uh", "Bye."]
    assert words[0].start_s == 0.1


def test_words_inside_segments_keep_their_chance_and_speaker() -> None:
    body = {
        "segments": [
            {"start": 0, "end": 2, "text": "Hi there.", "avg_logprob": -0.5,
             "speaker": "SPEAKER_01",
             "words": [{"word": " Hi", "start": 0.2, "end": 0.4, "probability": 0.7},
                       {"word": " there.", "start": 0.4, "end": 0.9}]},
            {"start": 2, "end": 3, "text": "Bad row.", "words": [{"word": "x", "start": "?"}]},
        ],
        "language": "de",
    }  # fmt: skip
    words, language = words_of(body, never)
    assert plain(words) == [("Hi", 0.2, 0.4, "SPEAKER_01"), ("there.", 0.4, 0.9, "SPEAKER_01")]
    assert [w.chance for w in words] == [0.7, pytest.approx(math.exp(-0.5))]
    assert language == "de"


def test_segments_without_words_are_spread_by_letters_and_speakers_stay_apart() -> None:
    body = {
        "segments": [
            {"start": 1.0, "end": 2.2, "text": "one twenty", "speaker": "A"},
            {"start": 2.2, "end": 3.0, "text": "yes", "speaker": "B"},
        ]
    }
    words, _ = words_of(body, never)
    assert plain(words) == [
        ("one", 1.0, 1.327, "A"),
        ("twenty", 1.436, 2.091, "A"),
        ("yes", 2.2, 2.8, "B"),
    ]


def test_segments_that_hold_no_speech_are_left_out_with_their_words() -> None:
    body = {
        "segments": [
            {"start": 0, "end": 1, "text": "Thanks!", "no_speech_prob": 0.9, "avg_logprob": -1.4},
            {"start": 1, "end": 2, "text": "Really.", "no_speech_prob": 0.9, "avg_logprob": -0.2},
        ],
        "words": [
            {"word": "Thanks", "start": 0.1, "end": 0.6},
            {"word": "Really", "start": 1.1, "end": 1.6},
        ],
    }
    assert [w.text for w in words_of(body, never)[0]] == ["Really."]


def test_a_text_alone_is_spread_over_the_speech_and_not_over_silence() -> None:
    words, language = words_of({"text": "aaaa bbbb cccc dddd"}, lambda: [(1, 2), (5, 6)])
    assert language == ""
    assert [w.text for w in words] == ["aaaa", "bbbb", "cccc", "dddd"]
    assert all(1 <= w.start_s < w.end_s <= 2 for w in words[:2])
    assert all(5 <= w.start_s < w.end_s <= 6 for w in words[2:])
    assert [w.text for w in spread("你好 ok", [(0, 1)])] == ["你", "好", "ok"]


@pytest.mark.parametrize(
    "body",
    [
        {}, {"text": None}, {"words": "no", "segments": 7}, {"segments": [1, None, {"start": 1}]},
        {"words": [{"word": "x", "start": True, "end": 2}, {"start": 0, "end": 1}]},
        {"segments": [{"start": 2, "end": 1, "text": "backwards"}]},
        {"words": [{"word": "x", "start": float("nan"), "end": 1}]},
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_holds_no_words(body: dict[str, object]) -> None:
    assert words_of(body, lambda: [(0, 1)]) == ([], "")
