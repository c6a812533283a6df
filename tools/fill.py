"""The tool that fills a hole by generation: from words, or from the frames beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field

from generator.choose import backends as known_backends
from generator.choose import choose
from generator.values import Choice, Generator, Refused, ShotRequest
from index.ingest import ingest_file
from project import footage as store
from project import history
from project.errors import BadArguments, CreatorError
from project.footage import Footage
from project.settings import Settings
from project.store import Project
from timeline import edits
from timeline.errors import NoSuchItem
from timeline.model import Clip, Gap, Reframe, Timeline
from timeline.time import TimeRange, clock
from tools.dailies import listed, made_id
from tools.drawing import Mode, conditions, draw, neighbours
from tools.pointing import hole
from tools.proposal import Change, Cost, Effect, Hole, Proposal
from tools.shape import Arguments, Cancel, Progress

# when words are refused: what the frames beside the hole allow, the most natural first
_FALLBACKS: tuple[Mode, ...] = ("connect", "extend_before", "extend_after")


class FillArguments(Arguments):
    """Which hole, and how to fill it."""

    gap: str = Field("", description="gap id, hole number from 1, or its words; empty: the first")
    words: str = Field("", max_length=500, description="what to show; empty: what the hole wants")
    negative: str = Field("", max_length=300, description="what not to show")
    mode: Literal["auto", "words", "extend_before", "extend_after", "connect", "still"] = Field(
        "auto",
        description="words: from words alone; extend_before: the clip before the hole goes on;"
        " extend_after: it leads into the clip after; connect: from the one to the other; still:"
        " a slow move over the last frame before it; auto: words, else what the frames allow",
    )
    backend: str = Field("auto", description="auto, or a backend's name")
    seed: int = Field(0, ge=0, le=2**31 - 1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request that a backend agreed to."""

    mode: Mode
    request: ShotRequest
    choice: Choice
    refused: str = ""  # why the first way was not taken


class Fill:
    """Makes a shot for a hole and puts it there; it carries where it came from."""

    name: ClassVar[str] = "fill"
    summary: ClassVar[str] = "Fill a hole in the cut with a generated shot"
    effect: ClassVar[Effect] = "slow"
    arguments: ClassVar[type[Arguments]] = FillArguments

    def propose(self, arguments: FillArguments, project: Project) -> Proposal:
        """Backend, cost and what it cannot draw. Raises BadArguments where nothing would do."""
        timeline = history.current(project)
        gap = hole(arguments.gap, timeline)
        limit = project.settings.max_generated_s
        if gap.duration > limit:
            raise BadArguments(
                f"the hole lasts {clock(gap.duration)} and at most {limit:g} s are generated at"
                " once (max_generated_s); make it shorter, or raise the limit"
            )
        wanted = _wanted(arguments, gap, timeline, project)
        return self._proposal(arguments, gap, timeline, wanted)

    def _proposal(
        self, arguments: FillArguments, gap: Gap, timeline: Timeline, wanted: Wanted
    ) -> Proposal:
        request, generator = wanted.request, wanted.choice.generator
        estimate = generator.estimate(request)
        at = timeline.start_of(gap.id)
        shown = shows(generator.name, wanted.mode, request.prompt)
        what = f"a made shot of {shown!r}" if shown else "a made join of its neighbours"
        change = Change(
            verb="replace",
            item_id=gap.id,
            what=f"{what} ({generator.name}, {clock(gap.duration)})"
            f" takes the place of the hole at {clock(at)}",
            start_s=str(at),
        )
        paid = generator.name == "api" or estimate.money_usd > 0
        return Proposal(
            tool=self.name,
            arguments=arguments.model_dump(mode="json"),
            effect="paid" if paid else "slow",
            answer=_answer(gap, at, wanted, estimate.seconds, estimate.money_usd),
            changes=(change,),
            cost=Cost(
                seconds=round(estimate.seconds, 1),
                money_usd=estimate.money_usd,
                disk_bytes=request.frame_count * request.width * request.height // 8,
            ),
            holes=(_hole(gap, at),),
            data={
                "gap_id": gap.id,
                "duration_s": str(gap.duration),
                "start_s": str(at),
                "mode": wanted.mode,
                "prompt": request.prompt,
                "backend": generator.name,
                "width": request.width,
                "height": request.height,
                "rate": str(request.rate),
                "neighbours": [
                    None if clip is None else [clip.footage_id, str(clip.source)]
                    for clip in neighbours(timeline, gap.id)
                ],
            },
        )

    def work(
        self, proposal: Proposal, project: Project, progress: Progress, cancel: Cancel
    ) -> dict[str, Any]:
        """The shot made, checked, kept and known to the index; the same action makes it once."""
        out = project.generated / f"fill-{proposal.action_hash()[:16]}.mp4"
        known = store.by_path(project, out)
        if known is not None and out.is_file() and known.status == "ok":
            return {"footage_id": known.id, "path": str(out)}
        arguments = FillArguments.model_validate(proposal.arguments)
        data = proposal.data
        timeline = history.current(project)
        gap = _still_there(str(data["gap_id"]), timeline)
        mode: Mode = data["mode"]
        request = _request(arguments, mode, gap, timeline, project)
        choice = choose(
            request, backend=str(data["backend"]), backends=backends_from(project.settings)
        )
        origin = draw(choice.generator, request, out, mode=mode, progress=progress, cancel=cancel)
        progress(0.95, "looking at it")
        shown = shows(choice.generator.name, mode, request.prompt)
        span = (Fraction(0), gap.duration, shown or "a made join between two clips")
        footage: Footage = ingest_file(
            project,
            out,
            origin=origin,
            title=shown or "Made join between two clips",
            captions=(span,),
        )
        progress(1.0, "done")
        return {"footage_id": footage.id, "path": str(out)}

    def apply(self, proposal: Proposal, work: dict[str, Any], project: Project) -> Timeline | None:
        """The current timeline with the shot in the hole, exactly as long as it."""
        timeline = history.current(project)
        gap = _still_there(str(proposal.data["gap_id"]), timeline)
        footage = store.find(project, str(work["footage_id"]))
        end = max(footage.picture_range.end, gap.duration)  # the file holds the gap's frames
        same = (footage.technical.width, footage.technical.height) == (
            timeline.width,
            timeline.height,
        )
        backend, mode = str(proposal.data["backend"]), proposal.data["mode"]
        shown = shows(backend, mode, str(proposal.data["prompt"]))
        clip = Clip(
            id=made_id("c", gap.id, footage.id),
            footage_id=footage.id,
            name=footage.title or footage.name,
            source=TimeRange(Fraction(0), gap.duration),
            available=TimeRange(Fraction(0), end),
            reframe=None if same else Reframe(fit="fill"),
            origin=footage.origin,
            reasons=(f"Made by {backend}: {shown or 'a join of its neighbours'}",),
            beat=gap.wanted or shown,
        )
        return edits.replace_gap(timeline, gap.id, clip)


