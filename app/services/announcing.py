"""
Telling what has come while nobody looks at the window: which of it, in which words.

Off until it is switched on. Names only, unless more is allowed: who passes a locked screen
may read along; what was said in private is never told in words.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct, ValidationError, convert, to_builtins

from app.feed.notices import NoticeFilter
from app.feed.times import micros
from app.model import AccountId
from app.model.errors import ServiceError
from app.services.notifications_values import NoticeRow
from app.services.notifications_words import names, sentence

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.services.clock import Clock
    from app.services.notifications import Notifications
    from app.services.notifications_values import NoticesChanged
    from app.store import Store

log = logging.getLogger(__name__)

ANNOUNCING = "announcing"
"""Setting: ``AnnounceWishes``."""

KINDS = {
    "mention": "Mentions",
    "reply": "Replies",
    "quote": "Quotes",
    "follow": "New followers",
    "follow_request": "Requests to follow",
    "like": "Likes",
    "repost": "Reposts",
    "post": "Posts of people I asked to hear of",
    "poll": "Polls that end",
}
"""What can be chosen, with its name."""

SETTLE = 2.0
"""Seconds in which what comes together is put together."""

ALONE = 2
"""So many are told each by itself; more in one."""

_EXCERPT = 160


class AnnounceWishes(Struct, frozen=True, kw_only=True):
    """
    What is announced on the desktop.

    Attributes:
        kinds: Of ``KINDS``.
        silent: Accounts of which nothing is announced.
        quiet: Nothing is announced between these hours (local; may go over midnight).
        names_only: Who did what, never what was written.
    """

    on: bool = False
    kinds: tuple[str, ...] = ("mention", "reply", "quote", "follow_request")
    silent: tuple[AccountId, ...] = ()
    quiet: bool = False
    quiet_from: int = 22
    quiet_to: int = 7
    names_only: bool = True


class Announcement(Struct, frozen=True, kw_only=True):
    """What the desktop shows. *key*: a later one with the same takes its place."""

    key: str
    title: str
    body: str = ""


def wishes_from(value: object) -> AnnounceWishes:
    """The setting's value; one that cannot be read is off."""
    try:
        return convert(value, AnnounceWishes) if value is not None else AnnounceWishes()
    except ValidationError:
        return AnnounceWishes()


def is_quiet(wishes: AnnounceWishes, local: datetime) -> bool:
    """Whether *local* lies in the quiet hours."""
    if not wishes.quiet:
        return False
    start, end, hour = wishes.quiet_from, wishes.quiet_to, local.hour
    return start <= hour < end if start <= end else hour >= start or hour < end


def announcements(rows: Sequence[NoticeRow], wishes: AnnounceWishes) -> tuple[Announcement, ...]:
    """One for each of few, one for all of many; *rows*: the newest first."""
    if len(rows) <= ALONE:
        return tuple(
            Announcement(key=row.group.key, title=sentence(row), body=_body(row, wishes))
            for row in reversed(rows)
        )
    counts = Counter(KINDS.get(row.group.kind, "Others") for row in rows)
    told = [f"{name}: {count}" for name, count in counts.most_common()]
    people = tuple(dict.fromkeys(names(row)[0][0] for row in rows))
    by = ", ".join(people[:3]) + (f" and {len(people) - 3} more" if len(people) > 3 else "")
    title = f"{len(rows)} new notifications"
    return (Announcement(key="many", title=title, body=f"{' · '.join(told)}\n{by}"),)


def _body(row: NoticeRow, wishes: AnnounceWishes) -> str:
    """What was written, where it may be told: nothing that is covered, warned of, or private."""
    post = row.post
    if wishes.names_only or post is None or row.group.kind in ("like", "repost", "poll"):
        return ""
    if post.visibility not in ("public", "quiet") or post.advisories:
        return ""
    if row.verdict.action != "show":
        return ""
    text = " ".join(post.text.text.split())
    return text if len(text) <= _EXCERPT else f"{text[: _EXCERPT - 1].rstrip()}…"


class Announcer:
    """
    Watches the notifications while the window lives.

    Args:
        tell: Shows one on the desktop.
        is_looked_at: Somebody is in the window: there is nothing to tell.
    """

    def __init__(
        self,
        store: Store,
        notifications: Notifications,
        clock: Clock,
        tell: Callable[[Announcement], None],
        is_looked_at: Callable[[], bool],
    ) -> None:
        self._store, self._notifications, self._clock = store, notifications, clock
        self._tell, self._is_looked_at = tell, is_looked_at
        self._since = micros(clock.now())
        self._wake = asyncio.Event()
        self.wishes = wishes_from(store.reader.setting(ANNOUNCING))

    async def run(self) -> None:
        """Until cancelled."""
        leave = self._notifications.subscribe(self._on_changed)
        never = asyncio.Event()
        try:
            while True:
                await self._wake.wait()
                await self._clock.wait(never, SETTLE)
                self._wake.clear()
                try:
                    await self._announce()
                except ServiceError as error:
                    log.info("nothing announced: %s", error.kind)
        finally:
            leave()

    async def choose(self, wishes: AnnounceWishes) -> None:
        """Keep other wishes; they hold from now on. Raises: StoreError."""
        if wishes.on and not self.wishes.on:
            self._since = micros(self._clock.now())
        self.wishes = wishes
        await self._store.keep(lambda k: k.set_setting(ANNOUNCING, to_builtins(wishes)))

    def _on_changed(self, change: NoticesChanged) -> None:
        if change.new and self.wishes.on:
            self._wake.set()

    async def _announce(self) -> None:
        wishes, since = self.wishes, self._since
        found = await self._notifications.list(NoticeFilter(unread=True))
        fresh = [group for group in found.groups if group.at > since]
        self._since = max((group.at for group in fresh), default=since)
        wanted = [
            group
            for group in fresh
            if group.kind in wishes.kinds and not {*group.by} <= {*wishes.silent}
        ]
        local = self._clock.now().astimezone()
        if not wanted or self._is_looked_at() or is_quiet(wishes, local):
            return
        rows = await self._notifications.rows(wanted)
        shown = [rows[group.key] for group in wanted if group.key in rows]
        for one in announcements([row for row in shown if row.verdict.action != "hide"], wishes):
            self._tell(one)
