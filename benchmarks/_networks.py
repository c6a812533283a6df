"""The networks by themselves: flow loss, autoencoder, and whether cut clips decode alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks._clips import Bench
from generator.autoencoder import SPACE, VideoAutoencoder, blocks_of, principal, psnr
from generator.conditioning import to_unit
from generator.dataset import make_latents
from generator.refine import refined
from generator.training.autoencoder import seen_by_pca
from generator.training.dit import dit_loss
from generator.training.run import Run

LOSS_CLIPS, LOSS_SEED = 32, 700  # a seed that no training uses
FOOTAGE_FRAMES, FOOTAGE_EDGE, MOST_FOOTAGE = 12, 256, 24
VIDEO = {".mp4", ".mov", ".mkv", ".avi", ".webm"}


@dataclass(frozen=True, slots=True)
class Line:
    """One figure. met: whether it reaches its aim, None where it has none."""

    figure: str
    found: str
    beside: str = ""
    aim: str = ""
    met: bool | None = None


def training_run(bench: Bench) -> Run:
    """A run that would train these weights; nothing is written."""
    o = bench.options
    size = bench.pipeline.config.size
    return Run(size, o.weights, 0, o.device, o.scenes, say=lambda _: None)


@torch.no_grad()
def flow_losses(bench: Bench, run: Run) -> list[Line]:
    """The flow loss of each stage's shape, on clips that no training saw."""
    lines = []
    for stage in run.plan.stages:
        few = replace(stage, clips=LOSS_CLIPS * (4 if stage.frames == 1 else 1))
        held = make_latents(
            few, bench.pipeline.autoencoder.encode, seed=LOSS_SEED, device=bench.options.device,
            scenes=bench.options.scenes, say=run.say,
        )  # fmt: skip
        total, count = 0.0, 0
        for seconds in sorted(set(held.seconds)):
            rows = [n for n, own in enumerate(held.seconds) if own == seconds]
            for at in range(0, len(rows), 8):
                some = rows[at : at + 8]
                random = torch.Generator().manual_seed(at)
                data = held.data[some].float().to(bench.options.device)
                words = [held.captions[n] for n in some]
                with run.autocast():
                    loss = dit_loss(bench.pipeline.dit, data, (words, seconds), random)
                total, count = total + float(loss) * len(some), count + len(some)
        shape = f"{stage.width}x{stage.height}, {stage.frames} frames"
        lines.append(Line(f"flow loss, {shape}", f"{total / count:.3f}", f"{count} clips"))
    return lines


@torch.no_grad()
def autoencoder_lines(bench: Bench, run: Run) -> list[Line]:
    """PSNR of painted and of real clips, as given frames are held (`generator.refine`).

    Beside it one pass of the encoder, and a PCA of the same blocks with as many numbers.
    """
    middle, basis = principal(blocks_of(seen_by_pca(run)), run.model.channels)

    def compared(name: str, clips: list[Tensor], aim_db: float) -> Line:
        network = bench.pipeline.autoencoder

        def after(latents: Callable[[VideoAutoencoder, Tensor], Tensor]) -> float:
            with bench.pipeline.autocast():  # as a shot is made
                backs = [network.decode(latents(network, one), one.shape[2]) for one in clips]
            return psnr_of([
                (back.float().clamp(-1, 1), one) for back, one in zip(backs, clips, strict=True)
            ])  # fmt: skip

        own, once = after(refined), after(VideoAutoencoder.encode)
        rows = [blocks_of(one) for one in clips]
        floor = psnr_of([((row - middle) @ basis @ basis.T + middle, row) for row in rows])
        return Line(
            f"autoencoder, {name}", f"{own:.2f} dB", f"PCA {floor:.2f} dB, one pass {once:.2f} dB",
            f"PCA + {aim_db:g} dB", own >= floor + aim_db,
        )  # fmt: skip

    whole = bench.options.frames // 4 * 4
    painted = [to_unit(clip[:whole]) for clip in bench.real.clips[:24]]
    lines = [compared("painted clips", painted, 2.0)]
    filmed = footage_clips(bench.options.footage)
    if filmed:
        lines.append(compared(f"{len(filmed)} camera clips", filmed, 0.0))
    else:
        lines.append(Line("autoencoder, camera clips", "left out", "no footage folder here"))
    return lines


def psnr_of(pairs: list[tuple[Tensor, Tensor]]) -> float:
    """PSNR over all numbers of all pairs together."""
    return psnr(*(torch.cat([pair[n].flatten() for pair in pairs]) for n in (0, 1)))


def footage_clips(folder: Path | None) -> list[Tensor]:
    """A few frames from the middle of each readable video of `folder`, small and cut to blocks."""
    if folder is None or not folder.is_dir():
        return []
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in VIDEO)
    every = max(1, len(files) // MOST_FOOTAGE)
    found = (_from_the_middle(file) for file in files[::every][:MOST_FOOTAGE])
    return [clip for clip in found if clip is not None]


def _from_the_middle(file: Path) -> Tensor | None:
    """(1, 3, FOOTAGE_FRAMES, h, w), or None where so many frames cannot be read."""
    import cv2

    video = cv2.VideoCapture(str(file))
    count = int(video.get(cv2.CAP_PROP_FRAME_COUNT))
    video.set(cv2.CAP_PROP_POS_FRAMES, max(0, count // 2 - FOOTAGE_FRAMES))
    frames = []
    while len(frames) < FOOTAGE_FRAMES:
        good, picture = video.read()
        if not good:
            return None
        frames.append(torch.from_numpy(picture[..., ::-1].copy()))
    video.release()
    clip = torch.stack(frames).permute(0, 3, 1, 2).float() / 127.5 - 1
    share = min(1.0, FOOTAGE_EDGE / max(clip.shape[2:]))
    h, w = (max(SPACE, round(edge * share) // SPACE * SPACE) for edge in clip.shape[2:])
    small = F.interpolate(clip, (h, w), mode="bilinear", antialias=True)
    return small.transpose(0, 1)[None]


@torch.no_grad()
def chunked(bench: Bench) -> Line:
    """Whether a clip decoded in two goes, and one frame at a time, is the same to the bit."""
    network = bench.pipeline.autoencoder
    latents = network.encode(to_unit(bench.real.clips[0]).to(bench.options.device))
    whole = network.decode(latents)
    memory: dict[int, Tensor] = {}
    cut = latents.shape[2] // 2 + 1
    parts = [*network.stream(latents[:, :, :cut], memory),
             *network.stream(latents[:, :, cut:], memory)]  # fmt: skip
    apart = float((torch.cat(parts, 2) - whole).abs().max())
    return Line(
        "decoded in two goes", "same bits" if apart == 0 else f"{apart:.1e} apart",
        "", "same bits", apart == 0,
    )  # fmt: skip
