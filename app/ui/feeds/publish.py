"""A recipe goes out to everybody, and comes in from a link."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.feeds.choice import Choice
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.dialog import Dialog
from app.ui.widgets.field import Field
from app.ui.widgets.words import Words

NOBODY = "None of your accounts is on a network where feeds are published. Share its file instead."


class LinkDialog(Dialog):
    """Asks for the address of a published feed; ``asked`` tells it."""

    asked = Signal(str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, "Import from a link", parent)
        body, column = self.column()
        self._address = Field(
            look,
            "Address of a published feed",
            help_line="What it does is shown before it is used.",
        )
        self._address.input.setPlaceholderText("at://…")
        self._address.submitted.connect(self._on_done)
        column.addWidget(self._address)
        cancel, self._done = Button(look, "Cancel"), Button(look, "Look at it", "tonal")
        cancel.clicked.connect(self.reject)
        self._done.clicked.connect(self._on_done)
        self.fill(body, right=[cancel, self._done])
        self._address.input.setFocus()

    def show_trouble(self, message: str, next_step: str) -> None:
        """It could not be had."""
        self._done.setEnabled(True)
        self._address.trouble(message, next_step)
        self.settle()

    def _on_done(self) -> None:
        address = self._address.text().strip()
        if not address.startswith("at://"):
            self._address.trouble("An address of a published feed begins with at://.")
            self.settle()
            return
        self._done.setEnabled(False)
        self.asked.emit(address)


class PublishDialog(Dialog):
    """
    What everybody could read; published, renewed or taken back.

    *accounts*: id and handle of those that can. Whoever listens answers with
    ``show_published`` or ``show_trouble``.
    """

    publish_wanted = Signal(str)
    unpublish_wanted = Signal(str)
    account_chosen = Signal(str)

    def __init__(
        self,
        look: Look,
        parent: QWidget,
        in_words: Sequence[str],
        lost: Sequence[str],
        accounts: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(
            look, "Publish the recipe", parent, width=look.theme.tokens.dialog.widthWide
        )
        self._uri = ""
        body, column = self.column()
        lead = "Everybody can read it, and who wrote it. It is a recipe, not your posts."
        column.addWidget(Words(look, lead, "bodySmall", "textSecondary", wrap=True))
        column.addWidget(Words(look, "What it says", "metaStrong", weight=600))
        column.addWidget(Words(look, " ".join(in_words), "meta", "textSecondary", wrap=True))
        for line in lost:
            column.addWidget(Words(look, line, "meta", "warn", wrap=True))
        self._who = Choice(look, "Published by", accounts or [("", NOBODY)])
        self._who.setVisible(len(accounts) > 1)
        self._who.chosen.connect(lambda keys: self.account_chosen.emit(keys[0]))
        column.addWidget(self._who)
        self._link = self._make_link()
        column.addWidget(self._link)
        self._said = Words(look, "", "meta", "textSecondary", wrap=True)
        column.addWidget(self._said)
        self._back = Button(look, "Take it back", "danger")
        self._back.clicked.connect(self._on_back)
        close, self._done = Button(look, "Close"), Button(look, "Publish", "primary")
        close.clicked.connect(self.reject)
        self._done.clicked.connect(self._on_done)
        self.fill(body, left=[self._back], right=[close, self._done])
        self.show_published("")
        if not accounts:
            self.show_trouble(NOBODY)
            self._done.setEnabled(False)

    def _make_link(self) -> QWidget:
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        self._address = Words(self.look, "", "meta", "link", wrap=True)
        row.addWidget(self._address, 1)
        copy = Button(self.look, "Copy", icon="copy", size="small")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._uri))
        row.addWidget(copy)
        return held

    def show_published(self, uri: str, *, done: bool = False) -> None:
        """Where it is published ("" = nowhere). *done*: just now."""
        self._uri = uri
        self._address.say(uri)
        self._link.setVisible(bool(uri))
        self._back.setVisible(bool(uri))
        self._done.setEnabled(True)
        self._done.rename("Publish this form" if uri else "Publish")
        words = "It is published." if uri else "It was taken back." if done else ""
        self._said.tint("ok" if done else "textSecondary")
        self._said.say(words)
        self._said.setVisible(bool(words))
        self.settle()

    def show_trouble(self, words: str) -> None:
        """It could not be done."""
        self._done.setEnabled(True)
        self._said.tint("danger")
        self._said.say(words)
        self._said.show()
        self.settle()

    def _on_done(self) -> None:
        self._done.setEnabled(False)
        self.publish_wanted.emit(self._who.key)

    def _on_back(self) -> None:
        self.unpublish_wanted.emit(self._uri)
