"""Recipes as records: written once, whatever the wire does; read from strangers, and bounded."""

from __future__ import annotations

from typing import Any

import pytest

from app.model.errors import BadInput, Malformed, NotFound, OutcomeUnknown, Unreachable
from app.protocols.bluesky.recipes import MOST_BYTES, RECIPE
from tests.unit.protocols.bluesky.samples import ANA, BEN, at
from tests.unit.protocols.bluesky.scripted import PDS, PLC, Asked, ScriptedHttp, reply
from tests.unit.protocols.bluesky.writer import DELETE, GET, GONE, REPO, service

PUT, LISTED = REPO + "putRecord", REPO + "listRecords"
THERE = "https://pds.far.social"
FOREIGN = f"{THERE}/xrpc/com.atproto.repo.getRecord"
MINE, THEIRS = at(ANA, "calm", RECIPE), at(BEN, "calm", RECIPE)


def _record(uri: str = MINE, document: Any = "{}", **more: Any) -> dict[str, Any]:
    value = {"$type": RECIPE, "name": "Calm", "document": document, **more}
    return {"uri": uri, "cid": "bafy", "value": value}


def _far(answer: Any) -> ScriptedHttp:
    document = {
        "id": BEN,
        "service": [
            {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": THERE}
        ],
    }
    return ScriptedHttp({f"{PLC}/{BEN}": reply(body=document), FOREIGN: answer})


async def test_a_recipe_is_written_under_its_key() -> None:
    """Text, since records have no fractions; a key that no record may have is made one."""
    wire = ScriptedHttp({PUT: reply(body={"uri": "x", "cid": "y"})})
    uri = await service(wire).publish_recipe("calm / evening", "Calm", "Quiet.", '{"a":0.5}')
    assert uri == at(ANA, "calm-evening", RECIPE)
    sent = wire.asked[-1].json
    assert (sent["collection"], sent["rkey"]) == (RECIPE, "calm-evening")
    assert sent["record"]["document"] == '{"a":0.5}'


async def test_what_is_too_large_is_not_sent() -> None:
    """Nothing goes over the wire."""
    wire = ScriptedHttp({})
    with pytest.raises(BadInput):
        await service(wire).publish_recipe("a", "A", "", "x" * (MOST_BYTES + 1))
    assert not wire.asked


async def test_a_lost_answer_is_looked_after() -> None:
    """Done is done; what is not there was not done."""

    def lost(_: Asked) -> Any:
        error = Unreachable("cut off")
        error.sent = True
        raise error

    wire = ScriptedHttp({PUT: lost, GET: reply(body=_record(document="new"))})
    assert await service(wire).publish_recipe("calm", "Calm", "", "new") == MINE
    for answer in (GONE, reply(body=_record(document="old"))):
        wire.add(GET, answer)
        with pytest.raises(OutcomeUnknown):
            await service(wire).publish_recipe("calm", "Calm", "", "new")


async def test_only_ones_own_are_taken_back() -> None:
    """Others' are no business of ours."""
    wire = ScriptedHttp({DELETE: reply(body={})})
    await service(wire).unpublish_recipe(MINE)
    assert wire.asked[-1].json["rkey"] == "calm"
    for uri in (THEIRS, at(ANA, "p"), "calm"):
        with pytest.raises(BadInput):
            await service(wire).unpublish_recipe(uri)


async def test_ones_own_are_listed_without_what_cannot_be_read() -> None:
    """Whoever wrote that into the repo."""
    records = [_record(), {"uri": MINE, "value": {"document": 7}}, 3]
    wire = ScriptedHttp({LISTED: reply(body={"records": records})})
    (one,) = await service(wire).own_recipes()
    assert (one.uri, one.name, one.document) == (MINE, "Calm", "{}")


async def test_a_strangers_is_asked_of_their_own_server_without_any_token() -> None:
    """As a host out of content: public only."""
    wire = _far(reply(body=_record(THEIRS, document='{"format":1}')))
    found = await service(wire).recipe_at(THEIRS)
    assert (found.uri, found.document) == (THEIRS, '{"format":1}')
    (asked,) = wire.seen("getRecord")
    assert asked.public
    assert "authorization" not in {name.lower() for name in asked.headers}


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(400, {"error": "RecordNotFound", "message": "no"}), NotFound),
        (reply(404, b"<html>"), NotFound),
        (reply(body=_record(MINE)), Malformed),
        (reply(body=_record(THEIRS, document=["{}"])), Malformed),
        (reply(body=[]), Malformed),
        (reply(500, b""), Unreachable),
    ],
)
async def test_what_is_no_recipe_is_told(answer: Any, kind: type[Exception]) -> None:
    """Gone, another's, of a wrong shape, a server that broke down."""
    with pytest.raises(kind):
        await service(_far(answer)).recipe_at(THEIRS)


async def test_other_addresses_are_not_asked_for() -> None:
    """A post is no recipe."""
    wire = ScriptedHttp({})
    for uri in (at(BEN, "p"), "https://a.example", f"{PDS}/x"):
        with pytest.raises(NotFound):
            await service(wire).recipe_at(uri)
    assert not wire.asked
