"""What is chosen shows the thing that was asked for, and not what only shares a word with it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from index import library
from index.search import search
from index.values import Filters, Hit
from project import footage as store
from project.errors import BadArguments
from project.store import Project
from tests.tools.conftest import Propose
from tests.tools.test_support import captioned, made, names
from timeline.model import Origin
from timeline.time import TimeRange
from tools.dailies import Dailies
from tools.kinds import is_person, joined, named_in
from tools.shown import depicted, lettered
from tools.speaking import asks_for_speaker, talks
from tools.wanted import wanted


@pytest.mark.parametrize(
    ("words", "caption"),
    [
        ("northern lights", "city lights at night from a hill"),
        ("northern lights", "yellow lights in machinery"),
        ("roller coaster", "a cork coaster under a glass"),
        ("hot dog", "a dog pants on a hot day"),
        ("traffic light", "soft light through a window"),
        ("ice cream", "she rubs cream on her face"),
        ("football player", "a media player window opens"),
        ("football player", "a kitten plays with its paws"),
        ("police car", "a red car on a road"),
        ("wedding cake", "a chocolate cake on a plate"),
        ("swimming pool", "a pool table with balls"),
        ("washing machine", "a slot machine blinks"),
        ("sea lion", "a lion sleeps in dry grass"),
        ("teddy bear", "a bear catches a salmon"),
        ("city lights", "stage lights over a singer"),
        ("fire engine", "a ship's engine room"),
        ("school bus", "a double-decker bus in the rain"),
        ("sport", "a bird swims on a pond"),
        ("sport", "cliff edge and surf"),
        ("cooking", "slow pan over a valley"),
        ("skier jumping", "a cat jumping from a wall"),
    ],
)
def test_the_same_word_in_another_sense_is_no_support(
    dailies: Project, words: str, caption: str
) -> None:
    captioned(dailies, "f-phone", [caption], "sidecar")
    assert "phone.mp4" not in names(dailies, words)


@pytest.mark.parametrize(
    ("words", "caption"),
    [
        ("northern lights", "the northern lights over a fjord"),
        ("northern lights", "a green aurora over snow"),
        ("roller coaster", "a rollercoaster goes down"),
        ("hot dog", "a man bites into a hot dog"),
        ("ice cream", "a child licks an ice cream cone"),
        ("football player", "a football player runs with the ball"),
        ("police car", "a police car with its siren on"),
        ("a red car", "a car on a mountain road"),
        ("an old tractor", "a tractor on a field"),
        ("a glass of wine", "red wine is poured"),
        ("sport", "a snowboarder rides down a slope"),
        ("science fiction", "a robot rises over a spaceship"),
        ("sci-fi", "an astronaut floats over a planet"),
        ("a man juggling", "juggling with three clubs"),
    ],
)
def test_the_thing_itself_is_support_whatever_its_colour_or_size(
    dailies: Project, words: str, caption: str
) -> None:
    captioned(dailies, "f-phone", [caption], "sidecar")
    assert "phone.mp4" in names(dailies, words)


def test_a_word_that_makes_it_another_thing_is_vital_and_a_quality_is_not() -> None:
    vital = {
        words: asked.vital
        for words in (
            "police car", "red car", "running dog", "running shoes", "beach waves", "beach ball",
            "rock climbing", "little girl", "football player",
        )
        if (asked := wanted(words))
    }  # fmt: skip
    assert vital == {
        "police car": ("police",),
        "red car": (),
        "running dog": (),
        "running shoes": ("running",),
        "beach waves": (),
        "beach ball": ("beach",),
        "rock climbing": ("rock",),
        "little girl": (),
        "football player": ("football",),
    }


def test_doers_are_known_by_their_form() -> None:
    assert is_person("players")
    assert not is_person("plays")
    assert named_in("sport", ["surfers"])
    assert not named_in("sport", ["surf"])
    assert joined("Hot dogs and roller-coasters") == "hotdog and rollercoaster"


def test_what_a_caption_reads_out_or_only_likens_is_not_shown() -> None:
    assert "voice" not in depicted("caption: I talk with the voice of a girl")
    assert lettered('the text "user id" is typed') == ["user id"]
    assert "stream" not in depicted("a stream of coffee pours")
    assert "waves" in depicted("waves of the sea")


@pytest.mark.parametrize(
    ("words", "asks"),
    [
        ("people talking to the camera", True),
        ("an interview", True),
        ("a young woman speaking", True),
        ("talking heads", True),
        ("a parrot talking", False),
        ("where he talks about money", False),
        ("a woman walking", False),
        ("speech", False),
    ],
)
def test_who_asks_to_see_somebody_talk(words: str, asks: bool) -> None:
    assert asks_for_speaker(words) == asks


def sensed(project: Project, footage_id: str, **levels: float) -> None:
    """The senses of one piece of footage set, in every second of it."""
    rows = store.moments(project, footage_id)
    new = [replace(m, senses=replace(m.senses, **levels)) for m in rows]  # type: ignore[arg-type]
    with project.transaction():
        store.write_moments(project, new)
    library.refresh(project, [footage_id])


def test_a_voice_alone_shows_nobody_talking_and_a_face_with_a_voice_does(dailies: Project) -> None:
    for footage_id in ("f-phone", "f-ntsc"):
        captioned(dailies, footage_id, ["still camera, grey"], "embedded")
    sensed(dailies, "f-phone", speech=0.9, faces=0)
    sensed(dailies, "f-ntsc", speech=0.9, faces=1, face_size=0.3)
    hit = Hit("f-phone", "phone.mp4", TimeRange(Fraction(0), Fraction(3)), 0.8, ())
    room = Dailies(dailies)
    assert talks(hit, room) == 0
    assert talks(replace(hit, footage_id="f-ntsc"), room) == 1
    sensed(dailies, "f-ntsc", speech=0.0, faces=1, face_size=0.3)
    assert talks(replace(hit, footage_id="f-ntsc"), Dailies(dailies)) == 0


def test_footage_generated_earlier_is_used_only_where_it_is_asked_for_or_alone(
    dailies: Project, propose: Propose
) -> None:
    captioned(dailies, "f-phone", ["waves roll over a beach"], "sidecar")
    captioned(dailies, "f-ntsc", ["a dragon breathes fire"], "sidecar")
    for footage_id, prompt in (("f-phone", "waves"), ("f-ntsc", "a dragon")):
        footage = replace(
            store.find(dailies, footage_id), origin=Origin("scenes", "scenes-1", prompt, 1)
        )
        store.save(dailies, footage)
    whole = made(propose("storyboard", goal="a film", length_s=30))
    assert not {c.name for _, c in whole.clips()} & {"phone.mp4", "ntsc.mp4"}
    waves = made(propose("storyboard", subjects=("waves",), length_s=6))
    assert "phone.mp4" not in {c.name for _, c in waves.clips()}
    asked = made(propose("storyboard", subjects=("waves",), length_s=4, footage_ids=("f-phone",)))
    assert {c.name for _, c in asked.clips()} == {"phone.mp4"}
    alone = propose("storyboard", subjects=("a dragon",), length_s=4)
    assert {c.name for _, c in made(alone).clips()} == {"ntsc.mp4"}
    assert "generated for 'a dragon', not filmed" in alone.reasons[0].text
    assert alone.reasons[0].verified


def test_without_people_leaves_out_who_a_caption_calls_she(
    dailies: Project, propose: Propose
) -> None:
    captioned(dailies, "f-phone", ["she bends down to the grass"], "sidecar")
    cut = made(propose("storyboard", goal="", length_s=30, exclude=("people",)))
    assert "phone.mp4" not in {c.name for _, c in cut.clips()}


def test_footage_takes_turns_before_one_of_it_is_cut_in_again_and_again(
    dailies: Project, propose: Propose
) -> None:
    for footage_id in ("f-phone", "f-ntsc", "f-city"):
        captioned(dailies, footage_id, ["a zebra in tall grass"], "sidecar")
    cut = made(propose("storyboard", subjects=("zebra",), length_s=9))
    assert {c.name for _, c in cut.clips()} == {"phone.mp4", "ntsc.mp4", "city.mp4"}


def test_b_roll_is_about_something_like_it_and_says_so(dailies: Project, propose: Propose) -> None:
    for footage_id, size in (("f-phone", 0.3), ("f-ntsc", 0.4)):
        captioned(dailies, footage_id, ["looks around"], "sidecar")
        sensed(dailies, footage_id, faces=1, face_size=size)
    captioned(dailies, "f-phone", ["a woman talks to the camera"], "sidecar")
    length = float(store.find(dailies, "f-phone").duration_s) + 12
    wish = {"subjects": ("people talking to the camera",), "length_s": length}
    proposal = propose("storyboard", **wish)
    broll = [r.text for r in proposal.reasons if "as b-roll, for want of more" in r.text]
    assert broll
    assert all("ntsc.mp4" in text for text in broll)


def test_a_search_for_nothing_like_it_still_raises(propose: Propose) -> None:
    with pytest.raises(BadArguments, match="known to show 'northern lights'"):
        propose("storyboard", subjects=("northern lights",), length_s=5)


def test_hits_carry_what_was_matched(dailies: Project) -> None:
    found = search(dailies, "a dog", filters=Filters(has_picture=True), limit=5)
    assert found.hits[0].why
