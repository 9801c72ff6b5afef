"""A recipe as others may have it: nothing of its owner goes along. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from app.feed.recipe import Group, Recipe, RecipeSource, Rule


def for_others(recipe: Recipe, networks: Mapping[str, str]) -> Recipe:
    """
    Without names of accounts (their networks stand for them), and without own notes.

    Args:
        networks: Account → network.
    """
    sources = tuple(dict.fromkeys(_source(one, networks) for one in recipe.sources))
    return replace(recipe, sources=sources, extra={})


def private_parts(recipe: Recipe, networks: Mapping[str, str]) -> tuple[str, ...]:
    """What of it means nothing to others, in words."""
    found = []
    for source in recipe.sources:
        if source.kind == "recipe":
            found.append(f"It takes from your feed “{source.arg}”: others do not have it.")
        elif source.kind == "list" and "://" not in source.arg:
            found.append("It takes from a list of yours: others do not have it.")
        elif source.kind == "bookmarks":
            found.append("It takes from bookmarks: others will see their own.")
        elif source.account in networks:
            found.append("It names an account of yours: others will see all of that network.")
    lists = dict.fromkeys(_lists(recipe.where)) if recipe.where is not None else {}
    found += [f"Who is on your list “{name}” does not go along." for name in lists]
    return tuple(dict.fromkeys(found))


def _source(source: RecipeSource, networks: Mapping[str, str]) -> RecipeSource:
    network = networks.get(source.account)
    return replace(source, account=network) if network is not None else source


def _lists(rule: Rule) -> list[str]:
    if isinstance(rule, Group):
        return [name for one in (*rule.all, *rule.any, *rule.none) for name in _lists(one)]
    if rule.field != "list":
        return []
    values = rule.value if isinstance(rule.value, tuple) else (rule.value,)
    return [str(one) for one in values]
