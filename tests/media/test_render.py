"""A film has exactly its frames, its sound to the sample, and is made again only where changed."""

from __future__ import annotations

import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from media import command
from media.decode import decode
from media.errors import Cancelled, MediaError
from media.plan import plan
from media.probe import probe
from media.render import render
from media.sound import samples
from media.values import (
    Ending,
    Film,
    Fit,
    PartSource,
    Picture,
    RenderPart,
    RenderSound,
    RenderTitle,
)
from tests.conftest import ffmpeg

F = Fraction


def part(path: Path | None, start: float, frames: int, **more: object) -> RenderPart:
    begin = F(str(start))
    source = PartSource(path, begin, begin + F(frames, 25))
    return RenderPart(source, frames, **more)  # type: ignore[arg-type]


def film(*parts: RenderPart, **more: object) -> Film:
    return Film(320, 180, F(25), parts, **more)  # type: ignore[arg-type]


def shown(path: Path) -> list[np.ndarray]:
    events = list(decode(path, probe(path), width_px=320, still_px=0))
    ending = events[-1]
    assert isinstance(ending, Ending) and ending.verdict == "ok", ending
    return [e.rgb for e in events if isinstance(e, Picture)]


def colour(rgb: np.ndarray) -> tuple[int, ...]:
    return tuple(int(c) for c in rgb.mean(axis=(0, 1)))


def test_a_film_has_exactly_its_frames_and_its_cuts_where_they_belong(
    clips: Path, tmp_path: Path
) -> None:
    cuts, out = clips / "cuts.mp4", tmp_path / "film.mp4"
    wanted = film(part(cuts, 0.52, 13), part(cuts, 2.6, 7), part(cuts, 4.44, 1), part(None, 0, 9))
    made = render(wanted, out, cache=tmp_path / "cache")
    frames = shown(out)
    assert made.frames == len(frames) == 30
    assert made.duration_s == F(30, 25)
    reds, greens, blues = zip(*(colour(f) for f in frames), strict=True)
    assert min(reds[:13]) > 200 > 60 > max(reds[13:])
    assert min(greens[13:20]) > 80 > 40 > max(greens[:13])
    assert blues[20] > 200 and max(map(sum, map(colour, frames[21:]))) < 30
    assert made.warnings == ()


def test_the_frame_at_the_in_point_is_the_first_frame(clips: Path, tmp_path: Path) -> None:
    source = tmp_path / "numbered.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=8", "-g", "40", "-crf", "10", source)
    truth = shown(source)
    wanted = film(part(source, 5.2, 5), part(source, 0.04, 4), part(source, 3, 3, speed=F(2)))
    render(wanted, tmp_path / "film.mp4", cache=tmp_path / "cache")
    frames = shown(tmp_path / "film.mp4")
    expected = [130, 131, 132, 133, 134, 1, 2, 3, 4, 75, 77, 79]
    for frame, number in zip(frames, expected, strict=True):
        gaps = [np.abs(frame.astype(int) - other).mean() for other in truth]
        assert int(np.argmin(gaps)) == number


def test_a_crossfade_mixes_both_pictures_and_shortens_the_film(clips: Path, tmp_path: Path) -> None:
    cuts, out = clips / "cuts.mp4", tmp_path / "film.mp4"
    wanted = film(part(cuts, 0, 20, fade_out_frames=10), part(cuts, 4, 25))
    assert render(wanted, out, cache=tmp_path / "cache").frames == 35
    frames = [colour(f) for f in shown(out)]
    assert len(frames) == 35
    assert frames[9][0] > 240 and frames[9][2] < 15
    assert frames[21][2] > 240 and frames[21][0] < 15
    middle = frames[15]
    assert 80 < middle[0] < 180 and 80 < middle[2] < 180
    falling = [f[0] for f in frames[10:20]]
    assert falling == sorted(falling, reverse=True)


