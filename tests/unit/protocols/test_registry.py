"""Which protocols there are."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from app.model.errors import Unsupported
from app.protocols import demo
from app.protocols.registry import Registry

NOW = datetime(2026, 11, 22, 8, 32, tzinfo=UTC)


def test_a_protocol_is_found_by_its_accounts() -> None:
    """The account names the front door that opens it."""
    network = demo.network(now=NOW, per_network=1)
    registry = Registry([network])

    assert registry.network_of(demo.ACCOUNTS[0]) is network
    assert registry.networks == (network,)
    assert list(registry.infos) == ["mastodon", "bluesky"]


def test_one_id_is_registered_once() -> None:
    """Two doors under one name are our bug."""
    network = demo.network(now=NOW, per_network=1)
    with pytest.raises(ValueError, match="twice"):
        Registry([network, network])


def test_an_account_of_an_unknown_protocol_is_told_to_the_user() -> None:
    """A profile of a newer Godwit does not crash an older one."""
    stranger = msgspec.structs.replace(demo.ACCOUNTS[0], protocol="carrier-pigeon")
    with pytest.raises(Unsupported, match="carrier-pigeon"):
        Registry().network_of(stranger)
