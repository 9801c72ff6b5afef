"""
Proof of possession (RFC 9449): each request is signed with a key that never
leaves this machine, so that a stolen token is worth nothing.

ES256 as the AT Protocol's OAuth profile demands. Nonces are kept per server:
the authorization server and the resource server have one each.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.protocols.safety import origin_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_LENGTH = 32  # bytes of a P-256 coordinate


def base64url(data: bytes) -> str:
    """Base 64 for URLs, without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class ProofKey:
    """A P-256 key pair."""

    def __init__(self, key: EllipticCurvePrivateKey) -> None:
        numbers = key.public_key().public_numbers()
        self._key = key
        self._jwk = {
            "kty": "EC",
            "crv": "P-256",
            "x": base64url(numbers.x.to_bytes(_LENGTH, "big")),
            "y": base64url(numbers.y.to_bytes(_LENGTH, "big")),
        }

    def __repr__(self) -> str:
        return "ProofKey(…)"

    @classmethod
    def generate(cls) -> ProofKey:
        """A new key, one per sign-in."""
        # 60 ms to import, and only sign-ins by browser need it.
        from cryptography.hazmat.primitives.asymmetric import ec

        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_text(cls, text: str) -> ProofKey:
        """
        The key that ``text`` gave.

        Raises:
            ValueError: It is no such text.
        """
        from cryptography.hazmat.primitives.asymmetric import ec

        number = int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
        return cls(ec.derive_private_key(number, ec.SECP256R1()))

    def text(self) -> str:
        """The private key, for the vault only."""
        number = self._key.private_numbers().private_value
        return base64url(number.to_bytes(_LENGTH, "big"))

    def proof(
        self, method: str, url: str, *, at: float, unique: str, nonce: str = "", token: str = ""
    ) -> str:
        """
        The DPoP header for one request.

        Args:
            at: Now, epoch seconds.
            unique: Random, never used before.
            nonce: The server's latest.
            token: The access token that goes along.
        """
        claims: dict[str, Any] = {
            "jti": unique,
            "htm": method,
            "htu": url.partition("?")[0].partition("#")[0],
            "iat": int(at),
        }
        if nonce:
            claims["nonce"] = nonce
        if token:
            claims["ath"] = base64url(hashlib.sha256(token.encode()).digest())
        return self._signed({"typ": "dpop+jwt", "alg": "ES256", "jwk": self._jwk}, claims)

    def _signed(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        from cryptography.hazmat.primitives.asymmetric import ec, utils
        from cryptography.hazmat.primitives.hashes import SHA256

        said = ".".join(
            base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims)
        )
        r, s = utils.decode_dss_signature(self._key.sign(said.encode(), ec.ECDSA(SHA256())))
        signature = r.to_bytes(_LENGTH, "big") + s.to_bytes(_LENGTH, "big")
        return f"{said}.{base64url(signature)}"


class Nonces:
    """The latest nonce of each server."""

    def __init__(self) -> None:
        self._latest: dict[str, str] = {}

    def of(self, url: str) -> str:
        """The nonce for a request to *url*, or "" while there is none."""
        return self._latest.get(origin_of(url) or "", "")

    def learn(self, url: str, headers: Mapping[str, str]) -> None:
        """Keep what the answer to a request to *url* brought."""
        nonce, origin = headers.get("dpop-nonce", ""), origin_of(url)
        if nonce and origin and len(nonce) <= 512:
            self._latest[origin] = nonce
