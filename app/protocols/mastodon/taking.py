"""
Bringing along what one had elsewhere: everything may be done twice, and is done once.

Source: methods/accounts, lists, tags, featured_tags, statuses; facts: "Carry the rest by REST".
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import quote

from app.model.belongings import Followed, Muted, OwnList, OwnProfile, Took
from app.model.errors import NotFound, Refused, Unsupported
from app.protocols.mastodon import wire
from app.protocols.mastodon.api import ACCOUNTS, SEARCH, Api
from app.protocols.mastodon.owning import FEATURED, LISTS, POLICY, Owning
from app.protocols.mastodon.session import accounts_path, status_path
from app.protocols.mastodon.wire_own import HowFollowed
from app.protocols.mastodon.wire_server import SearchResult, read_object

_WHY = "bringing along what you had"
_UPDATE, _PROFILE = f"{ACCOUNTS}/update_credentials", "/api/v1/profile"


class Taking(Owning):
    """The part of the service that takes over (``TakesOver``)."""

    async def take_follow(self, wanted: Followed) -> Took:
        """Follow as elsewhere; see ``TakesOver``."""
        api = await self._api()
        path = accounts_path(await self._id_of(api, wanted.handle), "/follow")
        how: dict[str, Any] = {}
        if wanted.reposts is not None:
            how["reblogs"] = wanted.reposts
        if wanted.notify:
            how["notify"] = True
        if wanted.languages:
            how["languages"] = list(wanted.languages)
        reply = await api.ask("POST", path, json=how, why=_WHY, counted="follows")
        await api.checked(reply, path)
        now = read_object(reply.body, HowFollowed, api.host)
        return "requested" if now.requested and not now.following else "done"

    async def take_mute(self, wanted: Muted, seconds: int = 0) -> Took:
        """Mute as elsewhere; see ``TakesOver``."""
        api = await self._api()
        path = accounts_path(await self._id_of(api, wanted.handle), "/mute")
        body: dict[str, Any] = {"notifications": wanted.notifications is not False}
        if seconds > 0:
            body["duration"] = seconds
        await api.checked(await api.ask("POST", path, json=body, why=_WHY), path)
        return "done"

    async def take_block(self, handle: str) -> Took:
        """Block; see ``TakesOver``."""
        api = await self._api()
        await api.post(accounts_path(await self._id_of(api, handle), "/block"), {}, why=_WHY)
        return "done"

    async def take_list(self, wanted: OwnList) -> str:
        """The list of that title, made if it must be; see ``TakesOver``."""
        api = await self._api()
        for kept in await self._kept_lists(api):
            if kept.title == wanted.title and kept.id:
                return kept.id
        body: dict[str, Any] = {"title": wanted.title}
        if wanted.replies:
            body["replies_policy"] = wanted.replies
        if wanted.exclusive:
            body["exclusive"] = True
        # Sent once only: whether it was made is seen by looking, not by trying again.
        reply = await api.ask("POST", LISTS, json=body, why=_WHY)
        await api.checked(reply, LISTS)
        made = next((k.id for k in await self._kept_lists(api) if k.title == wanted.title), None)
        if not made:
            raise Refused(f"{api.host} did not make the list “{wanted.title}”.")
        return made

    async def take_member(self, ref: str, handle: str) -> Took:
        """Put somebody on a list; see ``TakesOver``."""
        api = await self._api()
        path = f"{LISTS}/{quote(ref, safe='')}/accounts"
        body = {"account_ids": [await self._id_of(api, handle)]}
        reply = await api.ask("POST", path, json=body, why=_WHY)
        if reply.status == 422:
            return "already"
        if reply.status == 404:
            raise NotFound(
                f"{handle} is not followed (yet), so they cannot be on a list.",
                "Nothing to do: they are put on it when it is tried again.",
            )
        await api.checked(reply, path)
        return "done"

    async def take_bookmark(self, uri: str) -> Took:
        """Remember a post; see ``TakesOver``."""
        api = await self._api()
        found = await self._found_status(api, uri)
        if found.bookmarked:
            return "already"
        await api.post(status_path(found.id or "", "/bookmark"), {}, why=_WHY)
        return "done"

    async def take_tag(self, name: str) -> Took:
        """Follow a hashtag; see ``TakesOver``."""
        api = await self._api()
        path = f"/api/v1/tags/{quote(name, safe='')}/follow"
        reply = await api.ask("POST", path, why=_WHY, counted="follows")
        if reply.status == 422:  # some say so to what is followed already
            return "already"
        await api.checked(reply, path)
        return "done"

    async def take_featured_tag(self, name: str) -> Took:
        """Show a hashtag on the profile; see ``TakesOver``."""
        api = await self._api()
        reply = await api.ask("POST", FEATURED, form={"name": name}, why=_WHY)
        if reply.status == 422 and name.casefold() in {
            tag.casefold() for tag in await self.featured_tags()
        }:
            return "already"
        await api.checked(reply, FEATURED)
        return "done"

    async def take_endorsement(self, handle: str) -> Took:
        """Show somebody on the profile; see ``TakesOver``."""
        api = await self._api()
        id = await self._id_of(api, handle)
        path = accounts_path(id, "/endorse")
        reply = await api.ask("POST", path, why=_WHY)
        if reply.status == 404:  # before 4.4 it was called so
            path = accounts_path(id, "/pin")
            reply = await api.ask("POST", path, why=_WHY)
        await api.checked(reply, path)
        return "done"

    async def take_note(self, handle: str, text: str) -> Took:
        """Note something, unless something is noted; see ``TakesOver``."""
        api = await self._api()
        id = await self._id_of(api, handle)
        there = (await self._how(api, [id])).get(id, HowFollowed())
        if there.note:
            return "already"
        await api.post(accounts_path(id, "/note"), {"comment": text}, why=_WHY)
        return "done"

    async def take_profile(
        self, wanted: OwnProfile, *, avatar: Path | None = None, header: Path | None = None
    ) -> tuple[str, ...]:
        """Make the profile like it; see ``TakesOver``."""
        api = await self._api()
        lost: list[str] = []
        form = _profile_form(wanted)
        reply = await api.ask("PATCH", _UPDATE, form=form, why="your profile")
        if reply.status == 422:
            # Something is too long or too much here: bring what fits, piece by piece.
            for part in _pieces(form):
                one = await api.ask("PATCH", _UPDATE, form=part, why="your profile")
                if one.status == 422:
                    lost.append(f"{api.host} does not take this: {', '.join(sorted(part))}.")
                else:
                    await api.checked(one, _UPDATE)
        else:
            await api.checked(reply, _UPDATE)
        for name, file in (("avatar", avatar), ("header", header)):
            if file is not None and not await self._sent_picture(api, name, file):
                lost.append(f"{api.host} does not take the {name} picture.")
        await self._describe_pictures(api, wanted)
        return tuple(lost)

    async def take_notification_policy(self, wanted: dict[str, str]) -> Took:
        """Keep the same notifications apart; see ``TakesOver``."""
        api = await self._api()
        if await self.notification_policy() == wanted:
            return "already"
        await api.checked(await api.ask("PATCH", POLICY, json=wanted, why=_WHY), POLICY)
        return "done"

    # ------------------------------------------------------------- private

    async def _describe_pictures(self, api: Api, wanted: OwnProfile) -> None:
        """Since 4.6; servers before have no place for it."""
        words = {"avatar_description": wanted.avatar_alt, "header_description": wanted.header_alt}
        form = {name: text for name, text in words.items() if text}
        if form:
            reply = await api.ask("PATCH", _PROFILE, form=form, why="your profile")
            if reply.status not in (404, 405, 422):
                await api.checked(reply, _PROFILE)

    async def _sent_picture(self, api: Api, name: str, file: Path) -> bool:
        reply = await api.upload(
            _UPDATE,
            file,
            guess_type(file.name)[0] or "application/octet-stream",
            name=f"{name}{file.suffix}",
            fields={},
            method="PATCH",
            field=name,
            why="your profile",
        )
        if reply.status in (413, 415, 422):
            return False
        await api.checked(reply, _UPDATE)
        return True

    async def _id_of(self, api: Api, handle: str) -> str:
        """
        The server's own id of somebody; it may have to ask theirs.

        Raises:
            NotFound: Nobody of that name can be found from here.
        """
        wanted = handle.casefold()
        known = self._profile_ids.get(wanted)
        if known:
            return known
        if wanted == self._account.handle.casefold():
            raise Refused("That is the account itself.", "Leave it out.")
        domain = self._viewpoint().domain.casefold()
        user, _, host = wanted.partition("@")
        names = {wanted, user} if host == domain else {wanted}
        async for one in self._candidates(api, handle, user if host == domain else wanted):
            if one.id and (one.acct or "").casefold() in names:
                self._profile_ids.learn(wanted, one.id)
                return one.id
        raise NotFound(f"{api.host} cannot find {handle}.", "They may have left, or be blocked.")

    async def _candidates(self, api: Api, handle: str, acct: str) -> AsyncIterator[wire.Account]:
        asked = {"q": f"@{handle}", "type": "accounts", "resolve": "true", "limit": "5"}
        try:
            result = await api.fetch(SEARCH, SearchResult, asked, why="finding a profile")
        except (NotFound, Unsupported):
            result = SearchResult()
        for one in result.accounts or ():
            yield one
        # Whom the server knows already, it may name without a search.
        reply = await api.ask(
            "GET", f"{ACCOUNTS}/lookup", params={"acct": acct}, why="finding a profile"
        )
        if reply.status == 200:
            yield read_object(reply.body, wire.Account, api.host)


def _profile_form(wanted: OwnProfile) -> dict[str, str]:
    """
    What is told by ``update_credentials``; nothing is emptied that is not known.

    Source: methods/accounts#update_credentials.
    """
    form = {"display_name": wanted.name, "note": wanted.text}
    form |= {"locked": _flag(wanted.locked), "bot": _flag(wanted.bot)}
    for key, value in (
        ("discoverable", wanted.discoverable),
        ("hide_collections", wanted.hides_people),
        ("indexable", wanted.indexable),
        ("source[sensitive]", wanted.default_sensitive),
    ):
        if value is not None:
            form[key] = _flag(value)
    if wanted.default_visibility:
        form["source[privacy]"] = wanted.default_visibility
    if wanted.default_quotes:
        form["source[quote_policy]"] = wanted.default_quotes
    if wanted.default_language:
        form["source[language]"] = wanted.default_language
    for number, line in enumerate(wanted.fields):
        form[f"fields_attributes[{number}][name]"] = line.name
        form[f"fields_attributes[{number}][value]"] = line.value
    return form


def _pieces(form: dict[str, str]) -> list[dict[str, str]]:
    """The fields together (they replace each other), all else one by one."""
    fields = {key: value for key, value in form.items() if key.startswith("fields_")}
    rest = [{key: value} for key, value in form.items() if key not in fields]
    return [*rest, fields] if fields else rest


def _flag(on: bool) -> str:
    return "true" if on else "false"
