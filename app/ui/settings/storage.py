"""What is on disk: how much, how much it may be, and clearing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.services.retention import Budget, Usage
from app.services.storage_words import PICTURES_COME_BACK, STAYS, bytes_text
from app.ui.settings.appearance import SettingsPage
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Segment
from app.ui.widgets.flow import FlowLayout
from app.ui.widgets.words import Words

_MB, _GB = 1_000_000, 1_000_000_000
POSTS = ((500 * _MB, "500 MB"), (2 * _GB, "2 GB"), (5 * _GB, "5 GB"), (0, "All"))
PICTURES = ((100 * _MB, "100 MB"), (300 * _MB, "300 MB"), (_GB, "1 GB"), (0, "All"))

_LEAST = 0.004
"""Share of the bar that also the smallest part has, so that it can be seen."""


class Part(Struct, frozen=True):
    """A part of what is on disk. *color*: its token."""

    name: str
    color: str
    bytes: int


def parts_of(usage: Usage, archives: int) -> tuple[Part, ...]:
    """What there is, the largest kinds first; nothing of what is not there."""
    parts = (
        Part("Posts", "accent", usage.post_bytes),
        Part("Pictures", "fediverse", usage.picture_bytes),
        Part("Films", "like", usage.film_bytes),
        Part("Backups", "warn", archives + usage.indexes),
        Part("Drafts and settings", "textTertiary", usage.kept_bytes + usage.files),
        Part("Unused, to be filled again", "border", usage.cache_bytes - usage.post_bytes),
    )
    return tuple(part for part in parts if part.bytes >= 100_000)


class Shares(QWidget):
    """One bar, divided by what takes the room."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._parts: tuple[Part, ...] = ()
        self.setFixedHeight(round(look.theme.px(look.theme.tokens.space.s)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_parts(self, parts: Sequence[Part]) -> None:
        """Show these."""
        self._parts = tuple(parts)
        said = ", ".join(f"{part.name} {bytes_text(part.bytes)}" for part in parts)
        self.setAccessibleName(said or "Nothing yet")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole = QRectF(self.rect())
        shape = QPainterPath()
        radius = whole.height() / 2
        shape.addRoundedRect(whole, radius, radius)
        painter.setClipPath(shape)
        painter.fillRect(whole, theme.color("controlBorder" if theme.high_contrast else "hover"))
        total = sum(part.bytes for part in self._parts)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        line = theme.stroke("control")
        x = 0.0
        for part in self._parts:
            width = max(_LEAST, part.bytes / total) * whole.width()
            left = whole.width() - x - width if rtl else x
            painter.fillRect(QRectF(left, 0, width - line, whole.height()), theme.color(part.color))
            x += width
        painter.end()


class _Dot(QWidget):
    """A point of a part's colour."""

    def __init__(self, look: Look, color: str) -> None:
        super().__init__()
        self._look, self._color = look, color
        size = round(look.theme.px(look.theme.tokens.space.s))
        self.setFixedSize(size, size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._look.theme.color(self._color))
        painter.drawEllipse(QRectF(self.rect()))
        painter.end()


class StoragePage(SettingsPage):
    """Budgets are applied at once; clearing is asked about."""

    wished = Signal(object)
    """Budget."""
    clear_wanted = Signal(str)
    """posts or pictures."""

    def __init__(self, look: Look, budget: Budget) -> None:
        super().__init__(look, "Storage")
        self._budget = budget
        tokens = look.theme.tokens
        self._sum = Words(look, "Counting…", "label", "textSecondary", tabular=True)
        self._column.addWidget(self._sum)
        self._column.addSpacing(tokens.space.s)
        self._shares = Shares(look)
        self._column.addWidget(self._shares)
        self._column.addSpacing(tokens.space.s)
        self._legend = QWidget()
        self._legend_rows = FlowLayout(self._legend, gap=tokens.space.l, line_gap=tokens.space.xs)
        self._column.addWidget(self._legend)
        self._column.addSpacing(tokens.space.m)
        self._posts = self._add_budget("Posts", POSTS, "posts", "The oldest leave first")
        self._pictures = self._add_budget(
            "Pictures", PICTURES, "pictures", "Those unused longest leave first"
        )
        self._clear: dict[str, Button] = {}
        self._add_clear("posts", "Clear posts…", STAYS)
        self._add_clear("pictures", "Clear pictures…", PICTURES_COME_BACK)
        self.end()

    def _add_budget(
        self, name: str, steps: Sequence[tuple[int, str]], what: str, note: str
    ) -> Words | None:
        choices = [(str(size), words) for size, words in steps]
        control = Segment(self._look, f"{name}: how much may be kept", choices)
        now = getattr(self._budget, what)
        if now not in [size for size, _ in steps]:  # set by a command
            choices.insert(0, (str(now), bytes_text(now)))
            control = Segment(self._look, f"{name}: how much may be kept", choices)
        control.choose(str(now))
        control.chosen.connect(lambda key: self._wish(what, int(key)))
        return self.add_row(name, note, control)

    def _add_clear(self, what: str, name: str, note: str) -> None:
        button = self._clear[what] = Button(self._look, name, "danger", size="small")
        button.setAccessibleName(name)
        button.clicked.connect(lambda: self.clear_wanted.emit(what))
        title = "Clear the posts" if what == "posts" else "Clear the pictures"
        self.add_row(title, note, button)

    def _wish(self, what: str, size: int) -> None:
        self._budget = replace(self._budget, **{what: size})
        self.wished.emit(self._budget)

    # ------------------------------------------------------------- what there is

    def show_usage(self, usage: Usage, archives: int = 0) -> None:
        """How much there is. *archives*: bytes of all backups, wherever they are."""
        parts = parts_of(usage, archives)
        total = bytes_text(sum(part.bytes for part in parts))
        self._sum.say([(total, 600), (f" of yours on disk · {bytes_text(usage.free)} free", None)])
        self._shares.show_parts(parts)
        self._show_legend(parts)
        since = f" since {day_text(usage.oldest)}" if usage.oldest else ""
        if self._posts is not None:
            self._posts.say(f"{usage.posts:,}{since}; the oldest leave first")
        if self._pictures is not None:
            size = bytes_text(usage.picture_bytes)
            self._pictures.say(f"{size}; those unused longest leave first")

    def _show_legend(self, parts: Sequence[Part]) -> None:
        while (item := self._legend_rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        tokens = self._look.theme.tokens
        for part in parts:
            piece = QWidget()
            row = QHBoxLayout(piece)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(tokens.space.xs)
            row.addWidget(_Dot(self._look, part.color))
            words = f"{part.name} {bytes_text(part.bytes)}"
            row.addWidget(Words(self._look, words, "small", "textSecondary", tabular=True))
            self._legend_rows.addWidget(piece)

    def show_clearing(self, what: str, words: str) -> None:
        """It is being cleared (*words*: how far), or not any more ("")."""
        button = self._clear[what]
        button.setEnabled(not words)
        button.setText(words or f"Clear {what}…")


def day_text(at: datetime) -> str:
    """A day, as people here write it: 3 March 2026."""
    local = at.astimezone()
    return f"{local.day} {local:%B %Y}"
