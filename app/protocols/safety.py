"""
Pure rules against hostile links and names: what may be opened, and how it is shown.

Nothing here touches the network. After UTS 39 (look-alike names), the WHATWG
URL standard (what browsers make of an address), RFC 6761 (names that are not public).
"""

from __future__ import annotations

import ipaddress  # by its name alone: the window's first frame needs nothing in it
import re

from msgspec import Struct

from app.protocols.net.address import (
    is_loopback,
    is_public_address,
    is_public_name,
    is_valid_name,
)
from app.protocols.net.clean import clean_name, clean_text, clusters, mask_text
from app.protocols.net.names import shown_name, split_registrable

__all__ = [
    "Link",
    "clean_name",
    "clean_text",
    "clusters",
    "is_loopback",
    "is_possibly_url",
    "is_private_on_the_way",
    "is_public_address",
    "is_public_url",
    "link_mismatch",
    "mask_text",
    "origin_of",
    "parse_link",
    "safe_link",
    "shown_host",
    "split_registrable",
]

MAX_LENGTH = 4096
_PARTS = re.compile(r"(https?)://([^/?#]*)([^#]*)(#.*)?", re.IGNORECASE | re.DOTALL)
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::(\d{0,5}))?", re.IGNORECASE | re.ASCII)
_NEVER = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# In a host: all of this is either invisible or means something to a browser.
_NOT_IN_HOST = re.compile(
    r"[\s\\%@<>\"'`{}|^\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff]"
)
_TO_ENCODE = re.compile(r"[^A-Za-z0-9!#$%&'()*+,/:;=?@\[\]~._-]")
_PORTS = {"http": 80, "https": 443}
_POSSIBLY = r"(?i)(?:https?://\S|(?:[\w-]+\.)+[^\W\d_]{2,}(?:[/:?#]\S*)?$)"


class Link(Struct, frozen=True):
    """
    An http(s) address that was read the way a browser reads it.

    Attributes:
        host: ASCII, lower case, no trailing dot; IPv6 in brackets.
        port: None for the scheme's own.
        rest: Path, query and fragment, percent-encoded.
    """

    scheme: str
    host: str
    port: int | None
    rest: str

    @property
    def netloc(self) -> str:
        """Host, with its port if that is unusual."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and unusual port."""
        return f"{self.scheme}://{self.netloc}"

    @property
    def url(self) -> str:
        """All of it, ASCII only."""
        return self.origin + self.rest


def parse_link(url: str) -> Link | None:
    """Read *url*; None if it is not plain http(s), or plays tricks."""
    url = url.strip()
    if len(url) > MAX_LENGTH or _NEVER.search(url):
        return None
    match = _PARTS.fullmatch(url)
    if match is None or _NOT_IN_HOST.search(match[2]):
        return None
    authority = _AUTHORITY.fullmatch(match[2])
    if authority is None or (host := _ascii_host(authority[1])) is None:
        return None
    scheme = match[1].lower()
    port = int(authority[2]) if authority[2] else None
    if port is not None and not 0 < port < 65536:
        return None
    if port == _PORTS[scheme]:
        port = None
    rest = _TO_ENCODE.sub(_percent, match[3] + (match[4] or ""))
    return Link(scheme, host, port, rest)


def safe_link(url: str) -> str | None:
    """
    *url* as it may be handed to the system's browser, or None.

    Only http and https, no user name in it, no control or invisible
    characters; the host in ASCII, the rest percent-encoded.
    """
    link = parse_link(url)
    return link.url if link else None


def is_public_url(url: str) -> bool:
    """
    May content make us fetch *url*?

    https on its usual port, a host with a name that can be public. The name
    must still be resolved, and each address checked (``is_public_address``).
    """
    link = parse_link(url)
    return (
        link is not None
        and link.scheme == "https"
        and link.port is None
        and is_public_name(link.host)
    )


def is_private_on_the_way(url: str) -> bool:
    """May a secret go to *url*: is it encrypted, or does it stay on this computer?"""
    link = parse_link(url)
    return link is not None and (link.scheme == "https" or is_loopback(link.host))


def origin_of(url: str) -> str | None:
    """Scheme, host and unusual port, or None if it is no link."""
    link = parse_link(url)
    return link.origin if link else None


def shown_host(url: str) -> str:
    """
    The host as people should see it, "" if *url* is no link.

    Other scripts are shown as such only where they cannot be taken for Latin.
    """
    link = parse_link(url)
    if link is None:
        return ""
    host = shown_name(link.host)
    return host if link.port is None else f"{host}:{link.port}"


def link_mismatch(label: str, url: str) -> bool:
    """Does *label* fail to say where *url* leads? Then ask before opening."""
    target = parse_link(url)
    if target is None or not label or any(char.isspace() for char in label):
        return True
    said = parse_link(label) or parse_link(f"https://{label}")
    if said is None:
        return True
    return said.netloc != target.netloc


def is_possibly_url(text: str) -> bool:
    """Would a reader take *text* for an address?"""
    return re.match(_POSSIBLY, text.strip()) is not None


def _ascii_host(host: str) -> str | None:
    """The host as it goes over the wire, or None if it is not one."""
    if host.startswith("["):
        try:
            return f"[{ipaddress.IPv6Address(host[1:-1])}]"
        except ipaddress.AddressValueError:
            return None
    if not host.isascii() or "xn--" in host.lower():
        # Tables of 400 kB: only for the few that need them.
        import idna

        try:
            host = idna.encode(host, uts46=True, strict=False).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return None
    host = host.lower().removesuffix(".")
    if is_valid_name(host):
        return host
    try:  # only the plain form: 127.1 and 0x7f.1 are there to deceive
        return str(ipaddress.IPv4Address(host))
    except ipaddress.AddressValueError:
        return None


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())
