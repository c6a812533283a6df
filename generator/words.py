"""The word tables of the caption grammar: synonyms for scenes, palettes, camera, pace, density."""

from __future__ import annotations

from typing import TypeVar

from generator.scenes.params import CameraMove, Level

V = TypeVar("V", bound=str)


def _invert(table: dict[V, str]) -> dict[str, V]:
    """{value: "phrase, phrase"} -> {phrase: value}."""
    return {
        phrase.strip(): value for value, phrases in table.items() for phrase in phrases.split(",")
    }


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _weighted(table: dict[str, str]) -> dict[str, tuple[str, float]]:
    """Scene phrases with their weight: more words say more, a trailing ? says little."""
    weighted = {}
    for phrase, name in _invert(table).items():
        weak = phrase.endswith("?")
        clean = phrase.rstrip("?")
        weighted[clean] = (name, 0.4 if weak else 1.0 + 0.5 * clean.count(" "))
    return weighted


SCENE_WORDS: dict[str, tuple[str, float]] = _weighted({
    "sunset": "sunset over the sea, sunset over water, sunset over the water, sunset, sundown, "
    "sunrise over the sea, sunrise, setting sun, rising sun, golden hour, sun over the sea, "
    "evening sun, dusk?, evening?, sun?, dawn?, horizon?, sunset on the beach, sunset at the beach",
    "clouds": "clouds in the sky, cloud, blue sky, cloudy sky, sky, cloudscape, time lapse clouds, "
    "overcast, heaven, storm?, stormy sky, pink sky",
    "stars": "night sky full of stars, starry night, starry sky, night sky, star, milky way, "
    "starlight, galaxy, space?, cosmos, night?, universe?, constellation, shooting star, meteor",
    "aurora": "aurora over mountains, aurora, northern lights, aurora borealis, polar lights, "
    "southern lights",
    "waves": "open sea with waves, sea with waves, open sea, ocean waves, ocean, wave, sea, water, "
    "lake, swell, river?, seascape, surf, rippling water, beach?, coast?, shore?, ripple?",
    "caustics": "underwater light, underwater, caustic, under water, under the sea, pool, "
    "swimming pool, light through water, sea floor, reef?",
    "hills": "misty hills, foggy hills, hill, misty mountains, foggy mountains, mountain, "
    "mist?, misty valley, valley, landscape, ridge, layered mountains, "
    "countryside, foggy forest, morning?, misty forest",
    "bokeh": "city lights at night, city lights, bokeh, city at night, night lights, traffic, "
    "traffic lights, street lights, city, blurred lights, defocused lights, lights at night, "
    "fairy lights, skyline, street?, downtown?, urban?, nightlife, cityscape",
    "fire": "fire glow, fire, flame, campfire, fireplace, bonfire, ember, burning, candle?, "
    "sparks?, hearth",
    "rain": "rain on glass, rain on a window, rain on the window, raindrop, rainy window, rain, "
    "rainy day, drops on glass, drizzle?, rainy, water drops?, window?, wet window",
    "snow": "snow falling in a forest, snow falling, falling snow, snowfall, snow, snowy forest, "
    "winter forest, winter?, blizzard, snowflake, snowy, forest?, snowstorm",
    "ink": "ink in water, ink, dye in water, paint in water, ink drop, ink clouds",
    "smoke": "smoke in the dark, smoke, wisps of smoke, incense, vapour, vapor, steam",
    "neon": "neon tunnel, tunnel, neon lights tunnel, neon geometry, neon, hyperspace, "
    "sci fi corridor, geometric tunnel, light tunnel, cyberpunk?, futuristic?, warp?",
    "gradient": "flowing colour gradient, flowing color gradient, colour gradient, color gradient, "
    "gradient, abstract background, abstract?, background?, colourful waves, colorful background, "
    "colours flowing, soft colours?",
    "dust": "dust in a beam of light, dust, dust particles, light beam, beam of light, sunbeam, "
    "light rays, dust motes, mote, light shaft, particle?, rays of light, light through a window",
    "marble": "flowing marble, marble, marble vein, marbling, marbled, liquid marble, vein?, "
    "marble texture, fluid art, swirling paint, agate, polished stone, stone?",
    "leaks": "film light leaks, light leak, film leak, film burn, leak, burned film, light flash?, "
    "lens leak, super 8 light leaks, burn?",
    "flare": "lens flare, flare, sun flare, lens glow, solar flare, anamorphic flare, sun glare, "
    "glare, bright sun, sun in the lens, lens?, backlight?, sunshine, sunlight?, starburst",
    "geometry": "turning geometric shapes, geometric shapes, geometry, geometric, polygon, "
    "triangle, hexagon, rotating shapes, turning shapes, motion graphics, flat shapes, cube?, "
    "geometric pattern, geometric background, abstract geometry",
    "film": "old film texture, old film, vintage film, film texture, film grain, film scratches, "
    "scratch, dust and scratches, paper texture, paper, old paper, parchment, grunge, "
    "film projector, paper background, vintage paper, grunge texture, vintage?, retro?, texture?",
    "wipes": "colour bars wiping across, color bars wiping across, colour bars, color bars, "
    "colour wipe, color wipe, wipe, wipe transition, transition, stripe, bar?, diagonal stripes, "
    "moving stripes, striped background",
    "shapes": "soft round shapes, soft shapes, floating shapes, round shapes, shape, disc, "
    "circle, moving shapes, floating circles, drifting circles, bubble?, square?, ball?, "
    "soft circles, pastel background, dot?",
    "fog": "fog over a plain, fog, foggy, ground fog, fog bank, rolling fog, low fog, god ray, "
    "foggy morning, misty morning, foggy field, mist over a field, misty field, haze?, misty?, "
    "fog over a field, sun rays through fog, crepuscular rays, plain?, field?, meadow?",
})  # fmt: skip

