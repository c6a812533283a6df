"""The brain with no download: a grammar of goals and requests, and sentence embeddings.

Rules decide; embeddings only tell what kind of thing was meant, for questions and for the
words of a question back. What is not understood becomes a question, never an edit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from agent import replan, state, writing
from agent.binding import AGAIN, arguments_for, merged
from agent.follow_ups import Request
from agent.found import Those, last_found, those
from agent.grammar import Reading, read
from agent.made import take_wish, unclear
from agent.phrases import MAKE
from agent.picture_words import FOLLOWING
from agent.requests import EDITS, edits_in, half_read, requests
from agent.unread import left_over, names_something, no_such_style, not_mine
from agent.values import Goal, Plan, PlannedStep
from agent.wording import is_question, is_remark, known, plain
from index.values import Hit
from project import footage as store
from project import history
from project.errors import BadArguments, BrainError
from project.settings import Settings
from project.store import Project
from tools.canvas import WHOLE, kept_share
from tools.filling.asking import way_in
from tools.pointing import point

FILM_FIELDS = frozenset(
    ["length_s", "aspect", "mood", "pace", "subjects", "exclude", "order", "opening", "ending",
     "speech", "everything"]
)  # fmt: skip
_MAKE_IT = re.compile(
    r"^(?:please |now |ok(?:ay)?,? |and |but |also |actually,? |then |can you |could you )*"
    r"(?:make|keep|turn|have|let|change|set|put|sort|order|arrange|slow|speed)"
    r" (?:it|this|that|them|everything|(?:all )?the (?:clips|shots)|the (?:film|video|cut|reel"
    r"|edit))\b",
    re.IGNORECASE,
)
_ON_TOP = re.compile(
    r"^(?:now|but|also|instead|and|actually|then|without|no|not|less|more|with|in|as|please"
    r"|\w+er\b(?!\s+\w+\s+(?:film|video)))\b",
    re.IGNORECASE,
)
_END_TITLE = re.compile(
    r"\btitle\b[^,;]*\b(?:at|over|on) the (?:very )?end\b|\bend(?:s|ing)?\b[^,;]*\btitle\b",
    re.IGNORECASE,
)
_HELP = re.compile(
    r"^(?:help|(?:explain |tell me |show me )?what (?:can (?:you|i)|you can|i can) (?:do|say"
    r"|ask)|how does (?:this|it) work|hello|hi|hey)\b",
    re.IGNORECASE,
)
FIRST_CUT_S = 30.0  # what a first cut lasts when no length is said
CAN = (
    'I can cut a film from your footage ("a calm 30 s reel of the beach, end on a sunset"),'
    ' tell what you have ("what do I have?"), find shots ("show me shots with water"),'
    ' have ideas, and change the cut ("make it 20 seconds", "drop the second shot",'
    ' "trim the first clip to 3 seconds", "cut out the pauses", "mute the third clip",'
    ' "slow down the jump", "add the title \\"Summer\\"", "with soft music",'
    ' "export for Resolve").'
)


class EmbeddedBrain:
    """Thinks by rule, on this machine, with no key and no network."""

    name = "embedded"

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def plan(self, words: str, project: Project) -> Plan:
        """Steps for a goal, a request or a question; a question back where it is not clear."""
        again = replan.split(words)
        if again.note or again.done:
            return self._again(replace(again, words=plain(again.words)), project)
        text = plain(again.words)
        if not re.search(r"\w", text):
            return _ask(text, f"Say what the film should be. {CAN}")
        if _HELP.match(text):
            return _ask(text, CAN)
        said = take_wish(text)
        if said is not None:
            problem = unclear(said, project)
            step = PlannedStep(tool="fill", intent=said.intent)
            return _ask(text, problem) if problem else Plan(goal=Goal(text=text), steps=(step,))
        if way_in(text):
            step = PlannedStep(tool="fill", intent=text)
            return Plan(goal=Goal(text=text), steps=(step,))
        reading = read(text)
        if reading.foreign:
            return _ask(text, f"I only understand English here. {CAN}")
        if problem := not_mine(text):
            return _ask(text, f"{problem} {CAN}")
        if is_remark(text) or is_remark(again.words):
            return _ask(text, f"I find nothing to do in {text!r}. {CAN}")
        return self._understood(text, reading, project)

    def _understood(self, text: str, reading: Reading, project: Project) -> Plan:
        asked, edits = requests(text), tuple[PlannedStep, ...]()
        cut = bool(history.current(project).clips())
        if asked and is_question(text) and any(map(_changes, asked)):
            asked = None  # "what comes after the dog" moves nothing
        if problem := no_such_style(text, reading):
            return _ask(text, f"{problem} {CAN}")
        if asked is None or _wants_film(text, reading):
            film, done = edits_in(text)
            if done and read(film).film:
                reading, edits = read(film), _steps(done)
        if reading.problem and (not asked or any(_whole(r.arguments) for r in asked)):
            return _ask(text, reading.problem)
        if reading.some_title:
            title = writing.title_of(reading.goal) or writing.title_of(
                state.last_goal(project) if cut else None
            )
            if not title:
                return _ask(text, f"Which words should the title have? {CAN}")
            reading = replace(reading, goal=reading.goal.model_copy(update={"title": title}))
        if asked and not _wants_film(text, reading):
            if not cut and any(_needs_cut(r) for r in asked):
                return _ask(text, f"There is no cut yet that could be changed so. {CAN}")
            beds = [t for t in history.current(project).tracks if t.kind == "audio" and t.items]
            if not beds and any(r.arguments.get("of") == "music" for r in asked):
                return _ask(text, 'There is no music under the film; "with soft music" lays some.')
            length = next((r.arguments["length_s"] for r in asked if _whole(r.arguments)), None)
            return Plan(goal=Goal(text=text, length_s=length), steps=_steps(asked))
        if asked is None and not reading.names_film and not edits:
            told = half_read(text, files=not reading.film)
            if told is not None:
                return _ask(text, told)
        if is_question(text):
            return self._guessed(text, reading, project)
        odd = left_over(reading)
        if odd:
            return _ask(text, f"I did not understand {odd!r} in {text!r}. {CAN}")
        pointed = those(text)
        if pointed is not None and (reading.names_film or reading.goal.length_s):
            return _with(self._of_found(pointed, edits, project), edits)
        last = state.last_goal(project) if cut else None
        if last is not None and _revises(text, reading):
            placed = self._placed(reading, project)
            if placed and not edits:
                steps = (*placed, *_unmade(reading, project))
                return Plan(goal=merged(last, reading.goal), steps=steps)
            return _with(self._revised(text, reading, last, project), edits)
        if reading.film and last is not None and not _new_film(text, reading):
            return _ask(
                text,
                f'I am not sure whether {text!r} is a new film or a change of this one. Say "make a'
                f' film of ...", or what should change. {CAN}',
            )
        if reading.film:
            return _with(self._film(reading, project), edits)
        extras = _extras(reading)
        if extras and reading.goal.subjects:  # a part of the sentence is not understood
            rest = " and ".join(map(repr, reading.goal.subjects))
            return _ask(text, f"I did not understand {rest} in {text!r}. {CAN}")
        if extras and (cut or history.current(project).holes()):
            return Plan(goal=reading.goal, steps=extras)
        if extras:
            return _ask(text, f"There is no film yet to do that to; say what it should be. {CAN}")
        return self._guessed(text, reading, project)

    # --- films

    def _film(self, reading: Reading, project: Project) -> Plan:
        if not store.all_footage(project, usable=True):
            return _ask(
                reading.goal.text,
                "There is no footage in this project yet; ingest a folder first, then ask again.",
            )
        first = PlannedStep(tool="storyboard", intent=f"Cut {writing.described(reading.goal)}")
        following = _following(reading.goal, project)
        return Plan(goal=reading.goal, steps=(first, *following, *_unmade(reading, project)))

    def _of_found(self, pointed: Those, edits: tuple[PlannedStep, ...], project: Project) -> Plan:
        """The film cut from what the last search found."""
        text = edits_in(pointed.rest)[0] if edits else pointed.rest
        if not last_found(project, pointed.many):
            return _ask(
                text, f"I do not know what {pointed.words!r} are: search for them first. {CAN}"
            )
        plan = self._film(read(text), project)
        if plan.question:
            return plan
        first, *rest = plan.steps
        first = first.model_copy(update={"intent": first.intent + pointed.intent})
        return plan.model_copy(update={"steps": (first, *rest)})

    def _revised(self, text: str, reading: Reading, last: Goal, project: Project) -> Plan:
        """The last film again with what is said now over it, or only what goes on top of it."""
        goal = merged(last, reading.goal).model_copy(update={"text": text})
        extras = _unmade(reading, project)
        if not FILM_FIELDS & reading.said:
            return Plan(goal=goal, steps=extras)
        following = _following(goal, project)
        if FILM_FIELDS & reading.said == {"speech"}:  # the cut stays, and is heard or not
            heard = "mute" if goal.speech == "mute" else "unmute"
            quiet = PlannedStep(tool="sound", intent=f"{heard} everything")
            return Plan(goal=goal, steps=(quiet, *extras))
        if FILM_FIELDS & reading.said == {"aspect"} and following:  # the cut stays, its shape not
            shaped = PlannedStep(tool="reframe", intent=f"reframe to {goal.aspect}, centred")
            return Plan(goal=goal, steps=(shaped, *following, *extras))
        first = PlannedStep(tool="storyboard", intent=f"{AGAIN}: {writing.described(goal)}")
        return Plan(goal=goal, steps=(first, *following, *extras))

    def _placed(self, reading: Reading, project: Project) -> tuple[PlannedStep, ...]:
        """A clip that stands in the cut moved where the film is to open or end; () without one."""
        if len(reading.said) != 1 or not reading.said <= {"opening", "ending"}:
            return ()
        timeline = history.current(project)
        words = reading.goal.opening or reading.goal.ending
        try:
            [found] = point(words, timeline, project)
        except (BadArguments, ValueError):
            return ()  # no clip shows it, or several do: footage is looked for
        number = [clip.id for _, clip in timeline.clips()].index(found) + 1
        place = "start" if reading.goal.opening else "end"
        return (PlannedStep(tool="arrange", intent=f"move clip {number} to the {place}"),)

    def _again(self, again: replan.Again, project: Project) -> Plan:
        """A plan for what is left of a goal, with the creator's note over it."""
        done = {line.partition(":")[0] for line in again.done}
        whole, noted = read(again.words), read(again.note)
        if noted.problem:
            return _ask(again.note, noted.problem)
        if "storyboard" not in done:
            first_plan = self._understood(again.words, whole, project)
            planned = {step.tool for step in first_plan.steps}
            reshaped = "reframe" in planned and bool(FILM_FIELDS & noted.said)
            if "storyboard" in planned or reshaped:
                return self._anew(again.note, first_plan.goal, (whole, noted), project)
        asked = requests(again.note) if again.note else None
        if noted.no_music and "music" not in done:  # none is there that could be taken away
            asked = tuple(r for r in asked or () if r.tool != "music") or None
        goal = merged(whole.goal, noted.goal)
        if asked:
            first = _steps(asked)
        elif "storyboard" not in done or FILM_FIELDS & noted.said:
            cut = f"{AGAIN}: " if "storyboard" in done else "Cut "
            again_cut = PlannedStep(tool="storyboard", intent=f"{cut}{writing.described(goal)}")
            first = (again_cut, *_following(goal, project))
        elif again.note and not _extras(noted):
            return _ask(again.note, f"I did not understand {again.note!r}. {CAN}")
        else:
            first = ()
        later = {s.tool: s for s in (*_extras(whole), *_extras(noted))}
        if noted.no_music:
            later.pop("music", None)
        for request in asked or ():
            later.pop(request.tool, None)  # it is asked for in its own words already
        new = {s.tool for s in _extras(noted)}
        left = tuple(s for s in later.values() if s.tool not in done or s.tool in new)
        return Plan(goal=goal, steps=(*first, *left))

    def _anew(
        self, note: str, goal: Goal, readings: tuple[Reading, Reading], project: Project
    ) -> Plan:
        """The film that was never cut, planned with the note over its goal."""
        whole, noted = readings
        asked = () if noted.goal.exclude else requests(note) or ()  # "without" is no edit here
        if note and not asked and not _extras(noted) and not self._says(note, noted, project):
            return _ask(note, f"I did not understand {note!r}. {CAN}")
        said = noted.goal if not asked else Goal(text=note)
        text = f"{goal.text}. {note}" if note else goal.text
        goal = merged(goal, said).model_copy(update={"text": text})
        for request in asked:
            if request.arguments.get("action") == "length":
                now = goal.length_s or FIRST_CUT_S
                wanted = request.arguments.get("length_s", now * request.factor + request.plus_s)
                goal = goal.model_copy(update={"length_s": max(1.0, round(wanted, 2))})
        away = noted.no_music or any(r.tool == "music" for r in asked)
        later = {s.tool: s for s in (*_unmade(replace(whole, goal=goal), project), *_extras(noted))}
        if away:
            later.pop("music", None)
        if any(r.tool == "title" for r in asked):
            later.pop("title", None)
        edits = tuple(
            PlannedStep(tool=r.tool, intent=r.intent)
            for r in asked
            if r.tool != "music" and r.arguments.get("action") != "length"
        )
        first = PlannedStep(tool="storyboard", intent=f"Cut {writing.described(goal)}")
        following = _following(goal, project)
        return Plan(goal=goal, steps=(first, *following, *edits, *later.values()))

    def _says(self, note: str, noted: Reading, project: Project) -> bool:
        """Whether a note says anything: new subjects alone only where footage shows them."""
        from index.search import search

        return bool(noted.said - {"subjects"}) or (
            bool(noted.said) and search(project, note).confident
        )

    # --- when the rules are unsure

    def _guessed(self, text: str, reading: Reading, project: Project) -> Plan:
        """A question answered where embeddings or the footage leave no doubt; else a question."""
        from agent.meaning import closest
        from index.search import search

        near = closest(text, self.settings)
        if near is not None and near.reads:
            step = PlannedStep(tool=near.tool, intent=text)
            return Plan(goal=reading.goal, steps=(step,))
        if reading.goal.subjects and names_something(text) and near is None:
            found = search(project, text)
            if found.confident and (_literal(found.hits) or known(text)):
                step = PlannedStep(tool="search", intent=text)
                return Plan(goal=reading.goal, steps=(step,))
        if near is not None:
            return _ask(
                text,
                f"I am not sure what {text!r} should change. If you mean something like"
                f" {near.example!r}, say it so. {CAN}",
            )
        return _ask(text, f"I did not understand {text!r}. {CAN}")

    # --- the other two verbs

    def bind(self, step: PlannedStep, goal: Goal, project: Project, problem: str) -> dict[str, Any]:
        """Arguments by rule; a rule has one answer, so a problem comes back as it is."""
        if problem:
            raise BrainError(problem)
        return arguments_for(step, goal, project)

    def write(self, request: str, facts: dict[str, Any]) -> str:  # noqa: ARG002 - by rule
        """The facts in words, by rule."""
        return writing.told(facts)


