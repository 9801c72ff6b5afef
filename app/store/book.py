"""The people book: which profiles the user, or a bridge, has joined."""

from __future__ import annotations

import logging

from msgspec import DecodeError, json

from app.model.person import PersonLink
from app.store.database import Database

log = logging.getLogger(__name__)

_link_from = json.Decoder(PersonLink).decode


def links_of(db: Database) -> tuple[PersonLink, ...]:
    """All, in the order in which they were made. Unreadable ones leave a line in the log."""
    found = []
    for one, body in db.all("SELECT one, body FROM person_link"):
        try:
            found.append(_link_from(body))
        except (DecodeError, UnicodeDecodeError):
            log.warning("a link of %s cannot be read", one)
    return tuple(sorted(found, key=lambda link: (link.at, *_key(link))))


def save_link(db: Database, link: PersonLink) -> None:
    """Keep it; one between the same two is replaced, whichever way round it was."""
    db.run(
        "INSERT OR REPLACE INTO person_link (one, other, body) VALUES (?, ?, ?)",
        (*_key(link), json.encode(link)),
    )


def drop_link(db: Database, link: PersonLink) -> None:
    """Forget it. Harmless when it is not there."""
    db.run("DELETE FROM person_link WHERE one=? AND other=?", _key(link))


def _key(link: PersonLink) -> tuple[str, str]:
    first, second = sorted((link.one.profile.uri, link.other.profile.uri))
    return first, second
