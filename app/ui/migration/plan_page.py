"""The plan: what goes, what cannot, what is needed, and whether one can go back."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from app.portability.plan import Plan, Undo
from app.ui.migration import words
from app.ui.migration.frame import PageBody
from app.ui.migration.parts import (
    Ends,
    PlaceCard,
    Tip,
    first_strong,
    goes_table,
    head,
    needs_box,
)
from app.ui.theme.look import Look
from app.ui.widgets.panel import UNBOUND


class PlanPage(PageBody):
    """
    Shown before anything is done.

    Args:
        marks: Of the networks, by name.
        undo: How it stands with going back; None: not known.
        rehearsed: The plan was tried already: the next step is the move.
    """

    copy_wanted = Signal()
    skip_wanted = Signal()
    """Move without a rehearsal."""

    def __init__(
        self,
        look: Look,
        plan: Plan,
        marks: dict[str, str],
        undo: Undo | None = None,
        *,
        rehearsed: bool = False,
    ) -> None:
        super().__init__(
            look,
            "Here is the plan",
            "Read from both accounts just now. Nothing is changed until you start the move.",
        )
        self.plan = plan
        source, target = plan.source, plan.target
        self.source = PlaceCard(
            look,
            source,
            marks.get(source.network, ""),
            f"now on {words.server_text(source.server)}",
        )
        self.target = PlaceCard(
            look,
            target,
            marks.get(target.network, ""),
            f"then on {words.server_text(target.server)}",
        )
        self.column.addWidget(Ends(look, self.source, self.target))
        space = look.theme.tokens.space
        self.column.addSpacing(space.xl)
        held = QWidget()
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, held)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(look.theme.tokens.wizard.gap)
        self._both.addWidget(self._goes(), 1)
        self._aside = self._make_aside(undo)
        self._both.addWidget(self._aside)
        self.column.addWidget(held)
        self.tool("Copy plan", "copy").clicked.connect(self.copy_wanted)
        self.back()
        if not rehearsed:
            skip = self.button("Move without it")
            skip.clicked.connect(self.skip_wanted)
        self.main = self.button("Move now" if rehearsed else "Rehearse first", main=True)

    def _goes(self) -> QWidget:
        look, plan = self._look, self.plan
        held = QWidget()
        column = QVBoxLayout(held)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        end = words.guess_text(plan.seconds)
        for how, title in words.HOW:
            rows = [goes for goes in plan.goes if goes.how == how]
            if not rows:
                continue
            if column.count():
                column.addSpacing(look.theme.tokens.wizard.gap)
            column.addWidget(head(look, title, end))
            end = ""
            column.addWidget(goes_table(look, rows))
        column.addStretch(1)
        return held

    def _make_aside(self, undo: Undo | None) -> QWidget:
        look, plan = self._look, self.plan
        aside = QWidget()
        column = QVBoxLayout(aside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        gap = look.theme.tokens.space.l
        if plan.needs:
            column.addWidget(head(look, "You will need"))
            column.addWidget(needs_box(look, plan.needs))
            column.addSpacing(gap)
        column.setSpacing(0)
        if undo is not None and undo.text:
            kind, icon = ("ok", "arrow-counter-clockwise") if undo.possible else ("warn", "warning")
            column.addWidget(Tip(look, kind, icon, first_strong(undo.text)))
            column.addSpacing(look.theme.tokens.space.s)
        for warning in plan.warnings:
            column.addWidget(Tip(look, "warn", "warning", warning))
            column.addSpacing(look.theme.tokens.space.s)
        column.addStretch(1)
        return aside

    def arrange(self, width: int) -> None:
        """What is needed stands beside what goes, or below it."""
        theme, wizard = self._look.theme, self._look.theme.tokens.wizard
        aside = theme.length(wizard.needs, capped=True)
        two = width >= theme.px(wizard.leastLeft, capped=True) + wizard.gap + aside
        ways = QBoxLayout.Direction
        self._both.setDirection(ways.LeftToRight if two else ways.TopToBottom)
        self._aside.setMinimumWidth(aside if two else 0)
        self._aside.setMaximumWidth(aside if two else UNBOUND)
