"""Kinds of things people name as a whole: "animals" is borne out by a squirrel, "nature" by a leaf.

Common knowledge in a table, because sentence embeddings put "dog" as near to "wolf" as to "pet".
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from index.words import stem, tokens

_SOMEBODY = """
    people person persons human humans man men woman women boy boys girl girls child children kid
    kids baby crowd couple family friend friends guy lady someone somebody anyone he she his her him
    adult adults teenager toddler pedestrian passer-by passers-by
"""
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
_ANIMALS = """
    animal animals pet pets wildlife creature dog puppy cat kitten horse pony cow sheep goat pig
    squirrel rabbit deer fox wolf bear lion tiger elephant monkey bird birds gull duck swan
    goose eagle owl parrot chicken fish shark whale dolphin seal turtle frog snake lizard insect
    butterfly bee spider snail
"""
_VEHICLES = """
    vehicle vehicles traffic car cars suv sedan truck pickup van bus taxi lorry motorcycle motorbike
    bike bicycle tram train boat ship plane airplane helicopter
"""
_ROAD = "traffic car cars suv sedan truck pickup van bus taxi lorry motorbike"
_WATER = """
    water sea ocean lake river stream waterfall wave waves surf pool fountain rain coast beach bay
    pond underwater reef swell
"""
_SEA = "sea ocean wave waves surf coast beach bay reef swell shore seaside tide"
_PLANTS = """
    plant plants flower flowers blossom petals bud tree trees forest wood leaf leaves grass garden
    bush moss field meadow
"""
_LAND = """
    mountain mountains hill hills cliff rock rocks slope slopes valley island desert glacier canyon
    landscape horizon
"""
_SKY = "sky cloud clouds sunset sunrise dawn dusk star stars moon rainbow mist fog snow"
_CITY = """
    city town street streets building buildings skyline skyscraper tower downtown traffic square
    shop plaza bridge
"""
_FOOD = """
    food meal drink coffee tea bread cake fruit vegetable soup pizza cooking kitchen breakfast lunch
    dinner plate cup mug glass
"""
_SPORT = """
    sport sports football soccer basketball tennis volleyball ball surfing surfer skiing skier
    snowboard snowboarding snowboarder climbing climber cycling cyclist biker swimmer diver
    skateboard skateboarding skateboarder skating skater gymnastics gymnast stadium golf golfer
    rugby hockey boxing boxer wrestling wrestler sprinting sprinter jogging jogger marathon
    athlete athletics race racing yoga workout gym fitness goalkeeper racket footballer cricket
    baseball judo karate kayak
"""
_SCREEN = "technology computer screen code terminal software keyboard laptop robot phone"
_SCIFI = """
    scifi robot robots android cyborg spaceship spacecraft spacesuit astronaut alien aliens ufo
    laser hologram futuristic cyberpunk galaxy planet planets rocket satellite mechanical mech
    telescope space interstellar starship
"""
_COOKING = """
    cooking cook cooks chef kitchen saucepan skillet stove oven frying fries boiling boils chopping
    chops stirring stirs dough baking bakes baker recipe grill grilling roasting simmering whisk
    ingredients
"""
_MUSIC = """
    music musician guitar guitarist fretboard piano pianist drum drums drummer violin violinist
    cello singer singing sings band orchestra concert trumpet saxophone flute bass choir
    keyboardist
