"""Pictures of feeds: the switcher, why a post is there, and the lab wide, folded, as text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from app.model.timeline import ALL, TimelineId
from app.ui.presenters.places import feed_timeline

if TYPE_CHECKING:
    from app.ui.presenters.live import Live
    from app.ui.start import Front

Settle = Callable[[Callable[[], QImage]], Awaitable[None]]
NAMES = (
    "feed",
    "feed-switcher",
    "feed-why",
    "feed-lab",
    "feed-lab-narrow",
    "feed-text",
    "feed-rule",
    "feed-market",
    "feed-publish",
)

FEED = "friends"

_TRIES = 20


async def pictures(front: Front, live: Live, settle: Settle) -> AsyncIterator[tuple[str, QImage]]:
    """Name and picture, one after the other; nothing stays behind."""

    def look() -> QImage:
        return front.window.grab().toImage()

    live._go(feed_timeline(FEED))
    await until_rows(live, settle, look)
    yield "feed", look()
    from app.ui.shell.switcher import Switcher

    live.feeds.switch()
    switcher = _shown(Switcher)
    yield "feed-switcher", switcher.grab().toImage()
    switcher.close()
    async for one in _why(front, live, settle):
        yield one
    async for one in _lab(front, live, settle):
        yield one
    async for one in _market(front, live, settle):
        yield one
    live._go(TimelineId(ALL))


async def until_rows(live: Live, settle: Settle, look: Callable[[], QImage]) -> None:
    """Until a feed that was opened is in order; an empty one is looked at long enough, too."""
    for _ in range(_TRIES):
        await settle(look)
        if len(live.timeline.opened or ()):
            break
    await settle(look)


async def _why(front: Front, live: Live, settle: Settle) -> AsyncIterator[tuple[str, QImage]]:
    from app.ui.feeds.why import WhyPopover

    card = front.view.card(front.view.shelf.key(0))
    if card is None:
        return
    live.feeds.why(card, front.window.mapToGlobal(front.window.rect().center()))
    await settle(lambda: front.window.grab().toImage())
    popover = _shown(WhyPopover)
    yield "feed-why", popover.grab().toImage()
    popover.close()


async def _lab(front: Front, live: Live, settle: Settle) -> AsyncIterator[tuple[str, QImage]]:
    from app.ui.feeds.dialogs import TextDialog
    from app.ui.feeds.publish import PublishDialog
    from app.ui.feeds.rule_dialog import RuleDialog

    def look() -> QImage:
        return front.window.grab().toImage()

    lab = live.feeds.lab
    lab.open(FEED)
    page = lab.page
    assert page is not None
    await settle(look)
    page.recipe.term_wanted.emit("quiet")
    page.recipe.weight_moved.emit("affinity", 0.6)
    await settle(look)
    if page.preview.list.rows:
        page.preview.list.rows[1].click()
    await settle(look)
    yield "feed-lab", look()
    front.window.resize(520, 800)
    page.show_part("preview")
    await settle(look)
    yield "feed-lab-narrow", look()
    front.window.resize(1280, 800)
    page.why.json.emit()
    text = _shown(TextDialog)
    await settle(lambda: text.grab().toImage())
    yield "feed-text", text.grab().toImage()
    text.close()
    page.recipe.edit_rule.emit(0)
    rule = _shown(RuleDialog)
    await settle(lambda: rule.grab().toImage())
    yield "feed-rule", rule.grab().toImage()
    rule.close()
    lab.files.publish(FEED)
    publish = _shown(PublishDialog)
    await settle(lambda: publish.grab().toImage())
    yield "feed-publish", publish.grab().toImage()
    publish.close()
    lab.close()
    front.window.uncover()


async def _market(front: Front, live: Live, settle: Settle) -> AsyncIterator[tuple[str, QImage]]:
    def look() -> QImage:
        return front.window.grab().toImage()

    market = live.feeds.market
    market.open()
    page = market.page
    assert page is not None
    await settle(look)
    for row in page.list.rows:
        if row.item.can_pin and not row.item.pinned and not row.item.saved:
            row.click()
            break
    page.head.leave.setFocus()
    await settle(look)
    await settle(look)
    yield "feed-market", look()
    market.leave()


def _shown(kind: type[QWidget]) -> QWidget:
    """The one of that kind that is open."""
    found = [one for one in QApplication.topLevelWidgets() if isinstance(one, kind)]
    return next(one for one in found if one.isVisible())
