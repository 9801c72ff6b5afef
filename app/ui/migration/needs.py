"""What only the user can give or do, asked where the move stands still."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.portability.plan import Need
from app.ui.migration.files import FileField
from app.ui.migration.parts import Choices, CopyLine, Tip, grows_with_words
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Radio, Switch
from app.ui.widgets.field import CodeInput, Field
from app.ui.widgets.panel import Spinner
from app.ui.widgets.words import Words


class Asked(QWidget):
    """One question on the screen."""

    changed = Signal()
    submitted = Signal()

    def answer(self) -> str:
        """What was said; "" = nothing yet."""
        return ""

    def wipe(self) -> None:
        """Forget what was typed, if nobody should see it."""


class _FieldAsked(Asked):
    """A line to be typed: text, or a secret."""

    def __init__(self, look: Look, need: Need) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.field = Field(look, need.prompt, help_line=need.help, wrap=True)
        self._secret = need.secret or need.kind == "secret"
        if self._secret:
            self.field.input.setEchoMode(QLineEdit.EchoMode.Password)
            hints = Qt.InputMethodHint
            self.field.input.setInputMethodHints(
                hints.ImhSensitiveData | hints.ImhNoPredictiveText | hints.ImhNoAutoUppercase
            )
        self.field.setMaximumWidth(look.theme.length(look.theme.tokens.wizard.field, capped=True))
        row.addWidget(self.field, 1)
        row.addStretch(0)
        self.field.changed.connect(lambda _: self.changed.emit())
        self.field.submitted.connect(self.submitted)

    def answer(self) -> str:
        text = self.field.text()
        return text if self._secret else text.strip()

    def wipe(self) -> None:
        if self._secret:
            self.field.input.clear()


class _FileAsked(Asked):
    """A file to be written or read."""

    def __init__(self, look: Look, need: Need) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self._file = FileField(
            look, need.prompt, way=lambda: "either", help_line=need.help, wrap=True
        )
        self._file.changed.connect(self.changed)
        self._file.submitted.connect(self.submitted)
        row.addWidget(self._file)

    def answer(self) -> str:
        return self._file.path()


class _CodeAsked(Asked):
    """A code that was sent by e-mail."""

    def __init__(self, look: Look, need: Need) -> None:
        super().__init__()
        dialog = look.theme.tokens.dialog
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(dialog.labelGap)
        label = Words(look, need.prompt, "metaStrong", wrap=True)
        column.addWidget(label)
        self.input = CodeInput(look, 0)
        self.input.setAccessibleName(need.prompt)
        self.input.setAccessibleDescription(need.help)
        self.input.setMaximumWidth(
            look.theme.length(look.theme.tokens.wizard.field / 2, capped=True)
        )
        label.setBuddy(self.input)
        column.addWidget(self.input)
        self._below = Words(look, need.help, "small", "textTertiary", wrap=True)
        self._below.setVisible(bool(need.help))
        column.addWidget(self._below)
        self.input.textEdited.connect(self._on_edited)
        self.input.returnPressed.connect(self.submitted)

    def _on_edited(self, _text: str) -> None:
        self.input.mark_trouble(False)
        self.changed.emit()

    def answer(self) -> str:
        return self.input.code()

    def wipe(self) -> None:
        self.input.clear()


class _ChoiceAsked(Asked):
    """One of several."""

    def __init__(self, look: Look, need: Need) -> None:
        super().__init__()
        tokens = look.theme.tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space.s)
        column.addWidget(Words(look, need.prompt, "metaStrong", wrap=True))
        if need.help:
            column.addWidget(Words(look, need.help, "small", "textTertiary", wrap=True))
        self._radios: dict[str, Radio] = {}
        for value, label in need.choices:
            radio = Radio(look, label)
            radio.toggled.connect(lambda _: self.changed.emit())
            self._radios[value] = radio
            column.addWidget(radio)

    def answer(self) -> str:
        return next((key for key, one in self._radios.items() if one.isChecked()), "")


class _ConfirmAsked(Asked):
    """Something to be sure of."""

    def __init__(self, look: Look, need: Need) -> None:
        super().__init__()
        tokens = look.theme.tokens
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.m)
        self._switch = Switch(look, need.prompt)
        self._switch.setAccessibleDescription(need.help)
        self._switch.toggled.connect(lambda _: self.changed.emit())
        row.addWidget(self._switch, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(0)
        label = Words(look, need.prompt, "metaStrong", wrap=True)
        label.setBuddy(self._switch)
        column.addWidget(label)
        if need.help:
            column.addWidget(Words(look, need.help, "small", "textTertiary", wrap=True))
        row.addLayout(column, 1)

    def answer(self) -> str:
        return "yes" if self._switch.isChecked() else ""


class _PageAsked(Asked):
    """Something to do on a page of the server: opened, with what is to be pasted there."""

    open_wanted = Signal(str)
    look_wanted = Signal()

    def __init__(self, look: Look, need: Need) -> None:
        super().__init__()
        tokens = look.theme.tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space.s)
        column.addWidget(Words(look, need.prompt, "metaStrong", wrap=True))
        if need.help:
            column.addWidget(Words(look, need.help, "small", "textSecondary", wrap=True))
        if need.copy:
            column.addWidget(CopyLine(look, need.copy, "what to paste there"))
        column.addWidget(self._acts(look, need))
        watching = QWidget()
        row = QHBoxLayout(watching)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.button.iconGap)
        row.addWidget(Spinner(look, tokens.spinner.small))
        said = "Godwit watches, and goes on by itself when it sees the change."
        row.addWidget(Words(look, said, "small", "textTertiary", wrap=True), 1)
        column.addWidget(watching)

    def _acts(self, look: Look, need: Need) -> Choices:
        acts: list[tuple[str, str, Callable[[], None]]] = []
        if need.url:
            acts.append(
                ("Open the page", "arrow-square-out", lambda: self.open_wanted.emit(need.url))
            )
        acts.append(("Look now", "arrows-clockwise", self.look_wanted.emit))
        return Choices(look, acts)


_KINDS: dict[str, Callable[[Look, Need], Asked]] = {
    "code": _CodeAsked,
    "file": _FileAsked,
    "choice": _ChoiceAsked,
    "confirm": _ConfirmAsked,
    "page": _PageAsked,
}


class NeedsForm(QWidget):
    """All that is asked now, and one button to go on with it."""

    answered = Signal(dict)
    """Key and answer. Whoever takes it keeps it no longer than it is needed."""
    open_wanted = Signal(str)
    look_wanted = Signal()

    def __init__(self, look: Look, needs: Sequence[Need], trouble: str = "") -> None:
        super().__init__()
        self.needs = tuple(needs)
        tokens = look.theme.tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space.m)
        if trouble:
            watched = all(need.kind == "page" for need in needs)
            kind, icon = ("note", "hourglass-medium") if watched else ("danger", "warning-circle")
            column.addWidget(Tip(look, kind, icon, trouble))
        self._asked: dict[str, Asked] = {}
        for need in needs:
            made: Asked = _KINDS.get(need.kind, _FieldAsked)(look, need)
            made.changed.connect(self._on_changed)
            made.submitted.connect(self._on_submitted)
            if isinstance(made, _PageAsked):
                made.open_wanted.connect(self.open_wanted)
                made.look_wanted.connect(self.look_wanted)
            self._asked[need.key] = made
            column.addWidget(made)
        self.go = Button(look, "Continue", "primary")
        self.go.clicked.connect(self._on_submitted)
        self.go.setVisible(bool(self._wanted()))
        column.addWidget(self.go, 0, Qt.AlignmentFlag.AlignLeading)
        grows_with_words(self)
        self._on_changed()

    def first(self) -> QWidget | None:
        """Where one begins to answer."""
        for widget in self.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled():
                return widget
        return None

    def wipe(self) -> None:
        """Forget what nobody should see."""
        for asked in self._asked.values():
            asked.wipe()

    def _wanted(self) -> list[str]:
        return [need.key for need in self.needs if need.kind != "page"]

    def _answers(self) -> Mapping[str, str]:
        return {key: self._asked[key].answer() for key in self._wanted()}

    def _on_changed(self) -> None:
        self.go.setEnabled(all(self._answers().values()))

    def _on_submitted(self) -> None:
        answers = dict(self._answers())
        missing = [key for key, value in answers.items() if not value]
        if missing:
            widget = self._asked[missing[0]]
            widget.setFocus()
            return
        if not answers:
            return
        self.go.setEnabled(False)
        self.wipe()
        self.answered.emit(answers)
