"""What people say of themselves, read from a server's answers."""

from __future__ import annotations

import pytest

from app.model.errors import NotFound
from app.protocols.portraying import Portrays
from tests.unit.protocols.mastodon.samples import account
from tests.unit.protocols.mastodon.server import CREDENTIALS, missing, reply
from tests.unit.protocols.mastodon.test_service import service

ME = account("me", id="1")
BO = account(
    "bo",
    "far.example",
    note='<p>Boats. <a href="https://sky.app/profile/bo.example">me there</a><script>x</script></p>',
    fields=[
        {
            "name": "Web",
            "value": '<a href="https://bo.example/" rel="me">bo.example</a>',
            "verified_at": "2026-01-01T00:00:00Z",
        },
        {"name": "Sure", "value": "only words", "verified_at": "2026-01-01T00:00:00Z"},
        {"name": "Odd", "value": None},
    ],
    followers_count=5,
    created_at="2020-02-03T00:00:00.000Z",
)
GONE = account("gone", "far.example", moved=account("new", "elsewhere.example"))


async def test_profiles_are_read_with_all_that_they_say() -> None:
    """Text without markup; only a link can have been checked; who has moved says so."""
    routes = {
        CREDENTIALS: reply(ME),
        "/api/v1/accounts/1/following": reply([BO, GONE, {"odd": 1}]),
    }
    async with service(routes) as (one, _, _):
        assert isinstance(one, Portrays)
        bo, gone = [portrait async for portrait in one.followed_portraits()]

    assert bo.text == "Boats. me there (sky.app)"
    assert bo.links == ("https://sky.app/profile/bo.example", "https://bo.example/")
    assert [field.checked for field in bo.fields] == [True, False, False]
    assert (bo.followers, bo.posts, bo.own_handle) == (5, -1, False)
    assert gone.moved_to == "https://elsewhere.example/users/new"


async def test_somebody_is_found_by_handle() -> None:
    """And nobody where there is nobody."""
    routes = {
        "/api/v1/accounts/lookup": [reply(BO), missing()],
        "/api/v1/accounts/id-bo": reply(BO),
        "/api/v2/search": reply({"accounts": []}),
    }
    async with service(routes) as (one, _, _):
        assert (await one.portrait("@bo@far.example")).text == "Boats. me there (sky.app)"
        with pytest.raises(NotFound):
            await one.portrait("nobody@far.example")


async def test_people_are_searched_for_and_no_other_server_is_asked() -> None:
    """On servers without such a search, by the general one."""
    routes = {
        "/api/v1/accounts/search": [reply([BO, GONE]), missing()],
        "/api/v2/search": reply({"accounts": [GONE, BO]}),
    }
    async with service(routes) as (one, server, _):
        first = await one.search_portraits("@bo", 1)
        second = await one.search_portraits("bo")
        nothing = await one.search_portraits(" ")

    assert [len(first), len(second), len(nothing)] == [1, 2, 0]
    assert {params["resolve"] for _, params in server.asked} == {"false"}


async def test_somebody_who_cannot_be_read_hides_nobody_else() -> None:
    """Nor does what was made up about where they went come through."""
    gone = account("gone", "far.example", moved={**account("new"), "uri": "javascript:alert(1)\n"})
    routes = {"/api/v1/accounts/search": reply([{"id": [1]}, 17, BO, gone])}
    async with service(routes) as (one, _, _):
        bo, left = await one.search_portraits("bo")

    assert bo.followers == 5
    assert left.moved_to.startswith("https://")
