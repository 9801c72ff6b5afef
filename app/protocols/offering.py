"""
The contract of a protocol, continued: what there is to read, and recipes that people publish.

Each network has other things. An ``AccountService`` offers what it can by being one of these
too (``isinstance``). Every method may raise ``ServiceError``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from app.model import Cursor
from app.model.offers import Offer, OfferPage, PublishedRecipe


@runtime_checkable
class OffersFeeds(Protocol):
    """People make feeds there that one can find, look at and pin."""

    async def offers(
        self, words: str = "", cursor: Cursor | None = None, *, limit: int = 30
    ) -> OfferPage:
        """
        What is popular, or what *words* find.

        Raises:
            Unsupported: The server cannot look for that.
        """
        ...

    async def offers_named(self, uris: Sequence[str]) -> tuple[Offer, ...]:
        """Feeds and lists by their URIs; those that are gone are left out."""
        ...

    async def find_offer(self, address: str) -> Offer:
        """The feed or list with this URI or web page. Raises: NotFound."""
        ...


@runtime_checkable
class HasSources(Protocol):
    """An account has lists, follows tags, or its server tells what is talked about."""

    async def own_sources(self) -> tuple[Offer, ...]:
        """All of them: lists, tags that it follows, trends. What a server lacks is left out."""
        ...


@runtime_checkable
class FindsTags(Protocol):
    """Its server knows which tags are in use."""

    async def tags_like(self, words: str, limit: int = 6) -> tuple[Offer, ...]:
        """Tags that *words* find, best first as the server sees it; () where it looks for none."""
        ...


@runtime_checkable
class FollowsTags(Protocol):
    """One can follow tags there."""

    async def followed_tags(self) -> tuple[str, ...]:
        """Those that the account follows, without "#"."""
        ...

    async def follow_tag(self, name: str, on: bool = True) -> None:
        """Follow one, or no more. Done twice is done. Raises: Refused: so many are allowed."""
        ...


@runtime_checkable
class KeepsRecipes(Protocol):
    """One can publish recipes there, and read those of others."""

    async def publish_recipe(self, key: str, name: str, about: str, document: str) -> str:
        """
        Make it public under *key*, in place of the one before. Returns its URI.

        Done twice is done once.

        Raises:
            BadInput: It is too large.
        """
        ...

    async def unpublish_recipe(self, uri: str) -> None:
        """Take it back. Gone is gone. Raises: BadInput: It is not one of ours."""
        ...

    async def own_recipes(self) -> tuple[PublishedRecipe, ...]:
        """What the account has published."""
        ...

    async def recipe_at(self, uri: str) -> PublishedRecipe:
        """
        The recipe with this URI, from the server of whoever published it.

        Raises:
            NotFound: There is none.
            Malformed: What is there is no recipe.
        """
        ...
