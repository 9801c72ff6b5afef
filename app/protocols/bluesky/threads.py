"""
Conversations: the flat list of the newer method, and the tree of the older one.

Both become the same nodes; what is not there keeps its place and says why.

Sources: ``app.bsky.unspecced.getPostThreadV2`` (which may change: nothing but
the shape below is relied on), ``app.bsky.feed.getPostThread``, recordings.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Raw, Struct, field

from app.model import Entry
from app.model.errors import NotFound
from app.model.thread import Absent, Missing, Thread
from app.protocols.bluesky.convert import entry_from_post_view
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.lookup import GONE
from app.protocols.bluesky.wire import ABSENT, PostView, Wire

_ITEM = "app.bsky.unspecced.defs#threadItem"
_STATES: dict[str, Missing] = {
    f"{_ITEM}NotFound": "deleted",
    f"{_ITEM}Blocked": "blocked",
    f"{_ITEM}NoUnauthenticated": "hidden",
    "app.bsky.feed.defs#notFoundPost": "deleted",
    "app.bsky.feed.defs#blockedPost": "blocked",
}
_MOST = 2000  # posts of one conversation


class ThreadAnswer(Wire, frozen=True):
    """``getPostThreadV2``, and ``getPostThreadOtherV2``."""

    thread: list[Raw]
    has_other_replies: bool = False


class _Item(Wire, frozen=True):
    uri: str
    depth: int
    value: Raw = ABSENT


class _Value(Wire, frozen=True):
    type: str = field(default="", name="$type")
    post: Raw = ABSENT
    more_parents: bool = False
    more_replies: int = 0
    hidden_by_threadgate: bool = False


class _Gate(Wire, frozen=True):
    hidden_replies: list[str] = []


class _GateView(Wire, frozen=True):
    record: _Gate = _Gate()


class TreeAnswer(Wire, frozen=True):
    """``getPostThread``."""

    thread: Raw = ABSENT
    threadgate: _GateView = _GateView()


class _Tree(Wire, frozen=True):
    type: str = field(default="", name="$type")
    uri: str = ""
    post: Raw = ABSENT
    parent: Raw = ABSENT
    replies: list[Raw] = []


class Node(Struct, frozen=True):
    """A place in a conversation: *depth* below the post that was asked for."""

    depth: int
    post: Entry | Absent
    more_parents: bool = False
    more_replies: int = 0

    @property
    def uri(self) -> str:
        """Of the post, "" = not told."""
        return self.post.post.uri if isinstance(self.post, Entry) else self.post.uri


def thread_from_nodes(uri: str, nodes: Sequence[Node], *, held_back: int = 0) -> Thread:
    """
    The conversation around *uri*.

    Args:
        nodes: From the first ancestor down, depth first.
        held_back: How many answers the server keeps apart.

    Raises:
        NotFound: The post itself is not there.
    """
    focus = next((node for node in nodes if node.depth == 0), None)
    if focus is None or (isinstance(focus.post, Absent) and focus.post.state == "deleted"):
        raise NotFound(GONE, "Nothing to do.")
    above = [node for node in nodes if node.depth < 0]
    below = [node for node in nodes if node.depth > 0]
    first = above[0] if above else focus
    ancestors = [node.post for node in above]
    if first.more_parents:
        ancestors.insert(0, Absent(uri=_parent_of(first.post), state="not_loaded"))

    replies: list[Entry | Absent] = [node.post for node in below]
    replies += [
        Absent(parent=node.uri, state="not_loaded", count=node.more_replies)
        for node in (focus, *below)
        if node.more_replies > 0
    ]
    if held_back:
        replies.append(Absent(parent=uri, state="hidden", count=held_back))
    if withheld := _withheld(focus, below, held_back):
        replies.append(Absent(parent=uri, state="withheld", count=withheld))
    is_cut = first.more_parents or any(node.more_replies > 0 for node in (focus, *below))
    return Thread(
        focus=uri,
        post=focus.post,
        ancestors=tuple(ancestors),
        replies=tuple(replies),
        can_reply=not isinstance(focus.post, Entry) or focus.post.viewer.can_reply,
        complete=not (is_cut or held_back),
    )


def _withheld(focus: Node, below: Sequence[Node], held_back: int) -> int:
    """
    How many answers to the post are counted, and told of in no way.

    Answers of people who block me, or whom I block, are left out without a word. Of the
    post only: further down the server leaves out branches that are merely long.
    """
    if not isinstance(focus.post, Entry):
        return 0
    told = sum(node.depth == 1 for node in below) + focus.more_replies + held_back
    return max(0, focus.post.post.counts.replies - told)


# -------------------------------------------------------------------- list


def nodes_from_items(items: Sequence[Raw], now: datetime) -> list[Node]:
    """The newer method's list, whose items say how deep they are."""
    nodes = []
    above: dict[int, str] = {}  # depth → URI of the last post there
    for raw in items[:_MOST]:
        try:
            item = read(raw, _Item)
            value = read(item.value, _Value)
        except Unreadable:
            continue  # Not even its place is known.
        parent = above.get(item.depth - 1, "")
        above[item.depth] = item.uri
        post = _post(value.type, value.post, item.uri, parent, now)
        if value.hidden_by_threadgate and item.depth > 0:
            post = Absent(uri=item.uri, parent=parent, state="hidden")
        nodes.append(Node(item.depth, post, value.more_parents, value.more_replies))
    return nodes


