"""What the grammar did not read, or read and does not do: said so, instead of guessed at."""

from __future__ import annotations

import re

from agent.grammar import Reading
from agent.phrases import phrase

_NOT_MINE = phrase(
    r"upload|publish|post (?:it|this|that|them)|send|e-?mail|share (?:it|this|with)|download"
    r"|install|burn(?! (?:in|the (?:sub|cap)|them|it in))|stream|tweet"
    r"|(?:delete|erase|remove|wipe) (?:all |every )?(?:of )?(?:my|the|these)?"
    r" ?(?:footage|files?|originals?|videos|folders?|project|library|hard drive|disk)"
)
_LOOK = re.compile(
    r"(?:(?:with|add|give it|use|in) )*(?:an? |the |some )?(?:[\w-]+ ){1,2}"
    r"(?:look|style|filter|grade|lut)",
    re.IGNORECASE,
)
_RESTYLED = re.compile(
    r"\b(?:make|set|have|change|move|put) (?:the |my |all )*"
    r"(?:titles?|subtitles?|captions?|text|lower[- ]thirds?|font|words)"
    r"(?: (?:a|bit|little|much|lot|to|in|be|text|font|look))*"
    r" (?:(?!over\b|under\b|after\b)\w+er|bold|italic|white|black|red|blue|yellow|green|pink|gold"
    r"|cent(?:er|re)d|\w+ font)\b",
    re.IGNORECASE,
)
_EDIT = re.compile(  # in what a film is about: an edit that was not understood
    r"\b(?:(?:first|second|third|fourth|fifth|last|next|previous|this|that|every|each)"
    r" (?:clip|shot)s?|(?:clip|shot) #?\d+|longer|shorter|louder|quieter|should(?:n't)?|must"
    r"|mute[ds]?|trim(?:med)?|crop(?:ped)?|swap(?:ped)?|taken? out|cut (?:out|off|from|to|away)"
    r"|slow(?:ed)? down|sped up|speed(?:ed)? up|turn(?:ed)? (?:up|down|off)|stabili[sz]ed?"
    r"|reframed?|brighten|darken|lower[- ]thirds?|subtitles?|captions?|export(?:ed)?|render(?:ed)?"
    r"|drop|undo|remove[ds]?|delete[ds]?|replace[ds]?|move[ds]? (?:the|to)"
    r"|fade[ds]? (?:in|out|to)|freeze|transitions?|max(?:imum)? \d+|at (?:most|least) \d+"
    r"|voice-?over|make (?:it|the|them)|let the|u+ms?|pauses)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\b(?:clip|shot) #?\d+", re.IGNORECASE)
_SENTENCE = re.compile(
    r"^\w+ (?:me|us|my|it|this|that|the|an?|to|of|with|something)\b(?<!^the )(?<!^an )(?<!^a )"
    r"|\b(?:is|are|was|were|be|am|should|could|would|can|will|must|do|does|did|don't|isn't|too"
    r"|make|please|i|you|we|it|that's|it's)\b"
    r"|^(?:add|adjust|animate|another|apply|better|blend|blur|change|clean|close|come|copy|crop"
    r"|cut|different|ditch|do|edit|enhance|fade|fix|flip|get|give|go|group|half|have|improve|join"
    r"|jump|keep|label|less|let|load|loop|lose|make|merge|mirror|more|not?|open|pan|put|redo|remake"
    r"|repeat|rotate|save|set|sharpen|show|smooth|sort|split|start|stop|stretch|tilt|try|turn"
    r"|twice|use|zoom)\b",
    re.IGNORECASE,
)


def not_mine(text: str) -> str:
    """Why something is nothing that Roughcut does; "" where it may be."""
    if _NOT_MINE.search(text):
        return (
            "That is nothing I do: I never touch, delete or send your files, I only change the cut."
        )
    return ""


def no_such_style(text: str, reading: Reading) -> str:
    """Why a look or a lettering that is asked for is not made; "" where none is."""
    if _LOOK.fullmatch(text) and not reading.names_film:
        return f"I know no look like {text!r}; brighter, warmer and so on I do."
    if _RESTYLED.search(text):
        return "How words over the picture look is not mine to change."
    return ""


def left_over(reading: Reading) -> str:
    """What in a film's goal sounds like an edit that was not understood; "" for nothing."""
    if not reading.film:
        return ""
    numbered = _NUMBERED.search(reading.goal.text)  # a film that is asked for has no clips yet
    odd = next((words for words in reading.goal.subjects if _EDIT.search(words)), "")
    return odd or (numbered[0] if numbered else "")


def names_something(text: str) -> bool:
    """Whether a few words are a name for what is to be found, and no sentence."""
    return len(text.split()) <= 6 and not _SENTENCE.search(text)
