"""What is done to picture and sound beyond the cut: split sound, moving frames, grade, loudness."""

from __future__ import annotations

import json
import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from media import command
from media.decode import decode
from media.probe import probe
from media.render import render
from media.sound import samples
from media.values import Film, Fit, Grade, PartSource, Picture, RenderPart
from tests.conftest import ffmpeg

F = Fraction
HZ = 48_000


def tone(path: Path, hz: int, level: float = 0.5) -> Path:
    """Six seconds of grey with a steady tone."""
    ffmpeg(
        "-f", "lavfi", "-i", "color=gray:s=64x36:r=25:d=6",
        "-f", "lavfi", "-i", f"aevalsrc='{level}*sin(2*PI*{hz}*t)':d=6:s=48000",
        "-c:a", "pcm_s16le", "-pix_fmt", "yuv420p", path,
    )  # fmt: skip
    return path


def share(heard: np.ndarray, at_s: float, hz: int) -> float:
    """The level of a tone in the tenth of a second from `at_s` on."""
    span = heard[int(at_s * HZ) :][: HZ // 10]
    return float(abs((span * np.exp(-2j * np.pi * hz / HZ * np.arange(len(span)))).mean()) * 2)


@pytest.mark.parametrize(("cut", "first_until"), [(25, 3.0), (-25, 1.0)])
def test_sound_is_cut_later_or_earlier_than_its_picture(
    tmp_path: Path, cut: int, first_until: float
) -> None:
    low, high = tone(tmp_path / "low.mov", 400), tone(tmp_path / "high.mov", 1700)
    parts = (
        RenderPart(PartSource(low, F(1), F(3)), 50, sound_out_frames=cut),
        RenderPart(PartSource(high, F(2), F(4)), 50, sound_in_frames=cut),
    )
    made = render(Film(64, 36, F(25), parts), tmp_path / "a.mp4", cache=tmp_path / "cache")
    assert made.frames == 100
    heard = samples(tmp_path / "a.mp4", F(0), F(4), rate_hz=HZ)
    before, after = first_until - 0.2, first_until + 0.1
    assert share(heard, before, 400) > 0.4 and share(heard, before, 1700) < 0.05
    assert share(heard, after, 1700) > 0.4 and share(heard, after, 400) < 0.05
    assert share(heard, 0.1, 400) > 0.4 and share(heard, 3.8, 1700) > 0.4


def frames(path: Path) -> list[np.ndarray]:
    events = decode(path, probe(path), width_px=320, still_px=0)
    return [event.rgb for event in events if isinstance(event, Picture)]


def test_a_moving_frame_keeps_what_it_follows_in_its_middle(tmp_path: Path) -> None:
    source = tmp_path / "ball.mp4"
    ffmpeg(  # a white square goes from the left edge to the right in four seconds
        "-f", "lavfi", "-i", "color=black:s=640x180:r=25:d=4",
        "-f", "lavfi", "-i", "color=white:s=40x180:r=25:d=4",
        "-filter_complex", "[0][1]overlay=x='150*t':y=0", "-pix_fmt", "yuv420p", source,
    )  # fmt: skip
    path = tuple((F(t), (150 * t + 20) / 640, 0.5) for t in (0, 2, 4))
    part = RenderPart(PartSource(source, F(1), F(3)), 50, fit=Fit("fill", path=path))
    render(Film(180, 180, F(25), (part,)), tmp_path / "a.mp4", cache=tmp_path / "cache")
    for number, rgb in enumerate(frames(tmp_path / "a.mp4")):
        columns = np.flatnonzero(rgb[90, :, 0] > 128)
        middle = float(columns.mean()) / rgb.shape[1]
        assert abs(middle - 0.5) < 0.03, f"frame {number}: {middle}"


def test_a_moving_frame_goes_at_the_pace_of_a_clip_that_plays_faster(tmp_path: Path) -> None:
    source = tmp_path / "ball.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", "color=black:s=640x180:r=25:d=4",
        "-f", "lavfi", "-i", "color=white:s=40x180:r=25:d=4",
        "-filter_complex", "[0][1]overlay=x='150*t':y=0", "-pix_fmt", "yuv420p", source,
    )  # fmt: skip
    path = tuple((F(t), (150 * t + 20) / 640, 0.5) for t in (0, 4))
    part = RenderPart(
        PartSource(source, F(1), F(3)), 25, speed=F(2), fit=Fit("fill", path=path)
    )  # fmt: skip
    render(Film(180, 180, F(25), (part,)), tmp_path / "a.mp4", cache=tmp_path / "cache")
    for rgb in frames(tmp_path / "a.mp4"):
        assert abs(float(np.flatnonzero(rgb[90, :, 0] > 128).mean()) / rgb.shape[1] - 0.5) < 0.04


def test_a_grade_lifts_spreads_and_tints_by_what_it_says(tmp_path: Path) -> None:
    source = tmp_path / "grey.mp4"
    ffmpeg("-f", "lavfi", "-i", "color=gray:s=64x64:r=25:d=2", "-pix_fmt", "yuv420p", source)

    def colour(grade: Grade | None) -> np.ndarray:
        out = tmp_path / "a.mp4"
        part = RenderPart(PartSource(source, F(0), F(1)), 3, grade=grade)
        render(Film(64, 64, F(25), (part,)), out, cache=tmp_path / "cache")
        mean: np.ndarray = frames(out)[1].mean(axis=(0, 1))
        return mean

    plain = colour(None)
    assert np.abs(colour(Grade()) - plain).max() < 1.5
    assert np.abs(colour(Grade(light=0.1)) - plain - 25.5).max() < 3
    warm = colour(Grade(red=0.05, blue=-0.05)) - plain
    assert warm[0] > 10 and warm[2] < -10
    assert colour(Grade(contrast=2.0, light=0.1))[0] > plain[0] + 20


def loudness(path: Path) -> float:
    """Integrated loudness in LUFS as another filter than the renderer's measures it."""
    told = subprocess.run(
        [command.executable(), "-hide_banner", "-i", str(path), "-af",
         "loudnorm=print_format=json", "-f", "null", "-"],
        capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip
    return float(json.loads(told[told.rindex("{") : told.rindex("}") + 1])["input_i"])


@pytest.mark.parametrize("level", [0.03, 0.2])
def test_a_film_is_brought_to_the_loudness_asked_for(tmp_path: Path, level: float) -> None:
    source = tone(tmp_path / "tone.mov", 1000, level)
    part = RenderPart(PartSource(source, F(0), F(5)), 125)
    made = render(
        Film(64, 36, F(25), (part,), loudness_lufs=-20.0),
        tmp_path / "a.mp4", cache=tmp_path / "cache",
    )  # fmt: skip
    assert not made.warnings
    assert abs(loudness(tmp_path / "a.mp4") + 20) < 0.7


def test_silence_stays_silent_and_is_said(tmp_path: Path) -> None:
    source = tone(tmp_path / "tone.mov", 1000, 0.0)
    part = RenderPart(PartSource(source, F(0), F(2)), 50)
    film = Film(64, 36, F(25), (part,), loudness_lufs=-14.0)
    made = render(film, tmp_path / "a.mp4", cache=tmp_path / "cache")
    assert any("silent" in words for words in made.warnings)
    assert np.abs(samples(tmp_path / "a.mp4", F(0), F(2), rate_hz=HZ)).max() < 1e-3
