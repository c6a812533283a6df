"""What a question asks of the file or the senses, judged: 0 is not at all, 1 is plainly so."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from fractions import Fraction

from index.query import Asked
from index.words import stem, stems
from project.footage import Footage, Moment, Senses
from timeline.time import clock

UNKNOWN = Senses()
SLOW, FAST = 0.12, 0.5  # speed of a camera's move: frame widths, or scale change, per second
_PEOPLE = (
    "people person persons man men woman women child children boy boys girl girls baby kid kids"
    " crowd crowds couple human humans lady gentleman guy guys someone friends family audience"
    " passengers tourists pedestrian spectators worker workers"
)
Judge = Callable[[Senses], float]


def facts(footage: Footage) -> tuple[str, ...]:
    """The technical facts of a file in words, as hits quote them."""
    tech = footage.technical
    out = [f"{clock(footage.duration_s)} long"]
    if tech.has_picture:
        out.append(f"{tech.orientation} {tech.width}x{tech.height}")
        rate = float(Fraction(tech.rate))
        out.append(f"{rate:.4g} frames per second")
    else:
        out.append("sound only")
    out.append("with sound" if tech.has_sound else "no sound")
    if tech.hdr:
        out.append("HDR")
    return tuple(out)


def fact(footage: Footage, asked: Asked) -> tuple[float, str]:
    """How well a file meets a technical wish, and the fact that says so."""
    tech, said = footage.technical, facts(footage)
    short, longest = sorted((tech.width, tech.height))
    rate, length = float(Fraction(tech.rate)), float(footage.duration_s)
    meets = {
        "silent": not tech.has_sound,
        "with sound": tech.has_sound,
        "sound only": tech.has_sound and not tech.has_picture,
        "portrait": tech.orientation == "portrait",
        "landscape": tech.orientation == "landscape",
        "square": tech.orientation == "square",
        "4k": longest >= 3840,
        "hd": short >= 1080,
        "low resolution": tech.has_picture and short <= 480,
        "high frame rate": rate >= 48,
        "hdr": tech.hdr,
        "longer than": length > asked.amount,
        "shorter than": length < asked.amount,
    }  # fmt: skip
    if asked.name in ("long", "short"):
        share = min(1.0, length / 60)
        return (share if (asked.name == "long") != asked.negated else 1 - share), said[0]
    quote = {"silent": -1, "with sound": -1, "longer than": 0, "shorter than": 0, "hdr": -1}
    at = quote.get(asked.name, 2 if asked.name == "high frame rate" else 1)
    degree = float(meets[asked.name] != asked.negated)
    if asked.name in ("silent", "with sound"):
        return degree, "with sound" if tech.has_sound else "no sound"
    return degree, said[at]


def _rise(value: float, low: float, high: float) -> float:
    """0 at `low`, 1 at `high`, straight between; `high` may be the lower one."""
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _still(s: Senses) -> float:
    camera = max(abs(s.pan), abs(s.tilt), abs(s.zoom), s.shake)
    return _rise(camera, 0.06, 0.01)


def _named(*names: str) -> Judge:
    return lambda s: float(s.shot_size in names)


_JUDGES: dict[str, Judge] = {
    "dark": lambda s: _rise(s.light, 0.35, 0.12),
    "bright": lambda s: _rise(s.light, 0.5, 0.75),
    "black": lambda s: min(_rise(s.light, 0.08, 0.02), _rise(s.contrast, 0.08, 0.02)),
    "black and white": lambda s: _rise(s.saturation, 0.06, 0.015) * _rise(s.contrast, 0.02, 0.08),
    "colourful": lambda s: _rise(s.saturation, 0.3, 0.6),
    "static": _still,
    "shaky": lambda s: _rise(s.shake, 0.1, 0.4),
    "pan": lambda s: _rise(abs(s.pan), 0.03, 0.12),
    "pan left": lambda s: _rise(-s.pan, 0.03, 0.12),
    "pan right": lambda s: _rise(s.pan, 0.03, 0.12),
    "tilt": lambda s: _rise(abs(s.tilt), 0.03, 0.12),
    "tilt up": lambda s: _rise(s.tilt, 0.03, 0.12),
    "tilt down": lambda s: _rise(-s.tilt, 0.03, 0.12),
    "zoom": lambda s: _rise(abs(s.zoom), 0.03, 0.12),
    "zoom in": lambda s: _rise(s.zoom, 0.03, 0.12),
    "zoom out": lambda s: _rise(-s.zoom, 0.03, 0.12),
    "calm": lambda s: _rise(s.motion, 0.05, 0.005),
    "high contrast": lambda s: _rise(s.contrast, 0.2, 0.32),
    "low contrast": lambda s: _rise(s.contrast, 0.14, 0.06),
    "moving camera": lambda s: 1 - _still(s),
    "movement": lambda s: _rise(s.motion, 0.1, 0.4),
    "close-up": _named("close-up", "extreme close-up", "medium close-up"),
    "wide": _named("wide", "extreme wide", "long"),
    "blurry": lambda s: _rise(s.sharpness, 0.35, 0.15),
    "sharp": lambda s: _rise(s.sharpness, 0.5, 0.8),
    "warm": lambda s: _rise(s.warmth, 0.05, 0.3),
    "cold": lambda s: _rise(s.warmth, -0.05, -0.3),
    "loud": lambda s: _rise(s.loudness_db, -25, -12),
    "quiet": lambda s: _rise(s.loudness_db, -35, -55),
    "music": lambda s: s.music,
    "speech": lambda s: _rise(s.speech, 0.1, 0.5),
    "faces": lambda s: float(s.faces > 0),
    "fade out": lambda s: min(_rise(s.light_change, -0.05, -0.2), _rise(s.light, 0.4, 0.2)),
    "fade in": lambda s: min(_rise(s.light_change, 0.05, 0.2), _rise(s.light, 0.4, 0.2)),
}
# the word a creator reads in a caption for each wish, found in the moment's own words
_TELLING: dict[str, tuple[str, ...]] = {
    "dark": ("dark", "dim"), "bright": ("bright",), "black": ("black", "dark"),
    "black and white": ("black and white", "monochrome", "grey"),
    "colourful": ("colour", "vivid"), "static": ("static", "still", "locked"),
    "shaky": ("shak", "hand"), "pan": ("pan",), "pan left": ("pan left",),
    "pan right": ("pan right",),
    "tilt": ("tilt",), "zoom": ("zoom", "camera moves"),
    "zoom in": ("zoom", "moves in"), "zoom out": ("zoom", "moves out"),
    "tilt up": ("tilt up",), "tilt down": ("tilt down",), "calm": ("nothing moves", "still"),
    "high contrast": ("high contrast",), "low contrast": ("low contrast",),
    "moving camera": ("pan", "tilt", "zoom", "shak", "mov"),
    "movement": ("mov", "motion", "fast"), "close-up": ("close",),
    "wide": ("wide",), "blurry": ("blur", "soft"), "sharp": ("sharp", "crisp"),
    "warm": ("warm",), "cold": ("cold", "cool"), "loud": ("loud",), "quiet": ("quiet", "silen"),
    "music": ("music",), "speech": ("speech", "talk", "voice"), "faces": ("face", "person"),
    "fade out": ("fad", "darken"), "fade in": ("fad", "brighten"),
}  # fmt: skip


def sense(moment: Moment, asked: Asked) -> tuple[float, str]:
    """How well one moment meets a wish about the senses, and its words that say so."""
    senses = moment.senses
    if asked.name == "text":
        written = float(bool(moment.screen_text.strip()))
        return (1 - written, "") if asked.negated else (written, moment.screen_text)
    if asked.name == "people":
        here = float(shows_people(senses, stems(moment.caption)))
        return (1 - here if asked.negated else here), ""
    if senses == UNKNOWN:
        return 0.0, ""
    judge = _JUDGES.get(asked.name)
    if judge is None:
        wanted = asked.name.split(" or ")
        place = next((n for n, colour in enumerate(senses.colours) if colour in wanted), None)
        degree = 0.0 if place is None else 1 / (1 + place)
    else:
        degree = judge(senses) * _at_speed(senses, asked)
    if asked.negated:
        return 1 - degree, ""
    telling = _TELLING.get(asked.name, tuple(asked.name.split(" or ")))
    quote = next((w for w in senses.words if any(t in w.lower() for t in telling)), "")
    return degree, quote


def _at_speed(senses: Senses, asked: Asked) -> float:
    """How well a camera's move is as slow or fast as was asked; half where it is not."""
    said = asked.said.lower()
    moves = {"pan": senses.pan, "tilt": senses.tilt, "zoom": senses.zoom}
    speed = next((abs(v) for name, v in moves.items() if asked.name.startswith(name)), None)
    if speed is None:
        return 1.0
    if "slow" in said or "gentle" in said:
        return 0.5 + 0.5 * _rise(speed, FAST, SLOW)
    if "fast" in said or "quick" in said:
        return 0.5 + 0.5 * _rise(speed, SLOW, FAST)
    return 1.0


@functools.cache
def _people() -> frozenset[str]:
    return frozenset(stem(word) for word in _PEOPLE.split())


def shows_people(senses: Senses, shown: frozenset[str]) -> bool:
    """Whether faces are seen or a caption's stems name people."""
    return senses.faces > 0 or not shown.isdisjoint(_people())


def whole(moments: Sequence[Moment], asked: Asked) -> float | None:
    """How well all of a piece of footage meets a wish about its cutting; None if not such one."""
    if asked.name not in ("fast cuts", "one take"):
        return None
    degree = _cutting(moments, asked)
    return 1 - degree if asked.negated else degree


def _cutting(moments: Sequence[Moment], asked: Asked) -> float:
    shots = len({m.shot_ordinal for m in moments})
    length = sum((float(m.range.duration) for m in moments), 0.0)
    per_second = (shots - 1) / length if length else 0.0
    return _rise(per_second, 0.08, 0.3) if asked.name == "fast cuts" else float(shots == 1)
