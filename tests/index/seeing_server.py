"""A vision model on loopback that really looks: it answers with the colour of what it was sent."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.servers import Scripted, ScriptedServer, says

COLOURS = {
    "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255), "white": (255, 255, 255),
    "black": (0, 0, 0),
}  # fmt: skip


def colour(rgb: NDArray[np.uint8]) -> str:
    """The colour word nearest to the mean of a picture."""
    mean = rgb.reshape(-1, 3).mean(axis=0)
    return min(COLOURS, key=lambda name: float(np.abs(mean - COLOURS[name]).sum()))


class SeeingServer(ScriptedServer):
    """Answers the first requests from a script, and all later ones by looking."""

    def __init__(self, *first: Scripted, words: str = "a {} picture") -> None:
        super().__init__(*(first or (says(),)))
        self.first, self.words = len(first), words
        self.pictures: list[NDArray[np.uint8]] = []  # all that came, in order

    def _answer(self, handler: Any, request: dict[str, Any]) -> None:
        sent = _pictures(request)
        self.pictures += sent
        place = len(self.requests)
        if place >= self.first:
            seen = [self.words.format(colour(rgb)) for rgb in sent]
            self.script = [*([says()] * place), says(json.dumps({"captions": seen}))]
        super()._answer(handler, request)


def _pictures(request: dict[str, Any]) -> list[NDArray[np.uint8]]:
    """The JPEG files of a request, decoded."""
    found = []
    for message in request["messages"]:
        parts = message["content"] if isinstance(message["content"], list) else []
        for part in parts:
            if part["type"] == "image_url":
                head, _, body = part["image_url"]["url"].partition(",")
                assert head == "data:image/jpeg;base64"
                picture = Image.open(io.BytesIO(base64.b64decode(body, validate=True)))
                assert picture.format == "JPEG"
                found.append(np.asarray(picture.convert("RGB")))
    return found
