"""Pauses and filler words go, on whole frames, and no word that stays loses a sound."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.listening.embedded import NAME as EMBEDDED
from media.sound import samples
from project import footage as store
from project import history
from project.errors import BadArguments
from project.store import Project
from tests.index.listening_library import add_row, add_sound
from tests.index.made_voice import scene, write_wav
from tests.timeline.cuts import examples
from tests.tools.conftest import Do, Propose
from tests.tools.talk import Word, after, clip, cut, hear, heard_in, seconds, spans, words_of
from timeline.model import Clip
from timeline.time import TimeRange
from tools.proposal import Reason
from tools.reasons import check
from tools.spoken import cite

TALK = [*words_of("we started this bakery", 1.0), *words_of("and every morning", 4.0)]


def test_a_long_pause_goes_but_for_the_padding(dailies: Project, propose: Propose) -> None:
    hear(dailies, "talk", TALK)  # words end at 2.5 s and go on at 4 s
    cut(dailies, clip("talk", 0.8, 5.2))
    proposal = propose("tighten")
    made = after(proposal)
    assert spans(made) == [(0.8, 2.72), (3.8, 5.2)]
    assert proposal.answer == "1 pause taken out: the cut is 0:03.3, 0:01.1 shorter."
    [reason] = proposal.reasons
    assert reason.text == "talk.mp4: nothing is said at 0:02.7-0:03.8 (0:01.1 in all)"
    assert [e.kind for e in reason.evidence] == ["pause"]
    [change] = proposal.changes
    assert change.verb == "split" and "becomes 2 parts" in change.what


def test_speech_that_was_not_understood_is_no_pause(dailies: Project, propose: Propose) -> None:
    moments = [
        replace(m, senses=replace(m.senses, speech=1.0, loudness_db=-20 - 20 * (m.ordinal == 3)))
        for m in store.moments(dailies, "f-talk")
    ]
    store.write_moments(dailies, moments)  # somebody mumbles from 3 to 4 s
    cut(dailies, clip("talk", 0.8, 5.2))
    between = TimeRange(Fraction("2.72"), Fraction("3.8"))
    claim = Reason(text="nothing is said", evidence=(cite("pause", "f-talk", between),))
    hear(dailies, "talk", TALK, model=EMBEDDED)
    assert propose("tighten").timeline is None
    assert "someone is heard speaking" in check(claim, dailies).problem
    hear(dailies, "talk", TALK, model="one that leaves nothing out")
    assert propose("tighten").timeline is not None
    assert check(claim, dailies).verified


def test_shorter_pauses_stay_and_the_padding_is_as_asked(
    dailies: Project, propose: Propose
) -> None:
    hear(dailies, "talk", TALK)
    cut(dailies, clip("talk", 0.8, 5.2))
    assert propose("tighten", shortest_s=1.6).timeline is None
    made = after(propose("tighten", shortest_s=1.5, padding_s=0.5))
    assert spans(made) == [(0.8, 3.0), (3.48, 5.2)]


def test_silence_before_the_first_and_after_the_last_word_is_a_pause_too(
    dailies: Project, propose: Propose
) -> None:
    hear(dailies, "talk", words_of("we started this bakery", 3.0))
    cut(dailies, clip("talk", 1, 8))
    assert spans(after(propose("tighten"))) == [(2.8, 4.72)]


def test_fillers_go_with_the_pause_around_them_and_are_named(
    dailies: Project, propose: Propose
) -> None:
    said = [
        (1.0, 1.3, "It"), (1.4, 1.7, "was,"), (2.0, 2.3, "um,"), (2.6, 2.9, "like,"),
        (3.0, 3.4, "huge"), (3.5, 3.8, "like"), (3.9, 4.3, "this."),
    ]  # fmt: skip
    hear(dailies, "talk", said)
    cut(dailies, clip("talk", 1, 5))
    proposal = propose("tighten", fillers=True, silences=False)
    made = after(proposal)
    assert heard_in(made, said, "f-talk") == ["It", "was,", "huge", "like", "this."]
    assert spans(made) == [(1.0, 1.88), (2.92, 5.0)]
    assert "'um,' at 0:02.0 and 'like,' at 0:02.6 are filler words" in proposal.reasons[0].text
    assert proposal.answer.startswith("2 filler words taken out")


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("Uh -huh, I see", ["Uh", "-huh,", "I", "see"]),
        ("you know him well", ["you", "know", "him", "well"]),
        ("Is it hard? You know. It takes time.",
         ["Is", "it", "hard?", "You", "know.", "It", "takes", "time."]),
        ("well, you know, it works", ["well,", "it", "works"]),
        ("I mean it", ["I", "mean", "it"]),
        ("Erm it works", ["it", "works"]),
        ("an umbrella", ["an", "umbrella"]),
    ],
)  # fmt: skip
def test_a_word_is_filler_only_where_it_means_nothing(
    dailies: Project, propose: Propose, line: str, stays: list[str]
) -> None:
    said = words_of(line, 1.0)
    hear(dailies, "talk", said)
    before = cut(dailies, clip("talk", 0.4, 6))
    proposal = propose("tighten", fillers=True, silences=False)
    made = after(proposal) if proposal.timeline else before
    assert heard_in(made, said, "f-talk") == stays


def test_the_language_that_was_heard_says_what_a_filler_is(
    dailies: Project, propose: Propose
) -> None:
    said = words_of("er kommt um acht äh oder neun", 1.0)
    hear(dailies, "talk", said, language="german")
    cut(dailies, clip("talk", 0.6, 5))
    made = after(propose("tighten", fillers=True, silences=False))
    assert heard_in(made, said, "f-talk") == ["er", "kommt", "um", "acht", "oder", "neun"]
    hear(dailies, "talk", said, language="")
    unknown = propose("tighten", fillers=True, silences=False)
    assert unknown.timeline is None and "The language of talk.mp4 is not known" in unknown.answer
    named = after(propose("tighten", fillers=True, silences=False, language="en"))
    assert "kommt" in heard_in(named, said, "f-talk") and "um" not in heard_in(
        named, said, "f-talk"
    )


def test_a_pause_as_loud_as_the_speech_stays(dailies: Project, propose: Propose) -> None:
    hear(dailies, "talk", TALK)
    loud = [
        replace(
            m, senses=replace(m.senses, loudness_db=-20.0, speech=0.0 if m.ordinal == 3 else 0.9)
        )
        for m in store.moments(dailies, "f-talk")
    ]
    store.write_moments(dailies, loud)
    cut(dailies, clip("talk", 0.8, 5.2))
    proposal = propose("tighten")
    assert proposal.timeline is None
    assert "1 pause stays in talk.mp4: something as loud as the speech is heard." in proposal.answer


def test_muted_clips_and_clips_without_speech_stay_and_the_answer_says_so(
    dailies: Project, propose: Propose
) -> None:
    hear(dailies, "talk", TALK)
    cut(dailies, replace(clip("talk", 0.8, 5.2), muted=True), clip("coffee", 1, 4, 8))
    proposal = propose("tighten")
    assert proposal.timeline is None and proposal.effect == "read"
    assert "talk.mp4 is muted" in proposal.answer
    cut(dailies, clip("coffee", 1, 4, 8))
    assert "Nobody is heard speaking in the cut." in propose("tighten").answer
    assert "Nobody is heard speaking in coffee.mp4." in propose("tighten", clips=("1",)).answer


def test_only_the_clips_that_are_named_are_tightened(dailies: Project, propose: Propose) -> None:
    hear(dailies, "talk", TALK)
    cut(dailies, clip("talk", 0.8, 5.2), clip("talk", 0.8, 5.2, name="again"))
    made = after(propose("tighten", clips=("2",)))
    assert spans(made) == [(0.8, 5.2), (0.8, 2.72), (3.8, 5.2)]


def test_a_clip_of_nothing_but_fillers_stays(dailies: Project, propose: Propose) -> None:
    hear(dailies, "talk", words_of("um uh", 1.0))
    cut(dailies, clip("talk", 0.8, 5.2))
    proposal = propose("tighten", fillers=True)
    assert proposal.timeline is None
    assert "Nothing but filler words is said in talk.mp4" in proposal.answer


def test_speed_is_taken_into_account(dailies: Project, propose: Propose) -> None:
    hear(dailies, "talk", TALK)
    cut(dailies, replace(clip("talk", 0.8, 5.2), speed=Fraction(2)))
    (first, second) = after(propose("tighten")).clips()
    assert first[1].source.end >= seconds("2.7") and second[1].source.start <= seconds("3.8")
    assert second[1].source.start - first[1].source.end > 1


def test_without_word_times_the_sound_itself_is_listened_to(
    dailies: Project, propose: Propose, tmp_path: Path
) -> None:
    key = add_sound(dailies, tmp_path / "chat.wav", 8.0, (1.0, 3.0, 120.0), (5.0, 7.0, 180.0))
    whole = TimeRange(Fraction(0), Fraction(8))
    cut(dailies, Clip("c-chat", key, "chat.wav", whole, whole))
    proposal = propose("tighten")
    (first, second) = spans(after(proposal))
    assert 0.6 < first[0] <= 1.0 and 3.0 <= first[1] < 3.5
    assert 4.5 < second[0] <= 5.0 and 7.0 <= second[1] < 7.5
    asked = propose("tighten", fillers=True)
    assert "The words of chat.wav are not known one by one; `roughcut listen`" in asked.answer


def test_a_file_of_which_many_parts_play_is_listened_to_once(
    dailies: Project, propose: Propose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = add_sound(dailies, tmp_path / "long.wav", 12.0, (1.0, 3.0, 120.0), (6.0, 8.0, 180.0))
    whole = TimeRange(Fraction(0), Fraction(12))
    parts = [
        Clip(f"c-{n}", key, "long.wav", TimeRange(Fraction(a), Fraction(b)), whole)
        for n, (a, b) in enumerate(((0, 4), (5, 9), (10, 12)))
    ]
    cut(dailies, *parts)
    opened = []

    def listen(path: Path, start_s: Fraction, end_s: Fraction, *, rate_hz: int) -> Any:
        opened.append((start_s, end_s))
        return samples(path, start_s, end_s, rate_hz=rate_hz)

    monkeypatch.setattr("tools.pauses.sound_of", listen)
    made = after(propose("tighten"))
    assert opened == [(0, 12)]
    assert [c.id for _, c in made.clips()] == ["c-0", "c-1", "c-2"], "nobody speaks in the last"
    assert made.duration < 7


def test_a_bang_in_a_pause_is_no_silence(
    dailies: Project, propose: Propose, tmp_path: Path
) -> None:
    sound = scene(8.0, (1.0, 3.0, 120.0), (5.0, 7.0, 180.0))
    sound[56_000:72_000] += 0.4 * np.sin(np.arange(16_000, dtype=np.float32) * 0.04)  # a hum
    write_wav(sound, tmp_path / "bang.wav")
    key = add_row(dailies, tmp_path / "bang.wav", 8.0, (1.0, 3.0, 120.0), (5.0, 7.0, 180.0))
    whole = TimeRange(Fraction(0), Fraction(8))
    cut(dailies, Clip("c-bang", key, "bang.wav", whole, whole))
    proposal = propose("tighten")
    [(start, end)] = spans(after(proposal))
    assert start > 0.5 and end < 7.5
    assert "1 pause stays in bang.wav" in proposal.answer


def test_footage_that_is_gone_is_left_as_it_is(dailies: Project, propose: Propose) -> None:
    gone = replace(store.find(dailies, "f-talk"), path=dailies.folder / "gone" / "talk.mp4")
    store.save(dailies, gone)
    cut(dailies, clip("talk", 0, 8))
    proposal = propose("tighten")
    assert proposal.timeline is None and "talk.mp4 cannot be listened to" in proposal.answer


def test_bad_arguments_say_what_is_wrong(dailies: Project, propose: Propose) -> None:
    with pytest.raises(BadArguments, match="no clips yet"):
        propose("tighten")
    cut(dailies, clip("talk", 0, 8))
    with pytest.raises(BadArguments, match="silences, fillers or both"):
        propose("tighten", silences=False)
    with pytest.raises(BadArguments, match="the timeline has 1"):
        propose("tighten", clips=("4",))


def test_what_was_taken_out_comes_back_with_undo(dailies: Project, do: Do) -> None:
    hear(dailies, "talk", TALK)
    before = cut(dailies, clip("talk", 0.8, 5.2))
    made = do("tighten")
    assert history.current(dailies) == made != before
    history.undo(dailies)
    assert history.current(dailies) == before


gaps = st.integers(0, 1600)
talks = st.lists(
    st.tuples(gaps, st.integers(60, 700), st.sampled_from(["sea", "um", "wind,", "uh,", "like,"])),
    min_size=1,
    max_size=9,
)
rates = st.sampled_from([Fraction(25), Fraction(24000, 1001), Fraction(30), Fraction(50)])


def laid(drawn: list[tuple[int, int, str]]) -> list[Word]:
    """Drawn gaps and lengths in milliseconds as words one behind the other."""
    at, said = 500, list[Word]()
    for gap, length, text in drawn:
        if at + gap + length > 9500:
            break
        said.append(((at + gap) / 1000, (at + gap + length) / 1000, text))
        at += gap + length
    return said


@examples(40)
@given(talks, rates, st.sampled_from([Fraction(1), Fraction(2), Fraction(3, 4)]), st.booleans())
def test_no_cut_falls_into_a_word_that_stays(
    dailies: Project,
    propose: Propose,
    drawn: list[tuple[int, int, str]],
    rate: Fraction,
    speed: Fraction,
    fillers: bool,
) -> None:
    said = laid(drawn)
    hear(dailies, "talk", said)
    frames = int(10 * rate / speed)
    source = TimeRange(Fraction(0), frames / rate * speed)
    available = TimeRange(Fraction(0), Fraction(10))
    whole = Clip("c-talk", "f-talk", "talk.mp4", source, available, speed=speed)
    before = cut(dailies, whole, rate=rate)
    proposal = propose("tighten", fillers=fillers)
    made = after(proposal) if proposal.timeline else before
    gone = ("um", "uh,") if fillers and proposal.timeline else ()
    for a, b, text in said:
        word = TimeRange(seconds(a), seconds(b))
        plays = sum((word.overlap(c.source) for _, c in made.clips()), Fraction(0))
        if text in gone:
            assert plays < 2 * speed / rate
        elif text != "like,":  # which goes or stays by what stands around it
            assert plays == word.duration
    edges = {e for _, c in made.clips() for e in (c.source.start, c.source.end)}
    stays = [(a, b) for a, b, t in said if not fillers or t in ("sea", "wind,")]
    for edge in edges - {source.start, source.end}:
        assert not any(seconds(a) < edge < seconds(b) for a, b in stays)
    starts = [c.source.start for _, c in made.clips()]
    assert starts == sorted(starts)
