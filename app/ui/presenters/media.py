"""Looking at media: opens the viewer, fills it, and does what is wanted there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from shiboken6 import isValid

from app.feed.rows import Card
from app.services.media_wishes import MOVES, SAVER, wants
from app.ui.media.saying import Said
from app.ui.media.values import Slide
from app.ui.media.viewer import MediaViewer
from app.ui.presenters.media_album import Album, LoneAlbum, ViewAlbum
from app.ui.presenters.media_films import FilmShow
from app.ui.presenters.media_pictures import PictureShow
from app.ui.presenters.media_saving import Saving
from app.ui.timeline.pictures import Form, Pictures

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.services.house import House
    from app.ui.asyncqt import TaskScope
    from app.ui.presenters.surroundings import Surroundings
    from app.ui.shell.states import Act
    from app.ui.timeline.view import TimelineView


class MediaRoom(QObject):
    """
    One viewer at a time, over whichever window it was asked for in.

    Args:
        hold: Nothing is painted while the viewer is made (``shell.still``).
    """

    def __init__(
        self,
        around: Surroundings,
        open_url: Callable[[str], bool],
        hold: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(around.window)
        self._hold = hold
        self._look, _, self._house, self._scope, self._pictures, self._networks = around
        self._open_url = open_url
        self.viewer: MediaViewer | None = None
        self._album: Album | None = None
        self._back: QWidget | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._slides: tuple[Slide, ...] = ()
        self._at = 0
        self._awaited = 0
        self.pictures = PictureShow(self)
        self.films = FilmShow(self)
        self._saving = Saving(self._look, self._house, self._scope)
        self._pictures.arrived.connect(lambda _: self._draw_avatar())

    # ------------------------------------------------------------- opened

    def open(self, view: TimelineView, card: Card, index: int) -> bool:
        """Show one of the media of a card in *view*. False: there is nothing to look at."""
        return self.open_album(ViewAlbum(view), view, card, index)

    def open_lone(self, card: Card, page: QWidget, index: int = 0) -> bool:
        """Show the media of a post that stands in no timeline; *page*: whose row it is in."""
        back = page.window().focusWidget() or page
        return self.open_album(LoneAlbum(card), back, card, index)

    def open_album(self, album: Album, back: QWidget, card: Card, index: int) -> bool:
        """Show one of a card; what was asked for by a press may begin to play."""
        if not 0 <= index < len(card.post.media):
            return False
        self._hold()
        self.close()
        marks = {id: info.mark for id, info in self._networks().items()}
        viewer = self.viewer = MediaViewer(
            self._look, back.window(), self._pictures, self._house.clock.now, marks
        )
        self._album, self._back = album, back
        viewer.pane.offer_acts(album.acts)
        viewer.closed.connect(self.close)
        viewer.destroyed.connect(lambda: self._on_gone(viewer))
        viewer.wanted.connect(self._on_wanted)
        viewer.chosen.connect(lambda number: self._show(self._slides[number].card, number))
        self.films.connect(viewer)
        viewer.stage.sharper_wanted.connect(self.pictures.sharpen)
        self._unsubscribe = album.watch(self._on_changed)
        self._show(card, index, asked=True)
        return True

    def close(self) -> None:
        """Put it away; the focus goes back to where one came from."""
        viewer, album, back = self.viewer, self._album, self._back
        if viewer is None:
            return
        self._hold()
        slide = viewer.slide
        self._forget()
        viewer.hide()
        viewer.deleteLater()
        if back is not None and isValid(back):
            back.setFocus(Qt.FocusReason.OtherFocusReason)
            if album is not None and slide is not None:
                album.stand_on(slide.card.key)

    def _on_gone(self, viewer: MediaViewer) -> None:
        """The window it lay over was closed."""
        if self.viewer is viewer:
            self._forget()

    def _forget(self) -> None:
        self.viewer = self._album = self._back = None
        self.pictures.leave()
        self.films.leave()
        self._unsubscribe()
        self._unsubscribe = lambda: None

    # ------------------------------------------------------------- what is shown

    @property
    def slide(self) -> Slide | None:
        """What is looked at."""
        return self._slides[self._at] if self._slides else None

    @property
    def house(self) -> House:
        """Where everything comes from."""
        return self._house

    @property
    def scope(self) -> TaskScope:
        """The window's tasks."""
        return self._scope

    @property
    def small(self) -> Pictures:
        """Pictures as timelines have them."""
        return self._pictures

    @property
    def saves(self) -> bool:
        """Data are to be saved."""
        return wants(self._house.store.reader.setting, SAVER)

    @property
    def moves(self) -> bool:
        """What moves may do so by itself."""
        wanted = wants(self._house.store.reader.setting, MOVES)
        return wanted and not self._look.theme.reduced_motion

    def _show(self, card: Card, index: int, *, asked: bool = False) -> None:
        viewer, album = self.viewer, self._album
        assert viewer is not None and album is not None
        self.pictures.leave()
        self.films.leave()
        self._slides = album.slides(card)
        self._at, self._awaited = index, 0
        slide = self._slides[index]
        before = index > 0 or album.beside(card.key, -1) is not None
        after = index + 1 < len(self._slides) or album.beside(card.key, 1) is not None
        viewer.show_slide(slide, self._slides, before=before, after=after)
        self._draw_avatar()
        if slide.covered:
            self._cover(slide)
        elif slide.is_film:
            self.films.show(slide, asked=asked)
        elif slide.media.kind == "unknown":
            self.say_trouble("This is a file, not a picture", "It can be opened in the browser.")
        else:
            self.pictures.show(slide, asked=asked)

    def _cover(self, slide: Slide) -> None:
        assert self.viewer is not None
        sentence = slide.whose + (". It may not be shown." if slide.fixed else "")
        show: Act = ("Show", "outline", lambda: self._on_wanted("reveal"))
        acts = [] if slide.fixed else [show]
        self.viewer.show_notice(
            Said(self.viewer.night, slide.covered, sentence, icon="eye-slash", acts=acts)
        )

    def say_trouble(
        self, title: str, sentence: str, again: Callable[[], None] | None = None
    ) -> None:
        """Why it is not to be seen, and what can be done."""
        if self.viewer is None:
            return
        self.viewer.show_film(on=False)
        acts: list[Act] = [("Open in browser", "outline", lambda: self._on_wanted("open"))]
        if again is not None:
            acts.insert(0, ("Try again", "outline", again))
        self.viewer.show_notice(
            Said(self.viewer.night, title, sentence, icon="image-square", acts=acts)
        )

    def _draw_avatar(self) -> None:
        viewer, slide = self.viewer, self.slide
        if viewer is None or slide is None or viewer.pane.avatar is None:
            return
        author = slide.card.post.author
        if not author.avatar or slide.card.verdict.covers("avatar"):
            return
        side = viewer.pane.avatar.sizeHint().width()
        form = Form(side, side, viewer.devicePixelRatioF(), side / 2, kind="avatar")
        if (picture := self._pictures.request(author.avatar, form)) is not None:
            viewer.pane.show_avatar(picture)

    def _on_changed(self) -> None:
        """The timeline behind has other values: counts, or what I did."""
        slide = self.slide
        if self.viewer is None or self._album is None or slide is None:
            return
        card = self._album.card(slide.card.key)
        if card is not None:
            self.viewer.pane.show_card(card)
        if self._awaited:
            self.step_post(self._awaited)

    # ------------------------------------------------------------- what one wants

    def step(self, by: int) -> None:
        """The next of the post, then of the next post; nothing goes round."""
        at, slide = self._at + by, self.slide
        if slide is None or self._album is None:
            return
        if 0 <= at < len(self._slides):
            self._show(slide.card, at)
        else:
            self.step_post(by)

    def step_post(self, by: int) -> None:
        """To the next post with media, or the one before."""
        slide = self.slide
        if slide is None or self._album is None:
            return
        card = self._album.beside(slide.card.key, by)
        self._awaited = by if card == "reading" else 0
        if isinstance(card, Card):
            self._show(card, 0 if by > 0 else len(card.post.media) - 1)

    def _on_wanted(self, name: str) -> None:
        acts: dict[str, Callable[[], object]] = {
            "next": lambda: self.step(1),
            "previous": lambda: self.step(-1),
            "next_post": lambda: self.step_post(1),
            "previous_post": lambda: self.step_post(-1),
            "reveal": self._reveal,
            "copy": self._copy,
            "copy_text": self._copy_text,
            "save": self._save,
            "open": self._open,
        }
        slide = self.slide
        if slide is None:
            return
        if name in acts:
            acts[name]()
        elif name in ("reply", "quote", "thread", "repost", "like", "bookmark"):
            self._act(slide, name)
        elif name in ("toggle", "press") and slide.covered:
            return
        elif slide.is_film:
            self.films.act(name)
        else:
            self.pictures.act(name)

    def _act(self, slide: Slide, what: str) -> None:
        album = self._album
        if album is None or not album.acts:
            return
        card = album.card(slide.card.key) or slide.card
        if what in ("reply", "quote", "thread"):
            self.close()
        album.act(card, what)

    def _reveal(self) -> None:
        slide = self.slide
        if slide is None or self._album is None or not slide.covered or slide.fixed:
            return
        self._album.reveal(slide.card.key)
        self._show(slide.card, self._at)

    def _open(self) -> None:
        slide = self.slide
        if slide is not None:
            post = slide.card.post.url
            picture = slide.media.kind == "image" and slide.media.url
            self._open_url(picture or post or slide.media.url)

    def _copy_text(self) -> None:
        if self.viewer is not None:
            self.viewer.copy_text()
            self.viewer.prompt.say("The description is copied")

    def _copy(self) -> None:
        slide = self.slide
        if self.viewer is None or slide is None or slide.covered:
            return
        if slide.is_film:
            return
        self._scope.start(self._copy_picture(), name="copy picture")

    async def _copy_picture(self) -> None:
        image = await self.pictures.whole()
        if image is not None and self.viewer is not None:
            QGuiApplication.clipboard().setImage(image)
            self.viewer.prompt.say("The picture is copied")

    def _save(self) -> None:
        slide, viewer = self.slide, self.viewer
        if viewer is None or slide is None or slide.covered:
            return
        with suppress(LookupError):
            source = self.films.source() if slide.is_film else self.pictures.source()
            self._saving.save(viewer, slide, source)
