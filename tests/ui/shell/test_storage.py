"""The page of what is on disk."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtWidgets import QAbstractButton, QWidget

from app.feed.rows import Card
from app.services.retention import STORAGE, Budget, Usage
from app.ui.moderation.question import Question
from app.ui.settings.storage import Shares, StoragePage
from app.ui.theme.look import Look
from app.ui.widgets.button import Button
from app.ui.widgets.words import Words
from tests.ui.shell.conftest import Demo, Scenario, opened
from tests.waiting import until

USAGE = Usage(
    posts=231_412,
    oldest=datetime(2026, 3, 3, 12, tzinfo=UTC),
    post_bytes=780_000_000,
    cache_bytes=846_000_000,
    picture_bytes=212_000_000,
    film_bytes=0,
    kept_bytes=1_400_000,
    files=3_000_000,
    indexes=0,
    free=81_000_000_000,
)


def _texts(page: QWidget) -> str:
    return "\n".join(words.text() for words in page.findChildren(Words))


def test_it_tells_what_takes_the_room(look: Look, parent: QWidget) -> None:
    """In one sum, in parts, and for who hears it; what is not there is not named."""
    page = StoragePage(look, Budget())
    page.setParent(parent)
    page.show_usage(USAGE, archives=410_000_000)

    assert "1.5 GB of yours on disk · 81 GB free" in _texts(page)
    assert "231,412 since 3 March 2026" in _texts(page)
    said = page.findChild(Shares).accessibleName()
    assert "Posts 780 MB, Pictures 212 MB, Backups 410 MB" in said
    assert "Films" not in said


def test_a_budget_that_a_command_has_set_can_be_seen_and_left(look: Look, parent: QWidget) -> None:
    """It stands beside the usual ones; choosing another tells both budgets."""
    page = StoragePage(look, Budget(posts=700_000_000))
    page.setParent(parent)
    wished: list[Budget] = []
    page.wished.connect(wished.append)
    choices = {one.text(): one for one in page.findChildren(QAbstractButton)}

    assert choices["700 MB"].isChecked()
    choices["5 GB"].click()
    assert [Budget(posts=5_000_000_000)] == wished


def test_clearing_is_asked_about_and_counted_again(run: Scenario, demo: Demo) -> None:
    """What goes is said before, and nothing goes when it is not meant."""

    async def scenario(demo: Demo) -> None:
        settings = demo.live.settings
        settings.open("storage")
        dialog = await until(lambda: settings.dialog)
        page = await until(lambda: dialog.findChild(StoragePage))
        await until(lambda: "of yours on disk" in _texts(page))
        before = (await demo.house.retention.usage()).posts

        for meant in (False, True):
            _button(page, "Clear posts…").click()
            question = await until(lambda: _open_question(page.window()))
            assert "bookmarks" in _texts(question)
            (question.accept if meant else question.reject)()
            await until(lambda: _open_question(page.window()) is None)
            if not meant:
                assert before == (await demo.house.retention.usage()).posts
        await until(lambda: demo.house.store.reader.sizes.cache().posts < before)
        await until(lambda: _button(page, "Clear posts…").isEnabled())

        choices = {one.text(): one for one in page.findChildren(QAbstractButton)}
        choices["500 MB"].click()
        kept = demo.house.store.reader
        await until(lambda: (kept.setting(STORAGE) or {}).get("posts") == 500_000_000)
        dialog.close()

    run(opened(demo, scenario))


def test_conversations_that_are_open_stay(run: Scenario, demo: Demo) -> None:
    """Whatever is cleared meanwhile."""

    async def scenario(demo: Demo) -> None:
        view = demo.front.view

        def cards() -> list[Card]:
            rows = [view.shelf.row(index) for index, _ in view.visible_rows()]
            return [row for row in rows if isinstance(row, Card)]

        [card, *_] = await until(cards)
        demo.live.threads.open(card)

        assert card.post.uri in set(demo.house.retention.conversations())

    run(opened(demo, scenario))


def _button(page: QWidget, name: str) -> Button:
    return next(one for one in page.findChildren(Button) if one.accessibleName() == name)


def _open_question(window: QWidget) -> Question | None:
    return next((one for one in window.findChildren(Question) if one.isVisible()), None)
