"""OTIO: read back equal, readable by others, honest about what others changed."""

from __future__ import annotations

from fractions import Fraction as F
from pathlib import Path
from urllib.parse import unquote, urlparse

import opentimelineio as oti
import pytest
from hypothesis import given

from tests.timeline.cuts import abc, clip, examples, shape, span, timelines
from timeline import edits, otio
from timeline.errors import ExchangeError
from timeline.exchange import MediaRef
from timeline.model import Clip, Gap, Marker, Origin, Reframe, Timeline, Title, Track, Transition

HOSTILE = "-naïve ’quote’ 'single' \"double\" 日本語 😀 #1 100% &;$(x) \n.mp4"


def media_for(tl: Timeline, folder: Path, name: str = HOSTILE) -> dict[str, MediaRef]:
    """A file for each footage, as long as the clip that knows most of it says."""
    clips = [c for t in tl.tracks for _, c in tl.clips(t.name)]
    return {
        c.footage_id: MediaRef(folder / name, name, c.available.end, F(25), 320, 180, True)
        for c in sorted(clips, key=lambda c: c.available.end)
    }


def rich() -> Timeline:
    """A timeline that uses everything a timeline can hold."""
    tl = edits.crossfade(abc(), "c-A", "c-B", F(1, 3))
    tl = edits.set_clip(
        tl,
        "c-B",
        speed=F(3, 7),
        gain_db=-3.5,
        muted=True,
        reframe=Reframe(0.3, 0.4, 1.5, "fill"),
        origin=Origin("scenes", "m", "a \n beach", 2**70, "last 8 frames"),
        reasons=("why\nnot", 'it is "calm" <&>'),
        beat="the sea",
    )
    tl = edits.insert(tl, Gap("g-1", F(22, 7), "a sea"), F(100))
    tl = edits.add_title(tl, Title("t-1", "Hello\n<b>", span(1, 2), "subtitle"))
    tl = edits.add_marker(tl, Marker("m-1", span(1, 2), "bright\nsky", "reason"))
    return edits.set_track(tl, Track("A1", "audio", (clip("M", span(0, "7.3")),)))


def test_a_timeline_reads_back_equal(tmp_path: Path) -> None:
    tl = rich()
    otio.write(tl, tmp_path / "a.otio", media=media_for(tl, tmp_path))
    assert otio.read(tmp_path / "a.otio") == tl


@examples(30)
@given(tl=timelines)
def test_any_timeline_reads_back_equal(tmp_path: Path, tl: Timeline) -> None:
    otio.write(tl, tmp_path / "a.otio", media=media_for(tl, tmp_path))
    assert otio.read(tmp_path / "a.otio") == tl


def test_other_programs_find_the_media_by_its_hostile_name(tmp_path: Path) -> None:
    file = tmp_path / HOSTILE
    file.write_bytes(b"x")
    tl = rich()
    otio.write(tl, tmp_path / "a.otio", media=media_for(tl, tmp_path))
    for other in oti.adapters.read_from_file(str(tmp_path / "a.otio")).find_clips():
        url = urlparse(other.media_reference.target_url)
        assert (url.scheme, url.netloc, url.query, url.fragment) == ("file", "", "", "")
        assert Path(unquote(url.path)).read_bytes() == b"x"


def test_a_name_that_is_no_utf8_is_written_and_found_again(tmp_path: Path) -> None:
    file = tmp_path / "caf\udce9.mp4"
    tl = abc()
    media = {k: MediaRef(file, file.name, F(10), F(25), 1, 1, True) for k in media_for(tl, file)}
    otio.write(tl, tmp_path / "a.otio", media=media)
    assert next(iter(otio.sources(tmp_path / "a.otio").values())).endswith("caf%E9.mp4")
    assert otio.read(tmp_path / "a.otio") == tl


def test_other_programs_see_the_same_edit(tmp_path: Path) -> None:
    tl = edits.snapped(rich())
    otio.write(tl, tmp_path / "a.otio", media=media_for(tl, tmp_path))
    seen = oti.adapters.read_from_file(str(tmp_path / "a.otio"))
    assert seen.global_start_time.rate == 25
    track = seen.video_tracks()[0]
    assert F(track.duration().value) / 25 == tl.duration
    ours = list(tl.track("V1").items)
    for theirs, item in zip(track, ours, strict=True):
        if isinstance(item, Clip):
            assert F(theirs.source_range.start_time.value) / 25 == item.source.start
            assert theirs.available_range().duration.to_seconds() == 10
        elif isinstance(item, Transition):
            assert theirs.transition_type == "SMPTE_Dissolve"
            assert (theirs.in_offset.value, theirs.out_offset.value) == (4, 4)
    slow = track[2]
    assert slow.effects[0].time_scalar == pytest.approx(3 / 7)
    assert [m.name for m in slow.markers] == ["why not", 'it is "calm" <&>']
    assert slow.metadata["roughcut"]["ai_generated"] is True
    assert seen.metadata["roughcut"]["contains_ai_generated"] is True
    assert track[-1].name == "a sea"


def test_a_timeline_without_generated_clips_carries_no_ai_mark(tmp_path: Path) -> None:
    otio.write(abc(), tmp_path / "a.otio", media=media_for(abc(), tmp_path))
    text = (tmp_path / "a.otio").read_text()
    assert "ai_generated" not in text and "trainedAlgorithmicMedia" not in text


