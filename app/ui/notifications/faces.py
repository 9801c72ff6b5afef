"""Pictures of people beside each other: who did the same."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.notifications.values import Face, NoticeItem
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Form, Pictures
from app.ui.widgets.panel import draw_avatar


class Faces(QWidget):
    """Up to four pictures, each over the edge of the one before."""

    def __init__(self, look: Look, pictures: Pictures) -> None:
        super().__init__()
        self._look, self._pictures = look, pictures
        self._faces: tuple[Face, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_item(self, item: NoticeItem) -> None:
        """Show the people of this one."""
        self.show_faces(item.faces)

    def show_faces(self, faces: tuple[Face, ...]) -> None:
        """Show these."""
        self._faces = faces
        self.setVisible(bool(faces))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        notice, theme = self._look.theme.tokens.notice, self._look.theme
        side = theme.length(notice.avatar, capped=True)
        count = min(len(self._faces), notice.most)
        return QSize(max(0, count * side - max(0, count - 1) * notice.overlap), side)

    def paintEvent(self, _event: QPaintEvent) -> None:
        notice, theme = self._look.theme.tokens.notice, self._look.theme
        side = theme.length(notice.avatar, capped=True)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        faces = self._faces[: notice.most]
        painter = QPainter(self)
        form = Form(side, side, self.devicePixelRatioF(), side / 2, kind="avatar")
        for place in reversed(range(len(faces))):
            x = place * (side - notice.overlap)
            area = QRectF(self.width() - x - side if rtl else x, 0, side, side)
            if place:
                step = side - notice.overlap
                self._leave_ring(painter, area, area.translated(step if rtl else -step, 0))
            face = faces[place]
            picture = self._pictures.request(face.url, form) if face.url else None
            draw_avatar(painter, area, picture, face.name, theme)
            painter.setClipping(False)
        painter.end()

    def _leave_ring(self, painter: QPainter, area: QRectF, over: QRectF) -> None:
        """Paint no nearer to the one that lies *over* it than a ring: the ground is seen there."""
        ring = self._look.theme.tokens.notice.ring
        path, hole = QPainterPath(), QPainterPath()
        path.addRect(area)
        hole.addEllipse(over.adjusted(-ring, -ring, ring, ring))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipPath(path.subtracted(hole))
