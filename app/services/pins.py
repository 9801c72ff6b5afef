"""
Feeds and lists that accounts have pinned at their servers: in step with them, both ways.

What is pinned there stands among the feeds here, as a recipe of one source in its own order.
Kept on disk, so that they are there at once and offline.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from app.feed.recipe import Rank, Recipe, RecipeSource
from app.model import AccountId
from app.model.moderation import SavedFeed
from app.model.offers import Offer

if TYPE_CHECKING:
    from app.services.accounts import Accounts
    from app.store import Keeper, Store

PINS = "feeds.pins"
"""Setting: what is pinned, as it was when servers were last asked."""

PREFIX = "pin-"
_MOST_SHOWN = 5_000


class Pin(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    A feed that an account has pinned.

    Attributes:
        kind, value: As the server keeps it.
        name, about, by, avatar: As it calls itself; *name* "" = not asked yet.
        gone: When it was asked for last, it was not there.
    """

    account: AccountId
    kind: Literal["feed", "list"]
    value: str
    name: str = ""
    about: str = ""
    by: str = ""
    avatar: str = ""
    gone: bool = False

    @property
    def id(self) -> str:
        """Of the feed that it makes here; the same on every computer."""
        digest = hashlib.blake2s(f"{self.account} {self.value}".encode(), digest_size=6)
        return PREFIX + digest.hexdigest()

    @property
    def shown_name(self) -> str:
        """Its name, or what stands for it."""
        return self.name or self.value.rpartition("/")[2][:80] or "A feed"


class Pins:
    """All that is pinned, in the order of accounts and servers."""

    def __init__(self, store: Store, accounts: Accounts) -> None:
        self._store, self._accounts = store, accounts
        self._read: tuple[Pin, ...] | None = None
        self._recipes: tuple[tuple[Pin, ...], dict[str, Recipe]] | None = None

    def all(self) -> tuple[Pin, ...]:
        """Of the accounts that there are. Raises: StoreError."""
        if self._read is None:
            kept = self._store.reader.setting(PINS, [])
            try:
                self._read = msgspec.convert(kept, tuple[Pin, ...])
            except msgspec.ValidationError:
                self._read = ()  # servers are asked again
        mine = {account.id for account in self._accounts.all()}
        return tuple(pin for pin in self._read if pin.account in mine)

    def of(self, account: AccountId) -> tuple[Pin, ...]:
        """Those of one account, in its server's order. Raises: StoreError."""
        return tuple(pin for pin in self.all() if pin.account == account)

    def recipes(self) -> Mapping[str, Recipe]:
        """What makes them feeds here, by id. Raises: StoreError."""
        pins = self.all()
        if self._recipes is None or self._recipes[0] != pins:
            self._recipes = pins, {pin.id: self._recipe(pin, pins) for pin in pins}
        return self._recipes[1]

    def pin(self, id: str) -> Pin | None:
        """The one that makes that feed. Raises: StoreError."""
        return next((pin for pin in self.all() if pin.id == id), None)

    async def follow(
        self,
        saved: Mapping[AccountId, Sequence[SavedFeed]],
        offers: Mapping[str, Offer] = {},
    ) -> bool:
        """
        These are the feeds that servers keep now. True: others than before.

        Accounts that are not in *saved* were not asked: theirs stay. *offers*: what is known
        of feeds that may be new, by address.
        """
        before = self.all()
        known = {(pin.account, pin.value): pin for pin in before}
        now: list[Pin] = []
        for account in self._accounts.all():
            if account.id not in saved:
                now += [pin for pin in before if pin.account == account.id]
                continue
            for feed in saved[account.id]:
                if feed.pinned and feed.kind != "timeline" and feed.value:
                    old = known.get((account.id, feed.value))
                    new = Pin(account=account.id, kind=feed.kind, value=feed.value)
                    offer = offers.get(feed.value)
                    now.append(old or (_as_offered(new, offer) if offer else new))
        return await self._keep(tuple(dict.fromkeys(now)))

    async def name(self, account: AccountId, asked: Sequence[str], found: Sequence[Offer]) -> bool:
        """What those of *asked* that there are call themselves. True: something is new."""
        named = {offer.arg: offer for offer in found}
        now = []
        for pin in self.all():
            if pin.account == account and pin.value in asked:
                offer = named.get(pin.value)
                pin = _as_offered(pin, offer) if offer else replace(pin, gone=True)
            now.append(pin)
        return await self._keep(tuple(now))

    # ------------------------------------------------------------- private

    async def _keep(self, now: tuple[Pin, ...]) -> bool:
        if now == self._read:
            return False
        body = msgspec.to_builtins(now)

        def write(keeper: Keeper) -> None:
            keeper.set_setting(PINS, body)

        await self._store.keep(write)
        self._read = now
        return True

    def _recipe(self, pin: Pin, pins: Sequence[Pin]) -> Recipe:
        twice = sum(other.value == pin.value for other in pins) > 1
        name = f"{pin.shown_name} ({pin.account})" if twice else pin.shown_name
        by = f"A feed of @{pin.by}" if pin.kind == "feed" else f"A list of @{pin.by}"
        return Recipe(
            id=pin.id,
            name=name[:200],
            about=f"{by}, in its own order." if pin.by else "In its own order.",
            icon="rss" if pin.kind == "feed" else "list-bullets",
            sources=(RecipeSource(kind=pin.kind, account=pin.account, arg=pin.value),),
            rank=Rank(mode="source"),
            limit=_MOST_SHOWN,
        )


def _as_offered(pin: Pin, offer: Offer) -> Pin:
    return replace(
        pin,
        name=offer.name,
        about=offer.about,
        by=offer.by,
        avatar=offer.avatar,
        gone=False,
    )
