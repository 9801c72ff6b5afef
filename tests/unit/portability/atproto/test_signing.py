"""Mailed codes and own keys: what is asked when, what is spent on what, what is never sent on."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec.structs import replace

from app.model.errors import Refused
from app.portability.atproto import asking
from app.portability.atproto.acts import Act
from app.portability.atproto.ends import Ends
from app.portability.atproto.plc import (
    PlcData,
    Service,
    cid_of,
    data_from_operation,
    signed,
)
from app.portability.atproto.plc_client import PlcClient
from app.portability.atproto.recovery_key import make_key_file
from app.portability.atproto.steps_prepare import OwnKeyFirst, own_key
from app.portability.atproto.steps_switch import Sign
from app.portability.plan import Place, Plan
from app.portability.step import StepContext, Waiting
from app.protocols.http import Http, Reply
from app.protocols.net.call import Call
from app.protocols.safety import Link
from tests.unit.portability.atproto.movings import NOW, MemoryContext
from tests.unit.portability.atproto.test_next_identity import NEW, OLD, REPO_NEW, REPO_OLD, key
from tests.unit.portability.atproto.test_plc import History

OLD_HOST, NEW_HOST = "https://old.example.com", "https://new.example.com"
BEFORE = PlcData(
    rotation_keys=(key(OLD),),
    verification_methods={"atproto": key(REPO_OLD)},
    also_known_as=("at://ana.old.example.com",),
    services={"atproto_pds": Service("AtprotoPersonalDataServer", OLD_HOST)},
)
ASK, SIGN = "requestPlcOperationSignature", "signPlcOperation"


class Hosts(Http):
    """Two hosts and a directory, in memory. *no*: refusals by method, *code*: the right one."""

    def __init__(self, data: PlcData = BEFORE) -> None:
        super().__init__(user_agent="test")
        self.history = History(data, OLD)
        self.calls: Counter[str] = Counter()
        self.no: dict[str, dict[str, str]] = {}
        self.code = "AAAAA-AAAAA"
        self.change: dict[str, Any] = {}

    @property
    def head(self) -> PlcData:
        """What the directory says now."""
        data = data_from_operation(self.history.entries[-1].operation)
        assert data is not None
        return data

    async def _exchange(self, call: Call, link: Link) -> Reply:
        method = link.url.partition("?")[0].rpartition("/")[2].rpartition(".")[2]
        self.calls[method] += 1
        body = call.payload.get("json") or {}
        if method in self.no:
            return Reply(400, {}, json.dumps(self.no[method]).encode(), link.url)
        if method == SIGN and body["token"] != self.code:
            return Reply(400, {}, b'{"error":"InvalidToken"}', link.url)
        if call.method == "POST" and method.startswith("did:"):
            self.history.put(body, NOW)
            return Reply(200, {}, b"{}", link.url)
        return Reply(200, {}, json.dumps(self._said(method, body, link)).encode(), link.url)

    def _said(self, method: str, body: dict[str, Any], link: Link) -> Any:
        did, entries = self.history.did, self.history.entries
        if method == "audit":
            return [
                {
                    "did": did,
                    "operation": e.operation,
                    "cid": e.cid,
                    "nullified": False,
                    "createdAt": e.created_at,
                }
                for e in entries
            ]
        if method == SIGN:
            self.code = "used up"
            last = dict(entries[-1].operation)
            asked = {name: body[name] for name in last if name in body}
            operation = last | asked | {"prev": entries[-1].cid} | self.change
            return {"operation": signed(operation, OLD)}
        if method == "getRecommendedDidCredentials":
            home = {"type": "AtprotoPersonalDataServer", "endpoint": link.origin}
            return {
                "rotationKeys": [key(NEW)],
                "alsoKnownAs": ["at://ana.new.example.com"],
                "verificationMethods": {"atproto": key(REPO_NEW)},
                "services": {"atproto_pds": home},
            }
        return {"did": did, "accessJwt": "a", "refreshJwt": "r", "handle": "ana"}


class Scene:
    """One act between the hosts."""

    def __init__(self, kind: type[Act], folder: Path, hosts: Hosts, **answers: str) -> None:
        self.hosts, self.folder = hosts, folder
        source = Place(network="bluesky", server=OLD_HOST, did=hosts.history.did, handle="ana")
        plan = Plan(
            id="p",
            route="atproto",
            source=source,
            target=Place(network="bluesky", server=NEW_HOST),
            created_at=NOW,
            steps=(),
        )
        self.context = MemoryContext(plan, folder, **answers)
        self.context.kept |= {"host_keys": [key(OLD)], "email": "a•••@example.com"}
        self.step = kind(Ends(plan, hosts, PlcClient(hosts)))

    async def do(self, **answers: str) -> Waiting | None:
        """With these answers from now on; what it waits for."""
        self.context.answers |= answers
        try:
            await self.step.do(cast(StepContext, self.context))
        except Waiting as waiting:
            for need in waiting.needs:  # as the runner does
                self.context.answers.pop(need.key, None)
            return waiting
        return None

    async def done(self) -> bool:
        """Whether it is."""
        return await self.step.done(cast(StepContext, self.context))


def keys_of(waiting: Waiting | None) -> list[str]:
    """What is asked."""
    assert waiting is not None
    return [need.key for need in waiting.needs]


# ------------------------------------------------------------------- own key


async def test_an_own_key_is_made_kept_and_put_first(tmp_path: Path) -> None:
    """Seen in the directory, and readable in its file, before it counts as done."""
    file = tmp_path / "ana.key"
    scene = Scene(OwnKeyFirst, tmp_path, Hosts(), own_key="make", own_key_file=str(file))

    assert ["own_key_code"] == keys_of(await scene.do())
    assert not await scene.done()
    assert await scene.do(own_key_code="aaaaa aaaaa") is None

    assert await scene.done()
    made = own_key(cast(StepContext, scene.context))
    assert made is not None
    assert scene.hosts.head.rotation_keys == (made.public, key(OLD))
    file.unlink()
    assert not await scene.done()


async def test_an_own_key_that_is_known_already_needs_no_code(tmp_path: Path) -> None:
    """It signs for itself that it comes first."""
    file = tmp_path / "ana.key"
    hosts = Hosts()
    made = make_key_file(file, hosts.history.did, "ana")
    hosts.history.say(replace(BEFORE, rotation_keys=(key(OLD), made.public)), OLD, hours=1)
    scene = Scene(OwnKeyFirst, tmp_path, hosts, own_key="have", own_key_file=str(file))

    assert await scene.do() is None

    assert hosts.head.rotation_keys == (made.public, key(OLD))
    assert 0 == hosts.calls[ASK]


async def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    """And another is asked for; also where it is another account's key."""
    file = tmp_path / "diary.txt"
    file.write_text("dear diary")
    other = tmp_path / "other.key"
    make_key_file(other, "did:plc:another", "bob")
    scene = Scene(OwnKeyFirst, tmp_path, Hosts(), own_key="make", own_key_file=str(file))

    assert ["own_key_file"] == keys_of(await scene.do())
    assert "dear diary" == file.read_text()
    waiting = await scene.do(own_key_file=str(other))
    assert waiting is not None
    assert "another account" in waiting.text


