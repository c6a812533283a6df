"""Training of the transformer: flow matching over latents, stills first, then clips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor

from generator import flow
from generator.autoencoder import VideoAutoencoder
from generator.checkpoint import save_weights
from generator.conditioning import CONDITION_NOISE, draw_known
from generator.dataset import Batch, Latents, make_latents
from generator.dit import DiT
from generator.sizes import Stage
from generator.text import word_rows
from generator.training.crew import ALONE, Crew
from generator.training.distil import few_loss
from generator.training.run import WITHOUT_END, Limits, Run, compiled, loop, split_optimisers

NO_WORDS = 0.1  # share of captions dropped, for guidance
NO_BOXES = 0.5  # share of clips whose boxes are not told
REMEMBERED = 0.3  # share of the steps of a stage that go over what came before it
Pool = tuple[Latents, int]  # clips, and how many of them make a batch


def latents_of(run: Run, stage: Stage, encoder: VideoAutoencoder) -> Latents:
    """The stage's clips as latents; kept in the run's folder, where a stopped run finds them."""
    import json

    from safetensors import safe_open
    from safetensors.torch import save_file

    file = _latents_file(run, stage)
    if not file.is_file() and run.crew.rank == 0:
        with run.autocast():
            made = make_latents(
                stage, encoder.encode, seed=run.seed, device=run.device,
                scenes=run.scenes, say=run.say, workers=run.workers,
            )  # fmt: skip
        words = {"captions": json.dumps(made.captions), "seconds": json.dumps(made.seconds)}
        run.out.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(".part")
        save_file({"data": made.data.contiguous(), "boxes": made.boxes}, partial, metadata=words)
        partial.replace(file)
    run.crew.wait()
    with safe_open(file, "pt") as held:
        said, data = held.metadata(), held.get_tensor("data")
        none = torch.zeros(len(data), 1, *data.shape[2:], dtype=torch.uint8)
        boxes = held.get_tensor("boxes") if "boxes" in held.keys() else none  # noqa: SIM118
        return Latents(data, json.loads(said["captions"]), json.loads(said["seconds"]), boxes)


def _latents_file(run: Run, stage: Stage) -> Path:
    return run.out / f"latents-{stage.name}.safetensors"


def train_dit(
    run: Run, encoder: VideoAutoencoder, limits: Limits = WITHOUT_END,
    shares: Mapping[str, float] | None = None,
) -> tuple[DiT, list[float]]:  # fmt: skip
    """The averaged transformer and the losses of the steps made now, stage after stage.

    limits are for all of it. shares: what each stage gets of them, "few" for the last one, in
    which steps become long; the plan's own where None.
    """
    torch.manual_seed(run.seed + 1)
    model = DiT(run.model)
    run.begin(model, "dit")
    model.to(run.device)
    compiled([model.text, *model.blocks], len(model.blocks))
    shares = shares or run.plan.shares()
    names = [*(stage.name for stage in run.plan.stages), "few"]
    whole = sum(shares[name] for name in names)
    losses: list[float] = []
    for number, name in enumerate(names):
        share = shares[name] / whole
        if share == 0:
            continue
        stage = run.plan.stages[min(number, len(run.plan.stages) - 1)]
        own = Limits(limits.minutes * share, max(1, round(limits.steps * share)))
        latents = latents_of(run, stage, encoder)
        before = [
            (latents_of(run, one, encoder), one.batch)
            for one in run.plan.stages[:number]
            if one.name != stage.name and _latents_file(run, one).is_file()
        ]
        pools = [*before, (latents, stage.batch)]
        averaged, now = _stage(run, model, pools, (number, name, stage.rate), own)
        model.load_state_dict(averaged.state_dict())
        losses += now
        if run.crew.rank == 0:
            save_weights(run.out, "dit", averaged.state_dict(), torch.bfloat16)
        figure = held_out_loss(run, averaged, latents)
        if run.crew.rank == 0:
            run.say(f"{name}: held-out flow loss {figure:.4f}")
        run.crew.wait()
    return model.eval(), losses


def _stage(
    run: Run, model: DiT, pools: Sequence[Pool], which: tuple[int, str, float], limits: Limits
) -> tuple[DiT, list[float]]:
    """which: the stage's number, its name, and its share of the learning rate."""
    number, name, rate = which

    def loss(step: int, averaged: DiT) -> Tensor:
        random = run.random(step, 10 + number)
        clips = drawn_from(pools, random)
        with run.autocast():
            told = dit_loss(model, clips.data, (clips.captions, clips.seconds), random,
                            boxes=clips.boxes, crew=run.crew)  # fmt: skip
            if name == "few":
                told = told + few_loss(model, averaged, clips, random, crew=run.crew)
        return told

    optimisers = split_optimisers([*model.parameters()], run.plan.dit_rate * rate)
    return loop(run, f"dit-{name}", model, loss, optimisers, limits)


