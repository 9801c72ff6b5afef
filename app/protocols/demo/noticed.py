"""What the people of the demo did that concerns me: every kind there is. See ``noticing``."""

from __future__ import annotations

from msgspec import Struct

from app.model import AccountId, Poll, PollOption
from app.model.notification import NoticeKind
from app.protocols.demo.sketch import JUNO, KIEL, SKY, Sketch

POSTS: tuple[Sketch, ...] = (
    Sketch(
        who="kaj",
        ago=4,
        name="slipway",
        text="[@juno](mention:https://saltmarsh.example/users/juno) is the slipway open to people "
        "who only want to look? Asking for a class of nine-year-olds.",
        counts=(0, 0, 2, 0),
        aside=True,
    ),
    Sketch(
        who="juno",
        ago=26 * 60,
        name="tide-log",
        text="Tide log, Sunday. The slipway is finished, the winch holds.",
        counts=(2, 3, 12, 0),
        aside=True,
    ),
    Sketch(
        who="juno/sky",
        ago=25.8 * 60,
        name="tide-log",
        text="Tide log, Sunday. The slipway is finished, the winch holds.",
        counts=(1, 2, 9, 0),
        aside=True,
    ),
    Sketch(
        who="juno/sky",
        ago=48 * 60,
        name="timetable",
        text="A timetable is a promise to people you have not met.",
        counts=(0, 4, 31, 1),
        aside=True,
    ),
    Sketch(
        who="pim/sky",
        ago=2 * 60 + 1,
        name="ferries",
        text="This, and the same is true for ferries.",
        counts=(0, 0, 4, 0),
        quote="juno/sky timetable",
        aside=True,
    ),
    Sketch(
        who="harriet",
        ago=27 * 60,
        name="supper",
        text="Harbour supper: how do we begin?",
        counts=(1, 0, 3, 0),
        poll=Poll(
            options=(
                PollOption("Soup first, then speech", 64),
                PollOption("Speech first, then soup", 36),
            ),
            votes=100,
            voters=100,
            closed=True,
        ),
        poll_ends=-3 * 60,
        aside=True,
    ),
    Sketch(
        who="juno",
        ago=30 * 60,
        name="winter-list",
        text="The winter list is out: eleven boats, one duck.",
        counts=(0, 2, 8, 0),
        aside=True,
    ),
    Sketch(
        who="lise",
        ago=31 * 60,
        name="corrected",
        text="High water on Thursday is at 06:12, not 16:12. Corrected, sorry.",
        counts=(0, 5, 9, 0),
        edited=7 * 60,
        aside=True,
    ),
    Sketch(
        who="akari/sky",
        ago=6 * 60 + 20,
        name="answer",
        text="Thursday works for us. We bring the long rope.",
        counts=(0, 0, 1, 0),
        answers="juno/sky tide-log",
        aside=True,
    ),
    Sketch(
        who="bo",
        ago=9 * 60 + 10,
        name="bell",
        text="The harbour bell is back on its hook.",
        counts=(0, 1, 6, 0),
        aside=True,
    ),
    Sketch(
        who="anton",
        ago=11 * 60,
        name="engine",
        text="[@kiel](mention:https://boatyard.example/users/kiel) the engine is on the train. "
        "You can have it on Friday.",
        aside=True,
    ),
)
"""Home timelines leave them out: they are met in notifications."""


class Happened(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Something that somebody did.

    Attributes:
        to: Which account of mine hears of it.
        who: Keys of ``PEOPLE``, the newest first.
        ago: Minutes before the origin.
        about: Name of a sketch.
        together: The server has put them together as one.
    """

    to: AccountId
    kind: NoticeKind
    who: tuple[str, ...] = ()
    ago: float
    about: str = ""
    many: int = 0
    text: str = ""
    said: str = ""


_SHORE = ("ottilie", "teun", "imke", "pim", "lise", "noura", "sela", "radio")

HAPPENED: tuple[Happened, ...] = (
    Happened(to=JUNO, kind="mention", who=("kaj",), ago=4, about="kaj slipway"),
    Happened(to=JUNO, kind="follow_request", who=("yael",), ago=20),
    Happened(to=JUNO, kind="like", who=_SHORE, ago=60, about="juno tide-log", many=12),
    *(
        Happened(to=SKY, kind="like", who=(who,), ago=62 + 3 * n, about="juno/sky tide-log")
        for n, who in enumerate(
            ("ottilie/sky", "maribel/sky", "museum/sky", "wen/sky", "kaj/sky", "gus/sky")
        )
    ),
    Happened(to=SKY, kind="quote", who=("pim/sky",), ago=2 * 60, about="pim/sky ferries"),
    Happened(to=JUNO, kind="poll", who=("harriet",), ago=3 * 60, about="harriet supper"),
    Happened(to=JUNO, kind="repost", who=("teun",), ago=5 * 60, about="juno winter-list"),
    Happened(to=JUNO, kind="repost", who=("noura",), ago=5 * 60 + 9, about="juno winter-list"),
    Happened(to=SKY, kind="reply", who=("akari/sky",), ago=6 * 60 + 20, about="akari/sky answer"),
    Happened(to=JUNO, kind="edit", who=("lise",), ago=7 * 60, about="lise corrected"),
    *(
        Happened(to=SKY, kind="follow", who=(who,), ago=8 * 60 + 11 * n)
        for n, who in enumerate(("tove/sky", "ifeoma/sky", "paolo/sky", "mina/sky"))
    ),
    Happened(to=JUNO, kind="post", who=("bo",), ago=9 * 60 + 10, about="bo bell"),
    Happened(
        to=JUNO,
        kind="moderation",
        ago=10 * 60,
        said="severed_relationships",
        text="saltmarsh.example blocked the server bargain.example: you lost 1 of your followers.",
    ),
    Happened(to=KIEL, kind="mention", who=("anton",), ago=11 * 60, about="anton engine"),
    Happened(to=KIEL, kind="follow", who=("library",), ago=12 * 60),
    Happened(
        to=JUNO,
        kind="other",
        who=("juno",),
        ago=13 * 60,
        said="annual_report",
        text="“annual report”: Godwit does not know this kind yet",
    ),
    Happened(to=SKY, kind="repost", who=("museum/sky",), ago=14 * 60, about="juno/sky tide-log"),
)

READ_UNTIL = 90.0
"""Minutes before the origin: what is older was read elsewhere."""

ASIDE = (
    ("offers", 11, "Free boats for everybody, today only!"),
    ("anton", 2, "Is the workshop open on Sundays as well?"),
    ("long", 1, "The Society invites you to its open evening."),
)
"""Who waits at the first network's gate: who, how many, what they wrote last."""
