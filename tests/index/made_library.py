"""A made-up library and questions about it, to check search on words nobody tuned it for."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from project import footage as store
from project.footage import Caption, Footage, Moment, Senses, Shot, Speech, Technical
from project.store import Project
from timeline.time import TimeRange

Line = tuple[float, float, str]

# name, (width, height, rate, sound), captions, speech
CLIPS: tuple[tuple[str, tuple[int, int, str, bool], list[Line], list[Line]], ...] = (
    ("A001.mp4", (1920, 1080, "25", True), [
        (0, 4, "baker kneads dough on a floured wooden table"),
        (4, 7, "loaves slide into a stone oven"),
        (7, 10, "golden bread cools on a rack")], []),
    ("A002.mp4", (1920, 1080, "25", True), [
        (0, 5, "passengers wait on a train platform with suitcases"),
        (5, 9, "express train arrives and the doors open")], []),
    ("A003.mp4", (1280, 720, "30", True), [
        (0, 6, "violinist plays a solo on stage under a spotlight"),
        (6, 11, "audience applauds in a concert hall")], []),
    ("A004.mp4", (1280, 720, "30", True), [
        (0, 5, "five colleagues around a meeting table with laptops"),
        (5, 10, "woman in a grey blazer draws a chart on the whiteboard")],
        [(5, 8, "our revenue grew by twelve percent last quarter"),
         (8, 10, "next we will hire three engineers")]),
    ("A005.mp4", (1080, 1920, "30", True), [
        (0, 4, "cyclist in a yellow helmet rides through city traffic"),
        (4, 8, "bicycle locked to a lamp post")], []),
    ("A006.mp4", (1920, 1080, "24", True), [
        (0, 6, "lighthouse in a storm, waves crash against the tower"),
        (6, 9, "lightning strikes over the ocean")], []),
    ("A007.mp4", (1920, 1080, "24", False), [
        (0, 5, "brown cows graze on a green meadow"),
        (5, 9, "farmer milks a cow in the barn")], []),
    ("A008.mp4", (1080, 1920, "60", True), [
        (0, 4, "baby takes first steps across the carpet"),
        (4, 7, "mother lifts the laughing baby up")], []),
    ("A009.mp4", (1280, 720, "25", False), [
        (0, 6, "wet clay turns on a pottery wheel, hands shape a bowl"),
        (6, 9, "glazed vases stand on a shelf")], []),
    ("A010.mp4", (1280, 720, "25", True), [
        (0, 4, "fruit stall with oranges, melons and grapes"),
        (4, 8, "seller weighs tomatoes on a scale"),
        (8, 11, "customer pays with coins")], []),
    ("A011.mp4", (640, 480, "25", True), [
        (0, 6, "two old men play chess in a park"),
        (6, 10, "hand knocks over the king")], []),
    ("A012.mp4", (1920, 1080, "24", True), [
        (0, 5, "campfire burns at night, sparks rise"),
        (5, 9, "friends roast marshmallows around the flames")], []),
    ("A013.mp4", (1280, 720, "24", False), [
        (0, 7, "raindrops run down a window pane"),
        (7, 10, "umbrella lies upside down in a puddle")], []),
    ("A014.mp4", (3840, 2160, "24", False), [
        (0, 6, "hot air balloons float over a valley at sunrise"),
        (6, 10, "burner flame fills a striped balloon")], []),
    ("A015.mp4", (1280, 720, "25", True), [
        (0, 5, "beekeeper in a veil lifts a honeycomb frame"),
        (5, 8, "bees crawl over the wax")], []),
    ("A016.mp4", (1280, 720, "25", False), [
        (0, 6, "students read between tall bookshelves in a library"),
        (6, 8, "librarian stamps a book")], []),
    ("A017.mp4", (1920, 1080, "24", False), [
        (0, 8, "suspension bridge with light trails of night traffic, time-lapse")], []),
    ("A018.mp4", (1280, 720, "30", True), [
        (0, 5, "artist sprays a mural on a brick wall"),
        (5, 8, "paint cans and stained gloves on the ground")], []),
    ("A019.mp4", (1280, 720, "25", True), [
        (0, 9, "nurse in blue scrubs answers questions in a corridor")],
        [(0, 4, "the night shift is when patients need us most"),
         (4, 9, "I started as a volunteer twenty years ago")]),
    ("A020.mp4", (1280, 720, "25", True), [
        (0, 5, "speaker on a stage in front of a big slide"),
        (5, 9, "slide with the words open source for everyone")],
        [(0, 5, "welcome to our annual conference in Lisbon"),
         (5, 9, "today we give our compiler away for free")]),
    ("A021.mp4", (640, 360, "25", True), [
        (0, 6, "needle of a sewing machine stitches denim"),
        (6, 9, "tailor measures a sleeve with a tape")], []),
    ("A022.mp4", (1920, 1080, "50", True), [
        (0, 4, "marathon runners pass a cheering crowd"),
        (4, 8, "winner breaks the tape at the finish line")], []),
    ("A023.mp4", (1920, 1080, "24", False), [
        (0, 5, "elephant herd walks to a waterhole in the savanna"),
        (5, 9, "young elephant sprays itself with mud")], []),
    ("A024.mp4", (1280, 720, "30", True), [
        (0, 3, "rocket stands on the launch pad"),
        (3, 8, "engines ignite and the rocket climbs into the sky")],
        [(0, 3, "ten seconds to launch")]),
)  # fmt: skip

# question, right answers as (name, start, end)
ANSWERABLE: tuple[tuple[str, tuple[tuple[str, float, float], ...]], ...] = (
    ("someone working with dough", (("A001.mp4", 0, 4),)),
    ("fresh bread", (("A001.mp4", 4, 10),)),
    ("people waiting for the train", (("A002.mp4", 0, 5),)),
    ("train pulling into the station", (("A002.mp4", 5, 9),)),
    ("classical musician performing", (("A003.mp4", 0, 6),)),
    ("clapping audience", (("A003.mp4", 6, 11),)),
    ("business meeting", (("A004.mp4", 0, 10),)),
    ("she draws on a whiteboard", (("A004.mp4", 5, 10),)),
    ("where they say revenue grew twelve percent", (("A004.mp4", 5, 8),)),
    ("talking about hiring engineers", (("A004.mp4", 8, 10),)),
    ("person on a bike in traffic", (("A005.mp4", 0, 4),)),
    ("parked bicycle", (("A005.mp4", 4, 8),)),
    ("vertical clips", (("A005.mp4", 0, 8), ("A008.mp4", 0, 7))),
    ("rough sea hitting a lighthouse", (("A006.mp4", 0, 6),)),
    ("lightning", (("A006.mp4", 6, 9),)),
    ("cattle in a field", (("A007.mp4", 0, 5),)),
    ("milking", (("A007.mp4", 5, 9),)),
    ("toddler learning to walk", (("A008.mp4", 0, 4),)),
    ("hands making a clay bowl", (("A009.mp4", 0, 6),)),
    ("finished pottery on a shelf", (("A009.mp4", 6, 9),)),
    ("fruit for sale", (("A010.mp4", 0, 4),)),
    ("paying with cash", (("A010.mp4", 8, 11),)),
    ("elderly men playing a board game", (("A011.mp4", 0, 6),)),
    ("fire in the dark", (("A012.mp4", 0, 9),)),
    ("toasting marshmallows", (("A012.mp4", 5, 9),)),
    ("rainy day", (("A013.mp4", 0, 10),)),
    ("balloons in the sky at dawn", (("A014.mp4", 0, 6),)),
    ("insects", (("A015.mp4", 0, 8),)),
    ("4k footage", (("A014.mp4", 0, 10),)),
    ("quiet reading room with books", (("A016.mp4", 0, 8),)),
    ("city bridge at night", (("A017.mp4", 0, 8),)),
    ("street art being painted", (("A018.mp4", 0, 5),)),
    ("hospital worker being interviewed", (("A019.mp4", 0, 9),)),
    ("the line about starting as a volunteer", (("A019.mp4", 4, 9),)),
    ("somebody says welcome to our annual conference", (("A020.mp4", 0, 5),)),
    ("slide that says open source for everyone", (("A020.mp4", 5, 9),)),
    ("sewing jeans", (("A021.mp4", 0, 6),)),
    ("crossing the finish line", (("A022.mp4", 4, 8),)),
    ("elephants", (("A023.mp4", 0, 9),)),
    ("rocket lifting off", (("A024.mp4", 3, 8),)),
)

UNANSWERABLE: tuple[str, ...] = (
    "penguins on the ice",
    "scuba diver with a shark",
    "dentist with a patient",
    "tennis serve",
    "submarine",
    "ballet dancers in tutus",
    "shopping cart in a supermarket",
    "eagle catching a fish",
    "someone says happy new year",
    "washing a car",
    "barbershop haircut",
    "volcano erupting with lava",
)


def build(project: Project) -> None:
    """Write the made-up library into `project`, as an ingest with sidecar captions would."""
    for number, (name, (width, height, rate, sound), captions, speech) in enumerate(CLIPS):
        footage_id = f"made-{number:03}"
        end = Fraction(str(captions[-1][1]))
        technical = Technical(
            container="mp4", codec="h264", width=width, height=height, rate=rate,
            has_picture=True, has_sound=sound, picture_end_s=str(end),
        )  # fmt: skip
        store.save(
            project,
            Footage(
                footage_id, Path("/made") / name, name, "made", f"print-{number}", 1, 0, "ok",
                duration_s=end, technical=technical,
            ),
        )  # fmt: skip
        spans = [(TimeRange(Fraction(a), Fraction(b)), text) for a, b, text in captions]
        moments = []
        for second in range(int(end)):
            here = TimeRange(Fraction(second), Fraction(second + 1))
            caption = next(text for span, text in spans if span.overlap(here) > 0)
            moments.append(Moment(footage_id, second, here, 0, caption, "sidecar", "", Senses()))
        store.replace_knowledge(
            project,
            footage_id,
            shots=[Shot(footage_id, 0, TimeRange(Fraction(0), end))],
            moments=moments,
            speech=[
                Speech(footage_id, TimeRange(Fraction(a), Fraction(b)), text, "", "sidecar")
                for a, b, text in speech
            ],
            captions=[Caption(footage_id, span, text, "sidecar") for span, text in spans],
        )
