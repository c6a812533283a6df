"""What a machine takes for work is measured over a stretch, and anew after a while."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from generator import machine
from generator.machine import LEAST_S, Timings, free_bytes, seconds_of

ROOT = Path(__file__).resolve().parents[2]


def test_a_timing_is_taken_anew_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    timings, asked, now = Timings[int](), [0], [100.0]
    monkeypatch.setattr(machine.time, "monotonic", lambda: now[0])

    def measure() -> int:
        asked[0] += 1
        return asked[0]

    assert [timings.of("sky", measure), timings.of("sky", measure)] == [1, 1]
    assert timings.of("sea", measure) == 2
    now[0] += machine.KEPT_S + 1
    assert timings.of("sky", measure) == 3, "other work may have come or gone"


def test_the_mean_over_a_stretch_counts_what_was_held_up(monkeypatch: pytest.MonkeyPatch) -> None:
    now, runs = [0.0], [0]
    monkeypatch.setattr(machine.time, "perf_counter", lambda: now[0])

    def work() -> None:
        runs[0] += 1
        now[0] += 9.0 if runs[0] == 1 else (0.09, 0.01)[runs[0] % 2]

    took = seconds_of(work)
    assert took == pytest.approx(0.05, rel=0.2), "neither the first run nor the quickest"
    assert runs[0] * took >= LEAST_S


def test_slow_work_is_run_no_more_than_it_must(monkeypatch: pytest.MonkeyPatch) -> None:
    now, runs = [0.0], [0]
    monkeypatch.setattr(machine.time, "perf_counter", lambda: now[0])

    def work() -> None:
        runs[0] += 1
        now[0] += 5.0

    assert (seconds_of(work), runs[0]) == (5.0, 2)


def test_how_much_the_machine_is_held_up_is_what_was_waited_over_what_was_worked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "_held_up", Timings[float]())
    now = [0.0]

    def wall() -> float:
        now[0] += 0.01
        return now[0]

    monkeypatch.setattr(machine.time, "perf_counter", wall)
    monkeypatch.setattr(machine.time, "thread_time", lambda: wall() / 3)
    told = machine.held_up()
    assert told == pytest.approx(3, rel=0.2)
    assert machine.held_up() == told, "not measured again at once"


@pytest.mark.parametrize(("given", "kept"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_threads_that_wait_sleep_unless_it_is_said_otherwise(given: str | None, kept: str) -> None:
    others = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"}
    said = subprocess.run(
        [sys.executable, "-c", "import sys, generator.choose, os;"
         " print(os.environ['OMP_WAIT_POLICY'], 'torch' in sys.modules)"],
        env=others | ({"OMP_WAIT_POLICY": given} if given else {}), cwd=ROOT,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.split() == [kept, "False"], "said before torch is loaded"


def test_memory_that_is_left_is_known() -> None:
    assert free_bytes() > 0
