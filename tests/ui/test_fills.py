"""A fill on the page: its draft, ways and takes; seen while it is made, and stopped at once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI

from generator.motion import MotionBackend
from generator.scenes import ScenesBackend
from generator.values import (
    Estimate,
    Gate,
    GenerationCancelled,
    Generator,
    GeneratorError,
    OnProgress,
    Shot,
    ShotRequest,
)
from project import history
from tests.ui.asgi import ask
from timeline.model import Clip, Gap, Timeline, Track
from timeline.time import TimeRange
from tools import fill as fill_room
from ui.handlers import Handlers
from ui.routes import add_routes

WAIT_S = 60


class Endless(ScenesBackend):
    """Draws for ever, showing what it has, until it is stopped."""

    def estimate(self, request: ShotRequest) -> Estimate:
        return Estimate(600.0)

    def generate(self, request: ShotRequest, progress: OnProgress, cancel: Any) -> Shot:
        frame = np.zeros((1, request.height, request.width, 3), np.uint8)
        end = time.monotonic() + WAIT_S
        while not cancel():
            assert time.monotonic() < end
            progress(0.5, frame)
            time.sleep(0.02)
        raise GenerationCancelled("stopped")


def known(monkeypatch: pytest.MonkeyPatch, *backends: Generator) -> None:
    monkeypatch.setattr(fill_room, "backends_from", lambda *_: backends)


@pytest.fixture
def holed(handlers: Handlers, monkeypatch: pytest.MonkeyPatch) -> Handlers:
    """bars, a hole of half a second that wants stars, bars again; small, so that it is quick."""
    known(monkeypatch, ScenesBackend(), MotionBackend())
    whole = TimeRange(Fraction(0), Fraction(3))

    def bars(name: str) -> Clip:
        return Clip(name, "f-bars", "bars", TimeRange(Fraction(0), Fraction(1)), whole)

    items = (bars("c-a"), Gap("g-1", Fraction(1, 2), "stars"), bars("c-b"))
    cut = Timeline(width=96, height=54, tracks=(Track("V1", "video", items),))
    project = handlers.studio.desk.project
    with project.transaction():
        history.commit(project, cut, "a hole", actor="hand")
    return handlers


def until(handlers: Handlers, true: Callable[[], object]) -> None:
    end = time.monotonic() + WAIT_S
    while not true():
        assert time.monotonic() < end, handlers.studio.desk.problem
        time.sleep(0.02)


def turned(handlers: Handlers, call: Callable[[object], str], **payload: Any) -> dict[str, Any]:
    """The plan after an event and the turn that it started."""
    answer = json.loads(call({"project": handlers.studio.desk.id, **payload}))
    assert "problem" not in answer, answer["problem"]
    until(handlers, lambda: handlers.studio.desk.activity is None)
    plan: dict[str, Any] = handlers.desk()["plan"]
    return plan


def decided(handlers: Handlers, plan: dict[str, Any], word: str, **more: Any) -> dict[str, Any]:
    names = {name: plan["shown"][name] for name in ("nonce", "action_hash", "revision")}
    return turned(handlers, handlers.decide, decision=word, **names, **more)


def made(handlers: Handlers) -> Clip:
    clip = history.current(handlers.studio.desk.project).track("V1").items[1]
    assert isinstance(clip, Clip)
    return clip


def test_the_card_shows_the_draft_and_the_ways_and_one_can_be_gone_back_to(
    holed: Handlers,
) -> None:
    app = FastAPI(openapi_url=None)
    add_routes(app, holed)
    plan = turned(holed, holed.make_shot, item_id="g-1")
    fill = plan["shown"]["fill"]
    assert fill["how"] == "Drawn from the words 'stars'." and fill["free"]
    ways = {(way["mode"], way["backend"]): way["chosen"] for way in fill["ways"]}
    assert ways[("words", "scenes")] and not ways[("still", "motion")]
    picture = ask(app, f"/draft/{fill['draft']}")
    assert picture.status == 200 and picture.body.startswith(b"\xff\xd8")
    plan = decided(holed, plan, "change", arguments={"mode": "still", "backend": "motion"})
    fill = plan["shown"]["fill"]
    assert not fill["free"]
    now = {(way["mode"], way["backend"]): way["chosen"] for way in fill["ways"]}
    assert now == {**ways, ("words", "scenes"): False, ("still", "motion"): True}
    assert fill["warnings"][-1] == "It will not show 'stars'."
    assert fill["loop"] is None, "a move over a frame is no loop"


def test_a_shot_from_words_is_made_a_loop_from_its_card(holed: Handlers) -> None:
    plan = turned(holed, holed.make_shot, item_id="g-1")
    assert plan["shown"]["fill"]["loop"] is False
    plan = decided(holed, plan, "change", arguments={"loop": True})
    fill = plan["shown"]["fill"]
    assert fill["loop"] is True
    assert fill["how"] == "Drawn from the words 'stars', ending where it begins."


@pytest.mark.parametrize(
    "name", ["../../roughcut.db", "..%2f..%2froughcut", "now-0123456789abcdef", "0" * 16, "A" * 16]
)
def test_only_drafts_are_served_and_only_by_their_names(holed: Handlers, name: str) -> None:
    app = FastAPI(openapi_url=None)
    add_routes(app, holed)
    drafts = holed.studio.desk.project.cache / "drafts"
    drafts.mkdir(parents=True, exist_ok=True)
    (drafts / "now-0123456789abcdef.jpg").write_bytes(b"\xff\xd8")
    assert ask(app, f"/draft/{name}").status == 404
    assert ask(app, f"/making/{name}").status == 404
    assert ask(app, "/making/0123456789abcdef").status == 200


def test_takes_are_made_shown_and_chosen_as_edits_that_can_be_undone(holed: Handlers) -> None:
    app = FastAPI(openapi_url=None)
    add_routes(app, holed)
    project = holed.studio.desk.project
    plan = decided(holed, turned(holed, holed.make_shot, item_id="g-1"), "approve")
    [step] = plan["steps"]
    assert [take["number"] for take in step["takes"]] == [1] and step["place"] == "g-1"
    first = made(holed)
    plan = turned(holed, holed.make_shot, item_id=first.id)
    assert plan["shown"]["fill"]["item_id"] == first.id, "proposed, and nothing is made yet"
    assert made(holed) == first
    decided(holed, plan, "approve")
    second = made(holed)
    takes = ask(app, f"/view/takes/{second.id}").json()
    assert [take["called"] for take in takes] == ["scenes, seed 0", "scenes, seed 1"]
    op = {"op": "take", "id": second.id, "footage_id": first.footage_id, "key": "t" * 12}
    batch = {"project": holed.studio.desk.id, "seq": 1, "ops": [op]}
    assert "problem" not in json.loads(holed.edit(batch))
    assert made(holed).footage_id == first.footage_id
    here = history.head(project)
    assert here is not None and here.label.startswith("Take 1 of")
    history.undo(project)
    assert made(holed) == second


def test_footage_that_is_no_take_of_the_place_is_not_put_there(holed: Handlers) -> None:
    op = {"op": "take", "id": "g-1", "footage_id": "f-cuts", "key": "t" * 12}
    answer = json.loads(holed.edit({"project": holed.studio.desk.id, "seq": 1, "ops": [op]}))
    assert "no take of this place" in answer["problem"]
    assert history.current(holed.studio.desk.project).holes()


def test_filmed_clips_have_no_takes(holed: Handlers) -> None:
    answer = json.loads(holed.make_shot({"project": holed.studio.desk.id, "item_id": "c-a"}))
    assert "was filmed" in answer["problem"]
    assert holed.studio.desk.session.view() is None


def test_a_shot_is_seen_while_it_is_made_and_stopped_at_once(
    holed: Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = FastAPI(openapi_url=None)
    add_routes(app, holed)
    known(monkeypatch, Endless())
    plan = turned(holed, holed.make_shot, item_id="g-1")
    names = {name: plan["shown"][name] for name in ("nonce", "action_hash", "revision")}
    desk = holed.studio.desk
    holed.decide({"project": desk.id, "decision": "approve", **names})
    until(holed, lambda: (holed.pulse()["activity"] or {}).get("picture"))
    activity = holed.pulse()["activity"]
    assert (activity["what"], activity["detail"]) == ("making it", "scenes draws")
    assert activity["share"] > 0.4
    assert ask(app, f"/making/{activity['picture']}").body.startswith(b"\xff\xd8")
    began = time.monotonic()
    holed.stop({"project": desk.id})
    until(holed, lambda: desk.activity is None)
    assert time.monotonic() - began < 2
    [step] = holed.desk()["plan"]["steps"]
    assert (step["status"], step["answer"]) == ("waiting", "Stopped by you.")
    assert history.current(desk.project).holes() and list(desk.project.generated.iterdir()) == []
    assert not list((desk.project.cache / "drafts").glob("now-*"))


def test_a_fill_that_failed_says_why_and_the_other_ways_stay_to_choose_from(
    holed: Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> Shot:
        raise GeneratorError("out of paint")

    torn = ScenesBackend()
    plan = turned(holed, holed.make_shot, item_id="g-1")
    monkeypatch.setattr(torn, "generate", fails)
    known(monkeypatch, torn, MotionBackend())
    plan = decided(holed, plan, "approve")
    shown = plan["shown"]
    assert plan["steps"][0]["status"] == "failed" and "out of paint" in shown["answer"]
    assert ("still", "motion") in {(w["mode"], w["backend"]) for w in shown["fill"]["ways"]}
    plan = decided(holed, plan, "change", arguments={"mode": "still", "backend": "motion"})
    assert plan["steps"][0]["status"] == "proposed"
    assert [w["mode"] for w in plan["shown"]["fill"]["ways"] if w["chosen"]] == ["still"]


def test_a_shot_whose_making_was_killed_can_be_gone_on_with(holed: Handlers) -> None:
    plan = turned(holed, holed.make_shot, item_id="g-1")
    project, step = holed.studio.desk.project, plan["steps"][0]["id"]
    shown = plan["shown"]
    with project.transaction() as db:  # as a killed process leaves it
        db.execute("UPDATE step SET status = 'working' WHERE id = ?", (step,))
        db.execute("UPDATE proposal SET status = 'approved', work = ? WHERE nonce = ?",
                   (json.dumps({"head": history.head(project).digest}), shown["nonce"]))  # type: ignore[union-attr]  # fmt: skip
    assert holed.desk()["plan"]["open"]
    turned(holed, holed.advance)
    assert made(holed).origin is not None


def test_an_unavailable_gate_leaves_the_hole_and_answers_in_the_conversation(
    holed: Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = ScenesBackend()
    monkeypatch.setattr(closed, "available", lambda: Gate(False, "it is out of order"))
    known(monkeypatch, closed)
    plan = turned(holed, holed.make_shot, item_id="g-1")
    assert plan["shown"] is None and plan["steps"][0]["status"] == "skipped"
    assert "it is out of order" in plan["messages"][-1]["text"]
