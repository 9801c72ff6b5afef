"""Notifications in the cache: saved by page, read as glances that group quickly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import DecodeError, Struct, json
from msgspec.structs import replace

from app.model import AccountId, Cursor, Post, ViewerState
from app.model.notification import Glance, Notice
from app.store.addresses import turned
from app.store.database import Database
from app.store.rows import post_from, viewer_from
from app.store.times import micros, moment

_encode = json.Encoder().encode
_notice_from = json.Decoder(Notice).decode


class NoticeGap(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Notifications that are still at the server.

    Below *newer_at*, down to *older_at* (None: all that is older).
    """

    id: int
    account: AccountId
    newer_at: datetime
    older_at: datetime | None = None
    cursor: Cursor


class KeptNotice(Struct, frozen=True, kw_only=True):
    """A notification with its post, and what each account that saw the post did with it."""

    id: int
    account: AccountId
    notice: Notice
    post: Post | None = None
    viewers: dict[AccountId, ViewerState] = {}


class SavedNotices(Struct, frozen=True, kw_only=True):
    """
    What a page came to. *known*: how many were there already, the same.

    *gap*: id of the gap that is left below it.
    """

    new: int = 0
    known: int = 0
    gap: int | None = None


class GapLeft(Struct, frozen=True, kw_only=True):
    """What is still missing below a page: see ``NoticeGap``."""

    newer_at: datetime
    older_at: datetime | None
    cursor: Cursor


def save_notices(
    db: Database,
    account: AccountId,
    network: str,
    notices: Sequence[Notice],
    *,
    instead: int | None = None,
    left: GapLeft | None = None,
) -> SavedNotices:
    """
    Save a page in one transaction, with what is missing below it.

    Their posts have been saved before.

    Args:
        instead: The gap that this page was fetched for: it is gone.
        left: What is missing now.

    Raises:
        StoreError: Nothing was changed.
    """
    from app.store.write import account_number  # who only reads needs nothing that writes

    with db.transaction():
        number = account_number(db, account, network)
        new = known = 0
        for notice in notices:
            state = _save(db, number, notice)
            new, known = new + (state == "new"), known + (state == "known")
        if instead is not None:
            db.run("DELETE FROM notice_gap WHERE id=? AND account=?", (instead, number))
        gap = None
        if left is not None:
            older = None if left.older_at is None else micros(left.older_at)
            db.run(
                "INSERT INTO notice_gap (account, newer_at, older_at, cursor) VALUES (?, ?, ?, ?)",
                (number, micros(left.newer_at), older, left.cursor),
            )
            gap = db.last_id()
        return SavedNotices(new=new, known=known, gap=gap)


