"""Async work on Qt's loop. The only module that imports qasync."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import signal
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

# PySide6 first: qasync takes the binding that is already loaded.
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog
from qasync import QEventLoop

_TIDY_MS, _TIDY_OFTEN_MS = 250, 50
"""How often garbage is looked for, at rest and at work: what is young is looked
through each time, 8 ms of it when pages come in for a quarter of a second."""

_REST = 1.0
"""Seconds without work before all is looked through: who scrolls makes pauses."""

_PATIENCE = 60.0
"""Seconds that a whole collection waits for that."""

_MOST_YOUNG = 20_000
"""Objects that are looked through at work, about 3 ms. What comes by the page or by the
conversation (3 000 answers are 300 000 objects, 45 ms) is put aside until the next rest."""

_AT_WORK = 1 / 50
"""Part of the time from which this thread is at work. A window at rest takes a tenth
of that; one that scrolls has less than a fifth where other programs want the processor."""


def run(main: Coroutine[Any, Any, None], app: QApplication) -> None:
    """Run *main* on Qt's loop. The program ends when *main* returns."""
    app.setQuitOnLastWindowClosed(False)
    with _garbage_here(app), asyncio.Runner(loop_factory=lambda: _Loop(app)) as runner:
        runner.run(main)


class _Loop(QEventLoop):
    """
    Qt's loop, which takes a callback for what it is.

    The one of qasync asks ``inspect`` at each step whether it is a coroutine function:
    that module, with all that it needs, is 1 MB in a program that has no other use for it.
    """

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Any = None
    ) -> object:
        """See ``asyncio.loop.call_later``; ``call_soon`` and ``call_at`` come here, too."""
        return self._add_callback(asyncio.Handle(callback, args, self, context=context), delay)


@contextmanager
def _garbage_here(app: QApplication) -> Iterator[None]:
    """
    Collect garbage on this thread only.

    Python collects on whatever thread has just made an object. A forgotten
    widget in a cycle would then be destroyed on a thread that reads the store
    or a picture, and take the program with it.
    """
    timer = QTimer(app)
    timer.setInterval(_TIDY_MS)
    tidying = _Tidying()
    # Not the bound method, whose owner PySide6 6.11 watches: with it one run in
    # six of the window's tests hung or crashed just here; without it none of 22.
    timer.timeout.connect(lambda: timer.setInterval(tidying.tidy()))
    was_collecting = gc.isenabled()
    gc.disable()
    timer.start()
    try:
        yield
    finally:
        timer.stop()
        timer.deleteLater()
        gc.unfreeze()
        if was_collecting:
            gc.enable()


class _Tidying:
    """Decides at each tick what is collected."""

    def __init__(self) -> None:
        self._looked = self._whole = self._at_work = time.monotonic()
        self._worked = time.thread_time()
        self._middle = 0  # about how many have been looked through once
        self._aside = False

    def tidy(self) -> int:
        """
        Collect the oldest generation that is due, as Python itself would.

        All of it takes 30 ms: not while somebody scrolls. If it is long due, then
        all that came since the last rest.
        Returns when to look again, in ms.
        """
        now = time.monotonic()
        if self._is_busy():
            self._at_work = now
        busy = now - self._at_work < _REST
        self._collect(busy, now)
        # What was collected is no work of the window's.
        self._looked, self._worked = time.monotonic(), time.thread_time()
        return _TIDY_OFTEN_MS if busy else _TIDY_MS

    def _collect(self, busy: bool, now: float) -> None:
        due = [
            generation
            for generation, (count, most) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if count > most
        ]
        if not due:
            return
        oldest = max(due)
        if oldest == 2 and busy and now - self._whole < _PATIENCE:
            oldest = 1
        if oldest < 2:
            self._collect_young(oldest, busy)
            return
        self._whole = now
        if not busy or self._aside:
            gc.unfreeze()
        gc.collect()
        self._middle, self._aside = 0, False
        if not busy:
            # What is old stays, mostly: at work only what came since is looked through.
            gc.freeze()

    def _collect_young(self, oldest: int, busy: bool) -> None:
        young = gc.get_count()[0]
        if busy and young + (self._middle if oldest else 0) > _MOST_YOUNG:
            gc.freeze()
            self._middle, self._aside = 0, True
            return
        gc.collect(oldest)
        self._middle = 0 if oldest else self._middle + young

    def _is_busy(self) -> bool:
        """Has this thread been at work since the last tick?"""
        now, worked = time.monotonic(), time.thread_time()
        return worked - self._worked > (now - self._looked) * _AT_WORK


def on_interrupt(stop: Callable[[], None]) -> None:
    """
    Call *stop* on the loop when the terminal or the system asks us to end.

    Python sees a signal only when it runs, and the collector's tick lets it, a quarter
    of a second later at most. (``loop.add_signal_handler`` asks ``inspect``, as above,
    and Windows has none.)
    """
    loop = asyncio.get_running_loop()
    # That of ``signal`` describes in vain who listened before: our whole task, by ``inspect``.
    set_handler = importlib.import_module("_signal").signal

    def interrupted(number: int, _frame: object) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(stop)
            return
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        set_handler(number, interrupted)


class TaskScope:
    """
    Owns the tasks of one window: none is lost, none outlives it.

    An error in a task is reported, and leaves its siblings running.
    """

    def __init__(self, report: Callable[[Exception], None]) -> None:
        self._report = report
        self._tasks: set[asyncio.Task[None]] = set()
        self._latest: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
        """Start *work* beside the others; once the scope is closed, nothing starts any more."""
        task = asyncio.create_task(self._guard(work), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Cancelled before its first step it would be "never awaited".
        task.add_done_callback(lambda _: work.close())
        if self._closed:
            task.cancel()
        return task

    def restart(self, work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
        """Start *work* and cancel what was started under this *name*: the latest wins."""
        if previous := self._latest.get(name):
            previous.cancel()
        task = self._latest[name] = self.start(work, name=name)
        return task

    def stop(self, name: str) -> None:
        """Cancel what was started under *name*; harmless when it is over."""
        if task := self._latest.pop(name, None):
            task.cancel()

    async def finish(self, names: str, within: float) -> None:
        """
        Let what was started under a name that begins so come to its end, in *within* seconds.

        What is started by it meanwhile, too.
        """
        until = time.monotonic() + within
        while tasks := [task for task in self._tasks if task.get_name().startswith(names)]:
            left = until - time.monotonic()
            if left <= 0:
                return
            await asyncio.wait(tasks, timeout=left)

    async def close(self) -> None:
        """Cancel everything and wait until it has ended. Not for use inside the scope."""
        self._closed = True
        while tasks := [task for task in self._tasks if task is not asyncio.current_task()]:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 (reported, never swallowed)
            self._report(error)


async def ask(dialog: QDialog) -> int:
    """Show *dialog* and wait for its answer, with no nested event loop."""
    answered: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def settle(code: int) -> None:
        if not answered.done():
            answered.set_result(code)

    dialog.finished.connect(settle)
    dialog.open()
    try:
        return await answered
    finally:
        # Gone already when the window behind it was destroyed meanwhile.
        with contextlib.suppress(RuntimeError):
            dialog.close()
            dialog.deleteLater()
