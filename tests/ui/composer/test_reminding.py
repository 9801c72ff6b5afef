"""What is asked before a draft leaves."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from app.model import AccountId
from app.model.draft import Draft, DraftId, Lane, PostAddress, Target
from app.ui.presenters.compose_wishes import ComposeWishes, kept, wishes_from
from app.ui.presenters.reminding import reminders
from tests.ui.composer.samples import NOW, PICTURE, ottilie

SALT, SKY = AccountId("salt"), AccountId("sky")
NETWORKS = {SALT: "mastodon", SKY: "bluesky"}
DRAFT = Draft(
    id=DraftId("d"),
    created_at=NOW,
    updated_at=NOW,
    text="Words",
    lanes=(Lane(account=SALT), Lane(account=SKY)),
)
BARE = replace(PICTURE, id="bare", alt=" ")


def asked(draft: Draft, wishes: ComposeWishes | None = None) -> list[str]:
    """Keys of what is asked."""
    return [one.key for one in reminders(draft, wishes or ComposeWishes(), NETWORKS, NOW)]


def answer(days: int, *networks: str) -> Target:
    """A post so old, with copies there."""
    return Target(
        copies=tuple(PostAddress(network, f"{network}:1") for network in networks),
        author=ottilie(),
        written_at=NOW - timedelta(days=days),
    )


def test_nothing_is_asked_without_a_reason() -> None:
    """Words alone leave at once; so do described pictures."""
    assert asked(DRAFT) == []
    assert asked(replace(DRAFT, media=(PICTURE,))) == []


def test_a_missing_description_is_spoken_of_unless_that_is_off() -> None:
    """And it stops the draft when it is compulsory."""
    draft = replace(DRAFT, media=(PICTURE, BARE))

    found = reminders(draft, ComposeWishes(), NETWORKS, NOW)[0]
    assert found.text.startswith("Picture 2 has no description") and not found.stops
    assert reminders(draft, ComposeWishes(alt_required=True), NETWORKS, NOW)[0].stops
    assert asked(draft, ComposeWishes(remind_alt=False)) == []
    assert asked(draft, ComposeWishes(remind_alt=False, alt_required=True)) == ["alt"]


def test_an_old_post_is_told_by_its_age() -> None:
    """From the day that was chosen on, in the unit people use."""
    old = replace(DRAFT, reply_to=answer(900, "mastodon", "bluesky"))
    young = replace(DRAFT, reply_to=answer(29, "mastodon", "bluesky"))

    assert "2 years" in reminders(old, ComposeWishes(), NETWORKS, NOW)[0].text
    assert asked(young) == []
    assert asked(young, ComposeWishes(old_days=7)) == ["old"]
    assert asked(old, ComposeWishes(remind_old=False)) == []


def test_a_lane_where_the_thread_is_not_visible_is_spoken_of() -> None:
    """Only while one answers."""
    draft = replace(DRAFT, reply_to=answer(0, "mastodon"))

    assert asked(draft) == ["unseen"]
    assert asked(draft, ComposeWishes(remind_unseen=False)) == []
    assert asked(replace(draft, lanes=(Lane(account=SALT),))) == []


def test_what_stops_comes_first() -> None:
    """The gravest is read first."""
    draft = replace(DRAFT, media=(BARE,), reply_to=answer(900, "mastodon"))

    found = asked(draft, ComposeWishes(alt_required=True))
    assert ["alt", "old", "unseen"] == found


def test_wishes_survive_being_kept_and_other_versions() -> None:
    """What cannot be read is as usual."""
    wishes = ComposeWishes(undo=0, lanes=(SALT,), alt_required=True)

    assert wishes_from(kept(wishes)) == wishes
    assert wishes_from({"undo": "soon"}) == ComposeWishes()
    assert wishes_from(None) == ComposeWishes()
