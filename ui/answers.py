"""What a handler answers to the page: an envelope of views, or the problem in words."""

from __future__ import annotations

import itertools
import json
import logging
import time
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ValidationError

from project.errors import StoreError
from ui.studio import KNOWN, NotOpen

log = logging.getLogger(__name__)
_counter = itertools.count(int(time.time() * 1000))


def envelope(**parts: Any) -> str:
    """The JSON a component's value becomes; `n` always differs, so the page always hears."""
    body = {
        k: v.model_dump() if isinstance(v, BaseModel) else v
        for k, v in parts.items()
        if v is not None
    }
    return json.dumps({"n": next(_counter), **body}, ensure_ascii=False)


def answered(payload: object, work: Callable[[], str]) -> str:
    """What `work` answers, or the problem in words.

    A batch of edits is acked, whatever came of it, unless its project is not open or its store
    takes nothing (a full disk): the page keeps it then (`kept`) and sends it again.
    """
    seq = payload.get("seq") if isinstance(payload, dict) else None
    try:
        return work()
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        return envelope(ack=seq, problem=f"The page asked for something odd: {where}")
    except (NotOpen, StoreError) as error:
        return envelope(kept=seq is not None or None, problem=str(error))
    except KNOWN as error:
        return envelope(ack=seq, problem=str(error))
    except Exception:  # the web session's edge: the page gets words, the log the traceback
        log.exception("a handler failed")
        return envelope(ack=seq, problem="Something inside went wrong; the log says what.")
