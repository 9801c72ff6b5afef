"""Somebody, as the pane shows them."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from app.model import AccountId
from app.model.acts import Relation
from app.model.person import Known, PersonLink
from app.model.profile import Profile
from app.model.text import Span
from app.people.book import Evidence
from app.portability.carry_over_values import Match
from app.protocols.demo.people import PEOPLE, network_of
from app.protocols.demo.portraits import portrait_of
from app.protocols.portraying import Stranger
from app.services.human import Human, Side
from app.services.profiles import Facts, Where
from app.ui.people.head import ProfileHead
from app.ui.people.pane import PersonPane
from app.ui.theme.look import Look
from app.ui.timeline.pictures import NoPictures

NAMES = {"mastodon": "Mastodon", "bluesky": "Bluesky"}
MARKS = {"mastodon": "fediverse", "bluesky": "bluesky"}
LAND, SKY = AccountId("juno@saltmarsh.example"), AccountId("juno.example.org")


def known(profile: Profile) -> Known:
    """On its network."""
    return Known(network_of(profile), profile)


def side(key: str, account: AccountId, relation: Relation) -> Side:
    """One account of somebody."""
    profile = PEOPLE[key]
    return Side(
        known=known(profile),
        portrait=portrait_of(profile),
        account=account,
        relations={account: relation},
    )


BOTH = Human(
    (
        side("ottilie", LAND, Relation(following=True, followed_by=True)),
        side("ottilie/sky", SKY, Relation(following=True, muted=True)),
    ),
    (
        PersonLink(
            one=known(PEOPLE["ottilie"]),
            other=known(PEOPLE["ottilie/sky"]),
            why="user",
            evidence="You confirmed it. Both have proved that ottilie.example.com is theirs.",
            at=datetime(2026, 5, 12, tzinfo=UTC),
        ),
    ),
)
ONE = Human((side("kaj", LAND, Relation(followed_by=True)),))
HINTS = (
    Match(
        source=known(PEOPLE["kaj"]),
        target=known(PEOPLE["kaj/sky"]),
        confidence=0.95,
        evidence=(
            Evidence("mutual", "Each profile names the other."),
            Evidence("same_shown_name", "Both are called “Kaj Ó Dálaigh-Whitcombe”."),
        ),
    ),
)


FACTS = Facts(
    where={
        PEOPLE["ottilie"].uri: Where("saltmarsh.example", PEOPLE["ottilie"].uri),
        PEOPLE["ottilie/sky"].uri: Where("pds.sky.example", PEOPLE["ottilie/sky"].uri),
    },
    labels={PEOPLE["ottilie/sky"].uri: ("spoiler (by Harbour Watch)",)},
    bridges=(("No bridged copy is known.", False),),
    note="Met at the ringing weekend. Ask about the tide tables; owes me one thermos.",
    note_kept="kept at saltmarsh.example",
)


def pane(look: Look, kind: str) -> PersonPane:
    """The pane at one stage."""
    made = PersonPane(look, MARKS)
    if kind == "both":
        made.show_human(BOTH, names=NAMES, can_look=False, facts=FACTS)
        made.note.show_note(FACTS.note)
    elif kind == "hints":
        made.show_human(ONE, HINTS, names=NAMES, can_look=True)
    else:
        trouble = ("juno.example.org does not answer.", "Try again later.")
        made.show_human(ONE, names=NAMES, can_look=True, trouble=trouble)
    return made


STRANGER = Human(
    (
        Side(
            known=known(PEOPLE["rik"]),
            portrait=replace(
                portrait_of(PEOPLE["rik"]),
                text="Compilers and knots. <b>Not bold</b> https://knots.example/bowline",
                spans=(Span(37, 66, "link", "https://knots.example/bowline"),),
                moved_to="https://elsewhere.example/users/rik",
                followers=-1,
                following=-1,
                posts=-1,
            ),
            stranger=Stranger(
                network="mastodon",
                host="compile.example",
                portrait=portrait_of(PEOPLE["rik"]),
            ),
        ),
    )
)
HEADS = {
    "both": (BOTH, ((PEOPLE["teun"], PEOPLE["imke"], PEOPLE["bo"]), True)),
    "stranger": (STRANGER, ((), False)),
    "one": (ONE, ((PEOPLE["teun"],), False)),
}


def top(look: Look, kind: str, width: int) -> ProfileHead:
    """The top of a profile."""
    made = ProfileHead(look, NoPictures(), MARKS, NAMES)  # type: ignore[arg-type]
    made.resize(width, 10)
    human, both_know = HEADS[kind]
    made.show_human(human, both_know)
    return made
