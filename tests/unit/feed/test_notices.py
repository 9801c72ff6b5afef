"""Notifications become rows: what says the same stands together, nothing is lost."""

from __future__ import annotations

from app.feed.notices import DAY, Averted, NoticeFilter, grouped
from app.model import AccountId
from app.model.notification import Glance

ANA, CY = AccountId("ana@one.example"), AccountId("cy.sky.example")
HOUR = DAY // 24


def glance(
    id: int,
    hours: float,
    kind: str = "like",
    *,
    post: int = 7,
    actor: str = "",
    account: AccountId = ANA,
    many: int = 1,
    read: bool = False,
) -> Glance:
    """One, so many hours after a fixed moment."""
    at = 30 * DAY + round(hours * HOUR)
    return Glance(id, at, account, kind, post, actor or f"https://a.example/{id}", many, read)


def newest_first(*glances: Glance) -> list[Glance]:
    return sorted(glances, key=lambda one: one.at, reverse=True)


def test_likes_of_one_thought_within_a_day_are_one_row() -> None:
    """Of both networks; the next day begins another row."""
    rows = grouped(
        newest_first(glance(1, 0), glance(2, 5, account=CY, many=3), glance(3, 23), glance(4, 30))
    ).groups
    assert [row.ids for row in rows] == [(4,), (3, 2, 1)]
    assert (rows[1].people, rows[1].by) == (5, {ANA: 2, CY: 3})


def test_a_row_keeps_its_key_while_it_grows() -> None:
    """So that it can grow where it stands."""
    before = grouped(newest_first(glance(1, 0), glance(2, 1))).groups
    after = grouped(newest_first(glance(1, 0), glance(2, 1), glance(3, 2))).groups
    assert [row.key for row in before] == [row.key for row in after]
    assert after[0].people == 3


def test_different_posts_kinds_and_accounts_followed_stand_apart() -> None:
    """Follows of two of my accounts are two things; mentions never go together."""
    rows = grouped(
        newest_first(
            glance(1, 0),
            glance(2, 1, post=8),
            glance(3, 2, "repost"),
            glance(4, 3, "follow", post=0),
            glance(5, 4, "follow", post=0),
            glance(6, 5, "follow", post=0, account=CY),
            glance(7, 6, "mention"),
            glance(8, 7, "mention"),
        )
    ).groups
    assert [row.ids for row in rows] == [(8,), (7,), (6,), (5, 4), (3,), (2,), (1,)]


def test_one_human_on_two_networks_counts_once() -> None:
    """As the people book says."""
    humans = {"did:plc:maribel": "maribel", "https://b.example/maribel": "maribel"}
    likes = newest_first(
        glance(1, 0, actor="did:plc:maribel", account=CY),
        glance(2, 1, actor="https://b.example/maribel"),
        glance(3, 2, actor="https://b.example/teun"),
    )
    assert grouped(likes).groups[0].people == 3
    assert grouped(likes, humans=humans).groups[0].people == 2


def test_filters_and_what_is_unread() -> None:
    """By kind, account, people one follows; a row knows what in it was not read."""
    glances = newest_first(
        glance(1, 0, read=True),
        glance(2, 1),
        glance(3, 2, "mention", account=CY),
        glance(4, 3, "mention", actor="https://friend.example/f", read=True),
    )

    def ids(wanted: NoticeFilter) -> list[tuple[int, ...]]:
        return [row.ids for row in grouped(glances, wanted).groups]

    assert ids(NoticeFilter(kinds=frozenset({"mention"}))) == [(4,), (3,)]
    assert ids(NoticeFilter(accounts=frozenset({CY}))) == [(3,)]
    assert ids(NoticeFilter(unread=True)) == [(3,), (2,)]
    assert ids(NoticeFilter(followed=frozenset({"https://friend.example/f"}))) == [(4,)]
    assert grouped(glances).groups[-1].unread == (2,)


def test_who_is_averted_is_left_out_and_counted() -> None:
    """Muted and blocked people, whole servers; moderators are heard all the same."""
    glances = newest_first(
        glance(1, 0, actor="https://bad.example/users/x"),
        glance(2, 1, "follow", actor="https://worse.example/users/y"),
        glance(3, 2, "moderation", actor="https://bad.example/users/x"),
        glance(4, 3, actor="https://bad.example/users/x", account=CY),
    )
    averted = {ANA: Averted({"https://bad.example/users/x"}, frozenset({"worse.example"}))}
    found = grouped(glances, averted=averted)
    assert [row.ids for row in found.groups] == [(4,), (3,)]
    assert found.hidden == 2
