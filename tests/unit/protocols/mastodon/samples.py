"""Statuses as servers send them, whole but small; tests change what they are about."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from app.model import Entry, Post, Stub
from app.protocols.mastodon.convert import Viewpoint
from app.protocols.mastodon.page import read_page

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LOOK = Viewpoint(
    server="home.example", domain="home.example", now=NOW, viewer="https://home.example/users/me"
)
Json = dict[str, Any]


def account(name: str = "ana", host: str = "", **changed: Any) -> Json:
    where = host or "home.example"
    return {
        "id": f"id-{name}",
        "username": name,
        "acct": f"{name}@{host}" if host else name,
        "display_name": name.title(),
        "url": f"https://{where}/@{name}",
        "uri": f"https://{where}/users/{name}",
        "avatar": f"https://{where}/{name}.png",
        "bot": False,
        "locked": False,
        "emojis": [],
        **changed,
    }


def status(number: int = 1, **changed: Any) -> Json:
    return {
        "id": str(number),
        "uri": f"https://home.example/users/ana/statuses/{number}",
        "url": f"https://home.example/@ana/{number}",
        "created_at": "2026-11-20T10:00:00.000Z",
        "account": account(),
        "content": "<p>Hello</p>",
        "spoiler_text": "",
        "sensitive": False,
        "visibility": "public",
        "language": "en",
        "replies_count": 1,
        "reblogs_count": 2,
        "favourites_count": 3,
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "emojis": [],
        **changed,
    }


def page(*items: Json | str, look: Viewpoint = LOOK) -> tuple[Entry | Stub, ...]:
    """Convert a page; strings are put in as they are."""
    parts = [item if isinstance(item, str) else json.dumps(item) for item in items]
    return read_page(f"[{','.join(parts)}]".encode(), look).items


def entry(look: Viewpoint = LOOK, **changed: Any) -> Entry:
    (item,) = page(status(**changed), look=look)
    assert isinstance(item, Entry)
    return item


def post(**changed: Any) -> Post:
    return entry(**changed).post
