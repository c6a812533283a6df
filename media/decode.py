"""One pass over a file in a sandboxed worker: pictures, stills, sound, words, an ending."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from media.errors import WorkerFailed
from media.probe import path_hex, raise_if_error, regular
from media.sandbox import Limits
from media.standing import Standing, at_work
from media.values import Cancel, Ending, Event, Picture, Probe, Sound, Still, Words
from media.wire import Message

LIMITS = Limits(file_size=0, quiet_s=30.0)
ZERO = Fraction(0)
BROKE_OFF = "decoding broke off after"  # how the reason begins where a worker died on the way


def decode(
    path: Path,
    probe: Probe,
    *,
    width_px: int = 256,
    still_px: int = 960,
    cancel: Cancel | None = None,
    standing: Standing | None = None,
) -> Iterator[Event]:
    """Every event of one pass in file order, an `Ending` last.

    `width_px` is the longest edge of pictures, `still_px` that of stills; 0 leaves them out. A
    worker that dies or hangs ends the pass with what came before it: *partial*, or *rejected*
    when nothing did. A `standing` worker saves the start of one. Raises MediaError when the file
    cannot be opened, Cancelled.
    """
    regular(path)
    # who keeps a standing worker keeps one for each core
    threads = {} if standing is None else {"threads": 1}
    size = {"width_px": width_px, "still_px": still_px}
    job = {"do": "decode", "path": path_hex(path), **size, **threads}
    seen, ended = _Seen(probe), False
    with at_work(dict(job), limits=LIMITS, cancel=cancel, standing=standing) as child:
        try:
            for message in child.messages():
                raise_if_error(message)
                event = _event(message)
                seen.note(event)
                yield event
                ended = ended or isinstance(event, Ending)
            child.finish()
            if not ended:
                raise child.failure("stopped before the end")
        except WorkerFailed as failure:
            if ended:
                return
            yield seen.broken_off(failure)


class _Seen:
    """What has come so far, for an ending when the worker gives none."""

    def __init__(self, probe: Probe) -> None:
        rate = probe.video.rate if probe.video else Fraction(25)
        self.step_s = 1 / rate
        self.picture_end_s, self.sound_end_s, self.frames = ZERO, ZERO, 0

    def note(self, event: Event) -> None:
        if isinstance(event, Picture):
            self.picture_end_s, self.frames = event.time_s + self.step_s, self.frames + 1
        elif isinstance(event, Sound):
            self.sound_end_s = event.start_s + Fraction(len(event.samples), 16_000)

    def broken_off(self, failure: WorkerFailed) -> Ending:
        end = max(self.picture_end_s, self.sound_end_s)
        return Ending(
            duration_s=end,
            picture_end_s=self.picture_end_s,
            sound_end_s=self.sound_end_s,
            frames=self.frames,
            errors=1,
            verdict="partial" if end else "rejected",
            reason=f"{BROKE_OFF} {float(end):.1f} s: {failure}",
        )


def _event(message: Message) -> Event:
    note = message.note
    if message.kind == "picture":
        return Picture(message.seconds("t"), note["n"], message.array(), note["key"])
    if message.kind == "still":
        return Still(message.seconds("t"), note["second"], message.array())
    if message.kind == "sound":
        return Sound(message.seconds("t"), message.array())
    if message.kind == "words":
        return Words(message.seconds("t"), message.seconds("end"), note["text"], note["language"])
    return Ending(
        duration_s=message.seconds("duration"),
        picture_end_s=message.seconds("picture_end"),
        sound_end_s=message.seconds("sound_end"),
        frames=note["frames"],
        errors=note["errors"],
        verdict=note["verdict"],
        reason=note["reason"],
    )
