"""FCPXML 1.10 out, for Final Cut Pro and DaVinci Resolve.

Every time is written as whole frames of the timeline's frame duration ("1001/30000s" times n),
as both programs demand. The main track is the spine; other tracks and titles are connected to
what plays under them. Reasons are markers; generated clips carry keywords and notes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as Et

from timeline.edits.frames import snapped
from timeline.errors import ExchangeError
from timeline.exchange import (
    MediaRef,
    file_url,
    frames_of,
    media_of,
    plain_line,
    write_text,
    xml_text,
)
from timeline.fcpxml_story import Story, rational
from timeline.marks import film_words, origins, source_type
from timeline.model import Timeline

DISSOLVE_UID = "FxPlug:4731E73A-8DAC-4113-9A30-AE85B1761265"
TITLE_UID = ".../Titles.localized/Bumper:Opener.localized/Basic Title.localized/Basic Title.moti"


def write(tl: Timeline, out: Path, *, media: Mapping[str, MediaRef]) -> Path:
    """`out` as an .fcpxml file of the timeline on whole frames. Raises ExchangeError."""
    if tl.duration <= 0:
        raise ExchangeError("an FCPXML was asked for, but the timeline is empty; add a clip first")
    tl = snapped(tl)
    root = Et.Element("fcpxml", version="1.10")
    resources = Et.SubElement(root, "resources")
    assets = _resources(resources, tl, media)
    name = xml_text(plain_line(tl.name)) or "Rough cut"
    library = Et.SubElement(root, "library")
    event = Et.SubElement(library, "event", name=name)
    project = Et.SubElement(event, "project", name=name)
    sequence = Et.SubElement(
        project,
        "sequence",
        format="r1",
        duration=rational(tl.duration, tl.rate),
        tcStart="0s",
        tcFormat="NDF",
        audioLayout="stereo",
        audioRate="48k",
    )
    if made := origins(tl):
        note = Et.SubElement(sequence, "note")
        note.text = xml_text(f"{film_words(made)} ({source_type(made)})")
    sequence.append(Story(tl, media, assets).spine())
    Et.indent(root)
    body = Et.tostring(root, encoding="unicode")
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{body}\n'
    return write_text(out, text)


def _resources(
    resources: Et.Element, tl: Timeline, media: Mapping[str, MediaRef]
) -> dict[str, str]:
    """Formats, assets and effects; gives back which asset id stands for which footage."""
    formats: dict[tuple[Fraction, int, int], str] = {(tl.rate, tl.width, tl.height): "r1"}
    refs: dict[str, MediaRef] = {}
    for track in tl.tracks:
        for _, clip in tl.clips(track.name):
            refs.setdefault(clip.footage_id, media_of(media, clip))
    for ref in refs.values():
        if ref.has_picture:
            key = (_picture_rate(ref, tl.rate), ref.width, ref.height)
            formats.setdefault(key, f"r{len(formats) + 1}")
    for (rate, width, height), name in formats.items():
        Et.SubElement(
            resources,
            "format",
            id=name,
            frameDuration=rational(1 / rate, rate),
            width=str(width),
            height=str(height),
        )
    assets = {footage: f"a{n}" for n, footage in enumerate(refs, start=1)}
    for footage, ref in refs.items():
        resources.append(_asset(footage, assets[footage], ref, formats, tl.rate))
    Et.SubElement(resources, "effect", id="x1", name="Cross Dissolve", uid=DISSOLVE_UID)
    Et.SubElement(resources, "effect", id="x2", name="Basic Title", uid=TITLE_UID)
    return assets


def _asset(
    footage: str,
    asset_id: str,
    ref: MediaRef,
    formats: Mapping[tuple[Fraction, int, int], str],
    rate: Fraction,
) -> Et.Element:
    own = _picture_rate(ref, rate) if ref.has_picture else rate
    # counted down to whole frames: an asset must not promise a frame that is not there
    whole = max(1, int(ref.duration * own // 1)) / own
    asset = Et.Element(
        "asset",
        id=asset_id,
        name=xml_text(plain_line(ref.name)),
        uid=hashlib.sha256(footage.encode("utf-8", "replace")).hexdigest()[:32].upper(),
        start=rational(Fraction(frames_of(ref.timecode_s, own)) / own, own),
        duration=rational(whole, own),
    )
    if ref.has_picture:
        asset.set("hasVideo", "1")
        asset.set("videoSources", "1")
        asset.set("format", formats[(own, ref.width, ref.height)])
    if ref.has_sound or not ref.has_picture:
        for key, value in _flags(
            hasAudio="1", audioSources="1", audioChannels="2", audioRate="48000"
        ):
            asset.set(key, value)
    Et.SubElement(asset, "media-rep", kind="original-media", src=file_url(ref.path))
    return asset


def _flags(**flags: str) -> Iterable[tuple[str, str]]:
    return flags.items()


def _picture_rate(ref: MediaRef, rate: Fraction) -> Fraction:
    """The file's own rate; the timeline's where the file does not say one."""
    return ref.rate if ref.rate > 0 else rate
