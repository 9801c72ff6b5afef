"""Whom accounts follow otherwise: looked for page by page, and said how far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.model import AccountId, Cursor, Profile
from app.model.about import Apart, ApartPage
from app.model.errors import RateLimited, ServiceError
from app.services.set_apart import AccountApart, SetApart
from tests.unit.fakes import NOON

ANA = AccountId("ana@far.example")


class Server:
    """Tells of so many people on each page, and refuses where a page is an error."""

    def __init__(self, pages: Sequence[int | ServiceError]) -> None:
        self.pages, self.asked = list(pages), 0

    async def set_apart(self, cursor: Cursor | None = None) -> ApartPage:
        self.asked += 1
        number = int(cursor or 0)
        page = self.pages[number]
        if isinstance(page, ServiceError):
            self.pages[number] = 1  # next time it answers
            raise page
        more = number + 1 < len(self.pages)
        profile = Profile(f"https://far.example/{number}", f"p{number}@far.example")
        return ApartPage(
            people=(Apart(profile=profile, told=True),),
            looked_at=page,
            older=Cursor(str(number + 1)) if more else None,
        )


class Accounts:
    """One account."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def all(self) -> tuple[Any, ...]:
        return ()

    def service(self, account: AccountId) -> Server:
        assert account == ANA
        return self._server

    async def report(self, account: AccountId, error: object) -> None:
        assert account == ANA


def _of(server: Server, **more: Any) -> SetApart:
    return SetApart(Accounts(server), **more)  # type: ignore[arg-type]


async def test_it_ends_after_so_many_and_goes_on_from_there() -> None:
    """Each page is told of as it comes; nobody stands there twice."""
    server = Server([80, 80, 40])
    told: list[int] = []
    apart = _of(server)
    first = await apart.look(
        AccountApart(account=ANA), lambda one: told.append(one.looked_at), most=100
    )
    assert (first.looked_at, len(first.people), first.older) == (160, 2, Cursor("2"))
    assert told == [80, 160]
    rest = await apart.look(first, most=100)
    assert (rest.looked_at, len(rest.people), rest.older, rest.trouble) == (200, 3, None, None)
    assert server.asked == 3


async def test_a_refusal_keeps_what_was_found() -> None:
    """And it goes on where it was."""
    server = Server([80, RateLimited("Wait.", NOON), 40])
    apart = _of(server)
    first = await apart.look(AccountApart(account=ANA))
    assert isinstance(first.trouble, RateLimited)
    assert (first.looked_at, len(first.people), first.older) == (80, 1, Cursor("1"))
    rest = await apart.look(first)
    assert (rest.trouble, len(rest.people), rest.older) == (None, 3, None)


async def test_offline_nobody_is_asked() -> None:
    """And it is no empty list: it says why."""
    server = Server([80])
    found = await _of(server, offline=True).look(AccountApart(account=ANA))
    assert (server.asked, found.people) == (0, ())
    assert found.trouble is not None
