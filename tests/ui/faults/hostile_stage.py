"""The real window on a server in a thread of its own, and how long it ever stood still."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QApplication

from app.feed.rows import Card
from app.model import AccountId
from app.protocols.base import SignedIn
from app.services.house import House, Options
from app.ui import asyncqt
from app.ui.presenters.live import Live
from app.ui.start import Front
from app.ui.theme.look import Look
from app.wiring import WindowSite, Wiring
from tests.bench.pulse import Pulse, Watcher
from tests.contract.mastodon_server import TOKEN
from tests.contract.streaming import StreamingServer, service_at, streaming_server
from tests.faults.world import in_thread
from tests.waiting import until

STALL = 50.0
"""ms of own work without a turn for anybody else: nobody would call that answerable."""


class Pace:
    """How much slower the processor is than at its best: others share its caches with us."""

    def __init__(self) -> None:
        self._best = self._once()

    def slower(self) -> float:
        """1: it is all ours."""
        now = sorted(self._once() for _ in range(5))
        self._best = min(self._best, now[0])
        return now[2] / self._best

    def _once(self) -> float:
        begun = time.thread_time()
        sum(hash(str(number)) & 1 for number in range(4_000))
        return time.thread_time() - begun


PACE = Pace()


class Stage:
    """
    An open window, whose one account is on *server*.

    Attributes:
        pulse: How long its thread worked on end.
        watcher: What at; only for finding out.
    """

    def __init__(
        self, front: Front, live: Live, house: House, account: AccountId, watch: bool
    ) -> None:
        self.front, self.live, self.house, self.account = front, live, house, account
        self.watcher = Watcher() if watch else None
        self.pulse = Pulse(self.watcher)

    @property
    def rows(self) -> int:
        """How many are in memory."""
        return len(self.live.timeline.opened or ())

    def texts(self) -> list[str]:
        """What the newest rows say."""
        opened = self.live.timeline.opened
        assert opened is not None
        rows = [opened.row(index) for index in range(min(len(opened), 30))]
        return [row.post.text.text if isinstance(row, Card) else "" for row in rows]

    async def is_live(self) -> None:
        """It hears what happens."""
        state = self.house.live.state
        await until(lambda: state(self.account).kind == "live", "it does not go live", seconds=20)

    async def shows(self, words: str) -> None:
        """A reader who goes to the top sees a row that says that."""

        def looked() -> bool:
            self.front.view.go_top()
            return words in " ".join(self.texts())

        await until(looked, f"nobody says {words}", seconds=20)
        self.front.view.viewport().repaint()

    @contextmanager
    def answerable(self, what: str = "") -> Iterator[None]:
        """In this block the window never stands still for long; *what* happens in it."""
        gc.collect()
        gc.freeze()  # what other tests have left is no work of the window's
        before = PACE.slower()
        self.pulse.start()
        try:
            yield
        finally:
            worst = self.pulse.stop()
            gc.unfreeze()
        slower = max(before, PACE.slower())
        said = f"{what}: {worst.own:.1f} ms of own work on end, {worst.wall:.1f} ms by the clock"
        print(f"{said}, {slower:.1f} x slower")
        told = "\n".join(self.watcher.told() if self.watcher else ())
        assert worst.own / slower < STALL, f"{said}\n{told}"


class FarServer:
    """The streaming server in its thread: what a test on another one may do."""

    def __init__(self, server: StreamingServer, loop: asyncio.AbstractEventLoop) -> None:
        self.server, self._loop = server, loop

    async def say(self, *messages: str | bytes) -> None:
        """Over its live line."""
        await self.do(self.server.say(*messages))

    async def raw(self, data: bytes) -> None:
        """Bytes that need not be frames."""

        async def write() -> None:
            socket = await until(lambda: self.server.socket, "nobody listens")
            socket.transport.write(data)

        await self.do(write())

    async def do(self, work: Awaitable[Any]) -> Any:
        """*work* in its thread."""

        async def awaited() -> Any:
            return await work

        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(awaited(), self._loop))


Begin = Callable[[AsyncExitStack], Awaitable[FarServer]]


def beginning(server: StreamingServer) -> Begin:
    """Puts *server* into a thread of its own (``in_thread``)."""

    async def begin(stack: AsyncExitStack) -> FarServer:
        await stack.enter_async_context(streaming_server(server))
        return FarServer(server, asyncio.get_running_loop())

    return begin


@asynccontextmanager
async def opened(
    qapp: QApplication, look: Look, profile: Path, origin: str, *, watch: bool = False
) -> AsyncIterator[Stage]:
    """The window on the account of *origin*, which can be anything that listens."""
    options = Options(profile=profile)
    site = WindowSite(Wiring(), options, profile)
    front, house = Front(qapp, site, look), site.furnish()
    house.vault().keep_for_session()
    account = service_at(house.http(), origin).account
    await house.accounts.add(SignedIn(account, {"token": TOKEN}))
    house.live._chance = lambda: 0.0  # a line that broke is tried again after a second
    live = Live(
        front,
        lambda: house,
        belongings=site.belongings,
    )
    front.window.resize(1280, 800)
    front.window.show()
    running = asyncio.create_task(live.run())
    try:
        yield Stage(front, live, house, account.id, watch)
    finally:
        front.window.close()
        await running
        await house.close()
        front.window.deleteLater()


def in_window(
    qapp: QApplication,
    look: Look,
    profile: Path,
    scenario: Callable[[Stage, FarServer], Awaitable[None]],
    *,
    home: Callable[[str], list[dict[str, Any]]],
    server: StreamingServer | None = None,
    watch: bool = False,
    seconds: float = 90,
) -> None:
    """Run *scenario* in a window that reads *home* and is live."""
    with in_thread(beginning(server or StreamingServer())) as far:
        far.server.home = home(far.server.origin)

        async def main() -> None:
            async with opened(qapp, look, profile, far.server.origin, watch=watch) as stage:
                await stage.is_live()
                await until(lambda: stage.rows, "it reads nothing")
                await scenario(stage, far)

        asyncqt.run(asyncio.wait_for(main(), seconds), qapp)
