"""An account that is removed while what its server found is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.search.test_search import _opened, _typed
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until


def test_what_the_others_found_stays(demo: Demo, run: Scenario) -> None:
    """Its line goes; whatever is pressed then is no error."""

    async def scenario(demo: Demo) -> None:
        page = await _opened(demo)
        await _typed(demo, page, "tide")
        QTest.keyClick(page.field, Qt.Key.Key_Return)
        servers = demo.live.search.servers
        await until(lambda: all(one.state != "asking" for one in servers._answers.values()))
        gone, *_ = [one for one in servers._answers.values() if one.people]
        await demo.house.accounts.remove(gone.account)
        servers.hide_seen(False)
        assert len(servers.found)
        assert gone.account in servers._answers

    run(opened(demo, scenario))
