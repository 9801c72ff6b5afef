"""
The papers of an account: its preferences, the history and document of its identity,
and the keys that these name.

Beside a repository they tell, years later and without any server, whether the key
that signed it was the account's at that time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import msgspec
from msgspec import Struct

from app.model.errors import Malformed, NotFound, ServiceError
from app.portability.atproto.download import RepoSource
from app.portability.atproto.findings import Finding
from app.portability.atproto.keys import KeySpan, is_did_key
from app.portability.atproto.manifest import DOCUMENT, LOG, PREFERENCES
from app.portability.atproto.plc_client import LogEntry
from app.portability.atproto.plc_log import verify_log
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.identity import pds_from_document
from app.protocols.bluesky.wire_server import DidDocument


class Papers(Struct, frozen=True):
    """
    What could be had.

    Attributes:
        found: File name → content, JSON.
        notes: What could not, one sentence each.
        keys: What may have signed the repository, the key of today first.
        bad: What is wrong with the history.
    """

    found: dict[str, bytes]
    notes: tuple[str, ...]
    keys: tuple[KeySpan, ...]
    bad: tuple[Finding, ...]


async def fetch_papers(source: RepoSource, before: Mapping[str, bytes]) -> Papers:
    """
    Ask for them. What cannot be had, for whatever reason, stays as it was.

    Args:
        before: What is in the archive, by file name.
    """
    asked: dict[str, Callable[[], Awaitable[bytes]]] = {
        DOCUMENT: source.document,
        PREFERENCES: source.preferences,
    }
    if source.did.startswith("did:plc:"):
        asked[LOG] = source.audit_log
    found: dict[str, bytes] = {}
    notes: list[str] = []
    for name, ask in asked.items():
        try:
            found[name] = await ask()
        except ServiceError as error:
            held = "the one of before is kept" if name in before else "it is not in the archive"
            notes.append(f"{name} could not be fetched ({error.message.rstrip('.')}): {held}.")
    known = {**before, **found}
    keys, bad = keys_of_papers(source.did, known.get(LOG), known.get(DOCUMENT))
    return Papers(found, tuple(notes), tuple(keys), tuple(bad))


def keys_of_papers(
    did: str, log: bytes | None, document: bytes | None
) -> tuple[list[KeySpan], list[Finding]]:
    """
    What may have signed the account's repository, the key of today first.

    Args:
        log: The audit log, as the directory sends it; None: there is none.
        document: The identity's document; only asked where there is no log.
    """
    if log is not None:
        return _keys_of_log(did, log)
    if document is not None:
        return _keys_of_document(did, document)
    return [], []


def home_of(document: bytes | None) -> str:
    """Origin of the server where the account lives, as its document says; "" = it does not."""
    if document is None:
        return ""
    try:
        return pds_from_document(read(document, DidDocument))
    except (Unreadable, Malformed, NotFound):
        return ""


def _keys_of_log(did: str, log: bytes) -> tuple[list[KeySpan], list[Finding]]:
    try:
        entries = read(log, list[LogEntry])
    except Unreadable:
        return [], [Finding("log-unreadable", "The identity's history cannot be read.", LOG)]
    history = verify_log(did, entries)
    return history.signing_keys(), list(history.bad)


def _keys_of_document(did: str, document: bytes) -> tuple[list[KeySpan], list[Finding]]:
    bad = [Finding("document-unreadable", "The identity's document cannot be read.", DOCUMENT)]
    try:
        value = msgspec.json.decode(document)
    except (ValueError, RecursionError):
        return [], bad
    if not isinstance(value, dict) or value.get("id") != did:
        return [], [Finding("document-foreign", "The document is of another identity.", DOCUMENT)]
    for method in value.get("verificationMethod") or ():
        match method:
            case {"id": str(name), "publicKeyMultibase": str(text)}:
                if name.endswith("#atproto") and is_did_key(key := f"did:key:{text}"):
                    return [KeySpan(key)], []
    return [], []
