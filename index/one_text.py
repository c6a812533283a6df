"""The network of a sentence-transformers model asked about one text, without the way around it.

`encode` is made for many texts: it sorts, pads and asks the hooks of every module, which for one
question takes a fifth of all the time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

ALIKE = 1e-5  # how far a number of a unit vector may be from that of `encode`
PROBE = "A small boat, far out: who is in it?"


class OneText:
    """What `model.encode` makes of one text where the mean of its tokens is the vector."""

    def __init__(self, model: Any, network: Any) -> None:
        self._model, self._network = model, network

    def __call__(self, text: str) -> NDArray[np.float32]:
        """(width,) float32 of length 1."""
        import torch

        asked = self._model.tokenizer(
            text, truncation=True, max_length=self._model.max_seq_length, return_tensors="pt"
        )
        with torch.inference_mode():
            tokens = self._network(**asked).last_hidden_state[0]
            mean = torch.nn.functional.normalize(tokens.mean(0), dim=0)
        found: NDArray[np.float32] = mean.float().numpy()
        return found


def one_text(model: Any) -> OneText | None:
    """`model`, a SentenceTransformer, for one text; None where it is no BERT of the kind above.

    What cannot be told from the outside, such as how tokens are brought together, is tried.
    """
    from transformers import BertModel

    network = next((each for each in model.modules() if isinstance(each, BertModel)), None)
    if network is None:
        return None
    made = OneText(model, network)
    theirs = model.encode(PROBE, show_progress_bar=False, normalize_embeddings=True)
    ours = made(PROBE)
    alike = ours.shape == theirs.shape and float(np.abs(ours - theirs).max()) <= ALIKE
    return made if alike else None
