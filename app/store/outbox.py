"""
What is being sent, and what was: each change is one durable transaction.

A change names the revision that it was made from; when another process has
changed the delivery meanwhile nothing is written, and the caller looks again.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable

from msgspec import DecodeError, Struct, json
from msgspec.structs import replace

from app.model import AccountId
from app.model.draft import Draft, DraftId
from app.model.sending import Delivery, Limits, Published
from app.store.database import Damaged, Database
from app.store.drafts import (
    attachments_of,
    draft_of,
    drafts_of,
    drop_draft,
    move_draft,
    save_draft,
    versions_of,
)
from app.store.health import doubt_mark

log = logging.getLogger(__name__)

_delivery_from = json.Decoder(Delivery).decode
_limits_from = json.Decoder(Limits).decode
_encode = json.Encoder().encode


LATELY = 200
"""So many of the last lanes keep their files."""


class Kept(Struct, frozen=True):
    """A delivery, and the revision it was read at."""

    rev: int
    delivery: Delivery


class OwnPost(Struct, frozen=True):
    """
    Something sent from here: part *part* (from 0) *of* so many of a delivery.

    *gone*: deleted again.
    """

    draft: DraftId
    account: AccountId
    part: int
    of: int
    gone: bool = False


class WrittenReader:
    """Reads drafts and deliveries; see ``Reader``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def drafts(self) -> tuple[Draft, ...]:
        """Those that do not lie in the outbox, last changed first."""
        return drafts_of(self._db)

    def draft(self, id: DraftId) -> tuple[Draft, bool] | None:
        """One, and whether it lies in the outbox."""
        return draft_of(self._db, id)

    def versions(self, id: DraftId) -> tuple[Draft, ...]:
        """Of a draft, newest first."""
        return versions_of(self._db, id)

    def attachments(self) -> frozenset[str]:
        """
        Ids of all files that drafts, or what has not arrived yet, still need.

        And of what was sent lately: it may be deleted and posted anew.
        """
        open_ones = self._kept(
            "SELECT rev, body FROM delivery WHERE state NOT IN ('delivered', 'cancelled')"
        )
        lately = self._kept("SELECT rev, body FROM delivery ORDER BY rev DESC LIMIT ?", LATELY)
        return frozenset(attachments_of(self._db).union(*map(_files_of, (*open_ones, *lately))))

    def waiting(self) -> tuple[Kept, ...]:
        """Deliveries of every draft of which something has not arrived yet."""
        return self._kept(
            """SELECT rev, body FROM delivery WHERE draft IN (
                SELECT draft FROM delivery WHERE state NOT IN ('delivered', 'cancelled'))
               ORDER BY rev"""
        )

    def changed(self, after: int) -> tuple[Kept, ...]:
        """Deliveries changed after revision *after*, in that order."""
        return self._kept("SELECT rev, body FROM delivery WHERE rev>? ORDER BY rev", after)

    def delivery(self, draft: DraftId, account: AccountId) -> Kept | None:
        """One of them, as it is now."""
        return delivery_of(self._db, draft, account)

    def deliveries(self, draft: DraftId) -> tuple[Kept, ...]:
        """All of one draft."""
        return self._kept("SELECT rev, body FROM delivery WHERE draft=? ORDER BY rev", draft)

    def newest(self) -> int:
        """The newest revision there is."""
        return int(self._db.one("SELECT coalesce(max(rev), 0) FROM delivery")[0])

    def own_post(self, address: str) -> OwnPost | None:
        """What was sent from here and has this URI or web address."""
        return next(iter(self.own_posts([address]).values()), None)

    def own_posts(self, addresses: Collection[str]) -> dict[str, OwnPost]:
        """Those of *addresses* under which something of ours is known."""
        found = self._db.all(
            """SELECT address, draft, account, part, of, gone FROM own_post
               WHERE address IN ()""",
            among=addresses,
        )
        return {
            address: OwnPost(draft, account, part, of, bool(gone))
            for address, draft, account, part, of, gone in found
        }

    def newest_own(self, limit: int) -> list[str]:
        """Addresses of what was sent from here last: of each post its URI and its web page."""
        found = self._db.all("SELECT address FROM own_post ORDER BY rowid DESC LIMIT ?", (limit,))
        return [address for (address,) in found]

    def gone(self, draft: DraftId) -> frozenset[str]:
        """Addresses of the posts of a draft that were deleted again."""
        found = self._db.all("SELECT address FROM own_post WHERE draft=? AND gone=1", (draft,))
        return frozenset(address for (address,) in found)

    def limits(self, account: AccountId) -> Limits | None:
        """What its server takes, as far as it has ever said."""
        found = self._db.one("SELECT body FROM limits WHERE account=?", (account,))
        try:
            return _limits_from(found[0]) if found else None
        except DecodeError:
            return None  # of another version: it will say so again

    def check(self) -> None:
        """
        Look at every page of it, which the start has not. Not for the UI thread.

        Raises: Damaged; then the next start mends what can be mended.
        """
        if self._db.all("PRAGMA quick_check(1)") != [("ok",)]:
            doubt_mark(self._db.path).touch()
            raise Damaged(self._db.path)

    def _kept(self, sql: str, *args: object) -> tuple[Kept, ...]:
        rows = self._db.all(sql, args)
        return tuple(kept for rev, body in rows if (kept := _read(rev, body)) is not None)


