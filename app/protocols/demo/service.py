"""One signed-in account of the demo."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from app.model import Account, Cursor, Entry, Page, Post, Profile, Source, ViewerState
from app.model.acts import PersonAct, Reaction, Relation, Report
from app.model.draft import Attachment
from app.model.errors import Malformed, OutcomeUnknown, Refused, SignedOut, Unreachable
from app.model.sending import Limits, Outgoing, Published
from app.model.thread import Thread
from app.protocols.base import Secrets
from app.protocols.demo.deeds import Deeds
from app.protocols.demo.faults import Faults
from app.protocols.demo.markup import MEDIA
from app.protocols.demo.people import home_server
from app.protocols.demo.talking import Talking
from app.protocols.demo.world import World
from app.protocols.demo.writing import Writing
from app.protocols.writing import Ready

TOKEN = "demo"  # noqa: S105  everybody may know it
"""The one token, password and app password of the demo."""


class DemoService:
    """An account on one of the two networks in memory."""

    def __init__(self, account: Account, secrets: Secrets, world: World, faults: Faults) -> None:
        self._account = account
        self._secrets = secrets
        self._world = world
        self._faults = faults
        self._writing = Writing(account, world, faults)
        self._deeds = Deeds(account, world, faults)
        self._talking = Talking(account, world)

    def __repr__(self) -> str:
        return f"DemoService({self._account.id})"

    @property
    def account(self) -> Account:
        """Who it speaks for."""
        return self._account

    async def page(
        self,
        source: Source,
        cursor: Cursor | None = None,
        *,
        limit: int = 40,
        background: bool = False,
    ) -> Page:
        """One page of *source*, newest first. Raises: Unsupported, ServiceError."""
        await self._speak(older=cursor is not None)
        most = min(limit, self._faults.most or limit)
        items, older = self._world.page(
            self._account.id, self._account.network, source, cursor or "", max(most, 1)
        )
        return Page(items=items, older=older)

    async def verify(self) -> Account:
        """The account as the demo's server knows it."""
        await self._speak()
        return self._account

    async def sign_out(self) -> None:
        """Make the token worthless, as a server would."""
        await self._speak()
        self._faults.signed_out = True

    async def origin_server(self, post: Post) -> str:
        """Origin of the server that keeps the author's records (for bridges)."""
        return home_server(post.author)

    # -------------------------------------------------------------- Writes

    async def limits(self) -> Limits:
        """What its network takes."""
        await self._speak()
        return self._writing.limits

    def ticket(self, post: Outgoing, at: datetime) -> str:
        """What makes each try the same act."""
        return self._writing.ticket(at)

    async def upload(
        self,
        media: Attachment,
        file: Path,
        *,
        progress: Callable[[float], None] = lambda done: None,
    ) -> str:
        """Only looked at: the demo shows it from where it lies. Raises: Refused."""
        await self._speak()
        limits = self._writing.limits.media
        if media.mime not in limits.types:
            raise Refused(f"{self._account.host} takes no files of the type {media.mime}.")
        size = file.stat().st_size
        most = limits.image_bytes if media.kind == "image" else limits.video_bytes
        if most and size > most:
            raise Refused(f"The file is too large: {size} of {most} bytes.")
        for percent in (25, 50, 75, 99):
            progress(percent / 100)
            await asyncio.sleep(0)
        self._faults.in_upload(self._account.host)
        url = f"{MEDIA}upload-{media.id}"
        self._world.ledger.files[url] = file
        token = f"upload-{len(self._world.ledger.tokens)}"
        self._world.ledger.tokens[token] = (url, media.mime)
        progress(1.0)
        return token

    async def publish(self, posts: Sequence[Ready]) -> tuple[Published, ...]:
        """All of *posts* or none."""
        try:
            await self._speak()
        except Malformed as error:
            raise OutcomeUnknown(error.message) from error
        except Unreachable as error:
            if error.sent:
                raise OutcomeUnknown(error.message) from error
            raise
        return self._writing.publish(posts)

    async def look(self, posts: Sequence[Ready]) -> tuple[Published, ...] | None:
        """What came of *posts*; None: nothing."""
        await self._speak()
        return self._writing.look(posts)

    async def edit(
        self, published: Published, post: Outgoing, uploads: dict[str, str]
    ) -> Published:
        """Change a post, where the network can."""
        await self._speak()
        return self._writing.edit(published, post, uploads)

    async def delete(self, published: Published) -> None:
        """Done twice is done."""
        await self._speak()
        self._writing.delete(published)

    async def search_profiles(self, words: str, limit: int = 8) -> tuple[Profile, ...]:
        """People whose handle or name begins like *words*."""
        await self._speak()
        return self._talking.search_profiles(words, limit)

    # -------------------------------------------------------------- Reacts

    async def react(self, reaction: Reaction) -> ViewerState:
        """Done twice is done once."""
        await self._speak()
        return self._deeds.react(reaction)

    async def relate(self, act: PersonAct, profile: str, *, seconds: int = 0) -> Relation:
        """Done twice is done once; a mute here has no end."""
        await self._speak()
        return self._deeds.relate(act, profile)

    async def relation(self, profile: str) -> Relation:
        """How it stands to *profile*."""
        await self._speak()
        return self._deeds.relation(profile)

    async def report(self, report: Report) -> None:
        """Written down; nobody reads it."""
        await self._speak()
        self._deeds.report(report)

    # ----------------------------------------------------------- Converses

    async def thread(self, uri: str) -> Thread:
        """The conversation around a post."""
        await self._speak()
        return self._talking.thread(uri)

    async def find(self, address: str) -> Entry:
        """The post with this address, if its network has it."""
        await self._speak()
        return self._talking.find(address)

    async def find_profile(self, address: str) -> Profile:
        """Who has this address or handle."""
        await self._speak()
        return self._talking.find_profile(address)

    async def own_posts(self, cursor: Cursor | None = None) -> Page:
        """What it has written, newest first."""
        return await self.page(Source("author", self._account.uri), cursor)

    async def _speak(self, *, older: bool = False) -> None:
        secret = await self._secrets.load(self._account.id)
        if secret.get("token") != TOKEN:
            raise SignedOut(f"{self._account.host} does not accept this token.")
        # a real answer always takes a turn of the loop
        await asyncio.sleep(0)
        await self._faults.meet(self._account.host, self._world.now, older=older)
