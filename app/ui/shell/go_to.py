"""Where to go in time: words, a few usual ones, and what stands there."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.field import Field
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.words import Words

USUAL = ("Yesterday", "3 days ago", "Last week", "Last month")
HELP = "Yesterday, Monday, 3 hours ago, 20 Nov, 2026-11-20 14:30…"


class GoToDialog(Dialog):
    """
    Shows and asks; decides nothing.

    ``typed``: the words are others; ``go_wanted``: to what stands there;
    ``fetch_wanted``: get what is missing down to there; ``stop_wanted``: no more of it.
    """

    typed = Signal(str)
    go_wanted = Signal()
    fetch_wanted = Signal()
    stop_wanted = Signal()

    def __init__(self, look: Look, parent: QWidget, about: str = "") -> None:
        """*about*: where one goes to, if it is not where one is."""
        super().__init__(look, "Go to date", parent)
        body, column = self.column()
        self.field = Field(look, "When", help_line=HELP)
        self.field.changed.connect(self.typed)
        self.field.submitted.connect(self._on_enter)
        column.addWidget(self.field)
        chips = QWidget()
        flow = FlowLayout(chips, gap=look.theme.tokens.space.s, line_gap=look.theme.tokens.space.s)
        for words in USUAL:
            chip = Button(look, words, size="small")
            chip.clicked.connect(lambda _=False, words=words: self.choose(words))
            flow.addWidget(chip)
        column.addWidget(chips)
        self.said = Words(look, about, "meta", "textSecondary", wrap=True)
        column.addWidget(self.said)
        self.cancel = Button(look, "Cancel")
        self.cancel.clicked.connect(self.reject)
        self.stop = Button(look, "Stop")
        self.stop.clicked.connect(self.stop_wanted)
        self.fetch = Button(look, "Fetch until then", "tonal")
        self.fetch.clicked.connect(self.fetch_wanted)
        self.go = Button(look, "Go there", "tonal")
        self.oldest = Button(look, "Go to the oldest")
        for button in (self.go, self.oldest):
            button.clicked.connect(self.go_wanted)
        for button in (self.stop, self.fetch, self.oldest):
            button.hide()
        self.go.setEnabled(False)
        self.fill(body, right=[self.cancel, self.stop, self.oldest, self.go, self.fetch])
        self.field.input.setFocus()

    def choose(self, words: str) -> None:
        """As if they had been typed."""
        self.field.input.setText(words)
        self.typed.emit(words)

    def show_trouble(self, words: str) -> None:
        """What was typed is no time."""
        self.field.trouble(words, "")
        self._offer()

    def show_spot(
        self, words: str, *, go: bool = False, oldest: bool = False, fetch: bool = False
    ) -> None:
        """
        What stands there.

        Args:
            go: One can go there; *oldest*: only as far as there is something.
            fetch: Servers may have more.
        """
        self.field.calm()
        self.said.say(words)
        self._offer(go=go, oldest=oldest, fetch=fetch)

    def show_fetching(self, words: str) -> None:
        """How far it is."""
        self.said.say(words)
        self._offer(stop=True)

    def _offer(
        self, *, go: bool = False, oldest: bool = False, fetch: bool = False, stop: bool = False
    ) -> None:
        self.field.setEnabled(not stop)
        self.go.setEnabled(go)
        self.go.setVisible(not (stop or oldest or fetch))
        self.oldest.setVisible(oldest)
        self.fetch.setVisible(fetch)
        self.stop.setVisible(stop)
        self.settle()

    def _on_enter(self) -> None:
        if self.fetch.isVisible():
            self.fetch_wanted.emit()
        elif self.go.isEnabled() or self.oldest.isVisible():
            self.go_wanted.emit()
