"""Few steps: long steps learn to lead where short ones lead."""

from __future__ import annotations

import torch

from generator.dataset import Batch
from generator.dit import DiT
from generator.sizes import MODELS
from generator.training.distil import few_loss

TINY = MODELS["tiny"]


def batch() -> Batch:
    torch.manual_seed(1)
    return Batch(torch.randn(8, 32, 2, 2, 3), ["a sunset"] * 8, 0.16, torch.zeros(8, 1, 2, 2, 3))


def ready() -> DiT:
    torch.manual_seed(0)
    model = DiT(TINY)
    torch.nn.init.normal_(model.out.weight, std=0.5)
    return model


def test_long_steps_come_to_agree_with_half_steps() -> None:
    model, teacher, clips = ready(), ready().requires_grad_(False), batch()

    def loss(number: int) -> torch.Tensor:
        return few_loss(model, teacher, clips, torch.Generator().manual_seed(number))

    before = float(sum(loss(n).detach() for n in range(8)))
    optimiser = torch.optim.Adam(model.parameters(), 3e-3)
    for step in range(60):
        optimiser.zero_grad()
        loss(step % 8).backward()
        optimiser.step()
    assert float(sum(loss(n).detach() for n in range(8))) < 0.6 * before
    assert model.few and not teacher.few


def test_a_straight_flow_needs_no_correction() -> None:
    """Where every velocity is the same, a long step is already what two halves are."""
    model = DiT(TINY)
    with torch.no_grad():
        model.out.bias.fill_(0.7)
    loss = few_loss(model, model, batch(), torch.Generator().manual_seed(0))
    assert float(loss.detach()) < 1e-8