def _save(db: Database, account: int, notice: Notice) -> str:
    at, actor = micros(notice.at), notice.actors[0].uri if notice.actors else ""
    before = db.one(
        "SELECT id, at, many FROM notice WHERE account=? AND key=?", (account, notice.key)
    )
    post = db.one("SELECT post FROM address WHERE address=?", (turned(notice.about),))
    number = post[0] if post and notice.about else None
    if before is None:
        db.run(
            """INSERT INTO notice (account, key, at, kind, post, actor, many, place, body)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (account, notice.key, at, notice.kind, number, actor, notice.many, notice.place,
             _encode(notice)),
        )  # fmt: skip
        return "new"
    grown = (at, notice.many) > before[1:]
    if not grown and before[1:] != (at, notice.many):
        return "known"  # a group that we know larger: an older page tells of a part of it
    # Who has read it, and then it grew, has something to read again.
    db.run(
        """UPDATE notice SET at=?, kind=?, post=coalesce(?, post), actor=?, many=?, place=?,
           body=?, seen=CASE WHEN at=?1 THEN seen ELSE 0 END WHERE id=?8""",
        (at, notice.kind, number, actor, notice.many, notice.place, _encode(notice), before[0]),
    )
    return "new" if grown else "known"


def mark_seen(db: Database, ids: Iterable[int]) -> None:
    """These were read. Raises: StoreError."""
    with db.transaction():
        wanted = list(ids)
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            db.run("UPDATE notice SET seen=1 WHERE id IN ()", among=some)


def settle_request(db: Database, account: AccountId, who: str, *, accepted: bool) -> int:
    """
    *who* (a URI) has an answer: who was let in follows now, and a request that was turned
    down is gone. Returns how many stood there. Raises: StoreError.
    """
    with db.transaction():
        found = db.all(
            """SELECT n.id, n.body FROM notice n JOIN account a ON a.id=n.account
               WHERE a.name=? AND n.kind='follow_request' AND n.actor=?""",
            (account, who),
        )
        for id, body in found:
            try:
                follows = replace(_notice_from(body), kind="follow") if accepted else None
            except (DecodeError, UnicodeDecodeError):
                follows = None  # a damaged one is shown nowhere
            if follows is None:
                db.run("DELETE FROM notice WHERE id=?", (id,))
            else:
                db.run(
                    "UPDATE notice SET kind=?, body=? WHERE id=?",
                    (follows.kind, _encode(follows), id),
                )
        return len(found)


def drop_notices(db: Database, account: int) -> None:
    """An account leaves (inside a transaction)."""
    db.run("DELETE FROM notice WHERE account=?", (account,))
    db.run("DELETE FROM notice_gap WHERE account=?", (account,))


class NoticeReader:
    """Reads notifications. Every method may raise ``StoreError``."""

    def __init__(self, cache: Database) -> None:
        self._cache = cache

    def glances(self, read: Mapping[AccountId, int], limit: int, since: int = 0) -> list[Glance]:
        """
        The newest of all accounts in *read*, newest first.

        Args:
            read: Up to when each account has read, µs.
            since: Only those that are newer, µs.
        """
        names = self._names()
        found = self._cache.all(
            """SELECT n.id, n.at, n.account, n.kind, coalesce(e.head, n.post, 0), n.actor, n.many,
               n.seen FROM notice n LEFT JOIN echo e ON e.post=n.post
               WHERE n.at>? ORDER BY n.at DESC LIMIT ?""",
            (since, limit),
        )
        upto = {number: read[name] for number, name in names.items() if name in read}
        return [
            Glance(id, at, names[who], kind, post, actor, many, bool(seen) or at <= upto[who])
            for id, at, who, kind, post, actor, many, seen in found
            if who in upto
        ]

    def count(self) -> int:
        """How many are kept."""
        return int(self._cache.one("SELECT count(*) FROM notice")[0])

    def notices(self, ids: Iterable[int]) -> dict[int, KeptNotice]:
        """Those of *ids* that are kept and can be read."""
        found = self._cache.all(
            """SELECT n.id, a.name, n.body, p.id, p.body FROM notice n
               JOIN account a ON a.id=n.account LEFT JOIN post p ON p.id=n.post
               WHERE n.id IN ()""",
            among=list(ids),
        )
        states: dict[int, dict[AccountId, ViewerState]] = {}
        seen = self._cache.all(
            """SELECT v.post, a.name, v.state FROM viewer v JOIN account a ON a.id=v.account
               WHERE v.post IN ()""",
            among={row[3] for row in found if row[3] is not None},
        )
        for post, name, state in seen:
            states.setdefault(post, {})[AccountId(name)] = viewer_from(state)
        kept = {}
        for id, name, body, number, about in found:
            try:
                notice = _notice_from(body)
            except (DecodeError, UnicodeDecodeError):
                continue  # a damaged one is left out, the rest is there
            post = post_from(about) if about is not None else None
            kept[id] = KeptNotice(
                id=id,
                account=AccountId(name),
                notice=notice,
                post=post,
                viewers=states.get(number, {}),
            )
        return kept

    def accounts_of(self, ids: Iterable[int]) -> frozenset[AccountId]:
        """Whose these are."""
        wanted = list(ids)
        names: set[AccountId] = set()
        for start in range(0, len(wanted), 500):
            found = self._cache.all(
                """SELECT DISTINCT a.name FROM notice n JOIN account a ON a.id=n.account
                   WHERE n.id IN ()""",
                among=wanted[start : start + 500],
            )
            names.update(AccountId(name) for (name,) in found)
        return frozenset(names)

    def newest(self, account: AccountId) -> datetime | None:
        """Time of the newest one of an account; None: there is none."""
        found = self._cache.one(
            """SELECT max(n.at) FROM notice n JOIN account a ON a.id=n.account
               WHERE a.name=?""",
            (account,),
        )
        return None if found is None or found[0] is None else moment(found[0])

    def places(self, account: AccountId, limit: int) -> list[tuple[int, str]]:
        """(µs, place) of the newest of an account, newest first."""
        return [
            (at, place)
            for at, place in self._cache.all(
                """SELECT n.at, n.place FROM account a CROSS JOIN notice n ON n.account=a.id
                   WHERE a.name=? ORDER BY n.at DESC LIMIT ?""",
                (account, limit),
            )
        ]

    def oldest_unread(self, account: AccountId, read: int) -> int | None:
        """µs of the oldest one above *read* that was not read; None: there is none."""
        found = self._cache.one(
            """SELECT min(n.at) FROM account a CROSS JOIN notice n
               ON n.account=a.id AND n.at>? AND n.seen=0 WHERE a.name=?""",
            (read, account),
        )
        return None if found is None or found[0] is None else int(found[0])

    def all_read(self, account: AccountId, read: int) -> int | None:
        """
        µs of the newest one that was read, like all below it; None: there is none.

        Args:
            read: All up to there was, µs.
        """
        oldest = self.oldest_unread(account, read)
        found = self._cache.one(
            """SELECT max(n.at) FROM account a CROSS JOIN notice n
               ON n.account=a.id AND (?1 IS NULL OR n.at<?1) WHERE a.name=?2""",
            (oldest, account),
        )
        return None if found is None or found[0] is None else int(found[0])

    def gaps(self) -> tuple[NoticeGap, ...]:
        """What is missing, newest first."""
        found = self._cache.all(
            """SELECT g.id, a.name, g.newer_at, g.older_at, g.cursor FROM notice_gap g
               JOIN account a ON a.id=g.account ORDER BY g.newer_at DESC"""
        )
        return tuple(
            NoticeGap(
                id=id,
                account=AccountId(name),
                newer_at=moment(newer),
                older_at=None if older is None else moment(older),
                cursor=Cursor(cursor),
            )
            for id, name, newer, older, cursor in found
        )

    def _names(self) -> dict[int, AccountId]:
        found = self._cache.all("SELECT id, name FROM account")
        return {number: AccountId(name) for number, name in found}
