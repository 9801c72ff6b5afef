"""The same thought is one row: reposts, copies with an address in common, splits."""

from __future__ import annotations

from pathlib import Path

from app.model import Counts, ViewerState
from app.model.timeline import ALL, Anchor, Echo, TimelineId
from app.store import Store
from tests.unit.store.build import ANA, BO, CY, account, at, entry, post, repost, run, save


def shown(store: Store, timeline: str = "all") -> list[list[str]]:
    """The last parts of the entry keys, row by row, newest first."""
    rows = store.reader.rows(TimelineId(timeline))
    return [
        [s.entry.key.split("/", 3)[-1].removeprefix("posts/") for s in row.sightings]
        for row in rows
        if isinstance(row, Echo)
    ]


def test_a_repost_within_a_day_folds_into_the_row(store: Store) -> None:
    """The row stays where it is and now has both; the row is named as changed."""
    save(store, entry(post(1, 0)), entry(post(2, 5)))
    key = store.reader.keys(ALL)[1]
    saved = save(store, repost(post(1, 0), "cleo", 60))

    assert [["2"], ["1", "reposts/cleo/1"]] == shown(store)
    assert ((key,), False, 1) == (saved.changed, saved.inserted, saved.new)


def test_a_repost_after_more_than_a_day_stands_for_itself(store: Store) -> None:
    """An old post that comes back is news again."""
    save(store, entry(post(1, 0)))
    saved = save(store, repost(post(1, 0), "cleo", 24 * 60 + 1))

    assert [["reposts/cleo/1"], ["1"]] == shown(store)
    assert saved.inserted


def test_in_one_page_the_oldest_has_the_row(store: Store) -> None:
    """A post and its reposts that come together are one row, at the oldest's place."""
    page = [repost(post(1, 0), "cleo", 30), repost(post(1, 0), "dora", 20), entry(post(1, 0))]
    save(store, entry(post(2, 10)), *page)

    assert [["2"], ["1", "reposts/dora/1", "reposts/cleo/1"]] == shown(store)


def test_a_copy_with_the_originals_address_folds(store: Store) -> None:
    """Bridged from Sky: the copy names its original; both networks are in the row."""
    original = post("sky1", 0, network="sky")
    copy = post("copy", 3, bridged_from=original.uri)
    save(store, entry(original), of=CY)
    save(store, entry(copy), of=ANA, echo_keys={copy.uri: (copy.uri, original.uri)})

    assert [["sky1", "copy"]] == shown(store)
    assert [["copy"]] == shown(store, "network:fedi")
    assert [["sky1"]] == shown(store, f"account:{CY}")


def test_the_original_may_come_after_its_copy(store: Store) -> None:
    """Also when only its url is the address that the copy knows."""
    original = post("sky1", 0, network="sky", url="https://sky.example/p/1")
    copy = post("copy", 3)
    save(store, entry(copy), of=ANA, echo_keys={copy.uri: (copy.uri, original.url)})
    save(store, entry(original), of=CY, echo_keys={original.uri: (original.uri, original.url)})

    assert [["sky1", "copy"]] == shown(store)


def test_groups_that_meet_become_one_row(store: Store) -> None:
    """A post that knows both addresses joins two rows; the later stored one is gone."""
    one, two, both = post("one", 0), post("two", 10), post("both", 20)
    save(store, entry(one), entry(two), repost(two, "cleo", 15))
    late = store.reader.keys(ALL)[0]
    saved = save(store, entry(both), of=BO, echo_keys={both.uri: (both.uri, one.uri, two.uri)})

    assert [["one", "two", "reposts/cleo/two", "both"]] == shown(store)
    assert (late,) == saved.removed
    assert late in saved.changed
    assert not store.reader.row_values(ALL, [late])
    assert store.reader.keys(ALL)[0] == store.reader.row_of(ALL, Anchor(two.uri, at(10)))


def test_an_address_learnt_later_joins_rows_too(store: Store) -> None:
    """A known post seen again with a newly proven original folds."""
    original, copy = post("sky1", 0, network="sky"), post("copy", 3)
    save(store, entry(original), of=CY)
    save(store, entry(copy), of=ANA)
    saved = save(store, entry(copy), of=ANA, echo_keys={copy.uri: (copy.uri, original.uri)})

    assert [["sky1", "copy"]] == shown(store)
    assert 1 == len(saved.removed)


