"""
Wire → model: what an account did with a post, and how it stands to its author.

Sources: ``viewerState`` of the lexicons ``app.bsky.feed.defs`` and
``app.bsky.actor.defs``. Pure.
"""

from __future__ import annotations

from msgspec import Raw

from app.model import Post, ViewerState
from app.model.post import Standing
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.labels import from_labelers
from app.protocols.bluesky.refs import PostRef
from app.protocols.bluesky.wire import AuthorViewer, PostView, RecordView

_NOTHING = (b"", b"null")


def viewer_from_post_view(view: PostView, post: Post | None = None) -> ViewerState:
    """
    What the account did with the post, and may do (gates included).

    *post*: what was made of it; what labelers say of it is for this account.
    """
    viewer, author = view.viewer, view.author.viewer
    standing = standing_from_viewer(author) if author is not None else None
    muted = standing is not None and (standing.muted or bool(standing.muted_list))
    ref = ref_from_post_view(view)
    labels = from_labelers(post.advisories) if post is not None else ()
    follows = author is not None and bool(author.following)
    if viewer is None:
        return ViewerState(ref=ref, muted=muted, labels=labels, standing=standing, follows=follows)
    return ViewerState(
        ref=ref,
        liked=bool(viewer.like),
        reposted=bool(viewer.repost),
        bookmarked=viewer.bookmarked,
        pinned=viewer.pinned,
        muted=muted or viewer.thread_muted,
        can_reply=not viewer.reply_disabled,
        can_quote=not viewer.embedding_disabled,
        labels=labels,
        standing=standing,
        follows=follows,
    )


def standing_from_viewer(viewer: AuthorViewer) -> Standing | None:
    """How the account stands to somebody, if there is anything against them."""
    muted_list, blocking_list = _list(viewer.muted_by_list), _list(viewer.blocking_by_list)
    blocking = bool(viewer.blocking)
    if not (viewer.muted or muted_list or blocking or blocking_list or viewer.blocked_by):
        return None
    return Standing(
        blocking=blocking,
        blocking_list=blocking_list,
        blocked_by=viewer.blocked_by,
        muted=viewer.muted and not muted_list,
        muted_list=muted_list,
        followed=bool(viewer.following),
    )


def _list(raw: Raw) -> str:
    """URI of the list that a view names; the reason is told there."""
    if bytes(raw) in _NOTHING:
        return ""
    try:
        return read(raw, RecordView).uri or "a list"
    except Unreadable:
        return "a list"


def ref_from_post_view(view: PostView) -> str:
    """What reacting and replying will need (``PostRef``), in one string."""
    viewer, reply = view.viewer, view.record.reply
    return PostRef(
        view.cid,
        viewer.like.rpartition("/")[2] if viewer else "",
        viewer.repost.rpartition("/")[2] if viewer else "",
        reply.root.uri if reply else "",
        reply.root.cid if reply else "",
    ).text()
