"""What an account of this network owns, and the files it is exported to."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from app.model import Profile
from app.model.errors import RateLimited
from app.portability.activitypub.exporting import export
from app.protocols.owning import OwnsMore, OwnsPeople
from tests.unit.protocols.bluesky.samples import ANA, BEN, at
from tests.unit.protocols.bluesky.scripted import PDS, Asked, ScriptedHttp, reply
from tests.unit.protocols.bluesky.writer import service

GRAPH = f"{PDS}/xrpc/app.bsky.graph."
LIST = at(BEN, "birds", "app.bsky.graph.list")

_ALL = [GRAPH + name for name in ("getFollows", "getMutes", "getBlocks", "getList", "getLists")]
_ALL += [f"{PDS}/xrpc/com.atproto.repo.listRecords"]
_OWN = at(ANA, "birds", "app.bsky.graph.list")


def person(name: str) -> dict[str, Any]:
    return {"did": f"did:plc:{name}", "handle": f"{name}.birds.social"}


def follows(asked: Asked) -> Any:
    if "cursor" in asked.params:
        return reply(body={"follows": [person("cy"), {"odd": 1}]})
    return reply(body={"follows": [person("bo")], "cursor": "2"})


def wire() -> ScriptedHttp:
    about = {"uri": LIST, "name": "=Birds", "creator": person("ben"), "cid": "x"}
    members = [{"uri": "x", "subject": person("bo")}]
    return ScriptedHttp(
        {
            GRAPH + "getFollows": follows,
            GRAPH + "getFollowers": reply(body={"followers": [person("dov")]}),
            GRAPH + "getMutes": reply(body={"mutes": []}),
            GRAPH + "getBlocks": reply(501, {"error": "MethodNotImplemented"}),
            GRAPH + "getLists": reply(body={"lists": [about, {"odd": 1}]}),
            GRAPH + "getList": reply(body={"list": about, "items": members}),
        }
    )


async def test_people_and_lists_are_read_to_the_end() -> None:
    """Page by page; what cannot be read is left out."""
    one = service(wire())
    assert isinstance(one, OwnsPeople) and not isinstance(one, OwnsMore)

    assert [who.uri async for who in one.following()] == ["did:plc:bo", "did:plc:cy"]
    assert [who.handle async for who in one.followers()] == ["dov.birds.social"]
    [found] = await one.own_lists()
    assert (found.title, found.members[0].uri, found.public) == ("=Birds", "did:plc:bo", True)


@pytest.mark.parametrize("way", ["the same page", "nothing", "in a circle"])
async def test_a_server_without_an_end_is_left(way: str) -> None:
    """Its cursors go on for ever: under the same page, under nothing, or back to the first one."""
    number = itertools.count(1)

    def endless(asked: Asked) -> Any:
        page = next(number)
        assert page < 1_000, "led on for ever"
        name = f"a{page}" if way == "in a circle" else "bo"
        items = [] if way == "nothing" else [person(name) | {"subject": person(name), "uri": "x"}]
        cursor = f"{page % 3 if way == 'in a circle' else page}"
        body = dict.fromkeys(("follows", "mutes", "blocks", "items", "lists"), items)
        return reply(body={**body, "records": items, "cursor": cursor})

    one = service(ScriptedHttp(dict.fromkeys(_ALL, endless)))
    assert isinstance(one, OwnsPeople)
    assert len([who async for who in one.following()]) <= 4
    assert len((await one.averted()).muted) <= 4
    assert len((await one.people_list(LIST)).members) <= 4
    assert len(await one.own_lists()) <= 4
    await one.put_on_list(_OWN, Profile("did:plc:bo", "bo.birds.social"), on=False)


async def test_its_files_say_that_they_are_of_another_kind(tmp_path: Path) -> None:
    """No server would take them for its own; no formulas; what is not told has no file."""
    done = await export(service(wire()), tmp_path)

    follows = (tmp_path / "following.people.csv").read_text()
    assert follows == ("Handle,Identity\nbo.birds.social,did:plc:bo\ncy.birds.social,did:plc:cy\n")
    assert (tmp_path / "lists.people.csv").read_text().splitlines()[1] == (
        "'=Birds,bo.birds.social,did:plc:bo"
    )
    assert not (tmp_path / "blocking.people.csv").exists()
    assert [one.text for one in done.missing] == ["blocking"]
    assert "do not read these files" in (tmp_path / "README.txt").read_text()


async def test_a_server_that_wants_one_to_wait_is_asked_on_from_there() -> None:
    """From the beginning, half a million would have no end: the pause comes before it each time."""
    asked: list[str] = []

    def page(one: Asked) -> Any:
        cursor = one.params.get("cursor", "0")
        asked.append(cursor)
        if cursor == "1" and asked.count("1") == 1:
            return reply(429, {"error": "RateLimitExceeded"})
        people = [person(f"p{cursor}"), person(f"p{int(cursor) - 1}")]  # one moved down meanwhile
        return reply(
            body={"follows": people, **({"cursor": str(int(cursor) + 1)} if cursor != "3" else {})}
        )

    pauses: list[str] = []

    async def pause(error: RateLimited) -> None:
        pauses.append(error.kind)

    one = service(ScriptedHttp({GRAPH + "getFollows": page}))
    found = [who.uri.removeprefix("did:plc:") async for who in one.following(pause)]
    assert asked == ["0", "1", "1", "2", "3"]
    assert pauses == ["rate_limited"]
    assert found == ["p0", "p-1", "p1", "p2", "p3"]
