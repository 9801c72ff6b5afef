"""
All that an account owns, read to the end, to be kept or carried elsewhere.

Source: methods/accounts, mutes, blocks, lists, bookmarks, favourites, followed_tags,
featured_tags, endorsements; facts: "Carry the rest by REST".
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import TypeVar
from urllib.parse import quote

import msgspec
from msgspec import Struct

from app.model.belongings import (
    Followed,
    Muted,
    OwnList,
    OwnProfile,
    ProfileLine,
    Who,
)
from app.model.errors import Malformed, NotFound, Unsupported
from app.model.profile import Profile
from app.protocols.mastodon import blocks, wire
from app.protocols.mastodon.api import ACCOUNTS, STATUSES, VERIFY, Api
from app.protocols.mastodon.convert import profile_from_account
from app.protocols.mastodon.moderating import BLOCKS, MUTES, Moderating
from app.protocols.mastodon.paging import all_items
from app.protocols.mastodon.session import accounts_path
from app.protocols.mastodon.wire_own import (
    Addressed,
    HowFollowed,
    KeptList,
    KeptTag,
    MutedAccount,
    OwnAccount,
    TypedSource,
)
from app.protocols.mastodon.wire_server import read_object
from app.protocols.owning import Pause, no_pause, with_pauses

T = TypeVar("T", bound=Struct)

LISTS, TAGS, FEATURED = "/api/v1/lists", "/api/v1/followed_tags", "/api/v1/featured_tags"
_ENDORSED, POLICY = "/api/v1/endorsements", "/api/v2/notifications/policy"
PEOPLE, _POSTS, _ASKED_ABOUT, _ASKED_POSTS = 80, 40, 40, 20
_MOST_TAGS = 10_000
_MOST_NOTED = 4_000
"""People who are asked about for a note: 100 requests, a third of what servers allow."""
ACTIVITY = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
_WHY = "what the account owns"


class Owning(Moderating):
    """The part of the service that tells what is one's own (``OwnsPeople``, ``OwnsMore``)."""

    async def following(
        self, pause: Pause = no_pause, *, details: bool = False
    ) -> AsyncIterator[Followed]:
        """Whom the account follows; see ``OwnsPeople``."""
        api = await self._api()
        some: list[tuple[str, Who]] = []
        async for id, who in self._people_of(api, await self._mine(api, "/following"), pause):
            if not details:
                yield Followed(who.handle, who.uri)
                continue
            some.append((id, who))
            if len(some) == _ASKED_ABOUT:
                for followed in await self._detailed(api, some, pause):
                    yield followed
                some.clear()
        for followed in await self._detailed(api, some, pause):
            yield followed

    async def followers(self, pause: Pause = no_pause) -> AsyncIterator[Who]:
        """Who follows the account; see ``OwnsPeople``."""
        api = await self._api()
        async for who in self._everybody(api, await self._mine(api, "/followers"), pause):
            yield who

    async def blocked(self, pause: Pause = no_pause) -> AsyncIterator[Who]:
        """Whom the account blocks; see ``OwnsPeople``."""
        api = await self._api()
        async for who in self._everybody(api, BLOCKS, pause):
            yield who

    async def muted(self, pause: Pause = no_pause) -> AsyncIterator[Muted]:
        """Whom the account mutes, and until when; see ``OwnsPeople``."""
        api = await self._api()
        found: list[tuple[str, Muted]] = []
        async for raw in all_items(api, MUTES, PEOPLE, why=_WHY, pause=pause):
            account = self._read(raw, MutedAccount, api)
            who = self._who(account)
            if who is not None and account is not None:
                until = blocks.in_utc(account.mute_expires_at)
                found.append((account.id or "", Muted(who.handle, who.uri, None, until)))
        told = await self._how(api, [id for id, _ in found if id], pause)
        for id, muted in found:
            how = told.get(id, HowFollowed())
            yield msgspec.structs.replace(
                muted,
                notifications=how.muting_notifications,
                until=muted.until or blocks.in_utc(how.muting_expires_at),
            )

    async def noted(self, pause: Pause = no_pause) -> AsyncIterator[Followed]:
        """Notes about people who are not followed; see ``OwnsMore``. No server lists them."""
        api, asked = await self._api(), 0
        for path in (MUTES, BLOCKS, await self._mine(api, "/followers")):
            some: list[tuple[str, Who]] = []
            async for id, who in self._people_of(api, path, pause):
                some.append((id, who))
                if len(some) < _ASKED_ABOUT:
                    continue
                for one in await self._noted_of(api, some, pause):
                    yield one
                asked, some = asked + len(some), []
                if asked >= _MOST_NOTED:
                    return
            for one in await self._noted_of(api, some, pause):
                yield one

    async def _noted_of(
        self, api: Api, some: Sequence[tuple[str, Who]], pause: Pause
    ) -> list[Followed]:
        told = await self._how(api, [id for id, _ in some if id], pause)
        return [
            Followed(who.handle, who.uri, note=how.note)
            for id, who in some
            if (how := told.get(id)) is not None and how.note and not how.following
        ]

    async def own_lists(self, pause: Pause = no_pause) -> tuple[OwnList, ...]:
        """Its lists, with everybody on them; see ``OwnsPeople``."""
        api = await self._api()
        found = []
        for kept in await self._kept_lists(api):
            path = f"{LISTS}/{quote(kept.id or '', safe='')}/accounts"
            members = [who async for who in self._everybody(api, path, pause)]
            found.append(
                OwnList(
                    title=kept.title or "",
                    members=tuple(members),
                    replies=kept.replies_policy or "",
                    exclusive=kept.exclusive or False,
                    ref=kept.id or "",
                )
            )
        return tuple(found)

    async def bookmarked(self, pause: Pause = no_pause) -> AsyncIterator[str]:
        """Posts that are remembered; see ``OwnsMore``."""
        async for uri in self._addresses("/api/v1/bookmarks", pause):
            yield uri

    async def liked(self, pause: Pause = no_pause) -> AsyncIterator[str]:
        """Posts that were liked; see ``OwnsMore``."""
        async for uri in self._addresses("/api/v1/favourites", pause):
            yield uri

    async def followed_tags(self) -> tuple[str, ...]:
        """Hashtags that are followed; see ``OwnsMore``."""
        return await self._own_tags(TAGS, 100)

    async def featured_tags(self) -> tuple[str, ...]:
        """Hashtags on the profile; see ``OwnsMore``."""
        return await self._own_tags(FEATURED, 100)

    async def endorsed(self) -> tuple[Who, ...]:
        """People on the profile; see ``OwnsMore``."""
        api = await self._api()
        try:
            return tuple([who async for who in self._everybody(api, _ENDORSED, no_pause)])
        except (NotFound, Unsupported):
            return ()

    async def pinned(self) -> tuple[str, ...]:
        """Own posts on top of the profile; see ``OwnsMore``."""
        api = await self._api()
        path = f"{await self._mine(api, '/statuses')}?pinned=true&limit={_POSTS}"
        reply = await api.get(path, why=_WHY)
        read = [
            self._read(bytes(raw), Addressed, api) for raw in wire.split_page(reply.body, api.host)
        ]
        return tuple(uri for one in read if one is not None and (uri := one.uri or one.url))

    async def notification_policy(self) -> dict[str, str]:
        """Whose notifications are kept apart; see ``OwnsMore``."""
        api = await self._api()
        reply = await api.ask("GET", POLICY, why=_WHY)
        if reply.status != 200:
            return {}  # before 4.3, or another kind of server
        try:
            told = msgspec.json.decode(reply.body)
        except (ValueError, RecursionError):
            return {}
        items = told.items() if isinstance(told, dict) else ()
        return {k: v for k, v in items if k.startswith("for_") and isinstance(v, str)}

    async def own_profile(self) -> OwnProfile:
        """The profile as it was typed; see ``OwnsMore``."""
        api = await self._api()
        mine = await api.fetch(VERIFY, OwnAccount, why="your profile")
        source = mine.source or TypedSource()
        own = profile_from_account(mine, self._viewpoint().domain)
        return OwnProfile(
            uri=own.uri,
            handle=own.handle,
            name=mine.display_name or "",
            text=source.note or "",
            fields=tuple(ProfileLine(f.name or "", f.value or "") for f in source.fields or ()),
            avatar=_picture(mine.avatar),
            header=_picture(mine.header),
            avatar_alt=mine.avatar_description or "",
            header_alt=mine.header_description or "",
            locked=mine.locked or False,
            bot=mine.bot or False,
            discoverable=_first(source.discoverable, mine.discoverable),
            hides_people=_first(source.hide_collections, mine.hide_collections),
            indexable=_first(source.indexable, mine.indexable),
            default_visibility=source.privacy or "",
            default_language=source.language or "",
            default_sensitive=source.sensitive,
            default_quotes=source.quote_policy or "",
            followers=counted(mine.followers_count),
            following=counted(mine.following_count),
            posts=counted(mine.statuses_count),
            wrote_at=mine.last_status_at or "",
            aliases=tuple(source.also_known_as_uris or ()),
            moved_to=(mine.moved.uri or mine.moved.url or "") if mine.moved else "",
            created_at=blocks.in_utc(mine.created_at),
        )

    async def written(
        self, since: str = "", older_than: str = "", pause: Pause = no_pause
    ) -> AsyncIterator[bytes]:
        """All that the account wrote, raw; see ``OwnsMore``."""
        api = await self._api()
        path = await self._mine(api, "/statuses")
        more: dict[str, str | int | bool] = {"since_id": since} if since else {}
        if older_than:
            more["max_id"] = older_than
        async for raw in all_items(api, path, _POSTS, why="your posts", pause=pause, more=more):
            yield raw

    async def post_addresses(self, refs: Sequence[str]) -> dict[str, str]:
        """URIs of posts by the server's own names of them; see ``OwnsMore``."""
        api = await self._api()
        found: dict[str, str] = {}
        for at in range(0, len(refs), _ASKED_POSTS):
            some = refs[at : at + _ASKED_POSTS]
            query = "&".join(f"id[]={quote(ref, safe='')}" for ref in some)
            reply = await api.ask("GET", f"{STATUSES}?{query}", why=_WHY, background=True)
            if reply.status != 200:
                break  # before 4.3 one could ask for one only: not worth it
            for raw in wire.split_page(reply.body, api.host):
                post = self._read(bytes(raw), Addressed, api)
                if post is not None and post.id and (post.uri or post.url):
                    found[post.id] = post.uri or post.url or ""
        return found

    async def actor_json(self) -> bytes:
        """The profile as other servers see it, raw; see ``OwnsMore``."""
        reply = await self._http.request(
            "GET", self._account.uri, headers={"accept": ACTIVITY}, why=_WHY, background=True
        )
        good = reply.status == 200 and reply.body.lstrip().startswith(b"{")
        return reply.body if good else b""

    # ------------------------------------------------------------- private

    async def _mine(self, api: Api, rest: str) -> str:
        return accounts_path(await self._my_id(api), rest)

    async def _everybody(self, api: Api, path: str, pause: Pause) -> AsyncIterator[Who]:
        async for _, who in self._people_of(api, path, pause):
            yield who

    async def _people_of(self, api: Api, path: str, pause: Pause) -> AsyncIterator[tuple[str, Who]]:
        """Everybody on a list of people, each with the server's own id."""
        async for raw in all_items(api, path, PEOPLE, why=_WHY, pause=pause):
            account = self._read(raw, wire.Account, api)
            if (who := self._who(account)) is not None and account is not None:
                yield account.id or "", who

    async def _detailed(
        self, api: Api, some: Sequence[tuple[str, Who]], pause: Pause
    ) -> list[Followed]:
        told = await self._how(api, [id for id, _ in some if id], pause)
        return [
            Followed(
                who.handle,
                who.uri,
                (how := told.get(id, HowFollowed())).showing_reblogs,
                how.notifying,
                tuple(how.languages or ()),
                how.note or "",
            )
            for id, who in some
        ]

    def _who(self, account: wire.Account | None) -> Who | None:
        """Somebody; None: nobody that could be recognised."""
        profile = self._recognised(account) if account is not None else None
        return Who(profile.handle, profile.uri) if profile is not None else None

    def _recognised(self, account: wire.Account) -> Profile | None:
        """Somebody, whose id is remembered; None: nobody that could be recognised."""
        try:
            profile = profile_from_account(account, self._viewpoint().domain)
        except Malformed:
            return None
        if account.id:
            self._profile_ids.learn(profile.uri, account.id)
        return profile

    def _read(self, raw: bytes, kind: type[T], api: Api) -> T | None:
        try:
            return read_object(raw, kind, api.host)
        except Malformed:
            return None

    async def _how(
        self, api: Api, ids: Sequence[str], pause: Pause = no_pause
    ) -> dict[str, HowFollowed]:
        """How the account stands to people, by the server's ids of them."""
        told: dict[str, HowFollowed] = {}
        for at in range(0, len(ids), _ASKED_ABOUT):
            some = ids[at : at + _ASKED_ABOUT]
            query = "&".join(f"id[]={quote(id, safe='')}" for id in some)
            path = f"{ACCOUNTS}/relationships?{query}"
            reply = await with_pauses(partial(api.get, path, why=_WHY, background=True), pause)
            for raw in wire.split_page(reply.body, api.host):
                if (how := self._read(bytes(raw), HowFollowed, api)) is not None and how.id:
                    told[how.id] = how
        return told

    async def _kept_lists(self, api: Api) -> list[KeptList]:
        try:
            reply = await api.get(LISTS, why=_WHY)
        except (NotFound, Unsupported):
            return []
        read = [
            self._read(bytes(raw), KeptList, api) for raw in wire.split_page(reply.body, api.host)
        ]
        return [one for one in read if one is not None and one.id and one.title]

    async def _addresses(self, path: str, pause: Pause) -> AsyncIterator[str]:
        api = await self._api()
        async for raw in all_items(api, path, _POSTS, why=_WHY, pause=pause):
            post = self._read(raw, Addressed, api)
            if post is not None and (post.uri or post.url):
                yield post.uri or post.url or ""

    async def _own_tags(self, path: str, limit: int) -> tuple[str, ...]:
        api = await self._api()
        found: dict[str, None] = {}
        try:
            async for raw in all_items(api, path, limit, why=_WHY, most=_MOST_TAGS):
                tag = self._read(raw, KeptTag, api)
                if tag is not None and tag.name:
                    found[tag.name] = None
        except (NotFound, Unsupported):
            return ()
        return tuple(found)


def _first(*values: bool | None) -> bool | None:
    return next((value for value in values if value is not None), None)


def counted(value: int | None) -> int:
    """A number that a server may leave out: -1."""
    return -1 if value is None else value


def _picture(url: str | None) -> str:
    """ "" where the server shows its own picture in place of none."""
    shown = blocks.http(url)
    return "" if shown.rsplit("/", 1)[-1].startswith("missing.") else shown
