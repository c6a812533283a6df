"""Titles, summaries and shot captions by rule, out of what the index knows of one footage."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import PurePath

from index.words import stems
from project.footage import Footage, Moment, Speech, Thing
from timeline.time import clock

EMBEDDED = "embedded"  # the caption source of captions made from senses only
TITLE_LONGEST = 64
SHOWN = 4  # captions in a summary
JOINTS = frozenset(
    {
        "a",
        "about",
        "above",
        "across",
        "after",
        "along",
        "an",
        "and",
        "around",
        "as",
        "at",
        "before",
        "behind",
        "below",
        "beside",
        "between",
        "by",
        "down",
        "for",
        "from",
        "in",
        "inside",
        "into",
        "near",
        "of",
        "off",
        "on",
        "onto",
        "or",
        "over",
        "past",
        "that",
        "the",
        "their",
        "then",
        "through",
        "to",
        "toward",
        "towards",
        "under",
        "up",
        "while",
        "with",
    }
)  # words after which a phrase begins
BOTH = "; "  # between the captions of one moment
BEGUN = 3  # words from the end within which a phrase that begins may have lost its end
CAMERA_WORDS = frozenset(
    {
        "archive", "audio", "cam", "camera", "capture", "clip", "dji", "dsc", "dscf", "dscn",
        "feed", "file", "final", "footage", "gh", "gopr", "gopro", "gx", "img", "input", "memo",
        "mov", "movie", "mvi", "new", "output", "pxl", "rec", "record", "recording", "reel",
        "render", "roll", "scene", "sample", "screen", "screencast", "screenrecording", "seq",
        "shot", "take", "test", "untitled", "vid", "video", "webcam", "wp",
    }
)  # fmt: skip


def title(footage: Footage, moments: Sequence[Moment], speech: Sequence[Speech]) -> str:
    """A title a person would give: from a brought caption, the name, or honestly the senses."""
    brought = told(moments)
    if brought:
        return headline(_telling(brought))
    named = name_words(footage.name)
    if named:
        return headline(" ".join(named))
    if footage.origin is not None and footage.origin.prompt:
        return headline(footage.origin.prompt)
    looks = look(moments)
    if speech and not footage.technical.has_picture:
        return headline(f"Sound: {speech[0].text}")
    if looks:
        return headline(looks)
    if not footage.technical.has_picture and footage.technical.has_sound:
        return "Sound without picture"
    return footage.name


def name_words(name: str) -> list[str]:
    """The words of a file name that say something; none for one that a camera counted."""
    parts = re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", PurePath(name).stem))
    return [p for p in parts if len(p) >= 3 and p.lower() not in CAMERA_WORDS]


def look(moments: Sequence[Moment]) -> str:
    """What most of the moments look and move like, in the words of their senses."""
    counted: Counter[str] = Counter()
    for moment in moments:
        counted.update(dict.fromkeys(moment.senses.words, 1))
    least = max(1, len(moments) // 3)
    order = {word: n for m in reversed(moments) for n, word in enumerate(m.senses.words)}
    common = [word for word, n in counted.most_common(5) if n >= least][:4]
    return ", ".join(sorted(common, key=lambda word: order.get(word, 0)))


def told(moments: Sequence[Moment]) -> list[Moment]:
    """The moments whose caption somebody or a captioner brought, not made of senses alone."""
    return [m for m in moments if m.caption and m.caption_source != EMBEDDED]


def looks_like(moment: Moment) -> tuple[Thing, ...]:
    """The things of a moment that count: beside a caption only what the creator named."""
    return tuple(t for t in moment.things if t.sure) if told([moment]) else moment.things


def runs(moments: Iterable[Moment]) -> list[tuple[str, list[Moment]]]:
    """Neighbouring moments with the same caption, together."""
    return [(caption, list(group)) for caption, group in groupby(moments, lambda m: m.caption)]


def _telling(moments: Sequence[Moment]) -> str:
    """The caption that stands best for all: long on screen, and sharing words with the rest."""
    length: Counter[str] = Counter()
    for caption, group in runs(moments):
        length[caption] += len(group)
    shared: Counter[str] = Counter()
    for caption in length:
        shared.update(stems(caption))

    def weight(caption: str) -> tuple[float, int]:
        own = stems(caption)
        common = sum(shared[s] - 1 for s in own) / (len(own) or 1)
        return (length[caption] ** 0.5 * (1 + common) * min(len(own), 6), -len(caption))

    return max(length, key=weight)


def headline(text: str, longest: int = TITLE_LONGEST) -> str:
    """`text` cut at a joint to headline length, with a capital and no full stop."""
    text = " ".join(text.split()).strip(" .;,:")
    if len(text) > longest:
        head = re.split(r"[;:.]\s|,\s", text)[0]
        text = head if 12 <= len(head) <= longest else text[:longest].rsplit(" ", 1)[0]
        text = " ".join(_whole(text.split()) if text != head else text.split()).rstrip(" ,;:")
    return text[:1].upper() + text[1:]


def _whole(words: list[str]) -> list[str]:
    """`words` that were cut off somewhere, back to before a phrase that lost its end."""
    joints = [n for n, word in enumerate(words) if word.lower() in JOINTS]
    begun = next((n for n in reversed(joints) if n < len(words) - BEGUN), 0)
    late = [n for n in joints if n > begun]
    return ended(words[: late[0]] if late else words)


def ended(words: list[str]) -> list[str]:
    """`words` without those at the end after which more would have to come: "and", "of the"."""
    while words and words[-1].lower() in JOINTS:
        words = words[:-1]
    return words


def summary(footage: Footage, moments: Sequence[Moment], speech: Sequence[Speech]) -> str:
    """Two or three sentences: length and format, what is shown in order, what is said."""
    facts, tech = [clock(footage.duration_s)], footage.technical
    if tech.has_picture:
        facts.append(f"{tech.orientation} {tech.width}x{tech.height}")
    facts.append("with sound" if tech.has_sound else "without sound")
    lines = [", ".join(facts).capitalize() + "."]
    # a second on the border of two captions has both
    captions = (each for moment in told(moments) for each in moment.caption.split(BOTH))
    shown = list(dict.fromkeys(captions))
    looks = look(moments)
    if looks and not shown:
        lines.append(f"Looks {looks}.")
    if shown:
        lines.append("Shows " + BOTH.join(spread(shown, SHOWN)) + ".")
    if speech:
        said = " ".join(line.text.strip() for line in speech)
        lines.append(f"Says “{said[:160].rstrip()}{'…' if len(said) > 160 else ''}”")
    return " ".join(lines)


def spread(items: Sequence[str], most: int) -> list[str]:
    """At most `most` of `items`, spread evenly and in order."""
    if len(items) <= most:
        return list(items)
    return [items[round(n * (len(items) - 1) / max(1, most - 1))] for n in range(most)]


def shot_caption(moments: Sequence[Moment]) -> str:
    """One line for a shot: its captions in order, without those that add no new word.

    Where there are only senses, what most of it looks like.
    """
    if not told(moments):
        return look(moments)
    known: set[str] = set()
    said: list[str] = []
    for caption, _ in runs(told(moments)):
        fresh = stems(caption) - known
        if caption and (not said or len(fresh) >= 2):
            said.append(caption)
        known |= fresh
    return "; ".join(spread(said, SHOWN))
