"""In the window, on the demo: what only the author's server tells, met when one acts on it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.feed.rows import Card
from app.protocols.demo import JUNO
from app.services.conversation_origins import ASK_ORIGINS
from app.ui.presenters.thread import ThreadPresenter
from tests.ui.shell.conftest import Demo, opened
from tests.ui.thread.test_pane import cards, network, rows, shown
from tests.waiting import until

SEAL = "All nineteen? Even the one the seal sleeps on?"


def boat(demo: Demo) -> Card:
    """A post that was written on another server."""
    return next(card for card in cards(demo) if "survey boat" in card.post.text.text)


def origins(presenter: ThreadPresenter) -> dict[str, str]:
    """Text → where it comes from, of all answers."""
    return {
        row.card.post.text.text: row.line.origin
        for row in rows(presenter)
        if row.card is not None and row.line is not None and row.place == "answer"
    }


def test_the_rest_comes_from_the_authors_server(run: Any, demo: Demo) -> None:
    """Marked with its name; liked by keyboard, it is met by mine and marked no more."""

    async def scenario(demo: Demo) -> None:
        presenter = await shown(demo, boat(demo))
        await until(lambda: origins(presenter).get(SEAL) == "polder.example")
        assert 3 == len(origins(presenter))

        view = presenter.pane.view
        view.setFocus()
        QTest.keyClick(view, Qt.Key.Key_J)
        QTest.keyClick(view, Qt.Key.Key_F)
        await until(lambda: origins(presenter)[SEAL] == "")

        [liked] = [post for post in network(demo).world.posts("mastodon") if post.text.text == SEAL]
        assert network(demo).world.viewer(JUNO, liked.uri).liked

    run(opened(demo, scenario))


def test_nobody_is_asked_who_is_not_wanted(run: Any, demo: Demo) -> None:
    """Turned off in the menu; turned on again the conversation has the rest at once."""

    async def scenario(demo: Demo) -> None:
        await demo.house.store.keep(lambda keeper: keeper.set_setting(ASK_ORIGINS, False))
        presenter = await shown(demo, boat(demo))
        assert {} == origins(presenter)
        presenter._ask_origins(True)

        await until(lambda: origins(presenter).get(SEAL) == "polder.example")

    run(opened(demo, scenario))
