"""What an identity at a domain of one's own says, and how it is changed."""

from __future__ import annotations

from typing import Any

import pytest

from app.portability.atproto.keys import PrivateKey
from app.portability.atproto.standing import (
    Standing,
    keyed_document,
    moved_document,
    standing_from_document,
    web_address,
)

DID = "did:web:ana.example"
KEY, NEW = PrivateKey("k256", bytes([1]) * 32).public, PrivateKey("k256", bytes([2]) * 32).public


def document() -> dict[str, Any]:
    """As somebody keeps it at their domain."""
    return {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": DID,
        "alsoKnownAs": ["https://bridge.example/ana", "at://ana.example"],
        "verificationMethod": [
            {"id": f"{DID}#other", "type": "Multikey", "publicKeyMultibase": "z1"},
            {
                "id": f"{DID}#atproto",
                "type": "Multikey",
                "controller": DID,
                "publicKeyMultibase": KEY.multikey,
            },
        ],
        "service": [
            {
                "id": "#atproto_pds",
                "type": "AtprotoPersonalDataServer",
                "serviceEndpoint": "https://old.example",
            },
            {"id": "#blog", "type": "Blog", "serviceEndpoint": "https://blog.example"},
        ],
        "mine": {"kept": [1]},
    }


def test_a_document_is_read() -> None:
    """Server, key and handle."""
    assert Standing("https://old.example", KEY.did_key, "ana.example") == standing_from_document(
        DID, document()
    )


def test_a_document_with_another_key_keeps_everything_else() -> None:
    """The server it names included."""
    keyed = keyed_document(DID, document(), signing_key=NEW.did_key)

    same = {"verificationMethod": keyed["verificationMethod"]}
    assert document() | same == keyed
    assert ["#atproto", "#other"] == [
        method["id"].removeprefix(DID) for method in keyed["verificationMethod"]
    ]
    assert Standing("https://old.example", NEW.did_key, "ana.example") == standing_from_document(
        DID, keyed
    )


def test_a_document_that_moves_keeps_everything_else() -> None:
    """Other keys, services, names, and whatever the user has put there."""
    moved = moved_document(
        DID,
        document(),
        pds="https://new.example",
        signing_key=NEW.did_key,
        handle="ana.new.example",
    )

    assert Standing("https://new.example", NEW.did_key, "ana.new.example") == (
        standing_from_document(DID, moved)
    )
    assert moved["alsoKnownAs"] == ["at://ana.new.example", "https://bridge.example/ana"]
    assert [f"{DID}#atproto", f"{DID}#other"] == [m["id"] for m in moved["verificationMethod"]]
    assert ["#atproto_pds", "#blog"] == [s["id"] for s in moved["service"]]
    assert moved["mine"] == {"kept": [1]}


@pytest.mark.parametrize(
    "junk",
    [
        {},
        {"verificationMethod": "x", "service": 3, "alsoKnownAs": None},
        {"verificationMethod": [1, {}], "service": [{"id": "#atproto_pds"}], "alsoKnownAs": [1]},
        {"verificationMethod": [{"id": "#atproto", "type": "Multikey"}]},
    ],
)
def test_junk_says_nothing(junk: dict[str, Any]) -> None:
    """And is no reason to fall over."""
    assert Standing("", "", "") == standing_from_document(DID, junk)


@pytest.mark.parametrize(
    ("did", "address"),
    [
        ("did:web:ana.example", "https://ana.example/.well-known/did.json"),
        ("did:web:localhost%3A8080", "http://localhost:8080/.well-known/did.json"),
    ],
)
def test_where_the_document_lies(did: str, address: str) -> None:
    """Without encryption only on this machine."""
    assert address == web_address(did)