def shows(backend: str, mode: Mode, prompt: str) -> str:
    """What a made shot can be said to show; "" for frames that were only moved and mixed.

    The motion backend reads no words, so what was wanted must not be claimed of its shots.
    """
    return "" if backend == "motion" or mode == "still" else prompt


def backends_from(settings: Settings) -> tuple[Generator, ...]:
    """Every generator backend, with what the settings say about each. Loads no model."""
    return known_backends(
        diffusers_model=settings.diffusers_model,
        video_api_url=settings.video_api_url,
        video_api_key=settings.video_api_key.get_secret_value(),
        video_api_model=settings.video_api_model,
        allow_downloads=settings.allow_downloads,
        device=_device(),
    )


def _device() -> str:
    """ "cuda" where a driver is there and torch can use it; torch is imported only then."""
    if not Path("/dev/nvidiactl").exists():
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _still_there(gap_id: str, timeline: Timeline) -> Gap:
    try:
        gap = timeline.item(gap_id)
    except NoSuchItem as error:
        raise CreatorError(
            "the hole is not on the timeline any more; nothing was filled"
        ) from error
    if not isinstance(gap, Gap):
        raise CreatorError("the hole is filled already; nothing was changed")
    return gap


def _hole(gap: Gap, at: Fraction) -> Hole:
    return Hole(gap_id=gap.id, wanted=gap.wanted, start_s=str(at), duration_s=str(gap.duration))


def _request(
    arguments: FillArguments, mode: Mode, gap: Gap, timeline: Timeline, project: Project
) -> ShotRequest:
    """The shot as long as the gap in the timeline's own frames. Raises BadArguments."""
    base = ShotRequest(
        prompt=(arguments.words or gap.wanted).strip(),
        negative_prompt=arguments.negative,
        duration_s=gap.duration,
        width=timeline.width,
        height=timeline.height,
        rate=timeline.rate,
        seed=arguments.seed,
    )
    return replace(base, conditions=conditions(mode, base, gap.id, timeline, project))


def _wanted(arguments: FillArguments, gap: Gap, timeline: Timeline, project: Project) -> Wanted:
    """The first way of filling the hole that a backend agrees to. Raises BadArguments."""
    wish = arguments.mode
    backend = arguments.backend
    if backend == "auto":
        backend = project.settings.generator
    modes: tuple[Mode, ...] = (wish,) if wish != "auto" else ("words", *_FALLBACKS)
    if wish == "auto" and not (arguments.words or gap.wanted).strip():
        modes = _FALLBACKS
    every = backends_from(project.settings)
    refusals: list[str] = []
    for mode in modes:
        try:
            request = _request(arguments, mode, gap, timeline, project)
            choice = choose(request, backend=backend, backends=every)
        except (Refused, BadArguments) as error:
            refusals.append(f"{mode.replace('_', ' ')}: {error}")
            continue
        return Wanted(mode, request, choice, refusals[0] if refusals else "")
    raise BadArguments(
        f"no way was found to fill {gap.wanted or 'the hole'!r}. {' | '.join(refusals)}"
    )


def _answer(gap: Gap, at: Fraction, wanted: Wanted, seconds: float, money: float) -> str:
    ways: dict[Mode, str] = {
        "words": f"drawn from the words {wanted.request.prompt!r}",
        "extend_before": "filled by letting the clip before it go on",
        "extend_after": "filled by leading into the clip after it",
        "connect": "filled by going from the clip before it to the clip after it",
        "still": "filled by a slow move over the last frame before it",
    }
    gate = wanted.choice.generator.gate(wanted.request)
    price = f" and {money:.2f} USD" if money else ""
    said = [
        f"The hole at {clock(at)} ({clock(gap.duration)}) would be {ways[wanted.mode]}.",
        f"{wanted.choice.reason}.",
        f"About {max(1, round(seconds))} s of work{price}.",
    ]
    if gate.unknown_words:
        said.insert(2, f"It cannot draw {listed([repr(w) for w in gate.unknown_words])}.")
    if wanted.refused:
        said.append(f"No backend would draw it from words ({_short(wanted.refused)}).")
    if not shows(wanted.choice.generator.name, wanted.mode, wanted.request.prompt):
        said.append(f"It will not show {gap.wanted!r}." if gap.wanted else "")
    return " ".join(part for part in said if part)


def _short(text: str) -> str:
    return text if len(text) <= 300 else text[:300].rsplit(" ", 1)[0] + " ..."
