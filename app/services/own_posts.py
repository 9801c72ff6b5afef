"""Which posts that come in were sent from here, as copies of one draft."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.store import Store

OwnKeys = Callable[[Collection[str]], Awaitable[Mapping[str, str]]]
"""Post URIs → the address that those of them share that are copies of one another."""


def own_keys(store: Store) -> OwnKeys:
    """
    Look it up in what the outbox has sent.

    The first post of a thread is the copy of every first post, also of one that
    stands alone elsewhere; later ones only where the thread is cut the same.
    """

    async def found(uris: Collection[str]) -> Mapping[str, str]:
        own = await store.load(lambda reader: reader.written.own_posts(uris))
        return {
            uri: f"sent:{one.draft}" if one.part == 0 else f"sent:{one.draft}/{one.part}/{one.of}"
            for uri, one in own.items()
            if one.draft
        }

    return found
