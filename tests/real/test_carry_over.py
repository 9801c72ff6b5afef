"""The same person on both networks' real servers: found, confirmed, followed once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.model.belongings import Followed, OwnProfile
from app.portability.carry_over_values import document_of
from app.protocols.bluesky.network import BlueskyNetwork
from app.wiring.owning import belongings
from tests.real.bluesky_writer import PASSWORD, Writer, ask, newcomer
from tests.real.newcomers import newcomer as newcomer_first
from tests.real.world import housed
from tests.rigs.run import Rig

pytestmark = pytest.mark.real


async def says(writer: Writer, text: str) -> None:
    """What the profile of *writer* says, seen by the AppView."""
    pds = writer.rig["pds"][0]
    session = await asyncio.to_thread(
        ask,
        f"{pds}/xrpc/com.atproto.server.createSession",
        {"identifier": writer.account.handle, "password": PASSWORD},
    )
    body = {
        "repo": writer.did,
        "collection": "app.bsky.actor.profile",
        "rkey": "self",
        "record": {"$type": "app.bsky.actor.profile", "description": text},
    }
    url = f"{pds}/xrpc/com.atproto.repo.putRecord"
    await asyncio.to_thread(ask, url, body, {"authorization": f"Bearer {session['accessJwt']}"})
    await writer.synced()


async def test_one_human_is_found_on_the_other_network_and_followed_once(
    tmp_path: Path, mastodon_rig: Rig, atproto_rig: Rig, door: BlueskyNetwork
) -> None:
    """By what both profiles say; forwards and back; twice is once; the people book knows."""
    other, mine = await newcomer(door, atproto_rig), await newcomer(door, atproto_rig)
    async with housed(tmp_path / "p", mastodon_rig, None) as house:
        me, friend = [await newcomer_first(house, mastodon_rig) for _ in range(2)]
        done = (
            await house.registry()
            .network("bluesky")
            .sign_in_secret(mine.account.handle, PASSWORD, options={"pds": atproto_rig["pds"][0]})
        )
        sky = await house.accounts.add(done)
        land: Any = house.accounts.service(me.id)
        theirs: Any = house.accounts.service(friend.id)
        await theirs.take_profile(
            OwnProfile(uri=friend.uri, handle=friend.handle, text=f"Also @{other.account.handle}")
        )
        page = f"{friend.server}/@{friend.handle.partition('@')[0]}"
        await says(other, f"I am {page}")
        await land.take_follow(Followed(friend.handle))
        await land.take_follow(Followed("rita@remote.example"))

        over = belongings(house, "a test").carry_over
        found = await over.find(me.id, sky.id, lambda progress: None)
        [match] = found.matches
        assert match.target.profile.uri == other.did and match.follow
        assert match.evidence[0].kind == "mutual"
        assert "rita@remote.example" in {one.profile.handle for one in found.unmatched}

        for state in ("done", "already"):
            applied = await over.apply(document_of(found), lambda progress: None)
            assert [one.state for one in applied.outcomes] == [state], applied
        follows = mine.records("app.bsky.graph.follow")
        assert [one["value"]["subject"] for one in follows] == [other.did]
        [person] = house.people.all()
        assert {known.profile.uri for known in person.profiles} == {friend.uri, other.did}

        await mine.synced()
        await house.people.unlink(friend.uri)
        back = await over.find(sky.id, me.id, lambda progress: None)
        [match] = back.matches
        assert match.target.profile.uri == friend.uri and match.already
