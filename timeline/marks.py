"""The marks of generated clips: one rule for every file that leaves Roughcut.

Every generated clip is called generated, whatever made it. The word "AI" and the digital source
type `trainedAlgorithmicMedia` stand only where a learned model made something; painted scenes,
moves over a picture and synthesised music are `algorithmicMedia` (IPTC's digital source types).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from timeline.model import Origin, Timeline

LEARNED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
PROCEDURAL = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"
Tags = tuple[tuple[str, str], ...]


def origins(tl: Timeline) -> tuple[Origin, ...]:
    """Where the generated clips of a timeline came from, each once; empty without any."""
    made = [c.origin for t in tl.tracks for _, c in tl.clips(t.name) if c.origin]
    return tuple(dict.fromkeys(made))


def source_type(made: Iterable[Origin]) -> str:
    """IPTC's digital source type of something made of these; "" where nothing is generated."""
    kinds = [origin.ai for origin in made]
    return (LEARNED if any(kinds) else PROCEDURAL) if kinds else ""


def origin_words(origin: Origin) -> str:
    """The mark of one clip in words, for notes and comments."""
    how = "AI-generated" if origin.ai else "Generated"
    made = f"{how} by {origin.backend} {origin.model}, seed {origin.seed}: {origin.prompt}"
    return f"{made} ({origin.conditions})" if origin.conditions else made


def film_words(made: Sequence[Origin]) -> str:
    """What a whole film says of its generated clips; "" without any."""
    if not made:
        return ""
    kind = "AI-generated" if any(origin.ai for origin in made) else "generated"
    return f"Contains {kind} clips. {'; '.join(origin_words(origin) for origin in made)}"


def keywords(origin: Origin) -> str:
    """The mark of one clip as keywords with commas between them."""
    return "Generated, AI generated" if origin.ai else "Generated"


def clip_tags(origin: Origin) -> Tags:
    """Container tags of a file that is one generated clip."""
    kind = "AI-generated" if origin.ai else "Generated"
    return _tags(origin_words(origin), kind, source_type([origin]))


def file_words(origin: Origin) -> str:
    """The whole mark of one clip as one comment, for files that hold no other tags."""
    return f"{origin_words(origin)} ({source_type([origin])})"


def film_tags(tl: Timeline) -> Tags:
    """Container tags of a rendered timeline; none where it has no generated clip."""
    made = origins(tl)
    if not made:
        return ()
    kind = "AI-generated" if any(origin.ai for origin in made) else "generated"
    return _tags(film_words(made), f"Contains {kind} clips", source_type(made))


def _tags(comment: str, kind: str, source: str) -> Tags:
    return (
        ("comment", comment),
        ("description", f"{kind} ({source})"),
        ("generated", "true"),
        ("digital_source_type", source),
    )
