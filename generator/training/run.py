"""One training run: its folder, its pools, and the loop that both networks go through."""

from __future__ import annotations

import copy
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

from generator.checkpoint import (
    load_config,
    load_state,
    load_weights,
    save_config,
    save_state,
)
from generator.dataset import ClipPool
from generator.scenes.registry import SCENES
from generator.sizes import MODELS, TRAINING, ModelConfig, TrainConfig
from generator.training.crew import ALONE, Crew
from generator.training.muon import Muon

Net = TypeVar("Net", bound=nn.Module)

SAVE_EVERY_S = 180.0
WARM_UP = 50  # steps
LEAST_DEPTH = 6  # blocks from which compiling pays
SMALLEST, LARGEST = 8, 2000  # shorter edges of the matrices that Muon takes
COOL_DOWN = 0.3  # the last share of a stage, over which the rate falls to nothing


@dataclass
class Run:
    """One training run in one folder. `say` prints a line of the lab log."""

    size: str
    out: Path
    seed: int = 0
    device: str = "cpu"
    scenes: tuple[str, ...] = tuple(SCENES)
    say: Callable[[str], None] = print
    crew: Crew = ALONE
    workers: int = 0  # processes that paint clips beside this one
    init: Path | None = None  # a folder of weights to start from
    model: ModelConfig = field(init=False)
    plan: TrainConfig = field(init=False)
    pool: ClipPool = field(init=False)

    def __post_init__(self) -> None:
        self.model, self.plan = MODELS[self.size], TRAINING[self.size]
        if self.init:
            self.model = load_config(self.init)
        self.pool = ClipPool(self.plan, self.seed, "cpu", self.scenes)

    def begin(self, network: nn.Module, name: str) -> bool:
        """Fill `network` with the weights it starts from; False where it starts from nothing."""
        if self.init:
            network.load_state_dict(load_weights(self.init, name))
        return self.init is not None

    def random(self, step: int, stage: int) -> torch.Generator:
        """Numbers that belong to one step of one stage."""
        return torch.Generator().manual_seed((self.seed * 31 + stage) * 1_000_003 + step)

    def autocast(self) -> torch.autocast:
        """bf16 compute where the machine multiplies it fast, else fp32."""
        kind = torch.device(self.device).type
        return torch.autocast(kind, torch.bfloat16, enabled=fast_bf16(kind))


def fast_bf16(kind: str) -> bool:
    """Whether bf16 matrices are worth it here: a GPU, AMX or AVX512-BF16."""
    if kind == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    amx: bool = torch.cpu._is_amx_tile_supported()
    return amx or bool(torch.cpu._is_avx512_bf16_supported())


def compiled(parts: Iterable[nn.Module], depth: int) -> None:
    """Compile each part where this machine can and a model of `depth` blocks gains by it.

    About 1.5 times as fast on a CPU.
    """
    if depth >= LEAST_DEPTH and (torch.cuda.is_available() or shutil.which("g++")):
        # each stage has shapes of its own: code made for one of them is faster than for any
        torch._dynamo.config.recompile_limit = 64
        for part in parts:
            part.compile(dynamic=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """When a stage ends. rate is the highest learning rate."""

    minutes: float = 1e9
    steps: int = 1_000_000_000

    def share(self, step: int, seconds: float) -> float:
        """How much of the stage is behind, 0 to 1."""
        return max(step / self.steps, seconds / (self.minutes * 60))


def split_optimisers(
    parameters: Sequence[nn.Parameter], rate: float
) -> tuple[torch.optim.Optimizer, torch.optim.Optimizer]:
    """Muon (Jordan et al. 2024) for matrices, Adam for vectors, tables and small maps."""
    matrices = [p for p in parameters if p.ndim == 2 and SMALLEST <= min(p.shape) <= LARGEST]
    inside = {id(p) for p in matrices}
    rest = [p for p in parameters if id(p) not in inside]
    return (
        Muon(matrices, rate),
        torch.optim.AdamW(rest, lr=rate, betas=(0.9, 0.99), weight_decay=0.0),
    )


WITHOUT_END = Limits()


def loop(
    run: Run, stage: str, model: Net, loss_of: Callable[[int, Net], Tensor],
    optimisers: tuple[torch.optim.Optimizer, ...], limits: Limits,
) -> tuple[Net, list[float]]:  # fmt: skip
    """Train until the limits, resuming what the folder holds: (average of the weights, losses).

    loss_of: from the step's number and the averaged weights, for this process's rows.
    """
    first = run.crew.rank == 0
    if first:
        save_config(run.out, run.model)
    averaged = copy.deepcopy(model).requires_grad_(False)
    rates = [group["lr"] for one in optimisers for group in one.param_groups]
    step, before = load_state(run.out, stage, (model, averaged), optimisers)
    losses: list[Tensor] = []
    began = saved = time.monotonic()

    def share() -> float:
        return run.crew.agreed(limits.share(step, before + time.monotonic() - began))

    while (done := share()) < 1:
        factor = min(1.0, (step + 1) / WARM_UP, (1 - done) / COOL_DOWN)
        groups = (group for one in optimisers for group in one.param_groups)
        for group, rate in zip(groups, rates, strict=True):
            group["lr"] = rate * factor
        losses.append(_step(run, model, loss_of(step, averaged), optimisers))
        step += 1
        _average(averaged, model, min(run.plan.ema, step / (step + 10)))
        now = time.monotonic()
        if step % 100 == 0 and first:
            mean = float(torch.stack(losses[-100:]).mean())
            run.say(f"| {stage} | {step} | {(before + now - began) / 60:.1f} | {mean:.4f} |")
        if now - saved > SAVE_EVERY_S and first:
            clock = (step, before + now - began)
            save_state(run.out, stage, (model, averaged), optimisers, clock)
            saved = now
    if losses and first:
        clock = (step, before + time.monotonic() - began)
        save_state(run.out, stage, (model, averaged), optimisers, clock)
    run.crew.wait()
    return averaged.eval(), torch.stack(losses).tolist() if losses else []


def _step(
    run: Run, model: nn.Module, loss: Tensor, optimisers: tuple[torch.optim.Optimizer, ...]
) -> Tensor:
    for one in optimisers:
        one.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    whole = loss.detach().float()
    run.crew.average([p.grad for p in model.parameters() if p.grad is not None])
    run.crew.average([whole])
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for one in optimisers:
        one.step()
    return whole  # left on the device: asking for its value would wait for it


@torch.no_grad()
def _average(averaged: nn.Module, model: nn.Module, keep: float) -> None:
    torch._foreach_lerp_([*averaged.parameters()], [*model.parameters()], 1 - keep)
    for kept, now in zip(averaged.buffers(), model.buffers(), strict=True):
        kept.copy_(now)
