"""A network in memory to post on, which loses answers and refuses when a test says so."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from app.model import Account, AccountId, Cursor, NetworkInfo, Page, Profile, Source
from app.model.draft import Attachment
from app.model.errors import NotFound, OutcomeUnknown, ServiceError, Unreachable, Unsupported
from app.model.sending import Limits, MediaLimits, Outgoing, Published
from app.protocols.base import Secrets
from app.protocols.writing import Ready

SEVERAL = Limits(
    length=300, threads_at_once=True, media=MediaLimits(types=frozenset({"image/png"}))
)
ONE = Limits(
    length=500, edits=True, schedules=True, media=MediaLimits(types=frozenset({"image/png"}))
)


@dataclass
class Wall:
    """
    What is posted on one account.

    Attributes:
        posts: Everything that is there, by URI, in order.
        asked: What was asked for, in order.
        failing: Per request: raised before anything is done.
        losing: Per request: done, and then the answer is lost.
        forgets: Ignores tickets: the same post sent twice is there twice.
        hidden: Looks find nothing.
        collects: Files go with the post that has them, whoever else wants them.
        gate: Publishing waits for it, when the request has arrived.
        before, after: Called before a post is made, and before its answer.
    """

    limits: Limits = ONE
    posts: dict[str, Outgoing] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    failing: dict[str, list[ServiceError | None]] = field(default_factory=dict)
    losing: list[bool] = field(default_factory=list)
    forgets: bool = False
    hidden: bool = False
    collects: bool = False
    files: dict[str, bytes] = field(default_factory=dict)
    expired: set[str] = field(default_factory=set)
    gate: asyncio.Event | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None
    by_ticket: dict[str, str] = field(default_factory=dict)
    tickets: list[str] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        """What stands there."""
        return [post.text.text for post in self.posts.values()]

    def ask(self, what: str) -> None:
        """A request comes in."""
        self.asked.append(what)
        queue = self.failing.get(what)
        if queue and (error := queue.pop(0)) is not None:
            raise error

    def put(self, ready: Ready, host: str) -> Published:
        """Do it, or find that it was done."""
        for file in ready.post.media:
            token = ready.uploads[file.id]
            if token in self.expired or token not in self.files:
                raise NotFound("There is no such file.")
        uri = self.by_ticket.get(ready.ticket, "")
        if not uri or self.forgets:
            uri = f"https://{host}/posts/{len(self.by_ticket) + len(self.posts)}"
            self.by_ticket[ready.ticket] = uri
            if ready.post.send_at is not None:
                return Published("", ref=f"later:{uri}")
            self.posts[uri] = ready.post
        return Published(uri, f"{uri}.html", f"ref:{uri}")


class Sender:
    """An account on a wall."""

    def __init__(self, account: Account, wall: Wall, secrets: Secrets) -> None:
        self.account = account
        self._wall = wall
        self._secrets = secrets

    async def limits(self) -> Limits:
        self._wall.ask("limits")
        return self._wall.limits

    def ticket(self, post: Outgoing, at: datetime) -> str:
        ticket = f"{at.isoformat()} {len(self._wall.tickets)}"
        self._wall.tickets.append(ticket)
        return ticket

    async def upload(
        self,
        media: Attachment,
        file: Path,
        *,
        progress: Callable[[float], None] = lambda done: None,
    ) -> str:
        progress(0.5)
        self._wall.ask("upload")
        progress(1.0)
        token = f"file{len(self._wall.files)}"
        self._wall.files[token] = file.read_bytes()
        return token

    async def publish(self, posts: Sequence[Ready]) -> tuple[Published, ...]:
        await self._secrets.load(self.account.id)
        self._wall.ask("publish")
        assert self._wall.limits.threads_at_once or len(posts) == 1
        self._wall.reached.set()
        if self._wall.gate is not None:
            await self._wall.gate.wait()
        self._wall.before()
        before = posts[0].parent
        done = []
        for ready in posts:
            made = self._wall.put(ready, self.account.host)
            if before is not None:
                self._wall.answers[made.uri] = before.uri
            done.append(made)
            before = made
        self._wall.after()
        if self._wall.losing and self._wall.losing.pop(0):
            raise OutcomeUnknown("The answer never came.")
        return tuple(done)

    async def look(self, posts: Sequence[Ready]) -> tuple[Published, ...] | None:
        self._wall.ask("look")
        found = []
        for ready in posts:
            uri = self._wall.by_ticket.get(ready.ticket)
            if uri is None or self._wall.hidden:
                return None
            found.append(Published(uri, f"{uri}.html", f"ref:{uri}"))
        return tuple(found)

    async def edit(
        self, published: Published, post: Outgoing, uploads: dict[str, str]
    ) -> Published:
        if not self._wall.limits.edits:
            raise Unsupported("There is no edit here.")
        self._wall.ask("edit")
        self._wall.posts[published.uri] = post
        return published

    async def delete(self, published: Published) -> None:
        self._wall.ask("delete")
        if self._wall.posts.pop(published.uri, None) is not None and self._wall.collects:
            self._wall.expired |= self._wall.files.keys()

    async def search_profiles(self, words: str, limit: int = 8) -> tuple[Profile, ...]:
        return ()

    async def page(
        self,
        source: Source = Source(),
        cursor: Cursor | None = None,
        *,
        limit: int = 40,
        background: bool = False,
    ) -> Page:
        raise Unreachable("Nobody reads here.")

    async def verify(self) -> Account:
        return self.account

    async def sign_out(self) -> None:
        return


class Walls:
    """The network of all walls."""

    id = "fake"
    networks = (
        NetworkInfo("first", "First", "fediverse"),
        NetworkInfo("second", "Second", "bluesky"),
    )

    def __init__(self, walls: dict[AccountId, Wall]) -> None:
        self._walls = walls

    def open(self, account: Account, secrets: Secrets) -> Sender:
        return Sender(account, self._walls[account.id], secrets)
