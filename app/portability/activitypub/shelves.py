"""
Where each kind of row belongs on a server: what is there, how one is put, how one is taken away.

A shelf is asked once what is on it, so that nothing is done that is done already.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from app.model.acts import PersonAct, Reaction
from app.model.belongings import Followed, Muted, OwnList, Took
from app.model.errors import Refused, Unsupported
from app.model.moderation import Filter
from app.portability.activitypub.csv_formats import (
    Block,
    Bookmark,
    Domain,
    Follow,
    Hashtag,
    Kind,
    Member,
    Mute,
    Row,
    key_of,
)
from app.protocols.owning import OwnsMore, Pause, TakesOver

R = TypeVar("R", bound=Row)
Key = tuple[str, ...]


class Household(OwnsMore, TakesOver, Protocol):
    """An account that tells what it owns, and takes more."""

    async def relate(self, act: PersonAct, profile: str, *, seconds: int = 0) -> object:
        """Unfollow, unmute, unblock."""
        ...

    async def react(self, reaction: Reaction) -> object:
        """Forget a bookmark."""
        ...


class Shelf(Generic[R]):
    """One kind of thing at one account. *there*: by key, whatever helps to take it away."""

    def __init__(self, account: Household) -> None:
        self.account = account

    async def there(self, pause: Pause) -> dict[Key, Any]:
        """What is on it. Raises: ServiceError."""
        raise NotImplementedError

    def is_same(self, row: R, found: Any) -> bool:
        """What was found is just as *row* wants it."""
        return True

    async def put(self, row: R) -> Took:
        """Put one. Raises: ServiceError."""
        raise NotImplementedError

    async def take_away(self, key: Key, found: Any) -> None:
        """Take one away. Raises: ServiceError."""
        raise NotImplementedError


class Follows(Shelf[Follow]):
    """People who are followed, and how."""

    async def there(self, pause: Pause) -> dict[Key, Any]:
        people = self.account.following(pause, details=True)
        return {(who.handle.casefold(),): who async for who in people}

    def is_same(self, row: Follow, found: Followed) -> bool:
        return (
            row.boosts in (None, found.reposts)
            and row.notify in (None, found.notify)
            and {*row.languages} == {*found.languages}
        ) or found.reposts is None  # the server does not tell how: leave it

    async def put(self, row: Follow) -> Took:
        wanted = Followed(row.acct, "", row.boosts, row.notify, row.languages)
        return await self.account.take_follow(wanted)

    async def take_away(self, key: Key, found: Followed) -> None:
        await self.account.relate("unfollow", found.uri)


class Mutes(Shelf[Mute]):
    """People who are muted."""

    async def there(self, pause: Pause) -> dict[Key, Any]:
        return {(who.handle.casefold(),): who async for who in self.account.muted(pause)}

    def is_same(self, row: Mute, found: Muted) -> bool:
        # A mute that ends by itself is not changed into one that does not.
        told = found.until is None and found.notifications is not None
        return not told or row.hide in (None, found.notifications)

    async def put(self, row: Mute) -> Took:
        return await self.account.take_mute(Muted(row.acct, "", row.hide))

    async def take_away(self, key: Key, found: Muted) -> None:
        await self.account.relate("unmute", found.uri)


class Blocks(Shelf[Block]):
    """People who are blocked."""

    async def there(self, pause: Pause) -> dict[Key, Any]:
        return {(who.handle.casefold(),): who async for who in self.account.blocked(pause)}

    async def put(self, row: Block) -> Took:
        return await self.account.take_block(row.acct)

    async def take_away(self, key: Key, found: Any) -> None:
        await self.account.relate("unblock", found.uri)


class Domains(Shelf[Domain]):
    """
    Servers that are blocked. One with people on it whom the account follows, or who
    follow it, is not: they would be lost for good, by a list that somebody else wrote.
    """

    def __init__(self, account: Household) -> None:
        super().__init__(account)
        self._people: dict[str, list[str]] | None = None

    async def there(self, pause: Pause) -> dict[Key, Any]:
        return {(name,): name for name in await self.account.blocked_servers()}

    async def put(self, row: Domain) -> Took:
        if lost := await self._lost(row.name):
            shown = ", ".join(lost[:3]) + (f" and {len(lost) - 3} more" if len(lost) > 3 else "")
            raise Refused(
                f"You would lose for good whom you follow there, or who follows you: {shown}.",
                "Block it by hand if you want that.",
            )
        await self.account.block_server(row.name)
        return "done"

    async def _lost(self, name: str) -> list[str]:
        """Handles at that server and below it."""
        if self._people is None:
            self._people = {}
            handles = {who.handle async for who in self.account.following()}
            handles |= {who.handle async for who in self.account.followers()}
            for handle in sorted(handles):
                host = handle.rpartition("@")[2].casefold()
                self._people.setdefault(host, []).append(handle)
        return [
            handle
            for host, people in self._people.items()
            if host == name or host.endswith(f".{name}")
            for handle in people
        ]

    async def take_away(self, key: Key, found: str) -> None:
        await self.account.block_server(found, on=False)


class Bookmarks(Shelf[Bookmark]):
    """Posts that are remembered."""

    async def there(self, pause: Pause) -> dict[Key, Any]:
        return {(uri,): uri async for uri in self.account.bookmarked(pause)}

    async def put(self, row: Bookmark) -> Took:
        return await self.account.take_bookmark(row.uri)

    async def take_away(self, key: Key, found: str) -> None:
        await self.account.react(Reaction(uri=found, act="unbookmark"))


class Hashtags(Shelf[Hashtag]):
    """Hashtags that are followed."""

    async def there(self, pause: Pause) -> dict[Key, Any]:
        return {(name.casefold(),): name for name in await self.account.followed_tags()}

    async def put(self, row: Hashtag) -> Took:
        return await self.account.take_tag(row.name)

    async def take_away(self, key: Key, found: str) -> None:
        raise Unsupported("Hashtags are not unfollowed by a file.")


class Members(Shelf[Member]):
    """People on lists. Whoever is put on one is followed, as servers want it."""

    def __init__(self, account: Household) -> None:
        super().__init__(account)
        self._refs: dict[str, str] = {}
        self._followed: set[str] | None = None

    async def there(self, pause: Pause) -> dict[Key, Any]:
        lists = await self.account.own_lists(pause)
        self._refs = {one.title: one.ref for one in lists}
        return {(one.title, who.handle.casefold()): None for one in lists for who in one.members}

    async def put(self, row: Member) -> Took:
        if row.title not in self._refs:
            self._refs[row.title] = await self.account.take_list(OwnList(title=row.title))
        if self._followed is None:
            people = self.account.following()
            self._followed = {who.handle.casefold() async for who in people}
        if row.acct.casefold() not in self._followed:
            if await self.account.take_follow(Followed(row.acct)) == "requested":
                return "requested"  # put on it when they have agreed
            self._followed.add(row.acct.casefold())
        return await self.account.take_member(self._refs[row.title], row.acct)

    async def take_away(self, key: Key, found: Any) -> None:
        raise Unsupported("Nobody is taken off a list by a file.")


class Filters(Shelf[Filter]):
    """Filters. Single posts that one caught elsewhere have no address here."""

    async def there(self, pause: Pause) -> dict[Key, Any]:
        return {key_of(one): one for one in await self.account.filters()}

    def is_same(self, row: Filter, found: Filter) -> bool:
        # What was changed here since is left as it is.
        return True

    async def put(self, row: Filter) -> Took:
        await self.account.save_filter(msgspec.structs.replace(row, id="", posts=()))
        return "done"

    async def take_away(self, key: Key, found: Any) -> None:
        raise Unsupported("No filter is taken away by a file.")


SHELVES: Mapping[Kind, type[Shelf[Any]]] = {
    "following": Follows,
    "lists": Members,
    "muting": Mutes,
    "blocking": Blocks,
    "domain_blocking": Domains,
    "bookmarks": Bookmarks,
    "tags": Hashtags,
    "filters": Filters,
}
"""Nobody can be made to follow: there is none for followers."""

REPLACEABLE: frozenset[Kind] = frozenset(
    {"following", "muting", "blocking", "domain_blocking", "bookmarks"}
)
"""Where what a file lacks may be taken away."""
