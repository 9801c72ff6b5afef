"""
What an account's public identity says now, of either kind of identity.

``did:plc`` is asked of its directory; ``did:web`` is a file at the user's own domain.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from app.model.errors import Malformed, NotFound
from app.portability.atproto.keys import document_key
from app.portability.atproto.plc import data_from_operation
from app.portability.atproto.plc_client import PlcClient
from app.protocols.http import Http, error_from_reply
from app.protocols.net.address import is_loopback

_MAX_DOCUMENT = 256_000


class Standing(Struct, frozen=True):
    """
    Where an account lives, as everybody sees it.

    Attributes:
        pds: Its server's address; "" = none is named.
        signing_key: The ``did:key`` that signs its repository; "" = none.
        handle: What it claims to be called; "" = nothing.
    """

    pds: str
    signing_key: str
    handle: str


def is_plc(did: str) -> bool:
    """Whether *did* is kept by a directory."""
    return did.startswith("did:plc:")


async def standing_of(http: Http, plc: PlcClient, did: str) -> Standing:
    """
    What the identity says now.

    Raises:
        Malformed: It cannot be read.
        ServiceError: It cannot be asked for.
    """
    if is_plc(did):
        data = (await plc.head(did)).data
        return Standing(data.pds, data.signing_key, data.handle)
    return standing_from_document(did, await web_document(http, did))


async def known_keys(http: Http, plc: PlcClient, did: str, former: Sequence[str] = ()) -> list[str]:
    """
    Every key that has ever signed the account's repository, newest first.

    Args:
        former: Kept of earlier; only a directory remembers by itself.

    Raises:
        ServiceError: They cannot be asked for.
    """
    keys = [(await standing_of(http, plc, did)).signing_key]
    if is_plc(did):
        data = [data_from_operation(entry.operation) for entry in await plc.log(did)]
        keys += [one.signing_key for one in reversed(data) if one is not None]
    return [key for key in dict.fromkeys((*keys, *former)) if key]


def web_address(did: str) -> str:
    """Where the document of a ``did:web`` lies."""
    host = did.removeprefix("did:web:").replace("%3A", ":")
    # The specification knows no http; servers on one's own machine have no certificate.
    scheme = "http" if is_loopback(host.partition(":")[0]) else "https"
    return f"{scheme}://{host}/.well-known/did.json"


async def web_document(http: Http, did: str) -> dict[str, Any]:
    """The document of a ``did:web``. Raises: Malformed, ServiceError."""
    url = web_address(did)
    if url.startswith("http://"):
        http.allow_private(url)
    reply = await http.request(
        "GET", url, why="where an account lives", max_bytes=_MAX_DOCUMENT, public=True
    )
    if reply.status in (404, 410):
        raise NotFound(
            f"There is nothing at {url}, where this account's domain says where it lives.",
            "If it is your domain, put the file back: without it nobody can find the account.",
        )
    if reply.status != 200:
        raise error_from_reply(reply, url)
    try:
        document: dict[str, Any] = msgspec.json.decode(reply.body, type=dict[str, Any])
    except (ValueError, RecursionError) as error:
        raise _unreadable(url) from error
    if document.get("id") != did:
        raise Malformed(f"{url} is the document of another identity.")
    return document


def standing_from_document(did: str, document: dict[str, Any]) -> Standing:
    """Read a DID document, with distrust; parts that make no sense are ""."""
    key = home = ""
    for method in _entries(document, "verificationMethod"):
        if _names(did, method, "#atproto"):
            try:
                key = document_key(
                    str(method.get("type")), str(method.get("publicKeyMultibase"))
                ).did_key
            except ValueError:
                key = ""
            break
    for service in _entries(document, "service"):
        right = service.get("type") == "AtprotoPersonalDataServer"
        if right and _names(did, service, "#atproto_pds"):
            home = str(service.get("serviceEndpoint", ""))
            break
    names = document.get("alsoKnownAs")
    handles = [n for n in names if isinstance(n, str)] if isinstance(names, list) else []
    handle = next((n for n in handles if n.startswith("at://")), "").removeprefix("at://")
    return Standing(home.rstrip("/"), key, handle)


def moved_document(
    did: str, document: dict[str, Any], *, pds: str, signing_key: str, handle: str
) -> dict[str, Any]:
    """
    *document*, at home at *pds*: everything else in it stays.

    Args:
        signing_key: ``did:key``.
        handle: As the new server knows the account.
    """
    home = {"id": "#atproto_pds", "type": "AtprotoPersonalDataServer", "serviceEndpoint": pds}
    services = [s for s in _entries(document, "service") if not _names(did, s, "#atproto_pds")]
    names = document.get("alsoKnownAs")
    others = [
        n
        for n in (names if isinstance(names, list) else [])
        if isinstance(n, str) and not n.startswith("at://")
    ]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        **keyed_document(did, document, signing_key=signing_key),
        "id": did,
        "alsoKnownAs": [f"at://{handle}", *others],
        "service": [home, *services],
    }


def keyed_document(did: str, document: dict[str, Any], *, signing_key: str) -> dict[str, Any]:
    """*document* with another *signing_key* (``did:key``), and nothing else changed."""
    method = {
        "id": f"{did}#atproto",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": signing_key.removeprefix("did:key:"),
    }
    others = [m for m in _entries(document, "verificationMethod") if not _names(did, m, "#atproto")]
    return {**document, "verificationMethod": [method, *others]}


def _entries(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = document.get(name)
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def _names(did: str, entry: dict[str, Any], fragment: str) -> bool:
    return entry.get("id") in (fragment, did + fragment)


def _unreadable(url: str) -> Malformed:
    return Malformed(f"{url} cannot be read.", "It must be a JSON document.")
