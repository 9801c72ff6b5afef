"""Films and sound in the viewer: nothing plays unasked, and everything has words."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from app.model.errors import Malformed
from app.resources import resource
from app.services.captions import Cue, Track
from app.services.film_files import Kind
from app.services.films import Film
from app.services.media_wishes import SAVER
from app.ui.media.captions import lines_of
from app.ui.media.film import can_play, mark_near
from app.ui.media.saying import Said
from app.ui.presenters import media_films
from app.ui.presenters.media_films import best_track, name_of_track
from app.ui.widgets.button import Button
from tests.ui.media.samples import card_with, opened
from tests.ui.media.test_viewer import keep, press, said
from tests.ui.shell.conftest import Demo, Scenario
from tests.ui.shell.conftest import opened as in_window
from tests.waiting import until

Key = Qt.Key
needs_player = pytest.mark.skipif(
    not can_play(), reason="QtMultimedia cannot be loaded here (on Debian it needs libpulse0)"
)


@needs_player
def test_a_press_plays_it_muted_with_captions(demo: Demo, run: Scenario) -> None:
    """What is said stands in the picture and in the list; keys steer it."""

    async def story(demo: Demo) -> None:
        room, viewer = await opened(demo, await card_with(demo, "video"))
        films = room.films
        await until(lambda: films.player is not None and films.player.is_playing)
        player = films.player
        assert player is not None and player.muted and not player.has_sound
        await until(lambda: viewer.stage.has_picture)
        assert round(player.length) == 160
        press(viewer, Key.Key_Space)
        await until(lambda: not player.is_playing)
        films._seek(36)
        await until(lambda: viewer.captions.accessibleName().startswith("… and at half past"))
        current = [line.accessibleName() for line in viewer.pane._cues if line.current]
        assert [name[:4] for name in current] == ["0:34"]
        press(viewer, Key.Key_Right, shift=True)
        await until(lambda: player.place >= 41)
        press(viewer, Key.Key_C)
        assert viewer.captions.isHidden() and viewer.controls.captions.text() == "Captions off"
        press(viewer, Key.Key_C, Key.Key_Greater)
        assert viewer.controls.captions.text() == "English" and player.speed == 1.25
        press(viewer, Key.Key_M)
        assert not player.muted

    run(in_window(demo, story))


@needs_player
def test_reached_by_arrows_it_stands_still(demo: Demo, run: Scenario) -> None:
    """Only its poster, until somebody plays it."""

    async def story(demo: Demo) -> None:
        card = await card_with(demo, "video")
        room, viewer = await opened(demo, card)
        room._show(card, 0)
        assert room.films.player is None and room.films._working is None
        assert not viewer.controls.isHidden() and not viewer.is_running
        viewer.controls.play.click()
        await until(lambda: room.films.player is not None and room.films.player.is_playing)

    run(in_window(demo, story))


@needs_player
def test_closing_stops_it_and_lets_go_of_the_file(demo: Demo, run: Scenario) -> None:
    """Nothing goes on where nobody looks."""

    async def story(demo: Demo) -> None:
        room, viewer = await opened(demo, await card_with(demo, "video"))
        await until(lambda: room.films.player is not None and room.films.player.is_playing)
        player = room.films.player
        assert player is not None
        press(viewer, Key.Key_Escape)
        assert room.films.player is None and not player.is_open and not player.is_playing

    run(in_window(demo, story))


@needs_player
def test_sound_plays_with_its_sound_on(demo: Demo, run: Scenario) -> None:
    """Whoever presses play on a sound wants to hear it."""

    async def story(demo: Demo) -> None:
        room, viewer = await opened(demo, await card_with(demo, "audio"))
        await until(lambda: room.films.player is not None and room.films.player.length > 70)
        player = room.films.player
        assert player is not None and not player.muted and player.has_sound
        viewer.controls.volume_wanted.emit(0.5)
        assert player.volume == pytest.approx(0.5, abs=0.01)
        viewer.controls.volume_wanted.emit(0.0)
        assert player.muted

    run(in_window(demo, story))


@needs_player
def test_a_film_that_cannot_be_played_is_said(demo: Demo, run: Scenario, tmp_path: Path) -> None:
    """Whole by its headers, junk inside."""
    broken = tmp_path / "broken.mp4"
    data = bytearray(resource("demo", "boat.mp4").read_bytes())
    data[40:150_000] = bytes(149_960)
    broken.write_bytes(data)

    async def story(demo: Demo) -> None:
        demo.house.media.films._local = lambda url: broken
        _, viewer = await opened(demo, await card_with(demo, "video"))
        await until(lambda: isinstance(viewer.notice, Said) or viewer.stage.has_picture)
        assert viewer.controls.isHidden() or viewer.stage.has_picture

    run(in_window(demo, story))


@needs_player
def test_a_film_that_says_it_lasts_for_years_is_played(
    demo: Demo, run: Scenario, tmp_path: Path
) -> None:
    """Its headers name a length that no slider can hold."""
    lying = tmp_path / "lying.mp4"
    data = bytearray(resource("demo", "boat.mp4").read_bytes())
    for header in (b"mvhd", b"mdhd"):
        at = data.index(header) + 16
        data[at : at + 8] = struct.pack(">II", 1, 0x7FFFFFFF)
    at = data.index(b"stts") + 16
    data[at : at + 4] = struct.pack(">I", 0x7FFFFFFF)
    at = data.index(b"elst")
    data[at : at + 4] = b"free"
    lying.write_bytes(data)

    async def story(demo: Demo) -> None:
        demo.house.media.films._local = lambda url: lying
        room, viewer = await opened(demo, await card_with(demo, "video"))
        await until(lambda: room.films.player is not None and room.films.player.length > 0)
        await until(lambda: viewer.controls.course.maximum() > 10**6)
        await until(lambda: not viewer.controls.isHidden())

    run(in_window(demo, story))


def test_what_cannot_be_fetched_is_said_and_asked_for_again(demo: Demo, run: Scenario) -> None:
    """In words, with two ways out."""

    async def story(demo: Demo) -> None:
        films = demo.house.media.films
        films._local = _damaged
        _, viewer = await opened(demo, await card_with(demo, "video"))
        await until(lambda: isinstance(viewer.notice, Said))
        assert "damaged" in said(viewer.notice)
        assert viewer.notice is not None
        assert [one.text() for one in viewer.notice.findChildren(Button)] == [
            "Try again", "Open in browser",
        ]  # fmt: skip

    run(in_window(demo, story))


def _damaged(url: str) -> Path:
    raise Malformed("The film is damaged.")


def test_without_a_player_it_is_said_and_the_browser_offered(
    demo: Demo, run: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some systems leave QtMultimedia out; nothing is fetched in vain."""
    monkeypatch.setattr(media_films, "can_play", lambda: False)

    async def story(demo: Demo) -> None:
        room, viewer = await opened(demo, await card_with(demo, "video"))
        await until(lambda: isinstance(viewer.notice, Said))
        assert "QtMultimedia" in said(viewer.notice)  # type: ignore[arg-type]
        press(viewer, Key.Key_Space)
        await room.scope.finish("viewer film", 5.0)
        assert room.films._working is None

    run(in_window(demo, story))


