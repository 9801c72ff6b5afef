"""Other words for a post of mine: everywhere it is, and what that means there."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.ui.composer.editor import Editor, FindSpans
from app.ui.theme.look import Look
from app.ui.thread.bar import Box
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Switch
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.panel import Mark
from app.ui.widgets.words import Words

LOST = "Its likes, reposts and answers there are lost."


class Shown(Struct, frozen=True, kw_only=True):
    """
    A copy of the post.

    Attributes:
        edits: Its network can; else it stays, or is posted anew.
        own: It says something else there, which will be gone.
    """

    mark: str
    network: str
    handle: str
    edits: bool
    own: bool = False
    there: bool = True
    """False: it has not arrived; the new words go out when it is tried again."""


class EditQuestion(Dialog):
    """The text, and a line for each copy."""

    def __init__(
        self, look: Look, text: str, copies: Sequence[Shown], find_spans: FindSpans, parent: QWidget
    ) -> None:
        tokens = look.theme.tokens
        super().__init__(look, "Edit this post", parent, width=tokens.dialog.widthWide)
        body, column = self.column()
        self.editor = Editor(look, "Text of the post", find_spans, role="bodySmall")
        self.editor.show_text(text)
        column.addWidget(Box(look, self.editor))
        lines = QVBoxLayout()
        lines.setSpacing(tokens.space.xs)
        for copy in copies:
            lines.addWidget(self._copy_line(copy, _becomes(copy)))
        column.addLayout(lines)
        self._anew: Switch | None = None
        fixed = [copy.network for copy in copies if copy.there and not copy.edits]
        if fixed:
            act = f"Delete it on {' and '.join(dict.fromkeys(fixed))}, and post it anew"
            self._anew = Switch(look, f"{act}. {LOST}")
            column.addLayout(self._choice(self._anew, act))
        column.addStretch()
        cancel = Button(look, "Cancel")
        cancel.clicked.connect(self.reject)
        self._save = Button(look, "Save", "primary")
        self._save.clicked.connect(self.accept)
        self.fill(body, left=[cancel], right=[self._save])
        self._before, self._can = text, any(copy.edits or not copy.there for copy in copies)
        self.editor.edited.connect(self._weigh)
        self.editor.send_wanted.connect(self._save.click)
        if self._anew is not None:
            self._anew.toggled.connect(lambda _: self._weigh())
        self._weigh()
        self.editor.setFocus()

    @property
    def text(self) -> str:
        """What it is to say."""
        return self.editor.text().strip()

    @property
    def anew(self) -> bool:
        """Where there is no edit it is deleted and posted anew."""
        return self._anew is not None and self._anew.isChecked()

    def _weigh(self) -> None:
        """Nothing is saved that changes nothing anywhere."""
        self._save.setText("Post anew" if self.anew and not self._can else "Save")
        changed = bool(self.text) and self.text != self._before.strip()
        self._save.setEnabled(changed and (self._can or self.anew))

    def _copy_line(self, copy: Shown, words: str) -> QWidget:
        look, tokens = self.look, self.look.theme.tokens
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.button.iconGap)
        row.addWidget(Mark(look, copy.mark, tokens.icon.markBadge))
        quiet = (copy.edits or not copy.there) and not copy.own
        color = "textSecondary" if quiet else "warn"
        row.addWidget(Words(look, words, "meta", color, wrap=True), 1)
        return line

    def _choice(self, switch: Switch, act: str) -> QHBoxLayout:
        look = self.look
        row = QHBoxLayout()
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(Words(look, act, "metaStrong", wrap=True))
        names.addWidget(Words(look, LOST, "small", "textSecondary", wrap=True))
        row.addLayout(names, 1)
        row.addWidget(switch)
        return row


def _becomes(copy: Shown) -> str:
    where = f"{copy.network}, \u2066@{copy.handle}\u2069" if copy.handle else copy.network
    if not copy.there:
        return f"{where}: not posted yet; says the new words when you try again."
    if copy.edits and copy.own:
        return f"{where}: changed; the other text that it has there is replaced."
    if copy.edits:
        return f"{where}: changed; people who took part may be told."
    return f"{where}: has no edit; stays as it is."
