"""
The keys that sign repositories and identities: read, written, made, used.

Two curves: k256 (secp256k1) and p256 (NIST P-256). A signature is r and s, 32
bytes each, of ECDSA with SHA-256; s is the lower of its two values, so that
nobody can make a second signature from one they saw.

Sources: atproto spec "cryptography"; did:key; indigo's atcrypto for how a
private key is written down (the form that goat reads and writes).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

from msgspec import Struct

from app.portability.atproto.multibase import multibase58, multibase58_bytes

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

Curve = Literal["k256", "p256"]

_DID_KEY = "did:key:"
_POINT = 33  # bytes of a compressed point
_HALF = 32  # bytes of r, of s, and of a private key


class _Facts(NamedTuple):
    """Multicodec prefixes of a curve's keys (as varints), and its order."""

    public: bytes
    private: bytes
    order: int


_CURVES: dict[Curve, _Facts] = {
    "k256": _Facts(
        b"\xe7\x01",
        b"\x81\x26",
        0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141,
    ),
    "p256": _Facts(
        b"\x80\x24",
        b"\x86\x26",
        0xFFFFFFFF_00000000_FFFFFFFF_FFFFFFFF_BCE6FAAD_A7179E84_F3B9CAC2_FC632551,
    ),
}
_OLD_SUITES: dict[str, Curve] = {
    "EcdsaSecp256k1VerificationKey2019": "k256",
    "EcdsaSecp256r1VerificationKey2019": "p256",
}


class PublicKey(Struct, frozen=True):
    """
    What verifies.

    Attributes:
        point: Compressed, 33 bytes; known to lie on the curve.
    """

    curve: Curve
    point: bytes

    @property
    def multikey(self) -> str:
        """As a DID document of today writes it (``publicKeyMultibase``)."""
        return multibase58(_CURVES[self.curve].public + self.point)

    @property
    def did_key(self) -> str:
        """As PLC operations write it."""
        return _DID_KEY + self.multikey

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """
        Whether *signature* is this key's over *message*.

        A signature in DER, of another length, or with the higher s is none.
        """
        if len(signature) != 2 * _HALF:
            return False
        r = int.from_bytes(signature[:_HALF], "big")
        s = int.from_bytes(signature[_HALF:], "big")
        order = _CURVES[self.curve].order
        if not (0 < r < order and 0 < s <= order // 2):
            return False
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, utils

        key = _public(self.curve, self.point)
        try:
            key.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True


class KeySpan(Struct, frozen=True):
    """
    A key, and when it was an identity's.

    Attributes:
        key: ``did:key``.
        since, until: Aware; None = from the beginning, to this day.
    """

    key: str
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Whether it was the identity's key then."""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


class PrivateKey:
    """What signs. Shows itself nowhere; :meth:`text` is for the user's own file only."""

    def __init__(self, curve: Curve, secret: bytes) -> None:
        """
        Raises:
            ValueError: *secret* is no key of this curve.
        """
        number = int.from_bytes(secret, "big")
        if len(secret) != _HALF or not 0 < number < _CURVES[curve].order:
            raise ValueError("no private key of this curve")
        # 60 ms to import, and only moving house needs it.
        from cryptography.hazmat.primitives.asymmetric import ec

        self.curve: Curve = curve
        self._key = ec.derive_private_key(number, _curve(curve))

    def __repr__(self) -> str:
        return f"PrivateKey({self.curve!r}, …)"

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a private key is not pickled")

    @classmethod
    def generate(cls, curve: Curve = "k256") -> PrivateKey:
        """A new key."""
        from cryptography.hazmat.primitives.asymmetric import ec

        number = ec.generate_private_key(_curve(curve)).private_numbers().private_value
        return cls(curve, number.to_bytes(_HALF, "big"))

    @classmethod
    def from_text(cls, text: str) -> PrivateKey:
        """
        The key that :meth:`text` (or goat's ``key generate``) gave.

        Raises:
            ValueError: It is no such text. The words never hold the text.
        """
        data = multibase58_bytes(text.strip())
        for curve, facts in _CURVES.items():
            if data.startswith(facts.private):
                return cls(curve, data[len(facts.private) :])
        raise ValueError("no private key of a curve that the network uses")

    def text(self) -> str:
        """The private key as goat writes it. Only ever into a file or vault of the user."""
        number = self._key.private_numbers().private_value
        return multibase58(_CURVES[self.curve].private + number.to_bytes(_HALF, "big"))

    @property
    def public(self) -> PublicKey:
        """What verifies its signatures."""
        return PublicKey(self.curve, _compressed(self._key.public_key()))

    def sign(self, message: bytes) -> bytes:
        """The signature over *message*: 64 bytes, low s."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, utils

        r, s = utils.decode_dss_signature(self._key.sign(message, ec.ECDSA(hashes.SHA256())))
        order = _CURVES[self.curve].order
        s = min(s, order - s)
        return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")


def public_key(text: str) -> PublicKey:
    """
    The key that is written *text*: a ``did:key:…``, or a Multikey (``z…``).

    Raises:
        ValueError: It is no key, of another curve, or no point of its curve.
    """
    data = multibase58_bytes(text.removeprefix(_DID_KEY))
    for curve, facts in _CURVES.items():
        if data.startswith(facts.public):
            point = data[len(facts.public) :]
            if len(point) != _POINT:
                raise ValueError("a public key of another length")
            return _checked(curve, point)
    raise ValueError("no public key of a curve that the network uses")


def document_key(method: str, text: str) -> PublicKey:
    """
    The key of a DID document's verification method.

    Args:
        method: Its ``type``. Old ones name the curve, and write the bare point,
            compressed or not.
        text: Its ``publicKeyMultibase``.

    Raises:
        ValueError: No key of a type that we know.
    """
    if method == "Multikey":
        return public_key(text)
    if method not in _OLD_SUITES:
        raise ValueError("a key of a type that the network does not use")
    return _checked(_OLD_SUITES[method], multibase58_bytes(text))


def is_did_key(text: str) -> bool:
    """Whether *text* is a ``did:key:`` of a curve that the network uses, in its one form."""
    try:
        return public_key(text).did_key == text
    except ValueError:
        return False


def _checked(curve: Curve, point: bytes) -> PublicKey:
    return PublicKey(curve, _compressed(_public(curve, point)))


def _curve(curve: Curve) -> ec.EllipticCurve:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.SECP256K1() if curve == "k256" else ec.SECP256R1()


def _public(curve: Curve, point: bytes) -> ec.EllipticCurvePublicKey:
    """Raises: ValueError: No point of the curve."""
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.EllipticCurvePublicKey.from_encoded_point(_curve(curve), point)


def _compressed(key: ec.EllipticCurvePublicKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
