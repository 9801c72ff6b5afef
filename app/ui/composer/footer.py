"""The composer's footer: what happens after sending, later, and the one filled button."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.panel import Glyph
from app.ui.widgets.words import Words


class Footer(QWidget):
    """Says why the button is off; its words are the act."""

    send_wanted = Signal()
    schedule_wanted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        tokens = look.theme.tokens
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.space.l, 0, tokens.space.l, 0)
        row.setSpacing(tokens.space.gap)
        self.sign = Glyph(look, "arrow-counter-clockwise", tokens.icon.context, "textSecondary")
        row.addWidget(self.sign)
        self.words = Words(look, "", "meta", "textSecondary", wrap=True)
        row.addWidget(self.words, 1)
        row.addSpacing(tokens.space.s)
        self.schedule = Button(look, "Schedule…", icon="calendar-blank")
        self.schedule.clicked.connect(self.schedule_wanted)
        row.addWidget(self.schedule)
        self.send = Button(
            look, "Post", "primary", icon="paper-plane-right", icon_weight="fill", size="primary"
        )
        self.send.clicked.connect(self.send_wanted)
        row.addWidget(self.send)
        self._later = "Schedule…"
        self._wide = True
        self._dropping = False
        self._sentences = ("", "")
        self._restyle()
        look.changed.connect(self._restyle)

    def show_footer(
        self, act: str, sentence: str, why_not: str, *, short: str = "", later: bool = False
    ) -> None:
        """
        Name the act.

        Args:
            why_not: Why it cannot be sent, in words; "" = it can.
            short: The sentence, where there is little room.
            later: A time was chosen.
        """
        if self.send.text() != act:
            self.send.rename(act)
        self.send.setEnabled(not why_not)
        self.send.setToolTip(why_not or "Ctrl+Enter")
        self.send.setAccessibleDescription(why_not)
        self._sentences = (why_not or sentence, why_not or short or sentence)
        self.sign.show_icon("info" if why_not else "arrow-counter-clockwise", "textSecondary")
        self._later = "Another time…" if later else "Schedule…"
        self._name()

    def show_drop(self, on: bool) -> None:
        """Files hang over the composer: say what letting go does."""
        self._dropping = on
        self._name()

    def fit(self, width: int) -> None:
        """Words where they fit."""
        theme = self._look.theme
        self._wide = width >= theme.length(theme.tokens.window.collapseSidebarBelow * 0.7)
        self._name()

    def _name(self) -> None:
        shown = self._later if self._wide else ""
        if self.schedule.text() != shown:
            self.schedule.rename(shown)
        self.schedule.setAccessibleName(self._later)
        self.schedule.setToolTip(self._later)
        self.sign.setVisible(self._wide)
        words = self._sentences[0 if self._wide else 1]
        if self._dropping:
            words = "Let go to attach"
        if words != self.words.text():
            self.words.say(words)

    def _restyle(self) -> None:
        theme = self._look.theme
        self.setMinimumHeight(theme.length(theme.tokens.composer.footer, capped=True))
