"""The brain that is a chat model: it plans and binds by calling tools, and is never trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any

from pydantic import ValidationError

from agent import context, memory, replan
from agent.chat import Answer, Chat
from agent.proposing import explain
from agent.stream import Messages, Told
from agent.values import Goal, Plan, PlannedStep
from index.quote import quoted, visible
from media.values import Cancel
from project.errors import BrainError, CapReached, CreatorError
from project.settings import Settings
from project.store import Project
from tools.shape import Tool

PLAN = "make_plan"
ANSWERS = 3  # the first answer to a goal and two more with the error
MOST_STEPS = 40
_FOOTAGE_ID = re.compile(r"\b[0-9a-f]{12,64}\b")


def prompt(name: str, project: Project | None = None) -> str:
    """The prompt called `name`: the project's own prompts/NAME.md, else the one of Roughcut."""
    own = project.folder / "prompts" / f"{name}.md" if project is not None else None
    if own is not None and own.is_file():
        return own.read_text(encoding="utf-8")
    return resources.files("agent").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8")


def schema(name: str, summary: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """A function as OpenAI-compatible servers take it."""
    return {
        "type": "function",
        "function": {"name": name, "description": summary, "parameters": parameters},
    }


class LLMBrain:
    """Thinks with a LangChain chat model. What it answers is checked like anyone's answer."""

    def __init__(
        self, settings: Settings, tools: Mapping[str, Tool], *, chat: Chat | None = None
    ) -> None:
        self.settings, self.tools = settings, tools
        self.name = settings.brain
        self._chat = chat or Chat(settings)
        self._project: Project | None = None  # whose meter `write` runs on
        self._told: Told | None = None
        self._cancel: Cancel | None = None

    @contextmanager
    def heard_by(self, told: Told | None, cancel: Cancel | None) -> Iterator[None]:
        """What it writes within this context goes to `told`, until `cancel` says stop."""
        before = self._told, self._cancel
        self._told, self._cancel = told, cancel
        try:
            yield
        finally:
            self._told, self._cancel = before

    def _ask(
        self, project: Project | None, messages: Messages,
        tools: Sequence[dict[str, Any]] = (), choice: str = "",
    ) -> Answer:  # fmt: skip
        return self._chat.ask(
            project, messages, tools, choice, told=self._told, cancel=self._cancel
        )

    def plan(self, words: str, project: Project) -> Plan:
        """The model's plan; an invalid one goes back with the error, twice. Raises BrainError."""
        self._project = project
        listed = "\n".join(f"  - `{t.name}`: {t.summary}" for t in self.tools.values())
        again = replan.split(words)
        asked = [visible(again.note or again.words)[:200]]
        system = _filled(prompt("plan", project), "{tools}", listed)
        told = self._told_of(project, asked)
        messages = [("system", f"{system}\n{told}"), ("human", visible(words)[:4000])]
        offered = [schema(PLAN, "The plan for the creator's goal.", Plan.model_json_schema())]
        problem = ""
        for _ in range(ANSWERS):
            answer = self._ask(project, messages, offered, PLAN)
            if answer.refusal:
                return Plan(
                    goal=Goal(text=words),
                    question=f"The model declined: {visible(answer.refusal)[:400]}",
                )
            plan, problem = self._planned(answer, words)
            if plan is not None:
                return plan
            messages += [("ai", answer.text or "(an answer that was not accepted)")]
            messages += [("human", f"That was not accepted: {problem}. Answer again.")]
        raise BrainError(f"the model gave no usable plan in {ANSWERS} answers; the last: {problem}")

    def _told_of(self, project: Project, queries: Sequence[str]) -> str:
        """The rule about data, then the project and the conversation within the budget."""
        budget, count = self.settings.context_tokens, self._chat.count
        said = memory.recalled(project, count, budget // 4, self._summary)
        data = context.project_data(project, queries, said, budget=budget, count=count)
        return _as_data(data)

    def _summary(self, data: str) -> str:
        """The older part of the conversation in the model's words; "" where it has none."""
        system = f"{prompt('remember', self._project)}\n{_as_data(data)}"
        messages = [("system", system), ("human", "Write the summary.")]
        try:
            return self._chat.ask(self._project, messages, cancel=self._cancel).text
        except CapReached:
            raise
        except (BrainError, CreatorError):
            return ""

    def _planned(self, answer: Answer, words: str) -> tuple[Plan | None, str]:
        """The plan in an answer, or what is wrong with it."""
        arguments, problem = _called(answer, PLAN)
        if arguments is None:
            return None, problem
        goal = arguments.get("goal")
        if isinstance(goal, dict):
            arguments = {**arguments, "goal": {**_without_empty(goal), "text": words}}
        try:
            plan = Plan.model_validate(arguments)
        except ValidationError as error:
            return None, explain(error)
        unknown = sorted({s.tool for s in plan.steps} - set(self.tools))
        if unknown:
            return None, f"there is no tool {unknown}; there are {sorted(self.tools)}"
        if len(plan.steps) > MOST_STEPS:
            return None, f"it has {len(plan.steps)} steps; a plan has at most {MOST_STEPS}"
        if not plan.steps and not plan.question.strip():
            return None, "it has neither steps nor a question"
        return plan, ""

    def bind(self, step: PlannedStep, goal: Goal, project: Project, problem: str) -> dict[str, Any]:
        """The arguments the model calls the step's tool with. Raises BrainError."""
        self._project = project
        tool = self.tools[step.tool]
        queries = [step.intent[:200], *goal.subjects[:4], goal.opening, goal.ending]
        told = self._told_of(project, queries if tool.name != "export" else ())
        system = _filled(prompt("bind", project), "{tool}", tool.name)
        asked = {"goal": goal.model_dump(exclude_none=True), "step": step.intent}
        messages = [
            ("system", f"{system}\n{told}"),
            ("human", json.dumps(asked, ensure_ascii=False)),
        ]
        if problem:
            messages.append(("human", f"Your last call was not accepted: {problem}. Call again."))
        offered = [schema(tool.name, tool.summary, tool.arguments.model_json_schema())]
        answer = self._ask(project, messages, offered, tool.name)
        if answer.refusal:
            raise BrainError(f"the model declined: {visible(answer.refusal)[:400]}")
        arguments, wrong = _called(answer, tool.name)
        if arguments is None:
            raise BrainError(wrong)
        return arguments

    def write(self, request: str, facts: dict[str, Any]) -> str:
        """The facts in the model's words; "" when it names footage that the facts do not."""
        lines = [quoted(name, json.dumps(v, ensure_ascii=False), longest=4000)
                 for name, v in facts.items()]  # fmt: skip
        facts_part = context.Part("facts", lines, 1.0)
        data = context.fitted(
            [facts_part], budget=self.settings.context_tokens, count=self._chat.count
        )
        system = prompt("write", self._project)
        messages = [
            ("system", f"{system}\n{_as_data(data)}"),
            ("human", visible(request)[:1000]),
        ]
        text = self._ask(self._project, messages).text
        known = set(_FOOTAGE_ID.findall(json.dumps(facts)))
        return text if set(_FOOTAGE_ID.findall(text)) <= known else ""


def _as_data(block: str) -> str:
    """A block of data behind the rule about it, which no prompt of a creator's own takes away."""
    return f"{prompt('data')}\n{block}"


def _filled(text: str, place: str, words: str) -> str:
    """A prompt with `words` where `place` stands, or at its end where a creator left it out."""
    return text.replace(place, words) if place in text else f"{text}\n{words}\n"


def _called(answer: Answer, name: str) -> tuple[dict[str, Any] | None, str]:
    """The arguments of the call of `name`, or what was answered instead."""
    for called, arguments in answer.calls:
        if called == name:
            return arguments, ""
    if answer.calls:
        return None, f"you called {answer.calls[0][0]!r}, which is not offered; call {name!r}"
    if answer.broken_calls:
        return None, f"the call of {name!r} was not JSON: {answer.broken_calls[0]!r}"
    if answer.text:
        return None, f"you answered in words ({answer.text[:120]!r}); call {name!r}"
    return None, f"the answer was empty; call {name!r}"


def _without_empty(goal: dict[str, Any]) -> dict[str, Any]:
    """A goal as a model fills it in, without the fields it set to nothing."""
    return {name: value for name, value in goal.items() if value not in (None, "", [], {})}
