"""
The contract of a protocol, continued: what an account owns, to be carried elsewhere.

An ``AccountService`` offers what it can by being one of these too (``isinstance``).
Every method may raise ``ServiceError``. What is taken over twice is taken over once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from app.model.belongings import (
    Followed,
    MoveWays,
    Muted,
    OldPost,
    OwnList,
    OwnProfile,
    Took,
    Who,
)
from app.model.errors import RateLimited
from app.model.moderation import Filter

T = TypeVar("T")
Pause = Callable[[RateLimited], Awaitable[None]]
"""Called when a server wants us to wait in the middle of a long reading; then it goes on."""


async def no_pause(error: RateLimited) -> None:
    """Do not wait: whoever asked is told. Raises: RateLimited."""
    raise error


async def with_pauses(ask: Callable[[], Awaitable[T]], pause: Pause) -> T:
    """What is answered in the end: asked again whenever the server wanted us to wait."""
    while True:
        try:
            return await ask()
        except RateLimited as error:
            await pause(error)


@runtime_checkable
class OwnsPeople(Protocol):
    """The server tells whom the account follows, mutes and blocks, and its lists."""

    def following(
        self, pause: Pause = no_pause, *, details: bool = False
    ) -> AsyncIterator[Followed]:
        """Newest first. *details*: also how they are followed, where the server tells."""
        ...

    def followers(self, pause: Pause = no_pause) -> AsyncIterator[Who]:
        """Newest first."""
        ...

    def muted(self, pause: Pause = no_pause) -> AsyncIterator[Muted]:
        """Newest first."""
        ...

    def blocked(self, pause: Pause = no_pause) -> AsyncIterator[Who]:
        """Newest first."""
        ...

    async def own_lists(self, pause: Pause = no_pause) -> tuple[OwnList, ...]:
        """With all members."""
        ...


@runtime_checkable
class OwnsMore(OwnsPeople, Protocol):
    """And all that only servers of one kind keep."""

    def bookmarked(self, pause: Pause = no_pause) -> AsyncIterator[str]:
        """URIs of posts, newest first."""
        ...

    def liked(self, pause: Pause = no_pause) -> AsyncIterator[str]:
        """URIs of posts, newest first."""
        ...

    def noted(self, pause: Pause = no_pause) -> AsyncIterator[Followed]:
        """
        People who are not followed and of whom something is noted: among those who are
        muted and blocked, and those who follow, as far as that many can be asked about.
        """
        ...

    async def blocked_servers(self) -> tuple[str, ...]:
        """Domains. Raises: Unsupported: it cannot block any."""
        ...

    async def filters(self) -> tuple[Filter, ...]:
        """All of the account."""
        ...

    async def followed_tags(self) -> tuple[str, ...]:
        """Without "#"."""
        ...

    async def featured_tags(self) -> tuple[str, ...]:
        """Those that the profile shows."""
        ...

    async def endorsed(self) -> tuple[Who, ...]:
        """People whom the profile shows."""
        ...

    async def pinned(self) -> tuple[str, ...]:
        """URIs of own posts that the profile shows first, the newest pin first."""
        ...

    async def notification_policy(self) -> dict[str, str]:
        """Whose notifications are kept apart, as the network says it; {}: it knows no such."""
        ...

    async def own_profile(self) -> OwnProfile:
        """As it was typed."""
        ...

    def written(
        self, since: str = "", older_than: str = "", pause: Pause = no_pause
    ) -> AsyncIterator[bytes]:
        """
        Everything the account wrote and passed on, newest first, as the server's own JSON.

        *since*, *older_than*: between these two, by the server's own names of posts.
        """
        ...

    async def post_addresses(self, refs: Sequence[str]) -> dict[str, str]:
        """URIs of posts, by the server's own names of them, as far as it tells."""
        ...

    async def actor_json(self) -> bytes:
        """The profile as other servers see it; b"": it is not shown to strangers."""
        ...


