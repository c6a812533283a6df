"""The library brought up to date: titles, summaries, words, vectors and topics of footage."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from index import corrections, titles, topics, vectors, words
from index.embed import embedder
from index.values import TextEmbedder
from index.words import Document
from project import footage as store
from project.footage import Footage, Level, Moment, Shot, Speech
from project.store import Project
from timeline.time import TimeRange

AT_ONCE = 64  # pieces of footage whose texts are embedded together
LONGEST = 1_200  # characters of one document that are embedded; the model reads about 256 tokens

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Known:
    """One piece of footage with everything the store knows, corrections applied."""

    footage: Footage
    moments: tuple[Moment, ...]
    shots: tuple[Shot, ...]
    documents: tuple[Document, ...]


def refresh(
    project: Project,
    footage_ids: Sequence[str] | None = None,
    *,
    progress: Progress | None = None,
) -> None:
    """Write what search and overview need for these pieces of footage, or for all.

    Only texts that changed are embedded. Each piece of footage is one transaction.
    """
    wanted = (
        store.all_footage(project)
        if footage_ids is None
        else [store.find(project, each) for each in dict.fromkeys(footage_ids)]
    )
    model = embedder(project.settings)
    for at in range(0, len(wanted), AT_ONCE):
        _refresh_some(project, wanted[at : at + AT_ONCE], model)
        if progress is not None:
            progress(min(1.0, (at + AT_ONCE) / len(wanted)))
    refresh_topics(project, model)


def settle(project: Project) -> None:
    """The vector cache brought level with the store."""
    vectors.settle(project, embedder(project.settings).name)


def _refresh_some(project: Project, some: Sequence[Footage], model: TextEmbedder) -> None:
    known = [_know(project, each) for each in some]
    held = [vectors.hashes(project, k.footage.id, model.name) for k in known]
    missing: dict[str, str] = {}
    for one, have in zip(known, held, strict=True):
        for document in one.documents:
            text, text_hash = _text(document)
            if text and have.get((document.level, document.ordinal)) != text_hash:
                missing[text_hash] = text
    made = dict(zip(missing, model.embed(list(missing.values())), strict=True)) if missing else {}
    for one, have in zip(known, held, strict=True):
        keep: set[tuple[Level, int]] = set()
        new = []
        for document in one.documents:
            text, text_hash = _text(document)
            place = (document.level, document.ordinal)
            if text:
                keep.add(place)
                if have.get(place) != text_hash:
                    new.append(vectors.Stored(*place, text_hash, made[text_hash]))
        with project.transaction():
            _write(project, one)
            words.replace(project, one.footage.id, one.documents)
            vectors.replace(project, one.footage.id, model.name, keep=keep, new=new)
            vectors.touch(project)


def _write(project: Project, known: Known) -> None:
    store.save(project, known.footage)
    store.write_moments(project, known.moments)
    with project.transaction() as db:
        db.executemany(
            "UPDATE shot SET caption = ? WHERE footage_id = ? AND ordinal = ?",
            [(s.caption, s.footage_id, s.ordinal) for s in known.shots],
        )


def _know(project: Project, footage: Footage) -> Known:
    if footage.status == "rejected":
        return Known(footage, (), (), ())
    kept = corrections.corrections(project, footage.fingerprint)
    moments = corrections.corrected(store.moments(project, footage.id), kept)
    speech = store.speech(project, footage.id)
    footage = replace(
        footage,
        title=corrections.latest(kept, "title") or titles.title(footage, moments, speech),
        summary=corrections.latest(kept, "summary") or titles.summary(footage, moments, speech),
    )
    shots = [
        replace(shot, caption=titles.shot_caption(_within(moments, shot.ordinal)))
        for shot in store.shots(project, footage.id)
    ]
    documents = (
        *(_moment_document(m, speech, kept) for m in moments),
        *(_shot_document(s, _within(moments, s.ordinal), speech, kept) for s in shots),
        _footage_document(footage, moments, speech, kept),
    )
    return Known(footage, tuple(moments), tuple(shots), documents)


def _within(moments: Sequence[Moment], shot_ordinal: int) -> list[Moment]:
    return [m for m in moments if m.shot_ordinal == shot_ordinal]


def _spoken(speech: Sequence[Speech], span: TimeRange) -> str:
    return " ".join(s.text.strip() for s in speech if s.range.overlap(span) > 0)


def _once(texts: Iterator[str], joint: str) -> str:
    return joint.join(dict.fromkeys(t for t in texts if t))


def _moment_document(
    moment: Moment, speech: Sequence[Speech], kept: Sequence[corrections.Correction]
) -> Document:
    return Document(
        "moment",
        moment.ordinal,
        caption=moment.caption if titles.told([moment]) else "",
        speech=_spoken(speech, moment.range),
        screen_text=moment.screen_text,
        senses=", ".join(moment.senses.words),
        names=corrections.names(kept, moment.range),
    )


def _shot_document(
    shot: Shot,
    moments: Sequence[Moment],
    speech: Sequence[Speech],
    kept: Sequence[corrections.Correction],
) -> Document:
    return Document(
        "shot",
        shot.ordinal,
        caption=shot.caption if titles.told(moments) else "",
        speech=_spoken(speech, shot.range),
        screen_text=_once((m.screen_text for m in moments), " "),
        senses=_once((w for m in moments for w in m.senses.words), ", "),
        names=corrections.names(kept, shot.range),
    )


def _footage_document(
    footage: Footage,
    moments: Sequence[Moment],
    speech: Sequence[Speech],
    kept: Sequence[corrections.Correction],
) -> Document:
    named = " ".join(titles.name_words(footage.name))
    return Document(
        "footage",
        0,
        caption=_once(iter([footage.title, *(m.caption for m in titles.told(moments))]), ". "),
        speech=" ".join(s.text.strip() for s in speech),
        screen_text=_once((m.screen_text for m in moments), " "),
        senses=_once((w for m in moments for w in m.senses.words), ", "),
        names=_once(iter([named, corrections.names(kept, footage.range)]), ", "),
    )


def _text(document: Document) -> tuple[str, str]:
    text = document.meaning[:LONGEST]
    return text, hashlib.sha256(text.encode()).hexdigest()


def refresh_topics(project: Project, model: TextEmbedder) -> None:
    """The topic tree over all usable footage, in place of the one before."""
    held = vectors.matrix(project, "footage", model.name)
    texts = {}
    for row in project.rows("SELECT id, title FROM footage WHERE status != 'rejected'"):
        said = project.rows(
            "SELECT DISTINCT caption FROM moment WHERE footage_id = ? ORDER BY ordinal LIMIT 40",
            row["id"],
        )
        texts[row["id"]] = " ".join([row["title"], *(r["caption"] for r in said)])
    by_id = {
        key[0]: vector
        for key, vector in zip(held.keys, held.vectors, strict=True)
        if key[0] in texts
    }
    topics.write(project, topics.gather(by_id, texts))
