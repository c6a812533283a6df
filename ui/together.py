"""Two windows on one project: the later one is told, and nothing of either is lost.

A batch names the edit it was drawn on. Where another one stands since, what can still be done is
done on top of it; going back is not, since it would take back what another window did.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from project import history
from project.errors import StoreError
from project.store import Project
from ui import edits
from ui.ops import AnyOp, Restore, Unread, Walk
from ui.studio import KNOWN

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Done:
    """How a batch went, in words."""

    problems: tuple[str, ...] = ()
    notice: str = ""


def run(project: Project, batch: Sequence[AnyOp | Unread], drawn_on: int | None) -> Done:
    """The ops in order, each one undo step; those that fail leave the others alone.

    drawn_on: the id of the edit that the page drew, 0 before the first; None: it does not say.
    Raises StoreError where the store takes no more: what was done before stays done.
    """
    problems = [op.told for op in batch if isinstance(op, Unread)]
    ops = [op for op in batch if not isinstance(op, Unread)]
    head = history.head(project)
    done = _done_before(project, ops)
    moved = (
        drawn_on is not None
        and drawn_on != (head.id if head else 0)
        and not (done and history.is_newest(project, ops[done - 1].key))
    )
    since = f" ({head.label})" if head is not None and head.label else ""
    made = 0
    for op in ops[done:]:
        if moved and isinstance(op, Walk | Restore):
            word = {"undo": "undone", "redo": "redone"}.get(op.op, "gone back to")
            problems.append(
                f"nothing was {word}: the edit was changed meanwhile{since}, in another window or"
                " by the assistant; look at it, then do it again"
            )
            continue
        try:
            edits.run(project, op)
            made += 1
        except StoreError:
            raise
        except KNOWN as error:
            problems.append(
                f"{error}; the edit was changed meanwhile{since}" if moved else str(error)
            )
        except Exception:  # a bug in one must not cost the others, which the page forgets then
            log.exception("an edit by hand failed")
            problems.append("something inside went wrong with an edit; the log says what")
    notice = ""
    if moved and made:
        notice = f"The edit was changed meanwhile{since}. Yours was made on top; both are kept."
    return Done(tuple(problems), notice)


def _done_before(project: Project, ops: Sequence[AnyOp]) -> int:
    """How many ops of a batch that comes again were tried: all up to the last that is known."""
    return max((n for n, op in enumerate(ops, 1) if history.made(project, op.key)), default=0)
