"""
``godwit post`` in a process that is killed (SIGKILL) at a chosen moment, and the start after it.

usage: python -m tests.faults.post_and_die PROFILE send EVENT NUMBER MOMENT ARGUMENT…
       python -m tests.faults.post_and_die PROFILE resume

EVENT, from the moment of sending on, is ``keep`` (a transaction of what is never dropped)
or ``ask`` (a request that changes something at a server); the NUMBERth of them kills: MOMENT ``before`` it has
begun, so many seconds after it has begun, or ``after`` it is done.

``resume`` is a window's outbox, for which waits are over at once. Prints the lanes
that are left, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.cli import post
from app.cli.options import parse
from app.cli.output import Output
from app.cli.passphrase import ready_vault
from app.services.house import House
from app.services.options import Options
from app.services.outbox_schedule import LOOKS
from app.store import Store
from app.wiring import Wiring

PATIENCE = 60.0


def die() -> None:
    """Now, without a word."""
    os.kill(os.getpid(), signal.SIGKILL)


class Death:
    """Comes at the chosen event."""

    def __init__(self, event: str, number: int, moment: str) -> None:
        self._event, self._left, self._moment = event, number, moment
        self._is_near = False

    def nears(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        """*call*, from which on events count."""

        async def near(*args: Any, **more: Any) -> Any:
            self._is_near = True
            return await call(*args, **more)

        return near

    def meets(self, event: str, call: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
        """*call*, which is such an event."""

        async def met(*args: Any, **more: Any) -> Any:
            reads = event == "ask" and (args[0] == "GET" or "refreshSession" in args[1])
            if reads or not self._is_near:
                return await call(*args, **more)
            self._left -= event == self._event
            if event != self._event or self._left != 0:
                return await call(*args, **more)
            if self._moment == "before":
                die()
            if self._moment != "after":
                threading.Timer(float(self._moment), die).start()
                return await call(*args, **more)
            try:
                return await call(*args, **more)
            finally:
                die()

        return met


class JumpingClock:
    """Waits for what is being worked on; else time jumps to where it is waited for."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self.is_busy: Callable[[], bool] = lambda: False

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def passed(self) -> float:
        return time.monotonic() + self._ahead.total_seconds()

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(0.02):
                await event.wait()
        while self.is_busy() and not event.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(0.02):
                    await event.wait()
        if not event.is_set():
            self._ahead += timedelta(seconds=seconds)
        return event.is_set()


async def send(profile: Path, death: Death, arguments: list[str]) -> None:
    """Post, and die on the way (or, if it never comes so far, at the end)."""
    house = Wiring().build(Options(profile=profile))
    await house.start()
    house.store.keep = death.meets("keep", house.store.keep)  # type: ignore[method-assign]
    house.outbox.send = death.nears(house.outbox.send)  # type: ignore[method-assign]
    http = house.http()
    http.request = death.meets("ask", http.request)  # type: ignore[method-assign]
    http.upload = death.meets("ask", http.upload)  # type: ignore[method-assign]
    parsed = parse(["--profile", str(profile), "--json", "post", *arguments])
    await post.run(parsed, house, Output(json=True))
    die()


async def resume(profile: Path) -> list[dict[str, Any]]:
    """The next start: until every lane has arrived, or cannot."""
    clock = JumpingClock()
    house = Wiring().furnish(Options(profile=profile), profile, Store.open(profile), clock)
    await house.start()
    try:
        await ready_vault(house, Output())
        clock.is_busy = lambda: any(not t.done() for t in house.outbox._rounds._tasks.values())
        running = asyncio.create_task(house.outbox.run())
        try:
            async with asyncio.timeout(PATIENCE):
                await _settled(house)
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
        return [
            {
                "draft": lane.draft,
                "account": lane.account,
                "state": lane.state,
                "looks": lane.looks,
                "trouble": lane.trouble.message if lane.trouble else "",
                "journal": [note.text for note in lane.journal],
            }
            for lane in house.outbox.deliveries()
        ]
    finally:
        await house.close()


async def _settled(house: House) -> None:
    """As the user would: where five looks have found nothing, try again."""
    changed = asyncio.Event()
    leave = house.outbox.subscribe(lambda _: changed.set())
    try:
        while True:
            changed.clear()
            lanes = [one for one in house.outbox.deliveries() if not one.is_over]
            if not lanes:
                return
            for lane in lanes:
                if lane.state == "unknown" and lane.looks >= len(LOOKS):
                    await house.outbox.retry(lane.draft, lane.account)
            with suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    await changed.wait()
    finally:
        leave()


def main(profile: str, act: str, *rest: str) -> None:
    """See above."""
    if act == "resume":
        print(json.dumps(asyncio.run(resume(Path(profile)))))
        return
    event, number, moment, *arguments = rest
    asyncio.run(send(Path(profile), Death(event, int(number), moment), list(arguments)))


if __name__ == "__main__":
    main(*sys.argv[1:])
