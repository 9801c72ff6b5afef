"""A tag, topic or web page that is looked at, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.shelves.values import DetailItem
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.words import Words


class Detail(QWidget):
    """``act_wanted``: the key of one of its buttons."""

    act_wanted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.item: DetailItem | None = None
        self.buttons: dict[str, Button] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self._area = Scrolled()
        space = look.theme.tokens.space
        self._area.column.setContentsMargins(space.l, space.xl, space.l, space.xl)
        self._area.column.setSpacing(space.m)
        column.addWidget(self._area)

    def show_item(self, item: DetailItem) -> None:
        """All of it anew; the same button keeps the focus."""
        if item == self.item:
            return
        focused = next((key for key, one in self.buttons.items() if one.hasFocus()), "")
        self.item, self.buttons = item, {}
        box = self._area.column
        while (old := box.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        look = self._look
        box.addWidget(Words(look, item.title, "headline", wrap=True))
        if item.about:
            box.addWidget(Words(look, item.about, "bodySmall", "textSecondary", wrap=True))
        for line in item.lines:
            box.addWidget(Words(look, line, "meta", "textSecondary", wrap=True))
        box.addWidget(self._make_acts(item))
        if item.said:
            color = "danger" if item.danger else "ok"
            box.addWidget(Words(look, item.said, "meta", color, wrap=True))
        box.addStretch(1)
        if focused in self.buttons:
            self.buttons[focused].setFocus()

    def _make_acts(self, item: DetailItem) -> QWidget:
        space = self._look.theme.tokens.space
        held = QWidget()
        flow = FlowLayout(held, gap=space.s, line_gap=space.s)
        for act in item.acts:
            button = Button(self._look, act.words, act.kind, icon=act.icon)  # type: ignore[arg-type]
            button.clicked.connect(lambda _=False, key=act.key: self.act_wanted.emit(key))
            self.buttons[act.key] = button
            flow.addWidget(button)
        return held
