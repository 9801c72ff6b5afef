"""
When a copy on another network may be believed to be a copy.

A record says of itself that it is a bridge's copy of something; anybody can
write that. It is proved only by where the record is kept: at the bridge.
Source: facts E1.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from app.model import Post


class Bridge(Struct, frozen=True):
    """
    A service that copies posts between networks.

    Attributes:
        hosts: Hosts under which copies have their address (web addresses).
        servers: Hosts of the servers that keep the accounts it makes (for
            networks whose addresses do not name a host).
    """

    name: str
    hosts: frozenset[str] = frozenset()
    servers: frozenset[str] = frozenset()


def bridges_from_json(data: bytes) -> tuple[Bridge, ...]:
    """
    The bridges in a list like ``resources/bridges.json``.

    Raises:
        msgspec.DecodeError: It is not such a list.
    """
    return msgspec.json.decode(data, type=tuple[Bridge, ...])


def is_proven(post: Post, origin_server: str, bridges: Iterable[Bridge]) -> bool:
    """
    Is *post* really the copy that it claims to be?

    Args:
        origin_server: Origin of the server that keeps the author's records,
            as their identity document says; "" when it is not known. Not
            needed for addresses that name their host themselves.
    """
    if not post.bridged_from:
        return False
    # A web address answers for itself, however broken: no server speaks for it.
    if post.uri.lower().startswith(("http:", "https:")):
        host = _host(post.uri)
        return bool(host) and any(host in bridge.hosts for bridge in bridges)
    server = _host(origin_server)
    return bool(server) and any(server in bridge.servers for bridge in bridges)


def _host(address: str) -> str:
    """Host of a web address, "" for any other."""
    try:
        parts = urlsplit(address)
        # an unusual port is another server: nobody's bridge
        if parts.scheme != "https" or parts.port not in (None, 443):
            return ""
    except ValueError:
        return ""
    return (parts.hostname or "").rstrip(".")