def test_sound_is_exact_to_the_sample_and_stays_with_its_picture(tmp_path: Path) -> None:
    source, out = tmp_path / "beeps.mov", tmp_path / "film.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", "color=gray:s=64x36:r=30000/1001:d=6",
        "-f", "lavfi", "-i", "aevalsrc='if(lt(mod(t,1),0.05),sin(6000*t),0)':d=6:s=48000",
        "-c:a", "pcm_s16le", "-pix_fmt", "yuv420p", source,
    )  # fmt: skip
    rate = F(30000, 1001)
    parts = tuple(
        RenderPart(PartSource(source, F(start), F(start) + 40 / rate), 40) for start in (1, 3, 4)
    )
    made = render(Film(64, 36, rate, parts), out, cache=tmp_path / "cache")
    assert made.frames == 120 and made.duration_s == 120 / rate
    heard = samples(out, F(0), made.duration_s, rate_hz=48_000)
    loud = np.flatnonzero(np.abs(heard) > 0.1)
    starts = [int(n) for n in loud[np.insert(np.diff(loud) > 5000, 0, True)]]
    expected = []
    for place in range(3):
        begin = round(place * 40 * 48_000 / rate)
        expected += [begin, begin + 48_000]
    assert len(starts) == len(expected)
    assert max(abs(a - b) for a, b in zip(starts, expected, strict=True)) < 200


def test_a_title_changes_pixels_only_while_it_stands(clips: Path, tmp_path: Path) -> None:
    pan = clips / "pan.mp4"
    plain = film(part(pan, 0, 50), part(None, 0, 10))
    words = "It's 100% \\: [a];{b} %{pts} Ünï\n日本 -i /etc/passwd"
    titled = replace(plain, titles=(RenderTitle(words, F(1), F(2)),))
    render(plain, tmp_path / "plain.mp4", cache=tmp_path / "cache")
    again = render(titled, tmp_path / "titled.mp4", cache=tmp_path / "cache")
    assert again.parts_reused == 1
    both = zip(shown(tmp_path / "plain.mp4"), shown(tmp_path / "titled.mp4"), strict=True)
    changed = [float(np.abs(a.astype(int) - b).mean()) for a, b in both]
    assert len(changed) == 60
    assert max(changed[:25]) < 1.5 and max(changed[50:]) < 1.5
    assert min(changed[32:44]) > 4
    assert changed[25] < changed[28] < changed[35]


def test_music_is_lowered_while_the_film_speaks_and_kept_in_range(tmp_path: Path) -> None:
    talk, music, out = tmp_path / "talk.mp4", tmp_path / "music.wav", tmp_path / "film.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", "color=gray:s=64x36:r=25:d=6",
        "-f", "lavfi", "-i", "aevalsrc='if(lt(t,3),0.7*sin(2000*t),0)':d=6:s=48000", talk,
    )  # fmt: skip
    ffmpeg("-f", "lavfi", "-i", "aevalsrc='0.5*sin(9000*t)':d=8:s=48000", music)
    bed = RenderSound(PartSource(music, F(0), F(6)), F(0), fade_out_s=F(1), duck=True)
    wanted = Film(64, 36, F(25), (part(talk, 0, 150),), sounds=(bed,))
    render(wanted, out, cache=tmp_path / "cache")
    heard = samples(out, F(0), F(6), rate_hz=48_000)

    def level(start: float) -> float:
        span = heard[int(start * 48_000) :][:24_000]
        near = np.exp(-1j * 9000 / 48_000 * np.arange(24_000))
        return float(abs((span * near).mean()) * 2)

    assert level(1.5) < 0.6 * level(4.2)
    assert level(4.2) > 0.3
    assert 0.5 < np.abs(heard).max() < 0.999  # AAC overshoots the limiter a little
    assert np.abs(heard[-400:]).max() < 0.02


