"""Server filters, matched on this side as the server would."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import Advisory, Media, Poll, PollOption
from app.model.moderation import Filter, FilterWord
from app.moderation.filters import Filters, stands_alone
from tests.posts import NOW, post


def filter_of(*words: str, whole: bool = True, **more: object) -> Filter:
    """A filter for home with these words."""
    return Filter(
        id="1",
        title="Quiet",
        contexts=more.pop("contexts", frozenset({"home"})),  # type: ignore[arg-type]
        words=tuple(FilterWord(word, whole) for word in words),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("word", "whole", "text", "caught"),
    [
        ("tide", True, "High TIDE at noon", True),
        ("tide", True, "Betide", False),
        ("tide", False, "Betide", True),
        ("#tide", True, "today#tide", True),
        ("#tide", True, "#tides", False),
        ("c++", True, "I like c++11", True),
        ("low water", True, "low water.", True),
        ("", True, "anything", False),
        ("ß", True, "Maß", False),
    ],
)
def test_words_match_as_on_the_server(word: str, whole: bool, text: str, caught: bool) -> None:
    """Any case; a boundary only at an end that is a word character."""
    filters = Filters([filter_of(word, whole=whole)])
    assert bool(list(filters.matches(post(text=text), "home", NOW))) == caught


def test_all_that_is_written_is_searched() -> None:
    """Warning, options of a poll, and descriptions of media."""
    filters = Filters([filter_of("one", "two", "three")])
    found = next(
        filters.matches(
            post(
                advisories=(Advisory("warning", "one"),),
                poll=Poll(options=(PollOption("two"),)),
                media=(Media(kind="image", url="https://x.example/1", alt="three"),),
            ),
            "home",
            NOW,
        )
    )
    assert found.words == ("one", "three", "two")


def test_a_filter_holds_where_and_as_long_as_it_says() -> None:
    """Another context, or its end, and it catches nothing."""
    filters = Filters([filter_of("tide", expires_at=NOW + timedelta(minutes=1))])
    tide = post(text="tide")
    assert list(filters.matches(tide, "home", NOW))
    assert not list(filters.matches(tide, "thread", NOW))
    assert not list(filters.matches(tide, "home", NOW + timedelta(minutes=1)))


def test_single_posts_are_caught() -> None:
    """By their URI, whatever they say."""
    one = post()
    filters = Filters([filter_of(posts=(one.uri,), action="hide")])
    (advisory,) = filters.advisories(one, "", "north.example")
    assert (advisory.kind, advisory.text, advisory.action) == ("filter", "Quiet", "hide")


def test_the_server_names_single_posts_by_its_own_ids() -> None:
    """Which is what an account's state of a post carries."""
    filters = Filters([filter_of(posts=("109",))])
    assert list(filters.matches(post(), "home", NOW, "109"))
    assert not list(filters.matches(post(), "home", NOW, "110"))


def test_what_the_server_said_holds_as_the_filter_is_now() -> None:
    """Other action, contexts and end; nothing once the filter or the word is gone."""
    said = Advisory("filter", "Old title", "north.example", ref="1", words=("tide",))
    now = filter_of("tide", action="hide", expires_at=NOW)
    held = Filters([now]).still(said)
    assert held is not None
    assert (held.text, held.action, held.contexts, held.expires_at) == (
        "Quiet", "hide", ("home",), NOW,
    )  # fmt: skip
    assert Filters([]).still(said) is None
    assert Filters([filter_of("ebb")]).still(said) is None


@given(
    words=st.lists(st.sampled_from(["a", "ab", "b a", "#a", "é", "x_"]), max_size=20),
    text=st.text(alphabet="ab x_é#", max_size=30),
    whole=st.booleans(),
)
def test_many_words_find_what_each_finds(words: list[str], text: str, whole: bool) -> None:
    """At once or one by one: the same."""
    found = [
        word
        for match in Filters([filter_of(*words, whole=whole)]).matches(post(text=text), "home", NOW)
        for word in match.words
    ]
    alone = [w for w in words if (stands_alone(w, text.lower()) if whole else w in text.lower())]
    assert found == sorted(alone)
