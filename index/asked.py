"""What a question asks of the file or of the senses, and what the phrases that say so share."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Layer = Literal["technical", "senses"]
Place = Literal["anywhere", "alone", "bare"]
# how far a hit goes from its best moment: what is about as good, all that meets what is asked,
# the shot, or over cuts
Reach = Literal["alike", "met", "shot", "file"]

# how a shot is framed, held or filmed: true of all of it or of none
OF_SHOT = frozenset(
    ("static", "steady", "shaky", "aerial", "top-down", "low angle", "high angle", "macro",
     "over the shoulder", "point of view", "dutch angle", "screen recording", "webcam",
     "time-lapse", "black and white")
)  # fmt: skip
# what a phrase speaks of when it speaks of pictures and not of things
SHOT = (
    r"(?:shots?|clips?|videos?|footage|scenes?|takes?|moments?|parts?|pictures?|images?|frames?"
    r"|views?|angles?|b-?roll|cutaways?|inserts?|sequences?|recordings?|film|ones?|bits?|stuff)"
)
# places that fill the picture: a dark kitchen is a dark picture, a dark horse is not
PLACES = (
    r"(?:rooms?|kitchens?|bedrooms?|halls?|hallways?|corridors?|streets?|alleys?|forests?|woods?"
    r"|caves?|tunnels?|sk(?:y|ies)|stages?|basements?|cellars?|church(?:es)?|clubs?|bars?"
    r"|interiors?|exteriors?|places?|locations?|surroundings|backgrounds?|offices?|garages?"
    r"|warehouses?|water|scenery|studios?|theatres?|theaters?|cinemas?|roads?|staircases?|attics?"
    r"|workshops?|cit(?:y|ies)|nights?)"
)
NO = r"(?:without|with no|no|has no|have no|lacks?|not? any|not)"
# where an adjective ends what is said of the picture, and no thing follows that it belongs to
ENDS = (
    r"(?= ?(?:$|[,;.:!?/)]| (?:and|but|or|nor|with|without|of|in|at|on|from|by|where|while|that"
    r"|which|for|during|showing|no|not|please|only|again|enough|throughout)\b))"
)
_BEFORE = {
    "alone": re.compile(
        r"(?:^|[,;:/(-]|\b(?:and|but|or|nor|with|without|not|no|non|never|neither|is|are|was|were|looks?"
        r"|very|really|too|quite|so|pretty|rather|bit|fairly|extremely|completely|mostly|somewhat"
        r"|more|less|a|an|the|some|any|all|something|anything|everything|avoid|skip|exclude)"
        r"|n't)\s*$",
        re.IGNORECASE,
    ),
    "bare": re.compile(
        r"(?:^|[,;:/(-]|\b(?:but|not|no|non|never|neither|without|avoid|skip|exclude|nor)|n't)\s*$",
        re.IGNORECASE,
    ),
}
_AFTER = {
    "alone": re.compile(ENDS, re.IGNORECASE),
    "bare": re.compile(r"\s*(?:$|[,;.:!?/)]|(?:but|without|with no|no|not)\b)", re.IGNORECASE),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked of the file or the senses; `amount` where a number was said."""

    name: str
    layer: Layer
    said: str  # the words of the question that mean it
    negated: bool = False
    amount: float = 0.0


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to ask for `name`.

    kept: captions use these words as well, so they stay among the words that are looked for.
    place: "alone" is an adjective of the picture, so no thing may follow it; "bare" means so
    only where nothing else stands beside it.
    """

    name: str
    source: str
    layer: Layer = "senses"
    kept: bool = False
    place: Place = "anywhere"
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        made = re.compile(rf"(?<![\w'])(?:{self.source})(?![\w'])", re.IGNORECASE)
        object.__setattr__(self, "pattern", made)

    def stands(self, text: str, span: tuple[int, int]) -> bool:
        """Whether what matched at `span` stands where it can mean this."""
        if self.place == "anywhere":
            return True
        before, after = _BEFORE[self.place], _AFTER[self.place]
        return bool(before.search(text[: span[0]]) and after.match(text[span[1] :]))
