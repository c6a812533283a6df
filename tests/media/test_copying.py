"""Pictures that nothing changes are taken over to the bit; anything else is encoded."""

from __future__ import annotations

from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest

from media.decode import decode
from media.plan import plan, untouched
from media.probe import probe
from media.render import render
from media.values import Ending, Film, Fit, PartSource, Picture, RenderPart, RenderTitle
from tests.conftest import ffmpeg

BT709 = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six seconds, an IDR picture every second, B-frames between."""
    out = tmp_path_factory.mktemp("copying") / "whole.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=6", "-f", "lavfi", "-i", "sine=d=6",
        "-vf", f"format=yuv420p,{BT709}", "-c:v", "libx264", "-g", "25", "-sc_threshold", "0",
        "-bf", "3", "-c:a", "aac", out,
    )  # fmt: skip
    return out


def cut(path: Path, *spans: tuple[int | F, int], size: tuple[int, int] = (320, 180)) -> Film:
    parts = [
        RenderPart(PartSource(path, F(start), F(start) + F(frames, 25)), frames)
        for start, frames in spans
    ]
    return Film(*size, F(25), tuple(parts))


def pictures(path: Path) -> list[np.ndarray]:
    events = list(decode(path, probe(path), width_px=320, still_px=0))
    assert isinstance(events[-1], Ending) and events[-1].verdict == "ok"
    return [event.rgb for event in events if isinstance(event, Picture)]


def copied(film: Film, folder: Path) -> list[np.ndarray] | None:
    """The film's pictures where it was copied, else None; its frames are right either way."""
    made = render(film, folder / "film.mp4", cache=folder / "cache")
    shown = pictures(folder / "film.mp4")
    assert made.frames == len(shown) == sum(part.frames for part in film.parts)
    whole = untouched(plan(film))
    return shown if whole and (folder / "cache" / f"{whole.key}.mp4").is_file() else None


def test_a_cut_on_key_frames_keeps_every_picture_to_the_bit(source: Path, tmp_path: Path) -> None:
    shown = copied(cut(source, (3, 50), (1, 25), (5, 25)), tmp_path)
    truth = pictures(source)
    assert shown is not None
    for mine, theirs in zip(shown, [*truth[75:125], *truth[25:50], *truth[125:]], strict=True):
        assert np.array_equal(mine, theirs)


@pytest.mark.parametrize("span", [(1, 26), (1, 24), (F(26, 25), 24), (F(51, 50), 25), (5, 30)])
def test_a_cut_beside_a_key_frame_is_encoded(
    source: Path, tmp_path: Path, span: tuple[int | F, int]
) -> None:
    assert copied(cut(source, span), tmp_path) is None


def test_another_size_fit_or_a_title_is_encoded(source: Path, tmp_path: Path) -> None:
    assert copied(cut(source, (1, 25), size=(640, 360)), tmp_path) is None
    part = RenderPart(PartSource(source, F(1), F(2)), 25, fit=Fit("fill", zoom=2.0))
    assert untouched(plan(Film(320, 180, F(25), (part,)))) is None
    titled = Film(320, 180, F(25), cut(source, (1, 25)).parts, (RenderTitle("A", F(0), F(1)),))
    assert untouched(plan(titled)) is None


def test_pictures_of_another_kind_are_encoded(source: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    ffmpeg("-i", source, "-c:v", "libx264", "-g", "25", "-vf", "setparams=colorspace=smpte170m",
           "-colorspace", "smpte170m", other)  # fmt: skip
    assert copied(cut(other, (1, 25)), tmp_path) is None
    mixed = Film(320, 180, F(25), (*cut(source, (1, 25)).parts, *cut(other, (1, 25)).parts))
    assert copied(mixed, tmp_path) is None


def test_groups_that_lean_on_the_one_before_are_encoded(source: Path, tmp_path: Path) -> None:
    leaning = tmp_path / "open.mp4"
    ffmpeg("-i", source, "-c:v", "libx264", "-g", "25", "-sc_threshold", "0", "-bf", "3",
           "-x264-params", "open-gop=1", leaning)  # fmt: skip
    assert copied(cut(leaning, (1, 25)), tmp_path) is None
