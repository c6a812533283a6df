"""Words about made shots: other takes, earlier ones, the look; while a fill is open or after."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from agent import state
from agent.binding import arguments_for
from agent.brain import all_tools
from agent.embedded import EmbeddedBrain
from agent.grammar import read
from agent.made import look_in, take_wish
from agent.session import Session
from agent.values import Goal, PlannedStep, PlanView
from generator.scenes import ScenesBackend
from generator.values import Generator
from project import history
from project.errors import BadArguments
from project.store import Project
from tests.fakes import ScriptedBrain
from timeline.model import Clip, Gap, Timeline, Track
from tools import fill as fill_room
from tools.filling.ways import Way


@pytest.mark.parametrize(
    ("said", "arguments"),
    [
        ("another one", {"another": True}),
        ("no, another take please", {"another": True}),
        ("try again with another seed", {"another": True}),
        ("another take in my look beach", {"another": True, "look": "beach"}),
        ("take 2", {"alternate": 2}),
        ("use the first take", {"alternate": 1}),
        ("ok keep the old one", {"alternate": -1}),
    ],
)
def test_words_about_takes_are_read_and_their_steps_are_read_the_same_way(
    said: str, arguments: dict[str, Any]
) -> None:
    wish = take_wish(said)
    assert wish is not None and wish.arguments() == arguments
    again = take_wish(wish.intent)
    assert again is not None and again.arguments() == arguments


@pytest.mark.parametrize(
    "said",
    [
        "drop the first one", "another film about water", "redo", "keep the speech",
        "take out the second shot", "a 30 second reel of the old town", "take 2 seconds off",
        "keep only the first one", "trim the first one to 2 seconds", "the old harbour",
    ],
)  # fmt: skip
def test_words_about_other_things_are_no_takes(said: str) -> None:
    assert take_wish(said) is None


@pytest.mark.parametrize(
    ("said", "look", "rest"),
    [
        ("fill the hole in my look beach", "beach", "fill the hole"),
        ("in my look, fill the hole", "mine", "fill the hole"),
        ("generate clouds in my look for the ending", "mine", "generate clouds for the ending"),
        ("fill the hole with clouds in the look 'sea-side'", "sea-side",
         "fill the hole with clouds"),
        ("use our look called city", "city", ""),
        ("a film in the look of the eighties", "", "a film in the look of the eighties"),
        ("a warm film with a dark look", "", "a warm film with a dark look"),
    ],
)  # fmt: skip
def test_a_learned_look_is_told_from_how_a_film_should_look(
    said: str, look: str, rest: str
) -> None:
    assert look_in(said) == (look, rest)
    assert read(said).look == look


def test_words_behind_a_hole_say_what_to_fill_it_with() -> None:
    assert [w.words for w in read("fill the hole with a golden sunset").generate] == [
        "golden sunset"
    ]
    assert read("fill the hole with what is missing").generate == ()


@pytest.fixture
def backends(monkeypatch: pytest.MonkeyPatch) -> None:
    def known(*_: object) -> tuple[Generator, ...]:
        return (ScenesBackend(),)

    monkeypatch.setattr(fill_room, "backends_from", known)


@pytest.fixture
def holed(project: Project, backends: None) -> Project:
    """Two holes of half a second, small, so that a shot is made in a moment."""
    items = tuple(Gap(f"g-{n}", Fraction(1, 2), words) for n, words in enumerate(("stars", "fog")))
    cut = Timeline(width=96, height=54, tracks=(Track("V1", "video", items),))
    with project.transaction():
        history.commit(project, cut, "two holes", actor="hand")
    return project


def decided(session: Session, word: str = "approve", **more: Any) -> PlanView:
    """The proposal that is shown decided, and the next one shown."""
    view = session.advance()
    shown = view.shown
    assert shown is not None, [(s.intent, s.status, s.answer) for s in view.steps]
    session.decide(
        word,  # type: ignore[arg-type]
        nonce=shown.nonce, action_hash=shown.action_hash, revision=shown.revision, **more,
    )  # fmt: skip
    return session.advance()


def clips(project: Project) -> list[Clip]:
    return [clip for _, clip in history.current(project).clips()]


def said_last(project: Project) -> str:
    return state.messages(project)[-1].text


def test_after_a_fill_another_one_is_made_and_an_earlier_one_comes_back(holed: Project) -> None:
    session = Session(holed)
    session.ask("fill the hole")
    view = decided(session)
    assert view.finished
    first = clips(holed)[0]
    told = said_last(holed)
    assert "would be drawn from the words 'stars'" in told
    assert "Made by scenes (procedural), seed 0: the strongest backend that can do this" in told
    assert "Checked: 13 frames of 96x54" in told
    assert view.steps[0].answer.startswith("Made by scenes")
    session.ask("another one")
    decided(session)
    second = clips(holed)[0]
    assert second.origin is not None and second.origin.seed == 1
    session.ask("use the first take")
    decided(session)
    assert clips(holed)[0].footage_id == first.footage_id
    session.ask("keep the old one")
    shown = session.advance().shown
    assert shown is not None and shown.proposal.effect == "edit"
    decided(session)
    assert clips(holed)[0].footage_id == second.footage_id


def test_another_take_joins_the_open_plan_and_what_waits_stays(holed: Project) -> None:
    session = Session(holed, ScriptedBrain(
        [("fill", "the stars"), ("fill", "the fog")], {"fill": [{"gap": "g-0"}, {"gap": "g-1"}]},
    ))  # fmt: skip
    session.ask("fill both")
    view = decided(session)
    assert [s.status for s in view.steps] == ["applied", "proposed"]
    first = view.id
    # the fog is shown: these words are about it, and its draft gets another seed
    session.ask("another one")
    view = session.advance()
    assert view.shown is not None and view.shown.proposal.data["seed"] == 1
    # and this is a step of its own, in front of the fog
    planned = PlannedStep(tool="fill", intent="another take of the stars")
    session.add_step(planned, {"gap": clips(holed)[0].id, "another": True})
    view = session.advance()
    assert view.id == first
    assert [s.status for s in view.steps] == ["applied", "proposed", "waiting"]
    view = decided(session)
    assert [s.status for s in view.steps] == ["applied", "applied", "proposed"]
    assert view.shown is not None and view.shown.proposal.data["seed"] == 1, "as it was changed"
    assert decided(session).finished
    assert [clip.origin.seed for clip in clips(holed) if clip.origin] == [1, 1]


def test_keeping_the_old_one_leaves_what_stands_and_skips_the_new_one(holed: Project) -> None:
    session = Session(holed)
    session.ask("fill the hole with stars")
    decided(session)
    before = clips(holed)
    session.ask("another take")
    session.advance()
    view = session.ask("keep the old one")
    assert view.finished and view.steps[0].status == "skipped"
    assert clips(holed) == before
    assert said_last(holed) == "The take that stands is kept."


def test_another_one_of_what_no_seed_changes_is_answered_with_the_other_ways(
    holed: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Way, "by_chance", False)
    session = Session(holed)
    session.ask("fill the hole")
    before = session.advance().shown
    assert session.ask("another one").shown == before
    assert "comes out the same with any seed" in said_last(holed)


def test_an_undone_fill_comes_back_by_its_number(holed: Project) -> None:
    session = Session(holed)
    session.ask("fill the hole")
    decided(session)
    [made] = clips(holed)
    history.undo(holed)
    session.ask("take 1")
    decided(session)
    assert [clip.footage_id for clip in clips(holed)] == [made.footage_id]


def test_without_a_made_shot_it_is_said_that_nothing_is_meant(holed: Project) -> None:
    brain = EmbeddedBrain(holed.settings)
    for words in ("another one", "take 2", "keep the old one", "try again with another seed"):
        plan = brain.plan(words, holed)
        assert not plan.steps
        assert "no made shot stands in the cut (fill the hole first)" in plan.question


def test_bare_words_long_after_a_fill_are_asked_back(holed: Project) -> None:
    session = Session(holed)
    session.ask("fill the hole")
    decided(session)
    session.ask('add the title "Night"')
    decided(session)
    view = session.ask("another one")
    assert 'say "another take"' in view.question
    assert session.ask("another take").steps[0].tool == "fill"


def test_a_look_goes_from_the_sentence_to_the_tool(holed: Project) -> None:
    brain = EmbeddedBrain(holed.settings)
    plan = brain.plan("fill the hole in my look beach", holed)
    [step] = plan.steps
    bound = brain.bind(step, plan.goal, holed, "")
    assert bound == {"gap": "g-0", "words": "", "look": "beach"}
    all_tools()["fill"].arguments.model_validate(bound)
    noted = PlannedStep(tool="fill", intent="fill the hole; fog in my look")
    assert arguments_for(noted, Goal(text=""), holed) == {
        "gap": "g-0", "words": "fog", "look": "mine",
    }  # fmt: skip


def test_a_change_that_nothing_honest_can_do_leaves_the_proposal_and_says_why(
    holed: Project,
) -> None:
    session = Session(holed)
    session.ask("fill the hole")
    before = session.advance().shown
    with pytest.raises(BadArguments, match="no clip stands right before the hole"):
        decided(session, "change", arguments={"mode": "connect"})
    assert session.advance().shown == before


def test_with_every_hole_filled_it_is_said_how_to_have_one_made_anew(
    holed: Project,
) -> None:
    session = Session(holed)
    for _ in range(2):
        session.ask("fill the hole")
        decided(session)
    session.ask("fill the hole")
    view = session.advance()
    assert view.steps[0].status == "failed"
    assert 'say "another take" to have it made anew' in view.steps[0].answer


@pytest.mark.parametrize(
    ("words", "bound"),
    [
        ("fill the hole by leading into the next clip",
         {"gap": "g-0", "words": "leading into the next clip"}),
        ("make the film loop", {"gap": "g-0", "words": "make the film loop"}),
        ("restyle it as a sunset", {"words": "restyle it as a sunset", "mode": "restyle"}),
    ],
)  # fmt: skip
def test_how_a_hole_is_to_be_filled_goes_to_the_tool_in_words(
    holed: Project, words: str, bound: dict[str, object]
) -> None:
    brain = EmbeddedBrain(holed.settings)
    plan = brain.plan(words, holed)
    assert [step.tool for step in plan.steps] == ["fill"]
    assert brain.bind(plan.steps[0], plan.goal, holed, "") == bound
    all_tools()["fill"].arguments.model_validate(bound)
    changed = PlannedStep(tool="fill", intent=f"{words}; fog")
    assert brain.bind(changed, plan.goal, holed, "")["words"] == "fog"
