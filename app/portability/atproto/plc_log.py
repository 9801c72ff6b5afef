"""
The history of an identity, verified without asking anybody.

Each entry must be named rightly, follow one that is there, and be signed by a key
that one allows. A key that stands earlier in the list may, for 72 hours, put its
entry in the place of a later key's: what followed there is overruled.

Sources: did:plc specification, "Key Rotation & Account Recovery"; the directory's
``packages/lib/src/data.ts``; the log of its interop tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from app.model.errors import Malformed
from app.portability.atproto.findings import Finding, Findings
from app.portability.atproto.keys import KeySpan
from app.portability.atproto.plc import (
    Operation,
    PlcData,
    cid_of,
    data_from_operation,
    did_of,
    signer_of,
)

if TYPE_CHECKING:
    from app.portability.atproto.plc_client import LogEntry

RECOVERY_WINDOW = timedelta(hours=72)
"""How long a stronger key may overrule; the last instant counts."""


class PlcEntry(Struct, frozen=True, kw_only=True):
    """
    One entry that was checked.

    Attributes:
        data: What the identity says after it; None = nothing, it was ended.
        signer: The key that has signed it.
        overruled: A stronger key has put another in its place.
    """

    cid: str
    at: datetime
    operation: Operation
    data: PlcData | None
    signer: str
    overruled: bool = False


class PlcLog(Struct, frozen=True):
    """
    A history, and what is wrong with it.

    Attributes:
        entries: Oldest first, as far as they could be checked.
        bad: With any of these the history is not to be trusted.
    """

    did: str
    entries: tuple[PlcEntry, ...]
    bad: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all of it is as the rules allow."""
        return not self.bad

    @property
    def standing(self) -> tuple[PlcEntry, ...]:
        """The entries that nobody has overruled."""
        return tuple(entry for entry in self.entries if not entry.overruled)

    def state_at(self, at: datetime) -> PlcData | None:
        """What the identity said then; None = it was not there, or had been ended."""
        found = [entry for entry in self.standing if entry.at <= at]
        return found[-1].data if found else None

    def signing_keys(self) -> list[KeySpan]:
        """What may have signed the repository, and when: the key of today first."""
        standing = self.standing
        spans: list[KeySpan] = []
        for number, entry in enumerate(standing):
            key = entry.data.signing_key if entry.data else ""
            if spans and spans[-1].until is None:
                if spans[-1].key == key:
                    continue
                spans[-1] = KeySpan(spans[-1].key, spans[-1].since, entry.at)
            if key:
                # The first key was the account's before the directory heard of it.
                spans.append(KeySpan(key, entry.at if number else None))
        return spans[::-1]

    def overrule_until(self, key: str) -> datetime | None:
        """
        Until when *key* may put another entry in the place of the newest.

        None = never: it is not stronger than the key that has signed it.
        """
        standing = self.standing
        if len(standing) < 2:
            return None
        before, last = standing[-2:]
        if before.data is None or key not in _stronger(before.data, last.signer):
            return None
        return last.at + RECOVERY_WINDOW


def verify_log(did: str, log: Sequence[LogEntry]) -> PlcLog:
    """
    Check the history of *did*, from the first entry to the last.

    What is wrong stands in the result; after the first entry that breaks a rule
    nothing is believed.
    """
    check = _Check(did)
    for number, entry in enumerate(log):
        try:
            check.add(entry)
        except (_Broken, Malformed, ValueError) as error:
            code, text = error.args if isinstance(error, _Broken) else ("bad-entry", str(error))
            check.found.fault(code, text, f"entry {number + 1}, {entry.cid}")
            break
    if not log:
        check.found.fault("empty-log", "The history of the identity is empty.")
    if not check.found.bad:
        check.compare_marks(log)
    return PlcLog(did, tuple(check.entries), tuple(check.found.bad))


class _Broken(Exception):
    """A rule that an entry breaks: code, words."""


class _Check:
    """The history so far: all entries, and which of them stand."""

    def __init__(self, did: str) -> None:
        self._did = did
        self.entries: list[PlcEntry] = []
        self.found = Findings()
        self._names: set[str] = set()
        self._standing: list[int] = []
        self._places: dict[str, int] = {}  # in _standing, by CID

    def add(self, entry: LogEntry) -> None:
        """
        One more.

        Raises:
            _Broken: It must not be there.
            Malformed: It is none.
            ValueError: It holds what no operation can hold.
        """
        operation = entry.operation
        data = data_from_operation(operation)
        if entry.did != self._did:
            raise _Broken("foreign-entry", "An entry belongs to another identity.")
        if cid_of(operation) != entry.cid:
            raise _Broken("entry-changed", "An entry is not what its name stands for.")
        if entry.cid in self._names:
            raise _Broken("double-entry", "An entry stands there twice.")
        if self.entries and entry.at < self.entries[-1].at:
            raise _Broken("entry-order", "An entry is older than the one before it.")
        signer = self._followed(entry) if self.entries else self._first(entry, data)
        checked = PlcEntry(
            cid=entry.cid, at=entry.at, operation=operation, data=data, signer=signer
        )
        self._names.add(entry.cid)
        self._places[entry.cid] = len(self._standing)
        self._standing.append(len(self.entries))
        self.entries.append(checked)

    def _first(self, entry: LogEntry, data: PlcData | None) -> str:
        """Who has signed the entry that makes the identity."""
        if entry.operation["prev"] is not None or data is None:
            raise _Broken("no-genesis", "The history does not begin with its first entry.")
        if did_of(entry.operation) != self._did:
            raise _Broken("wrong-identity", "The first entry makes another identity.")
        return _signed(entry.operation, data.rotation_keys)

    def _followed(self, entry: LogEntry) -> str:
        """Who has signed an entry; what it overrules is marked."""
        prev = entry.operation["prev"]
        place = self._places.get(prev)
        if place is None:
            raise _Broken("entry-lost", "An entry follows one that is not there, or was overruled.")
        before = self.entries[self._standing[place]].data
        if before is None:
            raise _Broken("after-the-end", "An entry follows the one that ended the identity.")
        later = self._standing[place + 1 :]
        if not later:
            return _signed(entry.operation, before.rotation_keys)
        overruled = self.entries[later[0]]
        signer = _signed(entry.operation, _stronger(before, overruled.signer))
        if entry.at - overruled.at > RECOVERY_WINDOW:
            raise _Broken("too-late", "An entry overrules another after more than 72 hours.")
        for number in later:
            self.entries[number] = known = replace(self.entries[number], overruled=True)
            del self._places[known.cid]
        del self._standing[place + 1 :]
        return signer

    def compare_marks(self, log: Sequence[LogEntry]) -> None:
        """What the directory says was overruled against what must have been."""
        for entry, checked in zip(log, self.entries, strict=True):
            if entry.nullified != checked.overruled:
                text = "An entry is marked as overruled and is not, or the other way round."
                self.found.fault("wrong-mark", text, checked.cid)


def _stronger(before: PlcData, signer: str) -> tuple[str, ...]:
    """The keys that stand before *signer*."""
    keys = before.rotation_keys
    return keys[: keys.index(signer)] if signer in keys else ()


def _signed(operation: Operation, keys: Sequence[str]) -> str:
    signer = signer_of(operation, keys)
    if signer is None:
        raise _Broken("bad-signature", "An entry is signed by none of the keys that may.")
    return signer
