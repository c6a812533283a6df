"""A small library written by hand: twelve pieces of footage, their files made where needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from index import library
from project import footage as store
from project.footage import Footage, Moment, Senses, Shot, Speech, Technical
from project.store import Project
from tests.conftest import ffmpeg
from timeline.time import TimeRange


@dataclass(frozen=True)
class Spec:
    """One piece of footage: captions by second, a cut where the caption changes if `cuts`."""

    name: str
    captions: Sequence[str]
    colour: str = "gray"
    size: tuple[int, int] = (320, 180)
    rate: str = "25"
    cuts: tuple[int, ...] = ()  # seconds at which a new shot starts
    said: tuple[tuple[float, float, str], ...] = ()
    senses: dict[int, Senses] = field(default_factory=dict)  # by second, over the plain ones
    plain: Senses = field(
        default_factory=lambda: Senses(
            motion=0.05, light=0.5, contrast=0.2, sharpness=0.6, words=("still camera", "medium")
        )
    )
    sound: bool = True
    picture: bool = True
    created: str = ""
    text: str = ""


def sensed(*words: str, **levels: float) -> Senses:
    body = {"motion": 0.05, "light": 0.5, "contrast": 0.2, "sharpness": 0.6, **levels}
    return Senses(**body, words=words)  # type: ignore[arg-type]


DARK = sensed("dark", "still camera", light=0.12)
BRIGHT = sensed("very bright", "still camera", light=0.9)
BLACK = sensed("very dark", light=0.01, contrast=0.0, sharpness=0.0)
SHAKY = sensed("handheld shaky camera", shake=2.5, motion=0.4)
PAN = sensed("pan right", pan=0.3, motion=0.3)

SPECS: tuple[Spec, ...] = (
    Spec("coffee.mp4", ["a hand pours coffee into a blue cup"] * 8, "brown",
         created="2024-05-01T08:00"),
    Spec(
        "dog.mp4", ["a brown dog runs over the grass"] * 6 + ["a dog sleeps on a sofa"] * 4,
        "green",
        cuts=(6,), senses={3: SHAKY}, created="2024-05-01T12:00",
    ),
    Spec("beach.mp4", ["waves roll onto a sandy beach"] * 12, "blue", created="2024-05-01T15:00"),
    Spec("sunset.mp4", ["the sun sets behind mountains"] * 7, "orange",
         plain=DARK, created="2024-05-01T21:00"),
    Spec("city.mp4", ["cars drive through a city street at night"] * 9, "navy",
         plain=DARK, created="2024-05-01T23:00"),
    Spec("talk.mp4", ["a woman talks to the camera"] * 10, "pink",
         said=((1.0, 3.6, "we started this bakery in nineteen ninety"),
               (4.2, 7.0, "and every morning the bread comes first")),
         plain=sensed("one face", "person speaking", "medium close-up", speech=0.9, faces=1)),
    Spec("phone.mp4", ["a child on a swing in a park"] * 6, "purple", size=(180, 320)),
    Spec("light.mp4", ["a window in an empty room"] * 8, "white",
         senses={5: BRIGHT, 6: BRIGHT}, plain=DARK),
    Spec("pan.mp4", ["a forest path with tall trees"] * 8, "olive",
         senses={4: PAN, 5: PAN, 6: PAN, 7: PAN}),
    Spec("ntsc.mp4", ["a boat on a lake"] * 6, "teal", rate="30000/1001", sound=False),
    Spec("memo.wav", ["a spoken note about the budget"] * 5, picture=False),
    Spec("black.mp4", ["fog over a field"] * 6, "black", senses={0: BLACK, 1: BLACK, 2: BLACK}),
)  # fmt: skip


def build(project: Project, folder: Path, *, files: bool = False) -> dict[str, str]:
    """The library in the project, ready for search. Gives footage ids by name without suffix."""
    with project.transaction():
        for spec in SPECS:
            write(project, spec, folder)
    if files:
        make_files(folder)
    library.refresh(project)
    return {spec.name.split(".")[0]: f"f-{spec.name.split('.')[0]}" for spec in SPECS}


def make_files(folder: Path) -> None:
    """The files of the library, as long and large as their rows say."""
    for spec in SPECS:
        length = len(spec.captions)
        tone = ("-f", "lavfi", "-i", f"sine=330:d={length}:r=48000")
        if not spec.picture:
            ffmpeg(*tone, folder / spec.name)
            continue
        width, height = spec.size
        source = f"testsrc2=s={width}x{height}:r={spec.rate}:d={length}"
        tint = f"colorize=hue={sum(map(ord, spec.colour)) % 360}:saturation=0.6:mix=0.5"
        ffmpeg(
            "-f", "lavfi", "-i", source, *(tone if spec.sound else ()), "-vf", tint,
            "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", folder / spec.name,
        )  # fmt: skip


def write(project: Project, spec: Spec, folder: Path) -> None:
    """One file of the library as rows of the store."""
    key = spec.name.split(".")[0]
    footage_id, length = f"f-{key}", Fraction(len(spec.captions))
    width, height = spec.size if spec.picture else (0, 0)
    store.save(
        project,
        Footage(
            id=footage_id,
            path=folder / spec.name,
            name=spec.name,
            folder="library",
            fingerprint=key,
            bytes=1,
            mtime_ns=1,
            status="ok",
            duration_s=length,
            technical=Technical(
                container="mp4",
                codec="h264",
                width=width,
                height=height,
                rate=spec.rate if spec.picture else "0",
                has_picture=spec.picture,
                has_sound=spec.sound,
                picture_end_s=str(length) if spec.picture else "0",
                created=spec.created,
            ),
            title=f"{key} title",
        ),
    )
    starts = (0, *spec.cuts)
    ends = (*spec.cuts, len(spec.captions))
    shots = [
        Shot(footage_id, n, _range(a, b)) for n, (a, b) in enumerate(zip(starts, ends, strict=True))
    ]
    moments = [
        Moment(
            footage_id=footage_id,
            ordinal=second,
            range=_range(second, second + 1),
            shot_ordinal=sum(second >= cut for cut in spec.cuts),
            caption=caption,
            caption_source="sidecar",
            screen_text=spec.text,
            senses=spec.senses.get(second, spec.plain),
        )
        for second, caption in enumerate(spec.captions)
    ]
    speech = [
        Speech(footage_id, TimeRange(Fraction(str(a)), Fraction(str(b))), text, "", "srt")
        for a, b, text in spec.said
    ]
    store.replace_knowledge(
        project,
        footage_id,
        shots=shots if spec.picture else [],
        moments=moments,
        speech=speech,
        captions=[],
    )


def _range(start: int, end: int) -> TimeRange:
    return TimeRange(Fraction(start), Fraction(end))