def test_what_another_program_trimmed_counts_and_the_rest_stays_ours(tmp_path: Path) -> None:
    tl = rich()
    otio.write(tl, tmp_path / "a.otio", media=media_for(tl, tmp_path))
    other = oti.adapters.read_from_file(str(tmp_path / "a.otio"))
    first = other.video_tracks()[0][0]
    first.source_range = oti.opentime.TimeRange(
        oti.opentime.RationalTime(75, 25), oti.opentime.RationalTime(50, 25)
    )
    oti.adapters.write_to_file(other, str(tmp_path / "b.otio"))
    back = otio.read(tmp_path / "b.otio")
    assert back.clips()[0][1].source == span(3, 5)
    assert back.clips()[1:] == tl.clips()[1:]


def test_a_clip_another_program_cut_in_two_gets_two_ids(tmp_path: Path) -> None:
    tl = abc()
    otio.write(tl, tmp_path / "a.otio", media=media_for(tl, tmp_path))
    other = oti.adapters.read_from_file(str(tmp_path / "a.otio"))
    track = other.video_tracks()[0]
    track.append(track[0].deepcopy())
    oti.adapters.write_to_file(other, str(tmp_path / "b.otio"))
    ids = [c.id for _, c in otio.read(tmp_path / "b.otio").clips()]
    assert ids[:3] == ["c-A", "c-B", "c-C"] and len(set(ids)) == 4


def foreign(path: Path, *, rate: float = 24, url: str = "http://203.0.113.9/x.mov") -> Path:
    """A timeline as another program writes one: no metadata of ours, timecode from 01:00:00:00."""
    time, schema = oti.opentime.RationalTime, oti.schema

    def part(start: float, frames: float) -> oti.schema.Clip:
        span_ = oti.opentime.TimeRange(time(86400 + start, rate), time(frames, rate))
        whole = oti.opentime.TimeRange(time(86400, rate), time(240, rate))
        return schema.Clip(
            "shot 1", schema.ExternalReference(target_url=url, available_range=whole), span_
        )

    track = schema.Track("Video 1", kind="Video")
    track.append(part(24, 48))
    track.append(schema.Transition("x", "SMPTE_Dissolve", time(6, rate), time(6, rate)))
    track.append(part(100, 24))
    track.append(schema.Gap(source_range=oti.opentime.TimeRange(time(0, rate), time(12, rate))))
    fast = part(0, 24)
    fast.effects.append(schema.LinearTimeWarp("fast", time_scalar=2.0))
    fast.markers.append(schema.Marker("look", oti.opentime.TimeRange(time(86412, rate))))
    track.append(fast)
    frozen = part(0, 24)
    frozen.effects.append(schema.FreezeFrame())
    track.append(frozen)
    nested = schema.Stack("nest")
    nested.append(schema.Track(children=[part(0, 24)]))
    track.append(nested)
    timeline = schema.Timeline("theirs", global_start_time=time(86400, rate))
    timeline.tracks.append(track)
    oti.adapters.write_to_file(timeline, str(path))
    return path


def test_a_timeline_of_another_program_is_read_and_its_urls_stay_text(tmp_path: Path) -> None:
    path = foreign(tmp_path / "f.otio")
    tl = otio.read(path)
    edits.check(tl)
    assert tl.rate == 24
    items = tl.track("V1").items
    assert [type(i) for i in items] == [Clip, Transition, Clip, Gap, Clip, Gap, Gap]
    first, fast = items[0], items[4]
    assert isinstance(first, Clip) and isinstance(fast, Clip)
    assert (first.source, first.available) == (span(1, 3), span(0, 10))
    assert (fast.speed, fast.source, fast.duration) == (2, span(0, 2), 1)
    assert [i.wanted for i in items if isinstance(i, Gap)][1:] == [
        "freeze frame of 'shot 1'",
        "nested stack 'nest'",
    ]
    assert [(m.span.start, m.text) for m in tl.markers] == [(F(4), "look")]
    assert otio.sources(path) == {first.footage_id: "http://203.0.113.9/x.mov"}


def test_a_foreign_timeline_survives_our_round_trip(tmp_path: Path) -> None:
    tl = otio.read(foreign(tmp_path / "f.otio", rate=23.976023976))
    assert tl.rate == F(24000, 1001)
    otio.write(tl, tmp_path / "g.otio", media=media_for(tl, tmp_path))
    assert otio.read(tmp_path / "g.otio") == tl


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[" * 100_000,
        '{"OTIO_SCHEMA": "Clip.2"}',
        '{"a": 1}',
        '{"OTIO_SCHEMA": "Timeline.1", "tracks": 7}',
    ],
)
def test_a_file_that_is_no_timeline_is_refused_in_words(tmp_path: Path, text: str) -> None:
    (tmp_path / "bad.otio").write_text(text)
    with pytest.raises(ExchangeError, match=r"bad\.otio"):
        otio.read(tmp_path / "bad.otio")


def test_a_clip_without_a_file_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(ExchangeError, match=r"'c-A'.*'f-A'"):
        otio.write(abc(), tmp_path / "a.otio", media={})
    assert list(tmp_path.iterdir()) == []


def test_the_reader_takes_numbers_of_ours_that_lie(tmp_path: Path) -> None:
    tl = abc()
    otio.write(tl, tmp_path / "a.otio", media=media_for(tl, tmp_path))
    text = (tmp_path / "a.otio").read_text().replace('"rate": "25"', '"rate": "1/0"')
    (tmp_path / "a.otio").write_text(text)
    with pytest.raises(ExchangeError):
        otio.read(tmp_path / "a.otio")


def test_the_edit_read_back_has_its_shape(tmp_path: Path) -> None:
    tl = rich()
    otio.write(tl, tmp_path / "a.otio", media=media_for(tl, tmp_path))
    assert shape(otio.read(tmp_path / "a.otio")) == shape(tl)