def _post(kind: str, raw: Raw, uri: str, parent: str, now: datetime) -> Entry | Absent:
    if (state := _STATES.get(kind)) is not None:
        return Absent(uri=uri, parent=parent, state=state)
    try:
        return entry_from_post_view(read(raw, PostView), now)
    except Unreadable:
        return Absent(uri=uri, parent=parent, state="unreadable")


def _parent_of(post: Entry | Absent) -> str:
    if isinstance(post, Absent):
        return post.parent
    return post.post.reply_to.uri if post.post.reply_to else ""


# -------------------------------------------------------------------- tree


def nodes_from_tree(answer: TreeAnswer, uri: str, now: datetime, *, levels: int) -> list[Node]:
    """
    The older method's tree, without recursion: strangers decide how deep it is.

    Args:
        levels: How many below the post were asked for.
    """
    focus, tree = _node(answer.thread, 0, uri, "", now)
    hidden = frozenset(answer.threadgate.record.hidden_replies)
    nodes = [*_above(tree, now), focus]
    waiting = [(raw, 1, focus.uri) for raw in reversed(tree.replies)]
    while waiting and len(nodes) < _MOST:
        raw, depth, parent = waiting.pop()
        node, tree = _node(raw, depth, "", parent, now, levels=levels)
        if node.uri in hidden:
            nodes.append(Node(depth, Absent(uri=node.uri, parent=parent, state="hidden")))
            continue
        nodes.append(node)
        waiting += [(reply, depth + 1, node.uri) for reply in reversed(tree.replies)]
    return nodes


def _above(tree: _Tree, now: datetime) -> list[Node]:
    found: list[Node] = []
    raw, depth = tree.parent, -1
    while bytes(raw) not in (b"", b"null") and len(found) < _MOST:
        node, tree = _node(raw, depth, "", "", now)
        found.append(node)
        raw, depth = tree.parent, depth - 1
    if found and (parent := _parent_of(found[-1].post)):
        # It stops here, although there is something above.
        last = found.pop()
        found.append(Node(last.depth, last.post, more_parents=bool(parent)))
    return found[::-1]


def _node(
    raw: Raw, depth: int, uri: str, parent: str, now: datetime, *, levels: int = 0
) -> tuple[Node, _Tree]:
    try:
        tree = read(raw, _Tree)
    except Unreadable:
        return Node(depth, Absent(uri=uri, parent=parent, state="unreadable")), _Tree()
    post = _post(tree.type, tree.post, tree.uri or uri, parent, now)
    more = 0
    if isinstance(post, Entry) and 0 < levels <= depth and not tree.replies:
        more = post.post.counts.replies
    return Node(depth, post, more_replies=more), tree
