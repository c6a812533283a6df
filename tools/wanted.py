"""What a beat's words ask to see: the thing itself, what makes it that thing, and the rest.

"A red car" is a car, whatever its colour; "a police car" without police is another thing, and
"northern lights" are no lights. Which is which is common knowledge about English, kept here as
rules about the words beside a noun, with short lists of words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.query import COLOURS, understand
from index.words import stem, tokens
from tools.kinds import (
    PERSON_ROLES,
    SCENERY,
    is_animal,
    is_person,
    is_somebody,
    joined,
    members,
)
from tools.moods import MOODS

_VAGUE_WORDS = """
    day days time moment moments scene scenes life trip holiday vacation story world view views
    thing things fun camera shot shots clip video footage picture part full lot lots bit close
    beautiful nice good great best cool amazing lovely
"""
_VAGUE = frozenset(_VAGUE_WORDS.split())
PREPOSITION = re.compile(
    r"\b(?:of|with|in|on|at|over|under|from|through|by|near|against|for|to|into|onto|full|while"
    r"|during|behind|above|below|across|along|around|between|that|who|which)\b"
)
_MEASURE = re.compile(  # what stands before "of" and is not the thing itself
    r"\b(?:cups?|glass(?:es)?|mugs?|bowls?|plates?|bottles?|groups?|crowds?|flocks?|herds?|swarms?"
    r"|piles?|rows?|lines?|bunch(?:es)?|pairs?|couples?|pieces?|slices?|lots?|kinds?|sorts?|types?"
    r"|views?|pictures?|images?|photos?|clips?|videos?|films?|footage|shots?|close-?ups?|scenes?|hundreds|thousands|dozens|drops?|streams?"
    r"|bags?|box(?:es)?|loads?|tops?|middle|edges?|sides?|inside|outside|sea|ocean|wall) of "
    r"(?:the |an? )?"
)
_NOUNS_IN_ING_WORDS = """
    morning evening building wedding spring ceiling painting lightning ring string king swing
    clothing wing thing crossing landing
"""
_NOUNS_IN_ING = frozenset(_NOUNS_IN_ING_WORDS.split())
# before a thing they say what it is for, not what it does
_GERUNDS_WORDS = """
    swimming washing parking sewing boxing fishing skating climbing riding cooking shopping
    sleeping dining living frying walking driving racing hiking training skiing surfing
    dancing diving cycling wrestling hunting gardening bathing chewing drinking rocking
    jumping running playing reading writing working meeting waiting fitting dressing rolling
    loading mixing vending
"""
_GERUNDS = frozenset(_GERUNDS_WORDS.split())
# "rock climbing" is no rock; "a child climbing" is a child
_PURSUITS_WORDS = """
    climbing biking riding skating skiing diving racing jumping fishing boarding surfing
"""
_PURSUITS = frozenset(_PURSUITS_WORDS.split())
_LOOSE_WORDS = """
    big small large little tiny huge giant tall short long wide narrow thick thin high low deep
    shallow heavy light old young new ancient modern antique fresh clean dirty dusty wet dry hot
    warm cold cool frozen snowy rainy sunny cloudy foggy misty windy stormy dark bright empty full
    busy crowded quiet calm loud noisy fast slow sudden happy sad angry tired excited funny cute
    pretty gorgeous ugly lonely single several many few two three four five six seven ten some
    wooden metal plastic stone brick concrete glass paper sandy rocky grassy muddy icy steep flat
    round square open closed broken clear blurry soft hard rough smooth shiny golden pale colourful
    colorful wild strong rich poor famous local typical real whole left right upper lower front
    back distant nearby other same different steaming delicious tasty sweet spicy rustic cosy cozy
    striped spotted fluffy furry
"""
LOOSE = frozenset(_LOOSE_WORDS.split()) | frozenset(COLOURS) | frozenset(MOODS)
# before scenery and people they say where or when
_PLACES_WORDS = """
    beach sea ocean lake river forest wood mountain mountains desert island city town village
    street country countryside garden park field meadow farm harbour harbor night day summer
    winter autumn spring morning evening sunset sunrise dawn dusk rain snow indoor outdoor
"""
_PLACES = frozenset(_PLACES_WORDS.split())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a beat's words ask for: the words to be borne out, and the one it is about.

    Without any of the `vital` ones it would be another thing: "police" of a police car.
    """

    words: tuple[str, ...]
    head: str
    vital: tuple[str, ...] = ()

    @property
    def weak(self) -> bool:
        """Whether the thing is just somebody, whom captions leave out: "he runs".

        Somebody in a role is known by what makes it: a football player by the football.
        """
        return is_somebody(self.head) or (bool(self.vital) and self.head in PERSON_ROLES)


def wanted(words: str) -> Wanted | None:
    """What has to be borne out; None where search alone answers: senses, speech, file facts."""
    question = understand(words)
    if question.only_asked or question.spoken or question.written:
        return None
    text = _MEASURE.sub("", joined(words))
    open_ = {stem(w) for w in question.open}
    spelled = set(tokens(words))
    needed = tuple(
        dict.fromkeys(
            w for w in tokens(text) if w not in _VAGUE and (stem(w) in open_ or w not in spelled)
        )
    )
    if not needed:
        return None
    parts = [_named(part, needed) for part in PREPOSITION.split(text)]
    named = next((part for part in parts if part), list(needed))
    return Wanted(needed, named[-1], _vital(named))


def _named(phrase: str, needed: tuple[str, ...]) -> list[str]:
    """The words of a noun phrase up to its noun; what somebody does behind it is not of it."""
    named = [w for w in tokens(phrase) if w in needed]
    for place, word in enumerate(named):
        if place and word.endswith(("ing", "ed")) and word not in _NOUNS_IN_ING:
            sport = word in _PURSUITS and not is_person(named[place - 1])
            return named[: place + 1] if sport else named[:place]
    return named


def _vital(named: list[str]) -> tuple[str, ...]:
    head = named[-1]
    return tuple(w for w in named[:-1] if not _loose(w, head))


def _loose(word: str, head: str) -> bool:
    """Whether a noun is the same kind of thing without the word before it."""
    if word in LOOSE or word.endswith(("est", "ful", "less", "ous")) or word.isdigit():
        return True
    living = is_person(head) or is_animal(head)
    if word.endswith("ing") and word not in _NOUNS_IN_ING:
        return living or word not in _GERUNDS
    if word.endswith("ed") or is_person(word) or (living and is_animal(word)):
        return True
    if word in _PLACES:
        return is_person(head) or bool(members(head) & SCENERY) or head in _PLACES
    return head in members(word)  # "sea waves": they are of its kind already
