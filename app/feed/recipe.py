"""
A feed as people write and share it: one small JSON document. Pure values.

Sources → keep/drop rules → ranking → spread → limit. Format: facts D5; what may
stand where is checked in ``recipe_reading.py`` and published as
``resources/feeds/recipe.schema.json``.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

FORMAT: Final = "godwit-feed"
VERSION: Final = 1

MOST_RULES = 500
MOST_DEPTH = 8
MOST_SOURCES = 40

SourceKind = Literal[
    "home", "list", "tag", "tags", "feed", "author", "search", "bookmarks", "trends", "recipe"
]

Field = Literal[
    "network", "author", "author_relation", "author_rate", "author_domain", "person", "list",
    "text", "tag", "lang", "kind", "reply_to_relation", "has", "link_domain", "length", "words",
    "age_hours", "likes", "reposts", "replies", "likes_rank", "label", "filtered", "seen",
    "replied", "topic",
]  # fmt: skip

Op = Literal[
    "is", "is_not", "in", "not_in", "has_word", "has_phrase", "starts_with", "wildcard",
    ">=", "<=", "between", "exists",
]  # fmt: skip

Feature = Literal[
    "newest", "likes", "reposts", "replies", "engagement", "conversation", "affinity", "mutual",
    "quiet", "followed_tags", "media", "pictures", "links", "length", "thread", "reposted_by_many",
    "learned", "bridging", "calm", "own_network", "random",
]  # fmt: skip

Value = str | int | float | bool | tuple[str, ...] | tuple[float, ...]


ALONE: tuple[SourceKind, ...] = ("home", "bookmarks", "trends", "tags")
"""Kinds that need no *arg*."""


class RecipeSource(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    Where candidates come from.

    Attributes:
        account: Whose; "all" = every account that has such a source.
        kind: ``tags`` are all that I follow, ``trends`` what is much talked about.
        arg: List id, tag, URI of a feed or profile, words to search, id of a recipe.
    """

    kind: SourceKind
    account: str = "all"
    arg: str = ""


class Condition(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One test of a post. *value*: see ``OPS`` in ``recipe_reading``."""

    field: Field
    op: Op
    value: Value = ""


class Group(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """All of *all*, at least one of *any* (if there are some), and none of *none*."""

    all: tuple[Rule, ...] = ()
    any: tuple[Rule, ...] = ()
    none: tuple[Rule, ...] = ()


Rule = Condition | Group


class Term(Struct, frozen=True, kw_only=True):
    """A part of the score: a feature (0…1) times its weight (−100…100)."""

    feature: Feature
    weight: float


class Rank(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    The order.

    Attributes:
        mode: ``time`` (newest or *oldest_first*), ``score``, or ``source``: as the
            source gave it.
        half_life_hours: After so long a score counts half; 0 = age does not matter.
    """

    mode: Literal["time", "score", "source"] = "time"
    terms: tuple[Term, ...] = ()
    half_life_hours: float = 0.0
    oldest_first: bool = False


class Spread(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    So that nobody fills the feed.

    Attributes:
        author_decay, floor: The nth post of one author (from 0) counts
            ``decay^n × (1 − floor) + floor``. 1 = no difference.
        max_per_author: 0 = any number. max_run: how many in a row.
        by_person: Accounts of one person count as one author.
        quotas: At least this share of the first posts for a network (0…1).
    """

    author_decay: float = 1.0
    floor: float = 0.25
    max_per_author: int = 0
    max_run: int = 0
    by_person: bool = True
    quotas: dict[str, float] = {}


class Window(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Which posts are candidates. *since_left*: since I was last here."""

    hours: float = 0.0
    max_posts: int = 5_000
    since_left: bool = False


class Fold(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What is folded together, with what was folded: by author, person, link or conversation."""

    by: Literal["", "author", "person", "link", "thread"] = ""
    keep: int = 1


class Recipe(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A feed.

    Attributes:
        about: What it does, in one sentence for people; with its formula.
        icon: A name of the theme's icon table.
        where: Rules; None keeps all.
        top: Only this share of the candidates, best first (0.1 = the best tenth).
        extra: Keys beginning with ``x-``: kept as they are.
    """

    id: str
    name: str
    about: str = ""
    icon: str = ""
    sources: tuple[RecipeSource, ...] = (RecipeSource(kind="home"),)
    window: Window = Window()
    where: Group | None = None
    rank: Rank = Rank()
    spread: Spread = Spread()
    fold: Fold = Fold()
    top: float = 1.0
    limit: int = 300
    experimental: bool = False
    extra: dict[str, object] = {}
