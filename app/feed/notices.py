"""
Notifications put together: likes and reposts of one thought, follows of one day. Pure.

Works on glances, so that ten thousand take milliseconds: what a row shows is read only
for the rows that are looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from app.model import AccountId
from app.model.notification import GROUPED, Glance

DAY = 86_400_000_000
"""µs: what happened within a day of the first stands in one row."""

SHOWN = 24
"""People of a row that are looked up, to name some and draw their pictures."""


class NoticeFilter(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What is wanted of all notifications.

    Attributes:
        kinds: Empty: all.
        accounts: Empty: all.
        unread: Only what was not read.
        followed: URIs of people I follow; None: everybody's.
    """

    kinds: frozenset[str] = frozenset()
    accounts: frozenset[AccountId] = frozenset()
    unread: bool = False
    followed: frozenset[str] | None = None


class Group(Struct, frozen=True, kw_only=True):
    """
    One row: one notification, or several that say the same.

    Attributes:
        key: Stays while the row grows.
        at: µs, of the newest.
        ids: Of all in it, the newest first.
        people: How many did it; one human who did it on two networks counts once.
        by: The same per account of mine.
        unread: Of *ids*, those that were not read.
    """

    key: str
    kind: str
    at: int
    ids: tuple[int, ...]
    people: int
    by: dict[AccountId, int]
    unread: tuple[int, ...] = ()


class Averted(Struct, frozen=True):
    """Whom an account does not hear of: URIs, and prefixes of whole servers' addresses."""

    people: Collection[str] = frozenset()
    servers: frozenset[str] = frozenset()

    def hides(self, actor: str) -> bool:
        """Is it one of them?"""
        if actor in self.people:
            return True
        return bool(self.servers) and "://" in actor and actor.split("/", 3)[2] in self.servers


class Grouped(Struct, frozen=True, kw_only=True):
    """Rows, newest first, and how many notifications were left out by whom one averts."""

    groups: tuple[Group, ...]
    hidden: int = 0


def grouped(
    glances: Sequence[Glance],
    wanted: NoticeFilter = NoticeFilter(),
    averted: Mapping[AccountId, Averted] = {},
    humans: Mapping[str, str] = {},
) -> Grouped:
    """
    Put together what belongs together.

    A group begins with its oldest and takes in what comes within a day: so it stays the
    same one while it grows.

    Args:
        glances: Newest first.
        averted: By account: whom it mutes and blocks.
        humans: URI of a profile → what stands for the human behind it, where several are one.
    """
    chosen, hidden = _chosen(glances, wanted, averted)
    open_groups: dict[object, list[Glance]] = {}
    rows: list[list[Glance]] = []
    for one in reversed(chosen):
        if one.kind not in GROUPED:
            rows.append([one])
            continue
        place = (one.kind, one.post) if one.post else (one.kind, one.account)
        row = open_groups.get(place)
        if row is None or one.at - row[0].at > DAY:
            row = open_groups[place] = []
            rows.append(row)
        row.append(one)
    groups = [_group(row, humans) for row in rows]
    groups.sort(key=_place, reverse=True)
    return Grouped(groups=tuple(groups), hidden=hidden)


def _chosen(
    glances: Iterable[Glance], wanted: NoticeFilter, averted: Mapping[AccountId, Averted]
) -> tuple[list[Glance], int]:
    kinds, accounts, followed = wanted.kinds, wanted.accounts, wanted.followed
    watched = {account: one for account, one in averted.items() if one.people or one.servers}
    found, hidden = [], 0
    for one in glances:
        if (
            (kinds and one.kind not in kinds)
            or (accounts and one.account not in accounts)
            or (wanted.unread and one.read)
            or (followed is not None and one.actor not in followed)
        ):
            continue
        against = watched.get(one.account) if watched else None
        if against is not None and one.kind != "moderation" and against.hides(one.actor):
            hidden += 1
            continue
        found.append(one)
    return found, hidden


def _group(row: list[Glance], humans: Mapping[str, str]) -> Group:
    """*row*: oldest first."""
    first, last = row[0], row[-1]
    if len(row) == 1:
        return Group(
            key=f"{first.kind} {first.id}",
            kind=first.kind,
            at=first.at,
            ids=(first.id,),
            people=first.many,
            by={first.account: first.many},
            unread=() if first.read else (first.id,),
        )
    by: dict[AccountId, int] = {}
    seen: set[tuple[AccountId, str]] = set()
    who: set[str] = set()
    more = 0
    for one in row:
        place = (one.account, one.actor)
        again = place in seen and one.many == 1
        seen.add(place)
        if not again:
            by[one.account] = by.get(one.account, 0) + one.many
        who.add(humans.get(one.actor, one.actor))
        more += one.many - 1
    return Group(
        key=f"{first.kind} {first.id}",
        kind=first.kind,
        at=last.at,
        ids=tuple(one.id for one in reversed(row)),
        people=len(who) + more,
        by=by,
        unread=tuple(one.id for one in reversed(row) if not one.read),
    )


def _place(group: Group) -> tuple[int, int]:
    return group.at, group.ids[0]
