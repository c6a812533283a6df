"""The words of the senses sorted into the columns of a shot list: camera, light, colours, sound."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from project.footage import Moment

HOLDS = 1 / 3  # of the moments of a shot: what less of it shows is not said of it
MOST_COLOURS = 3
_CAMERA = re.compile(
    r"(?:slow |fast )?(?:pan (?:left|right)|tilt (?:up|down))|camera moves (?:in|out)"
    r"|handheld shaky camera|still camera|nothing moves|fast movement"
)
_LIGHT = re.compile(
    r"(?:very )?(?:dark|bright)|getting (?:darker|brighter)|(?:high|low) contrast|blurred"
)
_TONE = re.compile(r"black and white|(?:vivid|warm|cold) colours")
_SOUND = re.compile(r"silent|no sound|person speaking|music|loud|quiet")


@dataclass(frozen=True, slots=True)
class Looks:
    """How a shot looks, moves and sounds, each in words; "" where nothing is to be said."""

    shot_size: str = ""
    camera: str = ""
    light: str = ""
    colours: str = ""
    sound: str = ""


def looks(moments: Sequence[Moment]) -> Looks:
    """What holds for at least a third of `moments`, in the order it is met."""
    words = _common([m.senses.words for m in moments])
    sizes = Counter(m.senses.shot_size for m in moments if m.senses.shot_size)
    colours = [*_common([m.senses.colours for m in moments])[:MOST_COLOURS]]
    tones = [w for w in words if _TONE.fullmatch(w)]
    return Looks(
        sizes.most_common(1)[0][0] if sizes else "",
        _joined(words, _CAMERA),
        _joined(words, _LIGHT),
        ", ".join(tones if "black and white" in tones else [*colours, *tones]),
        _joined(words, _SOUND),
    )


def _common(lists: Sequence[Sequence[str]]) -> list[str]:
    counted: Counter[str] = Counter()
    for words in lists:
        counted.update(dict.fromkeys(words, 1))
    return [word for word, n in counted.items() if n >= HOLDS * len(lists)]


def _joined(words: Sequence[str], kind: re.Pattern[str]) -> str:
    return ", ".join(word for word in words if kind.fullmatch(word))


def place(word: str) -> int:
    """Where a word of the senses stands among others: light, camera, colours, people, sound."""
    kinds = (_LIGHT, _CAMERA, _TONE, None, _SOUND)
    return next((n for n, kind in enumerate(kinds) if kind and kind.fullmatch(word)), 3)
