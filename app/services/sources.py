"""Which accounts a timeline is made of, and how far down it is certain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from app.model import HOME, Account, AccountId
from app.model.timeline import RowKey, TimelineId

if TYPE_CHECKING:
    from app.store import Reader

BELOW_ALL = RowKey(-(2**62), 0)
"""Below every row there can be."""

NETWORK, ACCOUNT = "network:", "account:"


def accounts_of(timeline: TimelineId, accounts: Iterable[Account]) -> tuple[Account, ...]:
    """The accounts whose home timelines stand in *timeline*."""
    kind, _, name = timeline.partition(":")
    return tuple(
        account
        for account in accounts
        if timeline == "all"
        or (kind == "network" and account.network == name)
        or (kind == "account" and account.id == name)
    )


class Depth:
    """
    How far down each account is known.

    Where one account ends and has more on its server, the rows of the others
    below are not the whole truth: ``certain_above`` says where that begins.
    """

    def __init__(self, ends: dict[AccountId, RowKey]) -> None:
        self._ends = ends

    @classmethod
    def read(cls, reader: Reader, accounts: Iterable[AccountId]) -> Depth:
        """Where each of *accounts* that has more on its server ends now."""
        ends = {}
        for account in accounts:
            if not isinstance(reader.bottom(account, HOME), str):
                continue  # nothing older there, or never fetched
            timeline = TimelineId(ACCOUNT + account)
            oldest = reader.keys(timeline, after=BELOW_ALL, limit=1)
            if oldest:
                ends[account] = oldest[0]
        return cls(ends)

    def certain_above(self, without: Iterable[AccountId] = ()) -> RowKey | None:
        """
        Rows at or above this key are certain; None: all are.

        Args:
            without: Accounts that cannot be asked now: they hold up nothing.
        """
        left = [end for account, end in self._ends.items() if account not in set(without)]
        return max(left, default=None)

    def waiting(self, above: RowKey) -> tuple[AccountId, ...]:
        """Accounts that end at or above *above*: they must be asked for more."""
        return tuple(account for account, end in self._ends.items() if end >= above)
