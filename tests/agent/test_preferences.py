"""Preferences are learned from decisions that agree, said in words, and give way to any wish."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent import state
from agent.preference_words import asked, parse
from agent.preferring import plain
from agent.session import Session
from agent.values import DecisionWord, Goal, PlannedStep
from project import history
from project.errors import BadArguments, CreatorError
from project.settings import Settings
from project.store import Project
from tests.agent.film import decide, filmed, made
from timeline import document, edits
from tools.outline import StoryboardArguments
from tools.preferences import Preference, forget, keep, numbered, preferences, sentence
from tools.proposal import Proposal
from tools.reasons import check
from tools.storyboard import Storyboard
from ui.cli import app


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library's project, and one where three portrait films of 9 s were cut, all muted."""
    folder = tmp_path_factory.mktemp("preferences")
    filmed(folder).close()
    shutil.copytree(folder / "film", folder / "cut")
    with Project.open(folder / "cut", Settings()) as project:
        session = Session(project)
        for subject in ("the beach", "a dog", "the city"):
            made(session, f"a 9 s portrait film about {subject}, muted")
    return folder


def copied(folder: Path, to: Path) -> Iterator[Project]:
    shutil.copytree(folder, to)
    with Project.open(to, Settings()) as project:
        yield project


@pytest.fixture
def film(built: Path, tmp_path: Path) -> Iterator[Project]:
    yield from copied(built / "film", tmp_path / "film")


@pytest.fixture
def cut(built: Path, tmp_path: Path) -> Iterator[Project]:
    yield from copied(built / "cut", tmp_path / "cut")


def board(project: Project, **arguments: object) -> Proposal:
    return Storyboard().propose(StoryboardArguments.model_validate(arguments), project)


def known(project: Project) -> dict[str, Preference]:
    return {one.key: one for one in preferences(project)}


def test_three_decisions_that_agree_are_a_preference_and_two_are_none(
    cut: Project, film: Project
) -> None:
    found = known(cut)
    assert {found[k].value for k in ("aspect", "length", "sound")} == {"9:16", "9", "mute"}
    assert all(found[k].times == 3 and not found[k].said for k in ("aspect", "length", "sound"))
    lessons = plain(found["aspect"], cut)["learned_from"]
    assert [lesson["film"] for lesson in lessons] == [
        f"a 9 s portrait film about {subject}, muted"
        for subject in ("the city", "a dog", "the beach")
    ]
    decided = [row["created_at"] for row in cut.rows("SELECT created_at FROM decision")]
    assert {lesson["at"] for lesson in lessons} < set(decided)
    session = Session(film)
    for subject in ("the beach", "a dog"):
        made(session, f"a 9 s portrait film about {subject}")
    assert preferences(film) == []


def test_what_was_undone_teaches_nothing(cut: Project) -> None:
    history.undo(cut)
    assert "aspect" not in known(cut)
    history.redo(cut)
    assert "aspect" in known(cut)


def test_decisions_that_differ_teach_nothing(cut: Project) -> None:
    session = Session(cut)
    for subject in ("the beach", "a dog"):
        made(session, f"a 20 s film about {subject} in 16:9")
    assert "aspect" not in known(cut) and "length" not in known(cut)


def test_the_next_film_keeps_them_says_so_with_a_reason_that_is_checked(cut: Project) -> None:
    proposal = board(cut, subjects=("coffee",))
    assert proposal.timeline is not None
    after = document.from_document(proposal.timeline)
    assert after.height > after.width and all(clip.muted for _, clip in after.clips())
    assert float(after.duration + 0) <= 9.001
    told = [r for r in proposal.reasons if any(e.kind == "preference" for e in r.evidence)]
    assert "Films are 9:16, as you asked for three times" in [r.text for r in told]
    assert told and all(r.verified for r in told) and "Your preferences hold" in proposal.answer
    assert proposal.arguments["aspect"] is None  # the film itself asked for none
    forget(cut, known(cut)["aspect"])
    assert not check(next(r for r in told if "9:16" in r.text), cut).verified


