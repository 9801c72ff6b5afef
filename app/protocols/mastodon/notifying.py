"""
Notifications of one account. Source: methods/grouped_notifications, methods/notifications,
methods/markers, methods/follow_requests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from msgspec import Struct

from app.model.errors import Malformed, NotFound, Refused, Unsupported
from app.model.notification import Gate, GateRule, NoticePage, ReadMark, SetAside
from app.model.timeline import Cursor, Source
from app.protocols.mastodon import blocks, wire
from app.protocols.mastodon.api import Api, cursor_params, next_cursor
from app.protocols.mastodon.convert import profile_from_account
from app.protocols.mastodon.notices import (
    ReadNotices,
    notices_from_groups,
    notices_from_page,
    read_around,
)
from app.protocols.mastodon.session import Session
from app.protocols.mastodon.text import plain_text
from app.protocols.mastodon.wire_server import read_object
from app.protocols.mastodon.wire_write import read_lists

SINGLE, GROUPED = "/api/v1/notifications", "/api/v2/notifications"
MARKERS, POLICY = "/api/v1/markers", "/api/v2/notifications/policy"
REQUESTS = "/api/v1/notifications/requests"
FOLLOW_REQUESTS = "/api/v1/follow_requests"
_MOST, _DIGITS = 80, 12
_LISTS = ("notification_groups", "accounts", "statuses")
_SOURCE = Source("notifications")
_CHOICES = (("accept", "Show"), ("filter", "Set aside"), ("drop", "Drop"))
_RULES = (
    ("for_not_following", "People you don’t follow", ""),
    ("for_not_followers", "People who don’t follow you", "also followers of less than 3 days"),
    ("for_new_accounts", "New accounts", "younger than 30 days"),
    ("for_private_mentions", "Private mentions", "you did not ask for"),
    ("for_limited_accounts", "Limited accounts", "by your server’s moderators"),
    ("for_bots", "Bots", "accounts that say they are automated"),
)


class Marker(Struct, gc=False):
    last_read_id: str | None = None


class Markers(Struct):
    notifications: Marker | None = None


class Summary(Struct, gc=False):
    pending_requests_count: int | None = None
    pending_notifications_count: int | None = None


class Policy(Struct):
    """Of which each server knows some (4.3; bots: 4.7)."""

    for_not_following: str | None = None
    for_not_followers: str | None = None
    for_new_accounts: str | None = None
    for_private_mentions: str | None = None
    for_limited_accounts: str | None = None
    for_bots: str | None = None
    summary: Summary | None = None


class Request(Struct):
    id: str | None = None
    updated_at: datetime | None = None
    notifications_count: str | int | None = None
    account: wire.Account | None = None
    last_status: wire.Status | None = None


class Notifying(Session):
    """The part of the service that tells what others did (``Notifies`` and its like)."""

    _groups = True
    """The server puts notifications together itself, as far as was seen."""

    async def notices(
        self, cursor: Cursor | None = None, *, limit: int = 40, background: bool = False
    ) -> NoticePage:
        """One page, newest first; see ``Notifies``."""
        api = await self._api()
        own = await self._my_id(api)
        params: dict[str, str | int | bool] = {"limit": max(1, min(limit, _MOST))}
        params |= cursor_params(cursor)
        if self._groups:
            try:
                return await self._grouped(api, params, own, background)
            except (NotFound, Unsupported):
                self._groups = False  # an older server, or another kind: one by one from now on
        why = "notifications"
        reply = await api.get(SINGLE, params, why=why, background=background)
        raws = wire.split_page(reply.body, api.host)
        page = notices_from_page(raws, self._viewpoint(), own)
        return self._page(page, next_cursor(reply.headers, _SOURCE, page.last_id), cursor)

    async def _grouped(
        self, api: Api, params: dict[str, str | int | bool], own: str, background: bool
    ) -> NoticePage:
        why = "notifications"
        asked = params | {"expand_accounts": "full"}
        reply = await api.get(GROUPED, asked, why=why, background=background)
        if b'"notification_groups"' not in reply.body:
            if reply.body.lstrip()[:1] in (b"[", b"{"):
                raise Unsupported(f"{api.host} puts no notifications together.")
            # Junk of a moment: what is known by groups must not come again one by one.
            raise Malformed(f"{api.host} {wire.what_it_is(reply.body)}")
        groups, accounts, statuses = read_lists(reply.body, _LISTS, api.host)
        around = read_around(accounts, statuses)
        page = notices_from_groups(groups, around, self._viewpoint(), own)
        older = next_cursor(reply.headers, _SOURCE, "") if groups else None
        return self._page(page, older, Cursor(str(params.get("max_id", ""))))

    def _page(self, page: ReadNotices, older: Cursor | None, cursor: Cursor | None) -> NoticePage:
        entries = tuple(page.entries.values())
        self._remember(entries)
        if older == cursor or not (page.notices or page.unreadable):
            older = None  # the end, or a server that leads in circles
        return NoticePage(
            notices=tuple(page.notices), posts=entries, older=older, unreadable=page.unreadable
        )

    async def notices_read(self) -> ReadMark | None:
        """Its marker; None: the server has none (yet)."""
        api = await self._api()
        try:
            found = await api.fetch(
                MARKERS, Markers, {"timeline[]": "notifications"}, why="what you have read"
            )
        except (NotFound, Unsupported):
            return None
        return _mark(found)

    async def mark_notices_read(self, mark: ReadMark) -> ReadMark | None:
        """Move the marker on, unless it is further already; see ``Notifies``."""
        there = await self.notices_read()
        if not mark.place or (there is not None and _order(there.place) >= _order(mark.place)):
            return there
        api = await self._api()
        form = {"notifications[last_read_id]": mark.place}
        reply = await api.ask("POST", MARKERS, form=form, why="what you have read")
        if reply.status == 409:
            return await self.notices_read()  # another device was quicker: it is followed
        try:
            await api.checked(reply, MARKERS)
        except (NotFound, Unsupported):
            return None
        return _mark(read_object(reply.body, Markers, api.host)) or mark

    async def answer_request(self, profile: str, *, accept: bool) -> None:
        """Let somebody follow, or not. Raises: NotFound: they do not ask."""
        api = await self._api()
        local = quote(await self._profile_id(api, profile), safe="")
        act = "authorize" if accept else "reject"
        await api.post(f"{FOLLOW_REQUESTS}/{local}/{act}", {}, why="a follow request")

    # ------------------------------------------------------------ who gets through

    async def gate(self) -> Gate:
        """The policy; see ``KeepsGate``."""
        api = await self._api()
        try:
            policy = await api.fetch(POLICY, Policy, why="who gets through")
        except (NotFound, Unsupported):
            raise Unsupported(f"{api.host} lets everybody through.") from None
        return _gate(policy, api.host)

    async def change_gate(self, choices: Mapping[str, str]) -> Gate:
        """Change what is meant; see ``KeepsGate``."""
        api = await self._api()
        known = {key for key, _, _ in _RULES}
        ways = {way for way, _ in _CHOICES}
        form = {key: way for key, way in choices.items() if key in known and way in ways}
        if len(form) != len(choices):
            raise Refused(f"{api.host} has no such rule.")
        reply = await api.ask("PATCH", POLICY, form=form, why="who gets through")
        await api.checked(reply, POLICY)
        return _gate(read_object(reply.body, Policy, api.host), api.host)

    async def set_aside(self) -> tuple[SetAside, ...]:
        """Whose notifications were filtered; see ``SetsAside``."""
        api = await self._api()
        try:
            reply = await api.get(REQUESTS, {"limit": 40}, why="who was set aside")
        except (NotFound, Unsupported):
            raise Unsupported(f"{api.host} sets nobody aside.") from None
        found = []
        for raw in wire.split_page(reply.body, api.host):
            try:
                found.append(self._aside(read_object(bytes(raw), Request, api.host)))
            except Malformed:
                continue  # one that cannot be read; the others wait all the same
        return tuple(found)

    def _aside(self, request: Request) -> SetAside:
        if request.account is None or not request.id:
            raise Malformed("A request of nobody.")
        count = str(request.notifications_count or 1)
        last = request.last_status
        return SetAside(
            id=request.id,
            who=profile_from_account(request.account, self._viewpoint().domain),
            many=int(count) if count.isdecimal() and len(count) < _DIGITS else 1,
            at=blocks.in_utc(request.updated_at) or self._clock(),
            text=plain_text(last.content or "")[:300] if last is not None else "",
        )

    async def let_in(self, ids: Sequence[str]) -> None:
        """Accept their requests; see ``SetsAside``."""
        await self._settle_requests(ids, "accept")

    async def turn_away(self, ids: Sequence[str]) -> None:
        """Dismiss their requests; see ``SetsAside``."""
        await self._settle_requests(ids, "dismiss")

    async def _settle_requests(self, ids: Sequence[str], act: str) -> None:
        api = await self._api()
        for id in ids:
            path = f"{REQUESTS}/{quote(id, safe='')}/{act}"
            try:
                await api.post(path, {}, why="who was set aside")
            except NotFound:
                continue  # done already, here or elsewhere


def _mark(found: Markers) -> ReadMark | None:
    marker = found.notifications
    return ReadMark(place=marker.last_read_id) if marker and marker.last_read_id else None


def _order(place: str) -> tuple[int, str]:
    """Ids are numbers, or of one length and rising."""
    return len(place), place


def _gate(policy: Policy, host: str) -> Gate:
    rules = tuple(
        GateRule(key=key, name=name, about=about, choice=choice, choices=_CHOICES)
        for key, name, about in _RULES
        if (choice := getattr(policy, key))
    )
    if not rules:
        raise Malformed(f"{host} says nothing of who gets through.")
    summary = policy.summary or Summary()
    return Gate(
        rules=rules,
        people=summary.pending_requests_count or 0,
        notices=summary.pending_notifications_count or 0,
    )
