"""How one hears of what is new: said at each account, chosen in the settings."""

from __future__ import annotations

from app.services.live_values import LIVE, LiveChoice
from app.ui.settings.live import LivePage
from app.ui.theme.look import Look
from app.ui.widgets.choices import Switch
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

CHOICE = LiveChoice("second", "stream.example", "Stream", "It learns whom you follow.", on=False)


def test_each_account_says_how_it_hears(demo: Demo, run: Scenario) -> None:
    """In its tip, as long as nothing is the matter with it."""

    async def scenario(demo: Demo) -> None:
        item = demo.front.shell.items[0]
        row = demo.front.window.sidebar.account_row(item.id)
        assert row is not None
        demo.front.shell.hears = lambda account: "Live: what is new comes at once"
        demo.front.shell.refresh()
        tips = [demo.front.window.sidebar.account_row(one.id) for one in demo.front.shell.items]
        live = [tip is not None and "comes at once" in tip.toolTip() for tip in tips]
        healthy = [one.status is None for one in demo.front.shell.items]
        assert live == healthy

    run(opened(demo, scenario))


def test_what_is_switched_is_kept(demo: Demo, run: Scenario) -> None:
    """At once, without an OK."""

    async def scenario(demo: Demo) -> None:
        demo.live.settings.open("live")
        await until(lambda: demo.live.settings.dialog)
        dialog = demo.live.settings.dialog
        assert dialog is not None
        [page] = dialog.findChildren(LivePage)
        switch = page.findChildren(Switch)[0]
        assert switch.isChecked()
        switch.click()
        await until(lambda: demo.site.store.reader.setting(LIVE, True) is False)
        assert not demo.live.house.live.is_on
        dialog.reject()

    run(opened(demo, scenario))


def test_a_stream_that_learns_something_says_what(look: Look) -> None:
    """Off until it is chosen; how each account is doing follows."""
    page = LivePage(look, True, [CHOICE], [("@ana@a.example", "Going live…")])
    heard: list[tuple[str, bool]] = []
    page.allowed.connect(lambda network, on: heard.append((network, on)))
    stream = page.findChildren(Switch)[1]
    before = stream.isChecked()
    stream.click()
    page.show_states([("@ana@a.example", "Live: what is new comes at once"), ("@x", "-")])

    assert not before and heard == [("second", True)]
    assert "learns whom you follow" in stream.accessibleDescription()
    assert page._states["@ana@a.example"].text() == "Live: what is new comes at once"
