"""The window on the demo: from the first frame through a reader's morning."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from app.feed.rows import Card
from app.model.errors import StoreError
from app.model.timeline import ALL, GapRow
from app.protocols.demo import JUNO
from app.services.gap_filling import GapState
from app.ui.presenters import first_frame
from app.ui.presenters.timeline import gap_words
from app.ui.shell.details import ReasonsPopover
from app.ui.shell.popovers import EchoPopover, HiddenPopover
from app.ui.shell.states import Loading, State
from app.ui.shell.switcher import Switcher
from app.ui.theme.look import Look, Wishes
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until


def _rows(demo: Demo) -> int:
    timeline = demo.live.timeline.opened
    return len(timeline) if timeline is not None else 0


def _find(kind: type) -> list[object]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]


def test_keys_switch_timelines(demo: Demo, run: Scenario) -> None:
    """1 is everything, then the feeds in their order; the header says where one is."""

    async def scenario(demo: Demo) -> None:
        window, titles = demo.front.window, []
        for key in "1", "2", "3":
            QTest.keyClick(window, key)
            await until(lambda: _rows(demo))
            titles.append(window.header.title.text())
        assert titles == ["Newest first", "Friends first", "Slow lane"]

    run(opened(demo, scenario))


def test_the_place_of_each_timeline_is_kept(demo: Demo, run: Scenario) -> None:
    """Going elsewhere and coming back, also after a restart, changes nothing."""

    async def scenario(demo: Demo) -> None:
        view, window = demo.front.view, demo.front.window
        await until(lambda: _rows(demo))
        timeline = demo.live.timeline.opened
        assert timeline is not None
        view.scroll_by(900)
        # A row that turns out to be hidden when it is loaded is nobody's place.
        await until(lambda: all(timeline.row(index) for index, _ in view.visible_rows()))
        before = view.anchor()
        assert before is not None
        QTest.keyClick(window, "2")
        await until(lambda: demo.live.timeline.opened not in (None, timeline))
        QTest.keyClick(window, "1")
        await until(lambda: window.header.title.text() == "Newest first")
        after = view.anchor()
        assert after is not None
        assert after[0] == before[0]
        await demo.live.timeline.close()
        rows, offset = first_frame.read_rows(demo.site.store.reader, ALL, demo.site.order)
        assert rows.key(0) == before[0]
        assert offset == before[2]

    run(opened(demo, scenario))


def test_new_posts_are_announced_and_never_scroll(demo: Demo, run: Scenario) -> None:
    """The pill goes up on a click; Alt+Left comes back."""

    async def scenario(demo: Demo) -> None:
        view, window = demo.front.view, demo.front.window
        await until(lambda: _rows(demo))
        timeline = demo.live.timeline.opened
        assert timeline is not None
        view.scroll_by(1500)
        # A row that turns out to be hidden when it is loaded is nobody's place.
        await until(lambda: all(timeline.row(index) for index, _ in view.visible_rows()))
        there = view.anchor()
        assert there is not None
        window.header.newest_wanted.emit()
        await until(lambda: (view.anchor() or there)[0] == timeline.key(0))
        QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
        await until(lambda: view.anchor() == there)

    run(opened(demo, scenario))


def test_accounts_show_how_they_are(demo: Demo, run: Scenario) -> None:
    """The account that was told to wait says so in the sidebar and in a banner."""

    async def scenario(demo: Demo) -> None:
        status = [item.status.text if item.status else "" for item in demo.front.shell.items]
        assert status == ["", "", "Waiting, 4 min"]
        names = [
            b.accessibleName() for b in demo.front.window.banners.children() if hasattr(b, "banner")
        ]
        assert len(names) == 1
        assert "asks us to wait until" in names[0]

    run(opened(demo, scenario))


def test_signed_out_offers_to_sign_in_again(demo: Demo, run: Scenario) -> None:
    """The banner's button opens the dialog with the account's address filled in."""

    async def scenario(demo: Demo) -> None:
        network = demo.house.registry().networks[0]
        network.faults[JUNO].signed_out = True  # type: ignore[attr-defined]
        await demo.house.sync.run([JUNO])
        window = demo.front.window
        buttons = lambda: [  # noqa: E731
            b for b in window.banners.findChildren(QPushButton) if b.text() == "Sign in again"
        ]
        await until(buttons)
        buttons()[0].click()
        await until(lambda: demo.live.accounts.sign_in)
        presenter = demo.live.accounts.sign_in
        assert presenter is not None
        await until(lambda: presenter.dialog.isVisible() and presenter._preview)
        assert presenter.dialog.windowTitle() == "Sign in again"
        network.faults[JUNO].signed_out = False  # type: ignore[attr-defined]
        presenter.dialog.begun.emit("browser")
        await until(lambda: demo.house.accounts.state(JUNO).kind == "ready")

    run(opened(demo, scenario))


def test_removing_an_account_asks_once(demo: Demo, run: Scenario) -> None:
    """After the answer its row, timeline and key are gone."""

    async def scenario(demo: Demo) -> None:
        demo.live.accounts.remove(JUNO)
        await until(lambda: [b for b in _buttons("Remove the account") if b.isVisible()])
        _buttons("Remove the account")[0].click()
        await until(lambda: JUNO not in demo.house.accounts)
        await until(lambda: len(demo.front.shell.items) == 2)

    run(opened(demo, scenario))


def _buttons(text: str) -> list[QPushButton]:
    return [
        button
        for top in QApplication.topLevelWidgets()
        for button in top.findChildren(QPushButton)
        if button.text() == text
    ]


def test_the_last_account_gone_is_first_run_again(demo: Demo, run: Scenario) -> None:
    """Without accounts the window welcomes; with one it reads."""

    async def scenario(demo: Demo) -> None:
        assert not demo.front.window.in_first_run
        for account in demo.house.accounts.all():
            await demo.house.accounts.remove(account.id)
        await until(lambda: demo.front.window.in_first_run)

    run(opened(demo, scenario))


def test_copies_of_a_post_are_shown_and_can_be_parted(demo: Demo, run: Scenario) -> None:
    """The echo popover names every copy; Show apart makes two cards of it."""

    async def scenario(demo: Demo) -> None:
        await until(lambda: _rows(demo))
        timeline = demo.live.timeline.opened
        assert timeline is not None
        rows = [timeline.row(index) for index in range(20)]
        card = next(row for row in rows if isinstance(row, Card) and len(row.copies) > 1)
        demo.front.view.show_echo.emit(card, demo.front.window.pos())
        [popover] = _find(EchoPopover)
        assert isinstance(popover, EchoPopover)
        assert popover.accessibleName() == "Two copies of one post"
        popover.apart_wanted.emit(card.post.uri)
        popover.close()

        def parted() -> bool:
            shown = [timeline.row(index) for index in range(20)]
            mine = [r for r in shown if isinstance(r, Card) and r.post.uri == card.post.uri]
            return [len(row.copies) for row in mine] == [1]

        await until(parted)

    run(opened(demo, scenario))


def test_what_was_hidden_can_be_asked_for(demo: Demo, run: Scenario) -> None:
    """The numbers of the popover add up to what the header says."""

    async def scenario(demo: Demo) -> None:
        header = demo.front.window.header
        demo.front.view.scroll_by(4000)
        await until(lambda: header.why.isVisible())
        header.why.click()
        [popover] = _find(HiddenPopover)
        assert isinstance(popover, HiddenPopover)
        said = header.why.accessibleName().split()[0]
        assert popover.accessibleName() == f"{said} hidden here"
        popover.close()

    run(opened(demo, scenario))


def test_the_switcher_goes_where_one_chooses(demo: Demo, run: Scenario) -> None:
    """A digit in the open switcher chooses, like everywhere."""

    async def scenario(demo: Demo) -> None:
        demo.front.window.header.title.click()
        [switcher] = _find(Switcher)
        assert isinstance(switcher, Switcher)
        QTest.keyClick(switcher, "3")
        await until(lambda: demo.front.shell.current == demo.front.shell.places[2].id)

    run(opened(demo, scenario))


def test_links_that_lie_are_asked_about(demo: Demo, run: Scenario) -> None:
    """An honest link opens at once; one that names another host only after a warning."""
    from app.ui.shell.links import warned_open

    async def scenario(demo: Demo) -> None:
        look, window = demo.front.look, demo.front.window
        went: list[str] = []
        go = lambda url: went.append(url) or True  # noqa: E731
        assert warned_open(look, window, "https://a.example/x", "a.example/x", go) is None
        assert warned_open(look, window, "file:///etc/passwd", "", go) is None
        dialog = warned_open(look, window, "https://evil.example/", "bank.example", go)
        assert went == ["https://a.example/x"]
        assert dialog is not None
        dialog.accept()
        assert went == ["https://a.example/x", "https://evil.example/"]

    run(opened(demo, scenario))


def test_settings_apply_at_once_and_are_kept(demo: Demo, run: Scenario) -> None:
    """Larger text is seen at once, and read again at the next start."""

    async def scenario(demo: Demo) -> None:
        settings, look = demo.live.settings, demo.front.look
        settings.step_text(1)
        assert look.theme.scale == 1.1
        assert demo.front.view.theme is look.theme
        reader = demo.site.store.reader
        await until(lambda: first_frame.read_wishes(reader).scale == 1.1)
        settings.step_text(0)
        await until(lambda: first_frame.read_wishes(reader).scale == 0.0)

    run(opened(demo, scenario))


def test_media_of_other_servers_can_be_refused(demo: Demo, run: Scenario) -> None:
    """The wish reaches the setting that the media service reads."""

    async def scenario(demo: Demo) -> None:
        demo.live.settings.wish(Wishes(remote_media=False))
        reader = demo.site.store.reader
        await until(lambda: reader.setting("media.remote") == "never")

    run(opened(demo, scenario))


def test_every_page_of_the_settings_opens(demo: Demo, run: Scenario) -> None:
    """Question mark opens the keys; hosts are read from the store."""

    async def scenario(demo: Demo) -> None:
        for page in ("keyboard", "hosts", "media", "appearance"):
            demo.live.settings.open(page)
            await until(lambda: demo.live.settings.dialog)
        dialog = demo.live.settings.dialog
        assert dialog is not None
        dialog.reject()

    run(opened(demo, scenario))


def test_why_names_who_covers(demo: Demo, run: Scenario) -> None:
    """The popover tells the cause and whose it is."""

    async def scenario(demo: Demo) -> None:
        await until(lambda: _rows(demo))
        timeline = demo.live.timeline.opened
        assert timeline is not None
        cards = [timeline.row(index) for index in range(60)]
        card = next(row for row in cards if isinstance(row, Card) and row.verdict.causes)
        demo.front.view.why_asked.emit(card, demo.front.window.pos())
        [popover] = _find(ReasonsPopover)
        assert isinstance(popover, ReasonsPopover)
        assert popover.accessibleName() == "Why is this covered?"
        popover.close()

    run(opened(demo, scenario))


def test_trouble_with_our_own_disk_is_a_banner(demo: Demo, run: Scenario) -> None:
    """A full disk is said, with what to do, and the window goes on."""

    async def scenario(demo: Demo) -> None:
        demo.live.timeline.troubled.emit(StoreError("The disk is full."))
        banners = demo.front.window.banners
        assert any(
            "disk is full" in child.accessibleName()
            for child in banners.children()
            if hasattr(child, "banner")
        )

    run(opened(demo, scenario))


def test_before_anything_is_fetched_the_window_says_so(
    demo: Demo, run: Scenario, look: Look
) -> None:
    """Loading first; then, if nothing comes, words and a way to try again."""

    async def scenario() -> None:
        await demo.open(fetched=False)
        try:
            shell = demo.front.shell
            shell.show_middle(0, loading=True, failed="", retry=lambda: None)
            assert demo.front.window.findChildren(Loading)
            asked: list[bool] = []
            shell.show_middle(
                0, loading=False, failed="No answer.", retry=lambda: asked.append(True)
            )
            [state] = demo.front.window.findChildren(State)
            next(b for b in state.findChildren(QPushButton)).click()
            assert asked == [True]
            shell.show_middle(5, loading=False, failed="", retry=lambda: None)
            assert demo.front.view.isVisible()
        finally:
            await demo.close()

    run(scenario())


def test_gaps_say_how_far_they_are() -> None:
    """Filling tells numbers; a failure tells what to do; the end says so."""
    assert gap_words(GapState("filling", 80, 240)) == ("Filling: 80 of about 240 posts", True)
    assert gap_words(GapState("filling", 80)) == ("Filling: 80 posts", True)
    assert gap_words(GapState("failed", 3, 0, "No answer.")) == ("No answer.", False)
    assert gap_words(GapState()) == ("", False)


def test_a_gap_is_filled_on_demand(demo: Demo, run: Scenario) -> None:
    """Pressing Fill gap asks the server until the hole is closed."""

    async def scenario(demo: Demo) -> None:
        await until(lambda: _rows(demo))
        timeline = demo.live.timeline.opened
        assert timeline is not None
        gaps = [
            row for index in range(_rows(demo)) if isinstance(row := timeline.row(index), GapRow)
        ]
        for row in gaps[:1]:
            demo.front.view.fill_gap.emit(row.gap)
            await until(lambda: timeline.index_of(row.key) is None)

    run(opened(demo, scenario))


def test_the_first_frame_needs_only_the_store(demo: Demo, run: Scenario, tmp_path: Path) -> None:
    """Accounts, marks and rows of the last run are shown before services load."""

    async def scenario(demo: Demo) -> None:
        reader = demo.site.store.reader
        await until(lambda: first_frame.read_networks(reader))
        rows, _ = first_frame.read_rows(reader, ALL, demo.site.order)
        assert len(rows) > 10
        assert [a.id for a in reader.accounts()] == [a.id for a in demo.house.accounts.all()]
        assert (last := demo.house.sync.last) and first_frame.read_last_sync(reader)() == last
        assert {info.mark for info in first_frame.read_networks(reader).values()} == {
            "fediverse",
            "bluesky",
        }

    run(opened(demo, scenario))
