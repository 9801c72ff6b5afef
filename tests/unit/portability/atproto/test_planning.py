"""Plans are made of what both sides say, and not made where it cannot work."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from app.model.errors import BadInput, NotFound, Refused, Unreachable
from app.portability.atproto.planning import is_at_domain
from app.portability.atproto.plc import Service
from app.portability.atproto.route import AtRoute
from app.portability.plan import Plan
from app.portability.route import Wish
from app.protocols.http import Http, Reply
from app.protocols.net.call import Call
from app.protocols.safety import Link
from tests.repos import KEY
from tests.unit.portability.atproto.movings import NOW
from tests.unit.portability.atproto.test_next_identity import LIVED, OWN
from tests.unit.portability.atproto.test_plc import History
from tests.unit.portability.atproto.test_standing import document

OLD, NEW_HOST, FORMER = (
    "https://old.example.com",
    "https://new.example.com",
    "https://oak.host.bsky.network",
)


def at(home: str) -> Any:
    """The identity, at home there."""
    return replace(
        LIVED,
        rotation_keys=(OWN.public.did_key,),
        also_known_as=("at://ana.old.example.com",),
        services={"atproto_pds": Service("AtprotoPersonalDataServer", home)},
        verification_methods={"atproto": KEY.public.did_key},
    )


class World(Http):
    """Everybody whom a plan asks, in memory: what is not known is not there."""

    def __init__(self, *homes: str) -> None:
        super().__init__(user_agent="test")
        self.history = History(at(homes[0]), OWN)
        for number, home in enumerate(homes[1:]):
            self.history.say(at(home), OWN, hours=100.0 * (number + 1))
        self.silent: set[str] = set()
        self.document: dict[str, Any] | None = None
        """Of an identity that is a file at ana.example.com."""
        self.asked: list[str] = []

    async def _exchange(self, call: Call, link: Link) -> Reply:
        self.asked.append(link.url)
        if link.origin in self.silent:
            raise Unreachable(f"{link.host} does not answer.")
        method = link.url.partition("?")[0].rpartition("/")[2]
        found = self._said(method, link)
        if found is None:
            return Reply(404, {}, b'{"error":"NotFound"}', link.url)
        return Reply(200, {}, json.dumps(found).encode(), link.url)

    def _said(self, method: str, link: Link) -> Any:
        match method:
            case "did.json":
                return self.document
            case "audit":
                return [
                    {
                        "did": e.did,
                        "operation": e.operation,
                        "cid": e.cid,
                        "nullified": e.nullified,
                        "createdAt": e.created_at,
                    }
                    for e in self.history.entries
                ]
            case "com.atproto.server.describeServer" if link.host != "blog.example.com":
                return {"did": f"did:web:{link.host}", "availableUserDomains": [f".{link.host}"]}
        return None


async def planned(world: World, target: str, who: str = "", **options: str) -> Plan:
    """For the account of *world*, or *who*."""
    wish = Wish(
        id="p", source=who or world.history.did, target=target, options=options, answers={}, now=NOW
    )
    return await AtRoute(world).plan(wish)


async def test_both_ends_are_in_the_plan() -> None:
    """With where the account lives by its public identity, whoever was told otherwise."""
    plan = await planned(World("https://older.example.com", OLD), "new.example.com")

    assert (OLD, NEW_HOST, "atproto") == (plan.source.server, plan.target.server, plan.route)
    assert ["old_password", "new_password", "own_key", "handle", "email", "plc_code"] == [
        need.key for need in plan.needs
    ]
    assert "look" == plan.steps[0].id
    assert "leave" == plan.steps[-1].id


async def test_who_returns_through_a_door_finds_the_house() -> None:
    """The server of their own past, not the door."""
    plan = await planned(World(FORMER, OLD), "bsky.social")

    assert FORMER == plan.target.server


async def test_a_door_lets_in_only_who_lived_behind_it() -> None:
    """Said before anything is begun."""
    with pytest.raises(BadInput, match="once lived there"):
        await planned(World(OLD), "bsky.social")


async def test_nobody_moves_to_where_they_live() -> None:
    """Nor to what is no server for such accounts."""
    with pytest.raises(BadInput, match="lives there already"):
        await planned(World(OLD), "old.example.com")
    with pytest.raises(BadInput, match="no server on which such an account"):
        await planned(World(OLD), "blog.example.com")


async def test_an_old_server_that_is_silent_leads_to_a_backup() -> None:
    """What can be done is said."""
    world = World(OLD)
    world.silent = {OLD}

    with pytest.raises(Unreachable) as caught:
        await planned(world, "new.example.com")

    assert "backup" in caught.value.next_step


WEB = "did:web:ana.example.com"


async def test_of_a_file_at_a_domain_the_document_leads_on() -> None:
    """Its server is gone: no recovery key helps there, but the domain and a backup do."""
    world = World(OLD)
    world.document = document() | {"id": WEB}
    world.document["service"][0]["serviceEndpoint"] = OLD
    world.silent = {OLD}

    with pytest.raises(Unreachable) as caught:
        await planned(world, "new.example.com", WEB)

    assert "from a backup, by the document at your domain" in caught.value.next_step
    assert "recovery key" not in caught.value.next_step


async def test_a_domain_that_has_lost_the_file_is_named() -> None:
    """With the address where it must lie."""
    with pytest.raises(NotFound) as caught:
        await planned(World(OLD), "new.example.com", WEB)

    assert "https://ana.example.com/.well-known/did.json" in caught.value.message
    assert "put the file back" in caught.value.next_step


@pytest.mark.parametrize(
    ("handle", "own"),
    [("ana.example.com", True), ("me.ana.example.com", True), ("notana.example.com", False)],
)
def test_a_handle_at_the_identitys_domain_is_the_users_own(handle: str, own: bool) -> None:
    """Whatever became of the old server, and what it called its own."""
    assert own is is_at_domain(WEB, handle)


async def test_planning_only_reads() -> None:
    """Not one request that could change anything, and no secret is needed."""
    world = World(OLD)

    plan = await planned(world, "new.example.com", email="a@b.test")

    assert not [url for url in world.asked if "create" in url or "delete" in url]
    assert {"email": "a@b.test"} == plan.options
    assert "email" not in {need.key for need in plan.needs}


async def test_an_identity_that_was_ended_does_not_move() -> None:
    """For ever is for ever."""
    world = World(OLD)
    entry = {"type": "plc_tombstone", "prev": world.history.entries[-1].cid, "sig": "x"}
    world.history.put(entry, NOW)

    with pytest.raises(Refused, match="ended"):
        await planned(world, "new.example.com")
