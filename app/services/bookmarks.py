"""
Bookmarks of all accounts in one place, with folders and notes that stay on this computer.

What servers keep is read from them and stays in the cache; folders and notes are kept
with the post itself, for good, and no server is told of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from app.feed.pipeline import row_from_stored
from app.feed.query import words_in
from app.feed.rows import Card
from app.model import Post, Source
from app.model.bookmark import Filed
from app.model.errors import BadInput, NotFound
from app.model.query import searchable
from app.model.timeline import Echo
from app.services.kept_pages import Fetched, KeptPages

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.services.timelines import Timelines
    from app.store import Keeper, Reader, Store

__all__ = ["Bookmark", "Bookmarks", "Fetched"]

BOOKMARKS = Source("bookmarks")

MOST_PAGES = 25
"""Pages that are fetched of one account at a time: 1 000 bookmarks."""

MOST = 5_000
LONGEST_NAME = 100
LONGEST_NOTE = 5_000


class Bookmark(Struct, frozen=True, kw_only=True):
    """A bookmarked post as a card, and what was filed about it here."""

    card: Card
    folder: str = ""
    note: str = ""


class Bookmarks:
    """
    Args:
        offline: Ask no server.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        timelines: Timelines,
        clock: Clock,
        *,
        offline: bool = False,
    ) -> None:
        self._store, self._timelines = store, timelines
        self._clock = clock
        self._pages = KeptPages(
            store,
            accounts,
            timelines,
            BOOKMARKS,
            lambda viewer: replace(viewer, bookmarked=True),
            pages=MOST_PAGES,
            offline=offline,
        )
        self._filed: dict[str, Filed] | None = None
        self._listeners: list[Callable[[], None]] = []

    # -------------------------------------------------------------- reading

    async def all(self, folder: str | None = None, words: str = "") -> tuple[Bookmark, ...]:
        """
        All of them, newest post first, as far as they are known here.

        Args:
            folder: Only those in it; "" = those in none; None = all.
            words: Only those with all of them, in the post or the note.

        Raises: StoreError.
        """
        from app.store.seeking import Seeker

        filed = self._kept()

        def read(reader: Reader) -> tuple[Echo, ...]:
            seeker = Seeker(reader)
            found = seeker.with_kept(
                seeker.marked("bookmarked", MOST), [one.post for one in filed.values()]
            )
            return seeker.echoes(found)

        echoes = await self._store.load(read)
        settings, now = replace(self._timelines.settings(), context="opened"), self._clock.now()
        wanted = words_in(words)
        made = []
        for echo in echoes:
            card = row_from_stored(echo, now=now, settings=settings)
            if not isinstance(card, Card):
                continue
            own = next((filed[c.post.uri] for c in card.copies if c.post.uri in filed), None)
            note = own.note if own is not None else ""
            one = Bookmark(card=card, folder=own.folder if own else "", note=note)
            if folder is not None and one.folder.casefold() != folder.casefold():
                continue
            text = words_in(f"{searchable(card.post)}\n{note}") if wanted else []
            if all(any(said.startswith(word) for said in text) for word in wanted):
                made.append(one)
        return tuple(made)

    def folders(self) -> tuple[tuple[str, int], ...]:
        """Names of the folders, by name, with how many are in each. Raises: StoreError."""
        counts = Counter(one.folder for one in self._kept().values() if one.folder)
        return tuple(sorted(counts.items(), key=lambda pair: pair[0].casefold()))

    def of(self, uris: Sequence[str]) -> Filed | None:
        """What was filed of a post, by the URIs of its copies. Raises: StoreError."""
        kept = self._kept()
        return next((kept[uri] for uri in uris if uri in kept), None)

    def filed(self) -> dict[str, Filed]:
        """What is filed here, by the post's URI. Raises: StoreError."""
        return dict(self._kept())

    # --------------------------------------------------------------- filing

    async def file(
        self, post: Post, *, folder: str | None = None, note: str | None = None
    ) -> Filed:
        """
        Put a post into a folder, or write something about it. None: as it was.

        Raises:
            BadInput: The name or note is too long.
            StoreError: Nothing was changed.
        """
        old = self._kept().get(post.uri)
        made = Filed(
            post=post,
            at=old.at if old is not None else self._clock.now(),
            folder=_name(folder) if folder is not None else old.folder if old else "",
            note=(note.strip() if note is not None else old.note if old else ""),
        )
        if len(made.note) > LONGEST_NOTE:
            raise BadInput(
                f"The note has {len(made.note)} characters.", f"{LONGEST_NOTE} are possible."
            )
        same = next((name for name, _ in self.folders() if _is_same(name, made.folder)), None)
        made = replace(made, folder=same or made.folder)
        await self._store.keep(lambda keeper: keeper.save_filed(made))
        self._changed()
        return made

    async def unfile(self, uris: Sequence[str]) -> None:
        """Forget folder and note of a post; what servers keep stays. Raises: StoreError."""
        await self._store.keep(lambda keeper: keeper.drop_filed(uris))
        self._changed()

    async def rename(self, folder: str, to: str) -> int:
        """
        Call a folder otherwise; "" takes the posts out of it. Returns how many were in it.

        Raises:
            NotFound: There is none of that name.
        """
        moved = [one for one in self._kept().values() if _is_same(one.folder, folder)]
        if not folder or not moved:
            raise NotFound(
                f"There is no folder “{folder}”.", "godwit bookmarks folders lists them."
            )
        name = _name(to)

        def write(keeper: Keeper) -> None:
            for one in moved:
                keeper.save_filed(replace(one, folder=name))

        await self._store.keep(write)
        self._changed()
        return len(moved)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Tell *listener* when something was filed otherwise. Returns the way out."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # ------------------------------------------------------------- fetching

    async def fetch(self) -> tuple[Fetched, ...]:
        """Ask every account's server for its bookmarks. Nothing raises: a refusal is told."""
        return await self._pages.fetch(lambda account: "bookmarks" in account.abilities)

    # ------------------------------------------------------------- private

    def _kept(self) -> dict[str, Filed]:
        if self._filed is None:
            self._filed = {one.post.uri: one for one in self._store.reader.filed()}
        return self._filed

    def _changed(self) -> None:
        self._filed = None
        for listener in tuple(self._listeners):
            listener()


def _name(folder: str) -> str:
    """Raises: BadInput."""
    name = " ".join(folder.split())
    if len(name) > LONGEST_NAME:
        raise BadInput("The name of the folder is too long.", f"Use at most {LONGEST_NAME} signs.")
    return name


def _is_same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
