"""Lists of people, and tags that one follows. Source: methods/lists, methods/tags."""

from __future__ import annotations

from urllib.parse import quote

from app.model import Cursor, Profile
from app.model.about import PeoplePage
from app.model.belongings import OwnList
from app.model.errors import NotFound
from app.model.timeline import HOME
from app.protocols.mastodon import wire
from app.protocols.mastodon.api import cursor_params, next_cursor
from app.protocols.mastodon.owning import LISTS, PEOPLE
from app.protocols.mastodon.taking import Taking

_WHY = "a list"


class Listing(Taking):
    """The part of the service that keeps lists (``KeepsLists``, ``SettlesLists``) and follows tags."""

    async def make_list(self, title: str) -> str:
        """See ``KeepsLists``: whether it was made is seen by its title."""
        return await self.take_list(OwnList(title=title))

    async def rename_list(self, ref: str, title: str) -> None:
        """See ``KeepsLists``. Source: ``PUT /api/v1/lists/:id``."""
        api, path = await self._api(), _path(ref)
        await api.checked(await api.ask("PUT", path, json={"title": title}, why=_WHY), path)

    async def members_of(self, ref: str, cursor: Cursor | None = None) -> PeoplePage:
        """See ``ShowsMembers``. Source: ``GET /api/v1/lists/:id/accounts``."""
        api, path = await self._api(), f"{_path(ref)}/accounts"
        params: dict[str, str | int | bool] = {"limit": PEOPLE, **cursor_params(cursor)}
        reply = await api.get(path, params, why=_WHY)
        raws = wire.split_page(reply.body, api.host)
        read = (self._read(bytes(raw), wire.Account, api) for raw in raws)
        found = (self._recognised(account) for account in read if account is not None)
        older = next_cursor(reply.headers, HOME, "")
        return PeoplePage(
            people=tuple(one for one in found if one is not None),
            older=older if older != cursor else None,
        )

    async def settle_list(self, wanted: OwnList) -> None:
        """See ``SettlesLists``. Source: ``PUT /api/v1/lists/:id``."""
        api, path = await self._api(), _path(wanted.ref)
        body: dict[str, object] = {"title": wanted.title, "exclusive": wanted.exclusive}
        if wanted.replies:
            body["replies_policy"] = wanted.replies
        await api.checked(await api.ask("PUT", path, json=body, why=_WHY), path)

    async def follow_tag(self, name: str, on: bool = True) -> None:
        """See ``FollowsTags``. Source: ``POST /api/v1/tags/:name/unfollow``."""
        if on:
            await self.take_tag(name)
            return
        api, path = await self._api(), f"/api/v1/tags/{quote(name, safe='')}/unfollow"
        reply = await api.ask("POST", path, why="a tag", counted="follows")
        if reply.status != 422:  # some say so to what is not followed
            await api.checked(reply, path)

    async def delete_list(self, ref: str) -> None:
        """See ``KeepsLists``. Source: ``DELETE /api/v1/lists/:id``."""
        api, path = await self._api(), _path(ref)
        reply = await api.ask("DELETE", path, why=_WHY)
        if reply.status != 404:  # gone is gone
            await api.checked(reply, path)

    async def put_on_list(self, ref: str, profile: Profile, on: bool = True) -> None:
        """See ``KeepsLists``. Only who is followed can be on one."""
        if on:
            try:
                await self.take_member(ref, profile.handle)
            except NotFound as error:
                raise NotFound(
                    f"@{profile.handle} cannot be put on a list: you do not follow them.",
                    "Follow them first; then put them on it.",
                ) from error
            return
        api, path = await self._api(), f"{_path(ref)}/accounts"
        body = {"account_ids": [await self._id_of(api, profile.handle)]}
        await api.checked(await api.ask("DELETE", path, json=body, why=_WHY), path)


def _path(ref: str) -> str:
    return f"{LISTS}/{quote(ref, safe='')}"
