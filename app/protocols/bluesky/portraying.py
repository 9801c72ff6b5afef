"""
What people say of themselves.

Source: ``app.bsky.actor.getProfiles``, ``getProfile``, ``searchActors``;
``app.bsky.graph.getFollows``.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from functools import partial

from msgspec import Raw

from app.model import Span
from app.model.errors import NotFound
from app.model.portrait import Field, Portrait, Verified
from app.protocols.bluesky.api import answer
from app.protocols.bluesky.decode import Unreadable, read
from app.protocols.bluesky.labels import advisories_from_labels
from app.protocols.bluesky.owning import Owning
from app.protocols.bluesky.people import error_from_profile, who_from_address
from app.protocols.bluesky.profiles import NO_HANDLE, profile_from_author
from app.protocols.bluesky.times import moment
from app.protocols.bluesky.uris import web_url
from app.protocols.bluesky.wire import Author, Count, Wire
from app.protocols.owning import Pause, no_pause, with_pauses
from app.protocols.safety import clean_text, safe_link

_MOST = 25  # of getProfiles
_TEXT = 4_000
_LINK = re.compile(r"https?://[^\s<>\"')\]]+", re.IGNORECASE)
_WHY = "what people say of themselves"


class _Verification(Wire, frozen=True):
    """``app.bsky.actor.defs#verificationState``."""

    verified_status: str = ""
    trusted_verifier_status: str = ""


class _Told(Author, frozen=True):
    """``app.bsky.actor.defs#profileViewDetailed``."""

    description: str = ""
    website: str = ""
    banner: str = ""
    followers_count: Count | None = None
    follows_count: Count | None = None
    posts_count: Count | None = None
    created_at: str = ""
    verification: _Verification | None = None


class _Answer(Wire, frozen=True):
    profiles: list[Raw] = []
    actors: list[Raw] = []


class Portraying(Owning):
    """The part of the service that tells what profiles say (``Portrays``)."""

    async def followed_portraits(self, pause: Pause = no_pause) -> AsyncIterator[Portrait]:
        """Whom the account follows; see ``Portrays``."""
        some: list[str] = []
        async for who in self.following(pause):
            some.append(who.uri)
            if len(some) == _MOST:
                for portrait in await self._portraits(some, pause):
                    yield portrait
                some = []
        for portrait in await self._portraits(some, pause) if some else ():
            yield portrait

    async def portrait(self, address: str) -> Portrait:
        """Who has this DID, handle or page; see ``Portrays``."""
        who = who_from_address(address)
        method = "app.bsky.actor.getProfile"
        body = await self._api.get(method, {"actor": who}, why=_WHY, error=error_from_profile)
        try:
            return _portrait(answer(body, _Told), self._now())
        except Unreadable as error:
            raise NotFound(f"There is no account {who}.") from error

    async def search_portraits(self, words: str, limit: int = 3) -> tuple[Portrait, ...]:
        """People whose handle or name is like *words*; see ``Portrays``."""
        words = words.strip().removeprefix("@")
        if not words:
            return ()
        params: dict[str, str | int | bool] = {"q": words, "limit": limit}
        method = "app.bsky.actor.searchActors"
        body = await self._api.get(method, params, why=_WHY, background=True)
        return tuple(_all_read(answer(body, _Answer).actors, self._now()))[:limit]

    async def _portraits(self, dids: Sequence[str], pause: Pause) -> list[Portrait]:
        params = [("actors", did) for did in dids]
        method = "app.bsky.actor.getProfiles"
        ask = partial(self._api.get, method, params, why=_WHY, background=True)
        body = await with_pauses(ask, pause)
        return list(_all_read(answer(body, _Answer).profiles, self._now()))


def _all_read(raws: Iterable[Raw], now: datetime) -> Iterable[Portrait]:
    for raw in raws:
        try:
            yield _portrait(read(raw, _Told), now)
        except Unreadable:
            continue  # whoever that was, the others are there all the same


def _portrait(told: _Told, now: datetime) -> Portrait:
    """Raises: Unreadable."""
    profile = profile_from_author(told)
    text = clean_text(told.description[:_TEXT]).strip()
    links = [link.rstrip(".,;:!?") for link in _LINK.findall(text)]
    site = web_url(told.website)
    return Portrait(
        profile=profile,
        text=text,
        spans=spans_of(text),
        labels=advisories_from_labels((), None, told.labels, told.did, now),
        fields=(Field("Website", site, site),) if site else (),
        links=tuple(dict.fromkeys([*links, *([site] if site else [])])),
        own_handle=profile.handle != NO_HANDLE,
        impostor=any(one.val == "impersonation" and not one.neg for one in told.labels),
        verified=_verified(told.verification),
        header=web_url(told.banner),
        followers=_count(told.followers_count),
        following=_count(told.follows_count),
        posts=_count(told.posts_count),
        since=moment(told.created_at),
    )


def _verified(state: _Verification | None) -> Verified:
    """As others see it: the server leaves out what is not valid for this viewer."""
    if state is None:
        return ""
    if state.trusted_verifier_status == "valid":
        return "verifier"
    return "verified" if state.verified_status == "valid" else ""


def spans_of(text: str) -> tuple[Span, ...]:
    """Its web addresses: descriptions have no facets, only words."""
    found = []
    for match in _LINK.finditer(text):
        shown = match[0].rstrip(".,;:!?")
        if (link := safe_link(shown)) is not None:
            found.append(Span(match.start(), match.start() + len(shown), "link", link))
    return tuple(found)


def _count(number: int | None) -> int:
    return -1 if number is None else number
