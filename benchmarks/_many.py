"""A made library of any size: footage of many kinds with captions, speech and senses, no files."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.words import stems
from project import footage as store
from project.footage import Footage, Moment, Senses, Shot, Speech, Technical
from project.store import Project
from timeline.time import TimeRange

WIDTH = 128
SHOT_S = 4
# what is seen; who or what; where
KINDS: tuple[tuple[str, str, str], ...] = tuple(
    (kind.strip(), who.strip(), where.strip())
    for kind, who, where in (
        line.split("|")
        for line in (
            "surf,wave,board|surfer,swimmer,gull|beach,shore,pier",
            "bread,dough,oven|baker,apprentice,customer|bakery,kitchen,shop",
            "snow,ski,slope|skier,child,instructor|mountain,lift,cabin",
            "train,track,rail|conductor,passenger,guard|station,platform,tunnel",
            "concert,guitar,drum|singer,drummer,crowd|stage,hall,club",
            "harvest,tractor,wheat|farmer,driver,dog|field,barn,farm",
            "wedding,ring,dance|bride,groom,guest|church,garden,tent",
            "traffic,bicycle,tram|cyclist,driver,pedestrian|street,bridge,square",
            "surgery,scan,bandage|nurse,surgeon,patient|ward,clinic,corridor",
            "climb,rope,rock|climber,guide,goat|cliff,canyon,ridge",
            "chess,board,clock|player,referee,student|park,club,school",
            "rocket,engine,launch|engineer,pilot,astronaut|pad,hangar,desert",
            "pottery,clay,kiln|potter,pupil,cat|studio,shed,market",
            "regatta,sail,mast|sailor,skipper,pelican|harbour,lake,bay",
            "football,goal,whistle|keeper,striker,fan|stadium,pitch,bench",
            "orchid,seed,blossom|gardener,botanist,bee|greenhouse,meadow,nursery",
            "robot,cable,sensor|technician,researcher,visitor|laboratory,factory,fair",
            "lantern,temple,incense|monk,pilgrim,tourist|courtyard,alley,shrine",
            "storm,lightning,rain|forecaster,fisher,crew|coast,lighthouse,deck",
            "interview,chair,lamp|director,actor,author|office,library,set",
        )
    )
)
DOING = ("passes", "waits beside", "looks at", "carries", "repairs", "holds", "points at", "leaves")
LOOKS = ("bright", "dark", "still camera", "slow pan left", "blue", "warm colours", "handheld")


def made(count: int, *, seed: int = 1) -> Iterator[tuple[Footage, list[Moment], list[Speech]]]:
    """`count` pieces of footage of 2 to 24 s: most captioned, some spoken over."""
    dice = random.Random(seed)
    for number in range(count):
        seen, who, where = (words.split(",") for words in dice.choice(KINDS))
        length = dice.randint(2, 24)
        told = dice.random() < 0.8
        footage_id = f"f{number:05}-{hashlib.sha256(str(number).encode()).hexdigest()[:8]}"
        name = f"C{number:04}.mp4" if dice.random() < 0.7 else f"{dice.choice(where)}_{number}.mp4"
        footage = Footage(
            footage_id, Path("/many") / str(number // 100) / name, name, f"/many/{number // 100}",
            f"many-{number}", 1, 0, "ok", duration_s=Fraction(length),
            technical=Technical(
                container="mp4", codec="h264", width=1920, height=1080, rate="25",
                has_picture=True, has_sound=True, picture_end_s=str(length),
            ),
        )  # fmt: skip
        moments, caption = [], ""
        for second in range(length):
            if second % SHOT_S == 0:
                caption = (
                    f"a {dice.choice(who)} {dice.choice(DOING)} a {dice.choice(seen)}"
                    f" in the {dice.choice(where)}"
                )
            looks = tuple(dice.sample(LOOKS, 3))
            moments.append(
                Moment(
                    footage_id, second, TimeRange(Fraction(second), Fraction(second + 1)),
                    second // SHOT_S, caption if told else ", ".join(looks),
                    "sidecar" if told else "embedded", "",
                    Senses(motion=dice.random(), light=dice.random(), words=looks),
                )
            )  # fmt: skip
        speech = []
        if dice.random() < 0.3:
            line = f"here is the {dice.choice(seen)} of the {dice.choice(who)}"
            speech = [Speech(footage_id, footage.range, line, "", "subtitle file")]
        yield footage, moments, speech


def build(project: Project, count: int, *, seed: int = 1) -> None:
    """The made library in `project`, as an ingest leaves it: without titles, words and vectors."""
    with project.transaction():
        for footage, moments, speech in made(count, seed=seed):
            store.save(project, footage)
            shots = {m.shot_ordinal: m for m in moments}
            store.replace_knowledge(
                project,
                footage.id,
                shots=[
                    Shot(
                        footage.id,
                        n,
                        TimeRange(Fraction(n * SHOT_S), last.range.end),
                    )
                    for n, last in shots.items()
                ],
                moments=moments,
                speech=speech,
                captions=[],
            )


class WordEmbedder:
    """A small honest text embedder: texts that share words lie near each other.

    Each stem has a direction of its own, drawn from its hash. It stands in for a model where the
    model's own time is not what is measured.
    """

    name, width = "words", WIDTH

    def __init__(self) -> None:
        self._known: dict[str, NDArray[np.float32]] = {}

    def embed(self, texts: list[str]) -> NDArray[np.float32]:
        """(len(texts), WIDTH) float32, each row of length 1."""
        rows = [sum((self._of(s) for s in stems(text)), np.full(WIDTH, 1e-3)) for text in texts]
        found = np.stack(rows).astype(np.float32) if rows else np.zeros((0, WIDTH), np.float32)
        unit: NDArray[np.float32] = found / np.maximum(
            np.linalg.norm(found, axis=1, keepdims=True), 1e-9
        )
        return unit

    def _of(self, word: str) -> NDArray[np.float32]:
        if word not in self._known:
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
            drawn = np.random.default_rng(seed).standard_normal(WIDTH)
            self._known[word] = drawn.astype(np.float32)
        return self._known[word]
