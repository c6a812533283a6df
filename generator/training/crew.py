"""Several processes that train one network: each takes its rows of every batch.

Started by `accelerate launch` (or torchrun), which say in the environment who is who. accelerate
sets the processes up where it is installed; nothing here needs it. Every process draws the whole
batch from the same numbers and keeps its own rows, so any count of them walks the same curve.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor

from generator.values import GeneratorError


@dataclass(frozen=True, slots=True)
class Crew:
    """This process (rank) among `count` alike."""

    rank: int = 0
    count: int = 1

    def rows(self, batch: int) -> slice:
        """This process's rows of a batch. Raises GeneratorError where they cannot be equal."""
        if batch % self.count:
            raise GeneratorError(f"a batch of {batch} cannot be shared by {self.count} processes")
        each = batch // self.count
        return slice(self.rank * each, (self.rank + 1) * each)

    def average(self, values: Sequence[Tensor]) -> None:
        """Each of `values` becomes its mean over all processes."""
        if self.count == 1 or not values:
            return
        flat = torch.cat([value.flatten() for value in values])
        dist.all_reduce(flat)
        parts = torch.split(flat / self.count, [value.numel() for value in values])
        for value, part in zip(values, parts, strict=True):
            value.copy_(part.reshape(value.shape))

    def agreed(self, value: float) -> float:
        """The first process's `value`, on all of them (clocks differ)."""
        if self.count == 1:
            return value
        kind = "cuda" if dist.get_backend() == "nccl" else "cpu"
        told = torch.tensor([value], dtype=torch.float64, device=kind)
        dist.broadcast(told, 0)
        return float(told)

    def wait(self) -> None:
        """Until all processes are here."""
        self.agreed(0.0)


ALONE = Crew()


def join(device: str) -> tuple[Crew, str]:
    """The crew that the environment names, and this process's device."""
    count = int(os.environ.get("WORLD_SIZE", "1"))
    if count == 1:
        return ALONE, device
    cuda = device.startswith("cuda")
    if importlib.util.find_spec("accelerate"):
        importlib.import_module("accelerate").PartialState(cpu=not cuda)
    elif not dist.is_initialized():
        dist.init_process_group("nccl" if cuda else "gloo")
    crew = Crew(dist.get_rank(), dist.get_world_size())
    return crew, f"cuda:{os.environ.get('LOCAL_RANK', '0')}" if cuda else device


def leave() -> None:
    """The crew parts; needed once, at the end. Nobody goes while another still listens."""
    if dist.is_available() and dist.is_initialized():
        dist.barrier()
        dist.destroy_process_group()
