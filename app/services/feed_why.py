"""Why a post is where it is in a feed, or which step took it out. On a reader's thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.feed.conditions import explain, uses
from app.feed.feature_names import NAMES
from app.feed.knowledge import Candidate
from app.feed.ordering import best
from app.feed.pipeline import row_from_stored
from app.feed.ranking import Ranked
from app.feed.rows import Card, Reason
from app.feed.sieve import rank_by_likes
from app.model.timeline import ALL, RowKey, TimelineId
from app.moderation.verdict import Verdict
from app.services.feed_candidates import why as why_hidden
from app.services.feed_making import Made, with_texts
from app.services.feed_values import Explanation, ScorePart, Step
from app.services.ranked_rows import read_values
from app.services.row_loads import Look

if TYPE_CHECKING:
    from app.store import Reader
    from app.store.candidates import Candidates

TOP_PARTS = 3
"""Terms that a row's reasons name; the panel has all."""


def reasons_of(made: Made, row: int, *, all_parts: bool = False) -> tuple[Reason, ...]:
    """Why a ranked candidate stands where it does: the strongest first, with their weights."""
    one = made.ranking.of_row(row)
    recipe = made.plan.recipe
    found = []
    if one.parts:
        parts = sorted(one.parts, key=lambda part: -abs(part.amount))
        shown = parts if all_parts else [part for part in parts if part.amount][:TOP_PARTS]
        found += [
            Reason("score", f"{NAMES[part.feature]}: {part.amount:+.2f}", part.amount)
            for part in shown
        ]
        if one.decay < 1:
            found.append(Reason("decay", f"Its age: × {one.decay:.2f}", one.decay))
        if one.author_factor < 1:
            words = f"Posts of the same author stand above: × {one.author_factor:.2f}"
            found.append(Reason("author", words, one.author_factor))
    elif recipe.rank.mode == "source":
        found.append(Reason("order", "In the order that its source gave it"))
    else:
        found.append(Reason("time", "Oldest first" if recipe.rank.oldest_first else "Newest first"))
    if (cause := made.asked.get(one.candidate.uri)) is not None:
        found.insert(0, Reason("asked", f"Left out otherwise. {cause}"))
    if one.candidate.lane and recipe.rank.mode != "score":
        found.append(Reason("order", "Its source has an order of its own, and keeps it"))
    if one.folded:
        found.append(Reason("folded", f"{len(one.folded)} more are folded below it"))
    return tuple(found)


def explain_plainly(reader: Reader, uri: str, feed: str, look: Look) -> Explanation:
    """The same for newest first, of which nothing is made: its place is counted."""
    from app.store.candidates import Candidates

    read = Candidates(reader)
    found = read.find(uri)
    if found is None:
        return _out(uri, feed, "unknown", "It is not in the cache.")
    key = read.head_of(ALL, found[0])
    if key is None:
        return _out(uri, feed, "source", "None of your home timelines has it.")
    for stored in reader.row_values(ALL, [key]).values():
        row = row_from_stored(stored, now=look.now, settings=look.settings)
        if isinstance(row, Card) and row.verdict.action == "hide":
            return _hidden(uri, feed, row.verdict)
        if isinstance(row, Card):
            reasons = (Reason("time", "Newest first"), *row.reasons)
            place = reader.count_after(ALL, key) + 1
            return Explanation(
                uri=uri,
                feed=feed,
                shown=True,
                position=place,
                reasons=tuple(dict.fromkeys(reasons)),
                verdict=row.verdict,
            )
    return _out(uri, feed, "unknown", "Its kept copy is damaged.")


def explain_post(made: Made, read: Candidates, uri: str, look: Look) -> Explanation:
    """Which step lets it through, or takes it out. ≤ 10 ms."""
    feed = made.plan.recipe.id
    found = read.find(uri)
    if found is None:
        return _out(uri, feed, "unknown", "It is not in the cache.")
    post, own = found
    uri = _shown_with(made, read, post, own)
    if (left := made.pool.hidden.get(uri)) is not None:
        return _hidden(uri, feed, left.verdict)
    rows = made.rows_by_uri()
    candidate = _candidate(made, uri)
    if candidate is None:
        return _elsewhere(made, read, post, uri)
    rule = _rule(made, read, candidate)
    row = rows.get(uri)
    if row is None:
        return _out(uri, feed, "rule", rule)
    ranked = made.ranking.of_row(row)
    if row in made.ranking.rows:
        return _as_card(_shown(made, row, ranked, rule), made, read, candidate.key, look)
    return _numbers(_left_out(made, row, ranked, rule), made, row, ranked)


def _shown(made: Made, row: int, ranked: Ranked, rule: str) -> Explanation:
    reasons = list(reasons_of(made, row, all_parts=True))
    if rule:
        reasons.append(Reason("rule", rule))
    uri = ranked.candidate.uri
    if uri in made.known.covers:
        topic = made.known.covers[uri]
        reasons.append(Reason("learned", f"Covered: your marks say it is about {topic}"))
    shown = Explanation(
        uri=uri,
        feed=made.plan.recipe.id,
        shown=True,
        position=made.ranking.rows.index(row) + 1,
        rule=rule,
        reasons=tuple(reasons),
    )
    return _numbers(shown, made, row, ranked)


