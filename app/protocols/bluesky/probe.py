"""
What a server offers, by asking it: ways to sign in, and sources to read.

A PDS without an AppView behind it keeps repos and answers 501 to all reading.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Literal

from app.model.errors import Malformed, Refused, ServiceError, Unsafe, Unsupported
from app.protocols.base import Ability
from app.protocols.bluesky import oauth
from app.protocols.bluesky.api import BlueskyApi
from app.protocols.bluesky.credentials import ask
from app.protocols.http import Http

Method = Literal["browser", "password", "token"]

# One cheap question for each ability; "{did}" is the account's own.
_QUESTIONS: Mapping[Ability, tuple[str, dict[str, str | int]]] = {
    "home": ("app.bsky.feed.getTimeline", {"limit": 1}),
    "feeds": ("app.bsky.feed.getSuggestedFeeds", {"limit": 1}),
    "lists": ("app.bsky.graph.getLists", {"limit": 1, "actor": "{did}"}),
    "bookmarks": ("app.bsky.bookmark.getBookmarks", {"limit": 1}),
    "search": ("app.bsky.feed.searchPosts", {"limit": 1, "q": "hello"}),
}


_OF_EVERY_SERVER: frozenset[Ability] = frozenset({"write", "media", "public_blocks"})
_OF_THE_APPVIEW: frozenset[Ability] = frozenset({"quotes", "react", "threads", "report"})


async def abilities_of(api: BlueskyApi, did: str) -> frozenset[str]:
    """
    What the server was seen to do.

    Every server of the protocol writes, and its records (blocks too) are public; whether one can react, converse and
    report depends on the AppView behind it, as the home timeline does.

    Raises:
        ServiceError: It could not be asked for the home timeline; for the
            others "not seen" is enough.
    """
    seen = await asyncio.gather(*(_has(api, ability, did) for ability in _QUESTIONS))
    found = {ability for ability, has in zip(_QUESTIONS, seen, strict=True) if has}
    if "search" in found:
        found.add("tags")  # they are searched for
    if "home" in found:
        found |= _OF_THE_APPVIEW
    return frozenset(found) | _OF_EVERY_SERVER


async def ways_in(http: Http, pds: str) -> tuple[Method, ...]:
    """
    How one can sign in at *pds*, best first.

    Raises:
        Unreachable: Nobody answers there.
    """
    try:
        await oauth.run(oauth.issuer_of(pds), lambda wanted: ask(http, wanted, why="sign in"))
    except (Refused, Malformed, Unsafe):
        return ("password",)  # What it offers there is of no use.
    return ("browser", "password")


async def _has(api: BlueskyApi, ability: Ability, did: str) -> bool:
    method, asked = _QUESTIONS[ability]
    params = {name: did if value == "{did}" else value for name, value in asked.items()}
    try:
        await api.get(method, params, why="what the server offers")
    except Unsupported:
        return False
    except ServiceError:
        if ability == "home":
            raise
        return False
    return True
