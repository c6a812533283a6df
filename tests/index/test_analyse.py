"""What one pass over a file says about its times."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.analyse import analyse
from tests.conftest import ffmpeg


@pytest.mark.parametrize(
    ("picture", "offset", "words"),
    [
        ("color=red:s=64x48:r=25:d=0.04", "0", "goes by its sound, 0:02.0"),
        ("testsrc2=s=64x48:r=25:d=1", "1", "starts at 0:01.0, after the sound"),
        ("testsrc2=s=64x48:r=25:d=2", "0", ""),
    ],
)
def test_odd_times_are_said(picture: str, offset: str, words: str, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    ffmpeg(
        "-itsoffset", offset, "-f", "lavfi", "-i", picture,
        "-f", "lavfi", "-i", "sine=440:d=2:r=48000",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", clip,
    )  # fmt: skip
    notes = " ".join(analyse(clip, read_text=False).technical.notes)
    assert words in notes
    assert bool(notes) == bool(words)
