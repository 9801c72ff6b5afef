"""What mends what is asked before a draft leaves (when it is asked: ``services.reminders``)."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from app.model import AccountId
from app.model.draft import Draft, DraftId, Lane, PostAddress, Target
from app.services.composing import ComposeWishes
from app.ui.presenters.reminding import reminders
from tests.ui.composer.samples import NOW, PICTURE, ottilie

SALT, SKY, LAKE = AccountId("salt"), AccountId("sky"), AccountId("lake")
NETWORKS = {SALT: "mastodon", SKY: "bluesky", LAKE: "bluesky"}
BARE = replace(PICTURE, id="bare", alt=" ")
OLD = Target(
    copies=(PostAddress("mastodon", "mastodon:1"),),
    author=ottilie(),
    written_at=NOW - timedelta(days=900),
)


def mends(*lanes: AccountId, compulsory: bool = False) -> list[tuple[str, str, bool]]:
    """What is asked of an old post's undescribed answer, what mends it, whether it stops."""
    draft = Draft(
        id=DraftId("d"),
        created_at=NOW,
        updated_at=NOW,
        media=(BARE,),
        reply_to=OLD,
        lanes=tuple(Lane(account=lane) for lane in lanes),
    )
    found = reminders(draft, ComposeWishes(alt_required=compulsory), NETWORKS, NOW)
    return [(one.key, one.mend, one.stops) for one in found]


def test_a_button_leads_to_what_mends_it() -> None:
    """Nothing makes a post younger."""
    assert mends(SALT) == [("alt", "Describe", False), ("old", "", False)]


def test_what_stops_without_descriptions_can_be_described() -> None:
    """Its button is the same."""
    assert mends(SALT, compulsory=True)[0] == ("alt", "Describe", True)


def test_lanes_that_do_not_see_the_thread_can_be_removed() -> None:
    """One, or all of them."""
    assert mends(SALT, SKY)[-1] == ("unseen", "Remove that lane", False)
    assert mends(SALT, SKY, LAKE)[-1] == ("unseen", "Remove those lanes", False)