@pytest.mark.parametrize("trouble", ["full", "mail"])
async def test_where_no_key_can_be_added_one_can_go_without(tmp_path: Path, trouble: str) -> None:
    """Said why, and asked again."""
    full = replace(BEFORE, rotation_keys=(key(OLD), *(f"did:key:z{n}" for n in range(4))))
    hosts = Hosts(full if trouble == "full" else BEFORE)
    if trouble == "mail":
        words = "account does not have an email address"
        hosts.no[ASK] = {"error": "InvalidRequest", "message": words}
    file = str(tmp_path / "ana.key")
    scene = Scene(OwnKeyFirst, tmp_path, hosts, own_key="make", own_key_file=file)

    waiting = await scene.do()

    assert ["own_key"] == keys_of(waiting)
    assert waiting is not None
    assert waiting.text
    scene.context.answers["own_key"] = asking.SKIP
    assert await scene.done()
    assert scene.context.kept["own_key"] is None


# ------------------------------------------------------------------- the code


async def test_one_code_is_mailed_and_not_one_for_each_look(tmp_path: Path) -> None:
    """Another makes the first worthless; who wants it says so, or waits ten minutes."""
    scene = Scene(Sign, tmp_path, Hosts())

    assert ["plc_code"] == keys_of(await scene.do())
    await scene.do()
    assert 1 == scene.hosts.calls[ASK]
    await scene.do(plc_code=asking.NEW)
    assert 2 == scene.hosts.calls[ASK]
    asked = NOW - timedelta(minutes=11)
    scene.context.kept["plc_code_asked"] = asked.isoformat()
    await scene.do()
    assert 3 == scene.hosts.calls[ASK]


