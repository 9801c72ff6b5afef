"""A page is ready when its room is opened again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QElapsedTimer, QEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.presenters import spare
from app.ui.shell.right_pane import RightPane
from app.ui.theme.look import Look
from app.ui.widgets.piecemeal import Piecemeal
from app.ui.widgets.words import Words

SOON = 2000
"""ms within which a window at rest has done what is due."""


class Page(Piecemeal, QWidget):
    """Two pieces, and what is left."""

    def __init__(self, made: list[Page], *, whole: bool = True) -> None:
        super().__init__()
        self.parts: list[str] = []
        made.append(self)
        self.build(self._made_of(), whole=whole)

    def _made_of(self) -> Iterator[None]:
        self.parts.append("head")
        yield
        self.parts.append("list")
        yield
        self.parts.append("foot")


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """At rest at once."""
    monkeypatch.setattr(spare, "AFTER_MS", 0)
    monkeypatch.setattr(spare, "BETWEEN_MS", 0)


def deleted(page: QWidget) -> None:
    """As when its room is left."""
    page.deleteLater()
    QCoreApplication.sendPostedEvents(page, QEvent.Type.DeferredDelete)


def rest(qapp: QApplication, made: list[Page], parts: int) -> None:
    """Until the last page that was begun has so many parts."""
    clock = QElapsedTimer()
    clock.start()
    while len(made[-1].parts) < parts and clock.elapsed() < SOON:
        qapp.processEvents()


def test_the_next_page_is_made_piece_by_piece(qapp: QApplication, soon: None) -> None:
    """When the one before has gone; and who wants it then gets that one."""
    owner, made = QWidget(), list[Page]()
    ready = spare.Spare(owner, lambda: Page(made, whole=False))
    first = ready.take()
    assert first.parts == ["head", "list", "foot"]

    deleted(first)
    clock = QElapsedTimer()
    clock.start()
    while len(made) < 2 and clock.elapsed() < SOON:
        qapp.processEvents()
    rest(qapp, made, 3)
    assert made[1].parts == ["head", "list", "foot"]
    assert ready.take() is made[1] and len(made) == 2
    owner.deleteLater()


def test_who_comes_before_it_is_whole_does_not_get_half_of_it(
    qapp: QApplication, soon: None
) -> None:
    """What is left of it is made at once, and not once more afterwards."""
    owner, made = QWidget(), list[Page]()
    ready = spare.Spare(owner, lambda: Page(made, whole=False))
    deleted(ready.take())
    clock = QElapsedTimer()
    clock.start()
    while len(made) < 2 and clock.elapsed() < SOON:
        qapp.processEvents()

    page = ready.take()
    assert page is made[1] and page.parts == ["head", "list", "foot"]
    for _ in range(10):
        qapp.processEvents()
    assert page.parts == ["head", "list", "foot"] and len(made) == 2
    owner.deleteLater()


def test_a_page_that_stands_ready_is_not_seen(qapp: QApplication, look: Look) -> None:
    """It is none of the pages, until it is shown."""
    pane = RightPane(look)
    page = Words(look, "Ready")
    pane.take_in(page)
    pane.show()
    assert pane.page is None and pane.pages == () and not page.isVisible()

    pane.show_page(page)
    assert pane.page is page and page.isVisible()
    pane.deleteLater()
