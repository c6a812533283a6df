"""What creators of different kinds say, and the plan that comes of it: tools and their arguments.

The film that stands: a train, a brown dog, a baker who speaks, children on a trampoline; music
lies under it. Each sentence is said to it, or to a project where nothing is cut yet. Arguments
that are not named here may be anything; a plan has the named steps and no others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from agent import state
from agent.brain import all_tools
from agent.embedded import EmbeddedBrain
from agent.values import Goal, PlannedStep
from agent.wording import plain
from benchmarks import _goal_library
from project import history
from project.settings import Settings
from project.store import Project
from timeline.model import Clip, Timeline, Track
from timeline.time import TimeRange

Step = tuple[str, dict[str, Any]]
Row = tuple[str, list[Step]]

FILM = Goal(
    text="a 16 second film: the train, a brown dog, the baker, the trampoline",
    length_s=16, subjects=("train", "brown dog", "baker", "trampoline"),
)  # fmt: skip


def cut(**arguments: Any) -> list[Step]:
    return [("storyboard", arguments)]


def arrange(action: str, *clips: str, **arguments: Any) -> list[Step]:
    return [("arrange", {"action": action, **({"clips": list(clips)} if clips else {}),
                         **arguments})]  # fmt: skip


def trim(clip: str, **arguments: Any) -> list[Step]:
    return [("trim", {"clips": [clip], **arguments})]


def one(tool: str, **arguments: Any) -> list[Step]:
    return [(tool, arguments)]


# --- films, said to footage that nothing is cut of

FILMS: tuple[Row, ...] = (
    # a vlogger
    ("a 30 second vlog of the market and the train",
     cut(length_s=30, subjects=["market", "train"])),
    ("make me a quick 15 sec reel for insta with the surfer and the waves, upbeat music",
     [("storyboard", {"length_s": 15, "aspect": "9:16", "subjects": ["surfer", "waves"]}),
      ("music", {"mood": "upbeat"})]),
    ("can you cut a 1 minute youtube video about the market, start with the coffee and end with"
     " the sunset",
     cut(length_s=60, aspect="16:9", subjects=["market"], opening="coffee", ending="sunset")),
    ("could you please make me a short reel of the dog?", cut(subjects=["dog"])),
    ("i need a 20 second tiktok of the children jumping, with captions",
     [("storyboard", {"length_s": 20, "aspect": "9:16", "subjects": ["children jumping"]}),
      ("title", {"kind": "subtitles"})]),
    ("first the train, then the market, then the children, 18 seconds in all",
     cut(length_s=18, subjects=["train", "market", "children"])),
    ("first the coffee, then the dog and finally the sunset, 20 seconds",
     cut(length_s=20, subjects=["coffee", "dog", "sunset"])),
    ("coffee first, then the train, then the stars", cut(subjects=["coffee", "train", "stars"])),
    ("a day in the life: coffee, market, sunset, stars. 30 seconds, day to night",
     cut(length_s=30, order="day to night", subjects=["coffee", "market", "sunset", "stars"])),
    ("15 seconds of only the dog, no music", cut(length_s=15, subjects=["dog"])),
    ("15 seconds, just the dog, no music", cut(length_s=15, subjects=["dog"])),
    ("a 30 s travel vlog that goes from the train to the market to the beach",
     cut(length_s=30, subjects=["train", "market", "beach"])),
    ("a film about the dog that is between 20 and 30 seconds",
     cut(length_s=30, subjects=["dog"])),
    ("not longer than 20 seconds, of the sea", cut(length_s=20, subjects=["sea"])),
    ("at most half a minute about the town at night",
     cut(length_s=30, subjects=["town at night"])),
    ("a vertical video for my instagram story about coffee, ten seconds",
     cut(length_s=10, aspect="9:16", subjects=["coffee"])),
    ("a fast-paced 9:16 30 second highlight video",
     cut(length_s=30, aspect="9:16", pace="fast")),
    ("hey, I'd like a film that shows the sea, the town and the stars. It should be 30 seconds"
     " long. Please no people.",
     cut(length_s=30, subjects=["sea", "town", "stars"], exclude=["people"])),
    ("30 secnds of the dog", cut(length_s=30, subjects=["dog"])),
    ("make a flim about the dog, twnety seconds", cut(length_s=20, subjects=["dog"])),
    ("pls make a 12 sec vid of waves", cut(length_s=12, subjects=["waves"])),
    ("the children and the dog, a quarter of a minute",
     cut(length_s=15, subjects=["children", "dog"])),
    ("in the order I filmed it: dog, coffee, train - 18 seconds",
     cut(length_s=18, order="chronological", subjects=["dog", "coffee", "train"])),
    ("opening shot: clouds. closing shot: stars. 20 seconds",
     cut(length_s=20, opening="clouds", ending="stars")),
    ("a film of the town that does not show the market",
     cut(subjects=["town"], exclude=["market"])),
    ('a 20 second square film called "Hi" of coffee and the baker, muted, ending on the dog',
     [("storyboard", {"length_s": 20, "aspect": "1:1", "ending": "dog", "keep_speech": False,
                      "subjects": ["coffee", "baker"]}), ("title", {"text": "Hi"})]),
    ('20 seconds of the hills with the title "Up" at the start and "End" at the end',
     [("storyboard", {"length_s": 20, "subjects": ["hills"]}),
      ("title", {"text": "End", "at": "end"}), ("title", {"text": "Up"})]),
    # a wedding filmer
    ('a calm, romantic one minute film of the sunset and the sea, with soft piano, titled'
     ' "Anna & Tom"',
     [("storyboard", {"length_s": 60, "mood": ["calm", "romantic"], "subjects": ["sunset", "sea"]}),
      ("title", {"text": "Anna & Tom"}), ("music", {"mood": "soft piano"})]),
    ("a highlight film of 40 seconds with the best moments, golden and warm",
     cut(length_s=40, mood=["golden", "warm"])),
    ("a 30 second same-day edit: sunset, sea, dog; close on the stars",
     cut(length_s=30, subjects=["sunset", "sea", "dog"], ending="stars")),
    ("can you put together a minute of the nicest shots", cut(length_s=60)),
    ("a 20 second summer film, no people", cut(length_s=20, mood=["summery"], exclude=["people"])),
    ('a 45 second film of hills and clouds, slow and dreamy, with ambient music and the title'
     ' "Misty Mornings"',
     [("storyboard", {"length_s": 45, "mood": ["slow", "dreamy"], "subjects": ["hills", "clouds"]}),
      ("title", {"text": "Misty Mornings"}), ("music", {"mood": "ambient"})]),
    ("moody b&w film of rain, 15 seconds",
     [("storyboard", {"length_s": 15, "mood": ["moody"], "subjects": ["rain"]}),
      ("look", {"action": "black and white"})]),
    # a sports editor
    ("an action-packed 20 second highlight reel of the surfer, the cyclist and the children, cut"
     " to the beat",
     [("storyboard", {"length_s": 20, "mood": ["energetic"],
                      "subjects": ["surfer", "cyclist", "children"]}), ("rhythm", {})]),
    ("a 20 second film of the surfer and the cyclist, slow down the surfer",
     [("storyboard", {"length_s": 20, "subjects": ["surfer", "cyclist"]}),
      ("speed", {"clips": ["surfer"], "factor": 0.5})]),
    ("hype edit, 12 secs, surfer only", cut(length_s=12, subjects=["surfer"])),
    ("20s of action, no talking", cut(length_s=20, subjects=["action"], keep_speech=False)),
    ("a 20 second film of the cyclist and the train, then stabilise it",
     [("storyboard", {"length_s": 20, "subjects": ["cyclist", "train"]}),
      ("stabilise", {"clips": ["all"]})]),
    ("15 s edit of the cyclist and the surfer, match the colours and export it for Resolve",
     [("storyboard", {"length_s": 15, "subjects": ["cyclist", "surfer"]}),
      ("look", {"action": "match"}), ("export", {"kind": "otio"})]),
    # a documentary maker
    ("a two minute documentary about the baker and the captain, keep what they say",
     cut(length_s=120, subjects=["baker", "captain"], keep_speech=True)),
    ('20 seconds of the baker, lower third "Hans, baker"',
     [("storyboard", {"length_s": 20, "subjects": ["baker"]}),
      ("title", {"kind": "lower-third", "text": "Hans, baker"})]),
    ("let the captain tell about the boats, 8 seconds",
     cut(length_s=8, subjects=["captain talks about boats"])),
    ("a film about what the captain says about the sea",
     cut(subjects=["captain talks about sea"])),
    ("a 20 second film of the baker and the captain, mute the captain",
     [("storyboard", {"length_s": 20, "subjects": ["baker", "captain"]}),
      ("sound", {"action": "mute", "clips": ["captain"]})]),
    ("a 20 second film of the baker and the captain, muted",
     cut(length_s=20, subjects=["baker", "captain"], keep_speech=False)),
    ("a one minute film of the baker, cut out the pauses and the ums",
     [("storyboard", {"length_s": 60, "subjects": ["baker"]}),
      ("tighten", {"fillers": True, "silences": True})]),
    ('a 30 second film of the captain, lower third "Captain Jansen", with subtitles and soft'
     ' music, export it for Premiere',
     [("storyboard", {"length_s": 30, "subjects": ["captain"]}),
      ("title", {"kind": "lower-third", "text": "Captain Jansen"}),
      ("title", {"kind": "subtitles"}), ("music", {"mood": "soft"}), ("export", {"kind": "otio"})]),
)  # fmt: skip

# --- said to the film that stands

EDITS: tuple[Row, ...] = (
    # length of the whole
    ("could you please make it 15 seconds", arrange("length", length_s=15)),
    ("Can you make this a bit shorter, please?", arrange("length")),
    ("it's way too long", arrange("length", length_s=8)),
    ("trim it down to 10 seconds", arrange("length", length_s=10)),
    ("shorten it by 3 seconds", arrange("length", length_s=13)),
    ("5 seconds shorter", arrange("length", length_s=11)),
    ("5 seconds longer please", arrange("length", length_s=21)),
    ("a bit shorter please", arrange("length")),
    ("make it half as long", arrange("length", length_s=8)),
    ("make it shrter", arrange("length", length_s=12)),
    ("add 4 seconds", arrange("length", length_s=20)),
    ("lose 3 seconds", arrange("length", length_s=13)),
    ("twice as long", arrange("length", length_s=32)),
    # clips out
    ("lose the second clip", arrange("drop", "second clip")),
    ("ditch the last shot please", arrange("drop", "last shot")),
    ("get rid of the dog shot", arrange("drop", "dog shot")),
    ("would you mind removing the first two shots", arrange("drop", "first two shots")),
    ("remvoe the dog", arrange("drop", "dog")),
    ("take out everything but the children", arrange("drop", "everything but the children")),
    ("drop everything except the baker and the dog",
     arrange("drop", "everything except the baker and the dog")),
    ("keep only the dog", arrange("drop", "everything but the dog")),
    ("only keep the shots with the dog", arrange("drop", "everything but the dog")),
    ("keep only the first two shots", arrange("drop", "everything but the first two shots")),
    ("take the dog out", arrange("drop", "dog")),
    ("get the dog out of there", arrange("drop", "dog")),
    ("I don't want the dog in it", arrange("drop", "dog")),
    ("cut the train", arrange("drop", "train")),
    ("cut a bit off the end of the dog", trim("dog", by_s=-0.5)),
    # order
    ("put the baker second", arrange("move", "baker", position=2)),
    ("open with the baker instead", arrange("move", "clip 3", position=1)),
    ("swap clip 1 and clip 3", arrange("swap", "clip 1", "clip 3")),
    ("swap the first two shots", arrange("swap", "first two shots")),
    ("switch the dog and the train", arrange("swap", "dog", "train")),
    ("move the dog to the start", arrange("move", "dog", position=1)),
    ("put the last shot first", arrange("move", "last shot", position=1)),
    ("make the dog the first shot", arrange("move", "dog", position=1)),
    ("the dog should come first", arrange("move", "dog", position=1)),
    ("move clip 3 before clip 1", arrange("move", "clip 3", before="clip 1")),
    ("put the dog after the baker", arrange("move", "dog", after="baker")),
    ("the train should go after the dog", arrange("move", "train", after="dog")),
    ("start with the dog", arrange("move", "clip 2", position=1)),
    ("end on the train", arrange("move", "clip 1")),
    # clips in, or others
    ("put a shot of the stars between the dog and the baker",
     arrange("add", query="stars", after="dog")),
    ("another ending please", arrange("replace", "last")),
    ("change the second shot to the market", arrange("replace", "second shot", query="market")),
    ("find me something better for the second shot", arrange("replace", "second shot")),
    ("add a shot of the surfer at the end", arrange("add", query="surfer")),
    ("add the surfer after the dog", arrange("add", query="surfer", after="dog")),
    ("insert 2 seconds of waves before the baker",
     arrange("add", query="waves", before="baker", length_s=2)),
    ("more of the dog", arrange("add", query="dog")),
    ("replace the dog with the market", arrange("replace", "dog", query="market")),
    ("replace clip 2 with the surfer", arrange("replace", "clip 2", query="surfer")),
    ("swap the second shot for something else", arrange("replace", "second shot")),
    ("can we have something else instead of the train?", arrange("replace", "train")),
    ("use the surfer instead of the train", arrange("replace", "train", query="surfer")),
    ("instead of the dog show the market", arrange("replace", "dog", query="market")),
    ("use another take of the dog", arrange("replace", "dog", query="dog")),
    # in and out points
    ("start clip 2 one second later", trim("clip 2", by_s=-1, words="start")),
    ("end the first clip a second earlier", trim("first clip", by_s=-1)),
    ("give the last shot 2 more seconds", trim("last shot", by_s=2)),
    ("remove the first two seconds", trim("first clip", by_s=-2, words="start")),
    ("make the last shot 1 second longer", trim("last shot", by_s=1)),
    ("make the first clip 2 seconds shorter", trim("first clip", by_s=-2)),
    ("hold the last shot a bit longer", trim("last shot", by_s=0.5)),
    ("let the second shot run 2 seconds longer", trim("second shot", by_s=2)),
    ("extend clip 3 by half a second", trim("clip 3", by_s=0.5)),
    ("the first shot is too long", trim("first shot", by_s=-1)),
    ("cut the first clip to 2 seconds", trim("first clip", length_s=2)),
    ("trim 1 second off the end of the first clip", trim("first clip", by_s=-1)),
    ("cut the first second of clip 2", trim("clip 2", by_s=-1, words="start")),
    ("every shot should be 3 seconds", trim("every shot", length_s=3)),
    ("keep only the brightest part of clip 2", trim("clip 2", words="the brightest part")),
    # words over the picture
    ('add the title "Anna & Tom"', one("title", text="Anna & Tom")),
    ('put "The End" at the end', one("title", text="The End", at="end")),
    ('add a title at the end saying "Thank you"', one("title", text="Thank you", at="end")),
    ('put a lower third with "Hans, baker" over the baker',
     one("title", kind="lower-third", text="Hans, baker", clip="the baker")),
    ("remove the title", one("title", kind="title", remove=True)),
    ("could you add captions", one("title", kind="subtitles")),
    ("turn the subtitles off", one("title", kind="subtitles", remove=True)),
    # sound
    ("add some gentle piano music", one("music", mood="gentle piano")),
    ("no music", one("music", remove=True)),
    ("take the pauses out", one("tighten")),
    ("take the music away", one("music", remove=True)),
    ("turn the music down a bit", one("sound", action="gain", of="music", by_db=-3)),
    ("mute the baker", one("sound", action="mute", clips=["baker"])),
    ("mute everything except the baker",
     one("sound", action="mute", clips=["everything except the baker"])),
    ("the baker is too quiet", one("sound", action="gain", clips=["baker"], by_db=6)),
    ("cut out the ums", one("tighten", fillers=True)),
    ("remove the pauses from the baker", one("tighten", clips=["baker"])),
    ("take out where he says every morning the bread comes first",
     one("transcript", action="strike", words=["every morning the bread comes first"])),
    # speed and picture
    ("slow mo on the children", one("speed", clips=["children"], factor=0.5)),
    ("double the speed of clip 1", one("speed", clips=["clip 1"], factor=2)),
    ("play the last clip at half speed", one("speed", clips=["last clip"], factor=0.5)),
    ("cut it to the beat", one("rhythm")),
    ("stabilise the shaky shots", one("stabilise")),
    ("make it black and white", one("look", action="black and white")),
    ("make the train a bit brighter", one("look", action="brighter", clips=["train"])),
    ("reduce the saturation of clip 2", one("look", action="less colour", clips=["clip 2"])),
    ("slow the children to 30%", one("speed", clips=["children"], factor=0.3)),
    ("more contrast", one("look", action="more contrast")),
    ("color match all the clips", one("look", action="match")),
    ("crop it to square and follow the dog", one("reframe", aspect="1:1", subject="dog")),
    ("make it vertical", [("reframe", {"aspect": "9:16"}), ("reframe", {})]),
    ("now the same in vertical", [("reframe", {"aspect": "9:16"}), ("reframe", {})]),
    ("can I get a square version?", [("reframe", {"aspect": "1:1"}), ("reframe", {})]),
    ("turn it vertical and keep the dog in frame", one("reframe", aspect="9:16", subject="dog")),
    ("the second shot is too dark", one("look", action="brighter", clips=["second shot"])),
    ("the colours are too cold", one("look", action="warmer")),
    ("no sound", one("sound", action="mute")),
    # the film again
    ("slow it down a bit", cut(length_s=16, pace="slow", subjects=list(FILM.subjects))),
    ("less hectic", cut(length_s=16, mood=["calm"], subjects=list(FILM.subjects))),
    ("put them in chronological order",
     cut(length_s=16, order="chronological", subjects=list(FILM.subjects))),
    ("begin with the train and end with the dog", cut(length_s=16, opening="train", ending="dog")),
    ("make it calmer", cut(length_s=16, mood=["calm"], subjects=list(FILM.subjects))),
    ("faster cuts", cut(length_s=16, pace="fast", subjects=list(FILM.subjects))),
    ("more energetic", cut(length_s=16, mood=["energetic"], subjects=list(FILM.subjects))),
    ("and end on the sunset", cut(length_s=16, ending="sunset", subjects=list(FILM.subjects))),
    # several at once
    ("drop the dog and make it 8 seconds",
     [*arrange("drop", "dog"), *arrange("length", length_s=8)]),
    ('swap the first two shots and add the title "Hello"',
     [*arrange("swap", "first two shots"), ("title", {"text": "Hello"})]),
    ("mute the baker, slow down the train and export it for Resolve",
     [("sound", {"action": "mute", "clips": ["baker"]}),
      ("speed", {"clips": ["train"], "factor": 0.5}), ("export", {"kind": "otio"})]),
    ("remove the dog, then add the surfer at the end",
     [*arrange("drop", "dog"), *arrange("add", query="surfer")]),
    ('add the title "Hi", make it 10 seconds and give me an EDL',
     [("title", {"text": "Hi"}), *arrange("length", length_s=10), ("export", {"kind": "edl"})]),
    ("first drop the baker, then swap the first two",
     [*arrange("drop", "baker"), *arrange("swap", "first two")]),
    ("start with the children and add subtitles",
     [*arrange("move", "clip 4", position=1), ("title", {"kind": "subtitles"})]),
    ("make it faster and warmer",
     cut(length_s=16, mood=["fast", "warm"], subjects=list(FILM.subjects))),
    ("make an edl and an mp4", [("export", {"kind": "edl"}), ("export", {"kind": "mp4"})]),
    ("undo the last two changes", [("undo", {}), ("undo", {})]),
    ("redo", one("redo")),
    # files
    ("give me an EDL", one("export", kind="edl")),
    ("I need an xml for final cut", one("export", kind="fcpxml")),
    ("can I have a Final Cut XML?", one("export", kind="fcpxml")),
    ("save it as an mp4", one("export", kind="mp4")),
    ("export the subtitles", one("export", kind="srt")),
    ("render it please", one("export", kind="mp4")),
)  # fmt: skip

# --- questions: answered, and nothing changes

QUESTIONS: tuple[Row, ...] = (
    ("how long is it?", one("contents", brief=True)),
    ("how long is the cut right now", one("contents", brief=True)),
    ("how many shots are there in the film?", one("contents", brief=True)),
    ("what's in the cut?", one("contents")),
    ("which clips are in the film?", one("contents")),
    ("show me the timeline", one("contents")),
    ("what is the second shot?", one("contents", clips=("second shot",))),
    ("show me the second shot", one("contents", clips=("second shot",))),
    ("anything with water?", one("search", query="water")),
    ("what comes after the dog", one("search")),
    ("what do I have?", one("overview")),
    ("what does the captain say about boats?", one("search", query="captain boats")),
    ("where does he mention bread?", one("search", query="bread")),
    ("which shots have I not used yet?", one("search", used=False)),
    ("is there a shot of an elephant?", one("search")),
    ("show me the transcript", one("transcript", action="show")),
    ("give me some ideas", one("ideas")),
)

# --- what is no order, or none that can be followed: it is said so, and nothing is planned

NOT_EDITS = (
    "what a lovely day", "thanks", "that's great", "nice video", "great film!", "i hate this",
    "I love the second shot so much", "I filmed the dog for 30 seconds",
    "I have 30 seconds of the dog", "I don't want a film", "no film", "the dog is cute",
    "don't change anything", "do not drop the dog", "never cut the baker",
    "should I drop the dog?", "what happens if I drop the dog?", "is it too long?",
    "how long should my film be?", "is 30 seconds long enough?", "can I make it shorter?",
    "would it be better without the dog?", "make it better", "make it pop", "can you fix it",
    "do something with the dog", "do the thing with the stuff", "fix the colours",
    "add a vintage look", "freeze the last frame", "remove the background noise",
    "export it as a gif", "render it as ProRes", "send it to my mother", "delete all my footage",
    "take out the part where he talks about his daughter", "less of the baker",
    "drop the second shot, frobnicate the third", "make the wibble glorp",
    "a film where the second shot should be longer", "cut clip 2 in half",
    "the first and second shots should be swapped, then export an edl",
    'put a title card "Chapter One" before the baker', "lose everything after the dog",
    "make the title bigger", "cinematic look", "render in 4k", "add transitions", "start over",
    "fade to black at the end", "mute all clips but keep the music", "zoom in on the dog",
    "play the dog backwards", "make everything the same loudness", "shuffle the clips",
    "a 20 second film of the dog, maximum 4 clips", "un film sur la mer", "mache einen Film",
    "20 seconds of the dog with the first clip slowed down",
)  # fmt: skip


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The library of the goals' benchmark, nothing cut."""
    place = tmp_path_factory.mktemp("said")
    with Project.create(place / "film", Settings()) as project:
        _goal_library.build(project, place / "footage")
        yield project


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The same library with the film cut."""
    place = tmp_path_factory.mktemp("said to a film")
    with Project.create(place / "film", Settings()) as project:
        _goal_library.build(project, place / "footage")
        _stand(project)
        yield project


def _stand(project: Project) -> None:
    names = ("IMG_0304.MP4", "IMG_0302.MP4", "INT_0401.MP4", "IMG_0305.MP4")
    span, whole = TimeRange(0, 4), TimeRange(0, 6)
    clips = tuple(
        Clip(f"c-{n}", _id(name), name, span, whole, beat=FILM.subjects[n])
        for n, name in enumerate(names)
    )
    bed = replace(clips[2], id="m-1")
    tracks = (Track("V1", "video", clips), Track("A2", "audio", (bed,)))
    history.commit(project, Timeline(tracks=tracks), "a cut", actor="agent")
    plan = state.open_plan(
        project, FILM.text, FILM, "embedded", [PlannedStep(tool="storyboard", intent="cut")]
    )
    state.set_step(project, state.steps(project, plan)[0].id, "applied")


def _id(name: str) -> str:
    return next(_goal_library._id(m) for m in _goal_library.everything() if m.name == name)


def planned(words: str, project: Project) -> list[Step]:
    """The steps with the arguments they are bound to, each accepted by its tool."""
    brain, tools = EmbeddedBrain(project.settings), all_tools()
    plan = brain.plan(words, project)
    assert not plan.question, plan.question
    bound = [(s.tool, brain.bind(s, plan.goal, project, "")) for s in plan.steps]
    for tool, arguments in bound:
        tools[tool].arguments.model_validate(arguments)
    return bound


def held_against(bound: list[Step], wanted: list[Step]) -> None:
    following = [s for s in bound if s != ("reframe", {})]  # frames follow what is seen
    bound = bound if ("reframe", {}) in wanted else following
    assert [tool for tool, _ in bound] == [tool for tool, _ in wanted]
    for (tool, have), (_, want) in zip(bound, wanted, strict=True):
        assert {name: have.get(name) for name in want} == want, tool


@pytest.mark.parametrize(("words", "wanted"), FILMS)
def test_a_film_is_cut_as_it_is_said(words: str, wanted: list[Step], footage: Project) -> None:
    held_against(planned(words, footage), wanted)


@pytest.mark.parametrize(("words", "wanted"), [*EDITS, *QUESTIONS])
def test_what_is_said_of_a_film_is_planned_to_the_argument(
    words: str, wanted: list[Step], film: Project
) -> None:
    held_against(planned(words, film), wanted)


@pytest.mark.parametrize("words", NOT_EDITS)
@pytest.mark.parametrize("standing", [True, False])
def test_what_is_no_order_changes_nothing_and_says_so(
    words: str, standing: bool, film: Project, footage: Project
) -> None:
    project = film if standing else footage
    plan = EmbeddedBrain(project.settings).plan(words, project)
    assert plan.question or all(all_tools()[s.tool].effect == "read" for s in plan.steps)
    if not plan.question:
        assert words == "what happens if I drop the dog?"


def test_there_are_many_of_each_kind() -> None:
    assert len(FILMS) + len(EDITS) + len(QUESTIONS) + len(NOT_EDITS) >= 150


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Could you please make it shorter?", "make it shorter"),
        ("hey, could you maybe drop the dog, thanks!", "drop the dog"),
        ("would you mind cutting out the pauses", "cut out the pauses"),
        ("I'd love it if you could swap the first two", "swap the first two"),
        ("nice, now drop the dog", "now drop the dog"),
        ("great film about the dog", "great film about the dog"),
        ('add the title "Pls shrter"', 'add the title "Pls shrter"'),
        ("a film about Flims and Shrter", "a film about Flims and Shrter"),
        ("the boats and the coats", "the boats and the coats"),
    ],
)
def test_padding_and_slips_are_read_over_and_quotes_and_names_are_not(
    words: str, said: str
) -> None:
    assert plain(words) == said
