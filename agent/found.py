""" "Those two clips", "the above": what the last search found, as the footage of a film."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent import state
from agent.spans import NUMBERS
from project.store import Project

_SHOWN = r"(?:clips?|shots?|ones?|moments?|scenes?|takes?|results?|hits?|files?|pieces?)"
_MANY = r"(?P<many>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)"
_THOSE = re.compile(
    rf"(?:,? ?\b(?:of|with|from|using|use|out of|about|only|just|take|for))*\s*\b(?:"
    rf"(?:those|these|the(?: first| top| last)?|all(?: of)? (?:those|these|the)) (?:{_MANY} )?"
    rf"(?:{_SHOWN} )?(?:above|(?:that |which )?you (?:just )?(?:found|showed|listed)(?: me)?)"
    rf"|(?:those|these) (?:{_MANY.replace('many', 'count')} )?{_SHOWN}"
    rf"|the (?:first|top) {_MANY.replace('many', 'top')} (?:results|hits)"
    rf"|(?:those|these) {_MANY.replace('many', 'number')}|what you (?:just )?(?:found|showed me)"
    r"|the (?:search )?results|the above)\b",
    re.IGNORECASE,
)
SAID = "from what was found"  # how the intent to cut from it says so
_SAID = re.compile(rf"\b{SAID}(?:, the first (?P<many>\d+))?")


@dataclass(frozen=True, slots=True)
class Those:
    """A sentence that points at what was found, the sentence without it, and how many are meant."""

    rest: str
    words: str
    many: int = 0  # 0: all of it

    @property
    def intent(self) -> str:
        """How a step says that it is cut from what was found."""
        return f" {SAID}" + (f", the first {self.many}" if self.many else "")


def those(text: str) -> Those | None:
    """What a sentence points at; None where it points at nothing."""
    found = _THOSE.search(text)
    if not found:
        return None
    said = (found["many"] or found["count"] or found["number"] or found["top"] or "0").lower()
    rest = " ".join(f"{text[: found.start()]} {text[found.end() :]}".split())
    many = NUMBERS.get(said, int(said) if said.isdigit() else 0)
    words = re.sub(
        r"^[\s,]*(?:of|with|from|using|use|about|only|just|take|for"
        r"|out of)\b",
        "",
        found[0],
    )
    return Those(rest, words.strip(" ,"), many)


def footage_for(intent: str, project: Project) -> tuple[str, ...]:
    """The footage that a step is cut from by its intent; () where it names none."""
    said = _SAID.search(intent)
    return last_found(project, int(said["many"] or 0)) if said else ()


def last_found(project: Project, many: int = 0) -> tuple[str, ...]:
    """The footage that the last search found, best first: the first `many`, or all that is good.

    What has the words itself counts; what only comes near them in meaning where nothing has.
    """
    row = project.row(
        "SELECT proposal.id AS id FROM proposal JOIN step ON step.id = proposal.step_id"
        " WHERE step.tool = 'search' ORDER BY proposal.id DESC LIMIT 1"
    )
    if row is None:
        return ()
    data = state.proposal_at(project, row["id"]).proposal.data
    if not data.get("confident", True):
        return ()
    hits = data.get("hits", ())
    literal = [hit for hit in hits if any(why["kind"] != "meaning" for why in hit["why"])]
    best = max((float(hit["score"]) for hit in hits), default=0.0)
    good = [hit for hit in literal or hits if float(hit["score"]) * 2 >= best]
    ids = dict.fromkeys(str(hit["footage_id"]) for hit in good)
    return tuple(ids)[:many] if many else tuple(ids)
