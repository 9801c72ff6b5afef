"""Conversations as values: lists, trees, and what is not there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from app.model import Entry
from app.model.errors import Malformed, NotFound
from app.model.thread import Absent, Thread
from app.protocols.bluesky.api import answer
from app.protocols.bluesky.threads import (
    Node,
    ThreadAnswer,
    TreeAnswer,
    nodes_from_items,
    nodes_from_tree,
    thread_from_nodes,
)
from app.protocols.writing import Converses
from tests.outside import OUTSIDE, needs_outside
from tests.unit.protocols.bluesky.samples import NOW, at, record, view
from tests.unit.protocols.bluesky.scripted import PDS, ScriptedHttp, reply
from tests.unit.protocols.bluesky.writer import service

LIST = f"{PDS}/xrpc/app.bsky.unspecced.getPostThreadV2"
OTHERS = f"{PDS}/xrpc/app.bsky.unspecced.getPostThreadOtherV2"
TREE = f"{PDS}/xrpc/app.bsky.feed.getPostThread"
KIND = "app.bsky.unspecced.defs#threadItem"


def reply_to(key: str) -> dict[str, Any]:
    ref = {"uri": at(key=key), "cid": "c"}
    return record(reply={"root": ref, "parent": ref})


def item(depth: int, key: str, parent: str = "", **more: Any) -> dict[str, Any]:
    said = reply_to(parent) if parent else record()
    value = {"$type": f"{KIND}Post", "post": view(uri=at(key=key), record=said), **more}
    return {"uri": at(key=key), "depth": depth, "value": value}


def hole(depth: int, key: str, kind: str) -> dict[str, Any]:
    return {"uri": at(key=key), "depth": depth, "value": {"$type": KIND + kind}}


def listed(*items: Any, held_back: int = 0) -> Thread:
    raws = [Raw(json.dumps(one).encode()) for one in items]
    return thread_from_nodes(at(key="f"), nodes_from_items(raws, NOW), held_back=held_back)


def absent(thread: Thread) -> list[Absent]:
    items = (*thread.ancestors, *thread.replies)
    return [one for one in items if isinstance(one, Absent)]


def test_it_converses() -> None:
    """As the contract says."""
    assert isinstance(service(ScriptedHttp({})), Converses)


def test_a_list_is_parted_by_depth() -> None:
    """Above, the post, below; nothing is missing."""
    thread = listed(item(-1, "a"), item(0, "f", "a"), item(1, "b", "f"), item(2, "c", "b"))

    assert isinstance(thread.post, Entry)
    assert at(key="f") == thread.post.post.uri == thread.focus
    assert 1 == len(thread.ancestors)
    parents = [
        one.post.reply_to.uri
        for one in thread.replies
        if isinstance(one, Entry) and one.post.reply_to
    ]
    assert [at(key="f"), at(key="b")] == parents
    assert (True, True) == (thread.complete, thread.can_reply)


def test_what_is_not_there_keeps_its_place() -> None:
    """And says why; an unknown kind or a broken post is no reason to lose the rest."""
    broken = item(2, "z")
    broken["value"]["post"]["record"] = []
    thread = listed(
        hole(-1, "a", "NotFound"),
        item(0, "f", "a"),
        item(1, "b", "f"),
        hole(2, "c", "Blocked"),
        hole(2, "d", "NoUnauthenticated"),
        hole(1, "e", "Holographic"),
        item(1, "g", "f", hiddenByThreadgate=True),
        broken,
        "junk",
        held_back=3,
    )

    assert [
        Absent(uri=at(key="a")),
        Absent(uri=at(key="c"), parent=at(key="b"), state="blocked"),
        Absent(uri=at(key="d"), parent=at(key="b"), state="hidden"),
        Absent(uri=at(key="e"), parent=at(key="f"), state="unreadable"),
        Absent(uri=at(key="g"), parent=at(key="f"), state="hidden"),
        Absent(uri=at(key="z"), parent=at(key="g"), state="unreadable"),
        Absent(parent=at(key="f"), state="hidden", count=3),
    ] == absent(thread)
    assert not thread.complete


def test_what_was_not_told_is_counted() -> None:
    """Above and below."""
    thread = listed(
        item(-1, "a", "r", moreParents=True), item(0, "f", "a"), item(1, "b", "f", moreReplies=4)
    )

    assert [
        Absent(uri=at(key="r"), state="not_loaded"),
        Absent(parent=at(key="b"), state="not_loaded", count=4),
    ] == absent(thread)
    assert not thread.complete


@pytest.mark.parametrize(("counted", "held_back", "withheld"), [(3, 0, 2), (3, 1, 1), (1, 0, 0)])
def test_answers_that_are_counted_and_not_told_are_said(
    counted: int, held_back: int, withheld: int
) -> None:
    """Servers leave out who blocks me without a word; "no replies" would be a lie."""
    focus = item(0, "f")
    focus["value"]["post"]["replyCount"] = counted
    thread = listed(focus, item(1, "b", "f"), held_back=held_back)

    found = [one.count for one in absent(thread) if one.state == "withheld"]
    assert found == ([withheld] if withheld else [])


def test_a_post_that_is_gone_is_not_found() -> None:
    """A blocked one is a conversation with a hole."""
    for items in ([hole(0, "f", "NotFound")], []):
        with pytest.raises(NotFound):
            listed(*items)

    thread = listed(hole(0, "f", "Blocked"))
    assert Absent(uri=at(key="f"), state="blocked") == thread.post


def test_who_may_not_answer_is_told() -> None:
    """By the post's own view."""
    closed = item(0, "f")
    closed["value"]["post"]["viewer"] = {"replyDisabled": True}

    assert not listed(closed).can_reply


