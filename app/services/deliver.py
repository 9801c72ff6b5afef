"""
One delivery, a step further: each step is written down before and after it is taken.

Whoever calls holds the account's lock, so a ``sending`` that is found on the disk
was left behind by somebody who is gone. What may have been done is looked for, and
never simply done again (security facts §11).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
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
    SignedOut,
    StoreError,
    Suspended,
    Unreachable,
    Unsafe,
    Unsupported,
)
from app.model.sending import Delivery, Limits, Published, Trouble
from app.protocols.writing import Writes
from app.services.outbox_lane import (
    SENT,
    Lane,
    batch_of,
    ready_of,
    sent_at,
    what_of,
    with_done,
)
from app.services.outbox_ledger import trouble_from
from app.services.outbox_schedule import (
    ADDRESS_LOOKS,
    FRESH,
    LOOKS,
    USER_KINDS,
    is_missed,
    is_stale,
    look_pause,
    retry_pause,
)
from app.services.poll_links import holder_of, led_to

if TYPE_CHECKING:
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.services.uploading import Uploading

log = logging.getLogger(__name__)

_NOBODY = Trouble(
    "no_account",
    "You are signed out of this account.",
    "Sign in to it again, then try again.",
    "retry",
)


class Deliver:
    """
    Takes deliveries further, for all accounts.

    Args:
        chance: 0 ≤ x < 1, for jitter.
        arrived: Told of an account that has a new post: its timeline may look.
        gone: Told of a post (its URI) that was deleted: the cache lets it go.
    """

    def __init__(
        self,
        accounts: Accounts,
        uploading: Uploading,
        clock: Clock,
        chance: Callable[[], float],
        arrived: Callable[[AccountId], None],
        gone: Callable[[str], Awaitable[None]],
    ) -> None:
        self._accounts = accounts
        self._uploading = uploading
        self._clock = clock
        self._chance = chance
        self._arrived = arrived
        self._gone = gone

    async def advance(self, lane: Lane) -> None:
        """
        Do what is due, until it is over or waits.

        Raises:
            Overtaken: Somebody has changed it meanwhile.
            Unwritten: It was sent, and that could not be written down.
            StoreError: Something could not be written down before it was done.
        """
        match lane.delivery.state:
            case "queued":
                await self._send(lane)
            case "sending":
                words = "Godwit ended while this was on its way: it looks whether it is there"
                await lane.put(words, state="unknown", looks=0, not_before=None)
            case "unknown":
                await self._look(lane)
            case "scheduled":
                await self._look_later(lane)

    def service(self, account: AccountId) -> Writes:
        """Who writes for *account*. Raises: NotFound, Unsupported."""
        service = self._accounts.service(account)
        if not isinstance(service, Writes):
            raise Unsupported("This account cannot post from here.", "Choose another account.")
        return service

    # ----------------------------------------------------------------- send

    async def _send(self, lane: Lane) -> None:
        if (unasked := _not_unasked(lane, self._clock.now())) is not None:
            await lane.put(unasked.message, state="failed", trouble=unasked)
            return
        if lane.delivery.account not in self._accounts:
            await lane.put(_NOBODY.message, state="failed", trouble=_NOBODY, not_before=None)
            return
        try:
            service = self.service(lane.delivery.account)
            limits = await service.limits()
            parts = led_to(lane.delivery, holder_of(lane.delivery, lane.siblings))
            if parts is not None:
                await lane.put("", parts=parts)
            error = await self._send_parts(lane, service, limits)
        except ServiceError as caught:
            error = caught
        if error is not None:
            await self._after(lane, error)
        elif lane.delivery.state == "queued":
            await lane.put("Nothing of it is missing", state="delivered", not_before=None)

    async def _replace(self, lane: Lane, service: Writes) -> bool:
        """Delete the post that this one takes the place of, if there is one."""
        old = lane.delivery.replaces
        if old is None:
            return False
        await service.delete(old)
        await self._gone(old.uri)
        await lane.put("What it replaces is deleted", old, replaces=None)
        return True

    async def _send_parts(self, lane: Lane, service: Writes, limits: Limits) -> ServiceError | None:
        """Until all are there (None), or something stands in the way."""
        renewed = False
        while any(part.done is None for part in lane.delivery.parts):
            batch = batch_of(lane.delivery, limits)
            fresh = await self._uploading.upload(lane, batch, service, limits)
            if await self._replace(lane, service):
                fresh = False  # a server may drop a file with the post that had it before
            error = await self._publish(lane, batch, service)
            if isinstance(error, Refused) and not isinstance(error, Suspended):
                has_files = any(lane.delivery.parts[n].uploads for n in batch)
                if has_files and not fresh and not renewed:
                    # Servers forget files that have waited too long for their post.
                    renewed = True
                    await lane.put(
                        f"{error.message} The files are handed over again",
                        state="queued",
                        parts=_without_files(lane.delivery, batch),
                    )
                    continue
            if error is not None:
                return error
        return None

    async def _publish(
        self, lane: Lane, batch: Sequence[int], service: Writes
    ) -> ServiceError | None:
        """Publish those parts. Whatever is raised before it has begun did nothing."""
        ready = ready_of(lane.delivery, batch)
        if lane.delivery.looks:
            # It may be there from a try before: the user has not seen it, we look once more.
            found = await service.look(ready)
            if found is not None:
                await self._done(lane, batch, found, "It is there already")
                return None
        attempts = lane.delivery.attempts + 1
        words = f"{SENT} {what_of(lane.delivery, batch)}".strip()
        await lane.put(
            f"{words}, try {attempts}" if attempts > 1 else words,
            state="sending",
            attempts=attempts,
            trouble=None,
            not_before=None,
        )
        try:
            published = await service.publish(ready)
        except ServiceError as error:
            return error
        except Exception:
            log.exception("bug in sending for %s", lane.delivery.account)
            return OutcomeUnknown("Godwit made a mistake while this was on its way.")
        await self._done(lane, batch, published, "")
        return None

    async def _done(
        self, lane: Lane, batch: Sequence[int], published: Sequence[Published], text: str
    ) -> None:
        """The server has those parts."""
        parts = with_done(lane.delivery, batch, published)
        complete = all(part.done is not None for part in parts)
        kept_there = any(not one.uri for one in published)
        changes: dict[str, object] = {
            "parts": parts,
            "state": "queued",
            "trouble": None,
            "not_before": None,
            "looks": 0,
        }
        if complete:
            changes |= {"state": "scheduled" if kept_there else "delivered", "attempts": 0}
        if complete and kept_there and (send_at := parts[0].post.send_at) is not None:
            changes["not_before"] = send_at + timedelta(seconds=ADDRESS_LOOKS[0])
            text = text or "The server keeps it until its time"
        what = what_of(lane.delivery, batch)
        told = text or (f"{what[:1].upper()}{what[1:]} is there" if what else "It is there")
        notes = " ".join(one.note for one in published if one.note)
        await lane.put_answer(f"{told}. {notes}" if notes else told, **changes)
        await self._report(lane, None)
        if complete and not kept_there:
            self._arrived(lane.delivery.account)

    # ----------------------------------------------------------------- look

    async def _look(self, lane: Lane) -> None:
        """Was it done? Then go on from there; else look later, five times in all."""
        looks = lane.delivery.looks + 1
        try:
            service = self.service(lane.delivery.account)
            limits = await service.limits()
            batch = batch_of(lane.delivery, limits)
            found = await service.look(ready_of(lane.delivery, batch))
        except ServiceError as error:
            # This look does not count: nobody could say.
            ago = (self._clock.now() - sent_at(lane.delivery)).total_seconds()
            pause = look_pause(ago, self._chance())
            at = error.until if isinstance(error, RateLimited) else self._later(pause)
            await lane.put(f"Could not look: {error.message}", not_before=at)
            await self._report(lane, error)
            return
        if found is not None:
            await self._done(lane, batch, found, "Looked: it is there")
            return
        if limits.once and self._clock.now() - sent_at(lane.delivery) < FRESH:
            # Not later: somebody may have deleted it meanwhile, elsewhere.
            pause = retry_pause(lane.delivery.attempts, self._chance())
            await lane.put(
                "Looked: not there. It goes out again, and can be there only once",
                state="queued",
                looks=looks,
                not_before=self._later(pause),
            )
            return
        if looks < len(LOOKS):
            at = self._later(LOOKS[looks])
            await lane.put(
                f"Looked: not there, {looks} of {len(LOOKS)}", looks=looks, not_before=at
            )
            return
        trouble = Trouble(
            "outcome_unknown",
            "The answer never came, and five looks have not found it.",
            "Look yourself: say that you see it there, or try again.",
            "retry",
        )
        await lane.put(
            "Looked: not there. Now you decide", looks=looks, not_before=None, trouble=trouble
        )

    async def _look_later(self, lane: Lane) -> None:
        """The time of what the server kept has passed: which address has it?"""
        looks = lane.delivery.looks + 1
        batch = list(range(len(lane.delivery.parts)))
        try:
            service = self.service(lane.delivery.account)
            found = await service.look(ready_of(lane.delivery, batch))
        except ServiceError as error:
            log.info("a kept post was not looked for: %s", error.kind)
            found = None
        if found is not None and all(one.uri for one in found):
            await self._done(lane, batch, found, "Its time has come: it is there")
        elif looks < len(ADDRESS_LOOKS):
            await lane.put("", looks=looks, not_before=self._later(ADDRESS_LOOKS[looks]))
        else:
            await lane.put("Its time has come; where it is was not found", state="delivered")

    # ---------------------------------------------------------------- errors

    async def _after(self, lane: Lane, error: ServiceError) -> None:
        """What an error means for the delivery. Only a lost answer leaves anything open."""
        await self._report(lane, error)
        match error:
            case OutcomeUnknown():
                await lane.put(
                    f"No answer: {error.message}",
                    state="unknown",
                    looks=0,
                    not_before=self._later(LOOKS[0]),
                    trouble=trouble_from(error),
                )
            case RateLimited():
                at = max(error.until, self._clock.now())
                await self._wait(lane, error, at + timedelta(seconds=2 * self._chance()))
            case _ if error.kind in USER_KINDS:
                await self._wait(lane, error, None)
            case Refused() | Unsupported() | Unsafe():
                trouble = trouble_from(error, _repair(error, lane.delivery))
                await lane.put(error.message, state="failed", trouble=trouble)
            case _:
                pause = retry_pause(lane.delivery.attempts + 1, self._chance())
                await self._wait(lane, error, self._later(pause))

    async def _wait(self, lane: Lane, error: ServiceError, until: datetime | None) -> None:
        trouble = lane.delivery.trouble
        said = "" if trouble is not None and trouble.message == error.message else error.message
        await lane.put(
            said,
            state="queued",
            not_before=until,
            attempts=lane.delivery.attempts + (lane.delivery.state == "queued"),
            trouble=trouble_from(error, "sign_in" if isinstance(error, SignedOut) else ""),
        )

    async def _report(self, lane: Lane, error: ServiceError | None) -> None:
        """Tell the account how it is doing, where that is what the error (None: well) says."""
        about_it = error is None or error.kind in USER_KINDS
        if about_it or isinstance(error, Unreachable | RateLimited | SignedOut | Suspended):
            try:
                await self._accounts.report(lane.delivery.account, error)
            except StoreError as full:
                # It must not look like an error of the sending.
                log.warning("state of %s not kept: %s", lane.delivery.account, full.kind)

    def _later(self, seconds: float) -> datetime:
        return self._clock.now() + timedelta(seconds=seconds)


def _not_unasked(lane: Lane, now: datetime) -> Trouble | None:
    """Nothing is sent late or early unasked."""
    delivery = lane.delivery
    if delivery.replaces is not None or any(part.done is not None for part in delivery.parts):
        return None  # it has begun
    if is_missed(delivery, now):
        return Trouble(
            "missed",
            "Its time has passed while Godwit could not send it.",
            "Post it now, choose another time, or take it back.",
            "now",
        )
    if lane.is_rushed:
        return Trouble(
            "missed",
            "The clock of this computer was set forward past its time.",
            "Post it now, choose another time, or take it back.",
            "now",
        )
    if is_stale(delivery, now):
        return Trouble(
            "stale",
            "It has waited for more than a day.",
            "Post it now, or take it back.",
            "now",
        )
    return None


def _without_files(delivery: Delivery, batch: Sequence[int]) -> object:
    return tuple(
        replace(part, uploads={}) if n in batch else part for n, part in enumerate(delivery.parts)
    )


def _repair(error: ServiceError, delivery: Delivery) -> str:
    """What may be offered: ``alone``, ``shrink``, ``edit``, or nothing."""
    if isinstance(error, Unsupported | Unsafe | Suspended):
        return ""
    first = delivery.parts[0].post
    if isinstance(error, NotFound):
        return "alone" if first.reply_to or first.quote else ""
    has_files = any(part.post.media for part in delivery.parts if part.done is None)
    return "shrink" if has_files else "edit"
