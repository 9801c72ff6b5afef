"""A page that is made before its room is opened again, piece by piece, at rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from app.ui.widgets.piecemeal import Piecemeal

AFTER_MS, BETWEEN_MS = 1_000, 20
"""From its begin, and between two pieces: frames come first."""


P = TypeVar("P", bound=Piecemeal)


class Spare(Generic[P]):
    """
    One page of a kind, kept ready.

    Who opens a room opens it again; its page is thrown away when it is left, since all that
    was in it is, and a new one is made while nobody waits for it.

    Args:
        owner: With it everything ends.
        make: Makes a page, but for the pieces that are left of it.
        stand: Gives it the parent that it will have (``RightPane.take_in``).
    """

    def __init__(
        self,
        owner: QWidget,
        make: Callable[[], P],
        stand: Callable[[P], None] = lambda page: None,
    ) -> None:
        self._make, self._stand = make, stand
        self._page: P | None = None
        self._timer = QTimer(owner)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._go_on)

    def take(self) -> P:
        """The page, whole, however far it has come. When it is deleted, the next is begun."""
        self._timer.stop()
        page, self._page = self._page, None
        if page is None or not isValid(page):
            page = self._make()
        while page.build_on():
            pass
        assert isinstance(page, QObject)
        page.destroyed.connect(self._begin)
        return page

    def _begin(self) -> None:
        if isValid(self._timer):
            self._timer.start(AFTER_MS)

    def _go_on(self) -> None:
        if self._page is None:
            self._page = self._make()
            self._stand(self._page)
        elif not self._page.build_on():
            return
        self._timer.start(BETWEEN_MS)