def _changes(request: Request) -> bool:
    return _needs_cut(request) and request.arguments.get("action") != "show"


def _new_film(text: str, reading: Reading) -> bool:
    """Whether a sentence that could be said of the film that stands asks for another one."""
    in_turn = bool(reading.goal.subjects) and reading.said == {"subjects"}
    made = MAKE.match(text) and not re.match(r"(?:cut|edit)\b", text, re.IGNORECASE)
    return bool(reading.names_film or reading.goal.length_s or made or in_turn)


def _steps(asked: Iterable[Request]) -> tuple[PlannedStep, ...]:
    return tuple(PlannedStep(tool=r.tool, intent=r.intent) for r in asked)


def _needs_cut(request: Request) -> bool:
    """Whether a request can only be done to clips that stand."""
    if request.tool == "music":
        return not request.arguments.get("remove")
    return request.tool in EDITS or request.tool == "export"


def _with(plan: Plan, edits: tuple[PlannedStep, ...]) -> Plan:
    """The plan with edits behind its cut: music before what follows its beat, files at the end."""
    if plan.question or not edits:
        return plan
    late = tuple(step for step in plan.steps if step.tool == "export")
    early = tuple(step for step in plan.steps if step not in late)
    on_beat = tuple(step for step in edits if step.tool == "rhythm")
    first = early[:1] if early and early[0].tool == "storyboard" else ()
    rest = early[len(first) :]
    between = tuple(step for step in edits if step not in on_beat)
    return plan.model_copy(update={"steps": (*first, *between, *rest, *on_beat, *late)})


