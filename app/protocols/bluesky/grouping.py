"""
Groups of the chat: made, named, filled, locked, and joined by a link.

Source: lexicons ``chat.bsky.group.*`` (and ``lockConvo``, ``getConvoMembers`` of
``chat.bsky.convo``). What is already so is no error: a second try does nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Raw

from app.model import Profile
from app.model.errors import BadInput, Malformed, OutcomeUnknown
from app.model.graphemes import count_graphemes
from app.model.message import Conversation, GroupLink, GroupMember, Invitation
from app.protocols.bluesky import messaging_wire as wire
from app.protocols.bluesky.api import Params, answer
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.messages import code_from, link_from, members_from, people_from
from app.protocols.bluesky.messaging import Corresponding
from app.protocols.safety import clean_name

_GROUP = "chat.bsky.group."
_NAME, _NAME_BYTES = 50, 500
"""Of a group's name, at most (lexicon ``chat.bsky.group.createGroup``)."""

_MOST, _PAGES = 100, 20


class Grouping(Corresponding):
    """The part of the service that keeps groups (``MakesGroups``, ``KeepsGroups``)."""

    async def make_group(self, name: str, people: Sequence[Profile]) -> Conversation:
        """See ``MakesGroups``. The chat takes no key of ours: so one looks first."""
        name = _good(name)
        shown = clean_name(name)  # as it comes back, and is compared
        wanted = {one.uri for one in people} - {self._account.uri}
        for known in (await self.conversations(limit=_MOST)).conversations:
            if known.group == shown and {one.uri for one in known.people} == wanted:
                return known
        body = {"name": name, "members": sorted(wanted)}
        return self._after(await self._chat_act("createGroup", body, of=_GROUP))

    async def rename_group(self, conversation: Conversation, name: str) -> Conversation:
        """See ``KeepsGroups``."""
        body = {"convoId": conversation.id, "name": _good(name)}
        return self._after(await self._chat_act("editGroup", body, of=_GROUP))

    async def group_people(self, conversation: Conversation) -> tuple[GroupMember, ...]:
        """All pages; see ``KeepsGroups``."""
        found: dict[str, GroupMember] = {}
        cursor: str | None = None
        for _ in range(_PAGES):
            params = _paged(conversation, cursor)
            page = await self._chat("getConvoMembers", params, wire.Members)
            profiles = people_from(page.members)
            for did, member in members_from(page.members).items():
                owner = member.kind.role == "owner"
                found[did] = GroupMember(profile=profiles[did], owner=owner)
            cursor = page.cursor if page.members and page.cursor != cursor else None
            if cursor is None:
                break
        return tuple(found.values())

    async def add_people(
        self, conversation: Conversation, people: Sequence[Profile]
    ) -> Conversation:
        """As requests; see ``KeepsGroups``."""
        return await self._members("addMembers", conversation, people)

    async def remove_people(
        self, conversation: Conversation, people: Sequence[Profile]
    ) -> Conversation:
        """See ``KeepsGroups``."""
        return await self._members("removeMembers", conversation, people)

    async def lock_group(self, conversation: Conversation, *, on: bool) -> Conversation:
        """See ``KeepsGroups``."""
        now = await self._group(conversation)
        if now.state is not None and now.state.locked == on:
            return now
        method = "lockConvo" if on else "unlockConvo"
        return self._after(await self._chat_act(method, {"convoId": conversation.id}))

    async def open_link(
        self, conversation: Conversation, *, asks: bool, followed: bool
    ) -> GroupLink:
        """There is at most one; see ``KeepsGroups``."""
        now = (await self._group(conversation)).state
        known = now.link if now is not None else None
        rule = "followedByOwner" if followed else "anyone"
        body = {"convoId": conversation.id, "requireApproval": asks, "joinRule": rule}
        if known is None:
            return await self._link("createJoinLink", body)
        if (known.asks, known.followed) != (asks, followed):  # before it works: never too wide
            known = await self._link("editJoinLink", body)
        if not known.works:
            known = await self._link("enableJoinLink", {"convoId": conversation.id})
        return known

    async def close_link(self, conversation: Conversation) -> None:
        """See ``KeepsGroups``."""
        now = (await self._group(conversation)).state
        if now is not None and now.link is not None and now.link.works:
            await self._link("disableJoinLink", {"convoId": conversation.id})

    async def asking_in(self, conversation: Conversation) -> tuple[Profile, ...]:
        """All pages; see ``KeepsGroups``."""
        found: dict[str, Profile] = {}
        cursor: str | None = None
        for _ in range(_PAGES):
            params = _paged(conversation, cursor)
            page = await self._chat("listJoinRequests", params, wire.AskingPage, of=_GROUP)
            for raw in page.requests:
                try:
                    found |= people_from([read(raw, wire.Asking).requested_by])
                except Unreadable:
                    continue
            cursor = page.cursor if page.requests and page.cursor != cursor else None
            if cursor is None:
                break
        return tuple(found.values())

    async def let_in(self, conversation: Conversation, who: Profile, *, on: bool) -> Conversation:
        """See ``KeepsGroups``."""
        method = "approveJoinRequest" if on else "rejectJoinRequest"
        body = {"convoId": conversation.id, "member": who.uri}
        reply = await self._chat_act(method, body, of=_GROUP)
        return self._after(reply) if on else await self._group(conversation)

    async def invitation(self, link: str) -> Invitation:
        """See ``KeepsGroups``."""
        code = code_from(link)
        if not code:
            raise BadInput("This is no link to a group.", "It begins with bsky.app/chat/.")
        params: Params = [("codes", code)]
        found = await self._chat("getJoinLinkPreviews", params, wire.Previews, of=_GROUP)
        if not found.join_link_previews:
            raise Malformed("The chat does not say where the link leads.")
        return _invitation(found.join_link_previews[0], code)

    async def join_group(self, invitation: Invitation) -> Conversation | None:
        """See ``KeepsGroups``."""
        body = {"code": code_from(invitation.link.url)}
        reply = await self._chat_act("requestJoin", body, of=_GROUP)
        done = answer(reply, wire.Joined)
        return self._chat_convo(done.convo) if done.status == "joined" else None

    # ------------------------------------------------------------- private

    async def _group(self, conversation: Conversation) -> Conversation:
        """As it is now: others may have changed it."""
        found = await self._chat("getConvo", {"convoId": conversation.id}, wire.OneConvo)
        return self._chat_convo(found.convo)

    async def _members(
        self, method: str, conversation: Conversation, people: Sequence[Profile]
    ) -> Conversation:
        if not people:
            raise BadInput("Nobody was chosen.", "Choose somebody.")
        body = {"convoId": conversation.id, "members": [one.uri for one in people]}
        return self._after(await self._chat_act(method, body, of=_GROUP))

    async def _link(self, method: str, body: object) -> GroupLink:
        reply = await self._chat_act(method, body, of=_GROUP)
        return link_from(answer(reply, wire.OneLink).join_link)

    def _after(self, reply: bytes) -> Conversation:
        """It was heard: what cannot be read may be done."""
        try:
            return self._chat_convo(answer(reply, wire.OneConvo).convo)
        except Malformed as error:
            raise OutcomeUnknown("The chat’s answer cannot be read: it may be done.") from error


