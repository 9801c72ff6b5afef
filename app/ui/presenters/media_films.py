"""Films and sound in the viewer: fetched when they are wanted, then played from the disk."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from PySide6.QtCore import QLocale
from PySide6.QtGui import QImage

from app.model.errors import ServiceError
from app.services.captions import Track
from app.ui.media.film import SPEEDS, FilmPlayer, can_play
from app.ui.media.film_loading import load_player
from app.ui.media.pane import language_name
from app.ui.media.saying import Working
from app.ui.timeline.pictures import Form

if TYPE_CHECKING:
    from app.services.films import Film, Progress
    from app.ui.media.values import Slide
    from app.ui.media.viewer import MediaViewer
    from app.ui.presenters.media import MediaRoom

_TASK, _LOADING = "viewer film", "viewer film player"
_LEAP, _LOUDER = 5.0, 0.1
_POSTER = 960
MEGABYTE = 1_000_000


class FilmShow:
    """Plays in a room's viewer."""

    def __init__(self, room: MediaRoom) -> None:
        self._room = room
        self._slide: Slide | None = None
        self._film: Film | None = None
        self.player: FilmPlayer | None = None
        self._made: FilmPlayer | None = None
        self._working: Working | None = None
        self._track = -1
        self._framed = False
        room.small.arrived.connect(lambda _: self._show_poster())

    def connect(self, viewer: MediaViewer) -> None:
        """A new viewer is there."""
        controls = viewer.controls
        controls.toggled.connect(lambda: self.act("toggle"))
        controls.sought.connect(self._seek)
        controls.mute_wanted.connect(lambda: self.act("mute"))
        controls.volume_wanted.connect(self._on_volume)
        controls.captions_wanted.connect(self._choose_track)
        controls.speed_wanted.connect(self._on_speed)
        viewer.pane.sought.connect(self._seek)

    def show(self, slide: Slide, *, asked: bool) -> None:
        """This one: its poster, and a way to play it. *asked*: it was pressed to be played."""
        self._slide, self._framed = slide, False
        viewer = self._room.viewer
        assert viewer is not None
        self._show_poster()
        viewer.show_film(on=True)
        viewer.controls.show_playing(False)
        viewer.controls.show_place(0.0, slide.media.duration)
        viewer.controls.show_sound(there=False, muted=True, volume=1.0)
        viewer.controls.show_tracks((), -1)
        self._begin(slide, play=self._may_play(slide, asked=asked))

    def _begin(self, slide: Slide, *, play: bool) -> None:
        self._room.scope.restart(self._get_ready(slide, play=play), name=_LOADING)

    async def _get_ready(self, slide: Slide, *, play: bool) -> None:
        """Only when it is loaded it is known whether anything can be played."""
        await load_player()
        if self._room.viewer is None or self._slide is not slide:
            return
        if not can_play():
            words = "This Godwit was installed without QtMultimedia, which plays them."
            self._room.say_trouble("Films cannot be played here", words)
        elif play and self._working is None:
            await asyncio.sleep(0)  # a turn of the window's for each thing that takes a few ms
            self._ready_player()
            await asyncio.sleep(0)
            self._fetch()

    def _may_play(self, slide: Slide, *, asked: bool) -> bool:
        """By itself: what was pressed, and what stands for a moving picture where those may."""
        moves = slide.media.kind == "gif" and self._room.moves
        return (asked or moves) and not self._room.saves

    def leave(self) -> None:
        """Stop, and forget it."""
        self._room.scope.stop(_LOADING)
        self._room.scope.stop(_TASK)
        player, self.player = self.player, None
        if player is not None:
            player.close()
        self._slide = self._film = self._working = None
        self._track = -1

    def source(self) -> Path:
        """The file. Raises: LookupError: it is not there."""
        if self._film is None:
            raise LookupError
        return self._film.path

    # ------------------------------------------------------------- fetching

    def _show_poster(self) -> None:
        viewer, slide = self._room.viewer, self._slide
        if viewer is None or slide is None or self._framed:
            return
        media = slide.media
        wide, high = media.width or 16, media.height or 9
        scale = _POSTER / max(wide, high)
        form = Form(max(1, round(wide * scale)), max(1, round(high * scale)), radius=0)
        picture = self._room.small.request(media.preview, form, media.blurhash)
        if picture is not None:
            viewer.stage.show_rough(picture.toImage())

    def _fetch(self) -> None:
        viewer, slide = self._room.viewer, self._slide
        if viewer is None or slide is None:
            return
        host = urlsplit(slide.media.url).netloc
        self._working = Working(viewer.night, f"Fetching it from {host}…", self._stop)
        viewer.show_notice(self._working)
        self._room.scope.restart(self._load(slide), name=_TASK)

    def _stop(self) -> None:
        self._room.scope.stop(_TASK)
        self._working = None
        if self._room.viewer is not None:
            self._room.viewer.show_notice(None)

    def _on_progress(self, progress: Progress) -> None:
        if self._working is not None:
            said = f"{progress.size / MEGABYTE:.1f} MB so far"
            if progress.share is not None:
                said = f"{round(progress.share * 100)} %, {said}"
            self._working.say(said)

    async def _load(self, slide: Slide) -> None:
        from app.services.films import SAVING, SMALL

        height = SAVING if self._room.saves else SMALL
        try:
            film = await self._room.house.media.films.get(
                slide.media.url, height=height, progress=self._on_progress
            )
        except ServiceError as error:
            self._working = None
            said = f"{error.message} {error.next_step}"
            self._room.say_trouble("It could not be fetched", said, self._fetch)
            return
        self._working = None
        viewer = self._room.viewer
        if viewer is None or self._slide is not slide:
            return
        viewer.show_notice(None)
        self._film = film
        if film.kind.what == "picture":
            self._room.pictures.show_file(slide, film.path)
            return
        await asyncio.sleep(0)
        self._play(film, slide)
        await asyncio.sleep(0)
        self._show_track()

    def _play(self, film: Film, slide: Slide) -> None:
        player = self.player = self._ready_player()
        loops = slide.media.kind == "gif"
        marks = film.marks if film.kind.suffix == ".ts" else ()
        player.open(film.path, muted=film.kind.what == "film", loops=loops, marks=marks)
        self._track = best_track(film.tracks)
        player.play()

    def _ready_player(self) -> FilmPlayer:
        """One for all films: to make another takes as long as a frame."""
        if self._made is None:
            made = self._made = FilmPlayer(self._room)
            made.framed.connect(self._on_frame)
            made.changed.connect(self._on_changed)
            made.failed.connect(self._on_failed)
        return self._made

    # ------------------------------------------------------------- playing

    def _on_frame(self, image: QImage) -> None:
        viewer = self._room.viewer
        if viewer is not None and self.player is not None:
            self._framed = True
            viewer.stage.show_picture(image, (image.width(), image.height()))

    def _on_changed(self) -> None:
        viewer, player = self._room.viewer, self.player
        if viewer is None or player is None:
            return
        controls = viewer.controls
        controls.show_place(player.place, player.length)
        controls.show_sound(there=player.has_sound, muted=player.muted, volume=player.volume)
        controls.show_speed(player.speed)
        if player.is_playing != viewer.is_running:
            controls.show_playing(player.is_playing)
            viewer.show_film(on=True, running=player.is_playing)
        track = self._shown_track()
        number = track.at(player.place) if track is not None else None
        viewer.pane.show_cue(number)
        viewer.captions.say(track.cues[number].text if track and number is not None else "")

    def _on_failed(self, words: str) -> None:
        if self.player is not None:
            self._room.say_trouble("It cannot be played", words)

    def act(self, name: str) -> None:
        """A key, or a press."""
        player = self.player
        if name in ("toggle", "press"):
            if player is None:
                self._fetch_or_wait()
            else:
                player.toggle()
        elif player is not None:
            self._steer(player, name)

    def _fetch_or_wait(self) -> None:
        if self._working is None and self._slide is not None:
            self._begin(self._slide, play=True)

    def _steer(self, player: FilmPlayer, name: str) -> None:
        if name == "mute":
            player.mute(not player.muted)
        elif name in ("louder", "quieter"):
            self._on_volume(player.volume + (_LOUDER if name == "louder" else -_LOUDER))
        elif name in ("back", "forth"):
            player.seek(player.place + (_LEAP if name == "forth" else -_LEAP))
        elif name == "begin":
            player.seek(0.0)
        elif name in ("slower", "faster"):
            at = min(range(len(SPEEDS)), key=lambda n: abs(SPEEDS[n] - player.speed))
            at += 1 if name == "faster" else -1
            player.set_speed(SPEEDS[min(max(at, 0), len(SPEEDS) - 1)])
        elif name == "captions":
            tracks = self._film.tracks if self._film is not None else ()
            self._choose_track(-1 if self._track >= 0 else best_track(tracks))

    def _seek(self, seconds: float) -> None:
        if self.player is not None:
            self.player.seek(seconds)

    def _on_volume(self, volume: float) -> None:
        if self.player is not None:
            self.player.set_volume(volume)
            self.player.mute(volume <= 0)

    def _on_speed(self, speed: float) -> None:
        if self.player is not None:
            self.player.set_speed(speed)

    # ------------------------------------------------------------- captions

    def _shown_track(self) -> Track | None:
        film = self._film
        return film.tracks[self._track] if film is not None and self._track >= 0 else None

    def _choose_track(self, number: int) -> None:
        self._track = number
        self._show_track()
        self._on_changed()

    def _show_track(self) -> None:
        viewer, film = self._room.viewer, self._film
        if viewer is not None and film is not None:
            names = [name_of_track(track) for track in film.tracks]
            viewer.controls.show_tracks(names, self._track)
            viewer.pane.show_track(self._shown_track(), len(names))


def name_of_track(track: Track) -> str:
    """Its own name; where it has only a sign for its language, that language's."""
    return (language_name(track.lang) if track.name == track.lang else "") or track.name


def best_track(tracks: tuple[Track, ...], lang: str = "") -> int:
    """In the reader's language (*lang*, BCP 47), else the first; −1: there are none."""
    mine = (lang or QLocale().bcp47Name()).partition("-")[0]
    for number, track in enumerate(tracks):
        if track.lang.partition("-")[0] == mine:
            return number
    return 0 if tracks else -1
