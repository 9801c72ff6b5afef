"""What must hold of every verdict, whatever is said about a post."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.model import AccountId, Advisory, Post
from app.moderation.decide import Preferences, decide, strongest
from app.moderation.verdict import SHOW
from tests.strategies import advisories, posts, viewer_states

STRENGTH = ["show", "cover_media", "cover", "hide"]


def _seen(states: list) -> dict:
    """By accounts of mine."""
    return {AccountId(f"a{number}"): state for number, state in enumerate(states)}


@given(posts(), advisories, st.booleans())
def test_more_advice_never_shows_more(post: Post, more: Advisory, mine: bool) -> None:
    """Adding an advisory never weakens a verdict."""
    preferences = Preferences(own=frozenset({post.author.uri}) if mine else frozenset())
    before = decide(post, {}, preferences)
    after = decide(replace(post, advisories=(*post.advisories, more)), {}, preferences)

    assert STRENGTH.index(after.action) >= STRENGTH.index(before.action)
    assert set(before.causes) <= set(after.causes)


@given(posts(), st.lists(viewer_states, max_size=3))
def test_whatever_is_not_shown_says_why(post: Post, states: list) -> None:
    """Causes and action come together; only what is hidden can be fixed."""
    verdict = decide(post, _seen(states))

    assert (verdict.action == "show") == (not verdict.causes)
    assert len(verdict.causes) == len(set(verdict.causes))
    assert not verdict.fixed or verdict.action == "hide"


@given(posts(), st.lists(viewer_states, max_size=3))
def test_my_own_posts_never_vanish(post: Post, states: list) -> None:
    """Whatever anybody says about them."""
    mine = Preferences(own=frozenset({post.author.uri}))

    assert decide(post, _seen(states), mine).action != "hide"


@given(st.lists(posts(), max_size=4))
def test_the_strongest_of_copies_does_not_depend_on_their_order(copies: list[Post]) -> None:
    """One verdict for a card, however its copies are sorted."""
    verdicts = [decide(post) for post in copies]
    there, back = strongest(verdicts), strongest(reversed(verdicts))

    assert (there.action, there.fixed) == (back.action, back.fixed)
    assert set(there.causes) == set(back.causes)
    assert strongest([*verdicts, SHOW]) == there
