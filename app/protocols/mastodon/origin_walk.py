"""
From an ActivityStreams object to what answers it, on one host: some steps and no more.

Source: activitypub §5.6 (replies); activitystreams-core §5 (collections). No shape of
answers, however broken or circular, makes it go on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import msgspec

from app.model.errors import Malformed, ServiceError
from app.model.post import Post
from app.model.thread import Absent
from app.model.timeline import Entry
from app.protocols.mastodon.convert import (
    Neighbours,
    Viewpoint,
    entry_from_status,
    time_of,
)
from app.protocols.mastodon.objects import Json, host_of, many_of, name_of, text_of
from app.protocols.mastodon.origin_notes import (
    KINDS,
    TITLED,
    account_from_actor,
    author_of,
    is_public,
    parent_of,
    status_from_note,
)
from app.protocols.mastodon.wire import Account, Status

STEPS = 60
"""Requests for one conversation: objects, pages, authors."""

SIDE_BY_SIDE = 4
ABOVE = 10

Fetch = Callable[[str], Awaitable[bytes]]
"""What stands at an address on that host; b"" = nothing for us. Raises: ServiceError."""


class Walk:
    """
    One walk.

    Attributes:
        notes: Address → object, the one it began at first.
        above: Addresses from the first post down to the one that it answers.
        authors: Address → actor.
        is_complete: There is no more than was found.
    """

    def __init__(self, uri: str, fetch: Fetch) -> None:
        self.notes: dict[str, Json] = {}
        self.above: list[str] = []
        self.authors: dict[str, Json] = {}
        self.is_complete = True
        self._uri, self._fetch = uri, fetch
        self._host = host_of(uri)
        self._steps = STEPS
        self._asked: set[str] = set()
        self._elsewhere: dict[str, set[str]] = {}

    async def go(self) -> bool:
        """Walk. False: the object itself is not to be had. Raises: ServiceError at that one."""
        first = await self._object(self._uri)
        if not (first and self._keep(first)):
            return False
        await self._go_up(first)
        waiting = deque([first])
        while waiting and self._steps > 0:
            level, waiting = list(waiting), deque()
            for found in await self._each(self._answers_of, level):
                waiting.extend(found)
        self.is_complete = self.is_complete and not waiting
        await self._meet_authors()
        return True

    def absent(self) -> tuple[Absent, ...]:
        """Answers that stand on other hosts: how many below which post."""
        return tuple(
            Absent(parent=parent, state="not_loaded", count=len(uris))
            for parent, uris in self._elsewhere.items()
        )

    # ------------------------------------------------------------- private

    async def _go_up(self, note: Json) -> None:
        for _ in range(ABOVE):
            above = parent_of(note)
            if not self._is_here(above) or above in self.notes:
                return
            found = await self._may_fetch(above)
            if found is None or not self._keep(found):
                return
            self.above.insert(0, above)
            note = found

    async def _answers_of(self, note: Json) -> list[Json]:
        """New objects that answer *note*."""
        uri = text_of(note, "id")
        found: list[Json] = []
        names: list[str] = []
        for item in await self._items(note.get("replies")):
            address = name_of(item)
            if not address or address in self.notes:
                continue
            if not self._is_here(address):
                self._elsewhere.setdefault(uri, set()).add(address)
            elif isinstance(item, dict) and self._keep(item):
                found.append(item)
            elif isinstance(item, str):
                names.append(address)
        for one in await self._each(self._may_fetch, names):
            if one is not None and self._keep(one):
                found.append(one)
        return found

    async def _items(self, replies: Any) -> list[Any]:
        """What a collection holds, page by page."""
        found: list[Any] = []
        page: Any = replies
        while page:
            if isinstance(page, str):
                page = await self._may_fetch(page) if self._is_here(page) else None
            if not isinstance(page, dict):
                break
            found += many_of(page, "items") + many_of(page, "orderedItems")
            page = page.get("first") or page.get("next")
            if isinstance(page, dict) and id(page) == id(replies):
                break
        return found

    async def _meet_authors(self) -> None:
        wanted = dict.fromkeys(filter(self._is_here, map(author_of, self.notes.values())))
        for actor in await self._each(self._may_fetch, list(wanted)):
            if actor is not None and text_of(actor, "preferredUsername"):
                self.authors[text_of(actor, "id")] = actor

    async def _each(self, act: Callable[[Any], Awaitable[Any]], things: Sequence[Any]) -> list[Any]:
        """Some at a time, in order."""
        done: list[Any] = []
        for start in range(0, len(things), SIDE_BY_SIDE):
            part = things[start : start + SIDE_BY_SIDE]
            done += await asyncio.gather(*map(act, part))
        return done

    async def _may_fetch(self, address: str) -> Json | None:
        """What can be had without trouble; None: nothing."""
        try:
            return await self._object(address)
        except ServiceError:
            self.is_complete = False
            return None

    async def _object(self, address: str) -> Json | None:
        """The object at *address*, if it is asked for the first time and says that it is that."""
        if address in self._asked:
            return None
        if self._steps <= 0:
            self.is_complete = False
            return None
        self._asked.add(address)
        self._steps -= 1
        body = await self._fetch(address)
        try:
            found = msgspec.json.decode(body) if body else None
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            found = None
        if not isinstance(found, dict):
            self.is_complete = False
            return None
        # Pages of collections need not name themselves; objects must not be another's.
        name = text_of(found, "id")
        return found if not name or self._is_here(name) else None

    def _keep(self, note: Json) -> bool:
        uri = text_of(note, "id")
        fits = (
            text_of(note, "type") in KINDS
            and self._is_here(uri)
            and self._is_here(author_of(note))
            and is_public(note)
            and uri not in self.notes
        )
        if fits:
            self.notes[uri] = note
        return fits

    def _is_here(self, address: str) -> bool:
        return bool(address) and host_of(address) == self._host


def entries_of(
    walk: Walk, look: Viewpoint
) -> tuple[tuple[Entry, ...], tuple[Entry, ...], Post | None]:
    """
    What stands above, and what below, as posts; and the one it began at, if it is no note.

    What cannot be read is left out, and whose author is not known.
    """
    statuses = []
    for note in walk.notes.values():
        actor = walk.authors.get(author_of(note))
        # Without its author a post cannot be read.
        account = account_from_actor(actor, look.domain) if actor is not None else Account()
        statuses.append(status_from_note(note, account))
    near = Neighbours(look)
    for status in statuses:
        near.learn(status)
        if status.in_reply_to_id:
            near.learn(Status(id=status.in_reply_to_id, uri=status.in_reply_to_id))
    found: dict[str, Entry] = {}
    first = next(iter(walk.notes.values()), {})
    for status in statuses:
        try:
            entry = entry_from_status(status, near, time_of(status) or look.now)
        except Malformed:
            walk.is_complete = False
        else:
            found[entry.post.uri] = entry
    begun = found.pop(text_of(first, "id"), None)
    whole = begun.post if begun is not None and text_of(first, "type") in TITLED else None
    above = tuple(found.pop(uri) for uri in walk.above if uri in found)
    return above, tuple(found.values()), whole
