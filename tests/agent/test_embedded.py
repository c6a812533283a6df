"""The embedded brain: plans for what it understands, a question for all else."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from agent import replan, state
from agent.brain import all_tools, make_brain
from agent.embedded import EmbeddedBrain
from agent.requests import requests
from agent.values import Goal, PlannedStep
from project import footage as store
from project import history
from project.errors import BrainError
from project.settings import Settings
from project.store import Project
from timeline import document
from timeline.model import Clip, Gap, Timeline, Track
from timeline.time import TimeRange

FILM = Goal(text="a calm film", length_s=30, mood=("calm",), subjects=("dog",), ending="sunset")


@pytest.fixture
def brain() -> EmbeddedBrain:
    return EmbeddedBrain(Settings())


@pytest.fixture
def shot(project: Project, tmp_path: Path) -> Project:
    """A project with one piece of footage and nothing cut."""
    technical = store.Technical(has_picture=True, picture_end_s="60", rate="25")
    store.save(
        project,
        store.Footage(
            id="f1", path=tmp_path / "dog.mp4", name="dog.mp4", folder="", fingerprint="1",
            bytes=1, mtime_ns=1, status="ok", duration_s=Fraction(60), technical=technical,
        ),
    )  # fmt: skip
    return project


@pytest.fixture
def cut(shot: Project) -> Project:
    """The same with three clips and a hole, cut for FILM."""
    whole = TimeRange(Fraction(0), Fraction(60))
    clips = [
        Clip(f"c-{n}", "f1", "dog.mp4", TimeRange(Fraction(4 * n), Fraction(4 * n + 4)), whole)
        for n in range(3)
    ]
    items = (*clips, Gap("g-1", Fraction(3), "waves at night"))
    history.commit(shot, Timeline(tracks=(Track("V1", "video", items),)), "cut", actor="agent")
    plan = state.open_plan(
        shot, "a film", FILM, "embedded", [PlannedStep(tool="storyboard", intent="cut")]
    )
    state.set_step(shot, state.steps(shot, plan)[0].id, "applied")
    return shot


def tools_of(brain: EmbeddedBrain, words: str, project: Project) -> list[str]:
    plan = brain.plan(words, project)
    assert not plan.question, plan.question
    return [step.tool for step in plan.steps]


@pytest.mark.parametrize(
    ("words", "tools"),
    [
        ("a calm 30 s reel of the dog, end on a sunset", ["storyboard"]),
        ('a 20 s film, title "Dog", with soft music, export for resolve',
         ["storyboard", "title", "music", "export"]),
        ("a film of water, generate a starry sky for the ending", ["storyboard", "fill"]),
        ("30 seconds, vertical", ["storyboard"]),
        ("what do I have?", ["overview"]),
        ("give me ideas", ["ideas"]),
        ("show me shots with water", ["search"]),
        ("is there any snow?", ["search"]),
        ("show me a 20 s film about water", ["storyboard"]),
    ],
)  # fmt: skip
def test_a_goal_or_question_becomes_the_steps_it_needs_and_no_more(
    brain: EmbeddedBrain, shot: Project, words: str, tools: list[str]
) -> None:
    assert tools_of(brain, words, shot) == tools


@pytest.mark.parametrize(
    "words",
    ["", "   ", "?!", "help", "upload it to youtube", "delete all my footage", "email this to mum",
     "mach mir ein ruhiges Video über den Hund", "make it shorter", "drop the second shot",
     "with soft music", "make me a sandwich"],
)  # fmt: skip
def test_what_cannot_be_done_or_understood_is_asked_back(
    brain: EmbeddedBrain, shot: Project, words: str
) -> None:
    plan = brain.plan(words, shot)
    assert plan.question and not plan.steps


def test_nonsense_is_asked_back_even_where_there_is_a_cut(
    brain: EmbeddedBrain, cut: Project
) -> None:
    for words in ("asdf qwer zxcv", "the the the", "colourless green ideas sleep furiously"):
        plan = brain.plan(words, cut)
        assert all(step.tool in ("search", "overview", "ideas") for step in plan.steps)
    assert brain.plan("asdf qwer zxcv", cut).question


def test_without_footage_a_goal_says_what_to_do_first(
    brain: EmbeddedBrain, project: Project
) -> None:
    assert "ingest" in brain.plan("a 30 s film of the dog", project).question


@pytest.mark.parametrize(
    ("words", "tool", "arguments"),
    [
        ("make it 20 seconds", "arrange", {"action": "length", "length_s": 20.0}),
        ("make it shorter", "arrange", {"action": "length", "length_s": 11.25}),
        ("shorten it by 5 seconds", "arrange", {"action": "length", "length_s": 10.0}),
        ("make it twice as long", "arrange", {"action": "length", "length_s": 30.0}),
        ("drop the second shot", "arrange", {"action": "drop", "clips": ["second shot"]}),
        ("remove clips 1 and 3", "arrange", {"action": "drop", "clips": ["1", "3"]}),
        ("swap 2 and 3", "arrange", {"action": "swap", "clips": ["2", "3"]}),
        ("move the third shot to the start", "arrange",
         {"action": "move", "clips": ["third shot"], "position": 1}),
        ("more of the dog", "arrange", {"action": "add", "query": "dog"}),
        ("add a shot of the skyline at the start", "arrange",
         {"action": "add", "query": "skyline", "position": 1}),
        ("trim the first clip to 3 seconds", "trim",
         {"clips": ["first clip"], "mode": "length", "length_s": 3.0}),
        ("keep only the brightest part", "trim",
         {"clips": ["all"], "words": "the brightest part"}),
        ("trim clip 3 before the camera moves", "trim",
         {"clips": ["clip 3"], "words": "before the camera moves"}),
        ("undo that", "undo", {}),
        ('add the title "Summer" at the end', "title", {"text": "Summer", "at": "end"}),
        ("with soft music", "music", {"mood": "soft"}),
        ("remove the music", "music", {"remove": True}),
        ("fill the hole", "fill", {"gap": "g-1", "words": ""}),
        ("export as edl", "export", {"kind": "edl"}),
        ("find pouring coffee", "search", {"query": "pouring coffee"}),
    ],
)  # fmt: skip
def test_a_follow_up_is_bound_to_the_tool_and_its_schema(
    brain: EmbeddedBrain, cut: Project, words: str, tool: str, arguments: dict[str, Any]
) -> None:
    plan = brain.plan(words, cut)
    assert [step.tool for step in plan.steps] == [tool], plan.question
    bound = brain.bind(plan.steps[0], plan.goal, cut, "")
    assert bound == arguments
    all_tools()[tool].arguments.model_validate(bound)  # the real tool takes it


def test_two_edits_in_one_sentence_are_two_steps(brain: EmbeddedBrain, cut: Project) -> None:
    plan = brain.plan("drop the first shot and make it 12 seconds", cut)
    assert [s.intent for s in plan.steps] == ["drop the first shot", "make it 12 seconds"]


@pytest.mark.parametrize(
    ("words", "lost"),
    [
        ("drop the second shot and flurb the gronk", "flurb the gronk"),
        ("make it shorter and flurb the gronk", "flurb the gronk"),
        ("trim the first clip to 3 seconds and colour grade the rest", "colour grade the rest"),
        ("swap 1 and 2, then blorp the last one", "blorp the last one"),
    ],
)
def test_half_an_understood_sentence_is_no_edit_and_the_lost_half_is_named(
    brain: EmbeddedBrain, cut: Project, words: str, lost: str
) -> None:
    assert requests(words) is None
    plan = brain.plan(words, cut)
    assert not plan.steps
    assert lost in plan.question


def test_a_list_of_things_is_still_one_edit() -> None:
    (drop,) = requests("delete the dog and all the cats") or ()
    assert drop.arguments["clips"] == ("dog", "all the cats")


def test_a_plan_reads_as_a_person_would_say_it(brain: EmbeddedBrain, shot: Project) -> None:
    plan = brain.plan(
        "A calm 40 second film from day to night: waves, a golden sunset and a night sky full of"
        " stars, and end on the aurora. Lay soft music under it.",
        shot,
    )
    assert [s.intent for s in plan.steps] == [
        "Cut a calm 40 s film about waves, a golden sunset and a night sky full of stars,"
        " from day to night, ending on the aurora",
        "lay soft music under it",
    ]


def test_a_wish_to_generate_is_bound_to_a_hole(brain: EmbeddedBrain, shot: Project) -> None:
    words = "a 20 s film of dogs, generate a starry sky for the ending"
    plan = brain.plan(words, shot)
    bound = brain.bind(plan.steps[0], plan.goal, shot, "")
    assert bound["ending"] == "starry sky" and bound["generate"] == ["starry sky"]
    all_tools()["storyboard"].arguments.model_validate(bound)
    middle = brain.plan("a 20 s film of dogs with a generated aurora shot in the middle", shot)
    assert brain.bind(middle.steps[0], middle.goal, shot, "")["generate"] == ["aurora"]


def test_the_film_that_stands_can_be_asked_for_differently(
    brain: EmbeddedBrain, cut: Project
) -> None:
    plan = brain.plan("make it vertical and without people", cut)
    assert [s.tool for s in plan.steps] == ["storyboard"]
    bound = brain.bind(plan.steps[0], plan.goal, cut, "")
    assert bound == {
        "length_s": 30.0, "aspect": "9:16", "mood": ["calm"], "subjects": ["dog"],
        "exclude": ["people"], "ending": "sunset",
    }  # fmt: skip
    all_tools()["storyboard"].arguments.model_validate(bound)


def test_a_new_film_owes_nothing_to_the_last_one(brain: EmbeddedBrain, cut: Project) -> None:
    for words in ("a fast 10 second reel", "half a minute, energetic, start with the skyline"):
        plan = brain.plan(words, cut)
        assert plan.goal.subjects == () and plan.goal.ending == ""
        assert brain.bind(plan.steps[0], plan.goal, cut, "")["keep_rest"] is False


def test_a_plan_made_again_keeps_what_is_done(brain: EmbeddedBrain, cut: Project) -> None:
    words = replan.compose('a film, title "A", with music', "no music", ["storyboard: cut"])
    assert tools_of(brain, words, cut) == ["title"]
    words = replan.compose('a film, title "A"', "make it 20 seconds", ["storyboard: cut"])
    assert tools_of(brain, words, cut) == ["arrange", "title"]
    words = replan.compose("a 30 s film", "without people", [])
    plan = brain.plan(words, cut)
    assert plan.goal.exclude == ("people",) and plan.goal.length_s == 30


def test_a_note_on_a_step_changes_its_arguments(brain: EmbeddedBrain, cut: Project) -> None:
    step = PlannedStep(tool="storyboard", intent="Cut a film; 20 seconds, without cars")
    bound = brain.bind(step, FILM, cut, "")
    assert bound["length_s"] == 20 and bound["exclude"] == ["cars"] and bound["ending"] == "sunset"
    step = PlannedStep(tool="fill", intent="fill the hole at 0:12.0 (3.0 s) with: waves; stars")
    assert brain.bind(step, FILM, cut, "") == {"gap": "g-1", "words": "stars"}


def test_of_holes_that_want_the_same_the_one_at_the_said_time_is_filled(
    brain: EmbeddedBrain, cut: Project
) -> None:
    now = history.current(cut)
    items = (Gap("g-0", Fraction(2), "waves at night"), *now.track("V1").items)
    history.commit(cut, Timeline(tracks=(Track("V1", "video", items),)), "two", actor="hand")
    for at, gap in (("0:00.0 (2.0 s)", "g-0"), ("0:14.0 (3.0 s)", "g-1")):
        step = PlannedStep(tool="fill", intent=f"fill the hole at {at} with: waves at night")
        assert brain.bind(step, FILM, cut, "")["gap"] == gap


def test_a_rule_has_one_answer_and_gives_the_problem_back(
    brain: EmbeddedBrain, cut: Project
) -> None:
    step = PlannedStep(tool="arrange", intent="drop the second shot")
    with pytest.raises(BrainError, match="no such clip"):
        brain.bind(step, FILM, cut, "no such clip")


def test_the_settings_choose_the_brain() -> None:
    assert make_brain(Settings(), {}).name == "embedded"
    assert (
        make_brain(Settings(brain="openai:m", base_url="http://localhost/v1"), {}).name
        == "openai:m"
    )


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("a 10 second film about waves with music and a title", 'add the title "Waves"'),
        ("a reel of waves at night, add a title", 'add the title "Waves at Night"'),
        ("a film of dogs and cats with a title and soft music", 'add the title "Dogs and Cats"'),
        ("a film of dogs with a title at the end", 'add the title "Dogs" at the end'),
    ],
)
def test_a_title_nobody_worded_is_taken_from_the_topic(
    brain: EmbeddedBrain, shot: Project, words: str, intent: str
) -> None:
    plan = brain.plan(words, shot)
    assert intent in [s.intent for s in plan.steps]
    assert "title" in brain.plan("a 20 second film with a title", shot).question


def test_a_title_keeps_every_mark_it_was_given(brain: EmbeddedBrain, shot: Project) -> None:
    plan = brain.plan("a 20 s film of dogs, title 'The \"End\" <b>&'", shot)
    assert brain.bind(plan.steps[1], plan.goal, shot, "")["text"] == 'The "End" <b>&'


def test_everything_is_asked_of_the_storyboard(brain: EmbeddedBrain, shot: Project) -> None:
    for words in ("use everything", "a 20 second film, use all the clips"):
        plan = brain.plan(words, shot)
        bound = brain.bind(plan.steps[0], plan.goal, shot, "")
        assert plan.steps[0].tool == "storyboard" and bound["everything"] is True
        all_tools()["storyboard"].arguments.model_validate(bound)


def test_what_is_missing_is_no_subject(brain: EmbeddedBrain, shot: Project) -> None:
    for words in ("generate what is missing", "and generate the missing parts"):
        plan = brain.plan(f"a 10 s film of dogs and a dragon, {words}", shot)
        assert [s.tool for s in plan.steps] == ["storyboard"]  # each hole it leaves is asked about
        assert plan.goal.generate == ()


@pytest.mark.parametrize(
    "words", ["delete all clips", "remove all the clips", "clear the timeline", "drop everything"]
)
def test_all_clips_can_be_dropped(brain: EmbeddedBrain, cut: Project, words: str) -> None:
    plan = brain.plan(words, cut)
    bound = brain.bind(plan.steps[0], plan.goal, cut, "")
    tool = all_tools()["arrange"]
    proposal = tool.propose(tool.arguments.model_validate(bound), cut)
    assert proposal.timeline is not None
    assert document.from_document(proposal.timeline).clips() == ()


@pytest.mark.parametrize(
    ("words", "kind"),
    [("export it as otio", "otio"), ("now export it for resolve", "otio"),
     ("render it", "mp4"), ("save it as an edl", "edl")],
)  # fmt: skip
def test_an_export_of_the_cut_is_a_step(
    brain: EmbeddedBrain, cut: Project, words: str, kind: str
) -> None:
    plan = brain.plan(words, cut)
    assert [s.tool for s in plan.steps] == ["export"], plan.question
    assert brain.bind(plan.steps[0], plan.goal, cut, "") == {"kind": kind}


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("a 0 second film of dogs", "over before anything is seen"),
        ("a -5 second film", "less than nothing"),
        ("10 second film of 2 minutes", "two lengths"),
        ("a 0.01 second film about dogs", "over before anything is seen"),
        ("a 0.4 s reel", "over before anything is seen"),
        ("make it 0 seconds", "over before anything is seen"),
    ],
)
def test_a_length_that_is_none_is_asked_back(
    brain: EmbeddedBrain, shot: Project, words: str, why: str
) -> None:
    plan = brain.plan(words, shot)
    assert why in plan.question and not plan.steps


def test_a_second_length_that_corrects_or_belongs_elsewhere_is_no_contradiction(
    brain: EmbeddedBrain, shot: Project
) -> None:
    for words in (
        "a 30 s film of dogs. Actually make it 20 s", "a 20 s film from 5 minutes of footage",
        "a 20 s film of dogs with 2 second shots", "a 10-20 second film of dogs",
    ):  # fmt: skip
        plan = brain.plan(words, shot)
        assert plan.goal.length_s == 20, (words, plan.question)


def test_a_note_on_a_plan_of_which_nothing_was_applied_goes_into_its_goal(
    brain: EmbeddedBrain, cut: Project
) -> None:
    words = "a 8 second film about waves, with music"
    plan = brain.plan(replan.compose(words, "make it 6 seconds", []), cut)
    assert [s.tool for s in plan.steps] == ["storyboard", "music"]
    bound = brain.bind(plan.steps[0], plan.goal, cut, "")
    assert bound == {"length_s": 6.0, "subjects": ["waves"], "keep_rest": False}
    plan = brain.plan(replan.compose(words, "make it half as long", []), cut)
    assert plan.goal.length_s == 4
    plan = brain.plan(replan.compose(words, "drop the second shot", []), cut)
    assert [s.tool for s in plan.steps] == ["storyboard", "arrange", "music"]
    plan = brain.plan(replan.compose("make it vertical", "and without cars", []), cut)
    assert (plan.goal.aspect, plan.goal.subjects, plan.goal.exclude) == (
        "9:16",
        ("dog",),
        ("cars",),
    )
    plan = brain.plan(replan.compose(words, "flurb the gronk", []), cut)
    assert plan.question
