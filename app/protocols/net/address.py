"""Which IP addresses and host names are on the public internet."""

from __future__ import annotations

import ipaddress  # by its name alone: the window's first frame needs nothing in it
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address, IPv6Network

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)", re.ASCII)
_NUMERIC = re.compile(r"\d+|0x[0-9a-f]*", re.ASCII)

_SPECIAL = (
    "alt arpa corp example home internal intranet invalid lan local localdomain"
    " localhost onion private test"
)
SPECIAL_TOP_LEVELS = frozenset(_SPECIAL.split())
"""Names below these never lead to a public server (RFC 6761 and practice)."""


@cache
def _nat64() -> IPv6Network:
    return ipaddress.IPv6Network("64:ff9b::/96")


@cache
def _unicast() -> IPv6Network:
    """All that was ever given out."""
    return ipaddress.IPv6Network("2000::/3")


def is_public_address(address: str) -> bool:
    """
    Is *address*, an IP literal, public and unicast?

    IPv4 hidden in IPv6 (mapped, 6to4, NAT64) is unwrapped first: networks
    without IPv4 reach most servers through NAT64.
    """
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return _is_public_v4(found)
    if (hidden := _hidden_v4(found)) is not None:
        return _is_public_v4(hidden)
    # Teredo leads to whatever its hidden client is; Python changed its mind on it.
    return found in _unicast() and found.is_global and not found.teredo


def _is_public_v4(address: IPv4Address) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
    )


def _hidden_v4(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address in _nat64():
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def is_valid_name(host: str) -> bool:
    """Is *host* (ASCII, lower case) a host name rather than junk or a number?"""
    labels = host.split(".")
    return (
        0 < len(host) <= 253
        and all(_LABEL.fullmatch(label) for label in labels)
        and not _NUMERIC.fullmatch(labels[-1])
    )


def is_public_name(host: str) -> bool:
    """Could *host* (ASCII, lower case) be a name on the public internet?"""
    labels = host.split(".")
    return is_valid_name(host) and len(labels) >= 2 and labels[-1] not in SPECIAL_TOP_LEVELS


def is_loopback(host: str) -> bool:
    """Does *host* (name or IP literal) mean this computer itself?"""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
