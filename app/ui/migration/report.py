"""The end of a move: what came of it, and the report to keep."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.portability.plan import MoveStatus, Plan
from app.ui.migration import words
from app.ui.migration.frame import PageBody
from app.ui.migration.parts import Choices, goes_table, head
from app.ui.migration.running import UndoBand
from app.ui.migration.steps import StepsPanel
from app.ui.theme.look import Look
from app.ui.widgets.words import Words


class ReportPage(PageBody):
    """Done, or taken back; what is left to do, and the report to take along."""

    save_wanted = Signal()
    open_wanted = Signal()
    copy_wanted = Signal()
    undo_wanted = Signal()
    sign_in_wanted = Signal()

    def __init__(self, look: Look, plan: Plan, status: MoveStatus, now: datetime) -> None:
        undone = status.state == "undone"
        target = plan.target
        title = (
            f"Back on {words.server_text(plan.source.server)}"
            if undone
            else f"You live on {words.server_text(target.server)} now"
        )
        super().__init__(look, title, status.next)
        space = look.theme.tokens.space
        if not undone and target.account is None:
            self._add_sign_in(words.server_text(target.server))
        took = ""
        if status.started_at is not None and status.finished_at is not None:
            spent = (status.finished_at - status.started_at).total_seconds()
            took = f"in {words.span_text(spent)}" if spent >= 1 else ""
        self.column.addWidget(head(look, "What was done", took))
        self.steps = StepsPanel(look)
        self.steps.show_steps(status.steps, "", now)
        self.column.addWidget(self.steps)
        stays = [goes for goes in plan.goes if goes.how == "stays"]
        if stays and not undone:
            self.column.addSpacing(space.l)
            self.column.addWidget(head(look, "What stayed behind"))
            self.column.addWidget(goes_table(look, stays))
        self._status = status
        self.undo = UndoBand(look)
        self.undo.pressed.connect(self.undo_wanted)
        self.pin(self._make_pinned())
        self.tick(now)
        for text, icon, wanted in (
            ("Save the report…", "download-simple", self.save_wanted),
            ("Open it", "arrow-square-out", self.open_wanted),
            ("Copy as text", "copy", self.copy_wanted),
        ):
            tool = self.tool(text, icon)
            tool.setToolTip("It holds no password, code or key")
            tool.clicked.connect(wanted)
        self.main = self.button("Done", main=True)

    def _add_sign_in(self, where: str) -> None:
        """What is left to do: here, the account still lives at the old server."""
        look, space = self._look, self._look.theme.tokens.space
        note = (
            f"Godwit still has the sign-in of the old server. Sign in at {where}, and it reads "
            "and writes there; what you have read stays."
        )
        self.column.addWidget(head(look, "Sign in again"))
        self.column.addWidget(Words(look, note, "meta", "textSecondary", wrap=True))
        self.column.addSpacing(space.s)
        sign_in = (f"Sign in at {where}…", "sign-in", self.sign_in_wanted.emit)
        self.column.addWidget(Choices(look, [sign_in]))
        self.column.addSpacing(space.l)

    def _make_pinned(self) -> QWidget:
        """The way back: in sight while there is one."""
        pinned = QWidget()
        column = QVBoxLayout(pinned)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addSpacing(self._look.theme.tokens.space.m)
        column.addWidget(self.undo)
        return pinned

    def tick(self, now: datetime) -> None:
        """Clocks go on."""
        undone = self._status.state == "undone"
        self.undo.show_undo(None if undone else self._status.undo, now, busy=False)
