"""The newest hours of the demo: what its pictures show, from top to bottom."""

from __future__ import annotations

from app.model import Advisory, LinkCard, Poll, PollOption, ViewerState
from app.protocols.demo.markup import MEDIA
from app.protocols.demo.people import LABELER
from app.protocols.demo.pictures import picture
from app.protocols.demo.sketch import JUNO, KIEL, SKY, Sketch

_SEA = picture(
    "sea.jpg",
    "Five birds over a calm bay at sunrise; the sand lies bare in long bands.",
)
_FOREST = picture("forest.jpg", "A pale sun between the dark trunks of a wet forest.")
_BOAT = picture("boat.jpg", "A small red boat under sail before a town at night.")
_BOWL = picture("bowl.jpg", "A teal bowl with a wavy rim on a wooden shelf.")
_RAIN = picture("town.jpg")

_GODWITS = (
    "Counted 4\u202f210 bar-tailed godwits at the high-tide roost this morning. Some "
    "flew straight from the tundra: eleven days, no landing. I had toast and felt I "
    "had earned it. #WaderCount"
)
_PREPRINT = (
    "Preprint: tidal loading moves the pier by 4 mm, twice a day. We could hear it "
    "once we knew where to listen."
)

SCENES: tuple[Sketch, ...] = (
    Sketch(
        who="teun",
        ago=6,
        name="survey-boat",
        text=(
            "The survey boat is back. All nineteen sensors answered, which has "
            "**never** happened before 🎉"
        ),
        counts=(3, 11, 42, 0),
        own=False,
        passed_on=(("lise", 5.8), ("imke", 5.4), ("bo", 4.1), ("pim", 2.5)),
        did={JUNO: ViewerState(reposted=True)},
        seen_by=frozenset({JUNO}),
    ),
    Sketch(
        who="ottilie",
        ago=18,
        name="godwits",
        text=_GODWITS,
        counts=(14, 31, 96, 2),
        media=(_SEA, _FOREST),
        did={JUNO: ViewerState(liked=True)},
    ),
    Sketch(
        who="ottilie/sky",
        ago=17.9,
        name="godwits",
        text=_GODWITS,
        counts=(9, 22, 148, 1),
        media=(_SEA, _FOREST),
        copy_of="ottilie godwits",
        did={SKY: ViewerState(liked=True)},
    ),
    # Between these two lies what the first server forgot to tell, see World.
    Sketch(
        who="noura",
        ago=23,
        name="patience",
        text="الطيور لا تحتاج إلى جواز سفر، لكنها تحتاج إلى شاطئ هادئ وبعض الصبر منّا.",
        counts=(1, 4, 26, 0),
        answers="teun eelgrass",
        edited=20,
        langs=("ar",),
        seen_by=frozenset({JUNO}),
    ),
    Sketch(
        who="bo",
        ago=29,
        name="kettle",
        text="Wind from the north-west, kettle on, nothing to report. That is the report.",
        counts=(0, 1, 12, 0),
        langs=("en", "nb"),
        seen_by=frozenset({JUNO}),
    ),
    Sketch(
        who="sela",
        ago=41,
        name="pumpkin",
        text="Pumpkin 1, thumb 0. Two stitches and a very good soup. 🥣",
        counts=(5, 0, 19, 0),
        advisories=(Advisory("warning", "Food, knife injury (healing well)"),),
    ),
    Sketch(
        who="akari/sky",
        ago=52,
        name="higata",
        text="干潟の朝。シギの群れが一斉に飛び立つ音は、何度聞いても息をのみます。",
        counts=(2, 9, 64, 0),
        did={SKY: ViewerState(bookmarked=True)},
        langs=("ja",),
    ),
    Sketch(
        who="library",
        ago=62,
        name="opening",
        text="Winter opening hours. What helps you most?",
        counts=(8, 2, 17, 0),
        poll=Poll(
            options=(
                PollOption("Two evenings a week", 239),
                PollOption("Saturday, all day", 128),
                PollOption("A weekday lunch hour", 45),
            ),
            votes=412,
            voters=412,
        ),
        poll_ends=5 * 60 + 6,
        did={JUNO: ViewerState(own_votes=(0,)), KIEL: ViewerState()},
    ),
    Sketch(
        who="library",
        ago=74,
        name="evenings",
        text="Which evenings?",
        counts=(2, 0, 4, 0),
        poll=Poll(
            options=(PollOption("Tuesday"), PollOption("Thursday")),
            votes=118,
            voters=96,
            multiple=True,
        ),
        poll_ends=2 * 24 * 60 + 30,
    ),
    Sketch(
        who="akari/sky",
        ago=81,
        name="louder",
        text="ねぐらの声は高速道路よりもにぎやか。でも、こちらは眠れます。",
        counts=(2, 9, 64, 0),
        quote="ottilie/sky roost",
        langs=("ja",),
    ),
    Sketch(
        who="teun",
        ago=95,
        name="eelgrass",
        text=("Third report is out, and it is the good kind of long. #Eelgrass #Wadden"),
        counts=(6, 21, 58, 3),
        card=LinkCard(
            url="https://wadden-notes.example/2026/eelgrass?issue=3",
            title="Eelgrass returns to the inner basin",
            description=(
                "Water clarity is at its best since 1987, says the third monitoring "
                "report; the meadow north of the dam has doubled in two summers."
            ),
            image=f"{MEDIA}chart.png",
        ),
    ),
    Sketch(
        who="museum/sky",
        ago=2 * 60 + 3,
        name="acquisitions",
        text="",
        counts=(4, 18, 77, 0),
        media=(_BOAT, _BOWL, _RAIN),
        did={SKY: ViewerState(liked=True)},
    ),
    Sketch(
        who="museum/sky",
        ago=2 * 60 + 20,
        name="wreck",
        text="From the wreck archive, 1911.",
        counts=(0, 3, 12, 0),
        media=(picture("town.jpg", "Rescue at night in the rain, an old photograph."),),
        advisories=(Advisory("label", "graphic-media", LABELER, "media"),),
    ),
    Sketch(
        who="ottilie/sky",
        ago=3 * 60 + 2,
        name="roost",
        text="The roost is louder than the motorway tonight.",
        counts=(1, 4, 33, 1),
    ),
    Sketch(
        who="pim/sky",
        ago=3 * 60 + 5,
        name="gone",
        text="I keep quoting things that do not stay.",
        counts=(0, 1, 3, 0),
        quote_state="deleted",
    ),
    Sketch(
        who="pim/sky",
        ago=3 * 60 + 7,
        name="detached",
        text="This one asked not to be quoted. Fair.",
        counts=(1, 0, 5, 0),
        quote_state="detached",
    ),
    Sketch(
        who="pim/sky",
        ago=3 * 60 + 9,
        name="blocked",
        text="And this one you may not see.",
        counts=(0, 0, 2, 0),
        quote="offers cheap",
        quote_state="blocked",
    ),
    Sketch(
        who="teun",
        ago=4 * 60 + 2,
        name="six",
        text="",
        counts=(0, 0, 9, 0),
        media=(_SEA, _FOREST, _BOAT, _RAIN, _BOWL, picture("dune.webp", "A dune.")),
    ),
    Sketch(
        who="radio",
        ago=5 * 60 + 1,
        name="film",
        text="",
        counts=(1, 6, 30, 0),
        media=(
            picture(
                "boat.jpg",
                "A red boat leaves the harbour at night; a voice reads the tides.",
                kind="video",
                duration=161,
            ),
        ),
    ),
    Sketch(
        who="maribel/sky",
        ago=6 * 60 + 2,
        name="preprint",
        text=_PREPRINT,
        counts=(3, 20, 88, 0),
    ),
    Sketch(
        who="maribel",
        ago=6 * 60 + 1,
        name="preprint",
        text=_PREPRINT,
        counts=(6, 12, 51, 0),
        copy_of="maribel/sky preprint",
        did={JUNO: ViewerState()},
    ),
    Sketch(
        who="kaj",
        ago=7 * 60 + 1,
        name="home",
        text="Back home. Sleeping until Thursday.",
        counts=(0, 0, 2, 0),
        visibility="followers",
        seen_by=frozenset({JUNO}),
    ),
)
