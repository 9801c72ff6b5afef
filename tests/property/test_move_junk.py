"""Servers that answer anything at all: a move says what is wrong, and never falls over."""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.errors import Malformed, ServiceError
from app.portability.atproto.plc_client import head_of
from app.portability.atproto.route import AtRoute
from app.portability.atproto.standing import moved_document, standing_from_document
from app.portability.plan import Place, Plan
from app.portability.route import Wish
from app.portability.step import Again, StepContext, Waiting
from app.protocols.http import Http, Reply
from app.protocols.net.call import Call
from app.protocols.safety import Link
from tests.unit.portability.atproto.movings import DID, NOW, MemoryContext
from tests.unit.portability.atproto.test_next_identity import LIVED, OLD, REPO_OLD, key

KNOWN: dict[str, Any] = {
    "did": DID,
    "accessJwt": "a.e30.c",
    "refreshJwt": "r",
    "operation": {
        "type": "plc_operation",
        "rotationKeys": list(LIVED.rotation_keys),
        "verificationMethods": {"atproto": key(REPO_OLD)},
        "alsoKnownAs": ["at://ana.test"],
        "services": {
            "atproto_pds": {
                "type": "AtprotoPersonalDataServer",
                "endpoint": "http://localhost:1",
            }
        },
        "prev": None,
    },
    "rotationKeys": [key(OLD)],
    "services": {"atproto_pds": {"type": "x", "endpoint": "http://localhost:1"}},
    "blobs": [{"cid": "bafkx", "recordUri": "x"}],
    "preferences": [{"$type": "x"}],
    "availableUserDomains": [".test"],
    "active": True,
    "activated": True,
    "repoCommit": "bafyx",
    "token": "t",
    "cid": "bafyx",
    "rev": "3k",
    "nullified": False,
    "createdAt": "2026-01-01T00:00:00Z",
    "handle": "ana.test",
}
scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.floats()
junk = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner)
)
half_right = st.dictionaries(
    st.sampled_from(sorted(KNOWN)), st.just(...) | junk, min_size=3, max_size=len(KNOWN)
).map(lambda parts: {k: KNOWN[k] if v is ... else v for k, v in parts.items()})
bodies = st.one_of(
    half_right.map(lambda body: json.dumps(body).encode()),
    half_right.map(lambda body: json.dumps([body]).encode()),
    junk.map(lambda body: json.dumps(body).encode()),
    st.binary(max_size=20),
    st.just(json.dumps(KNOWN).encode()),
    st.just(json.dumps([KNOWN]).encode()),
)
statuses = st.sampled_from([200, 200, 200, 200, 400, 401, 404, 429, 500, 302])


class Anything(Http):
    """The door to a network where everybody answers anything."""

    def __init__(self, answers: list[tuple[int, bytes]]) -> None:
        super().__init__(user_agent="test")
        self._answers, self._at = answers, 0

    async def _exchange(self, call: Call, link: Link) -> Reply:
        status, body = self._answers[self._at % len(self._answers)]
        self._at += 1
        if self._at > 300:
            raise AssertionError("it asks for ever")
        if call.landing is not None and status == 200:
            call.landing.path.write_bytes(body)
        return Reply(status, {"location": "/x", "content-type": "x"}, body, link.url)


def plan(route: str) -> Plan:
    """Between two servers of this machine."""
    did = "did:web:localhost%3A9" if "web" in route else DID
    source = Place(network="bluesky", server="http://localhost:1", did=did, handle="ana.test")
    target = Place(network="bluesky", server="http://localhost:2")
    return Plan(id="p", route=route, source=source, target=target, created_at=NOW, steps=())


ANSWERS = {
    "own_key": "skip",
    "handle": "ana",
    "email": "a@b.test",
    "plc_code": "AAAAA-BBBBB",
    "new_account": "remove",
    "removal_code": "x",
    "written_since": "bring",
    "undo_code": "x",
    "missing_files": "leave",
}


async def go_through(answers: list[tuple[int, bytes]], route: str, folder: Path) -> None:
    """Every step by itself, there and back, whatever those before it have left."""
    http = Anything(answers)
    context = MemoryContext(plan(route), folder, **ANSWERS)
    context.kept |= {"host_keys": [key(OLD)], "before": KNOWN["operation"], "made": True}
    context.kept |= {"arrived": True, "signed": KNOWN["operation"]}
    (folder / "preferences.json").write_text('[{"$type":"x"}]')
    (folder / "did-before.json").write_text("{}")
    for step in AtRoute(http, appview="http://localhost:4").steps(context.plan):
        for act in (step.done, step.do, step.undo):
            try:
                await act(cast(StepContext, context))
            except (ServiceError, Waiting, Again):
                continue


@given(st.lists(st.tuples(statuses, bodies), min_size=1, max_size=8))
@settings(max_examples=60)
def test_no_answer_breaks_a_move(answers: list[tuple[int, bytes]]) -> None:
    """Each step says what is wrong, waits, or is content: nothing else comes out."""
    for route in ("atproto", "atproto-web", "atproto-rescue", "atproto-web-rescue"):
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(go_through(answers, route, Path(folder)))


@given(st.lists(st.tuples(statuses, bodies), min_size=1, max_size=8))
@settings(max_examples=60)
def test_no_answer_breaks_a_plan(answers: list[tuple[int, bytes]]) -> None:
    """It is made, or not, with words."""
    wish = Wish(id="p", source=DID, target="localhost:2", options={}, answers={}, now=NOW)
    try:
        made = asyncio.run(AtRoute(Anything(answers), plc="http://localhost:3").plan(wish))
    except ServiceError as error:
        assert error.message
    else:
        assert made.steps


@given(junk)
def test_no_document_breaks_reading(document: Any) -> None:
    """Nor does what is made of it."""
    if isinstance(document, dict):
        standing_from_document(DID, document)
        moved_document(DID, document, pds="x", signing_key="did:key:z", handle="a.test")


def test_an_empty_log_is_none() -> None:
    """Said, not met with an index error."""
    with pytest.raises(Malformed, match="no entry"):
        head_of(())
