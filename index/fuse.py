"""The layers of a search brought together: one score for each run of moments.

A weighted sum of calibrated parts and not of ranks: cosines and shares of words keep how sure
they are, which the floor below which nothing is claimed needs (see `index.search`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.asked import Asked
from index.predicates import fact, shows_people
from index.query import Question
from index.runs import Run, Watched
from index.things.meant import meant, named, shown
from index.values import Why
from index.wishes import Wishes
from index.words import SEAM, content_words, roots, stem, stems
from project.footage import Thing

SHAPES = frozenset({"portrait", "landscape", "square"})
_NO_ONE = frozenset({"people", "person", "persons", "humans"})


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each layer counts. The parts of meaning sum to 1; the rest is added to it."""

    # whether the words of the senses count as words, and the question is taken apart
    sensed: bool = True
    reading: bool = True

    moment: float = 0.5
    shot: float = 0.1
    footage: float = 0.4
    untold: float = 0.5  # of a meaning that comes from words of the senses alone
    words: float = 0.2
    elsewhere: float = 0.5  # a word found in the footage but not in the run
    senses: float = 0.25  # beside words that captions answer
    senses_alone: float = 0.45  # where nothing else is asked or known; then meaning, words count
    beside: float = 0.3  # this share of what they do
    technical: float = 1.0
    heard: float = 0.6
    things: float = 1.0  # of how near a label comes, and whether things answer at all
    picture: float = 0.4  # of the meaning, where a moment's picture has a vector
    reread: float = 1.0  # what a cross-encoder that is sure adds, as a share of the score


@dataclass(frozen=True, slots=True)
class Nearness:
    """Cosines of one question to one run: its best moment, its shot, its footage."""

    moment: float = 0.0
    shot: float = 0.0
    footage: float = 0.0
    picture: float | None = None  # of its best picture, on the scale of the others; None: none
    thing: float = 0.0  # of what it looks like most, times how sure that is


@dataclass(frozen=True, slots=True)
class Scored:
    """One run with its score, the parts of it, and why it matched."""

    watched: Watched
    run: Run
    score: float
    meaning: float  # cosine, levels weighed
    covered: float  # share of the question's words found, rare words counting more
    nearest: float  # the greatest cosine of any level
    asked_of_file: float | None  # 0 to 1: how well wishes about the file are met; None: none
    asked_of_senses: float  # the same of wishes about the senses; file facts where none
    listened: bool  # whether anything is said or written here
    heard: float  # share of the words to be heard or read that are
    why: tuple[Why, ...]
    looks: bool = False  # whether it looks like a thing that was asked for, and lacks none


def fuse(
    question: Question,
    seen: Watched,
    near: Mapping[int, Nearness],
    rare: Mapping[str, float],
    weights: Weights,
) -> list[Scored]:
    """The runs of one piece of footage that `near` names by their number, scored."""
    technical, t_why = _technical(question.asked, seen)
    things = meant(question.plain, question.open)
    wishes = Wishes(seen, question.asked)
    has_words = any(not seen.words.isdisjoint(roots(word)) for word in question.content)
    out = []
    for number, here in sorted(near.items()):
        run = seen.runs[number]
        senses, s_why, asked = wishes.met(run)
        looks, whole = shown(things, question.open, run.things if weights.things else ())
        covered, heard = 0.0, 0.0
        c_why: list[Why] = []
        h_why: list[Why] = []
        if has_words or asked or looks:
            covered, c_why = _covered(question, seen, run, rare, weights, asked, looks)
        if question.spoken or question.written:
            heard, h_why = _heard(question, run, rare)
        meaning = _meaning(here, weights) * (1.0 if _told(run) else weights.untold)
        unwanted = bool(question.excluded) and _shows(run, question.excluded)
        if not unwanted:  # "without dogs" comes near to dogs
            meaning = max(meaning, weights.things * here.thing)
        alone = question.only_asked or (senses is not None and not _told(run) and not looks)
        score = _score(weights, meaning + weights.words * covered, senses, alone=alone)
        if question.spoken or question.written:
            score += weights.heard * heard
        if technical is not None:
            score = (score + 0.3) * (1 - weights.technical * (1 - technical))
        if unwanted:
            score *= 0.6
        out.append(
            Scored(
                seen,
                run,
                score,
                meaning,
                covered,
                nearest=_nearest(question, seen, run, here),
                asked_of_file=technical,
                asked_of_senses=(technical or 0.0) if senses is None else senses,
                listened=bool(run.said or run.written),
                heard=heard,
                why=_each_once((*h_why, *c_why, *s_why, *t_why)),
                looks=whole,
            )
        )
    return out


def _score(weights: Weights, base: float, senses: float | None, *, alone: bool) -> float:
    """Meaning and words with the senses added; alone: only these can answer, here or at all."""
    if not alone:
        return base + weights.senses * (senses or 0.0)
    base *= weights.beside if senses is not None else weights.beside / 10
    return base + weights.senses_alone * (senses or 0.0)


def _each_once(why: Sequence[Why]) -> tuple[Why, ...]:
    """Every cause once, as strong as it is at most."""
    if len(why) < 2:
        return tuple(why)
    best: dict[tuple[str, str], Why] = {}
    for each in why:
        key = (each.kind, each.quote)
        best[key] = max(best.get(key, each), each, key=lambda one: one.strength)
    return tuple(best.values())


def _told(run: Run) -> bool:
    """Whether anything but senses is known of a run."""
    return bool(run.shown or run.said or run.written or run.named)


