"""Publishing when things go wrong: exactly once, or in words why not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.model import RichText
from app.model.errors import (
    Malformed,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unreachable,
    Unsupported,
)
from app.model.sending import Outgoing, Published
from app.protocols.bluesky.network import BlueskyNetwork
from app.protocols.bluesky.sign_in import HeldSecrets
from app.protocols.http import Reply
from app.protocols.writing import Ready, Writes
from tests.unit.protocols.bluesky.samples import ANA, BEN, NOW, at, record, view
from tests.unit.protocols.bluesky.scripted import PDS, ScriptedHttp, reply
from tests.unit.protocols.bluesky.test_api import ACCOUNT, EXPIRED, PASSWORD, oauth_secret
from tests.unit.protocols.bluesky.writer import (
    APPLY,
    DELETE,
    DONE,
    GET,
    GONE,
    POSTS,
    kept,
    lost,
    raising,
    ready,
    service,
)


def test_it_writes() -> None:
    """As the contract says."""
    assert isinstance(service(ScriptedHttp({})), Writes)


async def test_one_write_makes_the_thread() -> None:
    """With everything that belongs to it, and nothing asked before."""
    wire = ScriptedHttp({APPLY: DONE})
    writer = service(wire)
    posts = ready(writer, "One", "Two", replies=("nobody",), quotes="nobody")

    published = await writer.publish(posts)

    (asked,) = wire.asked
    assert ANA == asked.json["repo"]
    assert [
        ("app.bsky.feed.post", 0),
        ("app.bsky.feed.threadgate", 0),
        ("app.bsky.feed.postgate", 0),
        ("app.bsky.feed.post", 1),
        ("app.bsky.feed.postgate", 1),
    ] == [
        (write["collection"], [p.ticket.split(" ")[0] for p in posts].index(write["rkey"]))
        for write in asked.json["writes"]
    ]
    first, second = published
    assert first.uri == asked.json["writes"][3]["value"]["reply"]["parent"]["uri"]
    assert second.ref.split(" ")[3:] == [first.uri, first.ref.split(" ")[0]]
    assert f"https://bsky.app/profile/ana.example/post/{first.uri[-13:]}" == first.url


async def test_the_same_post_is_the_same_bytes_at_each_try() -> None:
    """Also from another service, after a restart."""
    wire = ScriptedHttp({APPLY: DONE})
    posts = ready(service(wire), "One", "Two", langs=("en",))

    await service(wire).publish(posts)
    await service(wire).publish(posts)

    assert wire.asked[0].json == wire.asked[1].json


@pytest.mark.parametrize(
    "refusal",
    [
        reply(500, {"error": "InternalServerError", "message": "Internal Server Error"}),
        reply(502, b"<html>Bad gateway"),
        reply(400, {"error": "InvalidRequest", "message": "Record already exists"}),
        reply(400, {"error": "InvalidSwap"}),
        reply(409, {"error": "Conflict"}),
    ],
    ids=["500", "502", "400", "swap", "409"],
)
async def test_a_refusal_of_what_is_there_already_is_success(refusal: Reply) -> None:
    """Servers say it in several ways; looking tells."""
    wire = ScriptedHttp({APPLY: refusal})
    writer = service(wire)
    posts = ready(writer, "One", "Two")
    wire.add(GET, kept(posts))

    published = await writer.publish(posts)

    assert [at(key=post.ticket.split(" ")[0]) for post in posts] == [p.uri for p in published]
    assert ["c0", "c1"] == [p.ref.split(" ")[0] for p in published]


async def test_a_500_of_what_is_not_there_leaves_it_open() -> None:
    """Something may still come of it: whoever asked must look again."""
    wire = ScriptedHttp({APPLY: reply(500, {"error": "InternalServerError"}), GET: GONE})
    writer = service(wire)

    with pytest.raises(OutcomeUnknown):
        await writer.publish(ready(writer, "One"))


async def test_a_refusal_of_what_is_not_there_is_one() -> None:
    """In the server's words."""
    body = {"error": "InvalidRequest", "message": "Invalid app.bsky.feed.post record: x"}
    wire = ScriptedHttp({APPLY: reply(400, body), GET: GONE})
    writer = service(wire)

    with pytest.raises(Refused, match="Invalid app") as caught:
        await writer.publish(ready(writer, "One"))
    assert not isinstance(caught.value, NotFound)


async def test_when_looking_fails_the_first_error_counts() -> None:
    """It says more."""
    wire = ScriptedHttp({APPLY: reply(500, {"error": "InternalServerError"})})
    writer = service(wire)

    with pytest.raises(OutcomeUnknown):
        await writer.publish(ready(writer, "One"))


