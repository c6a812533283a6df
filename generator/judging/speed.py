"""How fast the machine multiplies, and how much of that a piece of work uses.

All rates are per second of processor time, so that other programs on the machine change them
little; on a GPU, per second of waiting.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.utils.flop_counter import FlopCounterMode

EDGE = 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds waited, and seconds of processor time (the same as waited on a GPU)."""

    wall_s: float
    busy_s: float


def cost(work: Callable[[], object], device: str = "cpu") -> Cost:
    """What `work` takes, once."""
    gpu = torch.device(device).type == "cuda"
    if gpu:
        torch.cuda.synchronize()
    wall, busy = time.perf_counter(), time.process_time()
    work()
    if gpu:
        torch.cuda.synchronize()
    waited = time.perf_counter() - wall
    return Cost(waited, waited if gpu else time.process_time() - busy)


def matmul_rate(dtype: torch.dtype, device: str = "cpu", *, at_least_s: float = 0.5) -> float:
    """Floating-point operations a second of square matrix products in `dtype`, the best of 5."""
    a = torch.randn(EDGE, EDGE).to(device, dtype)
    best, each, times = 0.0, 2 * EDGE**3, 1

    def work() -> None:
        for _ in range(times):
            torch.mm(a, a)

    cost(work, device)
    while (took := cost(work, device)).busy_s < at_least_s / 5:
        times = max(times + 1, round(times * min(10.0, at_least_s / 4 / max(took.busy_s, 1e-4))))
    for _ in range(5):
        best = max(best, each * times / cost(work, device).busy_s)
    return best


def operations(work: Callable[[], object]) -> int:
    """Floating-point operations of the products, convolutions and attention in `work`."""
    # torch's own table knows the attention kernels of GPUs only
    own = {torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: _attention}
    with FlopCounterMode(display=False, custom_mapping=own) as counter:
        work()
    total: int = counter.get_total_flops()
    return total


def _attention(q: torch.Size, k: torch.Size, v: torch.Size, *_: object, **__: object) -> int:
    """Two products of all with all, by their shapes (B, heads, N, head_width)."""
    batch, heads, queries, width = q
    return 2 * batch * heads * queries * k[2] * (width + v[3])
