"""What the store keeps of one file: the analysis joined with what lies beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from index.analyse import Analysis
from index.captions import caption_text
from index.listening.lines import lines as lines_of
from index.sidecars import Sidecars, Told
from index.subtitles import Line
from index.titles import BOTH, name_words
from project import footage as store
from project import understood as models
from project.footage import Caption, Footage, Moment, Shot, Speech, Thing
from project.store import Project
from project.understood import Described, Sighting, Transcript
from timeline.time import TimeRange

INSIDE, BESIDE = "subtitle track", "subtitle file"
EMBEDDED = "embedded"
ENOUGH_S = Fraction(3, 10)  # a brought caption that covers less of a moment is a neighbour's
ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The rows that hang on one piece of footage."""

    shots: tuple[Shot, ...] = ()
    moments: tuple[Moment, ...] = ()
    speech: tuple[Speech, ...] = ()
    captions: tuple[Caption, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """What stronger models said of a file's content, if they were asked."""

    described: tuple[Described, ...] = ()
    transcript: Transcript | None = None
    sightings: tuple[Sighting, ...] = ()


def understood(project: Project, fingerprint: str) -> Understood:
    """What the store holds of this content from captioners, transcribers and the network."""
    seen = models.described(project, fingerprint)
    things = models.sightings(project, fingerprint)
    return Understood(seen, models.transcript(project, fingerprint), things)


def knowledge(
    footage: Footage, analysis: Analysis, beside: Sidecars, models_said: Understood
) -> Knowledge:
    """Everything known of `footage`.

    A caption somebody brought goes before a captioner's, that before the embedded words; lines
    of a file beside the footage before those of a track inside, those before words heard.
    """
    whole = TimeRange(ZERO, analysis.duration_s)
    lines, source = _best_lines(analysis, beside, models_said.transcript)
    speech = tuple(
        Speech(footage.id, line.range.clamp(whole), line.text, line.speaker, source)
        for line in lines
        if line.range.start < whole.end
    )
    told = [t for t in beside.captions if t.range.start < whole.end]
    seen = [Told(d.range, d.text, d.model) for d in models_said.described]
    return Knowledge(
        shots=tuple(Shot(footage.id, n, span) for n, span in enumerate(analysis.shots)),
        moments=tuple(
            replace(moment, things=_things(models_said.sightings, moment.range))
            for moment in _moments(footage, analysis, [*told, *seen], speech)
        ),
        speech=speech,
        captions=tuple(Caption(footage.id, t.range.clamp(whole), t.text, t.source) for t in told),
    )


def _best_lines(
    analysis: Analysis, beside: Sidecars, heard: Transcript | None
) -> tuple[Sequence[Line], str]:
    if beside.speech:
        return beside.speech, BESIDE
    if analysis.subtitles or heard is None:
        return analysis.subtitles, INSIDE
    return lines_of(heard.words), heard.model


def rewrite(project: Project, footage_id: str) -> None:
    """What is known of one piece of footage made anew from what the store holds.

    For when a model has said more of it; nothing is watched again. Search knows of it after
    `index.library.refresh`.
    """
    footage = store.find(project, footage_id)
    if footage.status == "rejected":
        return
    beside = Sidecars(
        tuple(Told(c.range, c.text, c.source) for c in store.captions(project, footage_id)),
        tuple(
            Line(s.range, s.text, s.speaker)
            for s in store.speech(project, footage_id)
            if s.source == BESIDE
        ),
    )
    analysis = stored_analysis(project, footage)
    said = understood(project, footage.fingerprint)
    write(project, footage, knowledge(footage, analysis, beside, said))


def write(project: Project, footage: Footage, known: Knowledge) -> None:
    """`footage` and all that is known of it, in one transaction, as one change of the project."""
    with project.transaction():
        store.save(project, footage)
        store.replace_knowledge(
            project,
            footage.id,
            shots=known.shots,
            moments=known.moments,
            speech=known.speech,
            captions=known.captions,
        )
        project.bump()


def stored_analysis(project: Project, footage: Footage) -> Analysis:
    """The analysis the store holds of `footage`, as it came from its pass."""
    moments = store.moments(project, footage.id)
    return Analysis(
        status=footage.status,
        reason=footage.reason,
        duration_s=footage.duration_s,
        technical=footage.technical,
        shots=tuple(shot.range for shot in store.shots(project, footage.id)),
        moments=tuple(m.range for m in moments),
        senses=tuple(m.senses for m in moments),
        screen_text=tuple(m.screen_text for m in moments),
        subtitles=tuple(
            Line(s.range, s.text, s.speaker)
            for s in store.speech(project, footage.id)
            if s.source == INSIDE
        ),
    )


def _moments(
    footage: Footage, analysis: Analysis, told: Sequence[Told], speech: Sequence[Speech]
) -> tuple[Moment, ...]:
    names = _names(footage)
    rows = zip(analysis.moments, analysis.senses, analysis.screen_text, strict=True)
    out = []
    for ordinal, (span, senses, text) in enumerate(rows):
        caption, source = _brought(told, span)
        if not caption:
            said = " ".join(s.text for s in speech if s.range.overlap(span) >= ENOUGH_S)
            caption = caption_text(senses.words, screen_text=text, speech=said, names=names)
            source = EMBEDDED
        out.append(
            Moment(footage.id, ordinal, span, _shot_at(analysis.shots, span), caption, source,
                   text, senses)
        )  # fmt: skip
    return tuple(out)


def _things(seen: Sequence[Sighting], span: TimeRange) -> tuple[Thing, ...]:
    """What was seen for at least half of a moment, surest first."""
    here = [s for s in seen if s.range.overlap(span) * 2 >= span.duration]
    best = {s.word: s.chance for s in sorted(here, key=lambda s: s.chance)}
    return tuple(Thing(word, best[word]) for word in sorted(best, key=lambda w: -best[w]))


def _brought(told: Sequence[Told], span: TimeRange) -> tuple[str, str]:
    """What was brought for this moment: all that covers enough of it, sidecars before logs."""
    over = [(t.range.overlap(span), t) for t in told if t.range.overlap(span) > 0]
    for source in dict.fromkeys(sorted((t.source for _, t in over), key=_rank)):
        mine = [(shared, t) for shared, t in over if t.source == source]
        best = max(shared for shared, _ in mine)
        keep = [t.text for shared, t in mine if shared >= min(best, ENOUGH_S)]
        return BOTH.join(dict.fromkeys(keep)), source
    return "", ""


def _rank(source: str) -> int:
    return {"sidecar": 0, "shot log": 1}.get(source, 2)


def _shot_at(shots: Sequence[TimeRange], span: TimeRange) -> int:
    """The shot that most of the moment lies in; the nearest one where it lies in none."""
    if not shots:
        return 0
    best = max(range(len(shots)), key=lambda n: (shots[n].overlap(span), -n))
    if shots[best].overlap(span) > 0:
        return best
    return 0 if span.end <= shots[0].start else len(shots) - 1


def _names(footage: Footage) -> list[str]:
    """The words of the file's and its folder's names that say something."""
    folder = footage.folder.rstrip("/").rpartition("/")[2]
    return list(dict.fromkeys([*name_words(footage.name), *name_words(folder)]))
