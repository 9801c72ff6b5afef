"""What feeds keep: traits that follow their posts, documents and marks that are never lost."""

from __future__ import annotations

from pathlib import Path

from msgspec import json

from app.feed.topics import Lists, WordLists
from app.feed.traits import Traits
from app.model import Advisory, Source, ViewerState
from app.model.timeline import ALL, RowKey
from app.services.feed_candidates import maker
from app.store import Store
from app.store.candidates import Candidates, note, note_places, note_seen
from app.store.feeds import (
    KeptFeed,
    KeptMark,
    drop_feed,
    drop_marks,
    kept_feeds,
    kept_marks,
    save_feed,
    save_mark,
)
from app.store.migrations import bring_up
from app.store.schema import CACHE, KEEP
from app.store.traits import keep_traits
from tests.unit.store.build import ANA, BO, CY, at, entry, post, raw, repost, run, save
from tests.unit.store.check import troubles

MAKE = maker(WordLists(Lists()))


def standing(store: Store) -> dict[str, Traits | None]:
    """What stands in the timeline, with its traits; the keys of posts without are numbers."""
    found = Candidates(store.reader).standing(ALL, 0, 99)
    return {
        one.uri or str(one.post): None
        if one.traits is None
        else json.decode(one.traits, type=Traits)
        for one in found
    }


def test_traits_are_made_once_and_lie_beside_the_posts(store: Store) -> None:
    """Lazily: storing makes none."""
    save(store, *(entry(post(n, n)) for n in range(5)))
    lacking = Candidates(store.reader).without_traits(99)
    assert len(lacking) == 5
    assert set(standing(store).values()) == {None}
    assert run(keep_traits(store, lacking, MAKE)) == 5
    assert run(keep_traits(store, lacking, MAKE)) == 0
    assert list(standing(store)) == [post(n).uri for n in reversed(range(5))]
    assert Candidates(store.reader).without_traits(99) == []


def test_traits_of_a_changed_post_are_made_anew(store: Store, profile: Path) -> None:
    """A trigger drops them; deleted posts leave none behind."""
    save(store, entry(post(1, 1)), entry(post(2, 2)))
    run(keep_traits(store, Candidates(store.reader).without_traits(9), MAKE))
    save(store, entry(post(1, 1, text="post 1, edited", edited_at=at(9))))
    (again,) = Candidates(store.reader).without_traits(9)
    run(keep_traits(store, [again], MAKE))
    found = standing(store)[post(1).uri]
    assert found is not None
    assert found.length == len("post 1, edited")

    run(store.remove_post(post(2).uri))
    db = raw(profile)
    assert db.execute("SELECT count(*) FROM trait").fetchone() == (1,)
    db.close()
    assert troubles(profile / "cache.db") == []


def test_who_wrote_and_liked_what_is_counted(store: Store) -> None:
    """By author; likes by the viewer's state."""
    liked = ViewerState(liked=True)
    save(store, entry(post(1, 1), liked), entry(post(2, 2)), entry(post(3, 3)))
    run(keep_traits(store, Candidates(store.reader).without_traits(9), MAKE))
    read = Candidates(store.reader)
    author = post(1).author.uri
    assert read.by_author(0) == [(author, 3)]
    assert [who for who, _ in read.acted(0, 9)] == [author]
    assert len(read.of_authors([author], 0)) == 3


def test_what_servers_say_of_posts_is_found(store: Store) -> None:
    """Filters, labels and how one stands to the author: only those must be looked at."""
    filtered = ViewerState(filtered=(Advisory("filter", "derby", action="hide"),))
    save(store, entry(post(1, 1), filtered), entry(post(2, 2)))
    read = Candidates(store.reader)
    posts = [one.post for one in read.standing(ALL, 0, 9)]
    found = {one.at: one.post for one in read.standing(ALL, 0, 9)}
    assert read.judged(posts) == {found[min(found)]}