@runtime_checkable
class TakesOver(Protocol):
    """One can bring along what one had elsewhere."""

    async def take_follow(self, wanted: Followed) -> Took:
        """
        Follow, as it was followed elsewhere. Raises: NotFound: nobody of that name
        can be found from here; RateLimited: so many a day are allowed.
        """
        ...

    async def take_mute(self, wanted: Muted, seconds: int = 0) -> Took:
        """Mute. *seconds*: 0 = for ever. Raises: NotFound."""
        ...

    async def take_block(self, handle: str) -> Took:
        """Block. Raises: NotFound."""
        ...

    async def block_server(self, domain: str, on: bool = True) -> None:
        """Hide all of that server."""
        ...

    async def take_list(self, wanted: OwnList) -> str:
        """The ref of the list with that title, made if there is none."""
        ...

    async def take_member(self, ref: str, handle: str) -> Took:
        """Put somebody who is followed on a list. Raises: NotFound: not followed, unknown."""
        ...

    async def take_bookmark(self, uri: str) -> Took:
        """Remember a post. Raises: NotFound: it cannot be found from here."""
        ...

    async def take_tag(self, name: str) -> Took:
        """Follow a hashtag. Counts as following somebody."""
        ...

    async def take_featured_tag(self, name: str) -> Took:
        """Show a hashtag on the profile."""
        ...

    async def take_endorsement(self, handle: str) -> Took:
        """Show somebody on the profile. Raises: NotFound, Refused: not followed."""
        ...

    async def take_notification_policy(self, wanted: dict[str, str]) -> Took:
        """Keep the same people's notifications apart."""
        ...

    async def take_note(self, handle: str, text: str) -> Took:
        """Note something about somebody, unless something is noted already."""
        ...

    async def save_filter(self, filter: Filter) -> Filter:
        """Make one (no id)."""
        ...

    async def take_profile(
        self, wanted: OwnProfile, *, avatar: Path | None = None, header: Path | None = None
    ) -> tuple[str, ...]:
        """
        Make the profile like *wanted*, with these pictures.

        Returns what did not fit, one sentence each.
        """
        ...


@runtime_checkable
class Relocates(Protocol):
    """The account can go to another server, and its followers after it."""

    async def move_ways(self) -> MoveWays:
        """What the server was seen to let us do. Changes nothing."""
        ...

    async def take_file(self, kind: str, file: Path) -> None:
        """
        Send a file of one of ``MoveWays.takes`` in whole; the server works through it by itself.

        What is there already stays. Sent twice it is done once. Raises: Unsupported, Refused.
        """
        ...

    async def told_aliases(self) -> tuple[str, ...] | None:
        """Which profiles ours says it also is, seen from outside; None: it cannot be seen."""
        ...

    async def moved_to(self) -> str:
        """URI of where the account has gone; "": nowhere."""
        ...

    async def add_alias(self, uri: str, handle: str) -> None:
        """
        Say that ours is also *uri*. Raises: Unsupported: only on the server's page.
        """
        ...

    async def remove_alias(self, uri: str, handle: str) -> None:
        """Take that back. Raises: Unsupported."""
        ...

    async def move_to(self, uri: str, handle: str, password: str) -> None:
        """
        Tell everybody that ours has gone there. PUBLIC, and final.

        Raises:
            SignedOut: The password is wrong.
            Refused: The other account does not say that it is ours; too soon.
            Unsupported: Only on the server's page.
        """
        ...


@runtime_checkable
class Backdates(Protocol):
    """Old posts can be put in quietly, with their dates: nobody is told, nothing is sent out."""

    async def check_backdating(self) -> None:
        """
        Try it with a message to nobody, and take that away again.

        Raises:
            Unsupported: The server would publish old posts as new ones.
        """
        ...

    async def put_back(self, post: OldPost) -> str:
        """
        Put one in; the server's own name of it. Only after ``check_backdating``.

        Raises:
            Refused: The server does not take this one.
        """
        ...

    async def pin_back(self, ref: str) -> None:
        """Pin what was put in, by the server's own name of it. Raises: Refused, NotFound."""
        ...
