"""The words of the goal grammar: what films are called, and how frames, moods and orders are."""

from __future__ import annotations

import re
from typing import Literal

Aspect = Literal["16:9", "9:16", "1:1", "4:5"]
Pace = Literal["slow", "medium", "fast"]
Order = Literal["story", "chronological", "day to night"]


def phrase(pattern: str) -> re.Pattern[str]:
    """A pattern on whole words, in any case."""
    return re.compile(rf"(?<![\w])(?:{pattern})(?![\w])", re.IGNORECASE)


FILM = phrase(
    r"films?|movies?|videos?|reels?|montages?|trailers?|teasers?|rough[- ]cuts?|vlogs?"
    r"|compilations?|highlights?(?: reels?)?|recaps?|slide ?shows?|promos?|ads?|adverts?"
    r"|commercials?|documentar(?:y|ies)|mini[- ]docs?|tributes?|edits?|short films?"
    r"|stor(?:y|ies)|cuts?|pieces?|sequences?|summar(?:y|ies)|intros?|music videos?"
)
MAKE = phrase(
    r"make|create|build|produce|edit|assemble|compose|cut(?: me)?|put together|prepare|do me"
    r"|i(?:'d| would) like|i want|i need|give me|let(?:'s| us) make|turn (?:this|it|these) into"
    r"|can you|could you"
)
ASPECTS: tuple[tuple[re.Pattern[str], Aspect], ...] = (
    (phrase(r"(?:in |as )?(?:9:16|9x16|9 by 16)"), "9:16"),
    (phrase(r"(?:in |as )?(?:16:9|16x9|16 by 9)"), "16:9"),
    (phrase(r"(?:in |as )?(?:4:5|4x5|4 by 5)"), "4:5"),
    (phrase(r"(?:in |as )?(?:1:1|1x1)"), "1:1"),
    (
        phrase(
            r"(?:for|on|in) (?:an? |my |our )?(?:instagram|ig|facebook|snapchat) ?"
            r"(?:stor(?:y|ies)|reels?)|(?:instagram|ig|facebook|snapchat) (?:stor(?:y|ies)|reels?)"
            r"|(?:for|on) (?:my )?(?:tik ?tok|reels|snapchat|shorts|youtube shorts|yt shorts)"
            r"|tik ?tok|youtube shorts"
        ),
        "9:16",
    ),
    (phrase(r"(?<=reel )for (?:my |our )?(?:instagram|ig|facebook)(?! (?:feed|posts?))"), "9:16"),
    (phrase(r"(?:for|on) (?:my )?(?:instagram|ig)(?: (?:feed|posts?))?|instagram posts?"), "4:5"),
    (phrase(r"(?:in |as )?portrait(?! of)(?: (?:mode|format|orientation))?"), "9:16"),
    (
        phrase(
            r"(?:in |as )?(?:an? )?(?:vertical(?:ly)?|upright)(?: (?:format"
            r"|orientation))?"
        ),
        "9:16",
    ),
    (
        phrase(
            r"(?<!town )(?<!market )(?<!main )(?<!city )(?<!times )(?:in |as )?(?:an? )?"
            r"square(?: format)?(?! (?:dance|shape|table))"
        ),
        "1:1",
    ),
    (phrase(r"(?:for|on) (?:my |our )?(?:youtube|vimeo|tv|the tv|a tv)(?: channel)?"), "16:9"),
    (phrase(r"(?:youtube|vimeo)(?= (?:video|film|vlog|movie|intro|trailer|piece))"), "16:9"),
    (phrase(r"(?:in )?(?:wide ?screen|landscape (?:mode|format|orientation|video))"), "16:9"),
    (phrase(r"(?:in )?horizontal(?:ly)?(?: format)?"), "16:9"),
)
PACES: tuple[tuple[re.Pattern[str], Pace], ...] = (
    (phrase(r"(?:at |with )?(?:an? )?(?:slow(?:er)?|unhurried|leisurely|calmer)(?:[- ]paced?"
        r"| pace| cutting)"
            r"|long(?:er)? takes|slow(?:er)? cuts|fewer cuts|slow (?:it|this|that|things|everything"
            r"|the (?:whole )?(?:film|video|cut|reel|edit|thing"
            r"|pace)) down(?: a (?:little )?(?:bit|little|touch))?"
            r"|slow down(?: the (?:film|video|pace|cut|edit))?"), "slow"),
    (phrase(r"(?:at |with )?(?:an? )?(?:fast(?:er)?|quick(?:er)?|rapid|snapp(?:y|ier)|brisk)"
            r"(?:[- ]paced?| pace| cuts?| cutting| edits?)|quick-fire|rapid-fire|more cuts"
            r"|speed (?:it|this|things|everything|the (?:whole )?(?:film|video|cut|reel|edit"
            r"|thing|pace))"
            r" up(?: a (?:little )?(?:bit|little|touch))?"
            r"|speed up(?: the (?:film|video|pace|cut|edit))?|pick up the pace"
            r"|more cuts"), "fast"),
    (phrase(r"(?:at |with )?(?:an? )?(?:medium|moderate|steady)(?:[- ]paced?| pace)"), "medium"),
)  # fmt: skip
ALONE: dict[str, Pace] = {
    "snappy": "fast",
    "quick": "fast",
    "fast": "fast",
    "slow": "slow",
    "rapid": "fast",
}
ORDERS: tuple[tuple[re.Pattern[str], Order], ...] = (
    (
        phrase(
            r"(?:in |from )?(?:day|morning|dawn|sunrise|bright|light)"
            r" (?:to|till|until|into) (?:night|evening|dusk|sunset|dark)"
        ),
        "day to night",
    ),
    (
        phrase(
            r"(?:in )?chronological(?:ly)?(?: order)?"
            r"|in (?:the )?order (?:it|they|things|that it|i|we)"
            r"[\w\s]{0,24}?(?:shot|filmed|happened|recorded)|in time order|by (?:date|time)"
            r"|in date order|(?:oldest|earliest) first"
            r"|as it happened|in (?:the )?(?:order of (?:filming|shooting)|shooting order)"
        ),
        "chronological",
    ),
    (phrase(r"(?:in )?story order|that tells a story|telling a story|as a story"), "story"),
)
# moods people say, as the moods the tools measure
MOODS: dict[str, str] = {
    **{m: m for m in (
        "calm", "quiet", "peaceful", "gentle", "relaxed", "relaxing", "serene", "dreamy",
        "meditative", "slow", "soft", "tender", "energetic", "lively", "dynamic", "exciting",
        "fast", "upbeat", "punchy", "wild", "epic", "intense", "playful", "fun", "happy",
        "bright", "sunny", "cheerful", "joyful", "colourful", "colorful", "vivid", "fresh",
        "summery", "dark", "moody", "gloomy", "mysterious", "noir", "sad", "melancholic",
        "sombre", "somber", "eerie", "tense", "warm", "golden", "cosy", "cozy", "nostalgic",
        "romantic", "cold", "cool", "icy", "wintry", "clinical",
    )},
    "tranquil": "calm", "soothing": "calm", "chill": "calm", "mellow": "calm", "laid-back": "calm",
    "contemplative": "calm", "reflective": "calm", "hectic": "energetic", "action-packed":
    "energetic", "high-energy": "energetic", "frantic": "energetic", "powerful": "intense",
    "vibrant": "vivid", "funny": "playful", "silly": "playful", "spooky": "eerie", "scary": "eerie",
    "dramatic": "intense", "melancholy": "melancholic", "sentimental": "nostalgic",
    "uplifting": "happy", "lighthearted": "happy", "light-hearted": "happy", "airy": "bright",
    "slower": "slow", "faster": "fast", "calmer": "calm", "brighter": "bright", "darker": "dark",
    "warmer": "warm", "livelier": "lively", "happier": "happy", "sadder": "sad", "rapid": "fast",
    "snappy": "fast", "quick": "fast", "punchier": "punchy", "moodier": "moody", "cosier": "cosy",
    "cozier": "cozy", "softer": "soft", "gentler": "gentle", "quicker": "fast", "colder": "cold",
    "dreamier": "dreamy", "hype": "energetic", "hyped": "energetic", "cinematic": "epic",
}  # fmt: skip
OPPOSITES = {
    "energetic": "calm", "hectic": "calm", "frantic": "calm", "intense": "calm", "epic": "calm",
    "dramatic": "calm", "wild": "calm", "fast": "slow", "slow": "fast", "calm": "lively",
    "quiet": "lively", "dark": "bright", "gloomy": "bright", "moody": "bright", "bright": "dark",
    "warm": "cold", "cold": "warm", "sad": "happy", "melancholic": "happy", "tense": "relaxed",
    "busy": "calm",
}  # fmt: skip
MUTE = phrase(
    r"(?:and )?mute(?: (?:it|them|the (?:clips?|sound|audio|original sound|speech|voices?)))?"
    r"|(?:with )?(?:no|without(?: any)?) (?:sound|audio|speech|talking|dialogue|voices?|speaking"
    r"|original sound|camera sound)|silent|muted(?= *(?:$|[,.;!]|and\b))"
)
KEEP = phrase(
    r"(?:and )?(?:keep(?:ing)?|leave|use|with) (?:the |all )?(?:original |camera )?"
    r"(?:speech|dialogue|talking|voices?|sound|audio|interviews? sound|what (?:is|was) said)"
    r"(?: in)?|(?:and )?keep what (?:he|she|they|people|everyone|everybody) says?"
)
MONOCHROME = phrase(r"(?:and )?(?:all )?(?:in |shown in )?(?:black[- ]and[- ]white|monochrome)")
SUBTITLES = phrase(
    r"(?:and )?(?:with|add|burn in|show|put)(?: in| on)?(?: the)? (?:subtitles"
    r"|captions)(?: from .+| on it)?"
)
SOME_TITLE = phrase(
    r"(?:(?:and|with|add|plus|put|give it) )*(?:an?|the|some) (?:(?:opening|closing|end|nice|short"
    r"|big|simple|good|fitting) )*titles?(?: card)?(?: (?:at|over|on) the (?:very )?"
    r"(?:end|start|beginning))?(?=\s*(?:$|[,.;!?&]|and\b|with\b))"
)
EVERYTHING = phrase(
    r"(?:and )?(?:us(?:e|ing)|includ(?:e|ing)|show(?:ing)?) (?:everything|(?:all|every(?: single)?"
    r"|each)(?: of)?(?: (?:the|my|our))? (?:clips?|footage|files?|shots?|videos?|material))"
    r"(?: (?:i|we) (?:have|shot|filmed|recorded|got))?"
)
MISSING = phrase(
    r"(?:what(?:ever)?|anything|everything|all|all that)(?: that)?(?:'s| is| are)?"
    r" (?:still )?(?:missing|lacking|not there)|(?:the )?(?:missing|lacking)"
    r"(?: (?:ones|parts?|bits?|pieces))?|(?:the |any |all )?(?:holes?|gaps?|rest)"
    r"|what (?:i|we|you) (?:lack|do not have|don't have|cannot find|can't find)"
)
NO_MUSIC = phrase(r"(?:and |but |with )?(?:no|without(?: any)?) (?:background )?music")
EXPORTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (phrase(r"final cut(?: pro)?|fcpx|fcpxml|fcp"), "fcpxml"),
    (phrase(r"edl|cmx ?3600|avid"), "edl"),
    (
        phrase(
            r"davinci(?: resolve)?|resolve|premiere(?: pro)?|kdenlive|otio|opentimelineio"
            r"|editor"
        ),
        "otio",
    ),
    (phrase(r"xml"), "fcpxml"),
    (phrase(r"(?:web ?)?vtt"), "vtt"),
    (phrase(r"srt|subtitles? file|subtitles|captions"), "srt"),
    (phrase(r"mp4|video|film|movie|file|it"), "mp4"),
)
NO_FORMAT = phrase(  # what a film may be wanted as, and is not written as
    r"gifs?|mov|pro ?res|avi|mkv|webm|wav|mp3|aaf|omf|dnxh[dr]|hevc|h\.?265|av1|tiff?|png|jpe?g"
    r"|4k|8k|uhd|2160p|hdr|(?:50|60|120) ?fps|dvd|blu-?ray|imovie|capcut|after effects|photoshop"
)
# words that say nothing about what is to be seen
_FILLER_WORDS = """
    a an the of for with from and or in on at to my our your his her their its this that these
    those me us it is are be i we you would want need like please just really very so some any
    all everything every few best good nice great cool favourite favorite whole entire full
    little bit new another last recent kind sort thing things stuff short long moment moments
    footage shots shot takes scene scenes material bin library rushes dailies folder recordings
    day's using use uses showing show shows shown featuring features about starring out up feel
    mood vibe style look atmosphere tone feeling one single rough simple quick small tiny
    instagram youtube social media post paced pace lasting long total length duration something
    put sort order arrange same version only nicest finest loveliest prettiest coolest it's
    that's okay format clip clips off
    anything them they there here what which who pictures clips videos video film make made also
    then but by as into together friends? now again instead video's
"""
FILLER = frozenset(_FILLER_WORDS.split())
GENRES = phrase(  # kinds of film, not what is seen in them
    r"(?:travel|hype|same[- ]day|day[- ]in[- ]the[- ]life|mood|mini|teaser|aesthetic|event"
    r"|after|lookback|throwback)(?= *(?:$|[,.:;]))"
)
SEASONS = {"summer": "summery", "winter": "wintry"}  # moods where they stand before the film
_FOREIGN_WORDS = """
    der die das und ein eine einen mit für über ich mir mein bitte aus vom zum nicht ohne sehr
    le les une des avec pour sur dans je moi mon ma sans du et est que qui fais el los las una
    con para sobre mi sin por hazme quiero vídeo y del il gli della di che per senza fammi
    voglio un uno um uma com sem para meu minha faça quero não sobre os dos een het met voor
    la mache machen einen erstelle schneide fais faire faites haz crea fai der den dem
    zonder van mijn maak niet en och med utan en ett det som jag gör till
"""
FOREIGN = frozenset(_FOREIGN_WORDS.split()) - {"die", "con", "per", "mi", "ma", "en", "as", "un"}
