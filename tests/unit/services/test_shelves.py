"""Likes, tags, trends, and what is told of single posts: over the demo's two networks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace

from app.feed.rows import Card, Copy
from app.model import Account, Media, Post, RichText
from app.model.about import Version
from app.model.errors import BadInput, RateLimited, Unreachable, Unsupported
from app.protocols import demo
from app.services.histories import edits_of
from app.services.house import House
from app.services.options import Options
from app.services.sides import Side
from app.wiring import Wiring

AT = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
async def house(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """The demo's house, of somebody who reads English."""
    monkeypatch.setenv("LANGUAGE", "en_GB")
    async with Wiring().house(Options(demo=True)) as made:
        yield made


async def liked(house: House, words: str = "") -> list[Card]:
    """What the room of likes shows."""
    query = house.search.query(f"in:likes {words} ")
    return list([seen async for seen in house.search.seen(query)][-1].cards)


async def post_of(house: House, words: str) -> tuple[Copy, ...]:
    """The copies of the post with *words*."""
    await house.sync.run()
    query = house.search.query(f"{words} ")
    (card, *_) = [seen async for seen in house.search.seen(query)][-1].cards
    return card.copies


async def test_likes_come_from_every_server_and_stay(house: House) -> None:
    """What was liked elsewhere is there; unliked here it is gone."""
    assert await liked(house) == []
    fetched = await house.likes.fetch()
    assert {one.account for one in fetched} == {one.id for one in house.accounts.all()}
    found = await liked(house)
    assert found
    assert all(any(viewer.liked for viewer in card.viewers.values()) for card in found)
    assert not house.likes.goes_on()
    card = found[0]
    account = next(id for id, viewer in card.viewers.items() if viewer.liked)
    await house.reactions.react(card.post, "unlike", account)
    assert len(await liked(house)) < len(found)


