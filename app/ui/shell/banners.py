"""Window-wide trouble, said in one place: under the header (look.md §6)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.ui.shell.items import Banner
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.panel import Glyph, along
from app.ui.widgets.words import Run, Words

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class BannerBar(QWidget):
    """One banner."""

    pressed = Signal(str)
    closed = Signal(str)
    more_wanted = Signal()

    def __init__(self, look: Look, banner: Banner, more: int = 0) -> None:
        super().__init__()
        self._look, self.banner = look, banner
        tokens = look.theme.tokens
        row = QHBoxLayout(self)
        least = tokens.space.xs
        start = look.theme.length(tokens.banner.padX, capped=True)
        row.setContentsMargins(*along(start, tokens.banner.padRight, least, least))
        row.setSpacing(tokens.banner.gap)
        row.addWidget(Glyph(look, banner.icon, tokens.banner.icon, banner.kind))
        runs: list[Run] = [(banner.subject, 600)]
        if banner.text:
            runs.append((f" {banner.text}", None))
        self._words = Words(look, runs, "meta", banner.kind, wrap=True)
        row.addWidget(self._words, 1)
        if more:
            link = Button(look, f"{more} more", "plain", size="small")
            link.clicked.connect(self.more_wanted)
            row.addWidget(link)
        if banner.action:
            button = Button(look, banner.action, banner.kind, size="small")
            button.clicked.connect(lambda: self.pressed.emit(banner.key))
            row.addWidget(button)
        if banner.closes:
            from app.ui.widgets.button import IconButton

            close = IconButton(
                look,
                "x",
                "Put this message away",
                icon_size=tokens.icon.context,
                color=banner.kind,
            )
            close.clicked.connect(lambda: self.closed.emit(banner.key))
            row.addWidget(close)
        self.setAccessibleName(f"{banner.subject} {banner.text}".strip())
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumHeight(look.theme.length(tokens.banner.height))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, kind = self._look.theme, self.banner.kind
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color(f"{kind}Soft"))
        line = theme.stroke("control") if theme.high_contrast else theme.stroke("hairline")
        if theme.high_contrast:
            painter.setPen(QPen(theme.color(f"{kind}Border"), line))
            area = QRectF(self.rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2)
            painter.drawRect(area)
        else:
            bottom = QRectF(0, self.height() - line, self.width(), line)
            painter.fillRect(bottom, theme.color(f"{kind}Border"))
        painter.end()


class Banners(QWidget):
    """At most two; the rest become "3 more"."""

    pressed = Signal(str)
    closed = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._banners: tuple[Banner, ...] = ()
        self._all = False
        self._home: tuple[QVBoxLayout, int] | None = None
        self._seat: QVBoxLayout | None = None
        self._strip: QWidget | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setAccessibleName("Messages")
        # Most would be its height at the width it likes best: narrower, its words were cut.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        look.changed.connect(self._rebuild)
        self.hide()

    def show_banners(self, banners: Sequence[Banner]) -> None:
        """Show these, most serious first; the same ones stay as they are."""
        wanted = tuple(sorted(banners, key=lambda banner: banner.kind != "danger"))
        if wanted == self._banners:
            return
        self._banners = wanted
        self._all = self._all and bool(wanted)
        self._rebuild()

    def sit(self, page: QWidget | None) -> None:
        """
        Below the head of *page*, if it has a place for them (``under_head``).

        Else, and while there is no page, where they stood at first.
        """
        parent = self.parentWidget()
        layout = parent.layout() if parent is not None else None
        if self._home is None and isinstance(layout, QVBoxLayout):
            self._home = layout, layout.indexOf(self)
        if self._strip is not None:
            self._strip.setVisible(page is None)
        slot = getattr(page, "under_head", None)
        if self._home is None or slot is self._seat:
            return
        self._seat = slot
        if isinstance(slot, QVBoxLayout):
            slot.addWidget(self)
        else:
            layout, at = self._home
            layout.insertWidget(at, self)

    def show_strip(self, strip: QWidget | None) -> None:
        """A line of the timeline's own below them: the one before goes; None: there is none."""
        old, self._strip = self._strip, strip
        if old is not None and old is not strip:
            old.hide()
            old.deleteLater()
        if self._home is None:
            self.sit(None)
        if strip is not None and self._home is not None:
            layout, at = self._home
            layout.insertWidget(at + (self._seat is None), strip)
            strip.setVisible(self._seat is None)

    def show_all(self) -> None:
        """Also those that "3 more" stands for."""
        self._all = True
        self._rebuild()

    def _rebuild(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()  # else Qt still shows it, as it was to, a window by now
                widget.setParent(None)
                widget.deleteLater()
        most = self._look.theme.tokens.banner.most
        shown = self._banners if self._all else self._banners[:most]
        rest = len(self._banners) - len(shown)
        for banner in shown:
            bar = BannerBar(self._look, banner, rest if banner is shown[-1] else 0)
            bar.pressed.connect(self.pressed)
            bar.closed.connect(self.closed)
            bar.more_wanted.connect(self.show_all)
            self._column.addWidget(bar)
            bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground, False)
        self.setVisible(bool(shown))
