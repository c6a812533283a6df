"""Words to tokens: each word is hashed to a row of a learned table.

No vocabulary file is kept: the grammar's few hundred words fall on different rows almost always,
and a word that training never saw still has a row, which the gate reports before it matters.
"""

from __future__ import annotations

import re
import zlib

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from generator.attention import attended
from generator.sizes import ModelConfig

PADDING = 0  # row of "no word here"; a caption of nothing but padding is the null condition


def word_rows(captions: list[str], words: int, length: int) -> Tensor:
    """Rows of the word table, (B, L) int64; longer captions are cut at L words."""
    rows = torch.full((len(captions), length), PADDING)
    for number, caption in enumerate(captions):
        found = re.findall(r"[a-z0-9']+", caption.lower())[:length]
        for at, word in enumerate(found):
            rows[number, at] = 1 + zlib.crc32(word.encode()) % (words - 1)
    return rows


class TextEncoder(nn.Module):
    """Rows (B, L) to text tokens (B, L, D), through a small transformer."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        width = config.text_width
        self.table = nn.Embedding(config.text_words, width)
        self.place = nn.Parameter(torch.randn(config.text_length, width) * 0.02)
        layer = nn.TransformerEncoderLayer(
            width, max(1, width // 64), 2 * width, dropout=0.0, activation="gelu",
            batch_first=True, norm_first=True,
        )  # fmt: skip
        self.layers = nn.TransformerEncoder(layer, config.text_layers, enable_nested_tensor=False)
        self.out = nn.Linear(width, config.width)
        nn.init.normal_(self.table.weight, std=0.5)

    def forward(self, rows: Tensor) -> Tensor:
        words: Tensor = self.table(rows) + self.place
        for layer in self.layers.layers:
            words = _through(layer, words)
        out: Tensor = self.out(words)
        return out


def _through(layer: nn.Module, words: Tensor) -> Tensor:
    """What nn.TransformerEncoderLayer does (norms first), with our attention."""
    assert isinstance(layer, nn.TransformerEncoderLayer)
    own = layer.self_attn
    norm = layer.norm1(words)
    mixed = F.linear(norm, own.in_proj_weight, own.in_proj_bias)
    q, k, v = mixed.reshape(*mixed.shape[:2], 3, own.num_heads, -1).permute(2, 0, 3, 1, 4)
    words = words + own.out_proj(attended(q, k, v).transpose(1, 2).flatten(2))
    fed: Tensor = layer.linear2(F.gelu(layer.linear1(layer.norm2(words))))
    return words + fed
