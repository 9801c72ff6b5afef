"""Popovers of the timeline: the copies of an echo, and what was hidden."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.feed.rows import Card, Copy
from app.model import NetworkInfo
from app.ui.shell.items import Hidden
from app.ui.shell.words import count_text, hidden_text
from app.ui.theme.look import Look
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.dialog import Popover
from app.ui.widgets.panel import Glyph, Hairline, Mark
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


class EchoPopover(Popover):
    """The copies of one thought, why they are one, and how to take them apart."""

    apart_wanted = Signal(str)
    open_wanted = Signal(str)

    def __init__(
        self, look: Look, card: Card, networks: Mapping[str, NetworkInfo], parent: QWidget
    ) -> None:
        super().__init__(look, parent, width=look.theme.tokens.popover.widthEcho)
        copies = card.copies
        count = _NUMBERS[len(copies)] if len(copies) < len(_NUMBERS) else str(len(copies))
        noun = "copy" if len(copies) == 1 else "copies"
        title = Words(look, f"{count} {noun} of one post", "name", wrap=True)
        self.setAccessibleName(title.text())
        self.content.addWidget(title)
        reasons = [copy.evidence for copy in copies if copy.evidence]
        if reasons:
            self.content.addWidget(
                Words(look, " ".join(dict.fromkeys(reasons)), "small", "textSecondary", wrap=True)
            )
        self.content.addSpacing(look.theme.tokens.space.xs)
        for copy in copies:
            self.content.addWidget(self._row(copy, networks))
            self.content.addWidget(Hairline(look))
        self.content.addSpacing(look.theme.tokens.space.m)
        self.content.addLayout(self._buttons(card))

    def _row(self, copy: Copy, networks: Mapping[str, NetworkInfo]) -> QWidget:
        look, tokens = self.look, self.look.theme.tokens
        line = QWidget()
        line.setFixedHeight(look.theme.length(tokens.boxList.row))
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.xs)
        info = networks.get(copy.post.network)
        if info is not None:
            row.addWidget(Mark(look, info.mark, tokens.icon.markCard))
        row.addSpacing(tokens.space.xs)
        handle = Words(look, f"\u2066@{copy.post.author.handle}\u2069", "meta")
        handle.setToolTip(plain_tip(f"@{copy.post.author.handle}"))
        row.addWidget(handle, 1)
        counts = copy.post.counts
        for icon, count, noun in (
            ("arrow-bend-up-left", counts.replies, "replies"),
            ("repeat", counts.reposts, "reposts"),
            ("heart", counts.likes, "likes"),
        ):
            row.addWidget(Glyph(look, icon, tokens.icon.small, "textTertiary"))
            words = Words(look, count_text(count), "meta", "textSecondary", tabular=True)
            words.setAccessibleName(f"{count} {noun}")
            row.addWidget(words)
            row.addSpacing(tokens.space.xs)
        return line

    def _buttons(self, card: Card) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.look.theme.tokens.button.gap)
        if len(card.copies) > 1:
            apart = Button(self.look, "Show apart", size="small", icon="git-branch")
            apart.clicked.connect(lambda: self._say(self.apart_wanted, card.post.uri))
            row.addWidget(apart)
        others = [copy.post for copy in card.copies if copy.post.url]
        if others:
            link = Button(self.look, "Open on the web", "plain", size="small")
            link.clicked.connect(lambda: self._say(self.open_wanted, others[0].url))
            row.addWidget(link)
        row.addStretch()
        return row

    def _say(self, signal: object, value: str) -> None:
        self.close()
        signal.emit(value)  # type: ignore[attr-defined]


class HiddenPopover(Popover):
    """What was left out of a timeline, by what, and a way to see it."""

    show_wanted = Signal(str)
    """Text of the cause."""

    def __init__(
        self,
        look: Look,
        hidden: Sequence[Hidden],
        parent: QWidget,
        *,
        rules: Callable[[], None] | None = None,
        left_out: Sequence[Hidden] = (),
    ) -> None:
        """
        *rules*: leads to what one does not want to see; *left_out*: what the feed itself leaves out.
        """
        super().__init__(look, parent)
        total = sum(cause.count for cause in hidden)
        head = QHBoxLayout()
        words = f"{count_text(total)} hidden here" if hidden else "Left out by this feed"
        title = Words(look, words, "name")
        self.setAccessibleName(title.text())
        head.addWidget(title, 1)
        close = IconButton(look, "x", "Close", target=look.theme.tokens.target.min)
        close.clicked.connect(self.close)
        head.addWidget(close)
        self.content.addLayout(head)
        for cause in hidden:
            self.content.addWidget(self._row(cause))
            self.content.addWidget(Hairline(look))
        if hidden and left_out:
            self.content.addSpacing(look.theme.tokens.space.s)
            self.content.addWidget(Words(look, "Left out by this feed", "metaStrong", weight=600))
        for cause in left_out:
            self.content.addWidget(self._row(cause))
            self.content.addWidget(Hairline(look))
        self.content.addSpacing(look.theme.tokens.space.s)
        note = "Show holds until you leave this timeline. Your rules stay as they are."
        self.content.addWidget(Words(look, note, "small", "textTertiary", wrap=True))
        if rules is not None:
            self.content.addSpacing(look.theme.tokens.space.s)
            lead = Button(look, "What I don’t want to see…", "plain", size="inline")
            # First gone: what comes is a dialog, and wants the focus.
            lead.clicked.connect(self.close)
            lead.clicked.connect(rules)
            self.content.addWidget(lead)

    def _row(self, cause: Hidden) -> QWidget:
        tokens = self.look.theme.tokens
        line = QWidget()
        line.setFixedHeight(self.look.theme.length(tokens.boxList.row))
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.s)
        row.addWidget(Glyph(self.look, cause.icon, tokens.icon.context, "textTertiary"))
        text = hidden_text(cause.text)
        words = Words(self.look, text, "meta")
        words.setToolTip(plain_tip(text))
        row.addWidget(words, 1)
        count = Words(self.look, count_text(cause.count), "metaStrong", weight=600, tabular=True)
        row.addWidget(count)
        show = Button(self.look, "Show", "plain", size="small")
        show.setAccessibleName(f"Show {text}")
        show.clicked.connect(lambda: self._on_show(cause))
        row.addWidget(show)
        return line

    def _on_show(self, cause: Hidden) -> None:
        self.close()
        self.show_wanted.emit(cause.text)
