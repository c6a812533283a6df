"""What models answer is data: made a caption, or nothing; frames that look alike go once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from index.captioning.answers import LONGEST, answers_in, caption_of
from index.captioning.changes import Watch, change, frame_hash, look
from index.captioning.meter import Meter
from project.errors import CapReached


@pytest.mark.parametrize(
    ("said", "caption"),
    [
        ("A dog runs on a beach.", "A dog runs on a beach."),
        ("  two\n\nlines\tof text ", "two lines of text"),
        ("The image shows a red car.", "a red car."),
        ("In this image, we can see a man cooking", "a man cooking"),
        ("This picture depicts waves", "waves"),
        ('"**A city at night**"', "A city at night"),
        ("safe\u202etxet neddih\u202c\u200b\x00\x1b[31m", "safe txet neddih [31m"),
        ("tag\U000e0041\U000e0042 hidden", "tag hidden"),
        ("<think>what is it? a cat?</think>A cat sleeps", "A cat sleeps"),
        ("A sign that reads: I cannot wait", "A sign that reads: I cannot wait"),
        ("Sorry-looking dog on a sofa", "Sorry-looking dog on a sofa"),
    ],
)  # fmt: skip
def test_an_answer_becomes_one_visible_line(said: str, caption: str) -> None:
    assert caption_of(said) == caption


@pytest.mark.parametrize(
    "said",
    [
        "", "   ", "...", "- * -", "\u200b\u200b", "None", "N/A", "12:45",
        "I'm sorry, but I can't help with that.", "I’m sorry, I cannot identify people.",
        "I cannot describe this image.", "As an AI language model, I have no eyes",
        "Unfortunately, I can't see any image.", "No image was provided.",
        "Please upload the picture first", "I'm unable to view images",
        "<think>the frame is dark and I never stop",
    ],
)  # fmt: skip
def test_refusals_and_empty_answers_are_no_captions(said: str) -> None:
    assert caption_of(said) == ""


def test_a_long_answer_ends_with_a_sentence_or_a_word() -> None:
    many = "A long shot of a harbour with boats. " * 40
    assert len(caption_of(many)) <= LONGEST and caption_of(many).endswith("boats.")
    assert caption_of("word " * 500).endswith("word…")
    assert len(caption_of("x" * 100_000)) <= LONGEST


@pytest.mark.parametrize(
    "said",
    [
        '["a", "b"]',
        '{"captions": ["a", "b"]}',
        'Sure!\n```json\n{"captions": ["a", "b"]}\n```',
        '[{"frame": 1, "caption": "a"}, {"frame": 2, "text": "b"}]',
        '{"1": "a", "2": "b"}',
        '<think>[1, 2]</think>["a", "b"]',
    ],
)
def test_a_list_of_answers_is_read_leniently(said: str) -> None:
    assert answers_in(said, 2) == ["a", "b"]


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("just words", "no JSON list"),
        ('["a"]', "1 texts for 2"),
        ('["a", "b", "c"]', "3 texts for 2"),
        ('["a", 7]', "frame 2 is not a text"),
        ("[" * 5000, "no JSON list"),
        ("", "no JSON list"),
    ],
)
def test_what_is_wrong_with_a_list_is_said(said: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        answers_in(said, 2)


def test_one_frame_may_be_answered_in_plain_words() -> None:
    assert answers_in("a dog, [barking]", 1) == ["a dog, [barking]"]
    assert answers_in('{"captions": ["a dog"]}', 1) == ["a dog"]
    assert answers_in('["a", null]', 2) == ["a", ""]


def _scene(seed: int = 1) -> np.ndarray:
    """A smooth made scene, (288, 512, 3) uint8."""
    rng = np.random.default_rng(seed)
    small = rng.uniform(40, 210, (5, 9, 3)).astype(np.float32)
    import cv2

    return np.asarray(cv2.resize(small, (512, 288), interpolation=cv2.INTER_CUBIC)).clip(
        0, 255
    ).astype(np.uint8)  # fmt: skip


def test_noise_is_no_change_but_a_small_thing_coming_in_is_one() -> None:
    scene = _scene()
    noise = np.random.default_rng(2).normal(0, 8, scene.shape)
    noisy = (scene + noise).clip(0, 255).astype(np.uint8)
    assert not change(look(scene), look(noisy)).seen
    comes = scene.copy()
    comes[180:252, 60:90] = 5  # a figure a quarter of the frame tall
    assert change(look(scene), look(comes)).mean < 0.02  # the mean alone would not see it
    assert change(look(scene), look(comes)).seen


@pytest.mark.parametrize("what", ["light", "pan", "colour", "size"])
def test_light_camera_colour_and_size_are_changes(what: str) -> None:
    scene = _scene()
    other = {
        "light": (scene * 0.8).astype(np.uint8),
        "pan": np.roll(scene, 60, axis=1),
        "colour": scene[:, :, ::-1].copy(),
        "size": scene[:, 100:400].copy(),
    }[what]
    assert change(look(scene), look(other)).seen


def test_a_frame_is_compared_with_the_last_that_went_and_never_across_a_cut() -> None:
    scene, watch = _scene(), Watch()
    assert not watch.same(scene, 0)
    assert watch.same(scene, 0)
    assert not watch.same(scene, 1)  # the same picture, another shot
    drift = [(scene * (1 - 0.01 * n)).astype(np.uint8) for n in range(30)]
    went = [n for n, frame in enumerate(drift) if not watch.same(frame, 1)]
    assert went and went[0] > 2  # slow drift adds up to a change
    assert all(b - a > 2 for a, b in pairwise(went))


def test_the_hash_of_a_frame_knows_its_shape() -> None:
    assert frame_hash(np.zeros((4, 8, 3), np.uint8)) != frame_hash(np.zeros((8, 4, 3), np.uint8))
    assert frame_hash(_scene()) == frame_hash(_scene().copy())


def test_the_meter_stops_before_the_cap_and_learns_what_frames_cost() -> None:
    meter = Meter(cap_usd=0.05)
    meter.before(0.04, 4)
    meter.add(0.04, 4)
    with pytest.raises(CapReached, match=r"0\.0400 US dollars.*limit is 0\.05"):
        meter.before(0.02, 2)
    free = Meter(cap_usd=0.05)
    free.before(0.0, 8)
    free.add(0.03, 8)  # a server that says what it took, where no price was set
    with pytest.raises(CapReached):
        free.before(0.0, 8)
    free.before(0.0, 4)
    Meter(cap_usd=0.0).before(0.0, 8)  # what is free stays free
    assert (meter.requests, free.requests) == (1, 2)
