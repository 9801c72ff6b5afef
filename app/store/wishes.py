"""Reactions on their way: kept before they leave, gone when they are done."""

from __future__ import annotations

import logging

from msgspec import DecodeError, json

from app.model.acts import Wish
from app.store.database import Database

log = logging.getLogger(__name__)

_wish_from = json.Decoder(Wish).decode


def wishes_of(db: Database) -> tuple[Wish, ...]:
    """All, the oldest first. One that cannot be read is left out, with a line in the log."""
    found = []
    for target, body in db.all("SELECT target, body FROM wish"):
        try:
            found.append(_wish_from(body))
        except (DecodeError, UnicodeDecodeError):
            log.warning("a wish about %s cannot be read", target)
    return tuple(sorted(found, key=lambda wish: (wish.at, wish.account, wish.target, wish.subject)))


def save_wish(db: Database, wish: Wish) -> None:
    """Keep it in place of the one before."""
    db.run(
        "INSERT OR REPLACE INTO wish (account, target, kind, body) VALUES (?, ?, ?, ?)",
        (wish.account, wish.target, wish.subject, json.encode(wish)),
    )


def drop_wish(db: Database, wish: Wish) -> None:
    """Forget it, unless another has taken its place meanwhile."""
    db.run(
        "DELETE FROM wish WHERE account=? AND target=? AND kind=? AND body=?",
        (wish.account, wish.target, wish.subject, json.encode(wish)),
    )