def _good(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name.encode()) > _NAME_BYTES or count_graphemes(name) > _NAME:
        raise BadInput("The name of a group has 1 to 50 characters.", "Choose another one.")
    if not clean_name(name):
        raise BadInput("Nobody could read this name.", "Choose another one.")
    return name


def _paged(conversation: Conversation, cursor: str | None) -> dict[str, str | int | bool]:
    params: dict[str, str | int | bool] = {"convoId": conversation.id, "limit": _MOST}
    return params | ({"cursor": cursor} if cursor else {})


def _invitation(raw: Raw, code: str) -> Invitation:
    try:
        view = read(raw, wire.Preview)
    except Unreadable as error:
        raise Malformed("The chat’s answer about the link cannot be read.") from error
    link = link_from(
        wire.JoinLink(code=code, require_approval=view.require_approval, join_rule=view.join_rule)
    )
    kind = view.type.rpartition("#")[2]
    closed = {
        "joinLinkPreviewView": "",
        "disabledJoinLinkPreviewView": "This link was switched off.",
    }.get(kind, "This link leads to no group.")
    owners = people_from([view.owner]) if bytes(view.owner) else {}
    full = bool(view.member_limit) and view.member_count >= view.member_limit
    return Invitation(
        link=link,
        name=clean_name(view.name),
        owner=next(iter(owners.values()), None),
        count=view.member_count,
        most=view.member_limit,
        conversation=view.convo_id,
        is_in=bool(bytes(view.convo)),
        asked=bool(view.viewer.requested_at),
        closed=closed or ("The group is full." if full else ""),
    )
