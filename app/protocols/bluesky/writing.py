"""
Publishing: a thread is one write, with keys that were fixed before the first try.

A second try can therefore not make a second post: the repo has the key, or it
has not, and whoever does not know looks (facts: exactly-once posting).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Raw, Struct

from app.model import Profile
from app.model.draft import Attachment
from app.model.errors import NotFound, Refused, ServiceError, Unsupported
from app.model.sending import Limits, Outgoing, Published
from app.protocols.bluesky.api import Failed
from app.protocols.bluesky.dagcbor import cid_of_record
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.lookup import Record, Target, record_at, targets_of
from app.protocols.bluesky.people import found_people
from app.protocols.bluesky.profiles import NO_HANDLE
from app.protocols.bluesky.records import (
    POST,
    POSTGATE,
    THREADGATE,
    Json,
    Ref,
    Reply,
    check,
    postgate,
    record_from_outgoing,
    threadgate,
)
from app.protocols.bluesky.refs import PostRef
from app.protocols.bluesky.refusals import error_from_write
from app.protocols.bluesky.speaking import DELETED, Speaking
from app.protocols.bluesky.tids import Ticket, ticket_from_text, times_of_writing
from app.protocols.bluesky.uploads import limits_of, uploaded
from app.protocols.bluesky.uris import at_uri_parts
from app.protocols.bluesky.wire import PostRecord, Wire
from app.protocols.writing import Ready

log = logging.getLogger(__name__)

_MOST_WRITES = 200  # of applyWrites


class _Applied(Wire, frozen=True):
    """``applyWrites``: servers of before 2024 say nothing at all, and are then asked."""

    results: list[Raw]


class _Planned(Struct, frozen=True):
    """One post, ready to be written, and where it will be."""

    ref: Ref
    reply: Reply | None
    writes: tuple[Json, ...]


class Writing(Speaking):
    """The part of the service that publishes (``Writes``)."""

    async def limits(self) -> Limits:
        """What the server takes; see ``Writes``."""
        return await limits_of(self._api, self._video, self._now())

    def ticket(self, post: Outgoing, at: datetime) -> str:
        """Record key and time of writing; see ``Writes``."""
        return str(self._tids.ticket(at, self._now()))

    async def upload(
        self,
        media: Attachment,
        file: Path,
        *,
        progress: Callable[[float], None] = lambda done: None,
    ) -> str:
        """Hand over a file; see ``Writes``."""
        return await uploaded(
            self._api, self._video, self._account.uri, media, file, progress, self._now()
        )

    async def publish(self, posts: Sequence[Ready]) -> tuple[Published, ...]:
        """
        Write all of *posts* at once, or none of them; see ``Writes``.

        Whatever the server refuses, it may be because the posts are there.
        """
        tickets = [self._ticket_of(ready) for ready in posts]
        for ready in posts:
            check(ready.post)
        planned = await self._planned(posts, tickets)
        writes = [write for one in planned for write in one.writes]
        if len(writes) > _MOST_WRITES:
            raise Refused("The thread is too long to be sent at once.", "Send it in two.")
        body = {"repo": self._account.uri, "writes": writes}
        try:
            await self._applied(body)
        except (Failed, Refused) as error:
            if (found := await self._found_after(error, posts)) is not None:
                return found
            raise
        return tuple(self._published(one.ref, one.reply) for one in planned)

    async def look(self, posts: Sequence[Ready]) -> tuple[Published, ...] | None:
        """
        Whether the repo has these keys; see ``Writes``.

        All are written at once: one that is there proves the others, even if
        somebody has deleted them since.

        Raises:
            Refused: Something else has one of the keys.
        """
        tickets = [self._ticket_of(ready) for ready in posts]
        found = await asyncio.gather(*(self._kept(ticket.key) for ticket in tickets))
        if not any(found):
            return None
        for ready, record in zip(posts, found, strict=True):
            if record is not None:
                _check_same(record, ready.post)
        return tuple(
            self._published_from_record(ticket.key, record)
            for ticket, record in zip(tickets, found, strict=True)
        )

    async def edit(
        self, published: Published, post: Outgoing, uploads: dict[str, str]
    ) -> Published:
        """Nobody would see it: the network shows what was first written."""
        raise Unsupported(
            "Bluesky has no edit.",
            "Delete the post and send it again: likes, reposts and answers are lost then.",
        )

    async def delete(self, published: Published) -> None:
        """Delete an own post and its gates. Done twice is done."""
        parts = at_uri_parts(published.uri)
        if parts is None or parts[0] != self._account.uri or parts[1] != POST:
            raise Refused("That is not a post of this account.", "Choose the account it is by.")
        self._recent.note(published.uri, DELETED, "yes", self._now())
        await self._repo.delete(POST, parts[2], why="to delete")
        for gate in (THREADGATE, POSTGATE):
            await self._repo.delete(gate, parts[2], why="to delete")

    async def search_profiles(self, words: str, limit: int = 8) -> tuple[Profile, ...]:
        """People whose handle or name begins like *words*; see ``Writes``."""
        return await found_people(self._api, words, limit)

    # -- one write -----------------------------------------------------------

    def _ticket_of(self, ready: Ready) -> Ticket:
        try:
            ticket = ticket_from_text(ready.ticket)
        except ValueError:
            raise Refused("The kept post is damaged.", "Send it again from the draft.") from None
        self._tids.saw(ticket.key)
        return ticket

    async def _planned(
        self, posts: Sequence[Ready], tickets: Sequence[Ticket]
    ) -> tuple[_Planned, ...]:
        named = [uri for ready in posts for uri in (ready.post.reply_to, ready.post.quote) if uri]
        targets: Mapping[str, Target] = {}
        if named:
            uris = list(dict.fromkeys(named))
            targets = await targets_of(self._api, uris, self._account.uri)
        planned: list[_Planned] = []
        times = times_of_writing(tickets, self._now())
        for ready, ticket, at in zip(posts, tickets, times, strict=True):
            reply = _reply(ready, targets, planned)
            quote = _quote(ready.post, targets)
            planned.append(self._planned_one(ready, Ticket(ticket.key, at), reply, quote))
        return tuple(planned)

    def _planned_one(
        self, ready: Ready, ticket: Ticket, reply: Reply | None, quote: Ref | None
    ) -> _Planned:
        post, key, at = ready.post, ticket.key, ticket.created_at
        record = record_from_outgoing(post, ready.uploads, at, reply=reply, quote=quote)
        ref = Ref(self._uri(POST, key), cid_of_record(record))
        writes = [_create(POST, key, record)]
        # Only the first post of a thread has a say in who answers.
        if reply is None and (gate := threadgate(ref.uri, post.replies, at)) is not None:
            writes.append(_create(THREADGATE, key, gate))
        if post.quotes == "nobody":
            writes.append(_create(POSTGATE, key, postgate(ref.uri, at)))
        return _Planned(ref, reply, tuple(writes))

    async def _applied(self, body: Json) -> None:
        method = "com.atproto.repo.applyWrites"
        said = await self._api.post(method, body, why="to publish", error=error_from_write)
        try:
            read(said, _Applied)
        except Unreadable as error:
            raise Failed("The server's answer is not readable: it may have been done.") from error

    async def _found_after(
        self, error: ServiceError, posts: Sequence[Ready]
    ) -> tuple[Published, ...] | None:
        try:
            return await self.look(posts)
        except ServiceError as second:
            log.info("Cannot look for a post now: %s", second.message)
            raise error from second

    # -- what is there -------------------------------------------------------

    async def _kept(self, key: str) -> Record | None:
        try:
            return await record_at(self._api, self._uri(POST, key))
        except NotFound:
            return None

    def _uri(self, collection: str, key: str) -> str:
        return f"at://{self._account.uri}/{collection}/{key}"

    def _published(self, ref: Ref, reply: Reply | None) -> Published:
        account = self._account
        who = account.uri if account.handle == NO_HANDLE else account.handle
        key = ref.uri.rpartition("/")[2]
        root, root_cid = (reply.root.uri, reply.root.cid) if reply else ("", "")
        return Published(
            ref.uri,
            f"https://bsky.app/profile/{who}/post/{key}",
            PostRef(ref.cid, root=root, root_cid=root_cid).text(),
        )

    def _published_from_record(self, key: str, record: Record | None) -> Published:
        if record is None:
            return self._published(Ref(self._uri(POST, key), ""), None)
        said = _post(record).reply
        reply = None
        if said is not None:
            root, parent = said.root, said.parent
            reply = Reply(Ref(root.uri, root.cid), Ref(parent.uri, parent.cid))
        return self._published(Ref(record.uri, record.cid), reply)


def _create(collection: str, key: str, value: Json) -> Json:
    kind = "com.atproto.repo.applyWrites#create"
    return {"$type": kind, "collection": collection, "rkey": key, "value": value}


def _reply(ready: Ready, targets: Mapping[str, Target], before: Sequence[_Planned]) -> Reply | None:
    """What a post answers: the one before it, an earlier batch, somebody's post, nothing."""
    if before:
        last = before[-1]
        return Reply(last.reply.root if last.reply else last.ref, last.ref)
    if ready.parent is not None:
        parent = _ref(ready.parent)
        return Reply(_root_of(ready, parent), parent)
    if not ready.post.reply_to:
        return None
    target = targets[ready.post.reply_to]
    if not target.can_reply:
        raise Refused(
            "Its author lets only some people answer, and you are not among them.",
            "Quote it instead, or leave this account out.",
        )
    return Reply(target.root, target.ref)


def _quote(post: Outgoing, targets: Mapping[str, Target]) -> Ref | None:
    if not post.quote:
        return None
    target = targets[post.quote]
    if not target.can_quote:
        raise Refused("Its author does not let others quote this post.", "Link to it instead.")
    return target.ref


def _ref(published: Published) -> Ref:
    cid = PostRef.from_text(published.ref).cid
    if not cid:
        raise NotFound("The post before it in the thread is gone.", "Send the rest as a new post.")
    return Ref(published.uri, cid)


def _root_of(ready: Ready, parent: Ref) -> Ref:
    """The parent's word counts: it may be an answer to somebody itself."""
    said = PostRef.from_text(ready.parent.ref) if ready.parent else PostRef()
    if said.root and said.root_cid:
        return Ref(said.root, said.root_cid)
    return _ref(ready.root) if ready.root is not None else parent


def _post(record: Record) -> PostRecord:
    try:
        return read(record.value, PostRecord)
    except Unreadable:
        return PostRecord()


def _check_same(record: Record, post: Outgoing) -> None:
    """The time may differ: a second try that was later may have been the one."""
    if _post(record).text != post.text.text:
        raise Refused(
            "Something else stands where this post was to go.", "Send it again from the draft."
        )
