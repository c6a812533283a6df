"""The trials of the web door and of approvals over HTTP: none succeeds, and holes are found.

Each runs in a process of its own, as a server does.
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

ATTEMPTS = """
found = {name: (tally.tried, tally.executed) for name, tally in bypass.outcomes().items()}
print(json.dumps({"families": found, "edits of one proposal": bypass.at_once()}))
"""
PROBES = """
found = {name: (tally.tried, tally.succeeded) for name, tally in web_probes.outcomes().items()}
print(json.dumps(found))
"""
HOLES = """
def opened(app):
    app.site.app._is_ours = lambda _: True
    app.site.app.keys = type("Open", (Keys,), {"has_cookie": lambda *_: True})()

families = (web_probes.strangers, web_probes.foreign_hosts)
found = web_probes.outcomes(families, opened)
probed = {name: len(tally.succeeded) for name, tally in found.items()}
approval.check = lambda *_: None
print(json.dumps([probed, bypass.outcomes([bypass.swapped])["swapped"].executed]))
"""
IMPORTS = """
import json
from agent import approval
from benchmarks import bypass, web_probes
from ui.guard import Keys
"""


def outcome(script: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS + script], cwd=HOME, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_three_hundred_attempts_to_get_round_an_approval_do_nothing() -> None:
    found = outcome(ATTEMPTS)
    families = found["families"]
    assert sum(tried for tried, _ in families.values()) >= 300
    assert {name: done for name, (_, done) in families.items() if done} == {}
    assert found["edits of one proposal"] == 1


def test_a_hundred_and_fifty_probes_are_turned_away() -> None:
    families = outcome(PROBES)
    assert sum(tried for tried, _ in families.values()) >= 150
    assert {name: done for name, (_, done) in families.items() if done} == {}


def test_a_door_that_is_left_open_and_an_approval_that_is_not_checked_are_found() -> None:
    probed, executed = outcome(HOLES)
    assert set(probed) == {"strangers", "foreign hosts"} and all(probed.values())
    assert any("nonce" in name and "edits" in name for name in executed)
