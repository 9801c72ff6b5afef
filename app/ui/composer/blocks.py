"""The parts of a preview: each knows its height and draws itself."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from app.model.draft import Attachment, PollDraft, Target
from app.model.post import LinkCard
from app.ui.composer.paragraphs import ROLE, LaidPara, changed_lines, draw_paragraph
from app.ui.theme import icons
from app.ui.theme.look import Look
from app.ui.theme.theme import Theme, parse_color
from app.ui.timeline.layout.prepare import host_of
from app.ui.timeline.pictures import Form, Pictures
from app.ui.widgets.elided import draw_line

KEPT = "kept:"
"""Scheme of the profile's own copies of files: ``kept:<id of the attachment>``."""


class Canvas:
    """What blocks draw with."""

    def __init__(self, look: Look, pictures: Pictures, dpr: float, rtl: bool) -> None:
        self.look, self.theme, self.pictures = look, look.theme, pictures
        self.dpr, self.rtl = dpr, rtl

    def along(self, x: float, width: float, start: float, own: float) -> float:
        """Left edge of something *own* wide, *start* px along a box at *x*, *width* wide."""
        return x + width - start - own if self.rtl else x + start


class Block:
    """One part, *height* px high, *gap* px under what is before it."""

    height = 0.0
    gap = 0.0

    def draw(self, painter: QPainter, on: Canvas, x: float, y: float, width: float) -> None:
        """With its top left corner there."""
        raise NotImplementedError

    def differs(self, old: Block) -> tuple[float, float]:
        """From where to where it looks different from *old*, which is as high."""
        return 0.0, self.height


class TextBlock(Block):
    """The text of a post, with its number before it in a thread."""

    def __init__(self, look: Look, laid: Sequence[LaidPara], number: str, chip: float) -> None:
        self._laid, self._number, self._chip = laid, number, chip
        self._between = look.theme.tokens.space.s
        self.height = sum(para.height for para in laid)
        self.height += self._between * sum(1 for para in laid[1:] if para.gap)
        if not laid:
            self.height = look.theme.line(ROLE) if number else 0.0

    def draw(self, painter: QPainter, on: Canvas, x: float, y: float, width: float) -> None:
        if self._number:
            self._draw_number(painter, on, x, y, width)
        painter.setPen(on.theme.color("text"))
        clip = painter.clipBoundingRect() if painter.hasClipping() else QRectF()
        for place, para in enumerate(self._laid):
            if place and para.gap:
                y += self._between
            if clip.isNull() or (y < clip.bottom() and y + para.height > clip.top()):
                draw_paragraph(painter, para, x, y, on.look, clip)
            y += para.height

    def differs(self, old: Block) -> tuple[float, float]:
        if not isinstance(old, TextBlock) or len(old._laid) != len(self._laid):
            return 0.0, self.height
        y, top, bottom = 0.0, self.height, 0.0
        for place, (mine, his) in enumerate(zip(self._laid, old._laid, strict=True)):
            if mine.height != his.height or mine.gap != his.gap:
                return y, self.height
            y += self._between if place and mine.gap else 0.0
            if mine is not his:
                first, last = changed_lines(mine, his)
                top, bottom = min(top, y + first), max(bottom, y + last)
            y += mine.height
        if self._number != old._number:
            top = 0.0
        return top, max(top, bottom)

    def _draw_number(self, painter: QPainter, on: Canvas, x: float, y: float, width: float) -> None:
        theme = on.theme
        gap = theme.tokens.space.s
        high = theme.px(theme.tokens.timeline.chipHeight)
        own = self._chip - gap
        # Beside the first line, which may begin at the right in any window.
        first = self._laid[0].strips[0][0].textOption() if self._laid else None
        right = on.rtl
        if first is not None:
            right = first.textDirection() == Qt.LayoutDirection.RightToLeft
        left = x + width - own if right else x
        area = QRectF(left, y + (theme.line(ROLE) - high) / 2, own, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("window"))
        radius = theme.tokens.radius.chip
        painter.drawRoundedRect(area, radius, radius)
        painter.setFont(theme.font("badge", tabular=True))
        painter.setPen(theme.color("textSecondary"))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._number)


def chip_width(look: Look, number: str) -> float:
    """Room that a post's number takes in its first line, with the gap after it."""
    theme = look.theme
    text = QFontMetricsF(theme.font("badge", tabular=True)).horizontalAdvance(number)
    return float(text + 2 * theme.px(theme.tokens.composer.numberPad) + theme.tokens.space.s)


