"""
Notifications of one account, and who gets through.

Source: lexicons ``app.bsky.notification.{listNotifications,updateSeen,getPreferences,
putPreferencesV2,putPreferences}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Raw, Struct

from app.model import Cursor, Entry
from app.model.errors import Malformed, Refused, ServiceError, Unsupported
from app.model.notification import Gate, GateRule, NoticePage, ReadMark
from app.protocols.bluesky.api import answer
from app.protocols.bluesky.convert import entries_from_posts
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.lookup import raw_views
from app.protocols.bluesky.notices import Page, mark_from, notices_from
from app.protocols.bluesky.refusals import error_from_xrpc
from app.protocols.bluesky.speaking import Speaking
from app.protocols.bluesky.wire import Wire
from app.protocols.http import Reply

_LIST = "app.bsky.notification.listNotifications"
_SEEN = "app.bsky.notification.updateSeen"
_READ_RULES = "app.bsky.notification.getPreferences"
_WRITE_RULES = "app.bsky.notification.putPreferencesV2"
_WRITE_PRIORITY = "app.bsky.notification.putPreferences"
_MOST = 100
_EMPTY_PAGES = 5
_WHY, _GATE = "notifications", "who gets through"
_FROM = (("all", "Everybody"), ("follows", "Follows"), ("off", "Nobody"))
_ON = (("all", "On"), ("off", "Off"))
_PRIORITY = "priority"
_STRANGERS = {
    priority: GateRule(
        key=_PRIORITY,
        name="People you don’t follow",
        about="left out, they are heard of in none of the ways below",
        choice="off" if priority else "all",
        choices=(("all", "Show"), ("off", "Leave out")),
    )
    for priority in (False, True)
}
_RULES = (
    ("mention", "Mentions", _FROM),
    ("reply", "Replies", _FROM),
    ("quote", "Quotes", _FROM),
    ("like", "Likes", _FROM),
    ("likeViaRepost", "Likes of your reposts", _FROM),
    ("repost", "Reposts", _FROM),
    ("repostViaRepost", "Reposts of your reposts", _FROM),
    ("follow", "New followers", _FROM),
    ("subscribedPost", "Posts of people you subscribed to", _ON),
    ("starterpackJoined", "Starter packs", _ON),
    ("verified", "Verified", _ON),
    ("unverified", "Not verified any more", _ON),
)


class Rule(Wire, frozen=True):
    """``defs#filterablePreference`` and ``defs#preference``."""

    include: str = "all"
    list: bool = True
    push: bool = True


class Preferences(Struct):
    """Each rule is read when somebody knows it."""

    preferences: dict[str, Raw]


class Notifying(Speaking):
    """The part of the service that tells what others did (``Notifies``, ``KeepsGate``)."""

    async def notices(
        self, cursor: Cursor | None = None, *, limit: int = 40, background: bool = False
    ) -> NoticePage:
        """One page, newest first; see ``Notifies``."""
        params: dict[str, str | int | bool] = {"limit": max(1, min(limit, _MOST))}
        if cursor:
            params["cursor"] = cursor
        for _ in range(_EMPTY_PAGES):
            body = await self._api.get(_LIST, params, why=_WHY, background=background)
            page = answer(body, Page)
            if page.notifications is None:
                raise Malformed("The server's answer has no notifications.")
            older = page.cursor or ""
            if older == params.get("cursor"):
                older = ""  # It would go round for ever.
            if page.notifications or not older:
                break
            params["cursor"] = older
        found = notices_from(page.notifications or [], self._now())
        posts = entries_from_posts(await raw_views(self._api, found.about, why=_WHY), self._now())
        return NoticePage(
            notices=tuple(found.notices),
            posts=tuple(one for one in posts if isinstance(one, Entry)),
            older=Cursor(older) if older else None,
            read=mark_from(page),
            unreadable=found.unreadable,
        )

    async def notices_read(self) -> ReadMark | None:
        """When they were seen last; None: never."""
        body = await self._api.get(_LIST, {"limit": 1}, why="what you have read")
        return mark_from(answer(body, Page))

    async def mark_notices_read(self, mark: ReadMark) -> ReadMark | None:
        """They were seen up to then, unless it was later already; see ``Notifies``."""
        there = await self.notices_read()
        if mark.at is None or (there is not None and there.at is not None and there.at >= mark.at):
            return there
        # Read is what is older than the mark, in milliseconds: the next one covers what it names.
        at = mark.at + timedelta(microseconds=1000 - mark.at.microsecond % 1000)
        await self._api.post(_SEEN, {"seenAt": _written(at)}, why="what you have read")
        return ReadMark(at=at)

    async def gate(self) -> Gate:
        """Its preferences; see ``KeepsGate``."""
        known = await self._rules()
        return _gate(known, await self._priority())

    async def change_gate(self, choices: Mapping[str, str]) -> Gate:
        """Change what is meant; whether there is a push stays as it is; see ``KeepsGate``."""
        known, priority = await self._rules(), await self._priority()
        ways = {key: dict(choices) for key, _, choices in _RULES if key in known}
        if priority is not None:
            ways[_PRIORITY] = dict(_STRANGERS[priority].choices)
        if any(way not in ways.get(key, {}) for key, way in choices.items()):
            raise Refused("There is no such rule.")
        wanted = {
            key: _changed(_rule(known[key]), way, filterable="follows" in ways[key])
            for key, way in choices.items()
            if key != _PRIORITY
        }
        if wanted:
            body = await self._api.post(_WRITE_RULES, wanted, why=_GATE, error=_error_from_rules)
            known = answer(body, Preferences).preferences
        if _PRIORITY in choices:
            priority = choices[_PRIORITY] == "off"
            await self._api.post(_WRITE_PRIORITY, {"priority": priority}, why=_GATE)
        return _gate(known, priority)

    async def _rules(self) -> dict[str, Raw]:
        body = await self._api.get(_READ_RULES, {}, why=_GATE, error=_error_from_rules)
        return answer(body, Preferences).preferences

    async def _priority(self) -> bool | None:
        """Only people one follows are told of; None: the server does not say."""
        body = await self._api.get(_LIST, {"limit": 1}, why=_GATE)
        return answer(body, Page).priority


def _changed(rule: Rule, way: str, *, filterable: bool) -> dict[str, object]:
    value: dict[str, object] = {"list": way != "off", "push": rule.push}
    if filterable:
        value["include"] = rule.include if way == "off" else way
    return value


def _gate(known: Mapping[str, Raw], priority: bool | None) -> Gate:
    rules = []
    for key, name, choices in _RULES:
        if key not in known:
            continue
        rule = _rule(known[key])
        way = "off" if not rule.list else rule.include if "follows" in dict(choices) else "all"
        rules.append(
            GateRule(
                key=key, name=name, choice=way if way in dict(choices) else "all", choices=choices
            )
        )
    if not rules:
        raise Malformed("The server says nothing of who gets through.")
    if priority is not None:
        rules.insert(0, _STRANGERS[priority])
    return Gate(rules=tuple(rules))


def _rule(raw: Raw) -> Rule:
    try:
        return read(raw, Rule)
    except Unreadable:
        return Rule()


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _error_from_rules(reply: Reply, server: str, handle: str) -> ServiceError:
    error = error_from_xrpc(reply, server, handle)
    if reply.status in (404, 501):
        return Unsupported("The server lets everybody through.")
    return error
