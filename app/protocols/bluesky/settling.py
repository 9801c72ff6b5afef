"""Preferences that the PDS keeps: read, changed and written whole, one change at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakValueDictionary

from msgspec import Raw

from app.model.errors import Malformed, Refused
from app.model.moderation import (
    AdultChange,
    Change,
    FeedOrderChange,
    FeedsChange,
    HiddenChange,
    LabelChange,
    LabelerChange,
    SavedFeedChange,
    Settled,
    WordChange,
)
from app.protocols.bluesky import preferences, saved_feeds
from app.protocols.bluesky.api import answer
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.speaking import Speaking
from app.protocols.bluesky.wire import ABSENT, Wire

_WHY = "your preferences"
_LOCKS: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
"""By account: all of its services write the same array."""


class _Answer(Wire, frozen=True):
    preferences: Raw = ABSENT


class Settling(Speaking):
    """The part of the service that keeps what one has settled (``Settles``)."""

    async def settled(self) -> Settled:
        """All that the account has settled; see ``Settles``."""
        return preferences.read_preferences(await self._entries())

    async def settle(self, changes: Sequence[Change]) -> Settled:
        """Change what is meant and nothing else; see ``Settles``."""

        def edit(entries: list[Any]) -> list[Any]:
            for change in changes:
                entries = self._changed(entries, change)
            if len(preferences.read_preferences(entries).labelers) > preferences.MOST_LABELERS:
                raise Refused(
                    f"An account can have {preferences.MOST_LABELERS} labelers.",
                    "Unsubscribe from another one first.",
                )
            return entries

        settled = preferences.read_preferences(await self.change_preferences(edit))
        if any(isinstance(one, SavedFeedChange | FeedOrderChange) for one in changes):
            # Feeds are what people also arrange elsewhere: was ours written over meanwhile?
            settled = preferences.read_preferences(await self.change_preferences(edit))
        return settled

    async def change_preferences(self, edit: Callable[[list[Any]], list[Any]]) -> list[Any]:
        """
        Read the whole array, edit it, write it back; nobody of ours comes in between.

        Entries that *edit* does not know must stay as they are.
        """
        async with _LOCKS.setdefault(self._account.id, asyncio.Lock()):
            before = await self._entries()
            after = edit(list(before))
            if after != before:
                body = {"preferences": after}
                await self._api.post("app.bsky.actor.putPreferences", body, why=_WHY)
            return after

    async def _entries(self) -> list[Any]:
        body = await self._api.get("app.bsky.actor.getPreferences", why=_WHY)
        try:
            entries: list[Any] = read(answer(body, _Answer).preferences, list)
        except Unreadable as error:
            raise Malformed(
                "Your preferences cannot be read, so they were left as they are."
            ) from error
        return entries

    def _changed(self, entries: list[Any], change: Change) -> list[Any]:
        match change:
            case AdultChange():
                return preferences.with_adult(entries, change.on)
            case LabelChange():
                return preferences.with_label(entries, change.value, change.setting, change.labeler)
            case LabelerChange(on=True):
                return preferences.with_labeler(entries, change.uri)
            case LabelerChange():
                return preferences.without_labeler(entries, change.uri)
            case WordChange(on=True):
                return preferences.with_word(entries, change.word, self._new_id)
            case WordChange():
                return preferences.without_word(entries, change.word)
            case HiddenChange():
                return preferences.with_hidden(entries, change.uri, change.on)
            case FeedsChange():
                return preferences.with_feeds(entries, change.feeds)
            case SavedFeedChange():
                return saved_feeds.with_saved_feed(entries, change.feed, change.on, self._new_id)
            case FeedOrderChange():
                return saved_feeds.with_feed_order(entries, change.values, self._new_id)

    def _new_id(self) -> str:
        return self._next_ticket().key
