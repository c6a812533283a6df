"""Footage into the project: found, watched by workers here or on a cluster, committed one by one.

Killed at any moment, it goes on where it stopped: what was committed is known by its content
and by the analysers' version and is not watched again. Nothing is written beside footage.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from index import library
from index.analyse import Analysis, analyse
from index.arrivals import Arrival, arrivals, made_alike
from index.knowledge import Knowledge, knowledge, stored_analysis, understood, write
from index.listening.at_once import listen_at_once
from index.pictures import look, picture_embedder
from index.scan import Candidate, scan, shown
from index.sidecars import Sidecars, Told
from index.subtitles import clean
from index.things.at_once import look_at_once
from index.values import FileReport, IngestProgress, IngestReport, OnProgress
from index.watching import Engine, executor
from media.errors import Cancelled
from media.values import Cancel
from project import footage as store
from project.footage import Footage
from project.store import Project
from timeline.model import Origin
from timeline.time import TimeRange

ZERO = Fraction(0)


def ingest(
    project: Project,
    folders: Sequence[Path],
    *,
    workers: int | None = None,
    engine: Engine | None = None,
    progress: OnProgress | None = None,
    cancel: Cancel | None = None,
) -> IngestReport:
    """Every file of `folders` in the project, and how each came out, in the order of paths.

    What watches is `engine`, the settings' where that is None. Pictures get vectors of their own
    where the settings name a model for them. Last, when all can be found, the embedded
    transcriber writes down what is said where nothing else has told it, and the embedded network
    names things in the picture.

    Raises CreatorError where a folder, that model or the engine is not there, Cancelled when
    stopped; what was finished by then is kept, and the next ingest does not watch it again.
    """
    began = time.monotonic()
    seer = picture_embedder(project.settings)
    found = arrivals(project, scan(folders, skip=project.folder), cancel)
    if cancel is not None and cancel():
        raise Cancelled("the ingest was stopped before any file was watched")
    work = _Work(project, found, progress)
    work.relink()
    work.reuse()
    work.watch(engine, workers, cancel)
    library.refresh(project, work.stale())
    if seer is not None:
        look(project, seer, cancel=cancel)
    library.settle(project)
    listening = listen_at_once(project, work.ids(), progress=work.listening, cancel=cancel)
    looking = look_at_once(project, work.ids(), progress=work.looking, cancel=cancel)
    return IngestReport(
        footage=tuple(work.reports()),
        seconds=time.monotonic() - began,
        media_seconds=sum((r.duration_s for r in work.reports()), ZERO),
        missing=_missing(project, folders),
        listening=listening,
        looking=looking,
    )


def ingest_file(
    project: Project,
    path: Path,
    *,
    origin: Origin | None = None,
    title: str = "",
    captions: Sequence[tuple[Fraction, Fraction, str]] = (),
) -> Footage:
    """One file in the project at once, in this process: a generated clip, a music file.

    `captions` are (start_s, end_s, text); without any, `title` describes the whole file.
    """
    [arrival] = arrivals(project, [Candidate(path.absolute(), named=True)])
    source = "generated" if origin else "given"
    told = [Told(TimeRange(a, b), clean(t), source) for a, b, t in captions if a < b and clean(t)]
    if arrival.watched:
        analysis = stored_analysis(project, arrival.footage)
    else:
        analysis = analyse(arrival.candidate.path, read_text=project.settings.read_text)
    if title and not told and analysis.duration_s > 0:
        told = [Told(TimeRange(ZERO, analysis.duration_s), clean(title), source)]
    beside = replace(arrival.beside, captions=(*arrival.beside.captions, *told))
    row = replace(arrival.footage, origin=origin or arrival.footage.origin)
    row = _finished(row, analysis, beside)
    _commit(project, row, analysis, beside)
    library.refresh(project, [row.id])
    return store.find(project, row.id)


class _Work:
    """One ingest under way: which arrivals are done, and how each ended."""

    def __init__(self, project: Project, found: list[Arrival], progress: OnProgress | None) -> None:
        self._project, self._progress = project, progress
        self._all = found
        self._reports: dict[str, FileReport] = {}
        self._dropped: set[str] = set()  # unknown binary files that are not footage
        self._changed: set[str] = set()

    def relink(self) -> None:
        """Give rows whose files moved their new paths, all at once, so that two may swap."""
        moved = [a for a in self._all if a.known and a.known.path != a.footage.path]
        if not moved:
            return
        with self._project.transaction() as db:
            for arrival in moved:
                db.execute(
                    "UPDATE footage SET path = ? WHERE id = ?",
                    (f"moved:{arrival.footage.id}", arrival.footage.id),
                )
            for arrival in moved:
                assert arrival.known is not None  # chosen by it
                here = arrival.footage
                known = replace(arrival.known, path=here.path, name=here.name, folder=here.folder)
                other = store.by_path(self._project, here.path)
                if other is not None:  # its own content is not here any more
                    db.execute(
                        "UPDATE footage SET path = ? WHERE id = ?",
                        (f"00{other.id.encode().hex()}", other.id),
                    )
                store.save(self._project, known)
            self._project.bump()

    def reuse(self) -> None:
        """Finish what the store already has the analysis of, from it."""
        for arrival in self._all:
            if arrival.watched:
                self._reuse(arrival)

    def _reuse(self, arrival: Arrival) -> None:
        project, row = self._project, arrival.footage
        if not arrival.current and row.status != "rejected":
            analysis = stored_analysis(project, row)
            row = _finished(row, analysis, arrival.beside)
            _commit(project, row, analysis, arrival.beside)
            self._changed.add(row.id)
        elif not arrival.current:
            store.save(project, row)
        self._done(store.find(project, row.id), reused=True)

    def watch(self, engine: Engine | None, workers: int | None, cancel: Cancel | None) -> None:
        """Watch the rest, the largest files first; of equal files only one."""
        groups: dict[str, list[Arrival]] = {}
        for arrival in self._all:
            if not arrival.watched:
                groups.setdefault(arrival.footage.fingerprint, []).append(arrival)
        todo = []
        for group in sorted(groups.values(), key=lambda g: -g[0].footage.bytes):
            twin = self._twin(group[0].footage)
            if twin is None:
                todo.append(group)
            else:
                self._settle(group, stored_analysis(self._project, twin), first_reused=True)
        if not todo:
            return
        paths = [group[0].candidate.path for group in todo]
        crew = executor(paths, self._project.settings, engine=engine, workers=workers)
        told = [0.0] * len(todo)
        with closing(crew.watch(cancel)) as results:
            for result in results:
                if result is not None:
                    self._settle(todo[result[0]], result[1])
                for place, group in enumerate(todo):
                    share = crew.share(place)
                    if share > told[place] and group[0].footage.id not in self._reports:
                        told[place] = share
                        self._tell(group[0].footage.name, share)

    def _twin(self, footage: Footage) -> Footage | None:
        """Other footage with the same content that was watched by the analysers of today."""
        for other in store.by_fingerprint(self._project, footage.fingerprint):
            alike = made_alike(other, self._project.settings.read_text)
            if other.id != footage.id and other.status != "rejected" and alike:
                return other
        return None

    def _settle(
        self, group: list[Arrival], analysis: Analysis, *, first_reused: bool = False
    ) -> None:
        """Commit one analysis for every arrival with that content."""
        for place, arrival in enumerate(group):
            name = arrival.footage.id
            if analysis.verdict in ("not-media", "unsupported") and not arrival.candidate.named:
                self._dropped.add(name)
                continue
            row = _finished(arrival.footage, analysis, arrival.beside)
            _commit(self._project, row, analysis, arrival.beside)
            self._changed.add(name)
            self._done(row, reused=first_reused or place > 0)

    def _done(self, row: Footage, *, reused: bool) -> None:
        project = self._project
        self._reports[row.id] = FileReport(
            id=row.id,
            name=row.name,
            status=row.status,
            reason=row.reason,
            duration_s=row.duration_s,
            shots=len(store.shots(project, row.id)),
            moments=len(store.moments(project, row.id)),
            reused=reused,
            notes=row.technical.notes,
        )
        self._tell(row.name, 1.0, row)

    def _tell(self, name: str, share: float, row: Footage | None = None) -> None:
        if self._progress is not None:
            self._progress(
                IngestProgress(
                    name=name,
                    share=share,
                    done_files=len(self._reports) + len(self._dropped),
                    all_files=len(self._all),
                    status=row.status if row else "",
                    reason=row.reason if row else "",
                )
            )

    def listening(self, share: float, name: str) -> None:
        """Told while words are written down, the share of all sound from 0 to 1."""
        if self._progress is not None:
            every = len(self._all)
            self._progress(IngestProgress(name, share, every, every, listening=True))

    def looking(self, share: float, name: str) -> None:
        """Told while things are looked for, the share of all footage from 0 to 1."""
        if self._progress is not None:
            every = len(self._all)
            self._progress(IngestProgress(name, share, every, every, looking=True))

    def ids(self) -> set[str]:
        """Of all footage that came out of this ingest."""
        return set(self._reports)

    def stale(self) -> list[str]:
        """Ids whose titles and vectors must be made: changed now, or left so by a kill."""
        left = {f.id for f in store.all_footage(self._project, usable=True) if not f.title}
        return sorted(self._changed | left)

    def reports(self) -> list[FileReport]:
        ids = [a.footage.id for a in self._all]
        return [self._reports[name] for name in ids if name in self._reports]


def _finished(row: Footage, analysis: Analysis, beside: Sidecars) -> Footage:
    """`row` with what its analysis says of it."""
    rejected = analysis.status == "rejected"
    notes = tuple(dict.fromkeys((*analysis.technical.notes, *beside.notes)))
    return replace(
        row,
        status=analysis.status,
        reason=shown(analysis.reason),
        duration_s=analysis.duration_s,
        technical=replace(analysis.technical, notes=notes),
        failures=row.failures + 1 if rejected else 0,
        # a file that could not be opened today may open tomorrow, so it is not called known
        analysed_by="" if analysis.verdict == "unreadable" else row.analysed_by,
    )


def _commit(project: Project, row: Footage, analysis: Analysis, beside: Sidecars) -> None:
    usable = analysis.status != "rejected"
    said = understood(project, row.fingerprint)
    write(project, row, knowledge(row, analysis, beside, said) if usable else Knowledge())


def _missing(project: Project, folders: Sequence[Path]) -> tuple[str, ...]:
    """Names of footage from these folders whose files are gone; the store keeps them."""
    roots = [f.expanduser().absolute() for f in folders]
    return tuple(
        row.name
        for row in store.all_footage(project)
        if not row.path.exists() and any(row.path.is_relative_to(r) for r in roots)
    )
