"""Words about made shots: other takes of them, earlier ones again, the look they are drawn in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from agent import state
from agent.values import PlannedStep
from project import history
from project.errors import BrainError
from project.store import Project
from timeline.time import clock
from tools.filling import takes
from tools.filling.looks import USUAL
from tools.filling.place import Place, made_shots, place_of
from tools.proposal import Proposal

_POLITE = re.compile(
    r"^(?:(?:please|now|ok(?:ay)?|no|nah|hm+|and|then|can you|could you|let(?:'s| us)|just)"
    r"[\s,]+)+",
    re.IGNORECASE,
)
_NOT_A_NAME = (
    r"(?:and|or|but|then|for|with|without|at|in|on|of|to|as|from|by|please|again|instead|is|that"
    r"|which|over|under|it|this|the|a|an)"
)
_LOOK = re.compile(
    r",?\s*(?:\b(?:and )?(?:in|with|using|use|apply)) (?:(?:my|our) (?:own |learned )?look\b"
    r"|the (?:learned )?look(?= (?:called |named )?[\"'“‘]| called | named )|the learned look\b)"
    rf"(?:(?:,? (?:called|named))? [\"'“‘]?(?!{_NOT_A_NAME}\b)(?P<name>\w[\w-]*)[\"'”’]?)?",
    re.IGNORECASE,
)


def look_in(words: str) -> tuple[str, str]:
    """The learned look that a sentence asks for, "" for none, and the sentence without it.

    A look without a name is "mine", which the tool takes for the only one there is.
    """
    found = _LOOK.search(words)
    if not found:
        return "", words
    rest = " ".join(f"{words[: found.start()]} {words[found.end() :]}".split())
    return found["name"] or USUAL, rest.strip(" ,.;!?")


@dataclass(frozen=True, slots=True)
class TakeWish:
    """What is said of the takes of a made shot; `words` as typed. look: "" for none said."""

    words: str
    wish: takes.Wish
    look: str = ""

    @property
    def intent(self) -> str:
        """The step in words."""
        of = f" of {self.wish.of}" if self.wish.of else " of the made shot"
        look = f", in my look {self.look}" if self.look else ""
        if self.wish.another:
            return f"make another take{of}{look}"
        if self.wish.number < 0:
            return f"use the previous take{of}"
        return f"use take {self.wish.number}{of}"

    def arguments(self) -> dict[str, Any]:
        """The fill tool's arguments, but for the place."""
        if self.wish.another:
            return {"another": True, **({"look": self.look} if self.look else {})}
        return {"alternate": self.wish.number}


def take_wish(words: str) -> TakeWish | None:
    """The wish in "another one", "take 2", "keep the old one"; None in any other sentence."""
    look, told = look_in(_POLITE.sub("", words.strip()).strip(" ,;.!"))
    if re.fullmatch(r"re-?do(?: it| that)?", told, re.IGNORECASE):
        return None  # the other way of undo
    wish = takes.wish(told)
    return TakeWish(words.strip(), wish, look) if wish.about_takes else None


def last_place(project: Project) -> Place | None:
    """The place that was filled last, or whose take was chosen last; None where there is none.

    It is the made shot that stands there, or the hole again where the fill was undone.
    """
    timeline = history.current(project)
    here = {item.id for item in timeline.track("V1").items}
    for document in _fills(project):
        key, item_id = str(document.get("take_key", "")), str(document.get("gap_id", ""))
        clip = takes.standing(key, timeline, project)
        if clip is not None:
            return place_of(clip.id, timeline)
        if item_id in here and takes.takes(key, project):
            return place_of(item_id, timeline)
    shots = made_shots(timeline)
    return place_of(shots[-1][1].id, timeline) if shots else None


def _fills(project: Project) -> list[dict[str, Any]]:
    """What the fills that were applied said of their places, the last first."""
    rows = project.rows(
        "SELECT proposal.id AS id FROM proposal JOIN step ON step.id = proposal.step_id"
        " WHERE step.tool = 'fill' AND step.status = 'applied' AND proposal.status = 'applied'"
        " ORDER BY proposal.id DESC LIMIT 20"
    )
    return [state.proposal_at(project, row["id"]).proposal.data for row in rows]


def after_fill(project: Project) -> bool:
    """Whether a fill was the last step that changed the cut."""
    row = project.row(
        "SELECT step.tool AS tool FROM proposal JOIN step ON step.id = proposal.step_id"
        " JOIN decision ON decision.proposal_id = proposal.id WHERE proposal.status = 'applied'"
        " AND decision.edit_id IS NOT NULL ORDER BY decision.id DESC LIMIT 1"
    )
    return row is not None and row["tool"] == "fill"


def unclear(said: TakeWish, project: Project) -> str:
    """Why words about takes refer to nothing, and what to say; "" where they are clear."""
    place = last_place(project)
    if place is None:
        holes = history.current(project).holes()
        do = "fill the hole first" if holes else "there is no hole to fill either"
        return (
            f"I do not know what {said.words!r} refers to: no made shot stands in the cut ({do})."
        )
    if said.wish.plain or after_fill(project):
        return ""
    return (
        f"I am not sure what {said.words!r} refers to. If you mean the made shot at"
        f' {clock(place.at_s)}, say "another take" or "take 1".'
    )


def step_for(said: TakeWish, project: Project) -> tuple[PlannedStep, dict[str, Any]]:
    """The step that does what is said, with its arguments. Raises BrainError where unclear."""
    problem = unclear(said, project)
    if problem:
        raise BrainError(problem)
    place = last_place(project)
    gap = said.wish.of or (place.item.id if place else "")
    return PlannedStep(tool="fill", intent=said.intent), {"gap": gap, **said.arguments()}


def same_again(said: TakeWish, proposal: Proposal) -> str:
    """Why another seed would change nothing of the fill that is proposed; "" where it would."""
    data = proposal.data
    if not said.wish.another or said.look or data.get("by_chance", True):
        return ""
    ways = [way["called"].lower() for way in data.get("ways", ()) if way["mode"] != data["mode"]]
    other = f" Other ways are: {', '.join(ways)}." if ways else ""
    return f"It is made from the frames beside it and comes out the same with any seed.{other}"


def over(said: TakeWish, proposal: Proposal) -> dict[str, Any] | None:
    """What the words change in the fill that is proposed; None: leave it, what stands is kept."""
    changed: dict[str, Any]
    if said.wish.another:
        changed = {"seed": int(proposal.data.get("next_seed", 1)), "alternate": 0}
        if takes.wish(str(proposal.arguments.get("words", ""))).about_takes:
            changed |= {"words": "", "another": True}
        return changed | ({"look": said.look} if said.look else {})
    standing = int(proposal.data.get("standing", 0))
    if standing and said.wish.number in (-1, standing):
        return None
    return {"alternate": said.wish.number, "another": False, "words": ""}
