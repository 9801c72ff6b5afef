"""A new user's way through the window, on real servers: welcome, sign in, read, cut, restart."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from app.feed.rows import Card
from app.services.house import Options
from app.ui import asyncqt
from app.ui.accounts.add import AddAccountDialog
from app.ui.accounts.pages import AddressPage, SecretPage
from app.ui.presenters.live import Live
from app.ui.start import Front
from app.wiring import WindowSite, Wiring
from tests.real.test_mastodon import agree_in_browser
from tests.rigs.run import Rig
from tests.rigs.run import mastodon as run_mastodon

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
PASSPHRASE = "eleven days, no landing"


@pytest.fixture(scope="module")
def mastodon_rig() -> Iterator[Rig]:
    """A server that nobody else writes to, and whose limits nobody else has used up."""
    with run_mastodon() as rig:
        yield rig


Act = Callable[[Front, Live], Awaitable[None]]


async def _until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.05)


def _window(profile: Path, act: Act) -> None:
    """Open the window of *profile*, let *act* happen, close it as a user does."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(["godwit"])
    site = WindowSite(Wiring(), Options(profile=profile), profile)
    front = Front(app, site)
    front.window.show()
    house = site.furnish()
    if house.vault().state == "locked":
        house.vault().unlock(PASSPHRASE)

    async def main() -> None:
        live = Live(front, lambda: house)
        running = asyncio.create_task(live.run())
        try:
            await act(front, live)
        finally:
            front.window.close()
            await running
            await house.close()

    asyncqt.run(main(), app)
    front.window.deleteLater()


def test_a_new_user_signs_in_reads_and_finds_the_place_again(
    mastodon_rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the welcome to the second start, with nothing but the window and a browser."""
    monkeypatch.delenv("GODWIT_PASSPHRASE", raising=False)
    places: list[object] = []

    async def first(front: Front, live: Live) -> None:
        await _until(lambda: front.window.in_first_run)
        browser = asyncio.get_running_loop()

        def open_url(url: str) -> bool:
            browser.run_in_executor(None, agree_in_browser, url, "ana")
            return True

        live.accounts._open_url = open_url
        live.accounts.add("mastodon")
        await _until(lambda: live.accounts.sign_in and live.accounts.sign_in.dialog.isVisible())
        presenter = live.accounts.sign_in
        assert presenter is not None
        presenter.dialog.address_changed.emit(mastodon_rig["base_url"])
        await _until(lambda: presenter._preview)
        presenter.dialog.begun.emit("browser")
        await _until(lambda: live.accounts._keys.dialog or front.shell.accounts)
        if (keys := live.accounts._keys.dialog) is not None:
            keys.file_wanted.emit(PASSPHRASE)
        await _until(lambda: not front.window.in_first_run and front.view.anchor())
        front.view.scroll_by(1200)
        await _until(lambda: live.timeline.opened and live.timeline.opened.position)
        # A row that turns out to be hidden when it is loaded is nobody's place.
        await _until(lambda: all(live.timeline.opened.row(i) for i, _ in front.view.visible_rows()))
        places.append(front.view.anchor())

    async def second(front: Front, live: Live) -> None:
        places.append(front.view.anchor())
        await _until(lambda: live.timeline.opened)
        places.append(front.view.anchor())

    _window(tmp_path, first)
    _window(tmp_path, second)

    assert places[0] is not None
    assert places == [places[0]] * 3


# ------------------------------------------------- both networks, by hand


def _press(dialog: QWidget, text: str) -> None:
    [button] = [b for b in dialog.findChildren(QPushButton) if b.text() == text and b.isVisible()]
    assert button.isEnabled(), f"{text} is off"
    button.click()


async def _dialog(live: Live, network: str) -> tuple[AddAccountDialog, AddressPage]:
    live.accounts.add(network)
    await _until(lambda: live.accounts.sign_in and live.accounts.sign_in.dialog.isVisible())
    assert live.accounts.sign_in is not None
    dialog = live.accounts.sign_in.dialog
    return dialog, dialog.findChildren(AddressPage)[0]


async def _add_mastodon(live: Live, rig: Rig) -> None:
    """Type the server, sign in in the browser, choose an encrypted file for the keys."""
    loop = asyncio.get_running_loop()

    def open_url(url: str) -> bool:
        loop.run_in_executor(None, agree_in_browser, url, "ana")
        return True

    live.accounts._open_url = open_url
    dialog, page = await _dialog(live, "mastodon")
    QTest.keyClicks(page.field.input, rig["base_url"].removeprefix("http://"))
    await _until(lambda: _enabled(dialog, "Sign in with the browser"))
    _press(dialog, "Sign in with the browser")
    await _until(lambda: live.accounts._keys.dialog)
    keys = live.accounts._keys.dialog
    assert keys is not None
    QTest.keyClicks(keys._field.input, PASSPHRASE)
    _press(keys, "Create the file")
    await _until(lambda: live.accounts.sign_in is None)
    assert len(live.house.accounts.all()) == 1


async def _add_bluesky(live: Live, rig: Rig) -> None:
    """Name one's own server, since these handles are unknown to the Internet."""
    dialog, page = await _dialog(live, "bluesky")
    QTest.keyClicks(page.field.input, "alice.pds-a.test")
    _press(dialog, "My own server…")
    QTest.keyClicks(page.server.input, rig["pds"][0])
    await _until(lambda: _enabled(dialog, "Sign in with the browser"))
    page._radios["password"].click()
    _press(dialog, "Continue")
    [secret] = dialog.findChildren(SecretPage)
    QTest.keyClicks(secret.field.input, "wrong")
    _press(dialog, "Sign in")
    await _until(lambda: "Wrong" in secret.field.input.accessibleDescription())
    secret.field.input.clear()
    QTest.keyClicks(secret.field.input, "rig-password")
    _press(dialog, "Sign in")
    await _until(lambda: live.accounts.sign_in is None)
    assert len(live.house.accounts.all()) == 2


def _enabled(dialog: QWidget, text: str) -> bool:
    return any(b.isEnabled() for b in dialog.findChildren(QPushButton) if b.text() == text)


async def _fetched(live: Live) -> None:
    """Every account is at rest, and fetched."""
    accounts = live.house.accounts
    await _until(lambda: all(accounts.state(a.id).kind == "ready" for a in accounts.all()))
    await _until(lambda: live.house.sync.last)


async def _cards(live: Live) -> list[Card]:
    """The whole timeline that is shown, to its end, as a patient reader sees it."""
    opened = live.timeline.opened
    assert opened is not None

    def at_end() -> bool:
        opened.want_older()
        return opened.edge("older").state == "end"

    await _until(at_end)
    cards: list[Card] = []
    index = 0
    while index < len(opened):
        # A row that turns out to be hidden leaves; the next one takes its index.
        await _until(lambda at=index: at >= len(opened) or opened.row(at) is not None)
        row = opened.row(index) if index < len(opened) else None
        cards += [row] if isinstance(row, Card) else []
        index += 1
    return cards


def _write(rig: Rig, count: int) -> None:
    """Somebody whom ana follows writes posts."""
    for number in range(count):
        body = f"status=While+you+were+away+{number}".encode()
        headers = {"authorization": "Bearer t_bo"}
        url = f"{rig['base_url']}/api/v1/statuses"
        urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=10).close()


