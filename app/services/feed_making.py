"""
One feed, made: candidates → moderation → rules → order. And why each is where it is.

Runs on a reader's thread; nothing here waits for a server.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from app.feed.columns import HOUR, Columns
from app.feed.knowledge import Candidate
from app.feed.ranking import Ranking, rank
from app.feed.recipe import Recipe
from app.feed.sieve import sift
from app.model.timeline import RowKey
from app.services.feed_candidates import (
    Judge,
    Place,
    Pool,
    Window,
    load_pool,
    merged,
    texts_of,
)
from app.services.feed_knowledge import Known, Moment, known_for, met

if TYPE_CHECKING:
    from app.feed.topics import WordLists
    from app.store.candidates import Candidates

FIRST_LANE = 100
"""Lanes of feeds that are sources of others begin here."""


class Plan(Struct, frozen=True, kw_only=True):
    """
    A recipe, and where in the store its sources lie.

    Attributes:
        inner: Other feeds that it takes from.
        left_at: Since when "since I left" counts (µs).
    """

    recipe: Recipe
    places: tuple[Place, ...]
    inner: tuple[Plan, ...] = ()
    left_at: int = 0


class Made(Struct, frozen=True, kw_only=True):
    """
    A feed as it stands.

    Attributes:
        kept: Those that the rules keep, as they were ranked.
        keys: Of its rows, in order.
    """

    plan: Plan
    pool: Pool
    known: Known
    moment: Moment
    kept: Columns
    ranking: Ranking
    keys: tuple[RowKey, ...]

    def rows_by_uri(self) -> dict[str, int]:
        """URI → its place among *kept*."""
        return {uri: row for row, uri in enumerate(self.kept.uris)}


def make_feed(plan: Plan, moment: Moment, read: Candidates, judge: Judge, lists: WordLists) -> Made:
    """Everything, from the cache."""
    recipe = plan.recipe
    window = window_of(plan, moment.now)
    pools = []
    if plan.places:
        pools.append(load_pool(read, plan.places, window, judge, lists))
    for number, inner in enumerate(plan.inner):
        pools.append(_as_source(make_feed(inner, moment, read, judge, lists), number, window))
    pool = merged(pools) if pools else load_pool(read, (), window, judge, lists)
    return made_of(plan, pool, moment, read)


def made_of(plan: Plan, pool: Pool, moment: Moment, read: Candidates) -> Made:
    """Rules and order over candidates that are in memory: what a slider needs."""
    recipe = plan.recipe
    people = met(moment.people, pool.columns.candidates, moment.me)
    moment = replace(moment, people=people)
    texts = texts_of(read, pool.posts)
    known = known_for(recipe, pool, moment, read, texts)
    kept = pool.columns.only(sift(recipe.where, pool.columns, known.knowledge, texts))
    ranking = rank(recipe, kept, known.knowledge)
    keys = tuple(one.key for one in ranking.candidates())
    return Made(
        plan=plan,
        pool=pool,
        known=known,
        moment=moment,
        kept=kept,
        ranking=ranking,
        keys=keys,
    )


def window_of(plan: Plan, now: int) -> Window:
    """How far back it looks."""
    window = plan.recipe.window
    since = now - round(window.hours * HOUR) if window.hours else -(1 << 62)
    if window.since_left:
        since = max(since, plan.left_at)
    return Window(since, window.max_posts)


def _as_source(made: Made, number: int, window: Window) -> Pool:
    """A feed as a source of another: what it shows, in its own order if it has one."""
    lane = FIRST_LANE + number if made.plan.recipe.rank.mode != "time" else 0
    shown = [
        replace(one, place=place, lane=lane)
        for place, one in enumerate(made.ranking.candidates())
        if one.key.at >= window.since
    ]
    return replace(made.pool, columns=Columns(shown))


def every_plan(plan: Plan) -> Iterator[Plan]:
    """It, and all that it takes from."""
    yield plan
    for inner in plan.inner:
        yield from every_plan(inner)


def with_texts(read: Candidates, pool: Pool, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The same with their texts, for rules that read them."""
    found: Mapping[str, str] = texts_of(read, pool.posts)(candidates)
    return [replace(one, text=found.get(one.uri, "")) for one in candidates]
