"""What a frame follows and how calmly, on pictures whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from media.encode import write_clip
from media.errors import Cancelled
from media.values import Fit, VideoStream
from project.footage import Footage, Shot, Technical
from project.store import Project
from timeline.model import Clip, Timeline
from timeline.time import TimeRange
from tools.reframing import watching
from tools.reframing.framing import Framed, framed, opening_for, span_of
from tools.reframing.measuring import bars_in
from tools.reframing.opening import Opening
from tools.reframing.operating import calmest, few, hastiest, tube
from tools.reframing.people import followed_faces
from tools.reframing.watching import Face, Looks

WIDE, HIGH, RATE = 320, 180, 25
VERTICAL = Timeline(width=1080, height=1920, rate=Fraction(RATE))
SHARE = 9 / 16 / (16 / 9)
Frame = NDArray[np.uint8]


def ground() -> Frame:
    dice = np.random.default_rng(4).integers(60, 200, (HIGH // 4, WIDE // 4, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(dice, (WIDE, HIGH), interpolation=cv2.INTER_CUBIC), np.uint8)


def filmed(
    out: Path, seconds: float, square: Callable[[float], float | None], *,
    pan: Callable[[float], float] = lambda t: 0.0, bars: int = 0,
) -> Footage:  # fmt: skip
    """A striped square at share `square(t)` of the width, over ground that moves by `pan(t)`."""
    back, frames = np.tile(ground(), (1, 3, 1)), []
    for number in range(round(seconds * RATE)):
        t = number / RATE
        left = WIDE + round(pan(t) * WIDE)
        picture = back[:, left : left + WIDE].copy()
        middle = square(t)
        if middle is not None:
            x = round(middle * WIDE)
            picture[70:110, max(0, x - 20) : x + 20] = 250
            picture[80:100, max(0, x - 10) : x + 10] = 10
        if bars:
            picture[:bars], picture[-bars:] = 0, 0
        frames.append(picture)
    write_clip(np.array(frames), Fraction(RATE), out)
    return footage(out, Fraction(len(frames), RATE))


def footage(path: Path, length: Fraction, size: tuple[int, int] = (WIDE, HIGH)) -> Footage:
    technical = Technical(
        width=size[0], height=size[1], rate=str(RATE), has_picture=True, picture_end_s=str(length)
    )
    return Footage(
        id=path.stem, path=path, name=path.name, folder="", fingerprint=path.name, bytes=1,
        mtime_ns=1, status="ok", duration_s=length, technical=technical,
    )  # fmt: skip


def frame_of(
    project: Project, made: Footage, *, shots: list[Shot] | None = None, over: Timeline = VERTICAL
) -> tuple[Clip, Framed]:
    whole = made.picture_range
    clip = Clip("c-1", made.id, made.name, whole, whole)
    shots = shots or [Shot(made.id, 0, whole)]
    looks = watching.look(project, made, span_of(clip, shots), faces=False)
    return clip, framed(clip, made, looks, over, shots=shots, follow="auto")


def middles(frame: Framed, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where the frame's middle is at each time, as the render glides through the aims."""
    assert frame.reframe is not None
    path = frame.reframe.path
    if not path:
        return np.full(len(times), frame.reframe.centre_x)
    return np.interp(times, [float(a.at_s) for a in path], [a.x for a in path])


@pytest.mark.parametrize(
    "square",
    [
        lambda t: 0.15 + 0.7 * min(1.0, t / 4),
        lambda t: 0.2 if t < 2 else min(0.8, 0.2 + 0.45 * (t - 2)),
        lambda t: 0.5 + 0.3 * np.sin(1.2 * t),
    ],
    ids=["crosses", "stands, goes, stands", "to and fro"],
)
def test_a_moving_square_stays_in_an_upright_frame_and_the_frame_moves_calmly(
    project: Project, tmp_path: Path, square: Callable[[float], float]
) -> None:
    made = filmed(tmp_path / "square.mp4", 5, square)
    _, frame = frame_of(project, made)
    assert frame.subject.kind == "movement"
    times = np.arange(round(5 * RATE)) / RATE
    where = middles(frame, times)
    half = SHARE / 2 - 20 / WIDE
    inside = np.abs(where - np.array([square(t) for t in times])) <= half + 0.005
    assert inside.mean() >= 0.95
    steps = np.interp(np.arange(0, 5, 0.1), times, where)
    assert np.abs(np.diff(steps, 2)).max() / 0.01 < 2.0, "widths per second, each second"
    assert frame.reframe is not None and len(frame.reframe.path) <= 40


