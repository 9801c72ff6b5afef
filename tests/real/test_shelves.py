"""Likes, lists, tags, who reacted and edits on real servers of both networks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from app.feed.rows import Card
from app.model import RichText
from app.model.belongings import Followed, OwnList
from app.model.errors import NotFound
from app.model.sending import Outgoing
from app.services.house import House
from app.services.set_apart import AccountApart, SetApart
from tests.real.newcomers import newcomer
from tests.real.world import account_on, housed, indexed, say, unique
from tests.rigs.run import Rig

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


@pytest.fixture
async def house(tmp_path: Path, mastodon_rig: Rig, atproto_rig: Rig) -> AsyncIterator[House]:
    """A reader on each network with their home timelines; whose limits are nobody else's."""
    async with housed(tmp_path / "reader", mastodon_rig, atproto_rig, "alice") as made:
        mine: Any = made.accounts.service((await newcomer(made, mastodon_rig)).id)
        await mine.take_follow(Followed(f"bo@{mine.account.host}"))
        await made.sync.run()
        yield made


async def _cards(house: House, text: str) -> tuple[Card, ...]:
    pages = house.search.seen(house.search.query(f"{text} "))
    return [one async for one in pages][-1].cards


async def test_likes_of_both_come_from_their_servers(house: House) -> None:
    """Liked, fetched with an empty memory of it, told by whom, and taken back."""
    for network in ("mastodon", "bluesky"):
        card = (await _cards(house, f"net:{network} the"))[0]
        account, post = house.reactions.choose(card, "like")
        await house.reactions.react(post, "like", account)
        for _ in range(20):
            fetched = {one.account: one for one in await house.likes.fetch()}
            assert fetched[account].trouble is None
            (side,) = [one for one in house.who_reacted.sides(card.copies) if one.post == post]
            page = await house.who_reacted.people(side, "like")
            if account_on(house, network).uri in [one.uri for one in page.people]:
                break
            await asyncio.sleep(0.5)  # the AppView has not seen it yet
        else:
            raise AssertionError("The like is not told.")
        shown = {c.post.uri for one in await _cards(house, "in:likes") for c in one.copies}
        assert post.uri in shown
        await house.reactions.react(post, "unlike", account)
        await house.who_reacted.quotes(side)


async def _lists(house: House) -> list[tuple[str, OwnList]]:
    return [(one.account, kept) for one in await house.lists.all() for kept in one.lists]


async def test_lists_of_both_are_made_filled_looked_at_and_deleted(house: House) -> None:
    """Rules where the network has them; who is on it comes with a name."""
    for network, who in (("mastodon", "bo"), ("bluesky", "bob")):
        account = account_on(house, network).id
        ref = await house.lists.make(account, "Rig shelf")
        await indexed(account_on(house, network))
        try:
            assert "Rig shelf" in [kept.title for _, kept in await _lists(house)]
            found = (await house.people.suggest(who, [account]))[0].profile
            await house.reactions.relate(found, "follow", account)
            await house.lists.put_profile(account, ref, found)
            for _ in range(20):
                with suppress(NotFound):
                    faces = await house.lists.faces(account, ref)
                    if found.uri in [one.uri for one in faces]:
                        break
                await asyncio.sleep(0.5)  # the AppView has not seen it yet
            else:
                raise AssertionError("Nobody is on the list.")
            kept = (await house.lists.find(ref, account))[1]
            if house.lists.can_settle(account):
                await house.lists.settle(account, replace(kept, replies="none"))
                assert (await house.lists.find(ref, account))[1].replies == "none"
            await house.lists.put_profile(account, ref, found, on=False)
        finally:
            await house.lists.delete(account, ref)


async def test_tags_are_followed_where_the_server_lets_one(house: House) -> None:
    """Else they are kept here; both are told together."""
    tags = house.feeds.tags
    for network in ("mastodon", "bluesky"):
        account = account_on(house, network).id
        await tags.follow(account, "RigShelf")
        told = {one.account: one for one in await tags.look()}
        assert "rigshelf" in [tag.casefold() for tag in told[account].tags]
        assert told[account].trouble is None
        await tags.follow(account, "RigShelf", on=False)
        told = {one.account: one for one in await tags.look()}
        assert "rigshelf" not in [tag.casefold() for tag in told[account].tags]


async def test_trends_are_told_or_quietly_absent(house: House) -> None:
    """No server is in trouble for what it lacks."""
    assert not [one for one in await house.trends.all() if one.trouble is not None]


async def test_an_edit_is_told_word_by_word(house: House) -> None:
    """By the server that keeps it, with what else was changed."""
    account = account_on(house, "mastodon").id
    before = unique("It had a tpyo")
    after = before.replace("tpyo", "typo")
    done = await say(house, account, before)
    service: Any = house.accounts.service(account)
    await service.edit(done, Outgoing(text=RichText(after), warning="Spelling"), {})
    [side] = house.histories.sides(await house.conversations.copies(done.uri))
    newest, first = await house.histories.edits(side)

    changed = [(one.kind, one.text) for one in newest.text if one.kind != "same"]
    assert changed == [("gone", "tpyo"), ("new", "typo")]
    assert newest.notes == ("Content warning added: Spelling",)
    assert first.is_first
    assert "".join(one.text for one in first.text) == before


async def test_a_translation_is_offered_where_the_server_can(house: House) -> None:
    """Of what is not in the reader's language; nowhere else."""
    account = account_on(house, "mastodon")
    done = await say(house, account.id, unique("Die Flut kommt um sechs"), langs=("de",))
    sides = house.translating.sides(await house.conversations.copies(done.uri))

    assert bool(sides) == ("translate" in account.abilities)
    for side in sides:
        assert (await house.translating.translate(side, "en")).text.text


async def test_whose_every_post_one_is_told_of_is_listed(house: House) -> None:
    """On both networks, and no more when that is taken back."""
    apart = SetApart(house.accounts)
    for network in ("mastodon", "bluesky"):
        account = account_on(house, network)
        service: Any = house.accounts.service(account.id)
        page = await service.near(account.uri, "following")
        who = next(one for one in page.people if one.uri != account.uri)
        await service.relate("notify", who.uri)
        found = await apart.look(AccountApart(account=account.id))
        assert found.trouble is None
        assert who.uri in [one.profile.uri for one in found.people if one.told]
        await service.relate("unnotify", who.uri)
        found = await apart.look(AccountApart(account=account.id))
        assert who.uri not in [one.profile.uri for one in found.people if one.told]
