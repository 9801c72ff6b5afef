"""What was opened and put away again leaves nothing behind, however often."""

from __future__ import annotations

import gc
from collections import Counter
from contextlib import suppress

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from tests.ui.flat.openings import OPENINGS
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

WARM, ROUNDS = 2, 8
"""Openings that may make what is kept; openings after which nothing more may be there."""

BATCHES = 2
"""What is kept for the next time (proxies of as many rows as were ever in sight) does not grow twice."""

LATER = 5.0
"""Seconds until what is to be deleted is: what is on its way holds some of it for a moment."""

OWN_OF_QT = {"QPanGesture"}
"""One for each thing that scrolls; Qt gathers them up when it next needs one."""


def standing() -> Counter[str]:
    """Every Qt object of the windows and of the application, by its class."""
    gc.collect()
    tops: list[QObject] = [*QApplication.topLevelWidgets()]
    app = QApplication.instance()
    assert app is not None
    owners = [app, *(top for top in tops if top.parent() is None)]
    return Counter(
        type(one).__name__ for top in owners for one in [top, *top.findChildren(QObject)]
    )


def _grown(before: Counter[str]) -> dict[str, int]:
    """What grows with openings grows by one of a class at least with each."""
    more = standing() - before
    return {kind: n for kind, n in more.items() if n >= ROUNDS and kind not in OWN_OF_QT}


@pytest.mark.parametrize("name", OPENINGS)
def test_nothing_stays(demo: Demo, run: Scenario, name: str) -> None:
    """No Qt object more with each opening, of whichever class."""
    work = OPENINGS[name]

    async def scenario(demo: Demo) -> None:
        await until(lambda: demo.live.timeline.opened and len(demo.live.timeline.opened) > 20)
        await demo.house.notifications.sync()
        await demo.house.messages.sync()
        for _ in range(WARM):
            await work(demo)
        more: dict[str, int] = {}
        for _ in range(BATCHES):
            before = standing()
            for _ in range(ROUNDS):
                await work(demo)
            with suppress(AssertionError):
                await until(lambda before=before: not _grown(before), seconds=LATER)
            if not (more := _grown(before)):
                break

        assert more == {}

    run(opened(demo, scenario))
