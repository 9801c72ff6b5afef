"""Moving through a timeline, as the keys and the header offer it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until


@pytest.mark.parametrize("key", [Qt.Key.Key_G, Qt.Key.Key_Home])
def test_keys_that_go_to_the_newest_can_be_undone(demo: Demo, run: Scenario, key: Qt.Key) -> None:
    """As a press on the pill: Alt+Left comes back to the same line."""

    async def scenario(demo: Demo) -> None:
        view, window = demo.front.view, demo.front.window
        await until(lambda: demo.live.timeline.opened and len(demo.live.timeline.opened))
        timeline = demo.live.timeline.opened
        assert timeline is not None
        view.scroll_by(1500)
        await until(lambda: all(timeline.row(index) for index, _ in view.visible_rows()))
        there = view.anchor()
        assert there is not None
        QTest.keyClick(view, key)
        await until(lambda: (view.anchor() or there)[0] == timeline.key(0))
        QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        await until(lambda: view.anchor() == there)

    run(opened(demo, scenario))
