"""All moves there are: what waits, what is done, and the way to a new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.portability.plan import MoveStatus, Plan
from app.ui.migration import words
from app.ui.migration.frame import PageBody
from app.ui.migration.parts import head, in_line
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.panel import Glyph, Hairline, Panel
from app.ui.widgets.words import Words


class Known(Struct, frozen=True):
    """A move of this profile. *plan* is None where it cannot be read."""

    id: str
    plan: Plan | None
    status: MoveStatus


class MovesPage(PageBody):
    """One row for each."""

    open_wanted = Signal(str)

    def __init__(self, look: Look, moves: Sequence[Known], now: datetime) -> None:
        super().__init__(
            look,
            "Moving house",
            "Your account, with everything that is yours, on another server. Godwit shows the "
            "plan first, and you can go back.",
        )
        tokens = look.theme.tokens
        self.rows: dict[str, Button] = {}
        if moves:
            self.column.addWidget(head(look, "Your moves"))
            box = Panel(look, "surface", edge="border", radius=tokens.radius.box)
            column = QVBoxLayout(box)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(0)
            for number, move in enumerate(moves):
                if number:
                    column.addWidget(Hairline(look))
                column.addWidget(self._row(move, now))
            self.column.addWidget(box)
        self.back("Close")
        self.main = self.button("Plan a new move", main=True)

    def _row(self, move: Known, now: datetime) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        line.setMinimumHeight(look.theme.length(tokens.boxList.rowTwo))
        row = QHBoxLayout(line)
        row.setContentsMargins(tokens.space.m, tokens.space.s, tokens.space.m, tokens.space.s)
        row.setSpacing(tokens.space.m)
        icon, color = words.move_sign(move.status)
        row.addWidget(in_line(look, Glyph(look, icon, tokens.icon.action, color)))
        column = QVBoxLayout()
        column.setSpacing(0)
        title = words.move_title(move.plan, move.id)
        column.addWidget(Words(look, title, "metaStrong", weight=600))
        about = words.move_about(move.plan, move.status, now)
        note = Words(look, about, "small", "textSecondary", wrap=True)
        column.addWidget(note)
        row.addLayout(column, 1)
        if move.plan is not None:
            button = Button(look, words.move_act(move.status), size="small")
            button.setAccessibleName(f"{button.text()}: {title}")
            button.clicked.connect(lambda: self.open_wanted.emit(move.id))
            row.addWidget(button)
            self.rows[move.id] = button
        line.setAccessibleName(f"{title}. {about}")
        return line

    def first_focus(self) -> QWidget | None:
        """What waits, before anything new."""
        return next(iter(self.rows.values()), None)
