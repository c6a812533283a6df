"""The recall benchmark: sidecars made of a manifest, made libraries half by half."""

from __future__ import annotations

from fractions import Fraction
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import recall
from benchmarks._libraries import Told, libraries, questions
from index.sidecars import Folder
from timeline.time import TimeRange

MANIFEST = {
    "clips": [
        {
            "name": "a.mp4",
            "moments": [{"start_s": 0, "end_s": 1.5, "description": "a heron"}],
            "transcript": [{"start_s": 0.25, "end_s": 1.2, "text": "look there"}],
        },
        {"name": "b.mp4", "moments": []},
    ]
}


def test_clips_stand_alone_until_sidecars_tell_of_them(tmp_path: Path) -> None:
    footage, clips = tmp_path / "footage", tmp_path / "clips"
    footage.mkdir()
    clips.mkdir()
    for name in ("a.mp4", "b.mp4"):
        (footage / name).write_bytes(name.encode())
    recall._link(footage, MANIFEST, clips)
    recall._tell(MANIFEST, clips)
    told = Folder(clips).beside(clips / "a.mp4")
    assert [(t.range, t.text) for t in told.captions] == [
        (TimeRange(Fraction(0), Fraction(3, 2)), "a heron")
    ]
    assert [(line.range, line.text) for line in told.speech] == [
        (TimeRange(Fraction(1, 4), Fraction(6, 5)), "look there")
    ]
    recall._link(footage, MANIFEST, clips)
    assert {path.name for path in clips.iterdir()} == {"a.mp4", "b.mp4"}
    assert (clips / "a.mp4").read_bytes() == b"a.mp4"


def test_every_answer_of_a_made_library_lies_in_its_clips() -> None:
    for told in libraries():
        lengths = {f"A{n:04}.mp4": 3 * len(captions) for n, captions in enumerate(told.clips)}
        asked = questions(told)
        assert len({each["id"] for each in asked}) == len(asked)
        for each in asked:
            assert (each["kind"] == "none") == (not each["answers"])
            for name, span in each["answers"]:
                assert 0 <= span.start < span.end <= lengths[name], (told.name, each)


def test_the_halves_are_asked_apart_and_missing_footage_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small(name: str, half: str) -> Told:
        clips = (("a heron at a pond", "rain on a roof"), ("a ~ dark", "b ~ bright"))
        there = (("heron", ((0, 0),)), ("very dark shot", ((1, 0),)))
        return Told(name, half, clips, there, ("a rocket launch",))

    monkeypatch.setattr(recall, "libraries", lambda: [small("one", "a"), small("two", "b")])
    console = Console(file=StringIO(), width=400)
    with console.capture() as printed:
        console.print(recall.benchmark(tmp_path))
    said = printed.get()
    assert f"no footage with manifest.json and queries.json in {tmp_path}" in said
    for half in ("a", "b"):
        [line] = [row.split() for row in said.splitlines() if row.split()[:2] == [half, "1"]]
        assert line == [half, "1", "12", "3", "1.00", "1.00", "0", "of", "2", "1", "of", "1"]


def test_the_benchmarks_are_told_only_what_they_take(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmarks.__main__ import main

    given: list[object] = []

    def fake(footage: Path = Path(), keep: Path | None = None) -> str:
        given.append((footage, keep))
        return "a table"

    monkeypatch.setattr(recall, "benchmark", fake)
    assert main(["recall", "--footage", "x", "--moments", "9"]) == 0
    assert given == [(Path("x"), None)] and "a table" in capsys.readouterr().out
    assert main(["nothing"]) == 2
