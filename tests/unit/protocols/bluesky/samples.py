"""Small answers of an AppView, as dictionaries that a test may bend."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from msgspec import Raw

from app.model import Entry, Post
from app.protocols.bluesky.convert import entries_from_feed

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
ANA = "did:plc:" + "a" * 24
BEN = "did:plc:" + "b" * 24
LABELER = "did:plc:" + "l" * 24
WRITTEN = "2026-11-01T10:00:00.000Z"
INDEXED = "2026-11-01T10:00:05.000Z"


def at(did: str = ANA, key: str = "3k1", collection: str = "app.bsky.feed.post") -> str:
    return f"at://{did}/{collection}/{key}"


def author(did: str = ANA, handle: str = "ana.example", **more: Any) -> dict[str, Any]:
    return {"did": did, "handle": handle, "displayName": "Ana", **more}


def record(text: str = "Hello", **more: Any) -> dict[str, Any]:
    return {"$type": "app.bsky.feed.post", "text": text, "createdAt": WRITTEN, **more}


def view(**more: Any) -> dict[str, Any]:
    return {
        "uri": at(),
        "cid": "bafyana",
        "author": author(),
        "record": record(),
        "indexedAt": INDEXED,
        "viewer": {},
        "labels": [],
        **more,
    }


def feed_item(post: Any = None, **more: Any) -> dict[str, Any]:
    return {"post": view() if post is None else post, **more}


def raw(value: Any) -> Raw:
    return Raw(json.dumps(value).encode())


def page(*items: Any, cursor: str = "") -> bytes:
    return json.dumps({"feed": items, **({"cursor": cursor} if cursor else {})}).encode()


def entry_of(item: Any) -> Entry:
    """The one entry that *item* becomes; a stub fails the test."""
    (entry,) = entries_from_feed([raw(item)], NOW)
    assert isinstance(entry, Entry), entry
    return entry


def post_of(**more: Any) -> Post:
    return entry_of(feed_item(view(**more))).post


def images(*alts: str) -> dict[str, Any]:
    return {
        "$type": "app.bsky.embed.images#view",
        "images": [
            {
                "thumb": f"https://cdn.example/thumb/{i}",
                "fullsize": f"https://cdn.example/full/{i}",
                "alt": alt,
                "aspectRatio": {"width": 300, "height": 200},
            }
            for i, alt in enumerate(alts)
        ],
    }


def external(uri: str, **more: Any) -> dict[str, Any]:
    return {
        "$type": "app.bsky.embed.external#view",
        "external": {"uri": uri, "title": "A page", "description": "About it", **more},
    }


def quoted(**more: Any) -> dict[str, Any]:
    return {
        "$type": "app.bsky.embed.record#view",
        "record": {
            "$type": "app.bsky.embed.record#viewRecord",
            "uri": at(BEN, "3k2"),
            "cid": "bafyben",
            "author": author(BEN, "ben.example"),
            "value": record("Quoted"),
            "indexedAt": INDEXED,
            **more,
        },
    }
