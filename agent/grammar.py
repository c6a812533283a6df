"""The grammar of film goals in English: a sentence becomes a `Goal`, by rule, with no guessing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from agent.clauses import QUOTE, Clause, clauses
from agent.made import look_in
from agent.phrases import (
    ALONE,
    ASPECTS,
    EVERYTHING,
    EXPORTS,
    FILLER,
    FILM,
    FOREIGN,
    GENRES,
    KEEP,
    MAKE,
    MISSING,
    MONOCHROME,
    MOODS,
    MUTE,
    NO_FORMAT,
    NO_MUSIC,
    OPPOSITES,
    ORDERS,
    PACES,
    SEASONS,
    SOME_TITLE,
    SUBTITLES,
    phrase,
)
from agent.spans import film_length, length_problem
from agent.values import Goal

_WORD = re.compile(r"[^\W_][\w'-]*")
_LIST = re.compile(
    r"\s*(?:,|;|:|[.!?](?=\s|$)|\b(?:and )?(?:then|after that|followed by|finally|next)\b|\band\b"
    r"|\bplus\b|&|\bas well as\b)\s*",
    re.IGNORECASE,
)
_IN_TURN = re.compile(r"\bfirst\b.*\b(?:then|next|after that|finally|followed by)\b", re.I | re.S)
_TURN = re.compile(  # which of several it is
    r"^(?:(?:first(?: of all)?|then|next|finally|lastly|at last|to start(?: with)?|at first|last"
    r"|in the end|at the end|to begin with|to finish)[\s,]+)+(?=\w)|\s+first$",
    re.IGNORECASE,
)
_TOUR = re.compile(  # "that goes from the train to the market to the beach"
    r"\b(?:that |which )?(?:goes|going|leads|leading|takes us|taking us|travels|moves) from "
    r"(?P<stops>[^,.;]+?(?: to [^,.;]+?)+)(?=\s*(?:$|[,.;]))",
    re.IGNORECASE,
)
_TELLS = re.compile(  # what somebody speaks of stays one subject
    r"\b(?:let |where |with |hear |of |about )?(?P<who>(?:the |my |our )?\w+)"
    r" (?:talk(?:s|ing)?|tell(?:s|ing)?(?: us)?|speak(?:s|ing)?|say(?:s|ing)?|explain(?:s|ing)?)"
    r" (?:about|of) (?:the |his |her |their |a )?(?P<what>\w+)",
    re.IGNORECASE,
)
_ABOUT = phrase(r"of|about|with|showing|featuring|from|starring|on|for|to show|where|that shows")
_EDGE = re.compile(
    r"^(?:(?:the|a|an|some|any|my|our|all|with|of|only|just|lots of|plenty of|mostly|please)\s+)+",
    re.IGNORECASE,
)
_SHOT_OF = re.compile(
    r"^(?:a |an |the )?(?:shots?|views?|footage|clips?|images?|pictures?) of ", re.I
)
_AT = re.compile(
    r"\s*\b(?:for|as|at|in|into|to)\s+(?:the\s+|an?\s+|my\s+)?"
    r"(?P<place>ending|end|finale|outro|last shot|close|opening|start|beginning|intro|first shot"
    r"|holes?|gaps?|middle)\b.*$",
    re.IGNORECASE,
)
_FILLED_WITH = re.compile(r"(?:up )?(?:with|using):? (.+)$", re.IGNORECASE)
_SPEAKS = re.compile(
    r"\b(?:let|hear) (?P<who>(?:the |my |our )?\w+) (?:talk"
    r"|speak)\b",
    re.IGNORECASE,
)
_LESS = re.compile(  # "less hectic" is calm
    rf"\b(?:less|not (?:so|too|as|that)) (?P<mood>{'|'.join(OPPOSITES)})\b", re.IGNORECASE
)
_LEADS = r"(?:of|about|with|showing|featuring|from|starring|on|for)"
_FRAME = frozenset(["everything", "length_s", "aspect", "order", "pace", "opening", "ending"])
_NO_SUBJECT = frozenset(["title", "titles", "cuts", "problem", "film", "films", "video", "videos"])
_ENDS = frozenset(["ending", "end", "finale", "outro", "last shot", "close"])
_STARTS = frozenset(["opening", "start", "beginning", "intro", "first shot"])


@dataclass(frozen=True, slots=True)
class Wish:
    """Something the goal asks to be generated; `place` says where: "ending", "opening", ""."""

    words: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A goal as the grammar reads it, and what it says beyond the film itself."""

    goal: Goal
    film: bool = False  # it is a film goal: it names one, or says how one should be
    names_film: bool = False  # "reel", "film", "montage" stands in it
    said: frozenset[str] = frozenset()  # the fields of the goal that the sentence fills
    generate: tuple[Wish, ...] = ()
    fill_holes: bool = False
    monochrome: bool = False
    export: str = ""  # otio | fcpxml | edl | srt | mp4
    look: str = ""  # the learned look that made shots are to be drawn in
    no_music: bool = False
    some_title: bool = False  # a title is asked for, and not which
    problem: str = ""  # why the length or the file it asks for is none
    foreign: bool = False  # not English, as far as its small words tell