def _literal(hits: Sequence[Hit]) -> bool:
    """Whether footage has one of the words itself, not only something near it in meaning."""
    return any(why.kind != "meaning" for hit in hits[:1] for why in hit.why)


def _whole(arguments: dict[str, Any]) -> bool:
    return arguments.get("action") == "length" and "length_s" in arguments


def _ask(text: str, question: str) -> Plan:
    return Plan(goal=Goal(text=text), question=question)


def _wants_film(text: str, reading: Reading) -> bool:
    """Whether "show me a film about water" asks for a film, not for shots."""
    asks = r"(?:please |can you |could you )*(?:show|give|make|cut|create|build|do|edit) me an? "
    found = re.match(asks, text, re.IGNORECASE)
    return bool(found) and reading.film and not re.search(r"\bideas?\b", text, re.IGNORECASE)


def _revises(text: str, reading: Reading) -> bool:
    """Whether a sentence says how the film that stands should differ, not what a new one is."""
    changed = FILM_FIELDS & reading.said - {"subjects"}
    extras = _extras(reading)
    if not changed and not extras:
        return False
    if _MAKE_IT.match(text):
        return True
    if reading.names_film:
        return False
    if FILM_FIELDS & reading.said and not {"subjects", "everything", "length_s"} & reading.said:
        return True
    return bool(_ON_TOP.match(text)) or len(FILM_FIELDS & reading.said) + len(extras) == 1


