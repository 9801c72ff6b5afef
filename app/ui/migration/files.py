"""A file or folder to be named: typed, or chosen in the system's own dialog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.field import Field

Way = Literal["new", "old", "either", "folder"]


class FileField(QWidget):
    """
    A field with "Choose…" beside it.

    Args:
        way: What may be chosen now: a new file, one that is there, either, or a folder.
        name: What a new file is called at first.
    """

    changed = Signal()
    submitted = Signal()

    def __init__(
        self,
        look: Look,
        label: str,
        *,
        way: Callable[[], Way],
        help_line: str = "",
        name: str = "",
        wrap: bool = False,
    ) -> None:
        super().__init__()
        self._label, self._way, self._name = label, way, name
        tokens = look.theme.tokens
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.button.gap)
        self.field = Field(look, label, help_line=help_line, wrap=wrap)
        self.field.setMaximumWidth(look.theme.length(tokens.wizard.field, capped=True))
        self.field.changed.connect(lambda _: self.changed.emit())
        self.field.submitted.connect(self.submitted)
        row.addWidget(self.field, 1000)
        side = QVBoxLayout()
        # In the middle of the field beside it.
        lower = look.theme.length(tokens.input.height) - look.theme.length(tokens.button.height)
        above = look.theme.length(tokens.dialog.label) + tokens.dialog.labelGap
        side.addSpacing(above + max(0, lower // 2))
        choose = Button(look, "Choose…", icon="folder-open")
        choose.setAccessibleName(f"Choose… {label}")
        choose.clicked.connect(self._choose)
        side.addWidget(choose)
        side.addStretch(1)
        row.addLayout(side)
        row.addStretch(1)

    def path(self) -> str:
        """What was named, as a whole; "" = nothing."""
        text = self.field.text().strip()
        return str(Path(text).expanduser()) if text else ""

    def put(self, path: str) -> None:
        """Name this one."""
        self.field.input.setText(path)
        self.field.calm()
        self.changed.emit()

    def _choose(self) -> None:
        way = self._way()
        dialog = QFileDialog(self.window(), self._label, self._name if way == "new" else "")
        if way == "new":
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix("txt")
        elif way == "folder":
            dialog.setFileMode(QFileDialog.FileMode.Directory)
            dialog.setOption(QFileDialog.Option.ShowDirsOnly, True)
        elif way == "old":
            dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        else:
            # Whether it is written or read is the step's to say; neither is done here.
            dialog.setFileMode(QFileDialog.FileMode.AnyFile)
            dialog.setOption(QFileDialog.Option.DontConfirmOverwrite, True)
        dialog.fileSelected.connect(self.put)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
