"""What models cost, for the money meter: US dollars per million tokens, read and written.

Prices change; these are upper estimates, so that the cap errs on the creator's side. A server
at a `base_url` of the creator's own is counted as free.
"""

from __future__ import annotations

PRICES: tuple[tuple[str, float, float], ...] = (
    ("gpt-5-nano", 0.05, 0.4),
    ("gpt-5-mini", 0.25, 2.0),
    ("gpt-5", 1.25, 10.0),
    ("gpt-4.1-nano", 0.1, 0.4),
    ("gpt-4.1-mini", 0.4, 1.6),
    ("gpt-4.1", 2.0, 8.0),
    ("gpt-4o-mini", 0.15, 0.6),
    ("gpt-4o", 2.5, 10.0),
)
UNKNOWN = (5.0, 25.0)


def money(model: str, read: int, written: int, *, own_server: bool) -> float:
    """The price of a call in US dollars; an unknown hosted model counts as a dear one."""
    if own_server:
        return 0.0
    known = ((r, w) for name, r, w in PRICES if model.startswith(name))
    per_read, per_written = next(known, UNKNOWN)
    return (read * per_read + written * per_written) / 1e6
