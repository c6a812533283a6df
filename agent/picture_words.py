"""Frame, light and colour, steadiness and rhythm of the cut that stands, as creators say them.

What a film should look like ("a dark film", "bright colours only") is the goal's: here something
is done to clips that stand on the timeline.
"""

from __future__ import annotations

import re
from typing import Any

from agent.follow_ups import WHOLE, Request
from agent.sound_words import Found, clips_in, full

FOLLOWING = "let the frames follow what is seen"  # how the step is called behind another shape
_SHAPES = {
    "vertical": "9:16", "portrait": "9:16", "upright": "9:16", "9:16": "9:16", "9x16": "9:16",
    "square": "1:1", "1:1": "1:1", "1x1": "1:1", "4:5": "4:5", "4x5": "4:5",
    "horizontal": "16:9", "landscape": "16:9", "widescreen": "16:9", "16:9": "16:9",
    "16x9": "16:9",
}  # fmt: skip
_SHAPE = rf"(?P<shape>{'|'.join(_SHAPES)})(?: (?:format|frame|video|mode|shape))?"
_FOLLOW = r"(?:follow(?:ing)?|track(?:ing)?|keep(?:ing)?|centred on|centered on|stay(?:ing)? on)"
_FACES = re.compile(r"(?:the |their |his |her |every |all )?faces?|(?:the )?speakers?", re.I)
_MOTION = re.compile(r"(?:the )?(?:motion|movement|action)|what(?:ever)? moves", re.I)
_STEPS = {
    "brighter": "brighter", "lighter": "brighter", "darker": "darker", "warmer": "warmer",
    "cooler": "cooler", "colder": "cooler", "more contrasty": "more contrast",
    "flatter": "less contrast", "more colourful": "more colour", "more colorful": "more colour",
    "more saturated": "more colour", "less saturated": "less colour", "less colourful":
    "less colour", "less colorful": "less colour", "black and white": "black and white",
    "black-and-white": "black and white", "b&w": "black and white", "monochrome": "black and white",
}  # fmt: skip
_STEP = rf"(?P<step>{'|'.join(sorted(map(re.escape, _STEPS), key=len, reverse=True))})"
_VERBED = {
    "brighten": "brighter", "lighten": "brighter", "darken": "darker", "warm": "warmer",
    "cool": "cooler", "desaturate": "less colour", "saturate": "more colour",
}  # fmt: skip
_LEVELS = {
    "brightness": ("brighter", "darker"), "exposure": ("brighter", "darker"),
    "warmth": ("warmer", "cooler"), "colour temperature": ("warmer", "cooler"),
}  # fmt: skip
_TOO = {
    "dark": "brighter", "dim": "brighter", "bright": "darker", "light": "darker", "cold": "warmer",
    "cool": "warmer", "blue": "warmer", "warm": "cooler", "orange": "cooler", "yellow": "cooler",
    "flat": "more contrast", "contrasty": "less contrast", "colourful": "less colour",
    "colorful": "less colour", "saturated": "less colour",
}  # fmt: skip
_MORE = {"contrast": "contrast", "colour": "colour", "color": "colour", "saturation": "colour"}
_BIT = r"(?:(?P<bit>a (?:little )?(?:bit|little|touch|tad)|slightly|somewhat) )?"
_LOT = r"(?:(?P<lot>a lot|much|way|far) )?"