def test_a_changed_cut_makes_only_what_changed(clips: Path, tmp_path: Path) -> None:
    cuts, bars, cache = clips / "cuts.mp4", clips / "bars.mp4", tmp_path / "cache"
    first = film(part(cuts, 0, 20), part(bars, 0, 20), part(cuts, 4, 20))
    assert render(first, tmp_path / "a.mp4", cache=cache).parts_rendered == 3
    trimmed = film(part(cuts, 0, 20), part(bars, 0, 15), part(cuts, 4, 20))
    second = render(trimmed, tmp_path / "b.mp4", cache=cache)
    assert (second.parts_rendered, second.parts_reused, second.frames) == (1, 2, 55)
    third = render(first, tmp_path / "a.mp4", cache=cache)
    assert (third.parts_rendered, third.parts_reused) == (0, 3)
    assert len(shown(tmp_path / "a.mp4")) == 60


def test_a_changed_source_is_not_taken_from_the_cache(clips: Path, tmp_path: Path) -> None:
    source, cache = tmp_path / "source.mp4", tmp_path / "cache"
    source.write_bytes((clips / "bars.mp4").read_bytes())
    wanted = film(part(source, 0, 10))
    render(wanted, tmp_path / "a.mp4", cache=cache)
    source.write_bytes((clips / "cuts.mp4").read_bytes())
    assert render(wanted, tmp_path / "a.mp4", cache=cache).parts_rendered == 1
    assert colour(shown(tmp_path / "a.mp4")[5])[0] > 240


def test_a_source_that_runs_out_holds_its_last_frame_and_says_so(
    clips: Path, tmp_path: Path
) -> None:
    cuts = clips / "cuts.mp4"
    made = render(film(part(cuts, 5.6, 30)), tmp_path / "a.mp4", cache=tmp_path / "cache")
    frames = shown(tmp_path / "a.mp4")
    assert len(frames) == 30 and colour(frames[-1])[2] > 240
    assert any("last frame is held" in w for w in made.warnings)
    beyond = render(film(part(cuts, 9, 5)), tmp_path / "b.mp4", cache=tmp_path / "cache")
    assert colour(shown(tmp_path / "b.mp4")[0])[2] > 240 and beyond.warnings


def test_a_late_picture_shows_its_first_frame_until_it_starts(tmp_path: Path) -> None:
    source = tmp_path / "late.mkv"
    ffmpeg(
        "-f", "lavfi", "-i", "sine=d=3", "-itsoffset", "1",
        "-f", "lavfi", "-i", "color=red:s=160x90:r=25:d=2", "-c:a", "pcm_s16le", source,
    )  # fmt: skip
    made = render(film(part(source, 0, 50)), tmp_path / "a.mp4", cache=tmp_path / "cache")
    assert made.frames == 50
    assert all(colour(f)[0] > 200 for f in shown(tmp_path / "a.mp4"))


def test_a_portrait_picture_gets_bars_or_fills_the_frame(clips: Path, tmp_path: Path) -> None:
    tall = clips / "portrait.mp4"
    wanted = film(part(tall, 0, 3), part(tall, 0, 3, fit=Fit("fill")))
    render(wanted, tmp_path / "a.mp4", cache=tmp_path / "cache")
    frames = shown(tmp_path / "a.mp4")
    assert frames[1][:, :80].mean() < 5 and frames[1][:, 130:190].mean() > 40
    assert frames[4][:, :80].mean() > 40


def test_fill_crops_around_the_centre_that_was_asked(tmp_path: Path) -> None:
    source = tmp_path / "halves.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", "color=red:s=320x180:r=25:d=1",
        "-f", "lavfi", "-i", "color=blue:s=320x180:r=25:d=1",
        "-filter_complex", "hstack", source,
    )  # fmt: skip
    left, right = (Fit("fill", centre_x=x) for x in (0.2, 0.8))
    wanted = film(part(source, 0, 2, fit=left), part(source, 0, 2, fit=right))
    render(wanted, tmp_path / "a.mp4", cache=tmp_path / "cache")
    frames = shown(tmp_path / "a.mp4")
    assert colour(frames[0])[0] > 240 and colour(frames[3])[2] > 240


