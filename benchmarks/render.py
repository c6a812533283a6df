"""One film rendered by us, by one hand-written ffmpeg graph and by MoviePy, side by side.

Fifteen clips, a minute, five crossfades and a title at 1280x720, out of real clips where there
are some and made ones where not. Everybody encodes with the same x264 settings.
"""

from __future__ import annotations

import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
from rich.table import Table

from media import titles
from media.command import executable
from media.encode import AAC, h264
from media.probe import probe
from media.render import render
from media.values import Film, PartSource, RenderPart, RenderTitle

FOOTAGE = Path(__file__).resolve().parents[2] / "shared" / "footage"
SIZE, RATE = (1280, 720), Fraction(25)
CLIPS, FRAMES, FADE = 15, 1500, 20
FADED = (1, 4, 7, 10, 13)  # the parts that fade into the next one
TRIMMED = 7
TITLE = RenderTitle("A day by the sea", Fraction(1), Fraction(5))


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took, children counted; `failed` says why there is nothing to compare."""

    wall_s: float = 0.0
    cpu_s: float = 0.0
    failed: str = ""


def benchmark() -> Table:
    """CPU and wall seconds, and their ratio to the ffmpeg graph of the same run."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        film = made_film(sources(work))
        floor = cost(lambda: graph(film, work / "graph.mp4"))
        rows = ours(film, work)
        rows["MoviePy (a third of it, scaled)"] = moviepy_cost(film, work / "moviepy.mp4")
        table = Table(title=f"Render: {CLIPS} clips, {FRAMES / RATE} s, {len(FADED)} crossfades")
        for heading in ("what", "wall s", "CPU s", "x wall", "x CPU", "target"):
            table.add_column(heading, justify="left" if heading == "what" else "right")
        aims = ("at most 1.1 x", "", "at most 0.15 x", "at least 3 x")
        add(table, "one ffmpeg graph", floor, floor, "")
        for (what, spent), aim in zip(rows.items(), aims, strict=True):
            add(table, what, spent, floor, aim)
        copied, copying = copies(work)
        add(table, "ffmpeg stream copy of a key-frame cut", copying, copying, "")
        add(table, "the same cut by us", copied, copying, "at most 1.2 x")
    return table


def add(table: Table, what: str, spent: Cost, floor: Cost, aim: str) -> None:
    """One row; the ratios are to `floor`."""
    if spent.failed:
        table.add_row(what, spent.failed, "", "", "", aim)
        return
    walls, cpus = spent.wall_s / floor.wall_s, spent.cpu_s / floor.cpu_s
    figures = (f"{spent.wall_s:.2f}", f"{spent.cpu_s:.2f}", f"{walls:.2f}", f"{cpus:.2f}")
    table.add_row(what, *figures, aim)


def cost(work: Callable[[], object]) -> Cost:
    """Wall and CPU seconds of `work`, with the processes it starts."""
    began, spent = time.perf_counter(), cpu_s()
    try:
        work()
    except (OSError, RuntimeError, ValueError, subprocess.CalledProcessError) as error:
        return Cost(failed=f"failed: {str(error)[:60]}")
    return Cost(time.perf_counter() - began, cpu_s() - spent)


