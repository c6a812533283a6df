"""How long a text is for a model, estimated from above, and texts cut to a length."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

BUDGET = 3_000  # tokens of one request where nothing else is asked for: it fits small models too
LEAST = 2_000  # with less there is no room for one piece of footage beside what is asked
# of UTF-8 to a token: English prose has 4 and more, lines of JSON and other scripts about 3, what
# is read wrongly off a screen fewer
BYTES = Fraction(5, 2)
A_TURN = 8  # tokens about each message


def tokens(text: str) -> int:
    """About how many tokens a text has, rather too many than too few."""
    return math.ceil(len(text.encode()) / BYTES)


def request_tokens(turns: Iterable[tuple[str, str]]) -> int:
    """About how many tokens a model reads of these (role, text) turns."""
    return sum(tokens(text) + A_TURN for _, text in turns)


def cut(text: str, longest: int) -> str:
    """`text`, or its start with an ellipsis, in at most so many tokens."""
    if tokens(text) <= longest:
        return text
    room = max(0, int(longest * BYTES) - len("…".encode()))
    return text.encode()[:room].decode(errors="ignore").rstrip() + "…"
