"""Backups in the window: begun, verified, found wanting, done again by themselves, forgotten."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtWidgets import QAbstractButton, QWidget

from app.portability.archive_manifest import Absent, ArchiveReport
from app.portability.archive_schedule import Schedule
from app.portability.atproto.findings import Finding
from app.protocols.demo import SKY
from app.ui.migration import backup_words as said
from app.ui.migration.backups import BackupPanel, BackupsPage
from app.ui.migration.home import HomePage
from app.ui.presenters.moving_backups import BackupRoom
from app.ui.widgets.choices import Switch
from app.ui.widgets.words import Words
from tests.ui.migration import samples as s
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

Act = Callable[[Demo, BackupRoom], Awaitable[None]]


def _backups(act: Act, demo: Demo) -> Awaitable[None]:
    async def scenario(demo: Demo) -> None:
        demo.live.accounts.own_wanted.emit("backup", SKY)
        await until(lambda: demo.live.backups.page)
        await act(demo, demo.live.backups)

    return opened(demo, scenario)


def _panel(room: BackupRoom) -> BackupPanel:
    assert room.page is not None
    return room.page.panels[SKY]


def _said(root: QWidget) -> str:
    return " ".join(one.text() for one in root.findChildren(Words) if one.isVisibleTo(root))


def _press(room: BackupRoom, text: str) -> None:
    buttons = _panel(room).findChildren(QAbstractButton)
    next(one for one in buttons if one.text() == text).click()


async def _idle(room: BackupRoom) -> None:
    await until(lambda: not _panel(room).backed.doing and _panel(room).backed.schedule)


def test_a_backup_is_begun_verified_and_found_damaged(
    demo: Demo, run: Scenario, tmp_path: Path
) -> None:
    """Its last good day stays in sight; one changed byte is found and named."""
    folder = tmp_path / "backup"

    async def act(demo: Demo, room: BackupRoom) -> None:
        assert "Never yet" in _said(_panel(room))
        room._on_folder(SKY, folder)
        await until(lambda: "Backing up" in _said(_panel(room)))
        await _idle(room)
        assert "Last good 08:32" in _said(_panel(room))
        assert "12,408 records" in _said(_panel(room)).replace("\u202f", ",")
        assert "By itself" in _said(_panel(room))
        _press(room, "Verify now")
        await until(lambda: "Every byte is as it was saved" in _said(_panel(room)))
        file = folder / "account.json"
        file.write_bytes(file.read_bytes().replace(b"12408", b"12409"))
        _press(room, "Verify now")
        await until(lambda: "is not what was saved" in _said(_panel(room)))
        assert "account.json" in _said(_panel(room))

    run(_backups(act, demo))


def test_a_folder_that_holds_something_else_is_refused(
    demo: Demo, run: Scenario, tmp_path: Path
) -> None:
    """Nothing of it is touched, and no backup is remembered."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")

    async def act(demo: Demo, room: BackupRoom) -> None:
        room._on_folder(SKY, folder)
        await until(lambda: "is not empty" in _said(_panel(room)))
        assert _panel(room).backed.schedule is None
        assert [one.name for one in folder.iterdir()] == ["thesis.txt"]

    run(_backups(act, demo))


def test_how_often_and_with_what_is_kept_at_once(demo: Demo, run: Scenario, tmp_path: Path) -> None:
    """And what is due is made by itself."""
    folder = tmp_path / "backup"

    async def act(demo: Demo, room: BackupRoom) -> None:
        room._on_folder(SKY, folder)
        await _idle(room)
        switch = _panel(room).findChildren(Switch)[0]
        switch.click()
        await until(lambda: _panel(room).backed.schedule.media is not switch)  # type: ignore[union-attr]
        assert room.page is not None
        room.page.often_wanted.emit(SKY, 30)

        async def kept() -> Schedule:
            return (await demo.live.belongings.archives.schedules.all())[0]

        await until(lambda: _panel(room).backed.schedule.every_days == 30)  # type: ignore[union-attr]
        assert (await kept()).every_days == 30

    run(_backups(act, demo))


def test_it_can_be_stopped_and_forgotten(demo: Demo, run: Scenario, tmp_path: Path) -> None:
    """The archive stays where it is."""
    folder = tmp_path / "backup"

    async def act(demo: Demo, room: BackupRoom) -> None:
        room._on_folder(SKY, folder)
        await until(lambda: _panel(room).backed.doing)
        _press(room, "Stop")
        await until(lambda: not _panel(room).backed.doing)
        room._on_folder(SKY, folder)
        await _idle(room)
        room._on_act(SKY, "forget")
        await until(lambda: _panel(room).backed.schedule is None)
        assert (folder / "manifest.json").exists()

    run(_backups(act, demo))


def test_a_backup_leads_to_a_new_home(demo: Demo, run: Scenario, tmp_path: Path) -> None:
    """Restoring begins the wizard with the folder in place of an account."""
    folder = tmp_path / "backup"

    async def act(demo: Demo, room: BackupRoom) -> None:
        room._on_folder(SKY, folder)
        await _idle(room)
        await room.restore(folder)
        await until(lambda: demo.live.moving.wizard)
        wizard = demo.live.moving.wizard
        assert wizard is not None and room.page is None
        page = wizard.frame.page
        assert isinstance(page, HomePage)
        assert str(folder) in _said(page)

    run(_backups(act, demo))


def test_the_page_of_all_accounts_says_where_to_go_when_a_server_is_gone(
    demo: Demo, run: Scenario, tmp_path: Path
) -> None:
    """Once there is something to go on with."""

    async def act(demo: Demo, room: BackupRoom) -> None:
        page = room.page
        assert isinstance(page, BackupsPage)
        assert "When a server is gone" not in _said(page)
        room._on_folder(SKY, tmp_path / "backup")
        await _idle(room)
        assert "When a server is gone" in _said(page)

    run(_backups(act, demo))


GOOD = ArchiveReport(account="x", network="second", records=12_408, blobs=3_958, signature="valid")


def test_findings_are_told_worst_first() -> None:
    """What is wrong, what is missing, what is only odd."""
    (well,) = said.findings(GOOD, verified=True)
    assert well[0] == "ok" and "The signature is good" in well[2]
    bad = replace(
        GOOD,
        bad=(Finding("block-changed", "A block is not what its name says.", "offset 1207"),),
        missing=(
            Absent("blobs/a", why="The file is not in the folder any more."),
            Absent("blobs/b", why="The server answers “not found”.", dead=True),
        ),
        signature="invalid",
        extra=("notes.txt",),
    )
    kinds = [kind for kind, _, _ in said.findings(bad, verified=True)]
    assert kinds == ["danger", "warn", "danger", "note", "note"]


def test_a_backup_that_is_old_says_so() -> None:
    """With how many days; one that failed says when it was good last."""
    good = Schedule(account=SKY, folder="/b", every_days=7, last_good=s.NOW)
    assert said.standing(good, s.NOW)[1] == "ok"
    late = replace(good, last_good=s.NOW - timedelta(days=20))
    assert said.standing(late, s.NOW)[1:] == ("warn", "Last good 2 Nov, 14:06, 20 days ago")
    failed = replace(good, error="No answer.")
    assert said.standing(failed, s.NOW)[1] == "warn"
    assert said.standing(None, s.NOW)[2] == "Never yet"