class _Reader:
    """Takes what it understands out of a text, and keeps what was said."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.values: dict[str, object] = {}

    def take(self, pattern: re.Pattern[str], field: str = "", value: object = None) -> bool:
        """Whether the pattern stood in the text; it is taken out and the field is set."""
        if not pattern.search(self.text):
            return False
        self.text = pattern.sub(" ", self.text)
        if field:
            self.values.setdefault(field, value)
        return True


def read(words: str) -> Reading:
    """What a sentence asks for. Fields that it does not speak of stay empty."""
    look, unlooked = look_in(" ".join(words.split()))
    parts = clauses(unlooked)
    main = _Reader(" , ".join(c.body for c in parts if c.kind == "main"))
    no_music = False
    for clause in parts:
        if clause.kind == "exclude":
            whole = f"no {clause.body}"
            if NO_MUSIC.search(whole):
                no_music = True
            elif MUTE.search(whole):
                main.values["speech"] = "mute"
    bare = [c for c in parts if c.kind == "title" and not _title_words(c.body)]
    asked = [c for c in parts if c.kind not in ("title", "exclude") and SOME_TITLE.search(c.body)]
    parts = [replace(c, body=SOME_TITLE.sub("", c.body)) if c in asked else c for c in parts]
    some_title = bool(main.take(SOME_TITLE) or bare or asked)
    monochrome = main.take(MONOCHROME)
    in_turn = bool(_IN_TURN.search(main.text))
    _slots(main)
    film = bool(FILM.search(main.text))
    made = bool(MAKE.search(main.text))
    values = main.values
    _moods(main)
    _named(parts, values)
    subjects = _subjects(main.text)
    plain = [s for s in subjects if all(word.lower() in MOODS for word in s.split())]
    if plain:  # "dark shots" says how it should look, not what it shows
        felt = [MOODS[word.lower()] for s in plain for word in s.split()]
        values["mood"] = tuple(dict.fromkeys((*_texts(values.get("mood")), *felt)))
    subjects = tuple(s for s in subjects if s not in plain)
    if subjects:
        values["subjects"] = subjects
    made_of = [_wish(c.body) for c in parts if c.kind == "generate" and c.body]
    filled = [_FILLED_WITH.match(c.body) for c in parts if c.kind == "fill"]
    made_of += [_wish(found[1]) for found in filled if found]
    wishes = tuple(wish for wish in made_of if not MISSING.fullmatch(wish.words))
    fill = any(c.kind == "fill" for c in parts) or len(wishes) < len(made_of)
    fill = fill or (bool(look) and not re.search(r"\w", unlooked))
    _frame(values, wishes)
    in_turn = in_turn and len(_texts(values.get("subjects"))) > 1
    goal = Goal.model_validate({"text": words, **values})
    return Reading(
        goal=goal,
        film=film or in_turn or bool(_FRAME & set(values)) or (made and "mood" in values),
        names_film=film,
        said=frozenset(values),
        generate=wishes,
        fill_holes=fill,
        monochrome=monochrome,
        export=_export(parts),
        look=look,
        no_music=no_music,
        some_title=some_title and not goal.title,
        problem=length_problem(words) or _format_problem(parts),
        foreign=is_foreign(words),
    )


def _slots(main: _Reader) -> None:
    for pattern, aspect in ASPECTS:
        main.take(pattern, "aspect", aspect)
    for pattern, order in ORDERS:
        main.take(pattern, "order", order)
    for pattern, pace in PACES:
        main.take(pattern, "pace", pace)
    main.take(SUBTITLES)
    main.take(MUTE, "speech", "mute")
    main.take(KEEP, "speech", "keep")
    main.take(EVERYTHING, "everything", True)
    season = re.search(rf"\b(summer|winter)(?= {FILM.pattern})", main.text, re.IGNORECASE)
    if season:
        main.values["mood"] = (SEASONS[season[1].lower()],)
        main.text = f"{main.text[: season.start()]} {main.text[season.end() :]}"
    length, main.text = film_length(main.text)
    if length is not None:
        main.values["length_s"] = float(length)


def _moods(main: _Reader) -> None:
    """Mood words before or beside the film's name; in what it is about they stay subjects."""
    main.text = _LESS.sub(lambda m: OPPOSITES[m["mood"].lower()], main.text)
    film = FILM.search(main.text)
    about = _ABOUT.search(main.text, film.end() if film else 0)
    listed = re.search(r"[,:;]", main.text[film.end() if film else 0 :])
    ends = [m.start() + off for m, off in ((about, 0), (listed, film.end() if film else 0)) if m]
    at = min(ends, default=len(main.text))
    head, tail = main.text[:at], main.text[at:]
    found: list[str] = []

    def keep(match: re.Match[str]) -> str:
        mood = MOODS[match[0].lower()]
        found.append(mood)
        if match[0].lower() in ALONE:
            main.values.setdefault("pace", ALONE[match[0].lower()])
        return " "

    pattern = phrase("|".join(sorted((re.escape(m) for m in MOODS), key=len, reverse=True)))
    head = re.sub(r"\b(?:very|really|quite|super|a bit|slightly|and|but|more)\s+(?=\w+)",
                  lambda m: m[0] if not pattern.match(head, m.end()) else " ", head)  # fmt: skip
    head = pattern.sub(keep, head)
    # "..., calm and warm" and "with a calm mood" behind the subject
    later = re.compile(
        rf"(?:[,:;]|\bmake it|\bkeep it|\bin an?|\bwith an?)\s*((?:(?:and|very|a|bit)\s+)*"
        rf"{pattern.pattern}(?:\s*(?:,|and)?\s*{pattern.pattern})*)"
        r"\s*(?:mood|vibe|feel|feeling|tone|style|look|atmosphere|way)?\s*(?=[,:;]|$)",
        re.IGNORECASE,
    )
    for match in later.finditer(tail):
        found += [MOODS[m[0].lower()] for m in pattern.finditer(match[1])]
    tail = later.sub(" , ", tail)
    main.text = f"{head} {tail}"
    if found:
        before = _texts(main.values.get("mood"))
        main.values["mood"] = tuple(dict.fromkeys((*found, *before)))


