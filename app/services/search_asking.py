"""What a server is asked for: words; or, where there are none, what somebody has written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.feed.query import server_words, sifted
from app.model import AccountId, Source
from app.model.errors import NotFound, Unsupported
from app.model.query import Query
from app.services.asking import told

if TYPE_CHECKING:
    from app.services.accounts import Accounts

NEEDED = "Type one, or from: and a whole address."
"""What to do where a server can do nothing with a search."""


def can_ask(query: Query) -> bool:
    """Servers can do something with it."""
    return bool(server_words(query) or _author(query))


def sifted_here(query: Query) -> tuple[str, ...]:
    """Operators that the server is not asked about."""
    names = sifted(query)
    return names if server_words(query) else tuple(one for one in names if one != "from")


async def asked_for(accounts: Accounts, account: AccountId, query: Query) -> Source | None:
    """
    What to ask for as *account*; None: its server knows nobody of that name.

    Raises:
        Unsupported: Its server has no such thing.
        ServiceError: It cannot be asked who that is.
    """
    from app.protocols.writing import Converses

    mine, words, author = accounts.find(account), server_words(query), _author(query)
    if words:
        if "search" not in mine.abilities:
            raise Unsupported("It searches no posts.")
        return Source("search", words)
    if author == "me":
        return Source("author", mine.uri)
    service = accounts.service(account)
    if not isinstance(service, Converses):
        raise Unsupported("It finds nobody.")
    try:
        return Source("author", (await told(accounts, account, service.find_profile(author))).uri)
    except NotFound:
        return None


def _author(query: Query) -> str:
    """Whose posts are wanted, by a whole address, or "me"; "": a name alone may be many people's."""
    wanted = [one for one in query.conditions if one.operator == "from" and not one.negated]
    values = wanted[0].values if len(wanted) == 1 else ()
    whole = len(values) == 1 and (values[0] == "me" or "." in values[0])
    return values[0] if whole else ""
