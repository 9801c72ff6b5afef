"""The pane "Who gets through"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model import AccountId
from app.model.notification import GateRule, SetAside
from app.ui.notifications.rows import Marks
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Form, Pictures
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.choices import Segment
from app.ui.widgets.pagehead import AsTall
from app.ui.widgets.panel import Avatar, Hairline, Panel
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtWidgets import QLayout


class AccountGate(QWidget):
    """One account: who was set aside, and its rules."""

    rule_chosen = Signal(str, str)
    let_in = Signal(str)
    turned_away = Signal(str)

    def __init__(self, look: Look, pictures: Pictures, host: str, mark: str) -> None:
        super().__init__()
        self._look, self._pictures = look, pictures
        space = look.theme.tokens.space
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, space.l)
        column.setSpacing(space.xs)
        head = QHBoxLayout()
        head.setSpacing(space.s)
        sign = Marks(look)
        sign.show_marks((mark,) if mark else ())
        head.addWidget(sign)
        head.addWidget(Words(look, f"On {host}", "metaStrong", weight=600))
        self._keeper = Words(look, "asking…", "meta", "textTertiary")
        head.addWidget(self._keeper)
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(Hairline(look))
        self._words = Words(look, "", "meta", "textSecondary", wrap=True)
        self._words.hide()
        column.addWidget(self._words)
        self._aside = QVBoxLayout()
        column.addLayout(self._aside)
        self._rules = QVBoxLayout()
        column.addLayout(self._rules)
        self.segments: dict[str, Segment] = {}
        self._known: Sequence[GateRule] = ()

    def show_trouble(self, words: str) -> None:
        """It could not be asked, or would not."""
        self._keeper.say("")
        self._words.say(words)
        self._words.setVisible(bool(words))

    def show_gate(
        self, rules: Sequence[GateRule], waiting: Sequence[SetAside], notices: int
    ) -> None:
        """All of it."""
        self._keeper.say("kept by the server")
        people = "1 person" if len(waiting) == 1 else f"{len(waiting)} people"
        self.show_trouble(f"Set aside: {notices} from {people}" if waiting else "")
        self._keeper.say("kept by the server")
        _clear(self._aside)
        for one in waiting:
            self._aside.addWidget(self._person(one))
        self.show_rules(rules)

    def put_back(self) -> None:
        """Choices are as the server has them."""
        self.show_rules(self._known)

    def _person(self, one: SetAside) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, tokens.space.xs, 0, tokens.space.xs)
        row.setSpacing(tokens.space.s)
        side = look.theme.length(tokens.notice.avatar, capped=True)
        face = Avatar(look, one.who.shown_name, tokens.notice.avatar)
        form = Form(side, side, self.devicePixelRatioF(), side / 2, kind="avatar")
        picture = self._pictures.request(one.who.avatar, form) if one.who.avatar else None
        face.show_picture(picture if isinstance(picture, QPixmap) else None)
        row.addWidget(face)
        words = QVBoxLayout()
        words.setSpacing(0)
        name = Words(look, one.who.shown_name, "label", weight=500)
        name.setSizePolicy(name.sizePolicy().Policy.Ignored, name.sizePolicy().verticalPolicy())
        words.addWidget(name)
        many = "1 notification" if one.many == 1 else f"{one.many} notifications"
        line = Words(look, f"{many} · {one.text}" if one.text else many, "small", "textTertiary")
        line.setSizePolicy(line.sizePolicy().Policy.Ignored, line.sizePolicy().verticalPolicy())
        words.addWidget(line)
        row.addLayout(words, 1)
        enter = Button(look, "Let in", "outline", size="small")
        enter.setAccessibleName(f"Let {one.who.shown_name} in")
        enter.clicked.connect(lambda: self.let_in.emit(one.id))
        row.addWidget(enter)
        away = IconButton(look, "x", f"Forget what {one.who.shown_name} sent")
        away.clicked.connect(lambda: self.turned_away.emit(one.id))
        row.addWidget(away)
        return held

    def show_rules(self, rules: Sequence[GateRule]) -> None:
        """Them alone: who was set aside stays."""
        self._known = rules
        if list(self.segments) == [rule.key for rule in rules]:
            for rule in rules:
                self.segments[rule.key].choose(rule.choice)
            return
        _clear(self._rules)
        self.segments = {}
        look, space = self._look, self._look.theme.tokens.space
        for rule in rules:
            held = QWidget()
            row = QHBoxLayout(held)
            row.setContentsMargins(0, space.xs, 0, space.xs)
            words = QVBoxLayout()
            words.setSpacing(0)
            words.addWidget(Words(look, rule.name, "label", wrap=True))
            if rule.about:
                words.addWidget(Words(look, rule.about, "small", "textTertiary", wrap=True))
            row.addLayout(words, 1)
            segment = self.segments[rule.key] = Segment(look, rule.name, rule.choices)
            if rule.choice in dict(rule.choices):
                segment.choose(rule.choice)
            segment.chosen.connect(lambda way, key=rule.key: self.rule_chosen.emit(key, way))
            row.addWidget(segment)
            self._rules.addWidget(held)


class GatePage(Panel):
    """All accounts, one below the other."""

    left = Signal()
    rule_chosen = Signal(str, str, str)
    let_in = Signal(str, str)
    turned_away = Signal(str, str)

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__(look, "surface")
        self._pictures = pictures
        self.setAccessibleName("Who gets through")
        # Tab passes by: one would not see that the keys are here.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.accounts: dict[AccountId, AccountGate] = {}
        tokens = look.theme.tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(tokens.header.padLeft, 0, tokens.header.padRight, 0)
        row.addWidget(Words(look, "Who gets through", "title"))
        row.addStretch(1)
        close = IconButton(look, "x", "Close (Esc)")
        close.clicked.connect(self.left)
        row.addWidget(close)
        AsTall(look, head)
        column.addWidget(head)
        column.addWidget(Hairline(look))
        self._list = Scrolled()
        pad = tokens.header.padLeft
        self._list.column.setContentsMargins(pad, tokens.space.m, pad, tokens.space.l)
        self._list.column.addStretch(1)
        column.addWidget(self._list, 1)

    def add_account(self, account: AccountId, host: str, mark: str) -> None:
        """Its place, while its server is asked. The same again changes nothing."""
        if account in self.accounts:
            return
        gate = self.accounts[account] = AccountGate(self._look, self._pictures, host, mark)
        gate.rule_chosen.connect(lambda key, way: self.rule_chosen.emit(account, key, way))
        gate.let_in.connect(lambda id: self.let_in.emit(account, id))
        gate.turned_away.connect(lambda id: self.turned_away.emit(account, id))
        self._list.column.insertWidget(len(self.accounts) - 1, gate)

    def show_gate(
        self,
        account: AccountId,
        rules: Sequence[GateRule],
        waiting: Sequence[SetAside],
        notices: int,
    ) -> None:
        """What that server says."""
        self.accounts[account].show_gate(rules, waiting, notices)

    def show_rules(self, account: AccountId, rules: Sequence[GateRule]) -> None:
        """What that server said when they were changed."""
        self.accounts[account].show_rules(rules)

    def show_trouble(self, account: AccountId, words: str) -> None:
        """Why that is not known, or was not changed."""
        self.accounts[account].show_trouble(words)
        self.accounts[account].put_back()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            return
        super().keyPressEvent(event)


def _clear(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
