"""
What is shown before it has a parent is a window of its own, for a moment.

On a desktop it flickers, and it takes the keys away from the window it belongs to.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.ui.shell.banners import Banners
from app.ui.shell.items import Banner
from app.ui.theme.look import Look
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

BOTH = ("ottilie@saltmarsh.example", "ottilie.example.com")


class Strays(QObject):
    """Notes what is shown as a window and is none."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget)
        if shown and watched.isWindow() and not isinstance(watched, QDialog):  # type: ignore[attr-defined]
            self.seen.append(type(watched).__name__)
        return False

    def end(self) -> list[str]:
        """What was seen."""
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        return self.seen


def test_rooms_open_without_strays(demo: Demo, run: Scenario) -> None:
    """Somebody's page, the people book, moderation: nothing flickers, and the keys stay."""

    async def story(demo: Demo) -> None:
        live, house, window = demo.live, demo.house, demo.front.window
        strays = Strays()
        first = await house.people.find(BOTH[0])
        live.open_person(first.profile, first.network)
        await until(lambda: live.persons.page is not None and bool(live.persons.page.head._faces))
        live.open_room("people")
        page = live.people_room.page
        assert page is not None
        page.look_wanted.emit()
        await until(lambda: bool(page.boxes))
        assert window.isActiveWindow()
        live.settings.open("moderation")
        await until(lambda: live.settings.dialog is not None and live.moderation.page is not None)
        dialog = live.settings.dialog
        assert dialog is not None
        dialog.close()

        assert strays.end() == []

    run(opened(demo, story))


def test_banners_that_go_before_they_were_seen_are_no_strays(
    qapp: QApplication, look: Look, parent: QWidget
) -> None:
    """The text grows twice in one turn of the window: what was made first is put away unseen."""
    banners = Banners(look)
    banners.setParent(parent)
    strays = Strays()
    for text in ("once", "twice", "three times"):
        banners.show_banners([Banner("key", "warn", "clock", "boatyard.example", text)])
    qapp.processEvents()

    assert banners.isVisible()
    assert strays.end() == []
