"""What is offered for a place: the first way whose draft passes, and how it is told."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from generator.values import GeneratorError
from timeline.model import Clip
from timeline.time import clock
from tools.dailies import listed
from tools.drawing import Mode, draft
from tools.filling.checks import Checked
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
        request.width, request.height,
    )).encode())  # fmt: skip
    for one in request.conditions:
        digest.update(one.frames.tobytes())
    return digest.hexdigest()[:16]


_HOW: dict[Mode, str] = {
    "words": "drawn from the words {prompt!r}",
    "extend_before": "filled by letting the clip before it go on",
    "extend_after": "filled by leading into the clip after it",
    "connect": "filled by going from the clip before it to the clip after it",
    "still": "filled by a slow move over the last frame before it",
}


def answer(
    place: Place, offer: Offer, found: Survey, *, by: str, shown: str, look: str = ""
) -> str:
    """The offer in words: how, by what and why, what a draft showed, what it takes, how else.

    by: who named the backend, in words; "" where it was chosen here.
    """
    way = offer.way
    what = (
        f"The shot at {clock(place.at_s)}" if place.filled else f"The hole at {clock(place.at_s)}"
    )
    how = _HOW[way.mode].format(prompt=way.join.request.prompt)
    again = "made anew: " if place.filled else ""
    how += f", in the look {look!r}" if look else ""
    price = f" and {way.estimate.money_usd:.2f} USD" if way.estimate.money_usd else ""
    said = [
        f"{what} ({clock(place.length_s)}{_between(place)}) would be {again}{how}.",
        f"{reason(way, found, by=by)}.",
    ]
    if way.gate.unknown_words:
        said.append(f"It cannot draw {listed([repr(w) for w in way.gate.unknown_words])}.")
    if offer.draft is not None:
        said.append(f"A small draft passed the checks: {offer.draft.words}.")
    if offer.failed:
        said.append(f"Drafts that did not pass: {' | '.join(offer.failed)}.")
    if way.stands:
        said.append("It shows one picture that stands, not what happens next.")
    said.append(f"About {max(1, round(way.estimate.seconds))} s of work{price}.")
    if way.mode != "words" and found.why_not("words") and way.join.request.prompt:
        why = short(found.why_not("words"))
        said.append(f"No backend would draw it from words ({why}).")
    if not shown and place.wanted:
        said.append(f"It will not show {place.wanted!r}.")
    others = [one.words for one in offer.ways if not same_way(one, way)]
    if others:
        said.append(f"Other ways: {listed(others, limit=3)}.")
    return " ".join(said)


def _between(place: Place) -> str:
    def called(clip: Clip | None, edge: str) -> str:
        return f"the film's {edge}" if clip is None else clip.name

    return f", between {called(place.before, 'start')} and {called(place.after, 'end')}"
