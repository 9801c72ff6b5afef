"""
The published JSON Schema of recipes, made from what reading them allows. Pure.

``resources/feeds/recipe.schema.json`` is this, written down; a test compares the two.
What a schema cannot say (500 rules in all, shares of at most 1) reading says.
"""

from __future__ import annotations

from typing import Any, get_args

from app.feed.json_values import MOST_TEXT
from app.feed.recipe import (
    FORMAT,
    MOST_RULES,
    MOST_SOURCES,
    VERSION,
    Feature,
    SourceKind,
)
from app.feed.recipe_reading import MOST_VALUES, OPS, WORDS

Schema = dict[str, Any]

_OWN: Schema = {"^x-": {}}
_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": MOST_TEXT}


def recipe_schema() -> Schema:
    """JSON Schema, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A feed of Godwit",
        "description": "Sources → keep and drop rules → ranking → spread → limit. Data, never code.",
        **_object(
            {
                "format": {"const": FORMAT},
                "version": {"const": VERSION},
                "id": _TEXT,
                "name": _TEXT,
                "about": {"type": "string", "maxLength": 2_000},
                "icon": {"type": "string", "maxLength": MOST_TEXT},
                "sources": {"type": "array", "items": _source(), "maxItems": MOST_SOURCES},
                "window": _object(
                    {
                        "hours": _number(0, 24 * 366),
                        "max_posts": _number(1, 100_000),
                        "since_left": {"type": "boolean"},
                    }
                ),
                "where": {"$ref": "#/$defs/group"},
                "rank": _rank(),
                "spread": _spread(),
                "fold": _object(
                    {
                        "by": {"enum": ["", "author", "person", "link", "thread"]},
                        "keep": _number(1, 100),
                    }
                ),
                "top": _number(0.001, 1),
                "limit": _number(1, 5_000),
                "experimental": {"type": "boolean"},
            },
            required=["format", "version", "id", "name"],
        ),
        "$defs": {
            "group": _object(
                {
                    part: {
                        "type": "array",
                        "items": {"$ref": "#/$defs/rule"},
                        "maxItems": MOST_RULES,
                    }
                    for part in ("all", "any", "none")
                }
            ),
            "rule": {"anyOf": [{"$ref": "#/$defs/group"}, *map(_condition, sorted(OPS))]},
        },
    }


def _object(properties: Schema, required: list[str] | None = None) -> Schema:
    found: Schema = {
        "type": "object",
        "properties": properties,
        "patternProperties": _OWN,
        "additionalProperties": False,
    }
    return {**found, "required": required} if required else found


def _number(low: float, high: float) -> Schema:
    return {"type": "number", "minimum": low, "maximum": high}


def _source() -> Schema:
    return _object(
        {
            "kind": {"enum": list(get_args(SourceKind))},
            "account": {"type": "string", "maxLength": MOST_TEXT},
            "arg": {"type": "string", "maxLength": 2_000},
        },
        required=["kind"],
    )


def _rank() -> Schema:
    term = _object(
        {"feature": {"enum": list(get_args(Feature))}, "weight": _number(-100, 100)},
        required=["feature"],
    )
    return _object(
        {
            "mode": {"enum": ["time", "score", "source"]},
            "terms": {"type": "array", "items": term, "maxItems": 40},
            "half_life_hours": _number(0, 100_000),
            "oldest_first": {"type": "boolean"},
        }
    )


def _spread() -> Schema:
    return _object(
        {
            "author_decay": _number(0, 1),
            "floor": _number(0, 1),
            "max_per_author": _number(0, 1_000),
            "max_run": _number(0, 1_000),
            "by_person": {"type": "boolean"},
            "quotas": {"type": "object", "additionalProperties": _number(0, 1)},
        }
    )


def _condition(field: str) -> Schema:
    return _object(
        {"field": {"const": field}, "op": {"enum": list(OPS[field])}, "value": _value(field)},
        required=["field", "op"],
    )


def _value(field: str) -> Schema:
    ops = OPS[field]
    if ops == ("is", "is_not"):
        return {"type": "boolean"}
    if field == "topic":
        return {
            "type": "array",
            "prefixItems": [_TEXT, _number(0, 1)],
            "minItems": 2,
            "maxItems": 2,
        }
    if ">=" in ops:
        pair = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
        return {"anyOf": [{"type": "number"}, pair]}
    one: Schema = {"enum": sorted(WORDS[field])} if field in WORDS else _TEXT
    many: Schema = {"type": "array", "items": one, "maxItems": MOST_VALUES}
    found: list[Schema] = [one, many]
    if "exists" in ops:
        found.append({"type": "boolean"})
    return {"anyOf": found}
