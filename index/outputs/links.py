"""Links from an article to instants of its film, and times as an article shows them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture that was taken: its relative URL and its size in pixels."""

    url: str
    width: int
    height: int


def relative_url(path: Path, folder: Path) -> str:
    """The URL of `path` seen from a page in `folder`, percent-encoded from the bytes of its name.

    Characters that mean something in a URL, in HTML or in Markdown do not stand in it.
    """
    return quote(os.fsencode(os.path.relpath(path, folder)), safe="/")


def at_time(media: str, seconds: Fraction) -> str:
    """The URL of an instant (W3C Media Fragments: seconds with at most three decimals)."""
    return f"{media}#t={f'{float(seconds):.3f}'.rstrip('0').rstrip('.')}"


def stamp(seconds: Fraction, *, long: bool) -> str:
    """Whole seconds for reading: M:SS, or H:MM:SS in footage of an hour or more."""
    whole = int(seconds)
    if long:
        return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    return f"{whole // 60}:{whole % 60:02}"
