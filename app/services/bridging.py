"""Under which addresses a post may be known, bridges' claims proved first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from app.feed.echoes import echo_keys
from app.model import AccountId, Entry, Post, Stub
from app.model.errors import ServiceError
from app.people.bridges import Bridge, is_proven
from app.protocols.base import FindsOrigin
from app.protocols.net.turns import Turns, in_turns

if TYPE_CHECKING:
    from app.services.accounts import Accounts
    from app.services.own_posts import OwnKeys

log = logging.getLogger(__name__)

FindTwins = Callable[[Iterable[Post]], Awaitable[Mapping[str, str]]]
"""Posts → URIs of those that have a twin, each with the twin's."""

REMEMBERED = 4_000
"""Authors whose server is remembered; then it begins anew."""


class Bridging:
    """
    Proves what posts claim about themselves.

    Args:
        own: Which posts were sent from here as copies of one another.

    A claim that cannot be proved now joins nothing; the post is stored all
    the same, alone, and joined when it is seen again and proved then.
    """

    def __init__(
        self,
        accounts: Accounts,
        bridges: Callable[[], tuple[Bridge, ...]],
        own: OwnKeys | None = None,
    ) -> None:
        self._accounts = accounts
        self._bridges = bridges
        self._own = own
        self._twins: FindTwins | None = None
        self._origins: dict[str, str] = {}

    def join_with(self, twins: FindTwins) -> None:
        """Who finds, for posts that come in, what their authors said the same elsewhere."""
        self._twins = twins

    async def echo_keys(
        self, account: AccountId, items: Iterable[Entry | Stub]
    ) -> dict[str, tuple[str, ...]]:
        """Post URI → its addresses (``store.Batch.echo_keys``). Never raises."""
        posts = {item.post.uri: item.post for item in items if isinstance(item, Entry)}
        claims = [post for post in posts.values() if post.bridged_from]
        await self._look_up(account, claims)
        proven = {post.uri for post in claims if self._is_proven(post)}
        # A conversation may have thousands, and somebody scrolls meanwhile.
        keys = await in_turns(_keys(posts, proven))
        if self._own is not None and posts:
            for uri, key in (await self._own(posts)).items():
                keys[uri] = (*keys[uri], key)
        if self._twins is not None:
            for uri, twin in (await self._twins(posts.values())).items():
                keys[uri] = (*keys[uri], twin)
        return keys

    def _is_proven(self, post: Post) -> bool:
        return is_proven(post, self._origins.get(post.author.uri, ""), self._bridges())

    async def _look_up(self, account: AccountId, claims: list[Post]) -> None:
        """Find the servers of authors whose claim does not prove itself."""
        service = self._accounts.service(account)
        if not isinstance(service, FindsOrigin):
            return
        asked = {
            post.author.uri: post
            for post in claims
            if post.author.uri not in self._origins and not self._is_proven(post)
        }
        if len(self._origins) + len(asked) > REMEMBERED:
            self._origins.clear()
        for author, origin in zip(
            asked,
            await asyncio.gather(*(self._origin(service, post) for post in asked.values())),
            strict=True,
        ):
            if origin is not None:
                self._origins[author] = origin

    async def _origin(self, service: FindsOrigin, post: Post) -> str | None:
        """Its server, or None when that cannot be said now (asked again later)."""
        try:
            return await service.origin_server(post)
        except ServiceError as error:
            log.info("origin of a bridged post not found: %s", error.kind)
            return None


def _keys(posts: Mapping[str, Post], proven: Collection[str]) -> Turns[dict[str, tuple[str, ...]]]:
    keys: dict[str, tuple[str, ...]] = {}
    for uri, post in posts.items():
        keys[uri] = echo_keys(post, proven=uri in proven)
        yield
    return keys
