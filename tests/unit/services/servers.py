"""A server in memory that gives pages as badly as real ones do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from app.model import (
    HOME,
    Account,
    AccountId,
    Cursor,
    Entry,
    Page,
    Post,
    Profile,
    RichText,
    Source,
)
from app.model.errors import ServiceError
from app.protocols.base import Secrets, SignedIn
from tests.unit.fakes import NOON

ANA = AccountId("ana@a.example")
SAM = AccountId("sam@b.example")


def account(id: AccountId = ANA, network: str = "first") -> Account:
    host = id.split("@")[-1]
    return Account(
        id=id,
        protocol="fake",
        network=network,
        server=f"https://{host}",
        uri=f"https://{host}/users/{id.split('@')[0]}",
        handle=id,
    )


def entry(number: int, *, seconds: int | None = None, host: str = "a.example") -> Entry:
    """Post *number*; the larger, the newer (ten seconds each)."""
    at = NOON + timedelta(seconds=10 * number if seconds is None else seconds)
    uri = f"https://{host}/posts/{number}"
    author = Profile(uri=f"https://{host}/users/bo", handle=f"bo@{host}")
    text = RichText(f"Post {number}")
    post = Post(uri=uri, network="first", author=author, created_at=at, sort_at=at, text=text)
    return Entry(key=uri, sort_at=at, post=post)


class Server:
    """
    A home timeline, newest first. Cursors name the last item of a page.

    Attributes:
        short: Gives so many items fewer than asked for.
        repeats: Puts so many of the items above a page into it again.
        strays: Ends each page with so many items from far below.
        blanks: Every so many pages one is empty, with more to come.
        circles: Ignores cursors: each page is the first.
        most: Never gives more than that many items altogether.
        failing: Raised instead of the next answers, in order.
        before_answer: Called with the number of each request.
    """

    def __init__(self, entries: list[Entry] | None = None) -> None:
        self.entries = sorted(entries or [], key=lambda e: e.sort_at, reverse=True)
        self.short = self.repeats = self.blanks = self.strays = 0
        self.circles = False
        self.most = 10_000
        self.failing: list[ServiceError] = []
        self.asked = 0
        self.requests: list[tuple[Cursor | None, bool]] = []
        self.before_answer: Callable[[int], None] = lambda _: None
        self.signed_out = False
        self.gate: asyncio.Event | None = None

    def write(self, *entries: Entry) -> None:
        """New posts, the last one newest."""
        for new in entries:
            self.entries.insert(0, new)

    async def page(self, cursor: Cursor | None, limit: int, background: bool) -> Page:
        self.asked += 1
        await asyncio.sleep(0)
        if self.gate is not None:
            await self.gate.wait()
        self.requests.append((cursor, background))
        self.before_answer(len(self.requests))
        if self.failing:
            raise self.failing.pop(0)
        start = self._place(cursor)
        if self.blanks and len(self.requests) % self.blanks == 0 and cursor is not None:
            return Page(items=(), older=Cursor(f"{cursor}+"))
        end = start + max(1, limit - self.short)
        items = self.entries[: self.most][start:end]
        older = Cursor(items[-1].key) if items and end < min(self.most, len(self.entries)) else None
        again = self.entries[max(0, start - self.repeats) : start] if self.repeats else []
        strays = self.entries[end + 45 : end + 45 + self.strays]
        return Page(items=(*items[:1], *again, *items[1:], *strays), older=older)

    def _place(self, cursor: Cursor | None) -> int:
        if cursor is None or self.circles:
            return 0
        name = cursor.rstrip("+")
        number = int(name.rsplit("/", 1)[1])
        for place, known in enumerate(self.entries):
            if known.key == name:
                return place + 1
            if int(known.key.rsplit("/", 1)[1]) < number:
                return place
        return len(self.entries)


class FakeService:
    """An account on such a server."""

    def __init__(self, account: Account, server: Server, secrets: Secrets) -> None:
        self.account = account
        self._server = server
        self._secrets = secrets

    async def page(
        self,
        source: Source = HOME,
        cursor: Cursor | None = None,
        *,
        limit: int = 40,
        background: bool = False,
    ) -> Page:
        await self._secrets.load(self.account.id)
        return await self._server.page(cursor, limit, background)

    async def verify(self) -> Account:
        if self._server.failing:
            raise self._server.failing.pop(0)
        return self.account

    async def sign_out(self) -> None:
        if self._server.failing:
            raise self._server.failing.pop(0)
        self._server.signed_out = True


class FakeNetwork:
    """A protocol whose servers stand in a dictionary."""

    id = "fake"

    def __init__(self, servers: dict[AccountId, Server]) -> None:
        self.servers = servers
        self.networks = ()

    def open(self, account: Account, secrets: Secrets) -> FakeService:
        return FakeService(account, self.servers[account.id], secrets)


def signed_in(account: Account, token: str = "t") -> SignedIn:
    return SignedIn(account, {"token": token})
