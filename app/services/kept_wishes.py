"""Wishes on disk, and what they do to posts in the cache."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.feed.acts import after, confirmed, is_wished
from app.model import AccountId, Post, ViewerState
from app.model.acts import Wish
from app.services.shadows import Shadows

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.store import Saved, Store

Key = tuple[AccountId, str, str]


def key_of(wish: Wish) -> Key:
    """What there is one wish about."""
    return (wish.account, wish.target, wish.subject)


class KeptWishes:
    """
    Wishes that are not fulfilled yet, by what they are about.

    Every method may raise ``StoreError``.

    Args:
        note: Told what changed in the cache, so that timelines look again.
    """

    def __init__(self, store: Store, shadows: Shadows, note: Callable[[Saved], None]) -> None:
        self._store, self._shadows, self._note = store, shadows, note
        self._wishes: dict[Key, Wish] | None = None
        self._loading = asyncio.Lock()

    def __bool__(self) -> bool:
        """Something waits, as far as is known."""
        return bool(self._wishes)

    async def all(self) -> dict[Key, Wish]:
        """The oldest first. Read once; from then on rows show them."""
        async with self._loading:
            if self._wishes is None:
                kept = await self._store.load(lambda reader: reader.wishes())
                self._wishes = {key_of(wish): wish for wish in kept}
                for wish in kept:
                    if not self._is_shown(wish):
                        self._shadows.lay(wish)
        return self._wishes

    def known(self) -> tuple[Wish, ...]:
        """The same, as far as it was read; no I/O."""
        return tuple((self._wishes or {}).values())

    async def keep(self, wish: Wish) -> None:
        """On disk before it leaves; in the cache as it will be."""
        await self._store.keep(lambda keeper: keeper.save_wish(wish))
        (await self.all())[key_of(wish)] = wish
        if not wish.is_about_a_person:
            await self._amend(wish, partial(after, wish=wish))

    async def fulfilled(self, wish: Wish, told: ViewerState | None) -> None:
        """The server has done it, and has *told* how it stands now."""
        if told is not None:
            await self._amend(wish, lambda post, seen: confirmed(post, seen, told))
        await self.drop(wish)

    async def taken_back(self, wish: Wish, back: Wish) -> None:
        """It was refused: the cache is as before, and only then looked at without the wish."""
        if not wish.is_about_a_person:
            await self._amend(wish, partial(after, wish=back))
        await self.drop(wish)

    async def drop(self, wish: Wish) -> None:
        """It waits no more."""
        await self._store.keep(lambda keeper: keeper.drop_wish(wish))
        (await self.all()).pop(key_of(wish), None)
        self.lift(wish)

    async def viewer(self, wish: Wish) -> ViewerState:
        """How the account stands to the post, as the cache has it."""
        viewers = await self._store.load(lambda reader: reader.viewers(wish.target))
        return viewers.get(wish.account, ViewerState())

    async def was_on(self, wish: Wish) -> bool:
        """Whether it is so in the cache."""
        return is_wished(await self.viewer(wish), wish)

    def lift(self, wish: Wish) -> None:
        """Rows show what the store has."""
        if not wish.is_about_a_person:
            self._shadows.lift(wish)

    def forget(self, account: AccountId) -> None:
        """Its wishes went with it."""
        for key, wish in list((self._wishes or {}).items()):
            if wish.account == account and self._wishes is not None:
                del self._wishes[key]
                self.lift(wish)

    def _is_shown(self, wish: Wish) -> bool:
        """There is a later one of this run, or nothing to lay it over."""
        there = self._shadows.of(wish.target)
        return wish.is_about_a_person or any(key_of(one) == key_of(wish) for one in there)

    async def _amend(
        self, wish: Wish, change: Callable[[Post, ViewerState], tuple[Post, ViewerState]]
    ) -> None:
        self._note(await self._store.amend(wish.target, wish.account, change))
