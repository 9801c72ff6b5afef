"""Bluesky and the rest of the AT Protocol's ``app.bsky`` network."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.protocols.base import Network
    from app.protocols.http import Http


def network(http: Http) -> Network:
    """The front door, speaking through *http*."""
    # Loaded on call: the first frame does without it.
    from app.protocols.bluesky.network import BlueskyNetwork

    return BlueskyNetwork(http)
