"""What the cache has of a conversation, before and while its servers are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.feed.threads import Voice
from app.model import Account, AccountId, Entry, Post, Source, Stub, ViewerState
from app.model.draft import PostAddress
from app.model.thread import Absent, Thread

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.store import Reader

CACHED = 3_000
"""Posts of a conversation that are read at most."""

PARENTS = 30
"""How far up is searched."""

Item = Entry | Stub | Absent


def cached_voices(reader: Reader, accounts: Mapping[PostAddress, Sequence[Account]]) -> list[Voice]:
    """
    Each network's part: the post, and what was read of it before. Raises: StoreError.

    Args:
        accounts: Who could ask for each copy; the one that saw the post is preferred.
    """
    voices = []
    for address, askers in accounts.items():
        viewers = reader.viewers(address.uri)
        for account in sorted(askers, key=lambda one: one.id not in viewers):
            source = Source("thread", address.uri)
            kept = reader.entries(account.id, source, CACHED)
            post = reader.posts([address.uri]).get(address.uri)
            focus = next((entry for entry in kept if entry.post.uri == address.uri), None)
            if focus is None and post is not None:
                viewer = viewers.get(account.id, ViewerState())
                focus = Entry(key=post.uri, sort_at=post.sort_at, post=post, viewer=viewer)
            if focus is not None:
                replies = [entry for entry in kept if entry.post.uri != address.uri]
                replies += _parents(reader, focus.post, {entry.post.uri for entry in kept})
                thread = Thread(
                    focus=address.uri, post=focus, replies=tuple(replies), complete=False
                )
                voices.append(Voice(account.id, address.network, thread))
                break
    return voices


def _parents(reader: Reader, post: Post, known: set[str]) -> list[Entry]:
    """What the post answers, and what that answers, as far as it was read before."""
    found: list[Entry] = []
    while post.reply_to is not None and len(found) < PARENTS:
        uri = post.reply_to.uri
        above = reader.posts([uri]).get(uri) if uri and uri not in known else None
        if above is None:
            break
        known.add(uri)
        found.append(Entry(key=uri, sort_at=above.sort_at, post=above))
        post = above
    return found


def with_post(voice: Voice, post: Post, viewers: dict[AccountId, ViewerState]) -> Voice:
    """*voice* with what the cache has of one post by now."""

    def renewed(item: Item) -> Item:
        if not isinstance(item, Entry) or item.post.uri != post.uri:
            return item
        return replace(item, post=post, viewer=viewers.get(voice.account, item.viewer))

    thread = voice.thread
    return replace(
        voice,
        thread=replace(
            thread,
            post=renewed(thread.post),
            ancestors=tuple(map(renewed, thread.ancestors)),
            replies=tuple(map(renewed, thread.replies)),
        ),
    )
