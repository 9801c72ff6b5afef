"""The feed lab: rules, a live preview, and why; over the whole window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.model import NetworkInfo
from app.ui.feeds.preview import PreviewItem, PreviewList
from app.ui.feeds.recipe_column import RecipeColumn
from app.ui.feeds.why import WhyPanel
from app.ui.feeds.why_words import WhyValue
from app.ui.theme.look import Look
from app.ui.timeline.pictures import Pictures
from app.ui.widgets.button import Button, IconButton
from app.ui.widgets.choices import Segment
from app.ui.widgets.pagehead import PageHead, PartRow
from app.ui.widgets.panel import UNBOUND, Hairline, Panel, along
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.tips import plain_tip
from app.ui.widgets.words import Words


class Pill(Words):
    """A few words on a soft ground: "Edited"."""

    def __init__(self, look: Look, text: str) -> None:
        super().__init__(look, text, "metaStrong", "warn")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        tokens = self._look.theme.tokens
        hint = super().sizeHint()
        return QSize(hint.width() + 2 * tokens.space.gap, hint.height() + tokens.space.xs)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = theme.stroke("hairline")
        painter.setPen(QPen(theme.color("warnBorder"), line))
        painter.setBrush(theme.color("warnSoft"))
        area = QRectF(self.rect()).adjusted(line / 2, line / 2, -line / 2, -line / 2)
        painter.drawRoundedRect(area, area.height() / 2, area.height() / 2)
        painter.setFont(theme.font("metaStrong"))
        painter.setPen(theme.color("warn"))
        painter.drawText(QRectF(self.rect()), Qt.AlignmentFlag.AlignCenter, self.text())
        painter.end()


class LabHead(PageHead):
    """Name and key at the left, steps and Save at the right."""

    rename = Signal()
    key_wanted = Signal()
    undo = Signal()
    redo = Signal()
    revert = Signal()
    save = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__(look, look.theme.tokens.space.s)
        row = self.row
        self.title = Words(look, "", "title")
        row.addWidget(self.title)
        self.pencil = self._tool("pencil-simple", "Change name and sentence", self.rename)
        self.key = Button(look, "", size="small")
        self.key.clicked.connect(self.key_wanted)
        row.addWidget(self.key)
        self.edited = Pill(look, "Edited")
        row.addWidget(self.edited)
        row.addStretch(1)
        self.back_step = self._tool("arrow-counter-clockwise", "Undo (Ctrl+Z)", self.undo)
        self.next_step = self._tool("arrow-clockwise", "Redo (Ctrl+Shift+Z)", self.redo)
        self.reverting = Button(look, "Revert")
        self.reverting.clicked.connect(self.revert)
        row.addWidget(self.reverting)
        self.saving = Button(look, "Save feed", "primary")
        self.saving.clicked.connect(self.save)
        row.addWidget(self.saving)

    def _tool(self, icon: str, name: str, signal: object) -> IconButton:
        button = IconButton(self._look, icon, name)
        button.clicked.connect(lambda: signal.emit())  # type: ignore[attr-defined]
        self.row.addWidget(button)
        return button

    def show_name(self, name: str, number: int) -> None:
        """What the feed is called, and its key (0: none)."""
        self.title.say(name)
        self.title.setToolTip(plain_tip(name))
        self.key.rename(str(number) if number else "No key")
        said = f"Key {number}" if number else "It has no key"
        self.key.setAccessibleName(f"{said}: choose one")
        self.key.setToolTip(f"{said}. Choose another one.")

    def show_steps(self, *, edited: bool, undo: bool, redo: bool, saveable: bool) -> None:
        """What can be done now."""
        self.edited.setVisible(edited)
        self.back_step.setEnabled(undo)
        self.next_step.setEnabled(redo)
        self.reverting.setEnabled(edited)
        self.saving.setEnabled(saveable)


class PreviewColumn(Panel):
    """Its head says how many there are; below are the first."""

    hidden_wanted = Signal()

    def __init__(
        self,
        look: Look,
        pictures: Pictures,
        networks: Mapping[str, NetworkInfo],
        now: datetime,
    ) -> None:
        super().__init__(look, "surface")
        tokens = look.theme.tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(tokens.space.l, tokens.space.xs, tokens.space.s, tokens.space.xs)
        head.setSpacing(tokens.space.s)
        title = Words(look, "Preview", "metaStrong", weight=600)
        title.setMinimumWidth(title.sizeHint().width())
        head.addWidget(title)
        self.count = Words(look, "", "meta", "textSecondary", tabular=True)
        head.addWidget(self.count, 1)
        self.hidden = Button(look, "", "plain", icon="funnel-simple", size="small")
        self.hidden.clicked.connect(self.hidden_wanted)
        head.addWidget(self.hidden)
        self.hidden.hide()  # until it is known how many were left out
        held = QWidget()
        held.setLayout(head)
        held.setMinimumHeight(look.theme.length(tokens.composer.tabs))
        column.addWidget(held)
        column.addWidget(Hairline(look))
        self.trouble = Words(look, "", "meta", "danger", wrap=True)
        self.trouble.setContentsMargins(tokens.space.l, 0, tokens.space.l, 0)
        self._trouble_box = QWidget()
        box = QVBoxLayout(self._trouble_box)
        box.setContentsMargins(tokens.space.l, tokens.space.m, tokens.space.l, tokens.space.m)
        box.addWidget(self.trouble)
        column.addWidget(self._trouble_box)
        self.list = PreviewList(look, pictures, networks, now)
        column.addWidget(self.list, 1)
        self.show_trouble("")

    def show_items(
        self, items: Sequence[PreviewItem], count: str, hidden: int, nothing: str = ""
    ) -> None:
        """
        Show these.

        Args:
            count: Of all, in words.
            hidden: How many are left out.
            nothing: What is said where there are none.
        """
        self.show_trouble("")
        self.count.say(count)
        self.hidden.rename(f"{hidden} left out: why?")
        self.hidden.setVisible(hidden > 0)
        self.list.show_items(items)
        if not items:
            self.show_trouble(nothing, color="textSecondary")

    def show_trouble(self, words: str, *, color: str = "danger") -> None:
        """Say what is wrong; what was shown stays."""
        self.trouble.say(words)
        self.trouble.tint(color)
        self._trouble_box.setVisible(bool(words))


class WhyColumn(Panel):
    """Why the chosen post is there, the recipe in words, and what else to do with it."""

    share = Signal()
    publish = Signal()
    duplicate = Signal()
    json = Signal()
    remove = Signal()
    forget = Signal()
    closed = Signal()
    marked = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "surface")
        tokens = look.theme.tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        scroll = Scrolled()
        scroll.column.setContentsMargins(*([tokens.space.l] * 4))
        scroll.column.setSpacing(tokens.space.s)
        self._box = Panel(look, "raised", edge="border", radius=tokens.radius.panel)
        inner = QVBoxLayout(self._box)
        inner.setContentsMargins(*([tokens.space.l] * 4))
        self.panel = WhyPanel(look)
        self.panel.close_wanted.connect(self.closed)
        self.panel.marked.connect(self.marked)
        inner.addWidget(self.panel)
        scroll.column.addWidget(self._box)
        self._hint = Words(
            look, "Choose a post of the preview to see why it is there.", "meta",
            "textTertiary", wrap=True,
        )  # fmt: skip
        scroll.column.addWidget(self._hint)
        scroll.column.addSpacing(tokens.space.s)
        scroll.column.addWidget(Words(look, "In words", "metaStrong", weight=600))
        self._words = Words(look, "", "meta", "textSecondary", wrap=True)
        scroll.column.addWidget(self._words)
        self._learned = Words(look, "", "meta", "textSecondary", wrap=True)
        scroll.column.addWidget(self._learned)
        self.forgetting = Button(look, "Forget it all", "quiet", size="small")
        self.forgetting.clicked.connect(self.forget)
        scroll.column.addWidget(self.forgetting, 0, Qt.AlignmentFlag.AlignLeading)
        scroll.column.addStretch(1)
        column.addWidget(scroll, 1)
        column.addWidget(Hairline(look, inset=tokens.space.l))
        column.addLayout(self._foot(tokens.space.l))
        self.show_why(None)

    def _foot(self, pad: int) -> QVBoxLayout:
        from app.ui.widgets.flow import FlowLayout

        held, outer = QWidget(), QVBoxLayout()
        outer.setContentsMargins(pad, self._look.theme.tokens.space.m, pad, pad)
        gap = self._look.theme.tokens.button.gap
        row = FlowLayout(held, gap=gap, line_gap=gap)
        for icon, text, signal in (
            ("share-network", "Share recipe…", self.share),
            ("globe-simple", "Publish…", self.publish),
            ("copy", "Duplicate", self.duplicate),
            ("text-aa", "As text", self.json),
        ):
            button = Button(self._look, text, icon=icon, size="small")
            button.clicked.connect(lambda _=False, signal=signal: signal.emit())
            row.addWidget(button)
        self.removing = Button(self._look, "Remove…", "danger", icon="trash", size="small")
        self.removing.clicked.connect(self.remove)
        row.addWidget(self.removing)
        policy = held.sizePolicy()
        policy.setHeightForWidth(True)
        held.setSizePolicy(policy)
        outer.addWidget(held)
        return outer

    def show_why(self, value: WhyValue | None) -> None:
        """Why a post stands where it stands; None: none is chosen."""
        self._box.setVisible(value is not None)
        self._hint.setVisible(value is None)
        if value is not None:
            self.panel.show_value(value)

    def show_words(self, lines: Sequence[str]) -> None:
        """The recipe in words."""
        self._words.say(" ".join(lines))

    def show_learned(self, more: int, less: int) -> None:
        """What was taught so far; nothing where nothing was."""
        self._learned.say(
            f"Learned here, from what you said alone: more like this {more}, less {less}."
        )
        self._learned.setVisible(bool(more or less))
        self.forgetting.setVisible(bool(more or less))

    def show_removing(self, word: str) -> None:
        """ "Remove…", "Reset…"; "" = neither."""
        self.removing.rename(word or "Remove…")
        self.removing.setVisible(bool(word))


class LabPage(Panel):
    """
    Three columns; fewer where there is no room, with a choice of which.
    """

    def __init__(
        self,
        look: Look,
        pictures: Pictures,
        networks: Mapping[str, NetworkInfo],
        now: datetime,
    ) -> None:
        super().__init__(look, "surface")
        self.setAccessibleName("Feed lab")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = LabHead(look)
        column.addWidget(self.head)
        column.addWidget(Hairline(look))
        self._chosen = "preview"
        self._tabs = {
            "two": Segment(look, "Show", (("preview", "Preview"), ("why", "Why"))),
            "one": Segment(
                look, "Show", (("rules", "Rules"), ("preview", "Preview"), ("why", "Why"))
            ),
        }
        for tab in self._tabs.values():
            tab.chosen.connect(self._choose)
        self._tab_row = PartRow(look, *self._tabs.values())
        column.addWidget(self._tab_row)
        body = QHBoxLayout()
        body.setSpacing(0)
        self._left = Panel(look, "window")
        left = QVBoxLayout(self._left)
        left.setContentsMargins(0, 0, 0, 0)
        self.recipe = RecipeColumn(look)
        left.addWidget(self.recipe)
        self.preview = PreviewColumn(look, pictures, networks, now)
        self.why = WhyColumn(look)
        self._lines = (Hairline(look, upright=True), Hairline(look, upright=True))
        body.addWidget(self._left)
        body.addWidget(self._lines[0])
        body.addWidget(self.preview, 1)
        body.addWidget(self._lines[1])
        body.addWidget(self.why)
        column.addLayout(body, 1)
        look.changed.connect(self._arrange)
        self._arrange()

    def show_part(self, part: str) -> None:
        """Where there is no room for all: this one."""
        self._choose(part)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _choose(self, part: str) -> None:
        self._chosen = part
        self._arrange()

    def _arrange(self) -> None:
        theme, lab = self._look.theme, self._look.theme.tokens.lab
        rules, why = theme.length(lab.rules, capped=True), theme.length(lab.why, capped=True)
        least = theme.length(lab.previewLeast, capped=True)
        shape = "three"
        if self.width() < rules + why + least:
            shape = "two" if self.width() >= rules + least else "one"
        chosen = self._chosen if shape == "one" or self._chosen != "rules" else "preview"
        three = shape == "three"
        self._left.setVisible(three or shape == "two" or chosen == "rules")
        self.preview.setVisible(three or chosen == "preview")
        self.why.setVisible(three or chosen == "why")
        self._lines[0].setVisible(shape != "one")
        self._lines[1].setVisible(three)
        one = shape == "one"
        self._left.setMinimumWidth(0 if one else rules)
        self._left.setMaximumWidth(UNBOUND if one else rules)
        self.why.setMinimumWidth(why if three else 0)
        self.why.setMaximumWidth(why if three else UNBOUND)
        self._tab_row.setVisible(not three)
        pad, space = theme.tokens.space.l, theme.tokens.space.s
        start = pad + (rules if shape == "two" else 0)
        self._tab_row.row.setContentsMargins(*along(start, pad, space, space))
        for name, tab in self._tabs.items():
            tab.setVisible(name == shape)
        if not three:
            self._tabs[shape].choose(chosen)
        narrow = self.width() < theme.px(lab.headBelow, capped=True)
        for widget in (self.head.reverting, self.head.pencil, self.head.key):
            widget.setVisible(not narrow)
