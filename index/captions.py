"""Senses in words, and the embedded caption of a moment. Every threshold stands here, named.

The words are those a creator searches with. A word is left out rather than guessed: between
"dark" and "bright" nothing is said about light.
"""

from __future__ import annotations

from collections.abc import Sequence

from project.footage import Senses

VERY_DARK, DARK, BRIGHT, VERY_BRIGHT = 0.10, 0.25, 0.60, 0.80  # mean luma
FADE = 0.12  # change of mean luma within the second
CONTRAST_SHIFT = 0.08  # change of contrast within the second
GREY_SATURATION = 0.02  # below: black and white
VIVID = 0.38
HIGH_CONTRAST, LOW_CONTRAST = 0.30, 0.08
BLURRED = 0.12  # sharpness
WARM, COLD = 0.35, -0.30
STILL_CAMERA = 0.015  # frame widths per second, for pan and tilt
SLOW, FAST = 0.12, 0.5
STILL_ZOOM, ZOOM = 0.025, 0.05  # scale change per second
STILL_ROLL, ROLL = 2.0, 8.0  # degrees per second
SHAKY = 1.2  # frame widths per second per second
STILL_PICTURE = 0.004  # motion of anything at all
MUCH_MOTION = 0.25
QUIET_DB, LOUD_DB = -45.0, -14.0
SILENT_DB = -90.0
SILENCE = 0.95  # share of the second
SPEAKING, MUSICAL = 0.3, 0.6
LONGEST_QUOTE = 160


def caption_words(
    senses: Senses, *, has_picture: bool = True, has_sound: bool = True
) -> tuple[str, ...]:
    """The senses of one moment as words, light first, then camera, colours, people, sound."""
    words: list[str] = []
    if has_picture:
        words += [*_light(senses), *_camera(senses), *_colours(senses), *_people(senses)]
    else:
        words.append("no picture, sound only")
    words += _sound(senses) if has_sound else ["no sound"]
    return tuple(words)


def _light(senses: Senses) -> list[str]:
    words = []
    if senses.light < VERY_DARK:
        words.append("very dark")
    elif senses.light < DARK:
        words.append("dark")
    elif senses.light > VERY_BRIGHT:
        words.append("very bright")
    elif senses.light > BRIGHT:
        words.append("bright")
    if senses.light_change <= -FADE:
        words.append("getting darker")
    elif senses.light_change >= FADE:
        words.append("getting brighter")
    elif abs(senses.contrast_change) >= CONTRAST_SHIFT:
        words.append("gaining contrast" if senses.contrast_change > 0 else "losing contrast")
    if senses.contrast > HIGH_CONTRAST:
        words.append("high contrast")
    if senses.sharpness < BLURRED and senses.contrast > LOW_CONTRAST:
        words.append("blurred")
    return words


def _camera(senses: Senses) -> list[str]:
    words = []
    for speed, back, forth in (
        (senses.pan, "pan left", "pan right"), (senses.tilt, "tilt down", "tilt up"),
    ):  # fmt: skip
        way, size = (forth if speed > 0 else back), abs(speed)
        if size >= FAST:
            words.append(f"fast {way}")
        elif size >= SLOW:
            words.append(way)
        elif size >= 2 * STILL_CAMERA:
            words.append(f"slow {way}")
    if abs(senses.zoom) >= ZOOM:
        words.append("camera moves in" if senses.zoom > 0 else "camera moves out")
    if abs(senses.roll) >= STILL_ROLL:
        way = "clockwise" if senses.roll > 0 else "anticlockwise"
        words.append(f"{'slow ' if abs(senses.roll) < ROLL else ''}camera roll {way}")
    if senses.shake >= SHAKY:
        words.append("handheld shaky camera")
    moving = max(abs(senses.pan), abs(senses.tilt)) >= STILL_CAMERA
    turning = abs(senses.zoom) >= STILL_ZOOM or abs(senses.roll) >= STILL_ROLL
    if not words and not moving and not turning:
        words.append("still camera")
        if senses.motion < STILL_PICTURE:
            words.append("nothing moves")
    if senses.motion >= MUCH_MOTION and senses.shake < SHAKY:
        words.append("fast movement")
    return words


def _colours(senses: Senses) -> list[str]:
    if senses.saturation < GREY_SATURATION and senses.light >= VERY_DARK / 2:
        return ["black and white"]
    words = []
    if senses.colours:
        words.append(" and ".join(senses.colours))
    if senses.saturation > VIVID:
        words.append("vivid colours")
    if senses.warmth >= WARM:
        words.append("warm colours")
    elif senses.warmth <= COLD:
        words.append("cold colours")
    return words


def _people(senses: Senses) -> list[str]:
    if not senses.faces:
        return [senses.shot_size] if senses.shot_size else []
    count = {1: "a face", 2: "two faces", 3: "three faces"}.get(senses.faces, "many faces")
    if "close-up" in senses.shot_size:
        return [f"{count} in {senses.shot_size}"]
    return [count, f"{senses.shot_size} shot"] if senses.shot_size else [count]


def _sound(senses: Senses) -> list[str]:
    if senses.loudness_db <= SILENT_DB or senses.silence >= SILENCE:
        return ["silent"]
    words = []
    if senses.speech >= SPEAKING:
        words.append("person speaking")
    if senses.music >= MUSICAL:
        words.append("music")
    elif senses.tempo_bpm:
        words.append("steady beat")
    if senses.tempo_bpm:
        words.append(f"{senses.tempo_bpm:.0f} bpm")
    if senses.loudness_db >= LOUD_DB:
        words.append("loud")
    elif senses.loudness_db <= QUIET_DB:
        words.append("quiet")
    return words


def caption_text(
    words: Sequence[str], *, screen_text: str = "", speech: str = "", names: Sequence[str] = ()
) -> str:
    """The embedded caption of one moment, such as "dark, slow pan right, text reads EXIT"."""
    parts = list(words)
    if screen_text:
        parts.append(f"text reads {_short(screen_text)}")
    if speech:
        parts.append(f"says {_short(speech)}")
    if names:
        parts.append(" ".join(names).lower())
    return ", ".join(parts)


def _short(text: str) -> str:
    if len(text) <= LONGEST_QUOTE:
        return text
    return text[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " ..."
