"""What I wrote to bookmarks, where they stand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.feed.rows import Card
from app.model.timeline import ALL
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until


def test_what_i_wrote_to_a_bookmark_stands_under_it(demo: Demo, run: Scenario) -> None:
    """In the room of bookmarks, at once when it changes; not where posts are read."""

    async def scenario(demo: Demo) -> None:
        cards = (await demo.house.timelines.read(ALL, limit=20)).rows
        post = next(card.post for card in cards if isinstance(card, Card))
        await demo.house.bookmarks.file(post, folder="Birds", note="For the talk")
        QTest.keyClick(demo.front.view, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
        await until(lambda: demo.live.is_made("search") and demo.live.search.page is not None)
        page = demo.live.search.page
        assert page is not None
        view = page.left.view

        def said() -> str:
            uris = [card.post.uri for card in demo.live.search.found.cards]
            if post.uri not in uris:
                return ""
            return view.shelf.layout(uris.index(post.uri)).accessible

        await until(lambda: "In your folder Birds. Your note: For the talk." in said())
        await demo.house.bookmarks.file(post, note="For the talk in May")
        await until(lambda: "the talk in May." in said())
        await demo.house.bookmarks.unfile([post.uri])
        assert "Your note" not in said()
        await demo.house.bookmarks.file(post, note="Elsewhere")
        asked = demo.live.search._query
        page.field.setText(f"from:{post.author.handle} ")
        await until(lambda: demo.live.search._query != asked and demo.live.search._seen.done)
        assert said()
        assert "Your note" not in said()

    run(opened(demo, scenario))
