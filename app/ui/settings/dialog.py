"""The settings: a list of pages, and one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.shell.rows import Row
from app.ui.theme import icons
from app.ui.theme.look import Look
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.scrolled import Scrolled


class PageEntry(Struct, frozen=True):
    """
    A page: its key, icon and name, and how it is made when it is first shown.

    *width*: what it wants, px at 100 %; 0 = as the others.
    """

    key: str
    icon: str
    name: str
    make: Callable[[], QWidget]
    width: float = 0


class _PageRow(Row):
    """An entry of the list."""

    entered = Signal()
    """The keys are here."""

    def __init__(self, look: Look, entry: PageEntry) -> None:
        super().__init__(look)
        self._entry = entry
        self.setAccessibleName(entry.name)

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        return QSize(0, theme.length(theme.tokens.sidebar.row))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, side = self._look.theme, self._look.theme.tokens.sidebar
        painter = QPainter(self)
        self.draw_ground(painter)
        chosen = self.isChecked()
        color = "onAccentSoft" if chosen else "text"
        size = theme.px(side.iconColumn, capped=True)
        start = (self.width() - size) / 2 if self._rail else side.gap
        x = self.along(start, size)
        drawn = icons.pixmap(
            theme, self._entry.icon, size, color, dpr=self.devicePixelRatioF(), mirror=self.rtl
        )
        painter.drawPixmap(QPointF(x, (self.height() - size) / 2), drawn)
        if self._rail:
            painter.end()
            return
        start = side.gap + size + side.gap
        room = self.width() - start - side.gap
        area = QRectF(self.along(start, room), 0, room, self.height())
        weight = 600 if chosen else None
        self.draw_text(painter, area, self._entry.name, "label", color, weight)
        painter.end()


class _Pages(Scrolled):
    """The list; it scrolls only where it is too high for the window."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        event.ignore()  # PgDn is the page's beside it


class SettingsDialog(Dialog):
    """Applied at once: there is no OK."""

    going = Signal()
    """Another page is about to be seen."""

    def __init__(
        self, look: Look, entries: Sequence[PageEntry], parent: QWidget | None, *, page: str = ""
    ) -> None:
        tokens = look.theme.tokens
        super().__init__(
            look, "Settings", parent, width=tokens.settings.list + tokens.settings.pageWidth
        )
        self._entries, self._key = tuple(entries), ""
        body = self._body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._held = QVBoxLayout()
        row.addLayout(self._held, 1)
        self.stand_beside(self._make_list())
        # A strut, not a least height of the body: that would let long pages be squeezed.
        row.addStrut(look.theme.length(tokens.settings.height, capped=True))
        self.fill(body)
        self.show_page(page or self._entries[0].key)
        self._rows[self._key].setFocus(Qt.FocusReason.OtherFocusReason)
        look.changed.connect(self._make_again)

    def _make_list(self) -> _Pages:
        tokens = self.look.theme.tokens
        self._panel = panel = _Pages()
        wanted = self.look.theme.length(
            tokens.settings.list + tokens.settings.pageWidth, capped=True
        )
        narrow = self._breadth() < wanted
        width = tokens.window.rail if narrow else tokens.settings.list
        # Names of pages are never cut, so the list grows with all of the text.
        panel.setFixedWidth(self.look.theme.length(width, capped=narrow))
        column = panel.column
        pad = tokens.sidebar.padX
        column.setContentsMargins(pad, 0, pad, pad)
        column.setSpacing(0)
        self._rows: dict[str, _PageRow] = {}
        for entry in self._entries:
            row = _PageRow(self.look, entry)
            row.set_rail(narrow)
            row.setToolTip(entry.name)
            row.clicked.connect(lambda _=False, key=entry.key: self.show_page(key))
            row.entered.connect(lambda row=row: panel.ensureWidgetVisible(row, 0, 0))
            self._rows[entry.key] = row
            column.addWidget(row)
        column.addStretch()
        return panel

    def paintEvent(self, event: QPaintEvent) -> None:
        """The list stands on the ground of the sidebar, from top to bottom."""
        super().paintEvent(event)
        theme = self.look.theme
        edge = theme.stroke("control") if theme.high_contrast else theme.stroke("hairline")
        inner = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        strip = QRectF(inner)
        strip.setWidth(self._panel.width())
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if rtl:
            strip.moveRight(inner.right())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("window"))
        radius = theme.tokens.dialog.radius - edge
        if self._panel.width() < theme.length(theme.tokens.settings.list, capped=True):
            # The title needs more room than icons do.
            strip.setTop(theme.length(theme.tokens.dialog.title))
        painter.setClipRect(strip)
        painter.drawRoundedRect(inner, radius, radius)
        line = theme.stroke("hairline")
        x = strip.left() if rtl else strip.right() - line
        painter.fillRect(QRectF(x, strip.y(), line, strip.height()), theme.color("hairline"))
        painter.end()

    def _make_again(self) -> None:
        """Another text size: lay the page out anew, and leave the focus where it was."""
        focused = self.focusWidget()
        name = focused.accessibleName() if focused is not None else ""
        QTimer.singleShot(0, self, lambda: self._restore(name))

    def _restore(self, name: str) -> None:
        self.show_page(self._key)
        for widget in self.findChildren(QWidget):
            if name and widget.accessibleName() == name and widget.focusPolicy():
                widget.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    @property
    def key(self) -> str:
        """Which page is shown."""
        return self._key

    def show_page(self, key: str) -> None:
        """Show that page."""
        if key != self._key:
            self.going.emit()
            self._scroll.verticalScrollBar().setValue(0)
        self._key = key
        for name, row in self._rows.items():
            row.setChecked(name == key)
        while (item := self._held.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                # Still our child until it goes: a parent less, and Qt polishes all of it anew.
                old.hide()
                old.deleteLater()
        entry = next(entry for entry in self._entries if entry.key == key)
        self._held.addWidget(entry.make())
        settings = self.look.theme.tokens.settings
        # What opens and closes in a wide page must not move the panel's edges.
        self._body.setMinimumHeight(self._inner_room() if entry.width else 0)
        self.widen(settings.list + (entry.width or settings.pageWidth))
