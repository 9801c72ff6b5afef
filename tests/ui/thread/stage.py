"""A conversation in a window of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.feed.threads import Tree
from app.model import NetworkInfo
from app.ui.theme import Theme
from app.ui.thread.source import ThreadSource
from app.ui.thread.view import ThreadView
from app.ui.timeline.layout.values import RowLayout
from app.ui.timeline.pictures import NoPictures
from tests.posts import NOW

NETWORKS = {
    "north": NetworkInfo("north", "North", "fediverse"),
    "south": NetworkInfo("south", "South", "bluesky"),
}


class Stage:
    """The view, its rows, and what they look like."""

    def __init__(self, tree: Tree, width: int, height: int, scale: float) -> None:
        self.window = QWidget()
        box = QVBoxLayout(self.window)
        box.setContentsMargins(0, 0, 0, 0)
        self.view = ThreadView(Theme(scale=scale), NoPictures(), clock=lambda: NOW)
        self.view.set_networks(NETWORKS)
        box.addWidget(self.view)
        self.window.resize(width, height)
        self.window.show()
        self.source = ThreadSource(tree)
        self.view.set_source(self.source)
        QApplication.processEvents()

    def layout(self, index: int) -> RowLayout:
        """How a row is laid out."""
        return self.view.shelf.layout(index)

    def press(self, index: int, kind: str) -> None:
        """Press the part of a row that is for that."""
        for number, part in enumerate(self.layout(index).parts):
            if part.intent.kind == kind:
                self.view.press_part(self.source.key(index), number)
                return
        raise AssertionError(f"no part {kind}")


@contextmanager
def staged(
    tree: Tree, *, width: int = 440, height: int = 700, scale: float = 1.0
) -> Iterator[Stage]:
    """Shown, and taken down again."""
    stage = Stage(tree, width, height, scale)
    try:
        yield stage
    finally:
        stage.view.set_source(None)
        stage.window.close()
        stage.window.deleteLater()
        QApplication.processEvents()