# a colour word, and the palettes it may mean, nearest first
PALETTE_WORDS: dict[str, tuple[str, ...]] = {
    word: tuple(names.split())
    for word, names in {
        "golden": "golden amber orange", "gold": "golden amber", "warm": "golden amber orange",
        "yellow": "golden amber", "orange": "orange amber golden", "amber": "amber golden orange",
        "honey": "golden amber", "sunny": "golden", "sunlit": "golden",
        "crimson": "crimson pink orange", "red": "crimson pink amber orange",
        "scarlet": "crimson", "violet": "violet", "purple": "violet", "magenta": "violet pink neon",
        "lilac": "violet pink", "pink": "pink violet crimson", "rose": "pink crimson",
        "blue": "blue cool teal turquoise", "azure": "blue turquoise", "navy": "blue",
        "cool": "cool blue teal", "cold": "blue cool grey", "icy": "blue cool",
        "teal": "teal turquoise blue", "turquoise": "turquoise teal blue", "cyan": "teal turquoise",
        "green": "green teal", "emerald": "green turquoise teal", "lush": "green",
        "grey": "grey stormy", "gray": "grey stormy", "silver": "grey white", "pale": "grey white",
        "black": "black", "white": "white grey", "ivory": "white sepia",
        "sepia": "sepia golden amber", "brown": "sepia amber golden", "beige": "sepia white golden",
        "cream": "white sepia golden", "vintage": "sepia", "pastel": "pink blue",
        "stormy": "stormy grey", "dark": "stormy",
        "dramatic": "stormy crimson", "neon": "neon", "colourful": "neon", "colorful": "neon",
        "sunset": "golden crimson", "sunrise": "golden pink", "dawn": "golden pink",
        "dusk": "violet pink golden", "evening": "golden", "bleak": "grey",
        "gloomy": "grey stormy", "overcast": "grey stormy",
    }.items()
}  # fmt: skip

CAMERA_WORDS: dict[str, CameraMove] = _invert({
    "still": "locked camera, still camera, static camera, static shot, static, tripod, locked off, "
    "locked shot, fixed camera, no camera movement",
    "pan left": "pan left, pan to the left, panning left, left pan, moving left, camera left",
    "pan right": "pan right, pan to the right, panning right, right pan, moving right, pan, "
    "panning, camera right, tracking shot",
    "tilt up": "tilt up, tilting up, camera up, tilt, rising camera, crane up",
    "tilt down": "tilt down, tilting down, camera down, crane down",
    "zoom in": "zoom in, zooming in, push in, pushing in, dolly in, closer, zoom",
    "zoom out": "zoom out, zooming out, pull out, pull back, dolly out, pulling back",
    "drift": "drift, drifting camera, handheld, floating camera, gentle movement, floating",
})  # fmt: skip
CAMERA_SPEED_WORDS: dict[str, Level] = {
    "slow": "low", "slowly": "low", "gentle": "low", "gently": "low", "fast": "high",
    "quick": "high", "quickly": "high", "rapid": "high",
}  # fmt: skip
PACE_WORDS: dict[str, Level] = _invert({
    "low": "calm, slow, gentle, peaceful, quiet, slowly, gently, tranquil, serene, soft, softly, "
    "slow motion, relaxing, lazy, still, dreamy, soothing",
    "high": "lively, fast, energetic, quick, rapid, wild, rough, time lapse, timelapse, busy, "
    "restless, windy, intense, turbulent",
})  # fmt: skip
DENSITY_WORDS: dict[str, Level] = _invert({
    "low": "few, sparse, light, thin, clear, faint, minimal, some, under a clear sky, clear sky, "
    "cloudless, lightly, a few, distant",
    "medium": "scattered, many, several, scattered clouds",
    "high": "heavy, dense, thick, crowded, countless, full of, lots of, heavily, bright, "
    "brilliant, "
    "downpour, pouring, big, high, strong, under heavy clouds, heavy clouds, huge",
})  # fmt: skip

SILENT_WORDS = _words(
    "a an the of in on over at with and or to from into by for under above through across as is "
    "are it its shot video clip footage view scene picture image b-roll broll b roll plate "
    "background cinematic beautiful lovely nice film filmic wide close up establishing atmospheric "
    "moody hd uhd k p some very style look camera moving move movement where while that this "
    "there behind around towards toward near day end time over falling flowing light lights "
    "natural nature outdoors peacefully quality realistic abstract motion animation loop make me "
    "us generate create show please something like opening closing final ending begin "
    "beginning reflecting reflection reflected glowing glow shining shimmering drifting rolling "
    "passing overhead deep far distance surface colours colors colour color"
)

# what no scene can draw: asking for one closes the gate
BEYOND = _words(
    "person people man woman men women boy girl child children kid kids baby face hand crowd "
    "couple family friend dancer dancing runner running walking talking singer speaker player "
    "dog cat bird horse cow fish animal lion elephant bear butterfly insect whale dolphin car "
    "bus train plane airplane boat ship bicycle bike motorcycle truck house building tower "
    "bridge castle church temple food pizza coffee cake bread fruit cup bottle phone computer "
    "laptop keyboard screen text logo letter word sign book chair table kitchen room office "
    "street-scene flower tree robot dragon wedding party concert football soccer surfer surfing "
    "skier skiing cooking eating smiling hugging kissing interview market tokyo paris london "
    "york eiffel desert road highway"
)
