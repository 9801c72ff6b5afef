"""Media and warnings: what authors mark themselves, and adult content."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.ui.moderation.parts import ControlRow
from app.ui.moderation.section import Section
from app.ui.moderation.values import LabelerGroup
from app.ui.moderation.words import isolated
from app.ui.theme.look import Look
from app.ui.widgets.choices import Segment, Switch


class MediaSection(Section):
    """Sensitive media, content warnings, adult content per account."""

    sensitive_chosen = Signal(str)
    warnings_chosen = Signal(str)
    adult_chosen = Signal(str, bool)
    """Account, on."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "Media and warnings", icon="eye-slash")
        self._shown: tuple[object, ...] = ()

    def show_choices(self, sensitive: str, warnings: str, groups: Sequence[LabelerGroup]) -> None:
        """Show what is chosen."""
        adult = tuple((one.account, one.handle, one.adult) for one in groups)
        now = (sensitive, warnings, adult)
        if now == self._shown:
            return
        self._shown = now
        look = self._look
        marked = Segment(
            look,
            "Media marked sensitive",
            [("show", "Show"), ("cover", "Cover"), ("hide", "Hide")],
            colors={"hide": "danger"},
        )
        marked.choose(sensitive)
        marked.chosen.connect(self.sensitive_chosen)
        closed = Segment(look, "Content warnings", [("closed", "Closed"), ("open", "Open")])
        closed.choose(warnings)
        closed.chosen.connect(self.warnings_chosen)
        rows = [
            self._row("Media marked sensitive", "Marked by the author, on both networks", marked),
            self._row("Content warnings", "The warning stays readable either way", closed),
        ]
        for account, handle, on in adult:
            switch = Switch(look, f"Adult content for {handle}")
            switch.setChecked(on)
            switch.toggled.connect(lambda on, id=account: self.adult_chosen.emit(id, on))
            means = "each label decides" if on else "what is labelled so is hidden"
            about = f"{isolated('@' + handle)} · {means}"
            rows.append(self._row("Adult content", about, switch))
        self.fill(rows)

    def forget(self) -> None:
        self._shown = ()

    def _row(self, name: str, about: str, control: QWidget) -> QWidget:
        tokens = self._look.theme.tokens
        return ControlRow(
            self._look, name, about, control, least=tokens.boxList.rowTwo, pad=tokens.space.m
        )