def test_stopping_leaves_nothing_behind_within_two_seconds(tmp_path: Path) -> None:
    source, out = tmp_path / "long.mp4", tmp_path / "out" / "film.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=20", "-preset", "ultrafast", source)
    begun: list[float] = []

    def stop() -> bool:
        begun.append(time.monotonic())
        return begun[-1] - begun[0] > 1.0

    wanted = Film(1920, 1080, F(25), tuple(part(source, n, 400) for n in range(3)))
    with pytest.raises(Cancelled):
        render(wanted, out, cache=tmp_path / "cache", cancel=stop)
    assert time.monotonic() - begun[0] < 3.0
    assert not out.exists() and not list(tmp_path.rglob("*.part*"))


def test_an_old_film_stays_when_the_new_one_cannot_be_made(clips: Path, tmp_path: Path) -> None:
    out = tmp_path / "film.mp4"
    out.write_bytes(b"the old film")
    with pytest.raises(MediaError, match="is not at"):
        render(film(part(tmp_path / "gone.mp4", 0, 5)), out, cache=tmp_path / "cache")
    assert out.read_bytes() == b"the old film"


@pytest.mark.parametrize(
    "name", ["-i x.mp4", "a'b\"c $(touch pwned) %d #1;&.mp4", "two\nlines.mp4", "concat:x|y.mp4"]
)
def test_names_are_only_names(clips: Path, tmp_path: Path, name: str) -> None:
    source, out = tmp_path / name, tmp_path / f"out {name}"
    source.write_bytes((clips / "bars.mp4").read_bytes())
    made = render(film(part(source, 0, 4)), out, cache=tmp_path / "cache")
    assert made.frames == 4 and out.is_file() and probe(out).video is not None
    assert not list(tmp_path.rglob("pwned"))


def test_marks_survive_into_the_file_and_progress_reaches_the_end(
    clips: Path, tmp_path: Path
) -> None:
    import av

    marks = (("comment", "AI: x=1; 'y'"), ("digital_source_type", "trainedAlgorithmicMedia"))
    told: list[float] = []
    wanted = film(part(clips / "bars.mp4", 0, 4), metadata=marks)
    render(wanted, tmp_path / "a.mp4", cache=tmp_path / "cache", progress=told.append)
    assert told == sorted(told) and told[-1] == 1.0
    with av.open(str(tmp_path / "a.mp4")) as made:
        assert dict(marks).items() <= made.metadata.items()


def test_every_command_carries_the_limits_and_a_plain_path(tmp_path: Path) -> None:
    made = command.ffmpeg([command.Input(tmp_path / "-y.mp4")], tmp_path / "o.mp4")
    place = made.index("-i")
    before = made[:place]
    for option in ("-nostdin", "-protocol_whitelist", "-format_whitelist", "-max_pixels"):
        assert option in before
    assert made[place + 1] == f"file:{tmp_path / '-y.mp4'}"
    allowed = before[before.index("-format_whitelist") + 1].split(",")
    assert not {"concat", "hls", "dash", "image2", "lavfi", "tee", "sdp"} & set(allowed)


def test_crossfades_longer_than_their_clips_are_refused(clips: Path) -> None:
    bars = clips / "bars.mp4"
    with pytest.raises(MediaError, match="shorten the fades"):
        plan(film(part(bars, 0, 10, fade_out_frames=12), part(bars, 0, 20)))
    with pytest.raises(MediaError, match="next part"):
        plan(film(part(bars, 0, 10, fade_out_frames=2)))


def test_damaged_and_odd_sources_render_with_a_word(broken_footage: Path, tmp_path: Path) -> None:
    names = ("corrupt_middle", "odd_101x77", "rotated_phone", "hevc_10bit", "audio_only", "vfr")
    parts = tuple(part(broken_footage / f"{name}.mp4", 1.5, 10) for name in names)
    made = render(film(*parts), tmp_path / "a.mp4", cache=tmp_path / "cache")
    assert made.frames == 60 == len(shown(tmp_path / "a.mp4"))
    assert any("corrupt_middle" in w for w in made.warnings)