def _named(parts: list[Clause], values: dict[str, object]) -> None:
    """Title, music, opening, ending and exclusions, each from its own clause."""
    exclude: list[str] = []
    for clause in parts:
        body = clause.body
        if clause.kind == "title" and _title_words(body):
            values["title"] = _title_words(body)
        elif clause.kind == "music":
            values["music"] = _music(body)
        elif clause.kind in ("opening", "ending") and body:
            titled = re.match(r"(?:the |an? )?title\b[\s:]*(?:saying|card|that says)?\s*(.+)", body)
            if titled:
                values["title"] = _unquoted(titled[1])
            else:
                values[clause.kind] = _bare(_unquoted(body))
        elif clause.kind == "exclude" and body:
            whole = f"no {body}"
            if not NO_MUSIC.search(whole) and not MUTE.search(whole):
                exclude += [_bare(p) for p in re.split(r"\s*(?:,|\bor\b|\bnor\b|\band\b)\s*", body)]
    exclude = [e for e in exclude if e and e not in _NO_SUBJECT]
    if exclude:
        values["exclude"] = tuple(dict.fromkeys(exclude))


def _title_words(body: str) -> str:
    """The words a title clause gives, without where they are to stand."""
    place = r"(?:^|\s+)(?:at|over|on) the (?:very )?(?:end|start|beginning)$"
    return _unquoted(re.sub(place, "", body))


