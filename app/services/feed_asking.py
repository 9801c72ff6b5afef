"""What is asked of a feed on a reader's thread; numpy is loaded there, not before."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.feed.rows import Row
from app.model.timeline import RowKey
from app.services.feed_values import Explanation, Preview
from app.services.row_loads import Look
from app.store.candidates import Candidates

if TYPE_CHECKING:
    from app.services.feed_making import Made
    from app.services.timelines import TimelinePage
    from app.store import Reader, Store


def explaining(made: Made, uri: str, look: Look) -> Callable[[Reader], Explanation]:
    """Why a post is where it is in a feed, or why not."""

    def explain(reader: Reader) -> Explanation:
        from app.services.feed_why import explain_post

        return explain_post(made, Candidates(reader), uri, look)

    return explain


def explaining_plainly(uri: str, feed: str, look: Look) -> Callable[[Reader], Explanation]:
    """The same for newest first, which is not made: its place is counted."""

    def explain(reader: Reader) -> Explanation:
        from app.services.feed_why import explain_plainly

        return explain_plainly(reader, uri, feed, look)

    return explain


def trying_out(
    make: Callable[[Reader], Made], look: Look, rows: int
) -> Callable[[Reader], Preview]:
    """What a recipe would do with the cache."""

    def try_out(reader: Reader) -> Preview:
        from app.services.feed_preview import preview_of

        return preview_of(make(reader), Candidates(reader), look, rows)

    return try_out


async def page_of(
    store: Store,
    made: Made,
    before: RowKey | None,
    limit: int,
    look: Look,
    over: Callable[[Row], Row],
) -> TimelinePage:
    """*limit* rows of a feed below *before*, in its order. Raises: StoreError."""
    from app.services.ranked_rows import hidden_in, read_values
    from app.services.timelines import TimelinePage

    start = made.keys.index(before) + 1 if before in made.keys else 0
    keys = made.keys[start : start + limit]
    values = await store.load(lambda reader: read_values(Candidates(reader), made, keys, look))
    rows = [over(values.rows[key]) for key in keys if key in values.rows]
    more = start + limit < len(made.keys)
    return TimelinePage(
        rows=tuple(rows), older=keys[-1] if more and keys else None, hidden=hidden_in(made)
    )
