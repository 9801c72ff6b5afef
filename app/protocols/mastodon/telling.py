"""
What the server tells about one post: who liked it, how it was before, a translation.

Source: methods/statuses (favourited_by, reblogged_by, history, translate); entities/StatusEdit,
Translation.
"""

from __future__ import annotations

from urllib.parse import quote

import msgspec

from app.model import Post
from app.model.about import Did, PeoplePage, Translation, Version
from app.model.errors import Malformed, NotFound, Refused, Unreachable, Unsupported
from app.model.text import RichText
from app.model.timeline import HOME, Cursor
from app.protocols.mastodon import blocks, wire
from app.protocols.mastodon.api import Api, cursor_params, next_cursor
from app.protocols.mastodon.convert import time_of
from app.protocols.mastodon.owning import Owning
from app.protocols.mastodon.session import status_path
from app.protocols.mastodon.text import rich_text
from app.protocols.mastodon.wire_server import read_object
from app.protocols.safety import clean_text

_DID: dict[Did, str] = {"like": "/favourited_by", "repost": "/reblogged_by"}
_PEOPLE = 40
_VERSIONS = 500
"""Edits of one post that are read; Mastodon has no limit of its own."""


class _Translated(msgspec.Struct, gc=False):
    content: str | None = None
    spoiler_text: str | None = None
    poll: wire.Poll | None = None
    media_attachments: list[wire.Media] | None = None
    detected_source_language: str | None = None
    language: str | None = None
    provider: str | None = None


class Telling(Owning):
    """The part of the service that tells about posts (``TellsWho``, ``KeepsHistory``, ``Translates``)."""

    async def who(self, uri: str, did: Did, cursor: Cursor | None = None) -> PeoplePage:
        """Who liked it, or passed it on; see ``TellsWho``."""
        api = await self._api()
        path = await self._of_post(api, uri, _DID[did])
        params: dict[str, str | int | bool] = {"limit": _PEOPLE, **cursor_params(cursor)}
        reply = await api.get(path, params, why="who liked or reposted a post")
        read = (self._read(bytes(raw), wire.Account, api) for raw in _items(reply.body, api))
        found = (self._recognised(account) for account in read if account is not None)
        older = next_cursor(reply.headers, HOME, "")
        return PeoplePage(
            people=tuple(one for one in found if one is not None),
            older=older if older != cursor else None,
        )

    async def versions(self, uri: str) -> tuple[Version, ...]:
        """How it was, the first one first; see ``KeepsHistory``."""
        api = await self._api()
        path = await self._of_post(api, uri, "/history")
        try:
            reply = await api.get(path, why="how a post was before")
        except NotFound as error:
            raise Unsupported(f"{api.host} does not tell how posts were before.") from error
        found = []
        for raw in _items(reply.body, api)[:_VERSIONS]:
            try:
                found.append(_version(wire.read_status(raw)))
            except Malformed:
                continue  # the others still tell most of it
        return tuple(sorted(found, key=lambda one: one.at))

    async def translate(self, uri: str, to: str) -> Translation:
        """In another language; see ``Translates``."""
        api = await self._api()
        path = await self._of_post(api, uri, "/translate")
        try:
            reply = await api.post(path, {"lang": to}, why="translating a post")
        except NotFound as error:
            raise Unsupported(
                f"{api.host} cannot translate this post into that language.",
                "Choose another language, or open the post in a translator of your own.",
            ) from error
        except Unreachable as error:
            raise Unreachable(
                f"The translator of {api.host} does not answer just now.", "Try again later."
            ) from error
        except Refused as error:
            raise Refused(
                f"{api.host} does not translate this post.",
                "It may not be public, or be in that language already.",
            ) from error
        return _translation(read_object(reply.body, _Translated, api.host), to)

    def web_address(self, post: Post, ref: str) -> str:
        """On its own pages; see ``ShowsOnWeb``. Only servers of one kind have them there."""
        account = self._account
        if "web" not in account.abilities or not (ref.isascii() and ref.isalnum()):
            return ""
        domain = account.handle.partition("@")[2] or account.host
        name = post.author.handle.removesuffix(f"@{domain}")
        return f"{account.server}/@{quote(name, safe='@')}/{ref}"

    async def _of_post(self, api: Api, uri: str, rest: str) -> str:
        return status_path(await self._post_id(api, uri), rest)


def _items(body: bytes, api: Api) -> list[bytes | msgspec.Raw]:
    return wire.split_page(body, api.host)


def _version(status: wire.Status) -> Version:
    """Raises: Malformed: It does not say when."""
    at = time_of(status)
    if at is None:
        raise Malformed("A version without a time.")
    poll = status.poll
    return Version(
        at=at,
        text=_rich(status.content, status),
        warning=_plain(status.spoiler_text),
        sensitive=status.sensitive or False,
        media=blocks.media_from_status(status),
        options=tuple(_plain(one.title) for one in poll.options or ()) if poll else (),
    )


def _rich(content: str | None, status: wire.Status) -> RichText:
    emojis = {one.shortcode: one.url for one in blocks.emojis(status.emojis)}
    return rich_text(content, emojis=emojis) if content else RichText()


def _translation(told: _Translated, to: str) -> Translation:
    """Raises: Malformed: Nothing was translated."""
    text = rich_text(told.content or "")
    warning = _plain(told.spoiler_text)
    if not text.text and not warning:
        raise Malformed("The translation is empty.")
    return Translation(
        text=text,
        lang=_plain(told.detected_source_language),
        to=_plain(told.language) or to,
        by=_plain(told.provider),
        warning=warning,
        options=tuple(_plain(one.title) for one in told.poll.options or ()) if told.poll else (),
        alts=tuple(_plain(one.description) for one in told.media_attachments or ()),
    )


def _plain(text: str | None) -> str:
    return clean_text((text or "")[:5_000]).strip()
