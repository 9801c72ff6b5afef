"""Identities at a real directory, and the repositories of a real server: both judge as we do."""

from __future__ import annotations

from typing import Any

import pytest

from app.model.errors import Refused
from app.portability.atproto.keys import PrivateKey
from app.portability.atproto.plc import (
    PlcData,
    Service,
    cid_of,
    did_of,
    operation_from_data,
    problems_of,
    signed,
)
from app.portability.atproto.plc_client import PlcClient
from app.portability.atproto.plc_log import PlcLog, verify_log
from app.portability.atproto.verify import verify_repo
from app.protocols.http import Http
from tests.rigs import run

pytestmark = pytest.mark.real


def said(handle: str, *keys: PrivateKey) -> PlcData:
    return PlcData(
        rotation_keys=tuple(key.public.did_key for key in keys),
        verification_methods={"atproto": keys[-1].public.did_key},
        also_known_as=(f"at://{handle}.test", "https://bridge.test/ana"),
        services={"atproto_pds": Service("AtprotoPersonalDataServer", "https://pds.test")},
    )


async def test_the_directory_takes_and_overrules_what_we_sign(
    http: Http, atproto_rig: run.Rig
) -> None:
    """Both curves; a stronger key takes back what a weaker one did; a weaker one is refused."""
    own, host = PrivateKey.generate("p256"), PrivateKey.generate("k256")
    plc = PlcClient(http, atproto_rig["plc"])
    genesis = signed(operation_from_data(said("ana", own, host), None), host)
    did = did_of(genesis)

    async def say(what: PlcData, key: PrivateKey, prev: dict[str, Any]) -> dict[str, Any]:
        operation = signed(operation_from_data(what, cid_of(prev)), key)
        await plc.submit(did, operation)
        return operation

    async def history() -> PlcLog:
        return verify_log(did, await plc.log(did))

    assert problems_of(said("ana", own, host)) == []
    await plc.submit(did, genesis)
    taken = await say(said("thief", host), host, genesis)
    before = await history()
    back = await say(said("ana", own), own, genesis)
    after = await history()
    with pytest.raises(Refused):
        await say(said("thief", host), host, taken)
    with pytest.raises(Refused):
        await say(said("thief", host), host, back)

    assert before.ok and after.ok
    assert [entry.overruled for entry in before.entries] == [False, False]
    assert before.overrule_until(own.public.did_key) is not None
    assert before.overrule_until(host.public.did_key) is None
    assert [entry.overruled for entry in after.entries] == [False, True, False]
    assert after.standing[-1].data == said("ana", own)
    assert [span.key for span in after.signing_keys()] == [
        own.public.did_key,
        host.public.did_key,
    ]


async def test_every_repository_of_a_real_server_is_whole(http: Http, atproto_rig: run.Rig) -> None:
    """Signed with the key of its identity, as its verified history says."""
    plc = PlcClient(http, atproto_rig["plc"])
    for account in atproto_rig["accounts"]:
        did = account["did"]
        log = verify_log(did, await plc.log(did))
        address = f"{atproto_rig['pds'][0]}/xrpc/com.atproto.sync.getRepo"
        reply = await http.request("GET", address, params={"did": did}, why="test")
        report = verify_repo(reply.body, did=did, keys=log.signing_keys())

        assert log.ok, did
        assert report.ok, report
        assert (report.signature, report.notes) == ("valid", ())
        assert report.record_count > 0
