"""The tool that fills a hole by generation: from words, or from the frames beside it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, ClassVar

from generator.choose import backends as known_backends
from generator.machine import held_up
from generator.values import Generator
from index.embed import embedder
from index.ingest import ingest_file
from project import footage as store
from project import history
from project.errors import BadArguments, CreatorError
from project.footage import Footage
from project.settings import Settings
from project.store import Project
from timeline import document
from timeline.errors import NoSuchItem
from timeline.model import Clip, Timeline
from timeline.time import clock
from tools.drawing import Drawn
from tools.filling import takes, watching
from tools.filling.making import Making
from tools.filling.offer import Offer, offered, said
from tools.filling.place import Place, place_of, put
from tools.filling.reading import (
    FillArguments,
    Reading,
    backend_of,
    nothing_honest,
    read_arguments,
    surveyed,
)
from tools.filling.ways import Survey, reason
from tools.proposal import Change, Cost, Effect, Hole, Proposal
from tools.shape import Arguments, Cancel, Progress

LOOK_S, LOOK_SHARE = 3.0, 1.5  # writing, checking and watching a shot, and for each second of it


class Fill:
    """Makes a shot for a hole, checks it and puts it there; it carries where it came from."""

    name: ClassVar[str] = "fill"
    summary: ClassVar[str] = "Fill a hole in the cut with a generated shot, or choose another take"
    effect: ClassVar[Effect] = "slow"
    arguments: ClassVar[type[Arguments]] = FillArguments

    def propose(self, arguments: FillArguments, project: Project) -> Proposal:
        """How it would be filled, by what, at which cost, and how else.

        Where nothing honest would do, the proposal only says so, and what else can be done.
        Raises BadArguments for a hole too long to make.
        """
        read = read_arguments(arguments, project)
        if read.wish.number:
            return self._earlier(read)
        limit = project.settings.max_generated_s
        if read.place.length_s > limit:
            raise BadArguments(
                f"the hole lasts {clock(read.place.length_s)} and at most {limit:g} s are"
                " generated at once (max_generated_s); make it shorter, or raise the limit"
            )
        every = backends_from(project.settings, read.look_file)
        found = surveyed(read, project, every)
        offer = offered(found, project.cache / "drafts")
        if offer is None:
            return Proposal(
                tool=self.name,
                arguments=arguments.model_dump(mode="json"),
                effect="read",
                answer=nothing_honest(read, found, every),
                holes=() if read.place.filled else (_hole(read.place),),
            )
        by = backend_of(read, project)[1]
        return self._proposal(read, found, offer, by)

    def _proposal(self, read: Reading, found: Survey, offer: Offer, by: str) -> Proposal:
        way, place = offer.way, read.place
        request, generator = way.join.request, way.generator
        shown = shows(generator.name, request.prompt)
        what = f"a made shot of {shown!r}" if shown else "a made join of its neighbours"
        number = _standing(read)
        gone = f"take {number}" if number else "the made shot" if place.filled else "the hole"
        by_whom = f"{generator.name}, look {read.look}" if read.look else generator.name
        look_s = LOOK_S + LOOK_SHARE * float(place.length_s)
        change = Change(
            verb="replace",
            item_id=place.item.id,
            what=f"{what} ({by_whom}, {clock(place.length_s)})"
            f" takes the place of {gone} at {clock(place.at_s)}",
            start_s=str(place.at_s),
        )
        told = said(place, offer, found, by=by, shown=shown, look=read.look)
        earlier = takes.told(read.made, getattr(place.item, "footage_id", ""))
        return Proposal(
            tool=self.name,
            arguments=read.arguments.model_dump(mode="json"),
            effect="paid" if way.paid else "slow",
            answer=" ".join(filter(None, (told.text, earlier))),
            changes=(change,),
            cost=Cost(
                seconds=round(way.estimate.seconds + held_up() * look_s, 1),
                money_usd=way.estimate.money_usd,
                disk_bytes=way.join.frames * request.width * request.height // 8,
            ),
            holes=() if place.filled else (_hole(place),),
            data={
                "gap_id": place.item.id,
                "take_key": read.key,
                "lead": told.lead,
                "how": told.how,
                "warnings": list(told.warnings),
                "details": [*told.details, *filter(None, [earlier])],
                "duration_s": str(place.length_s),
                "start_s": str(place.at_s),
                "mode": way.mode,
                "prompt": request.prompt,
                "backend": generator.name,
                "seed": request.seed,
                "width": request.width,
                "height": request.height,
                "rate": str(request.rate),
                "draft": offer.draft.data() if offer.draft else None,
                "preview": f"drafts/{offer.picture.name}" if offer.picture else "",
                "ways": [one.data() for one in offer.ways],
                "look": read.look,
                "standing": number,
                "by_chance": way.by_chance,
                "loop": request.loop,
                "next_seed": request.seed + (0 if read.fresh_seed else 1),
                "neighbours": [
                    None if clip is None else [clip.footage_id, str(clip.source)]
                    for clip in (place.before, place.after)
                ],
            },
        )

    def _earlier(self, read: Reading) -> Proposal:
        """An earlier take in the place, as a plain edit."""
        place = read.place
        number, footage = takes.chosen(read.wish.number, place, read.made)
        after = put(place, footage, read.timeline)
        change = Change(
            verb="replace",
            item_id=place.item.id,
            what=f"take {number} ({footage.title or footage.name}) takes its place again"
            f" at {clock(place.at_s)}",
            footage_id=footage.id,
            start_s=str(place.at_s),
        )
        made = footage.origin
        how = f", made by {made.backend} with seed {made.seed}" if made else ""
        return Proposal(
            tool=self.name,
            arguments=read.arguments.model_dump(mode="json"),
            effect="edit",
            answer=f"Take {number} of {len(read.made)}{how}, stands at {clock(place.at_s)} again."
            " The other takes stay in the project.",
            changes=(change,),
            timeline=document.to_document(after),
            data={"gap_id": place.item.id, "take_key": read.key, "standing": _standing(read)},
        )

    def work(
        self, proposal: Proposal, project: Project, progress: Progress, cancel: Cancel
    ) -> dict[str, Any]:
        """The shot made, checked, kept and known to the index; the same action makes it once.

        A shot that fails its checks is made once more, another way or with another seed, unless
        it costs money. While it is made, a picture of it lies at `watching.picture`.
        Raises CreatorError with what was wrong and what else can be done.
        """
        if proposal.effect in ("edit", "read"):
            return {}
        data, action = proposal.data, proposal.action_hash()
        out = takes.file_of(str(data["take_key"]), action, project)
        place = _still_there(str(data["gap_id"]), history.current(project))
        known = store.by_path(project, out)
        if known is not None and out.is_file() and known.status == "ok":
            return {"footage_id": known.id, "path": str(out)}
        arguments = FillArguments.model_validate({**proposal.arguments, "gap": data["gap_id"]})
        read = read_arguments(arguments, project)
        every = backends_from(project.settings, read.look_file)
        with watching.shown(project, action) as seen:
            making = Making(read, project, every, data, out, progress, cancel, seen)
            way, drawn, first = making.made()
        progress(0.95, "looking at it")
        shown = shows(way.generator.name, way.join.request.prompt)
        span = (Fraction(0), place.length_s, shown or "a made join between two clips")
        footage: Footage = ingest_file(
            project,
            out,
            origin=drawn.origin,
            title=shown or "Made join between two clips",
            captions=(span,),
        )
        progress(1.0, "done")
        why = reason(way, by=backend_of(read, project)[1])
        return {
            "footage_id": footage.id,
            "path": str(out),
            "answer": _told(drawn, first, why),
            "checked": drawn.checked.data(),
        }

    def apply(self, proposal: Proposal, work: dict[str, Any], project: Project) -> Timeline | None:
        """The current timeline with the shot in the place, exactly as long as it."""
        if proposal.effect in ("edit", "read"):
            return document.from_document(proposal.timeline) if proposal.timeline else None
        timeline = history.current(project)
        place = _still_there(str(proposal.data["gap_id"]), timeline)
        footage = store.find(project, str(work["footage_id"]))
        return put(place, footage, timeline, why=str(work.get("answer", "")))


def shows(backend: str, prompt: str) -> str:
    """What a made shot can be said to show; "" for frames that were only moved and mixed.

    The motion backend reads no words, so what was wanted must not be claimed of its shots.
    """
    return "" if backend == "motion" else prompt


def backends_from(settings: Settings, look: Path | None = None) -> tuple[Generator, ...]:
    """Every generator backend, with what the settings say about each. Loads no model.

    look: the file of a learned look, for the built-in model.
    """
    return known_backends(
        diffusers_model=settings.diffusers_model,
        video_api_url=settings.video_api_url,
        video_api_key=settings.video_api_key.get_secret_value(),
        video_api_model=settings.video_api_model,
        embed=embedder(settings).embed,
        look=look,
        allow_downloads=settings.allow_downloads,
        device=_device(),
    )


def _device() -> str:
    """ "cuda" where a driver is there and torch can use it; torch is imported only then."""
    if not Path("/dev/nvidiactl").exists():
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _told(drawn: Drawn, first: str, why: str) -> str:
    """What was really made, why by that backend, and what the checks found."""
    origin = drawn.origin
    said = [first] if first else []
    said.append(f"Made by {origin.backend} ({origin.model}), seed {origin.seed}: {why}.")
    said.append(f"Checked: {drawn.checked.words}.")
    said += [f"{note[:1].upper()}{note[1:]}." for note in drawn.notes]
    return " ".join(said)


def _standing(read: Reading) -> int:
    """The number of the take that would give way, from 1; 0 for none that is known."""
    here = getattr(read.place.item, "footage_id", "")
    return next((n for n, made in enumerate(read.made, 1) if made.id == here), 0)


def _still_there(item_id: str, timeline: Timeline) -> Place:
    try:
        place = place_of(item_id, timeline)
    except NoSuchItem as error:
        raise CreatorError(
            "the hole is not on the timeline any more; nothing was filled"
        ) from error
    if isinstance(place.item, Clip) and place.item.origin is None:
        raise CreatorError("the hole is filled already; nothing was changed")
    return place


def _hole(place: Place) -> Hole:
    return Hole(gap_id=place.item.id, wanted=place.wanted, start_s=str(place.at_s),
                duration_s=str(place.length_s))  # fmt: skip
