"""The real clips' own descriptions as a library, without watching them: moments and speech."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from project import footage as store
from project.footage import Caption, Footage, Moment, Senses, Shot, Speech, Technical
from project.store import Project
from timeline.time import TimeRange


def span(entry: dict[str, Any]) -> TimeRange:
    return TimeRange(Fraction(str(entry["start_s"])), Fraction(str(entry["end_s"])))


def build(project: Project, manifest: dict[str, Any]) -> None:
    """Write one piece of footage for each clip, its moments as sidecar captions."""
    for number, clip in enumerate(manifest["clips"]):
        footage_id, end = f"real-{number:03}", Fraction(str(clip["duration"]))
        picture = clip["width"] is not None
        technical = Technical(
            width=clip["width"] or 0, height=clip["height"] or 0, has_picture=picture,
            rate=str(Fraction(str(clip["fps"] or 0))),
            has_sound=bool(clip["has_audio"] and not clip["audio_silent"]),
            picture_end_s=str(end if picture else 0),
        )  # fmt: skip
        store.save(
            project,
            Footage(
                footage_id, Path("/real") / clip["name"], clip["name"], "real", clip["sha256"],
                clip["bytes"], 0, "ok", duration_s=end, technical=technical,
            ),
        )  # fmt: skip
        told = [(span(entry), entry["description"]) for entry in clip["moments"]]
        moments = []
        for second in range(int(-(-end // 1))):
            here = TimeRange(Fraction(second), min(end, Fraction(second + 1)))
            best = max(told, key=lambda pair: pair[0].overlap(here))
            caption = best[1] if best[0].overlap(here) > 0 else ""
            moments.append(Moment(footage_id, second, here, 0, caption, "sidecar", "", Senses()))
        store.replace_knowledge(
            project,
            footage_id,
            shots=[Shot(footage_id, 0, TimeRange(Fraction(0), end))],
            moments=moments,
            speech=[
                Speech(footage_id, span(line), line["text"], "", "sidecar")
                for line in clip.get("transcript", [])
            ],
            captions=[Caption(footage_id, where, text, "sidecar") for where, text in told],
        )
