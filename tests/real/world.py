"""Everything that says something, on both rigs: a house of services with fresh accounts."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.feed.rows import Copy
from app.model import Account, AccountId, Post, RichText
from app.model.errors import NotFound
from app.model.sending import Outgoing, Published
from app.protocols.writing import Ready
from app.services.house import House
from app.services.options import Options
from app.wiring import Wiring
from tests.rigs.run import Rig, catch_up


@asynccontextmanager
async def housed(
    profile: Path, mastodon: Rig | None, atproto: Rig | None, *people: str
) -> AsyncIterator[House]:
    """
    A started house with these accounts of the rigs signed in.

    *people*: ``ana``, ``bo``… of the first; handles' first labels of the second.
    """
    async with Wiring().house(Options(profile=profile)) as house:
        house.vault().keep_for_session()
        for name in people:
            if mastodon and any(one["acct"] == name for one in mastodon["accounts"]):
                await join_first(house, mastodon, name)
            elif atproto:
                await join_second(house, atproto, name)
        yield house


async def join_first(house: House, rig: Rig, name: str) -> Account:
    """Sign *name* of the first network's rig in."""
    token = next(one["token"] for one in rig["accounts"] if one["acct"] == name)
    network = house.registry().network("mastodon")
    return await house.accounts.add(await network.sign_in_secret(rig["base_url"], token))


_RIGS: dict[str, Rig] = {}
"""Whose people were signed in, by their URI."""


async def indexed(account: Account) -> None:
    """Its network's view has all that was written there so far, by anybody; see ``catch_up``."""
    if account.uri in _RIGS:
        await asyncio.to_thread(catch_up, _RIGS[account.uri])


async def join_second(house: House, rig: Rig, name: str) -> Account:
    """Sign *name* of the second network's rig in, when what others wrote before is known."""
    known = next(one for one in rig["accounts"] if one["handle"].startswith(name))
    network = house.registry().network("bluesky")
    password = known.get("password", "rig-password")
    options = {"plc": rig["plc"], "pds": rig["pds"][0]}
    done = await network.sign_in_secret(known["handle"], password, options=options)
    _RIGS[done.account.uri] = rig
    await indexed(done.account)
    return await house.accounts.add(done)


def account_on(house: House, network: str, number: int = 0) -> Account:
    """The first (or a later) account on that network."""
    return [a for a in house.accounts.all() if a.network == network][number]


async def say(house: House, account: AccountId, text: str, **more: Any) -> Published:
    """Publish a post; everybody sees it then."""
    service: Any = house.accounts.service(account)
    post = Outgoing(text=RichText(text), **more)
    ready = Ready(post=post, ticket=service.ticket(post, datetime.now(UTC)))
    for _ in range(100):
        try:
            [done] = await service.publish([ready])
        except NotFound:
            await asyncio.sleep(0.1)
        else:
            await indexed(house.accounts.find(account))
            return Published(done.uri, done.url, done.ref)
    raise AssertionError("what it answers is not there")


async def copies(house: House, address: str) -> tuple[Copy, ...]:
    """The post at that address."""
    return await house.conversations.copies(address)


async def there(house: House, account: AccountId, uri: str) -> tuple[Post, Any]:
    """The post as the server has it for *account* now, and how the account stands to it."""
    service: Any = house.accounts.service(account)
    entry = await service.find(uri)
    return entry.post, entry.viewer


def unique(text: str) -> str:
    """A text that nobody has written before."""
    return f"{text} {secrets.token_hex(4)}"
