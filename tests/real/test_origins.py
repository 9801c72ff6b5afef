"""A real server's conversation as it tells it to strangers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.model import Account, AccountId, Entry
from app.protocols.mastodon.service import MastodonService
from app.services.house import House
from tests.real.world import account_on, housed, say, unique
from tests.rigs.run import Rig
from tests.unit.protocols.mastodon.server import OneSecret

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


@pytest.fixture
async def house(tmp_path: Path, mastodon_rig: Rig, atproto_rig: Rig) -> AsyncIterator[House]:
    """Two people at the server that is the origin here."""
    async with housed(tmp_path, mastodon_rig, atproto_rig, "ana", "bo") as made:
        yield made


async def test_a_stranger_is_told_the_whole_conversation(house: House) -> None:
    """From the middle: what is above and below, tied together, with nothing of any account."""
    ana, bo = account_on(house, "mastodon"), account_on(house, "mastodon", 1)
    names = [unique(name) for name in ("top", "middle", "below", "deeper")]
    top = await say(house, ana.id, names[0])
    middle = await say(house, bo.id, names[1], reply_to=top.uri)
    below = await say(house, ana.id, names[2], reply_to=middle.uri)
    await say(house, bo.id, names[3], reply_to=below.uri)
    away = Account(
        id=AccountId("me@home.example"), protocol="mastodon", network="mastodon",
        server="https://home.example", uri="https://home.example/users/me", handle="me@home.example",
    )  # fmt: skip
    house.http().allow_private(ana.server)
    stranger = MastodonService(away, OneSecret({"token": "never sent"}), house.http())  # type: ignore[arg-type]

    told = await stranger.from_origin(middle.uri)

    assert [names[0]] == [one.post.text.text for one in told.ancestors]
    posts = [one.post for one in told.replies if isinstance(one, Entry)]
    assert names[2:] == [post.text.text for post in posts]
    parents = [post.reply_to.uri if post.reply_to is not None else "" for post in posts]
    assert [middle.uri, below.uri] == parents
    assert {""} == {
        one.viewer.ref for one in (*told.ancestors, *told.replies) if isinstance(one, Entry)
    }
