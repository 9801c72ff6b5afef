"""A timeline on an offscreen window."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from app.feed.rows import Row
from app.ui.theme import Theme
from app.ui.timeline.pictures import NoPictures
from app.ui.timeline.view import TimelineView
from tests.ui.timeline import samples
from tests.ui.timeline.listed import ListedRows


class Stage:
    """A window with a field, a timeline, and another field."""

    def __init__(self, rows: Sequence[Row], width: int = 608, height: int = 700) -> None:
        self.window = QWidget()
        self.above, self.below = QLineEdit(), QLineEdit()
        self.pictures = NoPictures()
        self.view = TimelineView(
            Theme(), self.pictures, clock=lambda: samples.NOW, locale=QLocale("en_GB")
        )
        self.view.set_networks(samples.NETWORKS, samples.HOSTS, samples.ACCOUNT_NETWORKS)
        box = QVBoxLayout(self.window)
        for widget in (self.above, self.view, self.below):
            box.addWidget(widget)
        self.source = ListedRows(rows)
        self.window.resize(width, height)
        self.window.show()
        self.window.activateWindow()
        self.view.set_source(self.source)
        QApplication.processEvents()

    def seen(self) -> list[tuple[object, int]]:
        """Key and y of every row in sight."""
        view = self.view
        return [(view.shelf.key(index), y) for index, y in view.visible_rows()]

    def part(self, row: int, kind: str, arg: str = "") -> int:
        """Number of a row's part by what it asks for."""
        layout = self.view.shelf.layout(row)
        for number, part in enumerate(layout.parts):
            if part.intent.kind == kind and (not arg or part.intent.arg == arg):
                return number
        raise AssertionError(f"no part {kind} {arg}")

    def press(self, row: int, kind: str, arg: str = "") -> None:
        """Press a part of a row."""
        self.view.press_part(self.source.key(row), self.part(row, kind, arg))


@pytest.fixture
def stage(qapp: QApplication) -> Iterator[Callable[..., Stage]]:
    """Makes a stage; closes it afterwards."""
    made: list[Stage] = []

    def make(rows: Sequence[Row], **more: int) -> Stage:
        made.append(Stage(rows, **more))
        return made[-1]

    yield make
    for one in made:
        one.view.set_source(None)
        one.window.close()
        one.window.deleteLater()
    QApplication.processEvents()
