"""
The contract of a protocol, continued: what an account does not want to see.

Each network keeps other things on its server. An ``AccountService`` offers what it
can by being one of these too (``isinstance``); what it lacks is a missing capability.
Every method may raise ``ServiceError``. What is done twice is done once.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol, runtime_checkable

from app.model.moderation import (
    Averted,
    Change,
    Filter,
    Labeler,
    PeopleList,
    RefusedServer,
    Settled,
)


@runtime_checkable
class Settles(Protocol):
    """The server keeps preferences: adult content, labels, labelers, words, hidden posts."""

    async def settled(self) -> Settled:
        """All that the account has settled, as the server has it now."""
        ...

    async def settle(self, changes: Sequence[Change]) -> Settled:
        """
        Change what is meant, and nothing else: read, changed, written, one at a time.

        Raises:
            Refused: More labelers than the network allows.
        """
        ...


@runtime_checkable
class KnowsLabelers(Protocol):
    """Labels come from labelers that one subscribes to."""

    async def labelers(self, uris: Sequence[str], langs: Sequence[str] = ()) -> tuple[Labeler, ...]:
        """
        What these labelers say of themselves; unknown ones are left out.

        *langs*: preferred first; else the labeler's first language.
        """
        ...

    async def find_labeler(self, address: str, langs: Sequence[str] = ()) -> Labeler:
        """Who has this handle, URI or web address. Raises: NotFound: labels nothing."""
        ...

    def ask_labelers(self, uris: Sequence[str]) -> None:
        """From now on every reading asks for the labels of these. No I/O."""
        ...

    @property
    def missing_labelers(self) -> frozenset[str]:
        """Those asked for that the last answer had no labels of."""
        ...


@runtime_checkable
class KeepsFilters(Protocol):
    """The server keeps filters."""

    async def filters(self) -> tuple[Filter, ...]:
        """All of the account."""
        ...

    async def save_filter(self, filter: Filter) -> Filter:
        """Make one (no id), or change the one with that id. Returns what is there now."""
        ...

    async def delete_filter(self, id: str) -> None:
        """Gone is gone."""
        ...


@runtime_checkable
class Averts(Protocol):
    """The server tells whom one mutes and blocks."""

    async def averted(self, most: int = 10_000) -> Averted:
        """At most so many of each."""
        ...


@runtime_checkable
class BlocksServers(Protocol):
    """One can block whole servers."""

    async def blocked_servers(self) -> tuple[str, ...]:
        """Domains that the account blocks."""
        ...

    async def block_server(self, domain: str, on: bool = True) -> None:
        """Hide all of that server. Follows in both directions are lost for good."""
        ...

    async def lost_follows(self, domain: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Handles that the account follows there, and that follow it: lost by blocking."""
        ...

    async def refused_servers(self) -> tuple[RefusedServer, ...]:
        """Whom the account's own server does not talk to. Raises: Unsupported: not told."""
        ...


@runtime_checkable
class ReadsLists(Protocol):
    """There are shared lists of people, made for moderation."""

    async def people_list(self, address: str) -> PeopleList:
        """With all members. Raises: NotFound."""
        ...

    async def mute_list(self, uri: str, on: bool = True) -> None:
        """Mute everybody on it, as it changes; private."""
        ...

    async def block_list(self, uri: str, on: bool = True) -> None:
        """Block everybody on it, as it changes; public."""
        ...


@runtime_checkable
class Follows(Protocol):
    """The server tells whom one follows."""

    async def followed(self, most: int = 10_000) -> Collection[str]:
        """URIs of profiles."""
        ...
