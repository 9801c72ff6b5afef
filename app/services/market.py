"""
The marketplace: what servers offer to read, found, looked at, pinned.

Each account's server is asked for itself: what one does not answer never hides the others'.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal, TypeVar

from msgspec.structs import replace

from app.model import Account, AccountId, Cursor, Entry
from app.model.errors import NotFound, ServiceError, Unreachable, Unsupported
from app.model.moderation import Change, FeedOrderChange, SavedFeed, SavedFeedChange
from app.model.offers import Offer
from app.services.market_asking import has_loop, has_sources, judged, offers_feeds, settles
from app.services.market_values import Found, Refusal, Sample, Stall, gone_offer
from app.services.offline import not_asked
from app.services.pins import Pin, Pins

if TYPE_CHECKING:
    from app.protocols.offering import HasSources, OffersFeeds
    from app.services.accounts import Accounts, AccountsChanged
    from app.services.moderation import Moderation
    from app.services.moderation_values import ModerationChanged
    from app.services.row_loads import Look

log = logging.getLogger(__name__)

T = TypeVar("T")

_WITHDRAWN = frozenset({"!hide", "!takedown", "!suspend"})
"""What is labelled so is not offered to anybody."""

NAMED_WITHIN = 4.0
"""Seconds until feeds are listed under what stands for their names."""

NAMED_BESIDE = 120.0
"""The same where nobody waits: the key store alone may take ten to open."""

PATIENCE = 12.0
"""Seconds that a feed may take to show what it is like."""


class Market:
    """
    Finds, tries out, pins.

    Args:
        look: How posts are judged now.
        told: Told when other feeds are pinned, or are called otherwise.
    """

    def __init__(
        self,
        accounts: Accounts,
        pins: Pins,
        moderation: Moderation,
        look: Callable[[], Look],
        told: Callable[[], None],
        *,
        offline: bool = False,
    ) -> None:
        self._accounts, self.pins, self._moderation = accounts, pins, moderation
        self._look, self._told = look, told
        self._offline = offline
        self._offered: dict[str, Offer] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ways_out = (
            moderation.subscribe(self._on_settled),
            accounts.subscribe(self._on_accounts),
        )

    # ----------------------------------------------------------------- found

    async def search(
        self, words: str = "", older: Sequence[tuple[AccountId, Cursor]] = ()
    ) -> Found:
        """
        What is popular, or what *words* find, at every network where people make feeds.

        *older*: of the answer before, to go on. Nothing raises: refusals are told.
        """
        cursors = dict(older)
        asked = [account for account in self._one_each() if not older or account.id in cursors]

        async def ask(account: Account) -> tuple[tuple[Offer, ...], Cursor | None]:
            service = self._offering(account.id)
            page = await service.offers(words, cursors.get(account.id))
            return page.offers, page.older

        answers, refusals = await self._each(asked, ask)
        stalls = [one for account, (found, _) in answers for one in self._stalls(account, found)]
        goes_on = tuple((account, more) for account, (_, more) in answers if more is not None)
        return Found(stalls=tuple(stalls), refusals=refusals, older=goes_on)

    async def sources(self) -> Found:
        """Lists, followed tags and trends of all accounts. Nothing raises."""
        asked = self._able(has_sources)

        async def ask(account: Account) -> tuple[Offer, ...]:
            return await self._sourced(account.id).own_sources()

        answers, refusals = await self._each(asked, ask)
        stalls = [one for account, found in answers for one in self._stalls(account, found)]
        return Found(stalls=tuple(stalls), refusals=refusals)

    async def find(self, address: str, account: AccountId | None = None) -> Stall:
        """
        The feed or list with this URI or web page.

        Raises:
            NotFound: No server of mine knows it.
            ServiceError: The only one that could know cannot be asked.
        """
        self._may_ask()
        problem: ServiceError | None = None
        for mine in self._able(offers_feeds):
            if account is not None and mine.id != account:
                continue
            try:
                offer = await self._offering(mine.id).find_offer(address)
            except ServiceError as error:
                problem = problem or error
                continue
            return self._stalls(mine.id, (offer,))[0]
        raise problem or NotFound(
            "None of your accounts is on a network where people make feeds.",
            "Add one: godwit account add --help",
        )

    async def sample(self, stall: Stall, most: int = 12) -> Sample:
        """Its first posts. Nothing is kept, nothing raises: a trouble is told."""
        try:
            self._may_ask()
            service = self._accounts.service(stall.account)
            async with asyncio.timeout(PATIENCE):
                page = await service.page(stall.source, limit=30)
        except TimeoutError:
            words = f"It has not answered within {PATIENCE:.0f} seconds."
            return Sample(trouble=Unreachable(words, "Try again later."))
        except ServiceError as error:
            return Sample(trouble=error)
        entries = [one for one in page.items if isinstance(one, Entry)]
        return judged(entries, stall.account, self._look(), most)

    # ---------------------------------------------------------------- pinned

    async def pin(self, stall: Stall) -> None:
        """Pinned at the account's server, and among the feeds here. Raises: ServiceError."""
        if not stall.can_pin:
            words = "Its server keeps no pins."
            raise Unsupported(words, "Make a feed of it instead: it stays on this computer.")
        kind: Literal["feed", "list"] = "feed" if stall.offer.kind == "feed" else "list"
        feed = SavedFeed(kind=kind, value=stall.offer.arg, pinned=True)
        self._offered[stall.offer.arg] = stall.offer
        await self._settle(stall.account, SavedFeedChange(feed))

    async def unpin(self, account: AccountId, value: str, *, forget: bool = False) -> None:
        """
        No feed here any more; the server keeps it among what is saved, unless *forget*.

        Raises:
            NotFound: The account has not saved it.
            ServiceError: Nothing was changed.
        """
        kept = self._moderation.settled(account)
        saved = next((one for one in kept.feeds if one.value == value), None) if kept else None
        if saved is None:
            raise NotFound("That is not pinned.", "godwit feed pins lists what is.")
        feed = replace(saved, pinned=False)
        await self._settle(account, SavedFeedChange(feed, on=not forget))

    async def saved(self) -> Found:
        """What accounts have saved at their servers, pinned first. Nothing raises."""
        asked = self._able(offers_feeds)

        async def ask(account: Account) -> tuple[Offer, ...]:
            feeds = self._saved_feeds(account.id)
            service = self._offering(account.id)
            found = await service.offers_named([one.value for one in feeds])
            named = {offer.arg: offer for offer in found}
            return tuple(named.get(one.value) or gone_offer(one) for one in feeds)

        answers, refusals = await self._each(asked, ask)
        known = dict(answers)
        for refusal in refusals:
            pins = self.pins.of(refusal.account)
            known[refusal.account] = tuple(map(_as_known, pins))
        stalls = [
            one for account in asked for one in self._stalls(account.id, known.get(account.id, ()))
        ]
        return Found(stalls=tuple(stalls), refusals=refusals)

    def _saved_feeds(self, account: AccountId) -> list[SavedFeed]:
        kept = self._moderation.settled(account)
        return [one for one in kept.feeds if one.kind != "timeline"] if kept is not None else []

    async def order(self, account: AccountId, values: Sequence[str]) -> None:
        """These pinned feeds stand in this order among each other. Raises: ServiceError."""
        await self._settle(account, FeedOrderChange(tuple(values)))

    async def refresh(self) -> tuple[Refusal, ...]:
        """Ask all servers what is pinned there now. Nothing raises."""
        asked = self._able(settles)

        async def ask(account: Account) -> None:
            await self._moderation.refresh(account.id, force=True, soon=True)

        _, refusals = await self._each(asked, ask)
        await self._follow()
        return refusals

    def start(self) -> None:
        """Take over what servers are known to keep."""
        if has_loop():
            self._start(self._follow(NAMED_BESIDE))

    async def close(self) -> None:
        """Ask no more."""
        for way_out in self._ways_out:
            way_out()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ------------------------------------------------------------- private

    async def _settle(self, account: AccountId, change: Change) -> None:
        self._may_ask()
        await self._moderation.settle(account, change)
        await self._follow()

    def _on_settled(self, change: ModerationChanged) -> None:
        if change.what == "preferences" and has_loop():
            self._start(self._follow(NAMED_BESIDE))

    def _on_accounts(self, change: AccountsChanged) -> None:
        if change.what == "removed":
            self._told()  # its pins went with it

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _follow(self, within: float | None = None) -> None:
        """Be in step with what servers keep, and learn what it is called in so many seconds."""
        try:
            settled = self._moderation.known.settled
            saved = {account: one.feeds for account, one in settled.items()}
            changed = await self.pins.follow(saved, self._offered)
            if await self._named_new(within or NAMED_WITHIN) or changed:
                self._told()
        except ServiceError as error:
            log.info("what is pinned: %s", error.kind)

    async def _named_new(self, within: float) -> bool:
        """True: some are called otherwise now. Who does not answer soon is asked another time."""
        try:
            async with asyncio.timeout(within):
                return await self._name_new()
        except (ServiceError, TimeoutError):
            return False

    async def _name_new(self) -> bool:
        changed = False
        if self._offline:
            return changed
        for account in self._able(offers_feeds):
            unnamed = [one.value for one in self.pins.of(account.id) if not (one.name or one.gone)]
            if not unnamed:
                continue
            found = await self._offering(account.id).offers_named(unnamed)
            changed |= await self.pins.name(account.id, unnamed, found)
        return changed

    def _stalls(self, account: AccountId, offers: Iterable[Offer]) -> list[Stall]:
        kept = self._moderation.settled(account)
        saved = {one.value: one.pinned for one in kept.feeds} if kept is not None else {}
        keeps = settles(self._accounts.service(account))
        return [
            Stall(
                account=account,
                offer=offer,
                can_pin=keeps and offer.kind in ("feed", "list"),
                pinned=saved.get(offer.arg, False),
                saved=offer.arg in saved,
            )
            for offer in offers
            if not _WITHDRAWN.intersection(offer.labels)
        ]

    async def _each(
        self, accounts: Sequence[Account], ask: Callable[[Account], Awaitable[T]]
    ) -> tuple[list[tuple[AccountId, T]], tuple[Refusal, ...]]:
        """All side by side: what they answered, and who refused; the others go on."""

        async def one(account: Account) -> T | Refusal:
            try:
                self._may_ask()
                return await ask(account)
            except ServiceError as error:
                return Refusal(account.id, error)

        found = await asyncio.gather(*(one(account) for account in accounts))
        refusals = tuple(answer for answer in found if isinstance(answer, Refusal))
        answers = [
            (account.id, answer)
            for account, answer in zip(accounts, found, strict=True)
            if not isinstance(answer, Refusal)
        ]
        return answers, refusals

    def _able(self, can: Callable[[object], bool]) -> list[Account]:
        found = []
        for account in self._accounts.all():
            try:
                service = self._accounts.service(account.id)
            except ServiceError:
                continue  # its protocol is not there: told where accounts are shown
            if can(service):
                found.append(account)
        return found

    def _one_each(self) -> list[Account]:
        """One account of each network: they would be offered the same."""
        first: dict[str, Account] = {}
        for account in self._able(offers_feeds):
            first.setdefault(account.network, account)
        return list(first.values())

    def _offering(self, account: AccountId) -> OffersFeeds:
        from app.protocols.offering import OffersFeeds

        service = self._accounts.service(account)
        if not isinstance(service, OffersFeeds):
            raise self._lacking(account)
        return service

    def _sourced(self, account: AccountId) -> HasSources:
        from app.protocols.offering import HasSources

        service = self._accounts.service(account)
        if not isinstance(service, HasSources):
            raise self._lacking(account)
        return service

    def _lacking(self, account: AccountId) -> Unsupported:
        host = self._accounts.find(account).host
        return Unsupported(f"{host} has no such thing.", "Use another account for this.")

    def _may_ask(self) -> None:
        if self._offline:
            raise not_asked("Start it without --offline to look for feeds.")


def _as_known(pin: Pin) -> Offer:
    return Offer(
        kind=pin.kind,
        arg=pin.value,
        name=pin.shown_name,
        about=pin.about,
        by=pin.by,
        avatar=pin.avatar,
    )
