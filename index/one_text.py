"""The network of a sentence-transformers model for one text, and nothing around it.

`encode` is made for many texts: it sorts, pads and asks the hooks of every module, which for one
question takes as long as half of the network. Here a BERT whose tokens are averaged is written
out with the weights of the loaded model. Devlin et al. 2018; Reimers & Gurevych 2019.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

ALIKE = 1e-5  # how far a number of a unit vector may be from that of `encode`
PROBE = "A small boat, far out: who is in it?"


class Linear(NamedTuple):
    """Weight and bias of a product or of a norm, views of the model's own."""

    weight: Any
    bias: Any


class Layer(NamedTuple):
    """One layer of a BERT, in the order in which a text goes through it."""

    query: Linear
    key: Linear
    value: Linear
    attended: Linear
    attended_norm: Linear
    wide: Linear
    narrow: Linear
    norm: Linear


class OneText:
    """What `model.encode` makes of one text, without dropout, padding or hooks."""

    def __init__(self, model: Any, bert: Any) -> None:
        self._model, self._bert = model, bert
        self._heads = int(bert.config.num_attention_heads)
        self._epsilon = float(bert.config.layer_norm_eps)
        self._first_norm = _linear(bert.embeddings.LayerNorm)
        self._layers = [_layer(each) for each in bert.encoder.layer]

    def __call__(self, text: str) -> NDArray[np.float32]:
        """(width,) float32 of length 1."""
        import torch

        asked = self._model.tokenizer(text, truncation=True, max_length=self._model.max_seq_length)
        with torch.inference_mode():
            x = self._embedded(torch.tensor(asked["input_ids"]))
            for layer in self._layers:
                x = self._through(layer, x)
            mean = torch.nn.functional.normalize(x.mean(0), dim=0)
        found: NDArray[np.float32] = mean.float().numpy()
        return found

    def _embedded(self, ids: Any) -> Any:
        """ids: (L,) int64. (L, D): what each token means, and where it stands."""
        of = self._bert.embeddings
        x = of.word_embeddings.weight[ids] + of.token_type_embeddings.weight[0]
        return self._normed(x + of.position_embeddings.weight[: len(ids)], self._first_norm)

    def _through(self, layer: Layer, x: Any) -> Any:
        """x: (L, D) before the layer; the same after it."""
        from torch.nn import functional

        ways = (layer.query, layer.key, layer.value)
        q, k, v = (
            functional.linear(x, *way).view(1, len(x), self._heads, -1).transpose(1, 2)
            for way in ways
        )
        seen = functional.scaled_dot_product_attention(q, k, v)[0].transpose(0, 1).flatten(1)
        x = self._normed(functional.linear(seen, *layer.attended) + x, layer.attended_norm)
        wide = functional.gelu(functional.linear(x, *layer.wide))
        return self._normed(functional.linear(wide, *layer.narrow) + x, layer.norm)

    def _normed(self, x: Any, by: Linear) -> Any:
        from torch.nn import functional

        return functional.layer_norm(x, (x.shape[-1],), *by, self._epsilon)


def one_text(model: Any) -> OneText | None:
    """`model`, a SentenceTransformer, for one text; None where it is no BERT of the kind above.

    What cannot be told from the outside, such as how tokens are brought together, is tried.
    """
    from transformers import BertModel

    bert = next((each for each in model.modules() if isinstance(each, BertModel)), None)
    if bert is None or bert.config.hidden_act != "gelu":
        return None
    made = OneText(model, bert)
    theirs = model.encode(PROBE, show_progress_bar=False, normalize_embeddings=True)
    ours = made(PROBE)
    alike = ours.shape == theirs.shape and float(np.abs(ours - theirs).max()) <= ALIKE
    return made if alike else None


def _linear(module: Any) -> Linear:
    return Linear(module.weight, module.bias)


def _layer(of: Any) -> Layer:
    own, out = of.attention.self, of.attention.output
    parts = (own.query, own.key, own.value, out.dense, out.LayerNorm, of.intermediate.dense)
    return Layer(*map(_linear, (*parts, of.output.dense, of.output.LayerNorm)))