@pytest.mark.parametrize("short", [0, 1])
def test_a_side_of_a_crossfade_that_runs_out_holds_and_says_so(
    clips: Path, tmp_path: Path, short: int
) -> None:
    starts = [(4.4, 1), (2, 5.8)][short]
    left, right = (part(clips / "cuts.mp4", start, 50) for start in starts)
    left, right = replace(left, fade_out_frames=20), replace(right, frames=20)
    made = render(film(left, right), tmp_path / "a.mp4", cache=tmp_path / "cache")
    assert made.frames == len(shown(tmp_path / "a.mp4")) == 50
    assert any("inside a crossfade" in w for w in made.warnings)


def test_a_crossfade_inside_its_sources_says_nothing(clips: Path, tmp_path: Path) -> None:
    cuts = clips / "cuts.mp4"
    wanted = film(part(cuts, 0, 50, fade_out_frames=20), part(cuts, 5.2, 20))
    assert render(wanted, tmp_path / "a.mp4", cache=tmp_path / "cache").warnings == ()


def test_the_cache_keeps_this_film_and_forgets_what_was_used_longest_ago(
    clips: Path, tmp_path: Path
) -> None:
    cache, out = tmp_path / "cache", tmp_path / "a.mp4"
    old, new = film(part(clips / "cuts.mp4", 0, 10)), film(part(clips / "bars.mp4", 0, 10))
    render(old, out, cache=cache)
    before = set(cache.iterdir())
    render(new, out, cache=cache)
    assert before < set(cache.iterdir())
    assert render(new, out, cache=cache, cache_gb=0.0).parts_rendered == 0
    assert not before & set(cache.iterdir())
    assert render(new, out, cache=cache).parts_rendered == 0
    assert render(old, out, cache=cache).parts_rendered == 1


def test_letters_that_no_font_has_are_said(
    clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("media.titles.FONTS", ())  # only the one that Pillow brings
    words = RenderTitle("sea 字幕", F(0), F(1))
    wanted = film(part(clips / "bars.mp4", 0, 5), titles=(words,))
    made = render(wanted, tmp_path / "a.mp4", cache=tmp_path / "cache")
    assert any("'字幕'" in words and "no font" in words for words in made.warnings)
    plain = replace(wanted, titles=(replace(words, text="sea"),))
    assert not render(plain, tmp_path / "b.mp4", cache=tmp_path / "cache").warnings


@pytest.mark.parametrize("size", [(1280, 720), (1080, 1920)])
def test_what_is_missing_is_written_above_titles(size: tuple[int, int]) -> None:
    from media.titles import draw

    slug, _, slug_top = draw(RenderTitle("Missing: cooking", F(0), F(3), "slug"), size)
    for style in ("title", "lower-third"):
        other, _, top = draw(RenderTitle("By Hand", F(0), F(3), style), size)  # type: ignore[arg-type]
        lowest = slug_top + np.nonzero(slug[..., 3] > 200)[0].max()
        assert lowest < top + np.nonzero(other[..., 3] > 200)[0].min()


@pytest.mark.parametrize("size", [(1280, 720), (1080, 1920), (640, 360)])
@pytest.mark.parametrize("style", ["title", "lower-third", "subtitle", "slug"])
@pytest.mark.parametrize(
    "text",
    [
        "A day by the sea",
        "long " * 200,
        "without" * 60,
        "\x1b[31mred\r\n\ud83c 😀",
        "字幕" * 40,
        " ",
    ],
)
def test_words_stay_inside_the_frame(size: tuple[int, int], style: str, text: str) -> None:
    from media.titles import draw, unwritable

    title = RenderTitle(text, F(0), F(3), style)  # type: ignore[arg-type]
    rgba, left, top = draw(title, size)
    rows, columns = np.nonzero(rgba[..., 3] > 200)
    lost = unwritable(text)
    assert not set(lost) & set("A day by the sea long without red")
    assert (len(rows) > 0) == any(c not in lost for c in text if not c.isspace())
    if len(rows):
        assert left + columns.min() > 0.02 * size[0] and left + columns.max() < 0.98 * size[0]
        assert top + rows.min() > 0.02 * size[1] and top + rows.max() < 0.98 * size[1]
