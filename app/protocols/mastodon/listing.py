"""Lists of people, and tags that one follows. Source: methods/lists, methods/tags."""

from __future__ import annotations

from urllib.parse import quote

from app.model import Profile
from app.model.belongings import OwnList
from app.protocols.mastodon.owning import LISTS
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
            await self.take_member(ref, profile.handle)
            return
        api, path = await self._api(), f"{_path(ref)}/accounts"
        body = {"account_ids": [await self._id_of(api, profile.handle)]}
        await api.checked(await api.ask("DELETE", path, json=body, why=_WHY), path)


def _path(ref: str) -> str:
    return f"{LISTS}/{quote(ref, safe='')}"
