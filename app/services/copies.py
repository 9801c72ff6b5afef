"""Copies of one draft on several networks: changed together, each with its own result."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from app.model import AccountId, Source
from app.model.draft import DraftId
from app.model.errors import NotFound, Refused, ServiceError, Unsupported
from app.model.sending import Delivery, Limits, Outgoing, Part, Published
from app.services.enqueue import TICK
from app.services.outbox_lane import Lane as LaneAtWork
from app.services.outbox_ledger import LAST_AT, Ledger, Overtaken
from app.services.rewording import Acquaintances, Place, parts_from, posts_with_text, with_text

if TYPE_CHECKING:
    from app.protocols.writing import Writes
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.services.deliver import Deliver
    from app.store import Saved, Store

log = logging.getLogger(__name__)

NEW_AGAIN = "Delete it and post it anew (--repost): likes, reposts and answers are lost then."


class Copy(Struct, frozen=True, kw_only=True):
    """
    One post of a draft, on one network. *part*: from 0, *of* how many there.

    *draft* is "" for a post that was not sent from here; *post* is None then.
    """

    draft: DraftId
    account: AccountId
    network: str
    part: int
    of: int
    published: Published
    post: Outgoing | None = None


class CopyResult(Struct, frozen=True, kw_only=True):
    """
    What became of one copy. *error*: why nothing; None: done.

    *repost*: it can be deleted and posted anew instead (likes, reposts and
    answers are lost then). *again*: just that is under way now. *waits*: it has
    not arrived (``copy.published`` has no address), and says the new words when
    it is tried again.
    """

    copy: Copy
    error: ServiceError | None = None
    repost: bool = False
    again: bool = False
    waits: bool = False


class Copies:
    """Finds, deletes and edits what was sent. Done twice is done once."""

    def __init__(
        self,
        store: Store,
        accounts: Accounts,
        ledger: Ledger,
        deliver: Deliver,
        clock: Clock,
        acquaintances: Acquaintances,
        gone: Callable[[str], Awaitable[None]],
        changed: Callable[[Saved], None],
    ) -> None:
        self._changed = changed
        self._gone = gone
        self._store = store
        self._accounts = accounts
        self._ledger = ledger
        self._deliver = deliver
        self._clock = clock
        self._acquaintances = acquaintances

    def of(self, uri: str) -> tuple[Copy, ...]:
        """
        The post at *uri* (or its web address) and its copies, as far as they are there.

        The first post of a thread stands for the whole, a later one for itself
        and for those at its place in threads that are cut the same.
        """
        written = self._store.reader.written
        own = written.own_post(uri)
        if own is None:
            return self._seen(uri)
        gone = written.gone(own.draft)
        return tuple(
            Copy(
                draft=own.draft,
                account=delivery.account,
                network=delivery.network,
                part=number,
                of=len(delivery.parts),
                published=part.done,
                post=part.post,
            )
            for delivery in self._ledger.of(own.draft)
            for number, part in enumerate(delivery.parts)
            if part.done is not None
            and part.done.uri
            and part.done.uri not in gone
            and (own.part == 0 or (own.part, own.of) == (number, len(delivery.parts)))
        )

    async def delete(self, uri: str) -> tuple[CopyResult, ...]:
        """Delete them all, the last of a thread first. Raises: NotFound."""
        copies = self._must_be_mine(uri)
        return tuple([await self._delete(copy) for copy in sorted(copies, key=_backwards)])

    async def edit(self, uri: str, text: str, *, repost: bool) -> tuple[CopyResult, ...]:
        """Change the text of them all. Raises: NotFound, Refused."""
        own = self._store.reader.written.own_post(uri)
        lanes = self._ledger.of(own.draft) if own is not None else ()
        for one in lanes:
            if one.state in ("queued", "sending", "unknown", "scheduled"):
                # It would arrive with the words of before.
                raise Refused(
                    f"A copy of it is still on its way, as {one.account}.",
                    "Wait until it is there, or take it back in the outbox; then edit.",
                )
        # The first of a thread stands for the whole elsewhere; the text is for it alone.
        part = own.part if own is not None else 0
        copies = tuple(copy for copy in self._must_be_mine(uri) if copy.part == part)
        if not copies:
            raise NotFound("Every copy of it was deleted before.", "Post it anew.")
        results = [await self._edit(copy, text, repost) for copy in copies]
        if part == 0:
            failed = [one for one in lanes if one.state == "failed" and not _has_begun(one)]
            results += [await self._reword(one, text) for one in failed]
            await self._reword_draft(failed, text)
        return tuple(results)

    # --------------------------------------------------------------- private

    def _must_be_mine(self, uri: str) -> tuple[Copy, ...]:
        found = self.of(uri)
        if not found and self._store.reader.written.own_post(uri) is None:
            raise NotFound(
                "Godwit knows no post of yours at this address.",
                "Sync first, or check the address.",
            )
        return found

    def _seen(self, uri: str) -> tuple[Copy, ...]:
        """A post of mine that came from somewhere else."""
        post = self._store.reader.posts([uri]).get(uri)
        if post is None:
            return ()
        viewers = self._store.reader.viewers(uri)
        return tuple(
            Copy(
                draft=DraftId(""),
                account=account.id,
                network=account.network,
                part=0,
                of=1,
                published=Published(uri, post.url, viewers[account.id].ref),
            )
            for account in self._accounts.all()
            if account.uri == post.author.uri
            and account.network == post.network
            and account.id in viewers
        )[:1]

    async def _delete(self, copy: Copy) -> CopyResult:
        try:
            await self._deliver.service(copy.account).delete(copy.published)
            await self._store.keep(lambda keeper: keeper.written.forget_post(copy.published))
            await self._gone(copy.published.uri)
        except ServiceError as error:
            log.info("a copy was not deleted: %s", error.kind)
            return CopyResult(copy=copy, error=error)
        return CopyResult(copy=copy)

    async def _edit(self, copy: Copy, text: str, repost: bool) -> CopyResult:
        try:
            if copy.post is None:
                raise Unsupported("It was not sent from here.", "Edit it where it was written.")
            if copy.part == 0 and copy.of > 1:
                raise Unsupported(
                    f"It is a thread of {copy.of} posts there.",
                    "Edit them one by one, or delete it and post it anew.",
                )
            service = self._deliver.service(copy.account)
            limits = await service.limits()
            now = self._clock.now()
            post = with_text(_place(copy, limits), copy.post, text, self._acquaintances, now)
            if limits.edits:
                try:
                    return await self._change(copy, post, service)
                except Unsupported:
                    if not repost:
                        raise
            if repost and post == copy.post:
                return CopyResult(copy=copy)  # nothing is lost for nothing
            if repost and copy.of == 1:
                return await self._again(copy, post, service)
            raise Unsupported("This network has no edit.", NEW_AGAIN)
        except ServiceError as error:
            log.info("a copy was not edited: %s", error.kind)
            may = isinstance(error, Unsupported) and copy.post is not None and copy.of == 1
            return CopyResult(copy=copy, error=error, repost=may)

    async def _reword(self, lane: Delivery, text: str) -> CopyResult:
        """A lane that failed: what is tried again later must not say the old words."""
        copy = Copy(
            draft=lane.draft,
            account=lane.account,
            network=lane.network,
            part=0,
            of=len(lane.parts),
            published=Published(""),
            post=lane.parts[0].post,
        )
        try:
            if lane.looks:
                raise Refused(
                    "It may be there after all, with the words of before.",
                    "Look there; if it is not, take it back in the outbox.",
                )
            service = self._deliver.service(lane.account)
            place = _place(copy, await service.limits())
            posts = posts_with_text(place, lane, text, self._acquaintances, self._clock.now())
            tickets = await self._tickets(service, posts)

            def reworded(now: Delivery) -> tuple[Part, ...]:
                if now.state != "failed":
                    raise Refused("It has left meanwhile.", "Edit once more when it is there.")
                return parts_from(now, posts, tickets)

            await self._rewrite(copy, "You: edited, before it is tried again", reworded)
        except ServiceError as error:
            log.info("a lane that failed was not edited: %s", error.kind)
            return CopyResult(copy=copy, error=error)
        return CopyResult(copy=replace(copy, post=posts[0]), waits=True)

    async def _reword_draft(self, failed: Sequence[Delivery], text: str) -> None:
        """Who writes on where a lane failed begins with the new words, too."""
        found = self._store.reader.written.draft(failed[0].draft) if failed else None
        if found is None:
            return
        draft, sent = found
        who = {one.account for one in failed}
        lanes = tuple(
            replace(lane, text=None) if lane.account in who else lane for lane in draft.lanes
        )
        draft = replace(draft, text=text, lanes=lanes, updated_at=self._clock.now())
        await self._store.keep(lambda keeper: keeper.written.save_draft(draft, sent=sent))

    async def _change(self, copy: Copy, post: Outgoing, service: Writes) -> CopyResult:
        """Where the network has edits."""
        kept = await self._ledger.load(copy.draft, copy.account)
        uploads = kept.delivery.parts[copy.part].uploads if kept is not None else {}
        published = await service.edit(copy.published, post, uploads)

        done = replace(published, note="")
        await self._rewrite(copy, "You: edited", _with_part(copy, post=post, done=done))
        await self._see(copy.account, published.uri)
        return CopyResult(copy=replace(copy, published=published, post=post))

    async def _see(self, account: AccountId, uri: str) -> None:
        """What was edited shows its new words at once, wherever it stands."""
        from app.protocols.writing import Converses
        from app.store import Batch  # opens SQLite: only who edits needs it

        service = self._accounts.service(account)
        if not isinstance(service, Converses):
            return
        try:
            entry = await service.find(uri)
            batch = Batch(account=account, source=Source("thread", uri), items=(entry,))
            self._changed(await self._store.save(batch))
        except ServiceError as error:
            # It is edited: the next look at its server shows it.
            log.info("an edited post was not read again: %s", error.kind)

    async def _again(self, copy: Copy, post: Outgoing, service: Writes) -> CopyResult:
        """Durable first; then the outbox deletes the old one and sends the new one."""
        (ticket,) = await self._tickets(service, [post])
        # A file belongs to one post: the new one gets it anew.
        anew = _with_part(copy, post=post, ticket=ticket, done=None, uploads={})
        now = self._clock.now()
        await self._rewrite(
            copy, "You: delete it and post it anew", anew,
            state="queued", replaces=copy.published, queued_at=now, attempts=0, looks=0,
            not_before=None, send_at=None, trouble=None,
        )  # fmt: skip
        return CopyResult(copy=replace(copy, post=post), again=True)

    async def _tickets(self, service: Writes, posts: Sequence[Outgoing]) -> list[str]:
        """One for each, later than any before."""
        now, last = self._clock.now(), self._store.reader.setting(LAST_AT, "")
        at = max(now, datetime.fromisoformat(last) if last else now)
        found = []
        for post in posts:
            at += TICK
            found.append(service.ticket(post, at))
        await self._store.keep(lambda keeper: keeper.set_setting(LAST_AT, at.isoformat()))
        return found

    async def _rewrite(
        self,
        copy: Copy,
        text: str,
        parts: Callable[[Delivery], tuple[Part, ...]],
        **changes: object,
    ) -> None:
        for _ in range(8):
            kept = await self._ledger.load(copy.draft, copy.account)
            if kept is None:
                return
            lane = LaneAtWork(kept, self._ledger, self._clock)
            try:
                await lane.put(text, parts=parts(kept.delivery), **changes)
            except Overtaken:
                continue
            return


def _place(copy: Copy, limits: Limits) -> Place:
    return Place(draft=copy.draft, account=copy.account, network=copy.network, limits=limits)


def _has_begun(lane: Delivery) -> bool:
    """Some of its posts are there: copies like others."""
    return any(part.done is not None for part in lane.parts)


def _with_part(copy: Copy, **changes: object) -> Callable[[Delivery], tuple[Part, ...]]:
    """What makes of a delivery its parts, with the one of *copy* changed."""

    def changed(delivery: Delivery) -> tuple[Part, ...]:
        parts = list(delivery.parts)
        parts[copy.part] = replace(parts[copy.part], **changes)
        return tuple(parts)

    return changed


def _backwards(copy: Copy) -> tuple[AccountId, int]:
    return copy.account, -copy.part
