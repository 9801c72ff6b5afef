"""Async work on Qt's loop: nothing is lost, nothing outlives its window."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Coroutine
from typing import Any

import pytest
from PySide6.QtCore import QAbstractListModel, QModelIndex, QTimer
from PySide6.QtWidgets import QApplication, QDialog

from app.ui import asyncqt


def _run(main: Coroutine[Any, Any, None], app: QApplication) -> None:
    asyncqt.run(asyncio.wait_for(main, 20), app)


class _Empty(QAbstractListModel):
    """Answers every question with None."""

    def rowCount(self, parent: Any = QModelIndex()) -> int:
        return 1

    def data(self, index: Any, role: int = 0) -> None:
        return None


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from 3.12 on")
def test_reading_a_model_leaves_none_alone(qapp: QApplication) -> None:
    """The PySide6 in use does not lose references to None (6.12.0 on 3.11 does, and aborts)."""
    model = _Empty()
    index = model.index(0, 0)
    before = sys.getrefcount(None)

    for _ in range(300):
        model.data(index)
        QAbstractListModel.itemData(model, index)

    assert abs(sys.getrefcount(None) - before) < 50


def test_the_program_ends_when_main_returns(qapp: QApplication) -> None:
    """run() comes back with the loop closed, and can be used again."""
    seen: list[int] = []

    async def main() -> None:
        await asyncio.sleep(0)
        seen.append(1)

    _run(main(), qapp)
    _run(main(), qapp)

    assert seen == [1, 1]


_TOLD_TO_END = """
import sys
from app.__main__ import lighten
lighten()
from app.ui.start import open_window
import asyncio
from PySide6.QtWidgets import QApplication
from app.services.late import LateModule
from app.ui import asyncqt

async def main():
    closed = asyncio.Event()
    asyncqt.on_interrupt(closed.set)
    print("ready", flush=True)
    await asyncio.gather(closed.wait(), asyncio.to_thread(int))
    names = ("inspect", "ast", "dis", "traceback", "platform", "_hashlib")
    print(*(one for one in names if type(sys.modules.get(one, LateModule(""))) is not LateModule))

