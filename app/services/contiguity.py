"""
When is a walk down a source complete? Pure; the whole of "nothing missed".

A walk reads pages, newest first, until it meets what is known. Servers repeat
items inside a page and across pages, give short pages, ignore a cursor and
start again from the top, and delete what we would have met. So one known item
proves nothing: it may be a repeat, shown far above its place. What proves that
a walk has come down to known ground is that the *last* few different items of
it were all known before it began (``OVERLAP``). Too strict costs one page more;
too lax loses posts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Literal

from app.model.timeline import Entry, Page, Stub

OVERLAP = 3
"""So many different items in a row must be known. Fewer if fewer exist."""

PATIENCE = 2
"""So many pages in a row of nothing but repeats: the server goes in circles."""

BLANKS = 10
"""So many empty pages in a row; a few are normal (all that was there is filtered)."""

Outcome = Literal["more", "joined", "end", "stuck"]
"""
``more``: go on with the page's cursor. ``joined``: known ground is reached.
``end``: the server has nothing older. ``stuck``: it repeats itself.
"""


class Walk:
    """
    One walk down a source.

    Args:
        below: Only items that are not newer than this can prove known ground:
            the newest item below a gap. None: any known item can.
        known: How many items are known there (only ``OVERLAP`` matters).
        oldest: Nothing is known below: the walk is at the bottom and ends
            only where the server does.
    """

    def __init__(
        self, *, below: datetime | None = None, known: int = OVERLAP, oldest: bool = False
    ) -> None:
        self._below = below
        self._needed = max(1, min(OVERLAP, known))
        self._oldest = oldest or known == 0
        self._seen: set[str] = set()
        self._run = 0
        self._idle = self._blanks = 0
        self.met = False

    def take(self, page: Page, known_before: Collection[str]) -> Outcome:
        """
        Look at the next page.

        Args:
            known_before: Keys of the page's items that the source had before
                this page was stored.
        """
        fresh = 0
        for item in page.items:
            if item.key in self._seen:
                continue
            self._seen.add(item.key)
            fresh += 1
            self._run = self._run + 1 if self._proves(item, known_before) else 0
            self.met = self.met or self._run > 0
        if fresh:
            self._idle = self._blanks = 0
        elif page.items:
            self._idle += 1
        else:
            self._blanks += 1

        if not self._oldest and self._run >= self._needed:
            return "joined"
        if page.older is None:
            return "joined" if self.met and not self._oldest else "end"
        is_stuck = self._idle >= PATIENCE or self._blanks >= BLANKS
        return "stuck" if is_stuck else "more"

    def _proves(self, item: Entry | Stub, known_before: Collection[str]) -> bool:
        if self._oldest or item.key not in known_before:
            return False
        return self._below is None or item.sort_at <= self._below


def unique(items: Iterable[Entry | Stub]) -> tuple[Entry | Stub, ...]:
    """Without the repeats inside one page; the first of each stays."""
    first: dict[str, Entry | Stub] = {}
    for item in items:
        first.setdefault(item.key, item)
    return tuple(first.values())


def lowest(items: Iterable[Entry | Stub], *, floor: datetime | None, default: datetime) -> datetime:
    """
    Where a page ends: the time of its oldest item. There a gap's row stands.

    A page may carry single items from long ago (posts that claim an old date,
    repeats); those below *floor*, the ground under the gap, do not count.
    """
    times = (item.sort_at for item in items)
    return min((at for at in times if floor is None or at >= floor), default=default)
