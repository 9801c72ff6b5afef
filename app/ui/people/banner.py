"""The top of a profile: a wide picture, and the face half over its edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.ui.theme.look import Look
from app.ui.timeline.pictures import Form, Pictures
from app.ui.widgets.panel import along, draw_avatar

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent


class Banner(QWidget):
    """*acts*: a row at its reading end, below the picture."""

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__()
        self._look, self._pictures = look, pictures
        self._name = self._face = self._wide = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.acts = QHBoxLayout(self)
        self.acts.setSpacing(look.theme.tokens.space.s)
        self.acts.addStretch(1)
        self._fit()
        look.changed.connect(self._fit)
        pictures.arrived.connect(self._on_picture)

    def show_person(self, name: str, face: str, wide: str) -> None:
        """*face*, *wide*: addresses of pictures, or ""."""
        self._name, self._face, self._wide = name, face, wide
        self.setAccessibleName(f"Picture of {name}")
        self.update()

    def sizeHint(self) -> QSize:
        theme, people = self._look.theme, self._look.theme.tokens.people
        return QSize(0, theme.length(people.banner) + theme.length(people.acts, capped=True))

    def _fit(self) -> None:
        theme = self._look.theme
        pad, top = theme.tokens.card.padLeft, theme.length(theme.tokens.people.banner)
        self.acts.setContentsMargins(*along(0, pad, top=top))
        self.updateGeometry()

    def _is_rtl(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _on_picture(self, url: str) -> None:
        if url in (self._face, self._wide):
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme, people = self._look.theme, self._look.theme.tokens.people
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dpr, tall = self.devicePixelRatioF(), theme.length(people.banner)
        ground = QRectF(0, 0, self.width(), tall)
        painter.fillRect(ground, theme.color("accentSoft"))
        if self._wide and self.width() > 0:
            form = Form(self.width(), tall, dpr)
            picture = self._pictures.request(self._wide, form)
            if picture is not None:
                painter.drawPixmap(ground.topLeft(), picture)
        side = theme.length(people.avatar, capped=True)
        ring = theme.px(people.ring)
        top = tall - theme.px(people.over, capped=True)
        pad = theme.tokens.card.padLeft
        x = self.width() - pad - side if self._is_rtl() else pad
        area = QRectF(x, top, side, side)
        around = QPainterPath()
        around.addEllipse(area.adjusted(-ring, -ring, ring, ring))
        painter.fillPath(around, theme.color("surface"))
        form = Form(side, side, dpr, side / 2, kind="avatar")
        face = self._pictures.request(self._face, form) if self._face else None
        draw_avatar(painter, area, face, self._name, theme)
        painter.end()
