"""
Old posts put in with their dates, where a server can: it sends them to nobody.

Source: GoToSocial, user guide "importing posts": ``scheduled_at`` in the past. Any
other server would refuse that, or publish at once: so it is tried first, with a
message that is addressed to nobody.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from app.model.belongings import OldPost
from app.model.errors import Refused, Unsupported
from app.protocols.mastodon import wire
from app.protocols.mastodon.api import STATUSES, Api
from app.protocols.mastodon.relocating import Relocating
from app.protocols.mastodon.session import status_path

_TRIAL = datetime(2020, 1, 1, tzinfo=UTC)
_NEAR = timedelta(days=1)
_WHY = "putting old posts in"


class Backdating(Relocating):
    """The part of the service that puts old posts in (``Backdates``)."""

    async def check_backdating(self) -> None:
        """See ``Backdates``."""
        api = await self._api()
        body = {"status": "…", "visibility": "direct", "scheduled_at": _TRIAL.isoformat()}
        reply = await api.ask("POST", STATUSES, json=body, why=_WHY, counted="statuses")
        if not 200 <= reply.status < 300:
            raise Unsupported(f"{api.host} takes no posts with old dates.")
        made = wire.read_status(reply.body)
        if made.id:
            path = status_path(made.id)
            gone = await api.ask("DELETE", path, why=_WHY, counted="deletions")
            if gone.status not in (404, 410):
                await api.checked(gone, path)
        if made.created_at is None or abs(_utc(made.created_at) - _TRIAL) > _NEAR:
            raise Unsupported(f"{api.host} would publish old posts as new ones.")

    async def put_back(self, post: OldPost) -> str:
        """See ``Backdates``."""
        api = await self._api()
        made = await self._put_in(api, post)
        when = _utc(made.created_at) if made.created_at else self._clock()
        if abs(when - post.written_at) > _NEAR:
            # It has changed its mind: nothing more may come out now.
            await api.ask("DELETE", status_path(made.id or ""), why=_WHY, counted="deletions")
            raise Unsupported(
                f"{api.host} has published an old post as a new one; it is gone again."
            )
        return made.id or ""

    async def pin_back(self, ref: str) -> None:
        """See ``Backdates``. Twice is harmless."""
        api = await self._api()
        path = status_path(ref, "/pin")
        await api.checked(await api.ask("POST", path, why=_WHY), path)

    async def _put_in(self, api: Api, post: OldPost) -> wire.Status:
        body: dict[str, Any] = {
            "status": post.text,
            "visibility": "unlisted" if post.quiet else "public",
            "scheduled_at": post.written_at.astimezone(UTC).isoformat(),
            "spoiler_text": post.warning,
            "sensitive": post.sensitive,
            "content_type": "text/plain",
        }
        if post.lang:
            body["language"] = post.lang
        if post.media:
            body["media_ids"] = list(post.media)
        if post.reply_to:
            body["in_reply_to_id"] = post.reply_to
        reply = await api.ask("POST", STATUSES, json=body, why=_WHY, counted="statuses")
        await api.checked(reply, STATUSES)
        made = wire.read_status(reply.body)
        if not made.id:
            raise Refused(f"{api.host} did not say what became of the post.")
        return made


def _utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
