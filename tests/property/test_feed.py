"""What must hold of every timeline, whatever is in it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.feed.echoes import canonical, echo_keys
from app.feed.merge import Known, merge
from app.feed.pipeline import Settings, rows, sift
from app.feed.rows import Card
from app.model import Entry, Stub
from app.model.timeline import Echo, StoredRow
from app.moderation.decide import Preferences
from tests.strategies import ACCOUNTS, ORIGIN, entries, posts, stored_rows, stubs

SETTINGS = Settings(
    preferences=Preferences(own=frozenset({"https://a.example/users/a"})),
    accounts={ACCOUNTS[0]: "north.example"},
)

# Whole timelines take a tenth of a second each to make up, and some are too long.
few = settings(max_examples=40, suppress_health_check=list(HealthCheck))


@few
@given(stored_rows())
def test_rows_are_a_subset_without_duplicates_newest_first(stored: list[StoredRow]) -> None:
    """Nothing is invented, nothing comes twice, the order is the store's."""
    shown = rows(stored, now=ORIGIN, settings=SETTINGS)
    keys = [row.key for row in shown]

    assert set(keys) <= {row.key for row in stored}
    assert len(keys) == len(set(keys))
    assert keys == sorted(keys, reverse=True)


@few
@given(stored_rows(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(stored, random) -> None:
    """The same rows in any order, with sightings in any order, look the same."""
    shuffled = [
        Echo(key=row.key, sightings=tuple(random.sample(row.sightings, len(row.sightings))))
        if isinstance(row, Echo)
        else row
        for row in random.sample(stored, len(stored))
    ]

    assert sift(stored, now=ORIGIN, settings=SETTINGS) == sift(
        shuffled, now=ORIGIN, settings=SETTINGS
    )


@few
@given(stored_rows())
def test_every_row_is_shown_or_counted(stored: list[StoredRow]) -> None:
    """Shown plus hidden is everything, and every hidden row has a cause."""
    sifted = sift(stored, now=ORIGIN, settings=SETTINGS)

    assert len(sifted.rows) + sifted.hidden.count == len(stored)
    assert sum(sifted.hidden.by.values()) == sifted.hidden.count


@few
@given(stored_rows())
def test_every_card_has_a_reason_and_keeps_all_copies(stored: list[StoredRow]) -> None:
    """A card says why it is there and loses no copy, account or evidence."""
    by_key = {row.key: row for row in stored}
    for card in rows(stored, now=ORIGIN, settings=SETTINGS):
        if not isinstance(card, Card):
            continue
        echo = by_key[card.key]
        assert isinstance(echo, Echo)

        assert card.reasons
        assert {copy.post.uri for copy in card.copies} == {
            sighting.entry.post.uri for sighting in echo.sightings
        }
        assert set(card.viewers) == {
            account for sighting in echo.sightings for account in sighting.viewers
        }
        assert card.copies[0].post.uri == card.post.uri
        assert card.copies[0].evidence == ""
        assert all(copy.evidence for copy in card.copies[1:])
        assert card.entry_key in {sighting.entry.key for sighting in echo.sightings}


items = st.lists(entries() | stubs, max_size=12)


def _newest_first(items: list[Entry | Stub]) -> list[Entry | Stub]:
    unique = {item.key: item for item in sorted(items, key=lambda item: item.sort_at)}
    return sorted(unique.values(), key=lambda item: (item.sort_at, item.key), reverse=True)


@given(items, st.integers(1, 4))
def test_a_merge_of_all_that_there_is_is_a_sort(everything, sources: int) -> None:
    """When every source is told to its end, merging is sorting."""
    ordered = _newest_first(everything)
    known = {str(n): Known(tuple(ordered[n::sources]), complete=True) for n in range(sources)}
    merged = merge(known)

    assert list(merged.items) == ordered
    assert merged.waiting == ()


@given(items, st.integers(1, 4), st.data())
def test_a_merge_of_a_part_never_has_to_take_anything_back(everything, sources, data) -> None:
    """What comes out early is the beginning of what comes out in the end."""
    ordered = _newest_first(everything)
    known = {}
    for number in range(sources):
        own = ordered[number::sources]
        cut = data.draw(st.integers(0, len(own)))
        known[str(number)] = Known(tuple(own[:cut]), complete=cut == len(own))
    merged = merge(known)

    assert list(merged.items) == ordered[: len(merged.items)]
    assert bool(merged.waiting) == any(not source.complete for source in known.values())
    assert all(not known[name].complete for name in merged.waiting)


@given(st.text(max_size=60) | st.from_regex(r"https?://[A-Za-z0-9.\-:@\[\]]{1,20}(/[ -~]{0,20})?"))
def test_a_canonical_address_stays_as_it_is(address: str) -> None:
    """Comparing addresses is stable: the canonical form of one is itself."""
    once = canonical(address)

    assert canonical(once) == once


@given(posts(), st.booleans())
def test_a_post_is_always_known_under_its_own_address(post, proven: bool) -> None:
    """The own address comes first; a claim counts only when proved."""
    keys = echo_keys(post, proven=proven)

    assert keys[0] == canonical(post.uri)
    assert len(keys) == len(set(keys))
    if not proven:
        assert set(keys) <= {canonical(post.uri), canonical(post.url)}
