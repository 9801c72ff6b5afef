"""Paints the rows in sight onto the viewport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter

from app.model.timeline import RowKey
from app.ui.timeline.layout.values import RowLayout
from app.ui.timeline.paint.painter import PLAIN_LOOK, Look, RowPainter
from app.ui.timeline.pictures import Pictures

if TYPE_CHECKING:
    from app.ui.timeline.view import TimelineView


class Canvas:
    """Knows how each row looks just now: hovered, current, focused, selected."""

    def __init__(self, view: TimelineView, pictures: Pictures) -> None:
        self._view = view
        self._pictures = pictures
        self._painter: RowPainter | None = None
        self._stood: list[tuple[RowKey, int]] = []

    @property
    def is_true(self) -> bool:
        """The rows in sight are those that were painted last, where they were."""
        return self._stood == self._in_sight()

    def _in_sight(self) -> list[tuple[RowKey, int]]:
        view = self._view
        return [(view.shelf.key(index), y) for index, y in view.visible_rows()]

    def clear(self) -> None:
        """Theme or direction changed."""
        self._painter = None

    def paint(self, area: QRect) -> None:
        """Draw what lies in *area* of the viewport."""
        view = self._view
        self._stood = self._in_sight()
        painter = QPainter(view.viewport())
        row_painter = self._row_painter()
        # The scroll bar alone has changed: what is written never reaches under it.
        draw = row_painter.paint_ground if self._under_bar(area) else row_painter.paint
        bottom = 0
        for index, y in view.visible_rows():
            layout = view.shelf.layout(index)
            bottom = y + layout.height
            if bottom < area.top() or y > area.bottom():
                continue
            painter.save()
            painter.translate(0, y)
            draw(painter, layout, self._look(index, layout))
            painter.restore()
        if bottom < view.viewport().height():
            rest = QRect(0, bottom, area.right() + 1, view.viewport().height() - bottom)
            painter.fillRect(rest, view.theme.color("surface"))
            if view.footer is not None:
                painter.translate(0, bottom)
                draw(painter, view.footer, self._footer_look())
        painter.end()

    def _under_bar(self, area: QRect) -> bool:
        bar, viewport = self._view.verticalScrollBar(), self._view.viewport()
        return QRect(bar.mapTo(self._view, QPoint()) - viewport.pos(), bar.size()).contains(area)

    def _row_painter(self) -> RowPainter:
        dpr = self._view.viewport().devicePixelRatioF()
        if self._painter is None or self._painter.dpr != dpr:
            rtl = self._view.shelf.frame.rtl
            self._painter = RowPainter(self._view.theme, self._pictures, dpr=dpr, rtl=rtl)
        return self._painter

    def _footer_look(self) -> Look:
        part = self._view.pointed.footer_part
        return Look(hot=part) if part >= 0 else PLAIN_LOOK

    def _look(self, index: int, layout: RowLayout) -> Look:
        view, pointed = self._view, self._view.pointed
        key = view.shelf.key(index)
        hovered, current = key == pointed.key, key == view.current
        selection = pointed.selection
        mine = selection is not None and selection.key == key
        if not (hovered or current or mine):
            return PLAIN_LOOK
        ranges: tuple[tuple[int, int, int], ...] = ()
        if mine and selection is not None and layout.flow is not None:
            ranges = selection.ranges(layout.flow)
        ring = current and view.by_keyboard and view.hasFocusInside()
        part = view.focus_part if ring and view.focus_part < len(layout.parts) else -1
        hot = pointed.part if hovered and pointed.part < len(layout.parts) else -1
        return Look(
            hovered, current, ring and part < 0, hot, part, pointed.pressed is not None, ranges
        )
