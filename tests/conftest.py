"""Shared fixtures: synthesised media, real footage where present, a fresh project."""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import imageio_ffmpeg
import pytest

from project.settings import Settings
from project.store import Project

# files that take a minute or more each are begun first, so that none is left over at the end
LONG = (
    "browser/",
    "test_readme",
    "test_whole",
    "test_web_trials",
    "test_watching_ray",
    "test_training",
)
# things are looked for in the tests of that: in all others it would cost a third of the suite
os.environ["ROUGHCUT_THINGS"] = ""
SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; the order is else as it was."""
    items.sort(key=lambda item: not any(name in item.nodeid for name in LONG))


def ffmpeg(*arguments: str | Path) -> None:
    """Run the bundled ffmpeg, for making test media only."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-nostdin", "-loglevel", "error"]
    subprocess.run([*command, *map(str, arguments)], check=True)


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small made clips, 320x180 at 25 frames per second.

    bars.mp4      3 s, colour bars, 440 Hz tone
    cuts.mp4      6 s, red, green, blue for 2 s each (hard cuts at 2 and 4 s), silent track
    pan.mp4       3 s, a wide test pattern passing by, no sound
    portrait.mp4  2 s, 180x320, 880 Hz tone
    """
    folder = tmp_path_factory.mktemp("clips")
    x264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    ffmpeg(
        "-f", "lavfi", "-i", "smptebars=s=320x180:r=25:d=3",
        "-f", "lavfi", "-i", "sine=440:d=3:r=48000", *x264, "-c:a", "aac", folder / "bars.mp4",
    )  # fmt: skip
    ffmpeg(
        "-f", "lavfi", "-i", "color=red:s=320x180:r=25:d=2",
        "-f", "lavfi", "-i", "color=green:s=320x180:r=25:d=2",
        "-f", "lavfi", "-i", "color=blue:s=320x180:r=25:d=2",
        "-f", "lavfi", "-i", "anullsrc=r=48000:d=6",
        "-filter_complex", "[0][1][2]concat=n=3[v]", "-map", "[v]", "-map", "3:a",
        *x264, "-c:a", "aac", "-shortest", folder / "cuts.mp4",
    )  # fmt: skip
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=960x180:r=25:d=3", "-vf", "crop=320:180:t*100:0",
        *x264, folder / "pan.mp4",
    )  # fmt: skip
    ffmpeg(
        "-f", "lavfi", "-i", "testsrc2=s=180x320:r=25:d=2",
        "-f", "lavfi", "-i", "sine=880:d=2:r=48000", *x264, "-c:a", "aac",
        folder / "portrait.mp4",
    )  # fmt: skip
    return folder


@pytest.fixture(autouse=True)
def untrained(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The weights of the package are for tests marked `trained`; others would take minutes."""
    if "trained" not in request.keywords:
        nowhere = tmp_path_factory.getbasetemp() / "no weights"
        monkeypatch.setattr("generator.builtin.WEIGHTS", nowhere)


@pytest.fixture(autouse=True)
def own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own lists are left alone: what a test would put there goes to its own folder."""
    state = tmp_path_factory.getbasetemp() / "state" / uuid.uuid4().hex
    monkeypatch.setenv("XDG_STATE_HOME", str(state))


@pytest.fixture(scope="session")
def real_footage() -> Path:
    """The folder of real clips; the test is skipped where it is not there."""
    folder = SHARED / "footage"
    if not folder.is_dir():
        pytest.skip("the real clips are not here")
    return folder


@pytest.fixture(scope="session")
def broken_footage() -> Path:
    """The folder of broken files; the test is skipped where it is not there."""
    folder = SHARED / "broken"
    if not folder.is_dir():
        pytest.skip("the broken files are not here")
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A fresh, empty project."""
    with Project.create(tmp_path / "project", Settings()) as fresh:
        yield fresh
