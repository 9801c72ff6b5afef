"""Somebody: a profile from what posts and reposts say about their author."""

from __future__ import annotations

from functools import lru_cache

from app.model import Profile
from app.protocols.bluesky.decode import Unreadable
from app.protocols.bluesky.labels import is_bot
from app.protocols.bluesky.text import plain_name
from app.protocols.bluesky.uris import is_handle, web_url
from app.protocols.bluesky.wire import Author

NO_HANDLE = "handle.invalid"


def profile_from_author(author: Author) -> Profile:
    """
    Somebody, by DID.

    Raises:
        Unreadable: It has no DID.
    """
    if not author.did.startswith("did:") or len(author.did) > 2048 or not author.did.isprintable():
        raise Unreadable("its author is nobody")
    bot = is_bot(author.labels, author.did) if author.labels else False
    return _profile(author.did, author.handle, author.display_name, author.avatar, bot)


@lru_cache(maxsize=2048)
def _profile(did: str, handle: str, name: str, avatar: str, bot: bool) -> Profile:
    """Timelines repeat their people: one value each is quicker and smaller."""
    handle = handle.lower()
    if not is_handle(handle):
        handle = NO_HANDLE
    page = did if handle == NO_HANDLE else handle
    return Profile(
        uri=did,
        handle=handle,
        name=plain_name(name),
        avatar=web_url(avatar),
        url=f"https://bsky.app/profile/{page}",
        bot=bot,
    )