def _nearest(question: Question, seen: Watched, run: Run, near: Nearness) -> float:
    """The greatest cosine to something that was told of the run, or of its file by its name.

    Where there are only senses, these are judged by themselves: that "wolf" comes near to "grey,
    still camera" says nothing.
    """
    picture = near.picture or 0.0
    if _told(run):
        return max(near.moment, near.shot, near.footage, picture)
    named = any(stem(word) in seen.named for word in question.content)
    return max(near.footage, picture) if named else picture


def _meaning(near: Nearness, weights: Weights) -> float:
    told = weights.moment * near.moment + weights.shot * near.shot + weights.footage * near.footage
    if near.picture is None:
        return told
    return (1 - weights.picture) * told + weights.picture * near.picture


def _covered(
    question: Question,
    seen: Watched,
    run: Run,
    rare: Mapping[str, float],
    weights: Weights,
    meant: frozenset[str],
    looks: Mapping[str, Thing],
) -> tuple[float, list[Why]]:
    """The share of the question's words that the run has, or its footage has elsewhere.

    meant: words of wishes that the run meets; they need not stand anywhere. looks: the things
    that answer words.
    """
    total = sum(rare.get(w, 0.0) for w in question.content)
    if total <= 0 or not weights.words:
        return 0.0, []
    found: dict[str, float] = {}
    layers = (
        ("caption", run.shown, run.caption),
        ("speech", run.said, ""),
        ("screen text", run.written, run.screen_text),
        ("senses", run.sensed if weights.sensed else frozenset(), ""),
        ("name", run.named, run.names),
    )
    score = 0.0
    for word in question.content:
        ways = roots(word)
        hit = [(kind, text, ways & known) for kind, known, text in layers if ways & known]
        if word in looks and not (hit and hit[0][0] == "caption"):
            score += rare[word]
            found[f"looks like\0{looks[word].told}"] = looks[word].chance * total
        elif hit:
            score += rare[word]
            for kind, text, met in hit[:1]:
                if kind == "senses" and word in meant:
                    continue  # the wish that it is a word of tells more
                quote = _part(text, met) if kind == "screen text" else text
                quote = quote or _quote(kind, met, run)
                found[f"{kind}\0{quote}"] = found.get(f"{kind}\0{quote}", 0.0) + rare[word]
        elif word in meant:
            score += rare[word]
        elif ways & seen.words:
            score += rare[word] * weights.elsewhere
            if ways & seen.named:
                found[f"name\0{seen.footage.name}"] = rare[word]
    why = [
        Why(kind, quote, min(1.0, part / total))  # type: ignore[arg-type]
        for (kind, quote), part in ((key.split("\0"), part) for key, part in found.items())
        if quote
    ]
    return score / total, why


def _part(written: str, met: frozenset[str]) -> str:
    """The part of a screen's text that has one of the words."""
    parts = written.split(SEAM)
    return next((part for part in parts if met & stems(part)), written)


def _quote(kind: str, met: frozenset[str], run: Run) -> str:
    if kind == "speech":
        return next((s.text for s in run.speech if met & stems(s.text)), "")
    words = (w for m in run.moments for w in m.senses.words)
    return next((w for w in words if met & stems(w)), "")


def _technical(asked: Sequence[Asked], seen: Watched) -> tuple[float | None, list[Why]]:
    wishes = [each for each in asked if each.layer == "technical"]
    if not wishes:
        return None, []
    met = [_fact(seen, each) for each in wishes]
    why = [Why("technical", quote, degree) for degree, quote in met if degree > 0]
    degrees = [degree for degree, _ in met]
    shapes = [n for n, each in enumerate(wishes) if each.name in SHAPES and not each.negated]
    if len(shapes) > 1:  # "square or vertical": a file has one shape only
        degrees.append(max(degrees[n] for n in shapes))
        degrees = [degree for n, degree in enumerate(degrees) if n not in shapes]
    return min(degrees), why


def _fact(seen: Watched, asked: Asked) -> tuple[float, str]:
    """As `fact`; slow motion may have been filmed faster, or have been made and be captioned."""
    degree, quote = fact(seen.footage, asked)
    if asked.name == "high frame rate" and not asked.negated and not degree:
        line = next((r.caption for r in seen.runs if stems(asked.said) <= r.shown), "")
        return (0.9, line) if line else (degree, quote)
    return degree, quote


def _heard(question: Question, run: Run, rare: Mapping[str, float]) -> tuple[float, list[Why]]:
    """The share of the words to be heard or read that the run has."""
    best, why = 0.0, []
    for wanted, kind, known in (
        (question.spoken, "speech", run.said),
        (question.written, "screen text", run.written),
    ):
        words = content_words(wanted)
        total = sum(rare.get(w, 1.0) for w in words)
        if not total:
            continue
        share = sum(rare.get(w, 1.0) for w in words if stem(w) in known) / total
        if share > 0:
            roots = stems(wanted)
            lines = [s.text for s in run.speech]
            lines = lines if kind == "speech" else run.screen_text.split(SEAM)
            quote = max(lines, key=lambda line: len(stems(line) & roots), default="")
            why.append(Why(kind, quote, share))  # type: ignore[arg-type]
        best = max(best, share)
    return best, why


def _shows(run: Run, excluded: Sequence[str]) -> bool:
    if not _NO_ONE.isdisjoint(excluded) and any(
        shows_people(moment.senses, run.shown, run.things) for moment in run.moments
    ):
        return True
    return any(
        all(roots(word) & run.shown for word in content_words(text)) or named(text, run.things)
        for text in excluded
    )
