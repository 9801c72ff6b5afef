"""
Changing and deleting what was published, and cancelling what waits for its time.

Source: methods/statuses, methods/scheduled_statuses; facts: "Sending".
"""

from __future__ import annotations

from datetime import UTC
from urllib.parse import quote as quoted

from app.model.draft import Attachment
from app.model.errors import NotFound, Refused, Unsupported
from app.model.sending import Outgoing, Published
from app.protocols.mastodon import wire
from app.protocols.mastodon.api import SCHEDULED, Api
from app.protocols.mastodon.outgoing import json_from_edit
from app.protocols.mastodon.session import Session, status_path
from app.protocols.mastodon.wire_write import Scheduled

KEPT = "scheduled:"
"""How the ``ref`` of a post begins that the server keeps until its time."""


class Amending(Session):
    """Changes and deletes for one account."""

    async def edit(
        self, published: Published, post: Outgoing, uploads: dict[str, str]
    ) -> Published:
        """
        Change a post. Its pictures and its poll stay unless *post* has others.

        Raises:
            Unsupported: The server cannot change posts, or not this one.
            NotFound: It is gone.
        """
        api = await self._api()
        local_id = published.ref or await self._post_id(api, published.uri)
        if local_id.startswith(KEPT):
            raise Unsupported(
                f"{api.host} keeps this post until its time and cannot change it.",
                "Cancel it and send it anew.",
            )
        path = status_path(local_id)
        now = wire.read_status((await api.get(path, why="changing a post")).body)
        if now.poll is not None and now.poll.expired:
            raise Unsupported(
                f"The poll in this post is over, and {api.host} would open it again.",
                "Leave it, or delete it and write it anew.",
            )
        change = json_from_edit(post, now, _kept_media(post, now, uploads), self._clock())
        reply = await api.ask("PUT", path, json=change, why="changing a post")
        if reply.status in (404, 405, 501):
            raise Unsupported(
                f"{api.host} cannot change posts.", "Delete it and send it anew, or leave it."
            )
        await api.checked(reply, path)
        status = wire.read_status(reply.body)
        return self._as_published(status) if status.id else published

    async def delete(self, published: Published) -> None:
        """
        Delete own post, or cancel one that the server keeps. Done twice is done.

        Raises:
            Refused: It was to be cancelled, but its time has come.
        """
        api = await self._api()
        local_id = published.ref
        if not local_id:
            try:
                local_id = await self._post_id(api, published.uri)
            except NotFound:
                return
        if local_id.startswith(KEPT):
            await self._cancel(api, local_id.removeprefix(KEPT))
            return
        path = status_path(local_id)
        reply = await api.ask("DELETE", path, why="deleting a post", counted="deletions")
        self._post_ids.pop(published.uri, None)
        if reply.status not in (404, 410):
            await api.checked(reply, path)

    async def _cancel(self, api: Api, ref: str) -> None:
        local_id, _, due = ref.rpartition("@")
        path = f"{SCHEDULED}/{quoted(local_id, safe='')}"
        reply = await api.ask("DELETE", path, why="cancelling a post")
        if reply.status not in (404, 410):
            await api.checked(reply, path)
        elif due.isdecimal() and int(due) <= self._times.now().timestamp():
            raise Refused(
                f"Its time has come: {api.host} has published it.", "Delete the post itself."
            )

    def _as_published(self, status: wire.Status, note: str = "") -> Published:
        uri = status.uri or status.url or ""
        self._post_ids.learn(uri, status.id or "")
        return Published(uri, status.url or uri, status.id or "", note)


def kept_post(kept: Scheduled) -> Published:
    """What the server keeps: *ref* tells its number, and until when."""
    at = kept.scheduled_at
    if at is not None and at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    due = int(at.timestamp()) if at else ""
    return Published("", ref=f"{KEPT}{kept.id}@{due}")


def _kept_media(
    post: Outgoing, now: wire.Status, uploads: dict[str, str]
) -> list[tuple[str, Attachment | None]]:
    """The server's ids of what is attached, and the words for it where we have them."""
    there = [one.id for one in now.media_attachments or () if one.id]
    if not post.media:
        return [(token, None) for token in there]
    tokens = [uploads.get(one.id, "") for one in post.media]
    if not all(tokens):
        tokens = there  # sent from elsewhere: in the same order, as far as we know
    pairs = zip(tokens, [*post.media, *[None] * len(tokens)], strict=False)
    return [(token, one) for token, one in pairs if token]
