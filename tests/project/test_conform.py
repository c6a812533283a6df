"""A timeline conformed: every cut on its frame, nothing silently left out."""

from __future__ import annotations

import dataclasses
from fractions import Fraction as F
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from media.plan import plan
from media.render import render
from media.stills import strip
from media.values import Film
from project import footage
from project.conform import conform
from project.errors import CreatorError
from project.store import Project
from tests.timeline.cuts import abc, clip, examples, snapped_timelines, span
from timeline import edits
from timeline.model import Clip, Gap, Origin, Reframe, Timeline, Title, Track
from timeline.time import TimeRange


def bring(project: Project, tl: Timeline, path: Path | None = None) -> Timeline:
    """`tl`, with footage in the store for every clip: files of 10 s or more, with sound."""
    for footage_id in {c.footage_id for t in tl.tracks for _, c in tl.clips(t.name)}:
        file = path or project.folder / f"{footage_id}.mp4"
        if path is None:
            file.write_bytes(b"x")
        footage.save(
            project,
            footage.Footage(
                id=footage_id,
                path=file if path is None else file.with_name(f"{footage_id[2:]}.mp4"),
                name=file.name,
                folder=str(file.parent),
                fingerprint=footage_id,
                bytes=1,
                mtime_ns=0,
                status="ok",
                technical=footage.Technical(has_picture=True, has_sound=True),
            ),
        )
    return tl


def faded() -> Timeline:
    tl = edits.crossfade(abc(), "c-A", "c-B", F(1))
    return edits.crossfade(tl, "c-B", "c-C", F("0.4"))


def shown(film: Film) -> list[tuple[str, int, int]]:
    """(footage, first source frame at 25, frames) of each part, as it is played."""
    return [
        (p.source.path.stem[2:] if p.source.path else "", int(p.source.start_s * 25), p.frames)
        for p in film.parts
    ]


def test_crossfades_overlap_the_parts_and_the_film_keeps_its_length(project: Project) -> None:
    film = conform(project, bring(project, faded()))
    assert shown(film) == [("A", 100, 62), ("B", 87, 68), ("C", 95, 55)]
    assert [p.fade_out_frames for p in film.parts] == [25, 10, 0]
    assert plan(film).frames == 150
    for part in film.parts:
        assert part.source.end_s - part.source.start_s == part.frames * part.speed / film.rate


def test_speed_changes_frames_and_handles(project: Project) -> None:
    tl = edits.set_clip(faded(), "c-B", speed=F(2))
    film = conform(project, bring(project, tl))
    slow = film.parts[1]
    assert (slow.speed, slow.frames) == (2, 12 + 25 + 5 + 1)
    assert slow.source.end_s - slow.source.start_s == slow.frames * 2 / F(25)
    assert plan(film).frames == 125


def test_a_gap_is_black_for_its_frames(project: Project) -> None:
    tl = edits.insert(abc(), Gap("g-1", F(1)), F(2))
    film = conform(project, bring(project, tl))
    assert shown(film) == [("A", 100, 50), ("", 0, 25), ("B", 100, 50), ("C", 100, 50)]


def cuts_clip(name: str, source: TimeRange) -> Clip:
    return dataclasses.replace(clip("cuts", source, span(0, 6)), id=name)


@examples(40)
@given(tl=snapped_timelines)
def test_any_timeline_makes_a_film_of_its_length_from_inside_its_footage(
    project: Project, tl: Timeline
) -> None:
    film = conform(project, bring(project, tl))
    assert plan(film).frames == tl.duration * tl.rate
    real = [i for i in tl.track("V1").items if i.duration]
    for part, item in zip(film.parts, real, strict=True):
        if part.source.path:
            assert part.source.end_s - part.source.start_s == part.frames * part.speed / tl.rate
            assert item.available.start <= part.source.start_s  # type: ignore[union-attr]
            assert part.source.end_s <= item.available.end  # type: ignore[union-attr]
    for title in film.titles:
        assert 0 <= title.start_s < title.end_s <= tl.duration


def test_a_higher_track_covers_the_picture_and_the_sound_goes_on(project: Project) -> None:
    over = (Gap("g-1", F(1)), clip("D", span(0, 2)))
    tl = edits.set_track(abc(), Track("V2", "video", over))
    film = conform(project, bring(project, tl))
    assert shown(film) == [("A", 100, 25), ("D", 0, 50), ("B", 125, 25), ("C", 100, 50)]
    under = [(s.source.path.stem, s.source.start_s, s.source.end_s, s.at_s) for s in film.sounds]  # type: ignore[union-attr]
    assert under == [("f-A", F(5), F(6), F(1)), ("f-B", F(4), F(5), F(2))]
    assert all((s.fade_in_s, s.duck) == (0, False) for s in film.sounds)


def test_covered_sound_that_is_muted_or_not_there_is_left_out(project: Project) -> None:
    tl = edits.set_clip(abc(), "c-A", muted=True)
    tl = edits.set_track(tl, Track("V2", "video", (clip("D", span(0, 2)),)))
    assert conform(project, bring(project, tl)).sounds == ()


def test_crossfades_and_length_of_a_higher_track_are_kept(project: Project) -> None:
    pair = (clip("D", span(2, 6)), clip("E", span(2, 6)))
    tl = edits.set_track(abc(), Track("V2", "video", pair))
    tl = edits.crossfade(tl, "c-D", "c-E", F("0.4"))
    film = conform(project, bring(project, tl))
    assert shown(film) == [("D", 50, 105), ("E", 45, 105)]
    assert film.parts[0].fade_out_frames == 10
    assert plan(film).frames == 200


