"""Chapters and shot lists: what players and spreadsheets read, and how footage is named."""

from __future__ import annotations

import csv
import io
import itertools
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from index.captions import caption_words
from index.outputs import looks, shotlist
from index.outputs.chapters import chapters, youtube, youtube_notes
from index.outputs.known import find_footage, know
from index.outputs.places import file_place, write_text
from index.outputs.sections import Section, sections
from index.outputs.shotlist import as_csv, rows
from index.sidecars import Folder
from index.subtitles import parse
from project import footage as store
from project.errors import CreatorError
from project.footage import Senses, Shot, Speech
from project.store import Project
from tests.index import made_film, made_library
from timeline.model import Origin
from timeline.time import TimeRange

HOSTILE = '<script>alert(1)</script> --> [x](javascript:y) "=cmd" \u202e\x00'


def section(start: float, end: float, title: str = "Bread") -> Section:
    return Section(TimeRange(Fraction(start), Fraction(end)), title)


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_youtube_text_starts_at_zero_and_counts_whole_seconds_down() -> None:
    film = made_film.known()
    made = chapters(sections(film), "youtube")
    times = [line.split(" ", 1)[0] for line in made.text.splitlines()]
    assert times == ["0:00", "0:40", "1:30"] and made.notes == ()
    late = [section(0, 20), section(20.9, 3600), section(3600.5, 3700)]
    stamps = [line.split()[0] for line in youtube(late).splitlines()]
    assert stamps == ["0:00:00", "0:00:20", "1:00:00"]


def test_youtube_titles_hold_no_angle_brackets_and_stay_on_their_line() -> None:
    text = youtube([section(0, 10, HOSTILE + "\nnext"), section(10, 20, "x" * 300)])
    first, second = text.splitlines()
    assert "<" not in text and ">" not in text and "\u202e" not in first
    assert len(second) < 110


def test_a_film_too_short_for_youtube_is_told_so_with_another_way() -> None:
    [note] = youtube_notes([section(0, 29)])
    assert "too short for YouTube" in note and "--format vtt" in note
    [note] = youtube_notes([section(0, 30), section(30, 60)])
    assert "at least 3" in note
    assert youtube_notes([section(0, 10), section(10, 20), section(20, 30)]) == ()


def test_web_vtt_chapters_read_back_with_their_times_and_titles() -> None:
    parts = [section(0, 12.5, "Bread & butter"), section(12.5, 5000, HOSTILE)]
    text = chapters(parts, "vtt").text
    read = parse(text, ".vtt")
    assert read.notes == () and text.startswith("WEBVTT\n\n")
    assert [line.range for line in read.lines] == [part.range for part in parts]
    assert read.lines[0].text == "Bread & butter"
    assert text.count("-->") == 2 and "<script" not in text


def test_a_shot_list_has_one_row_a_shot_with_timecode_and_seconds() -> None:
    film = made_film.known()
    first, second, third = table(as_csv(rows(film)))
    assert (second["shot"], second["start_s"], second["end_s"]) == ("2", "40.000", "90.000")
    assert (second["in"], second["out"]) == ("00:00:40:00", "00:01:30:00")
    assert (second["duration"], second["duration_s"]) == ("00:00:50:00", "50.000")
    assert second["speech"].startswith("Ben: The lighthouse keeper")
    assert third["text"] == made_film.BEES.caption
    assert first["name"] == "film.mp4" and first["footage_id"] == "film"