def test_a_square_that_stands_still_beside_a_turning_camera_is_followed(
    project: Project, tmp_path: Path
) -> None:
    made = filmed(tmp_path / "car.mp4", 3, lambda t: 0.7, pan=lambda t: 0.2 * t)
    _, frame = frame_of(project, made)
    assert frame.subject.kind == "movement"
    assert middles(frame, np.arange(0, 3, 0.1)) == pytest.approx(0.7, abs=0.06)


def test_where_only_the_camera_turns_nothing_is_followed(project: Project, tmp_path: Path) -> None:
    made = filmed(tmp_path / "pan.mp4", 3, lambda t: None, pan=lambda t: 0.2 * t)
    _, frame = frame_of(project, made)
    assert frame.subject.kind in ("centre", "salience")
    assert frame.reframe is not None and not frame.reframe.path


def test_at_a_cut_in_the_footage_the_frame_jumps_between_two_pictures(
    project: Project, tmp_path: Path
) -> None:
    made = filmed(tmp_path / "cut.mp4", 4, lambda t: (0.2 if t < 2 else 0.8) + 0.03 * np.sin(9 * t))
    shots = [
        Shot(made.id, 0, TimeRange(Fraction(0), Fraction(2))),
        Shot(made.id, 1, TimeRange(Fraction(2), Fraction(4))),
    ]
    _, frame = frame_of(project, made, shots=shots)
    before, after = middles(frame, np.array([2 - 1 / RATE, 2.0]))
    assert before == pytest.approx(0.2, abs=0.06)
    assert after == pytest.approx(0.8, abs=0.06)


def test_the_same_look_serves_another_shape_and_costs_no_decoding(
    project: Project, tmp_path: Path
) -> None:
    made = filmed(tmp_path / "again.mp4", 3, lambda t: 0.2 + 0.2 * t)
    _, first = frame_of(project, made)
    made.path.unlink()  # a second look would fail
    _, second = frame_of(project, made, over=replace(VERTICAL, width=1080, height=1080))
    assert first.subject.kind == second.subject.kind == "movement"


def test_black_bars_are_left_out_of_the_frame(project: Project, tmp_path: Path) -> None:
    made = filmed(tmp_path / "bars.mp4", 2, lambda t: 0.3 + 0.1 * t, bars=24)
    clip, frame = frame_of(project, made)
    assert clip.footage_id == made.id and frame.reframe is not None
    stream = VideoStream(0, "h264", WIDE, HIGH, 0, Fraction(RATE), Fraction(0), "yuv420p", 8, False)
    from media.filters import _shown

    fit = Fit("fill", frame.reframe.centre_x, frame.reframe.centre_y, frame.reframe.zoom)
    wide, high = _shown(stream, fit, (1080, 1920))
    assert high <= (HIGH - 48) / HIGH + 0.02 and frame.reframe.centre_y == pytest.approx(0.5)
    assert wide / high == pytest.approx(9 / 16 / (16 / 9), rel=0.01)


def test_a_dark_side_is_no_bar() -> None:
    rows = np.full(100, 200.0)
    rows[:20] = 0
    assert bars_in(rows, np.full(160, 200.0)) == (0, 0, 0, 0)
    rows[-20:] = 0
    assert bars_in(rows, np.full(160, 200.0)) == (0, 0.2, 0, 0.2)


def test_a_stopped_look_leaves_nothing(project: Project, tmp_path: Path) -> None:
    made = filmed(tmp_path / "stop.mp4", 2, lambda t: 0.5)
    with pytest.raises(Cancelled):
        watching.look(project, made, made.picture_range, cancel=lambda: True)
    assert watching.kept(project, made, made.picture_range) is None


