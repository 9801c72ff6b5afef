"""The end of a move: what came of it, and the report to keep."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Signal

from app.portability.plan import MoveStatus, Plan
from app.ui.migration import words
from app.ui.migration.frame import PageBody
from app.ui.migration.parts import Choices, Tip, goes_table, head
from app.ui.migration.running import UndoBand
from app.ui.migration.steps import StepsPanel
from app.ui.theme.look import Look


class ReportPage(PageBody):
    """Done, or taken back. *saved*: the file that Godwit keeps anyway."""

    save_wanted = Signal()
    open_wanted = Signal()
    copy_wanted = Signal()
    undo_wanted = Signal()

    def __init__(
        self,
        look: Look,
        plan: Plan,
        status: MoveStatus,
        now: datetime,
        *,
        warnings: tuple[str, ...],
    ) -> None:
        undone = status.state == "undone"
        target = plan.target
        title = (
            f"Back on {words.server_text(plan.source.server)}"
            if undone
            else f"You live on {words.server_text(target.server)} now"
        )
        super().__init__(look, title, status.next)
        space = look.theme.tokens.space
        for warning in warnings:
            self.column.addWidget(Tip(look, "warn", "warning", warning))
            self.column.addSpacing(space.s)
        took = ""
        if status.started_at is not None and status.finished_at is not None:
            spent = (status.finished_at - status.started_at).total_seconds()
            took = f"in {words.span_text(spent)}" if spent >= 1 else ""
        self.column.addWidget(head(look, "What was done", took))
        self.steps = StepsPanel(look)
        self.steps.show_steps(status.steps, "", now)
        self.column.addWidget(self.steps)
        self.column.addSpacing(space.l)
        stays = [goes for goes in plan.goes if goes.how == "stays"]
        if stays and not undone:
            self.column.addWidget(head(look, "What stayed behind"))
            self.column.addWidget(goes_table(look, stays))
            self.column.addSpacing(space.l)
        self.undo = UndoBand(look)
        self.undo.show_undo(status.undo if not undone else None, now, busy=False)
        self.undo.pressed.connect(self.undo_wanted)
        self.column.addWidget(self.undo)
        self.column.addSpacing(space.l)
        self.column.addWidget(head(look, "The report"))
        acts = (
            ("Save it…", "download-simple", self.save_wanted.emit),
            ("Open it", "arrow-square-out", self.open_wanted.emit),
            ("Copy as text", "copy", self.copy_wanted.emit),
        )
        self.column.addWidget(Choices(look, acts))
        self.note("The report holds no password, code or key.")
        self.main = self.button("Done", main=True)
