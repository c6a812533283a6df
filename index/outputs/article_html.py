"""An article as one HTML page: no script, nothing from elsewhere, all text escaped."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from html import escape
from importlib.resources import files

from index.outputs.article import Article, Paragraph, Part
from index.outputs.links import Frame, at_time, stamp

POLICY = "default-src 'none'; img-src 'self' file: data:; style-src 'unsafe-inline'"


def html(article: Article, frames: Mapping[Fraction, Frame], media: str) -> str:
    """The page. frames: the pictures taken, by their instant; media: the relative URL of the film.

    A figure whose frame is not there is left out.
    """
    long = bool(article.parts) and article.parts[-1].range.end >= 3600
    language = f' lang="{escape(article.language)}"' if article.language else ""
    body = [
        _header(article),
        _contents(article, media, long=long),
        *(
            _part(part, frames, media, number=number * (len(article.parts) > 1), long=long)
            for number, part in enumerate(article.parts, start=1)
        ),
    ]
    style = files("index.outputs").joinpath("article.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html{language}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<meta name="generator" content="Roughcut">\n'
        f"<title>{escape(article.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<article>\n{''.join(body)}</article>\n"
        f'<footer>Made by Roughcut from <a href="{escape(media)}">'
        f"{escape(article.facts[0])}</a>. Times open the film there.</footer>\n</body>\n</html>\n"
    )


def _header(article: Article) -> str:
    facts = " · ".join(f"<span>{escape(fact)}</span>" for fact in article.facts)
    summary = f'<p class="summary" dir="auto">{escape(article.summary)}</p>\n'
    return (
        f'<header>\n<h1 dir="auto">{escape(article.title)}</h1>\n'
        f"{summary if article.summary else ''}"
        f'<p class="facts">{facts}</p>\n</header>\n'
    )


def _contents(article: Article, media: str, *, long: bool) -> str:
    if len(article.parts) < 2:
        return ""
    rows = "".join(
        f"<li>{_time(part.range.start, media, long=long)}"
        f'<a href="#part-{number}" dir="auto">{escape(part.title)}</a></li>\n'
        for number, part in enumerate(article.parts, start=1)
    )
    return f'<nav aria-label="Contents">\n<ol>\n{rows}</ol>\n</nav>\n'


def _part(
    part: Part, frames: Mapping[Fraction, Frame], media: str, *, number: int, long: bool
) -> str:
    """One section; without a heading, `number` 0, where it is the only one."""
    figure = _figure(part, frames, media, long=long)
    paragraphs, speaker = [], ""
    for paragraph in part.paragraphs:
        paragraphs.append(_paragraph(paragraph, speaker, media, long=long))
        speaker = paragraph.speaker
    heading = f'<h2 dir="auto">{escape(part.title)}</h2>\n' if number else ""
    return f'<section id="part-{number}">\n{heading}{figure}{"".join(paragraphs)}</section>\n'


def _figure(part: Part, frames: Mapping[Fraction, Frame], media: str, *, long: bool) -> str:
    """The picture; its words stand below it only where the text does not say them too."""
    figure = part.figure
    frame = frames.get(figure.time_s) if figure else None
    if figure is None or frame is None:
        return ""
    when = stamp(figure.time_s, long=long)
    kind = ' class="tall"' if frame.height > frame.width else ""
    said = any(p.text.rstrip(".") == figure.words.rstrip(".") for p in part.paragraphs)
    words = "" if said else f' <span dir="auto">{escape(figure.words)}</span>'
    return (
        f'<figure{kind}>\n<a href="{escape(at_time(media, figure.time_s))}">'
        f'<img src="{escape(frame.url)}" width="{frame.width}" height="{frame.height}"'
        f' alt="{escape(figure.words or f"The picture at {when}")}"></a>\n'
        f"<figcaption>{_time(figure.time_s, media, long=long)}{words}</figcaption>\n</figure>\n"
    )


def _paragraph(paragraph: Paragraph, before: str, media: str, *, long: bool) -> str:
    who = ""
    if paragraph.speaker and paragraph.speaker != before:
        who = f'<b class="who" dir="auto">{escape(paragraph.speaker)}</b> '
    said = escape(paragraph.text)
    if paragraph.kind == "written":
        said = f"On screen: <q>{said}</q>"
    return (
        f'<p class="{paragraph.kind}">{_time(paragraph.start_s, media, long=long)}'
        f'<span dir="auto">{who}{said}</span></p>\n'
    )


def _time(seconds: Fraction, media: str, *, long: bool) -> str:
    return (
        f'<a class="time" href="{escape(at_time(media, seconds))}">{stamp(seconds, long=long)}</a>'
    )
