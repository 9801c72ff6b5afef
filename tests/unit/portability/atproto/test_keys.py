"""Keys: made, written, read, used; and never shown."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest

from app.portability.atproto.keys import (
    Curve,
    KeySpan,
    PrivateKey,
    document_key,
    is_did_key,
    public_key,
)
from app.portability.atproto.multibase import base58, base58_bytes, multibase58

CURVES: tuple[Curve, ...] = ("k256", "p256")


@pytest.mark.parametrize("curve", CURVES)
def test_a_key_signs_what_its_public_half_verifies(curve: Curve) -> None:
    """64 bytes, low s, of this message and no other."""
    key = PrivateKey.generate(curve)
    for number in range(20):
        message = b"message %d" % number
        signature = key.sign(message)

        assert len(signature) == 64
        assert key.public.verifies(message, signature)
        assert not key.public.verifies(message + b"!", signature)
        assert not PrivateKey.generate(curve).public.verifies(message, signature)


@pytest.mark.parametrize("curve", CURVES)
def test_a_signature_has_one_form(curve: Curve) -> None:
    """The other s, a byte more or less, and numbers out of range are no signature."""
    key = PrivateKey("k256", b"\1" * 32) if curve == "k256" else PrivateKey("p256", b"\1" * 32)
    signature = key.sign(b"x")
    orders = {
        "k256": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
        "p256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    }
    high = orders[curve] - int.from_bytes(signature[32:], "big")
    others = [
        signature[:32] + high.to_bytes(32, "big"),
        signature + b"\0",
        signature[:-1],
        b"",
        bytes(64),
        b"\xff" * 64,
        signature[:32] + bytes(32),
    ]

    assert [other for other in others if key.public.verifies(b"x", other)] == []


@pytest.mark.parametrize("curve", CURVES)
def test_a_private_key_is_written_and_read_back(curve: Curve) -> None:
    """In goat's form; a line's end in the user's file does no harm."""
    key = PrivateKey.generate(curve)
    back = PrivateKey.from_text(f"{key.text()}\n")

    assert back.public == key.public
    assert back.curve == curve


def test_a_private_key_shows_itself_nowhere() -> None:
    """Not in its repr, not pickled, not in the words of an error."""
    key = PrivateKey.generate()

    assert key.text() not in repr(key)
    with pytest.raises(TypeError):
        pickle.dumps(key)
    with pytest.raises(ValueError) as caught:
        PrivateKey.from_text(key.text()[:-3])
    assert key.text()[5:20] not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["", "z", "zzzz", "u" * 20, "did:key:zQ3sh", "z" + "1" * 500, "z0O"]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    """In words, whatever it is."""
    with pytest.raises(ValueError):
        PrivateKey.from_text(text)
    with pytest.raises(ValueError):
        public_key(text)
    assert not is_did_key(text)


def test_a_point_off_the_curve_is_no_key() -> None:
    """33 bytes with the right prefix are not enough."""
    with pytest.raises(ValueError):
        public_key(multibase58(b"\xe7\x01\x02" + b"\xff" * 32))
    with pytest.raises(ValueError):
        public_key(multibase58(b"\xe7\x01\x05" + b"\x01" * 32))


def test_a_private_key_must_be_in_range() -> None:
    """Zero, the order and a byte too few are none."""
    for secret in (bytes(32), b"\xff" * 32, b"\x01" * 31):
        with pytest.raises(ValueError):
            PrivateKey("k256", secret)


def test_a_key_is_written_alike_in_operations_and_documents() -> None:
    """did:key, Multikey, and the old form with the bare point."""
    key = PrivateKey.generate("p256").public
    bare = multibase58(key.point)

    assert public_key(key.did_key) == public_key(key.multikey) == key
    assert document_key("Multikey", key.multikey) == key
    assert document_key("EcdsaSecp256r1VerificationKey2019", bare) == key
    assert is_did_key(key.did_key)
    assert not is_did_key(key.multikey)
    with pytest.raises(ValueError):
        document_key("Ed25519VerificationKey2020", bare)


def test_base_58_keeps_leading_zeros() -> None:
    """Each is a 1."""
    for data in (b"", b"\0", b"\0\0\1", b"hello", bytes(range(60))):
        assert base58_bytes(base58(data)) == data


def test_a_key_holds_from_its_first_instant_to_before_its_last() -> None:
    """Two keys never hold at once."""
    begin, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    span = KeySpan("did:key:z", begin, end)

    assert span.holds(begin)
    assert not span.holds(end)
    assert KeySpan("did:key:z").holds(end)