def _following(goal: Goal, project: Project) -> tuple[PlannedStep, ...]:
    """The step that lets frames follow what is seen, where footage has another shape than asked."""
    if goal.aspect is None:
        return ()
    width, height = (int(part) for part in goal.aspect.split(":"))
    every = store.all_footage(project, usable=True)
    if all(kept_share(footage, width, height) > WHOLE for footage in every):
        return ()
    return (PlannedStep(tool="reframe", intent=FOLLOWING),)


def _unmade(reading: Reading, project: Project) -> tuple[PlannedStep, ...]:
    """The steps behind the cut, without making again what was made for the same words."""
    made = {
        footage.origin.prompt.casefold()
        for footage in store.all_footage(project, usable=True)
        if footage.origin is not None
    }
    left = tuple(wish for wish in reading.generate if wish.words.casefold() not in made)
    return _extras(replace(reading, generate=left))


def _extras(reading: Reading) -> tuple[PlannedStep, ...]:
    """The steps behind the cut: made shots, title, music, export; only what was asked for."""
    goal, steps = reading.goal, []
    look = f", in my look {reading.look}" if reading.look else ""
    for wish in reading.generate:
        place = f" for the {wish.place}" if wish.place else ""
        steps.append(PlannedStep(tool="fill", intent=f"generate {wish.words}{place}{look}"))
    if reading.fill_holes and not reading.generate and not reading.film:
        steps.append(PlannedStep(tool="fill", intent=f"fill the hole{look}"))
    if reading.monochrome:
        steps.append(PlannedStep(tool="look", intent="black and white"))
    subtitled = r"\b(?:with|add|burn in|show)\b[^,.;]*\b(?:subtitles|captions)\b"
    if re.search(subtitled, goal.text, re.IGNORECASE):
        steps.append(PlannedStep(tool="title", intent="add subtitles from what is said"))
    if goal.title:
        where = " at the end" if _END_TITLE.search(goal.text) else ""
        steps.append(PlannedStep(tool="title", intent=f'add the title "{goal.title}"{where}'))
    if reading.no_music and not reading.film:
        steps.append(PlannedStep(tool="music", intent="remove the music"))
    elif goal.music is not None:
        words = f"{goal.music} music".strip()
        steps.append(PlannedStep(tool="music", intent=f"lay {words} under it"))
    if reading.export:
        steps.append(PlannedStep(tool="export", intent=f"export as {reading.export}"))
    return tuple(steps)
