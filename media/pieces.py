"""Makes the pieces of a film: pictures as H.264 of exact length, sound as raw samples."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from media import command, filters
from media.encode import h264
from media.errors import WorkerFailed
from media.finish import finished
from media.plan import SOUND_HZ, PartSound, Piece, Side
from media.sandbox import Child, Limits
from media.sources import Source
from media.values import Cancel

LIMITS = Limits(quiet_s=120.0)
MUCH = 1 << 20  # seconds; longer than any hold
DAMAGE = (
    "error while decoding", "concealing", "corrupt", "invalid nal", "invalid data", "bytestream",
    "decode_slice", "damaged", "missing reference", "error submitting",
    "partial file",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layer:
    """A drawn title: a clip with see-through parts, and where its left upper corner lies."""

    path: Path
    left: int
    top: int


@dataclass(frozen=True, slots=True)
class Shop:
    """What every piece is made with."""

    size: tuple[int, int]
    rate: Fraction
    threads: int
    cancel: Cancel | None
    sources: dict[tuple[Path, Fraction], Source]
    layers: dict[tuple[str, str, int], Layer]

    def source(self, side: Side) -> Source | None:
        """What is known of the side's file; None for black."""
        return self.sources[(side.path, side.start_s)] if side.path is not None else None


def make_picture(piece: Piece, out: Path, shop: Shop) -> tuple[str, ...]:
    """Write the piece to `out`, exactly `piece.frames` long; warnings in words.

    A source that runs out holds its last frame, one that does not decode is black; both are said.
    """
    warnings: list[str] = []
    with finished(out) as temporary:
        made = _attempt(piece, temporary, shop, warnings, again=False)
        if made < piece.frames:
            made = _attempt(piece, temporary, shop, warnings, again=True)
            warnings.append(_ran_out(piece, made))
        if made < piece.frames:
            black = Side(None, Fraction(0), Fraction(1), piece.sides[0].fit)
            empty = Piece(piece.first, piece.frames, (black,), piece.overlays, piece.key)
            made = _attempt(empty, temporary, shop, warnings, again=True)
        if made != piece.frames:
            raise WorkerFailed(f"{made} frames came out where {piece.frames} were asked for")
    return tuple(dict.fromkeys(w for w in warnings if w))


def make_sound(sound: PartSound, out: Path, shop: Shop, source: Source) -> tuple[str, ...]:
    """Write the part's sound as raw stereo floats of exactly `sound.samples`; warnings."""
    audio = source.probe.audio
    if audio is None:
        return ()
    entry = source.entry(sound.start_s)
    graph = f"[0:{audio.index}]{sound_chain(sound.start_s - entry, sound.speed, sound.samples)}[a]"
    arguments = ["-map", "[a]", "-f", "f32le", "-c:a", "pcm_f32le"]
    inputs = [command.Input(sound.path, _from(entry))]
    with finished(out) as temporary:
        made = command.ffmpeg(inputs, temporary, graph=graph, arguments=arguments, progress=True)
        try:
            return _run(made, shop, {}, repr(sound.path.name))[1]
        except WorkerFailed as failure:
            temporary.write_bytes(b"")
            return (f"the sound of {sound.path.name!r} does not decode, it is silent: {failure}",)


def sound_chain(offset_s: Fraction, speed: Fraction, samples: int) -> str:
    """Stereo floats from `offset_s` on, gaps filled with silence, exactly `samples` long."""
    shift = f"asetpts=PTS-({offset_s.numerator}/{offset_s.denominator})/TB"
    tempo = filters.tempo(speed)
    return ",".join(
        step
        for step in (
            f"aresample={SOUND_HZ}:async=1:first_pts=0:min_hard_comp=0.05",
            "aformat=sample_fmts=flt:channel_layouts=stereo",
            tempo,
            f"apad=whole_len={samples}",
            f"atrim=end_sample={samples}",
        )
        if step
    ).join((f"{shift},", ""))


def _attempt(piece: Piece, out: Path, shop: Shop, warnings: list[str], *, again: bool) -> int:
    """Frames made. `again`: sources are read from their start, and their last frame stands."""
    inputs: list[command.Input] = []
    chains = [
        _side(side, f"s{place}", shop, inputs, frames=piece.frames, again=again)
        for place, side in enumerate(piece.sides)
    ]
    if len(piece.sides) == 2:
        chains.append(_crossfade(piece, shop, even=not again))
    last = "p0" if len(piece.sides) == 2 else "s0"
    for place, over in enumerate(piece.overlays):
        layer = shop.layers[(over.title.text, over.title.style, over.frames)]
        inputs.append(command.Input(layer.path, ours="mov"))
        chains.append(_overlay(len(inputs) - 1, last, f"o{place}", layer, over.at, shop.rate))
        last = f"o{place}"
    arguments = [
        "-map", f"[{last}]", "-frames:v", str(piece.frames), *h264(shop.rate, threads=shop.threads),
        "-video_track_timescale", str(shop.rate.numerator), "-f", "mp4",
    ]  # fmt: skip
    made = command.ffmpeg(inputs, out, graph=";".join(chains), arguments=arguments, progress=True)
    videos = [found.probe.video for s in piece.sides if (found := shop.source(s))]
    try:
        count, said = _run(made, shop, filters.tables(*videos), _names(piece))
    except WorkerFailed:
        if not any(side.path for side in piece.sides):
            raise
        return 0
    warnings.extend(said)
    return count


