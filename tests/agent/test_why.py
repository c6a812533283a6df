"""Why is answered from what was kept and checked; what is missing, by looking; nothing made up."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent import state
from agent.session import Session
from agent.why import Why
from agent.why_words import asked
from project import history
from project.errors import BadArguments
from project.settings import Settings
from project.store import Project
from tests.agent.film import decide, filmed, made
from timeline import edits
from timeline.model import Clip, Origin
from timeline.time import TimeRange
from tools.preferences import Preference, keep
from tools.proposal import Proposal
from ui.cli import app

REEL = "a 12 s film about pouring coffee, beach waves and a rocket launch, without dogs"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the library in `film`, and the same once it is cut in `cut`."""
    folder = tmp_path_factory.mktemp("why")
    filmed(folder).close()
    shutil.copytree(folder / "film", folder / "cut")
    with Project.open(folder / "cut", Settings()) as project:
        made(Session(project), REEL)
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


def why(project: Project, **arguments: Any) -> Proposal:
    return Why().propose(Why.arguments.model_validate(arguments), project)


def clip_of(project: Project, footage_id: str) -> Clip:
    return next(c for _, c in history.current(project).clips() if c.footage_id == footage_id)


@pytest.mark.parametrize(
    ("words", "arguments"),
    [
        ("why?", {}),
        ("Why this one?", {}),
        ("explain your choices", {}),
        ("why did you pick the second shot?", {"clips": ("second shot",)}),
        ("what made you choose clip 3?", {"clips": ("clip 3",)}),
        ("why is the coffee in there?", {"clips": ("coffee",)}),
        ("why does it end with a sunset?", {"clips": ("last",)}),
        ("why is the dog not in it?", {"absent": "dog"}),
        ("why isn’t there any water in the film?", {"absent": "water"}),
        ("how come there are no people in the film?", {"absent": "people"}),
        ("why did you leave out the beach?", {"absent": "beach"}),
        ("why the beach instead of the forest?", {"clips": ("beach",), "absent": "forest"}),
        ("why is there a hole at 0:05?", {"holes": True}),
        ("why is clip 3 before clip 2?", {"clips": ("clip 3",)}),
        ("what's the reason behind the third shot", {"clips": ("third shot",)}),
        ("where does clip 2 come from?", {"clips": ("clip 2",)}),
        ("is clip 2 generated?", {"clips": ("clip 2",)}),
        ("how did you choose the second clip?", {"clips": ("second clip",)}),
        ("why was the sunset cut?", {"absent": "sunset"}),
        ("why so many shots of trees?", {"clips": ("trees",)}),
        ("why is it only 20 seconds?", {"length": True}),
    ],
)
def test_a_question_for_a_reason_is_read(words: str, arguments: dict[str, Any]) -> None:
    found = asked(words)
    assert found is not None and found.tool == "why"
    assert found.arguments == arguments


@pytest.mark.parametrize(
    "words",
    ["a film about why we swim", "drop the second shot", "where is the dog?", "why not add a dog?"],
)
def test_other_sentences_are_no_question_for_a_reason(words: str) -> None:
    assert asked(words) is None


def test_a_clip_is_explained_by_its_stored_reason_goal_step_and_what_came_near(
    cut: Project,
) -> None:
    coffee = clip_of(cut, "f-coffee")
    told = why(cut, clips=(coffee.id,))
    assert coffee.reasons[0] in told.answer and "checked" in told.answer
    assert repr(REEL) in told.answer and "you approved it" in told.answer
    [one] = told.data["clips"]
    assert one["beat"] == "pouring coffee" and one["clip_id"] == coffee.id
    assert all(reason["verified"] for reason in one["reasons"]) and told.reasons
    for near in one["near"]:
        assert near["why_not"] and near["name"] in told.answer


def test_a_reason_that_no_longer_stands_in_the_index_is_said_to_be_unverified(
    cut: Project,
) -> None:
    with cut.transaction() as db:
        for table in ("moment", "shot", "caption"):
            column = "text" if table == "caption" else "caption"
            db.execute(f"UPDATE {table} SET {column} = 'a cat' WHERE footage_id = 'f-coffee'")
    told = why(cut, clips=(clip_of(cut, "f-coffee").id,))
    assert "unverified" in told.answer and not told.data["clips"][0]["reasons"][0]["verified"]


def test_edits_by_hand_are_told_and_a_clip_put_in_by_hand_has_no_made_up_reason(
    cut: Project,
) -> None:
    beach = clip_of(cut, "f-beach")
    shorter = TimeRange(beach.source.start, beach.source.end - 1)
    history.commit(
        cut, edits.trim(history.current(cut), beach.id, shorter), "Trim beach", actor="hand"
    )
    told = why(cut, clips=(beach.id,))
    assert "by hand, 'Trim beach'" in told.answer
    assert [e["by"] for e in told.data["clips"][0]["edits"]] == ["hand", "agent"]
    mine = replace(beach, id="c-mine", reasons=(), beat="")
    history.commit(cut, edits.append(history.current(cut), mine), "Insert beach", actor="hand")
    told = why(cut, clips=("c-mine",))
    assert "You put it there by hand" in told.answer and "No reason is kept" in told.answer
    assert told.reasons == ()


