"""What is asked of file, senses, speech and text, and of their absence, finds its footage."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from index.library import refresh
from index.search import search
from project import footage as store
from project.footage import Senses
from project.settings import Settings
from project.store import Project
from tests.index import made_library

PLAIN = Senses(light=0.45, contrast=0.2, saturation=0.2, sharpness=0.6, motion=0.06,
               loudness_db=-25, words=("still camera",))  # fmt: skip
SEEN = {  # by file, what differs from plain
    "A001.mp4": Senses(pan=0.08, words=("slow pan right",)),
    "A003.mp4": Senses(light=0.08, words=("very dark",)),
    "A004.mp4": Senses(
        faces=2,
        shot_size="medium",
        speech=0.9,
        words=("two faces", "medium shot", "person speaking"),
    ),
    "A005.mp4": Senses(pan=0.8, words=("fast pan right",)),
    "A006.mp4": Senses(shake=2.0, words=("handheld shaky camera",)),
    "A008.mp4": Senses(faces=1, shot_size="close-up", words=("a face in close-up",)),
    "A009.mp4": Senses(zoom=0.2, words=("camera moves in",)),
    "A010.mp4": Senses(zoom=-0.2, words=("camera moves out",)),
    "A013.mp4": Senses(saturation=0.005, words=("black and white",)),
    "A015.mp4": Senses(tilt=0.2, words=("tilt up",)),
    "A018.mp4": Senses(music=0.9, words=("music",)),
}
TEXT = {"A020.mp4": "OPEN SOURCE FOR EVERYONE", "A002.mp4": "PLATFORM 9"}
NUMBERS = ("light", "pan", "tilt", "zoom", "shake", "saturation", "faces", "speech", "music")

# question, the files that may come first
FINDS = (
    ("slow pan", {"A001.mp4"}),
    ("fast pan", {"A005.mp4"}),
    ("zoom in", {"A009.mp4"}),
    ("camera pulls back", {"A010.mp4"}),
    ("tilt up", {"A015.mp4"}),
    ("very dark", {"A003.mp4"}),
    ("shaky handheld camera", {"A006.mp4"}),
    ("close-up of a face", {"A008.mp4"}),
    ("black and white", {"A013.mp4"}),
    ("with music", {"A018.mp4"}),
    ("vertical", {"A005.mp4", "A008.mp4"}),
    ("4K", {"A014.mp4"}),
    ("slow motion", {"A008.mp4", "A022.mp4"}),
    ("low resolution", {"A011.mp4", "A021.mp4"}),
    ("square video or vertical of a cyclist", {"A005.mp4"}),
    ("vertical but no people", {"A005.mp4"}),
    ("longer than 10 seconds, a fruit stall", {"A010.mp4"}),
    ("stage without text", {"A003.mp4"}),
    ("text on screen", {"A020.mp4", "A002.mp4"}),
    ("where she says our revenue grew", {"A004.mp4"}),
    ("sign that reads platform", {"A002.mp4"}),
    ("someone talking", {"A004.mp4", "A019.mp4", "A020.mp4", "A024.mp4"}),
    ("animals without people", {"A007.mp4", "A023.mp4", "A015.mp4"}),
    ("no sound, cows", {"A007.mp4"}),
)  # fmt: skip


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with Project.create(tmp_path_factory.mktemp("seen") / "p", Settings()) as project:
        made_library.build(project)
        for footage in store.all_footage(project):
            special = SEEN.get(footage.name)
            senses = PLAIN
            if special is not None:
                given = {n: getattr(special, n) for n in NUMBERS if getattr(special, n)}
                senses = replace(PLAIN, **given, shot_size=special.shot_size, words=special.words)
            text = TEXT.get(footage.name, "")
            moments = store.moments(project, footage.id)
            store.write_moments(
                project, [replace(m, senses=senses, screen_text=text) for m in moments]
            )
        refresh(project)
        yield project


@pytest.mark.parametrize(("question", "right"), FINDS)
def test_the_first_hit_is_of_the_layer_that_was_asked(
    seen: Project, question: str, right: set[str]
) -> None:
    found = search(seen, question)
    assert found.hits[0].name in right, [(h.name, round(h.score, 2)) for h in found.hits[:5]]
    assert found.confident, found.reason


@pytest.mark.parametrize(
    ("question", "never"),
    [
        ("not vertical", {"A005.mp4", "A008.mp4"}),
        ("not dark", {"A003.mp4"}),
        ("no shaky camera", {"A006.mp4"}),
        ("without text", {"A020.mp4", "A002.mp4"}),
        ("nobody speaks", {"A004.mp4", "A019.mp4", "A020.mp4"}),
        ("without people", {"A004.mp4", "A008.mp4"}),
        ("without music", {"A018.mp4"}),
    ],
)  # fmt: skip
def test_what_is_not_wanted_stays_behind(seen: Project, question: str, never: set[str]) -> None:
    found = search(seen, question, limit=10)
    assert found.confident
    assert never.isdisjoint(h.name for h in found.hits), [h.name for h in found.hits]


def test_what_was_understood_is_said(seen: Project) -> None:
    assert search(seen, "animals without people").reason == "understood as: not people"
    said = search(seen, "vertical, not dark, a cyclist").reason
    assert said == "understood as: portrait, not dark"
