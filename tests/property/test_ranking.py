"""Ranking by columns gives what ranking one after the other gives."""

from __future__ import annotations

from random import Random
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.feed.knowledge import Candidate, Knowledge
from app.feed.ranking import rank
from app.feed.recipe import Feature, Fold, Rank, Recipe, Spread, Term
from app.feed.recipe_reading import recipe_from_json, recipe_to_json
from tests.unit.feed import plain
from tests.unit.feed.candidates import NOW, candidate

PEOPLE = [f"p{number}" for number in range(6)]


def some(count: int, seed: int) -> list[Candidate]:
    """Posts of a few people on two networks, with many ties."""
    chance = Random(seed)
    return [
        candidate(
            f"u{number}",
            by=chance.choice(PEOPLE),
            network=chance.choice(("north", "south")),
            hours=chance.choice((0.5, 1, 1, 3, 9, 30, -1)),
            likes=chance.randrange(6),
            reposts=chance.randrange(3),
            replies=chance.randrange(3),
            has=chance.randrange(512),
            heat=chance.randrange(5) / 4,
            length=chance.randrange(2000),
            thread=chance.random() < 0.2,
            tags=("tide",) if chance.random() < 0.3 else (),
            first_link=f"x.example/{chance.randrange(4)}" if chance.random() < 0.5 else "",
            reposters=tuple(PEOPLE[: chance.randrange(4)]),
            place=number * 7 % 11,
            lane=chance.choice((0, 0, 1, 2)),
        )
        for number in range(count)
    ]


candidates = st.builds(some, st.integers(0, 90), st.integers(0, 10**9))

KNOWN = Knowledge(
    now=NOW,
    following=frozenset(PEOPLE[:4]),
    followers=frozenset(PEOPLE[2:]),
    people={"p0": "P", "p1": "P"},
    rates={"p0": 9.0, "p3": 0.1},
    affinity={"p1": 3.0, "p4": 0.5},
    followed_tags=frozenset({"tide"}),
    learned={f"u{number}": number / 50 - 0.5 for number in range(0, 50, 3)},
    bridging={f"u{number}": number / 90 for number in range(0, 90, 7)},
    answered_by_followed={f"u{number}": number % 5 for number in range(0, 90, 4)},
)

terms = st.lists(
    st.builds(Term, feature=st.sampled_from(get_args(Feature)), weight=st.floats(-3, 9)),
    min_size=1,
    max_size=10,
)
orders = st.builds(
    Rank,
    mode=st.sampled_from(("time", "score", "score", "score", "source")),
    terms=terms.map(tuple),
    half_life_hours=st.sampled_from((0.0, 4.0, 24.0)),
    oldest_first=st.booleans(),
)
spreads = st.builds(
    Spread,
    author_decay=st.sampled_from((1.0, 0.5, 0.0)),
    floor=st.sampled_from((0.0, 0.25)),
    max_per_author=st.sampled_from((0, 1, 4)),
    max_run=st.sampled_from((0, 1, 2)),
    by_person=st.booleans(),
    quotas=st.sampled_from(({}, {"south": 0.3}, {"south": 0.5, "north": 0.2})),
)
recipes = st.builds(
    Recipe,
    id=st.just("x"),
    name=st.just("X"),
    rank=orders,
    spread=spreads,
    fold=st.builds(Fold, by=st.sampled_from(("", "", "author", "person", "link"))),
    top=st.sampled_from((1.0, 1.0, 0.1, 0.5)),
    limit=st.integers(1, 120),
)


@settings(max_examples=300, deadline=None)
@given(recipes, candidates)
def test_columns_give_the_plain_order(recipe: Recipe, posts: list[Candidate]) -> None:
    """The same posts in the same order, with the same numbers, folds and shares."""
    by_columns = list(rank(recipe, posts, KNOWN))
    one_by_one = plain.rank(recipe, posts, KNOWN)

    assert [one.candidate.uri for one in by_columns] == [one.candidate.uri for one in one_by_one]
    for one, other in zip(by_columns, one_by_one, strict=True):
        assert (one.score, one.decay, one.author_factor) == pytest.approx(
            (other.score, other.decay, other.author_factor)
        )
        assert [part.value for part in one.parts] == pytest.approx(
            [part.value for part in other.parts]
        )
        assert one.folded == other.folded


@settings(max_examples=200, deadline=None)
@given(recipes)
def test_what_is_written_is_what_was_read(recipe: Recipe) -> None:
    """Whatever a recipe is, its document says it, with nothing that is usual."""
    document = recipe_to_json(recipe)

    assert recipe_from_json(document) == recipe_from_json(
        recipe_to_json(recipe_from_json(document))
    )
    again = recipe_from_json(document)
    assert (again.spread, again.fold, again.top, again.limit) == (
        recipe.spread,
        recipe.fold,
        recipe.top,
        recipe.limit,
    )
    assert (again.rank.mode, len(again.rank.terms)) == (recipe.rank.mode, len(recipe.rank.terms))
    assert [term.weight for term in again.rank.terms] == [term.weight for term in recipe.rank.terms]
