"""Entry of every child: sets the limits on itself, then becomes the command.

Run as `python -I -S launch.py MEMORY CPU FILE_SIZE NICENESS COMMAND...`; it imports nothing of
ours, so that a child costs a few milliseconds. Limits that a system does not know are left out.
"""

from __future__ import annotations

import os
import sys

try:
    import resource
except ImportError:  # Windows has no rlimits; the wall clock still ends the child
    resource = None  # type: ignore[assignment]

DESCRIPTORS = 256


def main(arguments: list[str]) -> None:
    """Limit this process, then become the command in `arguments[4:]`."""
    memory, cpu, size, niceness = (int(text) for text in arguments[:4])
    if niceness and hasattr(os, "nice"):
        os.nice(niceness)
    if resource is not None:
        limits = (
            ("RLIMIT_AS", memory),
            ("RLIMIT_CPU", cpu),
            ("RLIMIT_FSIZE", size),
            ("RLIMIT_NOFILE", DESCRIPTORS),
            ("RLIMIT_CORE", 0),
        )
        for name, wanted in limits:
            _limit(name, wanted)
    os.execvp(arguments[4], arguments[4:])


def _limit(name: str, wanted: int) -> None:
    kind = getattr(resource, name, None)
    if kind is None:
        return
    _, hard = resource.getrlimit(kind)
    ceiling = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(kind, (ceiling, ceiling))


if __name__ == "__main__":
    main(sys.argv[1:])
