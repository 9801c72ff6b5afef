"""Profiles: at once from what is kept, then as servers tell; posts of all accounts as one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.feed.rows import Card
from app.model.errors import BadInput, NotFound
from app.model.person import Known
from app.protocols import demo
from app.protocols.demo.people import PEOPLE
from app.services.house import House
from app.services.options import Options
from app.services.profile_wall import Wall
from app.services.profiles import Profiles
from app.wiring import Wiring

OTTILIE, IN_SKY = PEOPLE["ottilie"], PEOPLE["ottilie/sky"]


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """The demo, its timelines read."""
    async with Wiring().house(Options(demo=True)) as made:
        await made.sync.run()
        yield made


def faults(house: House, account: Any) -> Any:
    """What can be wrong at the server of *account*."""
    return house.registry().network("demo").faults[account]  # type: ignore[attr-defined]


async def whole(wall: Wall) -> tuple[Card, ...]:
    """All pages."""
    while not wall.is_done:
        before = len(wall.cards)
        await wall.more()
        assert wall.is_done or len(wall.cards) > before or wall.hidden
    return wall.cards


async def test_posts_of_both_accounts_come_in_one_order_page_by_page(house: House) -> None:
    """Newest first over all pages; what was written twice stands there once, with both marks."""
    await house.people.link(OTTILIE.handle, IN_SKY.handle)
    profiles = Profiles(house)
    human = await profiles.look(OTTILIE.handle)
    wall = profiles.wall(human, "posts")
    cards = await whole(wall)

    times = [card.sort_at for card in cards]
    assert times == sorted(times, reverse=True) and len(times) > 20
    assert {copy.post.author for card in cards for copy in card.copies} == {OTTILIE, IN_SKY}
    uris = [copy.post.uri for card in cards for copy in card.copies]
    assert len(set(uris)) == len(uris)
    assert any(len(card.networks) == 2 for card in cards)
    assert wall.pinned and wall.pinned[0].post.uri not in {card.post.uri for card in cards}


async def test_each_part_has_what_it_says(house: House) -> None:
    """Media has pictures, posts answer nobody, what others like is not offered."""
    profiles = Profiles(house)
    human = await profiles.look(PEOPLE["teun"].handle)
    media = await whole(profiles.wall(human, "media"))
    posts = await whole(profiles.wall(human, "posts"))

    assert media and all(card.post.media for card in media)
    assert posts and all(card.post.reply_to is None for card in posts)
    assert "likes" not in profiles.parts(human)
    assert "likes" in profiles.parts(await profiles.look(PEOPLE["juno"].handle))


async def test_what_was_told_is_kept_and_shown_without_a_server(house: House) -> None:
    """Text, counts and posts, of somebody who was looked at before."""
    profiles = Profiles(house)
    known = Known("mastodon", OTTILIE)
    assert profiles.kept(known, house.store.reader).sides[0].portrait.text == ""
    human = await profiles.look(OTTILIE.handle)
    await profiles.wall(human, "posts").more()
    again = profiles.kept(known, house.store.reader)
    wall = profiles.wall(again, "posts")
    wall.kept(house.store.reader)

    assert again.sides[0].portrait == human.sides[0].portrait
    assert again.sides[0].portrait.text.startswith("Saltmarsh ecologist")
    assert wall.cards and not wall.is_fresh


async def test_a_server_that_is_down_hides_nothing_of_the_other(house: House) -> None:
    """It is said beside what the other tells."""
    await house.people.link(OTTILIE.handle, IN_SKY.handle)
    profiles = Profiles(house)
    human = await profiles.look(OTTILIE.handle)
    faults(house, demo.SKY).down = True
    wall = profiles.wall(human, "posts")
    await wall.more()

    assert set(wall.troubles) == {demo.SKY}
    assert wall.cards and {card.post.author for card in wall.cards} == {OTTILIE}


async def test_who_follows_whom_comes_in_pages(house: House) -> None:
    """And whom one knows of them; on a network where I am not, nobody can be asked."""
    profiles = Profiles(house)
    human = await profiles.look(PEOPLE["teun"].handle)
    page = await profiles.near(human.sides[0], "followers")
    both, more = await profiles.known_to(human)

    assert page.people and OTTILIE.handle
    assert both and not more
    assert PEOPLE["juno"] not in both
    side = type(human.sides[0])(known=human.sides[0].known, portrait=human.sides[0].portrait)
    with pytest.raises(NotFound):
        await profiles.near(side, "followers")


async def test_notes_are_kept_where_they_can_be(house: House) -> None:
    """At a server that keeps them, else here; taken away again; not too long."""
    profiles = Profiles(house)
    land = (await profiles.look(PEOPLE["teun"].handle)).sides[0]
    sky = (await profiles.look(PEOPLE["tove/sky"].handle)).sides[0]
    await profiles.set_note(land, " Owes me a thermos. ")
    await profiles.set_note(sky, "Met at the ferry.")

    assert profiles.keeper(land) == demo.JUNO and profiles.keeper(sky) is None
    land = (await profiles.look(PEOPLE["teun"].handle)).sides[0]
    assert land.relations[demo.JUNO].note == "Owes me a thermos."
    assert profiles.note(land) == "Owes me a thermos."
    assert profiles.note(sky) == "Met at the ferry."
    await profiles.set_note(sky, "")
    assert profiles.note(sky) == ""
    with pytest.raises(BadInput):
        await profiles.set_note(sky, "x" * 2_001)


async def test_where_an_account_is_kept_is_told(house: House) -> None:
    """Its server by its address, or by its identity document."""
    profiles = Profiles(house)
    land = (await profiles.look(PEOPLE["teun"].handle)).sides[0]
    sky = (await profiles.look(PEOPLE["tove/sky"].handle)).sides[0]

    assert (await profiles.where(land)).host == "polder.example"
    assert (await profiles.where(sky)).host == "pds.sky.example"
    assert (await profiles.where(sky)).identity == PEOPLE["tove/sky"].uri
