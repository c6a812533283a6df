"""The story of an FCPXML: the spine, what is connected to it, and what each clip carries.

A connected item counts its offset in the local time of the item under it: that item's own
`start` plus the way into it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from xml.etree import ElementTree as Et

from timeline.exchange import MediaRef, frames_of, media_of, not_carried, plain_line, xml_text
from timeline.marks import keywords, origin_words
from timeline.model import ZERO, Clip, Gap, Item, Timeline, Title, Track, Transition
from timeline.time import TimeRange

RATES = {
    Fraction(24000, 1001): "23.98",
    Fraction(24): "24",
    Fraction(25): "25",
    Fraction(30000, 1001): "29.97",
    Fraction(30): "30",
    Fraction(48000, 1001): "47.95",
    Fraction(48): "48",
    Fraction(50): "50",
    Fraction(60000, 1001): "59.94",
    Fraction(60): "60",
}
SILENT = "-96dB"
SIZES = {"title": "90", "lower-third": "54", "subtitle": "48"}
HEIGHTS = {"title": "0", "lower-third": "-300", "subtitle": "-440"}  # px of 1080 from the centre


def rational(seconds: Fraction, rate: Fraction) -> str:
    """`seconds` as FCPXML writes it: whole frames over the rate, "1001/30000s" times n."""
    frames = frames_of(seconds, rate)
    return f"{frames * rate.denominator}/{rate.numerator}s" if frames else "0s"


@dataclass(slots=True)
class _Host:
    """A spine item that others can hang on: where it plays, and its own local start."""

    element: Et.Element
    span: TimeRange
    start: Fraction
    hung: list[Et.Element]  # connected items, which stand before markers
    marks: list[Et.Element]


class Story:
    """Builds the spine of one timeline, which must be on whole frames."""

    def __init__(
        self, tl: Timeline, media: Mapping[str, MediaRef], assets: Mapping[str, str]
    ) -> None:
        self.tl, self.media, self.assets = tl, media, assets
        self.hosts: list[_Host] = []
        self.styles = count(1)

    def spine(self) -> Et.Element:
        """The spine with all tracks, titles and markers of the timeline."""
        spine = Et.Element("spine")
        heard = ZERO  # how far the sound before reaches into the item at hand
        for at, item in self._main_items():
            self._place(spine, at, item, heard)
            heard = item.sound_cut_s if isinstance(item, Clip) else ZERO
        lanes = self._connect_tracks()
        self._connect_titles(lanes)
        for marker in self.tl.markers:
            host = self._under(marker.span.start)
            if host:
                host.marks.append(self._mark(host, marker.span, f"{marker.kind}: {marker.text}"))
        for host in self.hosts:
            self._close(host)
        return spine

    def _main_items(self) -> list[tuple[Fraction, Item]]:
        """V1, with a gap to the film's end where another video track is longer."""
        main = self.tl.track("V1")
        items = list(main.placed())
        rest = self.tl.duration - main.duration
        return [*items, (main.duration, Gap("", rest))] if rest > 0 else items

    def _place(self, spine: Et.Element, at: Fraction, item: Item, heard: Fraction) -> None:
        if isinstance(item, Transition):
            spine.append(self._transition(at, item))
            return
        element, start = self._item(item, at)
        if isinstance(item, Clip) and (heard or item.sound_cut_s):
            length = item.duration - heard + item.sound_cut_s
            element.set("audioStart", self._t(start + heard))
            element.set("audioDuration", self._t(length))
        spine.append(element)
        span = TimeRange(at, at + item.duration)
        self.hosts.append(_Host(element, span, start, [], self._own_marks(item, start)))

    def _item(self, item: Clip | Gap, offset: Fraction) -> tuple[Et.Element, Fraction]:
        """An asset-clip or gap, and the local time it starts at."""
        if isinstance(item, Clip):
            return self._clip(item, offset)
        element = Et.Element("gap", name="Gap", offset=self._t(offset), start="0s")
        element.set("duration", self._t(item.duration))
        if item.wanted:
            _note(element, f"wanted: {item.wanted}")
        return element, ZERO

    def _clip(self, clip: Clip, offset: Fraction) -> tuple[Et.Element, Fraction]:
        ref, rate = media_of(self.media, clip), self.tl.rate
        start = self._local_start(clip, ref)
        element = Et.Element("asset-clip", ref=self.assets[clip.footage_id])
        element.set("name", xml_text(plain_line(clip.name)))
        element.set("offset", self._t(offset))
        element.set("start", self._t(start))
        element.set("duration", self._t(clip.duration))
        element.set("tcFormat", "NDF")
        notes = [clip.beat, *clip.reasons, *not_carried(clip)]
        if clip.origin:
            notes.append(origin_words(clip.origin))
        if any(notes):
            _note(element, "\n".join(note for note in notes if note))
        if ref.has_picture and ref.rate > 0 and ref.rate != rate:
            conform = Et.SubElement(element, "conform-rate", scaleEnabled="0")
            if ref.rate in RATES:
                conform.set("srcFrameRate", RATES[ref.rate])
        if clip.speed != 1:
            self._time_map(element, clip, ref)
        self._adjust(element, clip, ref)
        return element, start

    def _local_start(self, clip: Clip, ref: MediaRef) -> Fraction:
        """The in point in the clip's own time, where a retimed clip's footage is shorter."""
        first, rate = clip.source.start / clip.speed, self.tl.rate
        frames = frames_of(first, rate)
        last = (clip.available.end / clip.speed - clip.duration) * rate // 1
        return Fraction(max(0, min(frames, int(last)))) / rate + self._whole(ref.timecode_s)

    def _time_map(self, element: Et.Element, clip: Clip, ref: MediaRef) -> None:
        """The whole footage at its speed. No edit points, so exact rather than whole frames."""
        mapped = Et.SubElement(element, "timeMap")
        origin, whole = self._whole(ref.timecode_s), ref.duration
        for share in (ZERO, whole):
            Et.SubElement(
                mapped,
                "timept",
                time=_exact(origin + share / clip.speed),
                value=_exact(origin + share),
                interp="linear",
            )

    def _adjust(self, element: Et.Element, clip: Clip, ref: MediaRef) -> None:
        view = clip.reframe
        if view and ref.has_picture:
            Et.SubElement(element, "adjust-conform", type=view.fit)
            fits = (self.tl.width / ref.width, self.tl.height / ref.height)
            scale = (max(fits) if view.fit == "fill" else min(fits)) * view.zoom
            right = (0.5 - view.centre_x) * ref.width * scale / self.tl.height * 100
            up = (view.centre_y - 0.5) * ref.height * scale / self.tl.height * 100
            Et.SubElement(
                element,
                "adjust-transform",
                position=f"{right:.4g} {up:.4g}",
                scale=f"{view.zoom:.6g} {view.zoom:.6g}",
            )
        if clip.muted or clip.gain_db:
            amount = SILENT if clip.muted else f"{clip.gain_db:.6g}dB"
            Et.SubElement(element, "adjust-volume", amount=amount)

    def _transition(self, cut: Fraction, fade: Transition) -> Et.Element:
        element = Et.Element("transition", name="Cross Dissolve")
        element.set("offset", self._t(cut - fade.in_offset))
        element.set("duration", self._t(fade.fade))
        Et.SubElement(element, "filter-video", ref="x1", name="Cross Dissolve")
        return element

    # --- what hangs on the spine

    def _connect_tracks(self) -> int:
        """Other tracks connected in lanes, picture above and sound below; the next free lane."""
        above, below = 1, -1
        for track in self.tl.tracks:
            if track.name == "V1" or not track.items:
                continue
            lane, above, below = (
                (above, above + 1, below) if track.kind == "video" else (below, above, below - 1)
            )
            self._connect_track(track, lane)
        return above

    def _connect_track(self, track: Track, lane: int) -> None:
        if any(isinstance(item, Transition) for item in track.items):
            self._connect_storyline(track, lane)
            return
        for at, item in track.placed():
            host = self._under(at)
            if not isinstance(item, Clip) or host is None:
                continue
            left = self.tl.duration - at  # sound does not lengthen a film
            if item.duration > left:
                end = item.source.start + left * item.speed
                item = dataclasses.replace(item, source=TimeRange(item.source.start, end))
            element, _ = self._item(item, host.start + at - host.span.start)
            self._hang(host, element, lane, track)

    def _connect_storyline(self, track: Track, lane: int) -> None:
        """A track with crossfades: only a storyline of its own can hold them."""
        host = self._under(ZERO)
        if host is None:
            return
        story = Et.Element("spine", lane=str(lane), offset=self._t(host.start))
        for at, item in track.placed():
            if isinstance(item, Transition):
                story.append(self._transition(at, item))
            else:
                story.append(self._item(item, at)[0])
        host.hung.append(story)

    def _hang(self, host: _Host, element: Et.Element, lane: int, track: Track) -> None:
        element.set("lane", str(lane))
        if track.kind == "audio":
            element.set("srcEnable", "audio")
        host.hung.append(element)

    def _connect_titles(self, lane: int) -> None:
        ends: list[Fraction] = []  # of the last title in each lane
        for title in sorted(self.tl.titles, key=lambda t: t.span.start):
            host = self._under(title.span.start)
            if host is None:
                continue
            free = next((n for n, end in enumerate(ends) if end <= title.span.start), len(ends))
            ends[free : free + 1] = [title.span.end]
            host.hung.append(self._title(host, title, lane + free))

    def _title(self, host: _Host, title: Title, lane: int) -> Et.Element:
        end = min(title.span.end, self.tl.duration)
        element = Et.Element("title", ref="x2", lane=str(lane))
        element.set("name", xml_text(plain_line(title.text, most=60)))
        element.set("offset", self._t(host.start + title.span.start - host.span.start))
        element.set("duration", self._t(end - title.span.start))
        element.set("start", "0s")
        Et.SubElement(
            element, "param", name="Position", key="9999/999166631/999166633/1/100/101",
            value=f"0 {HEIGHTS[title.style]}",
        )  # fmt: skip
        style = f"ts{next(self.styles)}"
        words = Et.SubElement(Et.SubElement(element, "text"), "text-style", ref=style)
        words.text = xml_text(title.text)
        definition = Et.SubElement(element, "text-style-def", id=style)
        Et.SubElement(
            definition, "text-style", font="Helvetica", fontSize=SIZES[title.style],
            fontFace="Regular", fontColor="1 1 1 1", alignment="center",
        )  # fmt: skip
        return element

    def _own_marks(self, item: Item, start: Fraction) -> list[Et.Element]:
        if not isinstance(item, Clip):
            return []
        marks = [self._marker(start, f"reason: {reason}") for reason in item.reasons]
        if item.origin:
            keyword = Et.Element("keyword", start=self._t(start), value=keywords(item.origin))
            keyword.set("duration", self._t(item.duration))
            keyword.set("note", xml_text(plain_line(origin_words(item.origin))))
            marks.append(keyword)
        return marks

    def _mark(self, host: _Host, span: TimeRange, words: str) -> Et.Element:
        return self._marker(host.start + span.start - host.span.start, words)

    def _marker(self, start: Fraction, words: str) -> Et.Element:
        value = xml_text(plain_line(words))
        return Et.Element(
            "marker", start=self._t(start), duration=self._t(1 / self.tl.rate), value=value
        )

    def _under(self, at: Fraction) -> _Host | None:
        return next((h for h in self.hosts if h.span.start <= at < h.span.end), None)

    def _close(self, host: _Host) -> None:
        host.element.extend([*host.hung, *host.marks])

    def _whole(self, seconds: Fraction) -> Fraction:
        return Fraction(frames_of(seconds, self.tl.rate)) / self.tl.rate

    def _t(self, seconds: Fraction) -> str:
        return rational(seconds, self.tl.rate)


def _exact(seconds: Fraction) -> str:
    value = seconds.limit_denominator(10**6)
    return f"{value.numerator}/{value.denominator}s" if value else "0s"


def _note(element: Et.Element, words: str) -> None:
    Et.SubElement(element, "note").text = xml_text(words)
