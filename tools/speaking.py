"""Somebody who talks: who is seen doing it, by a face with speech or by a caption that says so.

A voice alone shows nobody. A screen recording with a narrator, or a street where somebody is
heard, is no film of people talking.
"""

from __future__ import annotations

from index.query import understand
from index.values import Hit, Why
from index.words import STOP, stem, tokens
from project.footage import Moment
from tools.dailies import Dailies
from tools.kinds import is_animal, is_somebody, joined, people_in
from tools.reasons import MEASURED
from tools.shown import depicted
from tools.wanted import LOOSE

HEARD = 0.3  # share of a second with speech, from which somebody speaks
FACING = 0.1  # height of a face over the frame's, from which it is looked at
SPEECH_SEEN = 0.8  # a caption says who talks, but no face is found
UNTOLD = 0.6  # a caption says that somebody talks, not who, and no face is found
DETAIL = "a person talks and speaks to the camera, an interview"

_TALK_WORDS = """
    talk talks talking speak speaks speaking chat chats chatting explain explains lecture
    lectures narrates converse discuss discusses interview interviewed interviews vlog vlogs
    vlogging monologue testimonial talkinghead
"""
_TALK = frozenset(map(stem, _TALK_WORDS.split()))
_SAYS_WHO_WORDS = """
    interview interviews talkinghead talkingheads vlog vlogs testimonial testimonials
    presenter presenters monologue
"""
_SAYS_WHO = frozenset(_SAYS_WHO_WORDS.split())
_TO_WORDS = """
    camera cameras lens viewer viewers audience us me each other together head
"""
_TO = frozenset(_TO_WORDS.split())


def asks_for_speaker(words: str) -> bool:
    """Whether words ask to see somebody talk, and no more than that.

    >>> asks_for_speaker("people talking to the camera"), asks_for_speaker("a parrot talking")
    (True, False)
    """
    question = understand(words)
    if question.spoken or question.written:
        return False
    named = [w for w in tokens(joined(words)) if w not in STOP or is_somebody(w)]
    talks = [w for w in named if stem(w) in _TALK or w in _SAYS_WHO]
    rest = [w for w in named if w not in talks and w not in _TO and w not in LOOSE]
    who = any(map(is_somebody, rest)) or any(w in _SAYS_WHO for w in talks)
    return bool(talks) and (who or "camera" in named) and all(map(is_somebody, rest))


def talks(hit: Hit, dailies: Dailies) -> float:
    """How well a hit shows somebody talking, 0 to 1.

    What a caption says of one second of a shot holds for the same face in its other seconds.
    """
    inside = dailies.within(hit.footage_id, hit.range)
    shots = {m.shot_ordinal for m in inside}
    around = [m for m in dailies.moments(hit.footage_id) if m.shot_ordinal in shots]
    told = [depicted(m.caption) for m in around if m.caption_source != MEASURED]
    said = [caption for caption in told if _tells_of_talk(caption)]
    if _faced(inside) and (said or _heard(hit, inside, dailies)):
        return 1.0
    shown = [depicted(m.caption) for m in inside if m.caption_source != MEASURED]
    here = [caption for caption in shown if _tells_of_talk(caption)]
    if not here:
        return 0.0
    return SPEECH_SEEN if any(map(people_in, here)) else UNTOLD


def faces_camera(hit: Hit, dailies: Dailies) -> bool:
    """Whether somebody is seen all along, near enough to be looked at, talking or not."""
    inside = dailies.within(hit.footage_id, hit.range)
    return bool(inside) and all(m.senses.face_size >= FACING for m in inside)


def seen_in(hit: Hit, dailies: Dailies) -> tuple[Why, ...]:
    """The words of the senses that show somebody there, as evidence."""
    inside = dailies.within(hit.footage_id, hit.range)
    words = [w for m in inside for w in m.senses.words if "face" in w or "speaking" in w]
    return tuple(Why("senses", w, 0.01) for w in dict.fromkeys(words))[:2]


def _tells_of_talk(caption: str) -> bool:
    words = tokens(caption)
    return any(stem(w) in _TALK for w in words) and not any(map(is_animal, words))


def _faced(moments: list[Moment]) -> bool:
    """Whether a face is seen in half of the seconds or more."""
    seen = [m for m in moments if m.senses.faces and m.senses.face_size >= FACING]
    return len(seen) * 2 >= len(moments) > 0


def _heard(hit: Hit, inside: list[Moment], dailies: Dailies) -> bool:
    lines = dailies.speech(hit.footage_id)
    if any(line.range.overlap(hit.range) > 0 for line in lines):
        return True
    return sum(m.senses.speech >= HEARD for m in inside) * 2 >= len(inside)