def test_a_timeline_off_its_frames_is_conformed_without_drift(project: Project) -> None:
    clips = tuple(clip(str(n), span(1, "2.03")) for n in range(40))
    tl = Timeline(rate=F(30000, 1001), tracks=(Track("V1", "video", clips),))
    film = conform(project, bring(project, tl))
    assert plan(film).frames == round(tl.duration * tl.rate)
    assert {p.frames for p in film.parts} == {30, 31}


def test_music_fades_at_open_ends_only_and_ends_with_the_film(project: Project) -> None:
    beds = (clip("M", span(0, 3)), clip("N", span(0, 9)))
    tl = edits.set_track(abc(), Track("A1", "audio", beds))
    film = conform(project, bring(project, tl))
    first, second = film.sounds
    assert (first.at_s, first.fade_in_s, first.fade_out_s) == (0, F(1, 2), F(1, 100))
    assert (second.at_s, second.source.end_s, second.fade_in_s) == (3, 3, F(1, 100))
    assert second.fade_out_s == 1


def test_a_crossfade_of_sound_plays_from_the_handles(project: Project) -> None:
    beds = (clip("M", span(1, 4)), clip("N", span(1, 4)))
    tl = edits.set_track(abc(), Track("A1", "audio", beds))
    tl = edits.crossfade(tl, "c-M", "c-N", F("0.8"))
    first, second = conform(project, bring(project, tl)).sounds
    assert (first.source.end_s, first.fade_out_s) == (F("4.4"), F("0.8"))
    assert (second.source.start_s, second.at_s, second.fade_in_s) == (
        F("0.6"),
        F("2.6"),
        F("0.8"),
    )


def test_titles_end_with_the_film(project: Project) -> None:
    tl = edits.add_title(abc(), Title("t-1", "in", span(5, 8)))
    tl = edits.add_title(tl, Title("t-2", "out", span(7, 8), "subtitle"))
    film = conform(project, bring(project, tl))
    assert [(t.text, t.start_s, t.end_s) for t in film.titles] == [("in", 5, 6)]


def test_a_hole_says_what_is_missing_and_a_plain_gap_says_nothing(project: Project) -> None:
    tl = edits.insert(abc(), Gap("g-1", F(1), "a dog on the beach"), F(2))
    tl = edits.insert(tl, Gap("g-2", F(1)), F(0))
    film = conform(project, bring(project, tl))
    told = [(t.text, t.start_s, t.end_s) for t in film.titles]
    assert told == [("Missing: a dog on the beach", 3, 4)]


def test_settings_of_a_clip_reach_its_part(project: Project) -> None:
    view = Reframe(0.2, 0.7, 1.5, "fill")
    tl = edits.set_clip(abc(), "c-A", gain_db=-6.0, muted=True, reframe=view)
    part = conform(project, bring(project, tl)).parts[0]
    assert (part.gain_db, part.muted) == (-6.0, True)
    assert (part.fit.mode, part.fit.centre_x, part.fit.centre_y, part.fit.zoom) == (
        *("fill", 0.2, 0.7),
        1.5,
    )


def test_generated_clips_mark_the_film_and_others_do_not(project: Project) -> None:
    tl = bring(project, abc())
    assert conform(project, tl).metadata == ()
    painted = edits.set_clip(tl, "c-B", origin=Origin("scenes", "m", "a beach", 7, ai=False))
    marks = dict(conform(project, painted).metadata)
    assert marks["digital_source_type"].endswith("/algorithmicMedia")
    assert marks["generated"] == "true"
    assert "a beach" in marks["comment"] and "AI" not in "".join(marks.values())
    learned = edits.set_clip(painted, "c-A", origin=Origin("diffusers", "m", "a face", 7))
    marks = dict(conform(project, learned).metadata)
    assert marks["digital_source_type"].endswith("/trainedAlgorithmicMedia")
    assert "Contains AI-generated clips. AI-generated by diffusers" in marks["comment"]
    assert "; Generated by scenes" in marks["comment"]


def test_an_empty_timeline_and_a_lost_file_are_named(project: Project) -> None:
    with pytest.raises(CreatorError, match="empty"):
        conform(project, Timeline())
    tl = bring(project, abc())
    (project.folder / "f-B.mp4").unlink()
    with pytest.raises(CreatorError, match=r"f-B\.mp4.*ingest the folder"):
        conform(project, tl)


def test_a_rendered_film_cuts_on_the_very_frame(
    project: Project, clips: Path, tmp_path: Path
) -> None:
    parts = (
        cuts_clip("c-1", span("1.6", 2)),  # 10 frames red
        cuts_clip("c-2", span("2.2", "2.6")),  # 10 frames green
        cuts_clip("c-3", span("4.2", "4.6")),  # 10 frames blue
    )
    tl = Timeline(width=320, height=180, tracks=(Track("V1", "video", parts),))
    tl = edits.set_track(
        tl,
        Track("V2", "video", (Gap("g-1", F("0.6")), cuts_clip("c-4", span(0, "0.4")))),
    )
    film = conform(project, bring(project, tl, clips / "cuts.mp4"))
    done = render(film, tmp_path / "film.mp4", cache=project.cache)
    assert done.frames == 30
    middles = [F(2 * n + 1, 50) for n in (0, 9, 10, 14, 15, 24, 25, 29)]
    colours = [
        int(np.argmax(picture.reshape(-1, 3).mean(0)))
        for picture in strip(tmp_path / "film.mp4", middles, height_px=36)
    ]
    assert colours == [0, 0, 1, 1, 0, 0, 2, 2]
