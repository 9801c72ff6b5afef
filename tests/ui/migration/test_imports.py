"""Files that come in through the window: looked at, brought, told row by row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from app.portability.imports import Imports
from app.protocols.demo import JUNO
from app.ui.presenters.moving_imports import ImportRoom
from app.ui.shell.window import Window
from app.ui.widgets.words import Words
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.unit.portability.activitypub.test_importing import Desk, desk
from tests.waiting import until

FOLLOWS = (
    "Account address,Show boosts,Notify on new posts,Languages\n"
    "bo@far.example,true,false,\n"
    "=cmd()|x,true,false,\n"
    "nobody@nowhere.example,true,false,\n"
)
Act = Callable[[ImportRoom, Desk], Awaitable[None]]


def _importing(act: Act, folder: Path) -> Callable[[Demo], Awaitable[None]]:
    async def scenario(demo: Demo) -> None:
        async with desk(folder) as here:
            live = demo.live
            imports = Imports(demo.house.profile, lambda _: here.service, demo.house.clock)
            assert isinstance(live._window, Window)
            room = live.__dict__["imports"] = ImportRoom(
                live._look,
                live._window,
                imports,
                demo.house.accounts.all,
                demo.house.clock,
                live.scope,
            )
            live.accounts.own_wanted.emit("import", JUNO)
            await until(lambda: room.page)
            assert demo.front.window.is_covered
            await act(room, here)

    return scenario


def _said(root: QWidget) -> str:
    return " ".join(one.text() for one in root.findChildren(Words) if one.isVisibleTo(root))


def test_a_file_is_looked_at_first_then_brought(demo: Demo, run: Scenario, tmp_path: Path) -> None:
    """What is new, what cannot be used and why; then what became of every row."""
    file = tmp_path / "follows.csv"
    file.write_text(FOLLOWS)

    async def act(room: ImportRoom, here: Desk) -> None:
        page = room.page
        assert page is not None
        here.town.unknown = {"nobody@nowhere.example"}
        room.read([file])
        await until(lambda: room.phase == "ready")
        assert "2 new" in _said(page) and "Line 3" in _said(page)
        assert page.main.text() == "Import 2" and not here.me.following
        page.main.click()
        await until(lambda: room.phase == "over")
        assert list(here.me.following) == ["bo@far.example"]
        assert "1 done" in _said(page) and "1 failed" in _said(page)
        assert "nobody@nowhere.example" in _said(page)
        page.copy_wanted.emit()
        copied = QGuiApplication.clipboard().text()
        assert copied.startswith("follows.csv: 1 done") and "line 4: nobody" in copied
        room.read([file])
        await until(lambda: room.phase == "ready")
        assert "1 there already" in _said(page)

    run(opened(demo, _importing(act, tmp_path)))


def test_a_file_that_says_nothing_is_refused(demo: Demo, run: Scenario, tmp_path: Path) -> None:
    """With what to do; nothing else changes."""
    file = tmp_path / "picture.csv"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\0")

    async def act(room: ImportRoom, here: Desk) -> None:
        page = room.page
        assert page is not None
        room.read([file])
        await until(lambda: page.trouble.isVisibleTo(page))
        assert room.phase == "empty" and not page.panels
        assert not here.me.following

    run(opened(demo, _importing(act, tmp_path)))


def test_an_account_that_cannot_take_files_says_so(
    demo: Demo, run: Scenario, tmp_path: Path
) -> None:
    """The demo's own have no such files."""
    file = tmp_path / "follows.csv"
    file.write_text(FOLLOWS)

    async def scenario(demo: Demo) -> None:
        room = demo.live.imports
        room.open(JUNO)
        page = room.page
        assert page is not None
        room.read([file])
        await until(lambda: page.trouble.isVisibleTo(page))
        assert "mean nothing to" in page.trouble.words.text()
        room.close()
        assert not demo.front.window.is_covered

    run(opened(demo, scenario))
