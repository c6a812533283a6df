"""The tool that writes the film out: mp4, or a timeline other editors open."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Literal, get_args

from pydantic import Field

from media.render import render
from media.values import Cancel as MediaCancel
from media.values import Progress as MediaProgress
from media.values import Rendered
from project import footage as store
from project import history
from project.conform import conform
from project.errors import BadArguments, CreatorError
from project.files import whole_file
from project.store import Project
from timeline import edl, fcpxml, otio, srt
from timeline.exchange import MediaRef
from timeline.model import Clip, Timeline
from timeline.time import clock
from tools.dailies import count
from tools.proposal import Cost, Effect, Proposal
from tools.shape import Arguments, Cancel, Progress
from tools.title import subtitled

Kind = Literal["mp4", "otio", "fcpxml", "edl", "srt", "vtt"]
Exchange = Literal["otio", "fcpxml", "edl", "srt", "vtt"]
WORDS = ("srt", "vtt")

_WRITERS: dict[Exchange, ModuleType] = {
    "otio": otio, "fcpxml": fcpxml, "edl": edl, "srt": srt, "vtt": srt,
}  # fmt: skip
_SAID: dict[Kind, str] = {
    "mp4": "the film as mp4",
    "otio": "an OpenTimelineIO timeline (Resolve, Premiere, Kdenlive)",
    "fcpxml": "a Final Cut timeline (Final Cut, Resolve)",
    "edl": "a CMX 3600 edit list",
    "srt": "its subtitles",
    "vtt": "its subtitles for the web",
}


class ExportArguments(Arguments):
    """What to write."""

    kind: Kind = "mp4"
    name: str = Field(
        "",
        max_length=120,
        description="file name without folders, in the project's exports; empty: made from the"
        " timeline's name, never over another file",
    )


class Export:
    """Writes a file; the timeline stays as it is."""

    name: ClassVar[str] = "export"
    summary: ClassVar[str] = "Render the film, or write its timeline for another editor"
    effect: ClassVar[Effect] = "slow"
    arguments: ClassVar[type[Arguments]] = ExportArguments

    def propose(self, arguments: ExportArguments, project: Project) -> Proposal:
        """What would be written where. Raises BadArguments for a bad name, CreatorError."""
        timeline = history.current(project)
        if timeline.duration <= 0:
            raise BadArguments("the timeline is empty; there is nothing to export yet")
        if arguments.kind in WORDS:
            _worded(timeline, project)
        name = _name(arguments, timeline, project)
        holes = len([gap for _, gap in timeline.holes() if gap.wanted])
        warned = (
            f" {count(holes, 'hole')} will be black." if holes and arguments.kind == "mp4" else ""
        )
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="slow",
            answer=f"{_SAID[arguments.kind].capitalize()}, {clock(timeline.duration)} long, goes"
            f" to exports/{name}.{warned}",
            cost=_cost(arguments.kind, timeline),
            data={"name": name, "duration_s": str(timeline.duration)},
        )

    def work(
        self, proposal: Proposal, project: Project, progress: Progress, cancel: Cancel
    ) -> dict[str, Any]:
        """The file, under its final name only once it is whole."""
        arguments = ExportArguments.model_validate(proposal.arguments)
        out = _exports(project) / str(proposal.data["name"])
        if arguments.kind == "mp4":
            made = render_timeline(
                project, out, progress=lambda share: progress(share, "rendering"), cancel=cancel
            )
            return {
                "path": str(made.path),
                "duration_s": str(made.duration_s),
                "frames": made.frames,
                "warnings": list(made.warnings),
            }
        path = write_exchange(project, arguments.kind, out)
        progress(1.0, "written")
        return {"path": str(path)}

    def apply(
        self,
        proposal: Proposal,  # noqa: ARG002 - the signature is the protocol's
        work: dict[str, Any],  # noqa: ARG002
        project: Project,  # noqa: ARG002
    ) -> Timeline | None:
        """Nothing: an export changes no timeline."""
        return None


def _exports(project: Project) -> Path:
    folder = project.folder / "exports"
    folder.mkdir(exist_ok=True)
    return folder


def _cost(kind: Kind, timeline: Timeline) -> Cost:
    if kind != "mp4":
        return Cost(seconds=1.0, disk_bytes=100_000)
    pixels = timeline.width * timeline.height * float(timeline.rate * timeline.duration)
    return Cost(seconds=round(3 + pixels / 2.5e7, 1), disk_bytes=int(pixels * 0.12))


def _name(arguments: ExportArguments, timeline: Timeline, project: Project) -> str:
    """The file's name in the exports folder; a given one must be free."""
    folder, suffix = project.folder / "exports", f".{arguments.kind}"
    asked = arguments.name.strip()
    if asked:
        name = asked if asked.lower().endswith(suffix) else asked + suffix
        if Path(name).name != name or name.startswith(".") or "\x00" in name or "\\" in name:
            raise BadArguments(f"{asked!r} is not a file name; give one without folders")
        if (folder / name).exists():
            raise BadArguments(f"exports/{name} is there already; give another name")
        return name
    letters = [c if c.isalnum() else "-" for c in timeline.name.casefold()]
    stem = "-".join(part for part in "".join(letters).split("-") if part) or "rough-cut"
    names = (f"{stem}{f'-{n}' if n > 1 else ''}{suffix}" for n in range(1, 10_000))
    return next(name for name in names if not (folder / name).exists())


