"""The viewer, by keys alone: what is seen, where one goes, what is kept away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import (
    QGuiApplication,
    QNativeGestureEvent,
    QPointingDevice,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from app.model.errors import Unreachable, Unsafe
from app.services.media import Media
from app.services.media_wishes import FOLDER, MOVES, SAVER
from app.ui.media.saying import Said, Working
from app.ui.media.viewer import MediaViewer
from app.ui.presenters import media_pictures
from app.ui.shell.shortcuts import groups_in
from app.ui.widgets.button import Button
from app.ui.widgets.choices import Switch
from app.ui.widgets.words import Words
from tests.ui.media.samples import card_with, opened, shown
from tests.ui.shell.conftest import Demo, Scenario
from tests.ui.shell.conftest import opened as in_window
from tests.waiting import until

Key = Qt.Key


def press(viewer: MediaViewer, *keys: Qt.Key, shift: bool = False, control: bool = False) -> None:
    """Where the focus is."""
    modifiers = Qt.KeyboardModifier.NoModifier
    if shift:
        modifiers |= Qt.KeyboardModifier.ShiftModifier
    if control:
        modifiers |= Qt.KeyboardModifier.ControlModifier
    for key in keys:
        QTest.keyClick(QApplication.focusWidget() or viewer, key, modifiers)


def said(root: QWidget | None) -> str:
    """All words that are seen."""
    words = root.findChildren(Words) if root is not None else []
    return " ".join(one.text() for one in words if not one.isHidden())


def place(viewer: MediaViewer) -> tuple[str, int]:
    """Whose post, and which of it."""
    assert viewer.slide is not None
    return viewer.slide.card.post.uri, viewer.slide.number


async def keep(demo: Demo, name: str, value: object) -> None:
    """Choose a setting."""
    await demo.house.store.keep(lambda keeper: keeper.set_setting(name, value))


Story = Callable[[Demo], Awaitable[None]]


def test_v_opens_and_escape_leads_back_to_the_card(demo: Demo, run: Scenario) -> None:
    """Nothing of the window's own keys happens meanwhile."""

    async def story(demo: Demo) -> None:
        view = demo.front.view
        card = await card_with(demo, "image", 2)
        index = view.shelf.index_of(card.key)
        assert index is not None
        view.setFocus()
        view.keyboard.stand_on(index)
        QTest.keyClick(QApplication.focusWidget(), Key.Key_V)
        viewer = demo.live.media_room.viewer
        assert viewer is not None
        await shown(viewer)
        assert place(viewer) == (card.post.uri, 1)
        assert viewer.geometry() == demo.front.window.rect()
        press(viewer, Key.Key_N, Key.Key_1, Key.Key_Slash, Key.Key_F5)
        assert not demo.live.is_made("writing") and not demo.live.is_made("search")
        press(viewer, Key.Key_Escape)
        assert demo.live.media_room.viewer is None
        assert view.current == card.key and view.hasFocusInside()

    run(in_window(demo, story))


def test_its_keys_come_first_among_all_keys(demo: Demo, run: Scenario) -> None:
    """Where one asks for them while one looks at something; after it those of the window do."""

    async def story(demo: Demo) -> None:
        _, viewer = await opened(demo, await card_with(demo, "image", 2))
        groups = groups_in(demo.live._rooms_now())
        assert [title for title, _ in groups[:2]] == ["Pictures and films", "Everywhere"]
        press(viewer, Key.Key_Escape)
        assert groups_in(demo.live._rooms_now())[0][0] == "Everywhere"

    run(in_window(demo, story))


