"""Before anything is looked for: what was looked for before, and what narrows a search."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.panel import Panel
from app.ui.widgets.row_keys import step_of
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.words import Words

TITLE = "Search everything you have read"
SENTENCE = (
    "It is looked for while you type, on this computer alone; Enter asks the servers too. "
    "The address of a post or profile opens it here."
)

EXAMPLES = (
    ("from:", "ana", "Who wrote it; from:me"),
    ("has:image", "", "Also video, audio, link, poll, quote, alt, warning"),
    ("net:", "", "On which network"),
    ("lang:", "de", "In which language"),
    ("after:7d", "", "Since when; after:yesterday, before:2026-09"),
    ("in:bookmarks", "", "Among bookmarks; in:likes, in:reposts"),
    ("is:reply", "", "Answers; -is:reply leaves them out"),
    ('""', "“low water”", "Exactly these words, together"),
    ("-", "-word", "Without this word"),
)
"""What is put into the field, how it goes on, and what it is for."""

LONGEST = 60
"""Characters of an earlier search that are shown."""


class SearchStart(Panel):
    """
    Decides nothing.

    ``again``: an earlier search; ``forgotten``: one of them, "" = all; ``begun``: an operator.
    """

    again = Signal(str)
    forgotten = Signal(str)
    begun = Signal(str)

    def __init__(self, look: Look, before: Sequence[str]) -> None:
        super().__init__(look, "surface")
        self.setAccessibleName(f"{TITLE}. {SENTENCE}")
        space = look.theme.tokens.space
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        scrolled = Scrolled()
        outer.addWidget(scrolled)
        column = scrolled.column
        column.setContentsMargins(space.l, space.l, space.l, space.l)
        column.setSpacing(space.s)
        column.addWidget(Words(look, TITLE, "title", wrap=True))
        column.addWidget(Words(look, SENTENCE, "bodySmall", "textSecondary", wrap=True))
        self.before: list[Button] = []
        if before:
            column.addSpacing(space.s)
            self._add_before(column, before)
        column.addSpacing(space.s)
        column.addWidget(Words(look, "What narrows it", "metaStrong"))
        column.addWidget(self._make_examples())
        column.addStretch(1)
        for row in (*self.before, *self.examples):
            row.installEventFilter(self)

    # ------------------------------------------------------------- building

    def _add_before(self, column: QVBoxLayout, before: Sequence[str]) -> None:
        look, space = self._look, self._look.theme.tokens.space
        head = QHBoxLayout()
        head.addWidget(Words(look, "Looked for before", "metaStrong"), 1)
        clear = Button(look, "Forget all", "quiet", size="small")
        clear.clicked.connect(lambda: self.forgotten.emit(""))
        head.addWidget(clear)
        column.addLayout(head)
        rows = QVBoxLayout()
        rows.setSpacing(0)
        for text in before:
            row = QHBoxLayout()
            row.setSpacing(space.xs)
            short = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
            again = Button(look, f"\u2068{short}\u2069", "plain", icon="clock", size="small")
            again.setAccessibleName(f"Look for {text} again")
            again.setAccessibleDescription("Del forgets it")
            again.clicked.connect(lambda _=False, text=text: self.again.emit(text))
            again.setProperty("sought", text)
            row.addWidget(again)
            row.addStretch(1)
            off = IconButton(look, "x", f"Forget {text}")
            off.clicked.connect(lambda _=False, text=text: self.forgotten.emit(text))
            row.addWidget(off)
            rows.addLayout(row)
            self.before.append(again)
        column.addLayout(rows)

    def _make_examples(self) -> QWidget:
        look, space = self._look, self._look.theme.tokens.space
        held = QWidget()
        grid = QGridLayout(held)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(space.s)
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        self.examples: list[Button] = []
        for number, (text, rest, about) in enumerate(EXAMPLES):
            shown = rest if text in ('""', "-") else f"{text}{rest}"
            one = Button(look, shown, "plain", size="small")
            one.setAccessibleDescription(about)
            one.clicked.connect(lambda _=False, text=text: self.begun.emit(text))
            grid.addWidget(one, number, 0, Qt.AlignmentFlag.AlignLeading)
            grid.addWidget(Words(look, about, "meta", "textSecondary", wrap=True), number, 1)
            self.examples.append(one)
        return held

    # ------------------------------------------------------------- keys

    def enter(self) -> None:
        """The keys are those of its first row."""
        (*self.before, *self.examples)[0].setFocus(Qt.FocusReason.TabFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A button would go with the arrows to whatever stands next to it.
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            rows = [*self.before, *self.examples]
            at = next(at for at, row in enumerate(rows) if row is watched)
            step = step_of(event)
            if step is not None:
                rows[max(0, min(at + step, len(rows) - 1))].setFocus(Qt.FocusReason.TabFocusReason)
                return True
            if at < len(self.before) and event.key() == Qt.Key.Key_Delete:
                self.forgotten.emit(str(rows[at].property("sought")))
                return True
        return super().eventFilter(watched, event)
