"""What the user wants of a lane on its way: again, no more, it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.model import AccountId
from app.model.draft import DraftId
from app.model.errors import NotFound, Refused
from app.model.sending import Delivery, Part, Published
from app.services.deliver import Deliver
from app.services.outbox_lane import Lane, batch_of, with_done
from app.services.outbox_ledger import Key, Ledger, Overtaken
from app.services.outbox_schedule import LOOKS

if TYPE_CHECKING:
    from app.services.clock import Clock

TRIES = 8
"""How often a change is begun again because something else has changed the lane."""


class Wishes:
    """
    Changes lanes as their user wishes, whoever else is working on them.

    Args:
        stop: Ends the work on a lane that was cancelled.
        woken: Something is due.
    """

    def __init__(
        self,
        ledger: Ledger,
        deliver: Deliver,
        clock: Clock,
        stop: Callable[[Key], Awaitable[None]],
        woken: Callable[[], None],
    ) -> None:
        self._ledger = ledger
        self._deliver = deliver
        self._clock = clock
        self._stop = stop
        self._woken = woken

    async def retry(self, draft: DraftId, account: AccountId, *, alone: bool) -> None:
        """Try again; see ``Outbox.retry``."""

        async def retry(lane: Lane) -> bool:
            return await self._retry(lane, alone)

        await self._change(draft, account, retry)

    async def postpone(self, draft: DraftId, account: AccountId, at: datetime) -> None:
        """Another time; see ``Outbox.postpone``."""

        async def postpone(lane: Lane) -> bool:
            if lane.delivery.state not in ("queued", "failed"):
                raise Refused("It has left already.", "See: godwit outbox")
            await lane.put(
                "You: another time", state="queued", send_at=at, not_before=at, trouble=None,
                attempts=0, parts=_freed(lane.delivery, alone=False),
            )  # fmt: skip
            return True

        await self._change(draft, account, postpone)

    async def cancel(self, draft: DraftId, account: AccountId, *, unknown: bool) -> bool:
        """Stop it; see ``Outbox.cancel``. *unknown*: also what may have arrived."""

        async def cancel(lane: Lane) -> bool:
            return await self._cancel(lane, unknown)

        if not await self._change(draft, account, cancel):
            return False
        await self._stop((draft, account))
        return True

    async def look(self, draft: DraftId, account: AccountId) -> None:
        """Look for it at once; see ``Outbox.look``."""

        async def look(lane: Lane) -> bool:
            if lane.delivery.state != "unknown":
                raise Refused("Whether it was posted is no question.", "See: godwit outbox")
            looks = min(lane.delivery.looks, len(LOOKS) - 1)
            await lane.put("", looks=looks, not_before=None, trouble=None)
            return True

        await self._change(draft, account, look)

    async def seen(self, draft: DraftId, account: AccountId, address: str) -> None:
        """It is there; see ``Outbox.seen``."""

        async def seen(lane: Lane) -> bool:
            return await self._seen(lane, address)

        await self._change(draft, account, seen)

    async def hurry(self, within: float) -> None:
        """What only waits to be taken back leaves now; see ``Outbox.hurry``."""
        now, waiting = self._clock.now(), []
        for one in self._ledger.all():
            untried = one.state == "queued" and one.trouble is None and one.send_at is None
            if untried and one.not_before is not None and one.not_before > now:
                key = (one.draft, one.account)
                self._ledger.move(key, replace(one, not_before=None))
                waiting.append(key)
        changed = asyncio.Event()
        leave = self._ledger.subscribe(lambda _: changed.set())
        self._woken()
        try:
            async with asyncio.timeout(within):
                while any(self._is_leaving(key) for key in waiting):
                    changed.clear()
                    await changed.wait()
        except TimeoutError:
            return  # it is on the disk, and goes on from there
        finally:
            leave()

    # --------------------------------------------------------------- private

    def _is_leaving(self, key: Key) -> bool:
        one = self._ledger.find(*key)
        if one is None or one.trouble is not None:
            return False
        return one.state in ("queued", "sending")

    async def _change(
        self, draft: DraftId, account: AccountId, change: Callable[[Lane], Awaitable[bool]]
    ) -> bool:
        for _ in range(TRIES):
            kept = await self._ledger.load(draft, account)
            if kept is None:
                raise NotFound(
                    "There is no such post in the outbox.", "See what there is: godwit outbox"
                )
            try:
                changed = await change(Lane(kept, self._ledger, self._clock))
            except Overtaken:
                continue
            self._woken()
            return changed
        raise Refused("It is being sent just now.", "Wait a moment, then try again.")

    async def _retry(self, lane: Lane, alone: bool) -> bool:
        now = self._clock.now()
        match lane.delivery.state:
            case "failed" | "queued":
                await lane.put(
                    "You: now", state="queued", queued_at=now, not_before=None, send_at=None,
                    attempts=0, trouble=None, parts=_freed(lane.delivery, alone=alone),
                )  # fmt: skip
            case "unknown" if lane.delivery.looks >= len(LOOKS):
                # It is looked for once more before anything is sent.
                await lane.put(
                    "You: try again", state="queued", queued_at=now, not_before=None,
                    attempts=0, trouble=None,
                )  # fmt: skip
            case "unknown":
                raise Refused(
                    "Nobody knows yet whether it was posted; Godwit is still looking.",
                    "Wait for its looks, or say that you see it there.",
                )
            case state:
                raise Refused(
                    f"There is nothing to try again: it is {state}.", "See: godwit outbox"
                )
        return True

    async def _cancel(self, lane: Lane, unknown: bool) -> bool:
        match lane.delivery.state:
            case "queued" | "failed" if lane.delivery.replaces is not None:
                # The post whose place it was to take is still there.
                [part] = lane.delivery.parts
                same = (replace(part, done=lane.delivery.replaces),)
                await lane.put(
                    "You: leave it as it was", state="delivered", parts=same, replaces=None,
                    not_before=None, trouble=None,
                )  # fmt: skip
            case "queued" | "failed":
                await lane.put("You: taken back", state="cancelled", not_before=None, trouble=None)
            case "unknown" if unknown and lane.delivery.looks >= len(LOOKS):
                await lane.put("You: given up", state="cancelled", not_before=None)
            case "unknown" if unknown:
                raise Refused(
                    "Nobody knows yet whether it was posted; Godwit is still looking.",
                    "Wait for its looks, or say that you see it there.",
                )
            case "scheduled":
                service = self._deliver.service(lane.delivery.account)
                for part in lane.delivery.parts:
                    if part.done is not None:
                        await service.delete(part.done)
                parts = tuple(replace(part, done=None) for part in lane.delivery.parts)
                await lane.put("You: taken back", state="cancelled", parts=parts, not_before=None)
            case _:
                return False
        return True

    async def _seen(self, lane: Lane, address: str) -> bool:
        if lane.delivery.state != "unknown":
            raise Refused("Whether it was posted is no question.", "See: godwit outbox")
        service = self._deliver.service(lane.delivery.account)
        missing = [n for n, part in enumerate(lane.delivery.parts) if part.done is None]
        batch = missing if not address else batch_of(lane.delivery, await service.limits())
        published = [
            Published(address if n == batch[0] else "", address if n == batch[0] else "")
            for n in batch
        ]
        parts = with_done(lane.delivery, batch, published)
        complete = all(part.done is not None for part in parts)
        await lane.put(
            "You: it is there", parts=parts, state="delivered" if complete else "queued",
            trouble=None, not_before=None, looks=0,
        )  # fmt: skip
        return True


def _freed(delivery: Delivery, *, alone: bool) -> tuple[Part, ...]:
    """Its parts: what has not left keeps no time; *alone*: and answers and quotes nothing."""
    changes = {"send_at": None, **({"reply_to": "", "quote": ""} if alone else {})}
    return tuple(
        part if part.done is not None else replace(part, post=replace(part.post, **changes))
        for part in delivery.parts
    )
