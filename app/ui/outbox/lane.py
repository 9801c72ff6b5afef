"""A lane that is under way: what was sent, how far it is, what can be done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.ui.composer.boxes import LinkWords, NoteBox
from app.ui.composer.lane import LaneHead, StateRow
from app.ui.composer.paragraphs import Paragraphs
from app.ui.composer.preview import Preview
from app.ui.composer.setting_row import SettingRows
from app.ui.outbox.values import Act, OutLane, Upload
from app.ui.theme.look import Look
from app.ui.theme.theme import parse_color
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.button import Button
from app.ui.widgets.panel import Hairline, Panel
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.words import Words


class UploadBar(QWidget):
    """Which file is on its way, and how far: painted dark, as over a picture."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._upload: Upload | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        look.changed.connect(self.updateGeometry)

    def show_upload(self, upload: Upload) -> None:
        """Move on."""
        self._upload = upload
        percent = round(upload.share * 100)
        self.setAccessibleName(f"Picture {upload.number} of {upload.total}, {percent} %")
        self.update()

    def sizeHint(self) -> QSize:
        theme = self._look.theme
        height = theme.line("metaStrong") + theme.tokens.composer.upload
        return QSize(0, round(height) + 3 * theme.tokens.space.s)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._upload is None:
            return
        theme, tokens, upload = self._look.theme, self._look.theme.tokens, self._upload
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(parse_color(tokens.media.badgeBg))
        radius = tokens.radius.row
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        pad = tokens.space.m
        line = QRectF(pad, tokens.space.s, self.width() - 2 * pad, theme.line("metaStrong"))
        self._line(painter, line, f"Picture {upload.number} of {upload.total}", rtl)
        self._line(painter, line, f"{round(upload.share * 100)} %", not rtl)
        high = tokens.composer.upload
        track = QRectF(pad, line.bottom() + tokens.space.xs, line.width(), high)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = parse_color(tokens.media.badgeText)
        ground.setAlphaF(0.3)
        painter.setBrush(ground)
        painter.drawRoundedRect(track, high / 2, high / 2)
        done = QRectF(track)
        done.setWidth(max(high, track.width() * upload.share))
        if rtl:
            done.moveRight(track.right())
        # Light teal on dark in both themes.
        painter.setBrush(parse_color(tokens.themes["dark"].colors["accent"]))
        painter.drawRoundedRect(done, high / 2, high / 2)
        painter.end()

    def _line(self, painter: QPainter, area: QRectF, text: str, rtl: bool) -> None:
        theme = self._look.theme
        painter.setFont(theme.font("metaStrong", tabular=True))
        painter.setPen(parse_color(theme.tokens.media.badgeText))
        side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
        painter.drawText(
            area, side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter, text
        )


class JournalLine(QWidget):
    """A time of day, and what happened then."""

    def __init__(self, look: Look, clock: str, text: str, *, newest: bool) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.theme.tokens.space.s)
        color = "text" if newest else "textSecondary"
        when = Words(look, clock, "small", "textTertiary", tabular=True)
        row.addWidget(when, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Words(look, text, "small", color, wrap=True), 1)