def frame(text: str) -> Found:
    """Another shape, or a frame that follows: "reframe to square and follow the dog"."""
    if full(FOLLOWING, text):
        return (Request("reframe", text, {}),)
    centred = full(rf"re-?frame to {_SHAPE},? (?:centred|centered|in the middle)", text)
    if centred:
        shape = _SHAPES[centred["shape"].lower()]
        return (Request("reframe", text, {"aspect": shape, "follow": "centre"}),)
    barred = full(
        rf"(?:show|put|fit) (?:{WHOLE}) (?:in|into|as) (?:an? )?{_SHAPE} with (?:black )?bars", text
    )
    if barred:
        shape = _SHAPES[barred["shape"].lower()]
        return (Request("reframe", text, {"aspect": shape, "fit": True}),)
    where = r"(?: in (?:the )?(?:frame|shot))?"
    followed = rf"{_FOLLOW} (?P<subject>.+?){where}"
    found = full(
        r"(?:re-?frame|crop|convert|turn)(?: (?!(?:to|into|for|as) )(?P<what>.+?))?"
        rf"(?: (?:to|into|for|as))?(?: an?)? {_SHAPE}(?:,? (?:and )?{followed})?",
        text,
    )
    found = found or full(rf"(?:re-?frame|crop) (?P<what>.+?),? (?:to|and) {followed}", text)
    found = found or full(
        rf"(?:make|turn) (?P<what>{WHOLE}) (?:into )?(?:an? )?{_SHAPE},? and {followed}", text
    )
    if not found:
        return ()
    clips = clips_in(found["what"]) if found["what"] else ("all",)
    if not clips:
        return ()
    arguments: dict[str, Any] = {"clips": clips} if clips != ("all",) else {}
    if found.groupdict().get("shape"):
        arguments["aspect"] = _SHAPES[found["shape"].lower()]
    subject = (found["subject"] or "").strip()
    if _FACES.fullmatch(subject):
        arguments["follow"] = "face"
    elif _MOTION.fullmatch(subject):
        arguments["follow"] = "motion"
    elif subject:
        arguments["subject"] = re.sub(r"^(?:the|my|our) ", "", subject, flags=re.IGNORECASE)
    return (Request("reframe", text, arguments),)


def look(text: str) -> Found:
    """Light and colour: "match the colours", "make clip 2 a bit brighter", "black and white"."""
    matched = full(
        r"(?:colou?r[- ]match|match|even out|unify|balance|harmoni[sz]e) (?:(?:the "
        r"|all (?:the )?)?)"
        r"(?:light and )?(?:colou?rs?|light"
        r"|looks?|grade|exposure|white balance)(?: (?:of|between|across|in)"
        r" (?P<what>.+?))?(?: (?:to|with) (?P<like>.+?))?",
        text,
    ) or full(r"(?:make|let) (?P<what>.+?) look like (?P<like>(?:the )?(?:clip|shot|first|last).*)",
              text)  # fmt: skip
    if matched:
        clips = clips_in(matched["what"]) if matched["what"] else ("all",)
        like = {"like": matched["like"]} if matched["like"] else {}
        return _looked(text, "match", clips, like)
    if full(r"(?:reset|remove|take (?:away|off)|undo) (?:the |all )?(?:grades?|grading"
            r"|colou?r corrections?)", text):  # fmt: skip
        return _looked(text, "reset", ("all",), {})
    raised = full(
        rf"(?:(?P<up>increase|raise|boost|lift|up)|reduce|lower|decrease|drop) (?:the )?"
        rf"(?P<of>{'|'.join((*_MORE, *_LEVELS))})(?: (?:of|in|on|for) (?P<what>.+?))?"
        r"(?: (?P<bit>a (?:little )?(?:bit|little|touch|tad)|slightly))?(?: (?P<lot>a lot))?",
        text,
    )
    if raised:
        up, of = bool(raised["up"]), raised["of"].lower()
        step = _LEVELS[of][not up] if of in _LEVELS else f"{'more' if up else 'less'} {_MORE[of]}"
        return _looked(text, step, clips_in(raised["what"] or "it"), _amount(raised))
    toned = full(r"colou?r[- ]match (?P<what>.+?)(?: (?:to|with) (?P<like>.+))?", text)
    if toned:
        like = {"like": toned["like"]} if toned["like"] else {}
        return _looked(text, "match", clips_in(toned["what"]), like)
    bare = full(rf"{_BIT}{_LOT}(?P<way>more|less) (?P<of>{'|'.join(_MORE)})", text)
    if bare:
        step = f"{bare['way'].lower()} {_MORE[bare['of'].lower()]}"
        return _looked(text, step, ("all",), _amount(bare))
    plain = full(r"(?:in )?(?:black and white|black-and-white|b&w|monochrome)", text)
    if plain:
        return _looked(text, "black and white", ("all",), {})
    verb = full(
        rf"(?P<verb>{'|'.join(_VERBED)})(?: up| down)? (?P<what>(?:the|my|our|all|every|each|both)"
        rf" .+?|(?:clips?|shots?|number) \d.*?|{WHOLE})(?: up| down)?"
        r"(?: (?P<bit>a (?:little )?(?:bit|little|touch|tad)|slightly))?(?: (?P<lot>a lot))?",
        text,
    )
    if verb:
        return _looked(text, _VERBED[verb["verb"].lower()], clips_in(verb["what"]), _amount(verb))
    given = full(
        rf"(?:give|add|take|put) (?P<what>(?:clip|shot|the) .+?|{WHOLE}) {_BIT}(?P<way>more|less)"
        rf" (?P<of>{'|'.join(_MORE)})", text,
    ) or full(
        rf"{_BIT}(?P<way>more|less) (?P<of>{'|'.join(_MORE)}) (?:in|on|for|to) (?P<what>.+)", text
    )  # fmt: skip
    if given:
        step = f"{given['way'].lower()} {_MORE[given['of'].lower()]}"
        return _looked(text, step, clips_in(given["what"]), _amount(given))
    wrong = full(
        rf"(?P<what>(?:the|my|clip|shot) .+?|{WHOLE}) (?:is|are|'s|looks?) {_BIT}{_LOT}too"
        rf" (?P<wrong>{'|'.join(_TOO)})",
        text,
    )
    if wrong:
        what = re.sub(r"^(?:the )?(?:picture|light|image|colou?rs?)(?: of)?$", "it", wrong["what"])
        return _looked(text, _TOO[wrong["wrong"].lower()], clips_in(what), _amount(wrong))
    found = full(
        rf"(?:make|turn|grade|have) (?P<what>.+?)(?: look)?(?: (?:into|in))? {_BIT}{_LOT}{_STEP}",
        text,
    )
    if not found or (full(WHOLE, found["what"]) and not _named_step(found["step"])):
        return ()  # "make it darker" is what the film should be
    step = _STEPS[found["step"].lower()]
    return _looked(text, step, clips_in(found["what"]), _amount(found))


