"""Every service of one profile, as the command line and the window get it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from app.services.options import Options

if TYPE_CHECKING:
    from app.protocols.http import Http
    from app.protocols.registry import Registry
    from app.services.accounts import Accounts
    from app.services.blocklists import Blocklists
    from app.services.bookmarks import Bookmarks
    from app.services.clock import Clock
    from app.services.conversations import Conversations
    from app.services.doctor import Doctor
    from app.services.drafts import Drafts
    from app.services.feeds import Feeds
    from app.services.histories import Histories
    from app.services.hosts import Hosts
    from app.services.language import Language
    from app.services.likes import Likes
    from app.services.link_cards import LinkCards
    from app.services.lists import Lists
    from app.services.live import Live
    from app.services.markers import Markers
    from app.services.market import Market
    from app.services.media import Media
    from app.services.messages import Messages
    from app.services.moderation import Moderation
    from app.services.notifications import Notifications
    from app.services.outbox import Outbox
    from app.services.people import People
    from app.services.planning import Planning
    from app.services.publishing import Publishing
    from app.services.reactions import Reactions
    from app.services.retention import Retention
    from app.services.search import Search
    from app.services.sync import Sync
    from app.services.sync_loop import SyncLoop
    from app.services.timelines import Timelines
    from app.services.translating import Translating
    from app.services.trends import Trends
    from app.services.who_reacted import WhoReacted
    from app.store import Store, Vault

__all__ = ["House", "Options"]


@dataclass(frozen=True)
class House:
    """
    Built by ``wiring``. Nothing in it has touched the network yet.

    Attributes:
        vault, registry, http: Ask for them only when they are needed: what
            stands behind them is slow to load.
        make_feeds, make_market: Make them once; ask for ``feeds`` and ``market``.
        start: Await once when the event loop runs: fills the demo, forgets
            nothing else.
        close: Await once at the end; closes all in order.
    """

    profile: Path
    options: Options
    clock: Clock
    store: Store
    vault: Callable[[], Vault]
    registry: Callable[[], Registry]
    http: Callable[[], Http]
    hosts: Hosts
    accounts: Accounts
    sync: Sync
    loop: SyncLoop
    timelines: Timelines
    make_feeds: Callable[[], Feeds] = field(repr=False)
    make_market: Callable[[], Market] = field(repr=False)
    make_publishing: Callable[[], Publishing] = field(repr=False)
    make_search: Callable[[], Search] = field(repr=False)
    make_bookmarks: Callable[[], Bookmarks] = field(repr=False)
    make_lists: Callable[[], Lists] = field(repr=False)
    make_messages: Callable[[], Messages] = field(repr=False)
    make_likes: Callable[[], Likes] = field(repr=False)
    make_trends: Callable[[], Trends] = field(repr=False)
    make_who_reacted: Callable[[], WhoReacted] = field(repr=False)
    make_histories: Callable[[], Histories] = field(repr=False)
    make_translating: Callable[[], Translating] = field(repr=False)
    doctor: Doctor
    retention: Retention
    media: Media
    moderation: Moderation
    notifications: Notifications
    live: Live
    markers: Markers
    blocklists: Blocklists
    drafts: Drafts
    outbox: Outbox
    planning: Planning
    reactions: Reactions
    conversations: Conversations
    people: People
    link_cards: LinkCards
    language: Language
    start: Callable[[], Awaitable[None]] = field(repr=False)
    close: Callable[[], Awaitable[None]] = field(repr=False)

    @property
    def feeds(self) -> Feeds:
        """Made when they are first asked for: 25 ms of imports that newest first does without."""
        return self.make_feeds()

    @property
    def market(self) -> Market:
        """What there is to read and pin, of all accounts."""
        return self.make_market()

    @property
    def publishing(self) -> Publishing:
        """Recipes that are published."""
        return self.make_publishing()

    @property
    def search(self) -> Search:
        """Everything that was read, what servers find, and any address."""
        return self.make_search()

    @property
    def bookmarks(self) -> Bookmarks:
        """Of all accounts, with folders and notes."""
        return self.make_bookmarks()

    @property
    def messages(self) -> Messages:
        """Private messages of all accounts."""
        return self.make_messages()

    @property
    def lists(self) -> Lists:
        """Lists of people at the servers of all accounts."""
        return self.make_lists()

    @property
    def likes(self) -> Likes:
        """What I liked."""
        return self.make_likes()

    @property
    def trends(self) -> Trends:
        """What is talked about."""
        return self.make_trends()

    @property
    def who_reacted(self) -> WhoReacted:
        """Who liked, passed on, quoted."""
        return self.make_who_reacted()

    @property
    def histories(self) -> Histories:
        """How posts were before."""
        return self.make_histories()

    @property
    def translating(self) -> Translating:
        """Posts in another language."""
        return self.make_translating()
