"""`python -m benchmarks [NAME ...]`: runs the benchmarks here, prints their tables.

A benchmark is a module here with `benchmark()` that gives a table, or what else rich can print;
its docstring says what is compared. A new one needs nothing but its file. One that takes
`moments`, `footage` or `keep` is told what was given with that option.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import pkgutil
import sys
import time
from pathlib import Path

from rich.console import Console

import benchmarks


def names() -> list[str]:
    """The benchmarks there are."""
    found = pkgutil.iter_modules(benchmarks.__path__)
    return sorted(module.name for module in found if not module.name.startswith("_"))


def main(arguments: list[str]) -> int:
    """Run what is asked for, all without a name; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help="all without a name")
    parser.add_argument("--moments", type=int, metavar="N", help="of the library that is made")
    parser.add_argument("--footage", type=Path, metavar="FOLDER", help="real clips to measure on")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where ingested clips stay")
    said = parser.parse_args(arguments)
    wanted: list[str] = said.names
    console = Console()
    unknown = [name for name in wanted if name not in names()]
    if unknown:
        console.print(f"no benchmark called {', '.join(unknown)}; there are: {', '.join(names())}")
        return 2
    for name in wanted or names():
        module = importlib.import_module(f"benchmarks.{name}")
        if not hasattr(module, "benchmark"):
            continue
        began = time.perf_counter()
        takes = inspect.signature(module.benchmark).parameters
        given = {name: value for name, value in vars(said).items() if name in takes and value}
        console.print(module.benchmark(**given))
        console.print(f"[dim]{name} took {time.perf_counter() - began:.1f} s[/dim]\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
