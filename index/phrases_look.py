"""What editors ask of light, colour and sharpness; see `index.asked`."""

from __future__ import annotations

from index.asked import NO, PLACES, SHOT, Phrase

_LIGHT = r"(?:light|lighting|lights|exposure|mood|atmosphere|tones?|look|image)"
_TONE = (
    r"(?:light|lighting|colou?rs?|tones?|palette|hues?|glow|grade|grading|white balance|tint"
    r"|colou?r temperature)"
)

LOOK = (
    Phrase("fade out", r"fad(?:es?|ing|e-?out) (?:to black|out)|fade-?outs?|dips? to black"
           r"|(?:gets|getting|becomes|becoming|turns|turning|goes) dark(?:er)?|darkens"
           r"|lights? go out",
           kept=True),
    Phrase("fade in", r"fad(?:es?|ing) (?:up|in)(?: from black)?|fades? (?:up )?from black"
           r"|fade-?ins?"
           r"|(?:gets|getting|becomes|becoming|turns) (?:brighter|lighter)|brightens", kept=True),
    Phrase("black", r"(?:black|blank|dark) (?:screens?|frames?|leader|slug|picture|image)"
           r"(?! frames?)(?=$|[,;.]| (?:at|with|in|before|after|between|for|and|or)\b)"
           r"|(?:all|completely|totally|entirely|pure|nothing but) black(?=$|[,;.])", kept=True),
    Phrase("white", r"white (?:screens?|frames?)(?=$|[,;.])|(?:all|completely|pure) white$"
           r"|blown[- ]out white"),
    Phrase("black and white", r"(?:black[- ](?:and|&|n)[- ]white|b ?& ?w|(?-i:BW)|b/w)"
           r"(?=$|[,;.:!?)]| (?:old|older|historic(?:al)?|vintage|archive|archival|silent|classic"
           r"|photo\w*|portraits?|movies?|and|but|or|with|without|of|in|at|on|from|by|where|while"
           rf"|that|for|street|{SHOT})\b)|monochrom(?:e|atic)(?! (?:printers?|monitors?"
           r"|displays?))|gr[ea]y-?scale|colou?rless"
           rf"|{NO} colou?rs?(?=$|[,;.])"),
    Phrase("muted colours", r"(?:muted|desaturated|washed[- ]out|faded|pale|dull|drab|bleached"
           r"|pastel"
           rf"|unsaturated|subdued) {_TONE}|desaturated|low saturation"),
    Phrase("colourful", rf"colou?rful (?:{SHOT}|lights?|{PLACES}|markets?)"
           r"|vivid(?: colou?rs)?|(?:over)?saturated(?: colou?rs)?(?! fats?)"
           r"|(?:bright|strong|rich|vibrant|bold|intense|lots of|many|punchy) colou?rs"),
    Phrase("colourful", r"colou?rful|vibrant", place="alone"),
    Phrase("high contrast", r"(?:high|strong|harsh)[- ]contrast|contrasty|harsh (?:light|shadows)"),
    Phrase("low contrast", r"(?:low|weak|little)[- ]contrast|flat (?:picture|image|light(?:ing)?"
           r"|look"
           r"|contrast)"),
    Phrase("silhouette", r"silhouett\w+|back-?lit|back-?lighting|against the (?:light|sun)"
           r"|contre[- ]jour", kept=True),
    Phrase("night", r"(?:at|by|during the|in the) night(?: time)?|night[- ]?time"
           rf"|night (?:{SHOT}|sky|exterior)|nocturnal|after dark", kept=True),
    Phrase("night", r"night", kept=True, place="bare"),
    Phrase("dark", rf"(?:very |quite |too |really |rather )?(?:dark|dim|gloomy|murky|shadowy|dusky)"
           rf"(?:est|er)? (?:{SHOT}|{PLACES}|{_LIGHT})|under-?exposed|low[- ]key (?:{_LIGHT}"
           rf"|{SHOT})"
           rf"|low[- ]light(?: {SHOT})?|(?:dimly|poorly|badly|barely) lit|pitch[- ](?:dark|black)"
           r"|in (?:the |total |complete )?dark(?:ness)?(?=$|[,;.]| (?:with|of|at|on|but|and)\b)"
           r"|darkness|unlit", kept=True),
    Phrase("dark", r"dark(?:er|est)?|dim|gloomy|low[- ]key", kept=True, place="alone"),
    Phrase("bright", rf"(?:very |quite |too |really |rather )?bright(?:est|er)? (?:{SHOT}|{PLACES}"
           rf"|{_LIGHT}|day(?:light)?|sun(?:light|shine)?)|over-?exposed|blown[- ]out"
           rf"|high[- ]key(?: (?:{_LIGHT}|{SHOT}))?|well[- ]lit|brightly lit|light-filled|sun-?lit"
           r"|brightness", kept=True),
    Phrase("bright", r"bright(?:er|est)?|airy", kept=True, place="alone"),
    Phrase("blurry", rf"(?:blurr?(?:y|ed)|unsharp|fuzzy|soft|defocus(?:s?ed)?|smeared) {SHOT}"
           r"|out of focus|soft focus|not in focus|motion blur|unsharp|missed focus", kept=True),
    Phrase("blurry", r"blurr(?:y|ed)|defocus(?:s?ed)?", kept=True, place="alone"),
    Phrase("sharp", rf"(?:tack |pin |razor )?sharp (?:{SHOT}|focus)|(?:tack|pin|razor)[- ]sharp"
           rf"|in (?:sharp |perfect )?focus|crisp {SHOT}", kept=True),
    Phrase("sharp", r"sharp|crisp", kept=True, place="alone"),
    Phrase("warm", rf"(?:warm|golden|amber|orange) {_TONE}|golden[- ]hour|magic hour|sunset light"
           r"|(?:candle|fire|lamp)-?light|candle-?lit|tungsten(?: light)?|warm(?:ly)?[- ](?:lit"
           r"|toned"
           r"|graded)|warm (?:shots?|footage|pictures?|images?|mood|look)", kept=True),
    Phrase("warm", r"warm", kept=True, place="bare"),
    Phrase("cold", rf"(?:cold|cool|icy|blue-?ish|steely) {_TONE}|blue hour|cold(?:ly)?[- ](?:lit"
           r"|toned"
           r"|graded)|cold (?:shots?|footage|pictures?|images?|mood|look)", kept=True),
    Phrase("cold", r"cold", kept=True, place="bare"),
)  # fmt: skip

