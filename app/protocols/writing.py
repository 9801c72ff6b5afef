"""
The contract of a protocol, continued: writing, reacting, conversing.

An ``AccountService`` offers what it can by being one of these too
(``isinstance``); what it lacks is a missing capability, never an error at the
end of a long way. One suite, ``tests/contract``, holds every implementation to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from msgspec import Struct

from app.model import Cursor, Entry, Page, Profile, ViewerState
from app.model.acts import PersonAct, Reaction, Relation, Report
from app.model.draft import Attachment
from app.model.sending import Limits, Outgoing, Published
from app.model.text import Emoji
from app.model.thread import Thread


class Ready(Struct, frozen=True, kw_only=True):
    """
    A post that goes out now.

    Attributes:
        ticket: As ``Writes.ticket`` made it; the same for every try.
        uploads: Attachment id → token from ``Writes.upload`` (the card's
            picture too).
        parent: The post before it in a thread, when that was sent earlier;
            inside one batch each post answers the one before.
        root: The first post of that thread.
    """

    post: Outgoing
    ticket: str
    uploads: dict[str, str] = {}
    parent: Published | None = None
    root: Published | None = None


@runtime_checkable
class Writes(Protocol):
    """A service that can publish. Every method may raise ``ServiceError``."""

    async def limits(self) -> Limits:
        """What the server takes. Asked once, then remembered for an hour."""
        ...

    def ticket(self, post: Outgoing, at: datetime) -> str:
        """
        What makes each try to send *post* the same act. No I/O.

        Opaque, kept before the first byte leaves. Rises with every call, also
        when the clock steps back.
        """
        ...

    async def upload(
        self,
        media: Attachment,
        file: Path,
        *,
        progress: Callable[[float], None] = lambda done: None,
    ) -> str:
        """
        Hand over a file that fits ``Limits.media``; returns the server's token for it.

        Alt text and focus go with it. *progress* gets 0…1 of the bytes sent.
        Not read whole into memory. A second call makes a second file there,
        which nobody sees.
        """
        ...

    async def publish(self, posts: Sequence[Ready]) -> tuple[Published, ...]:
        """
        Publish: one post, or a whole thread where ``Limits.threads_at_once``.

        Raises:
            OutcomeUnknown: It may have been done. Ask ``look`` before any
                other try.
            NotFound: What it answers or quotes is gone; nothing was done.
            Refused: The server said no; nothing was done.
            ServiceError: Nothing was done (could not connect, rate limited…).
        """
        ...

    async def look(self, posts: Sequence[Ready]) -> tuple[Published, ...] | None:
        """
        Was it done? Looks, never sends. None: it is not there (now).

        Raises:
            ServiceError: One cannot say.
        """
        ...

    async def edit(
        self, published: Published, post: Outgoing, uploads: dict[str, str]
    ) -> Published:
        """Change a post. Media that stays keeps its token. Raises: Unsupported."""
        ...

    async def delete(self, published: Published) -> None:
        """Delete own post (or cancel one that the server keeps). Done twice is done."""
        ...

    async def search_profiles(self, words: str, limit: int = 8) -> tuple[Profile, ...]:
        """People whose handle or name begins like *words* (to complete a mention)."""
        ...


@runtime_checkable
class Reacts(Protocol):
    """A service that can react. Idempotent: done twice is done once."""

    async def react(self, reaction: Reaction) -> ViewerState:
        """Do it; how this account stands to the post afterwards."""
        ...

    async def relate(self, act: PersonAct, profile: str, *, seconds: int = 0) -> Relation:
        """Follow, mute, block…; *seconds*: of a mute, 0 = for ever."""
        ...

    async def relation(self, profile: str) -> Relation:
        """How this account stands to the profile with that URI."""
        ...

    async def report(self, report: Report) -> None:
        """Tell the moderators."""
        ...


@runtime_checkable
class Converses(Protocol):
    """A service that can show conversations and find single posts."""

    async def thread(self, uri: str) -> Thread:
        """The conversation around a post. Raises: NotFound."""
        ...

    async def find(self, address: str) -> Entry:
        """
        The post with this URI or web address, as this account sees it.

        A server may have to fetch it from another one. Raises: NotFound.
        """
        ...

    async def find_profile(self, address: str) -> Profile:
        """Who has this URI, web address or handle. Raises: NotFound."""
        ...

    async def own_posts(self, cursor: Cursor | None = None) -> Page:
        """What this account has written, newest first."""
        ...


@runtime_checkable
class OffersEmoji(Protocol):
    """Its server has emoji of its own, that posts and reactions can name."""

    async def server_emoji(self) -> tuple[Emoji, ...]:
        """All that it offers, in its order; their still pictures where it has such."""
        ...
