"""Attachments: picture, description, what was done to it, order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.model.draft import Attachment
from app.ui.composer.blocks import KEPT, Canvas, draw_media
from app.ui.composer.editor import Editor
from app.ui.composer.values import MediaShown
from app.ui.shell.words import count_text
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.button import IconButton
from app.ui.widgets.panel import Glyph, Panel
from app.ui.widgets.ring import KeyFocus
from app.ui.widgets.words import Words


class Thumb(KeyFocus, QPushButton):
    """The picture, cropped around its focus; pressed, the focus can be set."""

    def __init__(self, look: Look, media: Attachment, pictures: Pictures) -> None:
        super().__init__()
        self._look, self._pictures, self._media = look, pictures, media
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_media(media)
        pictures.arrived.connect(self._on_picture)
        look.changed.connect(self.updateGeometry)

    def show_media(self, media: Attachment) -> None:
        """Draw this."""
        self._media = media
        still = media.kind in ("image", "gif")
        words = f"{media.name or media.kind}: choose what must stay in sight"
        self.setAccessibleName(words if still else media.name or media.kind)
        self.setToolTip(words if still else media.name)
        self.setEnabled(still)
        if still:
            self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        side = theme.length(theme.tokens.composer.altThumb, capped=True)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        canvas = Canvas(self._look, self._pictures, self.devicePixelRatioF(), rtl)
        draw_media(painter, canvas, self._media, QRectF(self.rect()))
        painter.end()

    def _on_picture(self, url: str) -> None:
        if url in ("", KEPT + self._media.id):
            self.update()


class AltBox(QWidget):
    """The field of a description."""

    def __init__(self, look: Look, editor: Editor) -> None:
        super().__init__()
        self._look, self.editor, self.missing = look, editor, False
        column = QVBoxLayout(self)
        pad = look.theme.tokens.space.s
        column.setContentsMargins(pad, pad - 2, pad - 2, pad - 2)
        column.addWidget(editor)
        self.setFixedHeight(look.theme.length(look.theme.tokens.composer.altHeight))
        editor.left.connect(self.update)
        editor.cursorPositionChanged.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.editor.hasFocus()
        strong = focused or self.missing
        line = theme.stroke("focus" if strong else "control")
        color = "focus" if focused else "danger" if self.missing else "controlBorder"
        painter.setPen(QPen(theme.color(color), line))
        painter.setBrush(theme.color("surface"))
        half = line / 2
        radius = theme.tokens.radius.row
        area = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(area, radius, radius)
        painter.end()


class MediaTile(Panel):
    """One attachment."""

    described = Signal(str)
    focus_wanted = Signal()
    removed = Signal()
    moved = Signal(int)
    """By so many places."""

    def __init__(self, look: Look, shown: MediaShown, pictures: Pictures) -> None:
        tokens = look.theme.tokens
        super().__init__(look, "surface", edge="border", radius=tokens.radius.box)
        self._shown = shown
        column = QVBoxLayout(self)
        pad = tokens.space.s
        column.setContentsMargins(pad, pad, pad, tokens.space.half)
        column.setSpacing(tokens.space.half)
        top = QHBoxLayout()
        top.setSpacing(tokens.space.m)
        self.thumb = Thumb(look, shown.media, pictures)
        self.thumb.clicked.connect(self.focus_wanted)
        top.addWidget(self.thumb, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(self._make_alt(), 1)
        column.addLayout(top)
        column.addLayout(self._make_foot())
        self.show_media(shown)

    def _make_alt(self) -> QVBoxLayout:
        look, tokens = self._look, self._look.theme.tokens
        right = QVBoxLayout()
        right.setSpacing(tokens.space.xs)
        head = QHBoxLayout()
        head.addWidget(Words(look, "Description, for all lanes", "small", weight=600), 1)
        self._count = Words(look, "", "small", "textSecondary", tabular=True)
        head.addWidget(self._count)
        right.addLayout(head)
        self.alt = Editor(
            look,
            "Description, for all lanes",
            lambda text: (),
            role="meta",
            placeholder="What is to be seen",
        )
        self.alt_box = AltBox(look, self.alt)
        self.alt.edited.connect(lambda: self.described.emit(self.alt.text()))
        right.addWidget(self.alt_box)
        right.addStretch()
        return right

    def _make_foot(self) -> QHBoxLayout:
        look, tokens = self._look, self._look.theme.tokens
        foot = QHBoxLayout()
        foot.setSpacing(tokens.button.iconGap)
        self._sign = Glyph(look, "check-circle", tokens.icon.small, "ok")
        foot.addWidget(self._sign)
        self._note = Words(look, "", "small", "textSecondary", wrap=True)
        foot.addWidget(self._note, 1)
        target = tokens.target.min
        size = tokens.icon.context
        self._earlier = IconButton(
            look, "arrow-up", "Move it forward", target=target, icon_size=size
        )
        self._later = IconButton(look, "arrow-down", "Move it back", target=target, icon_size=size)
        remove = IconButton(look, "trash", "Remove it", target=target, icon_size=size)
        self._earlier.clicked.connect(lambda: self.moved.emit(-1))
        self._later.clicked.connect(lambda: self.moved.emit(1))
        remove.clicked.connect(self.removed)
        for button in (self._earlier, self._later, remove):
            foot.addWidget(button)
        return foot

    def show_media(self, shown: MediaShown, *, first: bool = True, last: bool = True) -> None:
        """Show this; a description that is being typed stays as it is."""
        self._shown = shown
        self.thumb.show_media(shown.media)
        self.alt.show_text(shown.media.alt)
        length = len(shown.media.alt)
        over = 0 < shown.limit < length
        words = count_text(length)
        self._count.say(f"{words} of {count_text(shown.limit)}" if shown.limit else words)
        self._count.tint("danger" if over else "textSecondary")
        self.alt_box.missing = (shown.missing and not shown.media.alt.strip()) or over
        self.alt_box.update()
        self._note.say(shown.note)
        self._note.setToolTip(shown.note)
        self._sign.setVisible(bool(shown.note))
        self._earlier.setVisible(not (first and last))
        self._later.setVisible(not (first and last))
        self._earlier.setEnabled(not first)
        self._later.setEnabled(not last)
        self.setAccessibleName(f"Attachment {shown.media.name}")


class MediaTiles(QWidget):
    """All of them, in order."""

    described = Signal(str, str)
    focus_wanted = Signal(str, QPoint)
    removed = Signal(str)
    moved = Signal(str, int)

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__()
        self._look, self._pictures = look, pictures
        self.tiles: dict[str, MediaTile] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(look.theme.tokens.space.s)
        self.hide()

    def show_media(self, media: Sequence[MediaShown]) -> None:
        """Show these; a tile that stays keeps the focus."""
        wanted = [one.media.id for one in media]
        for id in [one for one in self.tiles if one not in wanted]:
            tile = self.tiles.pop(id)
            self._column.removeWidget(tile)
            tile.hide()
            tile.deleteLater()
        for place, one in enumerate(media):
            tile = self.tiles.get(one.media.id) or self._make(one)
            if self._column.indexOf(tile) != place:
                self._column.insertWidget(place, tile)
            tile.show_media(one, first=not place, last=place == len(media) - 1)
        self.setVisible(bool(media))

    def describe_first(self) -> None:
        """To the first description that is missing."""
        for tile in self.tiles.values():
            if not tile.alt.text().strip():
                tile.alt.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def _make(self, shown: MediaShown) -> MediaTile:
        tile = self.tiles[shown.media.id] = MediaTile(self._look, shown, self._pictures)
        id = shown.media.id
        tile.described.connect(partial(self.described.emit, id))
        tile.removed.connect(lambda: self.removed.emit(id))
        tile.moved.connect(partial(self.moved.emit, id))
        tile.focus_wanted.connect(
            lambda: self.focus_wanted.emit(id, tile.thumb.mapToGlobal(QPoint(0, 0)))
        )
        return tile
