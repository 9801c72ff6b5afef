"""Timelines of one account, page by page."""

from __future__ import annotations

from urllib.parse import urlencode

from app.model.errors import NotFound, Refused, Unsupported
from app.model.timeline import Cursor, Page, Source
from app.protocols.mastodon.api import (
    MAX_LIMIT,
    SEARCH,
    Api,
    cursor_params,
    next_cursor,
    source_path,
)
from app.protocols.mastodon.page import reading_page
from app.protocols.mastodon.session import Session
from app.protocols.mastodon.wire_write import read_lists
from app.protocols.net.turns import in_turns

_WHY = {
    "home": "home timeline",
    "list": "a list",
    "tag": "a tag",
    "author": "a profile's posts",
    "likes": "what you liked",
    "quotes": "who quotes a post",
}


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
            if not arg.startswith(("https://", "http://")):
                raise NotFound(f"{api.host} knows nobody by that address.")
            arg = await self._profile_id(api, source.arg)
        if source.kind == "quotes":
            arg = await self._post_id(api, source.arg)
        if source.kind == "search":
            return await self._search(api, source, cursor, limit, background=background)
        path = source_path(source, arg)
        if path is None:
            raise Unsupported(f"{api.host} has no source of this kind.")

        try:
            reply = await api.get(
                path,
                {"limit": max(1, min(limit, MAX_LIMIT)), **cursor_params(cursor)},
                why=_WHY.get(source.kind, source.kind),
                background=background,
            )
        except Refused as error:
            if source.kind != "quotes":
                raise
            # Older servers have no such list; others show it to the post's author only.
            raise Unsupported(f"{api.host} does not tell you who quotes this post.") from error
        look = self._viewpoint()
        found = await in_turns(reading_page(reply.body, look))
        self._remember(found.items)
        for local_id, key in found.reposts:
            self._reposts.learn(local_id, key)
        older = next_cursor(reply.headers, source, found.last_id)
        return Page(items=found.items, older=self._walks.onward(source, cursor, found.items, older))

    async def _search(
        self, api: Api, source: Source, cursor: Cursor | None, limit: int, *, background: bool
    ) -> Page:
        """Posts that the server finds; it counts them off (methods/search)."""
        params: dict[str, str | int | bool] = {"q": source.arg, "type": "statuses"}
        params |= {"limit": max(1, min(limit, MAX_LIMIT)), **cursor_params(cursor)}
        reply = await api.get(SEARCH, params, why="search", background=background)
        (raws,) = read_lists(reply.body, ("statuses",), api.host)
        body = b"[" + b",".join(bytes(raw) for raw in raws) + b"]"
        found = await in_turns(reading_page(body, self._viewpoint()))
        self._remember(found.items)
        offset = cursor_params(cursor).get("offset", "0")
        seen = (int(offset) if offset.isdecimal() else 0) + len(raws)
        older = Cursor(urlencode({"offset": seen})) if raws else None
        return Page(items=found.items, older=self._walks.onward(source, cursor, found.items, older))
