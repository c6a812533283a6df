"""What editors ask of the camera: its moves, its framing, the cutting; see `index.asked`."""

from __future__ import annotations

from index.asked import NO, SHOT, Phrase

_WAY = r"(?:(?:slow|slowly|fast|quick|quickly|gentle|gently|smooth|camera|whip|swish|long) )*"
_CAMERA = r"(?:camera|shot|frame|picture|lens|view|footage|it)"
_SPEED = r"(?: (?:slowly|quickly|fast|gently|smoothly))?"
_PAN = rf"(?:pans?|panning)(?: {SHOT})?{_SPEED}"
_TILT = rf"(?:tilts?|tilting)(?: {SHOT})?{_SPEED}"
_TO = r"(?: (?:to|towards?)(?: the)?)?"

MOVES = (
    Phrase("pan left", rf"{_WAY}(?<!frying ){_PAN}{_TO} left(?:wards?)?"
           rf"|{_WAY}left(?:ward)? pan(?:s|ning)?|right[- ]to[- ]left pan"),
    Phrase("pan right", rf"{_WAY}(?<!frying ){_PAN}{_TO} right(?:wards?)?"
           rf"|{_WAY}right(?:ward)? pan(?:s|ning)?|left[- ]to[- ]right pan"),
    Phrase("pan", r"(?:(?:slow|slowly|fast|quick|quickly|gentle|smooth|camera|whip|swish"
           r"|horizontal|steady) )+(?:pans?|panning)(?: shots?)?(?: slowly| quickly)?"
           rf"|{_CAMERA} (?:slowly |quickly )?(?:pans|panning)(?: with| after| across)?"
           rf"|(?:pan|panning) (?:{SHOT}|across|along|around)"
           r"|(?<!a )(?<!the )(?<!hot )pan (?:over|from|of|towards?) (?:the|a|an) "
           r"(?!fire|stove|heat|flame|pan|handle|lid)"
           r"|panning(?! for)|pans?(?= (?:and|or|nor) (?:tilts?|zooms?)\b)"),
    Phrase("pan", r"pans?", place="bare"),
    Phrase("tilt up", rf"{_WAY}{_TILT} up(?:wards?)?(?! (?:his|her|its|their|the (?:head|chin))\b)"
           rf"|{_WAY}upwards? tilts?"),
    Phrase("tilt down", rf"{_WAY}{_TILT} down(?:wards?)?(?! (?:his|her|its|their)\b)"
           rf"|{_WAY}downwards? tilts?"),
    Phrase("tilt", r"(?:(?:slow|slowly|fast|quick|quickly|gentle|smooth|camera|vertical) )+"
           r"(?:tilts?|tilting)(?: shots?)?|"
           rf"{_CAMERA} (?:slowly |quickly )?(?:tilts|tilting)"
           rf"|(?:tilt|tilting) {SHOT}|(?<=pan or )tilt|(?<=pan and )tilt|(?<=pans and )tilts"),
    Phrase("tilt", r"tilts?|tilting", place="bare"),
    Phrase("zoom out", rf"{_WAY}(?:zooms?|zooming)(?: {SHOT})?{_SPEED} out|zoom-outs?"
           rf"|{_WAY}(?:dolly|dollies|dollying) out|{_CAMERA} (?:slowly |quickly )?"
           r"(?:pulls?|pulling|moves?|moving|backs?|backing) (?:out|back|away|off)"
           r"|(?:slow |quick |long )?pull-(?:out|back)s?(?: shots?)?|pulling back to reveal"
           r"|(?:slow |slowly )pull(?:s|ing)? (?:out|back)"),
    Phrase("zoom in", rf"{_WAY}(?:zooms?|zooming)(?: {SHOT})?{_SPEED} in(?:to)?|zoom-ins?"
           rf"|{_WAY}(?:dolly|dollies|dollying) in|(?:crash|snap|punch)[- ](?:zooms?|ins?)"
           rf"|{_CAMERA} (?:slowly |quickly )?(?:pushes|pushing|moves?|moving|creeps?|creeping)"
           r" (?:in|forwards?|closer)"
           r"|(?:slow |quick )?push(?:es|ing)?[- ]ins?(?! (?:the|a|an|his|her|their|line)\b)"),
    Phrase("zoom", r"(?:(?:slow|slowly|fast|quick|quickly|gentle|smooth|camera|optical) )+"
           rf"(?:zooms?|zooming)|{_CAMERA} (?:zooms|zooming)|(?:zoom|zooming) shots?|dolly zooms?"
           r"|(?<=pan or )zoom|(?<=pan and )zoom|(?<=tilt or )zoom|(?<=pans and )zooms"),
    Phrase("zoom", r"zooms?|zooming", place="bare"),
    Phrase("roll clockwise", r"(?:camera )?(?:rolls?|rolling|rotates?|rotating|rotation) clockwise"
           r"|clockwise (?:camera )?(?:roll|rotation|turn)"),
    Phrase("roll anticlockwise", r"(?:camera )?(?:rolls?|rolling|rotates?|rotating|rotation)"
           r" (?:anti|counter)-?clockwise|(?:anti|counter)-?clockwise (?:camera )?"
           r"(?:roll|rotation|turn)"),
    Phrase("roll", r"(?<!my )(?<!from the )camera (?:slowly |quickly )?(?:rolls?|rotat\w+|spins?"
           r"|spinning|turns upside down)|(?:rotating|spinning|rolling) (?:camera|shots?|frame)"
           r"|(?:slow |quick )?camera rotation|barrel rolls?(?= shots?| camera)"),
    Phrase("dutch angle", r"dutch (?:angles?|tilts?|shots?)|canted (?:angles?|frames?|shots?)"
           r"|tilted (?:horizon|frame)", kept=True),
    Phrase("static", r"(?:static|fixed|locked[- ](?:off|down)|stationary|still|unmoving|non-moving"
           r"|motionless|immobile) (?:camera|shots?|frame|clips?|footage)"
           r"|(?<!a camera )(?<!the camera )(?<!phone )(?:on|from|with|off) (?:a "
           r"|the )?(?:tripod|sticks)|tripod (?:shots?|footage|clips?"
           r"|camera)|camera (?:does not|doesn't|never|not|isn't|is not) mov\w+"
           r"|camera (?:is |stays |stands )?(?:perfectly |completely |totally )?(?:still|static"
           r"|fixed"
           rf"|stationary|locked)|{NO} (?:any )?camera (?:mov\w+|motion|shake)|nothing moves"),
    Phrase("static", r"static|lock(?:ed)?[- ](?:off|down)|stationary|motionless", place="alone"),
    Phrase("static", r"tripod", place="bare"),
    Phrase("steady", r"(?:smooth )?(?:steady|smooth|stabili[sz]ed|gimbal|steadi-?cam) (?:camera"
           r"|shots?"
           r"|footage|clips?|video|move(?:ment)?s?|handheld)|steadi-?cam|on a gimbal"
           r"|(?:image )?stabili[sz]ation"),
    Phrase("steady", r"steady|stabili[sz]ed|gimbal", place="bare"),
    Phrase("shaky", r"(?:shak(?:y|es|ing)|wobbly|jerky|jittery|bumpy|unsteady|unstable)"
           r" (?:hand-?held )?(?:camera|cam|footage|shots?|clips?|video|picture|frame)"
           r"|camera (?:shakes?|shaking|wobbles?|jitters?|is shaky|is shaking)"
           r"|hand-?held (?:camera|shots?|footage|clips?|video|look|feel|style)|camera shake"
           r"|run[- ]and[- ]gun"),
    Phrase("shaky", r"shaky|hand[- ]?held|wobbly|jerky|jittery|unsteady", place="alone"),
    Phrase("moving camera", r"(?:moving|travell?ing|tracking|trucking|dolly|crane|jib|orbit(?:ing)?"
           r"|following|gliding|flying|floating|slider) (?:camera|shots?|footage)"
           r"|(?:the )?camera (?:is |slowly )?(?:mov(?:es|ing|ement)|travel\w*|tracks?"
           r"|tracking|follows?|following|glid\w+|flies|flying|orbit\w*|circl\w+|floats?|floating"
           r"|walks|drives|turns)|walk(?:ing)?[- ]through shots?"),
)  # fmt: skip

