"""Pictures of what one does not want to see: settled, opened, changed; narrow and large."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from app.model.moderation import MutedWord

if TYPE_CHECKING:
    from app.services.house import House
    from app.ui.moderation.page import ModerationPage
    from app.ui.presenters.live import Live
    from app.ui.settings.dialog import SettingsDialog
    from app.ui.start import Front

Settle = Callable[[Callable[[], QImage]], Awaitable[None]]
NAMES = ("moderation", "moderation-open", "moderation-edit", "moderation-narrow")

WORDS = (
    (MutedWord(value="regatta", expires_at="2026-11-25T08:00:00.000Z"), "everywhere"),
    (MutedWord(value="quizday", targets=("tag",)), "everywhere"),
    (MutedWord(value="spoiler", spare_followed=True), "here"),
)
BEFORE = "wreckers.example\nfalse-lights.example\nraffle.example\n"
AFTER = "#domain,#severity\nwreckers.example,suspend\nraffle.example,silence\n" + "".join(
    f"raffle{number}.example,suspend\n" for number in range(1, 13)
)


async def pictures(
    front: Front, live: Live, house: House, settle: Settle
) -> AsyncIterator[tuple[str, QImage]]:
    """Name and picture, one after the other; nothing stays behind."""
    path = house.profile / "raffle-robots.csv"
    for word, where in WORDS:
        await house.moderation.mute_word(word, where)
    path.write_text(BEFORE)
    about = (await house.blocklists.add(str(path))).subscription
    await house.blocklists.apply(about.id)
    path.write_text(AFTER)
    await house.blocklists.update(about.id)

    def look() -> QImage:
        return (
            front.window.grab().toImage()
            if live.settings.dialog is None
            else shown().grab().toImage()
        )

    def shown() -> SettingsDialog:
        dialog = live.settings.dialog
        assert dialog is not None
        return dialog

    live.settings.open("moderation")
    await settle(look)
    page = live.moderation.page
    assert page is not None
    yield "moderation", look()
    _open(page, about.id)
    await settle(look)
    yield "moderation-open", look()
    _edit(page)
    await settle(look)
    yield "moderation-edit", look()
    shown().close()
    front.window.resize(520, 800)
    live.settings.open("moderation")
    await settle(look)
    yield "moderation-narrow", look()
    shown().close()
    await house.blocklists.remove(about.id)
    for word, _ in WORDS:
        await house.moderation.unmute_word(word.value)
    path.unlink()


def _open(page: ModerationPage, id: str) -> None:
    """The last labeler, and the update that waits."""
    for section in page.labelers.values():
        section.open(section.last)
    page.lists.open(id)


def _edit(page: ModerationPage) -> None:
    """A word and a filter."""
    page.lists.open("")
    for section in page.filters.values():
        section.edit_first()
    page.words.edit()
