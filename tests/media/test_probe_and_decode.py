"""What a file holds is found by its content, and a pass over it ends with the truth."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from media import sandbox
from media.decode import decode
from media.errors import Cancelled, MediaError, WorkerFailed
from media.probe import fingerprint, probe
from media.sandbox import Child, Limits
from media.values import Ending, Event, Picture, Sound, Still, Words
from tests.conftest import ffmpeg


def watch(path: Path, **options: int) -> tuple[list[Event], Ending]:
    events = list(decode(path, probe(path), **options))  # type: ignore[arg-type]
    assert isinstance(events[-1], Ending)
    return events[:-1], events[-1]


def children() -> list[str]:
    out = subprocess.run(
        ["ps", "-o", "args=", "--ppid", str(os.getpid())], capture_output=True, text=True
    )
    return [line for line in out.stdout.splitlines() if "ps -o" not in line]


def test_one_pass_gives_every_picture_a_still_each_second_and_the_whole_sound(clips: Path) -> None:
    events, ending = watch(clips / "bars.mp4")
    pictures = [e for e in events if isinstance(e, Picture)]
    assert len(pictures) == 75 == ending.frames
    assert [p.time_s for p in pictures] == [Fraction(n, 25) for n in range(75)]
    assert pictures[0].rgb.shape == (144, 256, 3) and pictures[0].rgb.dtype == np.uint8
    assert [e.second for e in events if isinstance(e, Still)] == [0, 1, 2]
    sound = np.concatenate([e.samples for e in events if isinstance(e, Sound)])
    assert abs(len(sound) - 48_000) < 600
    spectrum = np.abs(np.fft.rfft(sound[:16_000]))
    assert int(spectrum.argmax()) == 440
    assert ending.verdict == "ok" and ending.picture_end_s == 3


def test_colours_of_pictures_are_the_colours_that_were_encoded(clips: Path) -> None:
    events, _ = watch(clips / "cuts.mp4")
    pictures = [e for e in events if isinstance(e, Picture)]
    for number, channel in ((25, 0), (75, 1), (125, 2)):
        assert int(pictures[number].rgb.mean(axis=(0, 1)).argmax()) == channel
    assert pictures[49].rgb[..., 0].mean() > 200 > 60 > pictures[50].rgb[..., 0].mean()


def test_the_worker_is_gone_when_the_reader_stops_early(clips: Path) -> None:
    events = decode(clips / "cuts.mp4", probe(clips / "cuts.mp4"))
    next(events)
    events.close()  # type: ignore[attr-defined]
    assert not [line for line in children() if "media.worker" in line]


def test_a_slow_reader_stops_the_worker_instead_of_filling_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=40", "-preset", "ultrafast", path)
    events = decode(path, probe(path), width_px=640, still_px=0)
    next(events)
    me = next(line.split()[0] for line in _ps() if "media.worker" in line)
    deadline, before = time.monotonic() + 5, -1.0
    while (now := _cpu(me)) != before and time.monotonic() < deadline:
        before = now
        time.sleep(0.3)  # the worker must come to rest at the full pipe
    assert now == before
    assert sum(1 for e in events if isinstance(e, Picture)) == 999


def _ps() -> list[str]:
    command = ["ps", "-o", "pid=,args=", "--ppid", str(os.getpid())]
    return subprocess.run(command, capture_output=True, text=True).stdout.splitlines()


def _cpu(pid: str) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return float(fields[11]) + float(fields[12])


def test_stopping_takes_less_than_two_seconds(tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25:d=20", "-preset", "ultrafast", path)
    stop: list[float] = []
    events = decode(path, probe(path), cancel=lambda: bool(stop))
    next(events)
    stop.append(time.monotonic())
    with pytest.raises(Cancelled):
        list(events)
    assert time.monotonic() - stop[0] < 2
    assert not [line for line in children() if "media.worker" in line]


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_picture_is_turned_once_and_only_once(
    clips: Path, tmp_path: Path, degrees: int
) -> None:
    turned = tmp_path / "turned.mp4"
    ffmpeg("-display_rotation", str(degrees), "-i", clips / "bars.mp4", "-c", "copy", turned)
    shown = tmp_path / "shown.mp4"
    ffmpeg("-i", turned, "-crf", "4", "-preset", "ultrafast", shown)  # ffmpeg turns it itself
    ours = next(e for e in watch(turned, still_px=0)[0] if isinstance(e, Picture))
    theirs = next(e for e in watch(shown, still_px=0)[0] if isinstance(e, Picture))
    found = probe(turned).video
    assert found is not None and found.rotation == (360 - degrees) % 360
    assert (found.width, found.height) == ((180, 320) if degrees != 180 else (320, 180))
    assert ours.rgb.shape == theirs.rgb.shape
    assert np.abs(ours.rgb.astype(int) - theirs.rgb).mean() < 4


def test_a_late_picture_keeps_its_time(tmp_path: Path) -> None:
    path = tmp_path / "late.mkv"
    ffmpeg(
        "-f", "lavfi", "-i", "sine=d=4", "-itsoffset", "1.48",
        "-f", "lavfi", "-i", "testsrc2=s=160x90:d=2", "-c:a", "pcm_s16le", path,
    )  # fmt: skip
    events, ending = watch(path)
    first = next(e for e in events if isinstance(e, Picture))
    assert first.time_s == Fraction(148, 100)
    assert abs(ending.picture_end_s - Fraction(348, 100)) < Fraction(1, 20)


def test_seconds_without_a_new_frame_still_get_a_still(tmp_path: Path) -> None:
    path = tmp_path / "slides.mkv"
    graph = "testsrc2=s=160x90:r=10:d=6,select='lt(n,3)+gt(n,50)'"
    ffmpeg("-f", "lavfi", "-i", graph, "-fps_mode", "vfr", path)
    events, _ = watch(path)
    assert [e.second for e in events if isinstance(e, Still)] == [0, 1, 2, 3, 4, 5]


def test_embedded_subtitles_come_as_words_without_markup(clips: Path, tmp_path: Path) -> None:
    text = tmp_path / "in.srt"
    text.write_text("1\n00:00:00,500 --> 00:00:01,500\n<i>Good</i> {\\an8}morning\n")
    out = tmp_path / "spoken.mp4"
    ffmpeg("-i", clips / "bars.mp4", "-i", text, "-c", "copy", "-c:s", "mov_text", out)
    words = [e for e in watch(out)[0] if isinstance(e, Words)]
    assert [w.text for w in words] == ["Good morning"]
    assert (words[0].start_s, words[0].end_s) == (Fraction(1, 2), Fraction(3, 2))


@pytest.mark.parametrize("transfer", ["smpte2084", "arib-std-b67"])
def test_hdr_white_of_graphics_comes_out_bright_and_in_range(tmp_path: Path, transfer: str) -> None:
    path = tmp_path / "hdr.mp4"
    ffmpeg(
        "-f", "lavfi", "-i", "color=0x949494:s=128x72:d=0.4", "-pix_fmt", "yuv420p10le",
        "-vf", f"setparams=color_trc={transfer}:color_primaries=bt2020:colorspace=bt2020nc",
        "-c:v", "libx265", "-x265-params", f"log-level=none:transfer={transfer}", path,
    )  # fmt: skip
    found = probe(path).video
    assert found is not None and found.hdr and found.bits == 10
    picture = next(e for e in watch(path)[0] if isinstance(e, Picture))
    assert 90 < picture.rgb.mean() < 250
    assert picture.rgb.std() < 4


@pytest.mark.parametrize(
    ("content", "verdict", "word"),
    [
        (b"", "empty", "empty"),
        (b"dear diary\n", "not-media", "text"),
        (b"ffconcat version 1.0\nfile other.mp4\n", "not-media", "playlist"),
        (b"#EXTM3U\nhttp://127.0.0.1/x.ts\n", "not-media", "playlist"),
        (bytes(range(256)) * 40, "not-media", "not a video"),
    ],
)
def test_what_is_no_media_is_named_for_what_it_is(
    tmp_path: Path, content: bytes, verdict: str, word: str
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(MediaError, match=word) as caught:
        probe(path)
    assert caught.value.verdict == verdict


def test_a_copy_that_broke_off_is_called_incomplete(clips: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.mp4"
    whole = (clips / "bars.mp4").read_bytes()
    path.write_bytes(whole[: len(whole) * 6 // 10])
    with pytest.raises(MediaError, match="broke") as caught:
        probe(path)
    assert caught.value.verdict == "incomplete"


def test_a_lost_end_is_reported_and_the_rest_is_used(clips: Path, tmp_path: Path) -> None:
    front, path = tmp_path / "front.mp4", tmp_path / "cut.mp4"
    ffmpeg("-i", clips / "pan.mp4", "-c", "copy", "-movflags", "+faststart", front)
    whole = front.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    _, ending = watch(path)
    assert ending.verdict == "partial" and "end is missing" in ending.reason
    assert 0 < ending.duration_s < Fraction(5, 2)


def test_a_pipe_in_the_folder_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pipe.mp4"
    os.mkfifo(path)
    with pytest.raises(MediaError, match="not an ordinary file"):
        probe(path)


def test_the_same_content_has_the_same_fingerprint_under_any_name(tmp_path: Path) -> None:
    first, second, other = (tmp_path / n for n in ("a", "b", "c"))
    body = os.urandom(5_000_000)
    first.write_bytes(body)
    second.write_bytes(body)
    other.write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    assert fingerprint(first) == fingerprint(second) != fingerprint(other)


def test_a_child_that_hangs_is_ended_and_named() -> None:
    begun = time.monotonic()
    command = [sys.executable, "-c", "import time; print('x', flush=True); time.sleep(60)"]
    with Child(command, limits=Limits(quiet_s=0.5)) as child, pytest.raises(WorkerFailed) as caught:
        child.run()
    assert time.monotonic() - begun < 5
    assert "said nothing" in str(caught.value) and caught.value.command == command


def test_a_child_cannot_take_more_memory_or_disk_than_allowed(tmp_path: Path) -> None:
    greedy = [sys.executable, "-c", "bytearray(1 << 31)"]
    with Child(greedy, limits=Limits(memory=1 << 29)) as child, pytest.raises(WorkerFailed) as got:
        child.run()
    assert "MemoryError" in got.value.tail
    out = tmp_path / "big"
    writes = [sys.executable, "-c", f"open({str(out)!r}, 'wb').write(bytes(1 << 21))"]
    with Child(writes, limits=Limits(file_size=1 << 20)) as child, pytest.raises(WorkerFailed):
        child.run()
    assert out.stat().st_size <= 1 << 20


@pytest.mark.skipif(not sandbox.no_network(), reason="this system does not cut the network off")
def test_a_child_has_no_network() -> None:
    code = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"
    with Child([sys.executable, "-c", code]) as child, pytest.raises(WorkerFailed) as caught:
        child.run()
    assert "unreachable" in caught.value.tail


EXPECTED = {
    "zero_bytes.mp4": "empty",
    "text_renamed.mp4": "not-media",
    "playlist_inside.mp4": "not-media",
    "truncated_no_index.mp4": "incomplete",
    "truncated_tail.mp4": "partial",
    "corrupt_middle.mp4": "partial",
}


def test_every_broken_file_gets_the_status_it_deserves(broken_footage: Path) -> None:
    got = {}
    for path in sorted(broken_footage.iterdir()):
        if path.name == "README.md":
            continue
        try:
            got[path.name] = watch(path, width_px=64, still_px=0)[1].verdict
        except MediaError as error:
            got[path.name] = error.verdict
    assert len(got) == 20
    assert got == {name: EXPECTED.get(name, "ok") for name in got}
