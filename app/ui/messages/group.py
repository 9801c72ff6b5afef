"""A group: its name, its people, who waits, the link by which others come, and its lock."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.feeds.market_rows import OfferRow
from app.ui.messages.somebody import somebody
from app.ui.messages.values import TalkItem
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.choices import Switch
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.field import Field
from app.ui.widgets.panel import Hairline
from app.ui.widgets.words import Words


class GroupShown(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """
    What the dialog shows.

    Attributes:
        mine: Its owner looks, and may change it.
        people, waiting: As ``somebody`` draws them. *count*: how many there are, in words.
        fixed: Keys of those who cannot be put out: the owner.
        url: Of its link; "" = there is none that works.
    """

    name: str
    mine: bool = False
    count: str = ""
    people: tuple[TalkItem, ...] = ()
    waiting: tuple[TalkItem, ...] = ()
    fixed: frozenset[str] = frozenset()
    url: str = ""
    asks: bool = True
    followed: bool = False
    locked: bool = False


class GroupDialog(Dialog):
    """
    Shows; decides nothing.

    ``link_wanted``: one that works, whether its owner is asked first, and whether only people
    whom the owner follows may come.
    """

    renamed = Signal(str)
    typed = Signal(str)
    added = Signal(str)
    removed = Signal(str)
    let_in = Signal(str, bool)
    link_wanted = Signal(bool, bool)
    link_closed = Signal()
    link_copied = Signal()
    locked = Signal(bool)
    opened = Signal(str)

    def __init__(self, look: Look, parent: QWidget, pictures: Pictures, name: str) -> None:
        super().__init__(look, name, parent, width=look.theme.tokens.messages.picker)
        self._pictures = pictures
        self.shown: GroupShown | None = None
        self._found: tuple[TalkItem, ...] = ()
        body, column = self.column()
        self.trouble = Words(look, "", "small", "danger", wrap=True)
        self.trouble.hide()
        self._make_name(column)
        self._waiting = self._part(column, "Waiting to be let in")
        self._people = self._part(column, "")
        self.search = Field(look, "Put somebody in", help_line="They are asked whether they agree")
        self.search.input.textChanged.connect(self.typed)
        column.addWidget(self.search)
        self._added = QVBoxLayout()
        self._added.setSpacing(0)
        column.addLayout(self._added)
        self._make_rules(column)
        column.addWidget(self.trouble)
        column.addStretch(1)
        close = Button(look, "Done", "tonal")
        close.clicked.connect(self.accept)
        self.fill(body, right=[close])
        pictures.arrived.connect(self._repaint)
        close.setFocus()

    # ------------------------------------------------------------- building

    def _make_name(self, column: QVBoxLayout) -> None:
        self.name = Field(self.look, "Name")
        self.name.submitted.connect(self._rename)
        self.rename = Button(self.look, "Rename", "outline")
        self.rename.clicked.connect(self._rename)
        self._naming = QWidget()
        row = QHBoxLayout(self._naming)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self.look.theme.tokens.space.s)
        row.addWidget(self.name, 1)
        beside = QVBoxLayout()
        beside.setContentsMargins(0, 0, 0, self.look.theme.tokens.dialog.labelGap)
        beside.addStretch(1)
        beside.addWidget(self.rename)
        row.addLayout(beside)
        column.addWidget(self._naming)

    def _part(self, column: QVBoxLayout, title: str) -> tuple[Words, QVBoxLayout]:
        head = Words(self.look, title, "metaStrong")
        column.addWidget(head)
        rows = QVBoxLayout()
        rows.setSpacing(0)
        column.addLayout(rows)
        return head, rows

    def _make_rules(self, column: QVBoxLayout) -> None:
        look, space = self.look, self.look.theme.tokens.space
        self._rules = QWidget()
        rows = QVBoxLayout(self._rules)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(space.s)
        rows.addWidget(Hairline(look))
        self.link = self._switch(rows, "People can join by a link", self._on_link)
        self._url = QWidget()
        line = QHBoxLayout(self._url)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(space.s)
        self.url = Words(look, "", "small", "textSecondary")
        line.addWidget(self.url, 1)
        copy = Button(look, "Copy", "outline", icon="copy", size="small")
        copy.setAccessibleName("Copy the link")
        copy.clicked.connect(self.link_copied)
        line.addWidget(copy)
        rows.addWidget(self._url)
        self._how = QWidget()
        inner = QVBoxLayout(self._how)
        inner.setContentsMargins(space.l, 0, 0, 0)
        inner.setSpacing(space.s)
        self.asks = self._switch(inner, "You are asked before somebody is in", self._on_link)
        self.followed = self._switch(inner, "Only people whom you follow", self._on_link)
        rows.addWidget(self._how)
        self.lock = self._switch(rows, "Locked: nobody can write", self._on_lock)
        column.addWidget(self._rules)

    def _switch(self, column: QVBoxLayout, words: str, then: object) -> Switch:
        line = QHBoxLayout()
        line.setSpacing(self.look.theme.tokens.space.m)
        line.addWidget(Words(self.look, words, "meta", wrap=True), 1)
        made = Switch(self.look, words)
        made.clicked.connect(then)
        line.addWidget(made)
        column.addLayout(line)
        return made

    # -------------------------------------------------------------- showing

    def show_group(self, shown: GroupShown) -> None:
        """This one; what is typed stays."""
        before, self.shown = self.shown, shown
        self.retitle(shown.name)
        if before is None or before.name != shown.name:
            self.name.input.setText(shown.name)
        self._naming.setVisible(shown.mine)
        self._people[0].say(shown.count)
        self._fill(self._people[1], [self._member(one, shown) for one in shown.people])
        self._waiting[0].setVisible(bool(shown.waiting))
        self._fill(self._waiting[1], [self._asking(one) for one in shown.waiting])
        self.search.setVisible(shown.mine)
        self._rules.setVisible(shown.mine)
        self.link.setChecked(bool(shown.url))
        self.url.say(shown.url.removeprefix("https://"))
        self._url.setVisible(bool(shown.url))
        self._how.setVisible(bool(shown.url))
        self.asks.setChecked(shown.asks)
        self.followed.setChecked(shown.followed)
        self.lock.setChecked(shown.locked)
        self.settle()

    def show_found(self, found: Sequence[TalkItem]) -> None:
        """Who could be put in."""
        self._found = tuple(found)
        rows = []
        for item in found:
            add = Button(self.look, "Add", "tonal", size="small")
            add.setAccessibleName(f"Put {item.title} in")
            add.setEnabled(not item.note)
            add.clicked.connect(lambda _=False, key=item.key: self.added.emit(key))
            rows.append(self._somebody(item, add))
        self._fill(self._added, rows)
        self.settle()

    def say(self, words: str) -> None:
        """Why something could not be done; "" = nothing."""
        self.trouble.say(words)
        self.trouble.setVisible(bool(words))
        if self.shown is not None:
            self.show_group(self.shown)  # switches stand as the group does

    # ------------------------------------------------------------- private

    def _member(self, item: TalkItem, shown: GroupShown) -> QWidget:
        if not shown.mine or item.key in shown.fixed:
            return self._somebody(item)
        out = IconButton(self.look, "x", f"Put {item.title} out")
        out.clicked.connect(lambda: self.removed.emit(item.key))
        return self._somebody(item, out)

    def _asking(self, item: TalkItem) -> QWidget:
        enter = Button(self.look, "Let in", "tonal", size="small")
        enter.setAccessibleName(f"Let {item.title} in")
        enter.clicked.connect(lambda: self.let_in.emit(item.key, True))
        away = IconButton(self.look, "x", f"Turn {item.title} away")
        away.clicked.connect(lambda: self.let_in.emit(item.key, False))
        return self._somebody(item, enter, away)

    def _somebody(self, item: TalkItem, *acts: QWidget) -> QWidget:
        held, row = somebody(self.look, self._pictures, item, *acts)
        row.clicked.connect(lambda: self.opened.emit(item.key))
        return held

    def _fill(self, rows: QVBoxLayout, wanted: Sequence[QWidget]) -> None:
        while (item := rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for one in wanted:
            rows.addWidget(one)
            one.show()  # now, not when Qt comes round to it: it counts for the height

    def _rename(self) -> None:
        name = " ".join(self.name.text().split())
        if self.shown is not None and name != self.shown.name:
            self.renamed.emit(name)

    def _on_link(self) -> None:
        if self.link.isChecked():
            self.link_wanted.emit(self.asks.isChecked(), self.followed.isChecked())
        else:
            self.link_closed.emit()

    def _on_lock(self) -> None:
        self.locked.emit(self.lock.isChecked())

    def _repaint(self, _url: str = "") -> None:
        for row in self.findChildren(OfferRow):
            row.update()


class JoinQuestion(Dialog):
    """Where a link leads, before one joins by it."""

    def __init__(
        self, look: Look, parent: QWidget, name: str, about: str, then: str, *, can: bool
    ) -> None:
        super().__init__(look, f"Join “{name}”?" if can else "A link to a group", parent)
        body, column = self.column()
        column.addWidget(Words(look, about, "bodySmall", wrap=True))
        if then:
            column.addWidget(Words(look, then, "bodySmall", "textSecondary", wrap=True))
        column.addStretch(1)
        stay, go = Button(look, "Not now" if can else "Close"), Button(look, "Join", "primary")
        stay.clicked.connect(self.reject)
        go.clicked.connect(self.accept)
        self.fill(body, right=[stay, go] if can else [stay])
        (go if can else stay).setFocus()
