"""What a recipe does, in words, line by line. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from app.feed.feature_names import NAMES
from app.feed.recipe import Recipe, RecipeSource
from app.feed.rule_words import in_words

_SOURCES = {
    "home": "the home timeline of {account}",
    "list": "the list {arg} of {account}",
    "tag": "the tag #{arg}",
    "tags": "the tags that you follow",
    "feed": "the feed {arg}, in its own order",
    "author": "the posts of {arg}",
    "search": "what a search for “{arg}” finds",
    "bookmarks": "the bookmarks of {account}",
    "trends": "the trends of {account}",
    "recipe": "your feed “{arg}”",
}


def source_in_words(source: RecipeSource, names: Mapping[str, str] = {}) -> str:
    """Where it takes posts from. *names*: what addresses of feeds and lists are called."""
    account = "all accounts" if source.account == "all" else source.account
    arg = f"“{names[source.arg]}”" if source.arg in names else source.arg
    return _SOURCES[source.kind].format(account=account, arg=arg)


def recipe_in_words(recipe: Recipe, names: Mapping[str, str] = {}) -> tuple[str, ...]:
    """What it takes, keeps, drops, and how it orders. *names*: as above."""
    taken = ", ".join(source_in_words(one, names) for one in recipe.sources)
    lines = [f"Takes {taken}{_window(recipe)}."]
    if recipe.where is not None:
        lines += [f"Keeps a post only if {in_words(rule)}." for rule in recipe.where.all]
        if recipe.where.any:
            some = "; or ".join(in_words(rule) for rule in recipe.where.any)
            lines.append(f"Keeps a post only if at least one holds: {some}.")
        lines += [f"Drops a post if {in_words(rule)}." for rule in recipe.where.none]
    lines.append(_order(recipe))
    lines += _spread(recipe)
    if recipe.fold.by:
        what = {"thread": "conversation"}.get(recipe.fold.by, recipe.fold.by)
        lines.append(f"Folds together what is of the same {what}.")
    return tuple(lines)


def _window(recipe: Recipe) -> str:
    parts = []
    if recipe.window.since_left:
        parts.append("since you were last here")
    if recipe.window.hours:
        parts.append(f"of the last {recipe.window.hours:g} hours")
    return ", " + ", ".join(parts) if parts else ""


def _order(recipe: Recipe) -> str:
    rank = recipe.rank
    if rank.mode == "source":
        return "Keeps the order of the source."
    if rank.mode == "time":
        return "Oldest first." if rank.oldest_first else "Newest first."
    terms = [f"{term.weight:g} × {NAMES[term.feature]}" for term in rank.terms]
    half = f"; counts half after {rank.half_life_hours:g} hours" if rank.half_life_hours else ""
    best = f" Only the best {recipe.top:.0%}." if recipe.top < 1 else ""
    return "Score: " + " + ".join(terms) + half + "." + best


def _spread(recipe: Recipe) -> list[str]:
    spread, lines = recipe.spread, []
    if spread.author_decay < 1 and recipe.rank.mode == "score":
        lines.append(
            f"The nth post of one person counts {1 - spread.floor:g} × "
            f"{spread.author_decay:g}ⁿ + {spread.floor:g}."
        )
    if spread.max_per_author:
        lines.append(f"At most {spread.max_per_author} posts of one person.")
    if spread.max_run:
        lines.append(f"At most {spread.max_run} of one person in a row.")
    for network, share in spread.quotas.items():
        lines.append(f"At least {share:.0%} from {network}.")
    return lines