@pytest.mark.parametrize(
    ("answer", "error", "unknown"),
    [
        (raising(lost()), OutcomeUnknown, True),
        (raising(Malformed("Too long an answer.")), OutcomeUnknown, True),
        (raising(Unreachable("refused the connection")), Unreachable, False),
        (reply(429, {"error": "RateLimitExceeded"}, retry_after="9"), RateLimited, False),
    ],
    ids=["lost", "junk", "never left", "limited"],
)
async def test_only_what_may_have_been_done_is_unknown(
    answer: Any, error: type[Exception], unknown: bool
) -> None:
    """Everything else can simply be tried again."""
    wire = ScriptedHttp({APPLY: answer})
    writer = service(wire)

    with pytest.raises(error) as caught:
        await writer.publish(ready(writer, "One"))

    assert unknown == isinstance(caught.value, OutcomeUnknown)
    assert [APPLY] == [asked.url for asked in wire.asked]


@pytest.mark.parametrize("junk", [b"<html>Welcome to the hotel", b"", b'{"resul', b"{}"])
async def test_a_200_without_sense_is_looked_into(junk: bytes) -> None:
    """A hotel's sign-in page has posted nothing; an old server says nothing."""
    wire = ScriptedHttp({APPLY: reply(200, junk), GET: GONE})
    writer = service(wire)
    posts = ready(writer, "One")

    with pytest.raises(OutcomeUnknown):
        await writer.publish(posts)

    wire.add(GET, kept(posts))
    assert 1 == len(await writer.publish(posts))


async def test_an_expired_token_in_between_is_renewed_and_the_write_repeated() -> None:
    """Once: a refused write was not done."""
    tokens = {"did": ANA, "handle": "ana.example", "accessJwt": "a2", "refreshJwt": "r2"}
    refresh = f"{PDS}/xrpc/com.atproto.server.refreshSession"
    wire = ScriptedHttp({APPLY: [EXPIRED, DONE], refresh: reply(body=tokens)})
    writer = service(wire)

    await writer.publish(ready(writer, "One", "Two"))

    assert ["Bearer a1", "Bearer a2"] == [
        asked.headers["authorization"] for asked in wire.seen("applyWrites")
    ]
    assert wire.seen("applyWrites")[0].json == wire.seen("applyWrites")[1].json


async def test_a_nonce_that_is_wanted_is_no_failure() -> None:
    """OAuth's proof is made again; the verb and the address are in it."""
    wanted = reply(
        401,
        {"error": "use_dpop_nonce"},
        dpop_nonce="n1",
        www_authenticate='DPoP error="use_dpop_nonce"',
    )
    wire = ScriptedHttp({APPLY: [wanted, DONE]})
    writer = service(wire, oauth_secret())

    await writer.publish(ready(writer, "One"))

    assert 2 == len({asked.headers["dpop"] for asked in wire.seen("applyWrites")})


# ------------------------------------------------------------------- looking


async def test_what_is_not_there_is_none() -> None:
    """Said by the repo itself."""
    writer = service(ScriptedHttp({GET: GONE}))

    assert await writer.look(ready(writer, "One", "Two")) is None


async def test_one_that_is_there_proves_the_others() -> None:
    """They were one write; somebody has deleted the second since."""
    wire = ScriptedHttp({})
    writer = service(wire)
    posts = ready(writer, "One", "Two")
    wire.add(GET, kept(posts, missing=1))

    found = await writer.look(posts)

    assert found is not None
    assert [at(key=post.ticket.split(" ")[0]) for post in posts] == [p.uri for p in found]


async def test_another_post_in_its_place_is_told() -> None:
    """Never taken for ours."""
    wire = ScriptedHttp({})
    writer = service(wire)
    posts = ready(writer, "One")
    wire.add(GET, kept(posts, text="Something else"))

    with pytest.raises(Refused, match="Something else stands"):
        await writer.look(posts)


@pytest.mark.parametrize(
    "answer",
    [
        reply(404, b"<html>not found"),
        reply(503, b""),
        reply(200, b"<html>"),
        reply(200, {"uri": at(BEN), "cid": "x", "value": {}}),
        raising(lost()),
    ],
    ids=["404", "503", "junk", "another", "lost"],
)
async def test_not_knowing_is_not_absence(answer: Any) -> None:
    """Only the repo's own "no such record" is."""
    writer = service(ScriptedHttp({GET: answer}))

    with pytest.raises((Malformed, Unreachable)):
        await writer.look(ready(writer, "One"))


# ---------------------------------------------------------------- what it says