# -------------------------------------------------------------------- tree


def branch(key: str, *replies: Any, parent: str = "", above: Any = None) -> dict[str, Any]:
    said = reply_to(parent) if parent else record()
    made = {
        "$type": "app.bsky.feed.defs#threadViewPost",
        "post": view(uri=at(key=key), record=said, replyCount=2),
        "replies": list(replies),
    }
    return made | ({"parent": above} if above else {})


def gone(key: str, kind: str = "notFoundPost") -> dict[str, Any]:
    return {"$type": f"app.bsky.feed.defs#{kind}", "uri": at(key=key)}


def from_tree(tree: Any, *, hidden: tuple[str, ...] = (), levels: int = 9) -> Thread:
    gate = {"record": {"hiddenReplies": [at(key=key) for key in hidden]}}
    body = json.dumps({"thread": tree, "threadgate": gate}).encode()
    uri = at(key="f")
    return thread_from_nodes(
        uri, nodes_from_tree(answer(body, TreeAnswer), uri, NOW, levels=levels)
    )


def test_a_tree_becomes_the_same() -> None:
    """Depth first; holes in their places; hidden branches as one hole."""
    tree = branch(
        "f",
        branch("b", gone("c", "blockedPost"), branch("d", parent="b"), parent="f"),
        branch("h", branch("i", parent="h"), parent="f"),
        gone("e"),
        17,
        parent="a",
        above=branch("a", parent="r", above=gone("r")),
    )

    thread = from_tree(tree, hidden=("h",))

    uris = [one.post.uri if isinstance(one, Entry) else one.uri for one in thread.replies]
    assert [at(key=key) for key in "bcdhe"] == uris[:5]
    assert ["deleted", "blocked", "hidden", "deleted", "unreadable"] == [
        one.state for one in absent(thread)
    ]
    assert 2 == len(thread.ancestors)


def test_where_a_tree_ends_there_is_more() -> None:
    """At the last level that was asked for, and above the highest that came."""
    tree = branch(
        "f",
        branch("b", branch("c", parent="b"), parent="f"),
        parent="a",
        above=branch("a", parent="r"),
    )

    thread = from_tree(tree, levels=2)

    assert [
        Absent(uri=at(key="r"), state="not_loaded"),
        Absent(parent=at(key="c"), state="not_loaded", count=2),
        Absent(parent=at(key="f"), state="withheld"),
    ] == absent(thread)


def test_a_tree_as_deep_as_strangers_like_is_read() -> None:
    """Without recursion; what even the JSON reader gives up is told."""
    tree: Any = branch("x")
    for _ in range(300):
        tree = branch("x", tree, parent="x")
    tree["post"]["uri"] = at(key="f")
    body = b'{"thread": ' + b'{"replies":[' * 5000 + b"]}" * 5000 + b"}"

    assert 300 == len([one for one in from_tree(tree).replies if isinstance(one, Entry)])
    with pytest.raises(Malformed):
        answer(body, TreeAnswer)


