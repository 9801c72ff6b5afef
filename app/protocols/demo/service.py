"""One signed-in account of the demo."""

from __future__ import annotations

import asyncio

from app.model import Account, Cursor, Page, Post, Source
from app.model.errors import SignedOut
from app.protocols.base import Secrets
from app.protocols.demo.faults import Faults
from app.protocols.demo.people import home_server
from app.protocols.demo.world import World

TOKEN = "demo"  # noqa: S105  everybody may know it
"""The one token, password and app password of the demo."""


class DemoService:
    """An account on one of the two networks in memory."""

    def __init__(self, account: Account, secrets: Secrets, world: World, faults: Faults) -> None:
        self._account = account
        self._secrets = secrets
        self._world = world
        self._faults = faults

    def __repr__(self) -> str:
        return f"DemoService({self._account.id})"

    @property
    def account(self) -> Account:
        """Who it speaks for."""
        return self._account

    async def page(
        self,
        source: Source,
        cursor: Cursor | None = None,
        *,
        limit: int = 40,
        background: bool = False,
    ) -> Page:
        """One page of *source*, newest first. Raises: Unsupported, ServiceError."""
        await self._speak(older=cursor is not None)
        most = min(limit, self._faults.most or limit)
        items, older = self._world.page(
            self._account.id, self._account.network, source, cursor or "", max(most, 1)
        )
        return Page(items=items, older=older)

    async def verify(self) -> Account:
        """The account as the demo's server knows it."""
        await self._speak()
        return self._account

    async def sign_out(self) -> None:
        """Make the token worthless, as a server would."""
        await self._speak()
        self._faults.signed_out = True

    async def origin_server(self, post: Post) -> str:
        """Origin of the server that keeps the author's records (for bridges)."""
        return home_server(post.author)

    async def _speak(self, *, older: bool = False) -> None:
        secret = await self._secrets.load(self._account.id)
        if secret.get("token") != TOKEN:
            raise SignedOut(f"{self._account.host} does not accept this token.")
        # a real answer always takes a turn of the loop
        await asyncio.sleep(0)
        await self._faults.meet(self._account.host, self._world.now, older=older)
