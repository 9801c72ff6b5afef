"""Conversations, single posts, single people. Source: methods/statuses#context, methods/search."""

from __future__ import annotations

import asyncio
import re
from functools import partial

from app.model.errors import Malformed, NotFound, Refused
from app.model.profile import Profile
from app.model.thread import Thread
from app.model.timeline import Cursor, Entry, Page, Source
from app.protocols.http import Reply
from app.protocols.mastodon import wire
from app.protocols.mastodon.api import ACCOUNTS, SEARCH, Api
from app.protocols.mastodon.conversation import Raws, thread_from_context
from app.protocols.mastodon.convert import entry_from_status, profile_from_account, time_of
from app.protocols.mastodon.page import neighbours_of
from app.protocols.mastodon.session import status_path
from app.protocols.mastodon.timelines import Timelines
from app.protocols.mastodon.wire_server import SearchResult, read_object, read_objects
from app.protocols.mastodon.wire_write import Answerable, read_lists

_HANDLE = re.compile(r"@?([^@\s/:]+)(?:@([^@\s/]+))?")
LARGE = 150
"""From so many posts on an answer is read in another thread."""

_HEAVY = 500_000
"""Bytes from which on an answer takes longer to take apart than a frame may wait."""

_MAX_BYTES = 32_000_000
"""Servers give up to 4 096 answers at once."""

ASYNC = "mastodon-async-refresh"
"""The header of an answer that the server is still adding to (4.5)."""


