"""Reactions on their way, the people book, and what a reaction does to a kept post."""

from __future__ import annotations

from msgspec.structs import replace

from app.model import Counts, Post, ViewerState
from app.model.acts import Wish
from app.model.person import Known, PersonLink
from app.model.timeline import ALL, Echo
from app.store import Store
from tests.unit.store.build import ANA, BO, account, at, entry, post, profile, repost, run, save
from tests.unit.store.check import troubles


def wish(target: str, minutes: float = 0, *, on: bool = True, **more: object) -> Wish:
    """A like."""
    values = {"account": ANA, "kind": "like", **more}
    return Wish(target=target, on=on, at=at(minutes), **values)  # type: ignore[arg-type]


def link(one: str, other: str, minutes: float = 0, evidence: str = "You said so.") -> PersonLink:
    """The user says that these two are one."""
    return PersonLink(
        one=Known("fedi", profile(one)),
        other=Known("sky", profile(other)),
        why="user",
        evidence=evidence,
        at=at(minutes),
    )


def liked(post: Post, viewer: ViewerState) -> tuple[Post, ViewerState]:
    """One like more."""
    counts = replace(post.counts, likes=post.counts.likes + 1)
    return replace(post, counts=counts), replace(viewer, liked=True)


def shown(store: Store) -> list[Echo]:
    """The rows of everything."""
    return [row for row in store.reader.rows(ALL) if isinstance(row, Echo)]


def test_the_last_wish_stays(store: Store) -> None:
    """One for each account, target and kind; the oldest first."""
    late, early = wish("b", 2), wish("a", 1)
    for one in (late, early, wish("b", 3, kind="repost"), wish("b", 4, on=False)):
        run(store.keep(lambda keeper, one=one: keeper.save_wish(one)))

    assert store.reader.wishes() == (early, wish("b", 3, kind="repost"), wish("b", 4, on=False))


def test_a_done_wish_does_not_take_a_newer_one_along(store: Store) -> None:
    """The user has changed their mind meanwhile."""
    first, second = wish("a", 1), wish("a", 2, on=False)
    run(store.keep(lambda keeper: keeper.save_wish(first)))
    run(store.keep(lambda keeper: keeper.save_wish(second)))

    run(store.keep(lambda keeper: keeper.drop_wish(first)))
    assert store.reader.wishes() == (second,)

    run(store.keep(lambda keeper: keeper.drop_wish(second)))
    assert store.reader.wishes() == ()


def test_wishes_go_with_their_account(store: Store) -> None:
    """Nobody can fulfil them any more."""
    run(store.keep(lambda keeper: keeper.save_wish(wish("a"))))
    run(store.keep(lambda keeper: keeper.save_wish(wish("a", account=BO))))

    run(store.keep(lambda keeper: keeper.remove_account(ANA)))

    assert store.reader.wishes() == (wish("a", account=BO),)


def test_a_link_is_one_whichever_way_round(store: Store) -> None:
    """The later replaces the earlier; dropping one drops it."""
    run(store.keep(lambda keeper: keeper.save_link(link("ana", "zoe"))))
    run(store.keep(lambda keeper: keeper.save_link(link("zoe", "ana", 1, "Again."))))
    run(store.keep(lambda keeper: keeper.save_link(link("bo", "ana", 2))))
    assert [one.evidence for one in store.reader.person_links()] == ["Again.", "You said so."]

    run(store.keep(lambda keeper: keeper.drop_link(link("ana", "zoe"))))
    run(store.keep(lambda keeper: keeper.drop_link(link("ana", "zoe"))))
    assert store.reader.person_links() == (link("bo", "ana", 2),)


def test_a_reaction_shows_in_every_row_of_the_post(store: Store) -> None:
    """Its own row and that of a repost are named; state and count are kept."""
    one = post(1, 0, counts=Counts(likes=4))
    save(store, entry(one), repost(one, "bo", 9), entry(post(2, 1)))

    saved = run(store.amend(one.uri, ANA, liked))

    rows = [row for row in shown(store) if row.sightings[0].entry.post.uri == one.uri]
    assert set(saved.changed) == {row.key for row in rows}
    for row in rows:
        assert row.sightings[0].entry.post.counts.likes == 5
        assert row.sightings[0].viewers[ANA].liked
    assert troubles(store.profile / "cache.db") == []


def test_nothing_changes_where_nothing_is_known(store: Store) -> None:
    """Neither for a post that is not kept, nor when it is as it should be."""
    save(store, entry(post(1)))

    assert run(store.amend("https://nowhere.example/1", ANA, liked)).changed == ()
    assert run(store.amend(post(1).uri, ANA, lambda p, v: (p, v))).changed == ()


def test_an_account_may_act_on_what_it_never_saw(store: Store) -> None:
    """Its state is kept; it does not count as one that has seen the post."""
    save(store, entry(post(1)))

    run(store.amend(post(1).uri, BO, liked))

    assert store.reader.viewers(post(1).uri)[BO].liked
    [row] = shown(store)
    assert list(row.sightings[0].viewers) == [ANA]
    assert troubles(store.profile / "cache.db") == []


def test_a_deleted_post_leaves_all_timelines(store: Store) -> None:
    """And reposts of it; others stay; a second time nothing happens."""
    one, two = post(1, 0), post(2, 1)
    run(store.keep(lambda keeper: keeper.save_account(account(BO, "fedi"))))
    save(store, entry(one), repost(one, "bo", 9), entry(two))
    before = {row.key for row in shown(store) if row.sightings[0].entry.post == one}

    saved = run(store.remove_post(one.uri))

    assert set(saved.removed) == before
    assert [row.sightings[0].entry.post for row in shown(store)] == [two]
    assert one.uri not in store.reader.posts([one.uri, two.uri])
    assert run(store.remove_post(one.uri)).removed == ()
    assert troubles(store.profile / "cache.db") == []