class WarningBlock(Block):
    """The content warning, a line over the text."""

    def __init__(self, look: Look, text: str) -> None:
        self._text = text
        space = look.theme.tokens.space
        self._under = space.s
        self.height = look.theme.line("metaStrong") + 2 * space.xs

    def draw(self, painter: QPainter, on: Canvas, x: float, y: float, width: float) -> None:
        theme = on.theme
        size = theme.px(theme.tokens.icon.context, capped=True)
        high = self.height - theme.tokens.space.xs
        drawn = icons.pixmap(theme, "eye-slash", size, "textSecondary", dpr=on.dpr)
        at = on.along(x, width, 0, size)
        painter.drawPixmap(QPointF(at, y + (high - size) / 2), drawn)
        start = size + theme.tokens.space.s
        area = QRectF(on.along(x, width, start, width - start), y, width - start, high)
        draw_line(painter, area, self._text, theme, "metaStrong", "text", rtl=on.rtl)
        line = theme.stroke("hairline")
        painter.fillRect(QRectF(x, y + self.height - line, width, line), theme.color("hairline"))


class StripBlock(Block):
    """The pictures, in one row."""

    def __init__(
        self, look: Look, media: Sequence[Attachment], *, height: float = 0.0, label: str = ""
    ) -> None:
        theme = look.theme
        self._media, self._label = tuple(media), label
        self.gap = theme.tokens.space.s
        self.height = height or theme.px(theme.tokens.composer.strip, capped=True)

    def boxes(self, x: float, y: float, width: float, rtl: bool) -> list[QRectF]:
        """Where each picture is."""
        count = len(self._media)
        gap = 4.0
        own = (width - gap * (count - 1)) / max(1, count)
        order = range(count - 1, -1, -1) if rtl else range(count)
        return [QRectF(x + place * (own + gap), y, own, self.height) for place in order]

    def draw(self, painter: QPainter, on: Canvas, x: float, y: float, width: float) -> None:
        for media, area in zip(self._media, self.boxes(x, y, width, on.rtl), strict=True):
            draw_media(painter, on, media, area)
            if media.alt:
                _badge(painter, on, "ALT", area, left=not on.rtl)


def draw_media(painter: QPainter, on: Canvas, media: Attachment, area: QRectF) -> None:
    """A picture cropped around its focus; an icon for what has none."""
    theme = on.theme
    radius = theme.tokens.radius.row
    form = Form(
        max(1, round(area.width())),
        max(1, round(area.height())),
        on.dpr,
        radius,
        focus=media.focus,
    )
    picture = None
    if media.kind in ("image", "gif"):
        picture = on.pictures.request(KEPT + media.id, form)
    if picture is not None:
        painter.drawPixmap(area.topLeft(), picture)
        return
    painter.setPen(QPen(theme.color("hairline"), theme.stroke("hairline")))
    painter.setBrush(theme.color("sunken"))
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
    size = theme.px(theme.tokens.icon.toolbar, capped=True)
    name = {"video": "video-camera", "audio": "speaker-high"}.get(media.kind, "image-square")
    drawn = icons.pixmap(theme, name, size, "textTertiary", dpr=on.dpr)
    centre = area.center()
    painter.drawPixmap(QPointF(centre.x() - size / 2, centre.y() - size / 2), drawn)


def _badge(painter: QPainter, on: Canvas, text: str, area: QRectF, *, left: bool) -> None:
    theme, media = on.theme, on.theme.tokens.media
    font = theme.font("badge")
    wide = QFontMetricsF(font).horizontalAdvance(text) + 2 * theme.tokens.timeline.badgePad
    high = theme.px(media.altBadge[0], capped=True)
    inset = media.altInset if area.height() > 40 else 4
    if area.width() < wide + 2 * inset or area.height() < high + inset:
        return
    x = area.x() + inset if left else area.right() - inset - wide
    box = QRectF(x, area.bottom() - inset - high, wide, high)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(parse_color(media.badgeBg))
    radius = theme.tokens.timeline.badgeRadius
    painter.drawRoundedRect(box, radius, radius)
    painter.setFont(font)
    painter.setPen(parse_color(media.badgeText))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _draw_box(
    painter: QPainter, area: QRectF, theme: Theme, radius: float, ground: str = ""
) -> None:
    """An outline; *ground*: the colour in it, "" = what lies under it."""
    painter.setPen(QPen(theme.color("border"), theme.stroke("hairline")))
    painter.setBrush(theme.color(ground) if ground else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)


