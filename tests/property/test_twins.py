"""Properties of twins: whatever people write."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.feed.twins import FEW_WORDS, LATE, SOON, are_twins, words_of
from app.model import Post, RichText, Span
from tests.posts import post
from tests.strategies import rich_texts

WORDS = st.sampled_from(
    "the tide comes in slowly over flats nobody counts waders any more 潮 が".split()
)
texts = st.lists(WORDS, min_size=0, max_size=30).map(" ".join)
decorations = st.sampled_from(
    ("", " https://tide.example/a?b=c", " (via @teun)", "  \n", " @teun@skua.example", " …")
)


def pair(one: RichText | str, other: RichText | str, apart: float = 2) -> tuple[Post, Post]:
    """By two profiles, on two networks, so many minutes apart."""
    return (
        post("https://north.example/1", by="teun", text=one, ago=100),
        post("at://teun/1", by="teun-too", text=other, ago=100 - apart),
    )


@given(rich_texts(), rich_texts(), st.booleans())
def test_it_never_matters_which_comes_first(
    one: RichText, other: RichText, confirmed: bool
) -> None:
    """Nor does any text make it fail."""
    a, b = pair(one, other)

    assert are_twins(a, b, confirmed=confirmed) == are_twins(b, a, confirmed=confirmed)


@given(texts, decorations, decorations)
def test_what_networks_add_changes_nothing(text: str, here: str, there: str) -> None:
    """Addresses, tails and marks of cutting behind long words."""
    a, b = pair(text + here, text + there)
    few = len(words_of(RichText(text)).words) < FEW_WORDS

    assert are_twins(a, b, confirmed=False) or few or ("@teun@" in here + there)


@given(texts, texts, st.floats(0, 3000))
def test_twins_have_the_same_numbers_words_or_beginning(one: str, other: str, apart: float) -> None:
    """Never two texts that share less than half; never later than a day."""
    a, b = pair(one, other, apart)
    if not are_twins(a, b, confirmed=True):
        return
    mine, theirs = words_of(a.text).words, words_of(b.text).words

    assert len(set(mine) & set(theirs)) * 2 >= len(set(mine) | set(theirs))
    assert timedelta(minutes=apart) <= LATE + timedelta(seconds=1)
    assert mine == theirs or timedelta(minutes=apart) <= SOON + timedelta(seconds=1)


@given(texts)
def test_few_words_alone_are_never_twins(text: str) -> None:
    """Without a link or a picture a greeting is a greeting."""
    short = " ".join(text.split()[:3])
    a, b = pair(short, short)

    assert not are_twins(a, b, confirmed=True)


@given(texts, st.integers(0, 10**6), st.integers(0, 10**6))
def test_other_numbers_are_another_thought(text: str, one: int, other: int) -> None:
    """Daily reports, scores, prices."""
    a, b = pair(f"{text} {one} {text}", f"{text} {other} {text}")

    assert one == other or not are_twins(a, b, confirmed=True)


@given(rich_texts())
def test_spans_of_any_kind_are_read(text: RichText) -> None:
    """Those that networks write differently are left out, wherever they lie."""
    whole = replace(text, spans=(Span(0, len(text.text), "link", "https://tide.example"),))

    assert words_of(whole).words == () or not text.text
