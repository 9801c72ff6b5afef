"""Copies of one draft on several networks: changed together, each with its own result."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from app.compose.plan import Acquaintance
from app.model import AccountId
from app.model.draft import Draft, DraftId, Lane, LaneSettings
from app.model.errors import NotFound, Refused, ServiceError, Unsupported
from app.model.profile import Profile
from app.model.sending import Limits, Outgoing, Part, Published
from app.services.enqueue import TICK
from app.services.outbox_lane import Lane as LaneAtWork
from app.services.outbox_ledger import LAST_AT, Ledger, Overtaken

if TYPE_CHECKING:
    from app.protocols.writing import Writes
    from app.services.accounts import Accounts
    from app.services.clock import Clock
    from app.services.deliver import Deliver
    from app.store import Store

log = logging.getLogger(__name__)

Acquaintances = Callable[[Sequence[str]], Mapping[str, Acquaintance]]

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
    answers are lost then). *again*: just that is under way now.
    """

    copy: Copy
    error: ServiceError | None = None
    repost: bool = False
    again: bool = False


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
    ) -> None:
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
        for one in self._ledger.of(own.draft) if own is not None else ():
            if one.state in ("queued", "sending", "unknown"):
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
        return tuple([await self._edit(copy, text, repost) for copy in copies])

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
            post = self._with_text(copy, copy.post, text, limits)
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

    def _with_text(self, copy: Copy, post: Outgoing, text: str, limits: Limits) -> Outgoing:
        """*post*, which says *text* now and is otherwise as it was. Raises: Refused."""
        # Slow to load, and only who edits needs it.
        from app.compose.lanes import plan_lane

        now = self._clock.now()
        lang = post.langs[0] if post.langs else ""
        settings = LaneSettings(visibility=post.visibility, lang=lang, labels=post.labels)
        lane = Lane(account=copy.account, settings=settings)
        draft = Draft(
            id=copy.draft,
            created_at=now,
            updated_at=now,
            text=text,
            warning=post.warning,
            media=post.media,
            markdown=bool(post.markup),
            split=False,
            lanes=(lane,),
        )
        plan = plan_lane(
            draft, lane, network=copy.network, limits=limits, known=self._known(copy, post, text)
        )
        if not plan.can_send:
            stops = next((loss.text for loss in plan.losses if loss.stops), "")
            raise Refused(plan.problems[0] if plan.problems else stops, "Change the text.")
        made = plan.posts[0]
        return replace(post, text=made.text, source=made.source, markup=made.markup)

    def _known(self, copy: Copy, post: Outgoing, text: str) -> dict[str, Acquaintance]:
        """Whom *text* mentions: those of before, and whom the people book knows."""
        from app.compose.spans import find_spans

        typed = [
            text[span.start : span.end].lstrip("@").lower()
            for span in find_spans(text)
            if span.kind == "mention"
        ]
        known = dict(self._acquaintances(typed))
        for span in post.text.spans:
            if span.kind == "mention" and span.target:
                handle = post.text.text[span.start : span.end].lstrip("@")
                profile = Profile(span.target, handle)
                known.setdefault(
                    handle.lower(), Acquaintance(profile=profile, network=copy.network)
                )
        return known

    async def _change(self, copy: Copy, post: Outgoing, service: Writes) -> CopyResult:
        """Where the network has edits."""
        kept = await self._ledger.load(copy.draft, copy.account)
        uploads = kept.delivery.parts[copy.part].uploads if kept is not None else {}
        published = await service.edit(copy.published, post, uploads)

        def changed(part: Part) -> dict[str, object]:
            return {"post": post, "done": replace(published, note="")}

        await self._rewrite(copy, "You: edited", changed)
        return CopyResult(copy=replace(copy, published=published, post=post))

    async def _again(self, copy: Copy, post: Outgoing, service: Writes) -> CopyResult:
        """Durable first; then the outbox deletes the old one and sends the new one."""
        now = self._clock.now()
        last = self._store.reader.setting(LAST_AT, "")
        at = max(now, datetime.fromisoformat(last) if last else now) + TICK
        ticket = service.ticket(post, at)
        await self._store.keep(lambda keeper: keeper.set_setting(LAST_AT, at.isoformat()))

        def changed(part: Part) -> dict[str, object]:
            # A file belongs to one post: the new one gets it anew.
            return {"post": post, "ticket": ticket, "done": None, "uploads": {}}

        await self._rewrite(
            copy, "You: delete it and post it anew", changed,
            state="queued", replaces=copy.published, queued_at=now, attempts=0, looks=0,
            not_before=None, send_at=None, trouble=None,
        )  # fmt: skip
        return CopyResult(copy=replace(copy, post=post), again=True)

    async def _rewrite(
        self,
        copy: Copy,
        text: str,
        changed: Callable[[Part], dict[str, object]],
        **changes: object,
    ) -> None:
        for _ in range(8):
            kept = await self._ledger.load(copy.draft, copy.account)
            if kept is None:
                return
            parts = list(kept.delivery.parts)
            parts[copy.part] = replace(parts[copy.part], **changed(parts[copy.part]))
            lane = LaneAtWork(kept, self._ledger, self._clock)
            try:
                await lane.put(text, parts=tuple(parts), **changes)
            except Overtaken:
                continue
            return


def _backwards(copy: Copy) -> tuple[AccountId, int]:
    return copy.account, -copy.part
