"""A run of a writer over footage: within its budgets, resumable, one failure its own."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from index import library
from index.contents import contents
from index.corrections import corrections, latest
from index.describing.answers import written_in
from index.describing.asking import Asker, prompt
from index.describing.budget import BUDGET
from index.describing.kept import Written, keep, read, written
from index.describing.material import Material, material
from index.describing.naming import Naming
from index.describing.values import (
    DescribeProgress,
    DescribeReport,
    FileWords,
    OnDescribe,
    Outcome,
    TopicsNamed,
)
from index.values import Writer
from media.values import Cancel
from project import footage as store
from project.errors import CapReached, CreatorError
from project.footage import Footage
from project.store import Project
from project.understood import answer

AT_ONCE = 12  # pieces of footage in one request: small models lose count of more
A_PIECE = 110  # tokens of a title and a summary in an answer
INDEXED_AT_ONCE = 64  # contents whose new titles are made findable together
IN_A_ROW = 3  # pieces that may fail alone, one after the other, before the run stops
NAMING = 0.1  # share of a run's time that topics are taken to need


def describe(
    project: Project,
    writer: Writer,
    footage_ids: Sequence[str] | None = None,
    *,
    budget: int = BUDGET,
    max_usd: float | None = None,
    again: bool = False,
    progress: OnDescribe | None = None,
    cancel: Cancel | None = None,
) -> DescribeReport:
    """Titles and summaries of all footage and names of its topics, or only of these pieces.

    No request is longer than `budget` tokens. Goes on where an earlier run stopped; what was
    answered once from the same material is not asked again unless `again`. What the creator
    corrected stays. `max_usd` is the most this run may cost, the settings' max_money_usd where it
    is None. Raises CreatorError where the writer cannot be used at all, Cancelled when stopped;
    what was answered by then is kept.
    """
    cap = project.settings.max_money_usd if max_usd is None else max_usd
    asker = Asker(writer, budget=budget, cap_usd=cap, cancel=cancel)
    run = _Run(project, asker, again=again, progress=progress)
    return run.over(contents(project, footage_ids), topics=footage_ids is None)


@dataclass(frozen=True, slots=True)
class _Piece:
    """One content to write about."""

    footage: Footage
    copies: tuple[Footage, ...]
    material: Material
    key: str


class _Run:
    """One run under way."""

    def __init__(
        self, project: Project, asker: Asker, *, again: bool, progress: OnDescribe | None
    ) -> None:
        self.project, self.asker, self.again = project, asker, again
        self._progress = progress
        self._system = prompt("footage")
        self._room = asker.room(self._system)
        self._began = time.monotonic()
        self._files: list[FileWords] = []
        self._noted: set[str] = set()  # ids of the footage in `_files`
        self._waiting: list[_Piece] = []
        self._unindexed: list[str] = []
        self._changed = False
        self._failures = 0
        self._invented = 0
        self._all = 1

    def over(self, groups: Sequence[list[Footage]], *, topics: bool) -> DescribeReport:
        """The whole run."""
        self._all, stopped = max(1, len(groups)), ""
        named: TopicsNamed | None = None
        try:
            for group in groups:
                stopped = stopped or self._one(group)
                if stopped:
                    self._left(group)
            stopped = stopped or self._ask_waiting()
            self._index()
            if topics and not stopped:
                named, stopped = self._name()
        except CreatorError:
            self._index()  # what was answered before it is worth keeping
            self._settle()
            raise
        self._settle(gather=named is None)
        meter = self.asker.meter
        return DescribeReport(
            model=self.asker.writer.name,
            files=tuple(self._files),
            topics=named,
            usd=meter.usd,
            tokens=meter.tokens,
            requests=meter.requests,
            largest=meter.largest,
            invented=self._invented,
            seconds=time.monotonic() - self._began,
            stopped=stopped,
        )

    def _one(self, group: list[Footage]) -> str:
        """One content written about, or put beside others to be; why the run must stop, or ""."""
        self.asker.check()
        usable = tuple(f for f in group if f.status != "rejected")
        if not usable:
            self._note(group[0], "skipped", group[0].reason)
            return ""
        first = usable[0]
        kept = corrections(self.project, first.fingerprint)
        if latest(kept, "title") and latest(kept, "summary"):
            self._note(first, "skipped", "its title and summary are yours")
            return ""
        told = material(
            first,
            store.moments(self.project, first.id),
            store.speech(self.project, first.id),
            kept,
            allowed=self._room // 2,
        )
        if told.empty:
            self._note(first, "skipped", "nothing is known of it but its file")
            return ""
        piece = _Piece(first, usable, told, self._key(first, told))
        known = None if self.again else read(answer(self.project, piece.key))
        if known is not None:
            self._done(piece, known, "already")
            return ""
        return self._wait(piece)

    def _key(self, footage: Footage, told: Material) -> str:
        asked = [footage.fingerprint, told.digest, self.asker.writer.name, self._system]
        return "describe:" + hashlib.sha256(json.dumps(asked).encode()).hexdigest()

    def _wait(self, piece: _Piece) -> str:
        """The piece beside those that wait; they are asked about first where it is one too many."""
        length = sum(each.material.tokens for each in [*self._waiting, piece])
        stopped = ""
        if self._waiting and (length > self._room or len(self._waiting) >= AT_ONCE):
            stopped = self._ask_waiting()
        if stopped:
            return stopped
        self._waiting.append(piece)
        return ""

    def _ask_waiting(self) -> str:
        """All that wait asked about together, then those alone that got no answer so."""
        batch, self._waiting = self._waiting, []
        missing: list[_Piece] = []
        try:
            missing, problem = self._ask(batch) if batch else ([], "")
            while missing:
                if len(batch) > 1:
                    _, problem = self._ask(missing[:1])
                if problem:
                    self._failed(missing[0], problem)
                missing = missing[1:]
        except CapReached as error:
            for piece in batch:
                self._left([piece.footage])
            return str(error)
        return ""

    def _ask(self, pieces: Sequence[_Piece]) -> tuple[list[_Piece], str]:
        """One request about these; those without an answer at its end, and why."""
        lines: list[str] = []
        for number, piece in enumerate(pieces, start=1):
            left_out = f" ({piece.material.left_out})" if piece.material.left_out else ""
            lines += [f"footage {number}{left_out}", *piece.material.lines]
        missing = dict(enumerate(pieces, start=1))

        def take(text: str) -> str:
            found, invented = written_in(text, set(range(1, len(pieces) + 1)))
            self._invented += invented
            for number, words in found.items():
                if number in missing:
                    self._done(missing.pop(number), words, "described")
            if not missing:
                return ""
            numbers = ", ".join(map(str, missing))
            return f"it has no title and summary for footage {numbers}"

        problem = self.asker.ask(self._system, lines, take, written=A_PIECE * len(pieces))
        return list(missing.values()), problem

    def _failed(self, piece: _Piece, problem: str) -> None:
        """The piece's failure noted; the run's, where one after the other fails."""
        self._note(piece.footage, "failed", problem)
        self._failures += 1
        if self._failures >= IN_A_ROW:
            raise CreatorError(
                f"{self.asker.writer.name} gave no usable answer for {IN_A_ROW} pieces of footage,"
                f" one after the other ({problem}); name a model that does as it is told"
            )

    def _done(self, piece: _Piece, words: Written, outcome: Outcome) -> None:
        """What was written of a content, kept by it and by the question."""
        content = piece.footage.fingerprint
        if outcome == "described" or written(self.project, content) != words:
            keep(self.project, self.asker.writer.name, words, content=content, key=piece.key)
        if outcome == "described":
            self._failures = 0
        self._note(piece.footage, outcome, words=words, left_out=piece.material.left_out)
        kept = corrections(self.project, content)
        title = latest(kept, "title") or words.title
        summary = latest(kept, "summary") or words.summary
        self._unindexed += [f.id for f in piece.copies if (f.title, f.summary) != (title, summary)]
        if len(self._unindexed) >= INDEXED_AT_ONCE:
            self._index()

    def _note(
        self,
        footage: Footage,
        outcome: Outcome,
        reason: str = "",
        *,
        words: Written | None = None,
        left_out: str = "",
    ) -> None:
        title = words.title if words else ""
        self._noted.add(footage.id)
        self._files.append(FileWords(footage.id, footage.name, outcome, reason, title, left_out))
        self._tell(footage.name, (1 - NAMING) * len(self._files) / self._all)

    def _left(self, group: list[Footage]) -> None:
        if not self._noted & {each.id for each in group}:
            self._note(group[0], "left")

    def _tell(self, name: str, share: float) -> None:
        if self._progress is not None:
            meter = self.asker.meter
            self._progress(DescribeProgress(name, min(1.0, share), meter.requests, meter.usd))

    def _index(self) -> None:
        """New titles made findable; proposals that cite the old ones are shown again."""
        if self._unindexed:
            self.project.bump()
            library.refresh(self.project, self._unindexed, gather=False)
            self._unindexed, self._changed = [], True

    def _settle(self, *, gather: bool = True) -> None:
        if self._changed and gather:
            library.refresh_topics(self.project)
        if self._changed:
            library.settle(self.project)

    def _name(self) -> tuple[TopicsNamed, str]:
        """The topic tree named by the writer; how it came out, and why it stopped, if it did."""
        naming = Naming(self.project, self.asker, again=self.again)

        def told(share: float) -> None:
            self._tell("topics", 1 - NAMING + NAMING * share)

        return naming.run(told), naming.stopped
