"""Kinds of things people name as a whole: "animals" is borne out by a squirrel, "nature" by a leaf.

Common knowledge in a table, because sentence embeddings put "dog" as near to "wolf" as to "pet".
"""

from __future__ import annotations

from index.words import stem, tokens

_PEOPLE = """
    people person persons human humans man men woman women boy boys girl girls child children kid
    kids baby crowd couple family friend friends guy lady someone somebody player dancer singer
    worker technician soldier policeman surfer skier climber cyclist runner musician guitarist
    speaker bride groom he she his her
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
    snowboard climbing climber cycling cyclist swimmer skateboard gymnastics stadium
"""
_SCREEN = "technology computer screen code terminal software keyboard laptop robot phone"

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
    **dict.fromkeys(("sport", "sports"), _SPORT),
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
KINDS: dict[str, frozenset[str]] = {
    stem(word): frozenset(stem(w) for w in members.split()) for word, members in _GROUPS.items()
}
PERSON = frozenset(stem(w) for w in _PEOPLE.split())


def members(word: str) -> frozenset[str]:
    """The stems of what a kind is borne out by, its own among them; only its own for others."""
    root = stem(word)
    return KINDS.get(root, frozenset()) | {root}


def spelled_out(words: str, *, limit: int = 12) -> str:
    """A kind as things a search can find: "nature" as "plants, flowers, trees"; "" for others."""
    known = [_GROUPS[t] for t in tokens(words) if t in _GROUPS]
    named = list(dict.fromkeys(w for group in known for w in group.split()))
    step = max(1, len(named) // limit)
    return ", ".join(named[::step][:limit])
