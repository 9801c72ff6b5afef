"""
Tags that my accounts follow, together: feeds take from them and weigh them.

Where a server lets one follow tags, it keeps them; for the other accounts they are kept
here, and feeds look for their posts.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from app.model.errors import BadInput, ServiceError
from app.services.asking import told
from app.services.offline import not_asked

if TYPE_CHECKING:
    from app.model import AccountId
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.store import Store

log = logging.getLogger(__name__)

TAGS = "feeds.tags"
"""Setting: per account, what it follows."""

FRESH = timedelta(hours=1)
LONGEST = 100


class AccountTags(Struct, frozen=True, kw_only=True):
    """
    What one account follows.

    Attributes:
        at_server: Its server keeps them; else they are kept here.
        trouble: Why what is shown may be old.
    """

    account: AccountId
    tags: tuple[str, ...] = ()
    at_server: bool = True
    trouble: ServiceError | None = None


class FollowedTags:
    """Kept on disk; asked for when a feed needs them, now and then."""

    def __init__(
        self, store: Store, accounts: Accounts, clock: Clock, *, offline: bool = False
    ) -> None:
        self._store, self._accounts, self._clock = store, accounts, clock
        self._offline = offline
        self._asked: datetime | None = None

    def known(self) -> tuple[str, ...]:
        """All of them, each once, however it is written. Raises: StoreError."""
        kept = self._kept()
        mine = [account.id for account in self._accounts.all()]
        found: dict[str, str] = {}
        for account in mine:
            for tag in kept.get(account, ()):
                found.setdefault(tag.casefold(), tag)
        return tuple(found.values())

    def all(self) -> tuple[AccountTags, ...]:
        """As they are known here, by account. Raises: StoreError."""
        kept = self._kept()
        return tuple(
            AccountTags(
                account=one.id,
                tags=tuple(kept.get(one.id, ())),
                at_server=self.at_server(one.id),
            )
            for one in self._accounts.all()
        )

    def at_server(self, account: AccountId) -> bool:
        """Its server lets one follow tags, and was not seen to lack it."""
        from app.protocols.offering import FollowsTags

        known = self._accounts.find(account)
        able = not known.abilities or "tags" in known.abilities
        return able and isinstance(self._accounts.service(account), FollowsTags)

    async def look(self) -> tuple[AccountTags, ...]:
        """As servers say it now; who cannot be asked has what was known. Raises: StoreError."""
        from msgspec.structs import replace

        troubles = await self._refresh()
        return tuple(replace(one, trouble=troubles.get(one.account)) for one in self.all())

    async def refresh(self, *, force: bool = False) -> None:
        """Ask the servers, if that is long ago. Refusals leave what was known."""
        now = self._clock.now()
        fresh = self._asked is not None and now - self._asked < FRESH
        if self._offline or (fresh and not force):
            return
        await self._refresh()

    async def follow(self, account: AccountId, name: str, on: bool = True) -> str:
        """
        Follow a tag, or no more; how it is written. Done twice is done.

        Raises:
            BadInput: It is no tag.
            ServiceError: The server refuses it; nothing was changed.
        """
        from app.protocols.offering import FollowsTags

        tag = tag_name(name)
        service = self._accounts.service(account)
        if self.at_server(account) and isinstance(service, FollowsTags):
            if self._offline:
                raise not_asked("Tags are followed at your server: start it without --offline.")
            await told(self._accounts, account, service.follow_tag(tag, on))

        before = self._kept()
        others = [one for one in before.get(account, ()) if one.casefold() != tag.casefold()]
        after = {**before, str(account): [*others, tag] if on else others}
        await self._store.keep(lambda keeper: keeper.set_setting(TAGS, after))
        return tag

    async def _refresh(self) -> dict[AccountId, ServiceError]:
        """Ask all servers; why some could not be asked. Raises: StoreError."""
        self._asked = self._clock.now()
        accounts = [account.id for account in self._accounts.all()]
        answers = await asyncio.gather(*map(self._ask, accounts))
        before = self._kept()
        after = dict(before)
        troubles: dict[AccountId, ServiceError] = {}
        for account, tags in zip(accounts, answers, strict=True):
            if isinstance(tags, ServiceError):
                troubles[account] = tags
            elif tags is not None:
                after[account] = list(tags)
        if after != before:
            await self._store.keep(lambda keeper: keeper.set_setting(TAGS, after))
        return troubles

    async def _ask(self, account: AccountId) -> Sequence[str] | ServiceError | None:
        """None: its server keeps none."""
        from app.protocols.offering import FollowsTags

        try:
            service = self._accounts.service(account)
            if not isinstance(service, FollowsTags) or not self.at_server(account):
                return None
            if self._offline:
                return not_asked("What was known is shown.")
            return [tag.removeprefix("#") for tag in await service.followed_tags()]
        except ServiceError as error:
            log.info("followed tags of %s: %s", account, error.kind)
            return error

    def _kept(self) -> dict[str, list[str]]:
        kept = self._store.reader.setting(TAGS, {})
        return kept if isinstance(kept, dict) else {}


def tag_name(text: str) -> str:
    """A tag without "#". Raises: BadInput."""
    name = text.strip().removeprefix("#").strip()
    if not name or len(name) > LONGEST or any(sign.isspace() or sign in "#/?&" for sign in name):
        raise BadInput(f"“{text.strip()[:40]}” is no tag.", "Write one word, without spaces.")
    return name
