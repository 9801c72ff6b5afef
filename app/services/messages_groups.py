"""The part of the inbox that keeps groups: named, filled, locked, and joined by a link."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.model import AccountId, Profile
from app.model.errors import NotFound, ServiceError, Unsupported
from app.model.message import Conversation, GroupLink, GroupMember, Invitation
from app.services.asking import told
from app.services.messages_room import MessageRoom
from app.services.messages_values import MessagesChanged

if TYPE_CHECKING:
    from app.protocols.messaging import KeepsGroups


class MessageGroups(MessageRoom):
    """What one does with groups. Every method may raise ``ServiceError``."""

    async def rename_group(self, account: AccountId, key: str, name: str) -> None:
        """They all see its new name. Raises: BadInput, Refused."""
        group, service = await self._group(account, key)
        await self._done(account, service.rename_group(group, name))

    async def group_people(self, account: AccountId, key: str) -> tuple[GroupMember, ...]:
        """Everybody in it, oneself too: a list of conversations may name only some."""
        group, service = await self._group(account, key)
        return await told(self._accounts, account, service.group_people(group))

    async def add_people(self, account: AccountId, key: str, people: Sequence[Profile]) -> None:
        """They hear of it at once. Raises: Refused: one of them cannot be; why."""
        group, service = await self._group(account, key)
        await self._done(account, service.add_people(group, people))

    async def remove_people(self, account: AccountId, key: str, people: Sequence[Profile]) -> None:
        """Put them out. Raises: Refused."""
        group, service = await self._group(account, key)
        await self._done(account, service.remove_people(group, people))

    async def lock_group(self, account: AccountId, key: str, *, on: bool) -> None:
        """Nobody writes there (any more, or again they do). Raises: Refused."""
        group, service = await self._group(account, key)
        await self._done(account, service.lock_group(group, on=on))

    async def open_link(
        self, account: AccountId, key: str, *, asks: bool = True, followed: bool = False
    ) -> GroupLink:
        """A link by which others join, so as it is wanted. Raises: Refused."""
        group, service = await self._group(account, key)
        call = service.open_link(group, asks=asks, followed=followed)
        link = await told(self._accounts, account, call)
        await self._with_link(account, group, link)
        return link

    async def close_link(self, account: AccountId, key: str) -> None:
        """Nobody joins by it any more. Raises: Refused."""
        group, service = await self._group(account, key)
        await told(self._accounts, account, service.close_link(group))
        link = group.state.link if group.state is not None else None
        if link is not None:
            await self._with_link(account, group, replace(link, works=False))

    async def asking_in(self, account: AccountId, key: str) -> tuple[Profile, ...]:
        """Who waits to be let in. Raises: Refused."""
        group, service = await self._group(account, key)
        return await told(self._accounts, account, service.asking_in(group))

    async def let_in(self, account: AccountId, key: str, who: Profile, *, on: bool) -> None:
        """Let somebody in who waits, or turn them away. Raises: NotFound, Refused."""
        group, service = await self._group(account, key)
        await self._done(account, service.let_in(group, who, on=on))

    async def invitation(self, account: AccountId, link: str) -> Invitation:
        """What a link leads to; nobody hears of it. Raises: BadInput."""
        return await told(self._accounts, account, self._keeper(account).invitation(link))

    async def join_group(self, account: AccountId, invitation: Invitation) -> str:
        """
        Join by a link; the key of the conversation, "" = its owner is asked first.

        Raises: Refused: It cannot be; why.
        """
        call = self._keeper(account).join_group(invitation)
        group = await told(self._accounts, account, call)
        if group is None:
            return ""
        await self._change_desk(account, group.id, agreed=True)
        await self._now(account, group)
        return group.id

    def has_groups(self, account: AccountId) -> bool:
        """Its network has them."""
        try:
            return self._fetching.known(account).messaging.groups
        except ServiceError:
            return False

    def joins(self, account: AccountId) -> str:
        """How links to groups of its network begin; "" = there are none."""
        try:
            return self._fetching.known(account).messaging.joins
        except ServiceError:
            return ""

    # ------------------------------------------------------------- private

    async def _done(self, account: AccountId, act: Awaitable[Conversation]) -> None:
        """Its server does it, and says how the group is now."""
        await self._now(account, await told(self._accounts, account, act))

    def _keeper(self, account: AccountId) -> KeepsGroups:
        from app.protocols.messaging import KeepsGroups

        service = self._fetching.speaks(account)
        if not isinstance(service, KeepsGroups):
            raise Unsupported("There are no groups here.", "Write to them as they are.")
        return service

    async def _group(self, account: AccountId, key: str) -> tuple[Conversation, KeepsGroups]:
        group = await self._there(account, key)
        service = self._keeper(account)
        if group.state is None:
            raise NotFound("This conversation is no group.", "Make one with these people.")
        return group, service

    async def _now(self, account: AccountId, group: Conversation) -> None:
        """As it is now."""
        await self._fetching.keep(account, [group])
        self._tell(MessagesChanged(account, group.id))

    async def _with_link(self, account: AccountId, group: Conversation, link: GroupLink) -> None:
        from app.store.messages import change_conversation

        if group.state is not None:
            state = replace(group.state, link=link)
            await self._store.change_cache(
                lambda db: change_conversation(db, account, group.id, state=state)
            )
        self._tell(MessagesChanged(account, group.id))
