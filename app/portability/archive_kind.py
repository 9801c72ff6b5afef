"""What the facade of archives asks of each kind of network; injected by the wiring."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol, runtime_checkable

from msgspec import Struct

from app.model import Account, Post, Stub
from app.portability.archive_manifest import ArchiveReport, Manifest
from app.portability.plan import Progress
from app.store.archive_index import Indexed

Tell = Callable[[Progress], None]


class Contents(Struct, frozen=True):
    """
    What an archive's index is made from.

    Attributes:
        posts: In any order.
        about: Whatever ``ArchivedPosts.open`` needs again and would have to look for.
    """

    posts: list[Indexed]
    about: bytes = b""


class ArchivedPosts(Protocol):
    """The posts of one archive. All methods block; one thread at a time."""

    @property
    def stamp(self) -> str:
        """Is another whenever the posts are."""
        ...

    def contents(self, tell: Tell) -> Contents:
        """Look through all of it. Raises: Malformed, StoreError."""
        ...

    def open(self, about: bytes) -> None:
        """Get ready to show posts: ``Contents.about`` is handed back. Raises: StoreError."""
        ...

    def post(self, body: bytes) -> Post | Stub:
        """The post that ``Indexed.body`` stands for, or why it cannot be shown. Raises: StoreError."""
        ...

    def close(self) -> None:
        """Let go of files."""
        ...


class ArchiveKind(Protocol):
    """One kind of network."""

    @property
    def network(self) -> str:
        """``Manifest.network`` of its archives."""
        ...

    def takes(self, account: Account) -> bool:
        """Whether it can back that account up."""
        ...

    async def back_up(
        self, account: Account, folder: Path, *, media: bool, tell: Tell, gentle: bool
    ) -> ArchiveReport:
        """
        Bring the archive in *folder* up to date, going on where a run before ended.

        Waits for nothing: whoever calls tries again after what may pass.

        Args:
            tell: Told on the event loop.
            gentle: Nobody asked for it just now: leave the server's limits and the
                processor to the user.

        Raises:
            RateLimited, Unreachable: Come back: what came is kept.
            BadInput: The folder holds something else.
            ServiceError: It cannot be done; the archive is as it was.
        """
        ...

    def verify(self, folder: Path, tell: Tell) -> ArchiveReport:
        """
        Look at every byte, ask nobody. Blocks: on a thread; *tell* is called there.

        Raises:
            Malformed: The manifest cannot be read.
            StoreError: The disk refuses.
        """
        ...

    def posts(self, folder: Path, manifest: Manifest) -> ArchivedPosts:
        """What can be looked through. Raises: Malformed."""
        ...


@runtime_checkable
class Unpacks(Protocol):
    """A kind whose servers give their people archives to download."""

    def unpack(self, file: Path, folder: Path, tell: Tell) -> Manifest:
        """
        Make an archive in *folder* of what a server has packed into *file*. Blocks: on a
        thread; *tell* is called there.

        Raises:
            BadInput: It is no such archive, or one made to do harm.
            Malformed: It is cut off or damaged.
            StoreError: The disk refuses.
        """
        ...


@runtime_checkable
class Recognises(Protocol):
    """A kind that can make sense of what other tools have saved."""

    def recognise(self, folder: Path) -> Manifest | None:
        """
        What a manifest of *folder* would say; None: there is nothing of this kind. Blocks.

        Raises:
            Malformed: There is, and it cannot be read.
            StoreError: The disk refuses.
        """
        ...