# ------------------------------------------------------------------ service


async def test_an_older_server_is_asked_the_older_way_from_then_on() -> None:
    """One failure is enough to know."""
    wire = ScriptedHttp(
        {
            LIST: reply(501, {"error": "MethodNotImplemented"}),
            TREE: reply(body={"thread": branch("f")}),
        }
    )
    reader = service(wire)

    for _ in range(2):
        assert at(key="f") == (await reader.thread(at(key="f"))).focus

    assert (1, 2) == (len(wire.seen("getPostThreadV2")), len(wire.seen("getPostThread")))


@pytest.mark.parametrize(
    ("others", "count"),
    [
        (reply(body={"thread": [item(1, "b"), item(2, "c")]}), 2),
        (reply(body={"thread": []}), 1),
        (reply(503), 1),
    ],
)
async def test_answers_that_are_held_back_are_counted(others: Any, count: int) -> None:
    """At least one, when that cannot be found out."""
    body = {"thread": [item(0, "f")], "hasOtherReplies": True}
    reader = service(ScriptedHttp({LIST: reply(body=body), OTHERS: others}))

    thread = await reader.thread(at(key="f"))

    assert [Absent(parent=at(key="f"), state="hidden", count=count)] == absent(thread)


# --------------------------------------------------------------- recordings


def recorded(name: str) -> Any:
    assert OUTSIDE is not None
    return json.loads((OUTSIDE / f"recordings/atproto/{name}.json").read_text("utf-8"))


@needs_outside
@pytest.mark.parametrize(
    ("case", "ancestors", "states"),
    [
        ("deep", 0, ["not_loaded", "withheld"]),
        ("gated", 0, ["withheld"]),
        ("others-block", 0, ["withheld"]),
        ("parent-blocked", 1, ["blocked"]),
        ("parent-deleted", 1, ["deleted"]),
        ("reply", 12, []),
        ("root-deleted", 1, ["deleted"]),
        ("self-thread", 0, []),
    ],
)
def test_recorded_lists(case: str, ancestors: int, states: list[str]) -> None:
    """Answers of a real AppView."""
    found = recorded(f"app.bsky.unspecced.getPostThreadV2.{case}")
    uri = found["request"]["params"]["anchor"]
    items = answer(json.dumps(found["body"]).encode(), ThreadAnswer).thread

    thread = thread_from_nodes(uri, nodes_from_items(items, NOW))

    assert isinstance(thread.post, Entry)
    assert (uri, ancestors) == (thread.post.post.uri, len(thread.ancestors))
    assert states == [one.state for one in absent(thread)]


@needs_outside
@pytest.mark.parametrize(
    ("case", "ancestors"),
    [
        ("deep", 0),
        ("gated", 0),
        ("others-block", 0),
        ("parent-blocked", 1),
        ("parent-deleted", 1),
        ("reply", 12),
        ("root-deleted", 1),
        ("self-thread", 0),
    ],
)
def test_recorded_trees(case: str, ancestors: int) -> None:
    """The same conversations, told the older way."""
    found = recorded(f"app.bsky.feed.getPostThread.{case}")
    uri = found["request"]["params"]["uri"]
    tree = answer(json.dumps(found["body"]).encode(), TreeAnswer)

    thread = thread_from_nodes(uri, nodes_from_tree(tree, uri, NOW, levels=99))

    assert isinstance(thread.post, Entry)
    assert (uri, ancestors) == (thread.post.post.uri, len(thread.ancestors))


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["uri", "depth", "value", "post", "$type", "replies", "parent"]), inner
        )
    ),
    max_leaves=15,
)


@given(st.lists(JUNK, max_size=5), JUNK)
def test_junk_makes_holes_at_most(items: list[Any], tree: Any) -> None:
    """Whatever a server says."""
    raws = [Raw(json.dumps(one).encode()) for one in items]
    body = json.dumps({"thread": tree}).encode()

    nodes: list[Node] = nodes_from_items(raws, NOW)
    nodes += nodes_from_tree(answer(body, TreeAnswer), at(key="f"), NOW, levels=3)

    assert all(isinstance(node.post, Absent) for node in nodes)
