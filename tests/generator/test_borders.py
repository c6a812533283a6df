"""The borders of decoded blocks: small steps are spread, the picture's own edges stay."""

from __future__ import annotations

import torch
from torch import Tensor

from generator.borders import ease_step, smooth_picture


def slope(height: int = 32, width: int = 48) -> Tensor:
    """A picture that grows evenly to the right and down, (1, 3, 1, H, W)."""
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return (0.01 * x + 0.005 * y - 0.4)[None, None, None].expand(1, 3, 1, -1, -1)


def border_over_inside(picture: Tensor) -> float:
    """The mean step over the vertical borders of 16 pixels over the mean step elsewhere."""
    step = picture.diff(dim=-1).abs()
    border = torch.arange(step.shape[-1]) % 16 == 15
    return float(step[..., border].mean() / step[..., ~border].mean())


def test_a_picture_without_steps_stays_as_it_is() -> None:
    assert torch.allclose(smooth_picture(slope(), 16), slope(), atol=1e-6)


def test_blocks_that_are_a_little_off_become_one_picture() -> None:
    off = 0.05 * torch.randn(1, 3, 1, 2, 3, generator=torch.Generator().manual_seed(0))
    blocky = slope() + off.repeat_interleave(16, -2).repeat_interleave(16, -1)
    smooth = smooth_picture(blocky, 16)
    assert border_over_inside(blocky) > 3
    assert border_over_inside(smooth) < 1.3
    assert (smooth - slope()).pow(2).mean() < 0.8 * (blocky - slope()).pow(2).mean()


def test_an_edge_of_the_picture_on_a_border_stays() -> None:
    edge = torch.ones(1, 1, 1, 32, 32)
    edge[..., 16:] = -1
    kept = smooth_picture(edge, 16)
    assert float((kept[..., 15] - kept[..., 16]).min()) > 1.8


def test_four_frames_go_on_from_those_before_without_a_step() -> None:
    even = 0.02 * torch.arange(8.0)[None, None, :, None, None].expand(1, 3, 8, 4, 4)
    before, four = even[:, :, 2:4], even[:, :, 4:]
    assert torch.allclose(ease_step(four, before), four, atol=1e-6)
    eased = ease_step(four + 0.1, before)
    step = (eased[:, :, 0] - before[:, :, 1]).abs().mean()
    assert float(step) < 0.06 < 0.12
    assert torch.allclose(eased[:, :, 3], four[:, :, 3] + 0.1, atol=0.02)


def test_a_cut_between_four_frames_stays_a_cut() -> None:
    dark, light = -torch.ones(1, 3, 2, 4, 4), torch.ones(1, 3, 4, 4, 4)
    assert float((ease_step(light, dark)[:, :, 0] - dark[:, :, 1]).min()) > 1.9
