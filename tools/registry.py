"""All tools a plan may use, by name. A closed set: what is not here cannot be done."""

from __future__ import annotations

from tools.alternatives import Alternatives
from tools.arrange import Arrange
from tools.contents import Contents
from tools.export import Export
from tools.fill import Fill
from tools.grade import SetLook
from tools.ideas import Ideas
from tools.music import Music
from tools.overview import Overview
from tools.reframe import SetFrame
from tools.rhythm import Rhythm
from tools.search import Search
from tools.shape import Tool
from tools.sound import Sound
from tools.speed import Speed
from tools.stabilise import Stabilise
from tools.storyboard import Storyboard
from tools.tighten import Tighten
from tools.title import SetTitle
from tools.transcript import Transcript
from tools.trim import Trim


def tools() -> dict[str, Tool]:
    """Every tool, in the order a film is usually made."""
    every: tuple[Tool, ...] = (
        Overview(),
        Ideas(),
        Search(),
        Contents(),
        Storyboard(),
        Alternatives(),
        Trim(),
        Arrange(),
        Transcript(),
        Tighten(),
        Speed(),
        Fill(),
        SetFrame(),
        SetLook(),
        Stabilise(),
        SetTitle(),
        Music(),
        Sound(),
        Rhythm(),
        Export(),
    )
    return {tool.name: tool for tool in every}
