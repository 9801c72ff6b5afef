"""What was changed between two texts: joined it is either of them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.compose.versions import MOST, Stretch, differences

TEXTS = st.text(st.sampled_from("ab ć.\n潮א👩🏽"), max_size=40)


@given(TEXTS, TEXTS)
def test_joined_it_is_what_was_and_what_is(before: str, after: str) -> None:
    """Nothing is lost or made up, and neighbours are of different kinds."""
    found = differences(before, after)
    assert "".join(part.text for part in found if part.kind != "new") == before
    assert "".join(part.text for part in found if part.kind != "gone") == after
    assert all(one.kind != two.kind for one, two in pairwise(found))
    assert all(part.text for part in found)


def test_words_are_told_whole() -> None:
    """What stands between two changed words belongs to the change."""
    assert differences("High water is at 16:12.", "High water was on time.") == (
        Stretch("same", "High water "),
        Stretch("gone", "is at 16:12"),
        Stretch("new", "was on time"),
        Stretch("same", "."),
    )


def test_very_long_texts_are_not_compared() -> None:
    """They are said to be other ones."""
    long = "a " * MOST
    assert [part.kind for part in differences(long, f"{long}b")] == ["gone", "new"]
