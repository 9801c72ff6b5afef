"""Profiles on real servers of both networks: by kind, who is near, notes; and as nobody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.model import Entry
from app.protocols.bluesky.network import BlueskyNetwork
from app.protocols.http import Http
from app.services.house import House
from app.services.profiles import Profiles
from tests.real.newcomers import newcomer
from tests.real.world import account_on, housed
from tests.rigs.run import Rig

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


@pytest.fixture
async def house(tmp_path: Path, mastodon_rig: Rig, atproto_rig: Rig) -> AsyncIterator[House]:
    """A reader on each network."""
    async with housed(tmp_path / "reader", mastodon_rig, atproto_rig, "alice") as made:
        await newcomer(made, mastodon_rig)
        yield made


@pytest.mark.parametrize(("network", "who"), [("mastodon", "bo"), ("bluesky", "bob")])
async def test_somebody_is_shown_by_parts_and_pages(house: House, network: str, who: str) -> None:
    """Posts join over pages in order; media has media; who is near comes page by page."""
    account = account_on(house, network).id
    found = (await house.people.suggest(who, [account]))[0].profile
    profiles = Profiles(house)
    human = await profiles.look(found.uri)
    side = human.sides[0]
    wall = profiles.wall(human, "replies")
    while not wall.is_done and len(wall.cards) < 60:
        await wall.more()
    media = profiles.wall(human, "media")
    await media.more()
    posts = profiles.wall(human, "posts")
    await posts.more()
    followers = await profiles.near(side, "followers")
    facts = await profiles.facts(human)

    assert side.trouble is None and side.relations and not wall.troubles
    times = [card.sort_at for card in wall.cards]
    assert times == sorted(times, reverse=True) and times
    assert all(card.post.media for card in media.cards if not card.reposts)
    assert all(card.post.reply_to is None or card.reposts for card in posts.cards)
    assert len({one.uri for one in followers.people}) == len(followers.people)
    assert facts.where[found.uri].host
    kept = profiles.kept(side.known, house.store.reader)
    assert kept.sides[0].portrait.text == side.portrait.text


async def test_a_note_is_kept_at_a_server_that_keeps_notes(house: House) -> None:
    """Written, read again with an empty memory, taken away."""
    mine = account_on(house, "mastodon")
    service: Any = house.accounts.service(mine.id)
    who = await service.find_profile(f"bo@{mine.host}")
    await service.set_note(who.uri, "Owes me a boat.")
    assert (await service.relation(who.uri)).note == "Owes me a boat."
    await service.set_note(who.uri, "")
    assert (await service.relation(who.uri)).note == ""


async def test_somebody_is_read_at_their_own_server_as_nobody(
    house: House, atproto_rig: Rig, http: Http
) -> None:
    """Without account or AppView: who they are, and what they wrote, newest first."""
    account = account_on(house, "bluesky").id
    found = (await house.people.suggest("bob", [account]))[0].profile
    nobody = BlueskyNetwork(http, environment={"GODWIT_PLC_URL": atproto_rig["plc"]}).strangers
    stranger = await nobody.stranger(found.uri)
    page = await nobody.posts_of(stranger, stranger.begin)
    posts = [one.post for one in page.items if isinstance(one, Entry)]

    assert stranger.portrait.profile.uri == found.uri
    assert stranger.portrait.profile.name == found.name
    assert posts and all(post.author.uri == found.uri for post in posts)
    seen = {post.uri: post.text for post in posts}
    own: Any = house.accounts.service(account)
    told = await own.wrote(found.uri, "replies")
    both = [one.post for one in told.items if isinstance(one, Entry) and one.post.uri in seen]
    assert both and all(seen[post.uri] == post.text for post in both)