def drawn_from(pools: Sequence[Pool], random: torch.Generator) -> Batch:
    """Clips of the last pool, or now and then of one before it, so that none is forgotten."""
    chosen = len(pools) - 1
    if chosen and float(torch.rand(1, generator=random)) < REMEMBERED:
        chosen = int(torch.randint(chosen, (1,), generator=random))
    latents, batch = pools[chosen]
    return latents.batch(batch, random)


def dit_loss(
    model: DiT, data: Tensor, what: tuple[list[str], float], random: torch.Generator, *,
    boxes: Tensor | None = None, crew: Crew = ALONE,
) -> Tensor:  # fmt: skip
    """The flow-matching loss of one batch of latents; what: (captions, seconds per latent).

    All is drawn for the whole batch, then this process keeps its rows, so that the mean over a
    crew is the loss of the batch.
    """
    captions, seconds = what
    config, device = model.config, model.out.weight.device
    tokens = data.shape[2] * data.shape[3] * data.shape[4]
    t = flow.draw_times(len(data), flow.shift_of(tokens, config.shift_base_tokens), random)
    mask = draw_known(tuple(data.shape), random)
    noise = torch.randn(data.shape, generator=random)
    light = torch.randn(data.shape, generator=random) * CONDITION_NOISE
    drop = torch.rand(len(data), generator=random) < NO_WORDS
    words = ["" if gone else text for gone, text in zip(drop.tolist(), captions, strict=True)]
    own, missing = crew.rows(len(data)), float((1 - mask).sum())
    told = boxes * (torch.rand(len(data), 1, 1, 1, 1, generator=random) >= NO_BOXES) \
        if boxes is not None else None  # fmt: skip
    rows = word_rows(words[own], config.text_words, config.text_length).to(device)
    t, mask, noise, light, data = (v[own].to(device) for v in (t, mask, noise, light, data))
    whole = mask.amin((1, 3, 4))
    times = torch.maximum(whole, t[:, None].expand_as(whole))
    # a region's latents are data although its frame's time is t: the mask says which
    x = torch.where(mask.bool(), data + light, flow.between(noise, data, times))
    said = model(
        x, times, rows, mask, seconds_per_latent=seconds,
        boxes=told[own].to(device) if told is not None else None,
    )  # fmt: skip
    free = 1 - mask
    share = crew.count * free.sum() / max(1.0, missing)
    return flow.loss(said.float(), flow.velocity(noise, data), free) * share


@torch.no_grad()
def held_out_loss(run: Run, model: DiT, latents: Latents, batches: int = 8) -> float:
    """The mean flow loss over held-out clips, always the same ones at the same times."""
    total = 0.0
    for number in range(batches):
        random = torch.Generator().manual_seed(number)
        clips: Batch = latents.batch(16, random, held_out=True)
        with run.autocast():
            loss = dit_loss(model, clips.data, (clips.captions, clips.seconds), random,
                            boxes=clips.boxes)  # fmt: skip
        total += float(loss)
    return total / batches
