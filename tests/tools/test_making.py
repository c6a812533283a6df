"""The slow tools: music, fill and export make files once, whole, and only after approval."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from generator.values import Estimate, Gate, OnProgress, Provenance, Shot, ShotRequest
from media.errors import Cancelled
from media.probe import probe
from project import footage as store
from project import history
from project.errors import BadArguments, CreatorError
from project.store import Project
from tests.tools.conftest import Do, Propose
from timeline.model import Clip, Gap, Timeline, Track
from timeline.time import TimeRange
from tools import fill as fill_room
from tools.bed import RATE_HZ, score_for, synthesise
from tools.export import render_timeline, write_exchange
from tools.registry import tools

pytestmark = pytest.mark.usefixtures("library_files")


class Painter:
    """A backend that paints a moving gradient, and counts how often it was asked to."""

    name = "painter"

    def __init__(self, *, value: int = 120, moving: bool = True, unknown: str = "unicorn") -> None:
        self.value, self.moving, self.unknown, self.asked = value, moving, unknown, 0

    def available(self) -> Gate:
        return Gate(True, "paints anywhere")

    def gate(self, request: ShotRequest) -> Gate:
        if self.unknown in request.prompt and not request.conditions:
            return Gate(False, f"it cannot paint a {self.unknown}", (self.unknown,))
        return Gate(True, "plain colours")

    def estimate(self, request: ShotRequest) -> Estimate:
        return Estimate(seconds=2.0)

    def generate(self, request: ShotRequest, progress: OnProgress, cancel: object) -> Shot:
        self.asked += 1
        if cancel():  # type: ignore[operator]
            raise Cancelled("stopped")
        frames = np.full((request.frame_count, request.height, request.width, 3), self.value)
        if self.moving:
            for number, frame in enumerate(frames):
                frame[:, : request.width * number // request.frame_count] //= 2
        progress(1.0, None)
        made = Provenance(self.name, "gradient", request.prompt, request.seed, ai=True)
        return Shot(frames.astype(np.uint8), request.rate, made)


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch) -> Painter:
    backend = Painter()
    monkeypatch.setattr(fill_room, "backends_from", lambda settings: (backend,))
    return backend


@pytest.fixture
def holed(do: Do, dailies: Project) -> Timeline:
    """coffee, a hole of about two seconds, beach: small, so that it renders fast."""
    do(
        "storyboard", length_s=6,
        beats=({"words": "coffee"}, {"words": "a rocket launch in space"}, {"words": "beach"}),
    )  # fmt: skip
    small = replace(history.current(dailies), width=160, height=90)
    with dailies.transaction():
        history.commit(dailies, small, "smaller", actor="hand")
    return small


def nothing(*_: object) -> None: ...


def never() -> bool:
    return False


class TestFill:
    def test_a_hole_is_filled_exactly_and_carries_where_it_came_from(
        self, do: Do, dailies: Project, holed: Timeline, painter: Painter
    ) -> None:
        [(at, gap)] = holed.holes()
        filled = do("fill", seed=7)
        assert filled.holes() == ()
        assert filled.duration == holed.duration
        clip = filled.track("V1").items[1]
        assert isinstance(clip, Clip)
        assert (clip.duration, filled.start_of(clip.id)) == (gap.duration, at)
        assert clip.origin is not None
        assert (clip.origin.backend, clip.origin.seed) == ("painter", 7)
        made = store.find(dailies, clip.footage_id)
        assert made.origin == clip.origin
        assert made.path.parent == dailies.generated
        assert probe(made.path).video is not None

    def test_killed_after_the_work_it_is_not_drawn_again(
        self, propose: Propose, dailies: Project, holed: Timeline, painter: Painter
    ) -> None:
        proposal, tool = propose("fill"), tools()["fill"]
        first = tool.work(proposal, dailies, nothing, never)
        again = tool.work(proposal, dailies, nothing, never)
        assert (first, painter.asked) == (again, 1)
        assert len(dailies.rows("SELECT id FROM footage WHERE origin IS NOT NULL")) == 1

    def test_what_cannot_be_drawn_from_words_is_joined_from_its_neighbours(
        self, propose: Propose, holed: Timeline, painter: Painter
    ) -> None:
        proposal = propose("fill", words="a unicorn")
        assert proposal.data["mode"] == "connect"
        assert "cannot paint a unicorn" in proposal.answer
        with pytest.raises(BadArguments, match="unicorn"):
            propose("fill", words="a unicorn", mode="words")

    def test_a_join_is_never_said_to_show_what_was_wanted(
        self, propose: Propose, do: Do, dailies: Project, holed: Timeline, painter: Painter
    ) -> None:
        painter.name = "motion"
        proposal = propose("fill", mode="connect")
        assert "will not show 'a rocket launch in space'" in proposal.answer
        clip = do("fill", mode="connect").track("V1").items[1]
        assert isinstance(clip, Clip)
        told = store.find(dailies, clip.footage_id).title
        told += " ".join(m.caption for m in store.moments(dailies, clip.footage_id))
        assert "rocket" not in told.casefold()

    def test_neighbours_frames_are_given_at_the_size_asked(
        self, propose: Propose, dailies: Project, holed: Timeline, painter: Painter
    ) -> None:
        [(_, gap)] = holed.holes()
        arguments = fill_room.FillArguments(mode="connect")
        request = fill_room._request(arguments, "connect", gap, holed, dailies)
        head, tail = request.conditions
        assert head.frames.shape == tail.frames.shape == (8, 90, 160, 3)
        assert head.at_s == 0
        assert tail.at_s == gap.duration - Fraction(8) / holed.rate

    @pytest.mark.parametrize("backend", [Painter(value=0), Painter(moving=False)])
    def test_a_black_or_frozen_shot_is_thrown_away(
        self, propose: Propose, dailies: Project, holed: Timeline, backend: Painter,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        monkeypatch.setattr(fill_room, "backends_from", lambda settings: (backend,))
        proposal = propose("fill")
        with pytest.raises(CreatorError, match=r"black|move"):
            tools()["fill"].work(proposal, dailies, nothing, never)
        assert list(dailies.generated.iterdir()) == []

    def test_cancelled_it_leaves_nothing(
        self, propose: Propose, dailies: Project, holed: Timeline, painter: Painter
    ) -> None:
        proposal = propose("fill")
        with pytest.raises(Cancelled):
            tools()["fill"].work(proposal, dailies, nothing, lambda: True)
        assert list(dailies.generated.iterdir()) == []

    def test_a_hole_that_is_gone_is_not_filled(
        self, propose: Propose, do: Do, dailies: Project, holed: Timeline, painter: Painter
    ) -> None:
        proposal, tool = propose("fill"), tools()["fill"]
        work = tool.work(proposal, dailies, nothing, never)
        do("storyboard", length_s=3, beats=({"words": "coffee"},))
        with pytest.raises(CreatorError, match="not on the timeline"):
            tool.apply(proposal, work, dailies)

    def test_a_hole_longer_than_the_limit_is_refused(
        self, propose: Propose, dailies: Project, painter: Painter
    ) -> None:
        long = Timeline(width=160, height=90)
        track = replace(long.track("V1"), items=(Gap("g-1", Fraction(90), "a river"),))
        with dailies.transaction():
            history.commit(dailies, replace(long, tracks=(track,)), "x", actor="hand")
        with pytest.raises(BadArguments, match="60 s"):
            propose("fill")


def test_every_backend_is_known_without_loading_one(dailies: Project) -> None:
    names = {backend.name for backend in fill_room.backends_from(dailies.settings)}
    assert {"scenes", "motion", "api"} <= names


def test_a_paid_backend_is_a_paid_effect(
    propose: Propose, holed: Timeline, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(painter, "estimate", lambda request: Estimate(2.0, money_usd=0.4))
    proposal = propose("fill")
    assert proposal.effect == "paid"
    assert "0.40 USD" in proposal.answer


class TestMusic:
    def test_a_given_file_lies_under_the_whole_film(
        self, propose: Propose, do: Do, holed: Timeline
    ) -> None:
        assert propose("music", footage_id="f-memo").effect == "edit"
        made = do("music", footage_id="f-memo", gain_db=-9)
        assert made.track("A2").duration == holed.duration
        assert {c.gain_db for _, c in made.clips("A2")} == {-9.0}
        gone = do("music", remove=True)
        assert not gone.clips("A2")

    def test_a_bed_is_made_once_and_laid_for_the_films_length(
        self, propose: Propose, do: Do, dailies: Project, holed: Timeline
    ) -> None:
        proposal = propose("music", mood="calm", seed=3)
        assert proposal.effect == "slow"
        made = do("music", mood="calm", seed=3)
        [(at, bed)] = made.clips("A2")
        assert (at, bed.duration) == (0, holed.duration)
        kept = store.find(dailies, bed.footage_id)
        assert kept.technical.has_sound
        with av.open(str(kept.path)) as opened:
            said = opened.metadata["comment"]
        assert said.startswith("Generated by synthesiser") and said.endswith("/algorithmicMedia)")
        assert bed.origin == kept.origin and bed.origin is not None and not bed.origin.ai
        again = tools()["music"].work(proposal, dailies, nothing, never)
        assert again["footage_id"] == kept.id

    def test_footage_without_sound_is_refused(self, propose: Propose, holed: Timeline) -> None:
        with pytest.raises(BadArguments, match="no sound"):
            propose("music", footage_id="f-ntsc")


@pytest.mark.parametrize("mood", ["calm", "lively", "dark", "bright", "warm", "cold"])
def test_a_bed_is_music_of_the_asked_length_the_same_each_time(mood: str) -> None:
    score = score_for((mood,))
    one = synthesise(score, Fraction("3.2"), 5)
    assert one.shape == (int(Fraction("3.2") * RATE_HZ), 2)
    assert one.dtype == np.float32
    assert 0.3 < float(np.abs(one).max()) <= 0.5
    seconds = one[: 3 * RATE_HZ].reshape(3, -1)
    assert (np.sqrt((seconds**2).mean(axis=1)) > 0.01).all(), "a second is silent"
    assert abs(float(one[0].mean())) < 1e-3 and abs(float(one[-1].mean())) < 1e-3
    assert np.array_equal(one, synthesise(score, Fraction("3.2"), 5))
    other = synthesise(score, Fraction("3.2"), 6)
    assert not np.array_equal(one, other)


class TestExport:
    def test_the_film_is_rendered_into_the_projects_exports(
        self, propose: Propose, dailies: Project, holed: Timeline
    ) -> None:
        proposal = propose("export")
        assert "hole" in proposal.answer
        work = tools()["export"].work(proposal, dailies, nothing, never)
        assert Path(work["path"]) == dailies.folder / "exports" / "rough-cut.mp4"
        found = probe(Path(work["path"]))
        assert found.video is not None
        assert (found.video.width, found.video.height) == (160, 90)
        assert work["frames"] == int(holed.duration * holed.rate)
        assert tools()["export"].apply(proposal, work, dailies) is None
        assert propose("export").data["name"] == "rough-cut-2.mp4"

    @pytest.mark.parametrize("kind", ["otio", "fcpxml", "edl"])
    def test_the_timeline_is_written_for_other_editors(
        self, dailies: Project, holed: Timeline, kind: str, tmp_path: Path
    ) -> None:
        out = write_exchange(dailies, kind, tmp_path / f"cut.{kind}")  # type: ignore[arg-type]
        text = out.read_text(encoding="utf-8")
        assert "coffee" in text
        assert [p.name for p in tmp_path.glob("*.part*")] == []
        if kind == "otio":
            assert json.loads(text)["OTIO_SCHEMA"].startswith("Timeline")

    def test_footage_is_never_written_over(
        self, dailies: Project, holed: Timeline, tmp_path: Path
    ) -> None:
        footage = store.find(dailies, "f-coffee").path
        before = footage.read_bytes()
        with pytest.raises(CreatorError, match="never written over"):
            render_timeline(dailies, footage)
        link = tmp_path / "other.mp4"
        link.symlink_to(footage)
        with pytest.raises(CreatorError, match="never written over"):
            render_timeline(dailies, link)
        assert footage.read_bytes() == before

    def test_a_folder_that_is_not_there_is_named(
        self, dailies: Project, holed: Timeline, tmp_path: Path
    ) -> None:
        with pytest.raises(CreatorError, match="not a folder"):
            write_exchange(dailies, "otio", tmp_path / "nowhere" / "cut.otio")

    def test_two_exports_at_once_use_two_part_files(
        self, dailies: Project, holed: Timeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        parts: list[Path] = []

        def both(timeline: Timeline, out: Path, *, media: object) -> Path:
            parts.append(out)
            if len(parts) == 1:
                write_exchange(dailies, "edl", tmp_path / "cut.edl")
            out.write_text(f"writer {len(parts)}", encoding="utf-8")
            return out

        monkeypatch.setattr("timeline.edl.write", both)
        write_exchange(dailies, "edl", tmp_path / "cut.edl")
        assert len(set(parts)) == 2
        assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["cut.edl"]

    def test_a_name_no_disk_takes_is_said_and_leaves_nothing(
        self, dailies: Project, holed: Timeline, tmp_path: Path
    ) -> None:
        for length in (252, 400):
            with pytest.raises(CreatorError, match="written"):
                write_exchange(dailies, "otio", tmp_path / f"{'n' * length}.otio")
        assert list(tmp_path.glob("*.otio")) == []

    def test_missing_footage_is_refused_as_a_render_refuses_it(
        self, dailies: Project, holed: Timeline, tmp_path: Path
    ) -> None:
        first = holed.clips()[0][1]
        lost = store.find(dailies, first.footage_id)
        store.save(dailies, replace(lost, path=tmp_path / "gone.mp4"))
        for kind in ("otio", "fcpxml", "edl"):
            with pytest.raises(CreatorError, match=r"is not at .*gone\.mp4 any more"):
                write_exchange(dailies, kind, tmp_path / f"cut.{kind}")  # type: ignore[arg-type]

    def test_without_titles_what_is_said_is_written_as_subtitles(
        self, dailies: Project, holed: Timeline, propose: Propose, tmp_path: Path
    ) -> None:
        with pytest.raises(CreatorError, match="nothing to write as subtitles"):
            write_exchange(dailies, "srt", tmp_path / "none.srt")
        with pytest.raises(CreatorError, match="nothing to write as subtitles"):
            propose("export", kind="srt")
        talk = store.find(dailies, "f-talk")
        clip = Clip(
            "c-t", talk.id, talk.name, TimeRange(Fraction(4), Fraction(8)), talk.range, speed=2
        )
        with dailies.transaction():
            cut = replace(holed, tracks=(Track("V1", "video", (clip,)),), titles=())
            history.commit(dailies, cut, "talk", actor="hand")
        text = write_exchange(dailies, "srt", tmp_path / "cut.srt").read_text(encoding="utf-8")
        assert "00:00:00,120 --> 00:00:01,520\nand every morning the bread comes first" in text

    @pytest.mark.parametrize("name", ["../up", "a/b.mp4", ".hidden", "x\\y"])
    def test_a_name_with_a_folder_in_it_is_refused(
        self, propose: Propose, holed: Timeline, name: str
    ) -> None:
        with pytest.raises(BadArguments, match="file name"):
            propose("export", name=name)

    def test_a_taken_name_is_refused(
        self, propose: Propose, dailies: Project, holed: Timeline
    ) -> None:
        (dailies.folder / "exports").mkdir()
        (dailies.folder / "exports" / "mine.otio").write_text("x")
        with pytest.raises(BadArguments, match="already"):
            propose("export", kind="otio", name="mine")
