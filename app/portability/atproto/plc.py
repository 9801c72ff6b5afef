"""
Operations of the PLC directory: built, signed, named, read.

An identity (``did:plc:…``) is a chain of signed operations. The DID is the hash
of the first; each names the one before it, and is signed by a key that the one
before it allows. Operations are kept as the plain JSON that travels, because
their names are hashes of exactly that.

Sources: did:plc specification 0.1 and 0.3; the directory's own
``packages/lib/src/operations.ts`` and ``packages/server/src/constraints.ts``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from app.model.errors import Malformed
from app.portability.atproto.keys import PrivateKey, is_did_key, public_key
from app.protocols.bluesky.dagcbor import cid_of_record, encoded

Operation = Mapping[str, Any]
"""A PLC operation as JSON: ``plc_operation``, ``plc_tombstone``, or the old ``create``."""

_FIELDS = {
    "plc_operation": {
        "type", "rotationKeys", "verificationMethods", "alsoKnownAs", "services", "prev",
    },
    "plc_tombstone": {"type", "prev"},
    "create": {"type", "signingKey", "recoveryKey", "handle", "service", "prev"},
}  # fmt: skip
_SIGNATURE_CHARS = 86  # 64 bytes in base 64 without padding
_DID_CHARS = 24

MAX_ROTATION_KEYS = 5
"""The specification's number; the directory takes 10 today."""
MAX_OPERATION_BYTES = 4000
"""The directory's number; the specification says 7500."""
_MOST_KEYS = 50  # in a log; each may cost a signature's check
_MAX_ENTRIES = 10
_MAX_ID = 32
_MAX_ALIAS = 258
_MAX_ENDPOINT = 512


class Service(Struct, frozen=True):
    """One service of an identity: ``AtprotoPersonalDataServer`` at an origin."""

    type: str
    endpoint: str


class PlcData(Struct, frozen=True, kw_only=True):
    """
    What an identity says of itself after one operation.

    Attributes:
        rotation_keys: ``did:key``s that may sign the next; an earlier one overrules
            a later one for 72 hours.
        verification_methods: By id; ``atproto`` signs the repository.
        also_known_as: In order; the first ``at://`` is the handle.
        services: By id; ``atproto_pds`` is the home.
    """

    rotation_keys: tuple[str, ...]
    verification_methods: dict[str, str]
    also_known_as: tuple[str, ...]
    services: dict[str, Service]

    @property
    def signing_key(self) -> str:
        """The ``did:key`` that signs the repository; "" = none."""
        return self.verification_methods.get("atproto", "")

    @property
    def pds(self) -> str:
        """The home's address; "" = none."""
        home = self.services.get("atproto_pds")
        return home.endpoint if home else ""

    @property
    def handle(self) -> str:
        """What it claims to be called; "" = nothing."""
        named = (name for name in self.also_known_as if name.startswith("at://"))
        return next(named, "").removeprefix("at://")


def operation_from_data(data: PlcData, prev: str | None) -> dict[str, Any]:
    """
    The operation that makes an identity say *data*, not yet signed.

    Args:
        prev: CID of the operation before it; None = this is the first.
    """
    return {
        "type": "plc_operation",
        "rotationKeys": list(data.rotation_keys),
        "verificationMethods": dict(data.verification_methods),
        "alsoKnownAs": list(data.also_known_as),
        "services": {
            name: {"type": service.type, "endpoint": service.endpoint}
            for name, service in data.services.items()
        },
        "prev": prev,
    }


def signed(operation: Operation, key: PrivateKey) -> dict[str, Any]:
    """*operation* with *key*'s signature; an older signature is replaced."""
    signature = key.sign(_unsigned_bytes(operation))
    text = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
    return {**_unsigned(operation), "sig": text}


def cid_of(operation: Operation) -> str:
    """
    The name of a signed operation: what the next one's ``prev`` says.

    Raises:
        ValueError: It holds what no operation can hold.
    """
    try:
        return cid_of_record(operation)
    except RecursionError as error:
        raise ValueError("an operation cannot be so deep") from error


def did_of(genesis: Operation) -> str:
    """
    The DID that a signed first operation makes.

    Raises:
        ValueError: It holds what no operation can hold.
    """
    digest = hashlib.sha256(encoded(genesis)).digest()
    return "did:plc:" + base64.b32encode(digest).decode().lower()[:_DID_CHARS]


def signer_of(operation: Operation, keys: Iterable[str]) -> str | None:
    """
    Which of *keys* (``did:key``) has signed *operation*; None = none of them.

    A signature with padding, in DER or with a high s is nobody's.
    """
    signature = _signature(operation.get("sig"))
    if signature is None:
        return None
    message = _unsigned_bytes(operation)
    for text in keys:
        try:
            key = public_key(text)
        except ValueError:
            continue  # a key of a kind that cannot sign: it is not the signer
        if key.verifies(message, signature):
            return text
    return None


