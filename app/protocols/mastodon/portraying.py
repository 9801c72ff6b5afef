"""What people say of themselves. Source: methods/accounts; entities/Account."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from msgspec import Struct

from app.model.portrait import Closed, Field, Portrait
from app.protocols.mastodon import blocks, wire
from app.protocols.mastodon.api import ACCOUNTS, SEARCH, Api
from app.protocols.mastodon.conversing import Conversing
from app.protocols.mastodon.owning import PEOPLE, Owning, counted
from app.protocols.mastodon.paging import all_items
from app.protocols.mastodon.session import accounts_path
from app.protocols.mastodon.text import MAX_NOTE, rich_text
from app.protocols.owning import Pause, no_pause

_WHY = "what people say of themselves"
_FIELDS = 16
"""Lines of one profile that are read; servers allow four by themselves."""


class _Line(Struct, gc=False):
    name: str | None = None
    value: str | None = None
    verified_at: str | None = None


class ToldAccount(wire.Account):
    """An account with what it says."""

    note: str | None = None
    fields: list[_Line] | None = None
    header: str | None = None
    created_at: datetime | None = None
    followers_count: int | None = None
    following_count: int | None = None
    statuses_count: int | None = None
    moved: wire.Account | None = None
    limited: bool | None = None
    memorial: bool | None = None
    hide_collections: bool | None = None


class _Found(Struct):
    accounts: list[ToldAccount] | None = None


class Portraying(Conversing, Owning):
    """The part of the service that tells what profiles say (``Portrays``)."""

    async def followed_portraits(self, pause: Pause = no_pause) -> AsyncIterator[Portrait]:
        """Whom the account follows; see ``Portrays``."""
        api = await self._api()
        path = await self._mine(api, "/following")
        async for raw in all_items(api, path, PEOPLE, why=_WHY, pause=pause):
            account = self._read(raw, ToldAccount, api)
            if account is not None and (portrait := self._portrait(account)) is not None:
                yield portrait

    async def portrait(self, address: str) -> Portrait:
        """Who has this URI, web address or handle; see ``Portrays``."""
        profile = await self.find_profile(address)
        api = await self._api()
        path = accounts_path(await self._profile_id(api, profile.uri))
        account = await api.fetch(path, ToldAccount, why=_WHY)
        return self._portrait(account) or Portrait(profile=profile)

    async def search_portraits(self, words: str, limit: int = 3) -> tuple[Portrait, ...]:
        """People whose handle or name is like *words*; see ``Portrays``."""
        words = words.strip().removeprefix("@")
        if not words:
            return ()
        api = await self._api()
        params: dict[str, str | int | bool] = {"q": words, "limit": limit, "resolve": "false"}
        path = f"{ACCOUNTS}/search"
        reply = await api.ask("GET", path, params=params, why=_WHY, background=True)
        if reply.status in (404, 405):
            params["type"] = "accounts"
            found = await api.fetch(SEARCH, _Found, params, why=_WHY)
            accounts = found.accounts or []
        else:
            await api.checked(reply, path)
            accounts = self._all_read(reply.body, api)
        portraits = [self._portrait(account) for account in accounts]
        return tuple(one for one in portraits if one is not None)[:limit]

    def _all_read(self, body: bytes, api: Api) -> list[ToldAccount]:
        """Whoever cannot be read is left out: the others are there all the same."""
        read = (self._read(bytes(raw), ToldAccount, api) for raw in wire.split_page(body, api.host))
        return [account for account in read if account is not None]

    def _portrait(self, account: ToldAccount) -> Portrait | None:
        """None: nobody that could be recognised."""
        profile = self._recognised(account)
        if profile is None:
            return None
        said = rich_text(
            (account.note or "")[:MAX_NOTE], emojis={e.shortcode: e.url for e in profile.emojis}
        )
        fields = tuple(_field(line) for line in (account.fields or [])[:_FIELDS])
        links = [span.target for span in said.spans if span.kind == "link"]
        links += [field.link for field in fields if field.link]
        gone = account.moved
        return Portrait(
            profile=profile,
            text=said.text,
            spans=said.spans,
            closed=_closed(account),
            hides_people=bool(account.hide_collections),
            fields=fields,
            links=tuple(dict.fromkeys(links)),
            moved_to=blocks.http(gone.uri) or blocks.http(gone.url) if gone is not None else "",
            header=blocks.http(account.header),
            followers=counted(account.followers_count),
            following=counted(account.following_count),
            posts=counted(account.statuses_count),
            since=blocks.in_utc(account.created_at),
        )


def _closed(account: ToldAccount) -> Closed:
    if account.suspended:
        return "suspended"
    if account.limited:
        return "limited"
    return "memorial" if account.memorial else ""


def _field(line: _Line) -> Field:
    value = rich_text((line.value or "")[: blocks.MAX_LINE])
    link = next((span.target for span in value.spans if span.kind == "link"), "")
    name = rich_text((line.name or "")[: blocks.MAX_LINE]).text
    # What was checked is the one link that the line is: words around it are only words.
    return Field(name, value.text, link, bool(line.verified_at and link))