@pytest.mark.skipif(sys.platform == "win32", reason="stops servers by signals")
def test_two_networks_are_read_in_one_window_through_a_cut_and_a_restart(
    mastodon_rig: Rig, atproto_rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred posts of each in the right order; nothing is lost, and the place is kept."""
    monkeypatch.delenv("GODWIT_PASSPHRASE", raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("GODWIT_PLC_URL", atproto_rig["plc"])
    places: list[object] = []

    async def first(front: Front, live: Live) -> None:
        await _until(lambda: front.window.in_first_run)
        await _add_mastodon(live, mastodon_rig)
        await _add_bluesky(live, atproto_rig)
        await _fetched(live)

        for _ in range(40):  # the second account's pages may come after the first round
            cards = await _cards(live)
            networks = [network for card in cards for network in card.networks]
            if networks.count("bluesky") >= 100:
                break
            await asyncio.sleep(0.5)
        assert networks.count("mastodon") >= 100
        assert networks.count("bluesky") >= 100
        times = [card.sort_at for card in cards]
        assert times == sorted(times, reverse=True)
        assert len({card.entry_key for card in cards}) == len(cards)

        await _cut(front, live, [mastodon_rig["pid"], atproto_rig["pid"]])
        # A page that was late, or a post that came live, may be there by now; none is gone or twice.
        before = [card.entry_key for card in cards]
        after = [card.entry_key for card in await _cards(live)]
        assert [key for key in after if key in before] == before
        assert len(set(after)) == len(after)

        # As the Home key does: what the walk to the end let go of is loaded again.
        live.timeline.go_newest()
        await _until(lambda: live._header and live._header.new == 0 and not front.view.rows_above())
        front.view.scroll_by(4321)
        await _until(lambda: all(live.timeline.opened.row(i) for i, _ in front.view.visible_rows()))
        places.append(front.view.anchor())

    async def second(front: Front, live: Live) -> None:
        places.append(front.view.anchor())
        await _fetched(live)
        await _until(lambda: live._header and live._header.new == 3)
        places.append(front.view.anchor())

    _window(tmp_path, first)
    _write(mastodon_rig, 3)
    _window(tmp_path, second)

    assert places[0] is not None
    assert places == [places[0]] * 3


async def _cut(front: Front, live: Live, servers: list[int]) -> None:
    """No server answers for a while; the window says so, and recovers by itself."""
    accounts = live.house.accounts
    subjects = lambda: [bar.subject for bar in front.window.banners._banners]  # noqa: E731
    try:
        for server in servers:
            os.kill(server, signal.SIGSTOP)
        live._sync()
        await _until(lambda: all(accounts.state(a.id).kind == "offline" for a in accounts.all()))
        await _until(lambda: subjects() == ["You are offline."])
    finally:
        for server in servers:
            os.kill(server, signal.SIGCONT)
    await _until(lambda: all(accounts.state(a.id).kind == "ready" for a in accounts.all()))
    await _until(lambda: subjects() == [])
