"""What is said before something leaves: missing descriptions, old posts, unseen answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.model import AccountId, Media
from app.model.draft import Attachment, Draft, DraftId, Lane, PostAddress, Target
from app.services.reminders import (
    Reminding,
    before_repost,
    before_sending,
    reminding_from,
)
from tests.posts import ANA, CY, NOW, person, post

NETWORKS = {ANA: "north", CY: "south"}


def draft(*alts: str, to: Target | None = None, lanes: tuple[AccountId, ...] = (ANA,)) -> Draft:
    """With pictures that have these descriptions."""
    media = tuple(
        Attachment(id=str(n), kind="image", mime="image/png", size=1, alt=alt)
        for n, alt in enumerate(alts)
    )
    return Draft(
        id=DraftId("d"),
        created_at=NOW,
        updated_at=NOW,
        media=media,
        reply_to=to,
        lanes=tuple(Lane(account=account) for account in lanes),
    )


def target(days: float = 0, *networks: str) -> Target:
    """A post that old, on these networks."""
    copies = tuple(PostAddress(network, f"x:{network}") for network in networks or ("north",))
    return Target(copies=copies, author=person("teun"), written_at=NOW - timedelta(days=days))


def kinds(what: Draft, **wishes: Any) -> list[tuple[str, bool]]:
    """What is spoken of, and whether it stops."""
    found = before_sending(what, Reminding(**wishes), NETWORKS, NOW)
    return [(one.kind, one.stops) for one in found]


def test_missing_descriptions_are_spoken_of() -> None:
    """A setting makes them compulsory, another silences them."""
    assert kinds(draft("The sea.", " ")) == [("alt", False)]
    assert kinds(draft("The sea.")) == []
    assert kinds(draft(""), alt_required=True) == [("alt", True)]
    assert kinds(draft(""), alt_required=True, remind_alt=False) == [("alt", True)]
    assert kinds(draft(""), remind_alt=False) == []


def test_old_posts_are_spoken_of() -> None:
    """From the chosen age on."""
    assert kinds(draft(to=target(30))) == [("old", False)]
    assert kinds(draft(to=target(29))) == []
    assert kinds(draft(to=target(8)), old_days=7) == [("old", False)]
    assert kinds(draft(to=target(99)), remind_old=False) == []


def test_lanes_that_do_not_see_the_thread_are_spoken_of() -> None:
    """Those alone whose network has no copy."""
    assert kinds(draft(to=target(), lanes=(ANA, CY))) == [("unseen", False)]
    assert kinds(draft(to=target(0, "north", "south"), lanes=(ANA, CY))) == []
    assert kinds(draft(to=target(), lanes=(CY,)), remind_unseen=False) == []


def test_what_stops_comes_first() -> None:
    """The others follow."""
    found = kinds(draft("", to=target(99), lanes=(CY,)), alt_required=True)

    assert found == [("alt", True), ("old", False), ("unseen", False)]


@pytest.mark.parametrize(("alts", "count"), [(("a", "b"), 0), (("", "b"), 1), (("", " "), 2)])
def test_bare_pictures_are_spoken_of_before_they_are_passed_on(
    alts: tuple[str, ...], count: int
) -> None:
    """With their number; it never stops a repost."""
    media = tuple(Media(kind="image", url="https://x.example/1", alt=alt) for alt in alts)

    found = before_repost(post(media=media), Reminding())

    assert len(found) == bool(count)
    assert all(not one.stops and (count == 1 or str(count) in one.text) for one in found)
    assert before_repost(post(media=media), Reminding(remind_alt_repost=False)) == ()


@pytest.mark.parametrize("kept", [None, {}, {"old_days": "many"}, [], 7])
def test_settings_of_another_version_are_the_defaults(kept: object) -> None:
    """Nothing breaks over them."""
    assert reminding_from(kept) == Reminding()


def test_settings_beside_others_are_read() -> None:
    """What else is kept there does not matter."""
    assert reminding_from({"undo": 5.0, "alt_required": True}) == Reminding(alt_required=True)
