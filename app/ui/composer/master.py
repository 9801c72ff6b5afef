"""The draft's side: warning, text, attachments, poll, mentions, tools."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.model.draft import PollDraft
from app.ui.composer.context import Context
from app.ui.composer.editor import Editor, FindSpans
from app.ui.composer.media import MediaTiles
from app.ui.composer.mentions import Mentions
from app.ui.composer.poll import PollEditor
from app.ui.composer.values import MediaShown, MentionShown
from app.ui.theme import style
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.button import IconButton
from app.ui.widgets.panel import Glyph, Hairline, Panel, along
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.words import Words

TOOLS = (
    ("picture", "image", "Attach pictures, video or sound (Ctrl+O)"),
    ("poll", "chart-bar-horizontal", "Ask a question (Ctrl+Shift+P)"),
    ("warning", "eye-slash", "Content warning (Ctrl+Shift+W)"),
    ("emoji", "smiley", "Emoji (Ctrl+.)"),
    ("mention", "at", "Mention somebody (Ctrl+Shift+M)"),
    ("markdown", "text-aa", "Markdown (Ctrl+Shift+D)"),
    ("split", "scissors", "Begin a new post here (Ctrl+Shift+Enter)"),
    ("more", "dots-three", "More about this draft"),
)
KEYS = {
    "picture": "Ctrl+O",
    "poll": "Ctrl+Shift+P",
    "warning": "Ctrl+Shift+W",
    "emoji": "Ctrl+.",
    "mention": "Ctrl+Shift+M",
    "markdown": "Ctrl+Shift+D",
    "split": "Ctrl+Shift+Return",
}


class WarningLine(QWidget):
    """What the author warns of, over the text."""

    edited = Signal(str)
    removed = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        tokens = look.theme.tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(tokens.space.s)
        row.addWidget(Glyph(look, "eye-slash", tokens.icon.action, "textSecondary"))
        self.field = QLineEdit()
        self.field.setAccessibleName("Content warning")
        self.field.setPlaceholderText("What is it about?")
        self.field.textEdited.connect(self.edited)
        row.addWidget(self.field, 1)
        row.addWidget(Words(look, "Content warning", "meta", "textTertiary"))
        close = IconButton(
            look,
            "x",
            "Remove the content warning",
            target=tokens.target.min,
            icon_size=tokens.icon.context,
        )
        close.clicked.connect(self.removed)
        row.addWidget(close)
        column.addLayout(row, 1)
        column.addWidget(Hairline(look))
        self._restyle()
        look.changed.connect(self._restyle)

    def show_text(self, text: str) -> None:
        """Another warning."""
        if self.field.text() != text:
            self.field.setText(text)

    def _restyle(self) -> None:
        theme = self._look.theme
        self.setFixedHeight(theme.length(theme.tokens.composer.warning))
        font = theme.font("name")
        self.field.setStyleSheet(
            f"QLineEdit, QLineEdit:focus {{ border: none; background: transparent; padding: 0;"
            f" min-height: 0; font-size: {font.pixelSize()}px; font-weight: 600;"
            f" color: {style.css(theme, 'text')}; }}"
        )


class Below(Scrolled):
    """What hangs on the text; scrolls when it would take the text's room."""

    def __init__(self, look: Look, widgets: Sequence[QWidget]) -> None:
        super().__init__()
        self.most = 0
        self._look = look
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Maximum)
        self.column.setSpacing(look.theme.tokens.space.m)
        for widget in widgets:
            self.column.addWidget(widget)

    def add(self, widget: QWidget, place: int) -> None:
        """Put *widget* there."""
        self.column.insertWidget(place, widget)
        self.settle()

    def settle(self) -> None:
        """What it holds has changed."""
        self.column.invalidate()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        wanted = self.content_height()
        return QSize(0, min(wanted, self.most) if self.most else wanted)

    def minimumSizeHint(self) -> QSize:
        # In low windows the text keeps its lines, and this scrolls.
        theme = self._look.theme
        least = theme.length(theme.tokens.composer.strip)
        return QSize(0, min(self.sizeHint().height(), least))