def test_no_cell_of_a_shot_list_can_run_as_a_formula() -> None:
    film = made_film.known()
    names = ("=HYPERLINK(1)", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1")
    for bad in names:
        moments = [replace(m, caption=bad, screen_text=bad) for m in film.moments]
        footage = replace(film.footage, name=bad)
        hostile = replace(film, footage=footage, moments=tuple(moments))
        for row in csv.reader(io.StringIO(as_csv(rows(hostile)).removeprefix("\ufeff"))):
            assert not any(cell.startswith(shotlist.FORMULA) for cell in row)
            assert not any(c in cell for cell in row for c in "\t\r\n")
    assert table(as_csv(rows(hostile)))[0]["text"] == "'＝1"


def test_a_shot_list_is_read_back_as_a_shot_log(tmp_path: Path) -> None:
    film = made_film.known([*made_film.SUBJECTS, made_film.Subject(20)])
    clip = tmp_path / film.footage.name
    clip.touch()
    odd = 'coffee, "black"; ünïcode 猫'
    moments = (*(replace(m, caption=odd) for m in film.moments[:40]), *film.moments[40:])
    write_text(tmp_path / "shots.csv", as_csv(rows(replace(film, moments=moments))))
    assert (tmp_path / "shots.csv").read_bytes().startswith(b"\xef\xbb\xbfname,")
    beside = Folder(tmp_path).beside(clip)
    assert [(told.range, told.text, told.source) for told in beside.captions] == [
        (shot.range, text, "shot log")
        for shot, text in zip(
            film.shots, [odd, made_film.STORM.caption, made_film.BEES.caption], strict=False
        )
    ]
    assert len(beside.notes) == 1  # the shot that nobody told anything of


def test_only_what_was_told_is_text_and_the_senses_stand_in_columns_of_their_own() -> None:
    senses = Senses(
        light=0.2, contrast=0.2, sharpness=0.5, pan=0.05, saturation=0.3, colours=("blue", "grey"),
        shot_size="wide", loudness_db=-30, music=0.9,
    )  # fmt: skip
    subject = made_film.Subject(12, senses=replace(senses, words=caption_words(senses)))
    [row] = rows(made_film.known([subject]))
    assert row.text == ""
    assert (row.shot_size, row.camera, row.light) == ("wide", "slow pan right", "dark")
    assert (row.colours, row.sound) == ("blue, grey", "music")


def test_every_word_of_the_senses_has_its_column() -> None:
    words: set[str] = set()
    steps = (-1.0, -0.2, -0.04, 0.0, 0.04, 0.2, 1.0)
    for light, change, move in itertools.product((0.02, 0.2, 0.5, 0.7, 0.9), steps, steps):
        for still in (Senses(pan=move), Senses(tilt=move), Senses(zoom=move, shake=2 * move)):
            senses = replace(
                still, light=light, light_change=change, contrast=0.2 + change, warmth=move,
                saturation=abs(change), sharpness=light - 0.1, motion=abs(move),
            )  # fmt: skip
            words |= set(caption_words(senses))
    for loud, share in itertools.product((-100, -60, -30, -5), (0.0, 1.0)):
        senses = Senses(loudness_db=loud, speech=share, music=share)
        words |= set(caption_words(senses, has_picture=False))
    words |= {"no sound"}
    words -= {"no picture, sound only"}
    assert len(words) > 30
    assert {word for word in words if looks.place(word) == 3} == set()


def test_a_shot_between_two_seconds_takes_the_moment_that_shows_most_of_it() -> None:
    film = made_film.known()
    short = Shot("film", 0, TimeRange(Fraction(2), Fraction(23, 10)))
    [row] = rows(replace(film, shots=(short,)))
    assert row.text == made_film.BREAD.caption


def test_sound_is_one_row_and_generated_footage_says_so() -> None:
    film = made_film.known(picture=False)
    made = Origin("diffusers", "some-model", "waves", 7, ai=True)
    [row] = rows(replace(film, footage=replace(film.footage, origin=made)))
    assert (row.start_s, row.end_s, row._out) == (0, 150, "00:02:30.000")
    assert row.origin.startswith("AI-generated by diffusers some-model")


def test_footage_is_found_by_id_name_stem_or_a_start_that_only_it_has(project: Project) -> None:
    made_library.build(project)
    for called in ("made-003", "A004.mp4", "a004.MP4", "A004", " a004 "):
        assert find_footage(project, called).id == "made-003"
    long = replace(store.find(project, "made-003"), id="x9", path=Path("/b"), name="Beach Day.mov")
    store.save(project, long)
    assert find_footage(project, "beach").id == "x9"
    with pytest.raises(CreatorError, match=r"did you mean.*A00"):
        find_footage(project, "A0044.mp4")
    with pytest.raises(CreatorError, match=r"24 pieces.*by its id"):
        find_footage(project, "made-")
    with pytest.raises(CreatorError, match=r"no footage called ''.* and 20 more"):
        find_footage(project, "")
    store.save(project, replace(long, status="rejected", reason="it holds no picture"))
    with pytest.raises(CreatorError, match=r"it holds no picture.*ingest it again"):
        find_footage(project, "x9")


def test_an_empty_project_says_how_footage_comes_into_it(project: Project) -> None:
    with pytest.raises(CreatorError, match="roughcut ingest"):
        find_footage(project, "anything")


def test_what_is_known_comes_back_from_the_store_in_order_of_time(project: Project) -> None:
    film = made_film.known()
    late = Speech("film", TimeRange(Fraction(1), Fraction(2)), "  ", "", "")
    made_film.keep(project, replace(film, speech=(*reversed(film.speech), late)))
    back = know(project, store.find(project, "film"))
    assert back.speech == film.speech and back.moments == film.moments and back.vectors is None


def test_a_list_is_written_whole_and_never_over_footage_or_unasked(
    project: Project, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.csv"
    clip.write_text("x")
    made_film.keep(project, made_film.known(path=clip))
    with pytest.raises(CreatorError, match="never written over"):
        file_place(project, clip, (".csv",), force=True)
    out = file_place(project, tmp_path / "shots", (".csv",), force=False)
    assert out.name == "shots.csv"
    write_text(out, "one")
    with pytest.raises(CreatorError, match="--force"):
        file_place(project, out, (".csv",), force=False)
    write_text(file_place(project, out, (".csv",), force=True), "two")
    assert out.read_text() == "two" and sorted(p.name for p in tmp_path.iterdir()) == [
        "clip.csv", "project", "shots.csv",
    ]  # fmt: skip
    for bad, why in (("shots.txt", "ending in"), ("none/shots.csv", "make it first")):
        with pytest.raises(CreatorError, match=why):
            file_place(project, tmp_path / bad, (".csv",), force=True)
