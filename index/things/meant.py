"""What a question means by a thing, and whether a thing that was named answers it.

A label of one word comes near to every other noun, so nearness claims nothing here: "horse" is
answered by what looks like a horse. A word is met by itself, by what it is a kind of (a dog is an
animal), by what `index.kinds` counts among its kind, or by a near synonym of this table.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.things.names import kinds, words
from index.words import STOP, content_words, members, stem, stems, tokens
from project.footage import Thing

# what people say for the words of `index.things.names`, and plurals that no rule makes
_SAID = {
    "dog": "puppy pup doggy doggie hound", "cat": "kitten kitty", "rabbit": "bunny",
    "horse": "pony foal stallion mare", "cow": "bull ox oxen cattle", "sheep": "lamb ram ewe",
    "pig": "piglet hog boar swine", "chicken": "hen rooster", "duck": "duckling drake",
    "goose": "geese gosling", "wolf": "wolves coyote", "crocodile": "alligator",
    "turtle": "tortoise", "hedgehog": "porcupine", "heron": "egret", "sea lion": "seal",
    "ladybird": "ladybug", "insect": "bug", "snail": "slug", "ship": "freighter",
    "car": "automobile sedan suv jeep", "truck": "lorry pickup", "taxi": "cab",
    "bus": "minibus coach", "airplane": "plane aeroplane jet airliner",
    "bicycle": "bike mountain_bike", "motorcycle": "motorbike scooter moped bike",
    "train": "locomotive", "tram": "streetcar", "fire engine": "fire_truck",
    "camper": "caravan motorhome rv", "boat": "gondola lifeboat speedboat",
    "sailboat": "sailing_boat yacht",
    "sofa": "couch settee", "refrigerator": "fridge", "television": "tv telly",
    "monitor": "display", "laptop": "notebook", "cup": "mug", "lamp": "lampshade",
    "phone": "telephone cellphone smartphone cell_phone mobile_phone",
    "drinking glass": "wine_glass beer_glass goblet", "frying pan": "wok skillet",
    "bookcase": "bookshelf", "trash can": "bin dustbin rubbish_bin garbage_can",
    "backpack": "rucksack", "handbag": "purse", "shoe": "sneaker trainer boot sandal",
    "necktie": "tie bow_tie", "wristwatch": "stopwatch", "gun": "rifle pistol revolver",
    "knife": "knives cleaver", "soccer ball": "football", "burger": "hamburger cheeseburger",
    "coast": "seashore seaside shore shoreline coastline", "mountain": "alp peak",
    "pier": "jetty breakwater", "coral": "coral_reef", "diver": "scuba_diver",
    "bridge": "viaduct", "swimsuit": "bikini",
}  # fmt: skip
# things that only go before these: nobody is shown a dog by a dog park
_NOUNS = """
    park parks stop stops station stations track tracks race races racing court courts house
    houses food shop shops store stores market markets museum show statue statues sculpture toy
    toys costume mask poster logo print skin meat juice salad field pitch stadium hair fur ride
    rides school driver owner trainer league club team shaped themed style bath cage collar leash
    lane lanes rack key keys seat seats booth number music eye pie curry sandwich soup sauce nuggets
    pond lizard
"""
_AFTER = frozenset(_NOUNS.split())
# before these it is a likeness
_MADE = frozenset(["toy", "model", "stuffed", "plush", "inflatable", "fake", "cartoon"])
# two words for what neither is by itself
_PAIRS = """
    guinea_pig sea_horse prairie_dog rubber_duck paper_plane space_ship river_bed sea_bed flower_bed
    world_cup