class Master(Panel):
    """Everything that holds for all lanes."""

    tool_used = Signal(str)
    warning_edited = Signal(str)
    warning_removed = Signal()
    poll_changed = Signal(object)
    poll_removed = Signal()

    def __init__(self, look: Look, pictures: Pictures, find_spans: FindSpans) -> None:
        super().__init__(look, "surface")
        tokens = look.theme.tokens
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        column = QVBoxLayout()
        pad = tokens.space.l
        column.setContentsMargins(pad, tokens.space.s, pad, 0)
        column.setSpacing(tokens.space.s)
        outer.addLayout(column, 1)
        self.context = Context(look)
        column.addWidget(self.context)
        self.warning = WarningLine(look)
        self.warning.edited.connect(self.warning_edited)
        self.warning.removed.connect(self.warning_removed)
        self.warning.hide()
        column.addWidget(self.warning)
        self.editor = Editor(look, "Text of the draft", find_spans, placeholder="What is new?")
        # Three lines, however low the window is.
        self.editor.setMinimumHeight(round(3 * look.theme.line("body")))
        column.addSpacing(tokens.space.xs)
        column.addWidget(self.editor, 1)
        self.tiles = MediaTiles(look, pictures)
        self.mentions = Mentions(look)
        self.poll: PollEditor | None = None
        self.below = Below(look, [self.tiles, self.mentions])
        column.addWidget(self.below)
        outer.addWidget(self._make_tools())
        self.setAccessibleName("Draft")

    def _make_tools(self) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        line, pad = QWidget(), tokens.space.l
        line.setFixedHeight(look.theme.length(tokens.composer.tools, capped=True) + tokens.space.l)
        row = QHBoxLayout(line)
        # The icons stand under the text, their targets around them.
        out = (tokens.target.action - tokens.icon.action) // 2
        row.setContentsMargins(*along(pad - out, pad, 0, tokens.space.xs))
        row.setSpacing(0)
        self.tools: dict[str, IconButton] = {}
        for key, icon, name in TOOLS:
            button = self.tools[key] = IconButton(look, icon, name)
            button.clicked.connect(lambda _=False, key=key: self.tool_used.emit(key))
            row.addWidget(button)
        self.markdown = Words(look, "Markdown is on", "small", "textTertiary")
        self.markdown.hide()
        row.addStretch()
        row.addWidget(self.markdown)
        return line

    # ------------------------------------------------------------- showing

    def show_warning(self, text: str, *, on: bool) -> None:
        """The line over the text."""
        self.warning.setVisible(on)
        self.warning.show_text(text)

    def show_media(self, media: Sequence[MediaShown]) -> None:
        """The attachments."""
        self.tiles.show_media(media)
        self.below.settle()

    def show_mentions(self, mentions: Sequence[MentionShown]) -> bool:
        """Who is mentioned. Returns whether something changed."""
        changed = self.mentions.show_mentions(mentions)
        if changed:
            self.below.settle()
        return changed

    def show_poll(self, poll: PollDraft | None) -> None:
        """The question; None takes it away."""
        if poll is None:
            if self.poll is not None:
                self.poll.hide()
                self.poll.deleteLater()
                self.poll = None
                self.below.settle()
            return
        if self.poll is None:
            self.poll = PollEditor(self._look, poll)
            self.poll.changed.connect(self.poll_changed)
            self.poll.removed.connect(self.poll_removed)
            self.below.add(self.poll, 1)
        self.poll.show_poll(poll)
        self.below.settle()

    def show_markdown(self, on: bool) -> None:
        """Whether signs in the text are read as Markdown."""
        self.markdown.setVisible(on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.below.most = round(self.height() * self._look.theme.tokens.composer.below)
        self.below.settle()