def test_a_wish_of_the_film_wins_over_every_preference(cut: Project) -> None:
    keep(cut, Preference("shot length", "1"))
    keep(cut, Preference("leave out", "dog"))
    keep(cut, Preference("opening", "beach waves"))
    proposal = board(
        cut, subjects=("a dog on the grass",), length_s=6, aspect="16:9", keep_speech=True,
        pace="slow", opening="pouring coffee",
    )  # fmt: skip
    assert proposal.data["preferences"] == {}
    assert proposal.timeline is not None
    after = document.from_document(proposal.timeline)
    assert after.width > after.height and not any(clip.muted for _, clip in after.clips())
    assert {"f-dog", "f-coffee"} <= {clip.footage_id for _, clip in after.clips()}


def test_a_said_shot_length_is_kept_and_a_mood_wins_over_it(film: Project) -> None:
    keep(film, Preference("shot length", "1.5"))
    lengths = [
        c.duration
        for _, c in document.from_document(board(film, length_s=12).timeline or {}).clips()
    ]
    assert 1 <= float(sum(lengths)) / len(lengths) <= 2
    assert board(film, length_s=12, mood=("calm",)).data["preferences"] == {}


def test_an_opening_that_nobody_filmed_makes_no_hole(film: Project) -> None:
    keep(film, Preference("opening", "a rocket launch in space"))
    keep(film, Preference("ending", "the sun sets"))
    proposal = board(film, length_s=9, subjects=("beach",))
    assert proposal.holes == () and proposal.data["preferences"] == {"ending": "the sun sets"}
    assert proposal.timeline is not None
    assert document.from_document(proposal.timeline).clips()[-1][1].footage_id == "f-sunset"


def test_footage_that_is_taken_out_of_every_film_is_left_out_and_its_wish_wins(
    film: Project,
) -> None:
    session = Session(film)
    for _ in range(3):
        made(session, "a 9 s film about the beach and pouring coffee")
        timeline = history.current(film)
        for _, clip in timeline.clips():
            if clip.name == "coffee.mp4":
                timeline = edits.delete(timeline, clip.id)
        history.commit(film, timeline, "Delete coffee", actor="hand")
    found = known(film)["leave out coffee.mp4"]
    assert (found.times, found.how) == (3, "took it out")
    shown = document.from_document(board(film, length_s=30).timeline or {}).clips()
    assert shown and "f-coffee" not in {clip.footage_id for _, clip in shown}
    asked_for = board(film, length_s=6, footage_ids=("f-coffee",)).timeline or {}
    assert {c.footage_id for _, c in document.from_document(asked_for).clips()} == {"f-coffee"}


def test_steps_for_holes_are_not_planned_where_they_are_left_as_they_are(film: Project) -> None:
    session = Session(film)
    words = "a 9 s film about the beach and a rocket launch in space"
    for _ in range(3):
        view = made(session, words)
        assert "fill" in [step.tool for step in view.steps]
    keep(film, Preference("holes", "leave"))
    assert "fill" not in [step.tool for step in made(session, words).steps]
    assert history.current(film).holes()


def test_skipping_the_steps_for_holes_three_times_leaves_holes_as_they_are(film: Project) -> None:
    step = PlannedStep(tool="fill", intent="fill the hole")
    shown = Proposal(tool="fill", arguments={}, effect="slow", answer="It would be drawn.")

    def decided(word: DecisionWord, note: str = "") -> None:
        plan = state.open_plan(film, "a film", Goal(text="a film"), "embedded", [step])
        [one] = state.steps(film, plan)
        stored = state.add_proposal(film, one.id, shown, film.revision)
        state.set_proposal(film, stored.id, "skipped" if word == "skip" else "applied")
        state.add_decision(film, stored.id, word, note=note)

    decided("skip", "costs money")  # that was no choice of the creator's
    decided("skip")
    decided("skip")
    assert "holes" not in known(film)
    decided("skip")
    holes = known(film)["holes"]
    assert (holes.times, holes.how) == (3, "skipped")
    assert [one["step"] for one in plain(holes, film)["learned_from"]] == ["fill the hole"] * 3
    decided("approve")
    assert "holes" not in known(film)


