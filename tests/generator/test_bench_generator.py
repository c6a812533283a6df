"""The generator's figures on synthetic truth, and the whole benchmark on a tiny untrained model."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from benchmarks import _networks, _sheets, _shots
from benchmarks._clips import Bench, Options
from benchmarks.generator import benchmark, judge_for
from generator.autoencoder import VideoAutoencoder
from generator.checkpoint import save_config, save_weights
from generator.dit import DiT
from generator.judge import Judge
from generator.judging import figures, speed
from generator.pipeline import ShotPipeline
from generator.sizes import MODELS
from generator.values import Frames, ShotRequest

SCENES = ("clouds", "gradient")


def grey(*levels: float) -> Frames:
    """One even picture for each level."""
    flat = np.array(levels, np.float32).round().astype(np.uint8)
    return np.broadcast_to(flat[:, None, None, None], (len(levels), 32, 48, 3)).copy()


def test_ten_levels_off_everywhere_is_28_decibels() -> None:
    a = grey(100, 100)
    assert figures.psnr(a, a + np.uint8(10)) == pytest.approx(28.13, abs=0.01)
    assert figures.psnr(a, a) == float("inf")


def test_a_jump_of_eleven_usual_steps_is_a_seam_of_eleven() -> None:
    levels = [2.0 * n + (20 if n >= 6 else 0) for n in range(12)]
    assert figures.seam_ratio(grey(*levels), 6) == pytest.approx(11)
    assert figures.seam_ratio(grey(*levels), 3) == pytest.approx(1)
    with pytest.raises(ValueError, match="frames 1 to 11"):
        figures.seam_ratio(grey(*levels), 0)


def test_a_round_trip_loops_and_a_one_way_trip_does_not() -> None:
    there_and_back = [100 + 3 * min(n, 10 - n) for n in range(10)]
    assert figures.loop_ratio(grey(*there_and_back)) == pytest.approx(1)
    assert figures.loop_ratio(grey(*(3 * n for n in range(10)))) == pytest.approx(9)


def test_flicker_is_the_swing_and_an_even_fade_has_none() -> None:
    assert figures.flicker(grey(*(100 + 5 * (-1) ** n for n in range(9)))) == pytest.approx(5)
    assert figures.flicker(grey(*(4 * n for n in range(9)))) == pytest.approx(0, abs=1e-4)
    assert figures.flicker(grey(1, 200)) == 0


def test_a_grid_of_blocks_is_told_from_an_even_picture() -> None:
    columns = np.arange(64, dtype=np.uint8) * 2
    smooth = np.broadcast_to(columns[None, None, :, None], (2, 48, 64, 3)).copy()
    assert figures.blocking(smooth) == pytest.approx(1.05, abs=0.01)
    steps = np.arange(64) // 16 * 8
    stepped = smooth + steps.astype(np.uint8)[None, None, :, None]
    assert figures.blocking(stepped) == pytest.approx(5.25, abs=0.01)
    assert figures.blocking(grey(9, 9)) == 1


def test_drift_is_told_for_each_slide() -> None:
    shot = grey(*(level for level in (100, 103, 106, 97) for _ in range(5)))
    assert figures.drift(shot, 3) == pytest.approx([0.03, 0.06, -0.03], abs=1e-5)


def test_diversity_is_the_mean_distance_between_two() -> None:
    rows = torch.tensor([[0.0, 0.0], [3.0, 4.0], [0.0, 0.0]])
    assert figures.diversity(rows) == pytest.approx(10 / 3)
    assert figures.diversity(rows[:1]) == 0


def test_frechet_distance_knows_shifts_and_spreads() -> None:
    random = torch.Generator().manual_seed(1)
    a = torch.randn(4000, 6, generator=random)
    assert figures.frechet(a, a) == pytest.approx(0, abs=1e-4)
    assert figures.frechet(a, a + 2) == pytest.approx(6 * 4, rel=1e-3)
    assert figures.frechet(a, 3 * a) == pytest.approx(6 * 4, rel=0.1)


def test_shares_count_the_palette_among_right_scenes_only() -> None:
    right = [(True, True, True), (True, False, False), (False, True, False), (False, False, True)]
    assert figures.share_right(right) == (0.5, 0.5, 0.5)
    assert figures.share_right(right, [True, True, True, False]) == (0.5, 0.5, 1 / 3)


def test_operations_of_a_product_are_counted_and_the_machine_has_a_rate() -> None:
    a, b = torch.randn(8, 32), torch.randn(32, 16)
    assert speed.operations(lambda: a @ b) == 2 * 8 * 32 * 16
    q, k = torch.randn(2, 3, 10, 16), torch.randn(2, 3, 20, 16)
    with torch.no_grad():  # both products of attention, in whichever kernel
        seen = speed.operations(lambda: scaled_dot_product_attention(q, k, k))
    assert seen == 2 * 2 * (2 * 3 * 10 * 20 * 16)
    rate = speed.matmul_rate(torch.float32, at_least_s=0.1)
    assert 1e9 < rate < 1e14
    spent = speed.cost(lambda: torch.mm(a, b))
    assert 0 <= spent.busy_s < 1
    assert spent.wall_s > 0


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model and a judge, none of them trained."""
    folder = tmp_path_factory.mktemp("weights")
    config = MODELS["tiny"]
    torch.manual_seed(0)
    autoencoder, dit = VideoAutoencoder(config), DiT(config)
    torch.nn.init.normal_(dit.out.weight, std=0.02)
    save_config(folder, config)
    save_weights(folder, "autoencoder", autoencoder.state_dict())
    save_weights(folder, "dit", dit.state_dict())
    Judge(SCENES).save(folder)
    return folder