def test_a_split_post_is_alone_for_ever(store: Store, profile: Path) -> None:
    """Parted at once, in later saves, and after the cache was lost."""
    original, copy = post("sky1", 0, network="sky"), post("copy", 3)
    keys = {copy.uri: (copy.uri, original.uri)}
    save(store, entry(original), of=CY)
    save(store, entry(copy), of=ANA, echo_keys=keys)

    saved = run(store.split(copy.uri))
    assert [["copy"], ["sky1"]] == shown(store)
    assert saved.inserted and saved.changed

    save(store, entry(copy), repost(copy, "cleo", 9), of=BO, echo_keys=keys)
    assert [["copy", "reposts/cleo/copy"], ["sky1"]] == shown(store)

    store.close()
    for path in profile.glob("cache.db*"):
        path.unlink()
    again = Store.open(profile)
    save(again, entry(original), of=CY)
    save(again, entry(copy), of=ANA, echo_keys=keys)
    assert [["copy"], ["sky1"]] == shown(again)

    run(again.unsplit(copy.uri))
    assert [["sky1", "copy"]] == shown(again)
    again.close()


def test_splitting_the_head_keeps_its_row(store: Store) -> None:
    """The others get a row of their own; who hung together only by it part, too."""
    middle, one, two = post("middle", 0), post("one", 1), post("two", 2)
    save(store, entry(middle), echo_keys={middle.uri: (middle.uri, one.uri, two.uri)})
    save(store, entry(one), repost(one, "cleo", 5), entry(two))
    assert [["middle", "one", "two", "reposts/cleo/one"]] == shown(store)

    run(store.split(middle.uri))

    assert [["two"], ["one", "reposts/cleo/one"], ["middle"]] == shown(store)


def test_a_split_decided_by_keep_alone_reaches_the_cache(store: Store) -> None:
    """`Keeper.split` in a transaction is followed by the cache."""
    original, copy = post("sky1", 0, network="sky"), post("copy", 3)
    save(store, entry(original), of=CY)
    save(store, entry(copy), of=ANA, echo_keys={copy.uri: (copy.uri, original.uri)})
    run(store.keep(lambda keeper: keeper.split(copy.uri)))

    assert [["copy"], ["sky1"]] == shown(store)
    assert {copy.uri} == store.reader.splits()


def test_a_later_sighting_refreshes_the_post_in_its_place(store: Store) -> None:
    """Counts and edits reach every row that shows the post; no row moves."""
    save(store, entry(post(1, 0)), repost(post(1, 0), "cleo", 60 * 30))
    before = store.reader.keys(ALL)
    fresh = post(1, 0, text="edited", edited_at=at(99), counts=Counts(likes=5))
    saved = save(store, entry(fresh))
    rows = store.reader.rows(ALL)

    assert before == store.reader.keys(ALL)
    assert sorted(before) == list(saved.changed)
    assert all(fresh == row.sightings[0].entry.post for row in rows if isinstance(row, Echo))
    assert [fresh.uri] == [hit.post.uri for hit in store.reader.search("edited")]
    assert () == store.reader.search('"post 1"')


def test_a_viewer_state_that_changes_is_a_change(store: Store) -> None:
    """Liking shows in the row; a state without reference keeps the known one."""
    save(store, entry(post(1), ViewerState(ref="r")))
    saved = save(store, entry(post(1), ViewerState(liked=True)))

    assert 1 == len(saved.changed)
    assert {ANA: ViewerState(ref="r", liked=True)} == store.reader.viewers(post(1).uri)


def test_a_removed_account_takes_along_what_only_it_has_seen(store: Store) -> None:
    """What others have seen stays; nothing of the account is left in the cache."""
    shared = post("shared", 5)
    save(store, entry(post("mine", 1), ViewerState(ref="a")), entry(shared), of=ANA)
    save(store, entry(shared), repost(shared, "cleo", 9), of=BO)
    run(store.keep(lambda keeper: keeper.remove_account(ANA)))
    (row,) = store.reader.rows(ALL)

    assert isinstance(row, Echo)
    assert {BO} == set(row.sightings[0].viewers)
    assert [["shared", "reposts/cleo/shared"]] == shown(store)
    assert [] == shown(store, f"account:{ANA}")
    assert () == store.reader.search("mine")
    assert {} == store.reader.posts([post("mine").uri])
    assert [BO, CY] == [a.id for a in store.reader.accounts()]

    run(store.keep(lambda keeper: keeper.save_account(account(ANA))))
    save(store, entry(post("mine", 1)), of=ANA)
    assert [["shared", "reposts/cleo/shared"], ["mine"]] == shown(store)
