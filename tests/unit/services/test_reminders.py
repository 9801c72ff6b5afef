"""What is said before something leaves: missing descriptions, old posts, unseen answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.model import AccountId, Media
from app.model.draft import Attachment, Draft, DraftId, Lane, PostAddress, Target
from app.services.composing import ComposeWishes, kept, wishes_from
from app.services.reminders import before_repost, before_sending
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
    found = before_sending(what, ComposeWishes(**wishes), NETWORKS, NOW)
    return [(one.key, one.stops) for one in found]


def test_missing_descriptions_are_spoken_of() -> None:
    """A setting makes them compulsory, another silences them."""
    assert kinds(draft("The sea.", " ")) == [("alt", False)]
    assert kinds(draft("The sea.")) == []
    assert kinds(draft(""), alt_required=True) == [("alt", True)]
    assert kinds(draft(""), alt_required=True, remind_alt=False) == [("alt", True)]
    assert kinds(draft(""), remind_alt=False) == []


@pytest.mark.parametrize(
    ("alts", "words"),
    [
        (("",), "The picture has no"),
        (("a", ""), "Picture 2 has no"),
        (("", "b", " "), "Two pictures have no"),
    ],
)
def test_missing_descriptions_are_told_where_they_are(alts: tuple[str, ...], words: str) -> None:
    """By place if there is one, else by number."""
    found = before_sending(draft(*alts), ComposeWishes(), NETWORKS, NOW)

    assert found[0].text.startswith(words)


def test_old_posts_are_spoken_of() -> None:
    """From the chosen age on."""
    assert kinds(draft(to=target(30))) == [("old", False)]
    assert kinds(draft(to=target(29))) == []
    assert kinds(draft(to=target(8)), old_days=7) == [("old", False)]
    assert kinds(draft(to=target(99)), remind_old=False) == []


@pytest.mark.parametrize(("days", "words"), [(31, "31 days"), (99, "3 months"), (900, "2 years")])
def test_age_is_told_in_the_unit_people_use(days: int, words: str) -> None:
    """Days, months, years."""
    found = before_sending(draft(to=target(days)), ComposeWishes(), NETWORKS, NOW)

    assert found[0].text == f"The post you answer is {words} old."


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

    found = before_repost(post(media=media), ComposeWishes())

    assert len(found) == bool(count)
    assert [one.count for one in found] == [count][: bool(count)]
    assert not any(one.stops for one in found)
    assert before_repost(post(media=media), ComposeWishes(remind_alt_repost=False)) == ()


@pytest.mark.parametrize("value", [None, {}, {"old_days": "many"}, [], 7])
def test_settings_of_another_version_are_the_defaults(value: object) -> None:
    """Nothing breaks over them."""
    assert wishes_from(value) == ComposeWishes()


def test_wishes_survive_being_kept() -> None:
    """As they were, beside settings of a later version."""
    wishes = ComposeWishes(undo=0, lanes=(ANA,), alt_required=True)

    assert wishes_from(kept(wishes) | {"later": 1}) == wishes
