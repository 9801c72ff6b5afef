"""A lane's posts exactly as they will be sent."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.compose.plan import Measure
from app.model.draft import Target
from app.model.sending import Outgoing
from app.ui.composer.blocks import (
    KEPT,
    Block,
    Canvas,
    CardBlock,
    PollBlock,
    QuotedBlock,
    SplitBlock,
    StripBlock,
    TextBlock,
    WarningBlock,
    chip_width,
)
from app.ui.composer.paragraphs import Paragraphs
from app.ui.composer.words import SPLITS
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures


class Preview(QWidget):
    """
    Paints posts; lays out only what has changed since the last time.

    Its height follows its width: whoever holds it asks ``heightForWidth``.
    """

    def __init__(
        self, look: Look, paragraphs: Paragraphs, pictures: Pictures, *, text: bool = True
    ) -> None:
        """*text*: False where the text stands in an editor above (a lane's own)."""
        super().__init__()
        self._look, self._paragraphs, self._pictures = look, paragraphs, pictures
        self._text = text
        self._posts: tuple[Outgoing, ...] = ()
        self._whys: tuple[str, ...] = ()
        self._quoted: Target | None = None
        self._blocks: list[list[Block]] = []
        self._laid_for = -1
        self.ground = "raised"
        # What lies behind it need not be painted with every letter.
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        pictures.arrived.connect(self._on_picture)
        look.changed.connect(self._forget)

    @property
    def blocks(self) -> list[Block]:
        """What is painted, from top to bottom."""
        return [block for post in self._blocks for block in post]

    def show_posts(
        self,
        posts: Sequence[Outgoing],
        measures: Sequence[Measure] = (),
        quoted: Target | None = None,
    ) -> None:
        """Show these; those that are as before keep their layout."""
        posts = tuple(posts)
        whys = tuple(measure.why_next for measure in measures)
        if (posts, whys, quoted) == (self._posts, self._whys, self._quoted):
            return
        before, old = self._posts, self._blocks
        if not self.isVisible():
            # Behind another tab: laid out when it is seen.
            self._posts, self._whys, self._quoted = posts, whys, quoted
            self._laid_for = -1
            return
        same = len(posts) == len(before) and (whys, quoted) == (self._whys, self._quoted)
        self._posts, self._whys, self._quoted = posts, whys, quoted
        if self._laid_for != self.width() or not same:
            self._lay()
            return
        self._blocks = [
            old[at] if post == before[at] else self._lay_post(at, post)
            for at, post in enumerate(posts)
        ]
        self._settle([block for post in old for block in post])

    def show_text(self, on: bool) -> None:
        """Whether the text is shown, too."""
        if on != self._text:
            self._text = on
            self._lay()

    # ------------------------------------------------------- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.width() != self._laid_for:
            self._lay()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.width() != self._laid_for:
            self._lay()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.fillRect(event.rect(), self._look.theme.color(self.ground))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        canvas = Canvas(self._look, self._pictures, self.devicePixelRatioF(), self._rtl)
        y, seen = 0.0, QRectF(event.rect())
        for block in self.blocks:
            y += block.gap if y else 0.0
            if y < seen.bottom() and y + block.height > seen.top():
                block.draw(painter, canvas, 0.0, y, float(self.width()))
            y += block.height
        painter.end()

    # ------------------------------------------------------------ private

    @property
    def _rtl(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _forget(self) -> None:
        self._lay()

    def _on_picture(self, url: str) -> None:
        if not url or url.startswith(KEPT):
            self.update()

    def _lay(self) -> None:
        self._laid_for = self.width()
        self._blocks = [self._lay_post(at, post) for at, post in enumerate(self._posts)]
        self._settle()

    def _settle(self, before: Sequence[Block] = ()) -> None:
        """Take the height of the blocks; paint anew what differs from *before*."""
        blocks = self.blocks
        height = 0.0
        for block in blocks:
            height += (block.gap if height else 0.0) + block.height
        if round(height) != self.height() or self.minimumHeight() != round(height):
            self.setFixedHeight(round(height))
        self._say()
        if [block.height for block in before] != [block.height for block in blocks]:
            self.update()
            return
        y = 0.0
        for old, new in zip(before, blocks, strict=True):
            y += new.gap if y else 0.0
            if new is not old:
                top, bottom = new.differs(old)
                # Letters reach a little over their lines.
                self.update(QRectF(0, y + top - 4, self.width(), bottom - top + 8).toAlignedRect())
            y += new.height

    def _say(self) -> None:
        count = len(self._posts)
        texts = [post.text.text for post in self._posts]
        head = f"Preview, {count} posts" if count > 1 else "Preview"
        self.setAccessibleName(f"{head}: " + " — ".join(texts))

    def _lay_post(self, at: int, post: Outgoing) -> list[Block]:
        look, made = self._look, list[Block]()
        if at and self._text:
            why = self._whys[at - 1] if at <= len(self._whys) else ""
            made.append(SplitBlock(look, SPLITS.get(why, "next post")))
        if post.warning and not at:
            made.append(WarningBlock(look, post.warning))
        if self._text:
            made.append(self._text_block(at, post, under_warning=bool(made) and not at))
        if post.media:
            made.append(StripBlock(look, post.media))
        if post.poll is not None:
            made.append(PollBlock(look, post.poll))
        if post.card is not None:
            made.append(CardBlock(look, post.card))
        if post.quote and self._quoted is not None:
            made.append(QuotedBlock(look, self._quoted))
        return made

    def _text_block(self, at: int, post: Outgoing, *, under_warning: bool) -> TextBlock:
        number = f"{at + 1}/{len(self._posts)}" if len(self._posts) > 1 else ""
        chip = chip_width(self._look, number) if number else 0.0
        laid = self._paragraphs.of(post.text, float(max(1, self.width())), self._rtl, chip)
        block = TextBlock(self._look, laid, number, chip)
        if under_warning:
            block.gap = self._look.theme.tokens.space.s
        return block
