"""Somebody's posts by kind, who is near them, and notes, as a server is asked for them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from app.model.errors import NotFound, Unsupported
from app.protocols.portraying import KeepsNotes, ShowsPeople, TellsApart
from tests.unit.protocols.mastodon.samples import account, status
from tests.unit.protocols.mastodon.server import CREDENTIALS, missing, reply
from tests.unit.protocols.mastodon.test_service import service

ME = account("me", id="1")
BO = account("bo", "far.example")
AT = "/api/v1/accounts/id-bo"
KNOWN: dict[str, Any] = {"/api/v2/search": reply({"accounts": [BO]})}
URI = BO["uri"]


async def test_each_part_is_asked_for_as_servers_name_it() -> None:
    """Pinned posts come whole; of others' likes nothing is told, of one's own all."""
    own = status("9", favourited=True)
    routes = {
        **KNOWN,
        CREDENTIALS: reply(ME),
        f"{AT}/statuses": reply([status("3")]),
        "/api/v1/favourites": reply([own]),
    }
    async with service(routes) as (one, server, _):
        assert isinstance(one, ShowsPeople)
        for part in ("posts", "replies", "media", "pinned"):
            page = await one.wrote(URI, part)  # type: ignore[arg-type]
            assert len(page.items) == 1
            assert (page.older is None) == (part == "pinned")
        asked = server.params(f"{AT}/statuses")
        with pytest.raises(Unsupported):
            await one.wrote(URI, "likes")
        liked = await one.wrote(one.account.uri, "likes")
        with pytest.raises(NotFound):
            await one.wrote("did:plc:x", "posts")

    keys = [{key for key in params if key != "limit"} for params in asked]
    assert keys == [{"exclude_replies"}, set(), {"only_media"}, {"pinned"}]
    assert len(liked.items) == 1
    assert "likes" in one.parts(one.account.uri) and "likes" not in one.parts(URI)


async def test_people_come_in_pages_that_the_server_links() -> None:
    """Its Link header leads on; without one it is the end."""
    people = [account("a", "far.example"), account("b", "far.example"), {"odd": 1}, None, "x"]

    def page(params: dict[str, str]) -> bytes:
        if params.get("max_id") == "77":
            return reply([account("c", "far.example")])
        link = f'<https://x.example{AT}/followers?max_id=77>; rel="next"'
        return reply(people, link=link)

    async with service({**KNOWN, f"{AT}/followers": page}) as (one, _, _):
        first = await one.near(URI, "followers")
        assert first.older is not None
        last = await one.near(URI, "followers", first.older)

    assert [who.handle for who in first.people] == ["a@far.example", "b@far.example"]
    assert [who.handle for who in last.people] == ["c@far.example"] and last.older is None


async def test_whom_one_knows_of_them_is_told_or_not() -> None:
    """By servers that know it; others say so."""
    familiar = [{"id": "id-bo", "accounts": [account("a", "far.example")]}, {"id": "other"}]
    path = "/api/v1/accounts/familiar_followers"
    async with service({**KNOWN, path: [reply(familiar), reply([]), missing()]}) as (one, _, _):
        told = await one.near(URI, "known")
        nobody = await one.near(URI, "known")
        with pytest.raises(Unsupported):
            await one.near(URI, "known")

    assert [who.handle for who in told.people] == ["a@far.example"]
    assert nobody.people == ()


async def test_whom_one_follows_otherwise_is_found_among_all() -> None:
    """Page by page; a relationship that a server leaves out is a usual one."""
    path, stands = "/api/v1/accounts/1/following", "/api/v1/accounts/relationships"
    people = [account(name, "far.example") for name in "abc"]

    def page(params: dict[str, str]) -> bytes:
        if params.get("max_id") == "77":
            return reply([account("d", "far.example")])
        return reply(people, link=f'<https://x.example{path}?max_id=77>; rel="next"')

    told = [
        {"id": people[0]["id"], "notifying": True, "showing_reblogs": True},
        {"id": people[1]["id"], "notifying": False, "showing_reblogs": False},
    ]
    routes = {CREDENTIALS: reply(ME), path: page, stands: [reply(told), reply([])]}
    async with service(routes) as (one, _, _):
        assert isinstance(one, TellsApart)
        first = await one.set_apart()
        assert first.older is not None
        last = await one.set_apart(first.older)

    found = [(who.profile.handle, who.told, who.hidden) for who in first.people]
    assert found == [("a@far.example", True, False), ("b@far.example", False, True)]
    assert (first.looked_at, last.people, last.looked_at, last.older) == (3, (), 1, None)


async def test_a_note_is_sent_and_read_and_a_mute_may_end() -> None:
    """As the server tells how one stands."""
    stands = {
        "id": "id-bo",
        "muting": True,
        "muting_expires_at": "2026-12-01T10:00:00Z",
        "note": " Owes me\u202e a boat. ",
    }
    routes = {
        **KNOWN,
        f"{AT}/note": reply(stands),
        "/api/v1/accounts/relationships": reply([stands]),
    }
    async with service(routes) as (one, server, _):
        assert isinstance(one, KeepsNotes)
        after = await one.set_note(URI, "Owes me a boat.")
        again = await one.relation(URI)

    assert server.params(f"{AT}/note") == [{"comment": "Owes me a boat."}]
    assert after == again and after.note == "Owes me a boat."
    assert after.muted_until == datetime(2026, 12, 1, 10, tzinfo=UTC)


async def test_what_a_server_says_of_an_account_is_told() -> None:
    """Limited, suspended, in memory; that follows are not shown."""
    said = [
        (account("bo", "far.example", **more), closed)
        for more, closed in (
            ({"limited": True}, "limited"),
            ({"suspended": True, "limited": True}, "suspended"),
            ({"memorial": True}, "memorial"),
            ({}, ""),
        )
    ]
    for told, closed in said:
        routes = {
            "/api/v1/accounts/lookup": reply(told),
            AT: reply({**told, "hide_collections": True}),
        }
        async with service(routes) as (one, _, _):
            portrait = await one.portrait("bo@far.example")
        assert portrait.closed == closed and portrait.hides_people
