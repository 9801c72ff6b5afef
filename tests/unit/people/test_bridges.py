"""A claim to be a copy is believed only for where the copy is kept."""

from __future__ import annotations

import msgspec
import pytest

from app.people.bridges import Bridge, bridges_from_json, is_proven
from app.resources import resource
from tests.posts import post

BRIDGES = (Bridge("Marsh", frozenset({"bridge.example"}), frozenset({"pds.bridge.example"})),)
CLAIM = "https://north.example/1"


@pytest.mark.parametrize(
    ("uri", "server", "proven"),
    [
        ("https://bridge.example/convert/1", "", True),
        ("https://BRIDGE.example/convert/1", "", True),
        ("https://bridge.example:8443/1", "https://pds.bridge.example", False),
        ("http://bridge.example/1", "https://pds.bridge.example", False),
        ("https://bridge.example.evil.example/1", "", False),
        ("https://bridge.example@evil.example/1", "", False),
        ("https://evil.example/1", "https://pds.bridge.example", False),
        ("https://[broken/1", "https://pds.bridge.example", False),
        ("at://did:plc:a/p/1", "https://pds.bridge.example", True),
        ("at://did:plc:a/p/1", "https://pds.bridge.example/", True),
        ("at://did:plc:a/p/1", "https://pds.elsewhere.example", False),
        ("at://did:plc:a/p/1", "", False),
    ],
)
def test_a_copy_is_proved_by_where_it_is_kept(uri: str, server: str, proven: bool) -> None:
    """Web addresses by their own host, others by the author's server."""
    assert is_proven(post(uri, bridged_from=CLAIM), server, BRIDGES) is proven


def test_no_claim_no_copy() -> None:
    """What lives at a bridge without naming an original is itself."""
    assert not is_proven(post("https://bridge.example/1"), "", BRIDGES)


def test_the_list_that_is_shipped_can_be_read() -> None:
    """And it names both directions of the bridge."""
    bridges = bridges_from_json(resource("bridges.json").read_bytes())

    assert all(bridge.hosts and bridge.servers for bridge in bridges)


def test_a_list_of_the_wrong_shape_is_refused() -> None:
    """Instead of trusting nobody, or everybody."""
    with pytest.raises(msgspec.DecodeError):
        bridges_from_json(b'[{"hosts": "all"}]')
