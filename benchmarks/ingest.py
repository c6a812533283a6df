"""What watching footage costs layer by layer, beside ffmpeg's bare decoding and the way of LAVE.

One pass over the clips, as a worker makes it, with a clock around each analyser; what no analyser
spent is decoding. The networks are loaded before, as a worker does once. LAVE (Wang et al. 2024)
decodes every frame with OpenCV, takes one for each second, embeds each caption by itself and adds
it to Chroma by itself; its captioning network, which costs more than all else here, is left out, a
short line stands for it. The clips are a spread part of those in ../shared/footage, all of them
with ROUGHCUT_BENCH_ALL=1, or made ones where that folder is absent.
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
from typing import Any

import imageio_ffmpeg
import numpy as np
from rich.table import Table

from index.analyse import Crew, still_px, watch
from index.embed import embedder
from index.hearing import Voice
from index.ingest import ingest
from index.screen_text_reader import LineReader
from index.shots_network import chances
from index.watching import one_thread
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
LAYERS = {  # attribute of the crew that watches, in words
    "light": "light and colour",
    "motion": "motion",
    "shots": "shots",
    "faces": "faces",
    "hearing": "sound and speech",
    "text": "screen text",
}


def benchmark(folder: Path = SHARED) -> Table:
    """Processor seconds of each layer and of all up to it, over the same clips in one run."""
    one_thread()  # as in the workers that watch
    with tempfile.TemporaryDirectory() as scratch:
        room = Path(scratch)
        if not folder.is_dir():
            folder = made(room)
        clips = chosen(folder)
        loading_s = cost(load_networks)[0]
        least = cost(lambda: floor(clips))[0]
        layers, media_s = watched(clips)
        without_text = sum(watched(clips, read_text=False)[0].values())
        whole_s = cost(lambda: whole(clips, room))[0]
        layers["store, words, vectors, start of workers"] = whole_s - sum(layers.values())
        lave_s = cost(lambda: lave(clips, room))[0]
    table = Table(
        title=f"Ingest of {len(clips)} clips, {media_s:.0f} s; ffmpeg decodes in {least:.1f} CPU s",
        caption=f"a pass without screen text: {without_text / least:.2f} x;"
        f" LAVE's way without its captioner: {lave_s:.1f} CPU s, {lave_s / least:.2f} x,"
        f" {lave_s / whole_s:.2f} x the whole; networks loaded in {loading_s:.1f} CPU s",
    )
    for heading in ("layer", "CPU s", "x decode", "so far", "x decode", "media s a CPU s"):
        table.add_column(heading, justify="left" if heading == "layer" else "right")
    so_far = 0.0
    for name, spent in layers.items():
        so_far += spent
        table.add_row(name, f"{spent:.1f}", f"{spent / least:.2f}", f"{so_far:.1f}",
                      f"{so_far / least:.2f}", f"{media_s / so_far:.1f}")  # fmt: skip
    return table


def load_networks() -> None:
    """What a worker loads once, and the network of the text vectors."""
    chances(np.zeros((2, 27, 48, 3), np.uint8))
    Voice()
    LineReader().lines(np.full((64, 64, 3), 255, np.uint8), np.ones((4, 4), bool))
    embedder(Settings()).embed(["warm"])


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


class Timed:
    """An analyser with a clock around everything it is asked."""

    def __init__(self, inner: object, spent: dict[str, float], layer: str) -> None:
        self._inner, self._spent, self._layer = inner, spent, layer

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._inner, name)
        if not callable(member):
            return member

        def timed(*arguments: Any) -> Any:
            began = time.process_time()
            try:
                return member(*arguments)
            finally:
                self._spent[self._layer] += time.process_time() - began

        setattr(self, name, timed)
        return timed


def watched(clips: list[Path], *, read_text: bool = True) -> tuple[dict[str, float], float]:
    """CPU s of each layer over every clip, and how many seconds of media these are."""
    here = {name: layer for name, layer in LAYERS.items() if read_text or name != "text"}
    spent = {"decode, with stills": 0.0, **dict.fromkeys(here.values(), 0.0)}
    before, media_s, standing = cpu_s(), 0.0, Standing(LIMITS)
    for path in clips:
        found = probe(path, standing=standing)
        crew = Crew(read_text=read_text)
        for name, layer in here.items():
            setattr(crew, name, Timed(getattr(crew, name), spent, layer))
        crew.watchers = [getattr(crew, name) for name in here]
        events = decode(path, found, still_px=still_px(read_text), standing=standing)
        media_s += float(watch(events, found, crew).duration_s)
    standing.close()
    spent["decode, with stills"] = cpu_s() - before - sum(spent.values())
    return spent, media_s


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
