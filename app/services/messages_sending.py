"""
Messages of mine leave once, in the order in which they were written, whatever happens.

A letter is durable before its first byte leaves. Where an answer was lost it is looked
for and not sent again; only the user, who has looked, may try once more.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.model import AccountId
from app.model.errors import (
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ServiceError,
    StoreError,
    Unsafe,
    Unsupported,
)
from app.model.message import Conversation, Letter, LetterId, Message, OutgoingMessage
from app.model.sending import Trouble
from app.services.asking import told
from app.services.outbox_ledger import trouble_from
from app.services.outbox_rounds import AGAIN
from app.services.outbox_schedule import LOOKS, USER_KINDS, retry_pause

if TYPE_CHECKING:  # the store opens SQLite: its types only
    from app.protocols.messaging import Messages
    from app.services.accounts import Accounts, AccountsChanged
    from app.services.clock import Clock
    from app.store import Keeper, Store
    from app.store.lock import FileLock

log = logging.getLogger(__name__)

_NOT_FOUND = Trouble(
    "outcome_unknown",
    "The answer never came, and looking has not found it.",
    "Look yourself: try again only if it is not there.",
    "retry",
)
_DECIDED = (Refused, Unsupported, Unsafe)


class Sending:
    """
    The way of letters, one account at a time, over all processes.

    Args:
        speaks: Who speaks of messages for an account. Raises: ServiceError.
        find: A conversation as it is kept.
        arrived: Keeps a message that is there now.
        tell: Something changed in a conversation.
        chance: 0 ≤ x < 1, for jitter.
    """

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        clock: Clock,
        *,
        speaks: Callable[[AccountId], Messages],
        find: Callable[[AccountId, str], Awaitable[Conversation | None]],
        arrived: Callable[[AccountId, Conversation, Message], Awaitable[None]],
        tell: Callable[[AccountId, str], None],
        offline: bool,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store, self._accounts, self._clock = store, accounts, clock
        self._speaks, self._find, self._arrived, self._tell = speaks, find, arrived, tell
        self._offline, self._chance = offline, chance
        self._tasks: dict[AccountId, asyncio.Task[None]] = {}
        self._wake: dict[AccountId, asyncio.Event] = {}
        self._hurrying: set[asyncio.Task[None]] = set()
        self._closed = False
        accounts.subscribe(self._on_account)

    # ---------------------------------------------------------------- wishes

    async def put(self, account: AccountId, key: str, message: OutgoingMessage) -> Letter:
        """Write it down, durably, and take it off the desk. Raises: NotFound, StoreError."""
        letter = Letter(
            id=LetterId(secrets.token_hex(8)),
            account=account,
            conversation=key,
            message=message,
            at=self._clock.now(),
        )

        def write(keeper: Keeper) -> Letter:
            self._accounts.find(account)  # in its turn: what is kept before is wiped
            letters = keeper.letters
            desk = letters.desk(account, key)
            letters.save_desk(account, key, replace(desk, draft="", agreed=True))
            return letters.add(letter)

        added = await self._store.keep(write)
        self._tell(account, key)
        self.begin(account)
        return added

    async def retry(self, id: LetterId) -> None:
        """
        Once more: one that failed, waits, or was looked for in vain.

        Raises:
            NotFound: There is none.
            Refused: Nobody knows yet whether it is there.
        """
        letter = await self._kept(id)
        if letter.state == "sending" or (letter.state == "unknown" and not _is_given_up(letter)):
            raise Refused("It may be there: Godwit is still looking.", "Wait a moment.")
        await self._write(replace(letter, state="queued", not_before=None, trouble=None))
        self.begin(letter.account)

    async def drop(self, id: LetterId) -> OutgoingMessage:
        """
        Forget one that has not left (or may be there: then it stays there, if it is).

        Raises:
            NotFound: There is none: it is there by now.
            Refused: It is leaving just now.
        """
        letter = await self._kept(id)
        if letter.state == "sending":
            raise Refused("It is leaving just now.", "Wait a moment.")
        await self._store.keep(lambda keeper: keeper.letters.drop(id))
        self._tell(letter.account, letter.conversation)
        return letter.message

    # ------------------------------------------------------------------ work

    def begin(self, account: AccountId) -> None:
        """Send what is due; one worker per account."""
        self._wake.setdefault(account, asyncio.Event()).set()
        task = self._tasks.get(account)
        if self._closed or self._offline or (task is not None and not task.done()):
            return
        self._tasks[account] = asyncio.create_task(self._work(account), name=f"letters {account}")

    async def resume(self) -> None:
        """What an earlier run has left. Raises: StoreError."""
        for account in {one.account for one in await self._letters()}:
            if account in self._accounts:
                self.begin(account)

    async def flush(self, id: LetterId, patience: timedelta) -> Letter | None:
        """For a command: until it is there (None), or waits for somebody."""
        until = self._clock.now() + patience
        while True:
            try:
                letter = await self._kept(id)
            except NotFound:
                return None
            at_rest = letter.state == "failed" or _is_given_up(letter) or self._offline
            waits = letter.trouble is not None and letter.state == "queued"
            if at_rest or waits or self._clock.now() >= until:
                return letter
            await self._clock.wait(asyncio.Event(), 0.05)

    async def close(self) -> None:
        """End all work; what was begun stands on the disk."""
        self._closed = True
        tasks = (*self._tasks.values(), *self._hurrying)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, account: AccountId) -> None:
        lock = await self._locked(account)
        try:
            wake = self._wake[account]
            wake.set()
            while wake.is_set():
                wake.clear()  # before it is looked: what comes meanwhile is not missed
                pause = await self._round(account)
                if pause is not None:
                    await self._clock.wait(wake, pause)
                    wake.set()
        except StoreError as error:
            log.warning("letters of %s: %s", account, error.kind)
        except Exception:
            log.exception("bug in sending letters of %s", account)
        finally:
            lock.release()

    async def _locked(self, account: AccountId) -> FileLock:
        """Another process may be at it."""
        from app.store.database import make_private_folder
        from app.store.lock import FileLock

        folder = self._store.profile / "letters"
        make_private_folder(folder)
        lock = FileLock(folder / f"{hashlib.sha256(account.encode()).hexdigest()[:16]}.lock")
        never = asyncio.Event()
        while not lock.try_acquire():
            await self._clock.wait(never, AGAIN)
        return lock

    async def _round(self, account: AccountId) -> float | None:
        """Advance each conversation's first letter. Seconds until more is due, if it is."""
        pause: float | None = None
        met: set[str] = set()
        again = False
        for letter in await self._letters(account):
            if letter.state == "failed" or letter.conversation in met:
                continue
            met.add(letter.conversation)
            if _is_given_up(letter):
                continue
            left = _seconds_left(letter, self._clock.now())
            if left > 0:
                pause = left if pause is None else min(pause, left)
                continue
            await self._advance(letter)
            again = True
        if again:
            self._wake[account].set()
        return None if again else pause

    async def _advance(self, letter: Letter) -> None:
        conversation = await self._find(letter.account, letter.conversation)
        if conversation is None:
            await self._fail(letter, NotFound("This conversation is not there any more."))
        elif letter.state == "sending":
            # An earlier run ended while it was out: nobody knows.
            await self._unknown(letter, OutcomeUnknown("Godwit ended while it was on its way."))
        elif letter.state == "unknown" or letter.looks:
            await self._look(letter, conversation)
        else:
            await self._send(letter, conversation)

    async def _send(self, letter: Letter, conversation: Conversation) -> None:
        account, message = letter.account, letter.message
        try:
            service = self._speaks(account)
            ticket = await told(
                self._accounts,
                account,
                service.message_ticket(conversation, message, letter.at),
            )
        except ServiceError as error:
            await self._after(letter, error)  # nothing has left
            return
        letter = replace(
            letter, state="sending", ticket=ticket, attempts=letter.attempts + 1, trouble=None
        )
        if not await self._write(letter):
            return  # removed at the last moment
        try:
            sent = await told(
                self._accounts, account, service.send_message(conversation, message, ticket)
            )
        except ServiceError as error:
            await self._after(letter, error)
        except Exception:
            log.exception("bug in sending for %s", account)
            await self._unknown(letter, OutcomeUnknown("Godwit made a mistake on the way."))
        else:
            await self._done(letter, conversation, sent)

    async def _look(self, letter: Letter, conversation: Conversation) -> None:
        """Was it done? A second try only when its user, who has looked, asks for it."""
        asked_again = letter.state == "queued"
        try:
            service = self._speaks(letter.account)
            found = await told(
                self._accounts,
                letter.account,
                service.look_message(conversation, letter.message, letter.ticket),
            )
        except ServiceError as error:
            # This look does not count: nobody could say.
            pause = retry_pause(letter.attempts, self._chance())
            at = error.until if isinstance(error, RateLimited) else self._later(pause)
            await self._write(replace(letter, not_before=at, trouble=trouble_from(error)))
            return
        if found is not None:
            await self._done(letter, conversation, found)
        elif asked_again:
            await self._send(replace(letter, looks=0), conversation)
        elif letter.looks + 1 < len(LOOKS):
            looks = letter.looks + 1
            at = self._later(LOOKS[looks])
            await self._write(replace(letter, looks=looks, not_before=at))
        else:
            given_up = replace(letter, looks=len(LOOKS), not_before=None, trouble=_NOT_FOUND)
            await self._write(given_up)

    async def _done(self, letter: Letter, conversation: Conversation, sent: Message) -> None:
        await self._arrived(letter.account, conversation, sent)
        await self._store.keep(lambda keeper: keeper.letters.drop(letter.id))
        self._tell(letter.account, letter.conversation)

    async def _after(self, letter: Letter, error: ServiceError) -> None:
        """What an error means. Only a lost answer leaves anything open."""
        match error:
            case OutcomeUnknown():
                await self._unknown(letter, error)
            case RateLimited():
                at = max(error.until, self._clock.now())
                await self._wait(letter, error, at)
            case _ if error.kind in USER_KINDS:
                await self._wait(letter, error, self._later(3_600))
            case _ if isinstance(error, _DECIDED):
                await self._fail(letter, error)
            case _:
                pause = retry_pause(letter.attempts + 1, self._chance())
                await self._wait(letter, error, self._later(pause))

    async def _wait(self, letter: Letter, error: ServiceError, until: datetime) -> None:
        attempts = letter.attempts + (letter.state == "queued")
        await self._write(
            replace(
                letter,
                state="queued",
                not_before=until,
                attempts=attempts,
                trouble=trouble_from(error),
            )
        )

    async def _fail(self, letter: Letter, error: ServiceError) -> None:
        trouble = trouble_from(error, "retry")
        await self._write(replace(letter, state="failed", not_before=None, trouble=trouble))

    async def _unknown(self, letter: Letter, error: ServiceError) -> None:
        await self._write(
            replace(
                letter,
                state="unknown",
                looks=0,
                not_before=self._later(LOOKS[0]),
                trouble=trouble_from(error),
            )
        )

    # ------------------------------------------------------------- private

    async def _write(self, letter: Letter) -> bool:
        """False: it was removed meanwhile, and stays so."""

        def write(keeper: Keeper) -> bool:
            there = keeper.letters.get(letter.id) is not None
            if there:
                keeper.letters.put(letter)
            return there

        there = await self._store.keep(write)
        self._tell(letter.account, letter.conversation)
        return there

    async def _letters(self, account: AccountId | None = None) -> list[Letter]:
        kept = await self._store.load(lambda reader: reader.letters.letters())
        return [one for one in kept if account in (None, one.account)]

    async def _kept(self, id: LetterId) -> Letter:
        for one in await self._letters():
            if one.id == id:
                return one
        raise NotFound("There is no such message on its way.", "It is there, or was removed.")

    def _later(self, seconds: float) -> datetime:
        return self._clock.now() + timedelta(seconds=seconds)

    def _on_account(self, change: AccountsChanged) -> None:
        """Signed in again: what waited for that goes on."""
        if change.what == "renewed" and change.account in self._wake:
            task = asyncio.create_task(self._hurry(change.account), name="letters hurry")
            self._hurrying.add(task)
            task.add_done_callback(self._hurrying.discard)

    async def _hurry(self, account: AccountId) -> None:
        for one in await self._letters(account):
            if one.state == "queued" and one.trouble is not None:
                await self._write(replace(one, not_before=None))
        self.begin(account)


def _is_given_up(letter: Letter) -> bool:
    return letter.state == "unknown" and letter.looks >= len(LOOKS)


def _seconds_left(letter: Letter, now: datetime) -> float:
    if letter.not_before is None:
        return 0.0
    return max(0.0, (letter.not_before - now) / timedelta(seconds=1))
