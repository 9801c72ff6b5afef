"""
The contract of a protocol, continued: what people say of themselves, to find them elsewhere.

An ``AccountService`` offers it by being one of these too (``isinstance``). Every method
may raise ``ServiceError``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal, Protocol, runtime_checkable

from msgspec import Struct

from app.model import Cursor, Entry, Page
from app.model.about import ApartPage, PeoplePage
from app.model.acts import Relation
from app.model.portrait import Portrait
from app.protocols.owning import Pause, no_pause


@runtime_checkable
class Portrays(Protocol):
    """The server tells what profiles say."""

    def followed_portraits(self, pause: Pause = no_pause) -> AsyncIterator[Portrait]:
        """Whom the account follows, newest first; few requests for many people."""
        ...

    async def portrait(self, address: str) -> Portrait:
        """Who has this URI, web address or handle. Raises: NotFound."""
        ...

    async def search_portraits(self, words: str, limit: int = 3) -> tuple[Portrait, ...]:
        """People whose handle or name is like *words*, the likeliest first."""
        ...


Part = Literal["posts", "replies", "media", "likes", "pinned"]
"""
What of somebody's: ``posts`` without what they answer others, ``replies`` all they wrote,
``media`` what has pictures, video or sound, ``likes`` what they like, ``pinned``.
"""

Near = Literal["followers", "following", "known"]
"""``known``: who of those whom I follow follows them."""


@runtime_checkable
class ShowsPeople(Protocol):
    """The server shows what somebody wrote, and who is near them, page by page."""

    def parts(self, profile: str) -> tuple[Part, ...]:
        """What of theirs can be shown to this account. No I/O."""
        ...

    async def wrote(
        self, profile: str, part: Part, cursor: Cursor | None = None, *, limit: int = 30
    ) -> Page:
        """A page of one part, newest first. Raises: Unsupported, NotFound."""
        ...

    async def near(
        self, profile: str, near: Near, cursor: Cursor | None = None, *, limit: int = 40
    ) -> PeoplePage:
        """A page of who follows, is followed. Raises: Unsupported, NotFound."""
        ...


@runtime_checkable
class KeepsNotes(Protocol):
    """The server keeps what an account notes of somebody, for itself alone."""

    async def set_note(self, profile: str, text: str) -> Relation:
        """*text* takes the place of what was noted before; "" takes it away."""
        ...


@runtime_checkable
class TellsApart(Protocol):
    """The server tells whom an account follows otherwise than everybody else."""

    async def set_apart(self, cursor: Cursor | None = None) -> ApartPage:
        """
        A page of those of whose every post it is told, or whose reposts it does not see.

        A page may be empty, and not the last: some servers have no list of them, and
        everybody who is followed is looked at.
        """
        ...


class Stranger(Struct, frozen=True, kw_only=True):
    """
    Somebody whom no server of mine knows, as their own server tells of them to anybody.

    Attributes:
        host: The server that was asked.
        begin: Where their posts begin, for ``ShowsStrangers.posts_of``; "" = it shows none.
        pinned: What they have pinned.
    """

    network: str
    host: str
    portrait: Portrait
    begin: Cursor = Cursor("")
    pinned: tuple[Entry, ...] = ()


@runtime_checkable
class ShowsStrangers(Protocol):
    """
    A network (no account needed) whose people can be looked at where they are kept.

    Asked as nobody, over https, at public hosts only; told is what is public. Nothing of
    it has been checked by a server of mine, and it is never kept.
    """

    def is_address(self, address: str) -> bool:
        """It has the form of somebody's address there. No I/O."""
        ...

    async def stranger(self, address: str) -> Stranger:
        """Who has that address. Raises: NotFound, Unsafe, ServiceError."""
        ...

    async def posts_of(self, stranger: Stranger, cursor: Cursor) -> Page:
        """What they wrote in public, newest first. Raises: ServiceError."""
        ...


@runtime_checkable
class HasStrangers(Protocol):
    """A ``Network`` whose people can be looked at where they are kept."""

    @property
    def strangers(self) -> ShowsStrangers:
        """Who does that."""
        ...
