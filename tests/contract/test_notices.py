"""Notifications of every network: walked down without loss, marked as read and never back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.model import Cursor
from app.model.errors import ServiceError
from app.model.notification import Notice, NoticePage
from app.protocols.notifying import KeepsGate, Notifies
from tests.contract.stages import Stage


async def _pages(stage: Stage, limit: int) -> list[NoticePage]:
    """All, as far as eight pages go."""
    service = stage.service()
    assert isinstance(service, Notifies)
    pages: list[NoticePage] = []
    cursor: Cursor | None = None
    while len(pages) < 8:
        try:
            page = await service.notices(cursor, limit=limit)
        except ServiceError:
            if pages:
                raise
            pytest.skip("nothing is told behind this one")
        pages.append(page)
        if page.older is None:
            break
        cursor = page.older
    return pages


def _notices(pages: list[NoticePage]) -> list[Notice]:
    return [notice for page in pages for notice in page.notices]


async def test_pages_join_and_come_newest_first(stage: Stage) -> None:
    """A group may come again further down; each names who did it, or says it in words."""
    pages = await _pages(stage, 5)
    notices = _notices(pages)
    for page in pages:
        assert len({notice.key for notice in page.notices}) == len(page.notices)
    times = [notice.at for notice in notices]
    assert times == sorted(times, reverse=True)
    assert all(notice.actors or notice.text for notice in notices)
    assert all(notice.at.utcoffset() == timedelta() for notice in notices)


async def test_posts_come_along(stage: Stage) -> None:
    """With likes, reposts and mentions, unless they are gone by now."""
    pages = await _pages(stage, 30)
    known = {entry.post.uri for page in pages for entry in page.posts}
    about = [notice.about for notice in _notices(pages) if notice.about]
    assert not about or set(about) & known


async def test_marks_go_forward_only(stage: Stage) -> None:
    """An older one changes nothing."""
    service = stage.service()
    assert isinstance(service, Notifies)
    notices = _notices(await _pages(stage, 5))
    if len(notices) < 2 or not stage.own_session:
        pytest.skip("nothing to mark, or somebody else's to mark")
    from app.model.notification import ReadMark

    first, last = notices[0], notices[-1]
    await service.mark_notices_read(ReadMark(at=first.at, place=first.place))
    read = await service.notices_read()
    await service.mark_notices_read(ReadMark(at=last.at, place=last.place))
    assert await service.notices_read() == read


async def test_rules_offer_what_is_chosen(stage: Stage) -> None:
    """Each rule's choice is one of its choices."""
    service = stage.service()
    assert isinstance(service, KeepsGate)
    try:
        gate = await service.gate()
    except ServiceError:
        pytest.skip("there are no rules behind this one")
    assert gate.rules
    assert all(rule.choice in dict(rule.choices) for rule in gate.rules)
