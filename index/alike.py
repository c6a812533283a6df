"""More like this moment: what elsewhere looks, sounds and means the same, and the words for why."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from index import vectors
from index.allowed import Allowed, allowed, run_passes
from index.candidates import NEAREST, is_small
from index.embed import embedder
from index.floor import floor
from index.fuse import Scored
from index.hits import hits
from index.pictures import picture_embedder
from index.predicates import UNKNOWN
from index.runs import Run, Watched, in_picture, watched
from index.titles import told
from index.values import Filters, Found, Why
from index.words import content_words, stem, stems
from project import footage as store
from project.errors import CreatorError
from project.footage import Footage, Moment, Senses
from project.store import Project

MEANT, PICTURED, SENSED = 0.5, 0.3, 0.2  # shares of the score
SURE_PICTURE = 0.85  # cosine of two pictures that show the same kind of thing
SURE_SENSES = 0.95
# how far two moments may be apart in each number before they count as nothing alike
_APART = {
    "light": 0.4, "contrast": 0.2, "saturation": 0.4, "warmth": 0.6, "motion": 0.3, "pan": 0.3,
    "tilt": 0.3, "zoom": 0.2, "shake": 1.0, "sharpness": 0.6, "speech": 1.0, "music": 1.0,
    "face_size": 0.5,
}  # fmt: skip

Places = Mapping[tuple[str, int], float]  # (footage id, ordinal) -> cosine


def alike(
    project: Project,
    footage_id: str,
    at_s: Fraction,
    *,
    limit: int = 10,
    filters: Filters | None = None,
) -> Found:
    """Spans like the moment of this footage at `at_s`, best first; none from its own shot.

    What is only heard is like nothing that is seen, and the other way round.

    Not confident means that nothing comes near; hits are then the nearest there are. Raises
    CreatorError for footage that is not there, or a time outside it.
    """
    footage = store.find(project, footage_id)
    here = _moment(project, footage, at_s)
    filters = filters or Filters()
    query = f"like {footage.name} at {float(at_s):g} s"
    ids, meant, pictured = _neighbours(project, here, allowed(project, filters))
    least = _least(project, here)
    scored = [
        _scored(here, seen, run, meant, pictured)
        for seen in watched(project, ids)
        for run in seen.runs
        if (run.footage_id, run.shot) != (footage_id, here.shot_ordinal)
        and in_picture(seen.footage, run.range) == in_picture(footage, here.range)
        and run_passes(run, filters)
    ]
    scored.sort(key=lambda s: -s.score)
    confident = any(_sure(here, s, pictured, least) for s in scored)
    shown = here.caption or ", ".join(here.senses.words)
    reason = f"like: {shown}" if confident else "nothing is much like it; these come nearest"
    return Found(query, confident, tuple(hits(scored, limit)), reason)


def _moment(project: Project, footage: Footage, at_s: Fraction) -> Moment:
    moments = store.moments(project, footage.id)
    for moment in moments:
        if moment.range.start <= at_s < moment.range.end:
            return moment
    if not moments:
        raise CreatorError(f"nothing is known of {footage.name!r}; ingest it first")
    raise CreatorError(
        f"{footage.name!r} has nothing at {float(at_s):g} s; it is known from"
        f" {float(moments[0].range.start):g} to {float(moments[-1].range.end):g} s"
    )


def _neighbours(project: Project, here: Moment, may: Allowed) -> tuple[list[str], Places, Places]:
    """The footage to judge, and the cosines of its moments to this one: of texts, of pictures."""
    looker, model = picture_embedder(project.settings), embedder(project.settings).name
    names = [model, looker.name if looker else ""]
    every = [vectors.matrix(project, "moment", name) for name in names]
    owns = [_own(held, here) for held in every]
    ids = dict.fromkeys(may.ids)
    if not is_small(project, may, model):
        near = [
            vectors.nearest(
                project, own, "moment", model=name, limit=NEAREST,
                within=may.rows(project, "moment", name),
            )
            for name, own in zip(names, owns, strict=True)
            if own is not None
        ]  # fmt: skip
        ids = dict.fromkeys(each.footage_id for found in near for each in found)
    out = []
    for held, own in zip(every, owns, strict=True):
        found = [] if own is None else vectors.brute_force(held, own, len(held), list(ids))
        out.append({(n.footage_id, n.ordinal): n.cosine for n in found})
    return list(ids), out[0], out[1]


def _own(held: vectors.Matrix, here: Moment) -> NDArray[np.float32] | None:
    row = held.row(here.footage_id, here.ordinal)
    return None if row is None else held.take(np.array([row]))[0]


def _least(project: Project, here: Moment) -> float:
    """How near a text must come to this moment's own before the two count as alike."""
    model = embedder(project.settings)
    own = _own(vectors.matrix(project, "moment", model.name), here)
    return 1.0 if own is None else floor(model, own)


def _scored(here: Moment, seen: Watched, run: Run, meant: Places, pictured: Places) -> Scored:
    near = max((meant.get((run.footage_id, o), 0.0) for o in run.ordinals), default=0.0)
    looks = [pictured[run.footage_id, o] for o in run.ordinals if (run.footage_id, o) in pictured]
    close = max((senses_alike(here.senses, m.senses) for m in run.moments), default=0.0)
    score = MEANT * near + SENSED * close
    score += PICTURED * (max(looks) if looks else score / (MEANT + SENSED))
    return Scored(
        seen, run, score, near, 0.0, nearest=near, asked_of_file=None, asked_of_senses=close,
        listened=False, heard=0.0, why=tuple(_why(here, run, near)),
    )  # fmt: skip


def senses_alike(one: Senses, other: Senses) -> float:
    """How alike two seconds look, move and sound, 0 to 1; 0 where one was never watched."""
    if UNKNOWN in (one, other):
        return 0.0
    parts: list[float] = [
        1 - min(1.0, abs(getattr(one, name) - getattr(other, name)) / apart)
        for name, apart in _APART.items()
    ]
    ours, theirs = set(one.colours), set(other.colours)
    parts.append(len(ours & theirs) / len(ours | theirs) if ours | theirs else 1.0)
    parts.append(float(one.shot_size == other.shot_size))
    parts.append(float(bool(one.faces) == bool(other.faces)))
    return sum(parts) / len(parts)


def _why(here: Moment, run: Run, near: float) -> list[Why]:
    """The words that both have: a caption with a word in common, senses that are the same."""
    why: list[Why] = []
    wanted = content_words(here.caption) if told([here]) else ()
    if shared := [word for word in wanted if stem(word) in run.shown]:
        why.append(Why("caption", run.caption, min(1.0, len(shared) / len(wanted))))
    written = stems(here.screen_text)
    if written and not written.isdisjoint(run.written):
        share = len(written & run.written) / len(written)
        why.append(Why("screen text", run.screen_text, share))
    theirs = dict.fromkeys(word for moment in run.moments for word in moment.senses.words)
    same = [word for word in here.senses.words if word in theirs]
    why += [Why("senses", word, 1 / len(here.senses.words)) for word in same[:4]]
    if not why and run.caption:
        why.append(Why("meaning", run.caption, min(1.0, max(0.0, near))))
    return why


def _sure(here: Moment, scored: Scored, pictured: Places, least: float) -> bool:
    """Whether one span is like the moment: in meaning where both are told, in picture or senses."""
    run = scored.run
    if any(pictured.get((run.footage_id, o), 0.0) >= SURE_PICTURE for o in run.ordinals):
        return True
    if told([here]) and run.shown:
        return scored.nearest >= least
    return scored.asked_of_senses >= SURE_SENSES