async def test_a_damaged_ticket_sends_nothing() -> None:
    """A new key would be a new post."""
    wire = ScriptedHttp({APPLY: DONE})
    writer = service(wire)

    for call in (writer.publish, writer.look):
        with pytest.raises(Refused, match="damaged"):
            await call([Ready(post=Outgoing(text=RichText("x")), ticket="t1")])

    assert [] == wire.asked


async def test_too_long_a_post_or_thread_sends_nothing() -> None:
    """Of 201 posts none is sent."""
    wire = ScriptedHttp({APPLY: DONE})
    writer = service(wire)

    with pytest.raises(Refused, match="301 of 300"):
        await writer.publish(ready(writer, "fits", "x" * 301))
    with pytest.raises(Refused, match="thread is too long"):
        await writer.publish(ready(writer, *["x"] * 201))

    assert [] == wire.asked


async def test_the_post_to_answer_says_whether_it_may_be() -> None:
    """Root, parent and quote are asked for at once."""
    parent, quoted = at(BEN, "p"), at(BEN, "q")
    ben = {"did": BEN, "handle": "ben.example"}
    root = {"root": {"uri": at(key="r"), "cid": "cr"}, "parent": {"uri": at(key="r"), "cid": "cr"}}
    views = [
        view(uri=parent, cid="cp", author=ben, record=record(reply=root)),
        view(uri=quoted, cid="cq", author=ben),
    ]
    wire = ScriptedHttp({APPLY: DONE, POSTS: lambda _: reply(body={"posts": views})})
    writer = service(wire)

    await writer.publish(ready(writer, "Yes", reply_to=parent, quote=quoted))

    assert {"uris": [parent, quoted]} == wire.asked[0].params
    value = wire.asked[1].json["writes"][0]["value"]
    assert ("cr", "cp") == (value["reply"]["root"]["cid"], value["reply"]["parent"]["cid"])
    assert "cq" == value["embed"]["record"]["cid"]
    views[0]["viewer"] = {"replyDisabled": True}
    with pytest.raises(Refused, match="lets only some people answer"):
        await writer.publish(ready(writer, "Yes", reply_to=parent))
    views[1]["viewer"] = {"embeddingDisabled": True}
    with pytest.raises(Refused, match="quote"):
        await writer.publish(ready(writer, "Yes", quote=quoted))
    del views[0]
    with pytest.raises(NotFound, match="gone"):
        await writer.publish(ready(writer, "Yes", reply_to=parent))
    assert 1 == len(wire.seen("applyWrites"))


async def test_a_thread_without_its_last_post_does_not_go_on() -> None:
    """Its version is not known: it was gone when it was looked for."""
    wire = ScriptedHttp({APPLY: DONE})
    writer = service(wire)
    (post,) = ready(writer, "Two")
    gone = Published(at(), "", "- - - - -")

    with pytest.raises(NotFound, match="before it in the thread"):
        await writer.publish([Ready(post=post.post, ticket=post.ticket, parent=gone)])


async def test_deleting_asks_for_the_post_and_its_gates() -> None:
    """Only own posts, only posts."""
    wire = ScriptedHttp({DELETE: reply(body={})})
    writer = service(wire)

    await writer.delete(Published(at(key="k")))

    assert [
        ("app.bsky.feed.post", "k"),
        ("app.bsky.feed.threadgate", "k"),
        ("app.bsky.feed.postgate", "k"),
    ] == [(asked.json["collection"], asked.json["rkey"]) for asked in wire.asked]
    for uri in (at(BEN), at(collection="app.bsky.feed.like"), "https://bsky.app/x", ""):
        with pytest.raises(Refused):
            await writer.delete(Published(uri))


async def test_there_is_no_edit() -> None:
    """With what can be done instead, and what that costs."""
    writer = service(ScriptedHttp({}))

    with pytest.raises(Unsupported, match="no edit") as caught:
        await writer.edit(Published(at()), Outgoing(text=RichText("x")), {})
    assert "Delete" in caught.value.next_step


def test_all_services_of_an_account_share_a_clock() -> None:
    """Two of them must not make the same key; another account has its own."""
    network = BlueskyNetwork(ScriptedHttp({}).http, environment={})
    post = Outgoing(text=RichText("x"))
    services = [network.open(ACCOUNT, HeldSecrets(PASSWORD)) for _ in range(2)]

    tickets = [
        one.ticket(post, NOW - timedelta(days=n))
        for n in range(5)
        for one in services
        if isinstance(one, Writes)
    ]

    assert sorted(set(tickets)) == tickets
    assert 10 == len(tickets)
