"""
One feed, made: candidates → moderation → rules → order. And why each is where it is.

Runs on a reader's thread; nothing here waits for a server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from app.feed.columns import HOUR, Columns
from app.feed.knowledge import Candidate
from app.feed.ranking import Ranking, rank
from app.feed.relaxing import relaxed
from app.feed.sieve import sift
from app.model.timeline import RowKey
from app.services.feed_candidates import (
    BEGIN,
    Pool,
    merged,
    texts_of,
    within,
)
from app.services.feed_judge import Judge, Pools
from app.services.feed_knowledge import Known, Moment, known_for, met
from app.services.feed_plans import Plan

if TYPE_CHECKING:
    from app.store.candidates import Candidates

FIRST_LANE = 100
"""Lanes of feeds that are sources of others begin here."""


class Made(Struct, frozen=True, kw_only=True):
    """
    A feed as it stands.

    Attributes:
        kept: Those that the rules keep, as they were ranked.
        keys: Of its rows, in order.
        asked: URI → what would leave it out, had it not been asked for.
    """

    plan: Plan
    pool: Pool
    known: Known
    moment: Moment
    kept: Columns
    ranking: Ranking
    keys: tuple[RowKey, ...]
    asked: Mapping[str, str] = {}

    def rows_by_uri(self) -> dict[str, int]:
        """URI → its place among *kept*."""
        return {uri: row for row, uri in enumerate(self.kept.uris)}


def make_feed(plan: Plan, moment: Moment, read: Candidates, judge: Judge, pools: Pools) -> Made:
    """Everything, from the cache."""
    wanted, shown = plan.recipe, judge.look.shown
    plan = replace(plan, recipe=relaxed(wanted, shown))
    since, most = since_of(plan, moment.now), plan.recipe.window.max_posts
    found = []
    if plan.places or not plan.inner:
        found.append(pools.load(read, plan.places, most, judge))
    for number, inner in enumerate(plan.inner):
        found.append(_as_source(make_feed(inner, moment, read, judge, pools), number))
    made = made_of(plan, within(merged(found), since), moment, read)
    if plan.recipe == wanted:
        return made
    from app.services.feed_left_out import why_left_out

    texts, known = texts_of(read, made.pool), made.known.knowledge
    return replace(made, asked=why_left_out(wanted, shown, made.pool.columns, known, texts))


def made_of(plan: Plan, pool: Pool, moment: Moment, read: Candidates) -> Made:
    """Rules and order over candidates that are in memory: what a slider needs."""
    recipe = plan.recipe
    people = met(moment.people, pool.columns.candidates, moment.me)
    moment = replace(moment, people=people)
    texts = texts_of(read, pool)
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


def since_of(plan: Plan, now: int) -> int:
    """How far back it looks (µs)."""
    window = plan.recipe.window
    since = now - round(window.hours * HOUR) if window.hours else BEGIN
    return max(since, plan.left_at) if window.since_left else since


def _as_source(made: Made, number: int) -> Pool:
    """A feed as a source of another: what it shows, in its own order if it has one."""
    lane = FIRST_LANE + number if made.plan.recipe.rank.mode != "time" else 0
    shown = [
        replace(one, place=place, lane=lane) for place, one in enumerate(made.ranking.candidates())
    ]
    return replace(made.pool, columns=Columns(shown), since=BEGIN)


def with_texts(read: Candidates, pool: Pool, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The same with their texts, for rules that read them."""
    found: Mapping[str, str] = texts_of(read, pool)(candidates)
    return [replace(one, text=found.get(one.uri, "")) for one in candidates]
