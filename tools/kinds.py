"""Kinds of things people name as a whole: "animals" is borne out by a squirrel, "nature" by a leaf.

What is of a kind is common knowledge in one table, `index.kinds`; added here is what only goes with
one, as an oven with cooking, and who somebody is. Sentence embeddings do not tell it: they put
"dog" as near to "wolf" as to "pet".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from index import words as indexed
from index.kinds import KINDS, SOMEBODY
from index.words import stem, tokens


def _of(*kinds: str) -> str:
    """Kinds and what they stand for, in words."""
    return " ".join(word for kind in kinds for word in (kind, *indexed.members(kind)))


_SOMEBODY = f"{SOMEBODY} anyone somebody he she his her him passer"
_ROLES = """
    player worker officer driver artist maker fan coach instructor teacher star team crew athlete
    trainer operator guard champion
"""
_PEOPLE = f"""
    {_SOMEBODY} {_ROLES} dancer singer technician soldier policeman policewoman surfer skier climber
    cyclist runner musician guitarist speaker bride groom chef cook doctor nurse farmer fisherman
    swimmer diver student tourist actor actress presenter reporter visitor shopper footballer
    skateboarder snowboarder gymnast boxer wrestler rider biker hiker jogger
"""
_ANIMALS = _of("animal", "pet") + " wildlife creature"
_ROAD = "traffic car suv sedan truck pickup van bus taxi lorry motorbike"
_WATER = """
    water sea ocean lake river stream waterfall wave surf pool fountain rain coast beach bay pond
    underwater reef swell
"""
_SEA = "sea ocean wave surf coast beach bay reef swell shore seaside tide"
_PLANTS = _of("plant") + " petal bud forest wood leaves garden field meadow"
_LAND = "mountain hill cliff rock slope valley island desert glacier canyon landscape horizon"
_SKY = "sky cloud sunset sunrise dawn dusk star moon rainbow mist fog snow"
_CITY = """
    city town street building skyline skyscraper tower downtown traffic square shop plaza bridge
"""
_SPORT = """
    ball surfer skier snowboard snowboarding snowboarder climbing climber cyclist biker swimmer
    diver skateboard skateboarder skating skater gymnastics gymnast stadium golfer boxing boxer
    wrestling wrestler sprinting sprinter jogging jogger marathon athlete athletics race racing yoga
    workout gym fitness goalkeeper racket footballer cricket kayak
"""
_SCREEN = "technology computer screen code terminal software keyboard laptop robot phone"
_SCIFI = """
    scifi robot android cyborg spaceship spacecraft spacesuit astronaut alien ufo laser hologram
    futuristic cyberpunk galaxy planet rocket satellite mechanical mech telescope space interstellar
    starship
"""
_COOKING = """
    cooking cook chef kitchen saucepan skillet stove oven frying fries boiling boils chopping chops
    stirring stirs dough baking bakes baker recipe grill grilling roasting simmering whisk
    ingredients
"""
_MUSIC = """
    music musician guitarist fretboard pianist drummer violinist singer singing sings band orchestra
    concert bass choir keyboardist
