"""The trials of the web door and of approvals over HTTP: none succeeds, and holes are found.

They run in a process of their own, as a server does, which ends as soon as it has told: what
libraries leave running in it is not tried here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
HOME = Path(__file__).resolve().parents[2]

TRIALS = """
import json, os
from benchmarks import bypass, web_probes
from tests.ui import holes
tallies = bypass.outcomes()
found = {
    "families": {name: (tally.distinct, tally.executed) for name, tally in tallies.items()},
    "distinct": len(set().union(*(tally.sent for tally in tallies.values()))),
    "edits of one proposal": bypass.at_once(),
    "probes": {name: (t.tried, t.succeeded) for name, t in web_probes.outcomes().items()},
    "bypassed": holes.bypassed(),  # last: what these leave behind could help nobody
    "probed": holes.probed(),
}
print(json.dumps(found), flush=True)
os._exit(0)
"""


@pytest.fixture(scope="module")
def found() -> Any:
    """What came of all attempts and probes, and of the holes of `tests.ui.holes`."""
    done = subprocess.run([sys.executable, "-c", TRIALS], cwd=HOME, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_three_hundred_different_attempts_to_get_round_an_approval_do_nothing(found: Any) -> None:
    families = found["families"]
    assert found["distinct"] >= 300
    assert all(distinct >= 10 for distinct, _ in families.values()), families
    assert {name: done for name, (_, done) in families.items() if done} == {}
    assert found["edits of one proposal"] == 1


def test_a_hundred_and_fifty_probes_are_turned_away(found: Any) -> None:
    families = found["probes"]
    assert sum(tried for tried, _ in families.values()) >= 150
    assert all(tried >= 10 for tried, _ in families.values()), families
    assert {name: done for name, (_, done) in families.items() if done} == {}


def test_each_family_of_attempts_tells_of_a_hole_that_was_made_for_it(found: Any) -> None:
    bypassed = found["bypassed"]
    assert {name for name, *_ in bypassed["holes"]} == set(bypassed["families"])
    silent = [(name, part, told) for name, part, told in bypassed["holes"]
              if not any(part in each.partition("changed ")[2] for each in told)]  # fmt: skip
    assert silent == []
    assert bypassed["at once"] > 1


def test_each_family_of_probes_tells_of_a_hole_that_was_made_for_it(found: Any) -> None:
    probed = found["probed"]
    assert {name for name, *_ in probed["holes"]} == set(probed["families"])
    silent = [(name, part, told) for name, part, told in probed["holes"]
              if not any(part in each for each in told)]  # fmt: skip
    assert silent == []


def test_what_turns_down_everything_has_turned_down_nothing(found: Any) -> None:
    """Each family ends with what must work; a door without an answer is told as one."""
    assert found["bypassed"]["dead"] == ["afterwards a true approval made 0 edits"]
    assert set(found["probed"]["dead"]) == set(found["probed"]["families"])
    assert all("any more" in told for told in found["probed"]["dead"].values()), found["probed"]
    *probes, control = found["probed"]["gone"]
    assert len(probes) == 24 and all("there was no answer" in each for each in probes)
    assert "any more" in control


def test_the_same_attempt_three_times_is_one(found: Any) -> None:
    assert found["bypassed"]["thrice"] == [3, 1]
