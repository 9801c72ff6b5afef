"""Single posts and records, asked for by their address."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Raw, Struct

from app.model.errors import Malformed, NotFound, Refused, ServiceError
from app.protocols.bluesky.api import BlueskyApi, answer
from app.protocols.bluesky.decode import Unreadable, read, read_page
from app.protocols.bluesky.records import Ref
from app.protocols.bluesky.refusals import error_from_xrpc, said
from app.protocols.bluesky.uris import at_uri_parts
from app.protocols.bluesky.wire import ABSENT, PostRecord, PostView, Wire
from app.protocols.http import Reply

_MOST = 25  # of getPosts

GONE = "The post is gone, or its author does not show it to you."
"""Deleted, blocked or taken down: servers do not tell which."""


class Record(Wire, frozen=True):
    """``com.atproto.repo.getRecord``."""

    uri: str
    cid: str
    value: Raw = ABSENT


class Target(Struct, frozen=True):
    """A post that is answered, quoted or reacted to, as it is now."""

    ref: Ref
    root: Ref
    can_reply: bool = True
    can_quote: bool = True


async def raw_views(api: BlueskyApi, uris: Sequence[str], *, why: str) -> list[Raw]:
    """Views of these posts (``getPosts``), any order; those that are gone are left out."""
    found: list[Raw] = []
    for start in range(0, len(uris), _MOST):
        params = [("uris", uri) for uri in uris[start : start + _MOST]]
        body = await api.get("app.bsky.feed.getPosts", params, why=why)
        found += read_page(body, "posts")[0]
    return found


async def views_of(api: BlueskyApi, uris: Sequence[str], *, why: str) -> dict[str, PostView]:
    """The same by URI; those that cannot be read are left out too."""
    found = {}
    for raw in await raw_views(api, uris, why=why):
        try:
            view = read(raw, PostView)
        except Unreadable:
            continue  # whoever misses it says so
        found[view.uri] = view
    return found


async def view_of(api: BlueskyApi, uri: str, *, why: str) -> PostView:
    """
    The view of one post.

    Raises:
        NotFound: It is gone, or its author and this account block each other.
    """
    if at_uri_parts(uri) is None:
        raise NotFound("That is no address of a post on Bluesky.")
    views = await views_of(api, [uri], why=why)
    if uri not in views:
        raise NotFound(GONE, "Nothing to do.")
    return views[uri]


async def targets_of(api: BlueskyApi, uris: Sequence[str], did: str) -> dict[str, Target]:
    """
    What is to be answered or quoted.

    Own posts that the AppView has not seen yet are read from the own repo.

    Args:
        did: Who asks.

    Raises:
        NotFound: One of them is gone.
    """
    views = await views_of(api, uris, why="the post to answer or quote")
    found = {}
    for uri in uris:
        if uri in views:
            found[uri] = _target_from_view(views[uri])
        elif (parts := at_uri_parts(uri)) is not None and parts[0] == did:
            found[uri] = _target_from_record(await record_at(api, uri))
        else:
            raise NotFound(GONE, "Send it without answering or quoting.")
    return found


def _target_from_view(view: PostView) -> Target:
    ref, viewer = Ref(view.uri, view.cid), view.viewer
    return Target(
        ref,
        _root(ref, view.record),
        can_reply=not (viewer and viewer.reply_disabled),
        can_quote=not (viewer and viewer.embedding_disabled),
    )


def _target_from_record(record: Record) -> Target:
    try:
        post = read(record.value, PostRecord)
    except Unreadable as error:
        raise Malformed("The post to answer cannot be read.") from error
    ref = Ref(record.uri, record.cid)
    return Target(ref, _root(ref, post))


def _root(ref: Ref, record: PostRecord) -> Ref:
    """First post of the thread; a post that answers nothing is its own."""
    root = record.reply.root if record.reply else None
    if root is None or not (at_uri_parts(root.uri) and root.cid):
        return ref
    return Ref(root.uri, root.cid)


# ------------------------------------------------------------------ records


async def record_at(api: BlueskyApi, uri: str) -> Record:
    """
    A record of the account's own repo, from its own server.

    Raises:
        NotFound: The server says that there is none; any other "not found"
            (a proxy's page…) is ``Malformed``: it is no answer.
    """
    parts = at_uri_parts(uri)
    if parts is None:
        raise NotFound("That is no address of a record.")
    params = dict(zip(("repo", "collection", "rkey"), parts, strict=True))
    body = await api.get(
        "com.atproto.repo.getRecord", params, why="what is kept there", error=_error_from_record
    )
    record = answer(body, Record)
    if record.uri != uri or not record.cid:
        raise Malformed("The server answered with another record.")
    return record


def _error_from_record(reply: Reply, server: str, handle: str) -> ServiceError:
    error = error_from_xrpc(reply, server, handle)
    if said(reply).error == "RecordNotFound":
        return NotFound(GONE, "Nothing to do.")
    if isinstance(error, Refused) and reply.status == 404:
        return Malformed(error.message)
    return error
