"""
Recipes from JSON and back: strict, with the line and key of whatever is wrong. Pure.

A recipe comes from strangers. Nothing unknown is passed over in silence (only keys
beginning with ``x-`` are, and kept); nothing is so large or deep that it could hang.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final, get_args

from msgspec import Struct
from msgspec.structs import fields

from app.feed.json_places import BadJson, Path, line_of, read_json
from app.feed.json_values import (
    Wrong,
    a_flag,
    a_list,
    a_name,
    a_number,
    a_pair,
    a_text,
    an_object,
    is_list,
    no_others,
    one_of,
)
from app.feed.recipe import (
    ALONE,
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

MOST_TEXTS_READ, MOST_TESTS = 500_000, 5_000_000
"""Rules times posts: about three seconds at the very worst, beside the window."""

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
    except Wrong as wrong:
        key = ".".join(str(part) for part in wrong.path)
        raise BadRecipe(wrong.message, line_of(content, wrong.path), key) from None


def recipe_to_json(recipe: Recipe) -> str:
    """The document of a recipe: readable, in a fixed order, without what is usual."""
    content = _plain(recipe)
    extra = content.pop("extra", {})
    head = {"format": FORMAT, "version": VERSION}
    named = {key: content.pop(key) for key in ("id", "name", "about", "icon") if key in content}
    sources = content.pop("sources", [{"kind": "home"}])
    content = {**named, "sources": sources, **content}
    return json.dumps({**head, **content, **extra}, ensure_ascii=False, indent=2) + "\n"


def _plain(value: Any) -> Any:
    """As JSON holds it, without members that are as they usually are."""
    if isinstance(value, Struct):
        members = {}
        for field in fields(value):
            member = getattr(value, field.name)
            if member != field.default:
                members[field.name] = _plain(member)
        return {name: member for name, member in members.items() if member not in ([], {})}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


class _Reading:
    """One document; counts its rules."""

    def __init__(self) -> None:
        self._rules = self._texts = 0

    def recipe(self, raw: Any) -> Recipe:
        document = an_object(raw, ())
        if document.get("format") != FORMAT:
            raise Wrong(("format",), f"This is no feed: its format is not “{FORMAT}”.")
        if document.get("version") != VERSION:
            raise Wrong(("version",), "This feed needs a newer Godwit.")
        known = {"format", "version", *Recipe.__struct_fields__} - {"extra"}
        no_others(document, known, ())
        sources = a_list(document.get("sources", [{"kind": "home"}]), ("sources",), MOST_SOURCES)
        raw_where = document.get("where")
        where = None if raw_where is None else self._group(raw_where, ("where",), 1)
        window = _window(document.get("window", {}))
        self._limit_work(window.max_posts)
        return Recipe(
            id=a_name(document, "id"),
            name=a_name(document, "name"),
            about=a_text(document.get("about", ""), ("about",), 2_000),
            icon=a_text(document.get("icon", ""), ("icon",)),
            sources=tuple(_source(one, ("sources", at)) for at, one in enumerate(sources)),
            window=window,
            where=where,
            rank=_rank(document.get("rank", {})),
            spread=_spread(document.get("spread", {})),
            fold=_fold(document.get("fold", {})),
            top=a_number(document.get("top", 1), ("top",), 0.001, 1),
            limit=int(a_number(document.get("limit", 300), ("limit",), 1, 5_000)),
            experimental=a_flag(document.get("experimental", False), ("experimental",)),
            extra={key: value for key, value in document.items() if key.startswith("x-")},
        )

    def _limit_work(self, posts: int) -> None:
        """What is allowed by itself may together be a day's work: it is not."""
        if self._texts * posts > MOST_TEXTS_READ:
            raise Wrong(
                ("where",),
                f"{self._texts} rules about texts over {posts} posts are too many: "
                "put the words into one rule, or look at fewer posts.",
            )
        if self._rules * posts > MOST_TESTS:
            raise Wrong(
                ("where",),
                f"{self._rules} rules over {posts} posts are too many: "
                "use fewer, or look at fewer posts.",
            )

    def _group(self, raw: Any, path: Path, depth: int) -> Group:
        group = an_object(raw, path)
        no_others(group, {"all", "any", "none"}, path)
        if depth > MOST_DEPTH:
            raise Wrong(path, f"Rules are nested more than {MOST_DEPTH} deep.")
        parts = {}
        for name in ("all", "any", "none"):
            rules = a_list(group.get(name, []), (*path, name), MOST_RULES)
            parts[name] = tuple(
                self._rule(one, (*path, name, at), depth) for at, one in enumerate(rules)
            )
        return Group(**parts)

    def _rule(self, raw: Any, path: Path, depth: int) -> Rule:
        self._rules += 1
        if self._rules > MOST_RULES:
            raise Wrong(path, f"There are more than {MOST_RULES} rules.")
        rule = an_object(raw, path)
        if "field" in rule:
            self._texts += rule["field"] == "text"
            return _condition(rule, path)
        return self._group(rule, path, depth + 1)


def _condition(rule: Mapping[str, Any], path: Path) -> Condition:
    no_others(rule, {"field", "op", "value"}, path)
    field = one_of(rule.get("field"), get_args(Field), (*path, "field"))
    op = one_of(rule.get("op"), get_args(Op), (*path, "op"))
    if op not in OPS[field]:
        allowed = ", ".join(OPS[field])
        raise Wrong((*path, "op"), f"“{op}” does not go with {field}; use one of {allowed}.")
    return Condition(field=field, op=op, value=_value(rule, field, op, (*path, "value")))


