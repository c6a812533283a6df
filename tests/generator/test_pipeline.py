"""Requests of every kind through tiny trained weights: what is given stays, loops close."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from generator.builtin import LONGEST_S, BuiltinBackend, noise_of
from generator.conditioning import Canvas, Known, known_of, occupancy
from generator.finish import Finish, finished
from generator.machine import free_bytes
from generator.pipeline import ShotPipeline
from generator.sampler import (
    anchored,
    channel_statistics,
    guided,
    sample_euler,
    sample_heun,
)
from generator.scenes import SCENES
from generator.sizes import MODELS
from generator.training.autoencoder import train_autoencoder
from generator.training.dit import train_dit
from generator.training.run import Limits, Run
from generator.values import Box, Condition, Frames, GenerationCancelled, Refused, ShotRequest
from generator.wording import caption, nearest_palette, negative_words
from generator.work import Trained, plan, trained_for, windows

SIZE = (48, 32)
SHORT = ShotRequest(
    "golden sunset", duration_s=Fraction(8, 25) * 2, width=48, height=32, rate=Fraction(25, 2),
    steps=3, seed=5,
)  # fmt: skip
S = Trained((160, 256), 8)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("weights")
    run = Run("tiny", folder, say=lambda line: None)
    autoencoder, _ = train_autoencoder(run, Limits(steps=8))
    train_dit(run, autoencoder, Limits(steps=60))
    return folder


@pytest.fixture(scope="module")
def pipeline(weights: Path) -> ShotPipeline:
    return ShotPipeline.load(weights)


def shoot(pipeline: ShotPipeline, request: ShotRequest, **more: object) -> Frames:
    return pipeline(request, prompt=request.prompt, **more)  # type: ignore[arg-type]


def clip(frames: int, size: tuple[int, int] = SIZE) -> Frames:
    return SCENES["sunset"].render(None, size, Fraction(25, 2), frames, 3, layer="plate")


def steps_of(frames: Frames) -> np.ndarray:
    return np.abs(np.diff(frames.astype(float), axis=0)).mean((1, 2, 3))


@pytest.mark.parametrize(
    ("given", "places"),
    [
        ([(4, 0)], range(4)),
        ([(3, 5)], range(5, 8)),
        ([(3, 0), (3, 5)], [0, 1, 2, 5, 6, 7]),
        ([(1, 0)], [0]),
        ([(1, 2), (1, 5)], [2, 5]),
    ],
)
def test_frames_given_anywhere_stand_where_they_were_given(
    pipeline: ShotPipeline, given: list[tuple[int, int]], places: list[int]
) -> None:
    source = clip(8)
    request = replace(SHORT, conditions=tuple(
        Condition(source[at : at + count], at / SHORT.rate) for count, at in given
    ))  # fmt: skip
    frames = shoot(pipeline, request)
    assert frames.shape == (8, 32, 48, 3)
    assert all((frames[at] == source[at]).all() for at in places)
    free = [at for at in range(8) if at not in places]
    assert any((frames[at] != source[at]).any() for at in free)
    as_made = shoot(pipeline, request, finish=Finish(placed=False))
    assert (as_made[places[0]] != source[places[0]]).any()


def test_given_frames_of_another_size_are_fitted(pipeline: ShotPipeline) -> None:
    request = replace(SHORT, conditions=(Condition(clip(1, (96, 64)), Fraction(0)),))
    first = shoot(pipeline, request)[0].astype(float)
    assert np.abs(first - clip(1)[0]).mean() < 6


@pytest.mark.parametrize("loop", [False, True])
def test_no_step_is_seen_beside_given_frames(loop: bool) -> None:
    """What the network lost of the given frames is carried into those beside them."""
    sharp = SCENES["bokeh"].render(None, (96, 64), Fraction(25, 2), 24, 3)
    worked = np.stack([cv2.GaussianBlur(frame, (0, 0), 4) * 0.9 for frame in sharp])
    request = replace(SHORT, width=96, height=64, duration_s=Fraction(48, 25), loop=loop,
                      conditions=(Condition(sharp[10:14], 10 / SHORT.rate),))  # fmt: skip
    work = plan(request, S, edge=96)
    frames = finished(worked.astype(np.float16), request, work, Finish(), lambda: None)
    bare = finished(worked.astype(np.float16), request, work, Finish(placed=False), lambda: None)
    bare[10:14] = sharp[10:14]
    assert (frames[10:14] == sharp[10:14]).all()
    for seam in (9, 13):
        assert steps_of(frames)[seam] < 0.5 * steps_of(bare)[seam]
        assert steps_of(frames)[seam] < 1.5 * np.median(steps_of(frames))


def test_a_region_is_kept_and_the_rest_is_not(pipeline: ShotPipeline) -> None:
    mask = np.zeros((32, 48), np.float32)
    mask[:, :16] = 1
    grey = np.full((8, 32, 48, 3), 90, np.uint8)
    frames = shoot(pipeline, replace(SHORT, conditions=(Condition(grey, Fraction(0), mask=mask),)))
    assert (frames[:, :, :12] == 90).all()
    assert np.abs(frames[:, :, 24:].astype(int) - 90).mean() > 5


def test_a_restyle_departs_further_at_less_strength(pipeline: ShotPipeline) -> None:
    source = clip(8)
    known = shoot(pipeline, replace(SHORT, conditions=(Condition(source, Fraction(0)),)),
                  finish=Finish(placed=False))  # fmt: skip
    away = [
        np.abs(shoot(pipeline, replace(SHORT, conditions=(
            Condition(source, Fraction(0), strength=strength),))).astype(int) - known).mean()
        for strength in (0.9, 0.5, 0.1)
    ]  # fmt: skip
    assert away[0] < away[1] < away[2]


def even(x: torch.Tensor, t: torch.Tensor, *_: object, **__: object) -> torch.Tensor:
    """A network that makes each latent like those beside it, but not the last like the first."""
    padded = torch.cat((x[:, :, :1], x, x[:, :, -1:]), 2)
    goal = (padded[:, :, :-2] + 2 * x + padded[:, :, 2:]) / 4 * 1.2
    return (goal - x) / (1.02 - t.mean())


@pytest.mark.parametrize("latents", [4, 8, 10, 23])
def test_a_loop_from_words_ends_where_it_begins(
    pipeline: ShotPipeline, latents: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    longer = replace(pipeline, config=replace(pipeline.config, size="S"))
    monkeypatch.setattr(pipeline.dit, "forward", even)

    def ratio(loop: bool) -> float:
        request = replace(SHORT, duration_s=latents * 4 / SHORT.rate, loop=loop, steps=16)
        made = longer.latents(request, longer.plan(request, 48), ("a", ""))
        steps = made.diff(dim=2).abs().mean((0, 1, 3, 4))
        return float((made[:, :, 0] - made[:, :, -1]).abs().mean() / steps.median())

    assert ratio(True) < 1.5 < ratio(False)


def test_a_loop_of_any_length_has_the_frames_asked_for(pipeline: ShotPipeline) -> None:
    for seconds in (Fraction(16, 25), Fraction(3), Fraction(7, 10)):
        request = replace(SHORT, duration_s=seconds, loop=True, rate=Fraction(25), steps=1)
        assert len(shoot(pipeline, request)) == request.frame_count


def test_a_loop_around_given_frames_keeps_them(pipeline: ShotPipeline) -> None:
    request = replace(SHORT, loop=True, conditions=(Condition(clip(4), Fraction(0)),))
    frames = shoot(pipeline, request)
    assert (frames[:4] == clip(4)).all() and len(frames) == 8


def test_the_decoder_goes_round_a_loop_as_it_goes_on(pipeline: ShotPipeline) -> None:
    request = replace(SHORT, loop=True)
    work = plan(request, trained_for(MODELS["tiny"]))
    torch.manual_seed(1)
    latents = torch.randn(work.shape(32))
    twice = torch.cat((latents, latents), 2)
    with torch.no_grad():
        round_ = pipeline.decoded(latents, work)
        with pipeline.autocast():
            through = pipeline.autoencoder.decode(twice)[0, :, work.frames :]
    shown = ((through.float().clamp(-1, 1) + 1) * 127.5).permute(1, 2, 3, 0).numpy()
    assert np.abs(round_.astype(float) - shown).max() < 1.5


def test_a_still_has_one_frame_and_a_long_shot_slides(pipeline: ShotPipeline) -> None:
    assert shoot(pipeline, replace(SHORT, duration_s=Fraction(2, 25))).shape == (1, 32, 48, 3)
    long = replace(SHORT, duration_s=Fraction(32 * 2, 25))
    assert len(pipeline.plan(long).windows) > 3
    frames = shoot(pipeline, long)
    assert len(frames) == 32
    # one overlapping latent for each window: the drift of five windows stays small
    assert abs(frames[-8:].mean() - frames[:8].mean()) < 12


def test_windows_cover_everything_and_overlap() -> None:
    for latents in (1, 8, 10, 11, 13, 40, 97):
        found = windows(latents, S)
        assert found[0].start == 0 and found[-1].stop == latents
        for one, after in pairwise(found):
            assert after.start + after.overlap == one.stop and after.overlap == 2
        assert max(w.stop - w.start for w in found) <= S.most


@pytest.mark.parametrize(
    ("rate", "seconds", "worked"),
    [(25, 1, 25), (25, 6, 12.5), (30, 1, 15), (60, 1, 20), (8, 1, 16), (24, 1, 24), (50, 1, 25)],
)
def test_any_rate_is_worked_at_one_that_was_trained(rate: int, seconds: int, worked: float) -> None:
    request = ShotRequest("a", duration_s=Fraction(seconds), rate=Fraction(rate))
    assert float(plan(request, S).rate) == worked


@pytest.mark.parametrize("loop", [False, True])
@pytest.mark.parametrize(("rate", "count"), [(30, 20), (8, 9), (60, 50), (25, 13), (24, 1)])
def test_any_rate_and_length_comes_back_as_asked(
    pipeline: ShotPipeline, rate: int, count: int, loop: bool
) -> None:
    request = replace(SHORT, rate=Fraction(rate), duration_s=Fraction(count, rate), steps=1,
                      width=70, height=50, loop=loop)  # fmt: skip
    assert shoot(pipeline, request).shape == (count, 50, 70, 3)


def test_what_differs_from_what_was_asked_is_said() -> None:
    notes = " ".join(plan(ShotRequest("a", duration_s=Fraction(10)), S).notes)
    assert "256x144 and enlarged to 1280x720" in notes
    assert "12.5 frames per second" in notes and "windows" in notes
    tall = plan(ShotRequest("a", width=1080, height=1920, duration_s=Fraction(1)), S)
    assert tall.size == (144, 256) and "wide pictures" in " ".join(tall.notes)
    exact = ShotRequest("a", width=256, height=144, duration_s=Fraction(1))
    assert plan(exact, S).notes == ()


def test_latents_given_in_part_are_let_go_and_whole_ones_kept() -> None:
    request = replace(SHORT, duration_s=Fraction(24, 25), conditions=(
        Condition(clip(5), Fraction(0)),))  # fmt: skip
    known = known_of(
        request,
        Canvas(3, 12, SIZE),
        32,
        lambda x, kept: torch.ones(1, 32, -(-x.shape[2] // 4), 2, 3),
    )
    assert known.mask[0, 0, :, 0, 0].tolist() == [1, 1, 0]
    assert known.strength[0, 0, 0, 0, 0] == 1 > known.strength[0, 0, 1, 0, 0]
    assert known.held(torch.tensor(0.9))[0, 0, :, 0, 0].tolist() == [1, 0, 0]


def test_anchoring_holds_the_statistics_of_a_window() -> None:
    torch.manual_seed(0)
    goal = torch.randn(1, 4, 3, 8, 8) * 3 + 5
    anchor = channel_statistics(torch.randn(1, 4, 3, 8, 8))
    way = anchored(lambda x, t: (goal - x) / (1 - t), anchor)
    x, t = torch.randn_like(goal), torch.tensor(0.5)
    mean, spread = channel_statistics(x + (1 - t) * way(x, t))
    assert torch.allclose(mean, anchor[0], atol=1e-4)
    assert torch.allclose(spread, anchor[1], atol=1e-4)


@pytest.mark.parametrize("sample", [sample_euler, sample_heun])
def test_samplers_show_where_they_are_heading(sample: object) -> None:
    goal = torch.full((1, 2, 1, 1, 1), 3.0)
    seen = []
    sample(  # type: ignore[operator]
        lambda x, t: (goal - x) / (1 - t), torch.zeros_like(goal), torch.linspace(0, 1, 4),
        watch=lambda share, guess: seen.append((share, guess)),
    )  # fmt: skip
    assert seen[-1][0] == 1
    assert all(torch.allclose(guess, goal, atol=1e-5) for _, guess in seen)


def test_both_samplers_can_be_asked_for(pipeline: ShotPipeline) -> None:
    euler, heun = (shoot(pipeline, replace(SHORT, sampler=one)) for one in ("euler", "heun"))
    assert euler.shape == heun.shape and (euler != heun).any()


def test_a_box_holds_until_the_next_of_its_words() -> None:
    boxes = (Box("sun", Fraction(0), 0, 0, 0.5, 1), Box("sun", Fraction(1), 0.5, 0, 1, 1),
             Box("moon", Fraction(0), 0, 0, 0.25, 0.5))  # fmt: skip
    found = occupancy(boxes, (1, 32, 4, 2, 4), 0.5)
    assert found is not None
    assert found[0, 0, 0].tolist() == [[1, 1, 0, 0], [1, 1, 0, 0]]
    assert found[0, 0, 3].tolist() == [[1, 0, 1, 1], [0, 0, 1, 1]]
    later = occupancy(boxes, (1, 32, 1, 2, 4), 0.5, 3)
    assert later is not None and torch.equal(later[0, 0, 0], found[0, 0, 3])


def test_boxes_are_refused_by_weights_that_never_saw_any_and_steer_others(weights: Path) -> None:
    backend = BuiltinBackend(weights)
    request = replace(SHORT, boxes=(Box("sun", Fraction(0), 0, 0, 0.5, 0.5),))
    backend.gate(SHORT)
    untrained = backend._load().dit.boxes.weight
    assert untrained.any() or "boxes" in backend.gate(request).reason
    torch.nn.init.normal_(untrained, std=0.5)
    assert backend.gate(request).open
    with_box, without = (
        backend.generate(one, lambda *_: None, lambda: False).frames for one in (request, SHORT)
    )
    assert (with_box != without).any()


def test_the_backend_says_what_it_takes_shows_guesses_and_repeats_itself(weights: Path) -> None:
    backend, told = BuiltinBackend(weights), list[tuple[float, Frames | None]]()
    request = replace(SHORT, steps=6)
    estimate = backend.estimate(request)
    assert 0 < estimate.seconds < 60 and estimate.memory_bytes > 8 * 32 * 48 * 3
    longer = backend.estimate(replace(request, duration_s=Fraction(20)))
    assert longer.seconds > estimate.seconds and longer.memory_bytes > estimate.memory_bytes
    first = backend.generate(request, lambda *said: told.append(said), lambda: False)
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[-1] == 1
    guesses = [guess for _, guess in told if guess is not None]
    assert len(guesses) >= 3 and guesses[0].shape == (1, 32, 48, 3)
    again = BuiltinBackend(weights).generate(request, lambda *_: None, lambda: False)
    assert (first.frames == again.frames).all()


def test_a_shot_is_stopped_inside_a_step(weights: Path) -> None:
    backend, asked = BuiltinBackend(weights), [0]

    def cancel() -> bool:
        asked[0] += 1
        return asked[0] > 3

    began = time.monotonic()
    steps: list[float] = []
    with pytest.raises(GenerationCancelled):
        backend.generate(SHORT, lambda share, _: steps.append(share), cancel)
    assert time.monotonic() - began < 2 and not steps
    assert not any(block._forward_pre_hooks for block in backend._load().dit.blocks)


def test_more_than_the_machine_holds_is_refused_before_work(weights: Path) -> None:
    assert free_bytes() > 0
    huge = replace(SHORT, width=4096, height=4096, duration_s=Fraction(120), rate=Fraction(60))
    began = time.monotonic()
    with pytest.raises(Refused, match="GB of memory are free"):
        BuiltinBackend(weights).generate(huge, lambda *_: None, lambda: False)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"duration_s": Fraction(LONGEST_S + 1)}, "at most"),
        ({"width": 8}, "edges from"),
        ({"steps": 0}, "1 is the least"),
        ({"prompt": "a dog"}, "cannot place: dog"),
        ({"prompt": ""}, "no words and no frames"),
        ({"conditions": (Condition(clip(1), Fraction(9)),)}, "for 9 s"),
    ],
)
def test_the_gate_says_what_it_does_not_take(
    weights: Path, change: dict[str, object], why: str
) -> None:
    gate = BuiltinBackend(weights).gate(replace(SHORT, **change))  # type: ignore[arg-type]
    assert not gate.open and why in gate.reason


def test_what_is_unsaid_is_filled_in_by_the_seed_or_by_given_frames() -> None:
    plain = {caption(ShotRequest("sunset", seed=seed)) for seed in range(6)}
    assert len(plain) > 2 and all("sunset" in one for one in plain)
    looped = {caption(ShotRequest("sunset", seed=seed, loop=True)) for seed in range(6)}
    assert all("locked camera" in one for one in looped)
    assert "pan left" in caption(ShotRequest("sunset, pan left", loop=True))
    for palette in SCENES["waves"].palettes:
        params = replace(SCENES["waves"].params(), palette=palette)
        shown = Condition(SCENES["waves"].render(params, SIZE, Fraction(1), 1, 8), Fraction(0))
        assert nearest_palette(SCENES["waves"].params(), shown) == palette
        assert palette in caption(ShotRequest("open sea", conditions=(shown,), seed=4))


def test_a_negative_prompt_keeps_the_words_of_training_and_says_what_it_leaves_out() -> None:
    words, left = negative_words("purple clouds, fast zoom, lighthouse")
    assert {"violet", "clouds", "fast", "zoom"} <= set(words.split())
    assert left == ("lighthouse",)
    assert negative_words("") == ("", ())


def test_sprites_and_grain_are_drawn_at_full_size_over_what_was_made(weights: Path) -> None:
    request = replace(SHORT, prompt="night sky full of stars, locked camera", width=320, height=213)
    shot = BuiltinBackend(weights).generate(request, lambda *_: None, lambda: False)
    plate = ShotPipeline.load(weights)(request, prompt=caption(request), negative="")
    extra = shot.frames.astype(int) - plate
    assert (extra.max((1, 2, 3)) > 60).all()  # stars
    assert 0.3 < np.median(np.abs(extra)) < 6 or extra.std() > 0.5  # grain, everywhere
    assert any("sprites" in note for note in shot.notes)


def test_the_backend_makes_the_picture_between_bars_and_leaves_them(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.builtin.CONDITION_FLOOR_DB", 0.0)
    barred = np.zeros((4, 32, 96, 3), np.uint8)
    barred[:, :, 24:72] = clip(4)
    asked = replace(SHORT, width=96, conditions=(Condition(barred, Fraction(0)),))
    frames = BuiltinBackend(weights).generate(asked, lambda *_: None, lambda: False).frames
    assert frames.shape == (8, 32, 96, 3) and (frames[:4] == barred).all()
    assert not frames[:, :, :24].any() and not frames[:, :, 72:].any()
    assert frames[7, :, 24].any() and frames[7, :, 71].any()


def test_known_latents_roll_with_the_loop() -> None:
    known = Known(torch.arange(3.0).reshape(1, 1, 3, 1, 1), torch.ones(1, 1, 3, 1, 1),
                  torch.ones(1, 1, 3, 1, 1))  # fmt: skip
    assert known.rolled(1).data.flatten().tolist() == [2, 0, 1]


def test_noise_is_told_from_edges() -> None:
    bars = np.repeat(np.arange(0, 240, 20, dtype=np.uint8), 8)[None, :, None]
    clean = np.broadcast_to(bars, (64, 96, 3))
    random = np.random.default_rng(1).normal(0, 5, clean.shape[:2])[..., None]
    noisy = np.clip(clean + random, 0, 255).astype(np.uint8)
    assert noise_of(clean) == 0
    assert noise_of(noisy) == pytest.approx(5 / 255, rel=0.25)


def test_weights_kept_as_they_are_multiplied_give_the_same_bytes(weights: Path) -> None:
    asked = replace(SHORT, negative_prompt="dark")
    plain, settled = ShotPipeline.load(weights), ShotPipeline.load(weights)
    settled.settle()
    assert (shoot(plain, asked) == shoot(settled, asked)).all()


def test_guidance_leads_away_from_what_is_said_without_the_words() -> None:
    words, without = torch.full((1, 2), 3.0), torch.full((1, 2), 1.0)
    assert torch.equal(guided(torch.cat((words, without)), 4.0), torch.full((1, 2), 9.0))
    assert guided(words, 4.0) is words


def test_the_bytes_do_not_depend_on_how_many_threads_the_process_has(
    pipeline: ShotPipeline,
) -> None:
    made = []
    for threads in (1, 2):
        torch.set_num_threads(threads)
        made.append(shoot(pipeline, replace(SHORT, width=96, height=64)))
        assert torch.get_num_threads() == threads
    torch.set_num_threads(1)
    assert (made[0] == made[1]).all()
