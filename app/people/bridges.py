"""
When a copy on another network may be believed to be a copy.

A record says of itself that it is a bridge's copy of something; anybody can
write that. It is proved only by where the record is kept: at the bridge.
Source: facts E1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from app.model import Post, Profile

_PLAIN = re.compile(r"[a-z0-9][a-z0-9.-]*")
_FIELD = re.compile(r"\\{(uri|handle|user|host)\\}")
_SHAPES = {
    "uri": r"(?P<uri>.+)",
    "handle": r"(?P<handle>[^@/\s]+)",
    "user": r"(?P<user>[^.@/\s]+)",
    "host": r"(?P<host>[^@/\s]+)",
}


class Way(Struct, frozen=True):
    """
    How a bridge calls the copies of people of network *origin* on network *to*.

    *address*: a URI or handle with ``{uri}``, ``{handle}``, ``{user}`` and
    ``{host}`` of the original in it.
    """

    origin: str
    to: str
    address: str

    def copy_of(self, original: Profile) -> str:
        """Where its copy would be; "" when the bridge's rules do not say so for certain."""
        user, _, host = original.handle.lower().partition("@")
        if "{user}" in self.address and not (_PLAIN.fullmatch(user) and host):
            return ""  # other letters are replaced there, so that two people may share a name
        if "{user}" in self.address and "." in user:
            return ""
        return self.address.format(
            uri=original.uri, handle=original.handle.lower(), user=user, host=host
        )

    def original_of(self, copy: Profile) -> str:
        """Where the original of *copy* would be; "" when it has not the form of a copy."""
        shape = _FIELD.sub(lambda field: _SHAPES[field[1]], re.escape(self.address))
        for address in (copy.uri, copy.handle.lower()):
            if found := re.fullmatch(shape, address):
                parts = found.groupdict()
                if "user" in parts:
                    return f"{parts['user']}@{parts['host']}"
                return str(parts.get("uri") or parts.get("handle") or "")
        return ""


class Door(Struct, frozen=True):
    """
    How people of a network come in and go out: by following, and by blocking, an account.

    Attributes:
        account: Its handle.
        needs: What a bridge wants of whoever comes in; *carries*: what it copies, and
            what not. One sentence each, for people.
    """

    network: str
    account: str
    needs: tuple[str, ...] = ()
    carries: tuple[str, ...] = ()


class Bridge(Struct, frozen=True):
    """
    A service that copies posts between networks.

    Attributes:
        hosts: Hosts under which copies have their address (web addresses).
        servers: Hosts of the servers that keep the accounts it makes (for
            networks whose addresses do not name a host).
        ways: What its copies are called.
        doors: How one has oneself copied; without one it cannot be said.
    """

    name: str
    hosts: frozenset[str] = frozenset()
    servers: frozenset[str] = frozenset()
    ways: tuple[Way, ...] = ()
    doors: tuple[Door, ...] = ()


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
        host = web_host(post.uri)
        return bool(host) and any(host in bridge.hosts for bridge in bridges)
    server = web_host(origin_server)
    return bool(server) and any(server in bridge.servers for bridge in bridges)


def web_host(address: str) -> str:
    """Host of a web address, "" for any other."""
    try:
        parts = urlsplit(address)
        # an unusual port is another server: nobody's bridge
        if parts.scheme != "https" or parts.port not in (None, 443):
            return ""
    except ValueError:
        return ""
    return (parts.hostname or "").rstrip(".")
