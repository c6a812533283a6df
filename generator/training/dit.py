"""Training of the transformer: flow matching over latents, stills first, then clips."""

from __future__ import annotations

import torch
from torch import Tensor

from generator import flow
from generator.autoencoder import VideoAutoencoder
from generator.checkpoint import save_weights
from generator.conditioning import CONDITION_NOISE, draw_known
from generator.dataset import Latents, make_latents
from generator.dit import DiT
from generator.sizes import Stage
from generator.text import word_rows
from generator.training.run import WITHOUT_END, Limits, Run, compiled, loop, split_optimisers

NO_WORDS = 0.1  # share of captions dropped, for guidance


def latents_of(run: Run, stage: Stage, encoder: VideoAutoencoder) -> Latents:
    """The stage's clips as latents; kept in the run's folder, where a stopped run finds them."""
    import json

    from safetensors import safe_open
    from safetensors.torch import save_file

    file = run.out / f"latents-{stage.name}.safetensors"
    if not file.is_file():
        with run.autocast():
            made = make_latents(
                stage, encoder.encode, seed=run.seed, device=run.device,
                scenes=run.scenes, say=run.say,
            )  # fmt: skip
        words = {"captions": json.dumps(made.captions), "seconds": json.dumps(made.seconds)}
        partial = file.with_suffix(".part")
        save_file({"data": made.data.contiguous()}, partial, metadata=words)
        partial.replace(file)
    with safe_open(file, "pt") as held:
        said = held.metadata()
        return Latents(
            held.get_tensor("data"), json.loads(said["captions"]), json.loads(said["seconds"])
        )


def train_dit(
    run: Run, encoder: VideoAutoencoder, limits: Limits = WITHOUT_END
) -> tuple[DiT, list[float]]:
    """The averaged transformer and the losses of the steps made now, stage after stage."""
    torch.manual_seed(run.seed + 1)
    model = DiT(run.model).to(run.device)
    compiled([model.text, *model.blocks], len(model.blocks))
    losses: list[float] = []
    for number, stage in enumerate(run.plan.stages):
        own = Limits(limits.minutes * stage.share, max(1, round(limits.steps * stage.share)))
        latents = latents_of(run, stage, encoder)
        averaged, now = _stage(run, model, latents, (number, stage), own)
        model.load_state_dict(averaged.state_dict())
        losses += now
        save_weights(run.out, "dit", averaged.state_dict())
        run.say(f"{stage.name}: held-out flow loss {held_out_loss(run, averaged, latents):.4f}")
    return model.eval(), losses


def _stage(
    run: Run, model: DiT, latents: Latents, which: tuple[int, Stage], limits: Limits
) -> tuple[DiT, list[float]]:
    number, stage = which

    def loss(step: int) -> Tensor:
        random = run.random(step, 10 + number)
        data, captions, seconds = latents.batch(stage.batch, random)
        with run.autocast():
            return dit_loss(model, data.to(run.device), (captions, seconds), random)

    rate = run.plan.dit_rate * (1.0 if number == 0 else 0.7)
    return loop(
        run, f"dit-{stage.name}", model, loss, split_optimisers([*model.parameters()], rate), limits
    )


def dit_loss(
    model: DiT, data: Tensor, what: tuple[list[str], float], random: torch.Generator
) -> Tensor:
    """The flow-matching loss of one batch of latents; what: (captions, seconds per latent)."""
    captions, seconds = what
    config = model.config
    tokens = data.shape[2] * data.shape[3] * data.shape[4]
    t = flow.draw_times(len(data), flow.shift_of(tokens, config.shift_base_tokens), random)
    mask = draw_known(tuple(data.shape), random)
    noise = torch.randn(data.shape, generator=random)
    light = torch.randn(data.shape, generator=random) * CONDITION_NOISE
    drop = torch.rand(len(data), generator=random) < NO_WORDS
    words = ["" if gone else text for gone, text in zip(drop.tolist(), captions, strict=True)]
    t, mask, noise, light = (v.to(data.device) for v in (t, mask, noise, light))
    whole = mask.amin((1, 3, 4))
    times = torch.maximum(whole, t[:, None].expand_as(whole))
    # a region's latents are data although its frame's time is t: the mask says which
    x = torch.where(mask.bool(), data + light, flow.between(noise, data, times))
    rows = word_rows(words, config.text_words, config.text_length).to(data.device)
    said = model(x, times, rows, mask, seconds_per_latent=seconds)
    return flow.loss(said.float(), flow.velocity(noise, data), 1 - mask)


@torch.no_grad()
def held_out_loss(run: Run, model: DiT, latents: Latents, batches: int = 8) -> float:
    """The mean flow loss over held-out clips, always the same ones at the same times."""
    total = 0.0
    for number in range(batches):
        random = torch.Generator().manual_seed(number)
        data, captions, seconds = latents.batch(16, random, held_out=True)
        with run.autocast():
            loss = dit_loss(model, data.to(run.device), (captions, seconds), random)
        total += float(loss)
    return total / batches
