"""Addresses as they are kept: turned round, one for one, the same in SQL."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.store.addresses import straight, turned, turned_in_sql

SNOWFLAKE = "https://one.example/users/ana/statuses/113912345678901234"
TID = "at://did:plc:abc234/app.bsky.feed.post/3lcxyzwvutsrq"

addresses = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0")) | st.text(
    "ab1/2\n "
)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        (SNOWFLAKE, "113912345678901234\nhttps://one.example/users/ana/statuses/"),
        (
            f"{SNOWFLAKE}/activity",
            "113912345678901234/activity\nhttps://one.example/users/ana/statuses/",
        ),
        (TID, "3lcxyzwvutsrq\nat://did:plc:abc234/app.bsky.feed.post/"),
        ("https://one.example/about", "https://one.example/about\n"),
        ("7\nseven", "\n7\nseven"),
    ],
)
def test_the_part_that_rises_with_time_comes_first(address: str, kept: str) -> None:
    """A repost's address, too, whatever follows its number."""
    assert kept == turned(address)


@given(addresses, addresses)
@example("a/1", "1\na/")
def test_no_two_share_what_they_are_kept_under(one: str, other: str) -> None:
    """And each comes back as it was."""
    assert one == straight(turned(one))
    assert (one == other) == (turned(one) == turned(other))


@given(addresses)
@example("///1///")
@example(f"{SNOWFLAKE}/activity")
def test_sql_turns_them_the_same_way(address: str) -> None:
    """A cache that was migrated finds what was kept before."""
    db = sqlite3.connect(":memory:")
    found = db.execute(f"SELECT {turned_in_sql('a')} FROM (SELECT ? AS a)", (address,))
    assert turned(address) == found.fetchone()[0]
    db.close()
