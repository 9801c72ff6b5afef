"""Whatever a server tells, each post is one line, in its place, and it ends."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.feed.pipeline import Settings
from app.feed.threads import DEEPEST, Tree, Voice, tree_from_voices
from app.model import Entry, ReplyTo
from app.model.thread import Absent, Thread
from tests.posts import ANA, NOW, post

NAMES = [f"https://north.example/{n}" for n in range(8)]


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """A post that answers any other, itself, nobody, or one that is not there."""
    uri = draw(st.sampled_from(NAMES))
    to = draw(st.sampled_from([*NAMES, "", "https://north.example/missing", None]))
    reply = None if to is None else ReplyTo(uri=to)
    by = draw(st.sampled_from(["teun", "ottilie"]))
    what = post(uri, ago=draw(st.integers(0, 9)), by=by, reply_to=reply)
    return Entry(key=uri, sort_at=what.sort_at, post=what)


absents = st.builds(
    Absent,
    uri=st.sampled_from(["", *NAMES]),
    parent=st.sampled_from(["", *NAMES]),
    state=st.sampled_from(["deleted", "blocked", "hidden", "not_loaded"]),
    count=st.integers(1, 3),
)
items: st.SearchStrategy[Any] = st.one_of(entries(), absents)


def told(thread: Thread) -> Tree:
    """The tree of it."""
    return tree_from_voices([Voice(ANA, "north", thread)], now=NOW, settings=Settings())


@given(
    focus=st.one_of(entries(), absents),
    above=st.lists(items, max_size=3),
    below=st.lists(items, max_size=12),
)
def test_every_answer_stands_once(focus: Any, above: list[Any], below: list[Any]) -> None:
    """
    No post twice, none too deep, none lost unless it is folded into "Continue" or
    answers something above.
    """
    uri = focus.post.uri if isinstance(focus, Entry) else NAMES[0]
    tree = told(Thread(focus=uri, post=focus, ancestors=tuple(above), replies=tuple(below)))

    shown = [line.uri for line in tree.lines if line.kind == "post"]
    assert len(shown) == len(set(shown))
    assert all(line.depth <= DEEPEST and len(line.rails) == line.depth for line in tree.below)
    folded = sum(line.count for line in tree.below if line.kind == "continue")
    parents: dict[str, str] = {}
    for item in (focus, *above, *below):
        if isinstance(item, Entry):
            reply = item.post.reply_to
            parents.setdefault(item.post.uri, reply.uri if reply is not None else "")
    for item in (focus, *above, *below):
        if isinstance(item, Absent) and item.uri:
            parents.setdefault(item.uri, item.parent)
    tops = {line.uri for line in tree.above}
    there = {item.post.uri for item in (focus, *above, *below) if isinstance(item, Entry)}
    lost = {name for name in there - set(shown) if not _leads_to(name, tops, parents)}
    assert len(lost) <= folded


def _leads_to(uri: str, tops: set[str], parents: dict[str, str]) -> bool:
    met: set[str] = set()
    while uri in parents and uri not in met:
        met.add(uri)
        uri = parents[uri]
        if uri in tops:
            return True
    return False
