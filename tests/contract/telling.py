"""What the scripted servers tell of one post, and what one liked."""

from __future__ import annotations

import re
from typing import Any

from tests.contract.server import Answer, Asking

Json = dict[str, Any]
_WHO = re.compile(r"/api/v1/statuses/\w+/(favourited_by|reblogged_by)")
_NOTHING = re.compile(r"/api/v1/(favourites|statuses/\w+/quotes)")
_PAGE = 2


def mastodon_telling(asking: Asking, origin: str, people: list[Json]) -> Any:
    """Two people a page, as far as there are any; None: something else was asked for."""
    if _NOTHING.fullmatch(asking.path):
        return Answer([])
    if not _WHO.fullmatch(asking.path):
        return None
    start = int(asking.query.get("max_id", 0))
    end = start + _PAGE
    link = f'<{origin}{asking.path}?max_id={end}>; rel="next"'
    return Answer(people[start:end], 200, {"link": link} if end < len(people) else {})


def bluesky_telling(method: str, asking: Asking, people: list[Json]) -> Any:
    """The same over XRPC."""
    start = int(asking.query.get("cursor", 0))
    some = people[start : start + _PAGE]
    more = {"cursor": str(start + _PAGE)} if start + _PAGE < len(people) else {}
    match method:
        case "app.bsky.feed.getLikes":
            return Answer({"likes": [{"actor": one} for one in some], **more})
        case "app.bsky.feed.getRepostedBy":
            return Answer({"repostedBy": some, **more})
        case "app.bsky.feed.getActorLikes":
            return Answer({"feed": []})
        case "app.bsky.feed.getQuotes":
            return Answer({"posts": []})
    return None
