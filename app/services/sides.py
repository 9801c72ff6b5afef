"""Which of my accounts asks about which copy of a post."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from app.feed.rows import Copy
from app.model import AccountId, Post
from app.model.errors import Unsupported
from app.services.offline import not_asked
from app.services.wishing import acting

if TYPE_CHECKING:
    from app.protocols.base import AccountService
    from app.services.accounts import Accounts


class Side(Struct, frozen=True):
    """A copy of a post, and the account that asks its server about it."""

    account: AccountId
    post: Post


def sides(
    accounts: Accounts,
    copies: Sequence[Copy],
    contract: type,
    fits: Callable[[Side], bool] = lambda side: True,
) -> tuple[Side, ...]:
    """One of each copy that some server of mine can be asked about, in the order of copies."""
    found: dict[str, Side] = {}
    for account, post in acting(copies, accounts.all()):
        side = Side(account, post)
        if post.uri in found or not fits(side):
            continue
        if isinstance(accounts.service(account), contract):
            found[post.uri] = side
    order = [copy.post.uri for copy in copies]
    return tuple(sorted(found.values(), key=lambda side: order.index(side.post.uri)))


def asked(accounts: Accounts, side: Side, *, offline: bool) -> AccountService:
    """Who is asked. Raises: Unreachable: Nobody is."""
    if offline:
        raise not_asked("Servers know this: start Godwit without --offline.")
    return accounts.service(side.account)


def not_told(accounts: Accounts, side: Side) -> Unsupported:
    """Its server tells no such thing."""
    return Unsupported(f"{accounts.find(side.account).host} does not tell this.")