def test_what_is_forgotten_is_learned_again_only_from_new_decisions(cut: Project) -> None:
    forget(cut, known(cut)["aspect"])
    assert "aspect" not in known(cut) and "length" in known(cut)
    session = Session(cut)
    for subject in ("the beach", "a dog", "coffee"):
        assert "aspect" not in known(cut)
        made(session, f"a portrait film about {subject}")
    assert known(cut)["aspect"].times == 3


@pytest.mark.parametrize(
    ("words", "kind", "value"),
    [
        ("remember that I like shots of about 2 seconds", "shot length", "2"),
        ("from now on, never use dogs", "leave out", "dogs"),
        ("never show IMG_1.mp4 again", "leave out", "IMG_1.mp4"),
        ("always open on the sea", "opening", "sea"),
        ("from now on end with a sunset", "ending", "sunset"),
        ("I always want films in portrait", "aspect", "9:16"),
        ("from now on mute the clips", "sound", "mute"),
        ("always keep films at 30 seconds", "length", "30"),
        ("never fill holes", "holes", "leave"),
    ],
)
def test_preferences_are_said_in_words(words: str, kind: str, value: str) -> None:
    found = asked(words)
    assert found is not None and found.tool == "prefer"
    one = parse(found.arguments["words"])
    assert one is not None and (one.kind, one.value) == (kind, value)
    assert parse(sentence(one)) == one  # what is listed can be typed back


@pytest.mark.parametrize(
    "words",
    ["never mind", "always a calm film of the sea", "drop the second shot", "open on the sea"],
)
def test_other_sentences_say_no_preference(words: str) -> None:
    assert asked(words) is None


def test_a_preference_said_in_the_conversation_waits_for_approval(film: Project) -> None:
    session = Session(film)
    session.ask("from now on, never use dogs")
    view = session.advance()
    assert view.shown is not None and "Leave out dogs" in view.shown.proposal.answer
    assert preferences(film) == []
    decide(session, view, "approve")
    assert [sentence(one) for one in preferences(film)] == ["Leave out dogs"]
    listed = made(session, "what are my preferences?")
    assert listed.steps[0].answer == "1. Leave out dogs, as you said."
    made(session, "forget preference 1")
    assert preferences(film) == []


def test_a_changed_preference_makes_what_is_shown_stale(film: Project) -> None:
    session = Session(film)
    session.ask("a 6 s film about the beach")
    first = session.advance()
    assert first.shown is not None
    keep(film, Preference("sound", "mute"))
    again = session.advance()
    assert again.shown is not None and again.shown.nonce != first.shown.nonce
    assert again.shown.proposal.data["preferences"] == {"sound": "mute"}


@pytest.mark.parametrize(
    "one",
    [Preference("shot length", "0"), Preference("length", "x"), Preference("leave out", " ")],
)
def test_what_no_film_could_keep_is_refused(film: Project, one: Preference) -> None:
    with pytest.raises(BadArguments):
        keep(film, one)


def test_a_number_that_there_is_not_is_said(film: Project) -> None:
    with pytest.raises(CreatorError, match="there is no preference 3"):
        numbered(film, 3)


def test_the_command_line_lists_adds_edits_and_forgets(cut: Project) -> None:
    folder = str(cut.folder)
    cut.close()

    def run(*words: str) -> dict[str, list[dict[str, object]]]:
        done = CliRunner().invoke(app, ["preferences", *words, "--json", "-p", folder])
        assert done.exit_code == 0, done.output
        found: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
        return found

    first = run()["preferences"]
    assert "Films are 9:16" in [one["sentence"] for one in first]
    added = run("--add", "never use dogs")["preferences"]
    assert added[0]["sentence"] == "Leave out dogs" and added[0]["said"]
    changed = run("--edit", "1", "--to", "shots of about 2 s")["preferences"]
    assert "Leave out dogs" not in [one["sentence"] for one in changed]
    assert "Shots last about 2 s" in [one["sentence"] for one in changed]
    assert run("--forget", "all")["preferences"] == []
    bad = CliRunner().invoke(app, ["preferences", "--add", "blah", "--json", "-p", folder])
    assert bad.exit_code == 1 and "cannot read a preference" in json.loads(bad.stdout)["error"]