class TestPeople:
    UPRIGHT = Opening(0, SHARE, (0.0, 1.0))

    @staticmethod
    def seen(*faces: tuple[float, float, float], count: int = 30) -> Looks:
        """Faces (left edge, width, mouth) that stand where they are for three seconds."""
        here = tuple(Face((x, 0.3, wide, wide * 1.6), mouth) for x, wide, mouth in faces)
        nothing = np.zeros((count, 48))
        times = tuple(n / 10 for n in range(count))
        return Looks(times, (here,) * count, nothing, nothing, nothing, nothing)

    def test_one_face_is_held_in_the_middle(self) -> None:
        found = followed_faces(self.seen((0.6, 0.1, 0)), self.UPRIGHT)
        assert found is not None and found.kind == "face"
        assert found.places[0] == pytest.approx(0.65)

    def test_two_faces_that_fit_are_held_together(self) -> None:
        found = followed_faces(self.seen((0.5, 0.08, 0), (0.62, 0.07, 0)), self.UPRIGHT)
        assert found is not None and found.kind == "faces"
        assert found.places[0] == pytest.approx(0.593, abs=0.01)

    def test_of_two_far_apart_the_larger_is_held_and_that_is_said(self) -> None:
        found = followed_faces(self.seen((0.1, 0.08, 0), (0.75, 0.12, 0)), self.UPRIGHT)
        assert found is not None and found.kind == "face"
        assert found.places[0] == pytest.approx(0.81)
        assert "too far apart" in found.notes[0] and "larger" in found.notes[0]

    def test_of_two_far_apart_the_one_that_speaks_is_held(self) -> None:
        found = followed_faces(self.seen((0.1, 0.08, 6), (0.75, 0.12, 0.5)), self.UPRIGHT)
        assert found is not None and found.kind == "speaker"
        assert found.places[0] == pytest.approx(0.14)

    def test_a_face_wider_than_the_frame_is_held_by_its_middle_and_that_is_said(self) -> None:
        found = followed_faces(self.seen((0.3, 0.4, 0)), self.UPRIGHT)
        assert found is not None and "wider than the frame" in found.notes[0]
        assert found.places[0] == pytest.approx(0.5)

    def test_a_face_in_a_few_looks_only_is_none(self) -> None:
        looks = self.seen((0.6, 0.1, 0))
        brief = replace(looks, faces=(looks.faces[0],) * 4 + ((),) * 26)
        assert followed_faces(brief, self.UPRIGHT) is None


class TestOperating:
    def test_a_subject_that_moves_inside_the_dead_zone_moves_nothing(self) -> None:
        times = np.arange(0, 6, 0.1)
        wanted = 0.5 + 0.03 * np.sin(5 * times)
        path = calmest(tube(times, wanted, zone=0.05, room=(0.16, 0.84), frame=0.3))
        assert path.max() == path.min()

    def test_a_leap_becomes_a_hold_an_eased_move_and_a_hold(self) -> None:
        times = np.arange(0, 6, 0.1)
        inside = tube(
            times, np.where(times < 3, 0.3, 0.7), zone=0.05, room=(0.16, 0.84), frame=0.316
        )
        path = calmest(inside)
        assert np.ptp(path[:20]) < 0.01 and np.ptp(path[-20:]) < 0.01
        assert (path >= inside.low - 1e-9).all() and (path <= inside.high + 1e-9).all()
        assert np.abs(np.diff(path, 2)).max() / 0.01 < 1
        assert hastiest(inside.times_s, path) < 1.5 * 0.316 + 0.1

    def test_a_path_stays_in_its_room_and_few_aims_tell_it(self) -> None:
        times = np.arange(0, 30, 0.1)
        wanted = 0.5 + 0.6 * np.sin(times / 2)
        inside = tube(times, wanted, zone=0.04, room=(0.2, 0.8), frame=0.4)
        path = calmest(inside)
        assert path.min() >= 0.2 and path.max() <= 0.8
        places = few(inside.times_s, path)
        told = np.interp(inside.times_s, inside.times_s[places], path[places])
        assert np.abs(told - path).max() <= 0.005 and len(places) < len(path) / 2


@pytest.mark.parametrize(
    ("size", "wanted", "axis", "share"),
    [
        ((1920, 1080), (1080, 1920), 0, 0.3164),
        ((1080, 1920), (1920, 1080), 1, 0.3164),
        ((1920, 1080), (1080, 1080), 0, 0.5625),
        ((1920, 1080), (1280, 720), None, 1),
    ],
)
def test_the_frame_moves_along_the_longer_edge(
    size: tuple[int, int], wanted: tuple[int, int], axis: int | None, share: float
) -> None:
    found = opening_for(footage(Path("a.mp4"), Fraction(1), size), wanted, (0, 0, 0, 0))
    assert (found.axis if found else None) == axis
    assert found is None or found.share == pytest.approx(share, abs=1e-3)
