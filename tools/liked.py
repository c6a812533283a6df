"""A storyboard's arguments with the creator's preferences where the film itself says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from project.store import Project
from timeline.time import exact
from tools.beats import Beat
from tools.coverage import Brief, cover, says
from tools.dailies import Dailies
from tools.moods import CLIP_S, FLOOR_S, Pace, pace_of
from tools.outline import StoryboardArguments
from tools.preferences import Preference, because, preferences, sentence
from tools.proposal import Evidence, Reason


@dataclass(frozen=True, slots=True)
class Liked:
    """What a film is cut by: its arguments, its clips' length, and the preferences it keeps."""

    asked: StoryboardArguments
    arguments: StoryboardArguments  # what was asked, with what is preferred beside it
    pace: Pace
    clip_s: Fraction
    floor_s: Fraction
    used: tuple[Preference, ...] = ()

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """A reason for each preference that was kept, with the preference to look up."""
        return tuple(
            Reason(
                text=f"{sentence(one)}, {because(one)}",
                evidence=(Evidence(kind="preference", quote=sentence(one)),),
            )
            for one in self.used
        )

    @property
    def length(self) -> str:
        """Where the film's length comes from, in words."""
        if self.asked.length_s:
            return "asked for"
        return "you usually ask for" if self.arguments.length_s else "a first cut is given"

    @property
    def told(self) -> list[str]:
        """What is said of them in the answer."""
        said = "; ".join(f"{sentence(one)[0].lower()}{sentence(one)[1:]}" for one in self.used)
        return [f"Your preferences hold: {said}."] if said else []


def liked(arguments: StoryboardArguments, moods: Sequence[str], project: Project) -> Liked:
    """The film as it is cut here: what it asks for wins over every preference."""
    pace: Pace = arguments.pace or pace_of(moods) or "medium"
    clip_s, floor_s = CLIP_S[pace], FLOOR_S[pace]
    used: list[Preference] = []
    changed: dict[str, object] = {}
    exclude = list(arguments.exclude)
    for one in preferences(project):
        if one.kind == "shot length":
            if arguments.pace is None and pace_of(moods) is None:
                clip_s = exact(one.value)
                pace = min(CLIP_S, key=lambda name: abs(CLIP_S[name] - clip_s))
                floor_s = min(FLOOR_S[pace], clip_s)
                used.append(one)
        elif one.kind == "leave out":
            if not _asks_for(one.value, arguments, project):
                exclude.append(one.value)
                used.append(one)
        elif one.kind != "holes" and _open(one, arguments, project):
            field, value = _FIELDS[one.kind], _value(one)
            changed[field] = value
            used.append(one)
    if len(exclude) > len(arguments.exclude):
        changed["exclude"] = tuple(dict.fromkeys(exclude))
    with_them = arguments.model_copy(update=changed)
    return Liked(arguments, with_them, pace, clip_s, floor_s, tuple(used))


_FIELDS = {
    "length": "length_s",
    "aspect": "aspect",
    "opening": "opening",
    "ending": "ending",
    "sound": "keep_speech",
}


def _value(one: Preference) -> object:
    if one.kind == "length":
        return float(one.value)
    return one.value == "keep" if one.kind == "sound" else one.value


def _open(one: Preference, arguments: StoryboardArguments, project: Project) -> bool:
    """Whether the film leaves open what a preference is about, and the footage allows it."""
    if getattr(arguments, _FIELDS[one.kind]) not in (None, ""):
        return False
    if one.kind == "length":
        return not arguments.everything
    if one.kind in ("opening", "ending"):  # a habit makes no hole: somebody must have filmed it
        return not arguments.beats and _filmed(one.value, arguments, project)
    return True


def _filmed(words: str, arguments: StoryboardArguments, project: Project) -> bool:
    if any(says(word, words) for word in arguments.exclude):
        return False
    brief = Brief(arguments.footage_ids, arguments.exclude)
    [covered] = cover((Beat(words, Fraction(1)),), brief, project)
    return bool(covered.candidates)


def _asks_for(words: str, arguments: StoryboardArguments, project: Project) -> bool:
    """Whether a film names what is usually left out: then it is not."""
    told = [arguments.goal, arguments.opening, arguments.ending, *arguments.subjects]
    told += [beat.words for beat in arguments.beats]
    if any(says(words, text) for text in told):
        return True
    named = {*(arguments.footage_ids or ()), *(i for b in arguments.beats for i in b.footage_ids)}
    dailies = Dailies(project)
    return any(dailies.footage(i).name.casefold() == words.casefold() for i in named)
