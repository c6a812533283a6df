"""The library brought up to date: titles, summaries, words, vectors and topics of footage."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from index import corrections, looks, titles, topics, vectors, words
from index.describing.kept import written
from index.embed import embedder
from index.things.meant import called
from index.values import TextEmbedder
from index.words import Document
from project import footage as store
from project.footage import Footage, Level, Moment, Shot, Speech
from project.store import Project
from timeline.time import TimeRange

AT_ONCE = 64  # pieces of footage whose texts are embedded, and written, together
TOLD = 8  # shots of one piece of footage whose captions a topic's label may come from
LONGEST = 1_200  # characters of one document that are embedded; the model reads about 256 tokens

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Known:
    """One piece of footage with everything the store knows, corrections applied.

    `was` is the footage as the store has it; `moments` and `shots` are those that changed.
    """

    was: Footage
    footage: Footage
    moments: tuple[Moment, ...] = ()
    shots: tuple[Shot, ...] = ()
    documents: tuple[Document, ...] = ()


def refresh(
    project: Project,
    footage_ids: Sequence[str] | None = None,
    *,
    progress: Progress | None = None,
    model: TextEmbedder | None = None,
    gather: bool = True,
) -> None:
    """Write what search and overview need for these pieces of footage, or for all.

    Only texts that changed are embedded, by `model`, or the settings' one where that is None.
    Each piece of footage is written whole or not at all. Without `gather` the topics are left
    for a later `refresh_topics`, where many calls follow one another.
    """
    wanted = (
        store.all_footage(project)
        if footage_ids is None
        else [store.find(project, each) for each in dict.fromkeys(footage_ids)]
    )
    model = model or embedder(project.settings)
    for at in range(0, len(wanted), AT_ONCE):
        _refresh_some(project, wanted[at : at + AT_ONCE], model)
        if progress is not None:
            progress(min(1.0, (at + AT_ONCE) / len(wanted)))
    if gather:
        refresh_topics(project, model)


def settle(project: Project) -> None:
    """The caches of vectors, and what filters ask of moments, brought level with the store."""
    looks.settle(project)
    vectors.settle(project, embedder(project.settings).name)


def _refresh_some(project: Project, some: Sequence[Footage], model: TextEmbedder) -> None:
    known = [_know(project, each) for each in some]
    held = [vectors.hashes(project, k.footage.id, model.name) for k in known]
    texts = [[_text(document) for document in one.documents] for one in known]
    missing: dict[str, str] = {}
    for one, said, have in zip(known, texts, held, strict=True):
        for document, (text, text_hash) in zip(one.documents, said, strict=True):
            if text and have.get((document.level, document.ordinal)) != text_hash:
                missing[text_hash] = text
    made = dict(zip(missing, model.embed(list(missing.values())), strict=True)) if missing else {}
    with project.transaction():
        for one, said, have in zip(known, texts, held, strict=True):
            keep: set[tuple[Level, int]] = set()
            new = []
            for document, (text, text_hash) in zip(one.documents, said, strict=True):
                place = (document.level, document.ordinal)
                if text:
                    keep.add(place)
                    if have.get(place) != text_hash:
                        new.append(vectors.Stored(*place, text_hash, made[text_hash]))
            _write(project, one)
            words.replace(project, one.footage.id, one.documents)
            vectors.replace(project, one.footage.id, model.name, keep=keep, new=new)
        vectors.touch(project)


def _write(project: Project, known: Known) -> None:
    if known.footage != known.was:
        store.save(project, known.footage)
    store.write_moments(project, known.moments)
    with project.transaction() as db:
        db.executemany(
            "UPDATE shot SET caption = ? WHERE footage_id = ? AND ordinal = ?",
            [(s.caption, s.footage_id, s.ordinal) for s in known.shots],
        )


def _know(project: Project, was: Footage) -> Known:
    if was.status == "rejected":
        return Known(was, was)
    kept = corrections.corrections(project, was.fingerprint)
    stored = store.moments(project, was.id)
    moments = corrections.corrected(stored, kept)
    speech = store.speech(project, was.id)
    title, told = _told(project, was, kept)
    footage = replace(
        was,
        title=title or titles.title(was, moments, speech),
        summary=told or titles.summary(was, moments, speech),
    )
    before, within, lines = store.shots(project, was.id), _by_shot(moments), Lines(speech)
    shots = [
        replace(shot, caption=titles.shot_caption(within.get(shot.ordinal, []))) for shot in before
    ]
    documents = (
        *(_moment_document(m, lines, kept) for m in moments),
        *(_shot_document(s, within.get(s.ordinal, []), lines, kept) for s in shots),
        _footage_document(footage, told, moments, speech, kept),
    )
    return Known(
        was,
        footage,
        tuple(m for m, old in zip(moments, stored, strict=True) if m != old),
        tuple(s for s, old in zip(shots, before, strict=True) if s != old),
        documents,
    )


def _told(
    project: Project, footage: Footage, kept: Sequence[corrections.Correction]
) -> tuple[str, str]:
    """The title and the summary that somebody wrote: the creator, else a model; "" where none."""
    by_model = written(project, footage.fingerprint)
    return (
        corrections.latest(kept, "title") or (by_model.title if by_model else ""),
        corrections.latest(kept, "summary") or (by_model.summary if by_model else ""),
    )


def _by_shot(moments: Sequence[Moment]) -> dict[int, list[Moment]]:
    found: dict[int, list[Moment]] = {}
    for moment in moments:
        found.setdefault(moment.shot_ordinal, []).append(moment)
    return found


class Lines:
    """What is said in one piece of footage, found by its seconds."""

    def __init__(self, speech: Sequence[Speech]) -> None:
        self._speech = speech
        self._at: dict[int, list[int]] = {}
        for place, line in enumerate(speech):
            for second in range(int(line.range.start), int(line.range.end) + 1):
                self._at.setdefault(second, []).append(place)

    def within(self, span: TimeRange) -> str:
        """All lines that share time with `span`, in order."""
        seconds = range(int(span.start), int(span.end) + 1)
        places = sorted({place for second in seconds for place in self._at.get(second, ())})
        lines = (self._speech[place] for place in places)
        return " ".join(line.text.strip() for line in lines if line.range.overlap(span) > 0)


def _once(texts: Iterator[str], joint: str) -> str:
    return joint.join(dict.fromkeys(t for t in texts if t))


def _moment_document(
    moment: Moment, lines: Lines, kept: Sequence[corrections.Correction]
) -> Document:
    return Document(
        "moment",
        moment.ordinal,
        caption=moment.caption if titles.told([moment]) else "",
        speech=lines.within(moment.range),
        screen_text=moment.screen_text,
        senses=", ".join(moment.senses.words),
        names=corrections.names(kept, moment.range),
    )


def _shot_document(
    shot: Shot,
    moments: Sequence[Moment],
    lines: Lines,
    kept: Sequence[corrections.Correction],
) -> Document:
    return Document(
        "shot",
        shot.ordinal,
        caption=shot.caption if titles.told(moments) else "",
        speech=lines.within(shot.range),
        screen_text=_once((m.screen_text for m in moments), " "),
        senses=_once((w for m in moments for w in m.senses.words), ", "),
        names=corrections.names(kept, shot.range),
    )


def _footage_document(
    footage: Footage,
    told: str,
    moments: Sequence[Moment],
    speech: Sequence[Speech],
    kept: Sequence[corrections.Correction],
) -> Document:
    """`told` is the summary where somebody wrote it; one by rule only repeats the captions."""
    named = " ".join(titles.name_words(footage.name))
    shown = [footage.title, told, *(m.caption for m in titles.told(moments))]
    return Document(
        "footage",
        0,
        caption=_once(iter(shown), ". "),
        speech=" ".join(s.text.strip() for s in speech),
        screen_text=_once((m.screen_text for m in moments), " "),
        senses=_once((w for m in moments for w in m.senses.words), ", "),
        names=_once(iter([named, corrections.names(kept, footage.range)]), ", "),
        things=_once((called(t.word) for m in moments for t in m.things), ", "),
    )


def _text(document: Document) -> tuple[str, str]:
    text = document.meaning[:LONGEST]
    return text, hashlib.sha256(text.encode()).hexdigest()


def refresh_topics(project: Project, model: TextEmbedder | None = None) -> None:
    """The topic tree over all usable footage, in place of the one before.

    Topics that a model named stay, and new footage goes to the nearest of them, as long as they
    hold half of the footage; else, and where none were named, the tree is made by rule.
    """
    texts, by_id = gathered_from(project, model)
    named = topics.named(project, by_id, texts)
    topics.write(project, named or topics.gather(by_id, texts))


def gathered_from(
    project: Project, model: TextEmbedder | None = None
) -> tuple[dict[str, str], topics.Vectors]:
    """What a topic tree is made of: usable footage by id, what is told of it, and its vectors."""
    model = model or embedder(project.settings)
    told: dict[str, list[str]] = {}
    for row in project.rows("SELECT id, title, name FROM footage WHERE status != 'rejected'"):
        told[row["id"]] = [row["title"] or row["name"]]
    for row in project.rows(
        "SELECT footage_id, caption FROM shot WHERE caption != '' ORDER BY footage_id, ordinal"
    ):
        if row["footage_id"] in told:
            told[row["footage_id"]].append(row["caption"])
    held = vectors.matrix(project, "footage", model.name)
    by_id = {key[0]: row for key, row in zip(held.keys, held.vectors, strict=True)}
    texts = {
        each: "\n".join([lines[0], *titles.spread(list(dict.fromkeys(lines[1:])), TOLD)])
        for each, lines in told.items()
    }
    return texts, by_id
