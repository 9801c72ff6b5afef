"""
Writing: a post goes out once, and when its answer is lost one looks for it.

Source: methods/statuses, methods/scheduled_statuses; facts: "Sending".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.model.errors import (
    Malformed,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    ServiceError,
    Unreachable,
    Unsupported,
)
from app.model.sending import Outgoing, Published
from app.protocols.http import Reply
from app.protocols.mastodon import wire
from app.protocols.mastodon.amending import Amending, kept_post
from app.protocols.mastodon.api import STATUSES, Api
from app.protocols.mastodon.measuring import Measuring
from app.protocols.mastodon.media import Uploading
from app.protocols.mastodon.outgoing import Json, json_from_post
from app.protocols.mastodon.wire_server import read_object
from app.protocols.mastodon.wire_write import Scheduled
from app.protocols.net.reply import words_of
from app.protocols.writing import Ready

SOONEST = timedelta(minutes=5)
"""Servers keep posts only for this long or longer (Mastodon's MINIMUM_OFFSET)."""

NOT_IMPLEMENTED = 501
"""Servers say so, before it does anything (GoToSocial, to ``scheduled_at``)."""

_WHY = "sending a post"
_WE_WAIT = "Nothing to do: Godwit sends it when its time comes, if it is running."
# Answers after which one does not know: another try with the same key is on
# its way (409), or the machine in front did not wait for the one behind.
_UNSURE = (408, 409, 425)


class Posting(Amending, Uploading, Measuring):
    """Publishes for one account."""

    def ticket(self, post: Outgoing, at: datetime) -> str:
        """What makes each try to send *post* the same act. No I/O."""
        return self._tickets.new(post, at, self._times)

    async def publish(self, posts: Sequence[Ready]) -> tuple[Published, ...]:
        """
        Publish one post (``Limits.threads_at_once`` is False).

        Raises:
            OutcomeUnknown: It may have been done: ``look`` before another try.
            NotFound: What it answers or quotes is gone; nothing was done.
            Unsupported: The server knows no quotes; nothing was done.
            RateLimited: Too early, or too soon for the server to keep it.
            Refused, SignedOut, Unreachable: Nothing was done.
        """
        (ready,) = posts
        api = await self._api()
        made, related = await self._made_of(api, ready)
        reply = await self._sent(api, made, ready.ticket)
        if not 200 <= reply.status < 300:
            raise await self._refusal(api, reply, related)
        return (await self._published(api, reply, ready, "scheduled_at" in made),)

    async def _made_of(self, api: Api, ready: Ready) -> tuple[Json, bool]:
        """What to send, and whether it stands on another post."""
        post = ready.post
        reply_to = await self._parent_id(api, ready)
        quote = ""
        if post.quote:
            if not (await self.limits()).can_quote:
                raise Unsupported(f"{api.host} knows no quotes.", "Put a link into the text.")
            quote = await self._wanted_id(api, post.quote, "quote")
        send_at = self._send_at(api, post)
        media = [await self._described(api, one, ready.uploads) for one in post.media]
        limits = self._limits
        made = json_from_post(
            post,
            media=media,
            reply_to=reply_to,
            quote=quote,
            says_quotes=limits is not None and len(limits.quotes) > 1,
            send_at=send_at,
        )
        return made, bool(reply_to or quote)

    async def _sent(self, api: Api, made: Json, ticket: str) -> Reply:
        """Send it: from here to the answer nobody can say what was done."""
        unsure = f"{api.host} was given the post, but did not say whether it took it."
        try:
            reply = await api.ask(
                "POST",
                STATUSES,
                json=made,
                headers={"idempotency-key": ticket},
                why=_WHY,
                counted="statuses",
            )
        except Malformed as error:
            raise OutcomeUnknown(unsure) from error
        except Unreachable as error:
            if not error.sent:
                raise
            raise OutcomeUnknown(unsure) from error
        broke = reply.status >= 500 and reply.status != NOT_IMPLEMENTED
        if broke or reply.status in _UNSURE:
            raise OutcomeUnknown(unsure)
        return reply

    async def _refusal(self, api: Api, reply: Reply, related: bool) -> ServiceError:
        """What a no means. Nothing was done."""
        said = words_of(reply)
        if reply.status == NOT_IMPLEMENTED:
            return Unsupported(f"{api.host} cannot do that{said}.", "Leave that part out.")
        try:
            await api.checked(reply, STATUSES)
        except NotFound as error:
            if not related:
                return Refused(f"{api.host} takes no posts{said}.", error.next_step)
            return NotFound(
                f"{api.host} no longer has the post that this one answers or quotes.",
                "Send it on its own, or not at all.",
            )
        except Refused as error:
            match reply.status:
                case 413:
                    return Refused(
                        f"{api.host} says that this is too much for one post{said}.",
                        "Shorten it, or leave something out.",
                    )
                case 400 | 422:
                    return Refused(
                        f"{api.host} did not take the post{said}.", "Change it and send it again."
                    )
            return error
        except ServiceError as error:
            return error
        return OutcomeUnknown(f"{api.host} gave an answer that says nothing.")

    async def _published(self, api: Api, reply: Reply, ready: Ready, later: bool) -> Published:
        unread = OutcomeUnknown(f"{api.host} took the post, but its answer cannot be read.")
        if later and (kept := _read_kept(reply.body)) is not None:
            return kept_post(kept)
        try:
            status = wire.read_status(reply.body)
        except Malformed as error:
            raise unread from error
        if not status.id or not (status.uri or status.url):
            raise unread
        self._claimed.learn(status.id, ready.ticket)
        if later:
            return await self._too_early(api, ready, status)
        return self._as_published(status, _left_out(api, status, ready.post))

    async def _too_early(self, api: Api, ready: Ready, status: wire.Status) -> Published:
        """
        The server did not wait but published at once: take it back, wait ourselves.

        Raises:
            RateLimited: It was taken back; until its time.
            OutcomeUnknown: Nobody can say whether it was.
        """
        self._waits = False
        early = self._as_published(
            status, f"{api.host} did not wait for its time: the post is there already."
        )
        try:
            await self.delete(early)
        except Unreachable as error:
            raise OutcomeUnknown(
                f"{api.host} did not say whether it took the post back."
            ) from error
        except ServiceError:
            return early
        raise RateLimited(
            f"{api.host} keeps no posts until their time; it was taken back at once.",
            ready.post.send_at or self._clock(),
            _WE_WAIT,
        )

    # ------------------------------------------------- what it stands on

    async def _parent_id(self, api: Api, ready: Ready) -> str:
        if ready.parent is not None:
            return ready.parent.ref or await self._wanted_id(api, ready.parent.uri, "answer")
        if not ready.post.reply_to:
            return ""
        return await self._wanted_id(api, ready.post.reply_to, "answer")

    async def _wanted_id(self, api: Api, uri: str, verb: str) -> str:
        try:
            return await self._post_id(api, uri)
        except NotFound as error:
            raise NotFound(
                f"The post that you {verb} is gone, or {api.host} may not see it.",
                "Send it on its own, or not at all.",
            ) from error

    def _send_at(self, api: Api, post: Outgoing) -> datetime | None:
        """
        When the server is to publish it; None: at once, its time has come.

        Raises:
            RateLimited: The server does not keep posts for so short a time.
        """
        if post.send_at is None:
            return None
        left = post.send_at - self._times.now()
        if left <= timedelta():
            return None
        if left < SOONEST or not self._waits:
            raise RateLimited(
                f"{api.host} keeps posts only for five minutes and longer, or not at all.",
                post.send_at,
                _WE_WAIT,
            )
        return post.send_at


def _left_out(api: Api, status: wire.Status, post: Outgoing) -> str:
    """What the server has dropped without a word."""
    if post.quote and status.quote is None:
        return f"{api.host} left the quote out: the post stands there without it."
    if post.poll and status.poll is None:
        return f"{api.host} left the poll out: the post stands there without it."
    return ""


def _read_kept(body: bytes) -> Scheduled | None:
    """What the server keeps until its time; None: it is something else."""
    try:
        kept = read_object(body, Scheduled, "")
    except Malformed:
        return None
    return kept if kept.id and kept.scheduled_at is not None else None
