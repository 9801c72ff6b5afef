"""Beside the stage: what it shows in words, what is said in it, and whose post it is in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QLocale, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.captions import Track
from app.ui.media.values import Slide
from app.ui.timeline import words
from app.ui.timeline.layout.actions import ACTIONS, counts, is_done
from app.ui.widgets.button import IconButton
from app.ui.widgets.panel import Avatar, Hairline, Mark, Panel
from app.ui.widgets.scrolled import Scrolled
from app.ui.widgets.selectable import SelectableWords
from app.ui.widgets.words import Words

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QPixmap

    from app.feed.rows import Card
    from app.ui.theme.look import Look

NOBODY = "Nobody has described this"


class CueRow(QWidget):
    """When, and what is said; a press goes there."""

    pressed = Signal()

    def __init__(self, look: Look, time: str, text: str) -> None:
        super().__init__()
        self._look, self.current = look, False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"{time}: {text}")
        space = look.theme.tokens.space
        row = QHBoxLayout(self)
        row.setContentsMargins(space.s, space.xs, space.s, space.xs)
        row.setSpacing(space.s)
        self._time = Words(look, time, "meta", "textTertiary", tabular=True)
        self._time.setMinimumWidth(look.theme.length(look.theme.tokens.viewer.cueTime))
        self._text = Words(look, text, "meta", wrap=True)
        row.addWidget(self._time, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)

    def show_current(self, on: bool) -> None:
        """This is what is being said."""
        if on != self.current:
            self.current = on
            self._text.tint("onAccentSoft" if on else "text")
            self._time.tint("onAccentSoft" if on else "textTertiary")
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = self._look.theme
        if not self.current and not self.hasFocus():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.current:
            painter.setBrush(theme.color("accentSoft"))
        painter.setPen(theme.color("focus") if self.hasFocus() else Qt.PenStyle.NoPen)
        radius = theme.tokens.radius.row
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), radius, radius)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.update()


class Pane(Panel):
    """Shows what it is given."""

    copy_wanted = Signal()
    sought = Signal(float)
    acted = Signal(str)
    """``reply``, ``repost``, ``like``, ``bookmark`` or ``thread``."""

    MOST_CUES = 400
    """Rows of captions; a longer film has the others in the picture only."""

    def __init__(self, look: Look, now: Callable[[], datetime], marks: dict[str, str]) -> None:
        super().__init__(look, "surface")
        self._clock, self._marks = now, marks
        self._cues: list[CueRow] = []
        self._track: Track | None = None
        tokens = look.theme.tokens
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._make_head())
        column.addWidget(Hairline(look))
        self._list = Scrolled()
        self._list.column.setContentsMargins(*[tokens.space.l] * 4)
        self._list.column.setSpacing(tokens.space.s)
        self.words = SelectableWords(look)
        self._whose = Words(look, "", "small", "textTertiary", wrap=True)
        self._list.column.addWidget(self.words)
        self._list.column.addWidget(self._whose)
        self._spoken = QWidget()
        self._spoken_column = QVBoxLayout(self._spoken)
        self._spoken_column.setContentsMargins(0, tokens.space.s, 0, 0)
        self._spoken_column.setSpacing(0)
        self._list.column.addWidget(self._spoken)
        self._list.column.addStretch(1)
        column.addWidget(self._list, 1)
        column.addWidget(Hairline(look))
        self._foot = QWidget()
        self._foot_column = QVBoxLayout(self._foot)
        self._foot_column.setContentsMargins(tokens.space.l, tokens.space.m, tokens.space.l, 0)
        self._foot_column.setSpacing(0)
        self.avatar: Avatar | None = None
        self._card: Card | None = None
        self._acts = True
        column.addWidget(self._foot)

    def _make_head(self) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        head = QWidget()
        head.setFixedHeight(look.theme.length(tokens.viewer.bar, capped=True))
        row = QHBoxLayout(head)
        row.setContentsMargins(tokens.space.l, 0, tokens.space.s, 0)
        row.addWidget(Words(look, "Description", "title"))
        row.addStretch(1)
        self._copy = IconButton(look, "copy", "Copy the description")
        self._copy.clicked.connect(self.copy_wanted)
        row.addWidget(self._copy)
        return head

    # ------------------------------------------------------------- what it is

    def show_slide(self, slide: Slide) -> None:
        """Its description, and the post it is in."""
        alt = slide.media.alt
        self.words.say(alt or NOBODY, faint=not alt)
        self._copy.setVisible(bool(alt))
        said = [f"Written by {words.isolated(slide.card.post.author.shown_name)}"] if alt else []
        said += [name for lang in slide.card.post.langs[:2] if (name := language_name(lang))]
        self._whose.say(" · ".join(said))
        self._whose.setVisible(bool(alt))
        self.show_card(slide.card)

    def show_card(self, card: Card) -> None:
        """Whose post it is, and how it is doing."""
        if card == self._card:
            return
        self._card = card
        while (item := self._foot_column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._foot_column.addWidget(self._make_who(card))
        if self._acts:
            self._foot_column.addWidget(self._make_acts(card))
        else:
            self._foot_column.addSpacing(self._look.theme.tokens.space.m)

    def offer_acts(self, on: bool) -> None:
        """Whether one can like the post from here, and so on."""
        self._acts = on

    def show_avatar(self, picture: QPixmap) -> None:
        """The author's picture has come."""
        if self.avatar is not None:
            self.avatar.show_picture(picture)

    def _make_who(self, card: Card) -> QWidget:
        look, tokens, post = self._look, self._look.theme.tokens, card.post
        who = QWidget()
        row = QHBoxLayout(who)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.space.gap)
        self.avatar = Avatar(look, post.author.shown_name, tokens.density.cosy.avatar)
        row.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        names = QVBoxLayout()
        names.setSpacing(0)
        line = QHBoxLayout()
        line.setSpacing(tokens.space.s)
        line.addWidget(Words(look, words.isolated(post.author.shown_name), "name"), 1)
        time = words.relative_time(post.created_at, self._clock())
        line.addWidget(Words(look, time, "meta", "textTertiary", tabular=True))
        for network in card.networks:
            line.addWidget(Mark(look, self._marks.get(network, ""), tokens.icon.markCard))
        names.addLayout(line)
        text = " ".join(post.text.text.split())
        if text:
            names.addWidget(Words(look, text[:400], "meta", "textSecondary"))
        row.addLayout(names, 1)
        return who

    def _make_acts(self, card: Card) -> QWidget:
        look, tokens = self._look, self._look.theme.tokens
        acts = QWidget()
        row = QHBoxLayout(acts)
        row.setContentsMargins(0, 0, 0, tokens.space.s)
        row.setSpacing(0)
        for action in ACTIONS:
            done = is_done(card, action.name)
            label = action.undo if done else action.label
            button = IconButton(
                look, action.icon, label, color=action.done if done else "textSecondary",
                weight="fill" if done and action.name in ("like", "bookmark") else None,
            )  # fmt: skip
            button.clicked.connect(lambda _=False, name=action.name: self.acted.emit(name))
            row.addWidget(button)
            said = words.short_count(sum(count for _, count in counts(card, action.name)))
            colour = action.done if done else "textTertiary"
            row.addWidget(Words(look, said, "metaStrong", colour, tabular=True))
            row.addStretch(1)
        thread = IconButton(look, "chat-circle", "Open the conversation (O)")
        thread.clicked.connect(lambda: self.acted.emit("thread"))
        row.addWidget(thread)
        return acts

    # ------------------------------------------------------------- what is said

    def show_track(self, track: Track | None, languages: int = 0) -> None:
        """All captions of one language; None: there are none, or they are off."""
        if track == self._track:
            return
        self._track = track
        while (item := self._spoken_column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._cues = []
        self._spoken.setVisible(track is not None)
        if track is None:
            return
        many = f"{languages} languages" if languages > 1 else ""
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(0, self._look.theme.tokens.space.s, 0, 0)
        row.addWidget(Words(self._look, "Captions", "metaStrong", weight=600))
        row.addStretch(1)
        row.addWidget(Words(self._look, many, "small", "textTertiary"))
        self._spoken_column.addWidget(Hairline(self._look))
        self._spoken_column.addWidget(head)
        for cue in track.cues[: self.MOST_CUES]:
            line = CueRow(self._look, words.length_text(cue.start), " ".join(cue.text.split()))
            line.pressed.connect(lambda start=cue.start: self.sought.emit(start))
            self._spoken_column.addWidget(line)
            self._cues.append(line)

    def show_cue(self, current: int | None) -> None:
        """Which of them is being said."""
        for number, line in enumerate(self._cues):
            was = line.current
            line.show_current(number == current)
            if number == current and not was:
                self._list.ensureWidgetVisible(line)


def language_name(lang: str) -> str:
    """What a language is called, of a BCP 47 tag; "" when nobody knows it."""
    found = QLocale(lang.replace("-", "_")).language()
    if found in (QLocale.Language.C, QLocale.Language.AnyLanguage):
        return ""
    return QLocale.languageToString(found)
