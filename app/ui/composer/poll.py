"""A question to be asked: its options, how long it is open."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model.draft import PollDraft
from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.choices import Segment, Switch
from app.ui.widgets.field import Input
from app.ui.widgets.panel import Panel
from app.ui.widgets.words import Words

HOUR, DAY = 3600, 86_400
_SPANS = (
    (HOUR, "1 h"),
    (6 * HOUR, "6 h"),
    (DAY, "1 day"),
    (3 * DAY, "3 days"),
    (7 * DAY, "7 days"),
)
LEAST, MOST = 2, 10


class PollEditor(Panel):
    """Tells the poll after each change; None when it is taken away."""

    changed = Signal(object)
    removed = Signal()

    def __init__(self, look: Look, poll: PollDraft) -> None:
        tokens = look.theme.tokens
        super().__init__(look, "surface", edge="border", radius=tokens.radius.box)
        self._poll = poll
        self._inputs: list[Input] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(tokens.space.m, tokens.space.xs, tokens.space.m, tokens.space.m)
        column.setSpacing(tokens.space.s)
        head = QHBoxLayout()
        head.addWidget(Words(look, "Poll", "small", weight=600), 1)
        close = IconButton(
            look,
            "x",
            "Remove the poll",
            target=tokens.target.min,
            icon_size=tokens.icon.context,
        )
        close.clicked.connect(self.removed)
        head.addWidget(close)
        column.addLayout(head)
        self._options = QVBoxLayout()
        self._options.setSpacing(tokens.space.xs)
        column.addLayout(self._options)
        self._add = Button(look, "Add an answer", "plain", icon="plus", size="small")
        self._add.clicked.connect(self._on_add)
        column.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeading)
        self._span = Segment(look, "How long it is open", [(str(s), words) for s, words in _SPANS])
        self._span.spread()
        self._span.chosen.connect(lambda key: self._change(seconds=int(key)))
        column.addWidget(self._span)
        column.addLayout(self._switch("Several answers", "multiple"))
        column.addLayout(self._switch("Hide results until it ends", "hide_totals"))
        self.setAccessibleName("Poll")
        self._rebuild()

    def _switch(self, name: str, field: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(Words(self._look, name, "meta", "textSecondary"), 1)
        switch = Switch(self._look, name)
        switch.setChecked(getattr(self._poll, field))
        switch.toggled.connect(lambda on: self._change(**{field: on}))
        row.addWidget(switch)
        return row

    def show_poll(self, poll: PollDraft) -> None:
        """Another poll (an older version); typing is not disturbed by its own echo."""
        if poll == self._poll:
            return
        same = len(poll.options) == len(self._poll.options)
        self._poll = poll
        if same:
            for field, text in zip(self._inputs, poll.options, strict=True):
                if field.text() != text:
                    field.setText(text)
        else:
            self._rebuild()

    def focus_first(self) -> None:
        """To the first answer that is empty."""
        for field in self._inputs:
            if not field.text():
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def _rebuild(self) -> None:
        while (item := self._options.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._inputs = []
        for place, text in enumerate(self._poll.options):
            self._options.addWidget(self._option(place, text))
        self._add.setEnabled(len(self._poll.options) < MOST)
        nearest = min(_SPANS, key=lambda span: abs(span[0] - self._poll.seconds))
        self._span.choose(str(nearest[0]))

    def _option(self, place: int, text: str) -> QWidget:
        look, line = self._look, QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.theme.tokens.space.xs)
        field = Input(look)
        field.setText(text)
        field.setAccessibleName(f"Answer {place + 1}")
        field.setPlaceholderText(f"Answer {place + 1}")
        field.textEdited.connect(lambda _: self._on_typed())
        field.returnPressed.connect(self._on_add)
        self._inputs.append(field)
        row.addWidget(field, 1)
        remove = IconButton(look, "x", f"Remove answer {place + 1}", icon_size=14)
        remove.setEnabled(len(self._poll.options) > LEAST)
        remove.clicked.connect(lambda: self._on_remove(place))
        row.addWidget(remove)
        return line

    def _on_typed(self) -> None:
        self._change(options=tuple(field.text() for field in self._inputs))

    def _on_add(self) -> None:
        if len(self._poll.options) < MOST:
            self._change(options=(*self._poll.options, ""))
            self._rebuild()
        self.focus_first()

    def _on_remove(self, place: int) -> None:
        options = self._poll.options
        if len(options) > LEAST:
            self._change(options=options[:place] + options[place + 1 :])
            self._rebuild()

    def _change(self, **change: object) -> None:
        from msgspec.structs import replace

        self._poll = replace(self._poll, **change)
        self.changed.emit(self._poll)
