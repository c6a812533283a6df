"""Words about frames: what each follows, what could not be held, and reasons a program checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from timeline.model import Clip, Timeline
from timeline.time import TimeRange
from tools.dailies import Dailies, count, listed
from tools.proposal import Evidence, Reason
from tools.reframing.framing import SAME, Framed
from tools.reframing.opening import Kind
from tools.spoken import cite

_SAID: dict[Kind, str] = {
    "face": "a face",
    "faces": "the faces together",
    "speaker": "the face that speaks",
    "movement": "what moves",
    "activity": "where most is going on",
    "salience": "what stands out most",
}
_FIXED: dict[Kind, tuple[str, str]] = {
    "centre": ("keeps its middle", "keep their middle"),
    "bars": ("is shown whole", "are shown whole"),
    "hand": ("is held by hand", "are held by hand"),
}
_FACES: tuple[Kind, ...] = ("face", "faces", "speaker")
MOST_NOTES = 4


def shape(before: Timeline, after: Timeline) -> str:
    """What becomes of the film's own shape."""
    if (before.width, before.height) == (after.width, after.height):
        return f"The film stays {after.width}x{after.height}."
    return f"The film becomes {after.width}x{after.height}."


def told(frames: Sequence[tuple[Clip, Framed]], subject: str) -> list[str]:
    """How many clips follow what, and what a creator should know of single ones."""
    many = Counter(frame.subject.kind for _, frame in frames)
    parts = [
        f"{count(many[kind], 'clip')} {'follows' if many[kind] == 1 else 'follow'} {what}"
        for kind, what in _SAID.items()
        if many[kind]
    ]
    for kind, (one, more) in _FIXED.items():
        if many[kind]:
            parts.append(f"{count(many[kind], 'clip')} {one if many[kind] == 1 else more}")
    said = [f"{listed(parts)}."]
    if subject.strip() and any(many[kind] for kind in _SAID):
        stand = "faces stand" if any(many[kind] for kind in _FACES) else "what moves stands"
        said.append(f"What {subject.strip()!r} looks like is not known here; {stand} for it.")
    notes = [f"{clip.name}: {note}" for clip, frame in frames for note in frame.subject.notes]
    notes = list(dict.fromkeys(notes))
    said += [f"{note}." for note in notes[:MOST_NOTES]]
    if len(notes) > MOST_NOTES:
        said.append(f"The same holds for {count(len(notes) - MOST_NOTES, 'more clip')}.")
    return said


def words(frame: Framed) -> str:
    """What a frame does: "it follows a face, between 31% and 58% of the width"."""
    kind, edge = frame.subject.kind, "width" if frame.axis == 0 else "height"
    if kind not in _SAID:
        return {"bars": "it is shown whole", "hand": "it is held by hand"}.get(
            kind, "its middle is kept"
        )
    if frame.high - frame.low < SAME:
        return f"the frame holds {_SAID[kind]}, at {frame.low:.0%} of the {edge}"
    return (
        f"the frame follows {_SAID[kind]}, between {frame.low:.0%} and {frame.high:.0%}"
        f" of the {edge}"
    )


def reason_for(clip: Clip, frame: Framed, dailies: Dailies) -> Reason:
    """Why a clip's frame does what it does, citing senses that say the same, or its size."""
    text = f"{clip.name} {clip.source}: {words(frame)}"
    return Reason(text=text, evidence=(_cited(clip, frame, dailies),))


def _cited(clip: Clip, frame: Framed, dailies: Dailies) -> Evidence:
    footage, span = dailies.footage(clip.footage_id), clip.source
    technical = footage.technical
    if frame.subject.kind in _FACES:
        said = _sensed(footage.id, span, dailies, "face")
        if said:
            return cite("senses", footage.id, span, said)
    if technical.width and technical.height:
        size = f"{technical.width}x{technical.height}"
        return cite("technical", footage.id, span, size)
    return cite("name", footage.id, span, footage.name)


def _sensed(footage_id: str, span: TimeRange, dailies: Dailies, word: str) -> str:
    """What the senses say of a span that has a word in it; "" where nothing has."""
    every = [w for m in dailies.within(footage_id, span) for w in m.senses.words if word in w]
    return max(sorted(set(every)), key=every.count) if every else ""
