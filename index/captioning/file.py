"""One file's frames asked about: what changed, what is known already, what the model says."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from index.captioning.answers import caption_of
from index.captioning.changes import RGB, Watch, frame_hash
from index.captioning.frames import stills
from index.captioning.server import AnswersUnusable
from index.values import Captioner
from media.values import Cancel, Still
from project import footage as store
from project.errors import CreatorError
from project.footage import Footage, Moment
from project.store import Project
from project.understood import Described, answer, described, keep_answers
from timeline.time import TimeRange

EMBEDDED = "embedded"
VERSION = 1  # of how frames are chosen; another one looks at each file again

Ask = Callable[[Sequence[RGB]], list[str]]


@dataclass(slots=True)
class _Entry:
    """One frame that stands for one or more moments, and what was said of it."""

    key: str
    ordinals: list[int]
    text: str | None = None  # None: not answered yet; "": no caption


@dataclass(slots=True)
class FileWork:
    """The captioning of one content under way.

    `ask` calls the model within its cap; `kept` is told when its answers are in the store.
    """

    project: Project
    captioner: Captioner
    footage: Footage
    ask: Ask
    kept: Callable[[FileWork], None]
    again: bool = False
    sent: int = 0
    saved: int = 0
    known: int = 0
    frames: int = 0
    moments: list[Moment] = field(default_factory=list)
    told: set[int] = field(default_factory=set)
    _shots: list[TimeRange] = field(default_factory=list)
    _entries: dict[str, _Entry] = field(default_factory=dict)
    _waiting: list[tuple[_Entry, RGB]] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        project, footage = self.project, self.footage
        self.moments = store.moments(project, footage.id)
        self._shots = [shot.range for shot in store.shots(project, footage.id)]
        seen = described(project, footage.fingerprint)
        ours = {EMBEDDED, "", self.captioner.name, *(row.model for row in seen)}
        self.told = {m.ordinal for m in self.moments if m.caption_source not in ours}

    @property
    def refused(self) -> int:
        """Frames whose answer was no caption."""
        return sum(entry.text == "" for entry in self._entries.values())

    @property
    def answered(self) -> bool:
        """Whether any frame has its answer."""
        return any(entry.text is not None for entry in self._entries.values())

    def look(self, cancel: Cancel | None) -> None:
        """Every moment that nobody told of looked at, and what changed asked about.

        Answers are kept in the store as they come. Raises what the decoder and `ask` raise.
        """
        watch = Watch()
        while True:  # a slow model outlasts a decoder, which then starts anew behind what is seen
            before = len(self._seen)
            for one in stills(self.footage, cancel):
                self._still(one, watch)
            self._flush()
            if len(self._seen) == before or not self._unseen():
                return

    def _unseen(self) -> bool:
        """Whether a moment well inside the picture was not decoded."""
        picture = self.footage.picture_range
        inside = (m for m in self.moments if picture.contains(m.range))
        return any(m.ordinal not in self._seen for m in inside)

    def _still(self, one: Still, watch: Watch) -> None:
        if one.second in self._seen or one.second >= len(self.moments):
            return
        self._seen.add(one.second)
        if one.second in self.told:
            return
        self.frames += 1
        if watch.same(one.rgb, self._shot_at(one)) and self._last is not None:
            self._last.ordinals.append(one.second)
            self.saved += 1
            return
        self._new(one)

    @property
    def _last(self) -> _Entry | None:
        return next(reversed(self._entries.values()), None)

    def _new(self, one: Still) -> None:
        key = self._key(one.rgb)
        entry = self._entries.pop(key, None)
        if entry is not None:  # the very frame came before; it is the last one again
            self._entries[key] = entry
            entry.ordinals.append(one.second)
            self.known += 1
            return
        entry = self._entries[key] = _Entry(key, [one.second])
        if not self.again:
            entry.text = answer(self.project, key)
        if entry.text is not None:
            self.known += 1
            return
        self._waiting.append((entry, one.rgb))
        if len(self._waiting) >= self.captioner.at_once:
            self._flush()

    def _flush(self) -> None:
        """Ask about all that wait, and keep each batch of answers as it comes."""
        while self._waiting:
            batch = self._waiting[: self.captioner.at_once]
            try:
                texts = self.ask([rgb for _, rgb in batch])
            except AnswersUnusable:
                if self.captioner.at_once < len(batch):
                    continue  # it was too many at once
                raise
            if len(texts) != len(batch):
                raise CreatorError(
                    f"the captioner {self.captioner.name} gave {len(texts)} answers for"
                    f" {len(batch)} frames; name another"
                )
            for (entry, _), text in zip(batch, texts, strict=True):
                entry.text = caption_of(text)
            rows = [(entry.key, entry.text or "") for entry, _ in batch]
            keep_answers(self.project, self.captioner.name, rows)
            self.sent += len(batch)
            del self._waiting[: len(batch)]
            self.kept(self)

    def _shot_at(self, one: Still) -> int:
        """The shot the frame itself stands in."""
        within = (n for n, span in enumerate(self._shots) if span.start <= one.time_s < span.end)
        return next(within, self.moments[one.second].shot_ordinal)

    def _key(self, rgb: RGB) -> str:
        asked = [frame_hash(rgb), self.captioner.name, self.captioner.prompt]
        return "caption:" + hashlib.sha256(json.dumps(asked).encode()).hexdigest()

    def rows(self) -> list[Described]:
        """What is now known of this content: new captions, else what was said before.

        A frame that got no caption, or no answer yet, keeps what an earlier captioner said.
        """
        texts = {n: e.text for e in self._entries.values() if e.text for n in e.ordinals}
        old = described(self.project, self.footage.fingerprint)
        rows: list[Described] = []
        shot = -1
        for moment in self.moments:
            new = texts.get(moment.ordinal)
            known = [Described(moment.range, new, self.captioner.name)] if new else [
                Described(moment.range, row.text, row.model)
                for row in old
                if row.range.overlap(moment.range) * 2 > moment.range.duration
            ][:1]  # fmt: skip
            for row in known:
                last = rows[-1] if rows else None
                if last and moment.shot_ordinal == shot and _goes_on(last, row):
                    both = TimeRange(last.range.start, row.range.end)
                    rows[-1] = Described(both, row.text, row.model)
                else:
                    rows.append(row)
            shot = moment.shot_ordinal
        return rows


def _goes_on(last: Described, row: Described) -> bool:
    alike = (last.text, last.model) == (row.text, row.model)
    return alike and last.range.end == row.range.start


def stamp_key(footage: Footage) -> str:
    """Where it stands who captioned a content last, whole."""
    return f"captioned:{footage.fingerprint}"


def stamp(work: FileWork) -> str:
    """Who captioned this content, of which moments and shots, and what was told then."""
    by = [work.captioner.name, work.captioner.prompt, VERSION, len(work.moments)]
    by += [str(m.shot_ordinal) for m in work.moments]
    digest = hashlib.sha256(json.dumps(by).encode()).hexdigest()
    return json.dumps({"by": digest, "told": sorted(work.told)})


def is_done(work: FileWork) -> bool:
    """Whether this captioner has said all it can of this content."""
    kept = answer(work.project, stamp_key(work.footage))
    if kept is None:
        return False
    then, now = json.loads(kept), json.loads(stamp(work))
    return bool(then["by"] == now["by"] and set(then["told"]) <= set(now["told"]))
