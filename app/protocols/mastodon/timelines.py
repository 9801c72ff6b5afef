"""Timelines of one account, page by page."""

from __future__ import annotations

from app.model.errors import Unsupported
from app.model.timeline import Cursor, Page, Source
from app.protocols.mastodon.api import (
    MAX_LIMIT,
    cursor_params,
    next_cursor,
    source_path,
)
from app.protocols.mastodon.page import reading_page
from app.protocols.mastodon.session import Session
from app.protocols.net.turns import in_turns

_WHY = {"home": "home timeline", "list": "a list", "tag": "a tag", "author": "a profile's posts"}


class Timelines(Session):
    """Reads for one account."""

    async def page(
        self,
        source: Source,
        cursor: Cursor | None = None,
        *,
        limit: int = 40,
        background: bool = False,
    ) -> Page:
        """
        Fetch one page of *source*, newest first, as the server gave it.

        Raises:
            Unsupported: There is no such source here.
            ServiceError: The server cannot be reached or refuses us.
        """
        api = await self._api()
        arg = source.arg
        if source.kind == "author":
            arg = await self._profile_id(api, source.arg)
        path = source_path(source, arg)
        if path is None:
            raise Unsupported(f"{api.host} has no source of this kind.")

        reply = await api.get(
            path,
            {"limit": max(1, min(limit, MAX_LIMIT)), **cursor_params(cursor)},
            why=_WHY.get(source.kind, source.kind),
            background=background,
        )
        look = self._viewpoint()
        found = await in_turns(reading_page(reply.body, look))
        self._remember(found.items)
        older = next_cursor(reply.headers, source, found.last_id)
        return Page(items=found.items, older=self._walks.onward(source, cursor, found.items, older))