def test_folded_posts_come_with_their_row(store: Store) -> None:
    """A repost folds into the post's row, and is named with who passed it on."""
    save(store, entry(post(1, 1)))
    save(store, repost(post(1, 1), "cleo", 5), of=BO)
    ((row, _, _, passed_on),) = Candidates(store.reader).folded(ALL, 0)
    assert row == Candidates(store.reader).standing(ALL, 0, 9)[0].row
    assert passed_on is not None
    assert b"cleo" in passed_on


def test_posts_of_other_sources_can_be_shown(store: Store) -> None:
    """They stand in no timeline: they are read as what they are, with what I did to them."""
    liked = ViewerState(liked=True)
    save(store, entry(post(7, 7), liked), source=Source("tag", "tide"))
    read = Candidates(store.reader)
    (one,) = read.sighted(ANA, Source("tag", "tide"), 0, 9)
    assert read.sighted(BO, Source("tag", "tide"), 0, 9) == []
    (value,) = read.values(ALL, [one.key]).values()
    sighting = value.sightings[0]  # type: ignore[union-attr]
    assert sighting.entry.post == post(7, 7)
    assert sighting.viewers == {ANA: liked}
    assert read.values(ALL, [RowKey(one.at + 1, one.row)]) == {}
    assert read.find(post(7).uri) == (one.post, post(7).uri)
    assert read.head_of(ALL, one.post) is None


def test_orders_memos_and_what_was_seen_are_noted(store: Store) -> None:
    """Each replaces the one before; what was seen long ago is forgotten."""
    read = Candidates(store.reader)
    run(store.change_cache(lambda db: note_places(db, "feed", ["b", "a"])))
    run(store.change_cache(lambda db: note_places(db, "feed", ["c", "b"])))
    assert read.places("feed") == ["c", "b"]
    run(store.change_cache(lambda db: note(db, "people", 5, b"{}")))
    assert read.memo("people") == (5, b"{}")
    assert read.memo("other") is None
    run(store.change_cache(lambda db: note_seen(db, ["x"], 10, 0)))
    run(store.change_cache(lambda db: note_seen(db, ["y"], 20, 15)))
    assert read.seen(["x", "y", "z"]) == {"y"}


def test_feeds_and_marks_are_kept_in_order(store: Store, profile: Path) -> None:
    """Across a start; one that is renewed keeps its place."""
    mark = KeptMark(uri="u", more=False, at=5, author="a", words="low tide", topic="sea")

    def write(keeper: object) -> None:
        for id, recipe in (("b", "1"), ("a", "2"), ("b", "3")):
            save_feed(keeper, KeptFeed(id, recipe))  # type: ignore[arg-type]
        save_mark(keeper, mark)  # type: ignore[arg-type]

    run(store.keep(write))
    store.close()
    again = Store.open(profile)
    assert kept_feeds(again.reader) == (KeptFeed("b", "3"), KeptFeed("a", "2"))
    assert kept_marks(again.reader) == (mark,)

    def drop(keeper: object) -> None:
        drop_feed(keeper, "b")  # type: ignore[arg-type]
        drop_marks(keeper, "u")  # type: ignore[arg-type]

    run(again.keep(drop))
    assert kept_feeds(again.reader) == (KeptFeed("a", "2"),)
    assert kept_marks(again.reader) == ()
    again.close()


def test_a_profile_from_before_feeds_is_taken_over(tmp_path: Path) -> None:
    """Both files get the new tables, with all that was in them."""
    profile = tmp_path / "old"
    Store.open(profile).close()
    for name, versions in (("cache.db", CACHE[:2]), ("keep.db", KEEP[:2])):
        path = profile / name
        path.unlink()
        path.touch()
        bring_up(path, versions)
    store = Store.open(profile)
    save(store, entry(post(1, 1)), of=CY)
    run(store.keep(lambda keeper: save_feed(keeper, KeptFeed("a", "1"))))
    run(keep_traits(store, Candidates(store.reader).without_traits(9), MAKE))
    assert [traits is not None for traits in standing(store).values()] == [True]
    assert len(kept_feeds(store.reader)) == 1
    store.close()
