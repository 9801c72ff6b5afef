"""Notifications in the cache: kept once, growing, with what is missing among them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.model import Cursor, Entry
from app.model.notification import Notice
from app.model.timeline import Source
from app.store import Batch, Store
from app.store.notices import GapLeft, SavedNotices, mark_seen, save_notices
from app.store.times import micros
from tests.unit.store.build import ANA, BO, CY, at, post, profile, run

READ = {ANA: 0, BO: 0, CY: 0}


def notice(key: str, minutes: float, **more: Any) -> Notice:
    """A like of post 1."""
    more.setdefault("kind", "like")
    more.setdefault("actors", (profile("bo"),))
    return Notice(key=key, at=at(minutes), **more)


def save(store: Store, *notices: Notice, account: Any = ANA, **more: Any) -> SavedNotices:
    return run(store.change_cache(lambda db: save_notices(db, account, "fedi", notices, **more)))


def with_posts(store: Store, *numbers: int, account: Any = ANA, **more: Any) -> None:
    items = tuple(Entry(key=one.uri, sort_at=one.sort_at, post=one) for one in map(post, numbers))
    batch = Batch(account=account, source=Source("notifications"), items=items, **more)
    run(store.save(batch))


def test_a_page_saved_twice_is_kept_once(store: Store) -> None:
    """The second time all of it is known."""
    page = [notice("1", 1), notice("2", 2, kind="follow")]
    assert save(store, *page) == SavedNotices(new=2)
    assert save(store, *page) == SavedNotices(known=2)
    assert [one.kind for one in store.reader.notices.glances(READ, 10)] == ["follow", "like"]


def test_a_group_that_grew_is_unread_again(store: Store) -> None:
    """An older page, which tells of less of it, changes nothing."""
    save(store, notice("g", 1, many=2))
    [first] = store.reader.notices.glances(READ, 10)
    run(store.change_cache(lambda db: mark_seen(db, [first.id])))
    assert store.reader.notices.glances(READ, 10)[0].read
    assert save(store, notice("g", 5, many=3)) == SavedNotices(new=1)
    assert save(store, notice("g", 2, many=3)) == SavedNotices(known=1)
    [grown] = store.reader.notices.glances(READ, 10)
    assert (grown.id, grown.at, grown.many, grown.read) == (first.id, micros(at(5)), 3, False)


def test_what_was_seen_stays_seen_when_it_is_told_again(store: Store) -> None:
    """A page fetched again does not make it unread."""
    save(store, notice("1", 1))
    [one] = store.reader.notices.glances(READ, 10)
    run(store.change_cache(lambda db: mark_seen(db, [one.id])))
    save(store, notice("1", 1))
    assert store.reader.notices.glances(READ, 10)[0].read
    assert store.reader.notices.oldest_unread(ANA, 0) is None


def test_posts_of_one_thought_have_one_number(store: Store) -> None:
    """So likes of both copies can be put together; the post comes with the notice."""
    with_posts(store, 1)
    keys = {post(2).uri: (post(2).uri, post(1).uri)}
    with_posts(store, 2, account=CY, echo_keys=keys)
    save(store, notice("1", 1, about=post(1).uri))
    save(store, notice("2", 2, about=post(2).uri), account=CY)
    one, two = store.reader.notices.glances(READ, 10)
    assert one.post == two.post != 0
    kept = store.reader.notices.notices([one.id, two.id])
    assert [kept[id].post for id in (one.id, two.id)] == [post(2), post(1)]


def test_gaps_come_and_go_with_their_pages(store: Store) -> None:
    """In the same transaction."""
    left = GapLeft(newer_at=at(1), older_at=at(-60), cursor=Cursor("x"))
    saved = save(store, notice("1", 1), left=left)
    [gap] = store.reader.notices.gaps()
    assert (gap.id, gap.account, gap.newer_at, gap.cursor) == (saved.gap, ANA, at(1), "x")
    save(store, notice("0", 0), instead=gap.id)
    assert store.reader.notices.gaps() == ()


def test_reads_start_from_where_was_read(store: Store) -> None:
    """By account; the oldest unread one is known."""
    save(store, notice("1", 1), notice("2", 2), notice("3", 3))
    upto = {**READ, ANA: micros(at(2))}
    assert [one.read for one in store.reader.notices.glances(upto, 10)] == [False, True, True]
    assert store.reader.notices.oldest_unread(ANA, upto[ANA]) == micros(at(3))
    assert store.reader.notices.all_read(ANA, upto[ANA]) == micros(at(2))
    assert store.reader.notices.all_read(ANA, micros(at(3))) == micros(at(3))
    assert store.reader.notices.all_read(ANA, 0) is None


def test_a_removed_account_leaves_none_behind(store: Store) -> None:
    """Nor how far it was read."""
    save(store, notice("1", 1))
    save(store, notice("2", 1), account=BO)
    run(store.keep(lambda keeper: keeper.set_setting(f"notices:{ANA}", [1, 1])))
    run(store.keep(lambda keeper: keeper.remove_account(ANA)))
    assert store.reader.notices.count() == 1
    assert store.reader.setting(f"notices:{ANA}") is None


def test_a_notice_outlives_its_post(store: Store) -> None:
    """It stands without it."""
    with_posts(store, 1)
    save(store, notice("1", 1, about=post(1).uri))
    run(store.remove_post(post(1).uri))
    [one] = store.reader.notices.glances(READ, 10)
    kept = store.reader.notices.notices([one.id])[one.id]
    assert (kept.notice.key, kept.post) == ("1", None)


def test_times_are_exact(store: Store) -> None:
    """To the microsecond."""
    when: datetime = at(1).replace(microsecond=123457)
    save(store, Notice(key="1", kind="follow", at=when, actors=(profile("bo"),)))
    assert store.reader.notices.newest(ANA) == when