def _texts(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _wish(body: str) -> Wish:
    at = _AT.search(body)
    words = _bare(_unquoted(body[: at.start()] if at else body))
    words = re.sub(r"\s+(?:shots?|clips?|scenes?|footage|takes?|pictures?|videos?)$", "", words)
    place = at["place"].lower() if at else ""
    return Wish(words, "ending" if place in _ENDS else "opening" if place in _STARTS else "")


def _frame(values: dict[str, object], wishes: tuple[Wish, ...]) -> None:
    """A generated opening or ending is an opening or ending: no footage will fit it."""
    for wish in wishes:
        if wish.place and wish.words:
            values[wish.place] = wish.words
    made = tuple(dict.fromkeys(wish.words for wish in wishes if wish.words))
    if made:
        values["generate"] = made


def _export(parts: list[Clause]) -> str:
    for clause in parts:
        if clause.kind == "export" and not NO_FORMAT.search(clause.body):
            return next((kind for p, kind in EXPORTS if p.search(clause.body)), "mp4")
    text = " ".join(c.body for c in parts)
    return next((kind for p, kind in EXPORTS[:2] if phrase(rf"for {p.pattern}").search(text)), "")


def _format_problem(parts: list[Clause]) -> str:
    named = [NO_FORMAT.search(c.body) for c in parts if c.kind == "export"]
    other = next((found[0] for found in named if found), "")
    if not other:
        return ""
    return (
        f"I do not write {other}: a film becomes an mp4, its timeline an otio, fcpxml or edl, its"
        " subtitles an srt or vtt. Which of these should it be?"
    )


def _unquoted(body: str) -> str:
    quoted = re.search(f"{QUOTE}([^{QUOTE}]+){QUOTE}", body)
    return quoted[1].strip() if quoted else body.strip()


def _bare(body: str) -> str:
    """Words without articles in front and "a shot of"."""
    body = re.sub(
        r"\s+(?:instead|please|too|as well|again|first"
        r"|this time)$",
        "",
        body.strip(" ,.;:"),
    )
    body = _EDGE.sub("", _SHOT_OF.sub("", body))
    return _EDGE.sub("", _SHOT_OF.sub("", body)).strip(" ,.;:")


def _music(body: str) -> str:
    words = re.split(r"\b(?:music|soundtrack|score|music bed)\b", body, flags=re.IGNORECASE)
    told = _bare(re.sub(r"\b(?:background|the)\b", "", words[0], flags=re.IGNORECASE))
    return " ".join(told.split())


def _subjects(text: str) -> tuple[str, ...]:
    """What the film is to show: what its sentence names once all else is taken out."""
    text = " ".join(text.replace("\x05", " ").split())
    text = _TOUR.sub(lambda m: " , " + re.sub(r"\bto\b", ",", m["stops"]), text)
    told: list[str] = []

    def keep(match: re.Match[str]) -> str:
        told.append(f"{_EDGE.sub('', match['who'])} talks about {match['what']}")
        return " , \x05 , "

    text = _SPEAKS.sub(r"\g<who> talks", _TELLS.sub(keep, text))
    about = re.search(rf"{FILM.pattern}\s*(?:{_LEADS}(?!\w)|:)", text, flags=re.I)
    if about and _WORD.search(text[about.end() :]):  # "a sci-fi teaser about robots"
        before = text[: about.start()].rpartition(",")[0]
        text = f"{before} , {text[about.end() :]}"
    text = re.sub(
        rf"{FILM.pattern}\s*(?:{_LEADS}(?!\w))?", " , ", MAKE.sub(" , ", text), flags=re.I
    )
    text = re.sub(r"(?<!\w)(?:about|showing|featuring|starring|that shows?)(?!\w)", " , ", text,
                  flags=re.IGNORECASE)  # fmt: skip
    found: list[str] = []
    for part in _LIST.split(_without_heading(text)):
        words = _WORD.findall(GENRES.sub(" ", _TURN.sub("", part)))
        while words and words[0].lower() in FILLER:
            words = words[1:]
        while words and words[-1].lower() in FILLER:
            words = words[:-1]
        named = " ".join(words)
        if "\x05" in part:
            found.append(told.pop(0))
        if named and not named.isdigit():
            found.append(named)
    return tuple(dict.fromkeys(found))


def _without_heading(text: str) -> str:
    """What a list is headed by goes: "water: waves and boats" is about waves and boats."""
    _, colon, rest = text.rpartition(":")
    return rest if colon and len([p for p in _LIST.split(rest) if _WORD.search(p)]) > 1 else text


def is_foreign(words: str) -> bool:
    """Whether a text is not English, as far as its letters and small words tell."""
    letters = [c for c in words if c.isalpha()]
    if letters and sum(ord(c) > 0x24F for c in letters) > len(letters) / 3:
        return True
    tokens = [w.lower() for w in _WORD.findall(words)]
    small = sum(t in FOREIGN for t in tokens)
    english = sum(t in _ENGLISH for t in tokens)
    return small >= 2 and small > english


_ENGLISH_WORDS = """
    the a of and with in on for to me my it is are without make from about end start some at by
    as this that second seconds minute film long please show be any but
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())


def length_text(length_s: float) -> str:
    """A length as people say it: "30 s", "1 min 20 s"."""
    exact = Fraction(str(length_s))
    minutes, seconds = divmod(exact, 60)
    if minutes and seconds:
        return f"{minutes} min {float(seconds):g} s"
    return f"{minutes} min" if minutes else f"{float(seconds):g} s"
