"""Whom no server of mine knows is shown as their own server tells it, and never kept."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from app.model import Cursor, NetworkInfo, Page
from app.model.acts import Relation
from app.model.errors import NotFound, Unreachable
from app.model.person import Known
from app.model.portrait import Portrait
from app.model.profile import Profile
from app.protocols import demo
from app.protocols.portraying import Stranger
from app.services.conversation_origins import ASK_ORIGINS
from app.services.house import House
from app.services.human import Human
from app.services.options import Options
from app.services.people_strangers import Strangers
from app.services.profiles import Profiles
from app.wiring import Wiring

FAR = Profile(uri="https://far.example/users/bo", handle="bo@far.example", name="Bo")


class Shows:
    """A network that knows one stranger, whose posts are those of somebody of the demo."""

    networks = (NetworkInfo("mastodon", "Mastodon", "fediverse"),)

    def __init__(self, house: House) -> None:
        self._house, self.down, self.asked = house, False, 0
        self.strangers = self

    def is_address(self, address: str) -> bool:
        return "@" in address or address.startswith("https:")

    async def stranger(self, address: str) -> Stranger:
        self.asked += 1
        if address not in (FAR.uri, FAR.handle, f"@{FAR.handle}"):
            raise NotFound("Nobody.")
        if self.down:
            raise Unreachable("It does not answer.")
        portrait = Portrait(profile=FAR, text="Boats.")
        return Stranger(
            network="mastodon", host="far.example", portrait=portrait, begin=Cursor("0")
        )

    async def posts_of(self, stranger: Stranger, cursor: Cursor) -> Page:
        service: Any = self._house.accounts.service(demo.JUNO)
        found: Page = await service.wrote("https://polder.example/users/teun", "posts")
        return Page(items=found.items[:5])


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The demo, whose people may be asked about elsewhere."""
    async with Wiring().house(Options(demo=True)) as made:
        made.people.strangers = Strangers(made.store, lambda: [SimpleNamespace(), Shows(made)])
        yield made


async def test_a_stranger_is_shown_as_told_and_never_kept(house: House) -> None:
    """With posts in order; no account of mine looks; nothing of it is in the cache."""
    profiles = Profiles(house)
    human = await profiles.look("@bo@far.example")
    side = human.sides[0]
    wall = profiles.wall(human, "posts")
    await wall.more()

    assert side.stranger is not None and side.account is None and side.trouble is None
    assert side.portrait.text == "Boats."
    assert len(wall.cards) == 5 and wall.is_done and not wall.troubles
    assert all(card.viewers == {} for card in wall.cards)
    assert profiles.parts(human) == ("posts", "replies", "media")
    assert profiles.kept(side.known, house.store.reader).sides[0].portrait.text == ""
    assert await house.search.count() == 0


async def test_whom_my_servers_know_nobody_else_is_asked_about(house: House) -> None:
    """Nor anybody at all, where that is turned off."""
    shows = Shows(house)
    house.people.strangers = Strangers(house.store, lambda: [shows])
    await Profiles(house).look("teun@polder.example")
    assert shows.asked == 0
    await house.store.keep(lambda keeper: keeper.set_setting(ASK_ORIGINS, False))
    with pytest.raises(NotFound):
        await house.people.find("@bo@far.example")
    assert shows.asked == 0


async def test_a_server_that_is_down_leaves_what_mine_have_said(house: House) -> None:
    """That they do not know anybody of that name; and it is not the spelling that is wrong."""
    shows = Shows(house)
    shows.down = True
    house.people.strangers = Strangers(house.store, lambda: [shows])
    with pytest.raises(NotFound) as told:
        await house.people.find("@bo@far.example")
    assert told.value.next_step == "Their own server was asked, too: It does not answer."


class Knows(Shows):
    """The same person is known to a server of mine, which has none of their posts."""

    async def stranger(self, address: str) -> Stranger:
        self.asked += 1
        if self.down:
            raise Unreachable("It does not answer.")
        portrait = Portrait(profile=TEUN)
        return Stranger(
            network="mastodon", host="polder.example", portrait=portrait, begin=Cursor("0")
        )


TEUN = Profile(uri="https://polder.example/users/teun", handle="teun@polder.example", name="Teun")


def forgetful(house: House, monkeypatch: pytest.MonkeyPatch, found: Page) -> None:
    """Juno's server knows who Teun is, and tells this much of what he wrote."""

    async def wrote(*_: Any, **__: Any) -> Page:
        return found

    monkeypatch.setattr(house.accounts.service(demo.JUNO), "wrote", wrote)


async def test_whose_posts_my_server_does_not_have_are_shown_from_their_own(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It knows the name and nothing that was written: nobody there follows them."""
    shows = Knows(house)
    kept = await shows.posts_of(await shows.stranger(""), Cursor("0"))
    shows.posts_of = lambda *_: _later(kept)  # type: ignore[method-assign]
    house.people.strangers = Strangers(house.store, lambda: [shows])
    forgetful(house, monkeypatch, Page(items=()))
    profiles = Profiles(house)
    wall = profiles.wall(await profiles.look(TEUN.handle), "posts")
    await wall.more()

    assert len(wall.cards) == 5 and wall.is_done
    assert wall.origins == ("polder.example",)
    assert await house.search.count() == 0


async def test_where_their_own_server_is_silent_what_was_read_stays(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else posts would be seen for a moment, and go."""
    await house.sync.run()
    shows = Knows(house)
    shows.down = True
    house.people.strangers = Strangers(house.store, lambda: [shows])
    forgetful(house, monkeypatch, Page(items=()))
    profiles = Profiles(house)
    wall = profiles.wall(await profiles.look(TEUN.handle), "replies")
    await house.store.load(wall.kept)
    before = [card.entry_key for card in wall.cards]
    await wall.more()
    await wall.more()

    assert before and [card.entry_key for card in wall.cards] == before
    assert wall.origins == () and not wall.troubles


async def test_who_is_kept_at_my_own_server_is_asked_for_nowhere_else(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has all that they wrote: none is none."""
    shows = Knows(house)
    house.people.strangers = Strangers(house.store, lambda: [shows])
    forgetful(house, monkeypatch, Page(items=()))
    profiles = Profiles(house)
    human = await profiles.look(TEUN.handle)
    host = house.accounts.find(demo.JUNO).host
    near = replace(TEUN, handle=f"teun@{host}")
    side = replace(human.sides[0], known=Known("mastodon", near))
    wall = profiles.wall(Human((side,)), "posts")
    await wall.more()

    assert wall.cards == () and shows.asked == 0


@pytest.mark.parametrize("why", ["suspended", "blocks me", "moved"])
async def test_what_is_kept_from_me_is_not_got_round(
    house: House, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """My server has it and shows none of it; nor does anybody else speak for them."""
    shows = Knows(house)
    house.people.strangers = Strangers(house.store, lambda: [shows])
    forgetful(house, monkeypatch, Page(items=()))
    profiles = Profiles(house)
    side = (await profiles.look(TEUN.handle)).sides[0]
    if why == "suspended":
        side = replace(side, portrait=replace(side.portrait, closed="suspended"))
    elif why == "blocks me":
        side = replace(side, relations={demo.JUNO: Relation(blocked_by=True)})
    else:
        moved = replace(TEUN, uri="https://dune.example/users/teun", handle="teun@dune.example")
        side = replace(side, known=Known("mastodon", moved))
    wall = profiles.wall(Human((side,)), "posts")
    await wall.more()

    assert wall.cards == () and wall.origins == ()
    assert shows.asked == (why == "moved")


async def _later(page: Page) -> Page:
    return page