def data_from_operation(operation: Operation) -> PlcData | None:
    """
    What the identity says after *operation*; None = nothing, it was ended.

    Raises:
        Malformed: It is no operation, or has a field more or less than one.
    """
    kind = operation.get("type")
    fields = _FIELDS.get(kind) if isinstance(kind, str) else None
    if fields is None or set(operation) - {"sig"} != fields:
        raise _malformed()
    if not isinstance(operation["prev"], str | None):
        raise _malformed()
    if kind == "plc_tombstone":
        return None
    return _data_from_create(operation) if kind == "create" else _data_from_update(operation)


def problems_of(data: PlcData) -> list[str]:
    """
    Why the directory would refuse an identity that says *data*; [] = it would not.

    Asked before a code that was mailed is spent on it.
    """
    found = []
    rotation = data.rotation_keys
    if not 1 <= len(rotation) <= MAX_ROTATION_KEYS:
        found.append(
            f"An identity has 1 to {MAX_ROTATION_KEYS} recovery keys, not {len(rotation)}."
        )
    if len(set(rotation)) != len(rotation):
        found.append("One recovery key is named twice.")
    if not all(is_did_key(key) for key in (*rotation, *data.verification_methods.values())):
        found.append("One of the keys is none that the network can use.")
    counts = (data.also_known_as, data.services, data.verification_methods)
    if any(len(entries) > _MAX_ENTRIES for entries in counts):
        found.append(f"An identity has at most {_MAX_ENTRIES} names, services and keys each.")
    if any(len(name) > _MAX_ID for name in (*data.services, *data.verification_methods)):
        found.append("The name of a service or key is too long.")
    if any(len(name) > _MAX_ALIAS for name in data.also_known_as):
        found.append("One of the names is too long.")
    if len(set(data.also_known_as)) != len(data.also_known_as):
        found.append("One name is listed twice.")
    if any(len(service.endpoint) > _MAX_ENDPOINT for service in data.services.values()):
        found.append("The address of a service is too long.")
    size = len(encoded({**operation_from_data(data, "b" * 59), "sig": "s" * _SIGNATURE_CHARS}))
    if size > MAX_OPERATION_BYTES:
        found.append(
            f"The entry would have {size} bytes; the directory takes {MAX_OPERATION_BYTES}."
        )
    return found


# ------------------------------------------------------------------ reading


def _data_from_update(operation: Operation) -> PlcData:
    services = operation["services"]
    rotation_keys = _texts(operation["rotationKeys"])
    if not isinstance(services, dict) or len(rotation_keys) > _MOST_KEYS:
        raise _malformed()
    return PlcData(
        rotation_keys=rotation_keys,
        verification_methods=_text_map(operation["verificationMethods"]),
        also_known_as=_texts(operation["alsoKnownAs"]),
        services={str(name): _service(entry) for name, entry in services.items()},
    )


def _data_from_create(operation: Operation) -> PlcData:
    """The first operations of 2022 and 2023, in today's words."""
    if operation["prev"] is not None:
        raise _malformed()
    signing, recovery, handle, home = _texts(
        [operation[name] for name in ("signingKey", "recoveryKey", "handle", "service")]
    )
    name = handle if handle.startswith("at://") else "at://" + _without_scheme(handle)
    if not home.startswith(("http://", "https://")):
        home = "https://" + home
    return PlcData(
        rotation_keys=(recovery, signing),
        verification_methods={"atproto": signing},
        also_known_as=(name,),
        services={"atproto_pds": Service("AtprotoPersonalDataServer", home)},
    )


def _without_scheme(text: str) -> str:
    return text.removeprefix("http://").removeprefix("https://")


def _service(entry: object) -> Service:
    if not isinstance(entry, dict) or set(entry) != {"type", "endpoint"}:
        raise _malformed()
    return Service(*_texts([entry["type"], entry["endpoint"]]))


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _malformed()
    return tuple(value)


def _text_map(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _malformed()
    return dict(zip(_texts(list(value)), _texts(list(value.values())), strict=True))


def _malformed() -> Malformed:
    return Malformed(
        "An entry of the identity's log is not what the directory writes.",
        "Fetch the log again; if it stays, the directory or the file is broken.",
    )


# ------------------------------------------------------------------- bytes


def _unsigned(operation: Operation) -> dict[str, Any]:
    return {name: value for name, value in operation.items() if name != "sig"}


def _unsigned_bytes(operation: Operation) -> bytes:
    return encoded(_unsigned(operation))


def _signature(text: object) -> bytes | None:
    """The 64 bytes, when they are written in the one way that is allowed."""
    if not isinstance(text, str) or len(text) != _SIGNATURE_CHARS:
        return None
    try:
        data = base64.b64decode(text.encode() + b"==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    # The last character has two bits that say nothing: only zeros are allowed there.
    return data if base64.urlsafe_b64encode(data).rstrip(b"=") == text.encode() else None
