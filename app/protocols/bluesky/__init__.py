"""Bluesky and the rest of the AT Protocol's ``app.bsky`` network."""

from __future__ import annotations

from typing import TYPE_CHECKING

# Before ``network`` below is defined: loading the module of that name puts it
# into this package under the same name, and the function must have the last word.
from app.protocols.bluesky.network import BlueskyNetwork

if TYPE_CHECKING:
    from app.protocols.base import Network
    from app.protocols.http import Http


def network(http: Http) -> Network:
    """The front door, speaking through *http*."""
    return BlueskyNetwork(http)
