"""Muon (Jordan et al. 2024): momentum whose matrices are brought near to orthogonal each step.

All matrices of one shape go through the iteration as one batch in bf16, which is what the
machine multiplies fastest; the coefficients of each of the four rounds are those of Amsel et al.
2025 ("The Polar Express"), which reach in four what one fixed polynomial reaches in five.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

ROUNDS = (
    (8.156554524902461, -22.48329292557795, 15.878769915207462),
    (4.042929935166739, -2.808917465908714, 0.5000178451051316),
    (3.8916678022926607, -2.772484153217685, 0.5060648178503393),
    (3.285753657755655, -2.3681294933425376, 0.46449024233003106),
)


class Muon(torch.optim.Optimizer):
    """For parameters of two axes. The step is as long as Adam's would be (Liu et al. 2025)."""

    def __init__(
        self, matrices: Iterable[Tensor], lr: float, *, momentum: float = 0.95,
        weight_decay: float = 0.01,
    ) -> None:  # fmt: skip
        super().__init__(matrices, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Move every parameter that has a gradient."""
        del closure
        for group in self.param_groups:
            moved = [p for p in group["params"] if p.grad is not None]
            for same in _by_shape(moved):
                self._move(same, group)

    def _move(self, same: list[Tensor], group: dict[str, Any]) -> None:
        """One matrix after the other, so that each is still in the cache when it is needed."""
        stack = torch.empty(len(same), *same[0].shape, dtype=torch.bfloat16, device=same[0].device)
        for slot, p in zip(stack, same, strict=True):
            grad = p.grad if p.grad is not None else torch.zeros_like(p)
            state = self.state[p]
            if "momentum_buffer" not in state:
                state["momentum_buffer"] = torch.zeros_like(p)
            held = state["momentum_buffer"].lerp_(grad, 1 - group["momentum"])
            slot.copy_(grad.lerp(held, group["momentum"]))  # Nesterov
        length = 0.2 * max(same[0].shape) ** 0.5 * group["lr"]
        for p, way in zip(same, orthogonal(stack), strict=True):
            p.mul_(1 - group["lr"] * group["weight_decay"]).add_(way, alpha=-length)


def _by_shape(matrices: list[Tensor]) -> list[list[Tensor]]:
    alike: dict[torch.Size, list[Tensor]] = {}
    for one in matrices:
        alike.setdefault(one.shape, []).append(one)
    return list(alike.values())


def orthogonal(x: Tensor) -> Tensor:
    """Matrices (K, n, m) with their singular values brought near to 1. x is spent."""
    tall = x.shape[1] > x.shape[2]
    x = x.mul_(1 / (x.norm(dim=(1, 2), keepdim=True) * 1.02 + 1e-7))
    for a, b, c in ROUNDS:
        square = x.mT @ x if tall else x @ x.mT
        inner = c * square
        inner.diagonal(dim1=1, dim2=2).add_(b)
        inner = square @ inner
        inner.diagonal(dim1=1, dim2=2).add_(a)  # so a x + inner x is one product
        x = x @ inner if tall else inner @ x
    return x
