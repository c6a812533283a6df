"""Sound, speech and speed as creators say them, and what sounds alike but means the film."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from agent.binding import arguments_for
from agent.embedded import EmbeddedBrain
from agent.grammar import read
from agent.requests import half_read, requests
from agent.values import Goal, PlannedStep
from project import history
from project.settings import Settings
from project.store import Project
from timeline.model import Clip, Timeline, Track
from timeline.time import TimeRange
from tools.registry import tools

SOUND: tuple[tuple[str, dict[str, Any]], ...] = (
    ("mute the third clip", {"action": "mute", "clips": ("third clip",)}),
    ("mute clips 2 and 4", {"action": "mute", "clips": ("2", "4")}),
    ("Mute everything, please", {"action": "mute"}),
    ("mute the music", {"action": "mute", "of": "music"}),
    ("silence the last shot", {"action": "mute", "clips": ("last shot",)}),
    ("turn off the sound of clip 2", {"action": "mute", "clips": ("clip 2",)}),
    ("turn the sound off", {"action": "mute"}),
    ("take the sound off the last clip", {"action": "mute", "clips": ("last clip",)}),
    ("unmute the second clip", {"action": "unmute", "clips": ("second clip",)}),
    ("turn the sound back on", {"action": "unmute"}),
    ("bring back the sound of clip 2", {"action": "unmute", "clips": ("clip 2",)}),
    ("turn the music down a bit", {"action": "gain", "of": "music", "by_db": -3.0}),
    ("turn down the music", {"action": "gain", "of": "music", "by_db": -6.0}),
    ("turn up clip 2 by 3 dB", {"action": "gain", "clips": ("clip 2",), "by_db": 3.0}),
    ("make the third clip a lot louder",
     {"action": "gain", "clips": ("third clip",), "by_db": 10.0}),
    ("make clip 2 3 dB louder", {"action": "gain", "clips": ("clip 2",), "by_db": 3.0}),
    ("the music is too loud", {"action": "gain", "of": "music", "by_db": -6.0}),
    ("lower the volume of clip 2 by 4 dB",
     {"action": "gain", "clips": ("clip 2",), "by_db": -4.0}),
    ("set the music to -18 dB", {"action": "gain", "of": "music", "gain_db": -18.0}),
    ("normalise the sound", {"action": "loudness"}),
    ("normalize to -16 LUFS", {"action": "loudness", "loudness_lufs": -16.0}),
    ("make it as loud as YouTube wants", {"action": "loudness", "loudness_lufs": -14.0}),
    ("get the film loud enough for TV", {"action": "loudness", "loudness_lufs": -23.0}),
    ("don't normalize it", {"action": "loudness off"}),
    ("let the sound start before the picture", {"action": "j-cut"}),
    ("let the sound of clip 3 start a second early",
     {"action": "j-cut", "clips": ("clip 3",), "by_s": 1.0}),
    ("start the sound of clip 3 half a second before the picture",
     {"action": "j-cut", "clips": ("clip 3",), "by_s": 0.5}),
    ("let us hear clip 3 before we see it", {"action": "j-cut", "clips": ("clip 3",)}),
    ("add a j-cut at clip 3", {"action": "j-cut", "clips": ("clip 3",)}),
    ("let the speech run over the next shot", {"action": "l-cut"}),
    ("let the sound of clip 2 run on over the next shot for 2 seconds",
     {"action": "l-cut", "clips": ("clip 2",), "by_s": 2.0}),
    ("remove the j-cuts", {"action": "straight cut"}),
)  # fmt: skip
TIGHTEN: tuple[tuple[str, dict[str, Any]], ...] = (
    ("cut out the pauses", {}),
    ("remove the silences", {}),
    ("take out the long pauses", {}),
    ("remove pauses longer than 1.5 seconds", {"shortest_s": 1.5}),
    ("cut the gaps between the words", {}),
    ("tighten the interview", {}),
    ("remove the silence from clip 2", {"clips": ("clip 2",)}),
    ("remove the ums", {"fillers": True, "silences": False}),
    ("remove all the ums and uhs", {"fillers": True, "silences": False}),
    ("get rid of filler words in clip 2",
     {"clips": ("clip 2",), "fillers": True, "silences": False}),
    ("cut out the pauses and the ums", {"fillers": True, "silences": True}),
)  # fmt: skip
TRANSCRIPT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("take out the part where he says we started this bakery",
     {"action": "strike", "words": ("we started this bakery",), "sentences": True}),
    ('remove the sentence where she says "bread comes first"',
     {"action": "strike", "words": ("bread comes first",), "sentences": True}),
    ('take out "you know what I mean"', {"action": "strike", "words": ("you know what I mean",)}),
    ("cut “and every morning” from clip 2",
     {"action": "strike", "words": ("and every morning",), "clips": ("clip 2",)}),
    ('strike every "basically"', {"action": "strike", "words": ("basically",), "every": True}),
    ("keep only where she says and every morning the bread comes first",
     {"action": "keep", "words": ("and every morning the bread comes first",),
      "sentences": True}),
    ('keep only "we started" and "the bread comes first"',
     {"action": "keep", "words": ("we started", "the bread comes first")}),
    ("cut the part where they say mix the dough and shape the bread",
     {"action": "strike", "words": ("mix the dough and shape the bread",), "sentences": True}),
    ('take out "then cut the bread, and add the salt"',
     {"action": "strike", "words": ("then cut the bread, and add the salt",)}),
    ("take out the part where Anna said it's cold",
     {"action": "strike", "words": ("it's cold",), "sentences": True}),
    ("show me the transcript", {"action": "show"}),
    ("what is said in the cut?", {"action": "show"}),
    ("what do they say in the film", {"action": "show"}),
    ("show the transcript of clip 2", {"action": "show", "clips": ("clip 2",)}),
)  # fmt: skip
SPEED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("slow down the jump", {"clips": ("jump",), "factor": 0.5}),
    ("slow the second clip down a bit", {"clips": ("second clip",), "factor": 0.75}),
    ("slow down clip 2 to 40%", {"clips": ("clip 2",), "factor": 0.4}),
    ("slow down clip 2 by 2x", {"clips": ("clip 2",), "factor": 0.5}),
    ("speed up clip 2 by 2x", {"clips": ("clip 2",), "factor": 2.0}),
    ("speed up clip 2 by 50%", {"clips": ("clip 2",), "factor": 1.5}),
    ("speed up the first two clips", {"clips": ("1", "2"), "factor": 2.0}),
    ("half speed", {"clips": ("all",), "factor": 0.5}),
    ("half speed for the last clip", {"clips": ("last clip",), "factor": 0.5}),
    ("play the jump in slow motion", {"clips": ("jump",), "factor": 0.5}),
    ("put clip 2 in super slow motion", {"clips": ("clip 2",), "factor": 0.25}),
    ("make clip 2 twice as fast", {"clips": ("clip 2",), "factor": 2.0}),
    ("make the last shot slower", {"clips": ("last shot",), "factor": 0.5}),
    ("clip 2 at 0.4x", {"clips": ("clip 2",), "factor": 0.4}),
    ("slow clip 2 down to 6 seconds", {"clips": ("clip 2",), "length_s": 6.0}),
    ("play clip 2 at normal speed", {"clips": ("clip 2",), "factor": 1.0}),
)
EVERY = [
    (words, tool, arguments)
    for tool, pairs in (
        ("sound", SOUND), ("tighten", TIGHTEN), ("transcript", TRANSCRIPT), ("speed", SPEED),
    )
    for words, arguments in pairs
]  # fmt: skip


@pytest.mark.parametrize(("words", "tool", "arguments"), EVERY)
def test_a_request_is_read_to_the_letter(words: str, tool: str, arguments: dict[str, Any]) -> None:
    [request] = requests(words) or [None]
    assert request is not None
    assert (request.tool, request.arguments) == (tool, arguments)


@pytest.mark.parametrize(("words", "tool"), [(words, tool) for words, tool, _ in EVERY])
def test_a_step_with_these_words_is_bound_to_what_its_tool_takes(
    words: str, tool: str, project: Project
) -> None:
    bound = arguments_for(PlannedStep(tool=tool, intent=words), Goal(text=words), project)
    tools()[tool].arguments.model_validate(bound)


@pytest.mark.parametrize(
    "words",
    [
        "a slow film", "no speech", "the quiet street", "a silent film about the sea",
        "slow motion shots of water", "a fast reel with music", "make it slower",
        "slow down the film", "slow it down", "slow down the music", "speed up the pace",
        "with quiet music", "keep the speech", "a 30 s film without pauses", "silence",
        "mute swans on the lake", "a film about mute swans", "turn down the lights",
        "turn up the brightness", "normalise the colours", "make a film in slow motion",
        "show the beach in slow motion", "a reel at double speed", 'call it "Mute"',
        "remove the sound effects", "the sound of the sea", "people talking over the next hill",
        "calm, slow and warm", "make the film loud and fast", "flurb the gronk", "speed",
        "half of the clips", "remove the speech bubble",
    ],
)  # fmt: skip
def test_what_only_sounds_alike_is_no_such_request(words: str) -> None:
    asked = requests(words) or ()
    assert not {r.tool for r in asked} & {"sound", "speed", "tighten", "transcript"}


@pytest.mark.parametrize(
    ("words", "tool", "arguments"),
    [
        ("show me slow motion shots", "search", {"query": "slow motion shots"}),
        ("show me where he says hello", "search", {"query": "where he says hello"}),
        ("what does he say about the budget", "search", {"query": "budget"}),
        ("drop the silent clip", "arrange", {"action": "drop", "clips": ("silent clip",)}),
        ("drop the quiet shots", "arrange", {"action": "drop", "clips": ("quiet shots",)}),
        ("take out the umbrella", "arrange", {"action": "drop", "clips": ("umbrella",)}),
        ('drop "dog.mp4"', "arrange", {"action": "drop", "clips": ('"dog.mp4"',)}),
        ("remove the clip where he says hello", "arrange",
         {"action": "drop", "clips": ("he says hello",)}),
        ("remove the music", "music", {"remove": True}),
        ("keep only the brightest part", "trim",
         {"clips": ("all",), "words": "the brightest part"}),
        ("keep only what she says about the trip", "trim",
         {"clips": ("all",), "words": "what she says about the trip"}),
        ("tighten it", "arrange", {"action": "length"}),
        ("cut it in half", "arrange", {"action": "length"}),
    ],
)  # fmt: skip
def test_what_meant_something_else_still_does(
    words: str, tool: str, arguments: dict[str, Any]
) -> None:
    [request] = requests(words) or [None]
    assert request is not None
    assert (request.tool, request.arguments) == (tool, arguments)


def test_what_somebody_says_holds_any_word_and_ends_before_a_marked_action() -> None:
    strike, shorter = (
        requests("take out the part where he says hello, then make it 20 seconds") or ()
    )
    assert strike.arguments["words"] == ("hello",)
    assert shorter.arguments == {"action": "length", "length_s": 20.0}
    strike, mute = requests("take out the part where he says no way and mute the third clip") or ()
    assert strike.arguments["words"] == ("no way",) and mute.arguments["action"] == "mute"
    [strike] = requests("take out the part where he says mute it and cut the bread") or ()
    assert strike.arguments["words"] == ("mute it and cut the bread",)


def test_two_requests_in_one_sentence_are_two() -> None:
    asked = requests("mute the first clip, slow down the jump and normalise the sound") or ()
    assert [r.tool for r in asked] == ["sound", "speed", "sound"]


def test_music_that_is_not_there_cannot_be_turned_down(project: Project) -> None:
    brain = EmbeddedBrain(Settings())
    whole = TimeRange(Fraction(0), Fraction(4))
    one = Clip("c-1", "f1", "dog.mp4", whole, whole)
    film = Timeline(tracks=(Track("V1", "video", (one,)),))
    history.commit(project, film, "a cut", actor="hand")
    plan = brain.plan("turn the music down", project)
    assert plan.question.startswith("There is no music under the film") and not plan.steps
    bed = replace(one, id="c-2")
    scored = Timeline(tracks=(*film.tracks, Track("A2", "audio", (bed,))))
    history.commit(project, scored, "music", actor="hand")
    assert [s.tool for s in brain.plan("turn the music down", project).steps] == ["sound"]


def test_muting_said_of_a_film_is_the_goals() -> None:
    assert requests("30 seconds of the dog, mute it") is None
    assert half_read("30 seconds of the dog, mute it") is None
    assert read("30 seconds of the dog, mute it").goal.speech == "mute"
    assert "flurb" in (half_read("mute the second clip and flurb the gronk") or "")
