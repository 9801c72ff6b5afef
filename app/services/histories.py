"""How posts were before they were edited, where a server keeps it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from app.compose.versions import Stretch, differences
from app.feed.rows import Copy
from app.model.about import Version
from app.services.asking import told
from app.services.sides import Side, asked, not_told, sides

if TYPE_CHECKING:
    from app.services.accounts import Accounts


class Edit(Struct, frozen=True, kw_only=True):
    """
    A version, and how it differs from the one before.

    Attributes:
        text: The words, with what is gone and what is new.
        notes: What else was changed, one sentence each.
        is_first: Nothing was before it.
    """

    at: datetime
    text: tuple[Stretch, ...]
    notes: tuple[str, ...] = ()
    is_first: bool = False


class Histories:
    """
    Args:
        offline: Ask no server.
    """

    def __init__(self, accounts: Accounts, *, offline: bool = False) -> None:
        self._accounts, self._offline = accounts, offline

    def sides(self, copies: Sequence[Copy]) -> tuple[Side, ...]:
        """Copies that were edited, and whose servers keep how they were. Asks nobody."""
        from app.protocols.about import KeepsHistory

        return sides(
            self._accounts,
            copies,
            KeepsHistory,
            lambda side: side.post.edited_at is not None,
        )

    async def edits(self, side: Side) -> tuple[Edit, ...]:
        """All versions, the newest first. Raises: ServiceError."""
        from app.protocols.about import KeepsHistory

        service = asked(self._accounts, side, offline=self._offline)
        if not isinstance(service, KeepsHistory):
            raise not_told(self._accounts, side)
        versions = await told(self._accounts, side.account, service.versions(side.post.uri))
        # Long texts take a while to compare.
        return await asyncio.to_thread(edits_of, versions)


def edits_of(versions: Sequence[Version]) -> tuple[Edit, ...]:
    """What each version changed, the newest first; *versions* are the oldest first. Pure."""
    made = []
    for at, version in enumerate(versions):
        before = versions[at - 1] if at else None
        said = before.text.text if before is not None else version.text.text
        made.append(
            Edit(
                at=version.at,
                text=differences(said, version.text.text),
                notes=_notes(before, version) if before is not None else _first(version),
                is_first=before is None,
            )
        )
    return tuple(reversed(made))


def _first(version: Version) -> tuple[str, ...]:
    return (f"Content warning: {version.warning}",) if version.warning else ()


def _notes(before: Version, after: Version) -> tuple[str, ...]:
    notes = []
    if before.warning != after.warning:
        if not before.warning:
            notes.append(f"Content warning added: {after.warning}")
        elif not after.warning:
            notes.append(f"Content warning taken away: {before.warning}")
        else:
            notes.append(f"Content warning: “{before.warning}” became “{after.warning}”")
    elif before.sensitive != after.sensitive:
        notes.append(
            "Media marked as sensitive"
            if after.sensitive
            else "Media no longer marked as sensitive"
        )
    old, new = {one.url: one for one in before.media}, {one.url: one for one in after.media}
    added, gone = len(new.keys() - old.keys()), len(old.keys() - new.keys())
    if added:
        notes.append(f"{added} attachment{'s' if added > 1 else ''} added")
    if gone:
        notes.append(f"{gone} attachment{'s' if gone > 1 else ''} taken away")
    if any(new[url].alt != old[url].alt for url in new.keys() & old.keys()):
        notes.append("Descriptions of media changed")
    if before.options != after.options:
        notes.append("The poll changed, which takes back all votes")
    if not notes and before.text.text == after.text.text:
        notes.append("The words are the same")
    return tuple(notes)
