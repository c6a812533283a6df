"""What generated clips show, how they join, and what they cost."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from statistics import mean, median

import numpy as np
import torch

from benchmarks._clips import Bench, Read
from benchmarks._networks import Line
from generator.autoencoder import TIME
from generator.dataset import RATES
from generator.grammar import describe
from generator.judge import motion_of
from generator.judging import figures, speed
from generator.judging.examples import COMPARE_WITH
from generator.judging.train import illegible
from generator.scenes.params import LEVELS, SceneParams
from generator.values import Condition, Frames, ShotRequest

JOINS, GIVEN = 6, 4  # clips joined, frames given at each end
SLIDES, SEEDS = 4, 4
ELSEWHERE = COMPARE_WITH + 1_000_000  # numbers of clips that only serve as neighbours


def percent(share: float) -> str:
    return f"{share:.1%}"


def attributes(bench: Bench) -> list[Line]:
    """Scene, palette and motion as the judge reads them, with what bounds them from above."""
    sources = {"painted": bench.real, "rebuilt": bench.rebuilt, "made": bench.made}
    shares = {name: bench.shares(read) for name, read in sources.items()}
    lines = [
        Line(
            f"{what} read as asked", percent(shares["made"][n]),
            f"painted {percent(shares['painted'][n])}, rebuilt {percent(shares['rebuilt'][n])}",
            "90%", shares["made"][n] >= 0.9,
        )
        for n, what in enumerate(("scene", "palette", "motion"))
    ]  # fmt: skip
    means = {name: mean(three) for name, three in shares.items()}
    beside = f"painted {percent(means['painted'])}, rebuilt {percent(means['rebuilt'])}"
    made = means["made"]
    lines.append(Line("mean of the three", percent(made), beside, "90%", made >= 0.9))
    shares["chosen"] = bench.shares(bench.chosen)
    scene, palette, motion = (percent(share) for share in shares["chosen"])
    lines.append(
        Line(
            "as given to a creator, chosen by this judge", percent(mean(shares["chosen"])),
            f"scene {scene}, palette {palette}, motion {motion};"
            f" {bench.takes / len(bench.asked):.1f} takes a shot",
        )
    )  # fmt: skip
    blind = f"{bench.told.count(False)} of {len(bench.told)} clips"
    left_out = Line("left out of motion: camera cannot be told", blind, illegible(bench.judge))
    return [*lines, left_out, by_speed(bench)]


def by_speed(bench: Bench) -> Line:
    """Motion read as asked for slow, medium and fast cameras: what stirs inside a scene often
    moves as fast as a slow camera does, so that nobody could tell."""

    def shares(read: Read) -> str:
        right = [motion for _, _, motion in read.agreements(bench.asked)]
        moving = [
            [own for own, told, params in zip(right, bench.told, bench.asked, strict=True)
             if told and params.camera_speed == speed and motion_of(params.camera) != "still"]
            for speed in LEVELS
        ]  # fmt: skip
        return ", ".join(f"{sum(one) / len(one):.0%}" if one else "none" for one in moving)

    return Line("motion of slow, medium, fast cameras", shares(bench.made),
                f"painted {shares(bench.real)}")  # fmt: skip


def distances(bench: Bench) -> Line:
    """Frechet distance of generated clips to painted ones, and of painted ones to each other."""
    other = bench.other.features
    found, rebuilt, floor = (
        figures.frechet(read.features, other) for read in (bench.made, bench.rebuilt, bench.real)
    )
    return Line(
        f"Frechet distance, {len(other)} clips", f"{found:.2f}",
        f"two painted halves {floor:.2f}, rebuilt {rebuilt:.2f}",
    )  # fmt: skip


def neighbours(bench: Bench, number: int) -> tuple[SceneParams, Frames, Frames]:
    """Two painted clips of one description: what comes before a hole and what after."""
    params = bench.asked[number]
    a, b = (bench.painted(ELSEWHERE + 2 * number + n, params=params) for n in (0, 1))
    return params, a, b


def conditions_kept(bench: Bench) -> list[Line]:
    """PSNR of given frames in the shot as the networks made it, before they are put back."""
    lines = []
    for frames, name in ((1, "one given picture"), (GIVEN, f"{GIVEN} given frames")):
        kept, bound = [], []
        for number in range(min(JOINS, len(bench.asked))):
            params, clip, _ = neighbours(bench, number)
            given = Condition(clip[:frames], Fraction(0))
            request = replace(bench.request(params, number), conditions=(given,))
            shot = bench.shoot(request, placed=False)
            kept.append(figures.psnr(shot[:frames], clip[:frames]))
            back = bench.rebuild(clip[:frames], given=True)
            bound.append(figures.psnr(back, clip[:frames]))
        found = mean(kept)
        lines.append(
            Line(f"{name} kept", f"{found:.1f} dB", f"autoencoder alone {mean(bound):.1f} dB",
                 "30 dB", found >= 30)
        )  # fmt: skip
    return lines


def seams(bench: Bench) -> list[Line]:
    """How much larger than usual the steps are where generated frames meet given ones."""
    lines = []
    for name, loop in (("loop made from a clip", True), ("join of two clips", False)):
        found, hard = [], []
        for number in range(min(JOINS, len(bench.asked))):
            params, a, b = neighbours(bench, number)
            tail, head = a[-GIVEN:], (a if loop else b)[:GIVEN]
            shot = bench.shoot(joined(bench.request(params, number), tail, head))
            found.append(max(figures.seam_ratio(shot, at) for at in (GIVEN, len(shot) - GIVEN)))
            cut = np.concatenate((a[len(a) // 2 :], (a if loop else b)[: len(a) // 2]))
            hard.append(figures.seam_ratio(cut, len(a) - len(a) // 2))
        ratio = median(found)
        lines.append(
            Line(f"{name}, seam", f"{ratio:.2f}", f"worst {max(found):.2f}, bare cut "
                 f"{median(hard):.2f}", "at most 1.5", ratio <= 1.5)
        )  # fmt: skip
    return [*lines, free_loop(bench)]


def joined(request: ShotRequest, tail: Frames, head: Frames) -> ShotRequest:
    """The request with what goes before and after it given."""
    end = (request.frame_count - len(head)) / request.rate
    return replace(request, conditions=(Condition(tail, Fraction(0)), Condition(head, end)))


def free_loop(bench: Bench) -> Line:
    """The last-to-first step of loops from words alone."""
    found, open_ends = [], []
    for number in range(min(JOINS, len(bench.asked))):
        request = bench.request(bench.asked[number], number)
        found.append(figures.loop_ratio(bench.shoot(replace(request, loop=True))))
        open_ends.append(figures.loop_ratio(bench.made.clips[number]))
    ratio = median(found)
    return Line(
        "loop from words, seam", f"{ratio:.2f}", f"no loop asked for {median(open_ends):.2f}",
        "at most 1.5", ratio <= 1.5,
    )  # fmt: skip


def long_shots(bench: Bench, shots: int = 6) -> Line:
    """The change of luma over a shot that slides on four times past what was trained.

    Each slide takes over the end of the window before it; see `generator.work.windows`. The
    median of the shots: a light that pulses, as leaks do, changes without drifting.
    """
    trained = bench.pipeline.trained
    latents = trained.latents + SLIDES * (trained.latents - trained.overlap)
    duration_s = latents * TIME / min(RATES)
    made, painted = [], []
    for number in range(min(shots, len(bench.asked))):
        params = bench.asked[number]
        long = replace(bench.request(params, number), duration_s=duration_s)
        made.append(max(map(abs, figures.drift(bench.shoot(long), SLIDES))))
        film = bench.painted(COMPARE_WITH + number, params=params, frames=long.frame_count)
        painted.append(max(map(abs, figures.drift(film, SLIDES))))
    drift = median(made)
    return Line(
        f"luma drift over {SLIDES} slides", percent(drift),
        f"mean {percent(mean(made))}, worst {percent(max(made))}, painted "
        f"{percent(median(painted))}", "under 3%", drift < 0.03,
    )  # fmt: skip


def flickers(bench: Bench) -> list[Line]:
    """Swing of patches, how much changes at all from frame to frame, and whether a grid shows."""
    lines = []
    for name, unit, figure in (
        ("flicker", " levels", figures.flicker),
        ("usual step from frame to frame", " levels",
         lambda clip: float(np.median(figures.steps(clip)))),
        ("blocking: step across 16 px borders over inside", "", figures.blocking),
    ):  # fmt: skip
        made, real, rebuilt = (
            median(figure(clip) for clip in read.clips)
            for read in (bench.made, bench.real, bench.rebuilt)
        )
        beside = f"painted {real:.2f}, rebuilt {rebuilt:.2f}"
        lines.append(Line(name, f"{made:.2f}{unit}", beside))
    return lines


def variety(bench: Bench) -> Line:
    """How different the clips of one prompt are across seeds, beside painted ones."""
    ratios, pixels = [], []
    for number in range(min(3, len(bench.asked))):
        params = bench.asked[number]
        made = bench.read([bench.shoot(bench.request(params, 900 + s)) for s in range(SEEDS)])
        real = bench.read([
            bench.painted(ELSEWHERE + 500 + s, params=params) for s in range(SEEDS)
        ])  # fmt: skip
        ratios.append(figures.diversity(made.features) / figures.diversity(real.features))
        pixels.append(apart(made) / max(apart(real), 1e-6))
    return Line(
        f"variety over {SEEDS} seeds, share of painted", percent(mean(ratios)),
        f"in pixels {percent(mean(pixels))}",
    )  # fmt: skip


def apart(read: Read) -> float:
    """Mean distance of clips in pixels."""
    return figures.diversity(
        torch.from_numpy(np.stack(read.clips)).flatten(1).float()
    )  # fmt: skip


def repeated(bench: Bench) -> Line:
    """Whether the same request gives the same bytes, and another seed others."""
    request = bench.request(bench.asked[0], 0)
    first, again = bench.shoot(request), bench.shoot(request)
    other = bench.shoot(replace(request, seed=1))
    same, differs = bool((first == again).all()), bool((first != other).any())
    return Line(
        "same seed", "same bytes" if same else "other bytes",
        "another seed: others" if differs else "another seed: the same", "same bytes",
        same and differs,
    )  # fmt: skip


def few_steps(bench: Bench) -> Line:
    """The accuracy lost with few steps."""
    o = bench.options
    full, few = (mean(bench.shares(read)) for read in (bench.made, bench.made_in_few))
    request = replace(bench.request(bench.asked[0], 0), seed=77)
    spent = [
        speed.cost(lambda n=n: bench.shoot(replace(request, steps=n)), o.device).busy_s  # type: ignore[misc]
        for n in (o.few_steps, o.steps)
    ]
    return Line(
        f"{o.few_steps} steps beside {o.steps}", f"{100 * (few - full):+.1f} points",
        f"{percent(few)} in {spent[0]:.1f} s, {percent(full)} in {spent[1]:.1f} s",
        "-3 points", few >= full - 0.03,
    )  # fmt: skip


def speeds(bench: Bench) -> list[Line]:
    """Seconds for a full clip, and the share of the machine's product rate it reaches."""
    o = bench.options
    width, height, frames = o.full_size
    request = ShotRequest(
        describe(bench.asked[0]), duration_s=Fraction(frames, 25), width=width, height=height,
        rate=Fraction(25), seed=3, steps=o.steps, guidance=o.guidance,
    )  # fmt: skip
    one, two = (
        speed.operations(lambda n=n: bench.shoot(replace(request, steps=n)))  # type: ignore[misc]
        for n in (1, 2)
    )
    total = one + (o.steps - 1) * (two - one)
    peak = speed.matmul_rate(torch.bfloat16, o.device)
    spent = speed.cost(lambda: bench.shoot(request), o.device)
    rate = total / spent.busy_s
    return [
        Line(
            f"{width}x{height}, {frames} frames, {o.steps} steps, guidance {o.guidance:g}",
            f"{spent.wall_s:.1f} s", f"{spent.busy_s:.1f} s of processor, {total / 1e12:.2f} TFLOP",
        ),
        Line(
            "share of the bf16 product rate", percent(rate / peak),
            f"{rate / 1e9:.0f} of {peak / 1e9:.0f} GFLOP/s", "35%", rate / peak >= 0.35,
        ),
    ]  # fmt: skip
