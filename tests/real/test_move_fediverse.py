"""A move between accounts of a real server: all it allows is carried, the rest is guided."""

from __future__ import annotations

import json
import os
import urllib.request
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.portability.patience import Patience
from app.protocols.owning import OwnsMore
from app.protocols.ratelimit import RateLimits
from app.services.house import House
from app.wiring.owning import belongings
from tests.real.newcomers import newcomer, settled
from tests.real.world import housed, join_first
from tests.rigs.run import Rig

pytestmark = pytest.mark.real
ONCE = Patience(tries=2, watch=False)
NOW = Patience(tries=2, wait=timedelta(), watch=False)


async def owned(house: House, account: Any) -> dict[str, Any]:
    """What an account has, to be compared."""
    service: Any = house.accounts.service(account)
    assert isinstance(service, OwnsMore)
    lists = await service.own_lists()
    return {
        "follows": {who.handle: who.reposts async for who in service.following(details=True)},
        "notes": {who.note async for who in service.following(details=True)} - {""},
        "mutes": {m.handle: m.until is not None async for m in service.muted()},
        "blocks": {who.handle async for who in service.blocked()},
        "servers": set(await service.blocked_servers()),
        "lists": {one.title: {who.handle for who in one.members} for one in lists},
        "kinds": {one.title: (one.replies, one.exclusive) for one in lists},
        "bookmarks": {uri async for uri in service.bookmarked()},
        "tags": set(await service.followed_tags()),
        "filters": {one.title: len(one.words) for one in await service.filters()},
        "fields": (await service.own_profile()).fields,
    }


async def test_what_a_server_allows_is_carried_and_the_rest_guided(
    tmp_path: Path, mastodon_rig: Rig
) -> None:
    """Up to the Move itself, which this server has on a page only; taken back there."""
    async with housed(tmp_path, mastodon_rig, None) as house:
        old, new = await settled(house, mastodon_rig), await newcomer(house, mastodon_rig)
        moves = belongings(house, "a test").moves
        plan = await moves.plan(old, new.id)
        status = await moves.run(plan.id, {"profile": "replace"}, patience=ONCE)
        assert [need.kind for need in status.needs] == ["page", "confirm"]
        status = await moves.run(plan.id, {"alias-set": "yes"}, patience=ONCE)

        assert (status.state, status.step) == ("waiting", "move"), status.error
        assert [need.key for need in status.needs] == ["go"]
        was, now = await owned(house, old.id), await owned(house, new.id)
        assert now == was
        status = await moves.undo(plan.id, patience=ONCE)
        assert status.state == "undone"


async def test_a_limit_and_a_dead_sign_in_stop_it_and_nothing_is_done_twice(
    tmp_path: Path, mastodon_rig: Rig
) -> None:
    """In the middle of the follows; a later run goes on where it was."""
    async with housed(tmp_path, mastodon_rig, None) as house:
        old, new = await settled(house, mastodon_rig), await newcomer(house, mastodon_rig)
        moves = belongings(house, "a test").moves
        plan = await moves.plan(old, new.id)
        said = {"profile": "replace", "alias-set": "yes"}
        await moves.run(plan.id, said, until="alias", patience=ONCE)
        fault(mastodon_rig, {"type": "ratelimit"})
        status = await moves.run(plan.id, patience=NOW)
        assert (status.state, status.step) == ("waiting", "follows"), status.error
        house.http().limits = RateLimits()  # a day later
        fault(mastodon_rig, {"type": "status", "status": 401})
        status = await moves.run(plan.id, patience=NOW)
        assert (status.state, status.next_step) == ("failed", "Sign in again.")
        status = await moves.run(plan.id, until="lists", patience=NOW)

        assert status.state == "waiting", status.error
        was, now = await owned(house, old.id), await owned(house, new.id)
        assert (now["follows"], now["lists"]) == (was["follows"], was["lists"])


def fault(rig: Rig, effect: dict[str, Any]) -> None:
    """The next follow of anybody is answered so."""
    order = {
        "match": {"path_regex": "/follow$", "methods": ["POST"]},
        "effect": effect,
        "count": 1,
    }
    request = urllib.request.Request(
        f"{rig['base_url']}/api/v1/_mock/faults",
        json.dumps(order).encode(),
        {"content-type": "application/json"},
    )
    urllib.request.urlopen(request).close()


async def test_an_odd_server_is_asked_only_what_it_has(tmp_path: Path) -> None:
    """Two federating servers that lack much: what they have is carried, the rest is told."""
    path = os.environ.get("GODWIT_RIG_SNAC")
    if not path:
        pytest.skip("GODWIT_RIG_SNAC names no running odd servers (start-snac.sh)")
    rig = json.loads(Path(path).read_text("utf-8"))
    there = {**rig, "base_url": rig["base_url_b"]}
    async with housed(tmp_path, None, None) as house:
        old = await join_first(house, there, rig["migration"]["old"])
        new = await join_first(house, rig, rig["migration"]["new"].partition("@")[0])
        moves = belongings(house, "a test").moves
        plan = await moves.plan(old, new.id)
        status = await moves.run(plan.id, {"go": "yes", "profile": "replace"}, patience=ONCE)

        assert (status.state, status.step) == ("waiting", "move"), status.error
        assert status.needs[0].copy == f"@{new.handle}"
        service: Any = house.accounts.service(new.id)
        followed = {who.handle async for who in service.following()}
        first: Any = house.accounts.service(old.id)
        assert {who.handle async for who in first.following()} - {new.handle} <= followed
