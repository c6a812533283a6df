"""The goals' benchmark with a chat model: one environment variable, tokens and dollars told."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from agent.llm import PLAN
from tests.servers import Scripted, ScriptedServer, calls, says


def modest(request: dict[str, Any]) -> Scripted:
    """A model that cuts any film by its length and its words, and asks about all else."""
    offered = [t["function"]["name"] for t in request.get("tools") or ()]
    said = str(request["messages"][1]["content"])
    length = re.search(r"(\d+)\s?(?:s\b|second)", said)
    if PLAN in offered:
        if length is None:
            return calls(PLAN, {"goal": {"text": said}, "question": "How long should it be?"})
        steps = [{"tool": "storyboard", "intent": said}]
        return calls(PLAN, {"goal": {"text": said, "length_s": int(length[1])}, "steps": steps})
    if offered == ["storyboard"]:
        goal = json.loads(said)["goal"]
        return calls("storyboard", {"goal": goal["text"], "length_s": goal["length_s"],
                                    "subjects": ["dog"]})  # fmt: skip
    return says("There.")


def test_goals_are_tried_with_the_model_that_the_environment_names(tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    with ScriptedServer(modest) as server:
        brain = {"ROUGHCUT_BRAIN": "openai:gpt-5-mini", "ROUGHCUT_BASE_URL": server.url}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.goals", "--only", "length-2", "length-3", "--json",
             str(told)],
            cwd=Path(__file__).resolve().parents[2], env={**os.environ, **brain, "COLUMNS": "160"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        asked = len(server.requests)
    assert done.returncode == 0, done.stderr[-2000:]
    right, wrong = json.loads(told.read_text())
    assert right["problems"] == [] and right["calls"] == 2 and right["tokens"] == 240
    assert wrong["problems"] and wrong["calls"] == 1  # it asked, where a film was wanted
    assert asked == 3 and "brain openai:gpt-5-mini" in done.stdout and "By goal" in done.stdout
