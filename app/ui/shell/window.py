"""The window: sidebar, header, banners, and the timeline in the middle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.resources import resource
from app.ui.shell.banners import Banners
from app.ui.shell.header import Header
from app.ui.shell.sidebar import Sidebar
from app.ui.theme.look import Look
from app.ui.widgets.panel import UNBOUND, Hairline, Panel

if TYPE_CHECKING:
    from PySide6.QtCore import QObject, QPoint
    from PySide6.QtGui import (
        QCloseEvent,
        QKeyEvent,
        QResizeEvent,
    )

    from app.ui.shell.curtain import Curtain
    from app.ui.shell.grip import Grip
    from app.ui.shell.right_pane import RightPane

Shape = Literal["full", "rail", "menu"]


class Window(QWidget):
    """
    Holds the parts and gives them room; decides nothing about their content.

    ``closing`` is a wish: whoever owns the program ends it, and the window.
    """

    closing = Signal()
    room_changing = Signal()
    """Another page is about to be seen, in the right pane or in the timeline's place."""
    right_widened = Signal(int)
    """The right pane was given another width: px at text size 100 %, 0 = as usual."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        tokens = look.theme.tokens
        self.setWindowTitle("Godwit")
        self.setMinimumSize(*tokens.window.min)
        self.resize(*tokens.window.default)
        self._shape: Shape = "full"
        self._drawn = False
        self._first_run: QWidget | None = None
        self._cover: QWidget | None = None
        self._room: QWidget | None = None
        self._right: RightPane | None = None
        self._grip: Grip
        self._wide_right = 0
        self.sidebar = Sidebar(look)
        self.header = Header(look)
        self.header.menu_wanted.connect(self.draw_menu)
        self.banners = Banners(look)
        self._edge = Hairline(look, upright=True)
        self._middle = QWidget()
        self._stack = QStackedLayout(self._middle)
        self._curtain: Curtain | None = None
        self._lay_out()
        look.changed.connect(self._fit)

    def _lay_out(self) -> None:
        self._outer = QHBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        self._outer.addWidget(self.sidebar)
        self._outer.addWidget(self._edge)
        self._main = Panel(self._look, "surface")
        column = QVBoxLayout(self._main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        self._line, self._column = Hairline(self._look), column
        column.addWidget(self._line)
        column.addWidget(self.banners)
        column.addWidget(self._middle, 1)
        self._outer.addWidget(self._main, 1)

    # ------------------------------------------------------------- content

    def show_middle(self, widget: QWidget, *, keep: QWidget | None = None) -> None:
        """Put *widget* where the timeline is; what was there goes, except *keep*."""
        old = self._stack.currentWidget()
        if self._stack.indexOf(widget) < 0:
            self._stack.addWidget(widget)
        self._stack.setCurrentWidget(widget)
        if old is not None and old is not widget and old is not keep:
            self._stack.removeWidget(old)
            old.hide()
            old.deleteLater()

    def show_room(self, page: QWidget | None) -> None:
        """Put *page* in the place of the timeline and its header; None: show those again."""
        self.room_changing.emit()
        old, self._room = self._room, page
        if old is not None:
            self._column.removeWidget(old)
            old.hide()
        for part in (self.header, self._line, self._middle):
            part.setVisible(page is None)
        self.banners.sit(page)
        if page is not None:
            self._column.addWidget(page, 1)
            page.show()

    def show_first_run(self, page: QWidget) -> None:
        """Cover everything with *page* until ``leave_first_run``."""
        self.leave_first_run()
        self._first_run = page
        for part in (self.sidebar, self._edge, self._main, self._right):
            if part is not None:
                part.hide()
        self._outer.addWidget(page, 1)
        page.show()

    def leave_first_run(self) -> None:
        """Show the parts again."""
        if self._first_run is None:
            return
        self._outer.removeWidget(self._first_run)
        self._first_run.hide()
        self._first_run.deleteLater()
        self._first_run = None
        if self._cover is None:
            self._main.show()
        self._fit()

    @property
    def in_first_run(self) -> bool:
        """Whether the welcome covers the window."""
        return self._first_run is not None

    def cover(self, page: QWidget) -> None:
        """Let *page* take the whole window until ``uncover``: what is behind stays as it is."""
        self.room_changing.emit()
        self.uncover()
        self.put_menu_away()
        self._cover = page
        for part in (self.sidebar, self._edge, self._main, self._right, self._first_run):
            if part is not None:
                part.hide()
        self._outer.addWidget(page, 1)
        page.show()

    def uncover(self) -> None:
        """Show the parts again."""
        page, self._cover = self._cover, None
        if page is None:
            return
        self._outer.removeWidget(page)
        page.hide()
        page.deleteLater()
        if self._first_run is not None:
            self._first_run.show()
        else:
            self._fit()
            if self._right is None:  # else it is placed, or hidden below what covers it
                self._main.show()  # last: its rows are laid out for the width that it keeps
            page = self._right.page if self._right is not None else None
            (page or self._ground).setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def is_covered(self) -> bool:
        """Whether a page takes the whole window."""
        return self._cover is not None

    # --------------------------------------------------------- the right pane

    @property
    def right(self) -> RightPane:
        """Where a conversation or the composer stands; seen while it has a page."""
        if self._right is None:
            from app.ui.shell.grip import Grip  # nobody has opened anything yet
            from app.ui.shell.right_pane import RightPane

            self._right = RightPane(self._look)
            self._outer.addWidget(self._right)
            self._right.changing.connect(self.room_changing)
            self._right.changed.connect(self._on_right)
            self._grip = Grip(self)
            self._grip.moved.connect(lambda by: self._widen(self._right_width() + by))
            self._grip.reset.connect(lambda: self._widen(0))
        return self._right

    @property
    def pages(self) -> tuple[QWidget, ...]:
        """In the timeline's place, all of the right pane, over the whole window: lowest first."""
        right = self._right.pages if self._right is not None else ()
        return tuple(page for page in (self._room, *right, self._cover) if page is not None)

    def _on_right(self) -> None:
        over = self._right.page if self._right and self._right.wants_all else self._room
        self.banners.sit(over)  # at once: a page that goes must not take them along
        self.sidebar.show_beside(over is None)
        self._fit()
        if self._right is not None and self._right.page is None:
            self._ground.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _ground(self) -> QWidget:
        """What has the keys when nothing lies over it."""
        return self._room or self._stack.currentWidget() or self

    # --------------------------------------------------------------- shape

    def widen_right(self, width: int) -> None:
        """Give the right pane that many px at text size 100 %; 0: as many as usual."""
        self._wide_right = width
        self._place_right()

    def _widen(self, width: int) -> None:
        theme = self._look.theme
        usual = theme.length(theme.tokens.window.rightPane, capped=True)
        # Never less than usual, nor so much that the timeline has less than its least.
        room = self.width() - self.sidebar.wanted_width()
        most = room - theme.length(theme.tokens.window.timelineMin, capped=True)
        wanted = max(min(width, most), usual) if width else 0
        scale = min(theme.scale, theme.tokens.textScale.capped)
        self.widen_right(round(wanted / scale))
        self.right_widened.emit(self._wide_right)

    def _right_width(self) -> int:
        """px that the right pane has beside the timeline."""
        theme = self._look.theme
        least = theme.length(theme.tokens.window.rightPane, capped=True)
        wanted = theme.length(self._wide_right, capped=True)
        room = self.width() - self.sidebar.wanted_width()
        most = room - theme.length(theme.tokens.window.timelineMin, capped=True)
        return max(least, min(wanted, most))

    def _place_grip(self) -> None:
        right = self._right
        if right is None:
            return
        hit = self._look.theme.tokens.window.splitterHit
        self._grip.setVisible(not right.isHidden() and not right.covering)
        edge = right.geometry()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = edge.right() if rtl else edge.left()
        self._grip.setGeometry(x - hit // 2, 0, hit, self.height())
        self._grip.raise_()

    def _place_right(self) -> None:
        """Beside the timeline where both have room, else over it."""
        right = self._right
        if right is None:
            return
        window, theme = self._look.theme.tokens.window, self._look.theme
        wide = theme.length(window.rightPane, capped=True)
        least = self.sidebar.full_width() + theme.length(window.timelineMin, capped=True) + wide
        covering = right.wants_all or self.width() < max(window.collapseRightBelow, least)
        shown = right.page is not None
        beside = self._right_width()
        right.setMinimumWidth(0 if covering else beside)
        right.setMaximumWidth(UNBOUND if covering else beside)
        self._outer.setStretchFactor(right, 1 if covering else 0)
        right.stand(self._main, covering=covering)
        self.banners.sit(right.page if shown and covering else self._room)
        if shown:
            self._outer.activate()
        self._place_grip()

    def _wanted_shape(self) -> Shape:
        window = self._look.theme.tokens.window
        # Larger text needs the room earlier.
        scale = min(self._look.theme.scale, self._look.theme.tokens.textScale.capped)
        if self.width() < window.collapseSidebarBelow:
            return "menu"
        least = self.sidebar.full_width() + window.timelineMin * scale
        if self.width() < max(window.railBelow, least):
            return "rail"
        return "full"

    def _fit(self) -> None:
        if self._first_run is not None or self._cover is not None:
            return
        shape = self._wanted_shape()
        if shape != self._shape:
            self.put_menu_away()
        self._shape = shape
        menu = shape == "menu"
        self.header.show_menu(menu)
        self.sidebar.set_shape("rail" if shape == "rail" else "full")
        if menu and self._outer.indexOf(self.sidebar) >= 0:
            self._outer.removeWidget(self.sidebar)
        elif not menu and self._outer.indexOf(self.sidebar) < 0:
            self._outer.insertWidget(0, self.sidebar)
        self.sidebar.setVisible(not menu or self._drawn)
        self._edge.setVisible(not menu)
        self._place_right()
        self._place_menu()

    def draw_menu(self) -> None:
        """Draw the sidebar out over the window (narrow windows only)."""
        if self._shape != "menu":
            return
        if self._drawn:
            self.put_menu_away()
            return
        if self._curtain is None:
            from app.ui.shell.curtain import Curtain  # seldom: only narrow windows draw it

            self._curtain = Curtain(self._look, self)
            self._curtain.pressed.connect(self.put_menu_away)
        self._drawn = True
        self._curtain.show()
        self.sidebar.show()
        self._place_menu()
        self._curtain.lead_in(self.sidebar, self.focusWidget())

    def put_menu_away(self) -> None:
        """Put the drawn-out sidebar back."""
        if not self._drawn:
            return
        self._drawn = False
        if self._curtain is not None:
            self._curtain.hide()
        self.sidebar.setVisible(self._shape != "menu")

    def _place_menu(self) -> None:
        if not self._drawn or self._curtain is None:
            return
        self._curtain.setGeometry(self.rect())
        self._curtain.raise_()
        width = self.sidebar.wanted_width()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.sidebar.setGeometry(self.width() - width if rtl else 0, 0, width, self.height())
        self.sidebar.raise_()

    # ------------------------------------------------------- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def focusNextPrevChild(self, forward: bool) -> bool:
        # Qt also calls this when the control with the focus is hidden or turned
        # off, and would give it to the next one as if Tab had been pressed.
        focused = self.focusWidget()
        if focused is not None and not (focused.isVisible() and focused.isEnabled()):
            right = self._right
            inside = right is not None and right.isAncestorOf(focused)
            page = right.page if inside and right else None
            (self._cover or page or self._ground).setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return super().focusNextPrevChild(forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._drawn and self._curtain is not None:
            self.put_menu_away()
            self._curtain.lead_out(self.sidebar, self._room or self.header)
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        # The program saves positions and stops its tasks; then it takes the window down itself.
        event.ignore()
        self.closing.emit()

    def dress(self) -> None:
        """Give it its icon: not needed for the first frame."""
        from PySide6.QtGui import QIcon

        self.setWindowIcon(QIcon(str(resource("godwit-256.png"))))

    def come_forward(self) -> None:
        """Show in front of others: a second Godwit was started."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def below_title(self) -> QPoint:
        """Where a popover of the title opens, on the screen."""
        title = self.header.title
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        corner = title.rect().bottomRight() if rtl else title.rect().bottomLeft()
        return title.mapToGlobal(corner)

    def below(self, widget: QWidget) -> QPoint:
        """The same for another of its widgets, at its far end."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        corner = widget.rect().bottomLeft() if rtl else widget.rect().bottomRight()
        return widget.mapToGlobal(corner)


def is_in(widget: QObject | None, ancestor: QWidget) -> bool:
    """Whether *widget* stands somewhere inside *ancestor*."""
    return isinstance(widget, QWidget) and (widget is ancestor or ancestor.isAncestorOf(widget))