def cpu_s() -> float:
    """CPU seconds of this process and of the children it has waited for."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, kinds))


def ours(film: Film, work: Path) -> dict[str, Cost]:
    """Our first render, the same again, and again after one trim beside a crossfade."""
    parts = list(film.parts)
    parts[TRIMMED] = replace(parts[TRIMMED], frames=parts[TRIMMED].frames - 10)
    trimmed = replace(film, parts=tuple(parts))
    out, cache = work / "ours.mp4", work / "cache"
    return {
        "ours, first": cost(lambda: render(film, out, cache=cache)),
        "ours, nothing changed": cost(lambda: render(film, out, cache=cache)),
        "ours, after one trim": cost(lambda: render(trimmed, out, cache=cache)),
    }


def sources(work: Path) -> list[Path]:
    """Fifteen clips of more than six seconds with sound: real ones as far as they go."""
    found = []
    for path in sorted(FOOTAGE.glob("*.[mM][pP]4")) if FOOTAGE.is_dir() else []:
        known = probe(path)
        long = (known.claimed_duration_s or 0) > 6
        if known.video and known.audio and long and moviepy_opens(path):
            found.append(path)
    return (found or [made_clip(work, n) for n in range(CLIPS)])[:CLIPS]


def moviepy_opens(path: Path) -> bool:
    """Whether MoviePy can read the clip at all; it has no part in the film otherwise."""
    from moviepy import VideoFileClip

    try:
        VideoFileClip(str(path)).close()
    except (OSError, ValueError, KeyError, IndexError):
        return False
    return True


def made_clip(work: Path, number: int) -> Path:
    """Eight seconds that move and hiss, different for each number."""
    out = work / f"made-{number}.mp4"
    picture = f"testsrc2=s=1920x1080:r=25:d=8,hue=h={number * 24},noise=alls=10:allf=t"
    run(
        "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"sine={220 + 40 * number}:d=8",
        *h264(RATE), *AAC, str(out),
    )  # fmt: skip
    return out


def run(*arguments: str) -> None:
    """The bundled ffmpeg on files of our own. Raises CalledProcessError."""
    command = [executable(), "-y", "-nostdin", "-loglevel", "error", *arguments]
    subprocess.run(command, check=True)


def made_film(paths: list[Path]) -> Film:
    """The film out of `paths`, used in turn."""
    whole, parts = FRAMES + FADE * len(FADED), []
    for place in range(CLIPS):
        frames = whole * (place + 1) // CLIPS - whole * place // CLIPS
        source = PartSource(paths[place % len(paths)], Fraction(1), 1 + frames / RATE)
        fade = FADE if place in FADED else 0
        parts.append(RenderPart(source, frames, fade_out_frames=fade))
    return Film(*SIZE, RATE, tuple(parts), (TITLE,))


def graph(film: Film, out: Path) -> None:
    """The film by one command, as somebody who knows ffmpeg would write it."""
    from PIL import Image

    words, left, top = titles.draw(TITLE, SIZE)
    Image.fromarray(words).save(out.with_suffix(".png"))
    inputs: list[str] = []
    chains = []
    for place, part in enumerate(film.parts):
        inputs += ["-ss", "1", "-t", f"{float(part.frames / RATE):.3f}", "-i"]
        inputs.append(str(part.source.path))
        chains.append(
            f"[{place}:v]fps=25,scale=1280:720:force_original_aspect_ratio=decrease"
            f":out_color_matrix=bt709:out_range=tv,pad=1280:720:-1:-1,format=yuv420p,setsar=1,"
            f"tpad=stop_mode=clone:stop_duration=9,trim=end_frame={part.frames},settb=1/25[v{place}]"
        )
        chains.append(
            f"[{place}:a]aresample=48000,aformat=channel_layouts=stereo,"
            f"apad,atrim=duration={float(part.frames / RATE):.3f}[a{place}]"
        )
    chains += joined(film)
    inputs += ["-loop", "1", "-t", "4", "-i", str(out.with_suffix(".png"))]
    chains.append(
        f"[{len(film.parts)}:v]format=rgba,fade=in:d=0.4:alpha=1,fade=out:st=3.6:d=0.4:alpha=1,"
        f"setpts=PTS+1/TB[t];[v][t]overlay={left}:{top}:eof_action=pass[o]"
    )
    run(
        *inputs, "-filter_complex", ";".join(chains), "-map", "[o]", "-map", "[a]",
        *h264(RATE), *AAC, "-movflags", "+faststart", str(out),
    )  # fmt: skip


def joined(film: Film) -> list[str]:
    """The filters from [v0] [a0] ... to [v] and [a]: crossfades first, then one concat."""
    chains, runs, place = [], [], 0
    while place < len(film.parts):
        if film.parts[place].fade_out_frames:
            fade = float(FADE / RATE)
            offset = float(film.parts[place].frames / RATE) - fade
            chains.append(
                f"[v{place}][v{place + 1}]xfade=duration={fade}:offset={offset:.3f}[x{place}];"
                f"[a{place}][a{place + 1}]acrossfade=d={fade}[y{place}]"
            )
            runs.append(f"[x{place}][y{place}]")
            place += 1
        else:
            runs.append(f"[v{place}][a{place}]")
        place += 1
    return [*chains, f"{''.join(runs)}concat=n={len(runs)}:v=1:a=1[v][a]"]


def moviepy_cost(film: Film, out: Path) -> Cost:
    """What the first third of the clips costs MoviePy, scaled to the frames of all of them."""
    parts = film.parts[: CLIPS // 3]
    third = replace(film, parts=(*parts[:-1], replace(parts[-1], fade_out_frames=0)))
    spent = cost(lambda: moviepy_film(third, out))
    longer = float(Fraction(FRAMES, sum(p.frames - p.fade_out_frames for p in third.parts)))
    return replace(spent, wall_s=spent.wall_s * longer, cpu_s=spent.cpu_s * longer)


def moviepy_film(film: Film, out: Path) -> None:
    """The film by MoviePy, as its guide shows it."""
    from moviepy import CompositeVideoClip, ImageClip, VideoFileClip, vfx

    clips, at = [], Fraction(0)
    for place, part in enumerate(film.parts):
        length = part.frames / RATE
        clip = VideoFileClip(str(part.source.path)).subclipped(1, float(1 + length))
        clip = clip.resized(min(SIZE[0] / clip.w, SIZE[1] / clip.h)).with_position("center")
        if place and film.parts[place - 1].fade_out_frames:
            clip = clip.with_effects([vfx.CrossFadeIn(float(FADE / RATE))])
        clips.append(clip.with_start(float(at)))
        at += (part.frames - part.fade_out_frames) / RATE
    words, left, top = titles.draw(TITLE, SIZE)
    name = ImageClip(np.asarray(words), duration=4).with_start(1).with_position((left, top))
    whole = CompositeVideoClip([*clips, name], size=SIZE)
    whole.write_videofile(
        str(out), fps=25, codec="libx264", preset="veryfast", audio_codec="aac", logger=None,
        ffmpeg_params=["-crf", "18"], temp_audiofile=str(out.with_suffix(".m4a")),
    )  # fmt: skip
    for clip in clips:
        clip.close()


def copies(work: Path) -> tuple[Cost, Cost]:
    """Twenty seconds cut on key frames out of a clip of the film's own kind: ours, a copy."""
    source = work / "whole.mp4"
    run(
        "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=25:d=40,noise=alls=8:allf=t",
        "-f", "lavfi", "-i", "sine=d=40", *h264(RATE), "-sc_threshold", "0", *AAC, str(source),
    )  # fmt: skip
    cut = RenderPart(PartSource(source, Fraction(10), Fraction(30)), 500)
    film = Film(*SIZE, RATE, (cut,))
    mine = cost(lambda: render(film, work / "cut.mp4", cache=work / "cut-cache"))
    copy = ("-ss", "10", "-t", "20", "-i", str(source), "-c", "copy", "-movflags", "+faststart")
    return mine, cost(lambda: run(*copy, str(work / "copy.mp4")))
