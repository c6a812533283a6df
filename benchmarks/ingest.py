"""What watching footage costs, beside ffmpeg's bare decoding and beside the way of LAVE.

LAVE (Wang et al. 2024) decodes every frame with OpenCV, takes one for each second, embeds each
caption by itself and adds it to Chroma by itself; its captioning network is left out here, a short
line stands for it. The clips are a spread part of those in ../shared/footage, all of them with
ROUGHCUT_BENCH_ALL=1, or made ones where that folder is absent.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import imageio_ffmpeg
from rich.table import Table

from index.analyse import analyse
from index.embed import embedder
from index.ingest import ingest
from media.decode import LIMITS, decode
from media.probe import probe
from media.standing import Standing
from project.settings import Settings
from project.store import Project

SHARED = Path(__file__).resolve().parents[2] / "shared" / "footage"
VIDEO = {".mp4", ".mov", ".mkv", ".avi", ".webm"}
MADE, MADE_S = 6, 10
EVERY = 4  # of the clips in order of size, one of so many, from the middle of each lot
ALL = "ROUGHCUT_BENCH_ALL"


def benchmark(folder: Path = SHARED) -> Table:
    """Processor and wall seconds for each way over the same clips, in the same run."""
    with tempfile.TemporaryDirectory() as scratch:
        room = Path(scratch)
        if not folder.is_dir():
            folder = made(room)
        clips = chosen(folder)
        embedder(Settings()).embed(["warm"])  # neither way pays for loading the text network
        table = Table(title=f"Ingest of {len(clips)} clips")
        for heading in ("what", "CPU s", "wall s", "beside decoding"):
            table.add_column(heading, justify="left" if heading == "what" else "right")
        ways: list[tuple[str, Callable[[], object]]] = [
            ("ffmpeg decode to null", lambda: floor(clips)),
            ("decode at analysis size", lambda: decoded(clips)),
            ("senses and shots", lambda: watched(clips, read_text=False)),
            ("senses, shots and screen text", lambda: watched(clips, read_text=True)),
            ("whole ingest", lambda: whole(clips, room)),
            ("LAVE's way, without its captioner", lambda: lave(clips, room)),
        ]
        least = 0.0
        for name, way in ways:
            cpu_s, wall_s = cost(way)
            least = least or cpu_s
            table.add_row(name, f"{cpu_s:.1f}", f"{wall_s:.1f}", f"{cpu_s / least:.2f} x")
    return table


def chosen(folder: Path) -> list[Path]:
    """The clips that are measured: a part with the large and the small ones, or all."""
    clips = sorted(p for p in folder.iterdir() if p.suffix.lower() in VIDEO)
    if os.environ.get(ALL) or len(clips) <= 2 * EVERY:
        return clips
    return sorted(sorted(clips, key=lambda p: p.stat().st_size)[EVERY // 2 :: EVERY])


def cost(work: Callable[[], object]) -> tuple[float, float]:
    """(CPU s of this process and of the children it waited for, wall s) of `work`."""
    before, began = cpu_s(), time.perf_counter()
    work()
    return cpu_s() - before, time.perf_counter() - began


def cpu_s() -> float:
    """Processor seconds so far, user and system."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(use.ru_utime + use.ru_stime for use in map(resource.getrusage, kinds))


def floor(clips: list[Path]) -> None:
    """ffmpeg decodes everything and throws it away."""
    for path in clips:
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "quiet",
                   "-threads", "2", "-i", str(path.absolute()), "-f", "null", "-"]  # fmt: skip
        subprocess.run(command, check=True)


def decoded(clips: list[Path]) -> None:
    """Our one pass, with nobody watching."""
    standing = Standing(LIMITS)
    for path in clips:
        found = probe(path, standing=standing)
        for _ in decode(path, found, still_px=0, standing=standing):
            pass
    standing.close()


def watched(clips: list[Path], *, read_text: bool) -> None:
    """Every analyser over every clip."""
    standing = Standing(LIMITS)
    for path in clips:
        analyse(path, read_text=read_text, standing=standing)
    standing.close()


def whole(clips: list[Path], room: Path) -> None:
    """A folder with these clips into a fresh project, ready to be searched."""
    folder = room / "chosen"
    folder.mkdir()
    for path in clips:
        shutil.copyfile(path, folder / path.name)
    with Project.create(room / "project", Settings()) as project:
        ingest(project, [folder])


def lave(clips: list[Path], room: Path) -> None:
    """Each frame decoded, one kept for each second, each caption embedded and added alone."""
    import chromadb
    import cv2

    client = chromadb.PersistentClient(
        str(room / "lave"), settings=chromadb.Settings(anonymized_telemetry=False)
    )
    seconds = client.create_collection("seconds")
    embed = embedder(Settings()).embed
    for path in clips:
        capture = cv2.VideoCapture(str(path))
        rate, number = capture.get(cv2.CAP_PROP_FPS) or 25.0, 0
        taken = -1
        while capture.read()[0]:
            second = int(Fraction(number) / Fraction(rate))
            if second > taken:
                taken = second
                text = f"second {second} of {path.stem}"
                seconds.add(
                    ids=[f"{path.name}-{second}"], embeddings=embed([text]), documents=[text]
                )
            number += 1
        capture.release()


def made(room: Path) -> Path:
    """A folder of made clips, 1280x720 with a tone."""
    folder = room / "clips"
    folder.mkdir()
    for number in range(MADE):
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-nostdin", "-loglevel", "error",
                   "-f", "lavfi", "-i", f"testsrc2=s=1280x720:r=30:d={MADE_S}",
                   "-f", "lavfi", "-i", f"sine={220 + 40 * number}:d={MADE_S}",
                   "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
                   "-c:a", "aac", str(folder / f"{number}.mp4")]  # fmt: skip
        subprocess.run(command, check=True)
    return folder
