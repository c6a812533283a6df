"""What a question asks of the file or the senses, judged: 0 is not at all, 1 is plainly so."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from index.asked import Asked
from index.kinds import SOMEBODY
from index.phrases import told_by
from index.phrases_heard import FACES, PEOPLE
from index.phrases_look import COLOURS
from index.words import SEAM, stem, stems, tokens
from project.footage import Footage, Moment, Senses, Thing
from timeline.time import clock

UNKNOWN = Senses()
SLOW, FAST = 0.12, 0.5  # speed of a camera's move: frame widths, or scale change, per second
RATE_NEAR = 0.035  # 24 is also 23.976, 60 also 59.94, but 25 is not 24
LENGTH_NEAR = 0.3
TEMPO_NEAR = 3.0  # beats per minute
_NEUTRAL = frozenset({"black", "white", "grey"})
# where people draw the border between two colours differs
_BESIDE = {
    "purple": ("blue", "pink"), "pink": ("purple", "red"), "orange": ("yellow", "brown", "red"),
    "yellow": ("orange",), "red": ("orange", "pink"), "brown": ("orange",),
}  # fmt: skip
BESIDE = 0.35
ACCENT = 0.45  # of a colour that only a lamp or a flower has, and the least for one that is named
_COLOURS = frozenset(name for names in COLOURS.values() for name in names.split(" or "))
_PEOPLE = f"{SOMEBODY} gentleman audience passenger tourist spectator worker"
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
        "8k": longest >= 7680,
        "hd": short >= 1080,
        "lines": short == asked.amount,
        "low resolution": tech.has_picture and short <= 480,
        "high frame rate": rate >= 48,
        "frame rate": abs(rate - asked.amount) <= RATE_NEAR * asked.amount,
        "variable frame rate": tech.variable_rate,
        "hdr": tech.hdr,
        "10 bit": tech.bits >= 10,
        "kind of file": footage.name.lower().endswith(f".{asked.said.split()[0].lower()}"),
        "longer than": length > asked.amount,
        "shorter than": length < asked.amount,
        "about": abs(length - asked.amount) <= LENGTH_NEAR * asked.amount,
    }
    if asked.name in ("long", "short"):
        share = min(1.0, length / 60)
        return (share if (asked.name == "long") != asked.negated else 1 - share), said[0]
    degree = float(meets[asked.name] != asked.negated)
    if asked.name in ("silent", "with sound"):
        return degree, "with sound" if tech.has_sound else "no sound"
    return degree, _quoted(asked.name, footage, said)


def _quoted(name: str, footage: Footage, said: tuple[str, ...]) -> str:
    """The fact that a wish about a file is judged by, in words."""
    if name in ("longer than", "shorter than", "about"):
        return said[0]
    if name == "kind of file":
        return footage.name
    if name == "hdr":
        return said[-1]
    rates = ("frame rate", "high frame rate", "variable frame rate")
    return said[2] if name in rates and footage.technical.has_picture else said[1]


def _rise(value: float, low: float, high: float) -> float:
    """0 at `low`, 1 at `high`, straight between; `high` may be the lower one."""
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _blank(s: Senses) -> float:
    """How surely there is nothing but black: a leader, or the dark between two fades."""
    return min(_rise(s.light, 0.08, 0.02), _rise(s.contrast, 0.08, 0.02))


def _untold(s: Senses) -> bool:
    """Whether so much moves that nothing could be said of the camera."""
    return s.motion >= 0.03 and not any((s.pan, s.tilt, s.zoom, s.roll, s.shake))


def _still(s: Senses) -> float:
    if _untold(s):
        return 0.3
    if _blank(s) == 1:
        return 0.0
    camera = max(abs(s.pan), abs(s.tilt), abs(s.zoom), s.shake / 6, abs(s.roll) / 60)
    return _rise(camera, 0.06, 0.01)


def _sized(*names: str) -> Judge:
    return lambda s: float(s.shot_size in names)


def _faces(count: int) -> Judge:
    return lambda s: float(s.faces == count)


def _moves(way: str, sign: int = 0) -> Judge:
    """A move of the camera of this name; sign: towards one side only."""
    low, high = (2.0, 8.0) if way == "roll" else (0.03, 0.12)

    def judge(s: Senses) -> float:
        speed = float(getattr(s, way))
        return _rise(sign * speed if sign else abs(speed), low, high)

    return judge


_JUDGES: dict[str, Judge] = {
    "dark": lambda s: _rise(s.light, 0.35, 0.12) * (1 - 0.6 * _blank(s)),
    "bright": lambda s: _rise(s.light, 0.5, 0.75),
    "black": _blank,
    "white": lambda s: min(_rise(s.light, 0.85, 0.97), _rise(s.contrast, 0.1, 0.02)),
    "night": lambda s: 0.6 * _rise(s.light, 0.3, 0.12) * (1 - _blank(s)),
    "black and white": lambda s: _rise(s.saturation, 0.06, 0.015) * _rise(s.contrast, 0.02, 0.08),
    "colourful": lambda s: _rise(s.saturation, 0.2, 0.4),
    "muted colours": lambda s: _rise(s.saturation, 0.14, 0.05) * _rise(s.saturation, 0.015, 0.03),
    "static": _still,
    "steady": lambda s: 0.0 if _untold(s) else _rise(s.shake, 0.8, 0.2),
    "shaky": lambda s: _rise(s.shake, 0.3, 1.2),
    "pan": _moves("pan"), "pan left": _moves("pan", -1), "pan right": _moves("pan", 1),
    "tilt": _moves("tilt"), "tilt up": _moves("tilt", 1), "tilt down": _moves("tilt", -1),
    "zoom": _moves("zoom"), "zoom in": _moves("zoom", 1), "zoom out": _moves("zoom", -1),
    "roll": _moves("roll"), "roll clockwise": _moves("roll", 1),
    "roll anticlockwise": _moves("roll", -1),
    "point of view": lambda s: 0.4 * _rise(s.zoom, 0.05, 0.15),
    "calm": lambda s: _rise(s.motion, 0.05, 0.005),
    "freeze": lambda s: _rise(s.motion, 0.003, 0.0003) * (1 - _blank(s)),
    "high contrast": lambda s: _rise(s.contrast, 0.2, 0.32),
    "low contrast": lambda s: _rise(s.contrast, 0.14, 0.06) * (1 - _blank(s)),
    "moving camera": lambda s: 0.0 if _untold(s) else 1 - _still(s),
    "movement": lambda s: _rise(s.motion, 0.1, 0.3),
    "close-up": _sized("close-up", "extreme close-up", "medium close-up"),
    "medium": _sized("medium", "medium wide"),
    "wide": _sized("wide", "extreme wide", "long"),
    "blurry": lambda s: _rise(s.sharpness, 0.35, 0.15) * _rise(s.contrast, 0.04, 0.08),
    "sharp": lambda s: _rise(s.sharpness, 0.5, 0.8),
    "warm": lambda s: _rise(s.warmth, 0.05, 0.35),
    "cold": lambda s: _rise(s.warmth, -0.05, -0.3),
    "loud": lambda s: _rise(s.loudness_db, -25, -14),
    "quiet": lambda s: max(_rise(s.loudness_db, -35, -50), s.silence),
    "music": lambda s: s.music,
    "speech": lambda s: _rise(s.speech, 0.1, 0.5),
    "whisper": lambda s: min(_rise(s.speech, 0.1, 0.5), _rise(s.loudness_db, -30, -45)),
    "shout": lambda s: min(_rise(s.speech, 0.1, 0.5), _rise(s.loudness_db, -22, -12)),
    "faces": lambda s: float(s.faces > 0),
    "many people": lambda s: _rise(s.faces, 1, 4),
    "to camera": lambda s: _rise(s.face_size, 0.1, 0.25),
    **{name: _faces(n) for names in (FACES, PEOPLE) for n, name in names.items()},
    "fade out": lambda s: min(_rise(s.light_change, -0.05, -0.2), _rise(s.light, 0.4, 0.2)),
    "fade in": lambda s: min(_rise(s.light_change, 0.05, 0.2), _rise(s.light, 0.4, 0.2)),
}  # fmt: skip
# the word a creator reads in a caption for each wish, found in the moment's own words
_TELLING: dict[str, tuple[str, ...]] = {
    "dark": ("dark",), "bright": ("bright",), "black": ("black", "dark"),
    "white": ("bright",), "night": ("dark",), "black and white": ("black and white", "grey"),
    "colourful": ("vivid",), "static": ("still camera", "nothing moves"),
    "steady": ("still camera",), "shaky": ("shaky",), "zoom": ("camera moves",),
    "zoom in": ("moves in",), "zoom out": ("moves out",), "point of view": ("moves in",),
    "roll": ("camera roll",), "calm": ("nothing moves", "still camera"),
    "freeze": ("nothing moves",), "moving camera": ("pan", "tilt", "camera moves", "shaky", "roll"),
    "movement": ("fast movement", "fast pan", "fast tilt", "shaky"), "close-up": ("close",),
    "blurry": ("blurred",), "warm": ("warm",), "cold": ("cold",),
    "quiet": ("quiet", "silent", "no sound"),
    "speech": ("speaking",), "whisper": ("quiet", "speaking"), "shout": ("loud", "speaking"),
    "faces": ("face",), "many people": ("faces",), "to camera": ("face",),
    "fade out": ("getting darker",), "fade in": ("getting brighter",),
}  # fmt: skip
# what stands for a wish where the moment has no word for it
_MEASURE = {
    "dark": "light", "bright": "light", "black": "light", "white": "light", "night": "light",
    "fade out": "light_change", "fade in": "light_change", "high contrast": "contrast",
    "low contrast": "contrast", "colourful": "saturation", "muted colours": "saturation",
    "black and white": "saturation", "warm": "warmth", "cold": "warmth", "blurry": "sharpness",
    "sharp": "sharpness", "calm": "motion", "freeze": "motion", "movement": "motion",
    "static": "motion", "steady": "shake", "shaky": "shake", "moving camera": "motion",
    "pan": "pan", "pan left": "pan", "pan right": "pan", "tilt": "tilt", "tilt up": "tilt",
    "tilt down": "tilt", "zoom": "zoom", "zoom in": "zoom", "zoom out": "zoom",
    "point of view": "zoom", "roll": "roll", "roll clockwise": "roll",
    "roll anticlockwise": "roll", "loud": "loudness_db", "quiet": "loudness_db",
    "whisper": "loudness_db", "shout": "loudness_db", "music": "music", "speech": "speech",
}  # fmt: skip
_HEARD = frozenset({"loud", "quiet", "music", "speech", "whisper", "shout", "tempo"})
# what a caption says that answers another wish as well, and how well
_KIN: dict[str, dict[str, float]] = {
    "aerial": {"top-down": 0.8}, "top-down": {"aerial": 0.6, "high angle": 0.3},
    "high angle": {"top-down": 0.6, "aerial": 0.5}, "close-up": {"macro": 1.0},
    "macro": {"close-up": 0.6}, "night": {"dark": 0.5}, "dark": {"night": 0.6, "black": 0.4},
    "blurry": {"shallow focus": 0.4}, "fade out": {"black": 0.3},
    "speech": {"whisper": 1.0, "shout": 1.0}, "faces": {"to camera": 0.8}, "shout": {"loud": 0.5},
    "roll": {"dutch angle": 0.5},
    "moving camera": dict.fromkeys(("pan", "tilt", "zoom", "roll"), 0.9),
}  # fmt: skip
_MADE_BY = {  # how cameras and programs call their files
    "aerial": r"dji|mavic|drone|autel|skydio|parrot",
    "point of view": r"gopr|go-?pro|g[hxp]\d{4,}|insta360|dash-?cam|helmet",
    "screen recording": r"screen[ _-]?(?:rec|cast|cap|grab)|simulator screen|obs[ _-]",
    "webcam": r"web-?cam|face-?cam",
    "time-lapse": r"time-?lapse|hyper-?lapse",
    "night": r"night",
}
NAMED = 0.7  # how surely a file is what its name says
TOLD = 0.95  # and a moment what its caption says


def named_so(footage: Footage, asked: Asked) -> float:
    """How surely the name of a file says that it is as asked: which camera or program made it."""
    ways = {asked.name: 1.0, **_KIN.get(asked.name, {})}
    return NAMED * max(ways[name] * _called(footage.name, name) for name in ways)


def _called(file: str, name: str) -> bool:
    pattern = _MADE_BY.get(name)
    return bool(pattern and re.search(rf"(?<![a-z])(?:{pattern})", file, re.IGNORECASE))


def told_so(caption: str, asked: Asked) -> float:
    """How surely a caption says what is asked, in an editor's words."""
    told, kin = told_by(caption), _KIN.get(asked.name, {})
    whole = any(name == asked.name or name.startswith(f"{asked.name} ") for name in told)
    return TOLD * max([float(whole), *(kin.get(name, 0.0) for name in told)])


