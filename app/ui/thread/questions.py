"""Questions before what cannot be undone: blocking, deleting; and what a report says."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model import Account, Profile
from app.ui.composer.editor import Editor
from app.ui.theme.look import Look
from app.ui.thread.bar import Box
from app.ui.timeline import words
from app.ui.widgets.button import Button, Kind
from app.ui.widgets.choices import Radio, Switch
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.words import Words

REASONS = (
    ("spam", "Spam"),
    ("rude", "Rude or harassing"),
    ("sexual", "Unwanted sexual content"),
    ("misleading", "Misleading or pretending to be somebody"),
    ("illegal", "Illegal"),
    ("violation", "Against the rules of its server"),
    ("other", "Something else"),
)
"""``Report.reason`` and its words."""


class BlockQuestion(Dialog):
    """What blocking does, and who can see it."""

    def __init__(
        self,
        look: Look,
        who: Profile,
        account: Account,
        parent: QWidget,
        *,
        public: bool,
        bridge: str = "",
    ) -> None:
        """*public*: this network tells anybody who blocks whom. *bridge*: that one leaves by it."""
        super().__init__(look, f"Block {words.isolated(who.shown_name)}?", parent)
        body, column = self.column()
        handle = words.handle_text(who.handle)
        mine = words.handle_text(account.handle)
        said = f"{handle} and {mine} will not see each other’s posts, and do not follow each other."
        column.addWidget(Words(look, said, "meta", "textSecondary", wrap=True))
        seen = (
            "Blocks are public on this network: anybody can look up that you did it."
            if public
            else "They are not told, but can notice it."
        )
        color = "warn" if public else "textSecondary"
        column.addWidget(Words(look, seen, "meta", color, wrap=True))
        if bridge:
            leaving = f"This is the account of {bridge}: whoever blocks it leaves the bridge."
            column.addWidget(Words(look, leaving, "meta", "warn", wrap=True))
        column.addStretch()
        _finish(self, look, body, "Do not block", "Block")


class DeleteQuestion(Dialog):
    """Where it is deleted."""

    def __init__(self, look: Look, networks: Sequence[str], parent: QWidget) -> None:
        several = len(networks) > 1
        super().__init__(look, "Delete every copy?" if several else "Delete this post?", parent)
        body, column = self.column()
        where = " and ".join(networks)
        said = f"It is deleted on {where}, with its likes and reposts. Replies to it stay."
        column.addWidget(Words(look, said, "meta", "textSecondary", wrap=True))
        lasting = "This cannot be undone. Other servers may keep what they have for a while."
        column.addWidget(Words(look, lasting, "meta", "textSecondary", wrap=True))
        column.addStretch()
        _finish(self, look, body, "Keep it", "Delete")


class ReportQuestion(Dialog):
    """Why, to whom, a comment, and whether their own server is told, too."""

    def __init__(
        self,
        look: Look,
        who: Profile,
        account: Account,
        parent: QWidget,
        services: Sequence[tuple[str, str]] = (),
        *,
        title: str = "Report this post",
    ) -> None:
        """*services*: URI and name of others that may be told instead of the server's moderators."""
        super().__init__(look, title, parent)
        body, column = self.column()
        mine = f"The moderators of {words.isolated(account.host)}"
        self._to: dict[str, Radio] = {}
        if services:
            column.addWidget(Words(look, "Who reads it", "metaStrong", weight=600))
            column.addWidget(self._readers(look, mine, services, column.spacing()))
            column.addWidget(Words(look, "Why", "metaStrong", weight=600))
        else:
            column.addWidget(Words(look, f"{mine} read it.", "meta", "textSecondary", wrap=True))
        self._radios: dict[str, Radio] = {}
        for reason, text in REASONS:
            radio = self._radios[reason] = Radio(look, text)
            column.addWidget(radio)
        self._radios["other"].setChecked(True)
        self._comment = Editor(
            look,
            "Comment for the moderators",
            lambda text: (),
            role="bodySmall",
            placeholder="Anything they should know",
        )
        column.addWidget(Box(look, self._comment))
        host = who.handle.rpartition("@")[2]
        self._forward: Switch | None = None
        if "@" in who.handle and host != account.host:
            self._forward = Switch(look, f"Also tell the moderators of {host}")
            row = QHBoxLayout()
            row.addWidget(Words(look, self._forward.accessibleName(), "meta", wrap=True), 1)
            row.addWidget(self._forward)
            column.addLayout(row)
        column.addStretch()
        _finish(self, look, body, "Cancel", "Send the report", "primary")

    def _readers(
        self, look: Look, mine: str, services: Sequence[tuple[str, str]], gap: int
    ) -> QWidget:
        """Who reads it: the server's moderators, as long as nobody else is chosen."""
        group = QWidget()  # its radios are a question of their own
        group.setAccessibleName("Who reads it")
        column = QVBoxLayout(group)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(gap)
        for uri, name in (("", mine), *services):
            radio = self._to[uri] = Radio(look, words.isolated(name) if uri else name)
            radio.setChecked(not uri)
            column.addWidget(radio)
        return group

    @property
    def to(self) -> str:
        """See ``Report.to``."""
        return next((uri for uri, radio in self._to.items() if radio.isChecked()), "")

    @property
    def reason(self) -> str:
        """See ``Report.reason``."""
        return next(reason for reason, radio in self._radios.items() if radio.isChecked())

    @property
    def comment(self) -> str:
        """What was written for the moderators."""
        return self._comment.text().strip()

    @property
    def forward(self) -> bool:
        """Their own server is told, too."""
        return self._forward is not None and self._forward.isChecked()


def _finish(
    dialog: Dialog, look: Look, body: QWidget, stay: str, act: str, kind: Kind = "remove"
) -> None:
    """The two buttons; Return does nothing that cannot be undone."""
    cancel = Button(look, stay)
    cancel.clicked.connect(dialog.reject)
    go = Button(look, act, kind)
    go.clicked.connect(dialog.accept)
    dialog.fill(body, left=[cancel], right=[go])
    cancel.setFocus()
