"""Messages of mine on their way, and what is kept of conversations here: for good."""

from __future__ import annotations

import logging

from msgspec import DecodeError, json
from msgspec.structs import replace

from app.model import AccountId
from app.model.message import Desk, Letter, LetterId
from app.store.database import Database
from app.store.times import micros, moment

log = logging.getLogger(__name__)

_encode = json.Encoder().encode
_letter_from = json.Decoder(Letter).decode
_desk_from = json.Decoder(Desk).decode
_UNREADABLE = (DecodeError, UnicodeDecodeError)


class LetterReader:
    """Reads them. Every method may raise ``StoreError``."""

    def __init__(self, keep: Database) -> None:
        self._keep = keep

    def letters(self) -> list[Letter]:
        """All that are not there, or were not seen there yet; the oldest first."""
        found = []
        for id, body in self._keep.all("SELECT id, body FROM letter ORDER BY at, id"):
            try:
                found.append(_letter_from(body))
            except _UNREADABLE:
                log.warning("the letter %s cannot be read", id)
        return found

    def desk(self, account: AccountId, key: str) -> Desk:
        """What is kept of a conversation."""
        found = self._keep.one("SELECT body FROM desk WHERE account=? AND key=?", (account, key))
        return _desk(found[0]) if found else Desk()

    def desks(self) -> dict[tuple[AccountId, str], Desk]:
        """The same of all."""
        found = self._keep.all("SELECT account, key, body FROM desk")
        return {(AccountId(account), key): _desk(body) for account, key, body in found}


class LetterWriter:
    """Changes them, in a transaction of ``Store.keep``."""

    def __init__(self, keep: Database) -> None:
        self._keep = keep

    def add(self, letter: Letter) -> Letter:
        """Keep a new one, later than all others: they leave in this order."""
        [last] = self._keep.one("SELECT max(at) FROM letter")
        at = micros(letter.at) if last is None else max(micros(letter.at), last + 1)
        added = replace(letter, at=moment(at))
        self.put(added)
        return added

    def put(self, letter: Letter) -> None:
        """Keep it, in place of how it was."""
        self._keep.run(
            "INSERT OR REPLACE INTO letter (id, account, at, body) VALUES (?, ?, ?, ?)",
            (letter.id, letter.account, micros(letter.at), _encode(letter)),
        )

    def get(self, id: LetterId) -> Letter | None:
        """As it is kept; None: there is none (any more)."""
        found = self._keep.one("SELECT body FROM letter WHERE id=?", (id,))
        return _letter_from(found[0]) if found else None

    def drop(self, id: LetterId) -> None:
        """Forget one. Harmless where there is none."""
        self._keep.run("DELETE FROM letter WHERE id=?", (id,))

    def save_desk(self, account: AccountId, key: str, desk: Desk) -> None:
        """Keep what belongs to a conversation; nothing of it: forget it."""
        if desk == Desk():
            self._keep.run("DELETE FROM desk WHERE account=? AND key=?", (account, key))
            return
        self._keep.run(
            "INSERT OR REPLACE INTO desk (account, key, body) VALUES (?, ?, ?)",
            (account, key, _encode(desk)),
        )

    def desk(self, account: AccountId, key: str) -> Desk:
        """As it is now."""
        return LetterReader(self._keep).desk(account, key)


def drop_letters(keep: Database, account: AccountId) -> None:
    """An account leaves."""
    keep.run("DELETE FROM letter WHERE account=?", (account,))
    keep.run("DELETE FROM desk WHERE account=?", (account,))


def _desk(body: bytes) -> Desk:
    try:
        return _desk_from(body)
    except _UNREADABLE:
        return Desk()
