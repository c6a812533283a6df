"""What is of a kind is one table: search, what a film leaves out and what it may claim agree."""

from __future__ import annotations

from fractions import Fraction

import pytest

from index.kinds import KINDS
from index.search import search
from index.values import Filters
from index.words import members, roots, stems
from project.store import Project
from tests.tools.conftest import Propose
from tests.tools.test_support import captioned, made
from timeline.time import TimeRange
from tools.beats import Beat
from tools.coverage import Brief, cover
from tools.kinds import named_in, of_kind

BY_LOOKS = Beat("", Fraction(1), asked=False, by_senses=True)


def plural(word: str) -> str:
    if word.endswith(("ing", "ves", "tennis", "jeans", "trousers")):
        return word
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")


def found(kind: str, caption: str) -> bool:
    """Whether search has a general word in a caption."""
    return not roots(kind).isdisjoint(stems(caption))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_search_and_film_know_the_same_things_by_a_kind(kind: str) -> None:
    for member in members(kind):
        for word in (member, plural(member)):
            caption = f"{word} in the sun"
            assert found(f"{kind}s", caption), caption
            assert of_kind(f"{kind}s", caption), caption
            assert named_in(f"{kind}s", caption.split()), caption


@pytest.mark.parametrize(
    ("kind", "caption"),
    [
        ("animals", "a dog on the lawn"), ("animals", "two herons"), ("animal", "puppies play"),
        ("birds", "geese over a field"), ("vehicles", "a train passes"),
        ("vehicles", "two taxis in the rain"), ("vehicles", "a ferry leaves"),
        ("food", "cookies on a plate"), ("food", "breakfast in bed"), ("drinks", "a glass of wine"),
        ("aircraft", "a plane lands"), ("dogs", "a puppy sleeps"), ("plants", "tulips in a vase"),
    ],
)  # fmt: skip
def test_a_caption_shows_one_of_a_kind_to_search_and_film(kind: str, caption: str) -> None:
    assert found(kind, caption) and of_kind(kind, caption) and named_in(kind, caption.split())


@pytest.mark.parametrize(
    ("kind", "caption"),
    [
        ("vehicles", "a caring nurse"), ("animals", "a man bearing a tray"),
        ("birds", "she is ducking behind a wall"), ("vehicles", "a trainer in a training session"),
        ("flowers", "a river flows"), ("insects", "a mother smiles"), ("clothing", "he hated it"),
        ("drinks", "a winning goal"), ("aircraft", "a plan"), ("boats", "a shipping label"),
        ("animals", "the rating is low"), ("dogs", "a wolf howls"), ("cats", "a dog barks"),
        ("pets", "a lion rests"), ("birds", "a bat in a cave"), ("animals", "she leaves a room"),
        ("plants", "she leaves a room"), ("drinks", "a pizza"), ("tools", "an animated film"),
    ],
)  # fmt: skip
def test_what_only_looks_alike_is_of_no_kind(kind: str, caption: str) -> None:
    assert not found(kind, caption) and not of_kind(kind, caption)


def test_what_goes_with_a_kind_bears_it_out_and_is_not_left_out_with_it() -> None:
    for kind, word in (("food", "plate"), ("cooking", "oven"), ("flowers", "petals")):
        assert named_in(kind, [word])
        assert not of_kind(kind, word)
    assert not named_in("drinking", ["coffee"])
    assert not named_in("drinks", ["pizza"])


def test_one_thing_of_two_words_is_known_for_what_it_is() -> None:
    assert of_kind("animals", "a guinea pig") and of_kind("hot dogs", "a hot dog with mustard")
    assert not of_kind("animals", "a hot dog with mustard")
    assert not of_kind("animals", "a teddy bear")


def test_a_film_without_animals_leaves_out_the_moments_with_a_dog(dailies: Project) -> None:
    told = ["a dog on the lawn"] * 3 + ["an empty lawn"] * 3
    captioned(dailies, "f-phone", told, "sidecar")
    dog = TimeRange(Fraction(0), Fraction(3))

    def shown(*without: str) -> list[TimeRange]:
        brief = Brief(footage_ids=("f-phone",), exclude=without)
        [covered] = cover((BY_LOOKS,), brief, dailies)
        return [c.room for c in covered.candidates]

    assert any(room.overlap(dog) > 0 for room in shown())
    assert any(room.overlap(dog) > 0 for room in shown("vehicles", "plants"))
    kept = shown("animals")
    assert kept and not any(room.overlap(dog) > 0 for room in kept)


def test_a_search_and_a_film_without_a_kind_keep_the_same_footage(
    dailies: Project, propose: Propose
) -> None:
    captioned(dailies, "f-phone", ["a meadow with a puppy"], "sidecar")
    captioned(dailies, "f-ntsc", ["a meadow at noon"], "sidecar")

    def score(words: str) -> float:
        hits = search(dailies, words, filters=Filters(has_picture=True)).hits
        return max((hit.score for hit in hits if hit.name == "phone.mp4"), default=0.0)

    def cut(*without: str) -> set[str]:
        wish = {"subjects": ("meadow",), "exclude": without, "length_s": 9}
        return {clip.name for _, clip in made(propose("storyboard", **wish)).clips()}

    assert score("meadow without animals") < score("meadow without vehicles")
    assert cut("vehicles") == {"phone.mp4", "ntsc.mp4"}
    assert cut("animals") == {"ntsc.mp4"}
