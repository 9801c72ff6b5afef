"""An account that is removed while an answer to it is on its way: nothing of it stays."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from app.model import AccountId
from app.model.timeline import HOME
from app.protocols import demo
from app.services.house import House
from app.services.options import Options
from app.services.profiles import Profiles
from app.wiring import Wiring
from tests.unit.services.kitchen import document


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The demo's house, its home timelines fetched."""
    async with Wiring().house(Options(demo=True)) as made:
        await made.sync.run()
        yield made


async def known(house: House) -> set[str]:
    """The accounts that the cache knows anything of."""
    rows = await house.store.change_cache(lambda db: db.all("SELECT name FROM account"))
    return {name for (name,) in rows}


def removing(house: House, account: AccountId, call: Callable[..., Awaitable[Any]]) -> Any:
    """*call*, during which *account* is removed."""

    async def late(*args: Any, **more: Any) -> Any:
        result = await call(*args, **more)
        if account in house.accounts:
            await house.accounts.remove(account)
        return result

    return late


async def test_what_a_search_finds_is_not_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown, once."""
    account = next(
        one.id
        for one in house.search.asked()
        if one.network == house.accounts.find(demo.SKY).network
    )
    service = house.accounts.service(account)
    word = max((await service.page(HOME)).items[0].post.text.text.split(), key=len)
    monkeypatch.setattr(service, "page", removing(house, account, service.page))
    answer = await house.search.ask(account, house.search.query(word.strip(".,")))
    assert answer.cards
    assert account not in house.accounts
    assert account not in await known(house)


async def test_bookmarks_are_not_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the other accounts are."""
    account = demo.SKY
    service = house.accounts.service(account)
    monkeypatch.setattr(service, "page", removing(house, account, service.page))
    await house.bookmarks.fetch()
    assert account not in house.accounts
    assert account not in await known(house)


async def test_what_somebody_wrote_is_not_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is shown, once."""
    account = demo.SKY
    service = house.accounts.service(account)
    author = (await service.page(HOME)).items[0].post.author
    profiles = Profiles(house)
    human = await profiles.look(author.uri)
    assert [side.account for side in human.sides][:1] == [account]
    monkeypatch.setattr(service, "wrote", removing(house, account, service.wrote))
    await profiles.wall(human, "posts").more()
    assert account not in house.accounts
    assert account not in await known(house)


async def test_notifications_are_not_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where it is removed between their posts and themselves."""
    account = demo.JUNO
    monkeypatch.setattr(house.store, "save", removing(house, account, house.store.save))
    await house.notifications.sync([account])
    assert account not in house.accounts
    assert account not in await known(house)


async def test_what_a_feed_takes_from_a_source_is_not_kept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor asked for again."""
    account = demo.SKY
    service = house.accounts.service(account)
    author = (await service.page(HOME)).items[0].post.author
    source = {"kind": "author", "account": account, "arg": author.uri}
    await house.feeds.save(document("x", sources=[source]))
    monkeypatch.setattr(service, "page", removing(house, account, service.page))
    await house.feeds.refresh("x")
    assert account not in house.accounts
    assert account not in await known(house)
