"""From the first frame to the window in use: nothing pressed is lost, nothing jumps."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.services.house import House
from app.ui.presenters.live import Live
from app.ui.start import Front
from app.ui.theme.look import Look
from tests.ui.shell.conftest import Demo, Scenario
from tests.waiting import until


async def shown(demo: Demo, qapp: QApplication, look: Look) -> Front:
    """The window as it stands on the screen before anything else is loaded."""
    await demo.house.start()
    await demo.house.sync.run()
    front = Front(qapp, demo.site, look, show=True)
    await until(front.window.isActiveWindow)
    return front


async def taken_over(demo: Demo, front: Front, ready: Callable[[], None]) -> Live:
    """The same, in use. *ready*: when it says that input is answered."""
    furnished: list[House] = []

    def furnish() -> House:
        furnished.append(demo.house)
        return demo.house

    live = Live(front, furnish, ready=ready)
    assert furnished == []
    await live.begin(furnished=True)
    assert len(furnished) == 1
    return live


async def left(demo: Demo, front: Front, live: Live) -> None:
    """End it."""
    await live.end()
    await demo.house.close()
    front.window.deleteLater()


def test_input_is_answered_as_soon_as_the_window_says_so(
    demo: Demo, run: Scenario, qapp: QApplication, look: Look
) -> None:
    """Keys, rows, the wheel and buttons, although nothing behind them is loaded yet."""

    async def scenario() -> None:
        front = await shown(demo, qapp, look)
        window, view = front.window, front.view
        titles: list[str] = []
        names: list[str] = []
        opened: list[str] = []
        view.open_profile.connect(opened.append)

        def ready() -> None:
            place = view.place_of(view.shelf.key(0))
            assert place is not None
            who = next(part for part in place[0].parts if part.intent.kind == "profile")
            at = QPoint(int(who.boxes[0].x) + 4, int(who.boxes[0].y) + place[1] + 4)
            QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)
            QTest.keyClick(view, Qt.Key.Key_J)
            assert view.current == view.shelf.key(1)
            names.append(front.shell.places[1].name)
            QTest.keyClick(window, "2")
            titles.append(window.header.title.text())

        live = await taken_over(demo, front, ready)
        assert len(opened) == 1
        assert titles == names
        assert window.header.title.text() == titles[0]
        await left(demo, front, live)

    run(scenario())


def test_who_has_scrolled_before_stays_there(
    demo: Demo, run: Scenario, qapp: QApplication, look: Look
) -> None:
    """The rows that take over are put where the first ones were scrolled to."""

    async def scenario() -> None:
        front = await shown(demo, qapp, look)
        view = front.view
        QTimer.singleShot(0, view, lambda: view.scroll_by(700))
        live = await taken_over(demo, front, lambda: None)
        here = view.anchor()
        assert here is not None
        assert view.rows_above() > 0
        await until(lambda: live.timeline.opened and live.timeline.opened.position)
        assert live.timeline.opened is not None
        assert live.timeline.opened.position == (here[0], here[2])
        await left(demo, front, live)

    run(scenario())


def test_nothing_is_laid_out_anew_when_the_window_is_taken_over(
    demo: Demo, run: Scenario, qapp: QApplication, look: Look
) -> None:
    """Rows in sight stand where they stood, and are as high as they were."""

    async def scenario() -> None:
        front = await shown(demo, qapp, look)
        view = front.view

        def stands() -> list[tuple[object, int, int]]:
            rows = view.visible_rows()
            return [(view.shelf.key(i), y, view.shelf.measure(i)) for i, y in rows]

        before, parts = stands(), front.window.sidebar.geometry()
        live = await taken_over(demo, front, lambda: None)
        await until(lambda: live.timeline.opened and view.shelf.row(0))
        # A banner of an account that has to wait takes room at the foot.
        after = stands()
        assert len(after) > len(before) - 3
        assert after == before[: len(after)]
        assert front.window.sidebar.geometry() == parts
        await left(demo, front, live)

    run(scenario())
