"""An article as Markdown (CommonMark, GitHub's too): text that cannot become markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from index.outputs.article import Article, Paragraph, Part
from index.outputs.links import Frame, at_time, stamp
from timeline.exchange import plain_line

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+=|~&$!@^-])")
_NUMBER = re.compile(r"^(\d{1,9})([.)])")
_LINK = re.compile(r"(?i)(https?|ftp)://|\bwww\.")


def markdown(article: Article, frames: Mapping[Fraction, Frame], media: str) -> str:
    """The article. frames: the pictures taken, by their instant; media: the film's relative URL."""
    long = bool(article.parts) and article.parts[-1].range.end >= 3600
    blocks = [f"# {plain(article.title)}"]
    if article.summary:
        blocks.append(plain(article.summary))
    blocks.append(" · ".join(plain(fact) for fact in article.facts))
    if len(article.parts) > 1:
        blocks.append(
            "\n".join(
                f"- {_time(part.range.start, media, long=long)} {plain(part.title)}"
                for part in article.parts
            )
        )
    for part in article.parts:
        if len(article.parts) > 1:
            blocks.append(f"## {plain(part.title)}")
        blocks += _part(part, frames, media, long=long)
    return "\n\n".join(blocks) + "\n"


def _part(part: Part, frames: Mapping[Fraction, Frame], media: str, *, long: bool) -> list[str]:
    blocks = []
    frame = frames.get(part.figure.time_s) if part.figure else None
    if part.figure and frame:
        when = part.figure.time_s
        words = plain(part.figure.words or f"The picture at {stamp(when, long=long)}")
        blocks.append(f"[![{words}]({frame.url})]({at_time(media, when)})")
    speaker = ""
    for paragraph in part.paragraphs:
        blocks.append(_paragraph(paragraph, speaker, media, long=long))
        speaker = paragraph.speaker
    return blocks


def _paragraph(paragraph: Paragraph, before: str, media: str, *, long: bool) -> str:
    who = ""
    if paragraph.speaker and paragraph.speaker != before:
        who = f"**{plain(paragraph.speaker)}** "
    said = plain(paragraph.text)
    if paragraph.kind == "written":
        said = f"On screen: “{said}”"
    return f"{_time(paragraph.start_s, media, long=long)} {who}{said}"


def _time(seconds: Fraction, media: str, *, long: bool) -> str:
    return f"[{stamp(seconds, long=long)}]({at_time(media, seconds)})"


def plain(text: str) -> str:
    """`text` on one line as Markdown that shows just that text: no markup, no link by itself."""
    safe = _MARKS.sub(r"\\\1", plain_line(text))
    safe = _NUMBER.sub(r"\1\\\2", safe)
    return _LINK.sub(lambda m: m[0].replace(":", r"\:").replace(".", r"\."), safe)
