"""
Recipes from JSON and back: strict, with the line and key of whatever is wrong. Pure.

A recipe comes from strangers. Nothing unknown is passed over in silence (only keys
beginning with ``x-`` are, and kept); nothing is so large or deep that it could hang.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, Final, get_args

from app.feed.json_places import BadJson, Path, line_of, read_json
from app.feed.recipe import (
    FORMAT,
    MOST_DEPTH,
    MOST_RULES,
    MOST_SOURCES,
    VERSION,
    Condition,
    Feature,
    Field,
    Fold,
    Group,
    Op,
    Rank,
    Recipe,
    RecipeSource,
    Rule,
    SourceKind,
    Spread,
    Term,
    Window,
)

MOST_BYTES = 500_000
MOST_VALUES = 5_000
MOST_TEXT = 200

_TEXT: Final = ("is", "is_not", "in", "not_in")
_NUMBER: Final = (">=", "<=", "between")
_FLAG: Final = ("is", "is_not")

OPS: Final[Mapping[str, tuple[str, ...]]] = {
    "network": _TEXT,
    "author": _TEXT,
    "author_relation": _TEXT,
    "author_rate": _NUMBER,
    "author_domain": _TEXT,
    "person": _TEXT,
    "list": ("in", "not_in"),
    "text": ("has_word", "has_phrase", "starts_with", "wildcard"),
    "tag": (*_TEXT, "wildcard", "exists"),
    "lang": (*_TEXT, "exists"),
    "kind": _TEXT,
    "reply_to_relation": _TEXT,
    "has": ("is", "is_not", "in", "not_in"),
    "link_domain": (*_TEXT, "exists"),
    "length": _NUMBER,
    "words": _NUMBER,
    "age_hours": _NUMBER,
    "likes": _NUMBER,
    "reposts": _NUMBER,
    "replies": _NUMBER,
    "likes_rank": _NUMBER,
    "label": (*_TEXT, "exists"),
    "filtered": _FLAG,
    "seen": _FLAG,
    "replied": _FLAG,
    "topic": (">=", "<="),
}
"""Which operators a field has."""

WORDS: Final[Mapping[str, frozenset[str]]] = {
    "author_relation": frozenset({"me", "following", "follower", "mutual", "none"}),
    "reply_to_relation": frozenset({"me", "following", "follower", "mutual", "none"}),
    "kind": frozenset({"original", "reply", "repost", "quote", "self_thread"}),
    "has": frozenset(
        {"image", "video", "audio", "gif", "media", "link", "poll", "warning", "alt", "quote"}
    ),
}
"""Fields whose values are of a fixed set."""


class BadRecipe(ValueError):
    """
    A recipe that cannot be used; the words are for people.

    Attributes:
        line: In the document, from 1.
        key: Dotted path of what is wrong, "" = the whole.
    """

    def __init__(self, message: str, line: int = 1, key: str = "") -> None:
        where = f"Line {line}, {key}: " if key else f"Line {line}: "
        super().__init__(where + message)
        self.message, self.line, self.key = message, line, key


class _Wrong(Exception):
    def __init__(self, path: Path, message: str) -> None:
        self.path, self.message = path, message


def recipe_from_json(text: str | bytes) -> Recipe:
    """
    The recipe of a document.

    Raises:
        BadRecipe: With line, key, and what is wrong with it.
    """
    if len(text) > MOST_BYTES:
        raise BadRecipe(f"The document is larger than {MOST_BYTES // 1000} kB.")
    try:
        content = text.decode("utf-8-sig") if isinstance(text, bytes) else text
        raw = read_json(content)
    except UnicodeDecodeError:
        raise BadRecipe("The document is not text in UTF-8.") from None
    except BadJson as error:
        raise BadRecipe(f"{error}.", error.line) from None
    try:
        return _Reading().recipe(raw)
    except _Wrong as wrong:
        key = ".".join(str(part) for part in wrong.path)
        raise BadRecipe(wrong.message, line_of(content, wrong.path), key) from None


def recipe_to_json(recipe: Recipe) -> str:
    """The document of a recipe: readable, in a fixed order, without what is usual."""
    import msgspec

    content = msgspec.to_builtins(recipe)
    extra = content.pop("extra", {})
    head = {"format": FORMAT, "version": VERSION}
    if "sources" not in content:
        content["sources"] = [{"kind": "home"}]
    return json.dumps({**head, **content, **extra}, ensure_ascii=False, indent=2) + "\n"


class _Reading:
    """One document; counts its rules."""

    def __init__(self) -> None:
        self._rules = 0

    def recipe(self, raw: Any) -> Recipe:
        document = _object(raw, ())
        if document.get("format") != FORMAT:
            raise _Wrong(("format",), f"This is no feed: its format is not “{FORMAT}”.")
        if document.get("version") != VERSION:
            raise _Wrong(("version",), "This feed needs a newer Godwit.")
        known = {"format", "version", *Recipe.__struct_fields__} - {"extra"}
        _no_others(document, known, ())
        sources = _list(document.get("sources", [{"kind": "home"}]), ("sources",), MOST_SOURCES)
        where = document.get("where")
        return Recipe(
            id=_name(document, "id"),
            name=_name(document, "name"),
            about=_text(document.get("about", ""), ("about",), 2_000),
            icon=_text(document.get("icon", ""), ("icon",)),
            sources=tuple(_source(one, ("sources", at)) for at, one in enumerate(sources)),
            window=_window(document.get("window", {})),
            where=None if where is None else self._group(where, ("where",), 1),
            rank=_rank(document.get("rank", {})),
            spread=_spread(document.get("spread", {})),
            fold=_fold(document.get("fold", {})),
            top=_number(document.get("top", 1), ("top",), 0.001, 1),
            limit=int(_number(document.get("limit", 300), ("limit",), 1, 5_000)),
            experimental=_flag(document.get("experimental", False), ("experimental",)),
            extra={key: value for key, value in document.items() if key.startswith("x-")},
        )

    def _group(self, raw: Any, path: Path, depth: int) -> Group:
        group = _object(raw, path)
        _no_others(group, {"all", "any", "none"}, path)
        if depth > MOST_DEPTH:
            raise _Wrong(path, f"Rules are nested more than {MOST_DEPTH} deep.")
        parts = {}
        for name in ("all", "any", "none"):
            rules = _list(group.get(name, []), (*path, name), MOST_RULES)
            parts[name] = tuple(
                self._rule(one, (*path, name, at), depth) for at, one in enumerate(rules)
            )
        return Group(**parts)

    def _rule(self, raw: Any, path: Path, depth: int) -> Rule:
        self._rules += 1
        if self._rules > MOST_RULES:
            raise _Wrong(path, f"There are more than {MOST_RULES} rules.")
        rule = _object(raw, path)
        if "field" in rule:
            return _condition(rule, path)
        return self._group(rule, path, depth + 1)


def _condition(rule: Mapping[str, Any], path: Path) -> Condition:
    _no_others(rule, {"field", "op", "value"}, path)
    field = _one_of(rule.get("field"), get_args(Field), (*path, "field"))
    op = _one_of(rule.get("op"), get_args(Op), (*path, "op"))
    if op not in OPS[field]:
        allowed = ", ".join(OPS[field])
        raise _Wrong((*path, "op"), f"“{op}” does not go with {field}; use one of {allowed}.")
    return Condition(field=field, op=op, value=_value(rule, field, op, (*path, "value")))


def _value(rule: Mapping[str, Any], field: str, op: str, path: Path) -> Any:
    if op == "exists":
        return _flag(rule.get("value", True), path)
    if "value" not in rule:
        raise _Wrong(path[:-1], "The value is missing.")
    value = rule["value"]
    if OPS[field] is _FLAG:
        return _flag(value, path)
    if field == "topic":
        return _topic(value, path)
    if op == "between":
        low, high = (_number(one, (*path, at)) for at, one in enumerate(_pair(value, path)))
        return (low, high)
    if op in (">=", "<="):
        return _number(value, path)
    several = op in ("in", "not_in") or (op in ("has_word", "has_phrase") and _is_list(value))
    texts = _list(value, path, MOST_VALUES) if several else [value]
    for at, one in enumerate(texts):
        place = (*path, at) if several else path
        text = _text(one, place)
        if not text.strip():
            raise _Wrong(place, "This is empty.")
        if field in WORDS and text not in WORDS[field]:
            raise _Wrong(place, f"“{text}” is none of {', '.join(sorted(WORDS[field]))}.")
        if op == "wildcard" and text.count("*") > 10:
            raise _Wrong(place, "There are more than ten * in this.")
    return tuple(texts) if several else texts[0]


def _topic(value: Any, path: Path) -> Any:
    """``["politics", 0.8]``: the topic and how sure."""
    name, share = _pair(value, path)
    return (_text(name, (*path, 0)), _number(share, (*path, 1), 0, 1))


def _source(raw: Any, path: Path) -> RecipeSource:
    source = _object(raw, path)
    _no_others(source, {"kind", "account", "arg"}, path)
    kind = _one_of(source.get("kind"), get_args(SourceKind), (*path, "kind"))
    arg = _text(source.get("arg", ""), (*path, "arg"), 2_000)
    if kind not in ("home", "bookmarks", "trends") and not arg:
        raise _Wrong(path, f"A source of the kind {kind} needs an “arg”.")
    return RecipeSource(
        kind=kind, account=_text(source.get("account", "all"), (*path, "account")), arg=arg
    )


def _window(raw: Any) -> Window:
    path: Path = ("window",)
    window = _object(raw, path)
    _no_others(window, set(Window.__struct_fields__), path)
    return Window(
        hours=_number(window.get("hours", 0), (*path, "hours"), 0, 24 * 366),
        max_posts=int(_number(window.get("max_posts", 5_000), (*path, "max_posts"), 1, 100_000)),
        since_left=_flag(window.get("since_left", False), (*path, "since_left")),
    )


def _rank(raw: Any) -> Rank:
    path: Path = ("rank",)
    rank = _object(raw, path)
    _no_others(rank, set(Rank.__struct_fields__), path)
    mode = _one_of(rank.get("mode", "time"), ("time", "score", "source"), (*path, "mode"))
    terms = []
    for at, raw_term in enumerate(_list(rank.get("terms", []), (*path, "terms"), 40)):
        place = (*path, "terms", at)
        term = _object(raw_term, place)
        _no_others(term, {"feature", "weight"}, place)
        feature = _one_of(term.get("feature"), get_args(Feature), (*place, "feature"))
        weight = _number(term.get("weight", 1), (*place, "weight"), -100, 100)
        terms.append(Term(feature=feature, weight=weight))
    if mode == "score" and not terms:
        raise _Wrong(path, "A ranked feed needs at least one term.")
    return Rank(
        mode=mode,
        terms=tuple(terms),
        half_life_hours=_number(
            rank.get("half_life_hours", 0), (*path, "half_life_hours"), 0, 100_000
        ),
        oldest_first=_flag(rank.get("oldest_first", False), (*path, "oldest_first")),
    )


def _spread(raw: Any) -> Spread:
    path: Path = ("spread",)
    spread = _object(raw, path)
    _no_others(spread, set(Spread.__struct_fields__), path)
    quotas = _object(spread.get("quotas", {}), (*path, "quotas"))
    shares = {
        _text(name, (*path, "quotas")): _number(share, (*path, "quotas", name), 0, 1)
        for name, share in quotas.items()
    }
    if sum(shares.values()) > 1:
        raise _Wrong((*path, "quotas"), "The shares come to more than 1.")
    return Spread(
        author_decay=_number(spread.get("author_decay", 1), (*path, "author_decay"), 0, 1),
        floor=_number(spread.get("floor", 0.25), (*path, "floor"), 0, 1),
        max_per_author=int(
            _number(spread.get("max_per_author", 0), (*path, "max_per_author"), 0, 1_000)
        ),
        max_run=int(_number(spread.get("max_run", 0), (*path, "max_run"), 0, 1_000)),
        by_person=_flag(spread.get("by_person", True), (*path, "by_person")),
        quotas=shares,
    )


def _fold(raw: Any) -> Fold:
    path: Path = ("fold",)
    fold = _object(raw, path)
    _no_others(fold, {"by", "keep"}, path)
    return Fold(
        by=_one_of(fold.get("by", ""), ("", "author", "person", "link"), (*path, "by")),
        keep=int(_number(fold.get("keep", 1), (*path, "keep"), 1, 100)),
    )


# ------------------------------------------------------------ kinds of values


def _object(raw: Any, path: Path) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise _Wrong(path, "This should be an object: { … }.")
    return raw


def _no_others(holder: Mapping[str, Any], known: set[str], path: Path) -> None:
    for key in holder:
        if key not in known and not key.startswith("x-"):
            raise _Wrong((*path, key), f"“{key[:60]}” means nothing here.")


def _is_list(raw: Any) -> bool:
    return isinstance(raw, list)


def _list(raw: Any, path: Path, most: int) -> list[Any]:
    if not isinstance(raw, list):
        raise _Wrong(path, "This should be a list: [ … ].")
    if len(raw) > most:
        raise _Wrong(path, f"There are more than {most} of these.")
    return raw


def _pair(raw: Any, path: Path) -> list[Any]:
    if not isinstance(raw, list) or len(raw) != 2:
        raise _Wrong(path, "This should be a list of two.")
    return raw


def _text(raw: Any, path: Path, most: int = MOST_TEXT) -> str:
    if not isinstance(raw, str):
        raise _Wrong(path, "This should be a text: “…”.")
    if len(raw) > most:
        raise _Wrong(path, f"This is longer than {most} characters.")
    return raw


def _name(document: Mapping[str, Any], key: str) -> str:
    text = _text(document.get(key), (key,))
    if not text.strip():
        raise _Wrong((key,), "This is empty.")
    return text


def _number(raw: Any, path: Path, low: float = -1e12, high: float = 1e12) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not math.isfinite(raw):
        raise _Wrong(path, "This should be a number.")
    if not low <= raw <= high:
        raise _Wrong(path, f"This should be between {low:g} and {high:g}.")
    return float(raw)


def _flag(raw: Any, path: Path) -> bool:
    if not isinstance(raw, bool):
        raise _Wrong(path, "This should be true or false.")
    return raw


def _one_of(raw: Any, known: tuple[Any, ...], path: Path) -> Any:
    if not isinstance(raw, str) or raw not in known:
        allowed = ", ".join(str(one) or "“”" for one in known)
        raise _Wrong(path, f"This should be one of: {allowed}.")
    return raw
