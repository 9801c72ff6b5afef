"""A post arrives while one reads: it is counted above, and the view does not move by a pixel."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.protocols.base import SignedIn
from app.services.house import Options
from app.ui.presenters.live import Live
from app.ui.start import Front
from app.ui.theme.look import Look
from app.wiring import WindowSite, Wiring
from tests.contract.mastodon_server import TOKEN, timeline
from tests.contract.streaming import StreamingServer, service_at, streaming_server
from tests.ui.shell.conftest import Scenario
from tests.unit.protocols.mastodon.test_streaming import message
from tests.waiting import until

POSTS = timeline("http://a.example", 75)


def test_a_post_that_arrives_moves_nothing(
    qapp: QApplication, look: Look, tmp_path: Path, run: Scenario
) -> None:
    """New, edited and deleted above the reader; the Home key shows them. The row says "live"."""

    async def scenario() -> None:
        async with streaming_server() as server:
            server.home = POSTS[20:60]
            await _read(qapp, look, tmp_path, server)

    run(scenario())


async def _read(qapp: QApplication, look: Look, profile: Path, server: StreamingServer) -> None:
    options = Options(profile=profile)
    site = WindowSite(Wiring(), options, profile)
    front, house = Front(qapp, site, look), site.furnish()
    house.vault().keep_for_session()
    account = service_at(house.http(), server.origin).account
    await house.accounts.add(SignedIn(account, {"token": TOKEN}))
    live = Live(front, lambda: house)
    front.window.resize(1280, 800)
    front.window.show()
    running = asyncio.create_task(live.run())
    try:
        await until(lambda: house.live.state(account.id).kind == "live", "it does not go live")
        await _arrive(front, live, server, account.id)
    finally:
        front.window.close()
        await running
        await house.close()
        front.window.deleteLater()


async def _arrive(front: Front, live: Live, server: StreamingServer, account: str) -> None:
    view = front.view
    await until(lambda: live.timeline.opened and len(live.timeline.opened) >= 30)
    opened = live.timeline.opened
    assert opened is not None
    view.scroll_by(1200)
    await until(lambda: all(opened.row(index) for index, _ in view.visible_rows()))
    there, before = view.anchor(), view.viewport().grab().toImage()
    count = len(opened)

    await server.say(*(message("update", POSTS[number]) for number in (12, 11, 10)))
    await until(lambda: len(opened) == count + 3, "nothing arrived")
    await server.say(
        message("status.update", POSTS[11] | {"content": "<p>Better</p>"}),
        message("delete", POSTS[12]["id"]),
    )
    await until(lambda: len(opened) == count + 2, "it is still there")
    await until(lambda: front.window.header.pill.text() == "2 new", "it is not counted")

    assert view.anchor() == there
    assert view.viewport().grab().toImage() == before
    tip = front.window.sidebar.account_row(front.shell.items[0].id)
    await until(lambda: tip is not None and "comes at once" in tip.toolTip(), "it is not said")

    QTest.keyClick(view, Qt.Key.Key_Home)
    await until(lambda: (view.anchor() or (None,))[0] == opened.key(0))
    await until(lambda: "Better" in repr(getattr(opened.row(1), "post", None)))