async def test_what_is_signed_is_kept_and_not_yet_sent(tmp_path: Path) -> None:
    """With what was before, for the way back."""
    scene = Scene(Sign, tmp_path, Hosts())
    await scene.do()

    assert await scene.do(plc_code="AAAAA-AAAAA") is None

    kept = scene.context.kept
    head = scene.hosts.history.entries[-1]
    assert (head.cid, dict(head.operation)) == (kept["before_cid"], kept["before"])
    assert (head.cid, NEW_HOST) == (
        kept["signed"]["prev"],
        kept["signed"]["services"]["atproto_pds"]["endpoint"],
    )
    assert 1 == len(scene.hosts.history.entries)
    assert await scene.done()
    assert cid_of(kept["signed"])


async def test_a_wrong_code_is_asked_for_again(tmp_path: Path) -> None:
    """Nothing new is mailed at once: it may have been mistyped; the next look mails another."""
    scene = Scene(Sign, tmp_path, Hosts())
    await scene.do()

    waiting = await scene.do(plc_code="BBBBB-BBBBB")

    assert waiting is not None
    assert "wrong" in waiting.text
    assert 1 == scene.hosts.calls[ASK]
    await scene.do()
    assert 2 == scene.hosts.calls[ASK]


async def test_no_code_is_spent_on_what_would_be_refused(tmp_path: Path) -> None:
    """A new host that recommends nonsense is found out before."""
    hosts = Hosts(replace(BEFORE, also_known_as=("at://a.test", "https://x" + "y" * 300)))
    scene = Scene(Sign, tmp_path, hosts, plc_code="AAAAA-AAAAA")

    with pytest.raises(Refused, match="too long"):
        await scene.do()

    assert 0 == hosts.calls[ASK] + hosts.calls[SIGN]


async def test_what_a_host_signs_on_its_own_account_is_not_kept(tmp_path: Path) -> None:
    """Nor sent."""
    hosts = Hosts()
    hosts.change = {"rotationKeys": [key(OLD)]}
    scene = Scene(Sign, tmp_path, hosts, plc_code="AAAAA-AAAAA")

    with pytest.raises(Refused, match="something else"):
        await scene.do()

    assert "signed" not in scene.context.kept


async def test_the_own_key_signs_where_no_mail_comes(tmp_path: Path) -> None:
    """Offered when the host says why; and taken without its help."""
    file = tmp_path / "ana.key"
    hosts = Hosts()
    made = make_key_file(file, hosts.history.did, "ana")
    hosts.history.say(replace(BEFORE, rotation_keys=(made.public, key(OLD))), OLD, hours=1)
    hosts.no[ASK] = {"error": "InvalidRequest", "message": "account does not have an email address"}
    scene = Scene(Sign, tmp_path, hosts)
    scene.context.kept |= {"own_key": made.public, "own_key_file": str(file)}

    waiting = await scene.do()
    assert waiting is not None
    assert "Your own key can sign" in waiting.text
    assert await scene.do(plc_code=asking.BY_KEY) is None

    assert 0 == hosts.calls[SIGN]
    kept = scene.context.kept["signed"]
    assert [made.public, key(NEW)] == kept["rotationKeys"]
