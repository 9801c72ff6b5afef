"""Pages over the whole window, and dialogs, as rooms that back and forward lead to."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QAbstractScrollArea, QWidget
from shiboken6 import isValid

from app.ui.presenters.travel import Visit

EVERY, TRIES = 40, 50
"""ms between two looks whether a page has all that it had, and how many of them."""


class Standing(NamedTuple):
    """
    How a page is looked at.

    Attributes:
        scrolled: How far each of its areas is scrolled, in their order.
        focused: Class, name, and which of those that has the focus; None: none in it.
    """

    scrolled: tuple[int, ...] = ()
    focused: tuple[str, str, int] | None = None


class Over:
    """
    Implements ``travel.Room`` for a presenter that has one page, made anew each time.

    Args:
        page: What stands over the window; None: nothing.
        seen: What is seen in it, and what is needed to open it again.
        again: Opens it again, with both; at once or a little later.
        leave: Puts it away, or asks first.
    """

    def __init__(
        self,
        window: QWidget,
        page: Callable[[], QWidget | None],
        seen: Callable[[], Visit],
        again: Callable[[Visit], object],
        leave: Callable[[], object],
    ) -> None:
        self._page, self._seen, self._again, self._leave = page, seen, again, leave
        self._returning = _Returning(window)

    @property
    def page(self) -> QWidget | None:
        """What stands over the window."""
        return self._page()

    def visit(self) -> Visit:
        """What is seen now, and where in it."""
        seen, page = self._seen(), self._page()
        return Visit(seen.what, (seen.state, standing(page) if page is not None else Standing()))

    def revisit(self, visit: Visit) -> None:
        """Open it again, and stand where one stood as soon as that is there."""
        state, where = visit.state
        self._again(Visit(visit.what, state))
        self._returning.begin(self._page, where)

    def leave(self) -> None:
        """Put it away, or ask first."""
        self._leave()


def standing(page: QWidget) -> Standing:
    """How *page* is looked at now."""
    scrolled = tuple(area.verticalScrollBar().value() for area in _areas(page))
    focused = page.focusWidget()
    if focused is None:
        return Standing(scrolled)
    alike = [one for one in page.findChildren(QWidget) if _name(one) == _name(focused)]
    at = next((at for at, one in enumerate(alike) if one is focused), 0)
    return Standing(scrolled, (*_name(focused), at))


class _Returning(QObject):
    """Scrolls to where one stood; what comes late is waited for, unless one moves oneself."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._page: Callable[[], QWidget | None] = lambda: None
        self._where = Standing()
        self._left = 0
        self._focused = False
        self._put: tuple[int, ...] = ()
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._try)

    def begin(self, page: Callable[[], QWidget | None], where: Standing) -> None:
        self._page, self._where, self._left = page, where, TRIES
        self._put, self._focused = (), where.focused is None
        self._timer.start()
        self._try()

    def _try(self) -> None:
        self._left -= 1
        page = self._page()
        if page is None or not isValid(page):
            if self._left <= 0:
                self._timer.stop()
            return
        bars = [area.verticalScrollBar() for area in _areas(page)]
        now = tuple(bar.value() for bar in bars)
        moved = bool(self._put) and now != self._put[: len(now)]
        if moved or self._left <= 0:
            self._timer.stop()
            return
        if not self._focused:
            self._focused = _focus(page, self._where.focused)
        for bar, value in zip(bars, self._where.scrolled, strict=False):
            bar.setValue(value)
        self._put = tuple(bar.value() for bar in bars)
        whole = len(bars) >= len(self._where.scrolled)
        if (
            self._focused
            and whole
            and self._put[: len(self._where.scrolled)] == tuple(self._where.scrolled)
        ):
            self._timer.stop()


def _areas(page: QWidget) -> list[QAbstractScrollArea]:
    return [area for area in page.findChildren(QAbstractScrollArea) if not area.isHidden()]


def _name(widget: QWidget) -> tuple[str, str]:
    return type(widget).__name__, widget.accessibleName()


def _focus(page: QWidget, wanted: tuple[str, str, int] | None) -> bool:
    if wanted is None:
        return True
    alike = [one for one in page.findChildren(QWidget) if _name(one) == wanted[:2]]
    if len(alike) <= wanted[2]:
        return False
    alike[wanted[2]].setFocus(Qt.FocusReason.OtherFocusReason)
    return True
