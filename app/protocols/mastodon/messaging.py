"""
Private messages of one account: posts that only those named in them receive.

Source: methods/conversations, methods/statuses#context. What is sent from here is
addressed to those named and to nobody else, whatever the account's posts usually are;
where a server makes it anything else all the same, it is taken back and said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote, urlsplit

from app.model.errors import (
    Malformed,
    NotFound,
    OutcomeUnknown,
    Refused,
    ServiceError,
    Unsupported,
)
from app.model.message import (
    Conversation,
    ConversationPage,
    Message,
    MessagePage,
    Messaging,
    OutgoingMessage,
)
from app.model.profile import Profile
from app.model.sending import Outgoing, Published
from app.model.timeline import Cursor, Source
from app.protocols.mastodon import wire
from app.protocols.mastodon.api import Api, cursor_params, next_cursor
from app.protocols.mastodon.convert import Neighbours, entry_from_status, time_of
from app.protocols.mastodon.looking import Looking
from app.protocols.mastodon.messages import (
    Thread,
    addressed,
    conversation_from,
    handles_of,
    is_between,
    joined,
    key_of,
    message_from,
    message_from_entry,
    room_of,
    silent_in,
    thread_refs,
)
from app.protocols.mastodon.page import neighbours_of, read_statuses
from app.protocols.mastodon.session import status_path
from app.protocols.mastodon.wire_server import read_object
from app.protocols.mastodon.wire_write import read_lists
from app.protocols.writing import Ready

CONVERSATIONS = "/api/v1/conversations"
_MOST = 40
_WHY = "messages"
_BY_LINK = Source("bookmarks")
"""Paged by what no item carries: only the Link header leads on."""
_DEAF = frozenset({"threads.net", "www.threads.net"})
"""Hosts that are known to take no private messages from others."""
_MESSAGING = Messaging(
    name="Conversations",
    readers="The servers of everybody in it can read it.",
    mutes=True,
    names=True,
)


class Corresponding(Looking):
    """The part of the service that writes and reads messages (``Messages`` and its like)."""

    @property
    def messaging(self) -> Messaging:
        """Posts to those named; see ``Messages``."""
        return _MESSAGING

    async def conversations(
        self,
        cursor: Cursor | None = None,
        *,
        requests: bool = False,
        limit: int = 40,
        background: bool = False,
    ) -> ConversationPage:
        """One page; see ``Messages``."""
        if requests:
            return ConversationPage(conversations=())
        api = await self._api()
        length = (await self.limits()).length
        params: dict[str, str | int | bool] = {"limit": max(1, min(limit, _MOST))}
        params |= cursor_params(cursor)
        try:
            reply = await api.get(CONVERSATIONS, params, why=_WHY, background=background)
        except NotFound:
            raise Unsupported(f"{api.host} keeps no conversations.") from None
        found, unreadable, silent = [], 0, []
        for raw in wire.split_page(reply.body, api.host):
            thread = None
            try:
                thread = read_object(bytes(raw), Thread, api.host)
                found.append(conversation_from(thread, self._viewpoint(), length))
            except Malformed:
                unreadable += 1
                silent += silent_in(thread, self._viewpoint())
        # Below a page of which nothing can be shown there may be some that can.
        older = next_cursor(reply.headers, _BY_LINK, "") if found or unreadable else None
        return ConversationPage(
            conversations=tuple(joined(found)),
            older=older if older != cursor else None,
            unreadable=unreadable,
            silent=tuple(silent),
        )

    async def messages(
        self,
        conversation: Conversation,
        cursor: Cursor | None = None,
        *,
        limit: int = 50,
        background: bool = False,
    ) -> MessagePage:
        """One of its threads, whole; see ``Messages``. The cursor counts them off."""
        threads = await self._threads(conversation)
        at = int(cursor) if cursor and cursor.isdecimal() else 0
        found: list[Message] = []
        if at < len(threads):
            try:
                found = await self._said_in(threads[at][1], conversation, background)
            except NotFound:
                found = []  # that thread is gone; the others are not
        more = at + 1 < len(threads)
        return MessagePage(messages=tuple(found), older=Cursor(str(at + 1)) if more else None)

    async def _said_in(
        self, last: str, conversation: Conversation, background: bool
    ) -> list[Message]:
        api = await self._api()
        path = status_path(last)
        focus = await api.get(path, why=_WHY, background=background)
        context = await api.get(f"{path}/context", why=_WHY, background=background)
        above, below = read_lists(context.body, ("ancestors", "descendants"), api.host)
        read = read_statuses([*above, focus.body, *below])
        look = self._viewpoint()
        near, own = neighbours_of(read, look), self._account.handle
        people = handles_of(conversation.people, own)
        found: dict[str, Message] = {}
        for status in read:
            if status is None:
                continue
            try:
                entry = entry_from_status(status, near, time_of(status) or look.now)
            except Malformed:
                continue
            if status.id == last or is_between(entry.post, status, people, look):
                self._remember((entry,))
                found[entry.key] = message_from_entry(entry)
        return sorted(found.values(), key=lambda one: (one.at, one.id), reverse=True)

    async def conversation_with(self, people: Sequence[Profile]) -> Conversation:
        """Nothing need be begun: a post makes it; see ``Messages``. Raises: Refused."""
        for one in people:
            if urlsplit(one.uri).hostname in _DEAF:
                raise Refused(
                    f"{one.shown_name} is on Threads, which takes no private messages from "
                    "other servers.",
                    "Write to them in public.",
                )
        if not people:
            raise Refused("Nobody was chosen.", "Choose somebody.")
        length = (await self.limits()).length
        domain = self._viewpoint().domain
        return Conversation(
            id=key_of(people),
            people=tuple(people),
            at=self._clock(),
            limit=room_of(people, length, domain),
        )

    async def message_ticket(
        self, conversation: Conversation, message: OutgoingMessage, at: datetime
    ) -> str:
        """The key of idempotency; see ``Messages``."""
        if not message.to:
            raise Refused("Nobody would receive this message.", "Put somebody back in.")
        return self.ticket(self._outgoing(message), at)

    async def send_message(
        self, conversation: Conversation, message: OutgoingMessage, ticket: str
    ) -> Message:
        """Once, and to nobody else; see ``Messages``."""
        if not message.to:
            raise Refused("Nobody would receive this message.", "Put somebody back in.")
        post = self._outgoing(message)
        try:
            (done,) = await self.publish([Ready(post=post, ticket=ticket)])
        except NotFound:
            if not message.answers:
                raise
            # What it would have stood under is gone: it begins anew, to the same people.
            alone = self._outgoing(message, alone=True)
            (done,) = await self.publish([Ready(post=alone, ticket=ticket)])
        return await self._as_sent(done)

    async def look_message(
        self, conversation: Conversation, message: OutgoingMessage, ticket: str
    ) -> Message | None:
        """Among own posts; see ``Messages``."""
        found = await self.look([Ready(post=self._outgoing(message), ticket=ticket)])
        return await self._as_sent(found[0]) if found else None

    async def read_conversation(self, conversation: Conversation) -> None:
        """All its threads that were not read; see ``Messages``."""
        api = await self._api()
        count = max(1, conversation.unread)
        for thread, _ in (await self._threads(conversation))[:count]:
            await self._gone_is_well(api, "POST", f"{_path(thread)}/read")

    async def leave_conversation(self, conversation: Conversation) -> None:
        """Out of the list; the posts stay; see ``Messages``."""
        api = await self._api()
        for thread, _ in await self._threads(conversation):
            await self._gone_is_well(api, "DELETE", _path(thread))

    async def delete_message(self, conversation: Conversation, message: Message) -> None:
        """Own ones, for everybody; see ``Messages``."""
        if message.said is None or message.said.author.uri != self._account.uri:
            raise Unsupported("Only your own messages can be deleted here.", "Mute or leave it.")
        await self.delete(Published(message.id, ref=message.viewer.ref))

    async def mute_conversation(self, conversation: Conversation, *, on: bool) -> None:
        """Its threads tell of nothing new; see ``MutesConversations``."""
        api = await self._api()
        act = "mute" if on else "unmute"
        for _, status in await self._threads(conversation):
            await self._gone_is_well(api, "POST", status_path(status, f"/{act}"))

    # ------------------------------------------------------------- private

    async def _threads(self, conversation: Conversation) -> list[tuple[str, str]]:
        """Its threads; asked for where they are not known, as after its very first message."""
        if conversation.refs or conversation.last is None:
            return thread_refs(conversation.refs)
        page = await self.conversations()
        known = [one.refs for one in page.conversations if one.id == conversation.id]
        return thread_refs(known[0] if known else ())

    async def _gone_is_well(self, api: Api, method: str, path: str) -> None:
        reply = await api.ask(method, path, why=_WHY)
        if reply.status not in (404, 410):
            await api.checked(reply, path)

    def _outgoing(self, message: OutgoingMessage, *, alone: bool = False) -> Outgoing:
        domain = self._viewpoint().domain
        return Outgoing(
            text=addressed(message.text, message.to, domain),
            visibility="direct",
            reply_to="" if alone else message.answers,
        )

    async def _as_sent(self, done: Published) -> Message:
        """As the server has it. Raises: Refused: others could read it; it was taken back."""
        api = await self._api()
        try:
            reply = await api.get(status_path(done.ref), why=_WHY)
            status = wire.read_status(reply.body)
            message = message_from(status, Neighbours(self._viewpoint()))
        except ServiceError as error:
            raise OutcomeUnknown(f"{api.host} took the message, but did not show it.") from error
        if message.said is not None and message.said.visibility != "direct":
            await self._take_back(done, api.host)
        return message

    async def _take_back(self, done: Published, host: str) -> None:
        said = f"{host} did not keep the message between you"
        try:
            await self.delete(done)
        except ServiceError as error:
            raise Refused(
                f"{said}, and did not take it back: others can read it.", "Delete it there."
            ) from error
        raise Refused(f"{said}; it was taken back at once.", "Write to them some other way.")


def _path(thread: str) -> str:
    return f"{CONVERSATIONS}/{quote(thread, safe='')}"