FRAMING = (
    Phrase("shallow focus", r"bokeh|shallow (?:focus|depth of field|dof)"
           r"|(?:blurr(?:y|ed)|out[- ]of[- ]focus) background"
           r"|background (?:is )?(?:blurr(?:y|ed)|out of focus)|out of focus behind", kept=True),
    Phrase("focus pull", r"rack(?:ing)? focus|focus pulls?|pull(?:s|ing)? focus|focus shifts?"
           r"|comes? into focus", kept=True),
    Phrase("macro", r"macro(?: (?:shots?|lens|footage|view|video|photography|detail))?"
           r"(?=$|[,;.]| (?:of|with|in|and|time)\b)|super macro", kept=True),
    Phrase("close-up", r"(?:extreme |medium |tight |big |very )?close[- ]?ups?|tight (?:shots?"
           r"|framing)"
           r"|(?:very |really |extremely )?close (?:shots?|framing|view)|head[- ]?shots?"
           r"|head[- ]and[- ]shoulders|fills the (?:whole )?frame|detail shots?|insert shots?"
           r"|up close|(?-i:ECU|XCU|MCU|BCU)|(?-i:CU)(?= of| on| shot|$)|chokers?(?= shot)",
           kept=True),
    Phrase("close-up", r"close", place="bare"),
    Phrase("over the shoulder", r"over[- ]the[- ]shoulder(?: shots?)?|(?-i:OTS)", kept=True),
    Phrase("medium", r"(?:medium|mid)[- ](?:wide )?shots?|waist[- ]up|half[- ]body"
           r"|(?:american|cowboy|knee) shots?|from the (?:waist|hips?) up"),
    Phrase("wide", r"(?:extreme |very |ultra |super )?wide[- ](?:shots?|angles?|views?|frame"
           r"|framing"
           r"|scene)(?: shots?)?|establishing(?: shots?)?|(?<!very )long shots?|full shots?"
           r"|full[- ]body(?: shots?)?|master shots?|panoram(?:a|as|ic)(?: (?:views?|shots?))?"
           r"|head[- ]to[- ]toe", kept=True),
    Phrase("wide", r"wide", place="bare"),
    Phrase("top-down", r"top[- ]?down|straight[- ]down|(?:directly |seen from )?overhead"
           r" (?:shots?|views?|camera|angle|footage)|flat[- ]?lays?|birds?[' ]?s?[- ]eye"
           r"(?: (?:views?|shots?))?|from directly above|looking straight down", kept=True),
    Phrase("aerial", r"aerials?(?: (?:shots?|views?|footage|video|clips?|cinematography|drone))+"
           r"|aerials|drone[- ](?:shots?|views?|footage|video|clips?|aerials?|perspective|angle)"
           r"|(?:filmed|shot|taken|seen) (?:by|from|with|on) (?:a |the )?(?:drone|helicopter|plane)"
           r"|from (?:a |the )?(?:drone|helicopter)|(?:seen |viewed )?from (?:above|the air"
           r"|high above)|helicopter (?:shots?|views?)|fly-?overs?|fly-?throughs?|fpv"
           r"(?: (?:drone|shots?|footage))?", kept=True),
    Phrase("aerial", r"aerial|drone", kept=True, place="bare"),
    Phrase("point of view", r"pov(?: (?:shots?|footage|camera))?|point[- ]of[- ]view(?: shots?)?"
           r"|first[- ]person(?: (?:view|shots?|perspective|footage|camera))?"
           r"|(?:helmet|body|chest|action|head|dash)[- ]?cams?(?:era)?|go-?pro"
           r" (?:shots?|footage|video|clips?|view)|subjective (?:camera|shots?)"
           r"|through (?:his|her|the|someone's|their) eyes", kept=True),
    Phrase("point of view", r"go-?pro", kept=True, place="bare"),
    Phrase("low angle", r"low[- ]angles?(?: (?:shots?|views?))?|(?:seen |shot |filmed )?from below"
           r"|worm'?s?[- ]eye(?: view)?|from (?:the )?ground level", kept=True),
    Phrase("high angle", r"high[- ]angles?(?: (?:shots?|views?))?|looking down (?:on"
           r"|at)", kept=True),
    Phrase("screen recording", r"screen[- ]?(?:recordings?|casts?|captures?|grabs?)"
           r"|screencasts?|recorded screen|desktop recordings?", kept=True),
    Phrase("webcam", r"web-?cams?(?: (?:shots?|footage|video|clips?))?|laptop camera", kept=True),
    Phrase("time-lapse", r"time[- ]?lapses?|hyper[- ]?lapses?|sped[- ]up|speeded up|fast[- ]forward"
           r"|under-?cranked", kept=True),
    Phrase("freeze", r"freeze[- ]frames?|frozen (?:frame|picture|image)|frame (?:is )?frozen"),
    Phrase("fast cuts", r"(?:fast|quick|rapid)(?:ly|[- ]fire)?[- ](?:cuts?|cutting|edit\w*)"
           r"|(?:lots of|many|several) cuts|montages?(?! of (?:photos?|pictures|images))"
           r"|fast[- ]paced(?: edit\w*)?|jump cuts?"),
    Phrase("one take", r"(?:one|single|unbroken|continuous|uninterrupted"
           r"|long)[- ]takes?(?! (?:away|out|off|care))"
           r"|one[- ]shot(?= (?:scene|sequence|video))|oners?|uncut (?:shots?|footage|takes?"
           r"|clips?)"
           r"|(?:without|no) (?:any |a )?cuts?|continuous (?:shot|camera)"),
    Phrase("movement", r"(?:fast|lots of|a lot of|much|quick|heavy|rapid|strong"
           r"|plenty of) (?:motion"
           rf"|movement|action)|fast[- ]moving|action[- ](?:{SHOT}|packed|movie)"
           rf"|(?:busy|hectic|dynamic|energetic|lively|frantic) {SHOT}"),
    Phrase("movement", r"dynamic|energetic|hectic|frantic|lively", place="bare"),
    Phrase("calm", r"(?:little|hardly any|barely any|almost no|no|small|slight|subtle|minimal|slow"
           r"|gentle|not much|next to no) (?:motion|movements?|action)"
           rf"|(?:calm|peaceful|serene|tranquil|slow|still) {SHOT}(?<!one)(?<!ones)"),
    Phrase("calm", r"calm|peaceful|serene|tranquil", place="alone"),
)  # fmt: skip