class Conversing(Timelines):
    """Shows conversations to one account, and finds posts and people for it."""

    async def thread(self, uri: str) -> Thread:
        """The conversation around a post. Raises: NotFound."""
        api = await self._api()
        known = uri in self._post_ids
        local_id = await self._post_id(api, uri)
        try:
            focus = await api.get(status_path(local_id), why="a conversation")
        except NotFound:
            if not known:
                raise
            self._post_ids.pop(uri, None)  # perhaps another server's id
            local_id = await self._post_id(api, uri)
            focus = await api.get(status_path(local_id), why="a conversation")
        ancestors, descendants, whole = await self._context(api, local_id)
        look = self._viewpoint()
        large = len(ancestors) + len(descendants) > LARGE
        # Thousands of answers take long to read: off the loop, where somebody may be scrolling.
        made = partial(
            thread_from_context, focus.body, ancestors, descendants, look, complete=whole
        )
        thread = await asyncio.to_thread(made) if large else made()
        found = (thread.post, *thread.ancestors, *thread.replies)
        self._remember(tuple(one for one in found if isinstance(one, Entry)))
        if _may_answer(focus):
            return thread
        return Thread(
            focus=thread.focus,
            post=thread.post,
            ancestors=thread.ancestors,
            replies=thread.replies,
            can_reply=False,
            complete=thread.complete,
        )

    async def _context(self, api: Api, local_id: str) -> tuple[Raws, Raws, bool]:
        """Ancestors, descendants, and whether the server says that this is all."""
        path = status_path(local_id, "/context")
        try:
            reply = await api.ask("GET", path, why="a conversation", max_bytes=_MAX_BYTES)
            await api.checked(reply, path)
        except Refused:
            return (), (), False  # the post at least is there
        parts = partial(read_lists, reply.body, ("ancestors", "descendants"), api.host)
        heavy = len(reply.body) > _HEAVY
        lists = await asyncio.to_thread(parts) if heavy else parts()
        return lists[0], lists[1], ASYNC not in reply.headers

    async def find(self, address: str) -> Entry:
        """
        The post with this URI or web address, as this account sees it.

        The server may fetch it from another one. Raises: NotFound.
        """
        api = await self._api()
        if local_id := self._post_ids.get(address, ""):
            reply = await api.ask("GET", status_path(local_id), why="finding a post")
            status = wire.read_status(reply.body) if reply.status == 200 else None
            if status is None or address not in (status.uri, status.url):
                self._post_ids.pop(address, None)
                status = await self._found_status(api, address)
        else:
            status = await self._found_status(api, address)
        status = status.reblog or status
        near = neighbours_of([status], self._viewpoint())
        try:
            entry = entry_from_status(status, near, time_of(status) or self._clock())
        except Malformed as error:
            raise NotFound(f"{api.host} gives this post in a form that nobody can read.") from error
        self._remember((entry,))
        return entry

    async def find_profile(self, address: str) -> Profile:
        """Who has this URI, web address or handle. Raises: NotFound."""
        api = await self._api()
        missing = NotFound(f"{api.host} does not know this profile.")
        address = address.strip()
        if not address:
            raise missing
        domain = self._viewpoint().domain
        if match := _HANDLE.fullmatch(address):
            handle = f"{match[1]}@{match[2] or domain}"
            # Some servers know their own people only without their own host.
            own = handle.endswith(f"@{domain}")
            found = await self._looked_up(api, match[1] if own else handle)
            if found is not None:
                return found
            wanted = {handle.casefold()}
            result = await self._searched(api, f"@{handle}", resolve=True, limit=5)
        else:
            wanted = {address}
            result = await self._searched(api, address, resolve=True, limit=5)
        for profile in result:
            if wanted & {profile.uri, profile.url, profile.handle.casefold()}:
                return profile
        raise missing

    async def search_profiles(self, words: str, limit: int = 8) -> tuple[Profile, ...]:
        """People whose handle or name begins like *words* (to complete a mention)."""
        words = words.strip().removeprefix("@")
        if not words:
            return ()
        api = await self._api()
        path = f"{ACCOUNTS}/search"
        params: dict[str, str | int | bool] = {"q": words, "limit": limit, "resolve": "false"}
        reply = await api.ask("GET", path, params=params, why="completing a name")
        if reply.status in (404, 405):
            return await self._searched(api, words, resolve=False, limit=limit)
        await api.checked(reply, path)
        raws = wire.split_page(reply.body, api.host)
        accounts = read_objects(raws, wire.Account, api.host)
        return self._profiles(accounts)[:limit]

    async def own_posts(self, cursor: Cursor | None = None) -> Page:
        """What this account has written, newest first; without what it passed on."""
        page = await self.page(Source("author", self._account.uri), cursor)
        written = tuple(
            item for item in page.items if not (isinstance(item, Entry) and item.repost)
        )
        return Page(items=written, older=page.older)

    async def _looked_up(self, api: Api, handle: str) -> Profile | None:
        """Somebody whom the server knows already."""
        path = f"{ACCOUNTS}/lookup"
        reply = await api.ask("GET", path, params={"acct": handle}, why="finding a profile")
        if reply.status != 200:
            return None
        return next(iter(self._profiles([read_object(reply.body, wire.Account, api.host)])), None)

    async def _searched(
        self, api: Api, words: str, *, resolve: bool, limit: int
    ) -> tuple[Profile, ...]:
        params: dict[str, str | int | bool] = {
            "q": words,
            "type": "accounts",
            "resolve": resolve,
            "limit": limit,
        }
        result = await api.fetch(SEARCH, SearchResult, params, why="finding a profile")
        return self._profiles(result.accounts or [])

    def _profiles(self, accounts: list[wire.Account]) -> tuple[Profile, ...]:
        found: list[Profile] = []
        for account in accounts:
            try:
                profile = profile_from_account(account, self._viewpoint().domain)
            except Malformed:
                continue
            if account.id:
                self._profile_ids.learn(profile.uri, account.id)
            found.append(profile)
        return tuple(found)


def _may_answer(focus: Reply) -> bool:
    """False: the author lets nobody answer (servers that know this say so)."""
    policy = read_object(focus.body, Answerable, "").interaction_policy
    if policy is None or policy.can_reply is None:
        return True
    who = {*(policy.can_reply.always or ()), *(policy.can_reply.with_approval or ())}
    return not who <= {"author"}
