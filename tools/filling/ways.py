"""The ways to fill a place: each mode with each backend that agrees to it, honest ones only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Literal

from generator.values import Estimate, Gate, Generator, GeneratorError, ShotRequest
from project.errors import BadArguments
from tools.dailies import listed
from tools.filling.joining import BETWEEN, Join, Mode, Sides, joined
from tools.filling.place import Place, handles, is_photo

# without words, or where words are refused: what the frames beside allow, the most natural first
FALLBACKS: tuple[Mode, ...] = ("connect", "extend_before", "extend_after", "still", "film_loop")
# frames of a neighbour that a backend is offered; the next number where it takes no run of them
OFFERED = {"diffusers": (9, 1), "motion": (2,), "api": (1,)}
OTHERWISE = (8, 1)
STANDS_S = Fraction(1)  # a picture of filmed life may stand so long unasked
STANDS_ASKED_S = Fraction(5, 2)  # and so long where it was asked for
RESTYLED_S = Fraction(10)  # all frames of a longer shot are read only where that is asked for
CALLED: dict[Mode, str] = {  # what a creator chooses from
    "words": "Draw it from words",
    "connect": "From one clip to the other",
    "extend_before": "Let the clip before go on",
    "extend_after": "Lead into the clip after",
    "film_loop": "Lead back to the film's beginning",
    "still": "Set the last frame in motion",
    "restyle": "Draw the shot that stands anew",
}
MOVED_OVER = "Move over the last frame"  # which is all that a backend without learning does


@dataclass(frozen=True, slots=True)
class Way:
    """One backend that agrees to make the shot in one mode."""

    mode: Mode
    generator: Generator
    join: Join
    gate: Gate
    estimate: Estimate

    @property
    def paid(self) -> bool:
        return self.generator.name == "api" or self.estimate.money_usd > 0

    @property
    def stands(self) -> bool:
        """Whether it only moves over, or holds, one picture of its neighbour."""
        return self.generator.name == "motion" and self.mode not in BETWEEN

    @property
    def by_chance(self) -> bool:
        """Whether another seed makes another shot; a move between two given frames knows none."""
        return self.generator.name != "motion" or self.mode not in BETWEEN

    @property
    def called(self) -> str:
        """What a creator chooses it by."""
        return MOVED_OVER if self.stands and self.mode == "still" else CALLED[self.mode]

    @property
    def made_as(self) -> str:
        """How the motion backend makes it: "bridge", "dissolve", "freeze", "ken burns"."""
        from generator.motion import method

        return method(self.join.request)

    def seeded(self, seed: int) -> Way:
        """The same way with another seed."""
        return replace(self, join=replace(self.join, request=replace(self.join.request, seed=seed)))

    def data(self) -> dict[str, Any]:
        """The way as plain JSON, for whoever offers a choice."""
        return {
            "mode": self.mode,
            "backend": self.generator.name,
            "called": self.called,
            "seconds": round(self.estimate.seconds, 1),
            "money_usd": self.estimate.money_usd,
            "why": self.gate.reason,
        }

    @property
    def words(self) -> str:
        """ "connect by motion (about 1 s)"."""
        price = f", {self.estimate.money_usd:.2f} USD" if self.estimate.money_usd else ""
        took = f"about {max(1, round(self.estimate.seconds))} s{price}"
        return f"{self.mode.replace('_', ' ')} by {self.generator.name} ({took})"


@dataclass
class Survey:
    """What was found: the ways in the order of preference, and why the others are none."""

    ways: list[Way] = field(default_factory=list)
    refused: dict[Mode, list[tuple[str, str]]] = field(default_factory=dict)  # (backend, why)
    missing: list[tuple[str, str]] = field(default_factory=list)  # backends that cannot run here

    def refuse(self, mode: Mode, who: str, why: str) -> None:
        self.refused.setdefault(mode, []).append((who, why))

    def why_not(self, mode: Mode) -> str:
        """The reasons of every backend against a mode, "" where none was given."""
        return "; ".join(f"{who}: {why}" for who, why in self.refused.get(mode, ()))

    def passed_over(self, way: Way) -> tuple[tuple[str, str], ...]:
        """The backends that would not do what `way` does, with the first reason of each."""
        passed = (*self.missing, *self.refused.get(way.mode, ()))
        return tuple((who, why.split(";")[0]) for who, why in passed)

    def told(self) -> str:
        """Why each mode is none, without what lies in the nature of a backend."""
        said = []
        for mode, refused in self.refused.items():
            whys = [
                short(why.split(";")[0] if who == "scenes" else why, 200)
                for who, why in refused
                if who != ("motion" if mode == "words" else "scenes")
            ] or [refused[0][1]]
            said.append(f"{mode.replace('_', ' ')}: {'; '.join(whys)}")
        return " | ".join(said)

    def absent(self) -> str:
        """The backends that cannot run here, in a sentence; "" where all can."""
        said = [f"{who} ({why.split(';')[0]})" for who, why in self.missing]
        return f"Not there: {listed(said)}." if said else ""


def without(failed: list[Way], found: Survey) -> list[Way]:
    """The ways found but those that failed, whatever their seed."""
    return [one for one in found.ways if not any(same_way(one, other) for other in failed)]


def same_way(one: Way, other: Way) -> bool:
    """Whether two ways are one mode by one backend, whatever the seed."""
    return (one.mode, one.generator.name) == (other.mode, other.generator.name)


def modes_for(wish: Mode | Literal["auto"], base: ShotRequest, place: Place) -> tuple[Mode, ...]:
    """The modes to look at for an asked one, in order; words first where there are any."""
    if wish != "auto":
        return (wish,)
    shown = bool(base.prompt or base.conditions)
    anew = shown and place.filled and place.length_s <= RESTYLED_S
    modes: list[Mode] = ["words"] if shown else []
    return (*modes, *FALLBACKS, *(("restyle",) if anew else ()))


def survey(
    modes: Sequence[Mode], sides: Sides, *, every: Sequence[Generator], backend: str, named: bool
) -> Survey:
    """Every way in `modes` with the backend asked for (or any, for "auto").

    named: the creator asked for this mode, so that a short standing picture is no surprise.
    """
    found = Survey()
    able = []
    for generator, gate in _asked(every, backend):
        if gate.open:
            able.append(generator)
        else:
            found.missing.append((generator.name, gate.reason))
    for mode in modes:
        if mode in ("words", "restyle") and not (sides.base.prompt or sides.base.conditions):
            found.refuse(mode, "fill", "no words say what to show")
            continue
        for generator in able:
            try:
                made = _way(mode, sides, generator)
            except BadArguments as error:
                found.refuse(mode, "fill", str(error))
                break
            except GeneratorError as error:
                made = str(error)
            problem = made if isinstance(made, str) else _pretence(made, sides, named=named)
            if isinstance(made, str) or problem:
                found.refuse(mode, generator.name, problem)
            else:
                found.ways.append(made)
    return found


def _asked(every: Sequence[Generator], backend: str) -> list[tuple[Generator, Gate]]:
    """The backends to ask, each with whether it can run here. Raises BadArguments."""
    asked = [one for one in every if backend in ("auto", one.name)]
    if not asked:
        known = ", ".join(one.name for one in every)
        raise BadArguments(f"backend {backend!r} was asked for; there are {known}, or auto")
    return [(one, one.available()) for one in asked]


def _way(mode: Mode, sides: Sides, generator: Generator) -> Way | str:
    """The way, or why the backend would not go it."""
    why = ""
    one = mode in ("words", "still", "restyle")
    for many in (1,) if one else OFFERED.get(generator.name, OTHERWISE):
        join = joined(mode, sides, many)
        gate = generator.gate(join.request)
        if gate.open:
            return Way(mode, generator, join, gate, generator.estimate(join.request))
        why = why or gate.reason
    return why


def _pretence(way: Way, sides: Sides, *, named: bool) -> str:
    """Why a way would pass a standing picture off as footage, "" where it does not."""
    place = sides.place
    if not way.stands or (way.mode == "still" and is_photo(place.before, sides.project)):
        return ""
    longest = STANDS_ASKED_S if named else STANDS_S
    if place.length_s <= longest:
        return ""
    return (
        f"it would show one standing picture of filmed life for {float(place.length_s):.1f} s,"
        f" which does for {float(longest):g} s at most"
    )


def reason(way: Way, found: Survey | None = None, *, by: str) -> str:
    """Which backend takes it and why that one, in one sentence.

    by: who named it, in words; "" where it was chosen. found: to tell who was passed over.
    """
    if by:
        return by
    why = f" ({way.gate.reason})" if way.gate.reason else ""
    said = f"the strongest backend that can do this{why}"
    if found is None:
        return said
    passed = [f"{who} ({short(reason, 90)})" for who, reason in found.passed_over(way)]
    over = f"; passed over {listed(passed)}" if passed else ""
    return f"{way.generator.name} is {said}{over}"


def else_done(place: Place, every: Sequence[Generator]) -> str:
    """What a creator can do where no way is good enough."""
    can = handles(place)
    able = {one.name: one.available().open for one in every}
    if able.get("scenes"):
        can.append("say words that can be painted, such as clouds, water or city lights")
    can.append("make the hole shorter (1.5 s between like pictures, 1 s otherwise)")
    if not able.get("diffusers") and not able.get("api"):
        can.append("name a video model (diffusers_model) or an endpoint (video_api_url)")
    can.append(f"film {place.wanted!r}" if place.wanted else "film what is missing")
    return f"What else can be done: {'; '.join(can)}. The hole stays as it is."


def short(text: str, most: int = 300) -> str:
    """Text cut at a word, so that a sentence stays readable."""
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " ..."
