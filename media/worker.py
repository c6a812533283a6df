"""The worker process: `python -m media.worker JOB`. Imports PyAV and NumPy, nothing heavier.

JOB is a JSON object: `do` names the job, `path` is the file as the hex of its bytes. The answer
goes over standard output as the messages of `wire`; a failure that can be named is a message of
kind "error" with its verdict, anything else ends the process and its last words say why.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from numpy.typing import NDArray

from media import wire
from media.errors import MediaError

Job = dict[str, Any]


def path_of(job: Job) -> Path:
    """The file a job is about."""
    return Path(os.fsdecode(bytes.fromhex(job["path"])))


def _probe(job: Job, send: Any) -> None:
    from media.examine import examine
    from media.opening import open_media

    send("probe", examine(open_media(path_of(job))), None)


def _decode(job: Job, send: Any) -> None:
    from media.examine import ending
    from media.opening import open_media
    from media.walking import walk

    opened = open_media(path_of(job))
    tally = walk(opened, send, width_px=job["width_px"], still_px=job["still_px"])
    send("ending", ending(opened, tally), None)


JOBS: dict[str, Callable[[Job, Any], None]] = {"probe": _probe, "decode": _decode}


def main(text: str, pipe: BinaryIO) -> None:
    """Do one job and write what it gives to `pipe`."""
    job = json.loads(text)

    def send(kind: str, note: dict[str, Any], array: NDArray[Any] | None) -> None:
        wire.write(pipe, kind, note, array)

    try:
        JOBS[job["do"]](job, send)
    except MediaError as error:
        send("error", {"text": str(error), "verdict": error.verdict}, None)


if __name__ == "__main__":
    out = os.fdopen(os.dup(1), "wb", buffering=1 << 18)
    os.dup2(2, 1)  # whatever a library prints goes to the tail, never onto the wire
    try:
        main(sys.argv[1], out)
        out.close()
    except BrokenPipeError:
        os._exit(0)  # the reader has what it wanted
