"""`roughcut generate`: what can be given, what contradicts itself, and what is written."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from generator.values import ShotRequest
from media.encode import write_clip
from media.probe import probe
from ui.cli import app
from ui.cli_generate import Wish, read_request
from ui.cli_given import Given
from ui.console import Door

RUN = CliRunner()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """red.png, blue.png, half.png (white above) and clip.mp4, one second from dark to bright."""
    folder = tmp_path_factory.mktemp("given")
    for name, colour in (("red", (200, 0, 0)), ("blue", (0, 0, 200))):
        Image.new("RGB", (96, 54), colour).save(folder / f"{name}.png")
    half = np.zeros((54, 96, 3), np.uint8)
    half[:27] = 255
    Image.fromarray(half).save(folder / "half.png")
    grey = np.linspace(30, 220, 25).astype(np.uint8)[:, None, None, None]
    write_clip(np.broadcast_to(grey, (25, 64, 96, 3)).copy(), Fraction(25), folder / "clip.mp4")
    return folder


def request(given: Given, *, loop: bool = False, duration_s: float | None = 2.0) -> ShotRequest:
    wish = Wish("sunset", "", duration_s, "96x64", "25", 0, 4, 4.0, "euler", loop, given)
    return read_request(Door(as_json=True), wish)


def light(frames: np.ndarray) -> list[int]:
    return [int(frame.mean()) for frame in frames]


def test_pictures_stand_at_the_start_the_end_and_their_seconds(files: Path) -> None:
    red, blue = files / "red.png", files / "blue.png"
    made = request(Given(image=red, last_image=blue, keys=(f"1.2={blue}",))).conditions
    assert [one.at_s for one in made] == [0, Fraction("1.2"), Fraction(49, 25)]
    assert all(one.frames.shape == (1, 64, 96, 3) for one in made)
    assert made[0].frames[0, 5, 5].argmax() == 0 and made[2].frames[0, 5, 5].argmax() == 2


def test_a_shot_goes_on_from_the_end_of_a_clip_and_leads_into_the_beginning(files: Path) -> None:
    clip = files / "clip.mp4"
    before, after = request(Given(start=clip, end=clip)).conditions
    assert before.at_s == 0 and len(before.frames) == 16
    assert light(before.frames)[-1] > 200 and light(before.frames) == sorted(light(before.frames))
    assert after.at_s == Fraction(50 - 16, 25) and light(after.frames)[0] < 50


def test_a_restyle_or_a_region_takes_the_whole_clip_or_picture(files: Path) -> None:
    whole = request(Given(start=files / "clip.mp4", strength=0.5), duration_s=None)
    assert whole.duration_s == 1 and len(whole.conditions[0].frames) == 25
    assert whole.conditions[0].strength == 0.5
    part = request(Given(image=files / "red.png", mask=files / "half.png")).conditions[0]
    assert part.frames.shape == (50, 64, 96, 3) and part.mask is not None
    assert part.mask[:28].min() > 0.9 and part.mask[-28:].max() < 0.1


def test_boxes_are_read_with_their_time() -> None:
    one, other = request(Given(boxes=("the sun:0.1,0.2,0.4,0.5", "the sun:0,0,1,1@3/2"))).boxes
    assert (one.words, one.left, one.bottom, one.at_s) == ("the sun", 0.1, 0.5, 0)
    assert other.at_s == Fraction(3, 2)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "say what the shot should show"),
        (["sea", "--image", "red.png", "--from", "clip.mp4"], "--image and --from both"),
        (["sea", "--last-image", "red.png", "--to", "clip.mp4"], "--last-image and --to both"),
        (["sea", "--loop", "--to", "clip.mp4"], "a loop ends where it starts"),
        (["sea", "--mask", "half.png"], "--mask needs a picture"),
        (["sea", "--strength", "0.5"], "--strength needs a picture"),
        (["sea", "--image", "none.png"], "there is no picture or clip none.png"),
        (["sea", "--from", "red.png"], "give it with --image"),
        (["sea", "--key", "red.png"], "--key takes SECONDS=PICTURE"),
        (["sea", "--key", "9=red.png"], "seconds from 0 to 4"),
        (["sea", "--key", "1=none.png"], "there is no picture none.png"),
        (["sea", "--boxes", "sun:0,0,2,1"], "--boxes takes WORDS"),
        (["sea", "--sampler", "magic"], "euler or heun"),
        (["sea", "--out", "film.avi"], ".mp4 or .mov"),
    ],
)
def test_what_contradicts_itself_leaves_with_two_and_says_what_to_do(
    options: list[str], words: str, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    done = RUN.invoke(app, ["generate", *options, "--json"])
    assert done.exit_code == 2, done.output
    assert words in json.loads(done.stdout)["error"]


def test_a_join_of_two_pictures_is_written_and_told(files: Path, tmp_path: Path) -> None:
    out = tmp_path / "join.mp4"
    done = RUN.invoke(app, [
        "generate", "--image", str(files / "red.png"), "--last-image", str(files / "blue.png"),
        "--size", "96x64", "--duration", "0.4", "--backend", "motion", "--out", str(out), "--json",
    ])  # fmt: skip
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["backend"] == "motion" and told["frames"] == 10
    assert told["conditions"] == "1 frames at 0 s; 1 frames at 0.36 s"
    assert probe(out).video is not None


@pytest.mark.parametrize("name", ["still.png", "still.jpg"])
def test_a_still_is_one_picture_that_says_how_it_was_made(name: str, tmp_path: Path) -> None:
    out = tmp_path / name
    done = RUN.invoke(app, ["generate", "golden sunset", "--size", "96x64", "--backend", "scenes",
                            "--out", str(out), "--json"])  # fmt: skip
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["frames"] == 1
    with Image.open(out) as picture:
        said = picture.info.get("Comment") or picture.getexif().get(270)
        assert picture.size == (96, 64) and "golden sunset" in str(said)