def sense(moment: Moment, asked: Asked, *, seen: bool = True) -> float | None:
    """How well one moment meets a wish about the senses.

    seen: whether there is a picture. None where this cannot be known: nothing was measured, or
    no sense tells of it. What is not wanted is judged as if it were; the caller turns it round.
    """
    senses = moment.senses
    if not seen and asked.name not in _HEARD:
        return None
    if asked.name == "text":
        return float(bool(moment.screen_text.strip()))
    if asked.name == "people":
        return float(shows_people(senses, stems(moment.caption), moment.things))
    if senses == UNKNOWN:
        return None
    if asked.name == "tempo":
        near = bool(senses.tempo_bpm) and abs(senses.tempo_bpm - asked.amount) <= TEMPO_NEAR
        return float(near)
    judge = _JUDGES.get(asked.name)
    if judge is not None:
        return judge(senses) * _at_speed(senses, asked)
    wanted = asked.name.split(" or ")
    return None if _COLOURS.isdisjoint(wanted) else _coloured(senses, wanted)


def shown_by(moment: Moment, asked: Asked) -> str:
    """The words of a moment that say how it meets a wish about the senses, as `sense` judges it."""
    senses, wanted = moment.senses, asked.name.split(" or ")
    if asked.name == "text":
        return moment.screen_text.partition(SEAM)[0]
    if asked.name == "people":
        return ""
    if asked.name == "tempo":
        return next((w for w in senses.words if "bpm" in w), "")
    if asked.name not in _JUDGES and set(wanted).isdisjoint(senses.colours):
        small = [colour for colour in senses.accents if colour in wanted]
        if small:
            return _some(small[0])
        taken = _coloured(senses, wanted) > 0  # another colour is taken for it
        wanted = list(senses.colours[:1]) if taken else wanted
    counted = ("face",) if asked.name[:1].isdigit() else tuple(wanted)
    telling = _TELLING.get(asked.name, counted)
    quote = next((w for w in senses.words if any(t in w.lower() for t in telling)), "")
    quote = quote or _reading(senses, _MEASURE.get(asked.name, ""))
    return quote or ", ".join(senses.words)


