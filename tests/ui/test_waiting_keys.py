"""A key store that waits for its user holds up nobody else."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from app.ui import asyncqt
from app.ui.presenters.keys import KeysPresenter
from app.ui.theme.look import Look, Wishes
from tests.waiting import until


class Waiting:
    """A key store whose own dialog nobody answers."""

    kind = "system keyring: of a test"

    def __init__(self) -> None:
        self.asked, self.answered = threading.Event(), threading.Event()

    @property
    def state(self) -> str:
        self.asked.set()
        self.answered.wait(20)
        return "ready"


def test_the_program_ends_while_a_key_store_waits(qapp: QApplication) -> None:
    """Closing the window ends Godwit, not only its window."""
    store, window = Waiting(), QWidget()
    keys = KeysPresenter(Look(qapp, Wishes()), window, lambda: store, report=pytest.fail)  # type: ignore[arg-type, return-value]

    loops: list[asyncio.AbstractEventLoop] = []  # so that it does not die on the store's thread

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        asking = asyncio.create_task(keys.unlock())
        await until(store.asked.is_set)
        asking.cancel()

    started = time.monotonic()
    asyncqt.run(main(), qapp)
    took = time.monotonic() - started
    store.answered.set()
    for thread in threading.enumerate():
        if thread.name == "vault":
            thread.join(10)

    assert took < 10