def _amount(found: re.Match[str]) -> dict[str, Any]:
    """How much of a step is meant: "a bit", "a lot"; nothing where it is not said."""
    said = found.groupdict()
    if said.get("bit"):
        return {"amount": "little"}
    return {"amount": "much"} if said.get("lot") else {}


def _named_step(step: str) -> bool:
    """Whether a step can only be meant of the picture, also where it is said of the whole."""
    return _STEPS[step.lower()] in ("black and white", "more contrast", "less contrast",
                                    "more colour", "less colour")  # fmt: skip


def _looked(text: str, action: str, clips: tuple[str, ...], more: dict[str, Any]) -> Found:
    if not clips:
        return ()
    named = {} if clips == ("all",) else {"clips": clips}
    return (Request("look", text, {"action": action, **named, **more}),)


def steady(text: str) -> Found:
    """Shaky clips made steady: "stabilise the shaky ones", "steady clip 3"."""
    found = full(
        r"(?:stabili[sz]e|steady|smooth out|deshake|de-shake)(?: (?P<what>.+?))?"
        r"(?: (?P<lot>a lot|strongly|hard)| (?P<bit>a (?:bit|little)|lightly|gently))?",
        text,
    )
    if not found:
        return ()
    what = found["what"] or ""
    shaky = not what or full(
        r"(?:(?:all|everything)(?: that is| that's)? ?|(?:the )?)(?:shaky|shaking|wobbly|handheld)"
        r"(?: (?:ones?|clips?|shots?|footage))?|the shake|(?:the )?camera shake", what
    )  # fmt: skip
    strength = {"strength": "strong"} if found["lot"] else {}
    strength = {"strength": "light"} if found["bit"] else strength
    clips = () if shaky else clips_in(what)
    if not shaky and not clips:
        return ()
    return (Request("stabilise", text, {**({"clips": clips} if clips else {}), **strength}),)


def rhythm(text: str) -> Found:
    """Cuts on beats: "cut it to the beat", "on every second beat", "to 120 bpm"."""
    found = full(
        rf"(?:cut|edit|time|sync|snap|pace|move)(?: (?:{WHOLE}|the cuts?|the clips?|everything"
        r"|all (?:the )?cuts))? (?:to|on|onto|with) (?:the )?(?:"
        r"(?P<every>every|each|every (?:second|other|two|2|fourth|four|4|2nd|4th)) beats?|beats?"
        r"(?: of (?:the |its )?(?:music|song|soundtrack))?|music|rhythm"
        r"(?: of the (?:music|song))?|(?P<bpm>\d{2,3}) ?bpm)",
        text,
    )
    if not found:
        return ()
    arguments: dict[str, Any] = {}
    if found["bpm"]:
        arguments["bpm"] = float(found["bpm"])
    if found["every"]:
        said = found["every"].lower()
        two = re.search(r"second|other|two|2", said)
        arguments["every"] = "two" if two else "four" if re.search(r"four|4", said) else "beat"
    return (Request("rhythm", text, arguments),)
