"""Small dialogs of the lab: name, source, text, import, and leaving with changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.feed.recipe import ALONE, RecipeSource, SourceKind
from app.ui.feeds.choice import Choice
from app.ui.theme.look import Look
from app.ui.theme.style import css
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.field import Field
from app.ui.widgets.words import Words


class NameDialog(Dialog):
    """What the feed is called, and what it says of itself."""

    named = Signal(str, str)

    def __init__(self, look: Look, name: str, about: str, parent: QWidget) -> None:
        super().__init__(look, "Name and sentence", parent)
        body, column = self.column()
        self._name = Field(look, "Name")
        self._name.input.setText(name)
        self._name.submitted.connect(self._on_done)
        column.addWidget(self._name)
        self._about = Field(
            look, "What it does", help_line="Its first sentence stands in the list."
        )
        self._about.input.setText(about)
        self._about.submitted.connect(self._on_done)
        column.addWidget(self._about)
        cancel, done = Button(look, "Cancel"), Button(look, "Use this name", "tonal")
        cancel.clicked.connect(self.reject)
        done.clicked.connect(self._on_done)
        self.fill(body, right=[cancel, done])
        self._name.input.setFocus()
        self._name.input.selectAll()

    def _on_done(self) -> None:
        name = self._name.text().strip()
        if not name:
            self._name.trouble("A feed needs a name.")
            return
        self.accept()
        self.named.emit(name, self._about.text().strip())


KINDS: tuple[tuple[SourceKind, str, str], ...] = (
    ("home", "Home timeline", ""),
    ("tag", "Tag", "Tag, without #"),
    ("tags", "Tags that you follow", ""),
    ("list", "List", "Number or address of the list"),
    ("feed", "Custom feed", "Its address (at://…)"),
    ("author", "One author", "Handle or address of the profile"),
    ("search", "Search", "Words to look for"),
    ("bookmarks", "Bookmarks", ""),
    ("trends", "Trends", ""),
    ("recipe", "Another feed of yours", ""),
)
"""Kind, its name, and what it needs to be told."""


class SourceDialog(Dialog):
    """Where else posts come from. *accounts*: id and name; *feeds*: of the user's, likewise."""

    made = Signal(object)

    def __init__(
        self,
        look: Look,
        parent: QWidget,
        accounts: Sequence[tuple[str, str]],
        feeds: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(look, "Add a source", parent)
        body, column = self.column()
        self._kind = Choice(look, "Kind", [(key, name) for key, name, _ in KINDS])
        self._kind.chosen.connect(lambda _: self._on_kind())
        column.addWidget(self._kind)
        self._account = Choice(look, "Account", [("all", "of all accounts"), *accounts])
        column.addWidget(self._account)
        self._feed = Choice(look, "Feed", list(feeds) or [("", "There is none")])
        column.addWidget(self._feed)
        self._arg = Field(look, "Which")
        self._arg.submitted.connect(self._on_done)
        column.addWidget(self._arg)
        column.addStretch(1)
        cancel, done = Button(look, "Cancel"), Button(look, "Add", "tonal")
        cancel.clicked.connect(self.reject)
        done.clicked.connect(self._on_done)
        self.fill(body, right=[cancel, done])
        self._on_kind()

    def _on_kind(self) -> None:
        kind = self._kind.key
        needs = next(need for key, _, need in KINDS if key == kind)
        self._feed.setVisible(kind == "recipe")
        self._account.setVisible(kind != "recipe")
        self._arg.setVisible(bool(needs))
        self._arg.input.setPlaceholderText(needs)
        self._arg.calm()
        self.settle()

    def _on_done(self) -> None:
        kind = self._kind.key
        arg = self._feed.key if kind == "recipe" else self._arg.text().strip().removeprefix("#")
        if not arg and kind not in ALONE:
            self._arg.show()
            self._arg.trouble("Say which one.")
            self.settle()
            return
        account = "all" if kind == "recipe" else self._account.key
        if kind in ALONE:
            arg = ""
        self.accept()
        self.made.emit(RecipeSource(kind=kind, account=account, arg=arg))  # type: ignore[arg-type]


class TextDialog(Dialog):
    """
    The recipe as text, to change or to paste one.

    ``use_wanted`` tells the text; whoever listens answers with ``show_trouble`` or
    ``show_preview``, and closes it.
    """

    use_wanted = Signal(str)
    changed = Signal(str)

    def __init__(
        self,
        look: Look,
        title: str,
        text: str,
        parent: QWidget,
        *,
        lead: str = "",
        act: str = "Use it",
    ) -> None:
        super().__init__(look, title, parent, width=look.theme.tokens.dialog.widthWide)
        body, column = self.column()
        if lead:
            column.addWidget(Words(look, lead, "meta", "textSecondary", wrap=True))
        self.edit = QPlainTextEdit(text)
        self.edit.setAccessibleName("The recipe as text")
        self.edit.setTabChangesFocus(True)
        self.edit.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.edit.setMinimumHeight(look.theme.length(look.theme.tokens.lab.textHeight, capped=True))
        self.edit.textChanged.connect(self._on_changed)
        column.addWidget(self.edit, 1)
        self._said = Words(look, "", "meta", "textSecondary", wrap=True)
        column.addWidget(self._said)
        self._done = Button(look, act, "tonal")
        cancel = Button(look, "Cancel")
        cancel.clicked.connect(self.reject)
        self._done.clicked.connect(lambda: self.use_wanted.emit(self.edit.toPlainText()))
        self.fill(body, right=[cancel, self._done])
        look.changed.connect(self._restyle)
        self._restyle()

    def show_trouble(self, words: str, line: int = 0) -> None:
        """What is wrong, and where."""
        self._done.setEnabled(False)
        self._said.tint("danger")
        self._said.say(words)
        self.edit.setAccessibleDescription(words)
        if line > 0:
            block = self.edit.document().findBlockByNumber(line - 1)
            cursor = QTextCursor(block)
            self.edit.setTextCursor(cursor)
        self.settle()

    def show_preview(self, words: str) -> None:
        """What it would do; it can be used."""
        self._done.setEnabled(True)
        self._said.tint("textSecondary")
        self._said.say(words)
        self.edit.setAccessibleDescription(words)
        self.settle()

    def _on_changed(self) -> None:
        self._done.setEnabled(False)
        self.changed.emit(self.edit.toPlainText())

    def _restyle(self) -> None:
        theme = self.look.theme
        font = theme.font("meta", mono=True)
        self.edit.setStyleSheet(
            f"QPlainTextEdit {{ background: {css(theme, 'sunken')}; color: {css(theme, 'text')};"
            f" border: {theme.stroke('control')}px solid {css(theme, 'controlBorder')};"
            f" border-radius: {theme.tokens.radius.button}px;"
            f" font-family: '{font.family()}'; font-size: {font.pixelSize()}px;"
            f" selection-background-color: {css(theme, 'selectionBg')};"
            f" selection-color: {css(theme, 'selectionText')}; }}"
        )


class AskDialog(Dialog):
    """A question with two or three answers; ``answered`` tells which key."""

    answered = Signal(str)

    def __init__(
        self,
        look: Look,
        title: str,
        text: str,
        parent: QWidget,
        answers: Mapping[str, Button],
    ) -> None:
        super().__init__(look, title, parent)
        body, column = self.column()
        column.addWidget(Words(look, text, "bodySmall", "textSecondary", wrap=True))
        for key, button in answers.items():
            button.clicked.connect(lambda _=False, key=key: self._answer(key))
        cancel = Button(look, "Cancel")
        cancel.clicked.connect(self.reject)
        self.fill(body, left=[cancel], right=list(answers.values()))
        cancel.setFocus()

    def _answer(self, key: str) -> None:
        self.accept()
        self.answered.emit(key)


class DroppedDialog(Dialog):
    """What is left out, by what; a post counts for every rule that would drop it."""

    def __init__(
        self,
        look: Look,
        parent: QWidget,
        hidden: Mapping[str, int],
        dropped: Mapping[str, int],
    ) -> None:
        super().__init__(look, "What is left out", parent)
        body, column = self.column()
        if hidden:
            column.addWidget(Words(look, "Before any rule", "metaStrong", weight=600))
            self._lines(column, hidden)
        if dropped:
            text = "By each rule alone (several may drop the same post)"
            column.addWidget(Words(look, text, "metaStrong", weight=600, wrap=True))
            self._lines(column, dropped)
        close = Button(look, "Close")
        close.clicked.connect(self.reject)
        self.fill(body, right=[close])
        close.setFocus()

    def _lines(self, column: object, counts: Mapping[str, int]) -> None:
        from PySide6.QtWidgets import QHBoxLayout

        for text, count in counts.items():
            row = QHBoxLayout()
            row.addWidget(Words(self.look, text, "meta", wrap=True), 1)
            row.addWidget(Words(self.look, str(count), "metaStrong", weight=600, tabular=True))
            column.addLayout(row)  # type: ignore[attr-defined]