async def test_likes_are_fetched_further_down(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the server has more than was asked for, one can go on; known ones are not asked again."""
    service = house.accounts.service(demo.SKY)
    posts = (await service.page(demo_home())).items
    asked: list[Any] = []

    async def page(source: Any, cursor: Any = None, **_: Any) -> Any:
        asked.append(cursor)
        at = int(cursor or 0)
        more = str(at + 2) if at + 2 < 14 else None
        return type(first)(items=tuple(posts[at : at + 2]), older=more)

    first = await service.page(demo_home())
    monkeypatch.setattr(service, "page", page)
    (mine,) = [one for one in await house.likes.fetch() if one.account == demo.SKY]
    assert mine.more
    assert house.likes.goes_on()
    assert asked == [None, "2", "4", "6", "8"]
    await house.likes.fetch_older()
    assert asked[-1] == "10"
    asked.clear()
    await house.likes.fetch()
    assert asked == [None]
    await house.likes.fetch_older()
    assert asked[-1] == "12"
    assert not house.likes.goes_on()


def demo_home() -> Any:
    """The source that has posts."""
    from app.model.timeline import HOME

    return HOME


async def test_a_server_that_does_not_answer_hides_no_other(house: House) -> None:
    """It is told, and what the others have is there."""
    network = house.registry().network(demo.ID)
    network.faults[demo.JUNO].wait = timedelta(minutes=3)  # type: ignore[attr-defined]
    fetched = {one.account: one.trouble for one in await house.likes.fetch()}
    assert isinstance(fetched[demo.JUNO], RateLimited)
    assert fetched[demo.SKY] is None


async def test_tags_are_followed_at_the_server_or_here(house: House) -> None:
    """Where the server knows none they are kept here, and feeds know both."""
    tags = house.feeds.tags
    told = {one.account: one for one in await tags.look()}
    assert told[demo.JUNO].tags == ("Waders", "Tide")
    assert (told[demo.SKY].tags, told[demo.SKY].at_server) == ((), False)

    assert await tags.follow(demo.SKY, " #Rye ") == "Rye"
    await tags.follow(demo.SKY, "rye")
    await tags.follow(demo.JUNO, "Ebb")
    await tags.follow(demo.JUNO, "tide", on=False)
    told = {one.account: one for one in await tags.look()}
    assert told[demo.SKY].tags == ("rye",)
    assert told[demo.JUNO].tags == ("Waders", "Ebb")
    assert {"rye", "Ebb"} <= set(tags.known())
    for nonsense in ("", "#", "two words", "a/b"):
        with pytest.raises(BadInput):
            await tags.follow(demo.SKY, nonsense)


async def test_trends_are_of_each_server_once(house: House) -> None:
    """And one that cannot be asked says why."""
    network = house.registry().network(demo.ID)
    network.faults[demo.KIEL].wait = timedelta(minutes=3)  # type: ignore[attr-defined]
    found = {one.account: one for one in await house.trends.all()}
    assert {one.kind for one in found[demo.JUNO].trends} == {"tag", "link"}
    assert {one.kind for one in found[demo.SKY].trends} == {"topic"}
    assert isinstance(found[demo.KIEL].trouble, RateLimited)


async def test_both_networks_tell_who_reacted_to_an_echo(house: House) -> None:
    """One side for each copy, in their order; page after page."""
    copies = await post_of(house, "godwits tundra")
    sides = house.who_reacted.sides(copies)
    assert [side.post.uri for side in sides] == [copy.post.uri for copy in copies]
    for side in sides:
        page = await house.who_reacted.people(side, "like")
        assert page.people
        if page.older is not None:
            more = await house.who_reacted.people(side, "like", page.older)
            assert not {one.uri for one in more.people} & {one.uri for one in page.people}
    quotes, older = await house.who_reacted.quotes(sides[0])
    assert older is None
    assert all(one.post.quote is not None for one in quotes)


async def test_an_edited_post_tells_how_it_was(house: House) -> None:
    """Only where the network keeps it; others are not offered."""
    copies = await post_of(house, "from:noura شاطئ")
    (side,) = house.histories.sides(copies)
    last, first = await house.histories.edits(side)
    assert first.is_first
    assert [part.kind for part in last.text] == ["same", "new", "same"]
    assert house.histories.sides(await post_of(house, "godwits tundra")) == ()


async def test_a_translation_is_asked_for_once(house: House) -> None:
    """What is in the reader's language is not offered; nor what no server of mine can."""
    copies = await post_of(house, "from:noura شاطئ")
    (side,) = house.translating.sides(copies)
    made = await house.translating.translate(side, "en")
    assert made.text.text.startswith("Birds need")
    network = house.registry().network(demo.ID)
    network.faults[demo.JUNO].wait = timedelta(minutes=3)  # type: ignore[attr-defined]
    assert await house.translating.translate(side, "en") is made
    with pytest.raises(RateLimited):
        await house.translating.translate(side, "fr")
    assert house.translating.sides(await post_of(house, "kettle")) == ()
    assert house.translating.sides(await post_of(house, "干潟の朝")) == ()


async def test_what_no_server_translates_a_web_page_does(house: House) -> None:
    """Its words are in the address; there is none for what a server translates, or I can read."""
    foreign = await post_of(house, "干潟の朝")
    parts = urlsplit(house.translating.elsewhere(foreign))
    asked = parse_qs(parts.query)
    assert (parts.scheme, parts.hostname) == ("https", "translate.google.com")
    assert asked["text"] == [foreign[0].post.text.text.strip()]
    assert asked["tl"] == [house.translating.languages()[0]]
    for words in ("kettle", "from:noura شاطئ"):
        assert house.translating.elsewhere(await post_of(house, words)) == ""
    private = replace(foreign[0].post, visibility="followers")
    assert house.translating.elsewhere([replace(foreign[0], post=private)]) == ""


async def test_rules_of_lists_are_for_networks_that_have_them(house: House) -> None:
    """Others say so in words."""
    lists = house.lists
    owner, kept = await lists.find("Kitchens and gardens")
    assert lists.can_settle(owner)
    await lists.settle(owner, replace(kept, replies="none", exclusive=False))
    after = (await lists.find("Kitchens and gardens"))[1]
    assert (after.replies, after.exclusive, after.members) == ("none", False, kept.members)
    owner, kept = await lists.find("People of the sea")
    with pytest.raises(Unsupported, match="have no rules"):
        await lists.settle(owner, kept)


async def test_offline_nobody_is_asked(tmp_path: Any) -> None:
    """And what is said tells why."""
    async with Wiring().house(Options(demo=True, offline=True)) as house:
        assert all(isinstance(one.trouble, Unreachable) for one in await house.likes.fetch())
        assert all(isinstance(one.trouble, Unreachable) for one in await house.trends.all())
        account: Account = house.accounts.all()[0]
        post = Post(
            uri="https://a.example/1",
            network=account.network,
            author=demo_author(),
            created_at=AT,
            sort_at=AT,
        )
        with pytest.raises(Unreachable, match="--offline"):
            await house.who_reacted.people(Side(account.id, post), "like")


def demo_author() -> Any:
    """Anybody."""
    from app.model import Profile

    return Profile("https://a.example/u", "u@a.example")


def test_everything_that_was_changed_is_said() -> None:
    """Warnings, media, descriptions, polls; and that nothing was, where only time differs."""
    picture = Media(kind="image", url="https://a.example/1.png", alt="A")
    one = Version(at=AT, text=RichText("x"), media=(picture,), options=("A",))
    two = replace(one, warning="Food", media=(replace(picture, alt="B"),), options=("A", "B"))
    three = replace(two, warning="", media=(), sensitive=True)
    four = replace(three, sensitive=True)
    said = [edit.notes for edit in edits_of([one, two, three, four])]
    assert said[3] == ()
    assert said[2] == (
        "Content warning added: Food",
        "Descriptions of media changed",
        "The poll changed, which takes back all votes",
    )
    assert said[1] == ("Content warning taken away: Food", "1 attachment taken away")
    assert said[0] == ("The words are the same",)
