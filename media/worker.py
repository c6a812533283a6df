"""The worker process: `python -m media.worker [JOB]`. Imports PyAV and NumPy, nothing heavier.

JOB is a JSON object: `do` names the job, `path` is the file as the hex of its bytes. The answer
goes over standard output as the messages of `wire`; a failure that can be named is a message of
kind "error" with its verdict, anything else ends the process and its last words say why.

Without JOB it stands ready: each line of its standard input is one, done in a forked process that
sends "done" last. When one of them fails, the worker ends with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

from numpy.typing import NDArray

from media import wire
from media.errors import MediaError, disk_is_full

Job = dict[str, Any]


def path_of(job: Job) -> Path:
    """The file a job is about."""
    return _path(job["path"])


def _path(text: str) -> Path:
    return Path(os.fsdecode(bytes.fromhex(text)))


def _probe(job: Job, send: Any) -> None:
    from media.examine import examine
    from media.opening import open_media

    send("probe", examine(open_media(path_of(job))), None)


def _decode(job: Job, send: Any) -> None:
    from media.examine import ending
    from media.opening import THREADS, open_media
    from media.walking import walk

    opened = open_media(path_of(job), threads=job.get("threads", THREADS))
    tally = walk(opened, send, width_px=job["width_px"], still_px=job["still_px"])
    send("ending", ending(opened, tally), None)


def _stills(job: Job, send: Any) -> None:
    from media.glancing import send_stills
    from media.opening import open_media

    opened = open_media(path_of(job), threads=1)
    send_stills(opened, job["seconds"], send, still_px=job["still_px"])


def _frames(job: Job, send: Any) -> None:
    from media.jumping import send_frames

    times = [Fraction(text) for text in job["times"]]
    height_px, sound = job["height_px"], job["sound"]
    send_frames(path_of(job), times, send, height_px=height_px, sound=sound)


def _picture(job: Job, send: Any) -> None:
    from media.pictures import read_picture

    send("picture", {}, read_picture(path_of(job), height_px=job["height_px"]))


def _jumps(job: Job, send: Any) -> None:
    from media.jumping import jumps_are_sound

    at = [Fraction(text) for text in job["at"]]
    send("jumps", {"sound": jumps_are_sound(path_of(job), at)}, None)


def _samples(job: Job, send: Any) -> None:
    from media.listening import send_samples

    start_s, end_s = Fraction(job["start"]), Fraction(job["end"])
    send_samples(path_of(job), send, start_s=start_s, end_s=end_s, rate_hz=job["rate_hz"])


def _peaks(job: Job, send: Any) -> None:
    from media.listening import send_peaks

    send_peaks(path_of(job), send, per_second=job["per_second"])


def _source(job: Job, send: Any) -> None:
    from media.examine import examine
    from media.jumping import jumps_are_sound
    from media.opening import open_media

    note = examine(open_media(path_of(job)))
    at = [Fraction(text) for text in job["at"]]
    sound = jumps_are_sound(path_of(job), at) if note["video"] and at else not note["video"]
    send("source", {**note, "sound": sound}, None)


def _copy(job: Job, send: Any) -> None:
    from media.copying import Span, copy

    spans = [Span(_path(p), Fraction(start), frames) for p, start, frames in job["spans"]]
    width, height = job["size"]
    made = copy(spans, path_of(job), size=(width, height), rate=Fraction(job["rate"]))
    send("copied", {"copied": made}, None)


def _assemble(job: Job, send: Any) -> None:
    from media.assembly import Assembly, assemble

    lines = [line.split() for line in _path(job["pieces"]).read_text().splitlines()]
    pieces = [(_path(name), int(frames)) for name, frames in lines]
    tags = [(name, text) for name, text in job["tags"]]
    assembly = Assembly(pieces, _path(job["sound"]), Fraction(job["rate"]), tags)
    send("assembled", assemble(assembly, path_of(job)), None)


JOBS: dict[str, Callable[[Job, Any], None]] = {
    "probe": _probe,
    "decode": _decode,
    "stills": _stills,
    "frames": _frames,
    "picture": _picture,
    "jumps": _jumps,
    "samples": _samples,
    "peaks": _peaks,
    "source": _source,
    "copy": _copy,
    "assemble": _assemble,
}


def main(text: str, pipe: BinaryIO) -> None:
    """Do one job and write what it gives to `pipe`."""
    job = json.loads(text)

    def send(kind: str, note: dict[str, Any], array: NDArray[Any] | None) -> None:
        wire.write(pipe, kind, note, array)

    try:
        JOBS[job["do"]](job, send)
    except MediaError as error:
        send("error", {"text": str(error), "verdict": error.verdict}, None)
    except OSError as error:  # PyAV's errors are of this kind as well
        full = disk_is_full(error, path_of(job).parent)
        if full is None:
            raise
        send("error", {"text": str(full), "verdict": full.verdict}, None)


def serve(pipe: BinaryIO) -> None:
    """Do the jobs that come in as lines, each in a fork of this process."""
    import media.examine
    import media.walking  # noqa: F401 - loaded once, here, for all of them

    for line in sys.stdin.buffer:
        number = os.fork()
        if number == 0:
            os._exit(_forked(line.decode(), pipe))
        code = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
        if code:
            os._exit(code if code > 0 else 128 - code)
    with contextlib.suppress(OSError):
        Path.cwd().rmdir()  # the scratch folder, where nobody is left to delete it


def _forked(text: str, pipe: BinaryIO) -> int:
    """One job of a standing worker; the code to end with."""
    code = 1
    try:
        main(text, pipe)
        wire.write(pipe, "done", {})
        code = 0
    except BrokenPipeError:
        code = 0
    except BaseException:  # nothing may run on into the loop of the standing worker
        traceback.print_exc()
        sys.stderr.flush()
    return code


if __name__ == "__main__":
    out = os.fdopen(os.dup(1), "wb", buffering=1 << 18)
    os.dup2(2, 1)  # whatever a library prints goes to the tail, never onto the wire
    try:
        if len(sys.argv) > 1:
            main(sys.argv[1], out)
        else:
            serve(out)
        out.close()
    except BrokenPipeError:
        os._exit(0)  # the reader has what it wanted
