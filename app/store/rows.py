"""Read rows of a timeline with their values: few queries, one decoder each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from msgspec import DecodeError, json

from app.model import AccountId, Cursor, Entry, Post, Repost, Source, Stub, ViewerState
from app.model.timeline import Echo, Gap, GapRow, RowKey, Sighting, StoredRow, StubRow
from app.store.addresses import straight
from app.store.database import Database
from app.store.rowids import ECHO, GAP, STUB, row_id
from app.store.times import moment

_post_from = json.Decoder(Post).decode
_viewer_from = json.Decoder(ViewerState).decode
_repost_from = json.Decoder(Repost).decode
_stub_from = json.Decoder(Stub).decode

_UNREADABLE = (DecodeError, UnicodeDecodeError)
_SEEN_BY_ALL = ViewerState()

_TOP = RowKey((1 << 63) - 1, 0)
"""Above every row."""


def timeline_id(db: Database, timeline: str) -> int:
    """Our number of a timeline, or 0 when nothing stands in it."""
    found = db.one("SELECT id FROM timeline WHERE name=?", (timeline,))
    return int(found[0]) if found else 0


def keys_before(db: Database, timeline: int, before: RowKey | None, limit: int) -> list[RowKey]:
    """The *limit* rows below *before* (the newest, without it), newest first."""
    before = before or _TOP
    rows = db.all(
        """SELECT at, id FROM timeline_row WHERE timeline=? AND (at, id) < (?, ?)
           ORDER BY at DESC, id DESC LIMIT ?""",
        (timeline, before.at, before.id, limit),
    )
    return [RowKey(at, id) for at, id in rows]


def keys_after(db: Database, timeline: int, after: RowKey, limit: int) -> list[RowKey]:
    """The *limit* rows next above *after*, newest first."""
    rows = db.all(
        """SELECT at, id FROM timeline_row WHERE timeline=? AND (at, id) > (?, ?)
           ORDER BY at, id LIMIT ?""",
        (timeline, after.at, after.id, limit),
    )
    return [RowKey(at, id) for at, id in reversed(rows)]


def standing(db: Database, timeline: int, keys: Sequence[RowKey]) -> list[RowKey]:
    """Those of *keys* that are rows of the timeline now."""
    wanted = set(keys)
    rows = db.all(
        "SELECT at, id FROM timeline_row WHERE timeline=? AND at IN ()",
        [timeline],
        among={key.at for key in wanted},
    )
    there = {RowKey(at, id) for at, id in rows} & wanted
    return [key for key in keys if key in there]


def values_of(db: Database, timeline: int, keys: Sequence[RowKey]) -> dict[RowKey, StoredRow]:
    """The values of rows that stand in *timeline*."""
    kinds: list[list[int]] = [[], [], [], []]
    for key in keys:
        kinds[key.id & 3].append(key.id >> 2)
    echoes, gaps, stubs, _ = kinds
    found: dict[int, StoredRow] = {}
    by_id = {key.id: key for key in keys}
    if echoes:
        found.update(_echo_rows(db, timeline, echoes, by_id))
    if gaps:
        found.update(_gap_rows(db, gaps, by_id))
    if stubs:
        found.update(_stub_rows(db, stubs, by_id))
    return {key: found[key.id] for key in keys if key.id in found}


def _echo_rows(
    db: Database, timeline: int, heads: Sequence[int], by_id: dict[int, RowKey]
) -> dict[int, StoredRow]:
    folded = db.all(
        "SELECT head, entry FROM fold WHERE timeline=? AND head IN ()",
        [timeline],
        among=heads,
    )
    members: dict[int, list[int]] = {head: [head] for head in heads}
    for head, entry in folded:
        members[head].append(entry)
    sightings, unreadable = _sightings(db, [*heads, *(entry for _, entry in folded)])
    found: dict[int, StoredRow] = {}
    for head in heads:
        key = by_id[row_id(head, ECHO)]
        seen = [sightings[entry] for entry in members[head] if entry in sightings]
        if seen:
            seen.sort(key=_sort_at)
            found[key.id] = Echo(key=key, sightings=tuple(seen))
        elif head in unreadable:
            found[key.id] = StubRow(key=key, stub=_damaged(key, unreadable[head]), account=_NOBODY)
    return found


def _sort_at(sighting: Sighting) -> Any:
    return sighting.entry.sort_at


def _sightings(db: Database, entries: Sequence[int]) -> tuple[dict[int, Sighting], dict[int, str]]:
    """Entry id → sighting; and entry id → key of those whose post cannot be read."""
    viewers = _viewers(db, entries)
    found: dict[int, Sighting] = {}
    unreadable: dict[int, str] = {}
    posts: dict[int, Post] = {}
    for id, at, key, repost, post_id, uri, body in db.all(
        """SELECT e.id, e.at, e.key, e.repost, p.id, p.uri, p.body
            FROM entry e JOIN post p ON p.id=e.post WHERE e.id IN ()""",
        among=entries,
    ):
        try:
            post = posts.get(post_id)
            if post is None:
                post = posts[post_id] = _post_from(body)
            seen = viewers.get(id, {})
            entry = Entry(
                key=uri if key is None else straight(key),
                sort_at=moment(at),
                post=post,
                viewer=next(iter(seen.values()), _SEEN_BY_ALL),
                repost=None if repost is None else _repost_from(repost),
            )
        except _UNREADABLE:
            unreadable[id] = uri if key is None else straight(key)
        else:
            found[id] = Sighting(entry, seen)
    return found, unreadable


def _viewers(db: Database, entries: Sequence[int]) -> dict[int, dict[AccountId, ViewerState]]:
    """Entry id → accounts whose home has it, with what they did with the post."""
    seen: dict[int, dict[AccountId, ViewerState]] = defaultdict(dict)
    for entry, account, state in db.all(
        """SELECT e.id, a.name, v.state FROM entry e
            CROSS JOIN viewer v ON v.post=e.post
            CROSS JOIN source s ON s.account=v.account AND s.kind='home'
            CROSS JOIN sighting g ON g.source=s.id AND g.at=e.at AND g.entry=e.id
            CROSS JOIN account a ON a.id=v.account
            WHERE e.id IN ()""",
        among=entries,
    ):
        seen[entry][account] = viewer_from(state)
    return seen


def viewer_from(state: bytes) -> ViewerState:
    """What an account did with a post; nothing, if that cannot be read."""
    try:
        return _viewer_from(state)
    except _UNREADABLE:
        return _SEEN_BY_ALL


def post_from(body: bytes) -> Post | None:
    """A kept post, or None if its record is damaged."""
    try:
        return _post_from(body)
    except _UNREADABLE:
        return None


_NOBODY = AccountId("")


def _damaged(key: RowKey, entry_key: str) -> Stub:
    return Stub(
        key=entry_key,
        sort_at=moment(key.at),
        reason="The kept copy of this post is damaged; it comes back when it is fetched again.",
    )


def gaps(db: Database, account: str | None) -> tuple[Gap, ...]:
    """All known gaps, newest first, of one account or of all."""
    rows = db.all("SELECT * FROM known_gap ORDER BY newer_at DESC, id")
    return tuple(_gap_from(row) for row in rows if account in (None, row[1]))


def note_cut(db: Database, gap: int) -> None:
    """Remember that *gap* is to be filled only when somebody asks. Inside a transaction."""
    db.run("INSERT OR REPLACE INTO memo (name, at, body) VALUES (?, 0, x'')", (f"cut:{gap}",))


def cut_gaps(db: Database) -> frozenset[int]:
    """Numbers of those; some may be filled. No other gap ever gets the number of one."""
    found = db.all("SELECT substr(name, 5) FROM memo WHERE name>='cut:' AND name<'cut;'")
    return frozenset(int(gap) for (gap,) in found)


def forget_closed_cuts(db: Database) -> None:
    """Those that are filled are remembered no more. Inside a transaction."""
    db.run(
        """DELETE FROM memo WHERE name>='cut:' AND name<'cut;'
           AND CAST(substr(name, 5) AS INTEGER) NOT IN (SELECT id FROM gap)"""
    )


def _gap_rows(db: Database, ids: Sequence[int], by_id: dict[int, RowKey]) -> dict[int, StoredRow]:
    found: dict[int, StoredRow] = {}
    for row in db.all("SELECT * FROM known_gap WHERE id IN ()", among=ids):
        key = by_id[row_id(row[0], GAP)]
        found[key.id] = GapRow(key=key, gap=_gap_from(row))
    return found


def _gap_from(row: Sequence[Any]) -> Gap:
    id, account, kind, arg, newer_at, older_at, cursor = row
    return Gap(
        id=id,
        account=AccountId(account),
        source=Source(kind, arg),
        newer_at=moment(newer_at),
        older_at=None if older_at is None else moment(older_at),
        cursor=Cursor(cursor),
    )


def _stub_rows(db: Database, ids: Sequence[int], by_id: dict[int, RowKey]) -> dict[int, StoredRow]:
    found: dict[int, StoredRow] = {}
    for id, account, entry_key, body in db.all(
        """SELECT t.id, a.name, t.key, t.body FROM stub t JOIN source s ON s.id=t.source
            JOIN account a ON a.id=s.account WHERE t.id IN ()""",
        among=ids,
    ):
        key = by_id[row_id(id, STUB)]
        try:
            stub = _stub_from(body)
        except _UNREADABLE:
            stub = _damaged(key, entry_key)
        found[key.id] = StubRow(key=key, stub=stub, account=AccountId(account))
    return found