"""
_GROUPS: dict[str, str] = {
    **dict.fromkeys(("people", "person", "humans", "someone", "folks"), _PEOPLE),
    **dict.fromkeys(("animal", "animals", "wildlife", "creatures"), _ANIMALS),
    **dict.fromkeys(("pets", "pet"), "dog puppy cat kitten rabbit horse pony pet"),
    **dict.fromkeys(("vehicle", "vehicles"), _VEHICLES),
    "traffic": _ROAD,
    "water": _WATER,
    **dict.fromkeys(("sea", "ocean", "coast", "seaside"), _SEA),
    **dict.fromkeys(("plant", "plants"), _PLANTS),
    "flowers": "flower flowers blossom petals bud",
    **dict.fromkeys(("nature", "outdoors"), " ".join((_PLANTS, _LAND, _WATER, _SKY, _ANIMALS))),
    **dict.fromkeys(("landscape", "landscapes", "scenery"), " ".join((_LAND, _SEA, _SKY))),
    **dict.fromkeys(("city", "town", "urban"), _CITY),
    **dict.fromkeys(("food", "drinks"), _FOOD),
    **dict.fromkeys(("sport", "sports", "athletics"), _SPORT),
    "scifi": _SCIFI,
    **dict.fromkeys(("guitar", "guitars"), "guitar guitars guitarist fretboard"),
    **dict.fromkeys(("cooking", "baking"), _COOKING),
    "music": _MUSIC,
    **dict.fromkeys(("football", "soccer"), "football soccer footballer goalkeeper"),
    "aurora": "aurora auroras borealis",
    "rollercoaster": "rollercoaster rollercoasters",
    "hotdog": "hotdog hotdogs sausage sausages frankfurter",
    "shootingstar": "shootingstar meteor meteors",
    "icecream": "icecream gelato sorbet sundae",
    **dict.fromkeys(("technology", "computers", "computer"), _SCREEN),
    **dict.fromkeys(("kids", "children", "child"), "child children kid kids boy girl baby"),
    **dict.fromkeys(("dog", "dogs"), "dog dogs puppy"),
    **dict.fromkeys(("cat", "cats"), "cat cats kitten"),
    **dict.fromkeys(("car", "cars"), "car cars suv sedan pickup taxi"),
    **dict.fromkeys(("bird", "birds"), "bird birds gull duck swan goose eagle owl parrot"),
    **dict.fromkeys(("wave", "waves"), "wave waves surf swell"),
    **dict.fromkeys(("mist", "fog", "misty", "foggy"), "mist misty fog foggy haze"),
    **dict.fromkeys(("mountain", "mountains", "hill", "hills"), "mountain mountains hill hills"),
}
NAMED_KINDS = frozenset(_GROUPS)
_MEMBERS: dict[str, tuple[str, ...]] = {
    stem(word): tuple(dict.fromkeys(members.split())) for word, members in _GROUPS.items()
}
KINDS: dict[str, frozenset[str]] = {
    root: frozenset(map(stem, members)) for root, members in _MEMBERS.items()
}
SCENERY = frozenset(stem(w) for w in " ".join((_PLANTS, _LAND, _WATER, _SKY, _CITY)).split())
_IN_WATER = """
    fish dolphin dolphins whale whales surfer swimmer diver boat boats ship ships aquarium swim
    swims swimming sail sailing kayak splash drops puddle
"""
# What a kind is seldom without, by the kind: it may stand for it where nothing is nearer.
_NEARLY: dict[str, frozenset[str]] = {
    "water": frozenset(_IN_WATER.split()),
    "football": frozenset(["ball"]),
    "cooking": frozenset(["food", "meal", "vegetables", "soup", "spices"]),
    "scifi": frozenset(["machinery", "spacewalk", "stars"]),
}
_MADE_BY_PEOPLE = """
    car cars suv sedan truck pickup van bus taxi lorry motorcycle motorbike tram train street
    building buildings skyscraper traffic computer laptop phone screen terminal
"""
_AGAINST: dict[str, frozenset[str]] = {
    **dict.fromkeys(("nature", "wildlife"), frozenset(_MADE_BY_PEOPLE.split())),
    **dict.fromkeys(("sport", "sports", "athletics"), frozenset(_ANIMALS.split()) - {"horse"}),
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


def _forms(words: str) -> frozenset[str]:
    """Words with their plain plurals, for comparing by form: "player" is no "plays"."""
    return frozenset(form for w in words.split() for form in (w, f"{w}s"))


_PERSON_FORMS, _SOMEBODY_FORMS = _forms(_PEOPLE), _forms(_SOMEBODY)
_ANIMAL_FORMS = _forms(_ANIMALS)
PERSON_ROLES = _forms(_ROLES)


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
    root = stem(word)
    return KINDS.get(root, frozenset()) | {root}


def against(word: str) -> frozenset[str]:
    """The words of what a kind is the opposite of: a street is no nature."""
    return _AGAINST.get(word, frozenset())


def named_in(word: str, texts: Iterable[str]) -> bool:
    """Whether words of a text name a kind or one of its members.

    A doer or a doing is named by its own forms: surf is no surfer, and birds that swim are no
    swimmers.
    """
    root = stem(word)
    for other in texts:
        if stem(other) == root and is_doer(word) <= is_doer(other):
            return True
        for member in _MEMBERS.get(root, ()):
            if stem(member) == stem(other) and derived(member) <= derived(other):
                return True
    return False


def derived(word: str) -> bool:
    """Whether a word is made from another by -er or -ing, whose stem it shares."""
    return is_doer(word) or _made(word, "ing")


def is_doer(word: str) -> bool:
    """Whether a word is made from another by -er: "coaster" and "coast"."""
    return _made(word.removesuffix("s"), "er")


def _made(word: str, ending: str) -> bool:
    root = word.removesuffix(ending)
    return root != word and len(root) > 2 and stem(word) == stem(root)


def spelled_out(words: str, *, limit: int = 12) -> str:
    """A kind as things a search can find: "nature" as "plants, flowers, trees"; "" for others."""
    known = [_GROUPS[t] for t in tokens(joined(words)) if t in _GROUPS]
    named = list(dict.fromkeys(w for group in known for w in group.split()))
    step = max(1, len(named) // limit)
    return ", ".join(named[::step][:limit])