@needs_player
def test_who_saves_data_fetches_films_by_a_press_only(demo: Demo, run: Scenario) -> None:
    """Also where the tile was pressed: that may have been for the picture."""

    async def story(demo: Demo) -> None:
        await keep(demo, SAVER, True)
        room, viewer = await opened(demo, await card_with(demo, "video"))
        assert room.films._working is None and room.films.player is None
        press(viewer, Key.Key_Space)
        await until(lambda: room.films.player is not None)

    run(in_window(demo, story))


@needs_player
def test_controls_go_when_nobody_moves_and_come_back(demo: Demo, run: Scenario) -> None:
    """Never while it stands still."""

    async def story(demo: Demo) -> None:
        room, viewer = await opened(demo, await card_with(demo, "video"))
        await until(lambda: viewer.is_running)
        viewer._idle.start(1)
        await until(lambda: viewer.controls.isHidden())
        press(viewer, Key.Key_Space)
        assert not viewer.controls.isHidden()
        await until(lambda: not viewer.is_running)
        viewer._on_idle()
        assert not viewer.controls.isHidden() and room.films.player is not None

    run(in_window(demo, story))


def test_in_streams_one_goes_to_where_a_piece_begins() -> None:
    """Never back when one wants to go on; without pieces, just where one wants."""
    marks = (0.0, 4.0, 8.0)

    assert mark_near((), 1.0, 5.5) == 5.5
    assert mark_near(marks, 1.0, 6.0) == 4.0
    assert mark_near(marks, 5.0, 7.5) == 8.0
    assert mark_near(marks, 9.0, 11.0) == 11.0
    assert mark_near(marks, 9.0, 7.9) == 4.0
    assert mark_near(marks, 3.0, 0.0) == 0.0


def test_captions_are_chosen_in_the_readers_language() -> None:
    """Else the first; where there is none, none. A sign for a language is written out."""
    tracks = (Track("Nederlands", "nl", (Cue(0, 1, "a"),)), Track("en", "en", ()))

    assert best_track((), "en") == -1
    assert best_track(tracks[:1], "en-US") == 0
    assert best_track(tracks, "en-US") == 1
    assert best_track(tracks, "fr") == 0
    assert name_of_track(tracks[0]) == "Nederlands" and "English" in name_of_track(tracks[1])


def test_captions_are_broken_into_lines_that_can_be_read() -> None:
    """At most sixty letters, and never a wall of them."""
    lines = lines_of("word " * 100, 60)

    assert len(lines) == 4 and all(len(line) <= 60 for line in lines)
    assert lines_of("", 60) == []


def test_what_was_said_to_be_a_film_and_is_a_picture_is_shown(demo: Demo, run: Scenario) -> None:
    """It moves all the same."""
    film = Film(resource("demo", "bowl.gif"), Kind("picture", ".gif", 300, 200))

    async def get(url: str, **options: object) -> Film:
        return film

    async def story(demo: Demo) -> None:
        demo.house.media.films.get = get  # type: ignore[method-assign]
        room, viewer = await opened(demo, await card_with(demo, "video"))
        if not can_play():
            room.films._fetch()
        await until(lambda: room.pictures._ticks.isActive())
        assert viewer.stage.has_picture and isinstance(viewer.stage._image, QImage)

    run(in_window(demo, story))