def tiny(folder: Path) -> Options:
    return Options(
        folder, SCENES, count=3, steps=2, few_steps=1, size=(48, 32), frames=8,
        full_size=(48, 32, 9),
    )  # fmt: skip


def opened(options: Options) -> Bench:
    return Bench(options, ShotPipeline.load(options.weights), Judge.load(options.weights))


def test_every_figure_stands_in_the_table_and_sheets_are_written(
    weights: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    written = tmp_path / "figures.json"
    asked = replace(tiny(weights), sheets=tmp_path / "sheets", json=written)
    table = benchmark(asked, said.append)
    rows = list(table.columns[0].cells)
    for figure in (
        "flow loss, 48x32, 1 frames", "flow loss, 48x32, 8 frames", "autoencoder, painted clips",
        "autoencoder, camera clips", "decoded in two goes", "scene read as asked",
        "palette read as asked", "motion read as asked", "mean of the three",
        "motion of slow, medium, fast cameras", "left out of motion: camera cannot be told",
        "Frechet distance, 3 clips", "one given picture kept", "4 given frames kept",
        "loop made from a clip, seam", "join of two clips, seam", "loop from words, seam",
        "luma drift over 4 slides", "flicker", "usual step from frame to frame",
        "blocking: step across 16 px borders over inside",
        "variety over 4 seeds, share of painted",
        "same seed", "48x32, 9 frames, 2 steps, guidance 4", "share of the bf16 product rate",
        "1 steps beside 2",
    ):  # fmt: skip
        assert figure in rows
    found = dict(zip(rows, table.columns[1].cells, strict=True))
    assert found["same seed"] == "same bytes"
    kept = json.loads(written.read_text())
    assert list(kept) == rows and kept["same seed"].startswith("same bytes (")
    assert found["decoded in two goes"] == "same bits"
    assert found["autoencoder, camera clips"] == "left out"
    assert len(list((tmp_path / "sheets").glob("*.jpg"))) == 4
    assert len(said) == len(rows) + 4


def test_drift_is_measured_over_as_many_windows_as_it_says(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, windows = opened(tiny(weights)), []

    def shoot(request: ShotRequest) -> Frames:
        windows.append(len(bench.pipeline.plan(request).windows))
        return np.full((request.frame_count, 32, 48, 3), 90, np.uint8)

    monkeypatch.setattr(bench, "shoot", shoot)
    for longest in (0, 4):
        bench.pipeline.config = replace(bench.pipeline.config, longest_clip=longest)
        line = _shots.long_shots(bench, shots=1)
        assert line.found == "0.0%" and line.beside.startswith("mean 0.0%, worst 0.0%, painted")
    assert windows == [_shots.SLIDES + 1] * 2


def test_without_weights_the_table_says_how_to_train_some(tmp_path: Path) -> None:
    table = benchmark(Options(tmp_path))
    assert "generator.train" in str(next(iter(table.columns[2].cells)))


def test_painted_clips_are_judged_beside_generated_ones(weights: Path) -> None:
    bench = opened(tiny(weights))
    assert [len(one.clips) for one in (bench.real, bench.other, bench.made)] == [3, 3, 3]
    assert bench.real.clips[0].shape == bench.made.clips[0].shape == (8, 32, 48, 3)
    assert not np.array_equal(bench.real.clips[0], bench.other.clips[0])
    again = opened(tiny(weights))
    assert all(map(np.array_equal, bench.made.clips, again.made.clips))


def test_joined_requests_give_the_last_frames_at_the_end(weights: Path) -> None:
    bench = opened(tiny(weights))
    params, a, b = _shots.neighbours(bench, 0)
    asked = _shots.joined(bench.request(params, 0), a[-2:], b[:2])
    assert [one.at_s for one in asked.conditions] == [Fraction(0), 6 / bench.options.rate]


def test_a_judge_that_knows_the_scenes_is_taken_as_it_is(weights: Path) -> None:
    said: list[str] = []
    judge = judge_for(replace(tiny(weights), scenes=("clouds",)), said.append)
    assert judge.scenes == SCENES
    assert said == []
    elsewhere = judge_for(replace(tiny(weights), judge=weights / "none"), said.append)
    assert set(SCENES) <= set(elsewhere.scenes)  # the package's own
    assert said == []


def test_footage_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"nothing")
    assert _networks.footage_clips(tmp_path) == []
    assert _networks.footage_clips(tmp_path / "absent") == []


def test_a_sheet_has_a_place_for_every_clip() -> None:
    page = _sheets.sheet([(grey(0, 50, 100, 150, 200), "five levels")] * 3)
    width, height = page.size
    assert (width, height) == (2 * (4 * 52 + 8), 2 * (32 + _sheets.CAPTION_PX + 4))
    assert page.getpixel((3 * 52 + 5, 5)) == (200, 200, 200)
