"""A list of people that is looked at: its rules, who is on it, and who could be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.feeds.market_rows import OfferRow
from app.ui.feeds.market_values import MarketItem
from app.ui.shelves.values import REPLIES, ListItem, MemberItem
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.choices import Segment, Switch
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.pagehead import SearchInput
from app.ui.widgets.panel import Hairline
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.words import Words

AT_ONCE = 60
"""Members that are shown; more have a button below them."""


class ListDetail(QWidget):
    """
    Shows; decides nothing.

    ``act_wanted``: ``feed``, ``rename``, ``delete`` or ``undo``; ``typed``: words to look for
    people by; ``put``: the key of somebody, on or off; ``opened``: show who that is.
    """

    act_wanted = Signal(str)
    typed = Signal(str)
    put = Signal(str, bool)
    opened = Signal(str)
    replies_chosen = Signal(str)
    exclusive_chosen = Signal(bool)

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__()
        self._look, self._pictures = look, pictures
        self.item: ListItem | None = None
        self._most = AT_ONCE
        self._found: tuple[MemberItem, ...] | None = None
        self._drawn: object = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.area = Scrolled()
        space = look.theme.tokens.space
        inner = self.area.column
        # What lies under rows reaches further than what is above: their faces begin with it.
        inner.setContentsMargins(space.s, space.xl, space.s, space.xl)
        inner.setSpacing(space.s)
        above = QVBoxLayout()
        above.setContentsMargins(space.s, 0, space.s, 0)
        above.setSpacing(space.s)
        inner.addLayout(above)
        self._make_head(above)
        self._make_rules(above)
        above.addSpacing(space.s)
        above.addWidget(Hairline(look))
        above.addSpacing(space.s)
        self._make_search(above)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        inner.addLayout(self._rows)
        inner.addStretch(1)
        column.addWidget(self.area)
        pictures.arrived.connect(self._repaint)

    # ------------------------------------------------------------- building

    def _make_head(self, column: QVBoxLayout) -> None:
        look, space = self._look, self._look.theme.tokens.space
        self.title = Words(look, "", "headline", wrap=True)
        column.addWidget(self.title)
        self._about = Words(look, "", "meta", "textSecondary", wrap=True)
        column.addWidget(self._about)
        acts = QWidget()
        flow = FlowLayout(acts, gap=space.s, line_gap=space.s)
        self.buttons: dict[str, Button] = {}
        for key, words, kind, icon in (
            ("feed", "Show as a feed", "tonal", "rss"),
            ("rename", "Rename…", "outline", "pencil-simple"),
            ("delete", "Delete…", "danger", "trash"),
        ):
            button = self.buttons[key] = Button(look, words, kind, icon=icon)  # type: ignore[arg-type]
            button.clicked.connect(lambda _=False, key=key: self.act_wanted.emit(key))
            flow.addWidget(button)
        column.addWidget(acts)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space.s)
        self.said = Words(look, "", "meta", "ok", wrap=True)
        row.addWidget(self.said, 1)
        self.undo = Button(look, "Undo", "plain", size="small")
        self.undo.clicked.connect(lambda: self.act_wanted.emit("undo"))
        row.addWidget(self.undo)
        self._said_line = line
        column.addWidget(line)

    def _make_rules(self, column: QVBoxLayout) -> None:
        look, space = self._look, self._look.theme.tokens.space
        self._rules = QWidget()
        rows = QVBoxLayout(self._rules)
        rows.setContentsMargins(0, space.s, 0, 0)
        rows.setSpacing(space.s)
        rows.addWidget(Words(look, "It shows answers to", "meta"))
        self.replies = Segment(look, "Answers that it shows", REPLIES)
        self.replies.chosen.connect(self.replies_chosen)
        held = QHBoxLayout()
        held.addWidget(self.replies)
        held.addStretch(1)
        rows.addLayout(held)
        line = QHBoxLayout()
        line.setSpacing(space.s)
        self.exclusive = Switch(look, "Leave its people out of the home timeline")
        self.exclusive.clicked.connect(lambda on: self.exclusive_chosen.emit(on))
        line.addWidget(self.exclusive)
        words = "Leave its people out of the home timeline"
        line.addWidget(Words(look, words, "meta", wrap=True), 1)
        rows.addLayout(line)
        column.addWidget(self._rules)

    def _make_search(self, column: QVBoxLayout) -> None:
        look = self._look
        head = QHBoxLayout()
        self._count = Words(look, "", "metaStrong")
        head.addWidget(self._count, 1)
        column.addLayout(head)
        self.search = SearchInput(look)
        self.search.setAccessibleName("Add somebody to the list")
        self.search.setPlaceholderText("Add somebody: name or handle")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.typed)
        self.search.down.connect(self._into_rows)
        column.addWidget(self.search)

    # -------------------------------------------------------------- showing

    def show_item(self, item: ListItem) -> None:
        """This list; the field keeps what is typed while it is the same."""
        before, self.item = self.item, item
        if before is None or before.key != item.key:
            self._found, self._most = None, AT_ONCE
            self.search.blockSignals(True)
            self.search.clear()
            self.search.blockSignals(False)
            self.area.verticalScrollBar().setValue(0)
        self.title.say(item.title)
        self._about.say(item.about)
        self.buttons["feed"].setVisible(item.readable)
        for button in self.buttons.values():
            button.setEnabled(not item.busy)
        self.said.tint("danger" if item.danger else "textSecondary")
        self.said.say(item.said)
        self.undo.setVisible(item.undo)
        self._said_line.setVisible(bool(item.said))
        self._rules.setVisible(item.ruled)
        self.replies.choose(item.replies or "followed")
        self.exclusive.setChecked(item.exclusive)
        self._show_rows()

    def show_found(self, found: Sequence[MemberItem] | None) -> None:
        """Who could be put on it, in place of who is; None: nobody is looked for."""
        self._found = tuple(found) if found is not None else None
        self._show_rows()

    def _show_rows(self) -> None:
        item = self.item
        if item is None:
            return
        shown = item.members if self._found is None else self._found
        many = len(item.members)
        people = "Nobody yet" if not many else "1 person" if many == 1 else f"{many} people"
        self._count.say(people if self._found is None else "Found")
        drawn = (shown, self._most, self._found is None)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        focused = self.window().focusWidget()
        within = focused is not None and focused is not self.search and self.isAncestorOf(focused)
        name = focused.accessibleName() if within and focused is not None else ""
        while (old := self._rows.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for member in shown[: self._most]:
            row = self._row(member)
            self._rows.addWidget(row)
            row.show()  # now, not when Qt comes round to it: it may take the focus
        if not shown:
            words = (
                "Type a name or a handle above to put somebody on it."
                if self._found is None
                else "Nobody was found who is called like that."
            )
            self._rows.addWidget(Words(self._look, words, "meta", "textTertiary", wrap=True))
        if len(shown) > self._most:
            more = Button(self._look, f"{len(shown) - self._most} more", "link", size="small")
            more.clicked.connect(self._on_more)
            self._rows.addWidget(more)
        self._give_focus_back(name)

    def _give_focus_back(self, name: str) -> None:
        """To what is called the same now; a row that is gone leaves it to the field."""
        if not name:
            return
        for widget in self.findChildren(QWidget):
            # Rows of before are children until Qt comes round to them.
            if (
                widget.accessibleName() == name
                and widget.isVisibleTo(self)
                and widget.focusPolicy()
            ):
                widget.setFocus()
                return
        self.search.setFocus()

    def _row(self, member: MemberItem) -> QWidget:
        look, space = self._look, self._look.theme.tokens.space
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space.s)
        handle = f"@{member.handle}"
        shown = MarketItem(
            key=member.key,
            name=member.name or handle,
            line=handle if member.name else "",
            picture=member.picture,
            icon="user",
        )
        who = OfferRow(look, self._pictures, shown)
        who.clicked.connect(lambda: self.opened.emit(member.key))
        row.addWidget(who, 1)
        if member.on:
            off = IconButton(look, "x", f"Take {handle} off the list")
            off.clicked.connect(lambda: self.put.emit(member.key, False))
            row.addWidget(off)
        else:
            on = Button(look, "Add", "tonal", size="small")
            on.setAccessibleName(f"Put {handle} on the list")
            on.clicked.connect(lambda: self.put.emit(member.key, True))
            row.addWidget(on)
        return line

    def _on_more(self) -> None:
        self._most += AT_ONCE
        self._show_rows()

    def _into_rows(self) -> None:
        row = next(iter(self.findChildren(OfferRow)), None)
        if row is not None:
            row.setFocus()

    def _repaint(self, _url: str = "") -> None:
        for row in self.findChildren(OfferRow):
            row.update()