asyncqt.run(main(), QApplication([]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no process is asked to end there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_is_told_to_end_ends_and_loads_nothing_for_it(number: signal.Signals) -> None:
    """At rest, too, by the terminal or by the system; what explains functions stays away."""
    with subprocess.Popen(
        [sys.executable, "-c", _TOLD_TO_END],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.communicate(timeout=30)[0].split() == []
    assert process.returncode == 0


def test_a_pending_task_survives_the_garbage_collector(qapp: QApplication) -> None:
    """A task waiting for something is held by its scope."""
    done: list[bool] = []

    async def main() -> None:
        gate = asyncio.Event()
        scope = asyncqt.TaskScope(report=done.append)  # type: ignore[arg-type]

        async def work() -> None:
            await gate.wait()
            done.append(True)

        scope.start(work(), name="work")
        await asyncio.sleep(0)
        gc.collect()
        gate.set()
        await asyncio.sleep(0.01)
        await scope.close()

    _run(main(), qapp)

    assert done == [True]


def test_an_error_is_reported_and_siblings_go_on(qapp: QApplication) -> None:
    """One failing task does not end the others of its window."""
    reported: list[str] = []
    finished: list[str] = []

    async def main() -> None:
        scope = asyncqt.TaskScope(report=lambda error: reported.append(str(error)))

        async def fail() -> None:
            raise ValueError("no luck")

        async def go_on() -> None:
            await asyncio.sleep(0.01)
            finished.append("sibling")

        scope.start(fail(), name="fail")
        await scope.start(go_on(), name="go on")

    _run(main(), qapp)

    assert (reported, finished) == (["no luck"], ["sibling"])


def test_closing_cancels_and_waits(qapp: QApplication) -> None:
    """After close() no task of the scope runs any more; cancelling is not an error."""
    log: list[str] = []

    async def main() -> None:
        scope = asyncqt.TaskScope(report=lambda error: log.append("reported"))

        async def work() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                log.append("cleaned up")

        scope.start(work(), name="work")
        await asyncio.sleep(0)
        await scope.close()
        log.append("closed")

    _run(main(), qapp)

    assert log == ["cleaned up", "closed"]


def test_garbage_is_collected_on_the_thread_of_the_window(qapp: QApplication) -> None:
    """A cycle is never taken apart on a worker's thread, and it does not stay for ever."""
    gc.enable()  # as in a program; the tests that draw run without
    died_on: list[int] = []

    class Knot:
        def __init__(self) -> None:
            self.me = self

        def __del__(self) -> None:
            died_on.append(threading.get_ident())

    def make_garbage() -> None:
        for _ in range(2_000):
            Knot()

    async def main() -> None:
        await asyncio.to_thread(make_garbage)
        async with asyncio.timeout(10):
            while len(died_on) < 2_000:
                await asyncio.sleep(0.05)

    _run(main(), qapp)

    assert set(died_on) == {threading.get_ident()}
    assert gc.isenabled()


class _Machine:
    """A clock, the thread's work, and a collector to which everything is due."""

    def __init__(self) -> None:
        self.now = self.worked = 0.0
        self.young = 10_000
        self.done: list[str] = []
        self.tidying: asyncqt._Tidying

    def monotonic(self) -> float:
        return self.now

    def thread_time(self) -> float:
        return self.worked

    def get_count(self) -> tuple[int, int, int]:
        return (self.young, 100, 100)

    def get_threshold(self) -> tuple[int, int, int]:
        return (700, 10, 10)

    def collect(self, generation: int = 2) -> None:
        self.done.append(f"collect {generation}")

    def freeze(self) -> None:
        self.done.append("freeze")

    def unfreeze(self) -> None:
        self.done.append("unfreeze")

    def pass_time(self, seconds: float, part: float) -> list[str]:
        """Ticks for so long, with that part of it worked; what was done, without repeats."""
        self.done.clear()
        tidying, until, ms = self.tidying, self.now + seconds, 0
        while self.now < until:
            ms = tidying.tidy()
            self.now += ms / 1e3
            self.worked += ms / 1e3 * part
        return list(dict.fromkeys(self.done))


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> _Machine:
    """In the place of Python's own."""
    made = _Machine()
    monkeypatch.setattr(asyncqt, "time", made)
    monkeypatch.setattr(asyncqt, "gc", made)
    made.tidying = asyncqt._Tidying()
    return made


def test_who_scrolls_does_not_wait_until_all_is_looked_through(machine: _Machine) -> None:
    """Not in a short pause either, nor where other programs take the processor."""
    machine.pass_time(2, 0.3)
    assert ["collect 1"] == machine.pass_time(20, 0.3)
    assert ["collect 1"] == machine.pass_time(20, 0.05)
    assert ["collect 1"] == machine.pass_time(0.5, 0.0)


def test_all_is_looked_through_at_rest(machine: _Machine) -> None:
    """And then it need not be again, while somebody scrolls."""
    machine.pass_time(2, 0.3)
    assert ["unfreeze", "collect 2", "freeze"] == machine.pass_time(5, 0.001)[-3:]


def test_long_work_is_tidied_in_the_end(machine: _Machine) -> None:
    """Once a minute, what came since the last rest."""
    assert ["collect 1", "collect 2"] == machine.pass_time(65, 0.9)


def test_what_comes_in_large_pieces_is_put_aside_until_a_rest(machine: _Machine) -> None:
    """Nobody waits for it while scrolling; then, or after a minute, it is looked through."""
    machine.pass_time(2, 0.3)
    machine.young = 100_000
    assert ["freeze"] == machine.pass_time(5, 0.3)
    machine.young = 10_000
    assert ["unfreeze", "collect 2", "freeze"] == machine.pass_time(5, 0.001)[-3:]
    machine.young = 100_000
    machine.pass_time(2, 0.9)
    assert ["freeze", "unfreeze", "collect 2"] == machine.pass_time(65, 0.9)


def test_nothing_starts_in_a_closed_scope(qapp: QApplication) -> None:
    """What a window begins while it closes is not begun at all."""
    log: list[str] = []

    async def main() -> None:
        scope = asyncqt.TaskScope(report=lambda error: log.append("reported"))

        async def work() -> None:
            log.append("worked")

        await scope.close()
        scope.start(work(), name="late")
        await asyncio.sleep(0.01)

    _run(main(), qapp)

    assert log == []


def test_the_latest_of_one_name_wins(qapp: QApplication) -> None:
    """Asking again cancels what was asked before."""
    answers: list[int] = []

    async def main() -> None:
        scope = asyncqt.TaskScope(report=lambda error: None)

        async def answer(number: int) -> None:
            await asyncio.sleep(0.01)
            answers.append(number)

        scope.restart(answer(1), name="preview")
        await asyncio.sleep(0)
        await scope.restart(answer(2), name="preview")

    _run(main(), qapp)

    assert answers == [2]


def test_ask_waits_without_a_nested_loop(qapp: QApplication) -> None:
    """Other tasks go on while a dialog is open, and its answer comes back."""
    beats: list[int] = []
    answer: list[int] = []

    async def main() -> None:
        async def beat() -> None:
            for number in range(3):
                beats.append(number)
                await asyncio.sleep(0)

        dialog = QDialog()
        beating = asyncio.create_task(beat())
        QTimer.singleShot(20, dialog.accept)
        answer.append(await asyncqt.ask(dialog))
        await beating

    _run(main(), qapp)

    assert (beats, answer) == ([0, 1, 2], [QDialog.DialogCode.Accepted])


def test_cancelling_the_asker_closes_the_dialog(qapp: QApplication) -> None:
    """A dialog does not stay behind when the work that asked is over."""
    visible: list[bool] = []

    async def main() -> None:
        before = {top for top in qapp.topLevelWidgets() if top.isVisible()}
        dialog = QDialog()
        asking = asyncio.create_task(asyncqt.ask(dialog))
        await asyncio.sleep(0.01)
        visible.append(dialog.isVisible())
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        after = {top for top in qapp.topLevelWidgets() if top.isVisible()}
        visible.append(bool(after - before))

    _run(main(), qapp)

    assert visible == [True, False]


def test_what_is_being_kept_comes_to_its_end(qapp: QApplication) -> None:
    """Before a window closes, choices that are being written down are; the rest is cut."""
    log: list[str] = []

    async def main() -> None:
        scope = asyncqt.TaskScope(report=lambda error: log.append("reported"))

        async def work(seconds: float, name: str) -> None:
            await asyncio.sleep(seconds)
            log.append(name)

        scope.start(work(0.02, "kept"), name="keep wishes")
        scope.start(work(5, "never"), name="keep place")
        scope.start(work(0.01, "count"), name="count")
        await scope.finish("keep ", 0.1)
        await scope.close()

    _run(main(), qapp)

    assert log == ["count", "kept"]
