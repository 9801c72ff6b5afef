"""
Servers for five accounts on two networks, with pages as busy as real ones.

``python -m tests.bench.wire_pages POSTS [ANSWERS]`` serves them on loopback until it is
ended, prints its origin, and makes every page before it is asked for.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.bench.bench_convert_mastodon import status
from tests.contract.server import Answer, Asking, running

BEGIN = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
"""The moment after which all of it was written; the filled cache ends there."""

PAGE = 40
Json = dict[str, Any]
_CID = "bafyreifhrf3faojrzjfjroehemaerjpoin6wrusryfevvkcyae6foqjdzm"
_SENTENCE = "The godwits left the mudflats at dusk and nobody saw them go, out over the open sea "
_FACE = "👩🏽‍🔬 今日はとても "


def moment(number: int, account: int) -> str:
    """When post *number* of an account's timeline was written: one a minute."""
    at = BEGIN + timedelta(minutes=number, seconds=7 * account)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def plain_status(number: int, account: int) -> Json:
    """A post of the first protocol; every fifth is a repost."""
    own = account * 1_000_000 + number
    made = status(own, created_at=moment(number, account))
    if number % 5 == 0:
        inner = status(own + 500_000, created_at=moment(number - 3, account))
        return {**made, "content": "", "reblog": inner}
    return made


def feed_item(number: int, account: int) -> Json:
    """An item of the second protocol's feed: facets, pictures, quotes, replies."""
    own = account * 1_000_000 + number
    text = f"{_FACE if number % 6 == 0 else ''}{_SENTENCE * (1 + number % 3)}news.example/a/{own}"
    begin = len(text.split("news.example")[0].encode())
    post = _post(own, moment(number, account), text)
    index = {"byteStart": begin, "byteEnd": len(text.encode())}
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": f"https://news.example/a/{own}"}
    post["record"]["facets"] = [{"index": index, "features": [feature]}]
    if number % 3 == 0:
        post["embed"] = {"$type": "app.bsky.embed.images#view", "images": [_image(own)]}
    elif number % 7 == 0:
        quoted = _post(own + 400_000, moment(number - 2, account), _SENTENCE)
        quoted["value"] = quoted.pop("record")
        record = {"$type": "app.bsky.embed.record#viewRecord", **quoted}
        post["embed"] = {"$type": "app.bsky.embed.record#view", "record": record}
    item: Json = {"post": post}
    if number % 5 == 0:
        by = _author(own % 89)
        item["reason"] = {
            "$type": "app.bsky.feed.defs#reasonRepost",
            "by": by,
            "indexedAt": moment(number, account),
        }
    if number % 4 == 0:
        above = _post(own + 300_000, moment(number - 1, account), _SENTENCE)
        item["reply"] = {"root": above, "parent": above}
    return item


def _author(number: int) -> Json:
    name = f"person{number}"
    return {
        "did": f"did:plc:{number:024d}",
        "handle": f"{name}.example",
        "displayName": f"Person {number}",
        "avatar": f"https://cdn.example/avatar/{number}.jpg",
        "viewer": {"muted": False, "following": "at://x/app.bsky.graph.follow/1"},
        "labels": [],
    }


def _post(number: int, at: str, text: str) -> Json:
    author = _author(number % 89)
    return {
        "uri": f"at://{author['did']}/app.bsky.feed.post/3l{number:011d}",
        "cid": _CID,
        "author": author,
        "record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": at, "langs": ["en"]},
        "indexedAt": at,
        "replyCount": number % 7,
        "repostCount": number % 31,
        "likeCount": number % 97,
        "quoteCount": 0,
        "viewer": {"bookmarked": False},
        "labels": [],
    }


def _image(number: int) -> Json:
    return {
        "thumb": f"https://cdn.example/thumb/{number}.jpg",
        "fullsize": f"https://cdn.example/full/{number}.jpg",
        "alt": "A flock of godwits over a grey sea, seen from below",
        "aspectRatio": {"width": 1200, "height": 800},
    }


def answers(count: int, focus: str) -> Json:
    """The context of a post of the first protocol: so many answers, nested by chance."""
    chance, made = random.Random(7), list[Json]()
    for number in range(count):
        one = status(7_000_000 + number, created_at=moment(9_000 + number, 0))
        above = chance.choice(
            [focus, focus, made[chance.randrange(number)]["id"]] if made else [focus]
        )
        made.append({**one, "in_reply_to_id": above, "reblog": None})
    return {"ancestors": [], "descendants": made}


class Pages:
    """
    Answers, encoded beforehand: making them must not take our processor later.

    Args:
        talk: How many answers a conversation has.
    """

    def __init__(self, posts: int, talk: int = 0) -> None:
        self._posts = posts
        self._focus = plain_status(posts - 1, 0)
        self._talk = json.dumps(answers(talk, self._focus["id"])).encode()
        self._made = {
            (kind, account, end): self._encode(kind, account, end)
            for kind, accounts in (("first", (0, 2, 4)), ("second", (1, 3)))
            for account in accounts
            for end in range(posts, 0, -PAGE)
        }

    def _encode(self, kind: str, account: int, end: int) -> bytes:
        numbers = range(end, max(0, end - PAGE), -1)
        if kind == "first":
            return json.dumps(
                [plain_status(n, account) for n in numbers], ensure_ascii=False
            ).encode()
        feed = [feed_item(n, account) for n in numbers]
        more = {"cursor": str(end - PAGE)} if end > PAGE else {}
        return json.dumps({"feed": feed, **more}, ensure_ascii=False).encode()

    def answer(self, asking: Asking) -> Answer:
        """The page of the account that the token names; nothing else is here."""
        account = int(asking.token.rpartition("-")[2] or 0)
        if asking.path == "/api/v1/timelines/home":
            last = int(asking.query.get("max_id", 0)) - 10**17 - account * 1_000_000
            end = self._posts if last < 0 else last - 1
            page = self._made.get(("first", account, end), b"[]")
            return Answer(page)
        if asking.path == f"/api/v1/statuses/{self._focus['id']}/context":
            return Answer(self._talk)
        if asking.path == f"/api/v1/statuses/{self._focus['id']}":
            return Answer(self._focus)
        if asking.path.endswith("getTimeline"):
            end = int(asking.query.get("cursor", self._posts))
            return Answer(self._made.get(("second", account, end), b'{"feed": []}'))
        return Answer({"error": "NotFound", "message": "not here"}, 404)


async def serve(posts: int, talk: int) -> None:
    """Until ended."""
    pages = Pages(posts, talk)
    async with running(lambda origin: pages.answer) as server:
        print(server.origin, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