# surfaces and lights large enough to colour a picture; a red car is not a red picture
SURFACES = (
    rf"(?:{PLACES}|{_LIGHT}|{_TONE}|seas?|oceans?|lakes?|rivers?|pools?|waves?|lagoons?"
    r"|sunsets?|sunrises?|dusk|dawn|horizon|fields?|meadows?|grass|lawns?|hills?|mountains?"
    r"|valleys?|leaves|foliage|jungle|walls?|screens?|snow|sand|desert|dunes?|smoke|fog|mist"
    r"|neon|haze|clouds?|underwater|nature|landscapes?|flowers?|blossoms?|curtains?"
    r"|floors?|carpets?|filters?|overcast)"
)

COLOURS = {
    "red": "red", "crimson": "red", "scarlet": "red", "reddish": "red", "orange": "orange",
    "amber": "orange", "yellow": "yellow", "yellowish": "yellow",
    "golden": "yellow", "gold": "yellow", "green": "green", "greenish": "green", "lime": "green",
    "emerald": "green", "teal": "green or blue", "turquoise": "green or blue", "cyan": "blue",
    "aqua": "blue", "blue": "blue", "bluish": "blue", "azure": "blue", "navy": "blue",
    "purple": "purple", "violet": "purple", "lilac": "purple", "lavender": "purple",
    "magenta": "pink", "pink": "pink", "pinkish": "pink", "brown": "brown", "beige": "brown",
    "white": "white", "grey": "grey", "gray": "grey", "greyish": "grey", "black": "black",
    "silver": "grey",
}  # fmt: skip
