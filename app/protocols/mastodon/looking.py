"""Was it done? Looks among our own posts; never sends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Raw

from app.model.errors import Malformed, NotFound, Refused, Unreachable
from app.model.sending import Outgoing, Published
from app.model.timeline import HOME
from app.protocols.mastodon import wire
from app.protocols.mastodon.amending import kept_post
from app.protocols.mastodon.api import SCHEDULED, Api, cursor_params, next_cursor, source_path
from app.protocols.mastodon.convert import Neighbours, post_from_status, time_of
from app.protocols.mastodon.posting import Posting
from app.protocols.mastodon.resemblance import is_kept, is_typed, resembles
from app.protocols.mastodon.session import accounts_path, status_path
from app.protocols.mastodon.tickets import not_before
from app.protocols.mastodon.wire_server import read_object
from app.protocols.mastodon.wire_write import Scheduled, Source
from app.protocols.writing import Ready

_WHY = "looking whether it was sent"
_PAGES = 25
_PAGE = 40


class Looking(Posting):
    """Finds out what became of a post whose answer was lost."""

    async def look(self, posts: Sequence[Ready]) -> tuple[Published, ...] | None:
        """
        Was it done? None: it is not there (now).

        A post counts that has the same words, warning, pictures and parent and
        was not made before the ticket was, by the server's own clock.

        Raises:
            ServiceError: One cannot say.
        """
        (ready,) = posts
        api = await self._api()
        if ready.post.send_at is not None and (kept := await self._kept(api, ready)) is not None:
            return (kept,)
        found = await self._found(api, ready)
        return None if found is None else (found,)

    # ------------------------------------------------- among my own posts

    async def _found(self, api: Api, ready: Ready) -> Published | None:
        reply_to = await self._known_parent(api, ready)
        own = accounts_path(await self._my_id(api), "/statuses")
        found, seen = await self._walked(api, own, ready, reply_to)
        if found is not None or ready.post.visibility == "public":
            return found
        # Some servers list only public posts there; the others stand in one's own home.
        if any(one.visibility in ("private", "direct") for one in seen):
            return None
        home = source_path(HOME, "") or ""
        found, _ = await self._walked(api, home, ready, reply_to)
        return found

    async def _walked(
        self, api: Api, path: str, ready: Ready, reply_to: str | None
    ) -> tuple[Published | None, list[wire.Status]]:
        """Go down a list as far as the post may be; what it is there, and all that was seen."""
        params: dict[str, str | int | bool] = {"limit": _PAGE, "exclude_reblogs": "true"}
        seen: dict[str, wire.Status] = {}
        for _ in range(_PAGES):
            reply = await api.get(path, params, why=_WHY)
            since = not_before(ready.ticket, self._times)
            statuses = [_status(raw) for raw in wire.split_page(reply.body, api.host)]
            fresh = [one for one in statuses if one and one.id and one.id not in seen]
            seen |= {one.id or "": one for one in fresh}
            match = await self._first(api, ready, fresh, since, reply_to)
            # Pinned posts may stand out of order: the whole page must be older.
            if match is not None or all(_older(one, since) for one in fresh):
                return match, list(seen.values())
            older = next_cursor(reply.headers, HOME, fresh[-1].id or "")
            params |= cursor_params(older)
        raise Unreachable(
            f"More was written at {api.host} since than can be looked through.",
            "Look whether the post is there, and say so.",
        )

    async def _first(
        self,
        api: Api,
        ready: Ready,
        statuses: Sequence[wire.Status],
        since: datetime,
        reply_to: str | None,
    ) -> Published | None:
        """The oldest of *statuses* that is the post: who sends again is later."""
        near = Neighbours(self._viewpoint())
        for status in reversed(statuses):
            mine = status.account is not None and status.account.id == self._own_id
            if not mine or status.reblog is not None or _older(status, since):
                continue
            if self._claimed.get(status.id or "", ready.ticket) != ready.ticket:
                continue  # that one was made with another ticket
            try:
                shown = post_from_status(status, near, time_of(status) or since)
            except Malformed:
                continue
            tokens = [ready.uploads.get(one.id, "") for one in ready.post.media]
            said = resembles(
                status, shown, ready.post, media=[t for t in tokens if t], reply_to=reply_to
            )
            if said == "yes" or (said == "perhaps" and await self._typed(api, status, ready.post)):
                self._claimed.learn(status.id or "", ready.ticket)
                return self._as_published(status)
        return None

    async def _typed(self, api: Api, status: wire.Status, post: Outgoing) -> bool:
        path = status_path(status.id or "", "/source")
        try:
            source = await api.fetch(path, Source, why=_WHY)
        except Refused:
            return False
        return source.text is not None and is_typed(source.text, post)

    async def _known_parent(self, api: Api, ready: Ready) -> str | None:
        """The server's id of what it answers; None: that is gone by now."""
        try:
            return await self._parent_id(api, ready)
        except NotFound:
            return None

    # ------------------------------------------- among what is kept for later

    async def _kept(self, api: Api, ready: Ready) -> Published | None:
        try:
            reply = await api.get(SCHEDULED, {"limit": _PAGE}, why=_WHY)
        except NotFound:
            return None
        raws = wire.split_page(reply.body, api.host)
        kept = [read_object(bytes(raw), Scheduled, api.host) for raw in raws]
        for one in kept:
            if one.id and one.params and one.params.idempotency == ready.ticket:
                return kept_post(one)
        for one in kept:
            params = one.params
            if not one.id or params is None or params.idempotency:
                continue
            at = one.scheduled_at
            if at is not None and at.tzinfo is None:
                at = at.replace(tzinfo=UTC)
            if is_kept(params.text or "", params.spoiler_text or "", at, ready.post):
                return kept_post(one)
        return None


def _older(status: wire.Status, since: datetime) -> bool:
    at = time_of(status)
    return at is not None and at < since


def _status(raw: bytes | Raw) -> wire.Status | None:
    try:
        return wire.read_status(raw)
    except Malformed:
        return None
