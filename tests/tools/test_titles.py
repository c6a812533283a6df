"""Words over the picture: taken away, fitted to the frame, or beside the picture as a track."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from media.render import render
from media.titles import draw
from media.values import RenderTitle
from project import history
from project.conform import conform
from project.errors import BadArguments
from project.store import Project
from tests.tools.conftest import Do, Propose
from timeline import document
from timeline.model import Clip, Timeline, Title, Track
from timeline.time import TimeRange
from tools.export import write_exchange


def span(start: float, end: float) -> TimeRange:
    return TimeRange(Fraction(str(start)), Fraction(str(end)))


@pytest.fixture
def cut(dailies: Project) -> Timeline:
    """Four seconds of coffee, then all that is said in talk, with a title over the first."""
    coffee = Clip("c-coffee", "f-coffee", "coffee.mp4", span(1, 5), span(0, 8))
    talk = Clip("c-talk", "f-talk", "talk.mp4", span(0, 8), span(0, 10))
    words = (
        Title("t-1", "A day out", span(0, 3)),
        Title("t-2", "Ada, baker", span(5, 8), "lower-third"),
    )
    made = Timeline(
        width=160, height=90, tracks=(Track("V1", "video", (coffee, talk)),), titles=words
    )
    with dailies.transaction():
        history.commit(dailies, made, "a cut", actor="hand")
    return made


@pytest.mark.usefixtures("cut")
class TestRemove:
    def test_subtitles_come_and_go_and_the_rest_stays(self, do: Do, cut: Timeline) -> None:
        worded = do("title", kind="subtitles")
        assert len([t for t in worded.titles if t.style == "subtitle"]) == 2
        assert do("title", kind="subtitles", remove=True).titles == cut.titles

    def test_a_title_goes_by_its_kind_its_clip_or_its_words(self, propose: Propose) -> None:
        def left(**arguments: object) -> list[str]:
            proposal = propose("title", remove=True, **arguments)
            assert proposal.timeline is not None and proposal.changes[0].verb == "remove"
            return [t.text for t in document.from_document(proposal.timeline).titles]

        assert left(kind="title") == ["Ada, baker"]
        assert left(kind="all") == []
        assert left(kind="all", clip="2") == ["A day out"]
        assert left(kind="all", text="a day out") == ["Ada, baker"]

    def test_what_is_not_there_is_not_taken_away_and_that_is_said(self, propose: Propose) -> None:
        with pytest.raises(BadArguments, match=r"no subtitle to take away.*'A day out'"):
            propose("title", kind="subtitles", remove=True)
        with pytest.raises(BadArguments, match="no title to take away"):
            propose("title", kind="all", text="A night in", remove=True)
        with pytest.raises(BadArguments, match="remove only"):
            propose("title", kind="all", text="x")


class TestBesideThePicture:
    def test_unburned_subtitles_are_in_the_document_and_an_old_one_keeps_its_bytes(
        self, propose: Propose, cut: Timeline
    ) -> None:
        proposal = propose("title", kind="subtitles", burned=False)
        assert "not drawn into the picture" in proposal.answer and proposal.timeline is not None
        made = document.from_document(proposal.timeline)
        assert [t.burned for t in made.titles] == [True, True, False, False]
        assert document.from_document(document.to_document(made)) == made
        assert "burned" not in document.dumps(cut)

    def test_they_are_written_as_srt_and_vtt(
        self, do: Do, dailies: Project, cut: Timeline, library_files: Path, tmp_path: Path
    ) -> None:
        do("title", kind="subtitles", burned=False)
        web = write_exchange(dailies, "vtt", tmp_path / "cut.vtt").read_text(encoding="utf-8")
        plain = write_exchange(dailies, "srt", tmp_path / "cut.srt").read_text(encoding="utf-8")
        assert web.startswith("WEBVTT") and "nineteen ninety" in web and "nineteen" in plain

    def test_the_film_has_them_as_a_track_and_its_pictures_stay_clean(
        self, do: Do, dailies: Project, cut: Timeline, library_files: Path, tmp_path: Path
    ) -> None:
        made = replace(do("title", kind="subtitles", burned=False), width=160, height=90)
        film = conform(dailies, made)
        assert [t.text for t in film.titles] == ["A day out", "Ada, baker"]
        done = render(film, tmp_path / "film.mp4", cache=tmp_path / "cache")
        with av.open(str(done.path)) as opened:
            kinds = [s.type for s in opened.streams]
            lines = [
                bytes(packet)[2:].decode()
                for packet in opened.demux(opened.streams.subtitles[0])
                if packet.size > 2
            ]
            starts = opened.streams.video[0].frames
        assert kinds == ["video", "audio", "subtitle"]
        assert lines == [t.text for t in made.titles if not t.burned]
        assert starts == done.frames == int(made.duration * made.rate)


class TestLook:
    @staticmethod
    def high(text: str, style: str, size: tuple[int, int]) -> int:
        """The height of what is drawn in pixels."""
        title = RenderTitle(text, Fraction(0), Fraction(2), style)  # type: ignore[arg-type]
        return int(draw(title, size)[0].shape[0])

    def test_subtitles_are_larger_on_an_upright_frame_and_end_above_a_phones_buttons(
        self,
    ) -> None:
        title = RenderTitle("and the bread", Fraction(0), Fraction(2), "subtitle")
        wide, upright = draw(title, (1920, 1080)), draw(title, (1080, 1920))
        assert upright[0].shape[0] > 1.1 * wide[0].shape[0]
        assert upright[2] + upright[0].shape[0] < 0.85 * 1920

    def test_subtitles_stand_on_a_plate_that_is_seen_through(self) -> None:
        title = RenderTitle("bread", Fraction(0), Fraction(2), "subtitle")
        rgba, _, _ = draw(title, (1920, 1080))
        middle = rgba[rgba.shape[0] // 2, :, 3].astype(int)
        inside = middle[len(middle) // 10 : -len(middle) // 10]
        assert 100 < inside.min() < 160, "dark enough to read over white, not opaque"
        assert np.all(rgba[0, :, 3] < 40), "nothing at the layer's own edge"

    def test_a_lower_third_puts_what_somebody_is_under_the_name(self) -> None:
        one, two = (self.high(text, "lower-third", (1920, 1080)) for text in ("Ada", "Ada, baker"))
        assert one * 1.3 < two < one * 2
        assert two == self.high("Ada\nbaker", "lower-third", (1920, 1080))

    @pytest.mark.parametrize(
        ("size", "longest"), [((1080, 1920), 46), ((1080, 1080), 60), ((1920, 1080), 80)]
    )
    def test_a_subtitle_is_never_longer_than_two_lines_of_the_frame(
        self, propose: Propose, dailies: Project, cut: Timeline, size: tuple[int, int],
        longest: int,
    ) -> None:  # fmt: skip
        framed = replace(cut, width=size[0], height=size[1])
        with dailies.transaction():
            history.commit(dailies, framed, "shape", actor="hand")
        proposal = propose("title", kind="subtitles")
        assert proposal.timeline is not None
        made = [
            t for t in document.from_document(proposal.timeline).titles if t.style == "subtitle"
        ]
        assert made and all(len(t.text) <= longest for t in made)
        line = self.high("bread", "subtitle", size)
        assert all(self.high(t.text, "subtitle", size) < 1.75 * line for t in made)
