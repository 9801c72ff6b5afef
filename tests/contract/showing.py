"""What the scripted servers tell of somebody's posts, and of who is near them."""

from __future__ import annotations

import re
from typing import Any

from tests.contract.server import Answer, Asking

Json = dict[str, Any]
_ACCOUNT = re.compile(r"/api/v1/accounts/(\d+)/(statuses|followers|following)")


def mastodon_answer(asking: Asking, origin: str, posts: list[Json], people: list[Json]) -> Any:
    """Posts and people of the account 2; None: something else was asked for."""
    found = _ACCOUNT.fullmatch(asking.path)
    if found is None or found[1] != "2":
        return None
    if found[2] != "statuses":
        start, limit = int(asking.query.get("max_id", 0)), int(asking.query["limit"])
        end = start + limit
        link = f'<{origin}{asking.path}?limit={limit}&max_id={end}>; rel="next"'
        return Answer(people[start:end], 200, {"link": link} if end < len(people) else {})
    if asking.query.get("pinned"):
        return Answer(posts[-1:])
    chosen = posts
    if asking.query.get("only_media"):
        chosen = [one for one in chosen if one["media_attachments"]]
    if asking.query.get("exclude_replies"):
        chosen = [one for one in chosen if not one.get("in_reply_to_id")]
    if last := asking.query.get("max_id"):
        chosen = [one for one in chosen if int(one["id"]) < int(last)]
    return Answer(chosen[: int(asking.query["limit"])])


def bluesky_answer(method: str, asking: Asking, posts: list[Json], people: list[Json]) -> Any:
    """The same over XRPC, of anybody but nobody."""
    start, limit = int(asking.query.get("cursor", 0)), int(asking.query.get("limit", 50))

    def more(every: list[Json]) -> Json:
        return {"cursor": str(start + limit)} if start + limit < len(every) else {}

    if method == "app.bsky.feed.getAuthorFeed":
        chosen = posts
        if asking.query.get("filter") == "posts_with_media":
            chosen = [one for one in posts if one["post"].get("embed")]
        return Answer({"feed": chosen[start : start + limit], **more(chosen)})
    if method == "app.bsky.graph.getFollowers":
        return Answer({"followers": people[start : start + limit], **more(people)})
    if method == "app.bsky.graph.getFollows":
        return Answer({"follows": people[start : start + limit], **more(people)})
    return None
