"""What a draft answers or quotes, over the text; and where the answer goes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.model.draft import Target
from app.ui.theme.look import Look
from app.ui.widgets.button import IconButton
from app.ui.widgets.choices import Segment
from app.ui.widgets.panel import Glyph, Panel
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words

BOTH = "both"


class Context(QWidget):
    """
    The post that is answered and the one that is quoted.

    Attributes:
        side_chosen: One copy of an echo, by its network, or ``both``.
    """

    side_chosen = Signal(str)
    reply_removed = Signal()
    quote_removed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._shown: tuple[object, ...] = ()
        self.sides: Segment | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(look.theme.tokens.space.s)
        self.hide()

    def show_context(
        self,
        reply_to: Target | None,
        quote: Target | None,
        sides: Sequence[tuple[str, str]] = (),
        side: str = "",
        unheard: str = "",
    ) -> None:
        """
        Show these.

        Args:
            sides: (network, its name) of each copy that can be answered.
            side: Which of them was chosen; "" asks.
            unheard: Why the answer may not be seen there, a sentence; "" = it is.
        """
        wanted = (reply_to, quote, tuple(sides), side, unheard)
        if wanted == self._shown:
            return
        self._shown = wanted
        self.sides = None
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if reply_to is not None:
            box = self._box("arrow-bend-down-right", "Replying to", reply_to, self.reply_removed)
            self._column.addWidget(box)
            if unheard:
                self._column.addWidget(Words(self._look, unheard, "small", "warn", wrap=True))
            if len(sides) > 1:
                self._column.addWidget(self._asked(sides, side))
        if quote is not None:
            self._column.addWidget(self._box("quotes", "Quoting", quote, self.quote_removed))
        self.setVisible(reply_to is not None or quote is not None)

    def _box(self, icon: str, verb: str, target: Target, removed: object) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        box = Panel(look, "sunken", edge="hairline", radius=tokens.radius.box)
        column = QVBoxLayout(box)
        column.setContentsMargins(tokens.space.m, tokens.space.xs, tokens.space.xs, tokens.space.s)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setSpacing(tokens.button.iconGap)
        head.addWidget(Glyph(look, icon, tokens.icon.small, "textSecondary"))
        name = f"\u2068{target.author.shown_name}\u2069"
        title = Words(look, [(f"{verb} ", None), (name, 600)], "meta")
        title.setToolTip(plain_tip(f"@{target.author.handle}"))
        head.addWidget(title, 1)
        close = IconButton(
            look, "x", f"Not {verb.lower()} this", target=tokens.target.min, icon_size=14
        )
        close.clicked.connect(removed.emit)  # type: ignore[attr-defined]
        head.addWidget(close)
        column.addLayout(head)
        excerpt = Words(look, target.excerpt, "small", "textSecondary")
        excerpt.setToolTip(plain_tip(target.excerpt))
        column.addWidget(excerpt)
        box.setAccessibleName(f"{verb} {target.author.shown_name}: {target.excerpt}")
        return box

    def _asked(self, sides: Sequence[tuple[str, str]], side: str) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line = QWidget()
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.space.xs)
        count = "both" if len(sides) == 2 else "all"
        words = f"It was written on {count} networks. Where do you answer?"
        color = "textSecondary" if side else "warn"
        column.addWidget(Words(look, words, "small", color, wrap=True))
        everywhere = "Both" if len(sides) == 2 else "All"
        segment = self.sides = Segment(look, words, [*sides, (BOTH, everywhere)])
        segment.spread()
        if side:
            segment.choose(side)
        segment.chosen.connect(self.side_chosen)
        column.addWidget(segment)
        return line
