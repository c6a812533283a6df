"""Words about light and colour: what changes by how much, with figures a program checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from timeline.model import Clip, Grade
from tools.dailies import Dailies, count, listed
from tools.grading.measuring import MIDDLE, Measured
from tools.levels import Level, cite_level, level
from tools.proposal import Reason

_MEASURE: dict[str, Level] = {
    "brighter": "light", "darker": "light", "warmer": "warmth", "cooler": "warmth",
    "more contrast": "contrast", "less contrast": "contrast", "more colour": "saturation",
    "less colour": "saturation", "black and white": "saturation", "reset": "light",
}  # fmt: skip


def matched_reason(clip: Clip, before: Measured, after: Measured, dailies: Dailies) -> Reason:
    """What the match does to one clip, citing what the senses measured of its light."""
    said = [f"light {before.light:.2f} becomes {after.light:.2f}"]
    if abs(after.contrast - before.contrast) >= 0.005:
        said.append(f"contrast {before.contrast:.2f} becomes {after.contrast:.2f}")
    if abs(after.colour - before.colour) >= 0.002:
        said.append(f"colour {before.colour:.3f} becomes {after.colour:.3f}")
    if before.red is not None and after.red is not None and after.red != before.red:
        said.append("less warm" if after.red < before.red else "warmer")
    text = f"{clip.name} {clip.source}: {listed(said)}"
    return Reason(text=text, evidence=(cite_level("light", clip.footage_id, clip.source, dailies),))


def stepped_reason(clip: Clip, grade: Grade | None, action: str, dailies: Dailies) -> Reason:
    """What a step does to one clip, from what the senses measured."""
    name = _MEASURE[action]
    cited = cite_level(name, clip.footage_id, clip.source, dailies)
    how = "as it was filmed" if grade is None else action
    text = f"{clip.name} {clip.source}: {how}; filmed, it has {_figure(clip, name, dailies)}"
    return Reason(text=text, evidence=(cited,))


def stepped_answer(
    changed: Sequence[Clip],
    grades: Mapping[str, Grade | None],
    action: str,
    dailies: Dailies,
    held: Sequence[Clip],
) -> str:
    """What the steps do, with light before and after where light is what changes."""
    names = listed([clip.name for clip in changed], limit=3)
    if action == "reset":
        return f"{names}: light and colour are as they were filmed."
    first = changed[0]
    said = f"{names}: {action}."
    if action in ("brighter", "darker"):
        was = level("light", dailies.within(first.footage_id, first.source))
        whose = "" if len(changed) == 1 else f" {first.name}"
        said = f"{names}: {action},{whose} from light {lit(was, first.grade):.2f}"
        said += f" to {lit(was, grades[first.id]):.2f} of 1."
    if held:
        said += f" {count(len(held), 'clip')} in black and white stays as it is."
    return said


def lit(light: float, grade: Grade | None) -> float:
    """Mean light under a grade, as far as nothing is clipped."""
    now = grade or Grade()
    return min(1.0, max(0.0, (light - MIDDLE) * now.contrast + MIDDLE + now.light))


def _figure(clip: Clip, name: Level, dailies: Dailies) -> str:
    moments = dailies.within(clip.footage_id, clip.source)
    return f"{name} {level(name, moments):.2f}" if moments else f"no {name} that was measured"
