"""Dialogs and popovers: free panels with the design's own title row and footer."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import (
    QCloseEvent,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from app.ui.theme import glass
from app.ui.theme.look import Look
from app.ui.widgets.button import IconButton
from app.ui.widgets.panel import Hairline, along
from app.ui.widgets.scrolled import Scrolled, scroll_by_key
from app.ui.widgets.words import Words


class Scrim(QWidget):
    """Dims the window behind a dialog, or the dialog behind another one."""

    def __init__(self, look: Look, window: QWidget) -> None:
        super().__init__(window)
        self._look = look
        self._radius = look.theme.tokens.dialog.radius if isinstance(window, Dialog) else 0
        self.setGeometry(window.rect())
        self.raise_()
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.theme.color("scrim"))
        painter.drawRoundedRect(QRectF(self.rect()), self._radius, self._radius)
        painter.end()


class Dialog(QDialog):
    """
    A window-modal panel: title row, body that scrolls when it must, footer.

    Never ``exec()``: ``open()`` or ``asyncqt.ask``.
    """

    def __init__(
        self, look: Look, title: str, parent: QWidget | None, *, width: float | None = None
    ) -> None:
        super().__init__(parent)
        self.look = look
        self._wanted = width or look.theme.tokens.dialog.width
        self._scrim: Scrim | None = None
        self._corner: QPoint | None = None
        self._moved = False
        self.setWindowFlags(Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self._cut = not glass.is_transparent()
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(self._make_title(title))
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._beside: Scrolled | None = None
        self._across = QHBoxLayout()
        column.addLayout(self._across, 1)
        self._across.addWidget(self._scroll, 1)
        self._line = Hairline(look)
        column.addWidget(self._line)
        self._footer = QWidget()
        column.addWidget(self._footer)
        self.retitle(title)
        look.changed.connect(self.settle)

    def _make_title(self, title: str) -> QHBoxLayout:
        dialog = self.look.theme.tokens.dialog
        row = QHBoxLayout()
        pad = dialog.titlePad
        row.setContentsMargins(*along(dialog.pad, pad, pad, pad))
        self._title = Words(self.look, title, "title")
        row.addWidget(self._title, 1)
        self._close = IconButton(
            self.look,
            "x",
            "Close",
            target=dialog.close,
            icon_size=self.look.theme.tokens.icon.action,
        )
        self._close.clicked.connect(self.reject)
        row.addWidget(self._close)
        return row

    def retitle(self, title: str) -> None:
        """Show and announce another title."""
        self._title.say(title)
        self.setWindowTitle(title)
        self.setAccessibleName(title)

    def fill(
        self,
        body: QWidget,
        *,
        left: Sequence[QWidget] = (),
        right: Sequence[QWidget] = (),
    ) -> None:
        """Show *body* and these widgets in the footer; what was there goes."""
        dialog = self.look.theme.tokens.dialog
        body.setAutoFillBackground(False)
        self._scroll.setWidget(body)
        body.setAutoFillBackground(False)
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        old, self._footer = self._footer, QWidget()
        column.replaceWidget(old, self._footer)
        old.hide()
        old.deleteLater()
        row = QHBoxLayout(self._footer)
        row.setContentsMargins(dialog.pad, 0, dialog.pad, 0)
        row.setSpacing(self.look.theme.tokens.button.gap)
        for widget in left:
            row.addWidget(widget)
        row.addStretch()
        for widget in right:
            row.addWidget(widget)
        shown = bool(left or right)
        self._footer.setVisible(shown)
        self._line.setVisible(shown)
        self._footer.setFixedHeight(self.look.theme.length(dialog.footer) if shown else 0)
        self.settle()

    def stand_beside(self, part: Scrolled) -> None:
        """Put *part* before the body: it stays there while the body scrolls."""
        self._beside = part
        self._across.insertWidget(0, part)

    def column(self) -> tuple[QWidget, QVBoxLayout]:
        """An empty body with the dialog's padding."""
        theme = self.look.theme
        body = QWidget()
        column = QVBoxLayout(body)
        pad = theme.tokens.dialog.pad
        column.setContentsMargins(pad, 0, pad, pad)
        column.setSpacing(theme.tokens.space.m)
        return body, column

    def open_once(self) -> None:
        """Show it; closed, it is gone for good."""
        self.finished.connect(self.deleteLater)
        self.open()

    def settle(self) -> None:
        """Take the size that the content wants, inside the window it belongs to."""
        theme = self.look.theme
        width = self._width()
        body = self._scroll.widget()
        beside = self._beside
        content = beside.content_height() if beside is not None else 0
        inner = width - 2 - (beside.width() if beside is not None else 0)
        if body is not None and (layout := body.layout()) is not None:
            # The style sheet counts only once a widget is polished.
            for child in reversed(body.findChildren(QWidget)):
                child.ensurePolished()
                # What has changed in it is not yet known to what stands around it.
                if child.layout() is not None:
                    child.updateGeometry()
            layout.activate()
            content = max(content, _height(layout, inner), body.minimumHeight())
        head = theme.length(theme.tokens.dialog.title)
        foot = self._footer.height() + 1 if not self._footer.isHidden() else 0
        wanted, most = head + content + foot + 2, self._room()
        # A bar that comes only while sizes change makes text longer, and so stays.
        self._scroll.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            if wanted <= most
            else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        )
        self.setFixedSize(QSize(width, min(wanted, most)))
        self._keep_place()

    def widen(self, wanted: float) -> None:
        """Want another width (px at 100 %), and stay in the middle unless it was moved."""
        before = self.width()
        self._wanted = wanted
        if self._corner is not None:
            self._corner += QPoint((before - self._width()) // 2, 0)
        self.settle()

    def _width(self) -> int:
        return min(self.look.theme.length(self._wanted, capped=True), self._breadth())

    def _keep_place(self) -> None:
        """
        Stay where it was opened, or where it was moved to, and inside its window.

        Said again after every change of size: window managers that have put a
        frame around the panel let Qt believe that it stands at 0, 0.
        """
        parent = self.parentWidget()
        if parent is None or self._corner is None or self._moved:
            return
        window = parent.window()
        least = window.mapToGlobal(window.rect().topLeft())
        most = window.mapToGlobal(window.rect().bottomRight())
        x = max(least.x(), min(self._corner.x(), most.x() - self.width()))
        y = max(least.y(), min(self._corner.y(), most.y() - self.height()))
        self.move(x, y)

    def _breadth(self) -> int:
        """Widest that fits into the window behind."""
        parent, tokens = self.parentWidget(), self.look.theme.tokens
        if parent is None:
            return int(tokens.window.default[0])
        return max(int(tokens.window.min[0]), parent.window().width()) - int(tokens.space.xl)

    def _inner_room(self) -> int:
        """How high the body can be, without a footer, before it scrolls."""
        return self._room() - self.look.theme.length(self.look.theme.tokens.dialog.title) - 2

    def _room(self) -> int:
        parent = self.parentWidget()
        tokens = self.look.theme.tokens
        if parent is None:
            return int(tokens.window.default[1])
        return max(int(tokens.window.min[1]), parent.window().height()) - int(tokens.space.xl)

    # ------------------------------------------------------- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._cut:
            glass.cut_to_shape(self, self.look.theme.tokens.dialog.radius)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.settle()
        parent = self.parentWidget()
        if parent is not None:
            window = parent.window()
            self._scrim = Scrim(self.look, self._below(window))
            centre = window.mapToGlobal(window.rect().center())
            self._corner = centre - QPoint(self.width() // 2, self.height() // 2)
            self._keep_place()

    def _below(self, window: QWidget) -> QWidget:
        """What this dialog stands over: the last one that is open, or the window."""
        others = [d for d in window.findChildren(Dialog) if d is not self and d.isVisible()]
        return others[-1] if others else window

    def done(self, code: int) -> None:
        self._clear_scrim()
        super().done(code)

    def closeEvent(self, event: QCloseEvent) -> None:
        self._clear_scrim()
        super().closeEvent(event)

    def _clear_scrim(self) -> None:
        scrim, self._scrim = self._scrim, None
        if scrim is not None and isValid(scrim):  # it goes with the dialog that it dims
            scrim.hide()
            scrim.deleteLater()

    def focusNextPrevChild(self, forward: bool) -> bool:
        # As in the window: what is turned off while it works hands nothing on.
        focused = self.focusWidget()
        if focused is not None and not (focused.isVisible() and focused.isEnabled()):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return super().focusNextPrevChild(forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, and PgDn scrolls; fields do theirs."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if isinstance(focused, QPushButton):
                focused.click()
            return
        if not scroll_by_key(self._scroll, event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        title = self.look.theme.length(self.look.theme.tokens.dialog.title)
        if event.position().y() < title and (handle := self.windowHandle()) is not None:
            self._moved = handle.startSystemMove()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self.look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = theme.stroke("control") if theme.high_contrast else theme.stroke("hairline")
        painter.setPen(QPen(theme.color("border"), width))
        painter.setBrush(theme.color("raised"))
        area = QRectF(self.rect()).adjusted(width / 2, width / 2, -width / 2, -width / 2)
        radius = theme.tokens.dialog.radius
        painter.drawRoundedRect(area, radius, radius)
        painter.end()


def _height(layout: QLayout, width: int) -> int:
    wanted = layout.heightForWidth(width) if layout.hasHeightForWidth() else -1
    return wanted if wanted >= 0 else layout.sizeHint().height()


class Popover(QFrame):
    """A free panel that goes away when one clicks elsewhere."""

    def __init__(self, look: Look, parent: QWidget, *, width: float | None = None) -> None:
        super().__init__(parent)
        self.look = look
        popover = look.theme.tokens.popover
        self.setWindowFlags(
            Qt.WindowType.Popup
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.NoDropShadowWindowHint
        )
        self._cut = not glass.is_transparent()
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._wanted = width or popover.width
        self.content = QVBoxLayout(self)
        edge = popover.pad + popover.shadow
        self.content.setContentsMargins(edge, edge, edge, edge)
        self.content.setSpacing(0)

    def show_at(self, corner: QPoint) -> None:
        """Open with the top edge (in the reading direction's first corner) at *corner*, on screen."""
        theme = self.look.theme
        shadow = theme.tokens.popover.shadow
        width = theme.length(self._wanted, capped=True) + 2 * shadow
        self.content.activate()
        self.setFixedSize(width, _height(self.content, width))
        if self._cut:
            glass.cut_to_shape(self, theme.tokens.popover.radius, shadow)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = corner.x() - (self.width() - shadow if rtl else shadow)
        y = corner.y() - shadow
        if (screen := self.screen()) is not None:
            room = screen.availableGeometry()
            x = max(room.left() - shadow, min(x, room.right() - self.width() + shadow))
            y = max(room.top() - shadow, min(y, room.bottom() - self.height() + shadow))
        self.move(x, y)
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self.look.theme
        popover = theme.tokens.popover
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = popover.shadow
        area = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        if theme.scheme == "light":
            _draw_shadow(painter, area, popover.radius, edge, theme.tokens.popover.shade)
        width = theme.stroke("control") if theme.high_contrast else theme.stroke("hairline")
        painter.setPen(QPen(theme.color("border"), width))
        painter.setBrush(theme.color("raised"))
        half = width / 2
        painter.drawRoundedRect(
            area.adjusted(half, half, -half, -half), popover.radius, popover.radius
        )
        painter.end()


def _draw_shadow(painter: QPainter, area: QRectF, radius: float, reach: int, share: float) -> None:
    """0 4 16 at *share* black, as rings: cheap, and only a popover has it."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    limit = area.adjusted(-reach, -reach, reach, reach)
    for ring in range(reach):
        # Rings lie over each other; their sum falls off with the square.
        here, next_one = 1 - ring / reach, 1 - (ring + 1) / reach
        alpha = share / 2 * (here * here - next_one * next_one)
        painter.setBrush(QColor.fromRgbF(0, 0, 0, alpha))
        grown = area.adjusted(-ring, -ring + reach / 4, ring, ring + reach / 4)
        painter.drawRoundedRect(grown.intersected(limit), radius + ring, radius + ring)
    painter.restore()
