"""The generator's figures in one table: `make bench-generator`, or with options

    python -m benchmarks.generator --weights FOLDER --scenes clouds fire --count 96 --steps 16

The painted clips are the truth everywhere, the autoencoder's copies of them the most that could
be reached. Nothing is downloaded. The judge that comes with the package reads the clips, unless
the weights' folder or --judge has another; one is trained where none knows the scenes.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table

from benchmarks import _networks, _sheets, _shots
from benchmarks._clips import COUNT, Bench, Options
from benchmarks._networks import Line
from generator.builtin import WEIGHTS, BuiltinBackend
from generator.judge import Judge
from generator.pipeline import ShotPipeline
from generator.scenes.registry import SCENES
from generator.values import GeneratorError

FOOTAGE = Path(__file__).resolve().parents[2] / "shared" / "footage"
QUICK = 24  # clips when run among the other benchmarks


def benchmark(options: Options | None = None, say: Callable[[str], None] = print) -> Table:
    """All figures of the weights; a table with one line where there are none."""
    asked = options or Options(WEIGHTS, count=QUICK, footage=FOOTAGE)
    able = BuiltinBackend(asked.weights).available()
    table = Table(title=f"The generator: {asked.count} clips of {len(asked.scenes)} scenes")
    for heading in ("figure", "found", "beside", "aim", ""):
        table.add_column(heading)
    if not able.open:
        table.add_row("weights", "none", able.reason)
        return table
    pipeline = ShotPipeline.load(asked.weights, asked.device)
    pipeline.settle()
    bench = Bench(asked, pipeline, judge_for(asked, say), say)
    found: dict[str, str] = {}
    for line in lines(bench, say):
        verdict = "" if line.met is None else "met" if line.met else "[bold]not met[/bold]"
        table.add_row(line.figure, line.found, line.beside, line.aim, verdict)
        found[line.figure] = f"{line.found} ({line.beside})" if line.beside else line.found
        if asked.json:  # after each: a run that is stopped leaves what it found
            asked.json.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    if asked.sheets:
        for file in _sheets.write(bench, asked.sheets):
            say(f"wrote {file}")
    return table


def lines(bench: Bench, say: Callable[[str], None]) -> Iterator[Line]:
    """Every figure, in the order of the table; each group is said as it is ready."""
    run = _networks.training_run(bench)
    groups: dict[str, Callable[[], Line | list[Line]]] = {
        "losses": lambda: _networks.flow_losses(bench, run),
        "autoencoder": lambda: _networks.autoencoder_lines(bench, run),
        "chunks": lambda: _networks.chunked(bench),
        "attributes": lambda: _shots.attributes(bench),
        "distance": lambda: _shots.distances(bench),
        "conditions": lambda: _shots.conditions_kept(bench),
        "seams": lambda: _shots.seams(bench),
        "drift": lambda: _shots.long_shots(bench),
        "flicker": lambda: _shots.flickers(bench),
        "variety": lambda: _shots.variety(bench),
        "repeats": lambda: _shots.repeated(bench),
        "speed": lambda: _shots.speeds(bench),
        "few-steps": lambda: _shots.few_steps(bench),
    }
    only = bench.options.only or tuple(groups)
    if unknown := sorted(set(only) - set(groups)):
        raise SystemExit(f"there are no figures {unknown}; there are {sorted(groups)}")
    for name in only:
        began = time.monotonic()
        made = groups[name]()
        for line in made if isinstance(made, list) else [made]:
            say(f"{line.figure}: {line.found} ({line.beside}), {time.monotonic() - began:.0f} s")
            yield line


def judge_for(options: Options, say: Callable[[str], None]) -> Judge:
    """The judge in its folder, or the package's, or one trained now and kept there."""
    home = options.judge or options.weights
    for folder in dict.fromkeys((home, WEIGHTS)):
        try:
            judge = Judge.load(folder)
        except GeneratorError:
            continue
        if set(options.scenes) <= set(judge.scenes):
            return judge
    say("no judge here knows all the scenes; training one")
    from generator.judging.train import rebuild_with, train_judge

    judge = train_judge(options.scenes, rebuild=rebuild_with(options.weights), say=say)
    judge.save(home)
    return judge


def asked_for() -> Options:
    """The options on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.generator", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--scenes", nargs="+", choices=sorted(SCENES), default=tuple(SCENES))
    parser.add_argument("--count", type=int, default=COUNT, help="clips to make, at least 2")
    parser.add_argument("--only", nargs="+", default=(), metavar="FIGURES",
                        help="such as attributes seams speed; all when left out")  # fmt: skip
    parser.add_argument("--steps", type=int, default=16)
    parser.add_argument("--few-steps", type=int, default=4)
    parser.add_argument("--guidance", type=float, default=4.0)
    parser.add_argument("--size", type=int, nargs=2, default=(160, 96), metavar=("W", "H"))
    parser.add_argument("--frames", type=int, default=20)
    parser.add_argument("--rate", type=Fraction, default=Fraction(25, 2))
    parser.add_argument("--full-size", type=int, nargs=3, default=(256, 144, 33),
                        metavar=("W", "H", "F"), help="the clip whose making is timed")  # fmt: skip
    parser.add_argument("--judge", type=Path, help="a folder for the judge, else the weights'")
    parser.add_argument("--footage", type=Path, default=FOOTAGE, help="a folder of camera clips")
    parser.add_argument("--sheets", type=Path, help="a folder for contact sheets")
    parser.add_argument("--json", type=Path, help="a file for the figures, as generator.card reads")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in vars(parser.parse_args()).items()
    }
    return Options(**given)


def main() -> None:
    """The command."""
    console = Console()
    options = asked_for()
    began = time.monotonic()
    with torch.no_grad():
        console.print(benchmark(options, lambda line: console.print(line, style="dim")))
    console.print(f"took {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