def telling(name: str) -> tuple[str, ...]:
    """The words of the senses that say that a wish of this name is met."""
    return _TELLING.get(name, (name,))


def readings(senses: Senses) -> tuple[str, ...]:
    """What was measured of a second, as hits quote it where no word says it."""
    measured = (_reading(senses, measure) for measure in dict.fromkeys(_MEASURE.values()))
    return (*measured, *map(_some, senses.accents))


def _some(accent: str) -> str:
    return f"some {accent}"


def _reading(senses: Senses, measure: str) -> str:
    """One measure in words: "sharpness 0.82"."""
    if measure == "loudness_db":
        return f"loudness {senses.loudness_db:.0f} dB"
    return f"{measure} {getattr(senses, measure):.2f}" if measure else ""


def _coloured(senses: Senses, wanted: Sequence[str]) -> float:
    """How much of the picture has one of these colours, the vivid ones counting more."""
    place = next((n for n, colour in enumerate(senses.colours) if colour in wanted), None)
    if place is None and not set(wanted).isdisjoint(senses.accents):
        return ACCENT
    if place is None:
        beside = {near for colour in wanted for near in _BESIDE.get(colour, ())}
        return BESIDE * (not beside.isdisjoint(senses.colours[:1]))
    neutral = not _NEUTRAL.isdisjoint(wanted)
    vivid = 1.0 if neutral else 0.8 + 0.2 * _rise(senses.saturation, 0.1, 0.4)
    return max(ACCENT, vivid / (1 + place))


