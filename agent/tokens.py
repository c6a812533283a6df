"""How many tokens a text has: counted where the model's tokenizer is at hand, else at most.

The setting `tokenizer` names the `tokenizer.json` that comes with an open model. Without one,
`at_most` is an upper estimate that was held against OpenAI's vocabularies (o200k and cl100k):
1.2 to 1.6 times what English, code, JSON and ids really take, more for other scripts.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path

from project.errors import CreatorError
from project.settings import Settings

Count = Callable[[str], int]
_RUN = re.compile(r"[A-Za-z0-9]+|\s+|[\x21-\x7e]|[^\x00-\x7f]|.", re.DOTALL)


def at_most(text: str) -> int:
    """An upper estimate, whatever the vocabulary."""
    return sum(map(_cost, _RUN.findall(text)))


def _cost(run: str) -> int:
    first = ord(run[0])
    if run.isspace():
        return 0 if run == " " else 1  # one space belongs to the word behind it
    if first < 0x80:
        if run.isalpha():
            return -(-len(run) // 4)
        return -(-2 * len(run) // 3) if len(run) > 1 else 1  # ids are cut up small
    if first >= 0x10000:
        return 3
    return 1 if first < 0x900 else 2


def counter(settings: Settings) -> Count:
    """What counts tokens for the brain of these settings. Raises CreatorError."""
    return _counted(settings.tokenizer) if settings.tokenizer else at_most


@functools.cache
def _counted(file: str) -> Count:
    from tokenizers import Tokenizer

    path = Path(file).expanduser()
    path = path / "tokenizer.json" if path.is_dir() else path
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises nothing narrower
        raise CreatorError(
            f"the tokenizer {path} cannot be read ({error}); name a model's tokenizer.json, or"
            " leave the setting tokenizer empty"
        ) from error
    return lambda text: len(tokenizer.encode(text).ids)
