from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from index.listening import spans
from index.listening.spans import Piece, parts, pieces, stretches, voiced
from project.footage import Moment, Senses
from tests.index.made_voice import RATE, Sound, scene, write_wav
from timeline.time import TimeRange


def whole(sound: Sound) -> list[TimeRange]:
    return [TimeRange(Fraction(0), Fraction(len(sound), RATE))]


def test_only_speech_is_kept_with_a_fifth_of_a_second_around_it() -> None:
    sound = scene(14, (2, 4, 120), (10, 12.5, 200))
    found = [(a / RATE, b / RATE) for a, b in parts(sound)]
    assert len(found) == 2
    for (start, end), (said, stops) in zip(found, [(2, 4), (10, 12.5)], strict=True):
        assert said - 0.4 <= start <= said + 0.1
        assert stops - 0.3 <= end <= stops + 0.6
    assert parts(np.zeros(RATE, np.float32)) == []
    assert parts(scene(3)) == []


def test_a_silence_shorter_than_half_a_second_belongs_to_the_speech() -> None:
    near = scene(8, (1, 3, 120), (3.3, 5, 120))
    far = scene(8, (1, 3, 120), (4.5, 6.5, 120))
    assert (len(parts(near)), len(parts(far))) == (1, 2)
    assert len(voiced(near)) >= 1


def test_long_speech_is_cut_at_its_quietest_place_and_nothing_of_it_is_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def all_spoken(heard: Sound) -> tuple[np.ndarray, np.ndarray]:
        frames = heard[: len(heard) // 512 * 512].reshape(-1, 512).astype(float)
        return (frames**2).mean(axis=1), np.ones(len(frames), bool)

    monkeypatch.setattr(spans, "_frames", all_spoken)  # a made voice is not heard for so long
    sound = np.random.default_rng(0).normal(0, 0.1, 82 * RATE).astype(np.float32)
    sound[int(22.0 * RATE) : int(22.3 * RATE)] *= 0.1
    found = parts(sound)
    assert all(b - a <= 30 * RATE for a, b in found)
    assert all(a == b for (_, a), (b, _) in pairwise(found))
    assert abs(found[0][1] / RATE - 22.15) < 0.1
    assert (found[0][0], len(found)) == (0, 4)
    assert found[-1][1] >= 82 * RATE - 512


def test_near_parts_share_a_piece_and_their_words_fall_on_their_own_places(tmp_path: Path) -> None:
    sound = scene(30, (2, 4, 120), (6, 8, 200), (20, 22, 120))
    [first, second] = pieces(write_wav(sound, tmp_path / "a.wav"), whole(sound))
    assert (len(first.parts), len(second.parts)) == (2, 1)
    assert first.duration == sum(p.duration for p in first.parts)
    for piece in (first, second):
        at = 0
        for part in piece.parts:
            length = int(part.duration * RATE)
            start = int(part.start * RATE)
            same = piece.samples[at : at + length] - sound[start : start + length]
            assert np.abs(same).max() < 1e-3  # the very sound of its place in the file
            at += length
    seam = float(first.parts[0].duration)
    late = first.in_file(seam - 0.1, seam + 0.5)
    assert first.parts[1].contains(late)
    assert late.start == first.parts[1].start
    assert abs(late.duration - Fraction(1, 2)) <= Fraction(1, 1000)


def test_speech_over_the_end_of_a_block_comes_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "BLOCK", 12 * RATE)
    sound = scene(30, (2, 4, 120), (10, 14.5, 200), (23.8, 26, 120))
    path = write_wav(sound, tmp_path / "a.wav")
    found = [part for piece in pieces(path, whole(sound)) for part in piece.parts]
    assert [round(float(p.start)) for p in found] == [2, 10, 24]
    assert [round(float(p.end)) for p in found] == [4, 15, 26]
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_seconds_in_which_speech_was_heard_say_where_to_listen() -> None:
    heard = {3, 4, 40, 70}
    rows = [
        Moment("a", k, TimeRange(Fraction(k), Fraction(k + 1)), 0, "", "", "",
               Senses(speech=0.4 if k in heard else 0.0))
        for k in range(90)
    ]  # fmt: skip
    everything = TimeRange(Fraction(0), Fraction(90))
    near = [(int(s.start), int(s.end)) for s in stretches(rows, everything)]
    assert near == [(2, 6), (39, 42), (69, 72)]
    assert stretches([], everything) == [everything]
    assert stretches(rows[5:40], everything) == []


def test_a_span_over_a_seam_goes_to_the_part_it_has_more_of() -> None:
    a, b = (TimeRange(Fraction(x), Fraction(x + 1)) for x in (10, 20))
    piece = Piece((a, b), np.zeros(2 * RATE, np.float32))
    assert piece.in_file(0.25, 0.5) == TimeRange(Fraction("10.25"), Fraction("10.5"))
    assert piece.in_file(0.9, 1.5) == TimeRange(Fraction(20), Fraction("20.5"))
    assert piece.in_file(0.2, 1.1) == TimeRange(Fraction("10.2"), Fraction(11))


def test_real_speech_is_found_where_its_subtitles_are_and_a_silent_room_is_left_out(
    real_footage: Path,
) -> None:
    path = real_footage / "Screencast 2024-11-02.webm"
    length = TimeRange(Fraction(0), Fraction("26.6"))
    found = list(pieces(path, [length]))
    sent = sum(p.duration for p in found)
    assert Fraction(15) < sent < Fraction(25)
    inside = [part for piece in found for part in piece.parts]
    for start, end in ((0.5, 4.0), (5.4, 8.0), (18.6, 21.0), (24.8, 26.0)):
        span = TimeRange(Fraction(str(start)), Fraction(str(end)))
        covered = sum(part.overlap(span) for part in inside)
        assert covered > span.duration * Fraction(9, 10)
    quiet = TimeRange(Fraction("13.6"), Fraction("14"))
    assert all(part.overlap(quiet) == 0 for part in inside)
    assert list(pieces(real_footage / "C0001.MP4", [TimeRange(Fraction(0), Fraction(9))])) == []
