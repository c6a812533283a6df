"""`python -m benchmarks [NAME ...] [--moments N]`: runs the benchmarks here, prints their tables.

A benchmark is a module here with `benchmark() -> rich.table.Table`; its docstring says what is
compared. A new one needs nothing but its file. One that takes a number of moments is told `N`.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import pkgutil
import sys
import time

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
        sized = said.moments and "moments" in inspect.signature(module.benchmark).parameters
        console.print(module.benchmark(said.moments) if sized else module.benchmark())
        console.print(f"[dim]{name} took {time.perf_counter() - began:.1f} s[/dim]\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
