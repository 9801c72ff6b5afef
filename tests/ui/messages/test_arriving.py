"""A letter that arrives by itself is seen at once, counted, and has not been read by arriving."""

from __future__ import annotations

import time
from datetime import timedelta

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.model import AccountId, RichText
from app.protocols import demo as networks
from tests.ui.messages.test_messages import _into, _open, _texts, _world
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until


def test_it_stands_there_at_once_and_is_unread(demo: Demo, run: Scenario) -> None:
    """In the conversation that is open, and beside the room's name when none is."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        rooms, messages = demo.front.window.sidebar._rooms, demo.house.messages
        row = next(
            row for row in (await messages.inbox([networks.JUNO])).rows
            if not row.unread and not row.conversation.group
        )  # fmt: skip
        last = row.conversation.last
        assert last is not None and last.said is not None
        title = next(r.item.title for r in page.rows if r.item.key.endswith(row.conversation.id))
        pane = await _into(page, title)
        before = (await messages.inbox()).unread
        for number, words in enumerate(("The winch holds", "And the rope")):
            at = row.conversation.at + timedelta(days=5 + number)
            said = replace(last.said, text=RichText(words), author=row.conversation.people[0])
            new = replace(last, id=f"https://far.example/{number}", at=at, said=said)
            began = time.monotonic()
            await messages.take(
                networks.JUNO, [replace(row.conversation, at=at, last=new, unread=1 + number)]
            )
            await until(lambda words=words: words in _texts(pane), words)  # type: ignore[misc]
            print(f"letter: on the screen {1000 * (time.monotonic() - began):.0f} ms after")
        assert (await messages.inbox()).unread == before + 1
        await until(lambda: rooms["messages"]._unread == before + 1)
        QTest.keyClick(page, Qt.Key.Key_Escape)

    run(opened(demo, scenario))


def test_a_conversation_that_was_left_elsewhere_closes_here(demo: Demo, run: Scenario) -> None:
    """It goes from the list and from beside it; the page stays."""

    async def scenario(demo: Demo) -> None:
        page = await _open(demo)
        await _into(page, "Kaj")
        _, _, key = page.open_key.partition(" ")
        account = AccountId(page.open_key.partition(" ")[0])
        _world(demo).ledger.talks[account].pop(key)
        await demo.house.messages.sync([account])
        await until(lambda: not page.open_key, "it is still open")
        await until(lambda: key not in [row.item.key.partition(" ")[2] for row in page.rows])
        assert demo.live.messages.page is page

    run(opened(demo, scenario))
