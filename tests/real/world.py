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
from tests.rigs.run import Rig


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


async def join_second(house: House, rig: Rig, name: str) -> Account:
    """Sign *name* of the second network's rig in."""
    known = next(one for one in rig["accounts"] if one["handle"].startswith(name))
    network = house.registry().network("bluesky")
    password = known.get("password", "rig-password")
    options = {"plc": rig["plc"], "pds": rig["pds"][0]}
    done = await network.sign_in_secret(known["handle"], password, options=options)
    return await house.accounts.add(done)


def account_on(house: House, network: str, number: int = 0) -> Account:
    """The first (or a later) account on that network."""
    return [a for a in house.accounts.all() if a.network == network][number]


async def say(house: House, account: AccountId, text: str, **more: Any) -> Published:
    """Publish a post; what it answers may take a moment to be seen by everybody."""
    service: Any = house.accounts.service(account)
    post = Outgoing(text=RichText(text), **more)
    ready = Ready(post=post, ticket=service.ticket(post, datetime.now(UTC)))
    for _ in range(100):
        try:
            [done] = await service.publish([ready])
        except NotFound:
            await asyncio.sleep(0.1)
        else:
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
