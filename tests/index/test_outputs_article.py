"""An article is what the index knows, as text that stays text, with pictures and links to times."""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from PIL import Image

from index.outputs import article_files
from index.outputs.article import Article, article
from index.outputs.article_files import write_article
from index.outputs.article_html import html
from index.outputs.article_markdown import markdown
from index.outputs.known import Known
from index.outputs.lede import lede
from index.outputs.links import Frame, at_time, relative_url
from media.errors import Cancelled
from project import footage as store
from project.errors import CreatorError
from project.footage import Senses, Speech
from project.store import Project
from tests.index import made_film, real_library
from tests.index.made_film import BREAD, STORM, Subject
from timeline.time import TimeRange

HOSTILE = (
    '<script>alert(1)</script><img src=x onerror=alert(2)> "q" &amp; [a](http://evil.example)'
    " ![b](http://evil.example/b.png) **bold** `code` https://evil.example www.evil.example"
    " # h 1. li $x$ <b>"
)
SEEN = Senses(light=0.5, contrast=0.3, sharpness=0.5)


class Page(HTMLParser):
    """The tags, links, pictures and words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.images: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        given = dict(attrs)
        if tag == "a":
            self.links.append(given["href"] or "")
        if tag == "img":
            self.images.append(given["src"] or "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def frames(plan: Article) -> dict[Fraction, Frame]:
    times = [part.figure.time_s for part in plan.parts if part.figure]
    return {time: Frame(f"pictures/{n:02}.jpg", 320, 180) for n, time in enumerate(times, start=1)}


def hostile() -> Known:
    film = made_film.known()
    speech = [
        replace(s, text=f"{HOSTILE} {s.text}", speaker=f"<i>{s.speaker}") for s in film.speech
    ]
    moments = [replace(m, caption=HOSTILE, screen_text=HOSTILE) for m in film.moments]
    footage = replace(film.footage, name=f"{HOSTILE}.mp4", title=HOSTILE, summary=HOSTILE)
    return replace(film, footage=footage, moments=tuple(moments), speech=tuple(speech))


def test_the_spoken_words_are_all_there_once_in_order_with_who_says_them() -> None:
    plan = article(made_film.known())
    assert [part.title for part in plan.parts] and len(plan.parts) == 3
    said = " ".join(p.text for part in plan.parts for p in part.paragraphs)
    assert said == " ".join(s for subject in made_film.SUBJECTS for s in subject.sentences)
    assert {p.speaker for p in plan.parts[1].paragraphs} == {"Ben"}
    assert "2 speakers" in plan.facts


def test_a_pause_a_speaker_and_many_words_start_a_new_paragraph() -> None:
    def line(start: float, end: float, text: str, speaker: str = "") -> Speech:
        return Speech("film", TimeRange(Fraction(start), Fraction(end)), text, speaker, "")

    film = made_film.known([Subject(19)])
    speech = (
        line(0, 1, "One."), line(1, 2, "Two."), line(6, 7, "After a pause."),
        line(7, 8, "Another voice.", "Ann"), line(8, 12, "word " * 95 + "end.", "Ann"),
        line(12, 13, "Next.", "Ann"),
    )  # fmt: skip
    [part] = article(replace(film, speech=speech)).parts
    starts = [float(p.start_s) for p in part.paragraphs]
    assert starts == [0, 6, 7, 12]
    assert part.paragraphs[0].text == "One. Two."


def test_where_nobody_speaks_it_says_what_is_seen_and_nothing_twice() -> None:
    film = made_film.known([Subject(12, "a dog runs; a man waves", senses=SEEN)])
    moments = [*film.moments[:6], *(replace(m, caption="a man waves; rain falls on a roof")
                                    for m in film.moments[6:])]  # fmt: skip
    [part] = article(replace(film, moments=tuple(moments))).parts
    assert [(p.text, float(p.start_s)) for p in part.paragraphs] == [
        ("A dog runs; a man waves.", 0), ("Rain falls on a roof.", 6),
    ]  # fmt: skip
    dark = Subject(12, senses=Senses(words=("dark", "still camera")), screen_text="EXIT")
    [part] = article(made_film.known([dark])).parts
    assert [(p.kind, p.text) for p in part.paragraphs] == [
        ("seen", "Dark, still camera."), ("written", "EXIT"),
    ]  # fmt: skip


def test_pictures_are_sharp_and_lit_and_none_is_shown_of_black() -> None:
    film = made_film.known([Subject(15, "a street", senses=Senses())])
    moments = list(film.moments)
    moments[4] = replace(moments[4], senses=replace(SEEN, sharpness=0.2))
    moments[9] = replace(moments[9], senses=SEEN)
    [part] = article(replace(film, moments=tuple(moments))).parts
    assert part.figure is not None and 9 < part.figure.time_s < 10
    black = made_film.known([Subject(15, "a street", senses=Senses(light=0.01, contrast=0.0))])
    assert article(black).parts[0].figure is None
    sound = made_film.known([Subject(15, "a street", senses=SEEN)], picture=False)
    assert article(sound).parts[0].figure is None


def test_the_creators_summary_goes_first_then_whole_sentences_then_captions() -> None:
    film = made_film.known()
    mine = replace(film, footage=replace(film.footage, summary="My own words."))
    assert lede(mine) == "My own words."
    quoted = lede(film).strip("“”").split(" … ")
    assert set(quoted) <= {s for subject in made_film.SUBJECTS for s in subject.sentences}
    assert lede(replace(film, speech=())) == (
        "Baker kneads dough on a floured table; waves crash against a lighthouse;"
        " beekeeper lifts a honeycomb frame."
    )
    assert lede(made_film.known([Subject(5)])) == ""


def test_hostile_words_stay_words_on_the_html_page() -> None:
    film = hostile()
    plan = article(film)
    media = relative_url(Path('/films/"><script>.mp4'), Path("/out"))
    page = Page(html(plan, frames(plan), media))
    assert page.tags == {
        "html", "head", "meta", "title", "style", "body", "article", "header", "h1", "h2", "p",
        "span", "nav", "ol", "li", "a", "section", "figure", "img", "figcaption", "b", "footer",
    }  # fmt: skip
    assert not any(name.startswith("on") for name in page.attributes)
    own = re.compile(r"#part-\d+|\.\./films/%22%3E%3Cscript%3E\.mp4(#t=[\d.]+)?")
    assert page.links and all(own.fullmatch(link) for link in page.links)
    assert all(image.startswith("pictures/") for image in page.images)
    assert HOSTILE in page.words


def test_hostile_words_stay_words_in_markdown() -> None:
    plan = article(hostile())
    text = markdown(plan, frames(plan), "film.mp4")
    page = Page(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text))
    assert page.tags <= {"h1", "h2", "p", "ul", "li", "a", "img", "strong"}
    assert all(re.fullmatch(r"film\.mp4#t=[\d.]+", link) for link in page.links)
    assert all(image.startswith("pictures/") for image in page.images)
    assert HOSTILE in page.words
    assert "https://" not in text and "www.evil" not in text  # no viewer makes links of them


def test_one_section_alone_needs_no_heading_of_its_own() -> None:
    one, three = (
        article(made_film.known(s)) for s in ([replace(BREAD, seconds=19)], made_film.SUBJECTS)
    )
    assert not {"h2", "nav"} & Page(html(one, {}, "film.mp4")).tags
    assert "## " not in markdown(one, {}, "film.mp4")
    assert markdown(three, {}, "film.mp4").count("\n## ") == 3


@pytest.mark.parametrize("words", ["1. one", "- a", "+ a", "> a", "# a", "===", "| a |", "~~a~~"])
def test_a_line_of_markdown_never_becomes_a_list_a_heading_or_a_table(words: str) -> None:
    film = made_film.known([BREAD, STORM])
    film = replace(film, footage=replace(film.footage, title=words, summary=words))
    plan = article(film)
    page = Page(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(
        markdown(plan, {}, "film.mp4")
    ))  # fmt: skip
    assert page.tags <= {"h1", "h2", "p", "ul", "li", "a", "strong"}
    assert page.words.count(words) == 2


def test_links_go_to_times_by_the_bytes_of_the_name(tmp_path: Path) -> None:
    odd = tmp_path / "a b#1?é%(x)\udcff.mp4"
    url = relative_url(odd, tmp_path / "out" / "article")
    assert re.fullmatch(r"[\w./%~-]+", url, re.ASCII)
    back = urllib.parse.unquote(url, errors="surrogateescape")
    assert back == "../../a b#1?é%(x)\udcff.mp4"
    assert at_time(url, Fraction(37, 3)).endswith("#t=12.333")
    assert at_time("x", Fraction(12)) == "x#t=12"


@pytest.fixture
def bars(project: Project, clips: Path) -> Iterator[store.Footage]:
    """Three seconds of colour bars that the index knows."""
    subject = Subject(3, "colour bars", senses=SEEN)
    made_film.keep(project, made_film.known([subject], path=clips / "bars.mp4"))
    yield store.find(project, "film")


def test_an_article_is_a_folder_with_its_page_and_pictures(
    project: Project, bars: store.Footage, tmp_path: Path
) -> None:
    shares: list[float] = []
    done = write_article(project, bars, tmp_path / "story", progress=shares.append)
    assert done.page == tmp_path / "story" / "article.html"
    assert (done.sections, done.pictures, done.notes) == (1, 1, ()) and shares == [1.0]
    page = Page(done.page.read_text(encoding="utf-8"))
    [picture] = page.images
    with Image.open(done.page.parent / picture) as image:
        assert image.size == (320, 180)
    link = next(link for link in page.links if "#t=" in link)
    assert (done.page.parent / link.partition("#")[0]).resolve() == bars.path.resolve()
    made = write_article(project, bars, tmp_path / "words", kind="md")
    assert "](pictures/01.jpg)" in made.page.read_text(encoding="utf-8")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["project", "story", "words"]


def test_only_an_older_article_is_replaced_and_only_when_asked(
    project: Project, bars: store.Footage, tmp_path: Path
) -> None:
    out = tmp_path / "story"
    out.mkdir()
    write_article(project, bars, out)  # an empty folder is fine
    with pytest.raises(CreatorError, match="--force"):
        write_article(project, bars, out)
    write_article(project, bars, out, kind="md", force=True)
    assert sorted(p.name for p in out.iterdir()) == ["article.md", "pictures"]
    (out / "pictures" / "mine.png").touch()
    with pytest.raises(CreatorError, match="holds other things"):
        write_article(project, bars, out, force=True)
    with pytest.raises(CreatorError, match="make it first"):
        write_article(project, bars, tmp_path / "no" / "where")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CreatorError, match="no folder of its own"):
        write_article(project, bars, tmp_path / "link", force=True)


def test_a_stopped_article_leaves_the_older_one_as_it_was(
    project: Project, bars: store.Footage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "story"
    write_article(project, bars, out)
    before = (out / "article.html").read_bytes()
    with pytest.raises(Cancelled):
        write_article(project, bars, out, force=True, cancel=lambda: True)

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(article_files, "html", full)
    with pytest.raises(CreatorError, match=r"No space left.*make room"):
        write_article(project, bars, out, force=True)
    assert (out / "article.html").read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["project", "story"]


def test_a_film_that_is_gone_is_named_and_one_that_is_damaged_costs_only_pictures(
    project: Project, bars: store.Footage, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film at all")
    done = write_article(project, replace(bars, path=broken), tmp_path / "story")
    assert done.pictures == 0 and "no picture at 1.5 s" in done.notes[0]
    assert "<img" not in done.page.read_text(encoding="utf-8")
    broken.unlink()
    with pytest.raises(CreatorError, match="put it back"):
        write_article(project, replace(bars, path=broken), tmp_path / "other")


def test_a_real_clip_makes_an_article_of_its_own_words_and_pictures(
    project: Project, real_footage: Path, tmp_path: Path
) -> None:
    manifest = json.loads((real_footage / "manifest.json").read_text(encoding="utf-8"))
    longest = max(
        (c for c in manifest["clips"] if c["width"] and c["moments"]), key=lambda c: c["duration"]
    )
    real_library.build(project, {"clips": [longest]})
    [kept] = store.all_footage(project)
    store.save(project, replace(kept, path=real_footage / longest["name"]))
    moments = store.moments(project, kept.id)
    store.write_moments(project, [replace(m, senses=SEEN) for m in moments])
    plan_footage = store.find(project, kept.id)
    done = write_article(project, plan_footage, tmp_path / "story")
    assert done.sections >= 3 and done.pictures == done.sections and done.notes == ()
    page = " ".join(Page(done.page.read_text(encoding="utf-8")).words).lower()
    told = [m["description"].split(";")[0].lower() for m in longest["moments"]]
    assert sum(words in page for words in told) >= len(told) / 3
