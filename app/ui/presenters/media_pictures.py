"""Pictures in the viewer: fetched, decoded off the window's thread, moved on demand."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage

from app.model.errors import ServiceError, Unsafe
from app.ui.media.decoding import Frames, Still, frames, still
from app.ui.media.saying import Working
from app.ui.timeline.decode import Undecodable
from app.ui.timeline.pictures import Form

if TYPE_CHECKING:
    from app.ui.media.values import Slide
    from app.ui.presenters.media import MediaRoom

_TASK, _SHARPER, _AHEAD = "viewer picture", "viewer sharper", "viewer ahead"
SAID_AFTER = 300
"""ms until it is said that something is on its way: most pictures are there by then."""
_ROUGH = 800
"""px: larger ones would take the place of the timeline's own pictures."""


class PictureShow:
    """Fills the stage of a room's viewer with a picture."""

    def __init__(self, room: MediaRoom) -> None:
        self._room = room
        self._slide: Slide | None = None
        self._source: Path | bytes | None = None
        self._shown: Still | None = None
        self._frames: Frames | None = None
        self._turn = 0
        self._ticks = QTimer(room, singleShot=True)
        self._ticks.timeout.connect(self._next_frame)
        self._patience = QTimer(room, singleShot=True, interval=SAID_AFTER)
        self._patience.timeout.connect(self._say_working)
        room.small.arrived.connect(self._on_arrived)

    def show(self, slide: Slide, *, asked: bool) -> None:
        """This one; *asked*: by a press on it, so what moves may move."""
        self._slide = slide
        self._show_rough(slide)
        self._patience.start()
        may_move = asked or self._room.moves
        self._room.scope.restart(self._load(slide, asked=asked, move=may_move), name=_TASK)

    def show_file(self, slide: Slide, path: Path) -> None:
        """What was said to be a film is a picture that moves."""
        self._slide, self._source = slide, path
        self._room.scope.restart(self._decode(slide, path, move=True), name=_TASK)

    def leave(self) -> None:
        """Nothing is shown any more."""
        for name in (_TASK, _SHARPER, _AHEAD):
            self._room.scope.stop(name)
        self._ticks.stop()
        self._patience.stop()
        self._slide = self._source = self._shown = self._frames = None

    def source(self) -> Path | bytes:
        """The bytes as they came. Raises: LookupError: they are not there."""
        if self._source is None:
            raise LookupError
        return self._source

    async def whole(self) -> QImage | None:
        """The picture at its own size; None: it is not there, or cannot be decoded."""
        if self._source is None or self._shown is None:
            return None
        if not self._shown.whole:
            await self._sharpen()
        return self._shown.image if self._shown is not None else None

    def act(self, name: str) -> None:
        """A key, or a press on the picture."""
        if name == "toggle" or (name == "press" and self._moves):
            if self._ticks.isActive():
                self._ticks.stop()
                self._offer_moving()
            elif self._moves:
                self._room.scope.restart(self._move(), name=_SHARPER)

    # ------------------------------------------------------------- loading

    def _show_rough(self, slide: Slide) -> None:
        """What timelines have of it, until it is here."""
        viewer, media = self._room.viewer, slide.media
        if viewer is None or self._shown is not None:
            return
        url = media.preview or (media.url if media.kind == "image" else "")
        wide, high = media.width or 4, media.height or 3
        scale = min(1.0, _ROUGH / max(wide, high))
        form = Form(max(1, round(wide * scale)), max(1, round(high * scale)), radius=0)
        if (picture := self._room.small.request(url, form, media.blurhash)) is not None:
            viewer.stage.show_rough(picture.toImage())

    def _on_arrived(self, url: str) -> None:
        slide = self._slide
        if slide is not None and (url.startswith("blur:") or url == slide.media.preview):
            self._show_rough(slide)

    def _say_working(self) -> None:
        viewer, slide = self._room.viewer, self._slide
        if viewer is not None and slide is not None and self._shown is None:
            host = urlsplit(slide.media.url).netloc
            viewer.show_notice(
                Working(viewer.night, f"Fetching the picture from {host}…", self._stop)
            )

    def _stop(self) -> None:
        self._room.scope.stop(_TASK)
        self._room.say_trouble("You stopped it", "Nothing of it was kept.", self.again)

    def again(self) -> None:
        """Ask once more, wherever it lies."""
        slide, viewer = self._slide, self._room.viewer
        if slide is None or viewer is None:
            return
        viewer.show_notice(None)
        viewer.prompt.say("")
        self._room.house.media.retry_now()
        self._patience.start()
        work = self._load(slide, asked=True, full=True, move=True)
        self._room.scope.restart(work, name=_TASK)

    async def _load(self, slide: Slide, *, asked: bool, move: bool, full: bool = False) -> None:
        """*asked*: by a press, wherever it lies; *full*: at its full size, whatever it costs."""
        room, media = self._room, self._room.house.media
        try:
            if room.saves and not full and await media.kept(slide.media.url) is None:
                self._offer_full()
                return
            self._source = await media.get(slide.media.url, "full", asked=asked)
            await self._decode(slide, self._source, move=move)
        except Unsafe as error:
            self._fail("It was not fetched", error, again=not full)
        except (ServiceError, OSError) as error:
            self._fail("The picture could not be fetched", error)

    async def _decode(self, slide: Slide, source: Path | bytes, *, move: bool) -> None:
        room = self._room
        viewer = room.viewer
        if viewer is None:
            return
        try:
            self._shown = await asyncio.to_thread(still, source, viewer.stage.box())
        except Undecodable:
            self._patience.stop()
            room.say_trouble(
                "The picture cannot be shown", "It is damaged, or larger than is safe to open."
            )
            await room.house.media.reject(slide.media.url)
        else:
            self._show_still(move=move)
            await self._look_ahead(slide)

    def _show_still(self, *, move: bool) -> None:
        viewer, shown = self._room.viewer, self._shown
        self._patience.stop()
        if viewer is None or shown is None:
            return
        viewer.show_notice(None)
        viewer.stage.show_picture(shown.image, shown.size, whole=shown.whole)
        viewer.note_picture()
        if shown.moving and move:
            self._room.scope.restart(self._move(), name=_SHARPER)
        elif shown.moving:
            self._offer_moving()

    async def _look_ahead(self, slide: Slide) -> None:
        """The next of the same post: that is where most go."""
        viewer, media = self._room.viewer, slide.card.post.media
        if self._room.saves or viewer is None or slide.number >= len(media):
            return
        following = media[slide.number]
        if following.kind == "image":
            try:
                await self._room.house.media.get(following.url, "full")
            except ServiceError:
                return  # it is told when one goes there

    def _fail(self, title: str, error: Exception, *, again: bool = True) -> None:
        self._patience.stop()
        said = f"{error.message} {error.next_step}" if isinstance(error, ServiceError) else ""
        self._room.say_trouble(title, said.strip(), self.again if again else None)

    def _offer_full(self) -> None:
        self._patience.stop()
        viewer = self._room.viewer
        if viewer is not None:
            words = "Data are saved: this is the small picture"
            viewer.prompt.say(words, ("Load full size", self.again), stays=True)

    # ------------------------------------------------------------- larger

    def sharpen(self) -> None:
        """It is looked at more closely than what is decoded of it."""
        if self._shown is not None and not self._shown.whole:
            self._room.scope.start(self._sharpen(), name=_SHARPER)

    async def _sharpen(self) -> None:
        source, slide = self._source, self._slide
        if source is None:
            return
        try:
            found = await asyncio.to_thread(still, source)
        except Undecodable:
            return  # what is shown is all there is
        viewer = self._room.viewer
        if viewer is not None and self._slide is slide:
            self._shown = found
            viewer.stage.show_picture(found.image, found.size, whole=True)

    # ------------------------------------------------------------- moving

    @property
    def _moves(self) -> bool:
        return self._shown is not None and self._shown.moving

    def _offer_moving(self) -> None:
        viewer = self._room.viewer
        if viewer is not None:
            play = ("Play", lambda: self.act("toggle"))
            viewer.prompt.say("This picture moves", play, stays=True)

    async def _move(self) -> None:
        source, viewer = self._source, self._room.viewer
        if source is None or viewer is None:
            return
        if self._frames is None:
            try:
                self._frames = await asyncio.to_thread(frames, source, viewer.stage.box())
            except Undecodable:
                viewer.prompt.say("It does not move: its frames are damaged")
                return
        said = "Only its beginning is shown: all of it would be too much"
        viewer.prompt.say(said if self._frames.cut else "")
        self._turn = 0
        self._next_frame()

    def _next_frame(self) -> None:
        viewer, found = self._room.viewer, self._frames
        if viewer is None or found is None:
            return
        image, delay = found.images[self._turn % len(found.images)]
        self._turn += 1
        viewer.stage.show_picture(image, found.size)
        self._ticks.start(delay)