"""
# What bears a kind out, by the kind, where that is more than what is of it.
_GROUPS: dict[str, str] = {
    **dict.fromkeys(("people", "person", "human", "someone", "folk"), _PEOPLE),
    **dict.fromkeys(("animal", "wildlife", "creature"), _ANIMALS),
    "vehicle": _of("vehicle") + " traffic pickup",
    "car": _of("car") + " pickup",
    "traffic": _ROAD,
    "water": _WATER,
    **dict.fromkeys(("sea", "ocean", "coast", "seaside"), _SEA),
    "plant": _PLANTS,
    "flower": _of("flower") + " petal bud",
    **dict.fromkeys(("nature", "outdoors"), " ".join((_PLANTS, _LAND, _WATER, _SKY, _ANIMALS))),
    **dict.fromkeys(("landscape", "scenery"), " ".join((_LAND, _SEA, _SKY))),
    **dict.fromkeys(("city", "town", "urban"), _CITY),
    "food": _of("food", "drink") + " cooking kitchen plate cup mug glass",
    "drink": _of("drink") + " cup mug glass",
    **dict.fromkeys(("sport", "athletics"), _of("sport") + _SPORT),
    "scifi": _SCIFI,
    "guitar": "guitar guitarist fretboard",
    **dict.fromkeys(("cooking", "baking"), _COOKING),
    "music": _MUSIC + _of("instrument"),
    **dict.fromkeys(("football", "soccer"), "football soccer footballer goalkeeper"),
    "aurora": "aurora borealis",
    "rollercoaster": "rollercoaster",
    "hotdog": "hotdog sausage frankfurter",
    "shootingstar": "shootingstar meteor",
    "icecream": "icecream gelato sorbet sundae",
    **dict.fromkeys(("technology", "computer"), _SCREEN),
    **dict.fromkeys(("kid", "child", "children"), "child children kid boy girl baby"),
    "wave": "wave surf swell",
    **dict.fromkeys(("mist", "fog", "misty", "foggy"), "mist misty fog foggy haze"),
    **dict.fromkeys(("mountain", "hill"), "mountain hill"),
}
_MEMBERS: dict[str, tuple[str, ...]] = {
    stem(kind): tuple(dict.fromkeys(told.split()))
    for kind, told in ({kind: _of(kind) for kind in KINDS} | _GROUPS).items()
}
SCENERY = frozenset(stem(w) for w in " ".join((_PLANTS, _LAND, _WATER, _SKY, _CITY)).split())
_MADE_BY_PEOPLE = f"""
    {_ROAD} motorcycle tram train street building skyscraper computer laptop phone screen terminal