def _value(rule: Mapping[str, Any], field: str, op: str, path: Path) -> Any:
    if op == "exists":
        return a_flag(rule.get("value", True), path)
    if "value" not in rule:
        raise Wrong(path[:-1], "The value is missing.")
    value = rule["value"]
    if OPS[field] is _FLAG:
        return a_flag(value, path)
    if field == "topic":
        return _topic(value, path)
    if op == "between":
        low, high = (a_number(one, (*path, at)) for at, one in enumerate(a_pair(value, path)))
        return (low, high)
    if op in (">=", "<="):
        return a_number(value, path)
    several = op in ("in", "not_in") or (op in ("has_word", "has_phrase") and is_list(value))
    texts = a_list(value, path, MOST_VALUES) if several else [value]
    for at, one in enumerate(texts):
        place = (*path, at) if several else path
        text = a_text(one, place)
        if not text.strip():
            raise Wrong(place, "This is empty.")
        if field in WORDS and text not in WORDS[field]:
            raise Wrong(place, f"“{text}” is none of {', '.join(sorted(WORDS[field]))}.")
        if op == "wildcard" and text.count("*") > 10:
            raise Wrong(place, "There are more than ten * in this.")
    return tuple(texts) if several else texts[0]


def _topic(value: Any, path: Path) -> Any:
    """``["politics", 0.8]``: the topic and how sure."""
    name, share = a_pair(value, path)
    return (a_text(name, (*path, 0)), a_number(share, (*path, 1), 0, 1))


def _source(raw: Any, path: Path) -> RecipeSource:
    source = an_object(raw, path)
    no_others(source, {"kind", "account", "arg"}, path)
    kind = one_of(source.get("kind"), get_args(SourceKind), (*path, "kind"))
    arg = a_text(source.get("arg", ""), (*path, "arg"), 2_000)
    if kind not in ALONE and not arg:
        raise Wrong(path, f"A source of the kind {kind} needs an “arg”.")
    return RecipeSource(
        kind=kind, account=a_text(source.get("account", "all"), (*path, "account")), arg=arg
    )


def _window(raw: Any) -> Window:
    path: Path = ("window",)
    window = an_object(raw, path)
    no_others(window, set(Window.__struct_fields__), path)
    return Window(
        hours=a_number(window.get("hours", 0), (*path, "hours"), 0, 24 * 366),
        max_posts=int(a_number(window.get("max_posts", 5_000), (*path, "max_posts"), 1, 100_000)),
        since_left=a_flag(window.get("since_left", False), (*path, "since_left")),
    )


def _rank(raw: Any) -> Rank:
    path: Path = ("rank",)
    rank = an_object(raw, path)
    no_others(rank, set(Rank.__struct_fields__), path)
    mode = one_of(rank.get("mode", "time"), ("time", "score", "source"), (*path, "mode"))
    terms = []
    for at, raw_term in enumerate(a_list(rank.get("terms", []), (*path, "terms"), 40)):
        place = (*path, "terms", at)
        term = an_object(raw_term, place)
        no_others(term, {"feature", "weight"}, place)
        feature = one_of(term.get("feature"), get_args(Feature), (*place, "feature"))
        weight = a_number(term.get("weight", 1), (*place, "weight"), -100, 100)
        terms.append(Term(feature=feature, weight=weight))
    if mode == "score" and not terms:
        raise Wrong(path, "A ranked feed needs at least one term.")
    return Rank(
        mode=mode,
        terms=tuple(terms),
        half_life_hours=a_number(
            rank.get("half_life_hours", 0), (*path, "half_life_hours"), 0, 100_000
        ),
        oldest_first=a_flag(rank.get("oldest_first", False), (*path, "oldest_first")),
    )


def _spread(raw: Any) -> Spread:
    path: Path = ("spread",)
    spread = an_object(raw, path)
    no_others(spread, set(Spread.__struct_fields__), path)
    quotas = an_object(spread.get("quotas", {}), (*path, "quotas"))
    shares = {
        a_text(name, (*path, "quotas")): a_number(share, (*path, "quotas", name), 0, 1)
        for name, share in quotas.items()
    }
    if sum(shares.values()) > 1:
        raise Wrong((*path, "quotas"), "The shares come to more than 1.")
    return Spread(
        author_decay=a_number(spread.get("author_decay", 1), (*path, "author_decay"), 0, 1),
        floor=a_number(spread.get("floor", 0.25), (*path, "floor"), 0, 1),
        max_per_author=int(
            a_number(spread.get("max_per_author", 0), (*path, "max_per_author"), 0, 1_000)
        ),
        max_run=int(a_number(spread.get("max_run", 0), (*path, "max_run"), 0, 1_000)),
        by_person=a_flag(spread.get("by_person", True), (*path, "by_person")),
        quotas=shares,
    )


def _fold(raw: Any) -> Fold:
    path: Path = ("fold",)
    fold = an_object(raw, path)
    no_others(fold, {"by", "keep"}, path)
    return Fold(
        by=one_of(fold.get("by", ""), ("", "author", "person", "link", "thread"), (*path, "by")),
        keep=int(a_number(fold.get("keep", 1), (*path, "keep"), 1, 100)),
    )
