"""The tool that says what stands in the cut: how long it is, clip by clip, and what is over it."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import Field

from project import history
from project.store import Project
from timeline.model import Clip, Gap, Timeline
from timeline.time import clock
from tools.assembly import described
from tools.dailies import Dailies, count, listed
from tools.pointing import point_all
from tools.proposal import Effect, Evidence, Proposal, Reason
from tools.reasons import check_all
from tools.shape import Arguments, Reads

LISTED = 40  # clips told one by one


class ContentsArguments(Arguments):
    """What to tell of the cut."""

    clips: tuple[str, ...] = Field(
        ("all",), description="clip ids, numbers from 1, 'last', 'all', or words for the clips"
    )
    brief: bool = Field(False, description="true: only how long it is and how many clips it has")


class Contents(Reads):
    """Tells what the cut holds; changes nothing."""

    name: ClassVar[str] = "contents"
    summary: ClassVar[str] = "Say what stands in the cut: its length, clips, titles, music, holes"
    effect: ClassVar[Effect] = "read"
    arguments: ClassVar[type[Arguments]] = ContentsArguments

    def propose(self, arguments: ContentsArguments, project: Project) -> Proposal:
        """The cut in words, each clip cited. Raises BadArguments where words mean no clip."""
        timeline, dailies = history.current(project), Dailies(project)
        whole = arguments.clips == ("all",)
        chosen = () if arguments.brief or not timeline.clips() else arguments.clips
        ids = point_all(chosen, timeline, project) if chosen else ()
        told = [
            (_line(number, at, clip), _cited(clip, dailies))
            for number, (at, clip) in enumerate(timeline.clips(), start=1)
            if clip.id in ids
        ]
        reasons = [Reason(text=line, evidence=(cited,)) for line, cited in told[:LISTED]]
        lines = [_sums(timeline)] if whole else []
        lines += [f"{line}: {cited.quote}" for line, cited in told[:LISTED]]
        if len(told) > LISTED:
            lines.append(f"and {count(len(told) - LISTED, 'more clip')}.")
        if whole and not arguments.brief:
            lines += _beside(timeline)
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="read",
            answer="\n".join(lines),
            reasons=check_all(reasons, project),
            data=_data(timeline),
        )


def _sums(timeline: Timeline) -> str:
    if timeline.duration <= 0:
        return "Nothing is cut yet: say what the film should be."
    clips = count(len(timeline.clips()), "clip")
    shape = f"{timeline.width}x{timeline.height} at {float(timeline.rate):g} frames per second"
    return f"The cut is {clock(timeline.duration)} long ({_seconds(timeline)} s): {clips}, {shape}."


def _seconds(timeline: Timeline) -> str:
    return f"{round(float(timeline.duration), 2):g}"


def _line(number: int, at: Any, clip: Clip) -> str:
    notes = [f"{float(clip.speed):g}x"] if clip.speed != 1 else []
    notes += ["muted"] if clip.muted else []
    noted = f" ({', '.join(notes)})" if notes else ""
    return f"{number}. at {clock(at)}, {clock(clip.duration)} of {clip.name}{noted}"


def _cited(clip: Clip, dailies: Dailies) -> Evidence:
    """What the index says the clip shows, or its name."""
    found = described(clip.footage_id, clip.source, dailies)
    return found or Evidence(
        kind="name",
        footage_id=clip.footage_id,
        start_s=str(clip.source.start),
        end_s=str(clip.source.end),
        quote=clip.name,
    )


def _beside(timeline: Timeline) -> list[str]:
    """What stands over, under and between the clips, in lines."""
    titles = [f"{t.text!r} at {t.span}" for t in timeline.titles if t.style != "subtitle"]
    subtitles = sum(t.style == "subtitle" for t in timeline.titles)
    holes = [f"{gap.wanted or 'nothing'} at {clock(at)}" for at, gap in timeline.holes()]
    sound = [t.name for t in timeline.tracks if t.kind == "audio" and _filled(t.items)]
    lines = [f"Titles: {listed(titles)}."] if titles else []
    lines += [f"{count(subtitles, 'subtitle')}."] if subtitles else []
    lines += [f"Holes: {listed(holes)}."] if holes else []
    lines += [f"Sound of its own on {listed(sound)}."] if sound else []
    return lines


def _filled(items: tuple[Any, ...]) -> bool:
    return any(not isinstance(item, Gap) for item in items)


def _data(timeline: Timeline) -> dict[str, Any]:
    return {
        "duration_s": str(timeline.duration),
        "clips": [clip.id for _, clip in timeline.clips()],
        "frame": [timeline.width, timeline.height],
        "rate": str(timeline.rate),
    }
