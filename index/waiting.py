"""An answer waited for until the creator stops: a request under way cannot be broken off."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from media.errors import Cancelled
from media.values import Cancel

T = TypeVar("T")
LOOK_S = 0.1  # how often it is looked whether it was stopped


def until(ask: Callable[[], T], cancel: Cancel | None, stopped: str) -> T:
    """What `ask` returns or raises. Raises Cancelled, saying `stopped`, once `cancel` says so.

    The request is then left to itself: a daemon ends with the process and writes nothing.
    """
    if cancel is None:
        return ask()
    got: list[T] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            got.append(ask())
        except BaseException as error:  # raised again below, in the thread that asked
            failed.append(error)

    thread = threading.Thread(target=work, name="asking", daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(LOOK_S)
        if thread.is_alive() and cancel():
            raise Cancelled(stopped)
    if failed:
        if isinstance(failed[0], Cancelled):  # what was asked saw the stop first
            raise Cancelled(stopped) from failed[0]
        raise failed[0]
    return got[0]