class Writer:
    """Changes drafts and deliveries; see ``Keeper``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save_draft(self, draft: Draft, *, sent: bool | None = None) -> None:
        """Keep a draft; see ``drafts.save_draft``."""
        save_draft(self._db, draft, sent=sent)

    def move_draft(self, id: DraftId, *, sent: bool) -> None:
        """Put it into the outbox, or back among the drafts."""
        move_draft(self._db, id, sent=sent)

    def drop_draft(self, id: DraftId) -> None:
        """Forget a draft and its versions."""
        drop_draft(self._db, id)

    def delivery(self, draft: DraftId, account: AccountId) -> Kept | None:
        """As it is now, before or after changes of this transaction."""
        return delivery_of(self._db, draft, account)

    def put(self, delivery: Delivery, rev: int) -> int:
        """
        Replace the delivery that was read at *rev* (0: there was none).

        Returns its new revision, or 0: somebody else has changed it; nothing is written.
        """
        found = self._db.one(
            "SELECT rev FROM delivery WHERE draft=? AND account=?",
            (delivery.draft, delivery.account),
        )
        if (found[0] if found else 0) != rev:
            return 0
        self._db.run(
            "INSERT OR REPLACE INTO delivery (draft, account, state, body) VALUES (?, ?, ?, ?)",
            (delivery.draft, delivery.account, delivery.state, _encode(delivery)),
        )
        made = self._db.last_id()
        self._remember(delivery)
        self._settle(delivery.draft)
        return made

    def _settle(self, draft: DraftId) -> None:
        """What all its deliveries mean for the draft: it has arrived, is on its way, or is back."""
        states = dict(self._db.all("SELECT account, state FROM delivery WHERE draft=?", (draft,)))
        if any(state not in ("delivered", "cancelled") for state in states.values()):
            return
        found = draft_of(self._db, draft)
        if found is None:
            return
        left = tuple(lane for lane in found[0].lanes if states.get(lane.account) != "delivered")
        if "cancelled" in states.values():
            save_draft(self._db, replace(found[0], lanes=left), sent=False)
        else:
            drop_draft(self._db, draft)

    def forget_post(self, post: Published) -> None:
        """It was deleted again. Its address stays, so that others of the draft are found."""
        self._db.run(
            "UPDATE own_post SET gone=1 WHERE address IN ()", among={post.uri, post.url} - {""}
        )

    def save_limits(self, account: AccountId, limits: Limits) -> None:
        """Remember what a server takes, for when it cannot be asked."""
        self._db.run(
            "INSERT OR REPLACE INTO limits (account, body) VALUES (?, ?)",
            (account, _encode(limits)),
        )

    def _remember(self, delivery: Delivery) -> None:
        """Under which addresses its posts are known."""
        rows = [
            (address, delivery.draft, delivery.account, number, len(delivery.parts))
            for number, part in enumerate(delivery.parts)
            if part.done is not None
            for address in {part.done.uri, part.done.url} - {""}
        ]
        self._db.run_many(
            """INSERT OR IGNORE INTO own_post (address, draft, account, part, of)
               VALUES (?, ?, ?, ?, ?)""",
            rows,
        )


def delivery_of(db: Database, draft: DraftId, account: AccountId) -> Kept | None:
    """A delivery as it is now."""
    found = db.one("SELECT rev, body FROM delivery WHERE draft=? AND account=?", (draft, account))
    return _read(*found) if found else None


def _files_of(kept: Kept) -> Iterable[str]:
    for part in kept.delivery.parts:
        yield from (media.id for media in part.post.media)
        if part.post.card is not None and part.post.card.image:
            yield part.post.card.image


def _read(rev: int, body: bytes) -> Kept | None:
    """None: damaged on disk. It stays there: nothing of it is sent."""
    try:
        return Kept(rev, _delivery_from(body))
    except (DecodeError, UnicodeDecodeError) as error:
        log.error("a delivery cannot be read: %s", error)
        return None