def _side(
    side: Side,
    label: str,
    shop: Shop,
    inputs: list[command.Input],
    *,
    frames: int,
    again: bool,
) -> str:
    """The filters that bring one side to exact frames of the film's size; adds its input."""
    found = shop.source(side)
    video = found.probe.video if found else None
    width, height = shop.size
    rate = f"{shop.rate.numerator}/{shop.rate.denominator}"
    end = f"trim=end_frame={frames},settb={shop.rate.denominator}/{shop.rate.numerator}"
    if found is None or video is None or side.path is None:
        black = f"color=c=black:s={width}x{height}:r={rate},format=yuv420p,{filters.BT709}"
        return f"{black},setsar=1,{end}[{label}]"
    entry = Fraction(0) if again else found.entry(side.start_s)
    inputs.append(command.Input(side.path, ("-threads", str(shop.threads), *_from(entry))))
    stay = f"tpad=stop_mode=clone:stop_duration={MUCH}," if again else ""
    timing = filters.timed(side.start_s - entry, side.speed, shop.rate)
    start = side.start_s
    aims = tuple(((at - start) / side.speed, x, y) for at, x, y in side.fit.path)
    shape = filters.placed(video, side.fit, shop.size, aims=aims)
    shape += f",{filters.graded(side.grade)}" if side.grade else ""
    return f"[{len(inputs) - 1}:{video.index}]{stay}{timing},{shape},{end}[{label}]"


def _crossfade(piece: Piece, shop: Shop, *, even: bool) -> str:
    """Side 0 fades into side 1. `even`: ends where either runs out, so that it is noticed.

    xfade alone goes on when its first input ends; stacking both side by side does not.
    """
    (width, height), length = shop.size, float(Fraction(piece.frames) / shop.rate)
    fade = f"xfade=transition=fade:duration={length:.6f}:offset=0[p0]"
    if not even:
        return f"[s0][s1]{fade}"
    return (
        f"[s0][s1]hstack=shortest=1,setsar=1,{filters.BT709},split[h0][h1];"
        f"[h0]crop={width}:{height}:0:0[c0];[h1]crop={width}:{height}:{width}:0[c1];[c0][c1]{fade}"
    )


def _overlay(number: int, below: str, label: str, layer: Layer, at: int, rate: Fraction) -> str:
    """A title layer laid over `below`, its first frame on frame `at` of the piece."""
    skip = f"trim=start_frame={-at},setpts=PTS-STARTPTS" if at < 0 else "setpts=PTS-STARTPTS"
    wait = f",setpts=PTS+({max(at, 0) * rate.denominator}/{rate.numerator})/TB"
    place = f"overlay={layer.left}:{layer.top}:eof_action=pass:format=yuv420"
    return f"[{number}:v]{skip}{wait}[t{label}];[{below}][t{label}]{place}[{label}]"


def _run(
    made: list[str], shop: Shop, files: dict[str, str], names: str
) -> tuple[int, tuple[str, ...]]:
    """Run a command to its end; the frames it wrote and warnings about damaged sources."""
    count = 0

    def told(line: str) -> None:
        nonlocal count
        if line.startswith("frame="):
            count = int(line[6:].strip() or 0)

    with Child(made, limits=LIMITS, cancel=shop.cancel, files=files) as child:
        child.run(told)
        said = [line for line in child.lines() if any(word in line.lower() for word in DAMAGE)]
    if said and names:
        return count, (f"{names} is damaged where it is used; what decodes was taken",)
    return count, ()


def _from(entry: Fraction) -> tuple[str, ...]:
    return ("-ss", f"{float(entry):.3f}") if entry else ()


def _names(piece: Piece) -> str:
    """The names of the files a piece is made of, for people; "" for black."""
    return " or ".join(dict.fromkeys(repr(s.path.name) for s in piece.sides if s.path))


def _ran_out(piece: Piece, made: int) -> str:
    names = _names(piece)
    if not names:
        return ""
    if made < piece.frames:
        return f"no picture of {names} decodes here; it is black"
    if len(piece.sides) > 1:
        return f"{names} runs out of picture inside a crossfade; its last frame is held"
    start = float(piece.sides[0].start_s)
    return f"{names} runs out of picture in the span from {start:.1f} s on; its last frame is held"