def test_a_clip_slipped_away_from_what_its_reason_cites_says_so(cut: Project) -> None:
    beach = clip_of(cut, "f-beach")
    first, last = (TimeRange(Fraction(a), Fraction(a + 1)) for a in (0, 11))
    away = last if beach.source.overlap(last) == 0 else first
    assert beach.source.overlap(away) == 0
    timeline = history.current(cut)
    track = timeline.track("V1")
    items = tuple(replace(beach, source=away) if i.id == beach.id else i for i in track.items)
    history.commit(
        cut, replace(timeline, tracks=(replace(track, items=items),)), "Slip", actor="hand"
    )
    assert "lies outside what the clip plays now" in why(cut, clips=(beach.id,)).answer


def test_a_generated_clip_says_who_made_it_and_for_which_hole(cut: Project) -> None:
    [(_, gap)] = history.current(cut).holes()
    shot = replace(
        clip_of(cut, "f-coffee"), id="c-made", beat=gap.wanted, reasons=("Made by painter",),
        origin=Origin("painter", "M", "a rocket", 7),
    )  # fmt: skip
    history.commit(
        cut, edits.replace_gap(history.current(cut), gap.id, shot), "fill", actor="agent"
    )
    told = why(cut, clips=("c-made",))
    for words in ("not filmed", "painter", "'a rocket'", "seed 7", f"hole for {gap.wanted!r}"):
        assert words in told.answer
    assert told.data["clips"][0]["generated"]["backend"] == "painter"


@pytest.mark.parametrize(
    ("words", "reason", "told"),
    [
        ("coffee", "there", "It is there: clip 1"),
        ("dog", "excluded", "Your goal leaves it out"),
        ("sunset", "not asked", "No part of the cut is about it"),
        ("rocket launch", "not found", "A hole stands for it at"),
        ("penguins", "not found", "Nothing like 'penguins' is in the footage"),
    ],
)
def test_what_is_missing_is_looked_for_and_its_fate_told(
    cut: Project, words: str, reason: str, told: str
) -> None:
    found = why(cut, absent=words)
    assert found.data["absent"]["why"] == reason and told in found.answer
    assert all(r.verified for r in found.reasons)


def test_what_was_cut_away_names_the_edit_that_did_it(cut: Project) -> None:
    beach = clip_of(cut, "f-beach")
    timeline = history.current(cut)
    for _, clip in timeline.clips():
        if clip.footage_id == "f-beach":
            timeline = edits.delete(timeline, clip.id)
    history.commit(cut, timeline, "Delete the beach", actor="hand")
    found = why(cut, absent="beach waves")
    assert found.data["absent"]["why"] == "removed"
    assert beach.name in found.answer and "'Delete the beach', by hand" in found.answer


@pytest.mark.parametrize(("value", "words"), [("sunset", "the sunset"), ("plants", "trees")])
def test_what_a_preference_leaves_out_is_said_to_be(cut: Project, value: str, words: str) -> None:
    keep(cut, Preference("leave out", value))
    found = why(cut, absent=words)
    assert found.data["absent"]["why"] == "excluded"
    assert f"Your preference leaves it out: 'Leave out {value}', as you said" in found.answer


def test_a_hole_is_explained_by_what_it_wants(cut: Project) -> None:
    assert "rocket launch" in why(cut, holes=True).answer
    assert why(cut, holes=True).data["holes"][0]["wanted"] == "rocket launch"


def test_the_length_is_explained_by_what_was_asked_for_and_the_edits_since(cut: Project) -> None:
    assert "of the 0:12.0 asked for" in why(cut, length=True).answer
    beach = clip_of(cut, "f-beach")
    shorter = TimeRange(beach.source.start, beach.source.end - 1)
    history.commit(
        cut, edits.trim(history.current(cut), beach.id, shorter), "Trim beach", actor="hand"
    )
    told = why(cut, length=True).answer
    assert "It is 0:11.0" in told and "'Trim beach' (by hand)" in told


def test_a_number_that_there_is_not_is_refused(cut: Project) -> None:
    with pytest.raises(BadArguments, match="there is no clip '40'"):
        why(cut, clips=("40",))


def test_asking_why_leaves_what_is_shown_waiting_and_is_about_it(film: Project) -> None:
    session = Session(film)
    session.ask("a 6 s film about pouring coffee")
    before = session.advance()
    assert before.shown is not None
    view = session.ask("why did you pick the first shot?")
    assert view.shown is not None and view.shown.nonce == before.shown.nonce
    last = state.messages(film)[-1]
    assert last.data["kind"] == "answer" and "waits for you to decide" in last.text
    assert "coffee.mp4" in last.text
    decide(session, session.advance(), "approve")
    assert history.current(film).clips()


def test_why_answers_on_its_own_when_nothing_waits(cut: Project) -> None:
    revision = cut.revision
    view = made(Session(cut), "why is the dog not in it?")
    assert [s.tool for s in view.steps] == ["why"] and "leaves it out" in view.steps[0].answer
    assert cut.revision == revision


def test_the_command_line_tells_why_in_words_and_as_json(cut: Project) -> None:
    folder = str(cut.folder)
    cut.close()
    done = CliRunner().invoke(app, ["why", "1", "--project", folder, "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["clips"][0]["name"] == "coffee.mp4"
    done = CliRunner().invoke(app, ["why", "--not", "dog", "--project", folder])
    assert "leaves it out" in " ".join(done.stdout.split())
