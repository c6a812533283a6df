"""What "this" means while a clip is selected."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from agent import state
from agent.values import Goal, PlannedStep
from project import history
from project.errors import CreatorError
from project.store import Project, now
from tests.ui.test_edits_by_hand import _do
from timeline.model import Clip, Gap, Timeline, Track
from timeline.time import TimeRange
from ui.handlers import Handlers
from ui.selection import meant, pointed

WHOLE = TimeRange(Fraction(0), Fraction(2))
ITEMS = (
    Clip("c-1", "f", "a", WHOLE, WHOLE),
    Gap("g-1", Fraction(1), "penguins"),
    Clip("c-2", "f", "b", WHOLE, WHOLE),
)
FILM = Timeline(tracks=(Track("V1", "video", ITEMS),))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("make this one 1 second shorter", "make the 2nd shot 1 second shorter"),
        ("make this shorter", "make the 2nd shot shorter"),
        ("why this clip?", "why the 2nd shot?"),
        ("Why this?", "Why the 2nd shot?"),
        ("delete the selected shot", "delete the 2nd shot"),
        ("put this after the first shot", "put the 2nd shot after the first shot"),
        ("swap THIS ONE for something with water", "swap the 2nd shot for something with water"),
    ],
)
def test_this_is_the_selected_shot(said: str, meant: str) -> None:
    assert pointed(said, FILM, "c-2") == meant


@pytest.mark.parametrize(
    "said",
    ["make this film shorter", "a calm 30 s reel of the sea", "make it vertical", "undo that",
     "is this cut too long?", "do it this way", "this year in pictures, 20 seconds"],
)  # fmt: skip
def test_the_film_is_never_taken_for_a_shot(said: str) -> None:
    assert pointed(said, FILM, "c-2") == said


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("make it shorter", "make the 2nd shot shorter"),
        ("please make it a bit longer and mute it", "please make the 2nd shot a bit longer and mute"
         " the 2nd shot"),
        ("Make it half a second shorter.", "Make the 2nd shot half a second shorter."),
        ("slow it down", "slow the 2nd shot down"),
        ("take it out", "take the 2nd shot out"),
        ("trim it to 2 seconds", "trim the 2nd shot to 2 seconds"),
        ("move it to the end", "move the 2nd shot to the end"),
        ("put it before the first one", "put the 2nd shot before the first one"),
        ("swap it for something with water", "swap the 2nd shot for something with water"),
        ("why is it here?", "why is the 2nd shot here?"),
    ],
)  # fmt: skip
def test_it_is_the_selected_shot_where_nothing_else_is_spoken_of(said: str, meant: str) -> None:
    assert pointed(said, FILM, "c-2", it=True) == meant
    assert pointed(said, FILM, "c-2") == said


@pytest.mark.parametrize(
    "said",
    ["make it vertical", "make it a slower film", "make it 30 seconds", "how long is it?",
     "cut it to the beat", "call it 'Slower'", "export it", "undo it", "do it again",
     "find the dog and put it at the end", "make the first shot shorter and mute it",
     "make it a calm, darker reel of the sea", "trim it to a minute", "shorten it to 30 seconds",
     "drop it to about two minutes", "extend it to 1:30"],
)  # fmt: skip
def test_it_is_the_film_or_what_was_named_before_it(said: str) -> None:
    assert pointed(said, FILM, "c-2", it=True) == said


def test_behind_this_one_it_is_the_same_one() -> None:
    told = pointed("mute this one, then make it shorter and put it first", FILM, "c-2")
    assert told == "mute the 2nd shot, then make the 2nd shot shorter and put the 2nd shot first"


def test_what_it_is_depends_on_what_was_spoken_of_just_before(project: Project) -> None:
    def asked(since: str = "") -> str:
        return meant("make it shorter", project, "c-2", since)

    of_the_clip, of_the_film = "make the 2nd shot shorter", "make it shorter"
    history.commit(project, FILM, "a cut", actor="hand")
    assert asked() == of_the_clip
    state.say(project, "creator", "a calm film of the sea")
    state.say(project, "assistant", "My plan:")
    assert asked() == of_the_film
    assert asked(since=now()) == of_the_clip, "that was said in an earlier sitting"
    history.commit(project, replace(FILM, name="other"), "Trim b", actor="hand")
    assert asked() == of_the_clip, "an edit by hand came between"
    history.undo(project)
    state.say(project, "creator", "why the 1st shot?")
    assert asked() == of_the_film
    state.say(project, "creator", "why the 2nd shot?")
    assert asked() == of_the_clip
    goal = Goal(text="why the 2nd shot?")
    steps = [PlannedStep(tool="trim", intent="trim the 2nd shot")]
    plan = state.open_plan(project, goal.text, goal, "fake", steps)
    assert asked() == of_the_film, "what is proposed is what it is"
    state.close_plan(project, plan, "stopped")
    assert asked() == of_the_clip
    assert meant("make it shorter", project, "t-1", "") == of_the_film, "a title is no shot"


def test_the_page_asks_about_the_clip_that_is_selected(handlers: Handlers) -> None:
    _do(handlers, {"op": "insert", "footage_id": "f-bars", "in_s": "0", "out_s": "3"})
    desk = handlers.studio.desk
    clip = history.current(desk.project).clips()[0][1].id
    handlers.ask({"project": desk.id, "words": "make it shorter", "selection": clip})
    asked, *_ = state.messages(desk.project)
    assert asked.text == "make the 1st shot shorter"


def test_a_selected_hole_is_named_by_its_time() -> None:
    assert pointed("fill this hole", FILM, "g-1") == "fill the hole at 0:02.0"


def test_without_a_selection_the_words_stand_and_a_lost_one_is_said() -> None:
    assert pointed("make this one shorter", FILM, "") == "make this one shorter"
    assert pointed("make the first shot shorter", FILM, "c-9") == "make the first shot shorter"
    with pytest.raises(CreatorError, match="select a clip"):
        pointed("make this one shorter", FILM, "c-9")