class PollBlock(Block):
    """The options of a poll."""

    def __init__(self, look: Look, poll: PollDraft) -> None:
        theme = look.theme
        self._poll = poll
        self._own = theme.px(theme.tokens.target.min)
        self._space = theme.tokens.poll.gap
        self.gap = theme.tokens.space.s
        self.height = len(poll.options) * (self._own + self._space) - self._space

    def draw(self, painter: QPainter, on: Canvas, x: float, y: float, width: float) -> None:
        theme = on.theme
        radius = theme.tokens.radius.row
        for text in self._poll.options:
            area = QRectF(x, y, width, self._own)
            _draw_box(painter, area, theme, radius)
            pad = theme.tokens.poll.pad
            inner = area.adjusted(pad, 0, -pad, 0)
            draw_line(painter, inner, text or "…", theme, "meta", "text", rtl=on.rtl)
            y += self._own + self._space


class CardBlock(Block):
    """A link with its picture, title and host."""

    def __init__(self, look: Look, card: LinkCard) -> None:
        theme = look.theme
        self._card = card
        self.gap = theme.tokens.space.s
        self.height = theme.px(theme.tokens.composer.strip)

    def draw(self, painter: QPainter, on: Canvas, x: float, y: float, width: float) -> None:
        theme = on.theme
        radius = theme.tokens.radius.box
        _draw_box(painter, QRectF(x, y, width, self.height), theme, radius)
        start = float(theme.tokens.composer.boxPad)
        if self._card.image:
            inset = theme.tokens.space.xs
            side = self.height - 2 * inset
            at = on.along(x, width, inset, side)
            form = Form(round(side), round(side), on.dpr, radius - inset)
            picture = on.pictures.request(KEPT + self._card.image, form)
            if picture is not None:
                painter.drawPixmap(QPointF(at, y + inset), picture)
            start = side + inset + theme.tokens.composer.boxPad
        room = width - start - theme.tokens.composer.boxPad
        left = on.along(x, width, start, room)
        title, small = theme.line("metaStrong"), theme.line("small")
        top = y + (self.height - title - small) / 2
        name = self._card.title or self._card.url
        line = QRectF(left, top, room, title)
        draw_line(painter, line, name, theme, "metaStrong", "text", rtl=on.rtl)
        line = QRectF(left, top + title, room, small)
        host = host_of(self._card.url)
        draw_line(painter, line, host, theme, "small", "textTertiary", rtl=on.rtl)


class QuotedBlock(Block):
    """The post that is quoted."""

    def __init__(self, look: Look, quoted: Target) -> None:
        theme = look.theme
        self._quoted = quoted
        self.gap = theme.tokens.space.s
        self.height = theme.px(theme.tokens.composer.strip)

    def draw(self, painter: QPainter, on: Canvas, x: float, y: float, width: float) -> None:
        theme = on.theme
        area = QRectF(x, y, width, self.height)
        _draw_box(painter, area, theme, theme.tokens.radius.box, "sunken")
        pad = theme.tokens.composer.boxPad
        first, second = theme.line("metaStrong"), theme.line("small")
        top = y + (self.height - first - second) / 2
        line = QRectF(x + pad, top, width - 2 * pad, first)
        name = self._quoted.author.shown_name
        draw_line(painter, line, name, theme, "metaStrong", "text", rtl=on.rtl)
        line = QRectF(x + pad, top + first, width - 2 * pad, second)
        words = self._quoted.excerpt
        draw_line(painter, line, words, theme, "small", "textSecondary", rtl=on.rtl)


class SplitBlock(Block):
    """Where one post ends and the next begins, and why there."""

    def __init__(self, look: Look, words: str) -> None:
        self._words = words
        self.height = look.theme.px(look.theme.tokens.target.action)

    def draw(self, painter: QPainter, on: Canvas, x: float, y: float, width: float) -> None:
        theme = on.theme
        font = theme.font("small")
        size = theme.px(theme.tokens.icon.small, capped=True)
        gap = theme.tokens.space.s
        text = QFontMetricsF(font).horizontalAdvance(self._words)
        own = size + gap + text
        left = x + (width - own) / 2
        line, middle = theme.stroke("hairline"), y + self.height / 2
        for start, end in ((x, left - gap), (left + own + gap, x + width)):
            if end > start:
                area = QRectF(start, middle, end - start, line)
                painter.fillRect(area, theme.color("border"))
        at = left + (text + gap if on.rtl else 0)
        drawn = icons.pixmap(theme, "scissors", size, "textTertiary", dpr=on.dpr)
        painter.drawPixmap(QPointF(at, middle - size / 2), drawn)
        at = left if on.rtl else left + size + gap
        area = QRectF(at, y, text + 1, self.height)
        draw_line(painter, area, self._words, theme, "small", "textTertiary", rtl=on.rtl)
