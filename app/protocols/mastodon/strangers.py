"""
Somebody of the fediverse as their own server tells of them to anybody.

WebFinger (RFC 7033) leads from a handle to the actor; the actor (ActivityPub §4) says who
they are, and leads to the outbox and what is pinned. Asked without a token, over https, at
public hosts only; what a host tells of people of another one is not believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from app.model.errors import Malformed, NotFound
from app.model.portrait import Field, Portrait
from app.model.timeline import Cursor, Entry, Page
from app.protocols.http import Http
from app.protocols.mastodon import blocks
from app.protocols.mastodon.api import WEBFINGER
from app.protocols.mastodon.convert import (
    NETWORK_ID,
    Neighbours,
    Viewpoint,
    entry_from_status,
    profile_from_account,
    time_of,
)
from app.protocols.mastodon.objects import (
    Json,
    dict_of,
    dicts_of,
    host_of,
    many_of,
    name_of,
    text_of,
)
from app.protocols.mastodon.origin import ACTIVITY
from app.protocols.mastodon.origin_notes import (
    KINDS,
    account_from_actor,
    author_of,
    is_public,
    moment_of,
    status_from_note,
)
from app.protocols.mastodon.text import MAX_NOTE, rich_text
from app.protocols.portraying import Stranger
from app.protocols.safety import parse_link

_HANDLE = re.compile(r"@?([\w.~-]{1,128})@((?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63})", re.IGNORECASE)
_ACTORS = frozenset({"Person", "Service", "Application", "Group", "Organization"})
_MAX_BYTES = 2_000_000
_PINNED = 5
_FIELDS = 16
_NOTES_APART = 20
"""Posts of one page that are fetched one by one, where an outbox only names them."""

_WHY = "somebody whom your server does not know"


class Strangers:
    """*now*: aware UTC."""

    def __init__(self, http: Http, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._http, self._now = http, now

    def is_address(self, address: str) -> bool:
        """``@a@b``, or a web address."""
        if _HANDLE.fullmatch(address.strip()):
            return True
        link = parse_link(address.strip())
        return link is not None and bool(urlsplit(link.url).path.strip("/"))

    async def stranger(self, address: str) -> Stranger:
        """Raises: NotFound, Unsafe, ServiceError."""
        address = address.strip()
        handle = _HANDLE.fullmatch(address)
        domain = handle[2].lower() if handle else ""
        uri = await self._actor_of(handle[1], domain) if handle else address
        actor = await self._object(uri)
        if not any(isinstance(one, str) and one in _ACTORS for one in many_of(actor, "type")):
            raise NotFound("There is nobody at this address.", "Check the spelling.")
        uri = text_of(actor, "id")
        host = host_of(uri)
        portrait = portrait_from_actor(actor, domain or host)
        first = await self._first_page(actor, host)
        return Stranger(
            network=NETWORK_ID,
            host=host,
            portrait=portrait,
            begin=Cursor(first),
            pinned=await self._pinned(actor, domain or host),
        )

    async def posts_of(self, stranger: Stranger, cursor: Cursor) -> Page:
        """Raises: ServiceError."""
        if host_of(cursor) != stranger.host:
            raise Malformed(f"{stranger.host} sends us elsewhere for its posts.")
        page = await self._fetched(cursor)
        if page is None:
            raise Malformed(f"{stranger.host} does not show these posts.")
        items = many_of(page, "orderedItems") or many_of(page, "items")
        profile = stranger.portrait.profile
        domain = profile.handle.partition("@")[2]
        actor = {
            "id": profile.uri,
            "preferredUsername": profile.handle.partition("@")[0],
            "name": profile.name,
            "url": profile.url,
            "icon": {"url": profile.avatar} if profile.avatar else None,
        }
        entries = await self._entries(items, actor, domain)
        older = name_of(page.get("next"))
        goes_on = host_of(older) == stranger.host and older != cursor
        return Page(items=entries, older=Cursor(older) if goes_on else None)

    # ------------------------------------------------------------- private

    async def _actor_of(self, user: str, domain: str) -> str:
        url = f"https://{domain}{WEBFINGER}?resource={quote(f'acct:{user}@{domain}')}"
        missing = NotFound(f"{domain} knows nobody called {user}.", "Check the spelling.")
        reply = await self._http.fetch_public(
            url,
            max_bytes=_MAX_BYTES,
            accept=("application/jrd+json", "application/json"),
            why=_WHY,
            background=False,
        )
        found = _json(reply.body) if reply.status == 200 else None
        for link in dicts_of(found or {}, "links"):
            kind = text_of(link, "type").partition(";")[0].strip()
            if text_of(link, "rel") == "self" and kind in ACTIVITY:
                return text_of(link, "href")
        raise missing

    async def _object(self, address: str) -> Json:
        """An object that its own host tells of. Raises: NotFound."""
        for _ in range(2):
            found, host = await self._told(address)
            if found is None:
                break
            uri = text_of(found, "id")
            if host_of(uri) == host:
                return found
            address = uri  # whoever is named elsewhere is asked there
            if parse_link(address) is None:
                break
        raise NotFound("There is nobody at this address.", "Check the spelling.")

    async def _fetched(self, url: str) -> Json | None:
        """None: it is not there, not for strangers, or at another host."""
        found, host = await self._told(url)
        return found if host == host_of(url) else None

    async def _told(self, url: str) -> tuple[Json | None, str]:
        """What is told at *url*, and by which host: redirects may lead to another."""
        reply = await self._http.fetch_public(
            url, max_bytes=_MAX_BYTES, accept=ACTIVITY, why=_WHY, background=False
        )
        found = _json(reply.body) if reply.status == 200 else None
        return found, host_of(reply.url)

    async def _first_page(self, actor: Json, host: str) -> str:
        """Address of the first page of what they wrote; "" = it is not shown."""
        outbox = name_of(actor.get("outbox"))
        if host_of(outbox) != host:
            return ""
        found = await self._fetched(outbox)
        if found is None:
            return ""
        first = name_of(found.get("first"))
        if host_of(first) == host:
            return first
        return outbox if "orderedItems" in found else ""

    async def _pinned(self, actor: Json, domain: str) -> tuple[Entry, ...]:
        featured = name_of(actor.get("featured"))
        if host_of(featured) != host_of(text_of(actor, "id")):
            return ()
        found = await self._fetched(featured)
        items = many_of(found, "orderedItems")[:_PINNED] if found else []
        return await self._entries(items, actor, domain)

    async def _entries(self, items: Sequence[Any], actor: Json, domain: str) -> tuple[Entry, ...]:
        """What is theirs and public; whatever cannot be read is left out."""
        uri = text_of(actor, "id")
        host = host_of(uri)
        account = account_from_actor(actor, domain)
        look = Viewpoint(server=host, domain=domain, now=self._now())
        near, entries, apart = Neighbours(look), list[Entry](), 0
        for item in items:
            note = item
            if isinstance(item, dict) and text_of(item, "type") == "Create":
                note = item.get("object")
            if isinstance(note, str) and host_of(note) == host and apart < _NOTES_APART:
                apart += 1
                note = await self._fetched(note)
            if not isinstance(note, dict) or text_of(note, "type") not in KINDS:
                continue
            own = author_of(note) in ("", uri) and host_of(text_of(note, "id")) == host
            if not own or not is_public(note):
                continue
            status = status_from_note(note, account)
            try:
                entries.append(entry_from_status(status, near, time_of(status) or look.now))
            except Malformed:
                continue
        return tuple(entries)


def portrait_from_actor(actor: Json, domain: str) -> Portrait:
    """
    What an actor says of itself.

    Raises: Malformed: It has no name or address.
    """
    account = account_from_actor(actor, domain)
    profile = profile_from_account(account, domain)
    said = rich_text(text_of(actor, "summary")[:MAX_NOTE])
    fields = tuple(
        _field(one)
        for one in dicts_of(actor, "attachment")[:_FIELDS]
        if text_of(one, "type") == "PropertyValue"
    )
    links = [span.target for span in said.spans if span.kind == "link"]
    moved = name_of(actor.get("movedTo"))
    return Portrait(
        profile=profile,
        text=said.text,
        spans=said.spans,
        fields=fields,
        links=tuple(dict.fromkeys([*links, *(field.link for field in fields if field.link)])),
        moved_to=blocks.http(moved),
        closed="memorial" if actor.get("memorial") is True else "",
        header=blocks.http(text_of(dict_of(actor, "image"), "url")),
        since=moment_of(actor, "published"),
    )


def _field(one: Json) -> Field:
    """What another server has checked is not told: nothing counts as checked."""
    value = rich_text(text_of(one, "value")[: blocks.MAX_LINE])
    link = next((span.target for span in value.spans if span.kind == "link"), "")
    return Field(rich_text(text_of(one, "name")[: blocks.MAX_LINE]).text, value.text, link)


def _json(body: bytes) -> Json | None:
    try:
        found = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
