"""What people type for a server, and which server that is."""

from __future__ import annotations

import re
from urllib.parse import quote

from msgspec import Struct

from app.model.errors import BadInput, ServiceError
from app.protocols.http import Http
from app.protocols.mastodon.api import WEBFINGER
from app.protocols.mastodon.wire_server import read_object
from app.protocols.safety import (
    is_loopback,
    is_private_on_the_way,
    is_public_url,
    origin_of,
    parse_link,
)

_HANDLE = re.compile(r"(?:acct:)?@?([^@\s/:]+)@([^@\s/]+)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class Typed(Struct, frozen=True):
    """A typed address: the server's origin, and ``user@host`` if one was given."""

    origin: str
    handle: str = ""


class _WebfingerLink(Struct):
    rel: str | None = None
    href: str | None = None


class _Webfinger(Struct):
    links: list[_WebfingerLink] | None = None


def typed_address(address: str) -> Typed:
    """
    Read ``server``, ``server:port``, ``https://server/@you`` or ``@you@server``.

    https, except where the server is this computer.

    Raises:
        BadInput: It is no address of a server, or one without encryption.
    """
    text = address.strip()
    handle = ""
    if match := _HANDLE.fullmatch(text):
        handle, text = f"{match[1]}@{match[2]}", match[2]
    if not _SCHEME.match(text):
        link = parse_link(f"https://{text}")
        scheme = "http" if link is not None and is_loopback(link.host) else "https"
        text = f"{scheme}://{text}"
    origin = origin_of(text)
    if origin is None:
        raise BadInput(
            "That is not the address of a server.",
            "Type it as server.social or @you@server.social.",
        )
    if not is_private_on_the_way(origin):
        raise BadInput(
            f"{text} is not encrypted: others could read your token on the way.",
            "Type its https:// address.",
        )
    return Typed(origin, handle)


async def find_web_origin(http: Http, typed: Typed) -> str | None:
    """
    Where ``@you@host`` really lives, when the host itself is no such server.

    Many people have handles at a name whose server stands elsewhere
    (``social.host``); WebFinger tells. None if it does not.
    """
    if not typed.handle:
        return None
    url = f"{typed.origin}{WEBFINGER}?resource={quote('acct:' + typed.handle)}"
    try:
        reply = await http.request("GET", url, why="finding the server")
        if 300 <= reply.status < 400:
            found = origin_of(reply.headers.get("location", ""))
        elif reply.status == 200:
            answer = read_object(reply.body, _Webfinger, typed.origin)
            found = next(
                (
                    origin_of(link.href)
                    for link in answer.links or ()
                    if link.rel == "self" and link.href
                ),
                None,
            )
        else:
            return None
    except ServiceError:
        return None
    # Content named it, so only the public web will do.
    return found if found and found != typed.origin and is_public_url(found) else None
