"""Footage listened to by a transcriber: only where somebody speaks, each piece of sound once.

What a transcriber answers is kept by the sound itself, so a stopped run goes on where it was and
pays for nothing twice. A file's words are kept when all of it was heard.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from index import library
from index.knowledge import rewrite
from index.listening.doubts import believed
from index.listening.embedded import NAME as EMBEDDED
from index.listening.server import NotHeard, pcm
from index.listening.spans import Piece, Samples, pieces, stretches
from index.values import Spoken, Transcriber
from index.waiting import until
from media.errors import Cancelled, DiskFull, MediaError
from media.values import Cancel
from project import footage as store
from project import understood
from project.footage import Footage
from project.store import Project
from project.understood import Heard, Transcript
from timeline.time import TimeRange

Status = Literal["heard", "silent", "known", "failed"]
Progress = Callable[[float, str], None]  # share of all sound 0 to 1, what is being heard
Answer = tuple[list[Spoken], str]

FORM = "1"  # of a kept answer
SHORT_S = Fraction(5)  # in less than this a language is guessed badly
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class FileHeard:
    """How listening to one file came out. `sent_s` of its `sound_s` went to the transcriber."""

    id: str
    name: str
    status: Status  # silent: nobody speaks; known: this transcriber had heard it before
    reason: str = ""
    language: str = ""
    words: int = 0
    sound_s: Fraction = ZERO
    sent_s: Fraction = ZERO
    asked: int = 0  # questions asked now
    remembered: int = 0  # answered before, so they cost nothing


@dataclass(frozen=True, slots=True)
class ListenReport:
    """How listening came out. `stopped` says why it ended before the files in `left` were heard."""

    files: tuple[FileHeard, ...]
    model: str
    seconds: float
    usd: float = 0.0
    stopped: str = ""
    left: tuple[str, ...] = ()  # names

    @property
    def left_out(self) -> float:
        """The share of the sound that nobody speaks in, so that it was not sent, 0 to 1."""
        heard = [f for f in self.files if f.status in ("heard", "silent")]
        sound = sum((f.sound_s for f in heard), ZERO)
        sent = sum((f.sent_s for f in heard), ZERO)
        return float(1 - sent / sound) if sound else 0.0


class _Spent(Exception):
    """The next question would cost more than is allowed."""


def listen(
    project: Project,
    transcriber: Transcriber,
    footage_ids: Sequence[str] | None = None,
    *,
    again: bool = False,
    max_usd: float | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> ListenReport:
    """Words with their times in all footage that has sound, or in these pieces of it.

    Footage this transcriber has heard is passed over unless `again`, when all is asked anew;
    the embedded one passes over what any other has heard.
    At most `max_usd` is spent, `max_money_usd` of the settings where it is None.

    Raises CreatorError where the transcriber cannot be asked (a wrong key, no connection),
    Cancelled when stopped; what was heard by then is kept and searchable.
    """
    began = time.monotonic()
    work = _Work(project, transcriber, again=again, cancel=cancel)
    work.limit_usd = project.settings.max_money_usd if max_usd is None else max_usd
    todo = _wanted(project, footage_ids)
    whole = sum((f.duration_s for f in todo), ZERO)
    files: list[FileHeard] = []
    stopped, gone = "", ZERO
    try:
        for footage in todo:

            def told(share: Fraction, at: Footage = footage, gone: Fraction = gone) -> None:
                if progress is not None and whole:
                    progress(min(1.0, float((gone + share * at.duration_s) / whole)), at.name)

            files.append(work.file(footage, told))
            gone += footage.duration_s
            told(ZERO, footage, gone)
    except _Spent as reached:
        stopped = str(reached)
    finally:
        changed = [f.id for f in files if f.status in ("heard", "silent")]
        if changed:
            library.refresh(project, changed)
            library.settle(project)
    seconds = time.monotonic() - began
    left = tuple(footage.name for footage in todo[len(files) :])
    return ListenReport(tuple(files), transcriber.name, seconds, work.usd, stopped, left)


def _wanted(project: Project, footage_ids: Sequence[str] | None) -> list[Footage]:
    if footage_ids is None:
        return [f for f in store.all_footage(project, usable=True) if f.technical.has_sound]
    return [store.find(project, each) for each in dict.fromkeys(footage_ids)]


class _Work:
    """One run of listening: what it may spend, and what it spent."""

    def __init__(
        self, project: Project, transcriber: Transcriber, *, again: bool, cancel: Cancel | None
    ) -> None:
        self._project, self._transcriber = project, transcriber
        self._again, self._cancel = again, cancel
        self._done: set[str] = set()  # fingerprints heard in this run
        self.limit_usd = self.usd = 0.0

    def file(self, footage: Footage, told: Callable[[Fraction], None]) -> FileHeard:
        """One file heard and its words in the store. Raises CreatorError, Cancelled, _Spent."""
        known = understood.transcript(self._project, footage.fingerprint)
        fresh = footage.fingerprint in self._done or not self._again
        if known is not None and fresh and self._transcriber.name in (known.model, EMBEDDED):
            return FileHeard(
                footage.id, footage.name, "known", language=known.language, words=len(known.words)
            )
        if footage.status == "rejected" or not footage.technical.has_sound:
            return _failed(footage, "it has no sound")
        try:
            return self._heard(footage, told)
        except (Cancelled, DiskFull):
            raise
        except (NotHeard, MediaError, OSError) as error:
            return _failed(footage, str(error))

    def _heard(self, footage: Footage, told: Callable[[Fraction], None]) -> FileHeard:
        where = stretches(store.moments(self._project, footage.id), footage.range)
        words: list[Heard] = []
        tongues: Counter[str] = Counter()
        sent, asked, remembered = ZERO, 0, 0
        for piece in pieces(footage.path, where, cancel=self._cancel):
            told(piece.parts[0].start / footage.duration_s)
            (said, language), paid = self._answer(piece, _hint(tongues, piece))
            kept = believed(said, float(piece.duration))
            words += [_in_file(word, piece, footage.range) for word in kept]
            if language and kept:
                tongues[language] += len(piece.samples)
            sent += piece.duration
            asked, remembered = asked + paid, remembered + (not paid)
        language = _main(tongues) or self._project.settings.language
        said_all = Transcript(self._transcriber.name, language if words else "", tuple(words))
        self._keep(footage, said_all)
        return FileHeard(
            footage.id, footage.name, "heard" if words else "silent", "", said_all.language,
            len(words), footage.duration_s, sent, asked, remembered,
        )  # fmt: skip

    def _answer(self, piece: Piece, hint: str) -> tuple[Answer, bool]:
        """What is said in a piece, and whether the transcriber had to be asked."""
        if self._cancel is not None and self._cancel():
            raise Cancelled("listening was stopped; what was heard so far is kept")
        language = self._project.settings.language or hint
        key = question(self._transcriber.name, language, piece.samples)
        kept = None if self._again else understood.answer(self._project, key)
        answer = _read(kept) if kept is not None else None
        if answer is not None:
            return answer, False
        self._pay(float(piece.duration) / 60 * self._transcriber.usd)
        answer = until(
            lambda: self._transcriber.transcribe(piece.samples, language=language),
            self._cancel, "listening was stopped; what was heard so far is kept",
        )  # fmt: skip
        understood.keep_answers(self._project, self._transcriber.name, [(key, _written(answer))])
        return answer, True

    def _pay(self, usd: float) -> None:
        if usd > 0 and self.usd + usd > self.limit_usd:
            raise _Spent(
                f"{self.usd:.2f} of at most {self.limit_usd:.2f} USD are spent; allow more with"
                " max_usd and it goes on from here"
            )
        self.usd += usd

    def _keep(self, footage: Footage, said: Transcript) -> None:
        """The words in the store, and in all footage with this content."""
        with self._project.transaction():
            understood.transcribe(self._project, footage.fingerprint, said)
            for twin in store.by_fingerprint(self._project, footage.fingerprint):
                rewrite(self._project, twin.id)
        self._done.add(footage.fingerprint)


def question(model: str, language: str, samples: Samples) -> str:
    """The key of a question: the same sound to the same model in the same language."""
    head = f"listen {FORM}\n{model}\n{language}\n".encode()
    return hashlib.sha256(head + pcm(samples)).hexdigest()


def _hint(tongues: Counter[str], piece: Piece) -> str:
    """The language for a piece too short to tell: the one spoken most until then."""
    return _main(tongues) if piece.duration < SHORT_S else ""


def _main(tongues: Counter[str]) -> str:
    return max(tongues, key=lambda name: tongues[name]) if tongues else ""


def _in_file(word: Spoken, piece: Piece, whole: TimeRange) -> Heard:
    span = piece.in_file(word.start_s, word.end_s).clamp(whole)
    return Heard(span, word.text, word.speaker, round(word.chance, 4))


def _failed(footage: Footage, reason: str) -> FileHeard:
    return FileHeard(footage.id, footage.name, "failed", reason, sound_s=footage.duration_s)


def _written(answer: Answer) -> str:
    words, language = answer
    rows = [[w.start_s, w.end_s, w.text, w.speaker, w.chance] for w in words]
    return json.dumps({"language": language, "words": rows}, ensure_ascii=False)


def _read(text: str) -> Answer | None:
    """A kept answer; None where it cannot be read, so that it is asked again."""
    try:
        body = json.loads(text)
        rows = [Spoken(float(a), float(b), str(t), str(s), float(c)) for a, b, t, s, c in
                body["words"]]  # fmt: skip
        return rows, str(body["language"])
    except (ValueError, KeyError, TypeError):
        return None
