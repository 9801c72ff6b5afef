"""
What I do not want to see, on all networks: kept here, kept at servers, decided at once.

``services/moderation_values`` says what this offers. What servers keep is read from them
now and then, works offline, and is changed there first: what they say then holds here.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from app.feed.times import micros
from app.model import AccountId
from app.model.acts import PersonAct
from app.model.errors import ServiceError, Unsupported
from app.model.moderation import (
    AdultChange,
    Change,
    Filter,
    HiddenChange,
    LabelChange,
    Labeler,
    LabelerChange,
    LabelerSettings,
    Settled,
)
from app.moderation.verdict import Undo
from app.services import moderation_kept as kept
from app.services.asking import told
from app.services.moderation_people import Averting
from app.services.moderation_values import LabelerState, ModerationChanged
from app.services.moderation_words import MutingWords

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.store import Keeper

log = logging.getLogger(__name__)

T = TypeVar("T")


class Moderation(MutingWords, Averting):
    """
    All that is settled.

    ``Keeping`` remembers it; ``MutingWords`` and ``Averting`` change their parts.
    """

    _relate: Callable[[str, PersonAct, AccountId], Awaitable[object]] | None = None
    _except: Callable[[str], Awaitable[object]] | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._tasks: dict[AccountId, asyncio.Task[None]] = {}
        self._turns: Counter[AccountId] = Counter()

    # -------------------------------------------------- what servers keep

    async def before(self, account: AccountId, background: bool) -> None:
        """
        An account is about to be read: what it has settled is asked for as well.

        Nobody waits for what may be long (mutes, blocks), nor, who only looks on, for
        anything, unless nothing at all is known.
        """
        if self._offline:
            return
        await self.look_again()
        is_known = any(who == account for who, _ in self._kept.at)
        if not (background and is_known):
            await self._refreshed(account, soon=True)
        if background and account not in self._tasks:
            task = asyncio.create_task(self._refreshed(account), name="moderation")
            self._tasks[account] = task
            task.add_done_callback(lambda _: self._tasks.pop(account, None))

    async def refresh(self, account: AccountId, *, force: bool = False, soon: bool = False) -> None:
        """
        Ask the server what the account has settled. Answers of a moment ago will do.

        Args:
            force: They will not.
            soon: Only what is short, and decides most: preferences and filters.

        Raises:
            ServiceError: It cannot be asked; what is kept counts.
        """
        self._may_ask()
        now = micros(self._clock.now())
        ages = {kind: now - at for (who, kind), at in self._kept.at.items() if who == account}
        lists = bool(self._kept.lists) or bool(self._kept.words)
        stale = self._fetching.stale(account, {} if force else ages, lists=lists, soon=soon)
        turn = self._turns[account]
        async for kind, value in stale:
            # Changed while it was asked for: the answer may tell of before.
            if kind in (kept.PREFERENCES, kept.FILTERS) and turn != self._turns[account]:
                continue
            await self._keep_part(account, kind, value)
        await self._learn_labelers(account, force=force)

    def settled(self, account: AccountId) -> Settled | None:
        """What its server keeps, as last read; None: it keeps none, or was never asked."""
        return self._kept.settled.get(account)

    async def settle(self, account: AccountId, *changes: Change) -> Settled:
        """
        Change preferences at the server; what it says then counts here.

        Raises:
            Unsupported: The network keeps none.
            ServiceError: Nothing was changed.
        """
        from app.protocols.moderating import Settles

        service: Settles = self._service(account, Settles, "keeps no such preferences")
        settled = await told(self._accounts, account, service.settle(changes))
        self._turns[account] += 1
        await self._keep_part(account, kept.PREFERENCES, settled)
        await self._learn_labelers(account)
        return settled

    # -------------------------------------------------------------- labelers

    def labelers(self, account: AccountId) -> tuple[LabelerState, ...]:
        """Those that the account has subscribed to, the network's own first."""
        settled = self._kept.settled.get(account)
        found = settled.labelers if settled is not None else ()
        missing = self.missing(account)
        return tuple(
            self._labeler_state(one, own=place == 0, missing=one.uri in missing)
            for place, one in enumerate(found)
        )

    def _labeler_state(self, one: LabelerSettings, *, own: bool, missing: bool) -> LabelerState:
        known = self._kept.labelers.get(one.uri)
        return LabelerState(
            labeler=known or Labeler(uri=one.uri),
            settings=dict(one.labels),
            own=own,
            missing=missing,
            gone=known is None and one.uri in self._fetching.gone,
        )

    def missing(self, account: AccountId) -> frozenset[str]:
        """Labelers that the server had no labels of in its last answer."""
        if account not in self._accounts:
            return frozenset()
        return self._fetching.missing(account)

    async def find_labeler(self, account: AccountId, address: str) -> Labeler:
        """Who has this handle, URI or web address. Raises: NotFound, Unsupported."""
        self._may_ask()
        return await self._fetching.find_labeler(account, address)

    async def subscribe_to(self, account: AccountId, uri: str) -> None:
        """Its labels count from the next reading on. Raises: Refused: there are too many."""
        await self.settle(account, LabelerChange(uri))

    async def unsubscribe_from(self, account: AccountId, uri: str) -> None:
        """What it covered is uncovered at once. Raises: ServiceError."""
        await self.settle(account, LabelerChange(uri, on=False))

    # --------------------------------------------------------------- filters

    def filters(self, account: AccountId) -> tuple[Filter, ...]:
        """Of its server, as last read."""
        return self._kept.filters.get(account, ())

    async def save_filter(self, account: AccountId, filter: Filter) -> Filter:
        """Make one (no id) or change it, at the server; it counts at once. Raises: BadInput…"""
        from app.protocols.moderating import KeepsFilters

        service: KeepsFilters = self._service(account, KeepsFilters, "keeps no filters")
        saved = await told(self._accounts, account, service.save_filter(filter))
        await self._keep_filters(account, saved.id, (saved,))
        return saved

    async def delete_filter(self, account: AccountId, id: str) -> None:
        """Gone is gone. Raises: ServiceError."""
        from app.protocols.moderating import KeepsFilters

        service: KeepsFilters = self._service(account, KeepsFilters, "keeps no filters")
        await told(self._accounts, account, service.delete_filter(id))
        await self._keep_filters(account, id, ())

    async def _keep_filters(self, account: AccountId, id: str, now: tuple[Filter, ...]) -> None:
        self._turns[account] += 1
        others = tuple(one for one in self.filters(account) if one.id != id)
        await self._keep_part(account, kept.FILTERS, (*others, *now))

    # ------------------------------------------------------------------ undo

    def connect(
        self,
        relate: Callable[[str, PersonAct, AccountId], Awaitable[object]],
        exempt: Callable[[str], Awaitable[object]],
    ) -> None:
        """Who unmutes and unblocks people, and who makes exceptions from blocklists."""
        self._relate, self._except = relate, exempt

    async def undo(self, undo: Undo) -> None:
        """
        Do what a cause says can be done about it.

        Raises:
            Unsupported: It is for the user to edit.
            ServiceError: It was refused.
        """
        account, target = AccountId(undo.account), undo.target
        match undo.act:
            case "set_label":
                await self.settle(account, LabelChange(target, "ignore", undo.by))
            case "allow_adult":
                await self.settle(account, AdultChange(True))
            case "show_again":
                await self.settle(account, HiddenChange(target, on=False))
            case "remove_word":
                await self.unmute_word(target)
            case "unmute_list" | "unblock_list":
                await self.avert_list(account, target, undo.act.removesuffix("_list")[2:], False)
            case "unblock_server":
                await self.block_server(account, target, on=False)
            case "unmute" | "unblock" if self._relate is not None:
                await self._relate(target, undo.act, account)
            case "except" if self._except is not None:
                await self._except(target)
            case _:
                raise Unsupported("This is for you to change.", "Open the filter and edit it.")

    async def close(self) -> None:
        """Ask no more."""
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ------------------------------------------------------------- private

    async def _refreshed(self, account: AccountId, *, soon: bool = False) -> None:
        try:
            await self.refresh(account, soon=soon)
        except ServiceError as error:
            # What is kept counts; the sync that comes now tells what is wrong.
            log.info("what %s has settled: %s", account, error.kind)

    async def _learn_labelers(self, account: AccountId, *, force: bool = False) -> None:
        """What the labelers of an account say of themselves, if that is some hours old."""
        self._ask_labelers(account)
        settled = self._kept.settled.get(account)
        if settled is None:
            return
        now = micros(self._clock.now())
        uris = [one.uri for one in settled.labelers]
        ages = {uri: now - at for (who, uri), at in self._kept.at.items() if who == kept.LABELER}
        found = await self._fetching.labelers(account, uris, {} if force else ages)
        if not found:
            return
        await self._store.keep(lambda keeper: _save_labelers(keeper, found, now))
        times = {(kept.LABELER, labeler.uri): now for labeler in found}
        named = {labeler.uri: labeler for labeler in found}
        changed = any(self._kept.labelers.get(uri) != one for uri, one in named.items())
        self._kept = replace(
            self._kept,
            labelers={**self._kept.labelers, **named},
            at={**self._kept.at, **times},
        )
        if changed:
            self._tell(ModerationChanged("labelers", account))

    def _ask_labelers(self, account: AccountId) -> None:
        settled = self._kept.settled.get(account)
        if settled is not None and account in self._accounts:
            self._fetching.ask(account, [one.uri for one in settled.labelers])


def _save_labelers(keeper: Keeper, found: Sequence[Labeler], at: int) -> None:
    from app.store.moderation import save_labeler

    for labeler in found:
        save_labeler(keeper, labeler.uri, labeler, at)
