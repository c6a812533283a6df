"""Which backend makes a shot: the one named, else the strongest that can; with reasons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from generator.grammar import Embed
from generator.values import Choice, Gate, Generator, Refused, ShotRequest

# strongest first; an endpoint that costs money comes last and is never a silent first choice
ORDER = ("diffusers", "builtin", "scenes", "motion", "api")


def backends(
    *,
    diffusers_model: str = "",
    video_api_url: str = "",
    video_api_key: str = "",
    video_api_model: str = "",
    allow_downloads: bool = False,
    device: str = "cpu",
    work_dir: Path | None = None,
    embed: Embed | None = None,
    look: Path | None = None,
) -> tuple[Generator, ...]:
    """Every backend, strongest first, made from plain settings. Loads nothing yet.

    embed: sentence embeddings (texts -> rows of length 1), by which words in no table are taken
    for the nearest that is. look: a learned look's file, for the built-in model. work_dir: where
    the endpoint's files go; a fresh temporary folder when None.
    """
    from generator.api import ApiBackend
    from generator.builtin import BuiltinBackend
    from generator.diffusers_backend import DiffusersBackend
    from generator.motion import MotionBackend
    from generator.scenes import ScenesBackend

    made: tuple[Generator, ...] = (
        DiffusersBackend(diffusers_model, allow_downloads=allow_downloads, device=device),
        BuiltinBackend(device=device, embed=embed, look=look),
        ScenesBackend(device=device, embed=embed),
        MotionBackend(),
        ApiBackend(video_api_url, video_api_key, model=video_api_model, work_dir=work_dir),
    )
    return tuple(sorted(made, key=lambda one: ORDER.index(one.name)))


def choose(
    request: ShotRequest,
    *,
    backend: str = "auto",
    backends: Sequence[Generator] | None = None,
) -> Choice:
    """The backend for `request` and why. Raises Refused with every backend's reason.

    A named backend is taken or refused; it is never exchanged for another one.
    """
    every = tuple(backends) if backends is not None else _plain_backends()
    if backend != "auto":
        return _named(request, backend, every)
    passed: list[tuple[str, str]] = []
    for one in every:
        able = one.available()
        gate = one.gate(request) if able.open else able
        if gate.open:
            return Choice(one, _reason(one, gate, passed), tuple(passed))
        passed.append((one.name, gate.reason))
    tried = "; ".join(f"{name}: {why}" for name, why in passed)
    raise Refused(f"no backend would make {request.prompt!r} well. {tried}")


def _plain_backends() -> tuple[Generator, ...]:
    return backends()


def _named(request: ShotRequest, name: str, every: tuple[Generator, ...]) -> Choice:
    found = [one for one in every if one.name == name]
    if not found:
        known = ", ".join(one.name for one in every)
        raise Refused(f"backend {name!r} was asked for; the backends are {known} (or auto)")
    for check in (found[0].available(), found[0].gate(request)):
        if not check.open:
            raise Refused(f"{name} was asked for, but: {check.reason}")
    return Choice(found[0], f"{name} was asked for by name")


def _reason(taken: Generator, gate: Gate, passed: list[tuple[str, str]]) -> str:
    words = f"{taken.name} is the strongest backend that can do this"
    if gate.reason:
        words += f" ({gate.reason})"
    if passed:
        words += "; passed over " + ", ".join(name for name, _ in passed)
    return words
