"""
What a server finds beside posts: people, tags, feeds.

Each is asked for itself and has little time: none of them keeps another, or the posts, away.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from app.model import AccountId, Profile
from app.model.errors import NotFound, ServiceError, Unsupported
from app.model.offers import Offer
from app.model.query import Query
from app.services.asking import told
from app.services.search_sorting import PEOPLE, TAGS
from app.services.together import together

if TYPE_CHECKING:
    from app.services.accounts import Accounts

log = logging.getLogger(__name__)

T = TypeVar("T")

PATIENCE = 5.0
"""Seconds that each of them may take: the posts wait for it."""

FEEDS = 5
"""So many are told of."""


class Beside(Struct, frozen=True, kw_only=True):
    """What was found: () where its server looks for no such thing, or did not answer soon."""

    people: tuple[Profile, ...] = ()
    tags: tuple[Offer, ...] = ()
    feeds: tuple[Offer, ...] = ()


async def beside(accounts: Accounts, account: AccountId, query: Query) -> Beside:
    """What *account*'s server knows by the words of *query*. Nothing raises but bugs."""
    words = " ".join(term.text for term in query.terms)
    tags = " ".join(c.values[0] for c in query.conditions if c.operator == "tag" and not c.negated)
    async with together() as group:
        people = group.create_task(_found(accounts, account, _people(accounts, account, words)))
        named = _tags(accounts, account, words or tags)
        tagged = group.create_task(_found(accounts, account, named))
        feeds = group.create_task(_found(accounts, account, _feeds(accounts, account, words)))
    return Beside(people=people.result(), tags=tagged.result(), feeds=feeds.result())


async def offered(accounts: Accounts, address: str) -> Offer | None:
    """
    The feed or list with that address; None: it is the address of none.

    Who makes out no feed in it asks nobody. Raises: ServiceError.
    """
    from app.protocols.offering import OffersFeeds

    for account in accounts.all():
        service = accounts.service(account.id)
        if isinstance(service, OffersFeeds):
            try:
                return await told(accounts, account.id, service.find_offer(address))
            except NotFound:
                continue
    return None


async def _found(
    accounts: Accounts, account: AccountId, call: Awaitable[Sequence[T]]
) -> tuple[T, ...]:
    try:
        async with asyncio.timeout(PATIENCE):
            return tuple(await told(accounts, account, call))
    except TimeoutError:
        log.info("%s: nothing was told beside posts within %.0f s", account, PATIENCE)
    except ServiceError as error:
        log.info("%s: nothing was told beside posts: %s", account, error.kind)
    return ()


async def _people(accounts: Accounts, account: AccountId, words: str) -> tuple[Profile, ...]:
    from app.protocols.writing import Writes

    service = accounts.service(account)
    if not isinstance(service, Writes) or not words:
        return ()
    return await service.search_profiles(words, PEOPLE)


async def _tags(accounts: Accounts, account: AccountId, words: str) -> tuple[Offer, ...]:
    from app.protocols.offering import FindsTags

    service = accounts.service(account)
    if not isinstance(service, FindsTags) or not words:
        return ()
    return await service.tags_like(words, TAGS)


async def _feeds(accounts: Accounts, account: AccountId, words: str) -> tuple[Offer, ...]:
    """Asked as one account of each network: another would be offered the same."""
    from app.protocols.offering import OffersFeeds

    network = accounts.find(account).network
    first = next(one.id for one in accounts.all() if one.network == network)
    service = accounts.service(account)
    if first != account or not isinstance(service, OffersFeeds) or not words:
        return ()
    try:
        page = await service.offers(words, limit=FEEDS)
    except Unsupported:
        return ()
    return page.offers[:FEEDS]
