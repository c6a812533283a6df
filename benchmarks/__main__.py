"""`python -m benchmarks [NAME ...]`: runs the benchmarks of this folder and prints their tables.

A benchmark is a module here with `benchmark() -> rich.table.Table`; its docstring says what is
compared. A new one needs nothing but its file.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import time

from rich.console import Console

import benchmarks


def names() -> list[str]:
    """The benchmarks there are."""
    found = pkgutil.iter_modules(benchmarks.__path__)
    return sorted(module.name for module in found if not module.name.startswith("_"))


def main(wanted: list[str]) -> int:
    """Run what is asked for, all without a name; the exit code."""
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
        console.print(module.benchmark())
        console.print(f"[dim]{name} took {time.perf_counter() - began:.1f} s[/dim]\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
