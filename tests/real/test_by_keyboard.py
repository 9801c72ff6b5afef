"""A sitting by keys alone, on both networks at once: read, answer, find, clear, watch, come back."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from operator import eq
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.feed.rows import Card
from app.model.timeline import ALL, RowKey
from app.services.house import House
from app.services.rows import Change, Reset
from app.ui.presenters.live import Live
from app.ui.presenters.thread import ThreadPresenter
from app.ui.timeline.shelf import card_of
from app.ui.timeline.view import TimelineView
from tests.real.test_thread_window import answers, rows
from tests.real.window import in_window, until
from tests.real.world import account_on, housed, join_first, join_second, say, unique
from tests.rigs.run import Rig
from tests.ui.keyboard.hands import DOWN, ENTER, ESC, LEFT, RIGHT, SHIFT, press, shows_focus, write

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]
NETWORKS = ("mastodon", "bluesky")
THOUGHT = "Eleven days without landing and the first thing it does is walk about in the mud"


@dataclass
class Told:
    """What others have said: one thought on both networks, and an answer on each."""

    echo: str
    answers: tuple[str, ...]
    nested: str


async def _talk(others: House) -> Told:
    told = Told(unique(THOUGHT), (unique("heard here"), unique("heard there")), unique("so it was"))
    for network, text in zip(NETWORKS, told.answers, strict=True):
        speaker, friend = (account_on(others, network, number).id for number in (0, 1))
        said = await say(others, speaker, told.echo)
        answer = await say(others, friend, text, reply_to=said.uri)
        if network == NETWORKS[0]:
            await say(others, speaker, told.nested, reply_to=answer.uri)
    return told


async def _befriend(house: House, others: House) -> None:
    """The reader follows them, and knows that the two are one human."""
    speakers = [account_on(others, network) for network in NETWORKS]
    for speaker in speakers:
        await house.reactions.relate(speaker.uri, "follow", account_on(house, speaker.network).id)
    await house.people.link(speakers[0].handle, speakers[1].handle)


def _standing(view: TimelineView) -> Card | None:
    """The post one stands on."""
    return view.card(view.standing)


async def _walk_to(window: QWidget, view: TimelineView, text: str, key: Qt.Key | str = "J") -> Card:
    """Press *key* until one stands on the post that says *text*; one sees where, all along."""
    for _ in range(60):
        await until(lambda: view.standing is None or view.shelf.row_of(view.standing))
        found = _standing(view)
        if found is not None and text in found.post.text.text and view.hasFocusInside():
            return found
        assert shows_focus(press(window, key))
    raise AssertionError(f"{text} is nowhere")


def _places(view: TimelineView) -> list[tuple[RowKey, int]]:
    """Every row in sight, and at which pixel it begins."""
    return [(view.shelf.key(index), y) for index, y in view.visible_rows()]


def _saying(presenter: ThreadPresenter, text: str) -> list[Card]:
    """The rows that say it."""
    cards = [row.card for row in rows(presenter) if row.card is not None]
    return [one for one in cards if text in one.post.text.text]


# ------------------------------------------------------------------ the sitting


async def _answer(live: Live, window: QWidget, told: Told) -> dict[str, str]:
    """
    The echo is one card and one conversation; it is walked, folded, and answered on both.

    Returns where the answer stands: network → URI.
    """
    view, answer = live._view, unique("answered by keys")
    press(window, Qt.Key.Key_Home)
    echo = await _walk_to(window, view, told.echo)
    assert set(echo.networks) == set(NETWORKS)
    press(window, "O")
    presenter = live.threads.current
    assert presenter is not None
    await until(lambda: all(answers(presenter, text) for text in told.answers), "one side is amiss")
    await until(lambda: answers(presenter, told.nested))
    thread = presenter.pane.view
    await _walk_to(window, thread, told.answers[0])
    press(window, LEFT)
    assert not answers(presenter, told.nested)
    press(window, RIGHT)
    assert answers(presenter, told.nested)
    await _walk_to(window, thread, told.answers[1])
    await _walk_to(window, thread, told.echo, "K")

    press(window, "R")
    write(window, answer)
    press(window, ENTER)  # it asks first where it is heard
    for _ in range(2):
        press(window, RIGHT)
    press(window, ENTER)
    press(window, ENTER)
    await until(lambda: answers(presenter, answer) == set(NETWORKS), "it does not appear")
    await until(lambda: len(_saying(presenter, answer)) == 1, "it appears more than once")
    [mine] = _saying(presenter, answer)
    press(window, ESC)
    press(window, ESC)
    assert not window.pages  # type: ignore[attr-defined]
    back = _standing(view)
    assert back is not None
    assert told.echo in back.post.text.text
    return {copy.post.network: copy.post.uri for copy in mine.copies}


async def _find(live: Live, window: QWidget) -> None:
    """A post of last week, by two of its words; opened, and back on the same row of the list."""
    words, text = await _last_week(live)
    press(window, "/")
    write(window, words)
    search = live.search
    await until(lambda: not search._timer.isActive() and search._seen.done and search.found.cards)
    page = search.page
    assert page is not None
    press(window, DOWN)
    await _walk_to(window, page.left.view, text)
    here = page.left.view.current
    press(window, ENTER)
    await until(lambda: live.threads.current and live.threads.current.focus, "it does not open")
    press(window, ESC)
    assert page.left.view.hasFocusInside()
    assert page.left.view.current == here
    press(window, ESC)
    assert live._view.hasFocusInside()


async def _last_week(live: Live) -> tuple[str, str]:
    """Two words of a post that was written some days ago, and all that it says."""
    now = live.house.clock.now()
    page = await live.house.timelines.read(ALL, limit=400, fetch=False)
    for row in page.rows:
        if isinstance(row, Card) and 4 <= (now - row.post.created_at).days <= 12:
            found = re.findall(r"\b[a-z]{4,}\b", row.post.text.text)
            if len(set(found)) > 3:
                return " ".join(list(dict.fromkeys(found))[-2:]), row.post.text.text[:40]
    raise AssertionError("nobody has written anything last week")


async def _clear(live: Live, window: QWidget, others: House, mine: dict[str, str]) -> None:
    """Notifications are gone to and marked read; the badge goes, and servers are told."""
    notifications = live.house.notifications
    unread, before = await notifications.unread(), await _told_read(live.house)
    for network, uri in mine.items():
        name = account_on(live.house, network).handle.partition("@")[0]
        text = unique(f"@{name} indeed")  # one network tells of answers, the other of names
        await say(others, account_on(others, network).id, text, reply_to=uri)
    async with asyncio.timeout(20):
        while await notifications.unread() < unread + len(mine):
            await notifications.sync()
            await asyncio.sleep(0.1)
    badge = window.sidebar.notices  # type: ignore[attr-defined]
    await until(lambda: "unread" in badge.accessibleName(), "there is no badge")
    press(window, "0")
    await until(lambda: live.notices.page and live.notices.page.rows, "none are shown")
    assert shows_focus(press(window, "J"))
    press(window, Qt.Key.Key_A, SHIFT)
    await until(lambda: "unread" not in badge.accessibleName(), "the badge stays")
    async with asyncio.timeout(20):
        while any(map(eq, await _told_read(live.house), before)):
            await asyncio.sleep(0.1)
    press(window, ESC)
    assert live._view.hasFocusInside()


async def _told_read(house: House) -> list[object]:
    """How far each server says that notifications were read."""
    services: list[Any] = [house.accounts.service(account.id) for account in house.accounts.all()]
    return [await service.notices_read() for service in services]


async def _watch(live: Live, window: QWidget, others: House) -> list[tuple[RowKey, int]]:
    """While one reads a post comes: it is counted, and no pixel moves."""
    view, house = live._view, live.house
    first = account_on(house, "mastodon")
    await until(lambda: house.live.state(first.id).kind == "live", "it does not hear at once")
    shown: list[Change] = []
    assert view.shelf.source is not None
    leave = view.shelf.source.subscribe(shown.append)
    press(window, Qt.Key.Key_Home)
    # Whoever asks for the newest is there when that is read: not while one reads further down.
    await until(lambda: any(isinstance(one, Reset) for one in shown), "it does not go there")
    leave()
    for _ in range(2):
        press(window, Qt.Key.Key_Space)
        await until(lambda: all(view.shelf.row(index) for index, _ in view.visible_rows()))
    press(window, "J")
    await until(lambda: live._header is not None)
    now = view.shelf.clock()
    view.shelf.clock = lambda: now  # a minute may pass meanwhile, and every "3 min" with it
    asked: Any = live._pictures._pictures
    # What is painted is asked for; when painting asks for nothing, all is there.
    await until(lambda: view.viewport().grab() and not asked._asked, "pictures never come")
    places, picture = _places(view), view.viewport().grab().toImage()
    text = unique("while you read")
    await say(others, account_on(others, "mastodon").id, text)
    source = live._view.shelf.source

    def came() -> bool:
        top = [card_of(source.row(index)) for index in range(min(6, len(source or ())))]
        return any(card is not None and text in card.post.text.text for card in top)

    # How many are new is not compared with before: what was seen a moment ago is still counted off.
    await until(came, "nothing came")
    assert _places(view) == places
    assert view.viewport().grab().toImage() == picture
    pill = window.header.pill  # type: ignore[attr-defined]
    await until(
        lambda: live._header and live._header.new and pill.text() == f"{live._header.new} new"
    )
    assert _places(view) == places
    return places


def test_a_sitting_by_keys_alone(
    mastodon_rig: Rig, atproto_rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything that one does in a day, and the same pixel when the window is opened again."""
    monkeypatch.setenv("GODWIT_PLC_URL", atproto_rig["plc"])
    places: list[list[tuple[RowKey, int]]] = []
    rigs = (mastodon_rig, atproto_rig)

    async def join(house: House) -> None:
        await join_first(house, mastodon_rig, "ana")
        await join_second(house, atproto_rig, "alice")

    async def nobody(_house: House) -> None:
        """All are there already; what was read is in the cache."""

    async def sit(live: Live) -> None:
        window = live._window
        async with housed(tmp_path / "others", *rigs, "bo", "dov", "bob", "dan") as others:
            await _befriend(live.house, others)
            told = await _talk(others)
            await live.house.sync.run()
            await until(lambda: live.timeline.opened and len(live.timeline.opened) > 30)
            mine = await _answer(live, window, told)
            await _find(live, window)
            await _clear(live, window, others, mine)
            places.append(await _watch(live, window, others))

    async def come_back(live: Live) -> None:
        await until(lambda: live.timeline.opened)
        places.append(_places(live._view))

    in_window(tmp_path / "profile", join, sit)
    in_window(tmp_path / "profile", nobody, come_back)

    assert places[0] == places[1]