class OutLanePanel(Panel):
    """Shows a lane on its way, and tells what is wanted of it."""

    acted = Signal(str)

    def __init__(
        self, look: Look, lane: OutLane, paragraphs: Paragraphs, pictures: Pictures
    ) -> None:
        tokens = look.theme.tokens
        super().__init__(look, "raised", edge="border", radius=tokens.radius.panel)
        self._lane: OutLane | None = None
        self.account = lane.who.account
        column = QVBoxLayout(self)
        pad = tokens.composer.lanePad
        column.setContentsMargins(pad, tokens.space.s, pad, tokens.space.xs)
        column.setSpacing(0)
        self.head = LaneHead(look, lane.who, close="Do not send it here")
        self.head.removed.connect(lambda: self.acted.emit("cancel"))
        column.addWidget(self.head)
        column.addSpacing(tokens.space.s)
        self.preview = Preview(look, paragraphs, pictures)
        self.upload = UploadBar(look)
        self._sizes = QWidget()
        self._box: QWidget | None = None
        self._journal: list[QWidget] = []
        column.addWidget(self._make_scroll(), 1)
        column.addWidget(Hairline(look))
        self.settings = SettingRows(look)
        column.addSpacing(tokens.space.xs)
        column.addWidget(self.settings)
        column.addSpacing(tokens.space.xs)
        column.addWidget(Hairline(look))
        self.state = StateRow(look)
        column.addWidget(self.state)
        self.setAccessibleName(f"Lane of {lane.who.name}, @{lane.who.handle}")
        self.show_lane(lane)

    def _make_scroll(self) -> Scrolled:
        look, tokens = self._look, self._look.theme.tokens
        scroll = Scrolled()
        self._inner = scroll.column
        self._inner.setSpacing(tokens.space.s)
        self._inner.addWidget(self.preview)
        self._inner.addWidget(self.upload)
        row = QHBoxLayout(self._sizes)
        row.setContentsMargins(0, 0, 0, 0)
        self._size_words = Words(look, "", "small", "textSecondary", tabular=True)
        row.addWidget(self._size_words, 1)
        self._stop = Button(look, "Stop", "plain", size="inline")
        self._stop.clicked.connect(lambda: self.acted.emit("cancel"))
        row.addWidget(self._stop)
        self._inner.addWidget(self._sizes)
        self._line = Hairline(look)
        self._inner.addWidget(self._line)
        self._inner.addStretch(1)
        return scroll

    def hasHeightForWidth(self) -> bool:
        # As high as the place it has: its content scrolls within.
        return False

    def show_lane(self, lane: OutLane) -> None:
        """Show another state of it."""
        before, self._lane = self._lane, lane
        self.preview.show_posts(lane.posts)
        self.upload.setVisible(lane.upload is not None)
        self._sizes.setVisible(lane.upload is not None)
        if lane.upload is not None:
            self.upload.show_upload(lane.upload)
            self._size_words.say(lane.upload.words)
        # Nothing can be stopped once it is there.
        self.head.close_button.setVisible(any(act.key == "cancel" for act in lane.acts))
        if before is None or (before.box, before.acts) != (lane.box, lane.acts):
            self._show_box(lane)
        if before is None or before.journal != lane.journal:
            self._show_journal(lane.journal)
        self.settings.show_rows(lane.settings)
        self.state.show_state(lane.state)

    def _show_box(self, lane: OutLane) -> None:
        if self._box is not None:
            self._inner.removeWidget(self._box)
            self._box.hide()
            self._box.deleteLater()
            self._box = None
        place = self._inner.indexOf(self._line)
        if lane.box is not None:
            box = lane.box
            acts = self._buttons(box.acts)
            made = NoteBox(self._look, box.kind, box.icon, box.text, title=box.title, acts=acts)
            self._box = made
            self._inner.insertWidget(place, made)
            return
        shown = [act for act in lane.acts if act.key != "cancel"]
        if shown:
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            for button in self._buttons(shown):
                row.addWidget(button)
            row.addStretch()
            self._box = line
            self._inner.insertWidget(place, line)

    def _buttons(self, acts: Sequence[Act]) -> list[QWidget]:
        made: list[QWidget] = []
        for act in acts:
            button: Button | LinkWords
            if act.kind == "plain":
                button = Button(self._look, act.text, "plain", size="small")
            else:
                button = Button(self._look, act.text, act.kind, size="small")
            button.setEnabled(act.enabled)
            button.clicked.connect(lambda _=False, key=act.key: self.acted.emit(key))
            made.append(button)
        return made

    def _show_journal(self, journal: Sequence[tuple[str, str]]) -> None:
        for old in self._journal:
            self._inner.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._journal = []
        self._line.setVisible(bool(journal))
        for number, (clock, text) in enumerate(journal):
            line = JournalLine(self._look, clock, text, newest=number == len(journal) - 1)
            self._inner.insertWidget(self._inner.count() - 1, line)
            self._journal.append(line)
