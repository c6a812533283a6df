"""What is offered for a place: the first way whose draft passes, and how it is told."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from generator.values import GeneratorError
from timeline.model import Clip
from timeline.time import clock
from tools.dailies import count, listed
from tools.drawing import draft
from tools.filling.checks import Checked
from tools.filling.joining import Mode
from tools.filling.place import Place
from tools.filling.ways import Survey, Way, reason, same_way, short, without

CHEAP = ("motion", "scenes")  # backends that draw a small draft in a moment
DRAFT_S = 4.0  # a draft that would take longer is left out
DRAFTS = 4  # at most so many are drawn for one proposal
_SHARE = 0.08  # of the work at 1280x720 that a draft is


@dataclass(frozen=True, slots=True)
class Offer:
    """A way, with the figures and the picture of its draft where one was drawn.

    ways: every way that is not known to fail, this one among them, in the order of preference.
    """

    way: Way
    ways: list[Way]
    draft: Checked | None = None
    picture: Path | None = None
    failed: tuple[str, ...] = ()  # drafts before it that did not pass, in words


def offered(found: Survey, folder: Path) -> Offer | None:
    """The first way that is not known to fail. Drafts are kept in `folder`, a cache."""
    failed: list[tuple[Way, str]] = []

    def offer(way: Way, checked: Checked | None = None, picture: Path | None = None) -> Offer:
        others = [one for one, _ in failed if not same_way(one, way)]
        told = tuple(f"{_short(one)}: {why}" for one, why in failed)
        return Offer(way, without(others, found), checked, picture, told)

    for way in _tries(found.ways):
        cheap = way.generator.name in CHEAP and way.estimate.seconds * _SHARE < DRAFT_S
        if not cheap or len(failed) >= DRAFTS:
            if way.generator.name in CHEAP and failed:
                continue
            return offer(way)
        picture = folder / f"{_name(way)}.jpg"
        folder.mkdir(parents=True, exist_ok=True)
        try:
            checked = draft(way.generator, way.join, picture)
        except GeneratorError as error:
            failed.append((way, str(error)))
            found.refuse(way.mode, way.generator.name, str(error))
            continue
        if checked.ok:
            return offer(way, checked, picture)
        picture.unlink(missing_ok=True)
        failed.append((way, "; ".join(checked.problems)))
        found.refuse(way.mode, way.generator.name, f"its draft: {'; '.join(checked.problems)}")
    return None


def _tries(ways: list[Way]) -> list[Way]:
    """The ways in order; one that draws by chance gets a second seed."""
    out = []
    for way in ways:
        out.append(way)
        if way.generator.name == "scenes":
            out.append(way.seeded(way.join.request.seed + 1))
    return out


def _short(way: Way) -> str:
    return f"{way.mode.replace('_', ' ')} by {way.generator.name}, seed {way.join.request.seed}"


def _name(way: Way) -> str:
    request = way.join.request
    digest = hashlib.sha256(repr((
        way.mode, way.generator.name, request.prompt, request.seed, str(request.duration_s),
        request.width, request.height, request.loop, request.negative_prompt, request.boxes,
    )).encode())  # fmt: skip
    for one in request.conditions:
        digest.update(one.frames.tobytes())
    return digest.hexdigest()[:16]


_HOW: dict[Mode, str] = {
    "words": "drawn from the words {prompt!r}",
    "extend_before": "filled by letting the clip before it go on",
    "extend_after": "filled by leading into the clip after it",
    "connect": "filled by going from the clip before it to the clip after it",
    "film_loop": "filled by leading back to the film's beginning, so that the film loops",
    "still": "filled by setting the last frame before it in motion",
    "restyle": "drawn from the shot that stands there, towards {prompt!r}",
}


@dataclass(frozen=True, slots=True)
class Said:
    """An offer in words: what would be done, what it would not be, and why and how else."""

    lead: str
    how: str  # the lead without where it is
    warnings: tuple[str, ...]
    details: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join((self.lead, *self.warnings, *self.details))


def said(place: Place, offer: Offer, found: Survey, *, by: str, shown: str, look: str = "") -> Said:
    """The offer in words: how, by what and why, what a draft showed, what it takes, how else.

    by: who named the backend, in words; "" where it was chosen here. shown: what the shot can
    be said to show.
    """
    way = offer.way
    price = f" and {way.estimate.money_usd:.2f} USD" if way.estimate.money_usd else ""
    details = [_began(f"{reason(way, found, by=by)}.")]
    if offer.draft is not None:
        details.append(f"A small draft passed the checks: {offer.draft.words}.")
    if offer.failed:
        details.append(f"Drafts that did not pass: {' | '.join(offer.failed)}.")
    details.append(f"About {max(1, round(way.estimate.seconds))} s of work{price}.")
    if way.mode != "words" and found.why_not("words") and way.join.request.prompt:
        why = short(found.why_not("words"))
        details.append(f"No backend would draw it from words ({why}).")
    others = [one.words for one in offer.ways if not same_way(one, way)]
    if others:
        details.append(f"Other ways: {listed(others, limit=3)}.")
    how = _how(way, look)
    return Said(_lead(place, how), _began(f"{how}."), _warnings(place, way, shown), tuple(details))


def _how(way: Way, look: str) -> str:
    request = way.join.request
    how = _HOW[way.mode].format(prompt=request.prompt)
    if way.stands and way.mode == "still":
        how = "filled by a slow move over the last frame before it"
    if way.mode == "words" and request.conditions:
        how += f", through {count(len(request.conditions), 'picture')} of the footage"
    if any(one.mask is not None for one in request.conditions):
        how += ", but for the region that is kept"
    if request.loop:
        how += ", ending where it begins"
    return f"{how}, in the look {look!r}" if look else how


def _lead(place: Place, how: str) -> str:
    what = "The shot" if place.filled else "The hole"
    again = "made anew: " if place.filled else ""
    return (
        f"{what} at {clock(place.at_s)} ({clock(place.length_s)}{_between(place)}) would be"
        f" {again}{how}."
    )


def _began(text: str) -> str:
    return text[:1].upper() + text[1:]


def _warnings(place: Place, way: Way, shown: str) -> tuple[str, ...]:
    """What the shot will not be."""
    found = []
    if way.gate.unknown_words:
        found.append(f"It cannot draw {listed([repr(w) for w in way.gate.unknown_words])}.")
    if way.stands:
        found.append("It shows one picture that stands, not what happens next.")
    if not shown and place.wanted:
        found.append(f"It will not show {place.wanted!r}.")
    return tuple(found)


def _between(place: Place) -> str:
    if place.before is None and place.after is None:
        return ""
    before = "the film's start" if place.before is None else _named(place.before)
    after = "the film's end" if place.after is None else _named(place.after)
    return f", between {before} and {after}"


def _named(clip: Clip) -> str:
    return repr(short(clip.name, 32))
