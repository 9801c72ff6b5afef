"""The feeds that come with Godwit, and the schema: usable, in words, as published."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.feed.feature_names import NAMES
from app.feed.recipe import Group, Recipe
from app.feed.recipe_reading import OPS, recipe_from_json, recipe_to_json
from app.feed.recipe_schema import recipe_schema
from app.feed.topics import WordLists
from app.feed.wording import recipe_in_words
from app.resources import resource

ORDER: list[str] = json.loads(resource("feeds", "order.json").read_bytes())


def read(id: str) -> Recipe:
    """A built-in feed."""
    return recipe_from_json(resource("feeds", f"{id}.json").read_bytes())


def test_every_document_is_listed_once() -> None:
    """And the first nine have keys: newest first is the first."""
    files = {path.stem for path in Path(str(resource("feeds"))).glob("*.json")}
    assert files - {"order", "topics", "recipe.schema"} == set(ORDER)
    assert len(ORDER) == len(set(ORDER)) >= 11
    assert ORDER[0] == "newest"


@pytest.mark.parametrize("id", ORDER)
def test_a_built_in_feed_says_what_it_does(id: str) -> None:
    """Its id is its name on disk; a score has its formula in words; saved again it is the same."""
    recipe = read(id)
    assert recipe.id == id
    assert recipe.name and recipe.icon and recipe.about.endswith(".")
    assert recipe.rank.mode == "time" or "score =" in recipe.about
    assert recipe_from_json(recipe_to_json(recipe)) == recipe


@pytest.mark.parametrize("id", ORDER)
def test_topics_of_built_in_feeds_have_lists(id: str) -> None:
    """A rule about a topic that nobody knows would keep everything in silence."""
    lists = WordLists.from_json(resource("feeds", "topics.json").read_bytes())
    waiting = [group for group in (read(id).where,) if group is not None]
    while waiting:
        group = waiting.pop()
        for rule in (*group.all, *group.any, *group.none):
            if isinstance(rule, Group):
                waiting.append(rule)
            elif rule.field == "topic":
                assert isinstance(rule.value, tuple)
                assert rule.value[0] in lists.names


def test_a_recipe_in_words_names_every_part() -> None:
    """What it takes, drops, how it orders and spreads."""
    lines = "\n".join(recipe_in_words(read("friends")))
    assert "home timeline of all accounts, of the last 168 hours" in lines
    assert "Drops a post if it is by you." in lines
    assert NAMES["affinity"] in lines
    assert "counts half after 12 hours" in lines
    assert "At most 2 of one person in a row" in lines


def test_the_published_schema_is_what_reading_allows() -> None:
    """The file is the function, written down."""
    written = json.loads(resource("feeds", "recipe.schema.json").read_bytes())
    assert written == recipe_schema()
    fields = [rule["properties"]["field"]["const"] for rule in rules(written)]
    assert fields == sorted(OPS)


@pytest.mark.parametrize("id", ORDER)
def test_every_built_in_feed_is_as_the_schema_says(id: str) -> None:
    """Checked by the few words of the schema language that ours uses."""
    document = json.loads(resource("feeds", f"{id}.json").read_bytes())
    schema = recipe_schema()
    assert fits(document, schema, schema["$defs"])
    assert not fits({**document, "colour": 1}, schema, schema["$defs"])
    assert not fits({**document, "limit": 0}, schema, schema["$defs"])


def rules(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The kinds of rules."""
    found: list[dict[str, Any]] = schema["$defs"]["rule"]["anyOf"][1:]
    return found


def fits(value: Any, schema: dict[str, Any], parts: dict[str, Any]) -> bool:
    """Whether *value* is as *schema* says."""
    if "$ref" in schema:
        return fits(value, parts[schema["$ref"].rsplit("/", 1)[1]], parts)
    if "anyOf" in schema:
        return any(fits(value, one, parts) for one in schema["anyOf"])
    if "const" in schema:
        return bool(value == schema["const"])
    if "enum" in schema:
        return value in schema["enum"]
    match schema.get("type"):
        case "object":
            return isinstance(value, dict) and is_object(value, schema, parts)
        case "array":
            items = schema.get("items", {})
            return isinstance(value, list) and all(fits(one, items, parts) for one in value)
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "number":
            low, high = schema.get("minimum", -1e99), schema.get("maximum", 1e99)
            return isinstance(value, int | float) and low <= value <= high
    return True


def is_object(value: dict[str, Any], schema: dict[str, Any], parts: dict[str, Any]) -> bool:
    """Its members, one by one."""
    known = schema["properties"]
    return all(name in value for name in schema.get("required", [])) and all(
        fits(one, known[name], parts) if name in known else name.startswith("x-")
        for name, one in value.items()
    )
