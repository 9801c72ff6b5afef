"""The composer: header, draft and lanes, footer. Shows values, sends intents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.model import AccountId
from app.model.draft import Target
from app.ui.composer.editor import FindSpans, files_of
from app.ui.composer.footer import Footer
from app.ui.composer.head import Head
from app.ui.composer.lanes import Lanes
from app.ui.composer.master import KEYS, Master
from app.ui.composer.paragraphs import Paragraphs
from app.ui.composer.reminders import Sheet
from app.ui.composer.tabs import DRAFT, Tabs
from app.ui.composer.values import LaneShown
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.panel import UNBOUND, Hairline, Panel, tab_through


class Composer(Panel):
    """
    One draft being written: a pane of the window, or a window of its own.

    ``leaving`` is a wish: whoever holds it keeps the draft first.
    """

    leaving = Signal()
    send_wanted = Signal()
    files_given = Signal(list)

    def __init__(
        self, look: Look, pictures: Pictures, find_spans: FindSpans, *, alone: bool = False
    ) -> None:
        """*alone*: in a window of its own."""
        super().__init__(look, "surface")
        self.paragraphs = Paragraphs(look)
        self.head = Head(look, alone=alone)
        self.head.leaving.connect(self.leaving)
        self.master = Master(look, pictures, find_spans)
        self.lanes = Lanes(look, self.paragraphs, pictures, find_spans)
        self.tabs = Tabs(look)
        self.tabs.chosen.connect(self.show_part)
        self.tabs.made.connect(self._order_tabs)
        self.sheet = Sheet(look)
        self.footer = Footer(look)
        self.footer.send_wanted.connect(self.send_wanted)
        self._narrow = False
        self._fitted = False
        self._lay_out()
        self.setAcceptDrops(True)
        self.setAccessibleName("New post")
        self.master.editor.send_wanted.connect(self.send_wanted)
        self._bind()
        look.changed.connect(self._fit)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(Hairline(self._look))
        column.addWidget(self.tabs)
        self._tab_line = Hairline(self._look)
        column.addWidget(self._tab_line)
        self._body = QHBoxLayout()
        self._body.setSpacing(0)
        self._right = Panel(self._look, "window")
        # Both in one place when narrow, beside each other when wide.
        self._stack_holder = QWidget()
        self._stack = QStackedLayout(self._stack_holder)
        ground = QVBoxLayout(self._right)
        ground.setContentsMargins(0, 0, 0, 0)
        ground.addWidget(self.lanes)
        self._upright = Hairline(self._look, upright=True)
        self._body.addWidget(self.master)
        self._body.addWidget(self._upright)
        self._body.addWidget(self._right, 1)
        self._body.addWidget(self._stack_holder, 1)
        column.addLayout(self._body, 1)
        column.addWidget(self.sheet)
        column.addWidget(Hairline(self._look))
        column.addWidget(self.footer)

    def _order_tabs(self) -> None:
        """The tabs stand between the head and the words, for keys, too."""
        tab_through(self.head.close_button, *self.tabs.buttons, self.master.editor)

    def _bind(self) -> None:
        for tool, key in KEYS.items():
            self._shortcut(key, partial(self.master.tool_used.emit, tool))
        self._shortcut("Ctrl+Return", self.send_wanted.emit)
        self._shortcut("Ctrl+Enter", self.send_wanted.emit)

    def _shortcut(self, key: str, act: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(key), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)

    # ------------------------------------------------------------- showing

    def show_lanes(self, lanes: Sequence[LaneShown], quoted: Target | None = None) -> None:
        """The lanes, in order; those that stay keep their place and focus."""
        self.lanes.show_lanes(lanes, quoted)
        self.tabs.show_lanes(lanes)
        if self._narrow:
            self.show_part(self.tabs.current)

    def show_part(self, account: str) -> None:
        """Narrow only: the draft (""), or the lane of *account*."""
        wanted = AccountId(account)
        self.tabs.choose(wanted if wanted in self.lanes.panels else DRAFT)
        if not self._narrow:
            return
        current = self.tabs.current
        self.lanes.show_only(current, alone=True)
        self._stack.setCurrentWidget(self.master if current == DRAFT else self._right)

    def show_draft(self) -> None:
        """To the text, wherever one is."""
        self.show_part(DRAFT)
        self.master.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def is_narrow(self) -> bool:
        """Whether lanes are tabs."""
        return self._narrow

    def _fit(self) -> None:
        theme, tokens = self._look.theme, self._look.theme.tokens
        below = theme.length(tokens.composer.tabsBelow, capped=True)
        narrow = self.width() < below
        self.head.fit(self.width())
        self.footer.fit(self.width())
        if not narrow:
            self.master.setFixedWidth(theme.length(tokens.composer.master, capped=True))
        if narrow == self._narrow and self._fitted:
            return
        self._narrow, self._fitted = narrow, True
        self.tabs.setVisible(narrow)
        self._tab_line.setVisible(narrow)
        self._upright.setVisible(not narrow)
        if narrow:
            self.master.setMinimumWidth(0)
            self.master.setMaximumWidth(UNBOUND)
            self._stack.addWidget(self.master)
            self._stack.addWidget(self._right)
            self._stack_holder.show()
            self.show_part(self.tabs.current)
        else:
            self._stack_holder.hide()
            self._body.insertWidget(0, self.master)
            self._body.insertWidget(2, self._right, 1)
            self.master.show()
            self._right.show()
            self.lanes.show_only(None, alone=False)

    # ------------------------------------------------------- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if not self.sheet.isHidden():
                self.sheet.left.emit()
            else:
                self.leaving.emit()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if files_of(event.mimeData()):
            event.acceptProposedAction()
            self.footer.show_drop(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.footer.show_drop(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.footer.show_drop(False)
        files = files_of(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.files_given.emit(files)
