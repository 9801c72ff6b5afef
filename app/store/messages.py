"""
Private messages in the cache: conversations as accounts see them, and what was said.

What leaves is overwritten on the disk (``secure_delete``): it was private.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from msgspec import DecodeError, Struct, json
from msgspec.structs import replace

from app.model import AccountId
from app.model.message import Conversation, Message
from app.store.database import Database
from app.store.times import micros

_encode = json.Encoder().encode
_conversation_from = json.Decoder(Conversation).decode
_message_from = json.Decoder(Message).decode
_UNREADABLE = (DecodeError, UnicodeDecodeError)

THE_END = "."
"""In place of a cursor: there is nothing older at the server."""


class KeptTalk(Struct, frozen=True, kw_only=True):
    """
    A conversation, and whose it is.

    *older*: where its server goes on; None: nothing was fetched yet; ``THE_END``.
    """

    account: AccountId
    conversation: Conversation
    older: str | None = None


def save_conversations(
    db: Database, account: AccountId, network: str, found: Iterable[Conversation]
) -> int:
    """Save them as they are now. Returns how many are new or have something new."""
    from app.store.write import account_number  # who only reads needs nothing that writes

    with db.transaction():
        number = account_number(db, account, network)
        return sum(_save(db, number, one) for one in found)


def _save(db: Database, account: int, now: Conversation) -> bool:
    kept = db.one("SELECT body FROM talk WHERE account=? AND key=?", (account, now.id))
    before = None
    if kept:
        try:
            before = _conversation_from(kept[0])
        except _UNREADABLE:
            before = None  # damaged: nothing in it is better than what just came
    if before is not None:
        now = _joined(before, now)
        if before == now:
            return False
    unread = 0 if now.muted else now.unread
    db.run(
        """INSERT INTO talk (account, key, at, unread, request, body) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (account, key) DO UPDATE SET at=excluded.at, unread=excluded.unread,
           request=excluded.request, body=excluded.body""",
        (account, now.id, micros(now.at), unread, now.request, _encode(now)),
    )
    return before is None or before.at < now.at


def _joined(before: Conversation, now: Conversation) -> Conversation:
    """As it is now; an older part of it changes only what that part tells."""
    heads = {ref.partition(" ")[0] for ref in now.refs}
    rest = tuple(ref for ref in before.refs if ref.partition(" ")[0] not in heads)
    refs = now.refs if len(now.refs) == 1 and not now.refs[0].count(" ") else (*now.refs, *rest)
    if before.at > now.at and before.last is not None:
        refs = (*before.refs, *(r for r in refs if r not in before.refs))
        return replace(before, refs=refs)
    return replace(now, refs=refs, limit=now.limit or before.limit, last=now.last or before.last)


def change_conversation(db: Database, account: AccountId, key: str, **changes: object) -> None:
    """Some of it is otherwise. Harmless where there is none."""
    with db.transaction():
        found = db.one(_ONE, (account, key))
        if not found:
            return
        try:
            made = replace(_conversation_from(found[1]), **changes)
        except _UNREADABLE:
            return
        db.run(
            "UPDATE talk SET at=?, unread=?, request=?, body=? WHERE id=?",
            (micros(made.at), 0 if made.muted else made.unread, made.request, _encode(made),
             found[0]),
        )  # fmt: skip


def save_messages(
    db: Database,
    account: AccountId,
    key: str,
    messages: Sequence[Message],
    older: str | None = "",
) -> None:
    """
    Save what was said in a conversation that is kept.

    Args:
        older: Where it goes on below these; None: nowhere; "" = as it was known.
    """
    with db.transaction():
        found = db.one(_ONE, (account, key))
        if not found:
            return
        talk = found[0]
        for one in messages:
            db.run("DELETE FROM message WHERE talk=? AND key=?", (talk, one.id))
        db.run_many(
            "INSERT OR REPLACE INTO message (talk, at, key, body) VALUES (?, ?, ?, ?)",
            [(talk, micros(one.at), one.id, _encode(one)) for one in messages],
        )
        if older != "":
            db.run("UPDATE talk SET older=? WHERE id=?", (older or THE_END, talk))


def drop_message(db: Database, account: AccountId, key: str, message: str) -> None:
    """One is gone."""
    with _wiping(db), db.transaction():
        found = db.one(_ONE, (account, key))
        if found:
            db.run("DELETE FROM message WHERE talk=? AND key=?", (found[0], message))


def drop_conversation(db: Database, account: AccountId, key: str) -> None:
    """It is gone, with all that was said."""
    with _wiping(db), db.transaction():
        found = db.one(_ONE, (account, key))
        if found:
            db.run("DELETE FROM message WHERE talk=?", (found[0],))
            db.run("DELETE FROM talk WHERE id=?", (found[0],))


def drop_messages(db: Database, account: int) -> None:
    """An account leaves (inside a transaction)."""
    with _wiping(db):
        db.run(
            "DELETE FROM message WHERE talk IN (SELECT id FROM talk WHERE account=?)", (account,)
        )
        db.run("DELETE FROM talk WHERE account=?", (account,))


@contextmanager
def _wiping(db: Database) -> Iterator[None]:
    db.run("PRAGMA secure_delete=ON")
    try:
        yield
    finally:
        db.run("PRAGMA secure_delete=OFF")


class MessageReader:
    """Reads messages. Every method may raise ``StoreError``."""

    def __init__(self, cache: Database) -> None:
        self._cache = cache

    def conversations(self) -> list[KeptTalk]:
        """All, the newest first. Damaged ones are left out."""
        found = self._cache.all(
            """SELECT a.name, t.body, t.older FROM talk t JOIN account a ON a.id=t.account
               ORDER BY t.at DESC, t.key"""
        )
        kept = [_kept(*row) for row in found]
        return [one for one in kept if one is not None]

    def talking(self) -> set[AccountId]:
        """Accounts that have conversations."""
        sql = "SELECT DISTINCT a.name FROM talk t JOIN account a ON a.id=t.account"
        return {AccountId(name) for (name,) in self._cache.all(sql)}

    def listed(self, account: AccountId) -> dict[str, tuple[int, bool]]:
        """Of each of an account: µs, and whether it is a request."""
        found = self._cache.all(
            """SELECT t.key, t.at, t.request FROM talk t JOIN account a ON a.id=t.account
               WHERE a.name=?""",
            (account,),
        )
        return {key: (at, bool(request)) for key, at, request in found}

    def conversation(self, account: AccountId, key: str) -> KeptTalk | None:
        """That one."""
        found = self._cache.one(_ONE, (account, key))
        return _kept(account, found[1], found[2]) if found else None

    def messages(self, account: AccountId, key: str, limit: int) -> list[Message]:
        """The newest of a conversation, the newest first."""
        found = self._cache.all(
            """SELECT m.body FROM talk t JOIN account a ON a.id=t.account
               CROSS JOIN message m ON m.talk=t.id WHERE a.name=? AND t.key=?
               ORDER BY m.at DESC, m.key DESC LIMIT ?""",
            (account, key, limit),
        )
        kept = []
        for (body,) in found:
            try:
                kept.append(_message_from(body))
            except _UNREADABLE:
                continue  # a damaged one is left out, the rest is there
        return kept

    def newest(self, account: AccountId) -> int:
        """µs of the newest conversation of an account; 0: there is none."""
        found = self._cache.one(
            """SELECT max(t.at) FROM talk t JOIN account a ON a.id=t.account WHERE a.name=?""",
            (account,),
        )
        return int(found[0]) if found and found[0] is not None else 0


_ONE = """SELECT t.id, t.body, t.older FROM talk t JOIN account a ON a.id=t.account
    WHERE a.name=? AND t.key=?"""


def _kept(account: str, body: bytes, older: str | None) -> KeptTalk | None:
    try:
        conversation = _conversation_from(body)
    except _UNREADABLE:
        return None
    return KeptTalk(account=AccountId(account), conversation=conversation, older=older)
