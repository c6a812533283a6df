"""Few steps: long steps learn to lead where short ones lead."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import torch

from generator.autoencoder import VideoAutoencoder
from generator.builtin import BuiltinBackend
from generator.checkpoint import save_config, save_weights
from generator.dataset import Batch
from generator.dit import DiT
from generator.sizes import MODELS
from generator.training.distil import few_loss
from generator.values import ShotRequest

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


@pytest.mark.parametrize(("learned", "steps"), [(True, 4), (True, 12), (False, 4)])
def test_learned_steps_say_once_that_guidance_changes_nothing(
    tmp_path: Path, learned: bool, steps: int
) -> None:
    torch.manual_seed(2)
    model = DiT(TINY)
    torch.nn.init.normal_(model.out.weight, std=0.02)
    if learned:
        torch.nn.init.normal_(model.stride.weight, std=0.02)
    save_config(tmp_path, TINY)
    save_weights(tmp_path, "autoencoder", VideoAutoencoder(TINY).state_dict())
    save_weights(tmp_path, "dit", model.state_dict())
    request = ShotRequest(
        "golden sunset", duration_s=Fraction(8, 25), width=48, height=32, rate=Fraction(25),
        steps=steps,
    )  # fmt: skip
    shots = [
        BuiltinBackend(tmp_path).generate(one, lambda *_: None, lambda: False)
        for one in (request, replace(request, guidance=9.0))
    ]
    said = [note for note in shots[0].notes if "guidance" in note]
    same = bool((shots[0].frames == shots[1].frames).all())
    if learned and steps == 4:
        assert same and len(said) == 1 and "a guidance of 4 changes nothing" in said[0]
    else:
        assert not same and not said
