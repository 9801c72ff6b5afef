"""All items of a list that comes in pages, unread."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from functools import partial

from app.model.timeline import HOME
from app.protocols.mastodon import wire
from app.protocols.mastodon.api import Api, cursor_params, next_cursor
from app.protocols.net.turns import TURN
from app.protocols.owning import Pause, no_pause, with_pauses

_MOST_EMPTY = 3


async def all_items(
    api: Api,
    path: str,
    limit: int,
    *,
    why: str,
    most: int = 1_000_000,
    pause: Pause = no_pause,
    more: dict[str, str | int | bool] = {},
) -> AsyncIterator[bytes]:
    """
    The items of all pages, at most so many. Ends where a server leads in circles.

    Args:
        pause: Waits when the server wants that, and the same page is asked for again.
        more: Further parameters of every page.

    Raises:
        ServiceError: Whatever a page is refused with.
    """
    first: dict[str, str | int | bool] = {"limit": limit, **more}
    params = first
    seen, count, empty, before = set[str](), 0, 0, b""
    while True:
        ask = partial(api.get, path, params, why=why, background=True)
        reply = await with_pauses(ask, pause)
        raws = wire.split_page(reply.body, api.host)
        if raws and reply.body == before:
            return  # the same page again, under another cursor
        before = reply.body
        began = time.perf_counter()
        for raw in raws:
            count += 1
            yield bytes(raw)
            if time.perf_counter() - began > TURN:
                await asyncio.sleep(0)  # who reads them may take long over each
                began = time.perf_counter()
        # A page may be empty because nobody on it may be shown; not many in a row.
        empty = 0 if raws else empty + 1
        cursor = next_cursor(reply.headers, HOME, "")
        if cursor is None or cursor in seen or count >= most or empty > _MOST_EMPTY:
            return
        seen.add(cursor)
        params = {**first, **cursor_params(cursor)}