def _at_speed(senses: Senses, asked: Asked) -> float:
    """How well a camera's move is as slow or fast as was asked; half where it is not."""
    way = next((way for way in ("pan", "tilt", "zoom") if asked.name.startswith(way)), None)
    if way is None:
        return 1.0
    speed, said = abs(float(getattr(senses, way))), asked.said.lower()
    if "slow" in said or "gentle" in said:
        return 0.5 + 0.5 * _rise(speed, FAST, SLOW)
    if any(word in said for word in ("fast", "quick", "whip", "swish", "crash", "snap")):
        return 0.5 + 0.5 * _rise(speed, SLOW, FAST)
    return 1.0


@functools.cache
def _people() -> frozenset[str]:
    return frozenset(stem(word) for word in _PEOPLE.split())


def shows_people(senses: Senses, shown: frozenset[str], things: Iterable[Thing]) -> bool:
    """Whether faces are seen, a caption's stems name people, or a creator did."""
    last = (word for t in things if t.sure for word in tokens(t.word)[-1:])  # a baby carriage
    named = frozenset(map(stem, last))
    return senses.faces > 0 or not (shown | named).isdisjoint(_people())


def whole(moments: Sequence[Moment], asked: Asked) -> tuple[float, str] | None:
    """How well all of a piece of footage meets a wish about its cutting; None if not such one."""
    if asked.name not in ("fast cuts", "one take"):
        return None
    shots = len({m.shot_ordinal for m in moments})
    length = sum((float(m.range.duration) for m in moments), 0.0)
    per_second = (shots - 1) / length if length else 0.0
    degree = _rise(per_second, 0.08, 0.3) if asked.name == "fast cuts" else float(shots == 1)
    return degree, cutting(shots)


def cutting(shots: int) -> str:
    """How footage is cut, in words."""
    return f"{shots} shot{'s' * (shots != 1)}"
