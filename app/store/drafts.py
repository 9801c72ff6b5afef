"""Drafts as they are kept: each with its versions, all of it durable at once."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from msgspec import DecodeError, json

from app.model.draft import Draft, DraftId
from app.store.database import Database
from app.store.times import micros

log = logging.getLogger(__name__)

VERSIONS = 20
"""How many are kept of each draft."""

TYPING_ON = timedelta(seconds=60)
"""Within this time, text that only grows is one version and not many."""

_HAS_LEFT = "SELECT 1 FROM delivery WHERE draft=? AND state<>'cancelled' LIMIT 1"

_draft_from = json.Decoder(Draft).decode
_encode = json.Encoder().encode


def save_draft(db: Database, draft: Draft, *, sent: bool | None) -> None:
    """
    Keep *draft*, and a version of it when its words differ from the last one's.

    Args:
        sent: It lies in the outbox. None: it stays where it is; one that has
            left is not brought back by a late save.
    """
    if sent is None:
        found = db.one("SELECT sent FROM draft WHERE id=?", (draft.id,))
        if not found and db.one(_HAS_LEFT, (draft.id,)):
            return
        sent = bool(found and found[0])
    db.run(
        "INSERT OR REPLACE INTO draft (id, at, sent, body) VALUES (?, ?, ?, ?)",
        (draft.id, micros(draft.updated_at), sent, _encode(draft)),
    )
    newest = db.one(
        "SELECT number, body FROM draft_version WHERE draft=? ORDER BY number DESC LIMIT 1",
        (draft.id,),
    )
    number = newest[0] if newest else 0
    before = _read(newest[1]) if newest else None
    if before is not None and words(before) == words(draft):
        return
    if before is None or not _goes_on(before, draft):
        number += 1
    db.run(
        "INSERT OR REPLACE INTO draft_version (draft, number, body) VALUES (?, ?, ?)",
        (draft.id, number, _encode(draft)),
    )
    db.run("DELETE FROM draft_version WHERE draft=? AND number<=?", (draft.id, number - VERSIONS))


def move_draft(db: Database, id: DraftId, *, sent: bool) -> None:
    """Put it into the outbox, or back among the drafts."""
    db.run("UPDATE draft SET sent=? WHERE id=?", (sent, id))


def drop_draft(db: Database, id: DraftId) -> None:
    """Forget a draft and its versions. Harmless when there is none."""
    db.run("DELETE FROM draft WHERE id=?", (id,))
    db.run("DELETE FROM draft_version WHERE draft=?", (id,))


def drafts_of(db: Database, *, sent: bool = False) -> tuple[Draft, ...]:
    """All drafts, last changed first; *sent*: those that lie in the outbox."""
    found = db.all("SELECT body FROM draft WHERE sent=? ORDER BY at DESC, id", (sent,))
    return _readable(body for (body,) in found)


def draft_of(db: Database, id: DraftId) -> tuple[Draft, bool] | None:
    """A draft, and whether it lies in the outbox."""
    found = db.one("SELECT body, sent FROM draft WHERE id=?", (id,))
    draft = _read(found[0]) if found else None
    return None if draft is None else (draft, bool(found[1]))


def versions_of(db: Database, id: DraftId) -> tuple[Draft, ...]:
    """Its versions, newest first."""
    found = db.all("SELECT body FROM draft_version WHERE draft=? ORDER BY number DESC", (id,))
    return _readable(body for (body,) in found)


def attachments_of(db: Database) -> set[str]:
    """Ids of all that any draft, or a version of one, has attached."""
    bodies = db.all("SELECT body FROM draft UNION ALL SELECT body FROM draft_version")
    return {media.id for draft in _readable(b for (b,) in bodies) for media in draft.media}


def words(draft: Draft) -> tuple[str, ...]:
    """What somebody has typed, all of it."""
    poll = draft.poll.options if draft.poll else ()
    return (draft.text, draft.warning, *poll, *(lane.text or "" for lane in draft.lanes))


def _goes_on(before: Draft, now: Draft) -> bool:
    """*now* only adds to *before*, soon after: nothing would be lost without it."""
    old, new = words(before), words(now)
    if len(old) != len(new) or now.updated_at - before.updated_at >= TYPING_ON:
        return False
    return all(after.startswith(text) for text, after in zip(old, new, strict=True))


def _readable(bodies: Iterable[bytes]) -> tuple[Draft, ...]:
    return tuple(draft for body in bodies if (draft := _read(body)) is not None)


def _read(body: bytes) -> Draft | None:
    """None: damaged on disk. It stays there, and the others are shown."""
    try:
        return _draft_from(body)
    except (DecodeError, UnicodeDecodeError) as error:
        log.error("a draft cannot be read: %s", error)
        return None
