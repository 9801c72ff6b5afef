"""
Through all rooms of the window on the demo, twice: the longest turn of its thread in each.

``python -m tests.bench.bench_rooms``; ``--stacks`` also tells what that turn was spent in (and is
slower by it). The first walk loads what nothing has needed before; the second is as one's day is.
Budget: 8 ms, by the processor's time of the window's thread, which other programs do not make longer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# First, as in the program: else PySide6 makes every import slower (app/ui/lean_qt.py).
# isort: off
import app.ui  # noqa: F401

# isort: on
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea

from app.feed.rows import Card
from app.model import Media
from app.model.timeline import ALL, TimelineId
from app.resources import resource
from app.ui.presenters.places import is_feed
from app.ui.timeline.shelf import card_of
from tests.bench.bench_viewer import card_of_window, until
from tests.bench.pulse import Pulse, Turn, Watcher
from tests.bench.real_window import RealWindow, in_window

BUDGET = 8.0
CALM, PATIENCE = 120.0, 3.0
"""ms without work after which a step is over; seconds at most."""
FRAME = 1 / 60
STEPS = 40
WORDS = "Tide log: @ott and the #winch, https://example.org/a "

Step = tuple[str, Callable[[], object]]


class Walk:
    """One way through all rooms."""

    def __init__(self, window: RealWindow) -> None:
        self.window, self.live, self.house = window, window.live, window.house
        self.view = window.view

    def steps(self) -> list[Step]:
        """Name and what is done there, one after the other."""
        return [
            *self._timeline(),
            *self._conversation(),
            *self._viewer(),
            *self._writing(),
            *self._persons(),
            *self._rooms(),
            *self._feeds(),
            *self._dialogs(),
        ]

    def key(self, *keys: Qt.Key) -> None:
        """Pressed, wherever the focus is."""
        for key in keys:
            QTest.keyClick(self.window.front.window, key)

    def card(self, fits: Callable[[Card], bool] = lambda card: True) -> Card:
        """The first that is so, of those that are read."""
        source = self.view.shelf.source
        assert source is not None
        cards = (card_of(source.row(index)) for index in range(len(source)))
        return next(card for card in cards if card is not None and fits(card))

    async def scroll(self, view: object, step: int = 96) -> None:
        """As a wheel does, a step a frame."""
        for _ in range(STEPS):
            view.scroll_by(step)  # type: ignore[attr-defined]
            await asyncio.sleep(FRAME)

    def _timeline(self) -> list[Step]:
        view, live = self.view, self.live
        return [
            ("timeline: scroll down", lambda: self.scroll(view)),
            ("timeline: scroll back", lambda: self.scroll(view, -96)),
            ("timeline: j, k", lambda: self.key(Qt.Key.Key_J, Qt.Key.Key_J, Qt.Key.Key_K)),
            ("timeline: to the end and back", self._ends),
            ("timeline: sync", lambda: live._sync()),
            ("an account's", lambda: live._go(TimelineId(f"account:{self._first}"))),
            ("back to all", lambda: live._go(ALL)),
            ("window: narrow", lambda: self.window.front.window.resize(520, 800)),
            ("window: wide", lambda: self.window.front.window.resize(1280, 900)),
        ]

    @property
    def _first(self) -> str:
        return self.house.accounts.all()[0].id

    async def _ends(self) -> None:
        for key in (Qt.Key.Key_End, Qt.Key.Key_Home):
            self.view.setFocus()
            self.key(key)
            await asyncio.sleep(4 * FRAME)

    def _conversation(self) -> list[Step]:
        threads = self.live.threads

        async def scroll() -> None:
            assert threads.current is not None
            await self.scroll(threads.current.pane.view)

        def answer() -> None:
            assert threads.current is not None and threads.current.focus is not None
            threads.current.reply.answer(threads.current.focus)

        return [
            ("conversation: open", lambda: threads.open(self.card(_talked))),
            ("conversation: scroll", scroll),
            ("conversation: answer", answer),
            ("conversation: leave", threads.leave),
        ]

    def _viewer(self) -> list[Step]:
        room, view = self.live.media_room, self.view
        self.house.media.films._local = lambda url: resource("demo", "boat.mp4")
        boat = Media(kind="video", url="x:film", width=720, height=480)

        async def film() -> None:
            room.open(view, card_of_window(self.window, boat), 0)
            await until(lambda: room.viewer is not None and room.viewer.stage.has_picture)

        return [
            ("viewer: a picture", lambda: room.open(view, self.card(_pictured), 0)),
            ("viewer: the next", lambda: room.step(1)),
            ("viewer: a film", film),
            ("viewer: close", room.close),
        ]

    def _writing(self) -> list[Step]:
        writing = self.live.writing

        async def typing() -> None:
            (one,) = writing.open_ones.values()
            editor = self.window.front.window.focusWidget()
            assert editor is not None and one is not None
            for letter in WORDS:
                QTest.keyClicks(editor, letter)
                await asyncio.sleep(FRAME)

        def close() -> None:
            for draft in list(writing.open_ones):
                writing._close(draft)

        return [
            ("composer: n", lambda: self.key(Qt.Key.Key_N)),
            ("composer: typing", typing),
            ("composer: close", close),
            ("outbox", writing.show_outbox),
            ("outbox: leave", writing._close_outbox),
        ]

    def _persons(self) -> list[Step]:
        live = self.live

        def page(part: str) -> Callable[[], None]:
            return lambda: live.persons.page.part_chosen.emit(part)  # type: ignore[union-attr]

        def author() -> None:
            card = self.card()
            live.open_person(card.post.author, card.post.network)

        async def scroll() -> None:
            assert live.persons.page is not None
            await self.scroll(live.persons.page.view)

        return [
            ("person: open", author),
            ("person: scroll", scroll),
            ("person: media", page("media")),
            ("person: leave", lambda: live.persons.leave()),
            ("people book: open", lambda: live.open_room("people")),
            ("people book: look", lambda: live.people_room.page.look_wanted.emit()),  # type: ignore[union-attr]
            ("people book: leave", lambda: live.people_room.leave()),
        ]

    def _rooms(self) -> list[Step]:
        live = self.live

        async def find() -> None:
            page = live.search.page
            assert page is not None
            for letter in "tide":
                QTest.keyClicks(page.field, letter)
                await asyncio.sleep(4 * FRAME)

        async def talk() -> None:
            inbox = await self.house.messages.inbox()
            live.messages.show(f"{inbox.rows[0].account} {inbox.rows[0].conversation.id}")

        async def notices() -> None:
            assert live.notices.page is not None
            area = live.notices.page.findChild(QScrollArea)
            assert area is not None
            bar = area.verticalScrollBar()
            for _ in range(STEPS):
                bar.setValue(bar.value() + 96)
                await asyncio.sleep(FRAME)

        return [
            ("search: open", live.open_search),
            ("search: as one types", find),
            ("search: servers", lambda: live.search.page.asked.emit("tide")),  # type: ignore[union-attr]
            ("search: leave", lambda: live.search.leave()),
            ("notifications: open", lambda: live.notices.open()),
            ("notifications: scroll", notices),
            ("notifications: leave", lambda: live.notices.leave()),
            ("messages: open", lambda: live.open_room("messages")),
            ("messages: one", talk),
            ("messages: leave", lambda: live.messages.leave()),
            ("likes", lambda: live.open_room("likes")),
            ("likes: leave", lambda: live.search.leave()),
            *(
                (name, lambda name=name: live.shelves.open(name))
                for name in ("lists", "tags", "trends")
            ),
            ("trends: leave", lambda: live.shelves.leave()),
            ("who reacted", lambda: live.reacted.open(self.card(_talked))),
            ("who reacted: leave", lambda: live.reacted.leave()),
        ]

    def _feeds(self) -> list[Step]:
        live = self.live
        lab, market = live.feeds.lab, live.feeds.market
        middle = QPoint(400, 400)

        async def feed() -> None:
            self.key(Qt.Key.Key_2)
            await until(lambda: is_feed(live._shell.current) and bool(live.timeline.opened))

        return [
            ("feed: 2", feed),
            ("feed: scroll", lambda: self.scroll(self.view)),
            ("feed: why", lambda: live.feeds.why(self.card(), middle)),
            ("feed: switcher", live.feeds.switch),
            ("feed: escape", self._escape),
            ("feed lab: open", lambda: lab.open("friends")),
            ("feed lab: leave", lambda: (lab.close(), self.window.front.window.uncover())),
            ("market: open", market.open),
            ("market: leave", lambda: market.leave()),
            ("feed: back to all", lambda: live._go(ALL)),
        ]

    def _dialogs(self) -> list[Step]:
        live = self.live

        def close() -> None:
            for dialog in (live.settings.dialog, live.dates.dialog):
                if dialog is not None:
                    dialog.close()

        parts = ("appearance", "keyboard", "moderation", "storage")
        return [
            *((f"settings: {name}", lambda name=name: live.settings.open(name)) for name in parts),
            ("settings: close", close),
            ("date: open", live.dates.open),
            ("date: close", close),
            ("moving: open", lambda: live.moving.open(self._first)),
            ("moving: close", live.moving.close),
            ("backups: open", lambda: live.backups.open()),
            ("backups: close", live.backups.close),
        ]

    def _escape(self) -> None:
        popup = QApplication.activePopupWidget()
        while popup is not None:
            popup.close()
            popup = QApplication.activePopupWidget()


def _talked(card: Card) -> bool:
    return card.post.counts.replies > 0


def _pictured(card: Card) -> bool:
    return len(card.post.media) > 1 and card.verdict.action == "show"


async def walk(window: RealWindow, *, stacks: bool, only: str) -> None:
    """Both walks, then the table."""
    await window.house.sync.run()
    await window.house.notifications.sync()
    await window.house.messages.sync()
    await window.values_in_sight()
    await asyncio.sleep(1)
    watcher = Watcher() if stacks else None
    pulse = Pulse(watcher)
    walks: list[dict[str, Turn]] = []
    told: list[dict[str, list[str]]] = []
    for _ in range(2):
        walks.append({})
        told.append({})
        for name, work in Walk(window).steps():
            if only not in name:
                continue
            window.front.window.activateWindow()  # after a dialog nobody else does it here
            await asyncio.sleep(FRAME)
            walks[-1][name] = await measure(pulse, work)
            told[-1][name] = watcher.told() if watcher is not None else []
    tell(walks, told)


async def measure(pulse: Pulse, work: Callable[[], object]) -> Turn:
    """The longest turn from the press on until nothing happens any more."""
    pulse.start()
    await asyncio.sleep(0)
    under_way = work()
    if isinstance(under_way, Awaitable):
        await under_way
    began = asyncio.get_running_loop().time()
    while asyncio.get_running_loop().time() - began < PATIENCE and pulse.calm < CALM:
        await asyncio.sleep(FRAME)
    return pulse.stop()


def tell(walks: list[dict[str, Turn]], told: list[dict[str, list[str]]]) -> None:
    """One line for each step, and what the long ones were spent in."""
    print(f"  {'longest turn, ms':<34}{'first time':>20}{'again':>20}")
    print(f"  {'':<34}{'own':>10}{'clock':>10}{'own':>10}{'clock':>10}")
    for name, first in walks[0].items():
        again = walks[1][name]
        figures = "".join(f"{one:>10.1f}" for one in (first.own, first.wall, again.own, again.wall))
        print(f"  {name:<34}{figures}{'' if again.own <= BUDGET else '  MISSED'}", flush=True)
        for when, turn in enumerate((first, again)):
            for line in told[when][name] if turn.own > BUDGET else ():
                print(f"      {('first', 'again')[when]} {line}")
    for which, turns in zip(("first", "again"), walks, strict=True):
        late = sum(turn.own > BUDGET for turn in turns.values())
        print(f"  {which}: {late} of {len(turns)} steps with a turn > {BUDGET:.0f} ms")


def main() -> None:
    """One table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stacks", action="store_true", help="tell what the time went to")
    parser.add_argument("--only", default="", help="steps with this in their name")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:

        async def work(window: RealWindow) -> None:
            await walk(window, stacks=wanted.stacks, only=wanted.only)

        in_window(Path(name) / "profile", work, offline=False, demo=True)


if __name__ == "__main__":
    main()
