"""How a worker talks: one message is a header, a small JSON note and raw bytes.

The worker's standard output is the wire. A reader that is slow stops the worker at the pipe, so
memory stays bounded on both sides whatever the length of the file.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

HEADER = struct.Struct("<II")
MAX_NOTE = 1 << 20
MAX_BODY = 1 << 30


@dataclass(frozen=True, slots=True)
class Message:
    """One message: `kind` says what, `note` the small facts, `body` the pixels or samples."""

    kind: str
    note: dict[str, Any]
    body: bytes | bytearray

    def seconds(self, name: str) -> Fraction:
        """The exact seconds kept in the note under `name`."""
        return Fraction(self.note[name])

    def array(self) -> NDArray[Any]:
        """The body as the array that was sent, with its shape and type."""
        flat = np.frombuffer(self.body, dtype=np.dtype(self.note["dtype"]))
        return flat.reshape(self.note["shape"])


def write(
    pipe: BinaryIO, kind: str, note: dict[str, Any], array: NDArray[Any] | None = None
) -> None:
    """Send one message; an array goes as its own bytes."""
    body: Any = b""
    if array is not None:
        array = np.ascontiguousarray(array)
        body = array.reshape(-1).view(np.uint8).data if array.size else b""
        note = {**note, "dtype": array.dtype.str, "shape": list(array.shape)}
    head = json.dumps({"kind": kind, **note}).encode()
    pipe.write(HEADER.pack(len(head), len(body)) + head)
    pipe.write(body)
    pipe.flush()


def sizes(header: bytes) -> tuple[int, int]:
    """The lengths of note and body. Raises ValueError for a header no worker of ours sends."""
    note, body = HEADER.unpack(header)
    if note > MAX_NOTE or body > MAX_BODY:
        raise ValueError(f"a worker sent a message of {note} + {body} bytes; that is not ours")
    return note, body


def message(note: bytes | bytearray, body: bytes | bytearray) -> Message:
    """The message made of the two parts that follow a header."""
    facts = json.loads(bytes(note))
    return Message(facts.pop("kind"), facts, body)
