"""A captioner run over footage: within its cap, resumable, one file's failure its own."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from index import knowledge, library
from index.captioning.changes import RGB
from index.captioning.file import FileWork, is_done, stamp, stamp_key
from index.captioning.frames import not_there
from index.captioning.meter import Meter
from index.captioning.server import AnswersUnusable
from index.captioning.values import (
    CaptionProgress,
    CaptionReport,
    FileCaptions,
    OnCaption,
    Outcome,
)
from index.contents import contents
from index.values import Captioner
from media.errors import Cancelled, MediaError
from media.values import Cancel
from project.errors import CapReached, CreatorError
from project.footage import Footage
from project.store import Project
from project.understood import describe, keep_answers

INDEXED_AT_ONCE = 16  # files whose new captions are made findable together
IN_A_ROW = 3  # files that may fail at the model, one after the other, before the run stops


@runtime_checkable
class _Metered(Protocol):
    """A captioner that counts its own requests."""

    meter: Meter


@runtime_checkable
class _Stoppable(Protocol):
    """A captioner that can end an answer under way."""

    cancel: Cancel | None


def caption(
    project: Project,
    captioner: Captioner,
    footage_ids: Sequence[str] | None = None,
    *,
    max_usd: float | None = None,
    again: bool = False,
    progress: OnCaption | None = None,
    cancel: Cancel | None = None,
) -> CaptionReport:
    """Captions for all footage, or for these pieces of it, written into the project and indexed.

    Goes on where an earlier run stopped; what was answered once is not asked again unless
    `again`. `max_usd` is the most this run may cost, the settings' max_money_usd where it is
    None. Raises CreatorError where the captioner cannot be used at all, Cancelled when stopped;
    what was answered by then is kept.
    """
    run = _Run(project, captioner, again=again, progress=progress, cancel=cancel)
    run.meter.cap_usd = project.settings.max_money_usd if max_usd is None else max_usd
    return run.over(contents(project, footage_ids))


class _Run:
    """One run under way."""

    def __init__(
        self,
        project: Project,
        captioner: Captioner,
        *,
        again: bool,
        progress: OnCaption | None,
        cancel: Cancel | None,
    ) -> None:
        self.project, self.captioner, self.again = project, captioner, again
        self.progress, self.cancel = progress, cancel
        self._own_meter = not isinstance(captioner, _Metered)
        self.meter = Meter()
        if isinstance(captioner, _Metered):
            captioner.meter = self.meter
        if isinstance(captioner, _Stoppable):
            captioner.cancel = cancel
        self._began = time.monotonic()
        self._files: list[FileCaptions] = []
        self._unindexed: list[tuple[FileWork, list[str], bool]] = []
        self._failures = 0
        self._all = (0, 0)  # files, moments
        self._moments = 0  # of the files that are done
        self._sent = 0  # in the files that are done

    def over(self, groups: Sequence[list[Footage]]) -> CaptionReport:
        """The whole run."""
        self._all = len(groups), max(1, sum(int(g[0].duration_s) + 1 for g in groups))
        stopped = ""
        for place, group in enumerate(groups):
            if stopped:
                self._files.append(FileCaptions(group[0].id, group[0].name, "left"))
                continue
            self._check()
            try:
                stopped = self._file(group)
            except CreatorError:
                self._index()  # what was answered before it is worth keeping
                raise
            if len(self._unindexed) >= INDEXED_AT_ONCE:
                self._index()
            self._moments += int(group[0].duration_s) + 1
            self._tell(group[0].name, place + 1, 0)
        self._index()
        return CaptionReport(
            model=self.captioner.name,
            files=tuple(self._files),
            usd=self.meter.usd,
            tokens=self.meter.tokens,
            requests=self.meter.requests,
            seconds=time.monotonic() - self._began,
            stopped=stopped,
        )

    def _file(self, group: list[Footage]) -> str:
        """One content captioned; why the whole run must stop, "" where it goes on."""
        usable = [f for f in group if f.status != "rejected" and f.technical.has_picture]
        if not usable:
            first = group[0]
            why = first.reason if first.status == "rejected" else "there is no picture in it"
            self._files.append(FileCaptions(first.id, first.name, "skipped", why))
            return ""
        there = next((f for f in usable if not not_there(f)), usable[0])
        work = FileWork(self.project, self.captioner, there, self._ask, self._kept, self.again)
        if not self.again and is_done(work):
            self._note(work, "already")
            return ""
        if problem := not_there(there):
            self._note(work, "failed", problem)
            return ""
        ids = [f.id for f in usable]
        try:
            work.look(self.cancel)
        except Cancelled:
            raise
        except CapReached as error:
            self._note(work, "part" if work.answered else "left", str(error))
            self._keep(work, ids, whole=False)
            return str(error)
        except (MediaError, AnswersUnusable) as error:
            self._keep(work, ids, whole=False)
            self._failed(work, error)
            return ""
        except CreatorError:
            self._keep(work, ids, whole=False)
            raise
        self._failures = 0 if work.sent else self._failures
        self._note(work, "captioned")
        self._keep(work, ids, whole=True)
        return ""

    def _failed(self, work: FileWork, error: MediaError | AnswersUnusable) -> None:
        """The file's failure noted; the run's, where the model fails at one file after another."""
        self._note(work, "failed", str(error))
        if isinstance(error, AnswersUnusable):
            self._failures = 1 if work.sent else self._failures + 1
            if self._failures >= IN_A_ROW:
                raise CreatorError(
                    f"{error} (so it went with {IN_A_ROW} files, one after the other)"
                ) from None

    def _ask(self, frames: Sequence[RGB]) -> list[str]:
        """The model's answers, within the cap where it does not hold that itself."""
        self._check()
        if not self._own_meter:
            return self.captioner.caption(frames)
        price = self.captioner.usd * len(frames)
        self.meter.before(price, len(frames))
        texts = self.captioner.caption(frames)
        self.meter.add(price, len(frames))
        return texts

    def _kept(self, work: FileWork) -> None:
        self._tell(work.footage.name, len(self._files), work.frames, work.sent)

    def _check(self) -> None:
        if self.cancel is not None and self.cancel():
            raise Cancelled("the captioning was stopped; what was answered is kept")

    def _note(self, work: FileWork, outcome: Outcome, reason: str = "") -> None:
        self._files.append(
            FileCaptions(
                work.footage.id,
                work.footage.name,
                outcome,
                reason,
                frames=work.frames,
                sent=work.sent,
                saved=work.saved,
                known=work.known,
                refused=work.refused,
                told=len(work.told),
            )
        )
        self._sent += work.sent

    def _tell(self, name: str, done: int, frames: int, sent: int = 0) -> None:
        if self.progress is not None:
            files, moments = self._all
            share = min(1.0, (self._moments + frames) / moments)
            self.progress(
                CaptionProgress(name, done, files, share, self._sent + sent, self.meter.usd)
            )

    def _keep(self, work: FileWork, ids: list[str], *, whole: bool) -> None:
        if whole or work.answered:
            self._unindexed.append((work, ids, whole))

    def _index(self) -> None:
        """New captions made findable; only then is a file called done, so that a kill is mended."""
        changed: list[str] = []
        for work, ids, _ in self._unindexed:
            with self.project.transaction():
                describe(self.project, work.footage.fingerprint, work.rows())
                for footage_id in ids:
                    knowledge.rewrite(self.project, footage_id)
            changed += ids
        if changed:
            library.refresh(self.project, changed)
            library.settle(self.project)
        stamps = [(stamp_key(w.footage), stamp(w)) for w, _, whole in self._unindexed if whole]
        keep_answers(self.project, self.captioner.name, stamps)
        self._unindexed = []
