"""Ten thousand notifications in a minute, while they are looked at."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.ui.notifications.rows import GapRow
from app.ui.theme.look import Look
from tests.contract.mastodon_server import timeline
from tests.contract.streaming import StreamingServer
from tests.ui.faults.hostile_stage import FarServer, Stage, in_window
from tests.unit.protocols.mastodon.test_streaming import message
from tests.waiting import until

pytestmark = pytest.mark.timeout(150)

POSTS = timeline("http://a.example", 60)
ALL_OF_THEM, AT_ONCE = 10_000, 1_000
KINDS = ("favourite", "reblog", "mention", "follow")


def notice(number: int) -> dict[str, Any]:
    """Everybody does something about a few posts."""
    name = f"p{number}"
    base = f"https://far.example/users/{name}"
    who = {"id": str(number), "username": name, "acct": f"{name}@far.example", "url": base}
    at = f"2026-11-25T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}.000Z"
    kind = KINDS[number % len(KINDS)]
    made = {
        "id": str(10_000_000 + number),
        "type": kind,
        "created_at": at,
        "account": who | {"uri": base},
    }
    about = POSTS[20 + number % 9]
    return made if kind == "follow" else made | {"status": about}


class Stormy(StreamingServer):
    """Tells of notifications one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 30
        self.pages = 0

    def tell(self, path: str, query: dict[str, str]) -> Any:
        if path == "/api/v1/accounts/verify_credentials":
            return POSTS[20]["account"]
        if path != "/api/v1/notifications":
            return super().tell(path, query)
        self.pages += 1
        top = int(query.get("max_id", 10_000_000 + self.count)) - 10_000_000
        limit = int(query["limit"])
        return [notice(number) for number in range(top - 1, max(-1, top - 1 - limit), -1)]


def test_ten_thousand_notifications(qapp: QApplication, look: Look, tmp_path: Path) -> None:
    """The list shows the newest, says that there are more, asks seldom, and answers all the time."""
    server = Stormy()

    async def scenario(stage: Stage, far: FarServer) -> None:
        window = stage.front.window
        QTest.keyClick(window, Qt.Key.Key_0)
        page = stage.live.notices.page
        assert page is not None
        await until(lambda: page.rows, "nothing is there")
        before = server.pages
        with stage.answerable("the storm"):
            for _ in range(ALL_OF_THEM // AT_ONCE):
                server.count += AT_ONCE
                await far.say(*[message("notification", notice(server.count))] * AT_ONCE)
                QTest.keyClick(page, Qt.Key.Key_J)

            def newest() -> bool:
                return stage.house.store.reader.notices.newest(stage.account) == at

            at = datetime.fromisoformat(notice(server.count - 1)["created_at"])
            await until(newest, "the newest is not there", seconds=40)
            stage.live.notices.show_new()
            await until(lambda: page.pill.isHidden(), "they still wait above", seconds=20)
            await until(lambda: page.findChildren(GapRow), "what was left out is not said")
        print(f"asked {server.pages - before} times, {len(page.rows)} rows")
        assert server.pages - before < 60

    in_window(qapp, look, tmp_path, scenario, home=lambda _: POSTS[20:60], server=server)
