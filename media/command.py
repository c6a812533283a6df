"""Every ffmpeg command of Roughcut is built here, so that its limits cannot be forgotten."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Demuxers that read one file and never follow a name written inside it. Playlists, concat
# scripts, image patterns and device formats are left out on purpose.
FORMATS = (
    "3g2,3gp,aac,ac3,aiff,amr,ape,asf,avi,caf,dv,eac3,flac,flv,gif,ivf,m4a,m4v,matroska,mj2,"
    "mov,mp3,mp4,mpeg,mpegts,mpegvideo,mxf,nut,ogg,rm,swf,tta,w64,wav,webm,wv,wtv"
)
MAX_PIXELS = 16384 * 16384 // 4  # 8K with room to spare; a claim above this is refused
MAX_STREAMS = 64


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a command: a real file, or our own raw bytes on standard input.

    `options` stand before `-i`. `ours` marks a file that Roughcut wrote itself; only those may
    use a demuxer outside the list (raw samples).
    """

    path: Path | None
    options: tuple[str, ...] = ()
    ours: str = ""  # the demuxer of a file of our own, "" for footage

    def arguments(self) -> list[str]:
        if self.path is None:
            return [*self.options, "-protocol_whitelist", "pipe", "-i", "pipe:0"]
        formats = self.ours or FORMATS
        limits = ["-protocol_whitelist", "file", "-format_whitelist", formats]
        limits += ["-max_pixels", str(MAX_PIXELS), "-max_streams", str(MAX_STREAMS)]
        return [*self.options, *limits, "-i", file_url(self.path)]


@functools.cache
def executable() -> str:
    """The bundled ffmpeg."""
    import imageio_ffmpeg

    return str(imageio_ffmpeg.get_ffmpeg_exe())


def file_url(path: Path) -> str:
    """`path` so that no dash, colon or protocol inside the name can be read as anything else."""
    return f"file:{path.resolve()}"


def ffmpeg(
    inputs: Sequence[Input],
    out: Path | None,
    *,
    graph: str = "",
    arguments: Sequence[str] = (),
    progress: bool = False,
) -> list[str]:
    """The whole argument list. `out` None writes to standard output (`-f` in `arguments`).

    graph: a `-filter_complex` text made of numbers and our own labels only; words of people
    reach a picture as drawn pixels, never through a filter.
    """
    command = [executable(), "-hide_banner", "-nostdin", "-loglevel", "error", "-y"]
    command += ["-filter_complex_threads", "2"] if graph else []
    command += ["-progress", "pipe:1", "-stats_period", "0.25"] if progress else []
    for item in inputs:
        command += item.arguments()
    command += ["-filter_complex", graph] if graph else []
    return [*command, *arguments, file_url(out) if out else "pipe:1"]
