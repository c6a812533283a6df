"""Stills are the frames that really stand there; samples and files keep their lengths."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from media.decode import decode
from media.encode import write_clip, write_sound
from media.errors import MediaError
from media.glancing import send_stills
from media.keys import tells_needless
from media.opening import open_media
from media.probe import probe
from media.proxy import proxy
from media.sheet import contact_sheet
from media.sound import peaks, samples
from media.stills import jumps_are_sound, save_jpeg, still, stills, strip
from media.values import Ending, Picture, Sound, Still
from media.walking import Pictures
from tests.conftest import ffmpeg


def pictures(path: Path) -> list[Picture]:
    return [
        e for e in decode(path, probe(path), width_px=320, still_px=0) if isinstance(e, Picture)
    ]


def assert_as_in_a_whole_pass(path: Path, seconds: list[int]) -> None:
    every = [e for e in decode(path, probe(path), width_px=0, still_px=160) if isinstance(e, Still)]
    some = list(stills(path, seconds, longest_px=160))
    assert [each.second for each in some] == seconds
    for each in some:
        [whole] = [other for other in every if other.second == each.second]
        assert each.time_s == whole.time_s
        assert np.array_equal(each.rgb, whole.rgb)


@pytest.mark.parametrize("codec", ["libx264", "libx265", "mpeg4", "mjpeg"])
@pytest.mark.parametrize("keys", [25, 60, 999])
def test_stills_of_some_seconds_are_those_of_a_whole_pass(
    tmp_path: Path, codec: str, keys: int
) -> None:
    path = tmp_path / "long.mkv"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=9.6", "-f", "lavfi",
           "-i", "sine=440:d=9", "-c:v", codec, "-g", str(keys), path)  # fmt: skip
    assert_as_in_a_whole_pass(path, [0, 2, 4, 6, 8, 9])
    assert_as_in_a_whole_pass(path, [7])


BURSTS = "select='lt(mod(n,50),12)+eq(mod(n,50),30)'"  # as a screen that is recorded


@pytest.mark.parametrize(
    "how",
    [
        ("-r", "1", "-c:v", "libx264"),
        ("-vf", BURSTS, "-fps_mode", "vfr", "-c:v", "libx264", "-bf", "3"),
        ("-vf", BURSTS, "-fps_mode", "vfr", "-c:v", "libx265"),
        ("-c:v", "libx264", "-x264-params", "intra-refresh=1:keyint=40"),
        ("-c:v", "libx264", "-x264-params", "open-gop=1:keyint=30:bframes=3"),
    ],
    ids=["slow", "bursts", "bursts in hevc", "gradual refresh", "open groups"],
)
def test_stills_are_those_of_a_whole_pass_however_pictures_come(
    tmp_path: Path, how: tuple[str, ...]
) -> None:
    path = tmp_path / "odd.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=20", *how, path)
    every = [e for e in decode(path, probe(path), width_px=0, still_px=160) if isinstance(e, Still)]
    assert_as_in_a_whole_pass(path, [e.second for e in every][::2])
    assert_as_in_a_whole_pass(path, [e.second for e in every][1::3])


def test_where_time_runs_back_no_second_is_lost(tmp_path: Path) -> None:
    path, parts = tmp_path / "two.ts", []
    for number, (look, length) in enumerate((("testsrc2", "9.4"), ("mandelbrot", "5"))):
        parts.append(tmp_path / f"{number}.ts")
        source = f"{look}=s=320x180:r=25"
        ffmpeg("-f", "lavfi", "-i", source, "-t", length, "-c:v", "libx264", "-g", "25", parts[-1])
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    assert_as_in_a_whole_pass(path, [1, 5, 9])


def flv_tags(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """Kind, milliseconds and body of each tag of an FLV file, but for its script and its end."""
    data, at = path.read_bytes(), 13
    while at < len(data):
        size = int.from_bytes(data[at + 1 : at + 4], "big")
        ms, body = int.from_bytes(data[at + 4 : at + 7], "big"), data[at + 11 : at + 11 + size]
        if data[at] == 9 and body[1] != 2:
            yield 9, ms, body
        at += size + 15


def test_a_stream_that_changes_on_the_way_is_decoded_as_what_it_became(tmp_path: Path) -> None:
    path, out = tmp_path / "two.flv", bytearray()
    for number, (look, profile) in enumerate((("testsrc2", "high"), ("mandelbrot", "baseline"))):
        part, source = tmp_path / f"{number}.flv", f"{look}=s=320x180:r=25"
        ffmpeg("-f", "lavfi", "-i", source, "-t", "6", "-c:v", "libx264", "-g", "25",
               "-pix_fmt", "yuv420p", "-profile:v", profile, part)  # fmt: skip
        out += b"" if number else part.read_bytes()[:13]
        for kind, ms, body in flv_tags(part):
            at = (ms + 6000 * number).to_bytes(3, "big")
            tag = bytes([kind]) + len(body).to_bytes(3, "big") + at + bytes(4) + body
            out += tag + len(tag).to_bytes(4, "big")
    path.write_bytes(out)
    assert_as_in_a_whole_pass(path, [1, 4, 9, 11])


def test_stills_of_some_seconds_decode_little_of_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, decoded = tmp_path / "long.mp4", []
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=9", "-g", "50", "-bf", "3", path)
    frame = Pictures.frame

    def counted(self: Pictures, picture: object) -> None:
        decoded.append(picture)
        frame(self, picture)

    monkeypatch.setattr(Pictures, "frame", counted)
    send_stills(open_media(path, threads=1), [1, 5, 7], lambda *_: None, still_px=160)
    assert 0 < len(decoded) < 90  # of 225; 111 lie between the key frames and what is wanted


def test_stills_of_some_seconds_believe_no_lying_key_frame(broken_footage: Path) -> None:
    assert_as_in_a_whole_pass(broken_footage / "bad_seek_points.mp4", [3, 8, 20])


def test_seconds_that_do_not_decode_have_no_still(broken_footage: Path) -> None:
    path = broken_footage / "truncated_tail.mp4"
    ending = [e for e in decode(path, probe(path)) if isinstance(e, Ending)][-1]
    last = int(ending.picture_end_s)
    assert {each.second for each in stills(path, range(99), longest_px=160)} <= set(range(last + 1))
    assert [each.second for each in stills(path, [0, 50], longest_px=160)] == [0]


@pytest.mark.parametrize(("layers", "believed"), [(1, True), (3, False)])
def test_pictures_are_left_out_only_where_none_can_lean_on_them(
    layers: int, believed: bool
) -> None:
    record = bytes([1, *[0] * 20, layers << 3])  # ISO/IEC 14496-15, 8.3.3.1.2
    hevc = SimpleNamespace(codec_context=SimpleNamespace(name="hevc", extradata=record))
    vp9 = SimpleNamespace(codec_context=SimpleNamespace(name="vp9", extradata=None))
    assert tells_needless(hevc) is believed
    assert not tells_needless(vp9)


def test_a_still_is_the_frame_that_stands_at_its_time(clips: Path) -> None:
    frames = strip(clips / "cuts.mp4", [Fraction(5), Fraction(1), Fraction(199, 100)], height_px=0)
    assert [int(f.mean(axis=(0, 1)).argmax()) for f in frames] == [2, 0, 0]
    assert frames[0].shape == (180, 320, 3)
    assert still(clips / "cuts.mp4", Fraction(99), height_px=90).shape == (90, 160, 3)


def test_after_a_jump_the_frame_is_the_one_found_from_the_start(tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=12", "-g", "30", path)
    assert jumps_are_sound(path, [Fraction(9)])
    frame = still(path, Fraction(9))
    assert np.abs(frame.astype(int) - pictures(path)[225].rgb).mean() < 1


def test_key_frames_that_are_none_are_never_jumped_to(tmp_path: Path) -> None:
    """A container that calls every packet a key frame must not make us show rubbish."""
    import av

    whole, path = tmp_path / "whole.mp4", tmp_path / "lying.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=10", "-g", "1000", "-bf", "0", whole)
    with av.open(str(whole)) as source, av.open(str(path), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.is_keyframe = True
                packet.stream = stream
                out.mux(packet)
    assert not jumps_are_sound(path, [Fraction(8)])
    frame = still(path, Fraction(8))
    assert np.abs(frame.astype(int) - pictures(path)[200].rgb).mean() < 1


def test_rubbish_behind_bad_seek_points_is_never_shown(broken_footage: Path) -> None:
    path = broken_footage / "bad_seek_points.mp4"
    times = [Fraction(9), Fraction(17), Fraction(26)]
    walked = pictures(path)
    for time_s, frame in zip(times, strip(path, times, height_px=0), strict=True):
        stands = [p for p in walked if p.time_s <= time_s][-1]
        assert np.abs(frame.astype(int) - stands.rgb).mean() < 1


def test_a_jpeg_has_no_metadata_and_appears_whole(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "still.jpg"
    save_jpeg(np.full((40, 60, 3), 90, np.uint8), out)
    with Image.open(out) as image:
        assert image.size == (60, 40) and not image.getexif()
    assert [p.name for p in out.parent.iterdir()] == ["still.jpg"]


def test_samples_of_a_span_are_the_samples_of_the_whole(tmp_path: Path) -> None:
    path = tmp_path / "sweep.mp4"
    ffmpeg("-f", "lavfi", "-i", "aevalsrc='sin(200*t*t)':d=8:s=48000", "-c:a", "aac", path)
    whole = samples(path, Fraction(0), Fraction(8))
    part = samples(path, Fraction(5), Fraction(6))
    assert len(whole) == 128_000 and len(part) == 16_000
    assert np.abs(part - whole[80_000:96_000]).max() < 0.02
    assert np.abs(whole).max() > 0.9
    after = samples(path, Fraction(7), Fraction(10))
    assert len(after) == 48_000 and np.abs(after[20_000:]).max() == 0


def test_a_file_without_sound_says_so_and_has_no_peaks(clips: Path) -> None:
    with pytest.raises(MediaError, match="no sound"):
        samples(clips / "pan.mp4", Fraction(0), Fraction(1))
    assert peaks(clips / "pan.mp4").shape == (0,)
    found = peaks(clips / "bars.mp4", per_second=50)
    assert abs(len(found) - 150) <= 2 and 0.05 < found[10:140].min() <= found.max() <= 1


def test_a_written_clip_has_its_frames_its_sound_and_its_marks(tmp_path: Path) -> None:
    import av

    out = tmp_path / "made.mp4"
    frames = np.zeros((24, 63, 101, 3), np.uint8)
    frames[:, :, :, 0] = np.linspace(0, 255, 24, dtype=np.uint8)[:, None, None]
    tone = np.sin(np.arange(48_000) / 20).astype(np.float32)
    marks = [("comment", "made; by = 'us' ü"), ("digital_source_type", "trainedAlgorithmicMedia")]
    write_clip(frames, Fraction(24), out, metadata=marks, samples=tone)
    events = list(decode(out, probe(out)))
    ending = events[-1]
    assert isinstance(ending, Ending) and ending.frames == 24
    assert abs(ending.sound_end_s - 1) < Fraction(1, 20)
    reds = [e.rgb[..., 0].mean() for e in events if isinstance(e, Picture)]
    assert reds[0] < 10 and reds[-1] > 240 and reds == sorted(reds)
    with av.open(str(out)) as file:
        assert dict(marks).items() <= file.metadata.items()
        assert (file.streams.video[0].width, file.streams.video[0].height) == (100, 62)
        assert int(file.streams.video[0].codec_context.color_primaries) == 1


def test_sound_is_written_as_it_was_given(tmp_path: Path) -> None:
    tone = np.sin(np.arange(16_000) / 5).astype(np.float32) * 0.5
    write_sound(tone, 16_000, tmp_path / "tone.wav")
    back = samples(tmp_path / "tone.wav", Fraction(0), Fraction(1))
    assert np.abs(back - tone).max() < 1e-3


def test_a_sound_file_carries_its_comment_and_every_sample(tmp_path: Path) -> None:
    import av

    tone = np.sin(np.arange(4801) / 20).astype(np.float32) / 2
    for comment in ("made by us: ü", "odd", ""):
        write_sound(tone, 48_000, tmp_path / "a.wav", comment=comment)
        with av.open(str(tmp_path / "a.wav")) as opened:
            assert opened.metadata.get("comment", "") == comment
            heard = np.concatenate([f.to_ndarray()[0] for f in opened.decode(audio=0)])
        assert len(heard) == 4801
        assert np.abs(heard / 32767 - tone).max() < 1e-3


def test_a_proxy_keeps_the_time_of_a_late_picture(tmp_path: Path) -> None:
    path = tmp_path / "late.mkv"
    ffmpeg(
        "-f", "lavfi", "-i", "sine=d=4", "-itsoffset", "1.48",
        "-f", "lavfi", "-i", "color=red:s=160x90:r=25:d=1",
        "-itsoffset", "2.48", "-f", "lavfi", "-i", "color=blue:s=160x90:r=25:d=1",
        "-filter_complex", "[1:v]fps=25[a];[2:v]fps=25[b];[a][b]interleave[v]",
        "-map", "0:a", "-map", "[v]", "-c:a", "pcm_s16le", path,
    )  # fmt: skip
    out = proxy(path, tmp_path / "proxy.mp4", height_px=64)
    events = list(decode(out, probe(out)))
    shown = [e for e in events if isinstance(e, Picture)]
    assert shown[0].time_s == 0 and shown[0].rgb.shape[0] == 64
    turns = next(p.time_s for p in shown if p.rgb[..., 2].mean() > 128)
    assert abs(turns - Fraction(248, 100)) <= Fraction(1, 25)
    assert any(isinstance(e, Sound) for e in events)


def test_a_contact_sheet_shows_the_film_in_order(clips: Path, tmp_path: Path) -> None:
    out = contact_sheet(
        clips / "cuts.mp4", tmp_path / "sheet.png", columns=3, every_s=Fraction(2), width_px=600
    )
    with Image.open(out) as image:
        assert image.width == 600
        dots = [image.convert("RGB").getpixel((x, image.height // 2)) for x in (100, 300, 500)]
    assert [max(range(3), key=lambda c, d=d: d[c]) for d in dots] == [0, 1, 2]
