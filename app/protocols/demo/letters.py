"""What the people of the demo have written to me in private. See ``messaging``."""

from __future__ import annotations

from msgspec import Struct

from app.model import AccountId, Media
from app.protocols.demo.pictures import picture
from app.protocols.demo.sketch import JUNO, KIEL, SKY

DAY = 24 * 60.0


class Line(Struct, frozen=True, omit_defaults=True):
    """
    One message.

    Attributes:
        who: Key of ``PEOPLE``.
        ago: Minutes before the origin.
        reactions: Emoji, and the keys of who put it there.
        quote: Name of a sketch.
        told: It is none of somebody's words.
        media: Pictures that came with it.
    """

    who: str
    ago: float
    text: str = ""
    reactions: tuple[tuple[str, str], ...] = ()
    quote: str = ""
    told: str = ""
    media: tuple[Media, ...] = ()


class Talk(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A conversation of one account, its lines in order.

    Attributes:
        people: Keys of the others.
        unread: Of the last lines.
        mine: The account owns the group.
    """

    of: AccountId
    people: tuple[str, ...]
    lines: tuple[Line, ...]
    unread: int = 0
    request: bool = False
    muted: bool = False
    group: str = ""
    mine: bool = False
    closed: str = ""


TALKS: tuple[Talk, ...] = (
    Talk(
        of=JUNO,
        people=("anton",),
        unread=1,
        request=True,
        lines=(
            Line("anton", 26 * 60, "May my class see the slipway? 24 children, all of them loud."),
        ),
    ),
    Talk(
        of=SKY,
        people=("kaj/sky",),
        unread=1,
        lines=(
            Line(
                "kaj/sky",
                19 * 60 + 20,
                "She passed my window at eight. Same lamp post as last year.",
                quote="ottilie/sky godwits",
            ),
            Line(
                "juno/sky",
                19 * 60 + 12,
                "You have a lamp post with a regular?",
                reactions=(("😄", "kaj/sky"),),
            ),
            Line(
                "juno/sky",
                52,
                "North spit on Thursday? Low water is 06:12, so we would have to be dreadful "
                "people and get up.",
            ),
            Line("juno/sky", 51, "I can take two more in the car."),
            Line("kaj/sky", 3, "Then bring the small telescope 🔭"),
        ),
    ),
    Talk(
        of=JUNO,
        people=("ottilie", "teun"),
        lines=(
            Line("teun", 3 * 60, "Who counts the oystercatchers on Sunday?"),
            Line("juno", 2 * 60 + 40, "I have the clicker. I need somebody with eyes."),
            Line("ottilie", 40, "Low water is 06:12, I counted."),
        ),
    ),
    Talk(
        of=SKY,
        people=("akari/sky",),
        lines=(
            Line("juno/sky", 3 * 60, "The picture of the wave, in large."),
            Line(
                "akari/sky",
                2 * 60,
                "写真をありがとう！",
                media=(
                    picture("coast.webp", "A long wave along a coast, seen from the dyke."),
                    picture("dune.webp", "Grass on a dune in the evening."),
                    picture("tower.jpg"),
                ),
            ),
        ),
    ),
    Talk(
        of=SKY,
        people=("museum/sky", "ifeoma/sky", "gus/sky"),
        group="Boats for the open day",
        mine=True,
        muted=True,
        unread=2,
        lines=(
            Line("museum/sky", 2 * DAY, told="Gus Bakes was added"),
            Line("gus/sky", 30 * 60, "Bread for forty, or for sixty?"),
            Line(
                "ifeoma/sky",
                29 * 60,
                "Sixty. The map of the moorings is at https://moorings.example/open-day",
            ),
        ),
    ),
    Talk(
        of=KIEL,
        people=("library",),
        lines=(
            Line("library", 2 * DAY + 90, "Your trailer is back, and somebody has oiled it."),
            Line("kiel", 2 * DAY + 30, "The backup ran, all green."),
        ),
    ),
    Talk(
        of=JUNO,
        people=("sela",),
        lines=(Line("sela", 3 * DAY + 200, "Two stitches. It is fine. Soup Sunday?"),),
    ),
    Talk(
        of=JUNO,
        people=("noura",),
        lines=(Line("noura", 10 * DAY, "شكرًا على الخريطة"),),
    ),
    Talk(
        of=SKY,
        people=("tove/sky",),
        request=True,
        unread=1,
        lines=(
            Line("tove/sky", 5 * 60, "You do not know me. Is your small dinghy still for sale?"),
        ),
    ),
    Talk(
        of=SKY,
        people=("nameless/sky",),
        closed="This account was deleted.",
        lines=(Line("nameless/sky", 19 * DAY, "See you at the next spring tide."),),
    ),
)
