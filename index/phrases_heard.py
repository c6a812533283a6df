"""What editors ask of sound, speech, faces and text in the picture; see `index.asked`."""

from __future__ import annotations

from index.asked import SHOT, Phrase

_WHO = (
    r"(?:some(?:one|body)|people|persons?|who(?:ever)?|(?:a |the )?(?:man|woman|guy|girl|boy|child"
    r"|host|presenter|narrator|speaker|reporter|teacher|kid)s?|he|she|they|men|women)"
)
_TALKS = (
    r"(?:talk|speak|chat)(?:s|t?ing)?"
    r"(?=$|[,;.]| (?:to|with|into|while|and|in|on|at|loudly|quietly|softly|together|over)\b)"
)
_COUNTS = (
    ("single", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6),
    *((str(n), n) for n in range(1, 7)),
)  # fmt: skip
FACES = {n: "1 face" if n == 1 else f"{n} faces" for n in range(1, 7)}  # names of wishes
PEOPLE = {n: "1 person" if n == 1 else f"{n} people" for n in range(1, 7)}
_HUMANS = (
    r"(?:people|persons?|men|man|women|woman|kids?|child(?:ren)?|boys?|girls?|guys?|friends?"
    r"|players?|adults?|colleagues|actors?|speakers?)"
)

HEARD = (
    Phrase("whisper", r"whisper(?:s|ed|ing)?(?: voices?)?", kept=True),
    Phrase("shout", r"(?:shout|yell|scream)(?:s|ed|ing)?", kept=True),
    Phrase("loud", rf"loud(?:est|er)? {SHOT}|loud(?:est)?(?= (?:music|sounds?|noises?|audio|voices?"
           rf"|speech|talking|singing|cheering|applause)\b)|noisy {SHOT}|noisiest", kept=True),
    Phrase("loud", r"loud(?:est|er)?|noisy", kept=True, place="alone"),
    Phrase("quiet", r"quiet(?:est|er)? (?:sound|audio|voices?|passages?|atmosphere|speech)"
           r"|silence|silent (?:moments?|parts?|passages?|seconds|bits?)|hushed|quiet (?:moments?"
           r"|parts?|bits?|seconds)", kept=True),
    Phrase("quiet", r"quiet(?:est|er)?", kept=True, place="bare"),
    Phrase("tempo", r"(?P<n>\d{2,3}) ?bpm"),
    Phrase("music", r"(?<!sheet )(?:background )?music(?! (?:stands?|shops?|stores?|videos?"
           r"|box(?:es)?"
           r"|teachers?|schools?|festivals?|instruments?|players?|apps?|rooms?|lessons?|notes?))"
           r"|sound ?track|songs? (?:playing|plays|in the background)|with (?:a )?(?:song|tune"
           r"|beat)",
           kept=True),
    Phrase("speech", rf"{_WHO} (?:is |are |was |were )?{_TALKS}", kept=True),
    Phrase("speech", _TALKS, kept=True),
    Phrase("speech", r"speech(?! (?:bubbles?|therap\w+))|(?:with|spoken) (?:dialog(?:ue)?|words"
           r"|voices?|talk)|dialog(?:ue)?s?|voice[- ]?overs?|narration|narrated|spoken commentary"
           rf"|(?:talking|speaking) (?:heads?|parts?|{SHOT})", kept=True),
    Phrase("speech", r"voices?|conversation", kept=True, place="bare"),
)  # fmt: skip

SEEN = (
    *(
        Phrase(FACES[count], rf"(?:(?:exactly|only|just|a) )?{word} (?:visible )?faces?")
        for word, count in (("one", 1), *_COUNTS)
    ),
    *(
        Phrase(PEOPLE[count], rf"(?:(?:exactly|only|just|a) )?{word} {_HUMANS}", kept=True)
        for word, count in _COUNTS
    ),
    Phrase("2 people", r"two[- ]shots?", kept=True),
    Phrase("many people", r"(?:a )?(?:big |large |small )?groups? of (?:people|friends|men|women"
           r"|children|kids)|(?:lots of|many|several|multiple) (?:people|faces)", kept=True),
    Phrase("to camera", r"(?:look(?:s|ing)? |star(?:es?|ing) )?(?:straight |directly "
           r"|right )?(?<!next )(?<!close )(?<!back )(?<!backs )"
           r"(?<!closer )(?:(?:in|into|at) the (?:camera|lens)|to (?:the )?camera)", kept=True),
    Phrase("faces", r"(?:a |any |visible |human "
           r"|people's )*(?<!clock )(?<!rock )(?<!cliff )(?<!north )"
           r"(?<!watch )(?<!poker )(?<!the )faces?(?: (?:visible|seen|shown|detected))?"
           r"(?! (?:masks?|creams?|paint\w*|shields?|wash|lift|down|off|up|to face|of (?:a|the)"
           r" (?:rock|cliff|mountain|clock|watch|building)|the|a|an|each|his|her|north|south)\b)",
           kept=True),
    Phrase("faces", r"the faces?(?= (?:of (?:a|an|the) (?:man|woman|child|person|boy|girl)"
           r"|visible)\b)",
           kept=True),
    Phrase("text", r"title cards?|lower thirds?|(?:end|opening|closing) credits|inter-?titles?"
           r"|burned[- ]in (?:text|captions?|subtitles?)|chyrons?"
           r"|on[- ]screen graphics", kept=True),
)  # fmt: skip
