"""
Somebody's posts by kind, and who is near them.

Source: methods/accounts (statuses, followers, following, familiar_followers, note),
methods/favourites; entities/Relationship (notifying, showing_reblogs). Who likes what is told of oneself only.
"""

from __future__ import annotations

from msgspec import Struct

from app.model.about import Apart, ApartPage, PeoplePage
from app.model.acts import Relation
from app.model.errors import NotFound, Unsupported
from app.model.timeline import HOME, Cursor, Page, Source
from app.protocols.mastodon import wire
from app.protocols.mastodon.api import ACCOUNTS, MAX_LIMIT, cursor_params, next_cursor
from app.protocols.mastodon.page import reading_page
from app.protocols.mastodon.portraying import Portraying
from app.protocols.mastodon.reacting import relation_from
from app.protocols.mastodon.session import accounts_path
from app.protocols.mastodon.wire_own import HowFollowed
from app.protocols.mastodon.wire_server import read_object, read_objects
from app.protocols.mastodon.wire_write import Relationship
from app.protocols.net.turns import in_turns
from app.protocols.portraying import Near, Part

_NARROWED: dict[Part, dict[str, str]] = {
    "posts": {"exclude_replies": "true"},
    "replies": {},
    "media": {"only_media": "true"},
    "pinned": {"pinned": "true"},
}
_FAVOURITES = "/api/v1/favourites"
_PEOPLE = 80
"""Of one page; servers cut what is more."""


class Showing(Portraying):
    """The part of the service that shows people (``ShowsPeople``, ``KeepsNotes``, ``TellsApart``)."""

    def parts(self, profile: str) -> tuple[Part, ...]:
        """What of theirs can be shown; see ``ShowsPeople``."""
        usual: tuple[Part, ...] = ("posts", "replies", "media")
        return (*usual, "likes") if profile == self._account.uri else usual

    async def wrote(
        self, profile: str, part: Part, cursor: Cursor | None = None, *, limit: int = 30
    ) -> Page:
        """A page of one part; see ``ShowsPeople``."""
        api = await self._api()
        source = Source("author", f"{part} {profile}")
        if part == "likes":
            if profile != self._account.uri:
                raise Unsupported(f"{api.host} does not show what others like.")
            path, more = _FAVOURITES, dict[str, str]()
        else:
            path = accounts_path(await self._known_id(profile), "/statuses")
            more = _NARROWED[part]
        params: dict[str, str | int | bool] = {"limit": max(1, min(limit, MAX_LIMIT))}
        params |= {**more, **cursor_params(cursor)}
        reply = await api.get(path, params, why="a profile's posts")
        found = await in_turns(reading_page(reply.body, self._viewpoint()))
        self._remember(found.items)
        if part == "pinned":
            return Page(items=found.items)  # they come whole
        # What one likes is paged by ids that no status in the page carries.
        last = "" if part == "likes" else found.last_id
        older = next_cursor(reply.headers, source, last)
        return Page(items=found.items, older=self._walks.onward(source, cursor, found.items, older))

    async def near(
        self, profile: str, near: Near, cursor: Cursor | None = None, *, limit: int = 40
    ) -> PeoplePage:
        """A page of who follows, is followed; see ``ShowsPeople``."""
        api = await self._api()
        local_id = await self._known_id(profile)
        if near == "known":
            return await self._familiar(local_id)
        params: dict[str, str | int | bool] = {"limit": max(1, min(limit, _PEOPLE))}
        params |= cursor_params(cursor)
        reply = await api.get(accounts_path(local_id, f"/{near}"), params, why="who follows whom")
        raws = wire.split_page(reply.body, api.host)
        accounts = read_objects(raws, wire.Account, api.host)
        older = next_cursor(reply.headers, HOME, "")
        return PeoplePage(people=self._profiles(accounts), older=older if older != cursor else None)

    async def set_note(self, profile: str, text: str) -> Relation:
        """Note something of somebody; see ``KeepsNotes``."""
        api = await self._api()
        path = accounts_path(await self._known_id(profile), "/note")
        reply = await api.post(path, {"comment": text}, why="your note about somebody")
        return relation_from(read_object(reply.body, Relationship, api.host))

    async def set_apart(self, cursor: Cursor | None = None) -> ApartPage:
        """Servers keep no list of them: everybody is asked about; see ``TellsApart``."""
        api = await self._api()
        params: dict[str, str | int | bool] = {"limit": _PEOPLE, **cursor_params(cursor)}
        path = await self._mine(api, "/following")
        reply = await api.get(path, params, why="whom you follow otherwise than usual")
        raws = wire.split_page(reply.body, api.host)
        followed = {one.id: one for one in read_objects(raws, wire.Account, api.host) if one.id}
        told = await self._how(api, list(followed))
        found = []
        for id, account in followed.items():
            how = told.get(id, HowFollowed())
            apart = bool(how.notifying), how.showing_reblogs is False
            if any(apart):
                profiles = self._profiles([account])
                found += [Apart(profile=p, told=apart[0], hidden=apart[1]) for p in profiles]
        older = next_cursor(reply.headers, HOME, "")
        return ApartPage(
            people=tuple(found),
            looked_at=len(followed),
            older=older if older != cursor else None,
        )

    async def _familiar(self, local_id: str) -> PeoplePage:
        """Raises: Unsupported: servers older than 3.5, and others."""
        api = await self._api()
        path = f"{ACCOUNTS}/familiar_followers"
        reply = await api.ask("GET", path, params={"id[]": local_id}, why="whom you both know")
        if reply.status in (404, 405):
            raise Unsupported(f"{api.host} does not tell who of yours follows somebody.")
        await api.checked(reply, path)
        for found in read_objects(wire.split_page(reply.body, api.host), _Familiar, api.host):
            if found.id == local_id:
                return PeoplePage(people=self._profiles(found.accounts or []))
        return PeoplePage(people=())

    async def _known_id(self, profile: str) -> str:
        api = await self._api()
        if not profile.startswith(("https://", "http://")):
            raise NotFound(f"{api.host} knows nobody by that address.")
        return await self._profile_id(api, profile)


class _Familiar(Struct):
    id: str | None = None
    accounts: list[wire.Account] | None = None