def test_arrows_lead_over_the_post_and_then_over_the_timeline(demo: Demo, run: Scenario) -> None:
    """And back; at the ends nothing goes round. One comes back to where one has got."""

    async def story(demo: Demo) -> None:
        card = await card_with(demo, "image", 2)
        room, viewer = await opened(demo, card)
        seen = [place(viewer)]

        async def step(key: Qt.Key) -> tuple[str, int]:
            before = place(viewer)
            press(viewer, key)
            await until(lambda: place(viewer) != before)
            return place(viewer)

        for _ in range(7):
            seen.append(await step(Key.Key_Right))
        assert seen[1] == (card.post.uri, 2) and len(set(seen)) == 8
        for expected in reversed(seen[:-1]):
            assert await step(Key.Key_Left) == expected
        while not viewer.before.isHidden():
            await step(Key.Key_Left)
        first = place(viewer)
        press(viewer, Key.Key_Left)
        assert place(viewer) == first
        await step(Key.Key_J)
        last = viewer.slide
        assert last is not None and last.card.key != card.key
        room.close()
        assert demo.front.view.current == last.card.key

    run(in_window(demo, story))


def test_right_to_left_the_left_arrow_leads_on(
    demo: Demo, run: Scenario, qapp: QApplication
) -> None:
    """Reading goes the other way, and so do the discs."""

    async def story(demo: Demo) -> None:
        qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        card = await card_with(demo, "image", 2)
        _, viewer = await opened(demo, card)
        await asyncio.sleep(0)
        assert viewer.after.x() < viewer.before.x() or viewer.before.isHidden()
        press(viewer, Key.Key_Left)
        assert place(viewer) == (card.post.uri, 2)

    try:
        run(in_window(demo, story))
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_it_is_zoomed_moved_and_fitted_again(demo: Demo, run: Scenario) -> None:
    """By keys, by the wheel at the pointer, by a double click; how large it is is said."""

    async def story(demo: Demo) -> None:
        _, viewer = await opened(demo, await card_with(demo, "image"))
        await shown(viewer)
        stage = viewer.stage
        assert stage.is_fitted and stage.percent <= 100
        press(viewer, Key.Key_Plus, Key.Key_Plus, Key.Key_Plus, Key.Key_Plus)
        assert not stage.is_fitted
        fit = viewer.bar.tools["fit"]
        assert isinstance(fit, Button) and fit.text() == f"{stage.percent} %"
        before = stage.area
        press(viewer, Key.Key_Right, shift=True)
        assert stage.area != before
        press(viewer, Key.Key_0)
        assert stage.is_fitted and fit.text() == "Fit"
        at = stage.area.topLeft() + QPointF(40, 30)
        wheel = QWheelEvent(
            at, stage.mapToGlobal(at), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(stage, wheel)
        assert not stage.is_fitted
        press(viewer, Key.Key_0)
        QTest.mouseDClick(stage, Qt.MouseButton.LeftButton, pos=stage.rect().center())
        assert stage.percent == 100

    run(in_window(demo, story))


def test_what_is_covered_stays_covered_until_one_wants_to_see_it(demo: Demo, run: Scenario) -> None:
    """Neither picture nor small picture, nothing to copy or save; then in the card as well."""

    async def story(demo: Demo) -> None:
        card = await card_with(demo, "image", action="cover_media")
        room, viewer = await opened(demo, card)
        await asyncio.sleep(0.2)
        assert not viewer.stage.has_picture and isinstance(viewer.notice, Said)
        assert viewer.bar.tools["save"].isHidden() and viewer.bar.tools["copy"].isHidden()
        with pytest.raises(LookupError):
            room.pictures.source()
        press(viewer, Key.Key_X)
        await shown(viewer)
        assert demo.front.view.shelf.state(card.key).open_media
        assert viewer.notice is None

    run(in_window(demo, story))


def test_description_can_be_read_copied_and_put_away(demo: Demo, run: Scenario) -> None:
    """Where nobody has written one, that is said."""

    async def story(demo: Demo) -> None:
        card = await card_with(demo, "image", 4)
        described = next(n for n, one in enumerate(card.post.media) if one.alt)
        bare = next(n for n, one in enumerate(card.post.media) if not one.alt)
        _, viewer = await opened(demo, card, described)
        assert viewer.pane.words.text() == card.post.media[described].alt
        viewer.pane.copy_wanted.emit()
        assert QGuiApplication.clipboard().text() == card.post.media[described].alt
        press(viewer, Key.Key_D)
        assert viewer.pane.isHidden()
        press(viewer, Key.Key_D)
        assert not viewer.pane.isHidden()
        viewer.chosen.emit(bare)
        assert "Nobody" in viewer.pane.words.text()

    run(in_window(demo, story))


def test_the_picture_is_copied_at_its_own_size(demo: Demo, run: Scenario) -> None:
    """Also where only a smaller one was decoded."""

    async def story(demo: Demo) -> None:
        demo.front.window.resize(500, 500)
        card = await card_with(demo, "image")
        _, viewer = await opened(demo, card)
        await shown(viewer)
        QGuiApplication.clipboard().clear()
        press(viewer, Key.Key_C, control=True)
        await until(lambda: not QGuiApplication.clipboard().image().isNull())
        image = QGuiApplication.clipboard().image()
        media = card.post.media[0]
        assert (image.width(), image.height()) == (media.width, media.height)

    run(in_window(demo, story))


@pytest.mark.parametrize("kind", ["image", "video"])
def test_the_original_opens_in_the_browser(demo: Demo, run: Scenario, kind: str) -> None:
    """A picture by itself, a film where it was posted: there it can be played."""

    async def story(demo: Demo) -> None:
        card = await card_with(demo, kind)
        room, viewer = await opened(demo, card)
        addresses: list[str] = []
        room._open_url = lambda url: not addresses.append(url)  # type: ignore[func-returns-value]
        press(viewer, Key.Key_Return, control=True)
        viewer.bar.tools["open"].click()
        assert addresses == [card.post.media[0].url if kind == "image" else card.post.url] * 2

    run(in_window(demo, story))


def test_saving_asks_where_once_and_overwrites_nothing(
    demo: Demo, run: Scenario, tmp_path: Path
) -> None:
    """The bytes as they came, under a name that says whose it is."""

    async def story(demo: Demo) -> None:
        folder = tmp_path / "mine"
        folder.mkdir()
        await keep(demo, FOLDER, str(folder))
        card = await card_with(demo, "image")
        room, viewer = await opened(demo, card)
        await shown(viewer)
        source = room.pictures.source()
        assert isinstance(source, Path)
        size = source.stat().st_size

        def whole() -> int:
            return sum(path.stat().st_size == size for path in folder.iterdir())

        for count in (1, 2):
            press(viewer, Key.Key_S, control=True)
            await until(lambda count=count: whole() == count)
        names = sorted(path.name for path in folder.iterdir())
        assert all(card.post.author.handle in name for name in names) and "(2)" in names[0]
        assert {path.read_bytes() for path in folder.iterdir()} == {source.read_bytes()}
        await until(lambda: "Saved as" in viewer.prompt.text())

    run(in_window(demo, story))


def test_without_a_folder_it_is_asked_for(demo: Demo, run: Scenario, tmp_path: Path) -> None:
    """And kept; who does not answer saves nothing."""

    async def story(demo: Demo) -> None:
        room, viewer = await opened(demo, await card_with(demo, "image"))
        await shown(viewer)
        press(viewer, Key.Key_S, control=True)
        dialog = await until(lambda: room._saving.dialog)
        dialog.reject()
        await until(lambda: room._saving.dialog is None)
        assert demo.house.store.reader.setting(FOLDER, "") == ""
        press(viewer, Key.Key_S, control=True)
        dialog = await until(lambda: room._saving.dialog)
        dialog.findChildren(QLineEdit)[0].setText(str(tmp_path))
        dialog.done(QFileDialog.DialogCode.Accepted)
        await until(lambda: "Saved as" in viewer.prompt.text())
        assert demo.house.store.reader.setting(FOLDER, "") == str(tmp_path)

    run(in_window(demo, story))


def test_tab_stays_inside_and_everything_has_a_name(demo: Demo, run: Scenario) -> None:
    """What is behind is neither seen nor reached."""

    async def story(demo: Demo) -> None:
        _, viewer = await opened(demo, await card_with(demo, "image", 2))
        await shown(viewer)
        seen = []
        for _ in range(40):
            press(viewer, Key.Key_Tab)
            focused = QApplication.focusWidget()
            assert focused is not None and viewer.isAncestorOf(focused)
            assert focused.accessibleName()
            seen.append(focused.accessibleName())
        assert "Close (Esc)" in seen and "Bookmark" in seen and len(set(seen)) > 12

    run(in_window(demo, story))


class Broken:
    """A door that gives one picture only when it is told to."""

    def __init__(self, media: Media, error: Exception | None) -> None:
        self._media, self.error = media, error
        self.asked = 0
        self.gate = asyncio.Event()

    async def get(self, url: str, kind: str, why: str = "", *, asked: bool = False) -> object:
        """Fails, or waits, or gives it."""
        if kind == "full":
            self.asked += 1
            if self.error is not None:
                raise self.error
            await self.gate.wait()
        return await self._media.get(url, kind, why, asked=asked)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> object:
        return getattr(self._media, name)


def test_what_cannot_be_fetched_is_said_and_asked_for_again(demo: Demo, run: Scenario) -> None:
    """In words, with a way out; the next one comes all the same."""

    async def story(demo: Demo) -> None:
        broken = Broken(demo.house.media, Unreachable("pictures.example does not answer."))
        object.__setattr__(demo.house, "media", broken)
        _, viewer = await opened(demo, await card_with(demo, "image"))
        await until(lambda: isinstance(viewer.notice, Said))
        assert "does not answer" in said(viewer.notice)
        broken.error = None
        broken.gate.set()
        again = next(one for one in viewer.notice.findChildren(Button) if one.text() == "Try again")
        again.click()
        await shown(viewer)
        assert viewer.notice is None

    run(in_window(demo, story))


def test_a_slow_picture_says_so_and_can_be_stopped(
    demo: Demo, run: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one can go on to the next meanwhile."""
    monkeypatch.setattr(media_pictures, "SAID_AFTER", 1)

    async def story(demo: Demo) -> None:
        slow = Broken(demo.house.media, None)
        object.__setattr__(demo.house, "media", slow)
        card = await card_with(demo, "image", 2)
        room, viewer = await opened(demo, card)
        room.pictures._patience.setInterval(1)
        room.pictures._patience.start()
        await until(lambda: isinstance(viewer.notice, Working))
        assert viewer.notice is not None
        viewer.notice.findChildren(Button)[0].click()
        assert "stopped" in said(viewer.notice)
        press(viewer, Key.Key_Right)
        assert viewer.notice is None and place(viewer)[1] == 2

    run(in_window(demo, story))


def test_who_saves_data_gets_the_small_picture_and_may_load_the_large(
    demo: Demo, run: Scenario
) -> None:
    """No full size before a click on it."""

    async def story(demo: Demo) -> None:
        await keep(demo, SAVER, True)
        media = Broken(demo.house.media, None)
        media.gate.set()
        media.kept = lambda url: asyncio.sleep(0)  # type: ignore[attr-defined]
        object.__setattr__(demo.house, "media", media)
        _, viewer = await opened(demo, await card_with(demo, "image"))
        await until(lambda: "Data are saved" in viewer.prompt.text())
        assert media.asked == 0 and not viewer.stage.has_picture
        viewer.prompt.button.click()
        await shown(viewer)
        assert media.asked == 1

    run(in_window(demo, story))


def test_one_reacts_from_there_and_sees_it(demo: Demo, run: Scenario) -> None:
    """As in the timeline, by the same keys."""

    async def story(demo: Demo) -> None:
        _, viewer = await opened(demo, await card_with(demo, "image"))

        def offered() -> list[str]:
            shown = viewer.pane.findChildren(QWidget)
            return [one.accessibleName() for one in shown if not one.isHidden()]

        assert "Bookmark" in offered()
        press(viewer, Key.Key_S)
        await until(lambda: "Remove bookmark" in offered())

    run(in_window(demo, story))


def test_answering_leaves_the_viewer_for_the_composer(demo: Demo, run: Scenario) -> None:
    """What one writes stands where one sees it."""

    async def story(demo: Demo) -> None:
        room, viewer = await opened(demo, await card_with(demo, "image"))
        press(viewer, Key.Key_R)
        assert room.viewer is None
        await until(lambda: demo.live.is_made("writing"))

    run(in_window(demo, story))


def test_what_moves_moves_only_when_it_was_pressed(demo: Demo, run: Scenario) -> None:
    """Reached by arrows it stands still and says that it can; Space starts and stops it."""

    async def story(demo: Demo) -> None:
        card = await card_with(demo, "gif")
        room, viewer = await opened(demo, card)
        await until(lambda: room.pictures._ticks.isActive())
        press(viewer, Key.Key_Space)
        assert not room.pictures._ticks.isActive()
        room._show(card, 0)
        await until(lambda: "moves" in viewer.prompt.text())
        assert viewer.stage.has_picture and not room.pictures._ticks.isActive()
        press(viewer, Key.Key_Space)
        await until(lambda: room.pictures._ticks.isActive())

    run(in_window(demo, story))


def test_a_post_that_stands_in_no_timeline_is_looked_at_alone(demo: Demo, run: Scenario) -> None:
    """From notifications: covered as ever, nothing beside it, acted upon in its row; then back."""

    async def story(demo: Demo) -> None:
        card = await card_with(demo, "image", action="cover_media")
        QTest.keyClick(demo.front.window, Key.Key_0)
        page = demo.live.notices.page
        assert page is not None
        await until(lambda: page.rows)
        page.focus_first()
        before = demo.front.window.focusWidget()
        demo.live.notices.look_at(card)
        viewer = demo.live.media_room.viewer
        assert viewer is not None and isinstance(viewer.notice, Said)
        assert viewer.before.isHidden() and viewer.after.isHidden()
        press(viewer, Key.Key_X)
        await shown(viewer)
        press(viewer, Key.Key_S, Key.Key_J)
        assert demo.live.media_room.viewer is viewer
        press(viewer, Key.Key_Escape)
        assert demo.live.media_room.viewer is None
        assert demo.front.window.focusWidget() is before

    run(in_window(demo, story))


def test_a_press_loads_what_lies_elsewhere_and_arrows_do_not(demo: Demo, run: Scenario) -> None:
    """Who wants nothing from other servers gets what they press, and is asked about the rest."""

    async def story(demo: Demo) -> None:
        media = demo.house.media

        class Wary(Broken):
            async def get(
                self, url: str, kind: str, why: str = "", *, asked: bool = False
            ) -> object:
                if kind == "full":
                    presses.append(asked)
                    if not asked:
                        raise Unsafe("It lies on another server.")
                return await media.get(url, kind, why, asked=asked)  # type: ignore[arg-type]

        presses: list[bool] = []
        object.__setattr__(demo.house, "media", Wary(media, None))
        card = await card_with(demo, "image", 2)
        _, viewer = await opened(demo, card)
        await shown(viewer)
        assert presses[0]
        press(viewer, Key.Key_Right)
        await until(lambda: isinstance(viewer.notice, Said))
        assert not viewer.stage.has_picture and not presses[-1]
        assert viewer.notice is not None
        viewer.notice.findChildren(Button)[0].click()
        await shown(viewer)

    run(in_window(demo, story))


def test_a_window_that_closes_takes_the_viewer_along(demo: Demo, run: Scenario) -> None:
    """Nothing plays or waits any more."""

    async def story(demo: Demo) -> None:
        room, _ = await opened(demo, await card_with(demo, "gif"))
        await until(lambda: room.pictures._ticks.isActive())
        await demo.live.close_rooms()
        assert room.viewer is None and not room.pictures._ticks.isActive()

    run(in_window(demo, story))


def test_another_window_may_close_with_its_viewer(demo: Demo, run: Scenario) -> None:
    """A conversation of its own, for one: what moved there stops, and one can go on elsewhere."""

    async def story(demo: Demo) -> None:
        card = await card_with(demo, "gif")
        window = QWidget()
        window.show()
        room = demo.live.media_room
        assert room.open_lone(card, window)
        await until(lambda: room.pictures._ticks.isActive())
        window.close()
        window.deleteLater()
        await until(lambda: room.viewer is None)
        assert not room.pictures._ticks.isActive()
        _, viewer = await opened(demo, card)
        await shown(viewer)

    run(in_window(demo, story))


def test_the_whole_screen_is_for_the_picture_alone(demo: Demo, run: Scenario) -> None:
    """F11 and back; Escape leaves the screen first, then the viewer."""

    async def story(demo: Demo) -> None:
        window = demo.front.window
        room, viewer = await opened(demo, await card_with(demo, "image", 2))
        await shown(viewer)
        press(viewer, Key.Key_F11)
        await until(lambda: viewer.stage.size() == window.size())
        assert window.isFullScreen() and viewer.pane.isHidden() and viewer.strip.isHidden()
        press(viewer, Key.Key_Right)
        assert place(viewer)[1] == 2 and viewer.strip.isHidden()
        press(viewer, Key.Key_Escape)
        await until(lambda: not viewer.pane.isHidden())
        assert not window.isFullScreen() and room.viewer is viewer
        press(viewer, Key.Key_F11, Key.Key_Escape, Key.Key_Escape)
        assert room.viewer is None and not window.isFullScreen()

    run(in_window(demo, story))


def test_what_is_chosen_in_the_settings_holds_at_once(demo: Demo, run: Scenario) -> None:
    """Saving data, and pictures that may move by themselves."""

    async def story(demo: Demo) -> None:
        room = demo.live.media_room
        assert not room.saves and not room.moves
        demo.live.settings.open("media")
        page = await until(lambda: QApplication.activeModalWidget())
        switches = {one.accessibleName(): one for one in page.findChildren(Switch)}
        switches["Save data"].click()
        switches["Moving pictures start when they are opened"].click()
        await until(lambda: room.saves)
        await until(lambda: demo.house.store.reader.setting(MOVES, False))
        assert not room.moves  # motion is reduced in tests

    run(in_window(demo, story))


def test_two_fingers_enlarge_where_they_are(demo: Demo, run: Scenario) -> None:
    """On a touchpad, as the system tells it."""

    async def story(demo: Demo) -> None:
        _, viewer = await opened(demo, await card_with(demo, "image"))
        await shown(viewer)
        stage = viewer.stage
        before = stage.percent
        at = stage.area.center()
        gesture = QNativeGestureEvent(
            Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2,
            at, at, QPointF(stage.mapToGlobal(at.toPoint())), 0.5, QPointF(),
        )  # fmt: skip
        QApplication.sendEvent(stage, gesture)
        assert stage.percent == pytest.approx(before * 1.5, abs=1)

    run(in_window(demo, story))


def test_a_post_of_twenty_pictures_fits_into_a_narrow_window(demo: Demo, run: Scenario) -> None:
    """The row of small ones goes along with the present one."""

    async def story(demo: Demo) -> None:
        demo.front.window.resize(480, 700)
        card = await card_with(demo, "image", 2)
        many = replace(card, post=replace(card.post, media=card.post.media[:2] * 10))
        room = demo.live.media_room
        assert room.open_lone(many, demo.front.view)
        viewer = room.viewer
        assert viewer is not None
        await shown(viewer)
        assert viewer.width() == viewer.strip.width() == 480
        for _ in range(19):
            press(viewer, Key.Key_Right)
        await asyncio.sleep(0)
        last = viewer.strip._thumbs[-1]
        assert last.isChecked() and not last.visibleRegion().isEmpty()
        assert viewer.strip._thumbs[0].visibleRegion().isEmpty()

    run(in_window(demo, story))
