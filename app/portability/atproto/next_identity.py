"""
What an identity shall say next: merged, never replaced.

A host recommends only what is its own. To send just that (as other tools do) takes
away the user's own recovery keys, the links to bridges, and services such as a
labeler (facts on migration A2).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from app.model.errors import BadInput, Malformed, Refused
from app.portability.atproto.plc import (
    MAX_ROTATION_KEYS,
    Operation,
    PlcData,
    Service,
    data_from_operation,
    problems_of,
    signer_of,
)
from app.protocols.bluesky.wire import Wire


class ServiceEntry(Wire, frozen=True):
    """One service, as a host recommends it."""

    type: str
    endpoint: str


class Recommended(Wire, frozen=True):
    """``com.atproto.identity.getRecommendedDidCredentials``: what a host needs to serve an account."""

    rotation_keys: list[str] = []
    also_known_as: list[str] = []
    verification_methods: dict[str, str] = {}
    services: dict[str, ServiceEntry] = {}

    @property
    def signing_key(self) -> str:
        """The ``did:key`` with which the host signs the repository."""
        return self.verification_methods.get("atproto", "")

    @property
    def pds(self) -> str:
        """The host's own address, as the identity must name it."""
        home = self.services.get("atproto_pds")
        return home.endpoint if home else ""


def moved_in(now: PlcData, host: Recommended, *, leaving: Collection[str]) -> PlcData:
    """
    *now*, at home at *host*.

    The user's own keys stay, before the new host's; what only the old host had
    goes. Names that are no handles, other services and other keys stay.

    Args:
        leaving: Keys of the host that is left.
    """
    own = [key for key in now.rotation_keys if key not in leaving]
    return PlcData(
        rotation_keys=_once(
            [key for key in own if key not in host.rotation_keys], host.rotation_keys
        ),
        verification_methods=now.verification_methods | host.verification_methods,
        also_known_as=_once(host.also_known_as, _no_handles(now.also_known_as)),
        services=now.services
        | {name: Service(entry.type, entry.endpoint) for name, entry in host.services.items()},
    )


def moved_back(now: PlcData, before: PlcData, *, leaving: Collection[str]) -> PlcData:
    """
    *now*, at home again where it was *before*.

    Keys of the user's that came since stay, first; of the host that is left none do.
    """
    since = [key for key in now.rotation_keys if key not in (*leaving, *before.rotation_keys)]
    handles = [name for name in before.also_known_as if name.startswith("at://")]
    return PlcData(
        rotation_keys=_once(since, before.rotation_keys),
        verification_methods=now.verification_methods | before.verification_methods,
        also_known_as=_once(handles, _no_handles((*before.also_known_as, *now.also_known_as))),
        services=now.services | before.services,
    )


def with_own_key(now: PlcData, key: str) -> PlcData:
    """
    *now*, with *key* as the first of its recovery keys.

    Raises:
        BadInput: There is no room for one more.
    """
    others = [other for other in now.rotation_keys if other != key]
    if len(others) >= MAX_ROTATION_KEYS:
        raise BadInput(
            f"The identity has {len(others)} recovery keys already, which is all there can be.",
            "Take one away first, or use one of them.",
        )
    return PlcData(
        rotation_keys=(key, *others),
        verification_methods=now.verification_methods,
        also_known_as=now.also_known_as,
        services=now.services,
    )


def checked(data: PlcData) -> PlcData:
    """
    *data*, if the directory would take it: a mailed code is not spent on less.

    Raises:
        Refused: It would not.
    """
    if problems := problems_of(data):
        raise Refused(problems[0], "Nothing was changed.")
    return data


def check_signed(operation: Operation, wanted: PlcData, prev: str, keys: Iterable[str]) -> None:
    """
    That a host has signed what it was asked to sign, and nothing else.

    Args:
        prev: CID of the operation that it must follow.
        keys: Those that may sign.

    Raises:
        Refused: It has not; it must not be submitted.
    """
    try:
        data = data_from_operation(operation)
    except (Malformed, KeyError) as error:
        raise _not_asked() from error
    if data != wanted or operation.get("prev") != prev:
        raise _not_asked()
    if signer_of(operation, keys) is None:
        raise Refused(
            "The server's signature under the change is not valid.",
            "Nothing was changed. Run it again.",
        )


def sign_request(data: PlcData) -> Mapping[str, Any]:
    """*data* as ``signPlcOperation`` wants it."""
    return {
        "rotationKeys": list(data.rotation_keys),
        "alsoKnownAs": list(data.also_known_as),
        "verificationMethods": dict(data.verification_methods),
        "services": {
            name: {"type": service.type, "endpoint": service.endpoint}
            for name, service in data.services.items()
        },
    }


def _not_asked() -> Refused:
    return Refused(
        "The server has signed something else than it was asked to.",
        "Nothing was changed, and nothing of it will be sent on.",
    )


def _no_handles(names: Iterable[str]) -> list[str]:
    return [name for name in names if not name.startswith("at://")]


def _once(*lists: Iterable[str]) -> tuple[str, ...]:
    """All of them in order, each only once."""
    return tuple(dict.fromkeys(item for items in lists for item in items))