def _as_card(
    shown: Explanation, made: Made, read: Candidates, key: RowKey, look: Look
) -> Explanation:
    """With what its card says beside: whose timeline it is from, and what moderation considered."""
    card = read_values(read, made, [key], look).rows.get(key)
    if not isinstance(card, Card):
        return shown
    reasons = dict.fromkeys((*shown.reasons, *(r for r in card.reasons if r.kind in _SOURCES)))
    return replace(shown, reasons=tuple(reasons), verdict=card.verdict)


_SOURCES = ("account", "repost", "echo")


def _numbers(into: Explanation, made: Made, row: int, ranked: Ranked) -> Explanation:
    parts = tuple(
        ScorePart(part.feature, NAMES[part.feature], part.value, part.weight, part.amount)
        for part in ranked.parts
    )
    return replace(
        into,
        score=ranked.score,
        parts=parts,
        decay=ranked.decay,
        author_factor=ranked.author_factor,
    )


def _left_out(made: Made, row: int, ranked: Ranked, rule: str) -> Explanation:
    """It passed the rules, and yet is not shown."""
    recipe, uri = made.plan.recipe, ranked.candidate.uri
    for head, below in made.ranking.below.items():
        if row in below:
            other = made.kept.candidates[head].uri
            return _out(uri, recipe.id, "folded", f"It is folded below {other}.", rule)
    place, total = _raw_place(made, row), len(made.kept)
    if recipe.top < 1 and place > max(1, round(total * recipe.top)):
        words = f"It is number {place} of {total}; only the best {recipe.top:.0%} are shown."
        return _out(uri, recipe.id, "top", words, rule)
    if recipe.spread.max_per_author:
        author = ranked.candidate.traits.author
        mine = sum(made.kept.candidates[one].traits.author == author for one in made.ranking.rows)
        if mine >= recipe.spread.max_per_author:
            words = f"There are {mine} posts of its author already."
            return _out(uri, recipe.id, "author", words, rule)
    words = f"It is number {place} of {total}; {len(made.ranking)} are shown."
    return _out(uri, recipe.id, "limit", words, rule)


def _raw_place(made: Made, row: int) -> int:
    """Its place by what it is worth, before posts were spread."""
    worth = made.ranking.worth
    oldest = made.plan.recipe.rank.mode == "time" and made.plan.recipe.rank.oldest_first
    better = int((worth > worth[row]).sum())
    same = best(worth, made.kept, better + 1, oldest_first=oldest).rows
    return same.index(row) + 1


def _rule(made: Made, read: Candidates, candidate: Candidate) -> str:
    """Which rule let it in or kept it out, in words; "" where there is none."""
    where, known = made.plan.recipe.where, made.known.knowledge
    (whole,) = with_texts(read, made.pool, [candidate])
    if uses(where, "likes_rank"):
        known = replace(known, ranks=rank_by_likes(made.pool.columns, known))
    return explain(where, whole, known).rule


def _hidden(uri: str, feed: str, verdict: Verdict) -> Explanation:
    words = why_hidden(verdict)
    return Explanation(
        uri=uri,
        feed=feed,
        shown=False,
        step="moderation",
        rule=words,
        reasons=(Reason("moderation", words),),
        verdict=verdict,
    )


def _elsewhere(made: Made, read: Candidates, post: int, uri: str) -> Explanation:
    """It is in the cache, but no candidate."""
    feed, recipe = made.plan.recipe.id, made.plan.recipe
    times = [at for at, _ in read.entries_of(post)]
    if times and max(times) < made.pool.since:
        return _out(uri, feed, "window", "It is older than what this feed looks at.")
    if _key(read, made.pool.timeline, post) is not None:
        words = f"It is not among the newest {recipe.window.max_posts} posts."
        return _out(uri, feed, "window", words)
    return _out(uri, feed, "source", "None of the sources of this feed has it.")


def _out(uri: str, feed: str, step: Step, words: str, rule: str = "") -> Explanation:
    reasons = [Reason(step or "order", words)]
    if rule:
        reasons.append(Reason("rule", rule))
    return Explanation(
        uri=uri,
        feed=feed,
        shown=False,
        step=step,
        rule=rule or words,
        reasons=tuple(reasons),
    )


def _candidate(made: Made, uri: str) -> Candidate | None:
    candidates: Sequence[Candidate] = made.pool.columns.candidates
    return next((one for one in candidates if one.uri == uri), None)


def _shown_with(made: Made, read: Candidates, post: int, uri: str) -> str:
    """The post that its card is made for: a copy of it may be the candidate."""
    if uri in made.pool.posts:
        return uri
    key = _key(read, made.pool.timeline, post)
    if key is None:
        return uri
    return next((one.uri for one in made.pool.columns.candidates if one.key == key), uri)


def _key(read: Candidates, timeline: TimelineId, post: int) -> RowKey | None:
    return read.head_of(timeline, post)
