"""Bookmarks with folders and notes: kept for good, with the posts themselves."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from msgspec import DecodeError, json

from app.model.bookmark import Filed
from app.store.database import Database
from app.store.times import micros

log = logging.getLogger(__name__)

_filed_from = json.Decoder(Filed).decode


def filed_of(db: Database) -> tuple[Filed, ...]:
    """All, the newest first. Unreadable ones leave a line in the log."""
    found = []
    for uri, body in db.all("SELECT uri, body FROM filed ORDER BY at DESC, uri"):
        try:
            found.append(_filed_from(body))
        except (DecodeError, UnicodeDecodeError):
            log.warning("a bookmark of %s cannot be read", uri)
    return tuple(found)


def save_filed(db: Database, filed: Filed) -> None:
    """Keep it, in place of what was kept of the same post."""
    db.run(
        "INSERT OR REPLACE INTO filed (uri, at, body) VALUES (?, ?, ?)",
        (filed.post.uri, micros(filed.at), json.encode(filed)),
    )


def drop_filed(db: Database, uris: Iterable[str]) -> None:
    """Forget them. Harmless where there is nothing."""
    db.run_many("DELETE FROM filed WHERE uri=?", [(uri,) for uri in uris])
