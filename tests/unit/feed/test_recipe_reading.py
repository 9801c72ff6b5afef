"""Recipes: read strictly, written back the same, wrong ones told by line and key."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.feed.json_places import line_of
from app.feed.recipe import Condition, Group, Recipe, Term
from app.feed.recipe_reading import BadRecipe, recipe_from_json, recipe_to_json

FULL: dict[str, Any] = {
    "format": "godwit-feed",
    "version": 1,
    "id": "quiet",
    "name": "Quiet voices",
    "about": "Posts of people who post rarely.",
    "sources": [{"kind": "home"}, {"kind": "tag", "arg": "tides", "account": "ana@x.example"}],
    "window": {"hours": 48, "max_posts": 2000},
    "where": {
        "all": [{"field": "author_rate", "op": "<=", "value": 1}],
        "none": [
            {"field": "text", "op": "has_word", "value": ["election", "vote"]},
            {"any": [{"field": "kind", "op": "is", "value": "repost"}]},
        ],
    },
    "rank": {
        "mode": "score",
        "terms": [{"feature": "quiet", "weight": 2.5}],
        "half_life_hours": 48,
    },
    "spread": {"author_decay": 0.75, "max_per_author": 2, "quotas": {"bluesky": 0.3}},
    "limit": 100,
    "x-note": {"kept": True},
}


def text_of(**changes: Any) -> str:
    """The full document with some of it changed (None: left out)."""
    document = {**FULL, **changes}
    return json.dumps(
        {key: value for key, value in document.items() if value is not None}, indent=1
    )


def test_a_whole_recipe_is_read() -> None:
    """Every part, nested rules included."""
    recipe = recipe_from_json(text_of())
    assert recipe.rank.terms == (Term(feature="quiet", weight=2.5),)
    assert recipe.where is not None
    assert recipe.where.none[0] == Condition(
        field="text", op="has_word", value=("election", "vote")
    )
    assert isinstance(recipe.where.none[1], Group)
    assert recipe.extra == {"x-note": {"kept": True}}


def test_what_is_written_is_what_was_read() -> None:
    """Reading, writing and reading again changes nothing, unknown ``x-`` keys included."""
    recipe = recipe_from_json(text_of())
    assert recipe_from_json(recipe_to_json(recipe)) == recipe
    plain = Recipe(id="a", name="A")
    assert recipe_from_json(recipe_to_json(plain)) == plain


@pytest.mark.parametrize(
    ("changes", "key", "says"),
    [
        ({"format": "x"}, "format", "no feed"),
        ({"version": 2}, "version", "newer Godwit"),
        ({"colour": 1}, "colour", "means nothing"),
        ({"id": ""}, "id", "empty"),
        ({"name": None}, "name", "text"),
        ({"limit": 0}, "limit", "between"),
        ({"limit": True}, "limit", "number"),
        ({"limit": 1e400}, "limit", "number"),
        ({"sources": [{"kind": "tag"}]}, "sources.0", "arg"),
        ({"sources": [{"kind": "home"}] * 41}, "sources", "more than 40"),
        ({"sources": {}}, "sources", "list"),
        ({"rank": {"mode": "score"}}, "rank", "at least one term"),
        ({"rank": {"terms": [{"feature": "x"}]}}, "rank.terms.0.feature", "one of"),
        ({"spread": {"quotas": {"a": 0.6, "b": 0.6}}}, "spread.quotas", "more than 1"),
        ({"where": {"all": [{"field": "text", "op": ">=", "value": 1}]}}, "where.all.0.op", "text"),
        ({"where": {"all": [{"field": "x", "op": "is"}]}}, "where.all.0.field", "one of"),
        ({"where": {"all": [{"field": "kind", "op": "is"}]}}, "where.all.0", "missing"),
        (
            {"where": {"all": [{"field": "kind", "op": "is", "value": "toot"}]}},
            "where.all.0.value",
            "none of",
        ),
        (
            {"where": {"all": [{"field": "text", "op": "wildcard", "value": "*" * 11}]}},
            "where.all.0.value",
            "more than ten",
        ),
        (
            {"where": {"any": [{"field": "seen", "op": "is", "value": True}] * 501}},
            "where.any",
            "more than 500",
        ),
        ({"where": {"all": [[]]}}, "where.all.0", "object"),
        ({"where": {"either": []}}, "where.either", "means nothing"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], key: str, says: str) -> None:
    """Line, key and a sentence; the line is that of the key."""
    text = text_of(**changes).replace("Infinity", "1e400")
    with pytest.raises(BadRecipe) as caught:
        recipe_from_json(text)
    assert caught.value.key == key
    assert says in caught.value.message
    last = key.rpartition(".")[2]
    if not last.isdigit() and key not in ("name", "where.all.0"):
        assert f'"{last}"' in text.splitlines()[caught.value.line - 1]


def test_too_many_rules_in_all_are_refused() -> None:
    """Also when each group has few."""
    group = {"all": [{"field": "seen", "op": "is", "value": True}] * 300}
    with pytest.raises(BadRecipe, match="more than 500 rules"):
        recipe_from_json(text_of(where={"any": [group, group]}))


@pytest.mark.parametrize("depth", [9, 59, 61, 100_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    """At any depth, in words, at once."""
    text = text_of().replace('"where": {', '"where": ' + '{"all": [' * depth, 1)
    with pytest.raises(BadRecipe):
        recipe_from_json(text)
    nested = '{"all": [' * depth + "]}" * depth
    with pytest.raises(BadRecipe, match=r"deep|larger"):
        recipe_from_json(text_of(where=0).replace('"where": 0', f'"where": {nested}'))


@given(st.text(max_size=60))
def test_any_text_is_a_recipe_or_none(text: str) -> None:
    """Nothing but ``BadRecipe`` comes of it."""
    with pytest.raises(BadRecipe):
        recipe_from_json(text)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(key=st.sampled_from([*FULL]), value=JSON)
def test_any_value_anywhere_is_read_or_named(key: str, value: Any) -> None:
    """Whatever stands in one place, the answer is a recipe or its line."""
    try:
        recipe_from_json(json.dumps({**FULL, key: value}, indent=1))
    except BadRecipe as error:
        assert error.line >= 1


def test_lines_are_found_through_strings_and_nesting() -> None:
    """Braces and commas inside strings do not count."""
    text = '{"a": "x,}]\\"",\n "b": [1,\n {"c": 2},\n "d"]}'
    assert [line_of(text, path) for path in (("a",), ("b",), ("b", 1, "c"), ("b", 2))] == [
        1,
        2,
        3,
        4,
    ]


@pytest.mark.parametrize(("texts", "posts", "fine"), [(100, 5_000, True), (101, 5_000, False), (5, 100_000, True), (6, 100_000, False)])  # fmt: skip
def test_rules_and_posts_together_are_limited(texts: int, posts: int, fine: bool) -> None:
    """Each alone is allowed; a day's work is not."""
    rule = {"field": "text", "op": "has_word", "value": "tide"}
    text = text_of(where={"any": [rule] * texts}, window={"max_posts": posts})
    if fine:
        assert recipe_from_json(text).where is not None
    else:
        with pytest.raises(BadRecipe, match="rules about texts"):
            recipe_from_json(text)


def test_what_is_usual_is_not_written() -> None:
    """A shared document has only what its author said."""
    recipe = recipe_from_json(text_of(rank={"mode": "time", "half_life_hours": 0}, window={}))
    document = json.loads(recipe_to_json(recipe))
    assert "rank" not in document
    assert "window" not in document
    assert list(document)[:4] == ["format", "version", "id", "name"]
