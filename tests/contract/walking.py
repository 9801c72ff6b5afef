"""Reading a source page by page, as the program does."""

from __future__ import annotations

from app.model import HOME, Cursor, Entry, Page, Stub
from app.protocols.base import AccountService

MOST = 400
"""Pages: a walk that is longer goes in circles."""


async def walk(service: AccountService, limit: int = 40) -> list[Page]:
    """All pages of the home timeline, newest first."""
    pages = [await service.page(HOME, limit=limit)]
    while (cursor := pages[-1].older) is not None:
        pages.append(await service.page(HOME, Cursor(cursor), limit=limit))
        assert len(pages) < MOST
    return pages


def joined(pages: list[Page]) -> list[Entry | Stub]:
    """All items, each once, in the order in which they came."""
    found: dict[str, Entry | Stub] = {}
    for page in pages:
        for item in page.items:
            found.setdefault(item.key, item)
    return list(found.values())


def keys(pages: list[Page]) -> list[str]:
    """The keys of ``joined``."""
    return [item.key for item in joined(pages)]
