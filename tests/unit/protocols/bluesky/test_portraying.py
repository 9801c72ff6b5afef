"""What people say of themselves, read from this network's answers."""

from __future__ import annotations

from typing import Any

import pytest

from app.model.errors import NotFound, RateLimited, Refused, Suspended
from app.model.portrait import Portrait
from app.protocols.portraying import Portrays
from tests.unit.protocols.bluesky.scripted import PDS, ScriptedHttp, reply
from tests.unit.protocols.bluesky.writer import service

GRAPH, ACTOR = f"{PDS}/xrpc/app.bsky.graph.", f"{PDS}/xrpc/app.bsky.actor."


def told(name: str, **more: Any) -> dict[str, Any]:
    return {"did": f"did:plc:{name}", "handle": f"{name}.birds.social", **more}


BO = told(
    "bo",
    displayName="Bo",
    description="Also @bo@b.social, https://shore.example/bo. \u202eBye",
    website="https://bo.example",
    followersCount=3,
    createdAt="2024-05-06T07:08:09Z",
)
CY = told("cy", labels=[{"val": "impersonation", "src": "did:plc:mod", "uri": "x", "cts": "x"}])


async def everybody(http: ScriptedHttp) -> list[Portrait]:
    one = service(http)
    assert isinstance(one, Portrays)
    return [portrait async for portrait in one.followed_portraits()]


async def test_profiles_are_read_with_all_that_they_say() -> None:
    """Text without what turns lines round, links, labels; what cannot be read is left out."""
    http = ScriptedHttp(
        {
            GRAPH + "getFollows": reply(body={"follows": [told("bo"), told("cy"), {"odd": 1}]}),
            ACTOR + "getProfiles": reply(body={"profiles": [BO, CY, {"odd": 1}]}),
        }
    )
    bo, cy = await everybody(http)

    assert bo.text == "Also @bo@b.social, https://shore.example/bo. Bye"
    assert bo.links == ("https://shore.example/bo", "https://bo.example")
    assert (bo.own_handle, bo.impostor, bo.followers, bo.posts) == (True, False, 3, -1)
    assert bo.since is not None and bo.since.year == 2024
    assert cy.impostor


@pytest.mark.parametrize(
    ("state", "mark"),
    [
        (None, ""),
        ({"verifiedStatus": "none", "trustedVerifierStatus": "none"}, ""),
        ({"verifiedStatus": "invalid", "trustedVerifierStatus": "invalid"}, ""),
        ({"verifiedStatus": "valid", "trustedVerifierStatus": "none"}, "verified"),
        ({"verifiedStatus": "none", "trustedVerifierStatus": "valid"}, "verifier"),
    ],
)
async def test_the_mark_of_the_network_is_read(state: Any, mark: str) -> None:
    """Only what its server holds to be valid counts."""
    bo = {**BO, **({"verification": state} if state else {})}
    http = ScriptedHttp({ACTOR + "getProfile": reply(body=bo)})

    assert (await service(http).portrait("bo.birds.social")).verified == mark


async def test_somebody_is_found_by_handle_and_by_page() -> None:
    """Who is not there is not found; who has no valid handle has no domain either."""
    http = ScriptedHttp(
        {
            ACTOR + "getProfile": [
                reply(body=BO),
                reply(body=told("bo") | {"handle": "handle.invalid"}),
                reply(400, {"error": "InvalidRequest", "message": "Profile not found"}),
            ]
        }
    )
    one = service(http)

    assert (await one.portrait("@bo.birds.social")).profile.uri == "did:plc:bo"
    assert not (await one.portrait("https://bsky.app/profile/bo.birds.social")).own_handle
    with pytest.raises(NotFound):
        await one.portrait("nobody.birds.social")
    with pytest.raises(NotFound):
        await one.portrait("ana@b.social")


async def test_people_are_searched_for() -> None:
    """At most as many as wanted; nothing is asked about nothing."""
    http = ScriptedHttp({ACTOR + "searchActors": reply(body={"actors": [BO, CY]})})
    one = service(http)

    assert [p.profile.handle for p in await one.search_portraits("@bo", 1)] == ["bo.birds.social"]
    assert await one.search_portraits(" ") == ()


async def test_a_limit_in_the_middle_is_waited_for() -> None:
    """Nobody is left out, nobody comes twice."""
    waited: list[RateLimited] = []

    async def pause(error: RateLimited) -> None:
        waited.append(error)

    http = ScriptedHttp(
        {
            GRAPH + "getFollows": reply(body={"follows": [told("bo")]}),
            ACTOR + "getProfiles": [
                reply(429, {"error": "RateLimitExceeded"}),
                reply(body={"profiles": [BO]}),
            ],
        }
    )
    found = [one async for one in service(http).followed_portraits(pause)]

    assert len(found) == len(waited) == 1


async def test_a_closed_account_of_somebody_is_not_taken_for_mine() -> None:
    """It is refused, in words; that mine is closed comes with another status."""
    closed = reply(400, {"error": "AccountTakedown", "message": "Account has been suspended"})
    mine = reply(401, {"error": "AccountTakedown", "message": "Account has been taken down"})
    one = service(ScriptedHttp({ACTOR + "getProfile": [closed, closed, mine]}))

    for ask in (one.portrait, one.relation):
        with pytest.raises(Refused) as told_of:
            await ask("did:plc:bobobobobobobobobobobobo")
        assert "suspended" in told_of.value.message
        assert not isinstance(told_of.value, Suspended)
    with pytest.raises(Suspended):
        await one.portrait("did:plc:bobobobobobobobobobobobo")
