from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

from index.scan import scan
from index.sidecars import Folder
from index.subtitles import parse


def test_captions_subtitles_and_shot_log_are_found_beside_their_file(tmp_path: Path) -> None:
    clip = tmp_path / "C0001.MP4"
    clip.touch()
    told = [{"start_s": 0, "end_s": 1.5, "text": "a dog runs"}]
    (tmp_path / "C0001.captions.json").write_text(json.dumps(told))
    (tmp_path / "C0001.en.srt").write_text("1\n00:00:01,000 --> 00:00:02,500\nHello\n")
    (tmp_path / "log.csv").write_text(
        "name,start_s,end_s,text\nC0001,2,3,the dog jumps\nC0002.MP4,0,1,other\n"
    )
    beside = Folder(tmp_path).beside(clip)
    assert [(t.text, t.source) for t in beside.captions] == [
        ("a dog runs", "sidecar"),
        ("the dog jumps", "shot log"),
    ]
    assert beside.captions[0].range.end == Fraction(3, 2)
    assert [line.text for line in beside.speech] == ["Hello"]
    assert Folder(tmp_path).beside(tmp_path / "C00.MP4").captions == ()


def test_bad_rows_are_named_and_the_good_ones_kept(tmp_path: Path) -> None:
    rows = '[{"start_s": 3, "end_s": 1, "text": "x"}, {"start_s": NaN, "end_s": 2, "text": "y"},'
    rows += (
        ' 7, {"start_s": "0", "end_s": 1e999, "text": "z"}, {"start_s":0,"end_s":1,"text":"ok"}]'
    )
    (tmp_path / "a.captions.json").write_text(rows)
    beside = Folder(tmp_path).beside(tmp_path / "a.mp4")
    assert [t.text for t in beside.captions] == ["ok"]
    assert len(beside.notes) == 4
    (tmp_path / "a.captions.json").write_text("{")
    assert "not JSON" in Folder(tmp_path).beside(tmp_path / "a.mp4").notes[0]


def test_vtt_and_ass_are_read_with_speakers_and_without_markup() -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000 align:start\n<v Ann>Good <b>day</b>\n\nbad --> worse\n"
    read = parse(vtt, ".vtt")
    assert [(x.text, x.speaker, x.range.start) for x in read.lines] == [("Good day", "Ann", 1)]
    assert read.notes == ("line 6: the times cannot be used",)
    ass = (
        "[Events]\nFormat: Layer, Start, End, Name, Text\n"
        "Dialogue: 0,0:00:01.50,0:00:03.00,Bob,{\\an8}One,\\Ntwo\n"
    )
    [line] = parse(ass, ".ass").lines
    assert (line.text, line.speaker, line.range.start) == ("One, two", "Bob", Fraction(3, 2))


def said(text: str, ending: str = ".srt") -> list[tuple[str, str]]:
    return [(line.speaker, line.text) for line in parse(text, ending).lines]


def srt(*texts: str) -> str:
    return "\n\n".join(
        f"{k}\n00:00:{k:02},000 --> 00:00:{k + 1:02},000\n{text}" for k, text in enumerate(texts)
    )


def test_several_voices_in_one_subtitle_are_kept_apart_and_share_its_time() -> None:
    vtt = "WEBVTT\n\n00:00.000 --> 00:04.000\n<v.loud Ann Lee>Hello</v>\n<v Bob>Goodbye now Ann"
    first, second = parse(vtt, ".vtt").lines
    assert (first.speaker, first.text) == ("Ann Lee", "Hello")
    assert (second.speaker, second.text) == ("Bob", "Goodbye now Ann")
    assert (first.range.start, first.range.end, second.range.end) == (0, 1, 4)
    assert first.range.end == second.range.start


def test_names_before_the_words_are_speakers_where_a_file_does_so_throughout() -> None:
    capitals = srt("ANN: Are you there?", "I am here.", "- DR. WHO: Yes: here.\nANN: Good.")
    assert said(capitals) == [
        ("ANN", "Are you there?"), ("", "I am here."), ("DR. WHO", "Yes: here."), ("ANN", "Good."),
    ]  # fmt: skip
    names = srt("Ann: One", "Bob: Two", "Ann: Three", "Bob: Four", "Later: five")
    assert said(names)[:2] == [("Ann", "One"), ("Bob", "Two")]
    assert said(names)[4] == ("", "Later: five")


def test_a_colon_alone_makes_nobody_speak() -> None:
    texts = (
        "Remember: we leave at 10: 30",
        "NOTE: not today",
        "He said: go",
        "http: //x",
        "Ann: hi",
    )
    assert said(srt(*texts)) == [("", text) for text in texts]
    assert said(srt("WEATHER: rain")) == [("", "WEATHER: rain")]


def test_an_actor_column_names_the_speaker_too() -> None:
    ass = (
        "[Events]\nFormat: Start, End, Actor, Text\n"
        "Dialogue: 0:00:01.50,0:00:03.00,Bob,One\nDialogue: 0:00:03.00,0:00:04.00,,BOB: two\n"
    )
    assert said(ass, ".ass") == [("Bob", "One"), ("", "BOB: two")]


def test_scan_goes_by_content_where_the_name_says_nothing(tmp_path: Path) -> None:
    for name in ("b.mp4", "a.MOV", "x.srt", "notes.txt", ".hidden.mp4"):
        (tmp_path / name).write_text("text")
    (tmp_path / "unknown").write_bytes(b"\0\1\2")
    (tmp_path / "readme").write_text("plain")
    (tmp_path / "proj").mkdir()
    (tmp_path / "proj" / "in.mp4").touch()
    found = scan([tmp_path], skip=tmp_path / "proj")
    assert [(c.path.name, c.named) for c in found] == [
        ("a.MOV", True),
        ("b.mp4", True),
        ("unknown", False),
    ]
