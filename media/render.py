"""A film rendered: pieces from the cache where nothing changed, made where it did, joined.

First what differs from the last time is made, several pieces at a time, each under its key. Then
the sound is joined and mixed, pictures and sound go into one file without encoding pictures
again, and that file is opened and checked before it gets its name.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

from media import mix, titles
from media.errors import Cancelled, MediaError, WorkerFailed
from media.finish import finished, prune
from media.pieces import Layer, Shop, make_picture, make_sound
from media.plan import Overlay, PartSound, Piece, Plan, content_key, plan, sample_at, untouched
from media.probe import path_hex, raise_if_error
from media.sandbox import Limits, worker
from media.sources import Source, source
from media.subtitles import add_track
from media.values import Cancel, Film, Progress, Rendered

CORES = os.cpu_count() or 2
WORKERS = max(2, min(6, CORES // 2))
LAST_SHARE = 0.1  # of the progress: joining, mixing, checking
SILENT = 1e-4
CACHE_GB = 5.0
_Job = tuple[int, Callable[[], None]]  # weight in the progress, what to do


def render(
    film: Film,
    out: Path,
    *,
    cache: Path,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    cache_gb: float = CACHE_GB,
) -> Rendered:
    """`film` as an H.264/AAC MP4 at `out`, of exactly the frames its parts add up to.

    cache: a folder of pieces that later renders reuse; it may be deleted at any time. Those used
    longest ago go where they take more than `cache_gb`, this film's never. Raises MediaError
    (a source is gone or no media), WorkerFailed, Cancelled; nothing is left then.
    """
    work = _Work(film, plan(film), cache, progress or _nobody, cancel)
    cache.mkdir(parents=True, exist_ok=True)
    work.make()
    made = work.finish(out)
    prune(cache, work.used(), most_bytes=int(cache_gb * 1e9))
    return made


def _nobody(_share: float) -> None:
    """Nobody watches."""


class _NotCopied(Exception):
    """The pictures of this film have to be encoded."""


@dataclass
class _Work:
    """One render on its way."""

    film: Film
    plan: Plan
    cache: Path
    progress: Progress
    cancel: Cancel | None
    warnings: list[str] = field(default_factory=list)
    rendered: int = 0
    threads: int = 1  # for each piece: a lone long one gets every core
    stopped: threading.Event = field(default_factory=threading.Event)
    sources: dict[tuple[Path, Fraction], Source] = field(default_factory=dict)
    layers: dict[tuple[str, str, int], Layer] = field(default_factory=dict)

    def halted(self) -> bool:
        """Whether the creator stopped the job, or another piece failed."""
        return self.stopped.is_set() or (self.cancel is not None and self.cancel())

    def make(self) -> None:
        """Make every piece and sound that the cache does not hold."""
        self._take_over()
        pictures = [p for p in _once(self.plan.pieces) if not self.held(p.key, ".mp4")]
        sounds = [s for s in _once(self.plan.sounds) if not self.held(s.key, ".f32")]
        self.rendered = len(pictures)
        self.threads = max(1, CORES // max(1, min(WORKERS, len(pictures))))
        self._all([*self._probing(pictures, sounds), *self._drawing(pictures)])
        jobs: list[_Job] = [(p.frames, partial(self._picture, p)) for p in pictures]
        jobs += [(1 + s.samples // 50_000, partial(self._sound, s)) for s in sounds]
        self._all(sorted(jobs, key=lambda job: -job[0]))

    def _take_over(self) -> None:
        """Pictures that nothing changes are copied, if those of the whole film can be."""
        whole = untouched(self.plan)
        if whole is None or all(self.held(p.key, ".mp4") for p in self.plan.pieces):
            return
        if not self.held(whole.key, ".mp4"):
            try:
                with finished(self.cache / f"{whole.key}.mp4") as temporary:
                    self._copy(temporary)
            except (_NotCopied, WorkerFailed):
                return
        self.plan = replace(self.plan, pieces=(whole,))

    def _copy(self, temporary: Path) -> None:
        spans = [
            (path_hex(piece.sides[0].path), str(piece.sides[0].start_s), piece.frames)
            for piece in self.plan.pieces
            if piece.sides[0].path is not None
        ]
        job = {
            "do": "copy",
            "path": path_hex(temporary),
            "spans": spans,
            "size": self.plan.size,
            "rate": str(self.plan.rate),
        }
        with worker(dict(job), limits=Limits(quiet_s=1800.0), cancel=self.halted) as child:
            for message in child.messages():
                if message.kind == "copied" and message.note["copied"]:
                    return
                break
        raise _NotCopied

    def held(self, key: str, ending: str) -> bool:
        """Whether the cache holds it; what is wanted counts as used now."""
        try:
            os.utime(self.cache / f"{key}{ending}")
        except OSError:
            return False
        return True

    def used(self) -> frozenset[str]:
        """The names, without endings, of everything in the cache that this film is made of."""
        size, rate = self.plan.size, self.plan.rate
        names = {p.key for p in (*self.plan.pieces, *self.plan.sounds) if p is not None}
        names |= {layer_key(o, size, rate) for p in self.plan.pieces for o in p.overlays}
        return frozenset(names)

    def _probing(self, pictures: Sequence[Piece], sounds: Sequence[PartSound]) -> list[_Job]:
        """Looks at every source that has to be read, once, with all the places it is read at."""
        wanted: dict[Path, set[Fraction]] = {}
        for piece in pictures:
            for side in piece.sides:
                if side.path is not None:
                    wanted.setdefault(side.path, set()).add(side.start_s)
        for sound in sounds:
            wanted.setdefault(sound.path, set()).add(sound.start_s)
        for bed in self.film.sounds:
            if bed.source.path is not None:
                wanted.setdefault(bed.source.path, set()).add(bed.source.start_s)

        def look(path: Path, places: set[Fraction]) -> None:
            found = source(path, sorted(places), cancel=self.halted)
            for place in places:
                self.sources[(path, place)] = found

        return [(0, partial(look, path, places)) for path, places in wanted.items()]

    def _drawing(self, pictures: Sequence[Piece]) -> list[_Job]:
        """The titles that pieces to make need, each drawn once."""
        wanted: dict[tuple[str, str, int], Overlay] = {}
        for piece in pictures:
            for over in piece.overlays:
                wanted[(over.title.text, over.title.style, over.frames)] = over

        def lay(name: tuple[str, str, int], over: Overlay) -> None:
            self.layers[name] = self._layer(over)

        return [(0, partial(lay, name, over)) for name, over in wanted.items()]

    def _layer(self, over: Overlay) -> Layer:
        size, rate = self.plan.size, self.plan.rate
        key = layer_key(over, size, rate)
        path = self.cache / f"{key}.mov"
        if self.held(key, ".mov"):
            return Layer(path, *titles.corner(over.title, size))
        corner = titles.make_layer(
            over.title, over.frames, path, size=size, rate=rate, cancel=self.halted
        )
        return Layer(path, *corner)

    def _shop(self) -> Shop:
        return Shop(
            self.plan.size, self.plan.rate, self.threads, self.halted, self.sources, self.layers
        )

    def _picture(self, piece: Piece) -> None:
        said = make_picture(piece, self.cache / f"{piece.key}.mp4", self._shop())
        self._remember(piece.key, said)

    def _sound(self, sound: PartSound) -> None:
        found, out = self.sources[(sound.path, sound.start_s)], self.cache / f"{sound.key}.f32"
        if found.probe.audio is None:
            out.touch()
            return
        self._remember(sound.key, make_sound(sound, out, self._shop(), found))

    def _remember(self, key: str, said: tuple[str, ...]) -> None:
        """Keep warnings beside the piece, so that a later render that reuses it says them too."""
        note = self.cache / f"{key}.json"
        if said:
            note.write_text(json.dumps(said, ensure_ascii=True))
        else:
            note.unlink(missing_ok=True)

    def _all(self, jobs: Sequence[_Job]) -> None:
        """Do `jobs`, several at a time; the first failure stops the others."""
        whole, done = sum(weight for weight, _ in jobs), 0
        with ThreadPoolExecutor(WORKERS) as pool:
            running = {pool.submit(job): weight for weight, job in jobs}
            try:
                for future in as_completed(running):
                    future.result()
                    done += running[future]
                    if whole:
                        self.progress((1 - LAST_SHARE) * done / whole)
            except BaseException:  # an interrupt too must end the pieces on their way
                self.stopped.set()
                pool.shutdown(cancel_futures=True)
                raise
        if self.halted():
            raise Cancelled("the render was stopped; nothing was left behind")

    def finish(self, out: Path) -> Rendered:
        """Join, mix, check, name."""
        for title in self.film.titles:
            if lost := titles.unwritable(title.text):
                self.warnings.append(
                    f"no font on this system has the letters {lost[:20]!r} of the title"
                    f" {title.text[:40]!r}; they are left out. Install one that has them, such as"
                    " Noto Sans CJK or Noto Sans"
                )
        for key in (p.key for p in (*self.plan.pieces, *self.plan.sounds) if p is not None):
            note = self.cache / f"{key}.json"
            if note.is_file():
                self.warnings += json.loads(note.read_text())
        with tempfile.TemporaryDirectory(prefix="roughcut-", dir=self.cache) as folder:
            loudest, sound = self._mix(Path(folder))
            self.progress(1 - LAST_SHARE / 2)
            with finished(out) as temporary:
                facts = self._assemble(sound, temporary)
                self._judge(facts, loudest)
                if self.film.subtitles:
                    worded = Path(folder) / "worded.mp4"
                    add_track(temporary, self.film.subtitles, worded, cancel=self.halted)
                    shutil.move(worded, temporary)
                if self.halted():
                    raise Cancelled("the render was stopped; nothing was left behind")
        self.progress(1.0)
        pieces = len({p.key for p in self.plan.pieces})
        return Rendered(
            path=out,
            duration_s=self.plan.frames / self.plan.rate,
            frames=facts["frames"],
            width=facts["width"],
            height=facts["height"],
            warnings=tuple(dict.fromkeys(self.warnings)),
            parts_rendered=self.rendered,
            parts_reused=pieces - self.rendered,
        )

    def _mix(self, folder: Path) -> tuple[float, Path]:
        joined, mixed = folder / "joined.f32", folder / "sound.mp4"
        paths = [self.cache / f"{s.key}.f32" if s else None for s in self.plan.sounds]
        loudest = mix.join(self.film, self.plan, paths, joined, cancel=self.halted)
        sources = {path: found for (path, _), found in self.sources.items()}
        self.warnings += mix.finish(
            self.film, self.plan, joined, mixed, sources=sources, cancel=self.halted
        )
        return loudest, mixed

    def _assemble(self, sound: Path, temporary: Path) -> dict[str, Any]:
        job = {
            "do": "assemble",
            "path": path_hex(temporary),
            "pieces": path_hex(_listing(self.plan, self.cache, sound.parent)),
            "sound": path_hex(sound),
            "rate": str(self.plan.rate),
            "tags": [list(tag) for tag in self.film.metadata],
        }
        with worker(dict(job), limits=Limits(quiet_s=1800.0), cancel=self.halted) as child:
            for message in child.messages():
                raise_if_error(message)
                return message.note
            child.finish()
            raise child.failure("could not join the pieces of the film")

    def _judge(self, facts: dict[str, Any], loudest: float) -> None:
        """Refuse a file that is not the film; warn about one that is empty of light or sound."""
        samples = sample_at(self.plan.frames, self.plan.rate)
        if facts["frames"] != self.plan.frames:
            raise MediaError(
                f"the finished file holds {facts['frames']} frames where {self.plan.frames} were "
                "asked for; it was not kept"
            )
        if abs(facts["samples"] - samples) > 4096:
            raise MediaError(
                f"the finished file holds {facts['samples']} samples of sound where {samples} "
                "were asked for; it was not kept"
            )
        if facts["black"] and any(p.source.path for p in self.film.parts):
            self.warnings.append("the whole film is black")
        if facts["loudest"] < SILENT and loudest > 10 * SILENT:
            raise MediaError("the finished file is silent, its parts are not; it was not kept")


def layer_key(over: Overlay, size: tuple[int, int], rate: Fraction) -> str:
    """The name in the cache of a title's drawn layer."""
    return content_key("title", size, rate, over.title.text, over.title.style, over.frames)


def _listing(plan: Plan, cache: Path, folder: Path) -> Path:
    """The pieces in film order as a file: hex path and frames, one a line."""
    listing = folder / "pieces.txt"
    lines = [f"{path_hex(cache / f'{p.key}.mp4')} {p.frames}" for p in plan.pieces]
    listing.write_text("\n".join(lines))
    return listing


def _once(items: Sequence[Any]) -> list[Any]:
    """Each thing to make once, whatever how often it is used."""
    return list({item.key: item for item in items if item is not None}.values())
