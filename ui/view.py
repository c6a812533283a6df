"""What every view is: a frozen value that becomes JSON."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """Frozen, and sent as JSON."""

    model_config = ConfigDict(frozen=True)
