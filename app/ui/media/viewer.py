"""The viewer: lies over the whole window, dark, and keeps the keys to itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from app.ui.media.bar import Bar
from app.ui.media.captions import Captions
from app.ui.media.controls import Controls
from app.ui.media.keys import act_of
from app.ui.media.night import Night
from app.ui.media.pane import Pane
from app.ui.media.saying import Prompt
from app.ui.media.stage import Stage
from app.ui.media.strip import Strip
from app.ui.media.values import Slide
from app.ui.theme.theme import parse_color
from app.ui.timeline import words
from app.ui.widgets.button import IconButton
from app.ui.widgets.panel import UNBOUND, Hairline

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from app.ui.theme.look import Look
    from app.ui.timeline.pictures import Pictures

_NOTCH = 60
"""px that a key moves an enlarged picture."""


class Disc(IconButton):
    """A round button that stands on a picture."""

    def ring_radius(self) -> float:
        return self.height() / 2

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = self._look.theme.tokens
        painter.setPen(self._look.theme.color("border"))
        painter.setBrush(parse_color(tokens.media.badgeBg))
        painter.drawEllipse(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()
        super().paintEvent(event)


class MediaViewer(QWidget):
    """
    Shows slides; says what is wanted. Fetches, plays and saves nothing itself.

    ``wanted``: the name of an act (see ``keys.py`` and the bar's tools).
    """

    wanted = Signal(str)
    chosen = Signal(int)
    closed = Signal()

    def __init__(
        self,
        look: Look,
        window: QWidget,
        pictures: Pictures,
        now: Callable[[], datetime],
        marks: dict[str, str],
    ) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._look = night = Night(look, self)
        self.slide: Slide | None = None
        self._notice: QWidget | None = None
        self._was_full = window.isFullScreen()
        self._film = False
        self._running = False
        self.bar, self.stage, self.strip = Bar(night), Stage(night), Strip(night, pictures)
        self.pane = Pane(night, now, marks)
        self.controls = Controls(night)
        self.controls.setParent(self.stage)
        self.controls.hide()
        self.captions = Captions(night, self.stage)
        self.prompt = Prompt(night, self.stage)
        tokens = night.theme.tokens
        self.before = Disc(
            night,
            "caret-left",
            "Previous (←)",
            target=tokens.viewer.disc,
            color="text",
            weight="bold",
        )
        self.after = Disc(
            night, "caret-right", "Next (→)", target=tokens.viewer.disc, color="text", weight="bold"
        )
        for disc, name in ((self.before, "previous"), (self.after, "next")):
            disc.setParent(self.stage)
            disc.clicked.connect(lambda _=False, name=name: self.wanted.emit(name))
        self._idle = QTimer(self, singleShot=True, interval=tokens.viewer.hideAfter)
        self._idle.timeout.connect(self._on_idle)
        self._lay_out()
        self._connect()
        window.installEventFilter(self)
        self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self.stage.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay_out(self) -> None:
        self._outer = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self.bar)
        left.addWidget(self.stage, 1)
        left.addWidget(self.strip)
        self._outer.addLayout(left, 1)
        self._edge = Hairline(self._look, upright=True)
        self._outer.addWidget(self._edge)
        self._outer.addWidget(self.pane)

    def _connect(self) -> None:
        self.bar.wanted.connect(self._on_tool)
        self.strip.chosen.connect(self.chosen)
        self.stage.zoomed.connect(self._say_size)
        self.stage.resized.connect(self._place)
        self.stage.stirred.connect(self.stir)
        self.stage.pressed.connect(lambda: self.wanted.emit("press"))
        self.pane.copy_wanted.connect(lambda: self.wanted.emit("copy_text"))
        self.pane.acted.connect(self.wanted)

    # ------------------------------------------------------------- what is shown

    def show_slide(
        self, slide: Slide, slides: Sequence[Slide], *, before: bool, after: bool
    ) -> None:
        """This one of those of its post; whether there is one before and after."""
        self.slide = slide
        media = slide.media
        self.stage.clear((media.width, media.height), fills=slide.is_film)
        self.stage.setAccessibleName(words.media_name(media, slide.number, slide.count))
        self.show_notice(None)
        self.prompt.say("")
        self.captions.say("")
        self.pane.show_track(None)
        self.show_film(on=False)
        self.bar.say_place(slide.number, slide.count)
        self.strip.show_slides(slides, slide.number - 1)
        self.pane.show_slide(slide)
        self.before.setVisible(before)
        self.after.setVisible(after)
        self.setAccessibleName(f"Media of {slide.card.post.author.shown_name}")
        self._offer()
        self._fit()

    @property
    def night(self) -> Look:
        """The look in here: dark in every theme."""
        return self._look

    @property
    def is_running(self) -> bool:
        """A film is shown as running."""
        return self._running

    def show_notice(self, notice: QWidget | None) -> None:
        """Words in the place of the picture; None: the picture."""
        old, self._notice = self._notice, notice
        if old is not None:
            old.hide()
            old.deleteLater()
        if notice is not None:
            notice.setParent(self.stage)
            notice.setGeometry(self.stage.rect())
            notice.show()
            for part in (self.before, self.after, self.controls):
                part.raise_()

    @property
    def notice(self) -> QWidget | None:
        """What stands in the place of the picture."""
        return self._notice

    def show_film(self, *, on: bool, running: bool = False) -> None:
        """Whether there is something to steer, and whether it runs."""
        self._film = on
        self._running = running
        self.controls.setVisible(on)
        self._offer()
        self._place()
        self.stir()

    def stir(self) -> None:
        """Somebody is there: the controls, too."""
        if self._film:
            if self.controls.isHidden():
                self.controls.show()
                self._place()
            self.stage.unsetCursor()
            self._idle.start()

    def _on_idle(self) -> None:
        focused = self.focusWidget()
        inside = focused is not None and self.controls.isAncestorOf(focused)
        if self._running and not inside and not self.controls.underMouse():
            self.controls.hide()
            self._place()

    def _offer(self) -> None:
        slide = self.slide
        picture = slide is not None and not slide.covered and not self._film
        zoom = picture and self.stage.has_picture
        self.bar.offer(
            smaller=zoom, fit=zoom, larger=zoom, copy=zoom,
            save=slide is not None and not slide.covered,
        )  # fmt: skip

    def note_picture(self) -> None:
        """The picture has come: it can be zoomed, copied."""
        self._offer()
        self._say_size()

    def _say_size(self) -> None:
        self.bar.say_size(self.stage.percent, fitted=self.stage.is_fitted)

    # ------------------------------------------------------------- shape

    @property
    def is_full(self) -> bool:
        """Nothing but the stage, on the whole screen."""
        return self.window().isFullScreen()

    def toggle_full(self) -> None:
        """All of the screen, or the window again."""
        window = self.window()
        window.showNormal() if window.isFullScreen() else window.showFullScreen()
        self._fit()

    def close_viewer(self) -> None:
        """Away with it: whoever made it takes it down."""
        window = self.window()
        window.removeEventFilter(self)
        if window.isFullScreen() and not self._was_full:
            window.showNormal()
        self.closed.emit()

    def _fit(self) -> None:
        """Beside each other where there is room; the picture alone on a whole screen."""
        viewer, theme = self._look.theme.tokens.viewer, self._look.theme
        full = self.is_full and not self._was_full
        narrow = self.width() < viewer.paneBelow
        ways = QBoxLayout.Direction
        self._outer.setDirection(ways.TopToBottom if narrow else ways.LeftToRight)
        self._edge.setVisible(not narrow and not full and not self.pane.isHidden())
        for part in (self.bar, self.pane):
            part.setVisible(not full and (part is self.bar or not self._text_away))
        self.strip.setVisible(not full and self.slide is not None and self.slide.count > 1)
        if narrow:
            self.pane.setMinimumWidth(0)
            self.pane.setMaximumSize(UNBOUND, round(self.height() * viewer.paneShare))
        else:
            wide = theme.length(viewer.pane, capped=True)
            self.pane.setMaximumSize(wide, UNBOUND)
            self.pane.setMinimumWidth(wide)

    _text_away = False

    def _place(self) -> None:
        """What stands on the stage."""
        viewer = self._look.theme.tokens.viewer
        wide, high = self.stage.width(), self.stage.height()
        inset, side = viewer.discInset, self.before.sizeHint().height()
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left, right = (self.after, self.before) if rtl else (self.before, self.after)
        left.setGeometry(inset, (high - side) // 2, side, side)
        right.setGeometry(wide - inset - side, (high - side) // 2, side, side)
        room = min(wide - 2 * viewer.controlsInset, viewer.controlsMost)
        tall = self.controls.height()
        top = high - tall - viewer.controlsInset
        self.controls.setGeometry((wide - room) // 2, top, room, tall)
        shown = not self.controls.isHidden()
        self.captions.place((top if shown else high) - viewer.controlsInset)
        self.prompt.place(top if shown else high)
        if self._notice is not None:
            self._notice.setGeometry(self.stage.rect())

    # ------------------------------------------------------------- keys

    def _on_tool(self, name: str) -> None:
        self.act(name)

    def act(self, name: str) -> None:
        """Do what concerns the view alone; tell of the rest."""
        stage = self.stage
        own: dict[str, Callable[[], object]] = {
            "smaller": lambda: stage.zoom(-1),
            "larger": lambda: stage.zoom(1),
            "fit": stage.fit,
            "natural": stage.natural,
            "full": self.toggle_full,
            "text": self._toggle_text,
            "close": self.close_viewer,
            "leave": self._leave,
            "up": lambda: stage.move_by(0, _NOTCH),
            "down": lambda: stage.move_by(0, -_NOTCH),
            "left": lambda: stage.move_by(_NOTCH, 0),
            "right": lambda: stage.move_by(-_NOTCH, 0),
        }
        if name in own:
            own[name]()
        else:
            self.wanted.emit(name)

    def _toggle_text(self) -> None:
        self._text_away = not self._text_away
        self._fit()

    def _leave(self) -> None:
        if self.is_full and not self._was_full:
            self.toggle_full()
        else:
            self.close_viewer()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        name = act_of(event, film=self._film, fitted=self.stage.is_fitted, rtl=rtl)
        if name is None:
            super().keyPressEvent(event)
            return
        self.stir()
        self.act(name)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # The keys of the window do not hold here; to quit and for the list of keys they do.
            control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            quits = control and event.key() == Qt.Key.Key_Q
            if not quits and event.key() not in (Qt.Key.Key_F1, Qt.Key.Key_Question):
                event.accept()
                return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays in here: what is behind is not to be seen."""
        widget: QWidget | None = self.focusWidget() or self.stage
        reasons = Qt.FocusReason
        for _ in range(10_000):
            assert widget is not None
            widget = widget.nextInFocusChain() if forward else widget.previousInFocusChain()
            if widget is None or widget is self or not self.isAncestorOf(widget):
                continue
            takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            if takes and widget.isVisibleTo(self) and widget.isEnabled():
                reason = reasons.TabFocusReason if forward else reasons.BacktabFocusReason
                widget.setFocus(reason)
                break
        return True

    # ------------------------------------------------------------- Qt overrides

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.WindowStateChange):
            window = self.parentWidget()
            if window is not None:
                self.setGeometry(window.rect())
            self._fit()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._look.theme.color("window"))
        painter.end()

    def copy_text(self) -> None:
        """The description, to the clipboard."""
        if self.slide is not None and self.slide.media.alt:
            QGuiApplication.clipboard().setText(self.slide.media.alt)