"""
_OTHERS = frozenset(_PAIRS.split())


@dataclass(frozen=True, slots=True)
class Meant:
    """One thing of a question: its words as they were said, and the names that answer it."""

    said: tuple[str, ...]
    names: frozenset[str]


@functools.lru_cache(maxsize=256)
def meant(text: str, content: tuple[str, ...]) -> tuple[Meant, ...]:
    """The things that `text` asks for, in order, among its words of `content`.

    Only what the network has a name for; of anything else it can say nothing.
    """
    said = tokens(text)
    found: list[Meant] = []
    at = 0
    while at < len(said):
        pair = tuple(said[at : at + 2])
        size = 2 if len(pair) == 2 and (_names(pair) or _other(pair)) else 1
        here = tuple(said[at : at + size])
        if _names(here) and set(content).issuperset(here) and not _inside(said, at, size):
            found.append(Meant(here, _names(here)))
        at += size
    return tuple(found)


def shown(
    asked: Sequence[Meant], content: Sequence[str], things: Sequence[Thing]
) -> tuple[dict[str, Thing], bool]:
    """By the words of a question, the thing that answers each; and whether none is missing.

    None is missing where at least one was answered, and each that the network has a name for. What
    a creator called by a name of his own answers that name.
    """
    found: dict[str, Thing] = {}
    for each in asked:
        best = next((t for t in things if not each.names.isdisjoint(known_as(t.word))), None)
        if best is not None:
            found.update(dict.fromkeys(each.said, best))
    for thing in things:
        if thing.word not in words():
            own = stems(thing.word)
            here = [word for word in content if stem(word) in own]
            if any(stem(word) == stem(tokens(thing.word)[-1]) for word in here):  # its noun
                found = {**dict.fromkeys(here, thing), **found}
    return found, bool(found) and all(found.keys() >= set(each.said) for each in asked)


def named(text: str, things: Iterable[Thing]) -> bool:
    """Whether one of these things is what `text` speaks of, or of its kind: "animals" of a dog."""
    content = content_words(text)
    return bool(shown(meant(text, content), content, tuple(things))[0])


@functools.lru_cache(maxsize=4096)
def known_as(word: str) -> frozenset[str]:
    """The names of the network that a thing is called by; none for what it has no name for.

    What a creator calls "my puppies" is a dog; the noun comes last.
    """
    said = tokens(word)
    if _other(tuple(said[-2:])) or (word not in words() and not _MADE.isdisjoint(said)):
        return frozenset()
    for part in ("_".join(said), *said[-1:]):
        ways = frozenset({word} if word in words() else _ways(part) & words().keys())
        if ways:
            return ways
    return frozenset()


@functools.lru_cache(maxsize=4096)
def called(name: str) -> str:
    """All words that a thing of this name is asked for by: what it is, its kinds, and synonyms."""
    ways = sorted({way for known in known_as(name) for way in kinds(known)} | {name})
    said = (each.replace("_", " ") for way in ways for each in _SAID.get(way, "").split())
    return ", ".join(dict.fromkeys((*ways, *said)))


@functools.lru_cache(maxsize=4096)
def _names(said: tuple[str, ...]) -> frozenset[str]:
    """The names that answer one word, or two that belong together; none for what is no thing."""
    if any(word in STOP for word in said):
        return frozenset()
    ways = _ways("_".join(said))
    if len(said) == 1:
        ways |= {way for each in members(said[0]) for way in _ways(each)}
    return frozenset(name for name in words() if not ways.isdisjoint(kinds(name)))


def _ways(text: str) -> frozenset[str]:
    """What a word is called in the table of names: itself, its singular, what it is said for."""
    forms = {text, *_singulars(text)}
    said = {name for name, ways in _SAID.items() if not forms.isdisjoint(ways.split())}
    return frozenset(said | {form.replace("_", " ") for form in forms})


def _inside(said: Sequence[str], at: int, size: int) -> bool:
    """Whether the word or two at `at` only are a part of the name of something else.

    A dog park is; not so where dogs race, or a car stops.
    """
    before, last = said[at - 1] if at else "", said[at + size - 1]
    behind = said[at + size] if at + size < len(said) else ""
    doing = (last.endswith("s") and not last.endswith(("ss", "us"))) or (
        before in ("a", "an") and behind.endswith("s")
    )
    return before in _MADE or (behind in _AFTER and not doing)


def _other(pair: tuple[str, ...]) -> bool:
    """Whether two words are one name of another thing: a guinea pig is no pig."""
    return not _OTHERS.isdisjoint({"_".join(pair), *_singulars("_".join(pair))})


def _singulars(text: str) -> list[str]:
    """`text` without the ending of a plural, every way that may have come about."""
    if text.endswith("ies"):
        return [text[:-3] + "y", text[:-1]]
    if text.endswith("es"):
        return [text[:-1], text[:-2]]
    return [text[:-1]] if text.endswith("s") and not text.endswith(("ss", "us")) else []