def render_timeline(
    project: Project,
    out: Path,
    *,
    progress: MediaProgress | None = None,
    cancel: MediaCancel | None = None,
) -> Rendered:
    """The timeline rendered to `out` and checked. Raises CreatorError, MediaError, Cancelled."""
    film = conform(project, history.current(project))
    return render(
        film,
        target(project, out, ".mp4"),
        cache=project.cache,
        progress=progress,
        cancel=cancel,
        cache_gb=project.settings.max_disk_gb,
    )


def write_exchange(project: Project, kind: Exchange, out: Path) -> Path:
    """The timeline written to `out` for another editor. Raises CreatorError, ExchangeError."""
    if kind not in get_args(Exchange):
        have = ", ".join(get_args(Exchange))
        raise CreatorError(f"{kind!r} is no exchange format; there are {have}")
    timeline = history.current(project)
    if timeline.duration <= 0:
        raise CreatorError("the timeline is empty; there is nothing to export yet")
    goal = target(project, out, f".{kind}")
    if kind in WORDS:
        timeline = _worded(timeline, project)
    else:
        conform(project, timeline)  # a timeline of files that are gone opens nowhere
    write: Callable[..., object] = _WRITERS[kind].write
    try:
        with whole_file(goal) as part:
            write(timeline, part, media=media_of(project, timeline))
    except OSError as error:
        raise CreatorError(f"{goal} could not be written: {error}") from error
    return goal


def _worded(timeline: Timeline, project: Project) -> Timeline:
    """The timeline with words to write down: its titles, else what is said in its clips."""
    if timeline.titles:
        return timeline
    try:
        return subtitled(timeline, project)[0]
    except BadArguments as error:
        raise CreatorError(
            "the cut has no titles, and no words are known for what is said in it; there is"
            " nothing to write as subtitles"
        ) from error


def target(project: Project, out: Path, suffix: str) -> Path:
    """`out` as a place to write to: in a folder that is there, and never over footage."""
    try:
        return _target(project, out, suffix)
    except OSError as error:
        raise CreatorError(f"{out} cannot be written: {error}") from error


def _target(project: Project, out: Path, suffix: str) -> Path:
    out = out.expanduser()
    out = out if out.suffix.lower() == suffix else out.with_name(out.name + suffix)
    out = out.resolve()
    if not out.parent.is_dir():
        raise CreatorError(f"{out.parent} is not a folder; make it first, or name another")
    if out.is_dir():
        raise CreatorError(f"{out} is a folder; name a file")
    if store.by_path(project, out) is not None or _same_file(project, out):
        raise CreatorError(f"{out} is footage of this project, which is never written over")
    return out


def _same_file(project: Project, out: Path) -> bool:
    """Whether `out` is some footage under another name (a link)."""
    if not out.exists():
        return False
    return any(f.path.exists() and f.path.samefile(out) for f in store.all_footage(project))


def media_of(project: Project, timeline: Timeline) -> dict[str, MediaRef]:
    """Where the footage of a timeline is, as exchange formats name it."""
    ids = {
        item.footage_id
        for track in timeline.tracks
        for item in track.items
        if isinstance(item, Clip)
    }
    found = {}
    for footage_id in sorted(ids):
        footage = store.find(project, footage_id)
        technical = footage.technical
        found[footage_id] = MediaRef(
            path=footage.path,
            name=footage.name,
            duration=footage.duration_s,
            rate=Fraction(technical.rate),
            width=technical.width,
            height=technical.height,
            has_sound=technical.has_sound,
        )
    return found
