"""Inside a worker: one still for each of some seconds, and little more decoded than they need.

Packets are held back until one comes that reaches the next second that is wanted. Where a key
frame came on the way at which a decoder may start, nothing before it is decoded; and of the rest,
where pictures tell it, only what others lean on, but for the picture that stands at that second.
The stills are those of a pass over every frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import av

from media.keys import starts_here, tells_needless
from media.opening import Opened
from media.walking import HALF, Pictures, Send, Tally, packets

MOST_HELD = 512  # packets; seconds that lie farther apart are walked to


def send_stills(opened: Opened, seconds: Sequence[int], send: Send, *, still_px: int) -> None:
    """Send the still of each of `seconds`, ascending; what does not decode is left out."""
    if opened.video is None:
        return
    tally = Tally()
    glance = _Glance(opened, seconds, send, tally, still_px)
    for packet in packets(opened, [opened.video], tally):
        glance.take(packet)
        if glance.wanted_s is None:
            return
    glance.finish()


class _Glance:
    """The packets since the last wanted second, and the time of the next one."""

    def __init__(
        self, opened: Opened, seconds: Sequence[int], send: Send, tally: Tally, still_px: int
    ) -> None:
        self._opened, self._seconds = opened, seconds
        self._pictures = Pictures(opened, send, tally, (0, still_px), seconds=frozenset(seconds))
        self._stream = self._pictures.stream
        self._spares = tells_needless(self._stream)
        self._held: list[tuple[Fraction | None, Any]] = []
        self._afresh = False  # what is held starts at a key frame
        self._place = 0
        self.wanted_s = self._next()

    def take(self, packet: Any) -> None:
        """The next packet of the file."""
        if self.wanted_s is None:
            return
        stamp = packet.pts if packet.pts is not None else packet.dts
        time_s = None if stamp is None else self._opened.seconds(stamp, packet.time_base)
        early = time_s is not None and time_s <= self.wanted_s
        if early and packet.is_keyframe and starts_here(packet, self._stream):
            self._start_at(time_s)
        self._held.append((time_s, packet))
        if not early or len(self._held) > MOST_HELD:
            self._decode()

    def _start_at(self, time_s: Fraction | None) -> None:
        """Forget what is held, where nothing of it is needed behind a key frame of this time.

        It is where time ran back in it, or it told a decoder of another kind of stream.
        """
        before = all(
            t is not None and time_s is not None and t < time_s
            and not packet.has_sidedata("new_extradata")
            for t, packet in self._held
        )  # fmt: skip
        if before:
            self._held.clear()
            self._afresh = True

    def finish(self) -> None:
        """The stills at the end, that no later picture brings."""
        self._decode()
        self._pictures.finish()

    def _decode(self) -> None:
        if self._afresh:
            self._stream.codec_context.flush_buffers()
            self._afresh = False
        stands_s = self._stands_s()
        for time_s, packet in self._held:
            if self.wanted_s is None:
                break
            if self._spares:
                needless = time_s is not None and stands_s is not None and time_s < stands_s
                self._stream.codec_context.skip_frame = "NONREF" if needless else "DEFAULT"
            try:
                for frame in packet.decode():
                    self._pictures.frame(frame)
            except (av.FFmpegError, ValueError, OverflowError):
                continue
            self.wanted_s = self._next()
        self._held.clear()

    def _stands_s(self) -> Fraction | None:
        """The time of the picture, of those that are held, that stands at the wanted second."""
        wanted_s = self.wanted_s
        if wanted_s is None:
            return None
        shown = (t for t, packet in self._held if t is not None and not packet.is_discard)
        return max((t for t in shown if t <= wanted_s), default=None)

    def _next(self) -> Fraction | None:
        """The middle of the first wanted second that has no still yet; None after the last."""
        while self._place < len(self._seconds):
            if self._seconds[self._place] > self._pictures.still_second:
                return self._seconds[self._place] + HALF
            self._place += 1
        return None
