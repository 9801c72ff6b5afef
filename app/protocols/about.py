"""
The contract of a protocol, continued: what a server tells about one post, and about its day.

An ``AccountService`` offers what it can by being one of these too (``isinstance``). Every
method may raise ``ServiceError``. Posts that quote one are a source (``Source("quotes", uri)``).
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from app.model import Cursor, Post
from app.model.about import Did, PeoplePage, Translation, Trend, Version


@runtime_checkable
class TellsWho(Protocol):
    """The server tells who liked a post, and who passed it on."""

    async def who(self, uri: str, did: Did, cursor: Cursor | None = None) -> PeoplePage:
        """
        One page of them. Whoever cannot be read is left out.

        Raises:
            NotFound: The post is gone, or not for us.
            Unsupported: The server does not tell.
        """
        ...


@runtime_checkable
class KeepsHistory(Protocol):
    """The server keeps what posts were before they were edited."""

    async def versions(self, uri: str) -> tuple[Version, ...]:
        """All of them, the first one first. Raises: NotFound, Unsupported."""
        ...


@runtime_checkable
class Translates(Protocol):
    """The server may translate posts (``translate`` among the account's abilities)."""

    async def translate(self, uri: str, to: str) -> Translation:
        """
        The post in the language *to* (BCP 47). Nobody else is told.

        Raises:
            NotFound: The post is gone, or not for us.
            Refused: It is not translated: not public, in that language already…
            Unsupported: The server has nobody who could.
        """
        ...


@runtime_checkable
class TellsTrends(Protocol):
    """The server tells what is talked about."""

    async def trends(self) -> tuple[Trend, ...]:
        """The most talked about first, of each kind; () where it has none."""
        ...


@runtime_checkable
class ShowsOnWeb(Protocol):
    """The account's own server has a web page for posts of others."""

    def web_address(self, post: Post, ref: str) -> str:
        """
        Where it shows *post*; "" = it has no such page. No I/O.

        *ref*: ``ViewerState.ref`` of the account.
        """
        ...