"""


def _forms(words: str) -> frozenset[str]:
    """Words with their plain plurals, for comparing by form: "player" is no "plays"."""
    return frozenset(form for w in words.split() for form in (w, f"{w}s"))


# What a kind is seldom without, by the kind: it may stand for it where nothing is nearer.
_NEARLY: dict[str, frozenset[str]] = {
    "water": _forms(
        "fish dolphin whale surfer swimmer diver boat ship aquarium swim swimming sail sailing"
        " kayak splash drops puddle"
    ),
    "football": _forms("ball"),
    "cooking": _forms("food meal vegetable soup spice"),
    "scifi": _forms("machinery spacewalk stars"),
}
PERSON_ROLES = _forms(_ROLES)
_PERSON_FORMS, _SOMEBODY_FORMS = _forms(_PEOPLE), _forms(_SOMEBODY)
_ANIMAL_FORMS = _forms(_ANIMALS)
_AGAINST: dict[str, frozenset[str]] = {
    **dict.fromkeys(("nature", "wildlife"), _forms(_MADE_BY_PEOPLE)),
    **dict.fromkeys(("sport", "sports", "athletics"), _ANIMAL_FORMS - _forms("horse pony")),
}
# Words that together are one thing, which none of them is by itself.
_WHOLES: tuple[tuple[str, str], ...] = (
    (r"northern lights?|polar lights?|southern lights|aurora borealis", "aurora"),
    (r"sci[- ]?fi|science[- ]fiction", "scifi"),
    (r"roller[- ]?coaster", "rollercoaster"),
    (r"hot[- ]dog", "hotdog"),
    (r"ice[- ]cream", "icecream"),
    (r"shooting[- ]star|falling[- ]star", "shootingstar"),
    (r"milky[- ]way", "milkyway"),
    (r"guinea[- ]pig", "guineapig"),
    (r"sea[- ]lion", "sealion"),
    (r"sea[- ]horse", "seahorse"),
    (r"teddy[- ]bear", "teddybear"),
    (r"rocking[- ]horse", "rockinghorse"),
    (r"rubber[- ]duck", "rubberduck"),
    (r"stuffed (?:animal|toy)|plush (?:animal|toy)", "plushtoy"),
    (r"prairie[- ]dog", "prairiedog"),
    (r"hot[- ]air balloon", "hotairballoon"),
    (r"merry[- ]go[- ]round", "merrygoround"),
    (r"(?:ferris|big) wheel", "ferriswheel"),
    (r"black hole", "blackhole"),
    (r"red carpet", "redcarpet"),
    (r"white ?board", "whiteboard"),
    (r"black ?board", "blackboard"),
    (r"green ?house", "greenhouse"),
    (r"star ?fish", "starfish"),
    (r"jelly ?fish", "jellyfish"),
    (r"butter ?fly", "butterfly"),
    (r"soft drink", "softdrink"),
    (r"fast food", "fastfood"),
    (r"talking heads?", "talkinghead"),
)
_JOINS = tuple((re.compile(rf"\b(?:{words})(?P<s>s)?\b"), whole) for words, whole in _WHOLES)


def joined(text: str) -> str:
    """Text in small letters where what is one thing is one word: "northern lights" is "aurora"."""
    text = text.casefold()
    for words, whole in _JOINS:
        text = words.sub(whole, text)
    return text


def is_person(word: str) -> bool:
    """Whether a word names a person or people."""
    return word in _PERSON_FORMS


def is_somebody(word: str) -> bool:
    """Whether a word says no more of a person than who anybody is: "a woman", "someone"."""
    return word in _SOMEBODY_FORMS


def is_animal(word: str) -> bool:
    """Whether a word names an animal."""
    return word in _ANIMAL_FORMS


def people_in(text: str) -> bool:
    """Whether a text names a person."""
    return any(map(is_person, tokens(text)))


def nearly(word: str) -> frozenset[str]:
    """The words that a kind is seldom shown without, and that may stand for it at a discount."""
    return _NEARLY.get(word, _NEARLY.get(stem(word), frozenset()))


def members(word: str) -> frozenset[str]:
    """The stems of what a kind is borne out by, its own among them; only its own for others."""
    return frozenset(map(stem, (word, *_borne_out_by(word))))


def _borne_out_by(word: str) -> tuple[str, ...]:
    """What bears a kind out, in words; a doing is none but in its own form: who drinks, a drink."""
    known = word.removesuffix("s") in _GROUPS or not derived(word)
    return _MEMBERS.get(stem(word), ()) if known else ()


def against(word: str) -> frozenset[str]:
    """The words of what a kind is the opposite of: a street is no nature."""
    return _AGAINST.get(word, frozenset())


def named_in(word: str, texts: Iterable[str]) -> bool:
    """Whether words of a text name a kind or what bears it out.

    A doer or a doing is named by its own forms: surf is no surfer, and birds that swim are no
    swimmers.
    """
    return _named(word, _borne_out_by(word), texts)


def of_kind(word: str, text: str) -> bool:
    """Whether a text names a thing, or one of those that a general word stands for.

    Narrower than `named_in`: a kitchen goes with food, and is none.
    """
    word = joined(word)
    return _named(word, indexed.members(word), tokens(joined(text)))


def _named(word: str, others: Iterable[str], texts: Iterable[str]) -> bool:
    """Whether words of a text have a word, or one of others, in its own forms."""
    texts = tuple(texts)
    if any(stem(text) == stem(word) and is_doer(word) <= is_doer(text) for text in texts):
        return True
    own = {(stem(text), form) for text in texts for form in {False, derived(text)}}
    return any((stem(other), derived(other)) in own for other in others)


def derived(word: str) -> bool:
    """Whether a word is made from another by -er or -ing, whose stem it shares."""
    return is_doer(word) or (word.endswith("ing") and stem(word) != word)


def is_doer(word: str) -> bool:
    """Whether a word is made from another by -er: "coaster" and "coast"."""
    return word.endswith(("er", "ers")) and stem(word) != word.removesuffix("s")


def spelled_out(words: str, *, limit: int = 12) -> str:
    """A kind as things a search can find: "nature" as "plants, flowers, trees"; "" for others."""
    named = list(dict.fromkeys(w for t in tokens(joined(words)) for w in _borne_out_by(t)))
    step = max(1, len(named) // limit)
    return ", ".join(named[::step][:limit])
