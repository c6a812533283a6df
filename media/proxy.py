"""A small copy that every browser plays, on the presentation timeline of its source."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from media import command, filters
from media.encode import AAC, TAGGED, h264
from media.finish import finished
from media.probe import probe
from media.sandbox import Child, Limits
from media.values import Cancel, Probe

LIMITS = Limits(quiet_s=120.0)
MOST_RATE = Fraction(60)
CRF = 26


def proxy(path: Path, out: Path, *, height_px: int = 540, cancel: Cancel | None = None) -> Path:
    """Write an H.264/AAC MP4 of at most `height_px` and say where. Raises MediaError, Cancelled.

    A second of the proxy is that second of the source: a picture that starts late shows its
    first frame until then, gaps in the sound are silent.
    """
    found = probe(path)
    graph, mapped = _graph(found, height_px)
    with finished(out) as temporary:
        arguments = [*mapped, *TAGGED, "-map_metadata", "-1", "-f", "mp4"]
        made = command.ffmpeg(
            [command.Input(path)], temporary, graph=graph, arguments=arguments, progress=True
        )
        files = filters.tables(found.video)
        with Child(made, limits=LIMITS, cancel=cancel, files=files) as child:
            child.run()
    return out


def _graph(found: Probe, height_px: int) -> tuple[str, list[str]]:
    chains, mapped = [], []
    if found.video is not None:
        video = found.video
        rate = min(max(video.rate, Fraction(1)), MOST_RATE).limit_denominator(100_000)
        share = min(1.0, height_px / video.height)
        size = filters.even(video.width * share), filters.even(video.height * share)
        timing = filters.timed(Fraction(0), Fraction(1), rate)
        chains.append(f"[0:{video.index}]{timing},{filters.scaled(video, size)}[v]")
        mapped += ["-map", "[v]", *h264(rate, crf=CRF, threads=2)]
    if found.audio is not None:
        chains.append(f"[0:{found.audio.index}]aresample=48000:async=1:first_pts=0[a]")
        mapped += ["-map", "[a]", *AAC]
    return ";".join(chains), mapped
