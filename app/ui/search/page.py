"""The search in the window: a field, what it can be narrowed by, and two columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.search.column import FoundColumn
from app.ui.search.field import SearchField
from app.ui.search.start import SearchStart
from app.ui.search.values import OPERATORS
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Segment
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.pagehead import PageHead, PartRow, line_below
from app.ui.widgets.panel import Hairline, Panel
from app.ui.widgets.words import Words

BOTH_FROM = 808
"""px of this page at text size 100 % from which on both columns stand side by side."""


class SearchPage(Panel):
    """
    Shows and asks; decides nothing.

    ``typed``: the text is another one; ``asked``: Enter was pressed.
    """

    typed = Signal(str)
    asked = Signal(str)
    leaving = Signal()
    feed_wanted = Signal()
    again_wanted = Signal()
    hide_seen = Signal(bool)
    kept_wanted = Signal(str)
    """``bookmarks`` or ``likes``, in place of what is looked for."""

    def __init__(self, look: Look, pictures: Pictures, *, clock: Callable[[], datetime]) -> None:
        super().__init__(look, "surface")
        self.setAccessibleName("Search")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        self.under_head = line_below(look, column)
        column.addWidget(self._make_narrowing())
        self.trouble = Words(look, "", "small", "danger", wrap=True)
        space = look.theme.tokens.space
        self._troubled = QWidget()
        padded = QVBoxLayout(self._troubled)
        padded.setContentsMargins(space.l, 0, space.l, space.s)
        padded.addWidget(self.trouble)
        self._troubled.hide()
        column.addWidget(self._troubled)
        column.addWidget(Hairline(look))
        self._make_tabs(column)
        again = Button(look, "Ask the servers", icon="arrow-clockwise", size="small")
        again.clicked.connect(self.again_wanted)
        self.again = again
        self.seen = Button(look, "Show seen", "plain", size="small")
        self.seen.clicked.connect(self._on_hide)
        self._hiding, self._alone = True, False
        self.left = FoundColumn(look, pictures, "Seen by you", clock=clock)
        self.right = FoundColumn(
            look, pictures, "On the servers", clock=clock, acts=(self.seen, again)
        )
        body = QHBoxLayout()
        body.setSpacing(0)
        self._line = Hairline(look, upright=True)
        body.addWidget(self.left, 1)
        body.addWidget(self._line)
        body.addWidget(self.right, 1)
        column.addLayout(body, 1)
        look.changed.connect(self._arrange)
        self._arrange()

    # ------------------------------------------------------------- building

    def _make_head(self) -> PageHead:
        look = self._look
        head = PageHead(look, look.theme.tokens.space.s)
        head.back.connect(self.leaving)
        row = head.row
        self.field = SearchField(look, self)
        self.field.setAccessibleName("Search, or the address of a post or profile")
        self.field.setPlaceholderText("Search, or paste the address of a post or profile")
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self.typed)
        self.field.returnPressed.connect(lambda: self.asked.emit(self.field.text()))
        self.field.down.connect(self._into_list)
        row.addWidget(self.field, 1)
        self.feed = Button(look, "Make a feed of it", icon="rss")
        self.feed.clicked.connect(self.feed_wanted)
        row.addWidget(self.feed)
        return head

    def _make_narrowing(self) -> QWidget:
        look, space = self._look, self._look.theme.tokens.space
        held = QWidget()
        padded = QVBoxLayout(held)
        padded.setContentsMargins(space.l, space.s, space.l, space.s)
        inner = QWidget()
        flow = FlowLayout(inner, gap=space.s, line_gap=space.xs)
        padded.addWidget(inner)
        names = ("All", "Posts", "People", "Feeds", "Tags")
        kinds = tuple((name.casefold(), name) for name in names)
        self.kinds = Segment(look, "Show", kinds)
        self.kinds.choose("all")
        self.kinds.chosen.connect(self._on_kind)
        flow.addWidget(self.kinds)
        for text, what in OPERATORS:
            shown = {"-": "-word", '""': "“exact words”"}.get(text, text)
            chip = Button(look, shown, "plain", size="small")
            chip.setToolTip(what)
            chip.setAccessibleDescription(what)
            chip.clicked.connect(lambda _=False, text=text: self.add(text))
            flow.addWidget(chip)
        self._narrowing, self._flow = held, flow
        return held

    def _make_tabs(self, column: QVBoxLayout) -> None:
        sides = (("left", "Seen by you"), ("right", "On the servers"))
        self._tabs = Segment(self._look, "Where", sides)
        self._tabs.choose("left")
        self._tabs.chosen.connect(lambda _: self._arrange())
        self._tab_row = PartRow(self._look, self._tabs)
        column.addWidget(self._tab_row)
        self.kept = Segment(
            self._look, "What I keep", (("bookmarks", "Bookmarks"), ("likes", "Likes"))
        )
        self.kept.chosen.connect(self.kept_wanted)
        self._kept_row = PartRow(self._look, self.kept)
        column.addWidget(self._kept_row)

    # -------------------------------------------------------------- showing

    def add(self, text: str) -> None:
        """Put an operator behind what is there, and go on typing."""
        before = self.field.text()
        gap = " " if before and not before.endswith(" ") else ""
        self.field.setText(f"{before}{gap}{text}")
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        if text == '""':
            self.field.cursorBackward(False, 1)
        self.field.offer()

    def put(self, text: str) -> None:
        """Look for *text* in place of what is there."""
        self.field.setText(text)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def enter_start(self) -> None:
        """The keys are those of what stands where nothing is looked for, if it does."""
        if isinstance(self.left.state, SearchStart):
            self.left.state.enter()

    def say_trouble(self, words: str, *, typed: bool = True) -> None:
        """What is wrong; "" = nothing. *typed*: with what was typed, and not elsewhere."""
        self.trouble.tint("danger" if typed else "warn")
        self.trouble.say(words)
        self._troubled.setVisible(bool(words))
        self.field.mark_trouble(bool(words) and typed)
        self.field.setAccessibleDescription(words)

    def show_side(self, side: str) -> None:
        """Where there is room for one column: this one."""
        self._tabs.choose(side)
        self._arrange()

    @property
    def side(self) -> str:
        """Which column is shown where there is room for one."""
        return self._tabs.key

    def stand_alone(self, kept: str) -> None:
        """Only bookmarks or likes are wanted: servers have no half of their own. "" = all."""
        self._alone = bool(kept)
        if kept:
            self.kept.choose(kept)
        self._arrange()

    @property
    def is_narrow(self) -> bool:
        """There is room for one column only."""
        return self.width() < self._look.theme.px(BOTH_FROM, capped=True)

    def focusInEvent(self, event: QFocusEvent) -> None:
        # Not as its proxy: Tab would pass by what stands before the field.
        self.field.setFocus(event.reason())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leaving.emit()
            return
        super().keyPressEvent(event)

    def _arrange(self) -> None:
        narrow, side = self.is_narrow, self._tabs.key
        self._kept_row.setVisible(self._alone)
        self._tab_row.setVisible(narrow and not self._alone)
        self.left.setVisible(not narrow or side == "left" or self._alone)
        self.right.setVisible((not narrow or side == "right") and not self._alone)
        self._line.setVisible(not narrow and not self._alone)
        space = self._look.theme.tokens.space
        # Closer together rather than one of them alone on a line.
        high = self._flow.fit(self.width() - 2 * space.l, space.s, space.xs)
        self._narrowing.setFixedHeight(high + 2 * space.s)
        self.feed.setVisible(not narrow)

    def _on_kind(self, kind: str) -> None:
        for column in (self.left, self.right):
            column.show_only(kind)  # type: ignore[arg-type]

    def _on_hide(self) -> None:
        self._hiding = not self._hiding
        self.seen.rename("Show seen" if self._hiding else "Hide seen")
        self.hide_seen.emit(self._hiding)

    def _into_list(self) -> None:
        shown = self.left if self.left.isVisible() else self.right
        if isinstance(shown.state, SearchStart):
            shown.state.enter()
        else:
            shown.enter()
